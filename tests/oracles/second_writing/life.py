"""3.3 What happens with one event: the loop that lives a life, with the limits of 7.15."""

from typing import Any, NamedTuple

from tests.oracles.second_writing import boardroom, escalation, launch, operation, outside, people
from tests.oracles.second_writing.books import bring_up_to_date, close
from tests.oracles.second_writing.chance import chance, delay, of_consequence
from tests.oracles.second_writing.clocks import clocks
from tests.oracles.second_writing.document import BOTH, CLOCK, KIND, LIMIT, MARKS, STATUS
from tests.oracles.second_writing.events import Agenda, Event
from tests.oracles.second_writing.initial import begin
from tests.oracles.second_writing.parameters import Parameters
from tests.oracles.second_writing.row import row_of
from tests.oracles.second_writing.state import Relationship

RULES = {
    rule.__name__.upper(): rule
    for section in (launch, operation, escalation, boardroom, people, outside)
    for rule in section.RULES
}
"""The rule of each kind of event: the function of that name."""


class Recorded(NamedTuple):
    """An event that happened, with the values that its rule left in it (3.2)."""

    time: float
    kind: int
    firm: int
    case: int
    attempt: int
    a: float
    b: float


class Life(NamedTuple):
    """A life that was lived: its events and its row."""

    events: list[Recorded]
    row: dict[str, Any]


def live(p: Parameters, seed: int, replication: int) -> Life:
    """Live a life (3.3)."""
    r = begin(p, chance(seed, replication, CLOCK["PARTNERS"], 0, 0))
    agenda = opened(p, seed, replication)
    events: list[Recorded] = []
    opportunities = 0
    while agenda.entries and agenda.entries[0].time < p.horizon:
        r.now, _, e, clock = agenda.take()
        mark = MARKS[e.kind][r.phase]
        if clock is not None:
            if mark == "cancel":
                continue
            n = e.case % 2**32
            u = chance(seed, replication, clock.number, n, 0)
            agenda.put(r.now + clock.gap(u.u0), clock.tick(n + 1), clock)
            if mark == "ignore":
                continue
        else:
            if mark != "act":
                continue
            u = of_consequence(seed, replication, e)
        opportunities += 1
        if opportunities > LIMIT["opportunities in a life"]:
            stop(r, e, "BUDGET_SPENT")
            break
        r.sent = []
        if RULES[e.kind](r, e, u):
            events.append(Recorded(r.now, KIND[e.kind], e.firm, e.case, e.attempt, e.a, e.b))
            r.events += 1
            bring_up_to_date(r)
        put_what_was_sent(r, agenda, e, seed, replication)
        if r.phase == "ENDED" or r.status != STATUS["SOUND"]:
            break
    close(r, r.now if r.phase == "ENDED" or r.status != STATUS["SOUND"] else p.horizon)
    return Life(events, row_of(r, replication))


def opened(p: Parameters, seed: int, replication: int) -> Agenda:
    """Return the agenda with the first contact and the first tick of each clock (3.3)."""
    agenda = Agenda()
    agenda.put(0.0, Event("FIRST_CONTACT", BOTH, 2**32 * CLOCK["LAUNCH"]))
    for clock in clocks(p):
        first = clock.first_tick(seed, replication)
        if first < p.horizon:
            agenda.put(first, clock.tick(1), clock)
    return agenda


def put_what_was_sent(r: Relationship, agenda: Agenda, e: Event, seed: int, replication: int) -> None:
    """Put what an event sent into the agenda, each where it lies before the horizon (3.3)."""
    for sent in r.sent:
        time = r.now + delay(seed, replication, sent)
        if time < r.p.horizon:
            if agenda.full:
                stop(r, e, "AGENDA_FULL")
                return
            agenda.put(time, sent.event)


def stop(r: Relationship, e: Event, why: str) -> None:
    """Note the limit that stops a life (7.15).

    No rule of the page sends so many events at once that OUTBOX_FULL could come up.
    """
    r.status = STATUS[why]
    r.stopped_by = KIND[e.kind]
