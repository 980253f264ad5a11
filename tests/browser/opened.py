"""A file opened in a browser, with all that it asked for and complained of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["Opened", "opened"]


@dataclass(frozen=True)
class Opened:
    """A page in the browser: requests are the addresses that it asked for, errors what the console says of it."""

    page: "Page"
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@contextmanager
def opened(browser: "Browser", path: Path, width: int, dark: bool = False) -> Iterator[Opened]:
    """Open a file from the disk in a window of this width, and close it at the end."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
    found = Opened(page)
    page.on("request", lambda request: found.requests.append(request.url))
    page.on("pageerror", lambda error: found.errors.append(str(error)))
    page.on("console", lambda message: found.errors.append(message.text) if message.type == "error" else None)
    try:
        page.goto(path.as_uri())
        yield found
    finally:
        page.close()
