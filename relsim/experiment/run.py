"""Many lives: every arm lived by the same pairs of firms with the same luck."""

import hashlib
from collections.abc import Callable, Iterable

import numpy as np

from relsim.errors import ScenarioError, nearest
from relsim.experiment.results import Results
from relsim.life import ENGINES, live
from relsim.model.parameters import resolve
from relsim.model.row import ROW, canonical, rows
from relsim.model.rule import RuleFunction
from relsim.model.rulebook import rulebook
from relsim.scenario.scenario import Scenario

__all__ = ["BLOCK", "run_experiment"]

BLOCK = 1024
"""Consecutive replications of one arm whose rows make one digest."""

Progress = Callable[[int, int], None]


def run_experiment(
    scenario: Scenario,
    replications: int = 10_000,
    seed: int = 1,
    engine: str = "compiled",
    rules: Iterable[RuleFunction] = (),
    progress: Progress | None = None,
) -> Results:
    """Live `replications` lives in every arm of a scenario and return what came of them.

    Replication k is the same pair of firms with the same luck in every arm: counterfactual twins.
    engine, rules: as for `simulate`.
    progress: called with the number of lives done and the number of all lives.

    Raises ScenarioError for an unknown engine or a number of replications or a seed out of range.
    """
    if engine not in ENGINES:
        raise ScenarioError.of("engine", engine, f"one of {', '.join(ENGINES)}", nearest(engine, ENGINES))
    if not 1 <= replications <= 10**9:
        raise ScenarioError.of("replications", replications, "a whole number from 1 to 10^9")
    if not 0 <= seed < 2**63:
        raise ScenarioError.of("seed", seed, "a whole number from 0 to 2^63 - 1")
    own = tuple(rules)
    everything = replications * len(scenario.arms)
    made: dict[str, np.ndarray] = {}
    digests: dict[str, str] = {}
    for place, arm in enumerate(scenario.arms):
        blocks = []
        digest = hashlib.sha256()
        for first in range(0, replications, BLOCK):
            count = min(BLOCK, replications - first)

            def told(done: int, before: int = place * replications + first) -> None:
                if progress is not None:
                    progress(before + done, everything)

            block = rows(_states(scenario, arm, seed, first, count, engine, own, told), first)
            digest.update(hashlib.sha256(canonical(block)).digest())
            blocks.append(block)
        made[arm] = np.concatenate(blocks) if blocks else np.zeros(0, ROW)
        digests[arm] = digest.hexdigest()
    return Results(scenario, seed, replications, engine, rulebook(own), made, digests)


def _states(
    scenario: Scenario,
    arm: str,
    seed: int,
    first: int,
    count: int,
    engine: str,
    rules: tuple[RuleFunction, ...],
    told: Callable[[int], None],
) -> np.ndarray:
    if engine == "compiled":
        from relsim.engines.compiled_engine import run_lives

        book = rulebook(rules)
        return run_lives(resolve(scenario, arm, book), book, seed, first, count, begun=told)
    states = []
    for replication in range(first, first + count):
        states.append(live(scenario, arm, seed, replication, engine, rules).state)
        told(replication + 1 - first)
    return np.concatenate(states)
