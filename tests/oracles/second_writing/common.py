"""7.5 What rules have in common."""

import math

from tests.oracles.second_writing.derived import gap, personal, sunk
from tests.oracles.second_writing.document import CLIENT, CLOCK, FIRMS, OPERATIONAL, SUPPLIER, TACTICAL
from tests.oracles.second_writing.events import send
from tests.oracles.second_writing.state import Relationship


def win_trust(r: Relationship, level: int, n: float) -> None:
    """Let n successes win trust at a level (7.5)."""
    r.trust[level] = min(1.0, r.trust[level] + 2 * r.p.trust_gain * n * (1 - r.trust[level]))


def lose_trust(r: Relationship, level: int, n: float) -> None:
    """Let n failures lose trust at a level (7.5)."""
    r.trust[level] = max(0.0, r.trust[level] - 2 * r.p.trust_gain * r.p.trust_loss_ratio * n * r.trust[level])


def meet(r: Relationship, level: int) -> None:
    """Let the teams of a level meet (7.5)."""
    r.trust[level] += r.p.contact_trust_step[level] * (1 - r.trust[level]) * (1 - gap(r))


def work_things_out(r: Relationship) -> None:
    """Build the trust that a workshop builds (7.5)."""
    r.trust[OPERATIONAL] += r.p.workshop_trust_operational * (1 - r.trust[OPERATIONAL])
    r.trust[TACTICAL] += r.p.workshop_trust_tactical * (1 - r.trust[TACTICAL])


def lower_morale(r: Relationship, f: int, level: int, s: float) -> None:
    """Lower the morale of one team (7.5)."""
    r.firm[f].morale[level] = min(1.0, max(0.0, r.firm[f].morale[level] - s))


def lower_both(r: Relationship, level: int, s: float) -> None:
    """Lower the morale of both teams of a level (7.5)."""
    lower_morale(r, CLIENT, level, s)
    lower_morale(r, SUPPLIER, level, s)


def recover(r: Relationship, level: int) -> None:
    """Let the morale of both teams of a level come back (7.5)."""
    for g in FIRMS:
        morale = r.firm[g].morale
        morale[level] += r.p.morale_recovery * (r.p.morale_baseline[g] - morale[level])


def adapt(r: Relationship, s: float) -> None:
    """Find a share of the missing fit, at its price (7.5)."""
    d = s * (1 - r.fit)
    if d > 0:
        r.fit += d
        for g in FIRMS:
            charge(r, g, "ADAPTATION", -r.p.adapt_price * d)


def charge(r: Relationship, g: int, account: str, x: float) -> None:
    """Book an amount of money of now (7.5)."""
    r.firm[g].ledger[account] += x * math.exp(-r.p.discount * r.now)
    r.firm[g].undiscounted[account] += x


def raise_personal(r: Relationship, g: int, x: float) -> None:
    """Raise the personal stake of a top (7.5)."""
    r.firm[g].personal = min(1.0, personal(r, g, r.now) + x)
    r.firm[g].personal_at = r.now


def raise_sunk(r: Relationship, g: int, x: float) -> None:
    """Raise the sunk stake of a top (7.5)."""
    r.firm[g].sunk = min(1.0, sunk(r, g, r.now) + x)
    r.firm[g].sunk_at = r.now


def raise_attention(r: Relationship, g: int) -> None:
    """Turn the attention of a top to the relationship, from where it fades (7.5)."""
    floor, low = r.p.attention_floor, r.p.attention_low
    firm = r.firm[g]
    firm.attention = 1.0
    firm.attention_at = r.now
    firm.attention_jumps += 1
    if low > floor and floor < 1:
        case = 2**32 * CLOCK["ATTENTION"] + firm.attention_jumps
        fading = r.p.attention_time * math.log((1 - floor) / (low - floor))
        send(r, "ATTENTION_SHIFTED", g, case, 0, fixed=fading)


def leave(r: Relationship, g: int, level: int, cause: str, n: float) -> None:
    """Let n people leave a team (7.5)."""
    firm = r.firm[g]
    left = 0
    while left < n and firm.headcount[level] > 0:
        r.trust[level] = r.trust[level] * (1 - r.p.bond_loss / firm.headcount[level])
        firm.departures[level][cause] += 1
        if cause == "DISMISSED":
            firm.headcount[level] -= 1
        else:
            firm.hired[level] += 1
            charge(r, g, "TURNOVER", -r.p.replacement_cost[level])
        left += 1


def problem(r: Relationship, level: int) -> None:
    """Note the level and the moment of the first problem (7.5)."""
    if r.root == -1:
        r.root = level
        r.t_first_problem = r.now
