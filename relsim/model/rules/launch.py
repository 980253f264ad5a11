"""How a relationship begins: the tops sign first, or operations find out first (A4-A7, A22-A24)."""

from typing import Any

from relsim.model.arithmetic import exp, normal
from relsim.model.compiling import jittable
from relsim.model.relationship import (
    adapt,
    charge,
    learn,
    performance,
    raise_attention,
    raise_personal,
    raise_sunk,
    stake,
    work_things_out,
)
from relsim.model.rule import rule, send
from relsim.model.rules.policies import (
    begin_rotation,
    brokered,
    consult,
    engage_facilitator,
    heard,
    plan_pilot,
    realistic,
    refereed,
    sold,
    term_of,
)
from relsim.vocabulary import Account, Clock, Ending, EventKind, Firm, Launch, Level, Phase, Role

TERM_CASE = (int(Clock.CONTRACT_TERM) << 32) + 1

FROM_SIGNING = (Phase.CONTRACTING, Phase.TRANSITION, Phase.OPERATION)
BEFORE_SIGNING = (Phase.COURTSHIP, Phase.EXPLORATION, Phase.NEGOTIATION, Phase.CONTRACTING)


@jittable
def negotiate(r: Any, p: Any, e: Any, out: Any) -> None:
    """Begin the talks between the tops; how long they take is the same luck under either launch."""
    r.phase = Phase.NEGOTIATION
    years = p.negotiation_least + (p.negotiation_most - p.negotiation_least) * r.negotiation_luck
    years = years * brokered(r, p, e, out) * consult(p, e, out)
    if r.deal_first == 1:
        send(out, EventKind.DEAL_SIGNED, Firm.BOTH, e.case, 0, years)
    else:
        send(out, EventKind.MANDATE_GIVEN, Firm.BOTH, e.case, 1, years)


@jittable
def begin_transition(r: Any, p: Any, e: Any, out: Any) -> None:
    """Spend the money that setting up takes, then hold the kick-off workshops, if any, and start."""
    r.phase = Phase.TRANSITION
    for firm in range(2):
        charge(r, p, firm, Account.LAUNCH, -p.launch_cost[firm], e.time)
        raise_sunk(r.firm[firm], p, p.sunk_by_launching, e.time)
    engage_facilitator(r, p, e, out)
    next_in_transition(r, p, e, out)


@jittable
def next_in_transition(r: Any, p: Any, e: Any, out: Any) -> None:
    """Plan the next kick-off workshop or, after the last, the start; prestige makes the transition shorter."""
    if r.kickoffs < p.kickoff:
        r.kickoffs += 1
        plan_workshop(r, p, e, out)
        return
    pushed = 1.0 - p.launch_effort * joint_stake(r, p, e.time)
    send(
        out,
        EventKind.OPERATIONS_STARTED,
        Firm.BOTH,
        e.case,
        0,
        p.transition_least * pushed,
        0.0,
        p.transition_mean * pushed,
    )


@jittable
def plan_workshop(r: Any, p: Any, e: Any, out: Any) -> None:
    """Call the two operational staffs together some weeks from now."""
    width = p.workshop_gap_most - p.workshop_gap_least
    send(out, EventKind.WORKSHOP_HELD, Firm.BOTH, e.case, r.workshops, p.workshop_gap_least, width)


@jittable
def joint_stake(r: Any, p: Any, now: float) -> float:
    """Return the mean stake of the two tops."""
    return 0.5 * (stake(r.firm[0], p, now) + stake(r.firm[1], p, now))


@rule(
    EventKind.FIRST_CONTACT,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.PARTNER_STRATEGIC,
    phases=(Phase.COURTSHIP,),
    chance=("when", "length of the negotiation", "whether it fails", "noise of the promise"),
)
def first_contact(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The tops meet. Deal-first they go on to negotiate at once (A4); feasibility-first they first let others find
    out (A22).
    """
    r.t_contact = e.time
    r.negotiation_luck = u.u1
    r.deal_luck = u.u2
    r.promise_luck = u.u3
    for firm in range(2):
        raise_attention(r, p, firm, e.time, out)
    if p.launch == Launch.DEAL_FIRST:
        r.deal_first = 1
        negotiate(r, p, e, out)
    else:
        send(out, EventKind.MANDATE_GIVEN, Firm.BOTH, e.case, 0)
    return True


@rule(
    EventKind.MANDATE_GIVEN,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.OWN_TACTICAL,
    phases=BEFORE_SIGNING,
)
def mandate_given(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The tops give the managers their task: find out whether it can work (A22), work out the details (A5), or set up.

    Attempt 0 before an exploration, 1 to draft the contract, 2 to set up operations under a signed one. The
    talks may have failed; then nobody is given anything.
    """
    if e.attempt == 0:
        r.phase = Phase.EXPLORATION
        send(out, EventKind.EXPLORATION_PLANNED, Firm.BOTH, e.case, 0)
    elif e.attempt == 2:
        begin_transition(r, p, e, out)
    elif r.deal_first == 0 and r.deal_luck < p.no_deal:
        send(out, EventKind.RELATIONSHIP_ENDED, Firm.BOTH, e.case, 0, a=Ending.NO_DEAL)
        return False
    else:
        r.phase = Phase.CONTRACTING
        send(out, EventKind.CONTRACT_DRAFTED, Firm.BOTH, e.case, 0, p.drafting_least, 0.0, p.drafting_mean)
    return True


@rule(
    EventKind.EXPLORATION_PLANNED,
    sender=Role.OWN_TACTICAL,
    receiver=Role.OWN_OPERATIONAL,
    phases=(Phase.EXPLORATION,),
)
def exploration_planned(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Middle management leads the exploration, often helped by experts from outside (A22)."""
    engage_facilitator(r, p, e, out)
    plan_workshop(r, p, e, out)
    return True


@rule(
    EventKind.WORKSHOP_HELD,
    sender=Role.OWN_OPERATIONAL,
    receiver=Role.OWN_TACTICAL,
    phases=(Phase.EXPLORATION, Phase.TRANSITION),
    chance=("when", "noise of the reading", "", ""),
)
def workshop_held(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The operational people meet: they read the fit, get to know each other, and find where things must be
    adapted (A22).

    The managers update their estimate (conjugate normal). What was adapted they know, so the estimate moves with
    it. They stop when the chance that the need is met is clear enough either way, or when no more workshops are
    allowed.
    """
    sd = refereed(r, p, p.workshop_noise)
    learn(r, r.fit + p.operational_bias + sd * normal(u.u1), sd)
    adapt(r, p, p.workshop_adaptation, e.time)
    r.estimate_mean = r.estimate_mean + p.workshop_adaptation * (1.0 - r.estimate_mean)
    r.estimate_sd = r.estimate_sd * (1.0 - p.workshop_adaptation)
    work_things_out(r, p)
    charge(r, p, Firm.CLIENT, Account.EXPLORATION, -p.workshop_cost, e.time)
    charge(r, p, Firm.SUPPLIER, Account.EXPLORATION, -p.workshop_cost, e.time)
    r.workshops += 1
    if r.phase == Phase.TRANSITION:
        next_in_transition(r, p, e, out)
        return True
    distance = r.estimate_mean - p.need
    # infinitely sure times no doubt at all would be no number
    sure = r.estimate_sd == 0.0 or abs(distance) >= p.sureness * r.estimate_sd
    if sure or r.workshops >= p.workshops_most:
        feasible = 1.0 if distance >= 0.0 else 0.0
        send(
            out,
            EventKind.VERDICT_REPORTED,
            Firm.BOTH,
            e.case,
            0,
            p.verdict_time,
            0.0,
            0.0,
            feasible,
            r.estimate_mean,
        )
    else:
        plan_workshop(r, p, e, out)
    return True


@rule(
    EventKind.VERDICT_REPORTED,
    sender=Role.OWN_TACTICAL,
    receiver=Role.OWN_STRATEGIC,
    phases=(Phase.EXPLORATION,),
    chance=("when", "whether the tops override it", "", ""),
)
def verdict_reported(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The boards get a reasoned report (A24): the tops negotiate, give the relationship up in time, or override it.

    Value a: 1 feasible, 0 not; value b: the estimate of fit.
    """
    r.t_verdict = e.time
    if e.a > 0.0:
        negotiate(r, p, e, out)
    elif u.u1 < p.override:
        r.deal_first = 1
        negotiate(r, p, e, out)
    else:
        send(out, EventKind.RELATIONSHIP_ENDED, Firm.BOTH, e.case, 0, a=Ending.ABANDONED)
    return True


@rule(
    EventKind.CONTRACT_DRAFTED,
    sender=Role.OWN_TACTICAL,
    receiver=Role.OWN_STRATEGIC,
    phases=(Phase.CONTRACTING,),
    chance=("when", "", "", ""),
)
def contract_drafted(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The managers have worked out contract, agreements and service levels: after the deal (A5), or before it (A23)."""
    r.t_contract = e.time
    if r.deal_first == 1:
        begin_transition(r, p, e, out)
    else:
        send(out, EventKind.DEAL_SIGNED, Firm.BOTH, e.case, 0)
    return True


@rule(
    EventKind.DEAL_SIGNED,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.PARTNER_STRATEGIC,
    phases=(Phase.NEGOTIATION, Phase.CONTRACTING),
)
def deal_signed(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The tops sign what they believe in: an average and their optimism (A4), or what operations measured (A23).

    Signing raises the personal stake; announcement and bonus may follow at once (A7). Where a gate is agreed,
    operations try it first, and what the tops would sign waits (attempt 0) until they have (attempt 1).
    """
    if e.attempt == 0:
        if r.deal_first == 1 and r.deal_luck < p.no_deal:
            send(out, EventKind.RELATIONSHIP_ENDED, Firm.BOTH, e.case, 0, a=Ending.NO_DEAL)
            return False
        if p.operational_gate_pilots > 0.0:
            plan_pilot(r, p, e, out)
            return False
    optimism = sold(r, p)
    noise = p.promise_noise * normal(r.promise_luck)
    measured = r.estimate_mean + optimism * p.optimism_with_estimate + noise
    promised_fit = heard(p, p.prior_mean + optimism + noise, measured) if r.deal_first == 1 else measured
    r.promise = p.mesh * min(1.0, max(0.0, realistic(r, p, promised_fit)))
    r.t_deal = e.time
    for firm in range(2):
        f = r.firm[firm]
        f.belief = p.belief_deal_first[firm] if r.deal_first == 1 else p.belief_feasibility_first[firm]
        raise_personal(f, p, p.personal_by_signing, e.time)
    send(out, EventKind.SUCCESS_ANNOUNCED, Firm.BOTH, e.case, 0)
    send(out, EventKind.BONUS_PAID, Firm.CLIENT, e.case, 0, p.deferred_bonus_years)
    send(out, EventKind.BONUS_PAID, Firm.SUPPLIER, e.case, 0, p.deferred_bonus_years)
    begin_rotation(p, e, out)
    r.phase = Phase.CONTRACTING
    send(out, EventKind.MANDATE_GIVEN, Firm.BOTH, e.case, 1 if r.deal_first == 1 else 2)
    return True


@rule(
    EventKind.SUCCESS_ANNOUNCED,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.EVERYBODY,
    phases=FROM_SIGNING,
    chance=("when", "whether it is announced", "", ""),
)
def success_announced(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Success is proclaimed, maybe before the firms have met at operational level (A7): worth something, and it
    binds.

    Where a quiet launch is agreed, it waits (attempt 0) until operations have proven themselves (attempts 1, 2, ...).
    """
    if e.attempt == 0:
        if u.u1 >= p.announce:
            return False
        if p.quiet_launch_years > 0.0:
            r.announcement_waits = 1
            return False
    elif r.performance < p.joint_break_even:
        send(out, EventKind.SUCCESS_ANNOUNCED, Firm.BOTH, e.case, e.attempt + 1, p.quiet_launch_years)
        return False
    r.t_announced = e.time
    for firm in range(2):
        charge(r, p, firm, Account.ANNOUNCEMENT, p.announcement_value, e.time)
        raise_personal(r.firm[firm], p, p.personal_by_announcing, e.time)
    return True


@rule(
    EventKind.BONUS_PAID,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.OWN_STRATEGIC,
    phases=FROM_SIGNING,
    chance=("when", "whether this top is paid one", "", ""),
)
def bonus_paid(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A top is paid for the signature rather than for how it turns out (A7); a bonus of 0 is none."""
    if u.u1 >= p.bonus_at_signing or p.bonus == 0.0:
        return False
    if r.t_bonus != r.t_bonus:
        r.t_bonus = e.time
    r.firm[e.firm].bonus_at = e.time
    charge(r, p, e.firm, Account.BONUS, -p.bonus, e.time)
    raise_personal(r.firm[e.firm], p, p.personal_by_bonus, e.time)
    return True


@rule(
    EventKind.OPERATIONS_STARTED,
    sender=Role.OWN_OPERATIONAL,
    receiver=Role.EVERYBODY,
    phases=(Phase.TRANSITION,),
)
def operations_started(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Daily operations come in: after a deal signed first, mostly the first time that these people meet (A6).

    Money flows from here on, and the contract term runs.
    """
    r.t_operations = e.time
    r.phase = Phase.OPERATION
    pushed = p.launch_effort * joint_stake(r, p, e.time)
    r.trust[Level.OPERATIONAL] += pushed * (1.0 - r.trust[Level.OPERATIONAL])
    r.since = e.time
    r.weight = exp(-p.discount * e.time)
    r.performance = performance(r, p)
    r.promised = r.promise
    send(out, EventKind.CONTRACT_TERM, Firm.BOTH, TERM_CASE, 0, term_of(p, p.term))
    if r.announcement_waits == 1:
        send(out, EventKind.SUCCESS_ANNOUNCED, Firm.BOTH, e.case, 1, p.quiet_launch_years)
    return True
