"""Lives of many worlds: the same pairs of firms, with the same luck, in each of them."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import numpy as np

from relsim.analysis.columns import by_column
from relsim.experiment.work import Experiment, states_of
from relsim.model.row import rows
from relsim.scenario.scenario import Scenario

__all__ = ["Lives", "live_pairs", "side_by_side"]

_Asked = TypeVar("_Asked")
_Told = TypeVar("_Told")


@dataclass(frozen=True, eq=False)
class Lives:
    """Lives of the same pairs of firms under every arm of a scenario."""

    scenario: Scenario
    arms: Mapping[str, Mapping[str, np.ndarray]]
    """The columns of ROW by name, of each arm; arrays of shape (n,)."""


def live_pairs(scenario: Scenario, pairs: int, seed: int = 1) -> Lives:
    """Let the first pairs of firms live under every arm, on the compiled engine."""
    experiment = Experiment(scenario, seed, "compiled")
    return Lives(scenario, {arm: by_column(rows(states_of(experiment, arm, 0, pairs), 0)) for arm in scenario.arms})


def side_by_side(function: Callable[[_Asked], _Told], asked: Iterable[_Asked]) -> Iterator[_Told]:
    """Yield what a function says of each thing asked, in their order, on all cores: compiled lives run in threads."""
    waiting = iter(asked)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        # a few at a time, so that stopping need not wait for all
        flying = [pool.submit(function, each) for each in islice(waiting, 2 * (os.cpu_count() or 1))]
        try:
            while flying:
                yield flying.pop(0).result()
                flying += [pool.submit(function, each) for each in islice(waiting, 1)]
        finally:
            for each in flying:
                each.cancel()
