"""One bar for an experiment: lives done, rate, time left; in a terminal or a notebook."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from relsim.experiment.work import Job

__all__ = ["Meter", "Progress"]

Progress = Callable[[int, int], None]
"""Called with the number of lives done and the number of all lives."""

_OFTEN = 0.1
"""Seconds between two times that progress is told."""


class Meter:
    """Counts lives as workers report them, and tells whoever wants to know, always from the thread that made it."""

    def __init__(self, progress: Progress | bool | None, everything: int) -> None:
        self.everything = everything
        self._done = 0
        self._flying: Counter[Job] = Counter()
        self._lock = threading.Lock()
        self._home = threading.get_ident()
        self._told_at = 0.0
        self._bar: Any = None
        if progress is True:
            from tqdm.auto import tqdm

            self._bar = tqdm(total=everything, unit=" lives", unit_scale=True, leave=False)
        self._progress = progress if callable(progress) else None

    def told(self, job: Job, lives: int) -> None:
        """Count lives of a job that is at work."""
        if job.kind == "lives":
            with self._lock:
                self._flying[job] += lives
        if threading.get_ident() == self._home:
            self.tell()

    def landed(self, job: Job, lives: int) -> None:
        """Count a job that is over, with the lives that it brought; those of a failed attempt do not count."""
        with self._lock:
            self._flying.pop(job, None)
            self._done += lives

    def found(self, lives: int) -> None:
        """Count lives that were there already; they say nothing about the rate."""
        self._done += lives
        if self._bar is not None:
            self._bar.initial += lives
        self.tell()

    def tell(self) -> None:
        """Tell how far it is, unless that was told just now."""
        now = time.monotonic()
        if now - self._told_at >= _OFTEN:
            self._told_at = now
            self._tell()

    def _tell(self) -> None:
        with self._lock:
            done = self._done + sum(self._flying.values())
        if self._progress is not None:
            self._progress(done, self.everything)
        if self._bar is not None:
            self._bar.total = self.everything
            self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Tell the end, and take the bar away."""
        self._tell()
        if self._bar is not None:
            self._bar.close()
