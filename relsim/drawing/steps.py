"""Step functions of time, with no more steps than can be seen."""

from collections.abc import Sequence

import numpy as np

__all__ = ["visible_steps"]

_MOST = 240
"""More steps than this make a picture heavy and not finer."""


def visible_steps(
    times: np.ndarray, values: Sequence[np.ndarray], start: float, until: float
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return step functions of the same times from 0 until a time, to be drawn with where="post".

    times: ascending, shape (k,). values: what each function is from each time on, shape (k,). start: before the first.
    """
    drawn = np.concatenate([[0.0], times[times < until], [until]])
    if len(drawn) > _MOST:
        drawn = np.linspace(0.0, until, _MOST)
    place = np.searchsorted(times, drawn, side="right")
    return drawn, [np.concatenate([[start], each])[place] for each in values]
