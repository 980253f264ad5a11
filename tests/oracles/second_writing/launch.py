"""7.7 Launching: how operations come in last, or first."""

import math

from tests.oracles.second_writing.arithmetic import normal
from tests.oracles.second_writing.chance import Uniforms
from tests.oracles.second_writing.common import (
    adapt,
    charge,
    learn,
    pay,
    raise_attention,
    raise_personal,
    raise_sunk,
    work_things_out,
)
from tests.oracles.second_writing.derived import joint_stake, q, refereed
from tests.oracles.second_writing.document import BOTH, CLIENT, CLOCK, ENDING, FIRMS, OPERATIONAL, SUPPLIER
from tests.oracles.second_writing.events import Event, send
from tests.oracles.second_writing.state import Relationship


def first_contact(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The tops meet (7.7 FIRST_CONTACT)."""
    r.t_contact = r.now
    r.negotiation_luck = u.u1
    r.deal_luck = u.u2
    r.promise_luck = u.u3
    raise_attention(r, CLIENT)
    raise_attention(r, SUPPLIER)
    if r.p.launch == "deal-first":
        r.deal_first = 1
        negotiate(r, e.case)
    else:
        send(r, "MANDATE_GIVEN", BOTH, e.case, 0)
    return True


def negotiate(r: Relationship, case: int) -> None:
    """The tops begin to negotiate (7.7 FIRST_CONTACT, negotiate)."""
    p = r.p
    r.phase = "NEGOTIATION"
    years = p.negotiation_least + (p.negotiation_most - p.negotiation_least) * r.negotiation_luck
    x = 1.0
    if p.deal_broker_part > 0:
        r.broker = 1
        send(r, "BROKER_ENGAGED", BOTH, case, 0)
        x = 1 - p.deal_broker_part * (1 - p.broker_speed)
    y = 1.0
    if p.early_operations_voice > 0:
        send(r, "OPERATIONS_CONSULTED", BOTH, case, 0)
        y = p.consultation_slower
    years = years * x * y
    if r.deal_first == 1:
        send(r, "DEAL_SIGNED", BOTH, case, 0, fixed=years)
    else:
        send(r, "MANDATE_GIVEN", BOTH, case, 1, fixed=years)


def operations_consulted(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Operational people sit at the negotiation and say what they think of it (7.7 OPERATIONS_CONSULTED)."""
    p = r.p
    learn(r, r.fit + p.operational_bias + p.consultation_noise * normal(u.u1), p.consultation_noise)
    pay(r, p.consultation_cost)
    return True


def mandate_given(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The tops give the managers their task (7.7 MANDATE_GIVEN)."""
    if e.attempt == 0:
        r.phase = "EXPLORATION"
        send(r, "EXPLORATION_PLANNED", BOTH, e.case, 0)
    elif e.attempt == 2:
        begin_transition(r, e.case)
    elif r.deal_first == 0 and r.deal_luck < r.p.no_deal:
        send(r, "RELATIONSHIP_ENDED", BOTH, e.case, 0, a=ENDING["NO_DEAL"])
        return False
    else:
        r.phase = "CONTRACTING"
        send(r, "CONTRACT_DRAFTED", BOTH, e.case, 0, fixed=r.p.drafting_least, mean=r.p.drafting_mean)
    return True


def begin_transition(r: Relationship, case: int) -> None:
    """The firms begin to set up operations (7.7 MANDATE_GIVEN, begin_transition)."""
    r.phase = "TRANSITION"
    for g in FIRMS:
        charge(r, g, "LAUNCH", -r.p.launch_cost[g])
        raise_sunk(r, g, r.p.sunk_by_launching)
    call_facilitator(r, case)
    next_in_transition(r, case)


def next_in_transition(r: Relationship, case: int) -> None:
    """The next kick-off workshop is planned, or else the start (7.7 MANDATE_GIVEN, next_in_transition)."""
    p = r.p
    if r.kickoffs < p.kickoff:
        r.kickoffs += 1
        plan_workshop(r, case)
    else:
        push = 1 - p.launch_effort * joint_stake(r, r.now)
        fixed, mean = p.transition_least * push, p.transition_mean * push
        send(r, "OPERATIONS_STARTED", BOTH, case, 0, fixed=fixed, mean=mean)


def plan_workshop(r: Relationship, case: int) -> None:
    """A workshop is planned (7.7 MANDATE_GIVEN, plan_workshop)."""
    least, most = r.p.workshop_gap_least, r.p.workshop_gap_most
    send(r, "WORKSHOP_HELD", BOTH, case, r.workshops, fixed=least, width=most - least)


def call_facilitator(r: Relationship, case: int) -> None:
    """A facilitator is called in, once, where the arm has that policy (7.7 MANDATE_GIVEN, call_facilitator)."""
    if r.p.facilitator_part > 0 and r.facilitator == 0:
        send(r, "FACILITATOR_ENGAGED", BOTH, case, 0)


def exploration_planned(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Middle management leads the exploration (7.7 EXPLORATION_PLANNED)."""
    call_facilitator(r, e.case)
    plan_workshop(r, e.case)
    return True


def workshop_held(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The operational people of both firms meet and read the fit (7.7 WORKSHOP_HELD)."""
    p = r.p
    s = refereed(r, p.workshop_noise)
    learn(r, r.fit + p.operational_bias + s * normal(u.u1), s)
    adapt(r, p.workshop_adaptation)
    r.estimate_mean = r.estimate_mean + p.workshop_adaptation * (1 - r.estimate_mean)
    r.estimate_sd = r.estimate_sd * (1 - p.workshop_adaptation)
    work_things_out(r)
    charge(r, CLIENT, "EXPLORATION", -p.workshop_cost)
    charge(r, SUPPLIER, "EXPLORATION", -p.workshop_cost)
    r.workshops += 1
    if r.phase == "TRANSITION":
        next_in_transition(r, e.case)
        return True
    d = r.estimate_mean - p.need
    if r.estimate_sd == 0 or abs(d) >= p.sureness * r.estimate_sd or r.workshops >= p.workshops_most:
        a = 1.0 if d >= 0 else 0.0
        send(r, "VERDICT_REPORTED", BOTH, e.case, 0, fixed=p.verdict_time, a=a, b=r.estimate_mean)
    else:
        plan_workshop(r, e.case)
    return True


def verdict_reported(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The boards get a reasoned report (7.7 VERDICT_REPORTED)."""
    r.t_verdict = r.now
    if e.a > 0:
        negotiate(r, e.case)
    elif u.u1 < r.p.override:
        r.deal_first = 1
        negotiate(r, e.case)
    else:
        send(r, "RELATIONSHIP_ENDED", BOTH, e.case, 0, a=ENDING["ABANDONED"])
    return True


def contract_drafted(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The managers have worked out the contract (7.7 CONTRACT_DRAFTED)."""
    r.t_contract = r.now
    if r.deal_first == 1:
        begin_transition(r, e.case)
    else:
        send(r, "DEAL_SIGNED", BOTH, e.case, 0)
    return True


def deal_signed(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The tops sign what they believe in (7.7 DEAL_SIGNED)."""
    p = r.p
    if e.attempt == 0:
        if r.deal_first == 1 and r.deal_luck < p.no_deal:
            send(r, "RELATIONSHIP_ENDED", BOTH, e.case, 0, a=ENDING["NO_DEAL"])
            return False
        if p.operational_gate_pilots > 0:
            plan_pilot(r, e.case)
            return False
    r.promise = p.mesh * min(1.0, max(0.0, promised_fit(r)))
    r.t_deal = r.now
    for g in FIRMS:
        r.firm[g].belief = p.belief_deal_first[g] if r.deal_first == 1 else p.belief_feasibility_first[g]
        raise_personal(r, g, p.personal_by_signing)
    send(r, "SUCCESS_ANNOUNCED", BOTH, e.case, 0)
    send(r, "BONUS_PAID", CLIENT, e.case, 0, fixed=p.deferred_bonus_years)
    send(r, "BONUS_PAID", SUPPLIER, e.case, 0, fixed=p.deferred_bonus_years)
    if p.sponsor_rotation_years > 0:
        later = p.sponsor_rotation_years + 0.5 * p.sponsor_rotation_years
        send(r, "SPONSOR_ROTATED", CLIENT, e.case, 0, fixed=p.sponsor_rotation_years)
        send(r, "SPONSOR_ROTATED", SUPPLIER, e.case, 0, fixed=later)
    r.phase = "CONTRACTING"
    send(r, "MANDATE_GIVEN", BOTH, e.case, 1 if r.deal_first == 1 else 2)
    return True


def promised_fit(r: Relationship) -> float:
    """Return the fit that the tops promise (7.7 DEAL_SIGNED, p)."""
    p = r.p
    h = p.optimism
    if r.broker == 1:
        h = h + p.deal_broker_part * p.broker_optimism
    if p.bonus_at_signing * p.bonus * p.bonus_clawback_years > 0:
        h = h * (1 - p.bonus_clawback_share * p.clawback_care)
    noise = p.promise_noise * normal(r.promise_luck)
    fit = r.estimate_mean + h * p.optimism_with_estimate + noise
    if r.deal_first == 1:
        hoped = p.prior_mean + h + noise
        fit = hoped + p.early_operations_voice * (fit - hoped) if p.early_operations_voice > 0 else hoped
    if p.realistic_promise_part > 0 and fit > r.estimate_mean:
        fit = fit - p.realistic_promise_part * (fit - r.estimate_mean)
    return fit


def plan_pilot(r: Relationship, case: int) -> None:
    """A pilot is planned (7.7 DEAL_SIGNED, plan_pilot)."""
    call_facilitator(r, case)
    least, most = r.p.pilot_gap_least, r.p.pilot_gap_most
    send(r, "PILOT_HELD", BOTH, case, r.pilots, fixed=least, width=most - least)


def pilot_held(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Operations try it on a small scale and read how well they mesh (7.7 PILOT_HELD)."""
    p = r.p
    s = refereed(r, p.pilot_noise)
    learn(r, r.fit + p.operational_bias + s * normal(u.u1), s)
    work_things_out(r)
    pay(r, p.pilot_cost)
    r.pilots += 1
    e.a = 1.0 if r.estimate_mean >= p.need else 0.0
    e.b = r.estimate_mean
    if r.pilots < p.operational_gate_pilots:
        plan_pilot(r, e.case)
    elif e.a > 0:
        send(r, "DEAL_SIGNED", BOTH, e.case, 1)
    else:
        send(r, "RELATIONSHIP_ENDED", BOTH, e.case, 0, a=ENDING["ABANDONED"])
    return True


def success_announced(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Success is proclaimed, or waits until it is proven (7.7 SUCCESS_ANNOUNCED)."""
    p = r.p
    if e.attempt == 0:
        if u.u1 >= p.announce:
            return False
        if p.quiet_launch_years > 0:
            r.announcement_waits = 1
            return False
    elif r.performance < p.joint_break_even:
        send(r, "SUCCESS_ANNOUNCED", BOTH, e.case, e.attempt + 1, fixed=p.quiet_launch_years)
        return False
    r.t_announced = r.now
    for g in FIRMS:
        charge(r, g, "ANNOUNCEMENT", +p.announcement_value)
        raise_personal(r, g, p.personal_by_announcing)
    return True


def bonus_paid(r: Relationship, e: Event, u: Uniforms) -> bool:
    """A top is paid for the signature (7.7 BONUS_PAID)."""
    if u.u1 >= r.p.bonus_at_signing or r.p.bonus == 0:
        return False
    if math.isnan(r.t_bonus):
        r.t_bonus = r.now
    r.firm[e.firm].bonus_at = r.now
    charge(r, e.firm, "BONUS", -r.p.bonus)
    raise_personal(r, e.firm, r.p.personal_by_bonus)
    return True


def operations_started(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Daily operations come in (7.7 OPERATIONS_STARTED)."""
    p = r.p
    r.t_operations = r.now
    r.phase = "OPERATION"
    r.trust[OPERATIONAL] += p.launch_effort * joint_stake(r, r.now) * (1 - r.trust[OPERATIONAL])
    r.since = r.now
    r.weight = math.exp(-p.discount * r.now)
    r.performance = q(r)
    r.promised = r.promise
    term = p.short_term_contract_years if p.short_term_contract_years > 0 else p.term
    send(r, "CONTRACT_TERM", BOTH, 2**32 * CLOCK["CONTRACT_TERM"] + 1, 0, fixed=term)
    if r.announcement_waits == 1:
        send(r, "SUCCESS_ANNOUNCED", BOTH, e.case, 1, fixed=p.quiet_launch_years)
    return True


RULES = (
    first_contact,
    operations_consulted,
    mandate_given,
    exploration_planned,
    workshop_held,
    verdict_reported,
    contract_drafted,
    deal_signed,
    pilot_held,
    success_announced,
    bonus_paid,
    operations_started,
)
