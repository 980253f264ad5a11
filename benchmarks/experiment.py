"""The experiment runner: threads beside a bare loop, what a store costs, Dask beside threads, memory of many lives.

Promises, all measured in one run: two threads reach at least 0.93 of the speed-up that a bare GIL-free loop reaches at
that moment; a store costs at most 10 % of the run; Dask with two workers reaches at least 0.85 of two threads on a job
of about a minute; ten million lives need at most 64 MiB more memory at their peak than a hundred thousand.
"""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import relsim
from benchmarks.engines import bare_loop, timed
from relsim.engines.compiled_engine import run_lives
from relsim.experiment.cluster import executor_of
from relsim.experiment.run import run_experiment
from relsim.model.agenda import AGENDA
from relsim.model.chance import CHANCE
from relsim.model.compiling import compiled
from relsim.model.parameters import resolve
from relsim.model.rulebook import rulebook

ROUNDS = 5
BLOCK = 1024
THREADS_PAIRS = 64 * BLOCK
STORE_PAIRS = 128 * BLOCK
DASK_PAIRS = 576 * BLOCK
MANY, FEW = 10_000_000, 100_000


def speed_ups() -> tuple[float, float]:
    """Return the median speed-ups of two threads over one: of relsim, and of a bare loop beside it."""
    scenario = relsim.load_scenario("it-outsourcing")
    book = rulebook()
    p = resolve(scenario, "deal-first", book)
    ends = np.ascontiguousarray(run_lives(p, book, 1, 0, 4 * BLOCK)["t_end"])
    loop = compiled(bare_loop)

    def bare(seed: int) -> None:
        for _ in range(4):
            loop(p, seed, ends, np.zeros(1, AGENDA), np.zeros(1, CHANCE))

    def bare_on(threads: int) -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(bare, range(8)))

    bare(0)
    ours, bares = [], []
    for _ in range(ROUNDS):
        one, bare_one = timed(lambda: run_experiment(scenario, THREADS_PAIRS, workers=1)), timed(lambda: bare_on(1))
        two, bare_two = timed(lambda: run_experiment(scenario, THREADS_PAIRS, workers=2)), timed(lambda: bare_on(2))
        ours.append(one / two)
        bares.append(bare_one / bare_two)
    return statistics.median(ours), statistics.median(bares)


def store_cost(folder: Path) -> float:
    """Return by what share a store makes a run longer, the median of interleaved rounds."""
    scenario = relsim.load_scenario("it-outsourcing")
    costs = []
    for number in range(ROUNDS):
        without = timed(lambda: run_experiment(scenario, STORE_PAIRS))
        store = folder / f"{number}"
        costs.append(timed(lambda: run_experiment(scenario, STORE_PAIRS, store=store)) / without - 1.0)  # noqa: B023
        shutil.rmtree(store)
    return statistics.median(costs)


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Give the address of a Dask scheduler with two workers of one thread each."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    alone = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
    module = [sys.executable, "-m"]
    scheduler = [*module, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port)]
    processes = [subprocess.Popen([*scheduler, "--no-dashboard"], **quiet)]
    worker = [*module, "distributed.cli.dask_worker", address, *alone]
    processes += [subprocess.Popen(worker, **quiet) for _ in range(2)]
    try:
        yield address
    finally:
        for process in processes:
            process.kill()
            process.wait()


def dask_beside_threads(folder: Path) -> tuple[float, float]:
    """Return the speed of two Dask workers as a share of that of two threads, and the seconds of the threads."""
    scenario = relsim.load_scenario("it-outsourcing")
    with cluster(folder) as address, executor_of(address) as (executor, window):
        time.sleep(5.0)  # both workers
        given: dict[str, Any] = {"executor": executor, "window": window}
        run_experiment(scenario, 32 * BLOCK, store=folder / "warm", **given)
        dask = timed(lambda: run_experiment(scenario, DASK_PAIRS, store=folder / "dask", **given))
        threads = timed(lambda: run_experiment(scenario, DASK_PAIRS, store=folder / "threads", workers=2))
    return threads / dask, threads


def peak(lives: int, store: Path) -> tuple[float, float]:
    """Return the peak memory in MiB and the seconds of a comparison of so many lives by the command line."""
    command = [sys.executable, "-m", "relsim", "compare", "it-outsourcing", "--no-picture"]
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--replications", str(lives // 2), "--store", str(store)], stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0
    return usage.ru_maxrss / 1024, time.perf_counter() - begun


def main() -> int:
    """Print the figures beside their promises; return 1 where one is missed."""
    kept = True

    def told(what: str, value: float, promised: float, at_least: bool) -> None:
        nonlocal kept
        holds = value >= promised if at_least else value <= promised
        kept &= holds
        bound = "at least" if at_least else "at most"
        print(f"{'kept' if holds else 'MISSED'}: {what}: {value:.3f} (promised {bound} {promised:g})", flush=True)

    ours, bare = speed_ups()
    print(f"two threads over one: relsim {ours:.3f}, a bare GIL-free loop {bare:.3f}")
    told("two threads, share of the bare loop's own speed-up", ours / bare, 0.93, True)
    with tempfile.TemporaryDirectory() as folder:
        told("what a store adds to a run, as a share", store_cost(Path(folder)), 0.10, False)
    with tempfile.TemporaryDirectory() as folder:
        share, seconds = dask_beside_threads(Path(folder))
        told(f"Dask with two workers over two threads, on a job of {seconds:.0f} s", share, 0.85, True)
    with tempfile.TemporaryDirectory() as folder:
        few, _ = peak(FEW, Path(folder) / "few")
        many, seconds = peak(MANY, Path(folder) / "many")
        size = sum(each.stat().st_size for each in (Path(folder) / "many").rglob("*") if each.is_file())
    print(f"peak memory: {FEW:,} lives {few:.0f} MiB, {MANY:,} lives {many:.0f} MiB")
    told("what ten million lives add to the peak, in MiB", many - few, 64.0, False)
    print(f"{MANY:,} lives of it-outsourcing with a store: {seconds:.0f} s, {size / 1e9:.2f} GB on disk, ", end="")
    print(f"{size / MANY:.0f} bytes a life; so 10^8 would take {seconds / 360:.1f} h and {size / 1e8:.0f} GB here")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
