"""Six teams as SimPy processes with inboxes, sending each other events with delays.

The engine for looking: it can be stepped, traced, embedded in a SimPy environment of one's own, and takes rules in
plain Python, with breakpoints. Same input, same events as the compiled engine.

Every event passes the same two SimPy stages, a timeout that puts it into an inbox and the inbox event that wakes the
team, so SimPy's own order (time, then sequence) is the total order of the model.
"""

from bdb import BdbQuit
from collections import deque
from collections.abc import Callable, Generator
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import simpy

from relsim.engines.compiled_engine import BUDGET, FIRST_CASE, rules_on_arrays
from relsim.engines.watch import as_record, failed, unchanged, watched_plain
from relsim.errors import EngineError
from relsim.model.arithmetic import exponential
from relsim.model.chance import CHANCE, chance
from relsim.model.compiling import compiled, jittable
from relsim.model.parameters import PARAMETERS, partners_fit
from relsim.model.relationship import RELATIONSHIP, begin, close, settle
from relsim.model.rule import EVENT, OUTBOX, actor, consequence_clock, fix_delays
from relsim.model.rulebook import Rulebook
from relsim.vocabulary import Agent, Clock, EventKind, Firm, Mark, Phase, Status

__all__ = ["Letter", "Teams", "as_records"]

Happened = Callable[["Teams", np.record], None]
Ended = Callable[["Teams"], object]


class Letter(NamedTuple):
    """What falls due in an inbox: an event of which a team is to decide, or a tick of one of its clocks."""

    kind: int
    firm: int
    case: int
    attempt: int = 0
    a: float = 0.0
    b: float = 0.0
    clock: int = -1


class Inbox:
    """Letters in the order in which they fell due, each with a SimPy event of its own.

    A letter wakes its reader at its own place in the order of the environment, also where another letter to the same
    team fell due at the same moment; `simpy.Store` would hand the second one over too late.
    """

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self._waiting: simpy.Event | None = None
        self._arrived: deque[simpy.Event] = deque()

    def put(self, letter: Letter) -> None:
        """Let a letter fall due now."""
        if self._waiting is None:
            event = self._env.event()
            self._arrived.append(event)
        else:
            event, self._waiting = self._waiting, None
        event.succeed(letter)

    def get(self) -> simpy.Event:
        """Return the event of the next letter."""
        if self._arrived:
            return self._arrived.popleft()
        self._waiting = self._env.event()
        return self._waiting


class Teams:
    """The teams of one relationship in a SimPy environment: their state `r`, their parameters `p` and what has
    happened so far. The door for users is `relsim.Simulation`.

    p, rules, seed, replication: which life.
    env: an environment of one's own; by default a new one that starts at 0. Times are counted from its present moment.
    plain: run the rules as plain Python instead of compiled.
    happened: called with the teams and the event after each event that happened, when what follows from it is on its
        way; the event is a record that the next event overwrites.
    ended: called with the teams at the end, also where a limit stopped the life; what it returns is the value of
        `finished`, by default the teams, and what it raises as an EngineError is its failure.

    finished: the SimPy event of the end; it fails where the life broke off.
    broken: what a rule or `happened` raised: what was at work then is lost, so such a life does not go on.
    """

    def __init__(
        self,
        p: np.record,
        rules: Rulebook,
        seed: int,
        replication: int,
        *,
        env: simpy.Environment | None = None,
        plain: bool = False,
        happened: Happened | None = None,
        ended: Ended = lambda teams: teams,
        budget: int = BUDGET,
    ) -> None:
        self.p, self.rules, self.seed, self.replication = p, rules, seed, replication
        self.env = env or simpy.Environment()
        self.begun_at = self.env.now
        self.finished = self.env.event()
        self.broken: BaseException | None = None
        self._do = _steps(rules, plain)
        arrays = [np.zeros(1, each) for each in (RELATIONSHIP, PARAMETERS, EVENT, CHANCE, OUTBOX)]
        arrays[1][0] = p
        self._phase, self._sent = arrays[0]["phase"], arrays[4]["count"]
        self._letters = arrays[4]["letter"][0]
        records = [as_records(each) for each in arrays]
        self.r, self.event = records[0][0], records[2][0]
        self._arrays = records if plain else arrays
        self._happened, self._ended = happened, ended
        self._budget = budget
        self._events: list[tuple[Any, ...]] = []
        self._horizon = float(p.horizon)
        self._marks = p.marks.tolist()
        self._clocks = p.clock[: p.clock_count].tolist()
        self._actors = {(rule.kind, int(firm)): actor(rule, firm) for rule in rules.rules for firm in Firm}
        self._inboxes: dict[Agent, Inbox] = {}
        for agent in sorted(set(self._actors.values())):
            self._inboxes[agent] = Inbox(self.env)
            self.env.process(self._work(self._inboxes[agent]))
        self._open()

    @property
    def now(self) -> float:
        """Years since first contact."""
        return float(self.env.now - self.begun_at)

    @property
    def over(self) -> bool:
        """Whether the life has ended, has reached its horizon, or broke off."""
        return bool(self.finished.triggered)

    def events(self) -> np.ndarray:
        """Return what has happened so far, an array of EVENT records."""
        return np.array(self._events, EVENT)

    @property
    def outbox(self) -> np.ndarray:
        """What the last rule sent, an array of one OUTBOX record."""
        return self._arrays[4]

    def run(self) -> "Teams":
        """Live on to the end or the horizon, whichever comes first."""
        stage, finished = self.env.step, self.finished
        try:
            while not finished.processed:
                stage()
        except BaseException:
            if self.broken is None:
                raise
        if self.broken is not None:
            raise self.broken
        return self

    def step(self) -> np.record | None:
        """Live on until one more event has happened and return it, or None at the end."""
        seen = len(self._events)
        while (len(self._events) == seen or self.broken is not None) and not self.finished.processed:
            self.stage()
        if self.broken is not None:
            raise self.broken
        return self.event if len(self._events) > seen else None

    def stage(self) -> None:
        """Let the environment take one step of its own.

        What a rule or `happened` raised is raised itself, and not the copy that SimPy makes of it.
        """
        before = self.finished.processed
        try:
            self.env.step()
            return
        except BaseException:
            if self.broken is None or self.finished.processed == before:
                raise
        raise self.broken

    def send(self, letter: Letter, delay: float) -> None:
        """Send a letter to the team that is to decide of it, unless the horizon comes first."""
        if self.now + delay < self._horizon:
            inbox = self._inboxes[self._actors[letter.kind, letter.firm]]
            timeout = self.env.timeout(delay)
            timeout.callbacks.append(lambda _: inbox.put(letter))

    def _work(self, inbox: Inbox) -> Generator[simpy.Event, Letter, None]:
        """Be a team: take the letters as they fall due and decide of them."""
        while True:
            letter = yield inbox.get()
            if not self.over:
                try:
                    self._decide(letter)
                except BaseException as error:
                    self.broken = error
                    self.finished.fail(error)  # type: ignore[arg-type]  # SimPy takes a KeyboardInterrupt too

    def _open(self) -> None:
        """Send the first contact and the first tick of every clock; block 0 of a clock holds only the gap to its
        first tick.
        """
        states, parameters, _, chances, _ = self._arrays
        self._do.begin(states, parameters, chances, self.seed, self.replication)
        self.send(Letter(int(EventKind.FIRST_CONTACT), int(Firm.BOTH), FIRST_CASE), 0.0)
        for place, (kind, firm, address, gap, period, first) in enumerate(self._clocks):
            if period == 0.0:
                first = float(self._do.gap(chances, self.seed, self.replication, address, 0)) * gap
            self.send(Letter(kind, firm, (address << 32) + 1, clock=place), first)
        horizon = self.env.timeout(self._horizon)
        horizon.callbacks.append(lambda _: self._close(self._horizon))

    def _decide(self, letter: Letter) -> None:
        """Let the rule decide of one letter, then send what follows."""
        states, parameters, events, chances, outboxes = self._arrays
        life = self.seed, self.replication
        mark = self._marks[self._phase[0]][letter.kind]
        if letter.clock >= 0:
            if mark == Mark.CANCEL:
                return
            self._tick(letter)
        if mark != Mark.ACT:
            return
        if letter.clock < 0:
            self._do.look_up(chances, parameters, *life, letter.kind, letter.firm, letter.case, letter.attempt)
        now = self.now
        events[0] = (now, *letter[:-1])
        self._budget -= 1
        if self._budget < 0:
            self._stop(Status.BUDGET_SPENT)
            return
        self._sent[0] = 0
        happened = self._do.rules[letter.kind](*self._arrays)
        if happened:
            self._events.append(events[0].item())
            self._do.settle(states, parameters, now, outboxes)
        status = Status.SOUND
        if self._sent[0] > 0:
            status = Status(self._do.fix_delays(outboxes, parameters, *life, chances))
        if status == Status.SOUND:
            for kind, firm, case, attempt, delay, _, _, a, b in self._letters[: self._sent[0]].tolist():
                self.send(Letter(kind, firm, case, attempt, a, b), delay)
        if happened and self._happened is not None:
            self._happened(self, self.event)
        if status != Status.SOUND:
            self._stop(status)
        elif self._phase[0] == Phase.ENDED:
            self._close(now)

    def _tick(self, letter: Letter) -> None:
        """Send the next tick of a clock; the chance of this one stays where the rule will find it."""
        _, _, address, gap, period, _ = self._clocks[letter.clock]
        waited = float(self._do.gap(self._arrays[3], self.seed, self.replication, address, letter.case & 0xFFFFFFFF))
        self.send(letter._replace(case=letter.case + 1), period if period > 0.0 else waited * gap)

    def _stop(self, status: Status) -> None:
        self.r.status = status
        self.r.stopped_by = self.event.kind
        self._close(self.now)

    def _close(self, now: float) -> None:
        if not self.over:
            self._do.close(*self._arrays[:2], now)
            try:
                self.finished.succeed(self._ended(self))
            except EngineError as error:
                self.broken = error
                self.finished.fail(error)


def as_records(array: np.ndarray) -> np.ndarray:
    """Return the same array as one of records whose fields are attributes, as rules in plain Python read them."""
    return array.view(np.dtype((np.record, array.dtype))).view(np.recarray)


# What a life does at each letter. All of it works on arrays of one record: Numba takes these over from Python much
# faster than records. In plain Python the same functions run on record arrays.


@jittable
def _begin(states: Any, parameters: Any, chances: Any, seed: int, replication: int) -> None:
    u = chances[0]
    chance(seed, replication, Clock.PARTNERS, 0, 0, u)
    begin(states[0], parameters[0], partners_fit(parameters[0], u.u0), u.u1)


@jittable
def _gap(chances: Any, seed: int, replication: int, address: int, number: int) -> float:
    """Look up the chance of a tick and return the standard exponential gap to the next."""
    chance(seed, replication, address, number, 0, chances[0])
    return exponential(chances[0].u0)


@jittable
def _look_up(
    chances: Any, parameters: Any, seed: int, replication: int, kind: int, firm: int, case: int, attempt: int
) -> None:
    """Look up the chance of a consequence."""
    chance(seed, replication, consequence_clock(parameters[0], kind, firm), case, attempt, chances[0])


@jittable
def _settle(states: Any, parameters: Any, now: float, outboxes: Any) -> None:
    states[0].events += 1
    settle(states[0], parameters[0], now, outboxes[0])


@jittable
def _fix_delays(outboxes: Any, parameters: Any, seed: int, replication: int, chances: Any) -> int:
    return fix_delays(outboxes[0], parameters[0], seed, replication, chances[0])


@jittable
def _close(states: Any, parameters: Any, now: float) -> None:
    close(states[0], parameters[0], now)


def _plain_rule(function: Callable[..., bool]) -> Callable[..., bool]:
    return lambda *arrays: function(*(array[0] for array in arrays))


def _guarded(call: Callable[..., bool], rules: Rulebook) -> Callable[..., bool]:
    """Return a user's own rule so that what it raises, and what it does to the parameters, is told as such."""

    def decide(*arrays: Any) -> bool:
        states, parameters, events, _, outboxes = arrays
        before = parameters.tobytes()
        try:
            happened = call(*arrays)
        except BdbQuit:  # somebody leaves the debugger
            raise
        except Exception as error:
            raise failed(error, rules, states, events, as_record(parameters), outboxes) from error
        unchanged(before, parameters, rules)
        return happened

    return decide


@cache
def _steps(rules: Rulebook, plain: bool) -> SimpleNamespace:
    """Return the functions that a life needs, plain or compiled; the same source either way."""
    steps: dict[str, Callable[..., Any]] = {
        "begin": _begin,
        "gap": _gap,
        "look_up": _look_up,
        "settle": _settle,
        "fix_delays": _fix_delays,
        "close": _close,
    }
    own = {each.kind for each in rules.own}
    if plain:
        calls = [
            _plain_rule(watched_plain(each) if kind in own else each) for kind, each in enumerate(rules.functions())
        ]
    else:
        calls = list(rules_on_arrays(rules))
        steps = {name: compiled(step) for name, step in steps.items()}
    decide = [_guarded(call, rules) if kind in own else call for kind, call in enumerate(calls)]
    return SimpleNamespace(rules=decide, **steps)
