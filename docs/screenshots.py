"""Take the pictures of the classroom that README.md and the trainer's guide show: `python docs/screenshots.py`.

They are taken in the Chromium of this machine, so two machines do not give the same bytes: look before you keep them.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import relsim

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["main"]

PICTURES = Path(__file__).resolve().parent / "pictures"
WIDTH = 1400
LIFE, YEAR = 40, 2.0
"""Life A of the trainer's guide, and the moment at which the picture stops it."""


def main() -> None:
    """Take both pictures."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("there is no Chromium here")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        with tempfile.TemporaryDirectory() as folder:
            twins(browser, Path(folder) / "twins.html")
        classroom(browser)
        browser.close()


def twins(browser: "Browser", path: Path) -> None:
    """Take the timeline of two lives as far as what each level knew at a moment."""
    relsim.twins(relsim.load_scenario("it-outsourcing"), LIFE).write(path)
    page = window(browser)
    page.goto(path.as_uri())
    page.locator("[data-name=scrub]").evaluate(
        "(scrub, year) => { scrub.value = year; scrub.dispatchEvent(new Event('input', { bubbles: true })); }", YEAR
    )
    keep(page, ".relsim-twins .knowing-of", "twins.png")


def classroom(browser: "Browser") -> None:
    """Take the live comparison of the served page."""
    command = [sys.executable, "-m", "relsim", "classroom", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            page = window(browser)
            page.goto(server.stdout.readline().split()[1])
            page.wait_for_selector(".relsim-live[data-replications='2000']", timeout=60_000)
            keep(page, ".relsim-live", "classroom.png")
        finally:
            server.terminate()


def window(browser: "Browser") -> "Page":
    """Return a window of a laptop, in light colours."""
    return browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme="light", reduced_motion="reduce")


def keep(page: "Page", last: str, name: str) -> None:
    """Keep a page from its top to the end of an element."""
    box = page.locator(last).bounding_box()
    assert box is not None, f"{last} is not on the page"
    clip = {"x": 0, "y": 0, "width": WIDTH, "height": round(box["y"] + box["height"] + 16)}
    page.screenshot(path=PICTURES / name, full_page=True, clip=clip)  # type: ignore[arg-type]
    print(PICTURES / name)


if __name__ == "__main__":
    main()
