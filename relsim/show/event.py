"""One event in words: who does what to whom, about which case."""

from collections.abc import Callable
from enum import IntEnum
from typing import Any, NamedTuple

from relsim.model.rule import agents
from relsim.model.rulebook import Rulebook
from relsim.vocabulary import Agent, Clock, Ending, EventKind, Firm, OutsideCause, Turn

__all__ = ["Event", "case_label", "in_words", "plainly"]

_WORDS: dict[int, str] = {
    EventKind.FIRST_CONTACT: "first contact",
    EventKind.MANDATE_GIVEN: "give their managers a mandate",
    EventKind.DEAL_SIGNED: "sign the deal",
    EventKind.SUCCESS_ANNOUNCED: "announce success",
    EventKind.BONUS_PAID: "is paid a bonus for the signature",
    EventKind.STRATEGIC_PROBLEM: "strategies drift apart",
    EventKind.ESCALATION_HEARD: "hears of the case",
    EventKind.REFERRED_BACK: "denies it and refers it back",
    EventKind.COMMITMENT_ESCALATED: "puts more in",
    EventKind.ATTENTION_SHIFTED: "has moved its attention elsewhere",
    EventKind.LEADER_REPLACED: "a new leader takes over",
    EventKind.FAILURE_REALISED: "realises that it is failing",
    EventKind.RESCUE_LAUNCHED: "launch a rescue",
    EventKind.EXIT_DECIDED: "decides to leave",
    EventKind.RELATIONSHIP_ENDED: "the relationship ends",
    EventKind.EXPLORATION_PLANNED: "plan the exploration",
    EventKind.VERDICT_REPORTED: "report their verdict",
    EventKind.CONTRACT_DRAFTED: "have drafted the contract",
    EventKind.DISPUTE_RAISED: "raises a formal dispute",
    EventKind.ESCALATED: "takes the case to its top",
    EventKind.MANAGER_SWAPPED: "swaps managers",
    EventKind.WORKSHOP_HELD: "hold a workshop",
    EventKind.OPERATIONS_STARTED: "start to work together",
    EventKind.STAFF_DISMISSED: "sacks staff",
    EventKind.FACILITATOR_ENGAGED: "comes in",
    EventKind.BROKER_ENGAGED: "comes in",
    EventKind.RIVAL_OFFER: "a rival makes an offer",
    EventKind.MARKET_SHOCK: "the market shifts",
    EventKind.CONTRACT_TERM: "the contract term is over",
    EventKind.OUTSIDE_ENDING: "something outside ends it",
    EventKind.OPERATIONS_CONSULTED: "say at the negotiation what they think of it",
    EventKind.PILOT_HELD: "try it in a pilot",
    EventKind.BONUS_RETURNED: "pays the bonus back",
    EventKind.SPONSOR_ROTATED: "hands over to a new sponsor",
    EventKind.JOINT_REVIEW: "look together at what performance truly is",
    EventKind.HOTLINE_USED: "takes the complaint directly to its top",
    EventKind.AUDIT_HELD: "an auditor tells how it really goes",
    EventKind.DISPUTE_SETTLED: "referees settle a claim",
    EventKind.LIMPING_BEGAN: "(limping: below break-even, and nobody acts)",
    EventKind.LIMPING_ENDED: "(no longer limping)",
}

_LETTERS = {
    Clock.INCIDENT: "I",
    Clock.TACTICAL_PROBLEM: "T",
    Clock.STRATEGIC_PROBLEM: "S",
    Clock.BOARD_REVIEW: "B",
    Clock.LEADER_REPLACED: "L",
}


class Event(NamedTuple):
    """What happened in a relationship at one moment; as text, who did what to whom.

    time: years since first contact.
    kind: a member of EventKind, or the number of a kind of the user's own.
    what: what the sender does, in words.
    sender, receiver: which teams; the same where nobody else is told.
    case, attempt: what it is about; a and b mean what the rule of the kind says.
    """

    time: float
    kind: int
    firm: Firm
    case: int
    attempt: int
    a: float
    b: float
    sender: Agent
    receiver: Agent
    what: str

    def __str__(self) -> str:
        whom = "" if self.receiver == self.sender else f" to {plainly(self.receiver)}"
        about = f" ({case_label(self.case)})" if case_label(self.case) else ""
        return f"{self.time:.3f}  {plainly(self.sender)}{whom}: {self.what}{about}"


def in_words(rules: Rulebook) -> Callable[[tuple[Any, ...]], Event]:
    """Return a function that puts an event into words.

    It takes the fields of an EVENT record as a tuple, as `Life.record.tolist()` holds them.
    """
    known = {int(kind): kind for kind in EventKind}
    parts: dict[tuple[int, int], tuple[str, Agent, Agent]] = {}

    def told(fields: tuple[Any, ...]) -> Event:
        time, kind, firm, case, attempt, a, b = fields
        if (kind, firm) not in parts:
            made = rules.by_kind(kind)
            parts[kind, firm] = (made.name, *agents(made, firm))
        name, sender, receiver = parts[kind, firm]
        what = _what(kind, name, a, b)
        return Event(time, known.get(kind, kind), Firm(firm), case, attempt, a, b, sender, receiver, what)

    return told


def case_label(case: int) -> str:
    """Return a short name for a case that can be followed: I-c12 is incident opportunity 12 of the client."""
    clock, number = case >> 32, case & 0xFFFFFFFF
    for first, letter in _LETTERS.items():
        if clock in (first, first + 1):
            return f"{letter}-{'cs'[clock - first]}{number}"
    return ""


def plainly(word: IntEnum) -> str:
    """Return a word of the model as one reads it: client strategic for CLIENT_STRATEGIC."""
    return word.name.lower().replace("_", " ")


def _what(kind: int, name: str, a: float, b: float) -> str:
    told = _WORDS.get(kind)
    if told is None:
        return name.lower().replace("_", " ")
    match kind:
        case EventKind.VERDICT_REPORTED:
            return f"{told}: {'feasible' if a else 'not feasible'} (fit about {b:.2f})"
        case EventKind.PILOT_HELD:
            return f"{told}: {'it passes' if a else 'no pass'} so far (fit about {b:.2f})"
        case EventKind.FAILURE_REALISED:
            return f"{told} (through {plainly(Turn(int(a)))})"
        case EventKind.RELATIONSHIP_ENDED:
            return f"{told}: {plainly(Ending(int(a)))}"
        case EventKind.OUTSIDE_ENDING:
            return f"{told}: {plainly(OutsideCause(int(a)))}"
        case EventKind.MANAGER_SWAPPED | EventKind.STAFF_DISMISSED:
            return f"{told}: {a:.0f}"
    return told
