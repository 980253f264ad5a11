"""Twins: the same pair of firms with the same luck under two launches, as data for the page that shows them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from relsim.drawing.units import scale_of
from relsim.errors import ScenarioError, nearest
from relsim.life import Life, simulate
from relsim.scenario.scenario import Scenario
from relsim.show.knowing import TEAMS, heard_of
from relsim.show.words import LANGUAGES, words
from relsim.vocabulary import Agent, Ending, Phase

__all__ = ["Twins", "twins", "two_arms"]

FORMAT = 1
"""The form of the document; the module that draws refuses another one."""


@dataclass(frozen=True, eq=False)
class Twins:
    """Two lives of one replication: the same partners, the same luck, another launch."""

    lives: tuple[Life, Life]

    @property
    def scenario(self) -> Scenario:
        """What was asked."""
        return self.lives[0].scenario

    @cached_property
    def document(self) -> dict[str, Any]:
        """All that a page needs to show the twins, as data of JSON; docs/guides/trainer.md says how it is shown."""
        first = self.lives[0]
        factor, unit = scale_of(self.scenario)
        start = self.scenario.start_date
        return {
            "format": FORMAT,
            "title": self.scenario.title,
            "seed": first.seed,
            "replication": first.replication,
            "horizon": self.scenario.horizon,
            "start_date": None if start is None else start.isoformat(),
            "money": {"factor": factor, "unit": unit},
            "agents": [agent.name for agent in Agent],
            "phases": [phase.name for phase in Phase],
            "lives": [_life(life) for life in self.lives],
            "words": {language: words(language).room("model", "twins") for language in LANGUAGES},
        }


def twins(scenario: Scenario, replication: int = 0, seed: int = 1, arms: tuple[str, str] | None = None) -> Twins:
    """Let one pair of firms live through two arms of a scenario with the same luck.

    arms: their names; by default the first arm of either launch, or the first two where all launch alike.

    Raises ScenarioError for an unknown arm, or where there are not two.
    """
    chosen = two_arms(scenario) if arms is None else arms
    for name in chosen:
        if name not in scenario.arms:
            raise ScenarioError.of("arm", name, f"one of {', '.join(scenario.arms)}", nearest(name, scenario.arms))
    one, other = (simulate(scenario, arm, seed, replication) for arm in chosen)
    return Twins((one, other))


def two_arms(scenario: Scenario) -> tuple[str, str]:
    """Return the arms that are compared where nobody says which: the first of either launch, or the first two.

    Raises ScenarioError where there are not two.
    """
    names = list(scenario.arms)
    if len(names) < 2:
        raise ScenarioError.of("arm", ", ".join(names), "two arms: twins are one pair of firms under two of them")
    launches = [arm.launch for arm in scenario.arms.values()]
    other = next((name for name, launch in zip(names, launches, strict=True) if launch != launches[0]), names[1])
    return names[0], other


def _life(life: Life) -> dict[str, Any]:
    """Return one life as columns of plain numbers; moments are in years, to the hour."""
    events, course, row = life.events, life.trajectory, life.row
    number = {agent.name: int(agent) for agent in Agent}
    kinds = sorted(set(events["kind"]))
    place = {kind: at for at, kind in enumerate(kinds)}
    heard = heard_of(life)
    return {
        "arm": life.arm,
        "launch": life.scenario.arms[life.arm].launch,
        "ending": Ending(row["ending"]).name,
        "end": round(row["t_end"], 4),
        "row": {name: _plain(row[name]) for name in _TOLD},
        "kinds": kinds,
        "events": {
            "time": events["time"].round(4).tolist(),
            "kind": [place[kind] for kind in events["kind"]],
            "sender": [number[name] for name in events["sender"]],
            "receiver": [number[name] for name in events["receiver"]],
            "case": events["case"].tolist(),
            "attempt": events["attempt"].tolist(),
            "a": events["a"].round(3).tolist(),
            "b": events["b"].round(3).tolist(),
        },
        "course": {name: [_plain(value, 4) for value in course[name].tolist()] for name in course.columns},
        "heard": {team.name: [round(time, 4) for time, _ in heard[team]] for team in TEAMS},
    }


_TOLD = ("net_client", "net_supplier", "t_deal", "t_operations", "promise", "performance_mean")
"""What of a row the page tells."""


def _plain(value: float, digits: int = 4) -> float | None:
    return None if value != value else round(value, digits)
