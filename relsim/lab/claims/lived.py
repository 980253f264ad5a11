"""The lives that claims ask for: of the same pairs of firms, under either launch, with one thing changed at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from relsim.analysis.columns import Rows
from relsim.lab.factors import with_numbers
from relsim.lab.lives import live_pairs
from relsim.life import live
from relsim.model.parameters import resolve
from relsim.model.rulebook import rulebook
from relsim.scenario.governance import Governance, Policy
from relsim.scenario.parameter import Leaf
from relsim.scenario.scenario import Scenario

__all__ = ["DEAL_FIRST", "FEASIBILITY_FIRST", "Lived"]

DEAL_FIRST = "deal-first"
FEASIBILITY_FIRST = "feasibility-first"

EVENTS_OF = 512
"""Of how many lives the events are kept, at most; what a row does not tell is asked of them."""


@dataclass(frozen=True, eq=False)
class Lived:
    """The first pairs of firms of a world; each arm is lived when it is first asked for.

    A replication is the same pair with the same luck under every launch and every change: they are twins.
    """

    scenario: Scenario
    pairs: int
    seed: int = 1
    _arms: dict[Any, Rows] = field(default_factory=dict, repr=False)
    _worlds: dict[Any, "Lived"] = field(default_factory=dict, repr=False)

    @property
    def deal_first(self) -> Rows:
        """Lives that signed first."""
        return self.under(DEAL_FIRST)

    @property
    def feasibility_first(self) -> Rows:
        """Lives that found out first."""
        return self.under(FEASIBILITY_FIRST)

    def under(self, launch: str, kickoff: int | None = None, policies: tuple[Policy, ...] | None = None) -> Rows:
        """Return lives under a launch as the scenario has it, but for these choices."""
        key = launch, kickoff, policies
        if key not in self._arms:
            changed: dict[str, Any] = {} if kickoff is None else {"kickoff": Leaf(float(kickoff))}
            if policies is not None:
                changed["policies"] = policies
            scenario = self._alone(launch, changed)
            self._arms[key] = live_pairs(scenario, self.pairs, self.seed).arms[launch]
        return self._arms[key]

    def where(self, numbers: Mapping[str, float]) -> "Lived":
        """Return the same pairs in a world with other numbers, by the names of factors."""
        key = tuple(numbers.items())
        if key not in self._worlds:
            self._worlds[key] = Lived(with_numbers(self.scenario, numbers), self.pairs, self.seed)
        return self._worlds[key]

    def policies(self, launch: str) -> tuple[Policy, ...]:
        """Return the policies that the scenario has under a launch."""
        return _governance(self.scenario, launch).policies

    @cached_property
    def need(self) -> float:
        """The fit that an ordinary relationship needs to cover what it costs."""
        return float(resolve(self._alone(DEAL_FIRST, {}), DEAL_FIRST, rulebook()).need)

    @cached_property
    def events(self) -> tuple[np.ndarray, ...]:
        """What happened in the first deal-first lives: an array of EVENT records each."""
        scenario = self._alone(DEAL_FIRST, {})
        p = resolve(scenario, DEAL_FIRST, rulebook())
        count = min(self.pairs, EVENTS_OF)
        return tuple(live(scenario, DEAL_FIRST, self.seed, k, p=p).record for k in range(count))

    def _alone(self, launch: str, changed: Mapping[str, Any]) -> Scenario:
        governance = _governance(self.scenario, launch).model_copy(update=changed)
        return self.scenario.model_copy(update={"arms": {launch: governance}})


def _governance(scenario: Scenario, launch: str) -> Governance:
    """Return the first arm with a launch, or that launch with all defaults where the scenario has none."""
    usual = Governance.model_validate({"launch": launch})
    return next((arm for arm in scenario.arms.values() if arm.launch == launch), usual)
