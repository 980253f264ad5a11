"""The small model in Cimba once more: each tick an event that schedules the next one, without any process.

Not what Cimba is made for, but faster, since no stack is switched; so a claim about Cimba holds against both.
"""

# mypy: disable-error-code=untyped-decorator

from typing import Any

import cimba
import numpy as np
from cimba import random

from benchmarks.peers.cimba_processes import (
    GAPS,
    VERSION,
    State,
    adaptation,
    board_review,
    complaint,
    escalation,
    incident,
    market_shock,
    njit,
    run,
    tactical_meeting,
    work_contact,
)
from benchmarks.peers.small_model import HORIZON

__all__ = ["VERSION", "lives"]


@njit
def again(event: Any, mean: float) -> None:
    """Schedule the next tick of a clock, unless it falls at or after the horizon."""
    gap = random.exponential(mean)
    if cimba.now() + gap < HORIZON:
        cimba.schedule(event, gap)


class Events(State):
    """Eight events that act and schedule themselves anew; nothing is left at the horizon."""

    @cimba.event
    def incident(self) -> None:
        again(self.incident, GAPS[0])
        incident(self)

    @cimba.event
    def work_contact(self) -> None:
        again(self.work_contact, GAPS[1])
        work_contact(self)

    @cimba.event
    def complaint(self) -> None:
        again(self.complaint, GAPS[2])
        complaint(self)

    @cimba.event
    def tactical_meeting(self) -> None:
        again(self.tactical_meeting, GAPS[3])
        tactical_meeting(self)

    @cimba.event
    def board_review(self) -> None:
        again(self.board_review, GAPS[4])
        board_review(self)

    @cimba.event
    def escalation(self) -> None:
        again(self.escalation, GAPS[5])
        escalation(self)

    @cimba.event
    def adaptation(self) -> None:
        again(self.adaptation, GAPS[6])
        adaptation(self)

    @cimba.event
    def market_shock(self) -> None:
        again(self.market_shock, GAPS[7])
        market_shock(self)

    @cimba.on_start
    def start(self) -> None:
        again(self.incident, GAPS[0])
        again(self.work_contact, GAPS[1])
        again(self.complaint, GAPS[2])
        again(self.tactical_meeting, GAPS[3])
        again(self.board_review, GAPS[4])
        again(self.escalation, GAPS[5])
        again(self.adaptation, GAPS[6])
        again(self.market_shock, GAPS[7])


def lives(seed: int, first: int, count: int) -> np.ndarray:
    """Live `count` lives by events, from number `first` on, and return their rows, an array of LIFE."""
    return run(Events(), cimba.Window.until_idle(), seed, first, count)
