"""A real report in a real browser, on wide and narrow screens, by day and by night."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import relsim
from relsim.show.page import as_html
from relsim.show.report import report
from tests.browser.opened import opened
from tests.worlds import scenario

if TYPE_CHECKING:
    from playwright.sync_api import Browser

UNFOLD = "document.querySelectorAll('details').forEach(each => each.open = true)"
ARMS = {
    "deal-first": {"launch": "deal-first"},
    "feasibility-first-with-a-long-name": {"launch": "feasibility-first", "policies": ["facilitator"]},
    "third": {"launch": "deal-first", "kickoff": 2},
}


@pytest.fixture(scope="module", params=["bundled", "three-arms", "nobody"])
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    asked = {
        "bundled": relsim.load_scenario("it-outsourcing"),
        "three-arms": scenario(**ARMS),
        "nobody": scenario({"no_deal": 1.0}),
    }[request.param]
    path = tmp_path_factory.mktemp("report") / f"{request.param}.html"
    path.write_text(as_html(report(relsim.run_experiment(asked, 300))), encoding="utf-8")
    return path


@pytest.mark.parametrize(("width", "dark"), [(1400, False), (1400, True), (400, False), (400, True)])
def test_it_opens_from_the_disk_whole_and_no_wider_than_the_window(
    browser: "Browser", file: Path, width: int, dark: bool
) -> None:
    with opened(browser, file, width, dark) as found:
        found.page.evaluate(UNFOLD)
        found.page.wait_for_load_state("networkidle")
        assert found.requests == [file.as_uri()]
        assert found.errors == []
        assert found.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        pictures = found.page.locator("figure svg").all()
        assert len(pictures) > 10
        for picture in pictures:
            box = picture.bounding_box()
            assert box is not None
            assert 0 < box["width"] <= width
