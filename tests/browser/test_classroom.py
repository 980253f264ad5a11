"""`relsim classroom` as a class meets it: a real server with real kernels, in a real browser."""

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from relsim.scenario.files import new_scenario
from relsim.show.words import words
from tests.browser.opened import Opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser

psutil = pytest.importorskip("psutil", reason="psutil, which comes with Voilà's kernels, is not installed")
pytest.importorskip("voila", reason="Voilà is not installed")

PATIENCE = 90
"""Seconds: two kernels and two browsers may share a machine of two cores with other tests."""

TITLE = "Firms of our own </title><script>document.body.remove()</script>"
LIVE, TWINS = ("document.querySelector('.relsim-live')", "document.querySelector('.relsim-twins')")
DRAWN = f"{LIVE}?.querySelector('.line')?.getAttribute('d') && {TWINS}?.querySelector('.drawing svg')"
CURVE = f"{LIVE}.querySelector('.line').getAttribute('d')"
REFINED = f"{LIVE}.dataset.replications === '2000'"


@dataclass(frozen=True)
class Served:
    """A server: where its page is, and its process."""

    address: str
    process: subprocess.Popen[str]
    said: Path

    @property
    def kernels(self) -> list[int]:
        """The processes that it has started."""
        return [each.pid for each in psutil.Process(self.process.pid).children(recursive=True)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    own = Path(new_scenario(folder / "own.toml", "it-outsourcing"))
    text = own.read_text("utf-8").replace("IT outsourcing between two mid-size firms", TITLE)
    own.write_text(text, "utf-8")
    said = folder / "said"
    command = [sys.executable, "-m", "relsim", "classroom", "own.toml", "--port", "0", "--no-browser"]
    with said.open("w") as errors:
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith("classroom: http://localhost:"), said.read_text()
        yield Served(first.split()[1], process, said)
    finally:
        process.kill()
        process.wait()


@contextmanager
def opened(browser: "Browser", served: Served, width: int = 1400, dark: bool = False) -> Iterator[Opened]:
    """Open the page of the classroom, wait until it is drawn, and leave it so that its kernel ends."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
    page.set_default_timeout(PATIENCE * 1000)
    found = Opened(page)
    page.on("request", lambda request: found.requests.append(request.url))
    page.on("websocket", lambda socket: found.requests.append(socket.url))
    page.on("pageerror", lambda error: found.errors.append(str(error)))
    page.on("console", lambda message: found.errors.append(message.text) if message.type == "error" else None)
    try:
        page.goto(served.address)
        page.wait_for_function(DRAWN)
        yield found
        page.goto("about:blank")
    finally:
        page.close()


def get(address: str, host: str | None = None) -> tuple[int, str]:
    """Return the status and the text that the server answers a bare request with."""
    request = urllib.request.Request(address, headers={} if host is None else {"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")


def test_the_page_is_drawn_and_asks_nobody_else(browser: "Browser", served: Served) -> None:
    with opened(browser, served) as found:
        page = found.page
        assert page.locator("h1").inner_text() == words("en")("classroom.title")
        assert page.locator(".relsim-twins h2").inner_text() == TITLE
        assert page.locator(".relsim-heading option").first.inner_text() == TITLE
        assert not page.locator("#waiting").is_visible()
        page.wait_for_function(REFINED)
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        port = served.address.removeprefix("http://localhost:").rstrip("/")
        ours = (*(f"{kind}localhost:{port}/" for kind in ("http://", "blob:http://", "ws://")), "data:")
        assert [each for each in found.requests if not each.startswith(ours)] == []
        assert any(each.startswith("ws://") for each in found.requests)
        assert found.errors == []


def test_a_slider_moves_the_curves_within_half_a_second(browser: "Browser", served: Served) -> None:
    with opened(browser, served) as found:
        page = found.page
        page.wait_for_function(REFINED)
        slider = page.locator(".relsim-live .slider input").first
        taken = []
        for _ in range(12):  # the best of some: other tests run beside
            before = page.evaluate(f"delete {LIVE}.dataset.milliseconds, {CURVE}")
            slider.press("ArrowRight")
            page.wait_for_function(f"{LIVE}.dataset.milliseconds")
            assert page.evaluate(CURVE) != before
            taken.append(float(page.evaluate(f"{LIVE}.dataset.milliseconds")))
            if min(taken) < 500:
                break
        assert min(taken) < 500, taken
        page.wait_for_function(REFINED)
        assert found.errors == []


def test_a_life_is_found_shown_played_and_told_in_dutch(browser: "Browser", served: Served) -> None:
    with opened(browser, served, width=400, dark=True) as found:
        page = found.page
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 25, 29)"
        page.locator(".relsim-live .wishes button").last.click()
        page.wait_for_selector(".relsim-live .answer b")
        pair = page.locator(".relsim-live .answer b").inner_text().split()[-1].rstrip(".")
        page.wait_for_function(f"{TWINS}.querySelector('header p').textContent.includes('{pair}:')")
        page.wait_for_function(f"Math.abs({TWINS}.getBoundingClientRect().top) < innerHeight")
        page.locator(".relsim-twins .play").click()
        page.wait_for_function(f"(then => Number({TWINS}.dataset.now) > then)({page.evaluate(f'{TWINS}.dataset.now')})")
        page.locator(".relsim-heading button[lang=nl]").click()
        assert page.evaluate("document.documentElement.lang") == "nl"
        assert page.locator("h1").inner_text() == words("nl")("classroom.title")
        for part in (".relsim-heading", ".relsim-live", ".relsim-twins"):
            page.wait_for_function(f"document.querySelector('{part}').lang === 'nl'")
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert found.errors == []


def test_another_scenario_is_chosen_for_all_parts(browser: "Browser", served: Served) -> None:
    with opened(browser, served) as found:
        page = found.page
        before = page.evaluate(CURVE)
        page.locator(".relsim-heading select").select_option("R&D alliance between two technology firms")
        page.wait_for_function(f"{TWINS}.querySelector('h2').textContent.startsWith('R&D alliance')")
        page.wait_for_function(f"{CURVE} !== {before!r}")
        assert found.errors == []


def test_the_server_shows_its_page_and_no_file(served: Served) -> None:
    from relsim.show.classroom import serve

    secret = Path(serve.__file__).read_text("utf-8")
    for path in (
        "serve.py",
        "voila/files/serve.py",
        "voila/files/classroom.ipynb",
        "voila/files/..%2fserve.py",
        "voila/files/own.toml",
        "voila/static/..%2f..%2f..%2f..%2f..%2fetc/passwd",
        "voila/templates/relsim/static/..%2fconf.json",
        "voila/tree/",
        "voila/api/contents/",
        "api/contents/",
        "api/kernels",
    ):
        status, text = get(served.address + path)
        assert status in (403, 404, 500), path
        assert secret[:200] not in text
        assert "root:" not in text
    assert get(served.address, host="elsewhere.example")[0] == 403


def test_ctrl_c_ends_the_server_and_all_that_it_started(browser: "Browser", served: Served) -> None:
    with opened(browser, served):
        kernels, before = served.kernels, served.said.read_text()
        assert len(kernels) >= 2  # that of the page, and one for the next
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(PATIENCE) == 0
    deadline = time.monotonic() + PATIENCE
    while any(psutil.pid_exists(each) for each in kernels) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [each for each in kernels if psutil.pid_exists(each)] == []
    assert served.said.read_text() == before
