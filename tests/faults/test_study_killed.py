"""A study stopped or killed at any moment goes on: the same numbers, nothing that was finished lived again."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from relsim.errors import Stopped
from relsim.experiment.store import unsealed
from relsim.lab.factors import assumed_factors
from relsim.lab.sensitivity import Sensitivity, sensitivity
from tests.faults.stores import SHORT

FREE = assumed_factors(SHORT)[:6]


def analysed(store: Path, workers: int = 2) -> Sensitivity:
    return sensitivity(SHORT, free=FREE, worlds=256, pairs=16, store=store, workers=workers)


def kept(store: Path) -> set[bytes]:
    """Return the lines that are whole."""
    try:
        lines = (store / "cells.log").read_bytes().splitlines(keepends=True)
    except FileNotFoundError:
        return set()
    return {line for line in lines if unsealed(line) is not None}


def kill_at_random(folder: Path, rounds: int, seed: int) -> None:
    """Kill an analysis at random moments, go on until it is done, and compare."""
    rng = random.Random(seed)
    expected = analysed(folder / "first")
    everything = kept(folder / "first")
    assert len(everything) == 32 * 8
    for number in range(rounds):
        store = folder / f"round-{number}"
        for _ in range(4):
            before = kept(store)
            child = os.fork()
            if child == 0:
                analysed(store, workers=rng.choice([1, 2]))
                os._exit(0)
            enough = len(before) + rng.randrange(60)
            while len(kept(store)) < enough:
                time.sleep(0.001)
            time.sleep(rng.uniform(0.0, 0.02))
            os.kill(child, signal.SIGKILL)
            assert os.waitpid(child, 0)[1] == signal.SIGKILL
            assert before <= kept(store)
        before = kept(store)
        assert analysed(store) == expected
        lines = (store / "cells.log").read_bytes().splitlines(keepends=True)
        assert set(lines[: len(before)]) == before  # what follows is new
        assert len(lines) == len(everything)
        assert set(lines) == everything


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_killed_at_random_moments(tmp_path: Path) -> None:
    kill_at_random(tmp_path, 3, seed=1)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_killed_at_many_random_moments(tmp_path: Path) -> None:
    kill_at_random(tmp_path, 40, seed=2)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_stopped_says_what_is_kept(how: signal.Signals, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "relsim", "lab", "sensitivity", "it-outsourcing", "--store", str(tmp_path)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 120
    while len(kept(tmp_path)) < 3:
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    os.killpg(process.pid, how)
    out, err = process.communicate(timeout=60)
    count = len(kept(tmp_path))
    said = f"stopped; {count:,} cells are kept in {tmp_path}; the same command goes on\n"
    assert (process.returncode, out, err) == (130, "", said)


def test_what_is_kept_is_counted_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write

    def interrupted(file: int, line: bytes) -> int:
        if b'"cell"' in line:
            monkeypatch.undo()
            raise KeyboardInterrupt
        return real(file, line)

    monkeypatch.setattr("relsim.lab.study.os.write", interrupted)
    with pytest.raises(Stopped, match=r"^stopped; 0 cells are kept in"):
        analysed(tmp_path, workers=1)
