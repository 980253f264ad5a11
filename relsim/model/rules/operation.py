"""Daily work: contact, incidents and their repair, complaints and what managers make of them (A15-A17)."""

from typing import Any

from relsim.model.compiling import jittable
from relsim.model.relationship import (
    adapt,
    backing,
    charge,
    gap,
    lose_morale,
    lose_trust,
    meet,
    problem_arose,
    win_trust,
)
from relsim.model.rule import rule, send
from relsim.model.rules.policies import helped
from relsim.vocabulary import Account, EventKind, Firm, Level, Phase, Role

AT_WORK = (Phase.OPERATION, Phase.UNWINDING)


@jittable
def recover_morale(r: Any, p: Any, level: int) -> None:
    """Let the morale of both teams at a level drift a step back to its baseline."""
    for firm in range(2):
        f = r.firm[firm]
        f.morale[level] += p.morale_recovery * (p.morale_baseline[firm] - f.morale[level])


@jittable
def dishearten(r: Any, level: int, step: float) -> None:
    """Lower the morale of both firms' teams at a level (raise it with a negative step)."""
    lose_morale(r.firm[0], level, step)
    lose_morale(r.firm[1], level, step)


@rule(
    EventKind.WORK_CONTACT,
    sender=Role.OWN_OPERATIONAL,
    receiver=Role.PARTNER_OPERATIONAL,
    phases=AT_WORK,
)
def work_contact(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The operational people of both firms work together: trust grows and morale recovers (A1, A2)."""
    meet(r, p, Level.OPERATIONAL)
    recover_morale(r, p, Level.OPERATIONAL)
    return True


@rule(
    EventKind.TACTICAL_MEETING,
    sender=Role.OWN_TACTICAL,
    receiver=Role.PARTNER_TACTICAL,
    phases=AT_WORK,
)
def tactical_meeting(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The managers of both firms meet: trust grows and morale recovers (A1)."""
    meet(r, p, Level.TACTICAL)
    recover_morale(r, p, Level.TACTICAL)
    return True


@rule(
    EventKind.INCIDENT,
    sender=Role.OWN_OPERATIONAL,
    receiver=Role.PARTNER_OPERATIONAL,
    phases=AT_WORK,
    chance=("gap to the next", "whether it happens", "whether it is repaired", ""),
)
def incident(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Something goes wrong in one firm's operations, more often where the operations mesh badly (A16).

    The staffs of both firms try to repair it together; trust and morale help (first-contact repair, HDI). What is not
    repaired costs trust and morale, and after a while the staff of the firm at fault take it to their manager (A15).
    """
    if u.u1 >= 1.0 - r.performance:
        return False
    r.incidents += 1
    problem_arose(r, Level.OPERATIONAL, e.time)
    charge(r, p, Firm.CLIENT, Account.REPAIR, -p.incident_cost, e.time)
    charge(r, p, Firm.SUPPLIER, Account.REPAIR, -p.incident_cost, e.time)
    chance = p.repair_without_trust + (p.repair_with_trust - p.repair_without_trust) * r.trust[Level.OPERATIONAL]
    morale = r.firm[0].morale[Level.OPERATIONAL] + r.firm[1].morale[Level.OPERATIONAL]
    usual = p.morale_baseline[0] + p.morale_baseline[1]
    if morale < usual:
        chance = chance * morale / usual
    if u.u2 < helped(r, p, chance):
        send(out, EventKind.REPAIRED, e.firm, e.case, 0)
    else:
        lose_trust(r, p, Level.OPERATIONAL, 1.0)
        dishearten(r, Level.OPERATIONAL, p.morale_loss_incident)
        send(out, EventKind.COMPLAINT_RAISED, e.firm, e.case, 0, mean=p.complaint_delay)
    return True


@rule(
    EventKind.REPAIRED,
    sender=Role.PARTNER_OPERATIONAL,
    receiver=Role.OWN_OPERATIONAL,
    phases=AT_WORK,
    chance=("when", "whether they learn from it", "", ""),
)
def repaired(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The staffs repair an incident: trust grows a little, and sometimes they learn how to work together."""
    r.repaired += 1
    win_trust(r, p, Level.OPERATIONAL, 1.0)
    if u.u1 < p.learn_chance:
        adapt(r, p, p.learn_step, e.time)
    return True


@rule(
    EventKind.COMPLAINT_RAISED,
    sender=Role.OWN_OPERATIONAL,
    receiver=Role.OWN_TACTICAL,
    phases=AT_WORK,
    chance=("when", "whether it also goes to the top", "", ""),
)
def complaint_raised(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Operational people take what they could not repair to their managers (A15), and by a hotline, where there is
    one, some of it to their top as well.
    """
    r.complaints += 1
    send(out, EventKind.COMPLAINT_HEARD, e.firm, e.case, 0)
    if u.u1 < p.escalation_hotline_probability:
        send(out, EventKind.HOTLINE_USED, e.firm, e.case, 0)
    return True


@rule(
    EventKind.TACTICAL_PROBLEM,
    sender=Role.OWN_TACTICAL,
    receiver=Role.PARTNER_TACTICAL,
    phases=(Phase.OPERATION,),
    chance=("gap to the next", "whether it happens", "", ""),
)
def tactical_problem(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The contract turns out not to fit what is really delivered: the wider the gap, the likelier."""
    if u.u1 >= gap(r):
        return False
    r.tactical_problems += 1
    problem_arose(r, Level.TACTICAL, e.time)
    send(out, EventKind.COMPLAINT_HEARD, e.firm, e.case, 0)
    return True


@rule(
    EventKind.COMPLAINT_HEARD,
    sender=Role.OWN_TACTICAL,
    receiver=Role.PARTNER_TACTICAL,
    phases=(Phase.OPERATION,),
    chance=("when", "whether it is settled", "", ""),
)
def complaint_heard(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The managers of both firms try to settle a case; without trust, backing or a promise that fits they cannot
    (A17).
    """
    trusting = p.settle_low + (1.0 - p.settle_low) * r.trust[Level.TACTICAL]
    backed = p.backing_floor + (1.0 - p.backing_floor) * backing(r.firm[e.firm], p, e.time)
    if u.u1 < p.tactical_power * trusting * (1.0 - gap(r)) * backed:
        send(out, EventKind.ADAPTATION_AGREED, e.firm, e.case, e.attempt)
    else:
        send(out, EventKind.AGREEMENT_BROKEN, e.firm, e.case, e.attempt)
    return True


@rule(
    EventKind.ADAPTATION_AGREED,
    sender=Role.OWN_TACTICAL,
    receiver=Role.OWN_OPERATIONAL,
    phases=(Phase.OPERATION,),
)
def adaptation_agreed(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The managers agree on a change in how the operations work together, and people take heart."""
    r.adaptations += 1
    adapt(r, p, p.adaptation_step, e.time)
    dishearten(r, Level.TACTICAL, -p.morale_gain_adaptation)
    dishearten(r, Level.OPERATIONAL, -p.morale_gain_adaptation)
    return True
