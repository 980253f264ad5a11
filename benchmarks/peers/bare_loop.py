"""The small model as a bare Numba loop: the floor under the same clocks, chance blocks and logs.

An agenda of eight moments that is scanned, one Philox block and one own logarithm an opportunity, effects
inline; no rules, no table of functions, no records of events, no outbox.
"""

import platform
from functools import cache
from typing import Any

import numba
import numpy as np

from benchmarks.peers.small_model import (
    ADDRESSES,
    CHANCES,
    HORIZON,
    LIFE,
    MOVES,
    RATES,
    START,
    adaptation,
    board_review,
    complaint,
    escalation,
    incident,
    market_shock,
    moved,
    tactical_meeting,
    work_contact,
)
from relsim.model.arithmetic import exponential
from relsim.model.chance import CHANCE, chance
from relsim.model.compiling import compiled, jittable

VERSION = f"Numba {numba.__version__}, Python {platform.python_version()}"

_ADDRESS = np.array(ADDRESSES)
_RATE = np.array(RATES)
_CLOCKS = len(RATES)

for function in (*CHANCES, moved):
    jittable(function)


def live(seed: int, first: int, rows: Any, due: Any, number: Any, u: Any) -> None:
    """Live one life a row; `due` and `number` say when each clock ticks next, and the number of that tick."""
    for i in range(len(rows)):
        row = rows[i]
        replication = first + i
        fit, trust, morale, belief = START
        for clock in range(_CLOCKS):
            row.accepted[clock] = 0
            chance(seed, replication, _ADDRESS[clock], 0, 0, u)
            due[clock] = exponential(u.u0) / _RATE[clock]
            number[clock] = 1
        opportunities = 0
        while True:
            clock = 0
            now = due[0]
            for other in range(1, _CLOCKS):
                if due[other] < now:
                    clock = other
                    now = due[other]
            if now >= HORIZON:
                break
            chance(seed, replication, _ADDRESS[clock], number[clock], 0, u)
            number[clock] += 1
            due[clock] = now + exponential(u.u0) / _RATE[clock]
            opportunities += 1
            if clock == 0:
                if u.u1 < incident(fit, trust, morale, belief):
                    morale = moved(morale, MOVES[0], u.u2)
                    row.accepted[0] += 1
            elif clock == 1:
                if u.u1 < work_contact(fit, trust, morale, belief):
                    morale = moved(morale, MOVES[1], u.u2)
                    row.accepted[1] += 1
            elif clock == 2:
                if u.u1 < complaint(fit, trust, morale, belief):
                    trust = moved(trust, MOVES[2], u.u2)
                    row.accepted[2] += 1
            elif clock == 3:
                if u.u1 < tactical_meeting(fit, trust, morale, belief):
                    trust = moved(trust, MOVES[3], u.u2)
                    row.accepted[3] += 1
            elif clock == 4:
                if u.u1 < board_review(fit, trust, morale, belief):
                    belief = moved(belief, MOVES[4], u.u2)
                    row.accepted[4] += 1
            elif clock == 5:
                if u.u1 < escalation(fit, trust, morale, belief):
                    belief = moved(belief, MOVES[5], u.u2)
                    row.accepted[5] += 1
            elif clock == 6:
                if u.u1 < adaptation(fit, trust, morale, belief):
                    fit = moved(fit, MOVES[6], u.u2)
                    row.accepted[6] += 1
            elif u.u1 < market_shock(fit, trust, morale, belief):
                fit = moved(fit, MOVES[7], u.u2)
                row.accepted[7] += 1
        row.opportunities = opportunities
        row.state[0] = fit
        row.state[1] = trust
        row.state[2] = morale
        row.state[3] = belief


@cache
def _loop() -> Any:
    from numba import from_dtype, int64, types, void

    rows = types.Array(from_dtype(LIFE), 1, "C")
    agenda = (types.float64[::1], types.int64[::1])
    return compiled(live, void(int64, int64, rows, *agenda, from_dtype(CHANCE)))


def lives(seed: int, first: int, count: int) -> np.ndarray:
    """Live `count` lives from number `first` on and return their rows, an array of LIFE."""
    rows = np.zeros(count, LIFE)
    _loop()(seed, first, rows, np.zeros(_CLOCKS), np.zeros(_CLOCKS, "i8"), np.zeros(1, CHANCE)[0])
    return rows
