"""Killed at any moment, the same command goes on: one digest, nothing finished lived again, no life twice."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def killed(folder: Path, rounds: int, seed: int) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.stores", str(folder), str(rounds), str(seed)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[str] = json.loads(done.stdout)
    return found


def test_killed_at_random_moments(tmp_path: Path) -> None:
    assert killed(tmp_path, 5, seed=1) == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_killed_at_a_hundred_random_moments(tmp_path: Path) -> None:
    assert killed(tmp_path, 100, seed=2) == []
