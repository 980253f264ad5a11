"""Small stores to be ill-treated: an experiment of some chunks that is lived within a second."""

import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

from relsim.experiment.check import verify
from relsim.experiment.run import run_experiment
from relsim.experiment.store import Store
from relsim.model.row import BLOCK
from tests.worlds import scenario

SHORT = scenario({"contact_rate": 2.0}, horizon=1.5)
LIVES = 11 * BLOCK + 500


def live(store: Path, workers: int = 2, lives: int = LIVES) -> str:
    """Live the experiment into a store and return its digest."""
    return run_experiment(SHORT, lives, workers=workers, store=store).digest


def attempts(store: Path) -> dict[str, str]:
    """Return which attempt counts for each finished chunk."""
    try:
        return {str(chunk): each.attempt for chunk, each in Store.salvaged(store).finished().items()}
    except Exception:  # killed before there was anything to read
        return {}


def kill_at_random(folder: Path, rounds: int, seed: int) -> list[str]:
    """Kill a coordinator at random moments, go on until it is done, and return what went wrong.

    The children are forks of this process, which has everything compiled, so that a round takes no second.
    """
    rng = random.Random(seed)
    expected = live(folder / "first")
    begun = time.perf_counter()
    live(folder / "second", workers=1)
    longest = time.perf_counter() - begun
    wrong = []
    killed = 0
    for number in range(rounds):
        store = folder / f"round-{number}"
        finished: dict[str, str] = {}
        for _ in range(3):
            child = os.fork()
            if child == 0:
                live(store, workers=rng.choice([1, 2]))
                os._exit(0)
            time.sleep(rng.uniform(0.0, longest))
            os.kill(child, signal.SIGKILL)
            too_late = os.waitpid(child, 0)[1] != signal.SIGKILL
            killed += not too_late
            now = attempts(store)
            lost = {chunk for chunk, attempt in finished.items() if now.get(chunk) != attempt}
            if lost:
                wrong.append(f"round {number}: lived again or lost: {sorted(lost)}")
            finished = now
            if too_late:  # nothing is left to be killed at: begin anew, and be quicker
                longest *= 0.7
                shutil.rmtree(store)
                finished = {}
        if live(store) != expected:
            wrong.append(f"round {number}: another digest")
        now = attempts(store)
        if any(now[chunk] != attempt for chunk, attempt in finished.items()):
            wrong.append(f"round {number}: a finished chunk was lived again")
        report = verify(store)
        if report.findings or report.drafts:
            wrong.append(f"round {number}: {[str(each) for each in report.findings]}, {report.drafts} drafts")
        shutil.rmtree(store)
    if killed < rounds:
        wrong.append(f"only {killed} coordinators of {3 * rounds} were killed before they were done")
    return wrong


if __name__ == "__main__":
    print(json.dumps(kill_at_random(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
