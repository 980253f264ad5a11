"""Studies: the same whatever lives them and whatever stopped them, and never mistaken for another one."""

import concurrent.futures as futures
import errno
import json
import multiprocessing
import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import relsim
from relsim.errors import ChunkFailed, EngineError, ScenarioError, Stopped, StoreError
from relsim.lab import study as studies
from relsim.lab.factors import assumed_factors, design, worlds_at
from relsim.lab.lives import Lives
from relsim.lab.study import Cell, live_cells, study
from relsim.scenario.files import load_scenario
from tests.worlds import scenario

SHORT = scenario(horizon=1.5)
IDENTITY = {"question": "a test"}


@dataclass(frozen=True)
class Nets:
    """What is won and lost under each arm, and which firms these were."""

    stumbles_at: int = -1
    """A first replication at which it cannot be said."""

    def of(self, lives: Lives) -> np.ndarray:
        (first, *_) = (int(rows["replication"][0]) for rows in lives.arms.values())
        if first == self.stumbles_at:
            raise ZeroDivisionError("nothing to divide by")
        return np.array([[rows["net_joint"].mean(), rows["t_deal"][0], first] for rows in lives.arms.values()])


def cells(count: int = 24, pairs: int = 16) -> list[Cell]:
    """Return cells of several worlds, two of each."""
    factors = assumed_factors(SHORT)
    worlds = list(worlds_at(SHORT, factors, design(len(factors), count // 2, 1)))
    return [Cell(world, first, pairs, 1) for world in worlds for first in (0, 100)]


def lived(asked: Iterable[Cell] = (), ask: Any = Nets(), **how: Any) -> np.ndarray:
    """Return what is asked of all cells."""
    return np.array(list(live_cells(list(asked) or cells(), ask, identity=how.pop("identity", IDENTITY), **how)))


@pytest.fixture(scope="module")
def expected() -> np.ndarray:
    return lived(workers=1)


class Counted:
    """How many cells were lived."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self._lock, self._live = threading.Lock(), studies.live_pairs
        monkeypatch.setattr(studies, "live_pairs", self)

    def __call__(self, scenario: Any, pairs: int, *more: Any) -> Lives:
        with self._lock:
            self.count += pairs > 0
        return self._live(scenario, pairs, *more)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


def same(found: np.ndarray, expected: np.ndarray) -> bool:
    """Say whether these are the same numbers to the last bit, NaN at the same places."""
    return found.shape == expected.shape and np.array_equal(found, expected, equal_nan=True)


def test_cells_come_in_their_order_from_any_workers(expected: np.ndarray) -> None:
    assert list(expected[:, 0, 2]) == [0, 100] * 12
    assert np.isnan(expected).any()  # times of what never happened
    for workers in (2, 5):
        assert same(lived(workers=workers), expected)
    with futures.ThreadPoolExecutor(2) as pool:
        assert same(lived(executor=pool, window=3), expected)


def test_cells_travel_to_other_processes_as_data(expected: np.ndarray) -> None:
    with futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert same(lived(cells(8), executor=pool), lived(cells(8)))


def test_a_worker_with_other_sources_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    travelled, arguments = studies._Job(Nets(), tuple(cells(2))).__reduce__()
    assert travelled(*arguments).cells == tuple(cells(2))
    with pytest.raises(EngineError, match="has other sources of relsim"):
        travelled(*arguments[:2], "something else")


def test_an_executor_is_handed_many_small_cells_at_a_time(expected: np.ndarray) -> None:
    class Pool(futures.ThreadPoolExecutor):
        jobs = 0

        def submit(self, *arguments: Any) -> Any:  # type: ignore[override]
            Pool.jobs += 1
            return super().submit(*arguments)

    with Pool(2) as pool:
        assert same(lived(executor=pool), expected)
    assert Pool.jobs == 1  # 24 cells of 16 pairs and two arms are 768 lives


def stop_after(count: int) -> Any:
    def told(done: int) -> None:
        if done == count:
            raise KeyboardInterrupt

    return told


def test_a_stopped_study_goes_on_and_lives_nothing_twice(
    expected: np.ndarray, counted: Counted, tmp_path: Path
) -> None:
    with pytest.raises(Stopped, match=rf"stopped; \d+ cells are kept in {tmp_path}; the same command goes on"):
        lived(store=tmp_path, told=stop_after(7))
    kept = len((tmp_path / "cells.log").read_bytes().splitlines())
    assert 7 <= kept < 24
    counted.count = 0
    told: list[int] = []
    assert same(lived(store=tmp_path, told=told.append), expected)
    assert counted.count == 24 - kept
    assert told == list(range(1, 25))
    counted.count = 0
    before = (tmp_path / "cells.log").read_bytes()
    assert same(lived(store=tmp_path), expected)
    assert counted.count == 0
    assert (tmp_path / "cells.log").read_bytes() == before


def test_without_a_store_nothing_is_kept() -> None:
    with pytest.raises(Stopped, match="nothing is kept without --store DIR"):
        lived(told=stop_after(3))


def test_cells_may_be_asked_for_again_in_any_order_and_number(
    expected: np.ndarray, counted: Counted, tmp_path: Path
) -> None:
    lived(cells()[:10], store=tmp_path)
    assert same(lived(cells()[::-1], store=tmp_path), expected[::-1])
    assert counted.count == 24
    with study(Nets(), identity=IDENTITY, store=tmp_path) as begun:
        assert same(np.array(list(begun.live(cells()[3:5]))), expected[3:5])
        assert same(np.array(list(begun.live(cells()[:2]))), expected[:2])
    assert counted.count == 24


def test_whatever_a_cell_is_of_has_another_line() -> None:
    world, *_ = cells(2)
    others = [
        world,
        Cell(world.scenario, 1, 16, 1),
        Cell(world.scenario, 0, 17, 1),
        Cell(world.scenario, 0, 16, 2),
        Cell(SHORT, 0, 16, 1),
        Cell(world.scenario.model_copy(update={"horizon": 2.0}), 0, 16, 1),
    ]
    assert len({each.digest for each in others}) == len(others)
    assert cells(2)[0].digest == world.digest


def damaged(data: bytes, how: str) -> bytes:
    """Return a journal of which lines were torn off, changed, or lost."""
    lines = data.splitlines(keepends=True)
    match how:
        case "torn":
            return b"".join(lines[:-1]) + lines[-1][:40]
        case "changed":
            place = lines[5].index(b'"found"') + 20
            lines[5] = lines[5][:place] + b"7" + lines[5][place + 1 :]
        case "nonsense":
            lines[5] = b"\xff\x00nonsense\n"
        case "joined":
            lines[5] = lines[5][:-1]
        case "lost":
            del lines[5]
    return b"".join(lines)


@pytest.mark.parametrize(("how", "again"), [("torn", 1), ("changed", 1), ("nonsense", 1), ("joined", 2), ("lost", 1)])
def test_lines_that_are_damaged_are_lived_again(
    how: str, again: int, expected: np.ndarray, counted: Counted, tmp_path: Path
) -> None:
    lived(store=tmp_path)
    journal = tmp_path / "cells.log"
    journal.write_bytes(damaged(journal.read_bytes(), how))
    counted.count = 0
    assert same(lived(store=tmp_path), expected)
    assert counted.count == again
    counted.count = 0
    assert same(lived(store=tmp_path), expected)
    assert counted.count == 0
    assert len(journal.read_bytes().splitlines()) == 24


def test_the_store_of_another_study_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lived(cells(2), store=tmp_path, identity={"question": "a test", "of": ["net"], "plan": {"seed": 1}})
    with pytest.raises(StoreError, match=r"store of another study.*\n  study\.plan\.seed: 1 there, 2 asked"):
        lived(cells(2), store=tmp_path, identity={"question": "a test", "of": ["net"], "plan": {"seed": 2}})
    lived(cells(2), store=tmp_path, identity={"question": "a test", "of": ("net",), "plan": {"seed": 1}})
    with pytest.raises(StoreError, match=r"ask: Nets\(stumbles_at=-1\) there, Nets\(stumbles_at=5\) asked"):
        lived(cells(2), Nets(5), store=tmp_path, identity={"question": "a test", "of": ["net"], "plan": {"seed": 1}})
    monkeypatch.setattr(studies, "RULES_VERSION", 99)
    with pytest.raises(StoreError, match=f"rules_version: {relsim.RULES_VERSION} there, 99 asked"):
        lived(cells(2), store=tmp_path, identity={"question": "a test", "of": ["net"], "plan": {"seed": 1}})


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("all my work")
    with pytest.raises(StoreError, match=r"not the folder of a study \(it has thesis\.docx\)"):
        lived(store=tmp_path)
    with pytest.raises(StoreError, match="kept in a folder, not at an address"):
        lived(store="s3://bucket/study")
    lived(cells(2), store=tmp_path / "store")
    (tmp_path / "store" / "study.json").write_text("{}")
    with pytest.raises(StoreError, match=r"study\.json: damaged"):
        lived(store=tmp_path / "store")


def test_a_second_coordinator_is_refused(tmp_path: Path) -> None:
    with (
        study(Nets(), identity=IDENTITY, store=tmp_path),
        pytest.raises(StoreError, match=f"process {os.getpid()} on .* is at work on this store"),
    ):
        lived(store=tmp_path)
    assert len(lived(store=tmp_path)) == 24


def test_a_cell_that_cannot_be_lived_is_named_and_can_be_looked_at(expected: np.ndarray, tmp_path: Path) -> None:
    ask = Nets(stumbles_at=100)
    with pytest.raises(ChunkFailed) as failed:
        lived(ask=ask, store=tmp_path, workers=1)
    said = str(failed.value)
    assert said.startswith('"a test world", replications 100 to 115: ZeroDivisionError: nothing to divide by; its scen')
    assert f"{tmp_path}/failed.toml; 1 cells are kept in {tmp_path}" in said
    again = load_scenario(tmp_path / "failed.toml")
    assert Cell(again, 100, 16, 1).digest == cells()[1].digest
    with pytest.raises(ChunkFailed, match=r"with a store \(--store DIR\) its scenario is kept"):
        lived(ask=ask)


def test_cells_beside_one_that_cannot_be_lived_are_kept(tmp_path: Path) -> None:
    with futures.ThreadPoolExecutor(1) as pool, pytest.raises(ChunkFailed, match="replications 100 to 115"):
        lived(ask=Nets(stumbles_at=100), store=tmp_path, executor=pool)
    assert len((tmp_path / "cells.log").read_bytes().splitlines()) == 12


def test_a_disk_that_fills_up_is_told_and_can_be_gone_on_from(
    expected: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived(cells()[:4], store=tmp_path)
    write, room = os.write, [3]

    def full(file: int, data: Any) -> int:
        if b'"cell"' in bytes(data):
            room[0] -= 1
            if room[0] == 0:
                return write(file, bytes(data)[:30])
            if room[0] < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, data)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StoreError, match=r"cells\.log: cannot be written: No space left.*the same command goes on"):
        lived(store=tmp_path)
    monkeypatch.undo()
    assert len((tmp_path / "cells.log").read_bytes().splitlines()) == 7  # the last one broke off
    assert same(lived(store=tmp_path), expected)


def test_an_executor_whose_workers_die_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Dying(futures.Executor):
        error: Exception = futures.BrokenExecutor("gone")

        def submit(self, *arguments: Any, **named: Any) -> "futures.Future[Any]":
            future: futures.Future[Any] = futures.Future()
            future.set_exception(Dying.error)
            return future

    with pytest.raises(EngineError, match="workers have died; 0 cells are kept in"):
        lived(store=tmp_path, executor=Dying())
    monkeypatch.setattr(Dying, "error", MemoryError("no room. Too bad."))
    with pytest.raises(EngineError, match="the work failed: no room; 0 cells are kept in"):
        lived(store=tmp_path, executor=Dying())
    with futures.ThreadPoolExecutor(1) as pool:
        pool.shutdown()
        with pytest.raises(EngineError, match="takes no more work"):
            lived(executor=pool)


@pytest.mark.parametrize("workers", [0, 5000])
def test_a_number_of_workers_out_of_range_is_refused(workers: int) -> None:
    with pytest.raises(ScenarioError, match=r"workers: .*a whole number from 1 to 4096"):
        lived(workers=workers)


def test_what_a_study_is_stands_in_its_folder(tmp_path: Path) -> None:
    lived(cells(2), store=tmp_path, identity={"question": "a test", "pairs": 16})
    said = json.loads((tmp_path / "study.json").read_text())["document"]
    assert said["study"] == {"question": "a test", "pairs": 16}
    assert (said["ask"], said["rules_version"], said["relsim"]) == (
        "Nets(stumbles_at=-1)",
        relsim.RULES_VERSION,
        relsim.__version__,
    )


def interrupted(cell: Cell) -> None:
    """Begin to live a cell, and stop."""
    with study(Nets(), identity=IDENTITY, workers=1) as begun:
        begun._hand_out((cell,))
        raise KeyboardInterrupt


def test_a_study_stops_in_the_middle_of_a_long_cell() -> None:
    lived(cells(2))  # compiles
    told = time.monotonic()
    with pytest.raises(Stopped):
        interrupted(Cell(scenario(), 0, 200_000, 1))
    assert time.monotonic() - told < 5.0  # all of it would take ten times as long
