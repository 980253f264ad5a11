"""7.8 Daily work: contacts, incidents, and what managers can settle."""

import math

from tests.oracles.second_writing.chance import Uniforms
from tests.oracles.second_writing.common import (
    adapt,
    charge,
    lose_trust,
    lower_both,
    lower_morale,
    meet,
    problem,
    recover,
    win_trust,
)
from tests.oracles.second_writing.derived import backing, gap, helped
from tests.oracles.second_writing.document import CLIENT, OPERATIONAL, SUPPLIER, TACTICAL
from tests.oracles.second_writing.events import Event, send
from tests.oracles.second_writing.state import Relationship


def work_contact(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The operational people of both firms work together (7.8 WORK_CONTACT)."""
    meet(r, OPERATIONAL)
    recover(r, OPERATIONAL)
    return True


def tactical_meeting(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The managers of both firms meet (7.8 TACTICAL_MEETING)."""
    meet(r, TACTICAL)
    recover(r, TACTICAL)
    return True


def incident(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Something goes wrong in one firm's operations (7.8 INCIDENT)."""
    p = r.p
    if u.u1 >= 1 - r.performance:
        return False
    r.incidents += 1
    problem(r, OPERATIONAL)
    charge(r, CLIENT, "REPAIR", -p.incident_cost)
    charge(r, SUPPLIER, "REPAIR", -p.incident_cost)
    c = p.repair_without_trust + (p.repair_with_trust - p.repair_without_trust) * r.trust[OPERATIONAL]
    m = r.firm[CLIENT].morale[OPERATIONAL] + r.firm[SUPPLIER].morale[OPERATIONAL]
    b = p.morale_baseline[CLIENT] + p.morale_baseline[SUPPLIER]
    if m < b:
        c = c * m / b
    if u.u2 < helped(r, c):
        send(r, "REPAIRED", e.firm, e.case, 0)
    else:
        lose_trust(r, OPERATIONAL, 1)
        lower_both(r, OPERATIONAL, p.morale_loss_incident)
        send(r, "COMPLAINT_RAISED", e.firm, e.case, 0, mean=p.complaint_delay)
    return True


def repaired(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The staffs repair it, and sometimes learn from it (7.8 REPAIRED)."""
    r.repaired += 1
    win_trust(r, OPERATIONAL, 1)
    if u.u1 < r.p.learn_chance:
        adapt(r, r.p.learn_step)
    return True


def complaint_raised(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Operational people take what they could not repair to their managers (7.8 COMPLAINT_RAISED)."""
    r.complaints += 1
    send(r, "COMPLAINT_HEARD", e.firm, e.case, 0)
    if u.u1 < r.p.escalation_hotline_probability:
        send(r, "HOTLINE_USED", e.firm, e.case, 0)
    return True


def hotline_used(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Operational people take a complaint directly to their own top (7.8 HOTLINE_USED)."""
    r.hotline_calls += 1
    if math.isnan(r.t_first_escalation):
        r.t_first_escalation = r.now
    lower_morale(r, e.firm, TACTICAL, r.p.hotline_morale_loss)
    send(r, "ESCALATION_HEARD", e.firm, e.case, 2)
    return True


def tactical_problem(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The contract turns out not to fit (7.8 TACTICAL_PROBLEM)."""
    if u.u1 >= gap(r):
        return False
    r.tactical_problems += 1
    problem(r, TACTICAL)
    send(r, "COMPLAINT_HEARD", e.firm, e.case, 0)
    return True


def complaint_heard(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The managers of both firms try to settle a case (7.8 COMPLAINT_HEARD)."""
    p = r.p
    t = p.settle_low + (1 - p.settle_low) * r.trust[TACTICAL]
    k = p.backing_floor + (1 - p.backing_floor) * backing(r, e.firm, r.now)
    if u.u1 < p.tactical_power * t * (1 - gap(r)) * k:
        send(r, "ADAPTATION_AGREED", e.firm, e.case, e.attempt)
    else:
        send(r, "AGREEMENT_BROKEN", e.firm, e.case, e.attempt)
    return True


def adaptation_agreed(r: Relationship, e: Event, u: Uniforms) -> bool:
    """They agree on a change, and people take heart (7.8 ADAPTATION_AGREED)."""
    r.adaptations += 1
    adapt(r, r.p.adaptation_step)
    lower_both(r, TACTICAL, -r.p.morale_gain_adaptation)
    lower_both(r, OPERATIONAL, -r.p.morale_gain_adaptation)
    return True


RULES = (
    work_contact,
    tactical_meeting,
    incident,
    repaired,
    complaint_raised,
    hotline_used,
    tactical_problem,
    complaint_heard,
    adaptation_agreed,
)
