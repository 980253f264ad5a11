"""The words of the model: firms, levels, phases, events, endings and accounts, each with its number.

The numbers are part of the addresses of chance and of the rows, so they never change meaning: new words are appended.
"""

from enum import IntEnum

__all__ = [
    "BAD_ENDINGS",
    "FIRST_USER_KIND",
    "KINDS",
    "TOGETHER",
    "USER_FIELDS",
    "Account",
    "Agent",
    "Clock",
    "Departure",
    "Ending",
    "EventKind",
    "Firm",
    "Launch",
    "Level",
    "Mark",
    "OutsideCause",
    "Phase",
    "Role",
    "Status",
    "Turn",
]


class Firm(IntEnum):
    """The two firms of a relationship, and the word for what they do together."""

    CLIENT = 0
    SUPPLIER = 1
    BOTH = 2


class Level(IntEnum):
    """The three levels at which the firms meet (article A1)."""

    STRATEGIC = 0
    TACTICAL = 1
    OPERATIONAL = 2


class Launch(IntEnum):
    """The two ways to begin: sign first, or find out first."""

    DEAL_FIRST = 0
    FEASIBILITY_FIRST = 1


class Phase(IntEnum):
    """Where a relationship stands."""

    COURTSHIP = 0
    EXPLORATION = 1
    NEGOTIATION = 2
    CONTRACTING = 3
    TRANSITION = 4
    OPERATION = 5
    UNWINDING = 6
    ENDED = 7


KINDS = 128
FIRST_USER_KIND = 96
USER_FIELDS = 16
"""Spare numbers of a relationship, of each firm and of an arm, for users' own rules."""


class EventKind(IntEnum):
    """What can happen; kinds 96 to 127 are free for users' own events."""

    # strategic
    FIRST_CONTACT = 0
    MANDATE_GIVEN = 1
    DEAL_SIGNED = 2
    SUCCESS_ANNOUNCED = 3
    BONUS_PAID = 4
    BOARD_REVIEW = 5
    STEERING_MEETING = 6
    STRATEGIC_PROBLEM = 7
    ESCALATION_HEARD = 8
    REFERRED_BACK = 9
    COMMITMENT_ESCALATED = 10
    ATTENTION_SHIFTED = 11
    LEADER_REPLACED = 12
    FAILURE_REALISED = 13
    RESCUE_LAUNCHED = 14
    EXIT_DECIDED = 15
    RELATIONSHIP_ENDED = 16
    SPONSOR_ROTATED = 17
    BONUS_RETURNED = 18
    JOINT_REVIEW = 19
    # tactical
    EXPLORATION_PLANNED = 24
    VERDICT_REPORTED = 25
    CONTRACT_DRAFTED = 26
    TACTICAL_MEETING = 27
    TACTICAL_PROBLEM = 28
    COMPLAINT_HEARD = 29
    ADAPTATION_AGREED = 30
    AGREEMENT_BROKEN = 31
    DISPUTE_RAISED = 32
    ESCALATED = 33
    MANAGER_SWAPPED = 34
    MANAGER_RESIGNED = 35
    DISPUTE_SETTLED = 36
    # operational
    WORKSHOP_HELD = 48
    OPERATIONS_STARTED = 49
    WORK_CONTACT = 50
    INCIDENT = 51
    REPAIRED = 52
    COMPLAINT_RAISED = 53
    STAFF_RESIGNED = 54
    STAFF_DISMISSED = 55
    PILOT_HELD = 56
    OPERATIONS_CONSULTED = 57
    HOTLINE_USED = 58
    # outside
    FACILITATOR_ENGAGED = 64
    BROKER_ENGAGED = 65
    RIVAL_OFFER = 66
    MARKET_SHOCK = 67
    CONTRACT_TERM = 68
    OUTSIDE_ENDING = 69
    AUDIT_HELD = 70
    # marks for readers: nobody acts
    LIMPING_BEGAN = 80
    LIMPING_ENDED = 81


class Clock(IntEnum):
    """Where recurring chance has its address; of a clock per firm the supplier's is the number after the client's."""

    PARTNERS = 0
    INCIDENT = 2
    TACTICAL_PROBLEM = 4
    STRATEGIC_PROBLEM = 6
    BOARD_REVIEW = 8
    MANAGER_RESIGNED = 10
    STAFF_RESIGNED = 12
    LEADER_REPLACED = 14
    STEERING_MEETING = 16
    TACTICAL_MEETING = 17
    WORK_CONTACT = 18
    MARKET_SHOCK = 19
    RIVAL_OFFER = 20
    MERGER = 21
    INSOLVENCY = 22
    STRATEGY = 23
    CONTRACT_TERM = 24
    LAUNCH = 25
    LIMPING = 26
    ATTENTION = 28
    JOINT_REVIEW = 30
    USER = 64


class Role(IntEnum):
    """Who sends or receives an event, seen from the firm whose event it is."""

    OWN_STRATEGIC = 0
    OWN_TACTICAL = 1
    OWN_OPERATIONAL = 2
    PARTNER_STRATEGIC = 3
    PARTNER_TACTICAL = 4
    PARTNER_OPERATIONAL = 5
    FACILITATOR = 6
    BROKER = 7
    OUTSIDE = 8
    EVERYBODY = 9


class Agent(IntEnum):
    """Who acts: six teams, two outside roles, the world outside, and the names for teams that act together."""

    CLIENT_STRATEGIC = 0
    CLIENT_TACTICAL = 1
    CLIENT_OPERATIONAL = 2
    SUPPLIER_STRATEGIC = 3
    SUPPLIER_TACTICAL = 4
    SUPPLIER_OPERATIONAL = 5
    FACILITATOR = 6
    BROKER = 7
    OUTSIDE = 8
    EVERYBODY = 9
    BOTH_STRATEGIC = 10
    BOTH_TACTICAL = 11
    BOTH_OPERATIONAL = 12


TOGETHER = {
    Agent.BOTH_STRATEGIC: (Agent.CLIENT_STRATEGIC, Agent.SUPPLIER_STRATEGIC),
    Agent.BOTH_TACTICAL: (Agent.CLIENT_TACTICAL, Agent.SUPPLIER_TACTICAL),
    Agent.BOTH_OPERATIONAL: (Agent.CLIENT_OPERATIONAL, Agent.SUPPLIER_OPERATIONAL),
}
"""The teams that act together under one name."""


class Ending(IntEnum):
    """How a relationship ended; ONGOING at the horizon is censored, never an ending."""

    ONGOING = 0
    NO_DEAL = 1
    WINDOW_LOST = 2
    ABANDONED = 3
    QUIET_EXIT = 4
    HOSTILE_EXIT = 5
    EXPIRED = 6
    OUTSIDE = 7


BAD_ENDINGS = (Ending.QUIET_EXIT, Ending.HOSTILE_EXIT, Ending.EXPIRED)
"""The endings for bad or mixed reasons: what is meant where a relationship is said to have failed."""


class OutsideCause(IntEnum):
    """Why the world outside ended a relationship."""

    NONE = 0
    MERGER = 1
    INSOLVENCY = 2
    STRATEGY = 3


class Turn(IntEnum):
    """What made a top realise that it was failing."""

    NONE = 0
    EVIDENCE = 1
    REVIEW = 2
    NEW_LEADER = 3


class Departure(IntEnum):
    """Why somebody left a team."""

    RESIGNED = 0
    SWAPPED = 1
    DISMISSED = 2
    LEADER_REPLACED = 3


class Account(IntEnum):
    """Where money comes from and goes to; benefits are positive, costs negative."""

    BENEFIT = 0
    RUNNING = 1
    LAUNCH = 2
    EXPLORATION = 3
    BONUS = 4
    ANNOUNCEMENT = 5
    ADAPTATION = 6
    REPAIR = 7
    PENALTY = 8
    DISPUTE = 9
    TURNOVER = 10
    SEVERANCE = 11
    COMMITMENT = 12
    RESCUE = 13
    EXIT = 14
    REPUTATION = 15
    GOVERNANCE = 16


class Mark(IntEnum):
    """What the table of phases says about an event that falls due."""

    ACT = 0
    IGNORE = 1
    CANCEL = 2


class Status(IntEnum):
    """Whether a life was lived to its end, or which limit stopped it."""

    SOUND = 0
    BUDGET_SPENT = 1
    AGENDA_FULL = 2
    OUTBOX_FULL = 3
    UNKNOWN_EVENT = 4
    BAD_DELAY = 5
    LOG_FULL = 6
