"""What firms may choose beside the launch: outside roles that referee, coach or sell."""

from typing import Any

from relsim.model.compiling import jittable
from relsim.model.relationship import charge
from relsim.model.rule import rule, send
from relsim.vocabulary import Account, EventKind, Firm, Phase, Role


@jittable
def engage_facilitator(r: Any, p: Any, e: Any, out: Any) -> None:
    """Call in an expert from outside, where the firms chose to, and only once."""
    if p.policy_facilitator > 0.0 and r.facilitator == 0:
        send(out, EventKind.FACILITATOR_ENGAGED, Firm.BOTH, e.case, 0)


@jittable
def helped(r: Any, p: Any, chance: float) -> float:
    """Return a chance of repair or rescue, a little higher where a facilitator coaches."""
    if r.facilitator == 1:
        return chance + p.facilitator_help * (1.0 - chance)
    return chance


@jittable
def brokered(r: Any, p: Any, e: Any, out: Any) -> float:
    """Call in a deal broker, where the firms chose to, and return how much shorter the talks become."""
    if p.policy_broker > 0.0:
        r.broker = 1
        send(out, EventKind.BROKER_ENGAGED, Firm.BOTH, e.case, 0)
        return p.broker_speed
    return 1.0


@rule(
    EventKind.FACILITATOR_ENGAGED,
    sender=Role.FACILITATOR,
    receiver=Role.OWN_TACTICAL,
    phases=(Phase.EXPLORATION, Phase.TRANSITION),
)
def facilitator_engaged(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """An expert from outside comes in: workshops read better, and repairs and rescues are coached, for a fee (A22)."""
    r.facilitator = 1
    charge(r, p, Firm.CLIENT, Account.EXPLORATION, -p.facilitator_cost, e.time)
    charge(r, p, Firm.SUPPLIER, Account.EXPLORATION, -p.facilitator_cost, e.time)
    return True


@rule(
    EventKind.BROKER_ENGAGED,
    sender=Role.BROKER,
    receiver=Role.OWN_STRATEGIC,
    phases=(Phase.NEGOTIATION,),
)
def broker_engaged(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A deal broker sells the deal: faster, more optimistic, and for a fee."""
    charge(r, p, Firm.CLIENT, Account.LAUNCH, -p.broker_cost, e.time)
    charge(r, p, Firm.SUPPLIER, Account.LAUNCH, -p.broker_cost, e.time)
    return True
