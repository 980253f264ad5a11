"""Lives of many worlds: the same pairs of firms, with the same luck, in each of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from relsim.analysis.columns import by_column
from relsim.experiment.work import Experiment, Told, states_of
from relsim.model.row import rows
from relsim.scenario.scenario import Scenario

__all__ = ["Lives", "live_pairs"]


@dataclass(frozen=True, eq=False)
class Lives:
    """Lives of the same pairs of firms under every arm of a scenario."""

    scenario: Scenario
    arms: Mapping[str, Mapping[str, np.ndarray]]
    """The columns of ROW by name, of each arm; arrays of shape (n,)."""


def live_pairs(scenario: Scenario, pairs: int, seed: int = 1, first: int = 0, told: Told | None = None) -> Lives:
    """Let pairs of firms live under every arm, on the compiled engine.

    first: the replication of the first pair. told: as for `states_of`.
    """
    experiment = Experiment(scenario, seed, "compiled")
    arms = {}
    for arm in scenario.arms:
        arms[arm] = by_column(rows(states_of(experiment, arm, first, pairs, told), first))
    return Lives(scenario, arms)
