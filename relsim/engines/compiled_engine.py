"""One compiled loop over many lives: take the earliest event, let its rule act, schedule what follows.

Rules are called through a table of the addresses of their machine code, all with one signature, so a user's own rule
takes its place without the loop being compiled again.
"""

from functools import cache
from typing import Any

import numpy as np

from relsim.engines.watch import failed, unchanged, watched
from relsim.errors import EngineError, RuleFailed
from relsim.model.agenda import AGENDA, clear, drop_first, earliest, insert, move_first
from relsim.model.arithmetic import exponential
from relsim.model.chance import CHANCE, chance
from relsim.model.compiling import address_of, compiled, jittable, on_arrays, replaced_by
from relsim.model.parameters import PARAMETERS, partners_fit
from relsim.model.relationship import RELATIONSHIP, begin, close, settle
from relsim.model.rule import EVENT, OUTBOX, consequence_clock, fix_delays
from relsim.model.rulebook import Rulebook
from relsim.vocabulary import Clock, EventKind, Firm, Mark, Phase, Status

__all__ = ["BUDGET", "FIRST_CASE", "rules_on_arrays", "run_lives"]

BUDGET = 1_000_000
"""Opportunities that one life may have before it is stopped as a runaway."""

CALL = 1_500_000
"""Opportunities after which one call of the kernel returns, so that Ctrl-C and progress need not wait longer."""

FIRST_CASE = int(Clock.LAUNCH) << 32


def _call_of_machine_code() -> Any:
    """Return the compiled form of `act`: a call of Numba's own convention, so that an IndexError in a rule is
    raised.
    """
    from numba import types
    from numba.core import cgutils
    from numba.extending import intrinsic

    @intrinsic
    def act(typing_context: Any, address: Any, r: Any, p: Any, e: Any, u: Any, out: Any) -> Any:
        records = (r, p, e, u, out)

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            convention = context.call_conv
            function = convention.get_function_type(types.boolean, records)
            pointer = builder.inttoptr(arguments[0], function.as_pointer())
            status, happened = convention.call_function(builder, pointer, types.boolean, records, arguments[1:])
            with cgutils.if_unlikely(builder, status.is_error):
                convention.return_status_propagate(builder, status)
            return happened

        return types.boolean(types.int64, *records), generate

    return act


@replaced_by(_call_of_machine_code)
def act(address: int, r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Call the rule whose machine code is at an address; there is no such thing in plain Python."""
    raise EngineError("the compiled loop cannot be run as plain Python; take the engine simpy-plain")


@jittable
def schedule(agenda: Any, time: float, letter: Any) -> bool:
    """Put a letter into the agenda; False where it is full."""
    slot = insert(agenda, time)
    if slot < 0:
        return False
    entry = agenda.entry[slot]
    entry.kind = letter.kind
    entry.firm = letter.firm
    entry.case = letter.case
    entry.attempt = letter.attempt
    entry.a = letter.a
    entry.b = letter.b
    entry.clock = -1
    return True


@jittable
def open_agenda(agenda: Any, p: Any, seed: int, replication: int, u: Any) -> None:
    """Schedule the first contact and the first tick of every clock; block 0 of a clock holds only the gap to its
    first tick.
    """
    clear(agenda)
    entry = agenda.entry[insert(agenda, 0.0)]
    entry.kind = EventKind.FIRST_CONTACT
    entry.firm = Firm.BOTH
    entry.case = FIRST_CASE
    entry.attempt = 0
    entry.a = 0.0
    entry.b = 0.0
    entry.clock = -1
    for i in range(p.clock_count):
        clock = p.clock[i]
        first = clock.first
        if clock.period == 0.0:
            chance(seed, replication, clock.address, 0, 0, u)
            first = exponential(u.u0) * clock.gap
        if first < p.horizon:
            entry = agenda.entry[insert(agenda, first)]
            entry.kind = clock.kind
            entry.firm = clock.firm
            entry.case = (clock.address << 32) + 1
            entry.attempt = 0
            entry.a = 0.0
            entry.b = 0.0
            entry.clock = i


@jittable
def deliver(agenda: Any, p: Any, out: Any, now: float, seed: int, replication: int, u: Any) -> int:
    """Schedule what a rule sent; return the status of the life."""
    status = fix_delays(out, p, seed, replication, u)
    if status == Status.SOUND:
        for i in range(out.count):
            letter = out.letter[i]
            if now + letter.fixed < p.horizon and not schedule(agenda, now + letter.fixed, letter):
                return Status.AGENDA_FULL
    return status


@jittable
def live(
    table: Any,
    p: Any,
    seed: int,
    replication: int,
    r: Any,
    agenda: Any,
    e: Any,
    u: Any,
    out: Any,
    log: Any,
    budget: int,
) -> int:
    """Live one life: the loop that everything else serves. Returns how many opportunities there were."""
    chance(seed, replication, Clock.PARTNERS, 0, 0, u)
    begin(r, p, partners_fit(p, u.u0), u.u1)
    open_agenda(agenda, p, seed, replication, u)
    out.count = 0
    out.overflow = 0
    now = 0.0
    spent = 0
    while agenda.count > 0:
        now = earliest(agenda)
        if now >= p.horizon:
            break
        entry = agenda.entry[agenda.slot[0]]
        kind = entry.kind
        mark = p.marks[r.phase, kind]
        e.case = entry.case
        if entry.clock < 0:
            e.attempt = entry.attempt
            e.firm = entry.firm
            e.a = entry.a
            e.b = entry.b
            drop_first(agenda)
            if mark != Mark.ACT:
                continue
            chance(seed, replication, consequence_clock(p, kind, e.firm), e.case, e.attempt, u)
        elif mark == Mark.CANCEL:
            drop_first(agenda)
            continue
        else:
            clock = p.clock[entry.clock]
            chance(seed, replication, clock.address, e.case & 0xFFFFFFFF, 0, u)
            entry.case += 1
            if clock.period > 0.0:
                move_first(agenda, now + clock.period)
            else:
                move_first(agenda, now + exponential(u.u0) * clock.gap)
            if mark == Mark.IGNORE:
                continue
            e.attempt = 0
            e.firm = clock.firm
            e.a = 0.0
            e.b = 0.0
        e.time = now
        e.kind = kind
        spent += 1
        if spent > budget:
            r.status = Status.BUDGET_SPENT
            r.stopped_by = kind
            break
        out.count = 0
        if act(table[kind], r, p, e, u, out):
            if r.events < len(log):
                log[r.events] = e
            r.events += 1
            settle(r, p, now, out)
        if out.count > 0:
            status = deliver(agenda, p, out, now, seed, replication, u)
            if status != Status.SOUND:
                r.status = status
                r.stopped_by = kind
                break
        if r.phase == Phase.ENDED:
            break
    if r.phase == Phase.ENDED or r.status != Status.SOUND:
        close(r, p, now)
    else:
        close(r, p, p.horizon)
    return spent


@jittable
def live_many(
    table: Any,
    p: Any,
    seed: int,
    first: int,
    states: Any,
    begun: int,
    agendas: Any,
    events: Any,
    chances: Any,
    outboxes: Any,
    log: Any,
    budget: int,
    enough: int,
) -> int:
    """Live lives `first + begun`, ... until all states are filled or enough opportunities were spent; return how
    many are.
    """
    spent = 0
    i = begun
    while i < len(states) and spent < enough:
        spent += live(table, p, seed, first + i, states[i], agendas[0], events[0], chances[0], outboxes[0], log, budget)
        i += 1
    return i


@cache
def _types() -> tuple[Any, Any]:
    import numba
    from numba import types

    record = {dtype: numba.from_dtype(dtype) for dtype in (RELATIONSHIP, PARAMETERS, EVENT, CHANCE, OUTBOX, AGENDA)}
    rule = types.boolean(*(record[dtype] for dtype in (RELATIONSHIP, PARAMETERS, EVENT, CHANCE, OUTBOX)))

    def rows(dtype: Any) -> Any:
        return types.Array(record[dtype], 1, "C")

    loop = types.int64(
        types.Array(types.int64, 1, "C"),
        record[PARAMETERS],
        types.int64,
        types.int64,
        rows(RELATIONSHIP),
        types.int64,
        rows(AGENDA),
        rows(EVENT),
        rows(CHANCE),
        rows(OUTBOX),
        rows(EVENT),
        types.int64,
        types.int64,
    )
    return rule, loop


@cache
def rule_table(rules: Rulebook) -> np.ndarray:
    """Return the addresses of the compiled rules by kind; a user's own have their bounds checked, and are watched."""
    signature = _types()[0]
    return np.array([address_of(_compiled_rule(each, rules), signature) for each in rules.functions()])


def _compiled_rule(function: Any, rules: Rulebook) -> Any:
    """Return the compiled form of one rule; a user's own with its watch.

    Raises RuleError for a user's own rule that Numba does not understand, with what it says.
    """
    own = function in {each.function for each in rules.own}
    return watched(function, _types()[0]) if own else compiled(function, _types()[0])


@cache
def rules_on_arrays(rules: Rulebook) -> tuple[Any, ...]:
    """Return the compiled rules by kind as functions of arrays of one record, for callers in Python."""
    return tuple(on_arrays(_compiled_rule(each, rules), each) for each in rules.functions())


def run_lives(
    p: np.record,
    rules: Rulebook,
    seed: int,
    first: int,
    count: int,
    *,
    log: np.ndarray | None = None,
    budget: int = BUDGET,
    begun: Any = None,
) -> np.ndarray:
    """Live `count` lives from replication `first` on and return their final states, an array of RELATIONSHIP records.

    p: the parameters of one arm (relsim.model.parameters.resolve).
    log: room for the events of the last life that is lived, an array of EVENT records; used with count=1.
    begun: called with the number of lives done whenever the kernel returns, at least four times a second.

    A kernel reacts to Ctrl-C only when it returns, so it is called for a bounded number of opportunities at a time.

    Raises RuleFailed, with the replication, where a user's own rule raises an error or does what no rule may do.
    """
    loop = compiled(live_many, _types()[1])
    table = rule_table(rules)
    states = np.zeros(count, RELATIONSHIP)
    room = [np.zeros(1, dtype) for dtype in (AGENDA, EVENT, CHANCE, OUTBOX)]
    events = np.zeros(0, EVENT) if log is None else log
    before = p.tobytes() if rules.own else b""
    done = 0
    while done < count:
        try:
            done = loop(table, p, seed, first, states, done, *room, events, budget, CALL)
        except Exception as error:
            if not rules.own:
                raise
            at = done + int(np.flatnonzero(np.isnan(states["t_end"][done:]))[0])  # the one that is not closed
            what = failed(error, rules, states[at : at + 1], room[1], p, room[3]).what
            raise RuleFailed(what, first + at) from error
        if begun is not None:
            begun(done)
    if rules.own:
        unchanged(before, p, rules)
    return states
