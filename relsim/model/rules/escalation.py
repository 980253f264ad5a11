"""What cannot be settled: broken agreements, disputes, and a top that denies and refers back (A15-A20)."""

from typing import Any

import numpy as np

from relsim.model.compiling import jittable
from relsim.model.relationship import (
    attention,
    charge,
    count_limping,
    lose_morale,
    lose_trust,
    problem_arose,
    raise_sunk,
    stake,
)
from relsim.model.rule import rule, send
from relsim.model.rules.operation import dishearten
from relsim.model.rules.policies import call_auditor, spared
from relsim.vocabulary import Account, EventKind, Firm, Level, Phase, Role, Turn

IN_OPERATION = (Phase.OPERATION,)


@rule(
    EventKind.AGREEMENT_BROKEN,
    sender=Role.OWN_TACTICAL,
    receiver=Role.PARTNER_TACTICAL,
    phases=IN_OPERATION,
    chance=("when", "whether the managers take it to their top", "", ""),
)
def agreement_broken(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """An agreement is not kept (A15): the firm at fault pays the other, and trust and morale fall.

    Then the managers either take it to their own top or swallow it (Milliken et al.: most keep silent). After enough
    broken agreements in little time, and with little trust left, a formal dispute is raised (A14).
    """
    r.broken += 1
    call_auditor(r, p, e, out)
    charge(r, p, e.firm, Account.PENALTY, -p.penalty, e.time)
    charge(r, p, 1 - e.firm, Account.PENALTY, p.penalty, e.time)
    lose_trust(r, p, Level.TACTICAL, 1.0)
    dishearten(r, Level.TACTICAL, p.morale_loss_broken)
    dishearten(r, Level.OPERATIONAL, p.morale_loss_broken)
    if too_many_broken(r, p, e.time):
        send(out, EventKind.DISPUTE_RAISED, e.firm, e.case, e.attempt)
    if u.u1 < p.candour[e.firm]:
        send(out, EventKind.ESCALATED, e.firm, e.case, e.attempt, mean=p.escalation_delay)
    else:
        r.swallowed += 1
    return True


@jittable
def too_many_broken(r: Any, p: Any, now: float) -> bool:
    """Remember a broken agreement, and say whether there were too many of late, with too little trust to forgive
    them.
    """
    after = int(p.dispute_after)
    r.broken_at[r.broken_next % after] = now
    r.broken_next += 1
    oldest = r.broken_at[r.broken_next % after]
    return now - oldest <= p.dispute_window and r.trust[Level.TACTICAL] < p.dispute_trust


@rule(
    EventKind.DISPUTE_RAISED,
    sender=Role.PARTNER_TACTICAL,
    receiver=Role.OWN_STRATEGIC,
    phases=IN_OPERATION,
    chance=("when", "whether a dispute board settles it", "", ""),
)
def dispute_raised(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The wronged firm raises a formal claim: costly to both, and the tops trust each other less.

    It weighs as much as the broken agreements that led to it, and these are not held against anybody again. Where there
    is a board of referees, most claims never become formal.
    """
    if u.u1 < p.dispute_board_share:
        send(out, EventKind.DISPUTE_SETTLED, e.firm, e.case, e.attempt)
        return False
    r.disputes += 1
    charge(r, p, Firm.CLIENT, Account.DISPUTE, -p.dispute_cost, e.time)
    charge(r, p, Firm.SUPPLIER, Account.DISPUTE, -p.dispute_cost, e.time)
    lose_trust(r, p, Level.STRATEGIC, p.dispute_after)
    forget_broken(r)
    return True


@rule(
    EventKind.DISPUTE_SETTLED,
    sender=Role.OUTSIDE,
    receiver=Role.OWN_TACTICAL,
    phases=IN_OPERATION,
)
def dispute_settled(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Independent referees settle a claim before it becomes formal: cheaper, and the tops are left out of it."""
    r.settled += 1
    charge(r, p, Firm.CLIENT, Account.GOVERNANCE, -p.dispute_board_case, e.time)
    charge(r, p, Firm.SUPPLIER, Account.GOVERNANCE, -p.dispute_board_case, e.time)
    forget_broken(r)
    return True


@jittable
def forget_broken(r: Any) -> None:
    """Hold the broken agreements so far against nobody any more."""
    for i in range(len(r.broken_at)):
        r.broken_at[i] = np.nan


@rule(
    EventKind.ESCALATED,
    sender=Role.OWN_TACTICAL,
    receiver=Role.OWN_STRATEGIC,
    phases=IN_OPERATION,
)
def escalated(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A manager takes a case that could not be settled to the own top."""
    r.escalated += 1
    if r.t_first_escalation != r.t_first_escalation:
        r.t_first_escalation = e.time
    send(out, EventKind.ESCALATION_HEARD, e.firm, e.case, e.attempt)
    return True


@rule(
    EventKind.ESCALATION_HEARD,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.OWN_TACTICAL,
    phases=IN_OPERATION,
    chance=("when", "whether it is heard", "", ""),
)
def escalation_heard(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A top that still pays attention hears of a case; the more it has at stake, the less it lets itself believe (A18).

    While it believes in the relationship it denies and refers back; when belief has gone it realises the failure.
    """
    f = r.firm[e.firm]
    if u.u1 >= attention(f, p, e.time):
        return False
    r.heard += 1
    if f.realised == 1:
        return True
    f.belief = f.belief * (1.0 - p.evidence[e.firm] * (1.0 - p.denial[e.firm] * stake(f, p, e.time)))
    if f.belief < p.threshold[e.firm]:
        send(out, EventKind.FAILURE_REALISED, e.firm, e.case, e.attempt, a=Turn.EVIDENCE)
    else:
        send(out, EventKind.REFERRED_BACK, e.firm, e.case, e.attempt)
    return True


@rule(
    EventKind.REFERRED_BACK,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.OWN_TACTICAL,
    phases=IN_OPERATION,
)
def referred_back(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The top denies the problem and sends it down again (A18): its managers open the case once more, with less heart.

    Whenever its patience is used up, it puts more into the same approach instead of changing it (Keil & Mann).
    """
    f = r.firm[e.firm]
    r.denials += 1
    f.denials += 1
    lose_trust(r, p, Level.TACTICAL, 1.0)
    lose_morale(f, Level.TACTICAL, p.morale_loss_denial)
    lose_morale(f, Level.OPERATIONAL, p.morale_loss_denial)
    if e.attempt == 0:
        r.reopened += 1
        send(out, EventKind.COMPLAINT_HEARD, e.firm, e.case, 1)
    if f.denials % int(p.patience) == 0:
        send(out, EventKind.COMMITMENT_ESCALATED, e.firm, e.case, e.attempt)
    return True


@rule(
    EventKind.COMMITMENT_ESCALATED,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.OWN_TACTICAL,
    phases=IN_OPERATION,
    chance=("when", "whether scapegoats are made", "", ""),
)
def commitment_escalated(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A top that denied again and again puts more in, and is bound by it; in the worst cases it makes scapegoats
    (A19).
    """
    f = r.firm[e.firm]
    r.commitments += 1
    charge(r, p, e.firm, Account.COMMITMENT, -p.commitment_cost, e.time)
    raise_sunk(f, p, p.sunk_by_commitment, e.time)
    if u.u1 < p.scapegoat[e.firm] and not spared(r, p, e, u.u1):
        r.scapegoatings += 1
        f.scapegoatings += 1
        lose_morale(f, Level.TACTICAL, p.morale_loss_scapegoat)
        lose_morale(f, Level.OPERATIONAL, p.morale_loss_scapegoat)
        send(out, EventKind.MANAGER_SWAPPED, e.firm, e.case, e.attempt)
        send(out, EventKind.STAFF_DISMISSED, e.firm, e.case, e.attempt)
    return True


@rule(
    EventKind.STRATEGIC_PROBLEM,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.PARTNER_STRATEGIC,
    phases=IN_OPERATION,
)
def strategic_problem(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The strategies of the firms drift apart: their tops trust each other less, and one has a case to hear or to
    deny.
    """
    r.strategic_problems += 1
    problem_arose(r, Level.STRATEGIC, e.time)
    lose_trust(r, p, Level.STRATEGIC, 1.0)
    send(out, EventKind.ESCALATION_HEARD, e.firm, e.case, 0)
    return True


@rule(
    EventKind.FAILURE_REALISED,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.OWN_STRATEGIC,
    phases=IN_OPERATION,
)
def failure_realised(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A top no longer denies that it fails; from now on only its interests stand between knowing and acting (A20).

    Value a: what brought the turn (evidence, board review, new leader).
    """
    f = r.firm[e.firm]
    if f.realised == 1:
        return False
    count_limping(r, e.time)
    f.realised = 1
    f.realised_at = e.time
    f.turn = int(e.a)
    if f.turn == Turn.EVIDENCE:
        r.turned_by_evidence += 1
    elif f.turn == Turn.REVIEW:
        r.turned_by_review += 1
    else:
        r.turned_by_leader += 1
    if f.t_realised != f.t_realised:
        f.t_realised = e.time
    return True
