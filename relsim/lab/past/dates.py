"""Dates as years and back."""

from datetime import date

__all__ = ["DAYS_PER_YEAR", "day_of", "years_of"]

DAYS_PER_YEAR = 365.25

_EPOCH = date(1970, 1, 1).toordinal()


def years_of(day: date) -> float:
    """Return the years from 1970 to a date."""
    return (day.toordinal() - _EPOCH) / DAYS_PER_YEAR


def day_of(years: float) -> date:
    """Return the date so many years after 1970 began, to the nearest day."""
    return date.fromordinal(round(years * DAYS_PER_YEAR) + _EPOCH)
