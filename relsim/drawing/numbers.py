"""How numbers are written beside a picture: as many decimals as can matter, and a true minus."""

from collections.abc import Iterable

import numpy as np

__all__ = ["decimals", "plain", "signed"]


def _order(values: Iterable[float]) -> float:
    """Return the power of ten of the largest of some numbers, endless if there is none but 0."""
    largest = max((abs(each) for each in values if np.isfinite(each)), default=0.0)
    return float(np.floor(np.log10(largest))) if largest > 0.0 else float("inf")


def decimals(values: Iterable[float], half_widths: Iterable[float] = (), digits: int = 3) -> int:
    """Return how many decimals the largest of some numbers needs for so many digits; between none and three.

    half_widths: of their intervals; the widest of them is to have one digit too.
    """
    return int(np.clip(max(digits - 1 - _order(values), -_order(half_widths)), 0, 3))


def _around(half_width: float, places: int) -> str:
    """Return half of an interval as it stands behind its middle; what is not 0 does not read as 0."""
    if not np.isfinite(half_width):
        return ""
    least = 10.0**-places
    return f" ± <{least:.{places}f}" if 0.0 < half_width < least / 2 else f" ± {half_width:.{places}f}"


def plain(value: float, half_width: float = float("nan")) -> str:
    """Return a number that is never negative, with half of its 95 % interval where it has one."""
    places = decimals([value], [half_width], digits=2)
    return f"{value:.{places}f}" + _around(half_width, places)


def signed(value: float, half_width: float, places: int) -> str:
    """Return a number with its sign and half of its 95 % interval, to some decimals."""
    rounded = round(value, places)
    sign = "+" if rounded > 0 else "\N{MINUS SIGN}" if rounded < 0 else ""
    return f"{sign}{abs(rounded):.{places}f}" + _around(half_width, places)
