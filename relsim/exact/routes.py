"""The ways through a launch: which stages there are, in which order, and what share of all pairs of firms goes them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from relsim.exact.implied import explores, talks, verdict, workshops
from relsim.vocabulary import Ending

__all__ = ["LAUNCHED", "SIGNED", "UNSIGNED", "Route", "Stage", "routes"]

UNSIGNED, SIGNED, LAUNCHED = range(3)


class Stage(NamedTuple):
    """A stage that lasts equally long in every life (`wait`), or exponentially long, or, as the last one, for good."""

    progress: int
    wait: float = 0.0
    mean: float = 0.0
    ending: Ending = Ending.ONGOING


class Route(NamedTuple):
    """One way through a launch, and the share that goes it, at each fit."""

    share: np.ndarray
    stages: tuple[Stage, ...]
    deal_first: bool = True


def routes(p: Any, fit: np.ndarray) -> Iterator[Route]:
    """Yield the ways that an arm may go; which one, partners and luck have settled at first contact."""
    if p.horizon == 0.0:  # nothing happens at the horizon, not even a first contact
        yield Route(np.ones(len(fit)), (Stage(UNSIGNED),))
        return
    between = float(p.workshop_gap_most)
    exploring = workshops(p) * between + float(p.verdict_time) if explores(p) else 0.0
    feasible = verdict(p).feasible(p.need, fit) if explores(p) else np.zeros(len(fit))
    override = float(p.override) if explores(p) else 1.0
    unasked = (1.0 - feasible) * override
    talking = _spell(UNSIGNED, exploring + talks(p, p.negotiation_least))
    drafting = float(p.drafting_least), float(p.drafting_mean)
    setting_up = _spell(SIGNED, p.kickoff * between + float(p.transition_least), float(p.transition_mean))
    at_work = (*setting_up, Stage(LAUNCHED))
    yield Route((1.0 - p.no_deal) * unasked, (*talking, *_spell(SIGNED, *drafting), *at_work))
    yield Route((1.0 - p.no_deal) * feasible, (*talking, *_spell(UNSIGNED, *drafting), *at_work), deal_first=False)
    yield Route(p.no_deal * (unasked + feasible), (*talking, Stage(UNSIGNED, ending=Ending.NO_DEAL)))
    given_up = Stage(UNSIGNED, ending=Ending.ABANDONED)
    yield Route((1.0 - feasible) * (1.0 - override), (*_spell(UNSIGNED, exploring), given_up))


def _spell(progress: int, wait: float, mean: float = 0.0) -> tuple[Stage, ...]:
    """Return the stages of a duration: the part that is the same in every life, then the exponential one, if any."""
    return tuple(stage for stage in (Stage(progress, wait=wait), Stage(progress, mean=mean)) if any(stage[1:3]))
