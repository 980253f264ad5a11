"""One digest and one summary for any workers, chunks, executors and orders; also where tasks are run twice."""

import concurrent.futures as futures
import json
import multiprocessing
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import relsim
from relsim.experiment.plan import Shard
from relsim.experiment.run import merge, run_experiment, run_shard
from relsim.model.row import BLOCK
from tests.worlds import scenario

SHORT = scenario({"contact_rate": 2.0}, horizon=1.5)
LIVES = 9 * BLOCK + 77


class Untidy(futures.Executor):
    """Delivers in random order, and runs a fifth of its tasks twice, as a cluster may."""

    def __init__(self, seed: int) -> None:
        self.twice = 0
        self._random = random.Random(seed)
        self._waiting: list[tuple[futures.Future[Any], Callable[[], Any]]] = []
        self._something = threading.Condition()
        self._over = False
        self._thread = threading.Thread(target=self._deliver)
        self._thread.start()

    def submit(self, function: Callable[..., Any], /, *args: Any, **named: Any) -> "futures.Future[Any]":
        future: futures.Future[Any] = futures.Future()
        with self._something:
            self._waiting.append((future, lambda: function(*args, **named)))
            self._something.notify()
        return future

    def _deliver(self) -> None:
        while True:
            with self._something:
                self._something.wait_for(lambda: self._waiting or self._over)
                if not self._waiting:
                    return
                future, task = self._waiting.pop(self._random.randrange(len(self._waiting)))
            if self._random.random() < 0.2:
                self.twice += 1
                task()
            future.set_result(task())

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        with self._something:
            self._over = True
            self._something.notify()
        self._thread.join()


@pytest.fixture(scope="module")
def expected() -> tuple[str, str]:
    results = run_experiment(SHORT, LIVES, workers=1)
    return results.digest, json.dumps(results.summary())


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
@pytest.mark.parametrize("blocks", [1, 2, 3, 16])
def test_threads(expected: tuple[str, str], workers: int, blocks: int) -> None:
    results = run_experiment(SHORT, LIVES, workers=workers, blocks=blocks)
    assert (results.digest, json.dumps(results.summary())) == expected


@pytest.mark.parametrize("blocks", [1, 4])
def test_an_executor_that_delivers_in_any_order_and_runs_some_twice(
    expected: tuple[str, str], blocks: int, tmp_path: Path
) -> None:
    for store in (None, tmp_path / "kept"):
        with Untidy(seed=blocks) as executor:
            results = run_experiment(SHORT, LIVES, executor=executor, window=6, blocks=blocks, store=store)
        assert executor.twice > 0
        assert (results.digest, json.dumps(results.summary())) == expected


def test_any_executor_of_the_standard_library(expected: tuple[str, str]) -> None:
    context = multiprocessing.get_context("spawn")
    for executor in (futures.ThreadPoolExecutor(2), futures.ProcessPoolExecutor(2, context)):
        with executor:
            results = run_experiment(SHORT, LIVES, executor=executor, blocks=2)
        assert (results.digest, json.dumps(results.summary())) == expected
        assert len(results.lives) == 2 * LIVES


@pytest.mark.parametrize("engine", ["simpy", "simpy-plain"])
def test_processes_of_the_simpy_engines(engine: str) -> None:
    brief = scenario({"contact_rate": 2.0}, horizon=0.3)
    count = 2 * BLOCK + 40 if engine == "simpy" else 60
    expected = run_experiment(brief, count, workers=1)
    found = run_experiment(brief, count, engine=engine, workers=2)
    assert found.digest == expected.digest


def test_a_users_rule_travels_to_processes() -> None:
    expected = run_experiment(SHORT, 50, rules=[nobody_calls], workers=1)
    context = multiprocessing.get_context("spawn")
    with futures.ProcessPoolExecutor(1, context) as executor:
        found = run_experiment(SHORT, 50, rules=[nobody_calls], executor=executor)
    assert found.digest == expected.digest
    assert found.digest != run_experiment(SHORT, 50, workers=1).digest


@relsim.rule("WORK_CONTACT")
def nobody_calls(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Nobody calls anybody."""
    return False


def test_a_rule_that_only_this_process_has_is_refused_in_words() -> None:
    @relsim.rule("WORK_CONTACT")
    def here(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
        return False

    context = multiprocessing.get_context("spawn")
    with futures.ProcessPoolExecutor(1, context) as executor, pytest.raises(relsim.EngineError, match="cannot travel"):
        run_experiment(SHORT, 10, rules=[here], executor=executor)


def test_shards_merge_into_the_same(expected: tuple[str, str], tmp_path: Path) -> None:
    store = tmp_path / "kept"
    for number in (3, 1):
        run_shard(SHORT, LIVES, shard=Shard(number, 3), store=store)
    with pytest.raises(relsim.StoreError, match="not lived yet"):
        merge(store)
    assert run_shard(SHORT, LIVES, shard=Shard(2, 3), store=store) > 0
    assert run_shard(SHORT, LIVES, shard=Shard(2, 3), store=store) == 0
    results = merge(store)
    assert (results.digest, json.dumps(results.summary())) == expected
    assert [each.name for each in store.glob("journal*")] == ["journal.log"]
    assert run_experiment(SHORT, LIVES, store=store).digest == results.digest


def test_an_order_of_magnitude_more_lives_need_no_more_sums() -> None:
    """What grows with the number of replications is one tree of sums, by one node a doubling."""
    few = run_experiment(SHORT, 4 * BLOCK, workers=1)
    many = run_experiment(SHORT, 31 * BLOCK, workers=2)
    assert (len(few.tally.nodes), len(many.tally.nodes)) == (1, 5)
    assert few.tally.ends.nbytes == many.tally.ends.nbytes
