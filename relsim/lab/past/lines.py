"""What is told of a cohort, a line each: small named functions that the data and the model answer alike."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from relsim.analysis.estimate import UNKNOWN, Z95, Estimate, wilson
from relsim.analysis.survival import Exits, cumulative_incidence, life_table, log_log_interval
from relsim.lab.past.cohort import SIDES, Cohort
from relsim.lab.past.columns import UNKNOWN_ENDING
from relsim.lab.patterns import ratio_of
from relsim.vocabulary import Ending, Level

__all__ = ["LEAST", "LINES", "Line", "failed_within", "hostile_share", "leaving", "years_to_contract"]

LEAST = 10
"""How many must stand behind an estimate: watched for so long, but for those who ended, or known."""

_SO, _OTHERWISE = 1, 2


@dataclass(frozen=True)
class Line:
    """A line of the comparison."""

    name: str
    label: str
    of: Callable[[Cohort], Estimate]


def alive(cohort: Cohort, years: float) -> Estimate:
    """Return the share of launched relationships alive so long after the start (Kaplan-Meier)."""
    exits = cohort.since_start
    if not _supported(exits, years):
        return UNKNOWN
    dead = _share_by(cohort.exits_by(np.where(cohort.ended, _SO, Ending.ONGOING)), years)
    return Estimate(1.0 - dead.value, 1.0 - dead.high, 1.0 - dead.low)


def median_years(cohort: Cohort) -> Estimate:
    """Return the years after the start by which half of the launched ones have ended."""
    curve = life_table(cohort.since_start)
    found = curve.quantile(0.5)
    return found if found.known and _supported(cohort.since_start, found.value) else UNKNOWN


def ended_so_within(cohort: Cohort, so: np.ndarray, years: float, z: float = Z95) -> Estimate:
    """Return the share of launched relationships that ended so within years of the start, other ways competing.

    so: which of them did, shape (n,). Of unknown endings as many are taken to be so as of the known ones by then; the
    interval holds whatever they were: from that without any of them to that with all of them.
    """
    otherwise = np.where(cohort.ended, _OTHERWISE, Ending.ONGOING)
    surely = cohort.exits_by(np.where(so, _SO, otherwise))
    if not _supported(surely, years):
        return UNKNOWN
    perhaps = cohort.exits_by(np.where(so | (cohort.ending == UNKNOWN_ENDING), _SO, otherwise))
    least, most = _share_by(surely, years, z), _share_by(perhaps, years, z)
    doubtful = most.value - least.value
    known = 1.0 - alive(cohort, years).value - doubtful
    value = least.value + doubtful * (least.value / known if known > 0.0 else 0.5)
    return Estimate(value, least.low, most.high)


def failed_within(cohort: Cohort, years: float, z: float = Z95) -> Estimate:
    """Return the share of launched relationships that ended for bad or mixed reasons within years of the start."""
    return ended_so_within(cohort, cohort.failed, years, z)


def ending_within(cohort: Cohort, ending: Ending, years: float) -> Estimate:
    """Return the share of launched relationships that had this ending within years of the start."""
    return ended_so_within(cohort, cohort.launched & (cohort.ending == ending), years)


def hostile_share(cohort: Cohort, z: float = Z95) -> Estimate:
    """Return hostile endings as a share of those for bad or mixed reasons; the interval holds whatever was unknown."""
    hostile = int(np.sum(cohort.launched & (cohort.ending == Ending.HOSTILE_EXIT)))
    bad = int(cohort.failed.sum())
    unknown = int(np.sum(cohort.launched & (cohort.ending == UNKNOWN_ENDING)))
    if bad < LEAST:
        return UNKNOWN
    low = wilson(hostile / (bad + unknown), bad + unknown, z).low
    high = wilson((hostile + unknown) / (bad + unknown), bad + unknown, z).high
    return Estimate(hostile / bad, low, high)


def came_within(cohort: Cohort, moment: str, years: float) -> Estimate:
    """Return the share of contacts that came to something within years, such as a signature."""
    came = getattr(cohort, moment)
    if not cohort.from_contact or np.all(np.isnan(came)):
        return UNKNOWN
    exits = cohort.first(came)
    return _share_by(exits, years) if _supported(exits, years) else UNKNOWN


def years_to_contract(cohort: Cohort, z: float = Z95) -> Estimate:
    """Return the mean years from first contact to the full contract, where there was one.

    Late ones are less often seen, as watching ends: each counts for all that would have been, had it not (inverse
    probability of censoring, Robins and Rotnitzky 1992).
    """
    known = ~np.isnan(cohort.contract) & (cohort.seen_at == 0.0)
    if known.sum() < LEAST:
        return UNKNOWN
    times, curve = cohort.contract[known], cohort.watched(since_contact=True)
    still = np.concatenate([[1.0], curve.survival])[np.searchsorted(curve.times, times, side="left")]
    return _at(ratio_of(times / still, 1.0 / still), z)


def loss(cohort: Cohort, side: str) -> Estimate:
    """Return the mean loss on launched relationships that have ended, in annual contract values."""
    given = cohort.totals.get(f"loss_{side}")
    if given is None:
        return UNKNOWN
    known = cohort.launched & cohort.ended & (cohort.seen_at == 0.0) & (cohort.seen_at_age == 0.0) & ~np.isnan(given)
    return ratio_of(given[known], np.ones(int(known.sum()))) if known.sum() >= LEAST else UNKNOWN


def leaving(cohort: Cohort, level: Level, z: float = Z95, going_too: bool = False) -> Estimate:
    """Return people leaving a level per person and year: of operations, or since first contact of the tops.

    going_too: whether those still going are asked too, or only those that have ended.
    """
    word = level.name.lower()
    left, heads = cohort.totals.get(f"left_{word}"), cohort.totals.get(f"heads_{word}")
    if left is None or heads is None:
        return UNKNOWN
    years = cohort.duration if level == Level.STRATEGIC else cohort.age
    whole = (cohort.seen_at == 0.0) & (cohort.seen_at_age == 0.0)
    known = whole & (cohort.ended | going_too) & ~np.isnan(left) & ~np.isnan(heads * years)
    if known.sum() < LEAST:
        return UNKNOWN
    found = _at(ratio_of(left[known], (heads * years)[known]), z)
    return Estimate(found.value, max(found.low, 0.0), found.high)


def _supported(exits: Exits, years: float) -> bool:
    """Say whether enough would be watched up to an age if nobody ended, and were at risk while others still came in."""
    watched = life_table(exits, (Ending.ONGOING,))
    still = np.prod((1.0 - watched.ended / watched.exposed)[watched.times < years])
    if int(exits.counts.sum()) * still < LEAST:
        return False
    if exits.to_come is None:
        return True
    early = (exits.times < years) & (exits.ended() > 0) & (exits.to_come > 0)
    return bool(np.all(exits.at_risk[early] >= LEAST))


def _share_by(exits: Exits, years: float, z: float = Z95) -> Estimate:
    """Return the share that the first cause has ended by an age, the others competing (Aalen-Johansen)."""
    found = cumulative_incidence(exits)[_SO]
    step = int(np.searchsorted(found.times, years, side="right")) - 1
    share = float(found.share[step]) if step >= 0 else 0.0
    if not 0.0 < share < 1.0:
        # it happened to none, or to all: as of those at risk when it was last known to be so
        before = found.times[:step] if share == 1.0 else np.zeros(0)
        at = float(before[-1]) if len(before) else min(years, exits.longest)
        return wilson(share, max(life_table(exits).at_risk(at), 1), z)
    low, high = log_log_interval(1.0 - found.share[step : step + 1], found.standard_error[step : step + 1], z)
    return Estimate(share, 1.0 - float(high[0]), 1.0 - float(low[0]))


def _at(found: Estimate, z: float) -> Estimate:
    """Return an estimate of a normal law with the interval of another quantile."""
    half = found.half_width * z / Z95
    return Estimate.within(found.value, half) if math.isfinite(half) else found


LINES = (
    Line("signed-within-1-year", "signed within 1 y of contact", partial(came_within, moment="signed", years=1.0)),
    Line("launched-within-1-year", "launched within 1 y of contact", partial(came_within, moment="start", years=1.0)),
    Line("launched-within-2-years", "launched within 2 y of contact", partial(came_within, moment="start", years=2.0)),
    Line("years-to-contract", "years to contract", years_to_contract),
    *(Line(f"alive-{year}", f"alive {year} y after start", partial(alive, years=year)) for year in (1, 2, 3, 5, 10)),
    Line("median-years", "median years to the end", median_years),
    *(
        Line(f"failed-within-{year}-years", f"failed within {year} y of start", partial(failed_within, years=year))
        for year in (2, 5)
    ),
    *(
        Line(
            f"{word}-within-5-years",
            f"{word.replace('-', ' ')} within 5 y of start",
            partial(ending_within, ending=ending, years=5.0),
        )
        for word, ending in (("hostile-exit", Ending.HOSTILE_EXIT), ("outside", Ending.OUTSIDE))
    ),
    Line("hostile-share", "hostile, of the failed", hostile_share),
    *(
        Line(
            f"loss-{side}",
            f"loss of {'both' if side == 'joint' else side}, annual values",
            partial(loss, side=side),
        )
        for side in SIDES
    ),
    *(
        Line(
            f"{level.name.lower()}-leaving",
            f"{told} per head and year",
            partial(leaving, level=level),
        )
        for level, told in (
            (Level.STRATEGIC, "leaders replaced"),
            (Level.TACTICAL, "managers leaving"),
            (Level.OPERATIONAL, "staff leaving"),
        )
    ),
)
"""All lines of a comparison, in their order. Failed: ended for bad or mixed reasons. Losses and leaving: of launched
ones that have ended, as what is counted is known then.
"""
