"""Compiling from several threads at once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from relsim.model import compiling


def _doubled(x: float) -> float:
    return x + x


def test_threads_compile_one_at_a_time_and_share_what_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    import numba

    before = numba.config.CACHE_DIR
    inside, crowd, barrier = [0], [], threading.Barrier(8)
    decorated = compiling._decorated

    def slowly(clone: Any, boundscheck: bool) -> Any:
        inside[0] += 1
        crowd.append(inside[0])
        time.sleep(0.01)
        inside[0] -= 1
        return decorated(clone, boundscheck)

    monkeypatch.setattr(compiling, "_decorated", slowly)

    def ask(_: int) -> Any:
        barrier.wait()
        return compiling.compiled(_doubled)

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(ask, range(8)))
    assert crowd == [1]
    assert len(set(map(id, made))) == 1
    assert made[0](2.0) == 4.0
    assert before == numba.config.CACHE_DIR
