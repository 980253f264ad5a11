"""A1 and A2: three levels of contact, and whether it is operations that decide."""

from collections.abc import Callable

import numpy as np

from relsim.analysis.columns import Rows
from relsim.analysis.estimate import UNKNOWN, Estimate
from relsim.lab.claims.claim import MORE, Measured, Unit, claim
from relsim.lab.claims.lived import Lived
from relsim.lab.claims.measured import survived
from relsim.lab.patterns import mean_of
from relsim.scenario.parameter import LEVELS, numbers

Outcome = Callable[[Rows, float], np.ndarray]

_CONTACT = "how often the levels meet, and what a meeting builds, are assumptions too"


def _net(rows: Rows, horizon: float) -> np.ndarray:
    return np.where(rows["launched"] == 1, rows["net_joint"], np.nan)


def _lasting(rows: Rows, horizon: float) -> np.ndarray:
    return survived(rows, 5.0, horizon)


def _harm(lived: Lived, level: str, outcome: Outcome) -> np.ndarray:
    """Return what each deal-first relationship loses when the teams of a level never meet."""
    apart = lived.where({f"world.contact_rate.{level}": 0.0})
    horizon = lived.scenario.horizon
    return outcome(lived.deal_first, horizon) - outcome(apart.deal_first, horizon)


def _lead(lived: Lived, outcome: Outcome) -> Estimate:
    """Return by how much operations matter more than the other level that comes nearest to them."""
    strategic, tactical, operational = (_harm(lived, level, outcome) for level in LEVELS)
    leads = mean_of(operational - strategic), mean_of(operational - tactical)
    return min(leads, key=lambda lead: lead.value) if all(lead.known for lead in leads) else UNKNOWN


def _equal_weights(lived: Lived) -> Lived:
    """Return the world in which trust weighs the same at every level, and together as much as before."""
    return lived.where({"world.trust_weight": sum(_by_level(lived, "trust_weight")) / 3.0})


def _alike(lived: Lived) -> Lived:
    """Return the world in which also first trust, and the trust that a year of meetings builds, are the same."""
    rates, steps = _by_level(lived, "contact_rate"), _by_level(lived, "contact_trust_step")
    built = sum(rate * step for rate, step in zip(rates, steps, strict=True)) / 3.0
    alike = {
        f"world.contact_trust_step.{level}": built / rate for level, rate in zip(LEVELS, rates, strict=True) if rate
    }
    first = sum(_by_level(lived, "initial_trust")) / 3.0
    return _equal_weights(lived).where({"world.initial_trust": first, **alike})


def _by_level(lived: Lived, name: str) -> tuple[float, ...]:
    return numbers(lived.scenario.world, name)  # type: ignore[return-value]


@claim(
    "A1",
    "Does it take contact at all three levels?",
    Unit.MONEY,
    MORE,
    "a level whose people need not meet: without their contact the firms end no worse",
    _CONTACT,
)
def every_level_counts(lived: Lived) -> Estimate:
    """Net that deal-first launches lose without contact at the level that matters least."""
    harms = [mean_of(_harm(lived, level, _net)) for level in LEVELS]
    return min(harms, key=lambda harm: harm.value) if all(harm.known for harm in harms) else UNKNOWN


def _elsewhere(outcome: Outcome) -> tuple[tuple[str, Measured], ...]:
    """Return the lead of operations where less of it is assumed, by what is assumed instead."""
    return (
        ("trust weighs the same at every level", lambda lived: _lead(_equal_weights(lived), outcome)),
        ("weight, first trust and contact are the same at every level", lambda lived: _lead(_alike(lived), outcome)),
    )


@claim(
    "A2",
    "Is it operational contact that decides whether a relationship lasts?",
    Unit.POINTS,
    MORE,
    "another level whose missing contact ends as many relationships, or more",
    _CONTACT,
    _elsewhere(_lasting),
)
def operations_decide_lasting(lived: Lived) -> Estimate:
    """5-year survival lost without operational contact, beyond that lost without the next level's."""
    return _lead(lived, _lasting)


@claim(
    "A2",
    "Is it operational contact that decides what a relationship is worth?",
    Unit.MONEY,
    MORE,
    "another level whose missing contact costs the firms as much, or more",
    _CONTACT,
    _elsewhere(_net),
)
def operations_decide_net(lived: Lived) -> Estimate:
    """Net lost without operational contact, beyond that lost without the next level's."""
    return _lead(lived, _net)
