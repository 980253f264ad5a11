"""7.6 Books: money flows from the start of operations to the end, at the performance that held."""

import math

from tests.oracles.second_writing.derived import q
from tests.oracles.second_writing.document import BOTH, CLIENT, CLOCK, FIRMS, SUPPLIER
from tests.oracles.second_writing.events import send
from tests.oracles.second_writing.state import Relationship


def accrue(r: Relationship, now: float) -> None:
    """Book benefits, running costs and dues up to a moment (7.6)."""
    if r.phase not in ("OPERATION", "UNWINDING") or not now > r.since:
        return
    p = r.p
    years = now - r.since
    w = math.exp(-p.discount * now)
    discounted = years if p.discount == 0 else (r.weight - w) / p.discount
    for g in FIRMS:
        worth = p.value[g] * r.performance
        if g == CLIENT:
            worth -= p.value[CLIENT] * p.promise_value * (1 - r.promised / p.mesh)
        firm = r.firm[g]
        firm.ledger["BENEFIT"] += worth * discounted
        firm.undiscounted["BENEFIT"] += worth * years
        firm.ledger["RUNNING"] -= p.running_cost[g] * discounted
        firm.undiscounted["RUNNING"] -= p.running_cost[g] * years
        if p.dues[g] > 0:
            firm.ledger["GOVERNANCE"] -= p.dues[g] * discounted
            firm.undiscounted["GOVERNANCE"] -= p.dues[g] * years
    r.performance_years += r.performance * years
    r.since = now
    r.weight = w


def bring_up_to_date(r: Relationship) -> None:
    """Bring the books up to date after an event that happened (7.6)."""
    if r.phase not in ("OPERATION", "UNWINDING"):
        return
    delivered = q(r)
    if delivered != r.performance or r.promise != r.promised:
        accrue(r, r.now)
        r.performance = delivered
        r.promised = r.promise
    if r.phase == "OPERATION" and delivered < r.p.joint_break_even:
        if r.below == 0:
            r.below = 1
            r.spell += 1
            send(r, "LIMPING_BEGAN", BOTH, 2**32 * CLOCK["LIMPING"] + r.spell, 0, fixed=r.p.limping_after)
    elif r.below == 1:
        end_spell(r)


def end_spell(r: Relationship) -> None:
    """End a spell below break-even, and the limping if it had come to that (7.6)."""
    if r.below == 1:
        r.below = 0
        if r.limping == 1:
            count_limping(r, r.now)
            r.limping = 0
            send(r, "LIMPING_ENDED", BOTH, 2**32 * CLOCK["LIMPING"] + r.spell, 0)


def count_limping(r: Relationship, now: float) -> None:
    """Count the years of limping up to a moment (7.6)."""
    if r.limping == 1:
        if r.firm[CLIENT].realised == 1 or r.firm[SUPPLIER].realised == 1:
            r.limping_realised += now - r.limping_since
        else:
            r.limping_unrealised += now - r.limping_since
        r.limping_since = now


def close(r: Relationship, t: float) -> None:
    """Close the books at a moment (7.6)."""
    accrue(r, t)
    count_limping(r, t)
    r.t_end = t
