"""The world outside: rivals, shocks, and endings that nobody inside decided."""

from typing import Any

from relsim.model.rule import rule, send
from relsim.vocabulary import Clock, Ending, EventKind, Firm, OutsideCause, Phase, Role

BEFORE_SIGNING = (Phase.COURTSHIP, Phase.EXPLORATION, Phase.NEGOTIATION, Phase.CONTRACTING)
UNTIL_THE_END = tuple(phase for phase in Phase if phase != Phase.ENDED)
UNTIL_THE_EXIT = tuple(phase for phase in UNTIL_THE_END if phase != Phase.UNWINDING)


@rule(
    EventKind.RIVAL_OFFER,
    sender=Role.OUTSIDE,
    receiver=Role.OWN_STRATEGIC,
    phases=BEFORE_SIGNING,
    chance=("gap to the next", "", "", ""),
)
def rival_offer(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A rival makes an offer while nothing is signed, and the window closes: what an exploration risks."""
    if r.t_deal == r.t_deal:
        return False
    send(out, EventKind.RELATIONSHIP_ENDED, Firm.BOTH, e.case, 0, a=Ending.WINDOW_LOST)
    return True


@rule(
    EventKind.MARKET_SHOCK,
    sender=Role.OUTSIDE,
    receiver=Role.EVERYBODY,
    phases=UNTIL_THE_END,
    chance=("gap to the next", "", "", ""),
)
def market_shock(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The market changes what both firms need, and their operations mesh a little worse than before."""
    r.fit = r.fit * (1.0 - p.market_shock_size)
    return True


@rule(
    EventKind.OUTSIDE_ENDING,
    sender=Role.OUTSIDE,
    receiver=Role.EVERYBODY,
    phases=UNTIL_THE_EXIT,
    chance=("gap to the next", "whether it happens", "", ""),
)
def outside_ending(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A merger, an insolvency or a change of strategy ends it: ended is not the same as failed.

    The rate may change with fit. Value a: the cause.
    """
    clock = e.case >> 32
    if clock == Clock.MERGER:
        cause, rate, slope = OutsideCause.MERGER, p.merger_rate, p.merger_fit_slope
    elif clock == Clock.INSOLVENCY:
        cause, rate, slope = OutsideCause.INSOLVENCY, p.insolvency_rate, p.insolvency_fit_slope
    else:
        cause, rate, slope = OutsideCause.STRATEGY, p.strategy_rate, p.strategy_fit_slope
    if u.u1 * max(rate, rate + slope) >= rate + slope * r.fit:
        return False
    e.a = cause
    r.cause = cause
    send(out, EventKind.RELATIONSHIP_ENDED, Firm.BOTH, e.case, 0, a=Ending.OUTSIDE)
    return True
