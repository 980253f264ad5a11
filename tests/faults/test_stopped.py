"""Stopped by a person, a scheduler, a second coordinator, or by lives that cannot be lived."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import relsim
from relsim.cli import main
from relsim.engines.compiled_engine import FIRST_CASE
from relsim.experiment.check import status_of, verify
from relsim.experiment.run import run_experiment
from relsim.experiment.runners import interrupted_later
from relsim.experiment.store import Store
from relsim.model.chance import uniforms
from relsim.model.row import BLOCK
from relsim.vocabulary import EventKind
from tests.faults.stores import SHORT, live
from tests.worlds import quiet

ROOT = Path(__file__).parents[2]
LONG = ["--replications", "100_000_000", "--no-picture"]


def begun(*arguments: str, at_work: Callable[[int], bool]) -> "subprocess.Popen[str]":
    """Start a comparison that would take hours, and wait until it is at work, as its process number tells."""
    command = [sys.executable, "-m", "relsim", "compare", "it-outsourcing", *LONG, *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None and not at_work(process.pid):
        time.sleep(0.01)
    assert process.poll() is None, process.communicate()
    return process


def begun_in(store: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start a comparison that would take hours, and wait until its first lives are in its store."""
    return begun("--store", str(store), *arguments, at_work=lambda _: any((store / "lives").rglob("*.parquet")))


def stopped(process: "subprocess.Popen[str]", how: signal.Signals) -> tuple[float, str]:
    """Send a signal to a process and those that it started, as a terminal does, and return how long it took."""
    told = time.monotonic()
    os.killpg(process.pid, how)
    _, err = process.communicate(timeout=60)
    took = time.monotonic() - told
    assert process.returncode == 130
    return took, err


def within_a_second(once: Callable[[], float]) -> bool:
    """Whether something takes less than a second; on a machine that is busy with other things, one time in three."""
    return any(once() < 1.0 for _ in range(3))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_stops_within_a_second_and_can_be_resumed(workers: str, how: signal.Signals, tmp_path: Path) -> None:
    stores = (tmp_path / f"store-{number}" for number in range(3))  # each is at work when its first lives are there

    def once() -> float:
        store = next(stores)
        took, err = stopped(begun_in(store, "--workers", workers, "--set", "horizon=1"), how)
        kept = status_of(Store.read(store))["replications"]["done"]
        said = f"stopped; {kept:,} of 100,000,000 pairs of firms are kept in {store}; the same command goes on\n"
        assert err == said
        assert verify(store).findings == ()
        return took

    assert within_a_second(once)


def test_ctrl_c_stops_worker_processes_too_also_those_that_have_just_started() -> None:
    psutil = pytest.importorskip("psutil", reason="psutil, which comes with Jupyter's kernels, is not installed")

    def have_workers(pid: int) -> bool:
        return len(psutil.Process(pid).children()) >= 2  # beside multiprocessing's own

    times = []
    for patience in (0.0, 0.2, 0.4, 3.0):
        process = begun("--engine", "simpy", "--workers", "2", at_work=have_workers)
        time.sleep(patience)
        took, err = stopped(process, signal.SIGINT)
        assert err == "stopped; nothing is kept without --store DIR\n"
        times.append(took)
    assert min(times) < 1.0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_that_another_thread_takes_waits_as_well(how: signal.Signals) -> None:
    heard: list[str] = []
    over = threading.Event()
    other = threading.Thread(target=over.wait, daemon=True)
    other.start()  # before: it blocks nothing
    before = signal.signal(how, lambda number, frame: heard.append("interrupted"))
    try:
        with interrupted_later():
            signal.pthread_kill(other.ident or 0, how)
            deadline = time.monotonic() + 0.2
            while time.monotonic() < deadline:
                pass  # Python handles signals between two steps of the main thread
            heard.append("started")
        assert heard == ["started", "interrupted"]
    finally:
        signal.signal(how, before)
        over.set()


def test_what_is_kept_is_counted_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(store: Store, entry: Any, journal: str) -> None:
        if entry["kind"] == "lives":
            monkeypatch.undo()
            raise KeyboardInterrupt

    monkeypatch.setattr(Store, "_take", interrupted)
    with pytest.raises(relsim.Stopped, match=rf"^stopped; {BLOCK:,} of {2 * BLOCK:,} pairs of firms are kept in"):
        run_experiment(SHORT, 2 * BLOCK, store=tmp_path, workers=1, blocks=1)


def test_a_second_coordinator_is_refused(tmp_path: Path) -> None:
    store = tmp_path / "store"
    process = begun_in(store)
    try:
        assert status_of(Store.read(store))["at_work"].startswith(f"process {process.pid} on ")
        with pytest.raises(relsim.StoreError, match=f"process {process.pid} on .* is at work on this store"):
            run_experiment(relsim.load_scenario("it-outsourcing"), 10, store=store)
    finally:
        process.kill()
        process.communicate()
    assert status_of(Store.read(store))["at_work"] == ""


def test_a_store_can_be_verified_while_somebody_writes_to_it(tmp_path: Path) -> None:
    store = tmp_path / "store"
    process = begun_in(store, "--set", "horizon=0.5")
    try:
        first = verify(store)
        deadline = time.monotonic() + 60
        while (report := verify(store)).files < first.files + 20:
            assert report.findings == ()
            assert time.monotonic() < deadline
    finally:
        process.kill()
        process.communicate()
    assert first.findings == report.findings == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seed": 2}, "seed: 1 there, 2 asked"),
        ({"scenario": relsim.load_scenario("rnd-alliance")}, "scenario.title: a test world there"),
    ],
)
def test_a_store_of_another_experiment_is_refused(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    asked = {"scenario": SHORT, "replications": 5, "store": tmp_path / "store"}
    run_experiment(**asked)
    with pytest.raises(relsim.StoreError, match=said):
        run_experiment(**{**asked, **change})


def test_a_store_of_other_rules_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {"scenario": SHORT, "replications": 5, "store": tmp_path / "store"}
    run_experiment(**asked)
    with pytest.raises(relsim.StoreError, match=r"own_rules\..*: nothing there, stumbling asked"):
        run_experiment(**asked, rules=[stumbling])
    version = relsim.RULES_VERSION
    monkeypatch.setattr("relsim.model.rulebook.RULES_VERSION", version + 1)
    with pytest.raises(relsim.StoreError, match=f"rules_version: {version} there, {version + 1} asked"):
        run_experiment(**asked)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("all my work")
    with pytest.raises(relsim.StoreError, match="not a store of relsim"):
        live(tmp_path)
    assert [each.name for each in tmp_path.iterdir() if each.name != "lock"] == ["thesis.docx"]


def first_uniform(replication: int) -> float:
    """Return the u0 of the first contact of a life, by which the rules below know it."""
    return uniforms(1, replication, 1024 + 2 * EventKind.FIRST_CONTACT, FIRST_CASE)[0]


CULPRITS = (2 * BLOCK + 77, 4 * BLOCK + 5)
STUMBLES, FALLS = (first_uniform(each) for each in CULPRITS)
KILLER = BLOCK + 17
KILLS = first_uniform(KILLER)


@relsim.rule("FIRST_CONTACT")
def stumbling(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Look for something that is not there, in two lives."""
    if u.u0 in (STUMBLES, FALLS):
        return bool(out.letter[99 + int(r.events)].fixed)
    return False


@relsim.rule("FIRST_CONTACT")
def deadly(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Take the whole process along, in one life."""
    if u.u0 == KILLS:
        os.abort()
    return False


@pytest.mark.parametrize("engine", ["compiled", "simpy-plain"])
def test_lives_that_cannot_be_lived_are_named_and_the_rest_is_finished(engine: str, tmp_path: Path) -> None:
    store, count = tmp_path / "store", 5 * BLOCK
    with pytest.raises(relsim.ChunkFailed) as failed:
        run_experiment(quiet(), count, engine=engine, rules=[stumbling], store=store, workers=2)
    told = sorted(str(failed.value).splitlines())
    assert f"2 chunks failed 3 times and were set aside; all others are finished and kept in {store}" in told
    for culprit, line in zip(CULPRITS, told, strict=False):
        first = culprit - culprit % BLOCK
        assert line.startswith(f"  replications {first} to {first + BLOCK - 1}: at FIRST_CONTACT, 0 years")
        assert ": rule stumbling (" in line
        assert "IndexError" in line
        assert line.endswith(f"--arm deal-first --replication {culprit} --seed 1 --engine {engine} --rules FILE.py")
    status = status_of(Store.read(store))
    assert status["replications"] == {"done": 3 * BLOCK, "asked": count}
    assert len(status["set_aside"]) == 2
    assert verify(store).findings == ()


def test_a_life_that_kills_its_process_is_found_and_the_rest_is_finished(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with pytest.raises(relsim.ChunkFailed) as failed:
        run_experiment(quiet(), BLOCK + 40, engine="simpy-plain", rules=[deadly], store=store, workers=2)
    assert f"replication {KILLER} kills the worker process that lives it" in str(failed.value)
    assert status_of(Store.read(store))["replications"]["done"] == BLOCK


def test_a_target_out_of_reach_is_told_with_an_exit_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["compare", "it-outsourcing", "--set", "horizon=1", "--replications", "9000", "--no-picture"]
    with pytest.raises(SystemExit) as left:
        main([*asked, "--until", "signed ±0.0001"])
    out, err = capsys.readouterr()
    assert left.value.code == 1
    assert err == "signed ±0.0001: not reached after 9,000 pairs of firms\n"
    assert "until signed ±0.0001: not reached" in out
