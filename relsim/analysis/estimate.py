"""A number and how well it is known: the 95 % interval that stands beside every estimate."""

import math
from typing import NamedTuple

__all__ = ["UNKNOWN", "Z95", "Estimate", "wilson"]

Z95 = 1.959963984540054
"""The 97.5 % quantile of the standard normal law."""


class Estimate(NamedTuple):
    """An estimate with its 95 % interval; NaN where something is not known."""

    value: float
    low: float
    high: float

    @classmethod
    def normal(cls, value: float, standard_error: float) -> "Estimate":
        """Return an estimate with its normal interval."""
        return cls(value, value - Z95 * standard_error, value + Z95 * standard_error)

    @classmethod
    def within(cls, value: float, half_width: float) -> "Estimate":
        """Return an estimate from half of its interval."""
        return cls(value, value - half_width, value + half_width)

    @property
    def half_width(self) -> float:
        """Half of the interval."""
        return (self.high - self.low) / 2

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return not math.isnan(self.value)


UNKNOWN = Estimate(math.nan, math.nan, math.nan)
"""What is said of something that nobody was watched for, or that nobody has."""


def wilson(share: float, count: int, z: float = Z95) -> Estimate:
    """Return a share of a count with its interval by Wilson's formula (1927), which holds for rare ones too.

    z: the quantile of the normal law at the upper end of the interval; by default that of 95 %.
    """
    square = z * z / count
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(share * (1 - share) / count + square / (4 * count))
    # at 0 and 1 the ends are just these, but for rounding
    return Estimate(share, middle - half if share > 0.0 else 0.0, middle + half if share < 1.0 else 1.0)
