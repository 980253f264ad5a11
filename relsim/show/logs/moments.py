"""The dates of a log: years since first contact as moments of a calendar."""

from datetime import date

import numpy as np

from relsim.scenario.scenario import Scenario

__all__ = ["FIRST_DAY", "after", "first_day", "iso", "moments"]

FIRST_DAY = date(2000, 1, 1)
"""The day of first contact where the scenario names none: a log needs dates."""

_MILLISECONDS_PER_YEAR = 365.25 * 24 * 60 * 60 * 1000


def first_day(scenario: Scenario) -> date:
    """Return the day of first contact, which begins at 00:00 UTC."""
    return scenario.start_date or FIRST_DAY


def after(start: date, years: np.ndarray) -> np.ndarray:
    """Return the moments some years of 365.25 days after a day has begun, datetime64[ms] in UTC."""
    return np.datetime64(start, "ms") + np.rint(years * _MILLISECONDS_PER_YEAR).astype("m8[ms]")


def moments(start: date, years: np.ndarray) -> np.ndarray:
    """Return the moments of events in their order, datetime64[ms] in UTC, each later than the one before.

    One event in five happens at the same instant as the one that caused it, and tools sort by time, not all of them
    keeping the order of what is equal. So an event that would not be later than the one before it is moved to a
    millisecond after it. Milliseconds, as some tools know nothing finer.
    """
    place = np.arange(len(years)).astype("m8[ms]")
    return np.maximum.accumulate(after(start, years) - place) + place


def iso(moments: np.ndarray) -> list[str]:
    """Return moments as text, such as 2000-01-31T12:00:00.000Z."""
    return np.datetime_as_string(moments, unit="ms", timezone="UTC").tolist()
