"""The small model that all peers run: eight clocks of constant rate on a state of four numbers.

See model.md for the words. Each chance is a function of the whole state, `moved` is the one effect.
Everything here is plain Python on floats: SimPy and heapq call it as it stands, Numba and Cimba compile it,
C repeats the chances.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

__all__ = [
    "ADDRESSES",
    "BELIEF",
    "CHANCES",
    "CLOCKS",
    "FIT",
    "HORIZON",
    "LIFE",
    "MORALE",
    "MOVES",
    "RATES",
    "START",
    "TRUST",
    "VARIABLES",
    "Clock",
    "adaptation",
    "board_review",
    "complaint",
    "escalation",
    "incident",
    "market_shock",
    "moved",
    "tactical_meeting",
    "work_contact",
]

HORIZON = 10.0
"""Years; nothing happens at or after it."""

FIT, TRUST, MORALE, BELIEF = range(4)
START = (0.6, 0.5, 0.7, 0.7)

LIFE = np.dtype([("opportunities", "i8"), ("accepted", "i8", (8,)), ("state", "f8", (4,))], align=True)
"""What every peer returns, a row a life: opportunities, accepted ones by clock, the last state."""


def incident(fit: float, trust: float, morale: float, belief: float) -> float:
    """Return the chance that something goes wrong."""
    return 1.0 - fit * (0.5 + 0.3 * trust + 0.1 * morale + 0.1 * belief)


def work_contact(fit: float, trust: float, morale: float, belief: float) -> float:
    """Return the chance that working together goes well."""
    return (1.0 - 0.7 * morale) * (0.4 + 0.3 * fit + 0.2 * trust + 0.1 * belief)


def complaint(fit: float, trust: float, morale: float, belief: float) -> float:
    """Return the chance that somebody complains."""
    return (0.1 + 0.8 * trust) * (1.0 - 0.5 * fit * morale - 0.1 * belief)


def tactical_meeting(fit: float, trust: float, morale: float, belief: float) -> float:
    """Return the chance that a meeting of the managers helps."""
    return (1.0 - 0.7 * trust) * (0.3 + 0.3 * fit + 0.2 * morale + 0.2 * belief)


def board_review(fit: float, trust: float, morale: float, belief: float) -> float:
    """Return the chance that a review confirms the top."""
    return (1.0 - 0.6 * belief) * (0.4 * fit + 0.3 * trust + 0.3 * morale)


def escalation(fit: float, trust: float, morale: float, belief: float) -> float:
    """Return the chance that bad news reaches the top."""
    return (0.1 + 0.9 * belief) * (1.0 - fit * trust) * (1.0 - 0.3 * morale)


def adaptation(fit: float, trust: float, morale: float, belief: float) -> float:
    """Return the chance that an improvement is found."""
    return (1.0 - fit) * (0.2 + 0.4 * trust + 0.2 * morale + 0.2 * belief)


def market_shock(fit: float, trust: float, morale: float, belief: float) -> float:
    """Return the chance that a change outside does harm."""
    return 0.8 * fit * (1.0 - 0.2 * trust - 0.2 * morale - 0.1 * belief)


def moved(value: float, by: float, u: float) -> float:
    """Return a variable moved by the share `u` of its largest step, and kept between 0 and 1."""
    value += by * u
    if value < 0.0:
        return 0.0
    if value > 1.0:
        return 1.0
    return value


class Clock(NamedTuple):
    """One clock: opportunities per year, the chance that one is accepted, what moves and how far at most."""

    rate: float
    chance: Callable[[float, float, float, float], float]
    variable: int
    move: float


CLOCKS = (
    Clock(30.0, incident, MORALE, -0.05),
    Clock(24.0, work_contact, MORALE, +0.06),
    Clock(12.0, complaint, TRUST, -0.06),
    Clock(10.0, tactical_meeting, TRUST, +0.10),
    Clock(8.0, board_review, BELIEF, +0.10),
    Clock(7.0, escalation, BELIEF, -0.12),
    Clock(5.0, adaptation, FIT, +0.12),
    Clock(4.0, market_shock, FIT, -0.12),
)

RATES, CHANCES, VARIABLES, MOVES = zip(*CLOCKS, strict=True)

ADDRESSES = tuple(64 + 2 * clock for clock in range(len(CLOCKS)))
"""Where the chance of each clock has its address: those of a user's own kinds 96, 97, ... in relsim."""
