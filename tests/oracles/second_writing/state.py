"""2.2 State variables: what a relationship and its two firms carry from event to event."""

from dataclasses import dataclass, field
from math import nan

from tests.oracles.second_writing.document import ACCOUNTS, DEPARTURES, ENDING, LIMIT, STATUS, TURN
from tests.oracles.second_writing.events import Sent
from tests.oracles.second_writing.parameters import Parameters


def three(value: float) -> list[float]:
    """Return the value of a variable that each level has."""
    return [value, value, value]


@dataclass(slots=True)
class Firm:
    """One firm (2.2, the table of each firm)."""

    belief: float = 0.0
    personal: float = 0.0
    personal_at: float = 0.0
    sunk: float = 0.0
    sunk_at: float = 0.0
    attention: float = 0.0
    attention_at: float = 0.0
    attention_jumps: int = 0
    realised: int = 0
    realised_at: float = nan
    t_realised: float = nan
    turn: int = TURN["NONE"]
    denials: int = 0
    scapegoatings: int = 0
    bonus_at: float = nan
    morale: list[float] = field(default_factory=lambda: three(0.0))
    headcount: list[float] = field(default_factory=lambda: three(0.0))
    hired: list[float] = field(default_factory=lambda: three(0.0))
    departures: list[dict[str, int]] = field(default_factory=lambda: [dict.fromkeys(DEPARTURES, 0) for _ in range(3)])
    ledger: dict[str, float] = field(default_factory=lambda: dict.fromkeys(ACCOUNTS, 0.0))
    undiscounted: dict[str, float] = field(default_factory=lambda: dict.fromkeys(ACCOUNTS, 0.0))


@dataclass(slots=True)
class Relationship:
    """One relationship (2.2, the tables of the relationship and of moments and counts)."""

    p: Parameters
    """The parameters of its world and of its arm."""
    now: float = 0.0
    """The moment of the event at hand."""
    sent: list[Sent] = field(default_factory=list)
    """What the rule at hand has sent."""
    firm: tuple[Firm, Firm] = field(default_factory=lambda: (Firm(), Firm()))

    phase: str = "COURTSHIP"
    ending: int = ENDING["ONGOING"]
    cause: int = 0
    root: int = -1
    turn: int = TURN["NONE"]
    status: int = STATUS["SOUND"]
    stopped_by: int = 0
    deal_first: int = 0
    facilitator: int = 0
    broker: int = 0
    kickoffs: int = 0
    announcement_waits: int = 0
    unaudited: int = 0
    fit: float = 0.0
    fit_at_start: float = 0.0
    trust: list[float] = field(default_factory=lambda: three(0.0))
    promise: float = 0.0
    estimate_mean: float = 0.0
    estimate_sd: float = 0.0
    negotiation_luck: float = 0.0
    deal_luck: float = 0.0
    promise_luck: float = 0.0
    performance: float = 0.0
    promised: float = 0.0
    since: float = 0.0
    weight: float = 1.0
    performance_years: float = 0.0
    below: int = 0
    spell: int = 0
    limping: int = 0
    limping_since: float = nan
    limping_unrealised: float = 0.0
    limping_realised: float = 0.0
    broken_at: list[float] = field(default_factory=lambda: [nan] * LIMIT["broken agreements remembered"])
    broken_next: int = 0

    t_contact: float = nan
    t_verdict: float = nan
    t_deal: float = nan
    t_announced: float = nan
    t_bonus: float = nan
    t_contract: float = nan
    t_operations: float = nan
    t_first_problem: float = nan
    t_first_escalation: float = nan
    t_first_rescue: float = nan
    t_exit_decided: float = nan
    t_end: float = nan
    workshops: int = 0
    incidents: int = 0
    repaired: int = 0
    complaints: int = 0
    adaptations: int = 0
    broken: int = 0
    disputes: int = 0
    escalated: int = 0
    heard: int = 0
    swallowed: int = 0
    denials: int = 0
    commitments: int = 0
    rescues: int = 0
    scapegoatings: int = 0
    tactical_problems: int = 0
    strategic_problems: int = 0
    reopened: int = 0
    pilots: int = 0
    joint_reviews: int = 0
    hotline_calls: int = 0
    audits: int = 0
    settled: int = 0
    rotations: int = 0
    turned_by_evidence: int = 0
    turned_by_review: int = 0
    turned_by_leader: int = 0
    events: int = 0
