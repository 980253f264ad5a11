"""What lives say: a million of them measured and told, and a report of a hundred thousand as a user waits for it.

Promises: a million lives are measured, merged and told, life tables, twins and causes together, in 10 seconds and 64
MiB; measuring a life costs at most a fifth of living it, side by side; the report of a comparison of 100,000 lives
takes 15 seconds from the command to the file.
"""

import resource
import subprocess
import sys
import tempfile
import time
from functools import reduce
from pathlib import Path

import numpy as np

import relsim
from benchmarks.engines import timed
from relsim.analysis.tally import Tally, tally
from relsim.engines.compiled_engine import run_lives
from relsim.experiment.results import Results
from relsim.model.parameters import resolve
from relsim.model.row import BLOCK, rows
from relsim.model.rulebook import rulebook
from relsim.scenario.scenario import Scenario

BLOCKS = 489
"""Blocks of 1,024 pairs: a million lives in two arms."""

DIFFERENT = 8
"""Blocks that are really lived; the others are these again, under other numbers."""

ROUNDS = 9
REPORTED = 50_000


def lived(scenario: Scenario, arm: str) -> np.ndarray:
    """Return the rows of the blocks that are lived, in one arm."""
    book = rulebook()
    return rows(run_lives(resolve(scenario, arm, book), book, 1, 0, DIFFERENT * BLOCK), 0)


def block(everything: dict[str, np.ndarray], number: int) -> dict[str, np.ndarray]:
    """Return the rows of one block in all arms, under its number."""
    start = number % DIFFERENT * BLOCK
    made = {arm: each[start : start + BLOCK].copy() for arm, each in everything.items()}
    for each in made.values():
        each["replication"] += number * BLOCK - start
    return made


def told(results: Results) -> int:
    """Return how many letters it takes to tell all that is found."""
    findings = [
        results.survival(),
        results.survival(per="contact"),
        results.hazard(),
        results.incidence(),
        results.difference(),
        results.decompose(),
        results.decompose(per="launched"),
        results.causes(),
        results.losses(),
    ]
    return sum(len(str(each)) for each in findings)


def a_million() -> tuple[float, float]:
    """Return the seconds that it takes to measure, merge and tell a million lives, and the MiB that it adds."""
    scenario = relsim.load_scenario("it-outsourcing")
    few = relsim.run_experiment(scenario, BLOCK)
    told(few)
    everything = {arm: lived(scenario, arm) for arm in scenario.arms}
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    parts = (tally(scenario, block(everything, number)) for number in range(BLOCKS))
    told(Results(few.experiment, BLOCKS * BLOCK, reduce(Tally.merged, parts), few.digests))
    seconds = time.perf_counter() - begun
    return seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def measuring_beside_living() -> float:
    """Return the time to measure lives as a share of that to live them, the median of interleaved rounds."""
    scenario = relsim.load_scenario("it-outsourcing")
    book = rulebook()
    parameters = {arm: resolve(scenario, arm, book) for arm in scenario.arms}

    def live() -> dict[str, np.ndarray]:
        return {arm: rows(run_lives(p, book, 1, 0, 4 * BLOCK), 0) for arm, p in parameters.items()}

    made = live()
    return float(np.median([timed(lambda: tally(scenario, made)) / timed(live) for _ in range(ROUNDS)]))


def a_report(folder: Path) -> float:
    """Return the seconds that a report of 100,000 lives takes, by the command line."""
    command = [sys.executable, "-m", "relsim", "report", "it-outsourcing", "--replications", str(REPORTED)]
    out = ["--out", str(folder / "report.html")]
    return timed(lambda: subprocess.run([*command, *out], check=True, stdout=subprocess.DEVNULL))


def main() -> int:
    """Print the figures beside their promises; return 1 where one is missed."""
    kept = True
    seconds, memory = a_million()
    with tempfile.TemporaryDirectory() as folder:
        page = a_report(Path(folder))
    for what, value, promised in (
        ("a million lives measured, merged and told, seconds", seconds, 10.0),
        ("what that adds to the peak memory, MiB", memory, 64.0),
        ("measuring lives over living them", measuring_beside_living(), 0.2),
        ("a report of 100,000 lives from the command line, seconds", page, 15.0),
    ):
        holds = value <= promised
        kept &= holds
        print(f"{'kept' if holds else 'MISSED'}: {what}: {value:.3f} (promised at most {promised:g})", flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
