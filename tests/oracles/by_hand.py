"""Two firms in a test's own hands: it makes their state and lets single events happen, with luck of its choice."""

from typing import Any, NamedTuple

import numpy as np

from relsim.engines.simpy_engine import Teams
from relsim.model.chance import CHANCE
from relsim.model.parameters import resolve
from relsim.model.relationship import RELATIONSHIP, begin, performance, settle
from relsim.model.rule import EVENT, OUTBOX
from relsim.model.rulebook import rulebook
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import Account, EventKind, Firm, Phase
from tests.worlds import quiet

__all__ = ["BARELY", "Pair", "Sent", "at_work", "before", "lived"]

BARELY = 1e-9
"""How far on either side of a chance a test lets luck fall."""


class Sent(NamedTuple):
    """What a rule sent."""

    kind: int
    firm: int
    case: int
    attempt: int
    fixed: float
    width: float
    mean: float
    a: float
    b: float


class Pair:
    """Two firms at first contact, their state `r`, their parameters `p`, and what the last event `sent`."""

    def __init__(self, given: Scenario, arm: str = "deal-first", fit: float = 0.6) -> None:
        self.rules = rulebook()
        self.p = resolve(given, arm, self.rules)
        self.r, self.event, self.luck, self.out = (_record(each) for each in (RELATIONSHIP, EVENT, CHANCE, OUTBOX))
        self.sent: list[Sent] = []
        begin(self.r, self.p, fit, 0.5)

    def happens(
        self,
        kind: EventKind,
        firm: Firm = Firm.BOTH,
        *,
        time: float = 0.0,
        u1: float = 0.0,
        u2: float = 0.0,
        u3: float = 0.0,
        case: int = 1,
        attempt: int = 0,
        a: float = 0.0,
    ) -> bool:
        """Let the rule decide of an event as an engine does; return whether it happened."""
        for name, value in {"time": time, "kind": kind, "firm": firm, "case": case, "attempt": attempt, "a": a}.items():
            self.event[name] = value
        self.luck.u1, self.luck.u2, self.luck.u3 = u1, u2, u3
        self.out.count = 0
        happened = self.rules.functions()[kind](self.r, self.p, self.event, self.luck, self.out)
        if happened:
            settle(self.r, self.p, time, self.out)
        self.sent = [Sent(*letter.tolist()) for letter in self.out.letter[: self.out.count]]
        return bool(happened)

    def sends(self, *arguments: Any, **more: Any) -> list[int]:
        """Let an event happen and return the kinds of what was sent."""
        self.happens(*arguments, **more)
        return [each.kind for each in self.sent]

    def money(self, account: Account, ledger: str = "ledger") -> list[float]:
        """Return what both firms have on an account."""
        found: list[float] = self.r.firm[ledger][:, account].tolist()
        return found


def _record(dtype: np.dtype) -> Any:
    return np.zeros(1, np.dtype((np.record, dtype))).view(np.recarray)[0]


def before(phase: Phase, *, arms: dict[str, Any] | None = None, arm: str = "deal-first", **world: Any) -> Pair:
    """Return a pair of the quiet world, but for these parameters, in a phase before operations start."""
    pair = Pair(quiet(arms=arms, **world), arm)
    pair.r.phase = phase
    return pair


def at_work(*, fit: float = 0.6, promise: float = 0.0, **world: Any) -> Pair:
    """Return a pair of the quiet world, but for these parameters, at work from moment 0 on, with full attention."""
    pair = Pair(quiet(**world), fit=fit)
    r = pair.r
    r.phase, r.t_deal, r.t_operations = Phase.OPERATION, 0.0, 0.0
    r.promise = r.promised = promise
    r.performance = performance(r, pair.p)
    for firm in r.firm:
        firm.belief, firm.attention = 0.9, 1.0
    return pair


def lived(given: Scenario, arm: str = "deal-first", count: int = 1, seed: int = 1) -> np.ndarray:
    """Return the final states of a few lives, lived with rules in plain Python, which need no compiling."""
    book = rulebook()
    p = resolve(given, arm, book)
    states = np.zeros(count, RELATIONSHIP)
    for replication in range(count):
        states[replication] = Teams(p, book, seed, replication, plain=True).run().r
    return states
