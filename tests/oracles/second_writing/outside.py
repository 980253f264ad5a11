"""7.12 The world outside, and 7.13 outside roles: rivals, markets, owners, experts, brokers and auditors."""

import math

from tests.oracles.second_writing.chance import Uniforms
from tests.oracles.second_writing.clocks import OUTSIDE_CAUSE, outside_ending_rates
from tests.oracles.second_writing.common import look, pay, raise_attention
from tests.oracles.second_writing.document import BOTH, CAUSE, CLIENT, ENDING, SUPPLIER
from tests.oracles.second_writing.events import Event, send
from tests.oracles.second_writing.state import Relationship


def rival_offer(r: Relationship, e: Event, u: Uniforms) -> bool:
    """A rival makes an offer while nothing is signed (7.12 RIVAL_OFFER)."""
    if not math.isnan(r.t_deal):
        return False
    send(r, "RELATIONSHIP_ENDED", BOTH, e.case, 0, a=ENDING["WINDOW_LOST"])
    return True


def market_shock(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The market changes what both firms need (7.12 MARKET_SHOCK)."""
    r.fit = r.fit * (1 - r.p.market_shock_size)
    return True


def outside_ending(r: Relationship, e: Event, u: Uniforms) -> bool:
    """A merger, an insolvency or a change of strategy ends it (7.12 OUTSIDE_ENDING)."""
    clock = e.case // 2**32
    cause = OUTSIDE_CAUSE[clock]
    rate, slope = outside_ending_rates(r.p, cause)
    if u.u1 * max(rate, rate + slope) >= rate + slope * r.fit:
        return False
    e.a = r.cause = CAUSE[cause]
    send(r, "RELATIONSHIP_ENDED", BOTH, e.case, 0, a=ENDING["OUTSIDE"])
    return True


def facilitator_engaged(r: Relationship, e: Event, u: Uniforms) -> bool:
    """An expert from outside comes in (7.13 FACILITATOR_ENGAGED)."""
    r.facilitator = 1
    pay(r, r.p.facilitator_part * r.p.facilitator_cost)
    return True


def broker_engaged(r: Relationship, e: Event, u: Uniforms) -> bool:
    """A deal broker sells the deal (7.13 BROKER_ENGAGED)."""
    pay(r, r.p.deal_broker_part * r.p.broker_cost)
    return True


def audit_held(r: Relationship, e: Event, u: Uniforms) -> bool:
    """An auditor from outside tells both tops how it really goes (7.13 AUDIT_HELD)."""
    r.audits += 1
    pay(r, r.p.audit_cost)
    raise_attention(r, CLIENT)
    raise_attention(r, SUPPLIER)
    look(r, e, 3 + e.attempt, r.p.audit_weight)
    return True


RULES = (rival_offer, market_shock, outside_ending, facilitator_engaged, broker_engaged, audit_held)
