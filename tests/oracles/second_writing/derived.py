"""7.4 What can be derived: reading any of these writes nothing."""

import math

from tests.oracles.second_writing.document import ACCOUNTS, CLIENT, OPERATIONAL, STRATEGIC, SUPPLIER, TACTICAL
from tests.oracles.second_writing.state import Relationship


def q(r: Relationship) -> float:
    """Return what the operations deliver (7.4)."""
    p, trust = r.p, r.trust
    morale = 0.5 * (r.firm[CLIENT].morale[OPERATIONAL] + r.firm[SUPPLIER].morale[OPERATIONAL])
    return (
        r.fit
        * (
            1
            - p.trust_weight[STRATEGIC] * (1 - trust[STRATEGIC])
            - p.trust_weight[TACTICAL] * (1 - trust[TACTICAL])
            - p.trust_weight[OPERATIONAL] * (1 - trust[OPERATIONAL])
        )
        * (1 - p.morale_weight * (1 - morale))
    )


def gap(r: Relationship) -> float:
    """Return how far performance is below the promise (7.4)."""
    return max(0.0, r.promise - r.performance)


def personal(r: Relationship, f: int, t: float) -> float:
    """Return the personal stake of a top at a moment (7.4)."""
    return r.firm[f].personal * math.exp(-r.p.personal_decay * (t - r.firm[f].personal_at))


def sunk(r: Relationship, f: int, t: float) -> float:
    """Return the sunk stake of a top at a moment (7.4)."""
    return r.firm[f].sunk * math.exp(-r.p.sunk_decay * (t - r.firm[f].sunk_at))


def stake(r: Relationship, f: int, t: float) -> float:
    """Return all that a top has at stake at a moment (7.4)."""
    return min(1.0, personal(r, f, t) + sunk(r, f, t))


def attention(r: Relationship, f: int, t: float) -> float:
    """Return the attention of a top at a moment (7.4)."""
    floor = r.p.attention_floor
    return floor + (r.firm[f].attention - floor) * math.exp(-(t - r.firm[f].attention_at) / r.p.attention_time)


def backing(r: Relationship, f: int, t: float) -> float:
    """Return how far a top backs its managers at a moment (7.4)."""
    return attention(r, f, t) * (0.5 + 0.5 * stake(r, f, t))


def joint_stake(r: Relationship, t: float) -> float:
    """Return the mean stake of both tops at a moment (7.4)."""
    return 0.5 * (stake(r, CLIENT, t) + stake(r, SUPPLIER, t))


def kept(r: Relationship, x: float) -> float:
    """Return which part of the promise a performance keeps (7.4)."""
    return 1.0 if x >= r.promise else x / r.promise


def helped(r: Relationship, c: float) -> float:
    """Return a chance as it is where a facilitator is engaged (7.4)."""
    return c + r.p.facilitator_part * r.p.facilitator_help * (1 - c) if r.facilitator == 1 else c


def refereed(r: Relationship, s: float) -> float:
    """Return the noise of a reading as it is where a facilitator is engaged (7.4)."""
    return s * (1 - r.p.facilitator_part * (1 - r.p.facilitator_noise)) if r.facilitator == 1 else s


def claimable(r: Relationship, f: int, t: float) -> bool:
    """Return whether the bonus of a top may be claimed back at a moment (7.4)."""
    return r.p.bonus_clawback_share > 0 and t - r.firm[f].bonus_at <= r.p.bonus_clawback_years


def total(ledger: dict[str, float]) -> float:
    """Return the sum of all accounts, added in their order (7.4 net, 7.14)."""
    money = 0.0
    for account in ACCOUNTS:
        money += ledger[account]
    return money


def net(r: Relationship, f: int) -> float:
    """Return what a firm has made of it so far, undiscounted (7.4)."""
    return total(r.firm[f].undiscounted)
