"""Where lives stand at moments in between: the state at a time is that of the same life with that time as horizon.

A longer horizon leaves the earlier events as they are, so nothing has to be watched while lives are lived.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from relsim.analysis.course import SNAPSHOT
from relsim.experiment.work import Experiment, states_of

__all__ = ["PAIRS", "snapshots"]

PAIRS = 1024
"""Of how many pairs of firms the course is shown: the first ones."""

_PAIRS_PLAIN = 8
"""The same where rules are in plain Python."""

_MOMENTS = 37


def snapshots(experiment: Experiment, replications: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return moments in years since first contact, and where the first pairs stand at each, for each arm.

    Snapshots are SNAPSHOT records, moments x pairs. Lives are lived on the compiled engine, except where the user's own
    rules are for plain Python.
    """
    scenario = experiment.scenario
    plain = experiment.engine == "simpy-plain" and bool(experiment.rules)
    count = min(replications, _PAIRS_PLAIN if plain else PAIRS)
    times = np.linspace(0.0, scenario.horizon, _MOMENTS)[1:]

    def look(horizon: float) -> dict[str, np.ndarray]:
        until = scenario.model_copy(update={"horizon": horizon})
        shorter = Experiment(until, experiment.seed, "simpy-plain" if plain else "compiled", experiment.rules)
        return {arm: _seen(states_of(shorter, arm, 0, count)) for arm in scenario.arms}

    with ThreadPoolExecutor() as pool:
        looks = list(pool.map(look, times.tolist()))
    return times, {arm: np.stack([each[arm] for each in looks]) for arm in scenario.arms}


def _seen(states: np.ndarray) -> np.ndarray:
    """Return the snapshots of final states."""
    seen = np.zeros(len(states), SNAPSHOT)
    for name in SNAPSHOT.names or ():
        seen[name] = states[name]
    return seen
