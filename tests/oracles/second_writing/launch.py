"""7.7 Launching: how operations come in last, or first."""

import math

from tests.oracles.second_writing.arithmetic import normal
from tests.oracles.second_writing.chance import Uniforms
from tests.oracles.second_writing.common import (
    adapt,
    charge,
    raise_attention,
    raise_personal,
    raise_sunk,
    work_things_out,
)
from tests.oracles.second_writing.derived import joint_stake, q
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
    if "deal-broker" in p.policies:
        r.broker = 1
        send(r, "BROKER_ENGAGED", BOTH, case, 0)
        years = years * p.broker_speed
    if r.deal_first == 1:
        send(r, "DEAL_SIGNED", BOTH, case, 0, fixed=years)
    else:
        send(r, "MANDATE_GIVEN", BOTH, case, 1, fixed=years)


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
    if r.p.kickoff > 0:
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
    if "facilitator" in r.p.policies and r.facilitator == 0:
        send(r, "FACILITATOR_ENGAGED", BOTH, case, 0)


def exploration_planned(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Middle management leads the exploration (7.7 EXPLORATION_PLANNED)."""
    call_facilitator(r, e.case)
    plan_workshop(r, e.case)
    return True


def workshop_held(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The operational people of both firms meet and read the fit (7.7 WORKSHOP_HELD)."""
    p = r.p
    s = p.workshop_noise * p.facilitator_noise if r.facilitator == 1 else p.workshop_noise
    reading = r.fit + p.operational_bias + s * normal(u.u1)
    v = r.estimate_sd * r.estimate_sd
    w = s * s
    if v + w > 0:
        r.estimate_mean = (r.estimate_mean * w + reading * v) / (v + w)
        r.estimate_sd = math.sqrt(v * w / (v + w))
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
    if r.deal_first == 1 and r.deal_luck < p.no_deal:
        send(r, "RELATIONSHIP_ENDED", BOTH, e.case, 0, a=ENDING["NO_DEAL"])
        return False
    h = p.optimism + p.broker_optimism if r.broker == 1 else p.optimism
    noise = p.promise_noise * normal(r.promise_luck)
    if r.deal_first == 1:
        promised_fit = p.prior_mean + h + noise
    else:
        promised_fit = r.estimate_mean + h * p.optimism_with_estimate + noise
    r.promise = p.mesh * min(1.0, max(0.0, promised_fit))
    r.t_deal = r.now
    for g in FIRMS:
        r.firm[g].belief = p.belief_deal_first[g] if r.deal_first == 1 else p.belief_feasibility_first[g]
        raise_personal(r, g, p.personal_by_signing)
    send(r, "SUCCESS_ANNOUNCED", BOTH, e.case, 0)
    send(r, "BONUS_PAID", CLIENT, e.case, 0)
    send(r, "BONUS_PAID", SUPPLIER, e.case, 0)
    r.phase = "CONTRACTING"
    send(r, "MANDATE_GIVEN", BOTH, e.case, 1 if r.deal_first == 1 else 2)
    return True


def success_announced(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Success is proclaimed (7.7 SUCCESS_ANNOUNCED)."""
    if u.u1 >= r.p.announce:
        return False
    r.t_announced = r.now
    for g in FIRMS:
        charge(r, g, "ANNOUNCEMENT", +r.p.announcement_value)
        raise_personal(r, g, r.p.personal_by_announcing)
    return True


def bonus_paid(r: Relationship, e: Event, u: Uniforms) -> bool:
    """A top is paid for the signature (7.7 BONUS_PAID)."""
    if u.u1 >= r.p.bonus_at_signing:
        return False
    if math.isnan(r.t_bonus):
        r.t_bonus = r.now
    charge(r, e.firm, "BONUS", -r.p.bonus)
    raise_personal(r, e.firm, r.p.personal_by_bonus)
    return True


def operations_started(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Daily operations come in (7.7 OPERATIONS_STARTED)."""
    r.t_operations = r.now
    r.phase = "OPERATION"
    r.trust[OPERATIONAL] += r.p.launch_effort * joint_stake(r, r.now) * (1 - r.trust[OPERATIONAL])
    r.since = r.now
    r.weight = math.exp(-r.p.discount * r.now)
    r.performance = q(r)
    r.promised = r.promise
    send(r, "CONTRACT_TERM", BOTH, 2**32 * CLOCK["CONTRACT_TERM"] + 1, 0, fixed=r.p.term)
    return True


RULES = (
    first_contact,
    mandate_given,
    exploration_planned,
    workshop_held,
    verdict_reported,
    contract_drafted,
    deal_signed,
    success_announced,
    bonus_paid,
    operations_started,
)
