"""What firms may choose beside the launch: who may do what when, at whose expense, and what comes of it.

Each policy acts here, in words that the rules of its subject use, or in rules of its own. A policy that was not
chosen has 0 for its dial, and then nothing here writes anything or draws any chance.
"""

from typing import Any

import numpy as np

from relsim.model.arithmetic import normal
from relsim.model.compiling import jittable
from relsim.model.relationship import (
    against_promise,
    charge,
    learn,
    leave,
    lose_morale,
    meet,
    raise_attention,
    stake,
    work_things_out,
)
from relsim.model.rule import rule, send
from relsim.vocabulary import Account, Departure, Ending, EventKind, Firm, Level, Phase, Role, Turn

IN_OPERATION = (Phase.OPERATION,)

BY_HOTLINE = 2
"""The attempt of what a top hears by the hotline: managers bring a case as attempt 0, and 1 when it was reopened."""

BY_AUDIT = 3
"""Added to the attempt of the broken agreement that brought an auditor, where a top realises by what is said then."""


# ---------------------------------------------------------------- outside roles


@jittable
def engage_facilitator(r: Any, p: Any, e: Any, out: Any) -> None:
    """Call in an expert from outside, where the firms chose to, and only once."""
    if p.facilitator_part > 0.0 and r.facilitator == 0:
        send(out, EventKind.FACILITATOR_ENGAGED, Firm.BOTH, e.case, 0)


@jittable
def refereed(r: Any, p: Any, sd: float) -> float:
    """Return the noise of a reading, less of it where a facilitator is the referee."""
    if r.facilitator == 1:
        return sd * (1.0 - p.facilitator_part * (1.0 - p.facilitator_noise))
    return sd


@jittable
def helped(r: Any, p: Any, chance: float) -> float:
    """Return a chance of repair or rescue, a little higher where a facilitator coaches."""
    if r.facilitator == 1:
        return chance + p.facilitator_part * p.facilitator_help * (1.0 - chance)
    return chance


@jittable
def brokered(r: Any, p: Any, e: Any, out: Any) -> float:
    """Call in a deal broker, where the firms chose to, and return how much shorter the talks become."""
    if p.deal_broker_part > 0.0:
        r.broker = 1
        send(out, EventKind.BROKER_ENGAGED, Firm.BOTH, e.case, 0)
        return 1.0 - p.deal_broker_part * (1.0 - p.broker_speed)
    return 1.0


@rule(
    EventKind.FACILITATOR_ENGAGED,
    sender=Role.FACILITATOR,
    receiver=Role.OWN_TACTICAL,
    phases=(Phase.EXPLORATION, Phase.NEGOTIATION, Phase.CONTRACTING, Phase.TRANSITION),
)
def facilitator_engaged(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """An expert from outside comes in: workshops read better, and repairs and rescues are coached, for a fee (A22)."""
    r.facilitator = 1
    pay(r, p, p.facilitator_part * p.facilitator_cost, e.time)
    return True


@rule(
    EventKind.BROKER_ENGAGED,
    sender=Role.BROKER,
    receiver=Role.OWN_STRATEGIC,
    phases=(Phase.NEGOTIATION,),
)
def broker_engaged(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A deal broker sells the deal: faster, more optimistic, and for a fee."""
    pay(r, p, p.deal_broker_part * p.broker_cost, e.time)
    return True


@jittable
def pay(r: Any, p: Any, amount: float, now: float) -> None:
    """Let each firm pay what a policy costs."""
    charge(r, p, Firm.CLIENT, Account.GOVERNANCE, -amount, now)
    charge(r, p, Firm.SUPPLIER, Account.GOVERNANCE, -amount, now)


# ---------------------------------------------------------------- before and at the signature


@jittable
def consult(p: Any, e: Any, out: Any) -> float:
    """Ask operations to the talks, where the firms chose to, and return how much longer the talks become."""
    if p.early_operations_voice > 0.0:
        send(out, EventKind.OPERATIONS_CONSULTED, Firm.BOTH, e.case, 0)
        return p.consultation_slower
    return 1.0


@rule(
    EventKind.OPERATIONS_CONSULTED,
    sender=Role.OWN_OPERATIONAL,
    receiver=Role.OWN_STRATEGIC,
    phases=(Phase.NEGOTIATION,),
    chance=("when", "noise of the reading", "", ""),
)
def operations_consulted(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Operational people sit at the negotiation and say what they think of it: a rough reading of fit, before anything
    is promised.
    """
    learn(r, r.fit + p.operational_bias + p.consultation_noise * normal(u.u1), p.consultation_noise)
    pay(r, p, p.consultation_cost, e.time)
    return True


@jittable
def heard(p: Any, hoped: float, measured: float) -> float:
    """Return what tops who sign first promise: what they hope for, as far as they do not listen to operations."""
    if p.early_operations_voice > 0.0:
        return hoped + p.early_operations_voice * (measured - hoped)
    return hoped


@jittable
def plan_pilot(r: Any, p: Any, e: Any, out: Any) -> None:
    """Let operations try it for some weeks before anything is signed, with a referee where the firms chose to."""
    engage_facilitator(r, p, e, out)
    width = p.pilot_gap_most - p.pilot_gap_least
    send(out, EventKind.PILOT_HELD, Firm.BOTH, e.case, r.pilots, p.pilot_gap_least, width)


@rule(
    EventKind.PILOT_HELD,
    sender=Role.OWN_OPERATIONAL,
    receiver=Role.OWN_STRATEGIC,
    phases=(Phase.NEGOTIATION, Phase.CONTRACTING),
    chance=("when", "noise of the reading", "", ""),
)
def pilot_held(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Operations try it on a small scale and read how well they mesh; without a pass nothing is signed.

    Value a: whether what was read so far passes, 1 or 0; value b: the estimate of fit.
    """
    sd = refereed(r, p, p.pilot_noise)
    learn(r, r.fit + p.operational_bias + sd * normal(u.u1), sd)
    work_things_out(r, p)
    pay(r, p, p.pilot_cost, e.time)
    r.pilots += 1
    e.a = 1.0 if r.estimate_mean >= p.need else 0.0
    e.b = r.estimate_mean
    if r.pilots < p.operational_gate_pilots:
        plan_pilot(r, p, e, out)
    elif e.a > 0.0:
        send(out, EventKind.DEAL_SIGNED, Firm.BOTH, e.case, 1)
    else:
        send(out, EventKind.RELATIONSHIP_ENDED, Firm.BOTH, e.case, 0, a=Ending.ABANDONED)
    return True


@jittable
def sold(r: Any, p: Any) -> float:
    """Return the optimism of the tops: more of it with a broker, less where a bonus may be claimed back."""
    optimism = p.optimism
    if r.broker == 1:
        optimism = optimism + p.deal_broker_part * p.broker_optimism
    if p.bonus_at_signing * p.bonus * p.bonus_clawback_years > 0.0:
        return optimism * (1.0 - p.bonus_clawback_share * p.clawback_care)
    return optimism


@jittable
def realistic(r: Any, p: Any, promised: float) -> float:
    """Return what is promised, without what goes beyond the estimate where that is forbidden."""
    if p.realistic_promise_part > 0.0 and promised > r.estimate_mean:
        return promised - p.realistic_promise_part * (promised - r.estimate_mean)
    return promised


# ---------------------------------------------------------------- bonuses and sponsors


@jittable
def may_be_claimed_back(f: Any, p: Any, now: float) -> bool:
    """Say whether a top has a bonus that it would have to pay back if the relationship failed now."""
    return p.bonus_clawback_share > 0.0 and now - f.bonus_at <= p.bonus_clawback_years


@jittable
def claim_back(r: Any, p: Any, e: Any, out: Any) -> None:
    """Claim bonuses back when the relationship is to end for bad or mixed reasons."""
    for firm in range(2):
        if may_be_claimed_back(r.firm[firm], p, e.time):
            send(out, EventKind.BONUS_RETURNED, firm, e.case, 0)


@rule(
    EventKind.BONUS_RETURNED,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.OWN_STRATEGIC,
    phases=(Phase.OPERATION, Phase.UNWINDING),
)
def bonus_returned(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A top pays its bonus back, as what it was paid for has failed."""
    r.firm[e.firm].bonus_at = np.nan
    charge(r, p, e.firm, Account.BONUS, p.bonus_clawback_share * p.bonus, e.time)
    return True


@jittable
def readiness(f: Any, p: Any, firm: int, now: float) -> float:
    """Return the chance that a top that knows acts at a review (A20): interests delay it, a way out hastens it."""
    ready = p.resolve[firm]
    if p.break_clause_notice > 0.0:
        ready = ready + p.clause_ease * (1.0 - ready)
    interest = stake(f, p, now)
    if may_be_claimed_back(f, p, now):
        interest = min(1.0, interest + p.bonus_clawback_share * p.clawback_hold)
    return ready * (1.0 - interest)


@jittable
def begin_rotation(p: Any, e: Any, out: Any) -> None:
    """Foresee the first handover of each sponsor, where the firms chose to rotate them; never both at one moment."""
    if p.sponsor_rotation_years > 0.0:
        for firm in range(2):
            later = 0.5 * p.address_firm[firm] * p.sponsor_rotation_years
            send(out, EventKind.SPONSOR_ROTATED, firm, e.case, 0, p.sponsor_rotation_years + later)


@rule(
    EventKind.SPONSOR_ROTATED,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.OWN_STRATEGIC,
    phases=(Phase.CONTRACTING, Phase.TRANSITION, Phase.OPERATION),
    chance=("when", "whether the new sponsor realises at once", "", ""),
)
def sponsor_rotated(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A sponsor hands over, as was agreed: the next looks with fresh eyes (A11), and ties between the tops break."""
    if r.firm[e.firm].headcount[Level.STRATEGIC] == 0:
        return False
    r.rotations += 1
    leave(r, p, e.firm, Level.STRATEGIC, Departure.LEADER_REPLACED, 1, e.time)
    charge(r, p, e.firm, Account.GOVERNANCE, -p.handover_cost, e.time)
    take_over(r, p, e, u.u1, out)
    send(out, EventKind.SPONSOR_ROTATED, e.firm, e.case, e.attempt + 1, p.sponsor_rotation_years)
    return True


@jittable
def take_over(r: Any, p: Any, e: Any, u: float, out: Any) -> None:
    """Let a new leader begin: almost nothing personal at stake, full attention, and a look at what is (A11)."""
    f = r.firm[e.firm]
    f.personal = p.personal_of_new_leader
    f.personal_at = e.time
    raise_attention(r, p, e.firm, e.time, out)
    if r.phase == Phase.OPERATION:
        f.belief += p.leader_realises * (against_promise(r, r.performance) - f.belief)
        failing = r.performance < p.break_even[e.firm]
        sees = u < p.leader_realises if failing else f.belief < p.threshold[e.firm]
        if sees and f.realised == 0:
            send(out, EventKind.FAILURE_REALISED, e.firm, e.case, e.attempt, a=Turn.NEW_LEADER)


# ---------------------------------------------------------------- what reaches the tops


@rule(
    EventKind.JOINT_REVIEW,
    sender=Role.OWN_TACTICAL,
    receiver=Role.EVERYBODY,
    phases=IN_OPERATION,
)
def joint_review(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """All three levels of both firms look together at what performance truly is: nothing is rosier on its way up.

    They meet in so many of the opportunities of a year as were agreed, evenly spread.
    """
    n, a_year, of = e.case & 0xFFFFFFFF, p.joint_reviews_per_year, p.joint_review_most
    if int(n * a_year / of) == int((n - 1) * a_year / of):
        return False
    r.joint_reviews += 1
    pay(r, p, p.joint_review_cost, e.time)
    for level in range(3):
        meet(r, p, level)
    look(r, p, e, e.attempt, p.joint_review_pull, out)
    return True


@jittable
def look(r: Any, p: Any, e: Any, attempt: int, weight: float, out: Any) -> None:
    """Move the beliefs of both tops towards what is, against what was promised; they may realise that it fails."""
    for firm in range(2):
        f = r.firm[firm]
        f.belief += weight * (against_promise(r, r.performance) - f.belief)
        if f.realised == 0 and f.belief < p.threshold[firm]:
            send(out, EventKind.FAILURE_REALISED, firm, e.case, attempt, a=Turn.REVIEW)


@rule(
    EventKind.HOTLINE_USED,
    sender=Role.OWN_OPERATIONAL,
    receiver=Role.OWN_STRATEGIC,
    phases=IN_OPERATION,
)
def hotline_used(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Operational people take a complaint directly to their own top; managers who are passed over lose heart."""
    r.hotline_calls += 1
    if r.t_first_escalation != r.t_first_escalation:
        r.t_first_escalation = e.time
    lose_morale(r.firm[e.firm], Level.TACTICAL, p.hotline_morale_loss)
    send(out, EventKind.ESCALATION_HEARD, e.firm, e.case, BY_HOTLINE)
    return True


@jittable
def call_auditor(r: Any, p: Any, e: Any, out: Any) -> None:
    """Count a broken agreement, and call an auditor when there have been as many as were agreed."""
    if p.independent_audit_after > 0.0:
        r.unaudited += 1
        if r.unaudited >= p.independent_audit_after:
            r.unaudited = 0
            send(out, EventKind.AUDIT_HELD, Firm.BOTH, e.case, e.attempt, mean=p.audit_delay)


@rule(
    EventKind.AUDIT_HELD,
    sender=Role.OUTSIDE,
    receiver=Role.OWN_STRATEGIC,
    phases=IN_OPERATION,
    chance=("when", "", "", ""),
)
def audit_held(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """An auditor from outside tells both tops how it really goes, and for a while they attend to it again."""
    r.audits += 1
    pay(r, p, p.audit_cost, e.time)
    for firm in range(2):
        raise_attention(r, p, firm, e.time, out)
    look(r, p, e, BY_AUDIT + e.attempt, p.audit_weight, out)
    return True


# ---------------------------------------------------------------- people


@jittable
def spared(r: Any, p: Any, e: Any, u: float) -> bool:
    """Say whether a scapegoating is one of those that are forbidden; then people are coached instead."""
    if u >= p.scapegoat[e.firm] * (1.0 - p.no_scapegoats_part):
        charge(r, p, e.firm, Account.GOVERNANCE, -p.coaching_cost, e.time)
        return True
    return False


@jittable
def staying(p: Any) -> float:
    """Return the share of those who would leave that leave nevertheless where people are paid to stay."""
    if p.retention_bonus > 0.0:
        return p.retention_half / (p.retention_half + p.retention_bonus)
    return 1.0


# ---------------------------------------------------------------- the contract


@jittable
def term_of(p: Any, usual: float) -> float:
    """Return how long a contract runs: as usual, or as short as was agreed."""
    return p.short_term_contract_years if p.short_term_contract_years > 0.0 else usual


@jittable
def renew_short(r: Any, p: Any, e: Any) -> None:
    """Negotiate a short contract again."""
    if p.short_term_contract_years > 0.0:
        pay(r, p, p.renegotiation_cost, e.time)


@jittable
def part_by_the_clause(r: Any, p: Any, e: Any) -> float:
    """Let the leaving firm pay what the clause says, and return how much is left of the chance of a hostile end."""
    charge(r, p, e.firm, Account.EXIT, -p.break_clause_cost, e.time)
    charge(r, p, 1 - e.firm, Account.EXIT, p.break_clause_cost, e.time)
    return 1.0 - p.clause_peace
