"""A10 to A14: limping along, who steps in and when, and how it is broken off."""

import numpy as np

from relsim.analysis.columns import has_failed
from relsim.analysis.estimate import Estimate
from relsim.lab.claims.claim import (
    A_YEAR,
    AFTER_YEARS,
    MOSTLY,
    MOSTLY_NOT_ALWAYS,
    NOT_RARE,
    SOMETIMES,
    Unit,
    claim,
)
from relsim.lab.claims.lived import Lived
from relsim.lab.claims.measured import ever_limped, limping_years, median_of, median_until, share_by
from relsim.lab.patterns import ratio_of, share_of
from relsim.vocabulary import Ending, EventKind

_ACTING = (EventKind.RESCUE_LAUNCHED, EventKind.EXIT_DECIDED)


def _first(events: np.ndarray, *kinds: EventKind) -> float:
    """Return when one of some kinds of events first happened in a life; infinite where none did."""
    times = events["time"][np.isin(events["kind"], kinds)]
    return float(times[0]) if len(times) else np.inf


@claim(
    "A10",
    "Do relationships that were signed first come to limp?",
    Unit.SHARE,
    NOT_RARE,
    "hardly any launch that ever runs below what it costs for half a year with nobody acting",
)
def limping_is_not_rare(lived: Lived) -> Estimate:
    """Share of deal-first launches that ever limp."""
    rows = lived.deal_first
    return share_of(ever_limped(rows), rows["launched"] == 1)


@claim(
    "A10",
    "Do those that limp do so for a long time?",
    Unit.YEARS,
    A_YEAR,
    "limping that is over within a year",
    "the first half year below break-even does not count, and limping stops being watched at the horizon",
)
def limping_lasts(lived: Lived) -> Estimate:
    """Median years limping, of deal-first launches that ever limp."""
    rows = lived.deal_first
    return median_of(np.where(ever_limped(rows), limping_years(rows), np.nan))


@claim(
    "A10",
    "Does the attention of a top move elsewhere before anybody acts?",
    Unit.SHARE,
    MOSTLY,
    "limping relationships in which both tops pay attention until one acts",
    "without a new leader or a rescue attention fades at a fixed pace, so it is about how fast somebody acts",
)
def attention_moves_first(lived: Lived) -> Estimate:
    """Share of those that limp in which a top's attention moved before anybody acted."""
    limping = [events for events in lived.events if np.any(events["kind"] == EventKind.LIMPING_BEGAN)]
    moved = [_first(each, EventKind.ATTENTION_SHIFTED) < _first(each, *_ACTING) for each in limping]
    return share_of(np.array(moved, bool), np.ones(len(moved), bool))


@claim(
    "A11",
    "Does it mostly, but not always, take a change of leaders to see that it fails?",
    Unit.SHARE,
    MOSTLY_NOT_ALWAYS,
    "evidence and reviews that open as many eyes as new leaders do; or new leaders alone",
)
def new_leaders_see(lived: Lived) -> Estimate:
    """Share of realisations brought by a new leader, in deal-first launches that failed."""
    rows = lived.deal_first
    by_leader = rows["n_turned_by_leader"]
    realised = by_leader + rows["n_turned_by_evidence"] + rows["n_turned_by_review"]
    failed = has_failed(rows)
    return ratio_of(by_leader[failed].astype(float), realised[failed].astype(float))


@claim(
    "A11",
    "Does somebody step in only after years of limping?",
    Unit.YEARS,
    AFTER_YEARS,
    "somebody who steps in within two years of limping in half of the cases or more",
)
def stepping_in_takes_years(lived: Lived) -> Estimate:
    """Median years from the start of limping to a rescue or exit (recovery: censored)."""
    years, acted = [], []
    for events in lived.events:
        began = _first(events, EventKind.LIMPING_BEGAN)
        if np.isfinite(began):
            over = min(_first(events, EventKind.LIMPING_ENDED), _last(lived, events))
            years.append(over - began)
            acted.append(_first(events, *_ACTING) <= over)
    return median_until(np.array(years), np.array(acted, bool))


def _last(lived: Lived, events: np.ndarray) -> float:
    """Return when a life ended, or was watched no more."""
    return min(_first(events, EventKind.RELATIONSHIP_ENDED), lived.scenario.horizon)


@claim(
    "A12",
    "Is a collaboration that was signed first broken off not rarely?",
    Unit.SHARE,
    NOT_RARE,
    "hardly any that a top breaks off",
    "worlds are fitted to published shares of failure, of which breaking off is the larger part",
)
def breaking_off_is_not_rare(lived: Lived) -> Estimate:
    """Share of deal-first launches broken off within 5 years."""
    return share_by(lived.deal_first, _broken_off(lived), 5.0)


def _broken_off(lived: Lived) -> np.ndarray:
    ending = lived.deal_first["ending"]
    broken: np.ndarray = (ending == Ending.QUIET_EXIT) | (ending == Ending.HOSTILE_EXIT)
    return broken


@claim(
    "A13",
    "Is it sometimes broken off quietly, both taking their loss?",
    Unit.SHARE,
    NOT_RARE,
    "ends that are nearly all fought out in public",
    "worlds are fitted to published shares of hostile ends; above 50 % quiet ends are the more common",
)
def some_end_quietly(lived: Lived) -> Estimate:
    """Share of deal-first launches broken off that end quietly."""
    return share_of(lived.deal_first["ending"] == Ending.QUIET_EXIT, _broken_off(lived))


@claim(
    "A14",
    "Is it sometimes broken off with much noise, in the press and in court?",
    Unit.SHARE,
    SOMETIMES,
    "no end that is ever fought out in public; or most of them",
    "worlds are fitted to published shares of hostile ends, so in these it is no finding of the model",
)
def some_end_with_noise(lived: Lived) -> Estimate:
    """Share of deal-first launches broken off that end in hostility."""
    return share_of(lived.deal_first["ending"] == Ending.HOSTILE_EXIT, _broken_off(lived))
