"""A crash at every single step of writing a store leaves the old or the new state, and the same command goes on."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from relsim.errors import StoreError
from relsim.experiment import places
from relsim.experiment.check import verify
from relsim.experiment.run import run_experiment
from relsim.model.row import BLOCK
from tests.faults.stores import SHORT, attempts

LIVES = BLOCK + 10


class Crash(BaseException):
    """The machine stops."""


class Machine:
    """Counts the steps that reach the disk, and stops before, after or in the middle of one of them."""

    def __init__(self, stop_at: int, how: str) -> None:
        self.steps: list[str] = []
        self.stop_at, self.how = stop_at, how

    def step(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def act(*args: Any, **named: Any) -> Any:
            self.steps.append(name)
            if len(self.steps) - 1 != self.stop_at:
                return real(*args, **named)
            if self.how == "full":
                raise OSError(28, "No space left on device")
            if self.how == "middle" and name == "write":
                real(args[0], bytes(args[1])[: len(args[1]) // 2])
            elif self.how == "after":
                real(*args, **named)
            raise Crash

        return act


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int, str], Machine]]:
    real = {name: getattr(os, name) for name in ("write", "fsync")}
    replace, unlink = Path.replace, Path.unlink

    def start(stop_at: int, how: str) -> Machine:
        made = Machine(stop_at, how)
        for name, function in real.items():
            monkeypatch.setattr(places.os, name, made.step(name, function))
        monkeypatch.setattr(places.Path, "replace", made.step("rename", replace))
        monkeypatch.setattr(places.Path, "unlink", made.step("unlink", unlink))
        return made

    yield start
    monkeypatch.undo()


def readers_see(store: Path) -> list[tuple[int, ...]]:
    """Return how many lives of each arm each file of the dataset has, as any reader would find them."""
    seen = []
    for file in (store / "lives").rglob("*.parquet"):
        arms = pq.read_table(file, columns=["arm"])["arm"].to_pylist()
        seen.append(tuple(arms.count(arm) for arm in SHORT.arms))
    return seen


def first_some_then_more(store: Path) -> str:
    """Live part of a block and then more, so that the part is dropped, and return the digest."""
    run_experiment(SHORT, 700, workers=1, store=store)
    return run_experiment(SHORT, LIVES, workers=1, store=store).digest


@pytest.mark.parametrize("how", ["before", "middle", "after", "full"])
def test_a_crash_at_every_step(how: str, machine: Callable[[int, str], Machine], tmp_path: Path) -> None:
    calm = machine(-1, how)
    expected = first_some_then_more(tmp_path / "calm")
    assert {"write", "fsync", "rename", "unlink"} == set(calm.steps)
    for stop_at in range(len(calm.steps)):
        store = tmp_path / f"{stop_at}"
        made = machine(stop_at, how)
        with pytest.raises((Crash, StoreError)) as stopped:
            first_some_then_more(store)
        assert len(made.steps) > stop_at
        if how == "full" and stopped.type is StoreError:
            assert "the same command goes on" in str(stopped.value)
        machine(-1, how)
        if (store / "experiment.json").exists():
            assert [each for each in verify(store).findings if each.kind != "torn"] == []
        before = attempts(store)
        assert all(one == other > 0 for one, other in readers_see(store))
        assert run_experiment(SHORT, LIVES, workers=1, store=store).digest == expected
        after = attempts(store)
        kept = {chunk for chunk in before if not chunk.endswith("700")}
        assert {chunk: before[chunk] for chunk in kept} == {chunk: after[chunk] for chunk in kept}
        assert verify(store).findings == ()
        assert sorted(readers_see(store)) == [(10, 10), (BLOCK, BLOCK)]
