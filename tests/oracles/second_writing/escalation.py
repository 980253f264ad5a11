"""7.9 What cannot be settled: broken agreements, disputes, and what tops make of what they hear."""

import math

from tests.oracles.second_writing.books import count_limping
from tests.oracles.second_writing.chance import Uniforms
from tests.oracles.second_writing.common import (
    charge,
    forget_broken,
    lose_trust,
    lower_both,
    lower_morale,
    pay,
    problem,
    raise_sunk,
)
from tests.oracles.second_writing.derived import attention, stake
from tests.oracles.second_writing.document import BOTH, CLIENT, OPERATIONAL, STRATEGIC, SUPPLIER, TACTICAL, TURN
from tests.oracles.second_writing.events import Event, send
from tests.oracles.second_writing.state import Relationship


def agreement_broken(r: Relationship, e: Event, u: Uniforms) -> bool:
    """An agreement is not kept (7.9 AGREEMENT_BROKEN)."""
    p = r.p
    f, o = e.firm, 1 - e.firm
    r.broken += 1
    if p.independent_audit_after > 0:
        r.unaudited += 1
        if r.unaudited >= p.independent_audit_after:
            r.unaudited = 0
            send(r, "AUDIT_HELD", BOTH, e.case, e.attempt, mean=p.audit_delay)
    charge(r, f, "PENALTY", -p.penalty)
    charge(r, o, "PENALTY", +p.penalty)
    lose_trust(r, TACTICAL, 1)
    lower_both(r, TACTICAL, p.morale_loss_broken)
    lower_both(r, OPERATIONAL, p.morale_loss_broken)
    k = int(p.dispute_after)
    r.broken_at[r.broken_next % k] = r.now
    r.broken_next += 1
    oldest = r.broken_at[r.broken_next % k]
    if r.now - oldest <= p.dispute_window and r.trust[TACTICAL] < p.dispute_trust:
        send(r, "DISPUTE_RAISED", f, e.case, e.attempt)
    if u.u1 < p.candour[f]:
        send(r, "ESCALATED", f, e.case, e.attempt, mean=p.escalation_delay)
    else:
        r.swallowed += 1
    return True


def dispute_raised(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The wronged firm raises a formal claim, unless referees settle it (7.9 DISPUTE_RAISED)."""
    if u.u1 < r.p.dispute_board_share:
        send(r, "DISPUTE_SETTLED", e.firm, e.case, e.attempt)
        return False
    r.disputes += 1
    charge(r, CLIENT, "DISPUTE", -r.p.dispute_cost)
    charge(r, SUPPLIER, "DISPUTE", -r.p.dispute_cost)
    lose_trust(r, STRATEGIC, r.p.dispute_after)
    forget_broken(r)
    return True


def dispute_settled(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Independent referees settle a claim before it becomes formal (7.9 DISPUTE_SETTLED)."""
    r.settled += 1
    pay(r, r.p.dispute_board_case)
    forget_broken(r)
    return True


def escalated(r: Relationship, e: Event, u: Uniforms) -> bool:
    """A manager takes a case to the own top (7.9 ESCALATED)."""
    r.escalated += 1
    if math.isnan(r.t_first_escalation):
        r.t_first_escalation = r.now
    send(r, "ESCALATION_HEARD", e.firm, e.case, e.attempt)
    return True


def escalation_heard(r: Relationship, e: Event, u: Uniforms) -> bool:
    """A top that still pays attention hears of a case (7.9 ESCALATION_HEARD)."""
    p, f = r.p, e.firm
    firm = r.firm[f]
    if u.u1 >= attention(r, f, r.now):
        return False
    r.heard += 1
    if firm.realised == 1:
        return True
    firm.belief = firm.belief * (1 - p.evidence[f] * (1 - p.denial[f] * stake(r, f, r.now)))
    if firm.belief < p.threshold[f]:
        send(r, "FAILURE_REALISED", f, e.case, e.attempt, a=TURN["EVIDENCE"])
    else:
        send(r, "REFERRED_BACK", f, e.case, e.attempt)
    return True


def referred_back(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The top denies the problem and sends it down again (7.9 REFERRED_BACK)."""
    p, f = r.p, e.firm
    r.denials += 1
    r.firm[f].denials += 1
    lose_trust(r, TACTICAL, 1)
    lower_morale(r, f, TACTICAL, p.morale_loss_denial)
    lower_morale(r, f, OPERATIONAL, p.morale_loss_denial)
    if e.attempt == 0:
        r.reopened += 1
        send(r, "COMPLAINT_HEARD", f, e.case, 1)
    if r.firm[f].denials % p.patience == 0:
        send(r, "COMMITMENT_ESCALATED", f, e.case, e.attempt)
    return True


def commitment_escalated(r: Relationship, e: Event, u: Uniforms) -> bool:
    """A top that denied again and again puts more in (7.9 COMMITMENT_ESCALATED)."""
    p, f = r.p, e.firm
    r.commitments += 1
    charge(r, f, "COMMITMENT", -p.commitment_cost)
    raise_sunk(r, f, p.sunk_by_commitment)
    if p.scapegoat[f] * (1 - p.no_scapegoats_part) <= u.u1 < p.scapegoat[f]:
        charge(r, f, "GOVERNANCE", -p.coaching_cost)
    elif u.u1 < p.scapegoat[f]:
        r.scapegoatings += 1
        r.firm[f].scapegoatings += 1
        lower_morale(r, f, TACTICAL, p.morale_loss_scapegoat)
        lower_morale(r, f, OPERATIONAL, p.morale_loss_scapegoat)
        send(r, "MANAGER_SWAPPED", f, e.case, e.attempt)
        send(r, "STAFF_DISMISSED", f, e.case, e.attempt)
    return True


def strategic_problem(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The strategies of the firms drift apart (7.9 STRATEGIC_PROBLEM)."""
    r.strategic_problems += 1
    problem(r, STRATEGIC)
    lose_trust(r, STRATEGIC, 1)
    send(r, "ESCALATION_HEARD", e.firm, e.case, 0)
    return True


def failure_realised(r: Relationship, e: Event, u: Uniforms) -> bool:
    """A top no longer denies that it fails (7.9 FAILURE_REALISED)."""
    firm = r.firm[e.firm]
    if firm.realised == 1:
        return False
    count_limping(r, r.now)
    firm.realised = 1
    firm.realised_at = r.now
    firm.turn = int(e.a)
    if e.a == TURN["EVIDENCE"]:
        r.turned_by_evidence += 1
    elif e.a == TURN["REVIEW"]:
        r.turned_by_review += 1
    elif e.a == TURN["NEW_LEADER"]:
        r.turned_by_leader += 1
    if math.isnan(firm.t_realised):
        firm.t_realised = r.now
    return True


RULES = (
    agreement_broken,
    dispute_raised,
    dispute_settled,
    escalated,
    escalation_heard,
    referred_back,
    commitment_escalated,
    strategic_problem,
    failure_realised,
)
