"""The small model in Cimba: one process a clock, compiled by Numba and run by Cimba's own engine in C.

All random numbers are Cimba's own. `cimba_events` runs the same ticks as events instead of processes.
"""

import platform
from collections.abc import Callable
from typing import Any, TypeVar, cast

import cimba
import numba
import numpy as np
from cimba import random

from benchmarks.peers import small_model
from benchmarks.peers.small_model import BELIEF, FIT, HORIZON, LIFE, MORALE, MOVES, RATES, START, TRUST

VERSION = (
    f"Cimba {cimba.__version__} (engine {cimba.engine_version()}), Numba {numba.__version__}, "
    f"Python {platform.python_version()}"
)

GAPS = tuple(1.0 / rate for rate in RATES)
"""Mean years between two ticks of a clock."""

F = TypeVar("F", bound=Callable[..., Any])


def njit(function: F) -> F:
    """Compile a function with Numba; typed as what it behaves like, the function."""
    return cast(F, numba.njit(function))


moved = njit(small_model.moved)
incident_chance = njit(small_model.incident)
work_contact_chance = njit(small_model.work_contact)
complaint_chance = njit(small_model.complaint)
tactical_meeting_chance = njit(small_model.tactical_meeting)
board_review_chance = njit(small_model.board_review)
escalation_chance = njit(small_model.escalation)
adaptation_chance = njit(small_model.adaptation)
market_shock_chance = njit(small_model.market_shock)


@njit
def incident(life: Any) -> None:
    """Take or pass an opportunity: incident."""
    life.opportunities += 1
    if random.bernoulli(incident_chance(life.fit, life.trust, life.morale, life.belief)):
        life.morale = moved(life.morale, MOVES[0], random.uniform(0.0, 1.0))
        life.incidents += 1


@njit
def work_contact(life: Any) -> None:
    """Take or pass an opportunity: work contact."""
    life.opportunities += 1
    if random.bernoulli(work_contact_chance(life.fit, life.trust, life.morale, life.belief)):
        life.morale = moved(life.morale, MOVES[1], random.uniform(0.0, 1.0))
        life.work_contacts += 1


@njit
def complaint(life: Any) -> None:
    """Take or pass an opportunity: complaint."""
    life.opportunities += 1
    if random.bernoulli(complaint_chance(life.fit, life.trust, life.morale, life.belief)):
        life.trust = moved(life.trust, MOVES[2], random.uniform(0.0, 1.0))
        life.complaints += 1


@njit
def tactical_meeting(life: Any) -> None:
    """Take or pass an opportunity: tactical meeting."""
    life.opportunities += 1
    if random.bernoulli(tactical_meeting_chance(life.fit, life.trust, life.morale, life.belief)):
        life.trust = moved(life.trust, MOVES[3], random.uniform(0.0, 1.0))
        life.tactical_meetings += 1


@njit
def board_review(life: Any) -> None:
    """Take or pass an opportunity: board review."""
    life.opportunities += 1
    if random.bernoulli(board_review_chance(life.fit, life.trust, life.morale, life.belief)):
        life.belief = moved(life.belief, MOVES[4], random.uniform(0.0, 1.0))
        life.board_reviews += 1


@njit
def escalation(life: Any) -> None:
    """Take or pass an opportunity: escalation."""
    life.opportunities += 1
    if random.bernoulli(escalation_chance(life.fit, life.trust, life.morale, life.belief)):
        life.belief = moved(life.belief, MOVES[5], random.uniform(0.0, 1.0))
        life.escalations += 1


@njit
def adaptation(life: Any) -> None:
    """Take or pass an opportunity: adaptation."""
    life.opportunities += 1
    if random.bernoulli(adaptation_chance(life.fit, life.trust, life.morale, life.belief)):
        life.fit = moved(life.fit, MOVES[6], random.uniform(0.0, 1.0))
        life.adaptations += 1


@njit
def market_shock(life: Any) -> None:
    """Take or pass an opportunity: market shock."""
    life.opportunities += 1
    if random.bernoulli(market_shock_chance(life.fit, life.trust, life.morale, life.belief)):
        life.fit = moved(life.fit, MOVES[7], random.uniform(0.0, 1.0))
        life.market_shocks += 1


class State(cimba.Model):
    """What is true of one life; Cimba hands the outputs back, a value a trial."""

    fit: cimba.Output[float] = START[FIT]
    trust: cimba.Output[float] = START[TRUST]
    morale: cimba.Output[float] = START[MORALE]
    belief: cimba.Output[float] = START[BELIEF]
    opportunities: cimba.Output[int] = 0
    incidents: cimba.Output[int] = 0
    work_contacts: cimba.Output[int] = 0
    complaints: cimba.Output[int] = 0
    tactical_meetings: cimba.Output[int] = 0
    board_reviews: cimba.Output[int] = 0
    escalations: cimba.Output[int] = 0
    adaptations: cimba.Output[int] = 0
    market_shocks: cimba.Output[int] = 0


COUNTS = tuple(State.__annotations__)[5:]


class Processes(State):
    """Eight processes that wait and act for ever; the window ends them."""

    @cimba.process
    def incidents_happen(self) -> None:
        while True:
            cimba.hold(random.exponential(GAPS[0]))
            incident(self)

    @cimba.process
    def people_work(self) -> None:
        while True:
            cimba.hold(random.exponential(GAPS[1]))
            work_contact(self)

    @cimba.process
    def people_complain(self) -> None:
        while True:
            cimba.hold(random.exponential(GAPS[2]))
            complaint(self)

    @cimba.process
    def managers_meet(self) -> None:
        while True:
            cimba.hold(random.exponential(GAPS[3]))
            tactical_meeting(self)

    @cimba.process
    def boards_review(self) -> None:
        while True:
            cimba.hold(random.exponential(GAPS[4]))
            board_review(self)

    @cimba.process
    def managers_escalate(self) -> None:
        while True:
            cimba.hold(random.exponential(GAPS[5]))
            escalation(self)

    @cimba.process
    def operations_adapt(self) -> None:
        while True:
            cimba.hold(random.exponential(GAPS[6]))
            adaptation(self)

    @cimba.process
    def markets_change(self) -> None:
        while True:
            cimba.hold(random.exponential(GAPS[7]))
            market_shock(self)


def run(model: State, window: cimba.Window, seed: int, first: int, count: int) -> np.ndarray:
    """Run one trial a life on one thread and return their rows, an array of LIFE."""
    seeds = np.random.SeedSequence((seed, first)).generate_state(count, np.uint64)
    results = cimba.Experiment(model, replications=count, window=window, seeds=seeds).run(workers=1, on_failure="raise")
    found = results[model]
    rows = np.empty(count, LIFE)
    rows["opportunities"] = found.opportunities.values[0]
    for number, name in enumerate(COUNTS):
        rows["accepted"][:, number] = getattr(found, name).values[0]
    for number, name in enumerate(("fit", "trust", "morale", "belief")):
        rows["state"][:, number] = getattr(found, name).values[0]
    return rows


def lives(seed: int, first: int, count: int) -> np.ndarray:
    """Live `count` lives by processes, from number `first` on, and return their rows, an array of LIFE."""
    return run(Processes(), cimba.Window(duration=HORIZON), seed, first, count)
