"""Quantities of lives that publications give figures for: small named functions of the lives of an arm."""

import math
from collections.abc import Callable, Iterable

import numpy as np

from relsim.analysis.columns import FIRMS, Rows, has_failed
from relsim.analysis.estimate import UNKNOWN, Estimate, wilson
from relsim.analysis.survival import cumulative_incidence, exits_of
from relsim.lab.lives import Lives
from relsim.scenario.parameter import numbers
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import Departure, Ending, Level

__all__ = [
    "QUANTITIES",
    "Quantity",
    "failed_by",
    "less",
    "mean_of",
    "people_left",
    "person_years",
    "pulled",
    "pulls_of",
    "ratio_of",
    "share_of",
]

Quantity = Callable[[Lives, str], Estimate]
"""What is estimated of the lives under an arm."""

QUANTITIES: dict[str, Quantity] = {}
"""All quantities, by the name that a file of targets may use for them."""


def quantity(function: Quantity) -> Quantity:
    """Take a function among the quantities, by its name with hyphens."""
    QUANTITIES[function.__name__.replace("_", "-")] = function
    return function


def share_of(holds: np.ndarray, among: np.ndarray) -> Estimate:
    """Return the share of lives for which something holds, among some of them; NaN where there are none."""
    count = int(among.sum())
    return wilson(float((holds & among).sum()) / count, count) if count else UNKNOWN


def mean_of(values: np.ndarray) -> Estimate:
    """Return the mean of the values that are known; NaN where fewer than two are."""
    return ratio_of(values, np.ones(len(values)))


def ratio_of(above: np.ndarray, below: np.ndarray) -> Estimate:
    """Return a sum over a sum, of the lives where both are known, with the interval of the delta method."""
    known = ~np.isnan(above) & ~np.isnan(below)
    if known.sum() < 2:
        return UNKNOWN
    return pulled(*pulls_of(above[known], below[known]))


def pulls_of(above: np.ndarray, below: np.ndarray) -> tuple[float, np.ndarray]:
    """Return a sum over a sum, and how far each life pulls it away from there, to first order; shape (n,).

    The pulls have a mean of 0; how they vary says how sure the ratio is (delta method), and so do the differences
    between the pulls of twins for a difference of ratios.
    """
    total = float(below.sum())
    if total <= 0.0:
        return math.nan, np.full(len(below), math.nan)
    ratio = float(above.sum()) / total
    return ratio, (above - ratio * below) * (len(below) / total)


def pulled(value: float, pulls: np.ndarray) -> Estimate:
    """Return a value with the interval that its pulls give; without an interval where there is a single one."""
    if math.isnan(value):
        return UNKNOWN
    if len(pulls) < 2:
        return Estimate(value, math.nan, math.nan)
    return Estimate.normal(value, float(pulls.std(ddof=1)) / len(pulls) ** 0.5)


def less(more: Estimate, other: Estimate) -> Estimate:
    """Return the difference of two estimates, as of independent ones.

    Where the first has no upper end, neither has the difference; unknown where the second has none.
    """
    if math.isinf(more.high) and math.isfinite(other.high):
        return Estimate(more.value - other.value, more.low - other.high, math.inf)
    half = math.hypot(more.half_width, other.half_width)
    return Estimate.within(more.value - other.value, half) if math.isfinite(half) else UNKNOWN


def failed_by(rows: Rows, years: float) -> Estimate:
    """Return the share of launched relationships that ended for bad or mixed reasons within years of their launch."""
    launched = rows["launched"] == 1
    endings = np.where(has_failed(rows), Ending.QUIET_EXIT, rows["ending"])[launched]
    return cumulative_incidence(exits_of(rows["age"][launched], endings))[Ending.QUIET_EXIT].estimate(years)


@quantity
def failed_within_2_years(lives: Lives, arm: str) -> Estimate:
    """Share of launched relationships ended for bad or mixed reasons within 2 years of launch."""
    return failed_by(lives.arms[arm], 2.0)


@quantity
def failed_within_5_years(lives: Lives, arm: str) -> Estimate:
    """Share of launched relationships ended for bad or mixed reasons within 5 years of launch."""
    return failed_by(lives.arms[arm], 5.0)


@quantity
def hostile_share(lives: Lives, arm: str) -> Estimate:
    """Hostile endings as a share of endings for bad or mixed reasons."""
    rows = lives.arms[arm]
    return share_of(rows["ending"] == Ending.HOSTILE_EXIT, has_failed(rows))


@quantity
def disputed(lives: Lives, arm: str) -> Estimate:
    """Share of launched relationships in which a formal dispute was raised."""
    rows = lives.arms[arm]
    return share_of(rows["n_disputes"] > 0, rows["launched"] == 1)


@quantity
def escalated_commitment(lives: Lives, arm: str) -> Estimate:
    """Share of launched relationships in which a top that denied evidence put more in."""
    rows = lives.arms[arm]
    return share_of(rows["n_commitments"] > 0, rows["launched"] == 1)


@quantity
def leader_changes(lives: Lives, arm: str) -> Estimate:
    """Leader changes per top and year, from first contact on."""
    rows = lives.arms[arm]
    return ratio_of(people_left(rows, Level.STRATEGIC, [Departure.LEADER_REPLACED]), 2.0 * rows["duration"])


@quantity
def tactical_leaving(lives: Lives, arm: str) -> Estimate:
    """Tactical people leaving per person-year of operations."""
    return _leaving(lives, arm, Level.TACTICAL)


@quantity
def operational_leaving(lives: Lives, arm: str) -> Estimate:
    """Operational people leaving per person-year of operations."""
    return _leaving(lives, arm, Level.OPERATIONAL)


def _leaving(lives: Lives, arm: str, level: Level) -> Estimate:
    """Return people leaving for whatever cause per person-year; those dismissed count among the heads to the end."""
    rows = lives.arms[arm]
    return ratio_of(people_left(rows, level), person_years(rows, lives.scenario, level))


def person_years(rows: Rows, scenario: Scenario, level: Level) -> np.ndarray:
    """Return opening heads times years of operations, both firms together, NaN without a launch; shape (n,)."""
    heads = sum(firm[level] for firm in numbers(scenario.world, "headcount"))  # type: ignore[union-attr,index,misc]
    return np.where(rows["launched"] == 1, heads * rows["age"], np.nan)


def people_left(rows: Rows, level: Level, causes: Iterable[Departure] = Departure) -> np.ndarray:
    """Return how many left a level, for these causes or any, both firms together; shape (n,)."""
    names = [f"left_{firm}_{level.name}_{cause.name}".lower() for firm in FIRMS for cause in causes]
    return np.sum([rows[name] for name in names], axis=0)


@quantity
def years_to_contract(lives: Lives, arm: str) -> Estimate:
    """Years from first contact to a drafted contract."""
    return mean_of(lives.arms[arm]["t_contract"])


@quantity
def exploration_cost(lives: Lives, arm: str) -> Estimate:
    """Cost of an exploration to one firm, in annual contract values, where there was one."""
    rows = lives.arms[arm]
    held = rows["n_workshops"] > 0
    cost = -(rows["money_client_exploration"] + rows["money_supplier_exploration"]) / 2.0
    return mean_of(np.where(held, cost, np.nan))


@quantity
def trust_loss_ratio(lives: Lives, arm: str) -> Estimate:
    """Loss of trust at a failure relative to the gain at a success, at trust one half: as the rules have it."""
    ratio = numbers(lives.scenario.world, "trust_loss_ratio")
    assert isinstance(ratio, float)
    return Estimate(ratio, ratio, ratio)
