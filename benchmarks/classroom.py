"""How long a class waits: for the page that `relsim classroom` serves, and for the curves after a slider."""

import shutil
import signal
import statistics
import subprocess
import sys
import time
from typing import Any

ROUNDS = 5
STEPS = 9
REST = 10.0
"""Seconds in which the server makes the kernel for the next page ready, as it has time to in a class."""

COMMAND = [sys.executable, "-m", "relsim", "classroom", "--port", "0", "--no-browser"]
LIVE = "document.querySelector('.relsim-live')"
DRAWN = f"{LIVE}?.querySelector('.line')?.getAttribute('d') && document.querySelector('.relsim-twins .drawing svg')"


def opened(browser: Any, address: str) -> tuple[Any, float]:
    """Return the page, and the seconds from the request until its curves and its twins were drawn."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(60_000)
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(DRAWN)
    return page, time.perf_counter() - begun


def redrawn(page: Any) -> float:
    """Return the seconds from a step of a slider until the curves of the first pairs of firms were drawn."""
    page.wait_for_function(f"{LIVE}.dataset.replications === '2000'")
    page.evaluate(f"delete {LIVE}.dataset.milliseconds")
    page.locator(".relsim-live .slider input").first.press("ArrowRight")
    page.wait_for_function(f"{LIVE}.dataset.milliseconds")
    return float(page.evaluate(f"{LIVE}.dataset.milliseconds")) / 1000


def main() -> int:
    """Print the waits beside their promises; return 1 where one is missed."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("left out: the classroom, since there is no Chromium here")
        return 0
    from playwright.sync_api import sync_playwright

    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as driver:
        assert server.stdout is not None
        address = server.stdout.readline().split()[-1]
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page, at_once = opened(browser, address)
        ready = []
        for _ in range(ROUNDS):
            page.goto("about:blank")
            page.close()
            time.sleep(REST)
            page, took = opened(browser, address)
            ready.append(took)
        time.sleep(REST)
        slid = [redrawn(page) for _ in range(STEPS)]
        browser.close()
        begun = time.perf_counter()
        server.send_signal(signal.SIGINT)
        server.wait()
        ended = time.perf_counter() - begun
    kept = True
    for what, took, promised in (
        ("the page of the classroom, opened as soon as its address is printed", at_once, 8.0),
        ("the same, later", statistics.median(ready), 8.0),
        ("from a step of a slider to the curves", statistics.median(slid), 0.5),
        ("from Ctrl-C to the end", ended, 2.0),
    ):
        kept &= took < promised
        print(f"{'kept' if took < promised else 'MISSED'}: {what}: {took:.2f} s (promised under {promised:g} s)")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
