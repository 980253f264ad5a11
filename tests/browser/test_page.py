"""A page of a report in a real browser: on wide and narrow screens, by day and by night, and printed."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from relsim.show.page import Page, Paragraph, Section, as_html
from tests.browser.opened import Opened, opened
from tests.browser.sample import PAGE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

UNFOLD = "document.querySelectorAll('details').forEach(each => each.open = true)"
GROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(as_html(PAGE), encoding="utf-8")
    return path


@pytest.fixture(params=[(1400, False), (1400, True), (400, False), (400, True)], ids=lambda p: f"{p[0]}-{p[1]}")
def report(browser: "Browser", file: Path, request: pytest.FixtureRequest) -> Iterator[Opened]:
    width, dark = request.param
    with opened(browser, file, width, dark) as found:
        yield found


def test_it_asks_for_nothing_and_complains_of_nothing(report: Opened, file: Path) -> None:
    report.page.evaluate(UNFOLD)
    report.page.wait_for_load_state("networkidle")
    assert report.requests == [file.as_uri()]
    assert report.errors == []


def test_it_is_as_wide_as_the_window(report: Opened) -> None:
    report.page.evaluate(UNFOLD)
    assert report.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_every_picture_is_seen(report: Opened) -> None:
    report.page.evaluate(UNFOLD)
    pictures = report.page.locator("figure svg")
    assert pictures.count() == 6
    for picture in pictures.all():
        box = picture.bounding_box()
        assert picture.is_visible()
        assert box is not None
        assert box["width"] > 300
        assert box["height"] == pytest.approx(box["width"] * 3.8 / 5.6, rel=0.01)


def test_pictures_stand_side_by_side_where_there_is_room(report: Opened) -> None:
    columns = report.page.evaluate("getComputedStyle(document.querySelector('.pictures')).gridTemplateColumns")
    assert len(columns.split()) == (2 if report.page.viewport_size["width"] == 1400 else 1)


def test_a_wide_table_scrolls_in_its_box(browser: "Browser", file: Path) -> None:
    with opened(browser, file, 400) as found:
        assert found.page.evaluate("(box => box.scrollWidth > box.clientWidth)(document.querySelector('.wide'))")


def test_it_is_dark_on_dark_screens_but_never_on_paper(browser: "Browser", file: Path) -> None:
    with opened(browser, file, 1400, dark=True) as found:
        paper = "getComputedStyle(document.querySelector('figure svg path')).fill"
        assert found.page.evaluate(GROUND) == found.page.evaluate(paper) == "rgb(22, 25, 29)"
        found.page.emulate_media(media="print", color_scheme="dark")
        assert found.page.evaluate(GROUND) == found.page.evaluate(paper) == "rgb(255, 255, 255)"
        assert found.page.evaluate(
            "[...document.querySelectorAll('details > :not(summary)')].every(each => each.checkVisibility())"
        )
        assert found.page.pdf(prefer_css_page_size=True).startswith(b"%PDF-")
        assert found.errors == []


def test_text_is_shown_and_does_nothing(browser: "Browser", tmp_path: Path) -> None:
    text = "</title></style></script><script>document.body.remove()</script><img src=x onerror=alert(1)>"
    path = tmp_path / "report.html"
    path.write_text(as_html(Page(text, text, (Section(text, (Paragraph(text),)),), text)), encoding="utf-8")
    with opened(browser, path, 1400) as found:
        assert found.page.title() == text
        assert found.page.locator("h1").inner_text() == text
        assert found.page.locator("script, img").count() == 0
        assert (found.requests, found.errors) == ([path.as_uri()], [])
