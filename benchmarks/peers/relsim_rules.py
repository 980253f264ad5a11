"""The small model as rules of a user's own on relsim's compiled engine: one rule a clock.

In the world of small_model.toml nothing else happens. The state lives in the user fields of the
relationship: fit, trust, morale and belief, then how many of each clock were accepted, then how many
opportunities there were.
"""

import platform
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np

from benchmarks.peers.small_model import (
    BELIEF,
    CHANCES,
    FIT,
    LIFE,
    MORALE,
    MOVES,
    RATES,
    START,
    TRUST,
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
from relsim.engines.compiled_engine import run_lives
from relsim.model.compiling import jittable
from relsim.model.parameters import resolve
from relsim.model.rule import rule
from relsim.model.rulebook import Rulebook, rulebook
from relsim.scenario.files import load_scenario

VERSION = f"Numba {numba.__version__}, Python {platform.python_version()}"

ACCEPTED, OPPORTUNITIES = 4, 12

for function in (*CHANCES, moved):
    jittable(function)


@rule("FIRST_CONTACT")
def begin(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Put the state where every life starts; nobody launches anything."""
    for variable in range(4):
        r.user[variable] = START[variable]
    return True


@rule(96, rate=RATES[0])
def incident_rule(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Take or pass an opportunity: incident."""
    s = r.user
    s[OPPORTUNITIES] += 1.0
    if u.u1 < incident(s[FIT], s[TRUST], s[MORALE], s[BELIEF]):
        s[MORALE] = moved(s[MORALE], MOVES[0], u.u2)
        s[ACCEPTED + 0] += 1.0
        return True
    return False


@rule(97, rate=RATES[1])
def work_contact_rule(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Take or pass an opportunity: work contact."""
    s = r.user
    s[OPPORTUNITIES] += 1.0
    if u.u1 < work_contact(s[FIT], s[TRUST], s[MORALE], s[BELIEF]):
        s[MORALE] = moved(s[MORALE], MOVES[1], u.u2)
        s[ACCEPTED + 1] += 1.0
        return True
    return False


@rule(98, rate=RATES[2])
def complaint_rule(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Take or pass an opportunity: complaint."""
    s = r.user
    s[OPPORTUNITIES] += 1.0
    if u.u1 < complaint(s[FIT], s[TRUST], s[MORALE], s[BELIEF]):
        s[TRUST] = moved(s[TRUST], MOVES[2], u.u2)
        s[ACCEPTED + 2] += 1.0
        return True
    return False


@rule(99, rate=RATES[3])
def tactical_meeting_rule(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Take or pass an opportunity: tactical meeting."""
    s = r.user
    s[OPPORTUNITIES] += 1.0
    if u.u1 < tactical_meeting(s[FIT], s[TRUST], s[MORALE], s[BELIEF]):
        s[TRUST] = moved(s[TRUST], MOVES[3], u.u2)
        s[ACCEPTED + 3] += 1.0
        return True
    return False


@rule(100, rate=RATES[4])
def board_review_rule(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Take or pass an opportunity: board review."""
    s = r.user
    s[OPPORTUNITIES] += 1.0
    if u.u1 < board_review(s[FIT], s[TRUST], s[MORALE], s[BELIEF]):
        s[BELIEF] = moved(s[BELIEF], MOVES[4], u.u2)
        s[ACCEPTED + 4] += 1.0
        return True
    return False


@rule(101, rate=RATES[5])
def escalation_rule(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Take or pass an opportunity: escalation."""
    s = r.user
    s[OPPORTUNITIES] += 1.0
    if u.u1 < escalation(s[FIT], s[TRUST], s[MORALE], s[BELIEF]):
        s[BELIEF] = moved(s[BELIEF], MOVES[5], u.u2)
        s[ACCEPTED + 5] += 1.0
        return True
    return False


@rule(102, rate=RATES[6])
def adaptation_rule(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Take or pass an opportunity: adaptation."""
    s = r.user
    s[OPPORTUNITIES] += 1.0
    if u.u1 < adaptation(s[FIT], s[TRUST], s[MORALE], s[BELIEF]):
        s[FIT] = moved(s[FIT], MOVES[6], u.u2)
        s[ACCEPTED + 6] += 1.0
        return True
    return False


@rule(103, rate=RATES[7])
def market_shock_rule(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Take or pass an opportunity: market shock."""
    s = r.user
    s[OPPORTUNITIES] += 1.0
    if u.u1 < market_shock(s[FIT], s[TRUST], s[MORALE], s[BELIEF]):
        s[FIT] = moved(s[FIT], MOVES[7], u.u2)
        s[ACCEPTED + 7] += 1.0
        return True
    return False


RULES = (
    begin,
    incident_rule,
    work_contact_rule,
    complaint_rule,
    tactical_meeting_rule,
    board_review_rule,
    escalation_rule,
    adaptation_rule,
    market_shock_rule,
)


@cache
def _world() -> tuple[np.record, Rulebook]:
    rules = rulebook(RULES)
    return resolve(load_scenario(Path(__file__).with_name("small_model.toml")), "only", rules), rules


def lives(seed: int, first: int, count: int) -> np.ndarray:
    """Live `count` lives from number `first` on and return their rows, an array of LIFE."""
    p, rules = _world()
    user = run_lives(p, rules, seed, first, count)["user"]
    rows = np.empty(count, LIFE)
    rows["opportunities"] = user[:, OPPORTUNITIES]
    rows["accepted"] = user[:, ACCEPTED:OPPORTUNITIES]
    rows["state"] = user[:, :ACCEPTED]
    return rows
