"""What worlds may be told apart by: the numbers that differ, and a few that people think in and that follow from them.

A limit on the second shape of a Beta law says nothing to anybody; one on the average fit does.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from relsim.lab.factors import Factor, worlds_at
from relsim.model.parameters import resolve
from relsim.model.rulebook import rulebook
from relsim.scenario.parameter import numbers
from relsim.scenario.scenario import Scenario
from relsim.scenario.world import World
from relsim.vocabulary import Level

__all__ = ["AVERAGE_FIT", "DERIVED", "Axis", "average_fit", "axes_of", "axis_of", "with_average_fit"]


@dataclass(frozen=True)
class Axis:
    """A number of a world."""

    name: str
    words: str
    unit: str
    """Empty where it is a share, or a number without unit."""
    meaning: str = ""
    """What the words mean, where they do not say it themselves."""

    @property
    def labelled(self) -> str:
        """The words with the unit, as beside a picture."""
        return f"{self.words} ({self.unit})" if self.unit else self.words

    def said(self, at: float) -> str:
        """Return a number on it as text."""
        return f"{at:.3g} {self.unit}".rstrip()


def _mean_fit(p: Any) -> float:
    return float(p.prior_mean)


def _fit_spread(p: Any) -> float:
    return float(p.prior_sd)


def _average_margin(p: Any) -> float:
    return float((p.value[0] + p.value[1]) / 2.0 * (p.mesh * p.prior_mean - p.joint_break_even))


def _morale_wear(p: Any) -> float:
    """Return how far below its baseline morale settles, where what incidents take equals what contacts give back.

    For a pair of average fit in a good ordinary state (trust and morale as in `mesh`), with a promise that is kept and
    the full backing of the tops.
    """
    repaired = p.repair_without_trust + (p.repair_with_trust - p.repair_without_trust) * p.mesh_trust
    settled = p.tactical_power * (p.settle_low + (1.0 - p.settle_low) * p.mesh_trust)
    incidents = (p.incident_rate[0] + p.incident_rate[1]) / 2.0 * (1.0 - p.mesh * p.prior_mean)
    taken = incidents * (1.0 - repaired) * (p.morale_loss_incident + (1.0 - settled) * p.morale_loss_broken)
    given = p.contact_rate[Level.OPERATIONAL] * p.morale_recovery
    return float(min(1.0, taken / given)) if given > 0.0 else 1.0


AVERAGE_FIT = Axis("average-fit", "average fit", "", "the mean of fit over pairs of firms")

DERIVED: tuple[tuple[Axis, Callable[[Any], float]], ...] = (
    (AVERAGE_FIT, _mean_fit),
    (
        Axis("fit-spread", "spread of fit", "", "how far fit differs from pair to pair, as standard deviation"),
        _fit_spread,
    ),
    (
        Axis(
            "average-margin",
            "average margin",
            "contract values a year",
            "what a pair of average fit earns a year, per firm, in a good ordinary state of trust and morale",
        ),
        _average_margin,
    ),
    (
        Axis(
            "morale-wear",
            "wear of morale",
            "",
            "how far everyday incidents press the morale of a pair of average fit below its baseline",
        ),
        _morale_wear,
    ),
)
"""Numbers that people think in, and how they follow from the resolved parameters of an arm."""

_STATEMENT = re.compile(r" \((A\d+(, )?)+\)")
"""The statement of the article that a parameter stands for, as its meaning ends."""

_UNITLESS = ("", "-", "share", "fit", "ratio", "stake", "performance")


def axis_of(factor: Factor) -> Axis:
    """Return a number that differs as an axis, in the words of its parameter."""
    known = factor.parameter
    _, _, *members = factor.name.split(".")
    meaning = _STATEMENT.sub("", known.meaning)
    words = f"{meaning} [{', '.join(members)}]" if members else meaning
    return Axis(factor.name, words, "" if known.unit in _UNITLESS else known.unit)


def axes_of(scenario: Scenario, factors: Sequence[Factor], shares: np.ndarray) -> tuple[tuple[Axis, ...], np.ndarray]:
    """Return what worlds may be told apart by, and the number of each world on each axis, shape (n, d).

    shares: where each world lies on the ranges of the factors, shape (n, factors).
    """
    plain = np.array([[each.at(share) for each, share in zip(factors, row, strict=True)] for row in shares])
    resolved = [_resolved(world, scenario.world) for world in worlds_at(scenario, factors, shares)]
    more = np.array([[of(p) for _, of in DERIVED] for p in resolved])
    # what does not vary, or says the same as a single number, is no axis of its own
    own = [place for place in range(len(DERIVED)) if not _same_as_one(more[:, place], plain)]
    axes = (*(axis_of(each) for each in factors), *(DERIVED[place][0] for place in own))
    return axes, np.hstack([plain, more[:, own]])


def _resolved(scenario: Scenario, usual: World) -> Any:
    """Return the parameters of an arm, but with the usual table of fit: another one takes longer than all the rest."""
    world = scenario.world
    same = world.model_copy(update={"fit_alpha": usual.fit_alpha, "fit_beta": usual.fit_beta})
    p = resolve(scenario.model_copy(update={"world": same}), next(iter(scenario.arms)), rulebook(()))
    if world.fit_law == "beta":
        a, b = _shapes(world)
        p.prior_mean, p.prior_sd = average_fit(world), math.sqrt(a * b / (a + b + 1.0)) / (a + b)
    return p


def _same_as_one(column: np.ndarray, others: np.ndarray) -> bool:
    """Return whether a column does not vary, or rises or falls with another one without exception."""
    order = np.argsort(column, kind="stable")
    steps = np.diff(others[order], axis=0)
    return bool(np.ptp(column) == 0.0 or ((steps >= 0.0).all(axis=0) | (steps <= 0.0).all(axis=0)).any())


def with_average_fit(world: World, mean: float) -> dict[str, float]:
    """Return the shapes of a Beta law of fit with another mean and the same sum, by the names of factors."""
    a, b = _shapes(world)
    return {"world.fit_alpha": mean * (a + b), "world.fit_beta": (1.0 - mean) * (a + b)}


def average_fit(world: World) -> float:
    """Return the mean of a Beta law of fit."""
    a, b = _shapes(world)
    return a / (a + b)


def _shapes(world: World) -> tuple[float, float]:
    a, b = numbers(world, "fit_alpha"), numbers(world, "fit_beta")
    assert isinstance(a, float)
    assert isinstance(b, float)
    return a, b
