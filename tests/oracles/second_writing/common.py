"""7.5 What rules have in common."""

import math

from tests.oracles.second_writing.derived import claimable, gap, kept, personal, sunk
from tests.oracles.second_writing.document import CLIENT, CLOCK, FIRMS, OPERATIONAL, SUPPLIER, TACTICAL, TURN
from tests.oracles.second_writing.events import Event, send
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


def learn(r: Relationship, x: float, s: float) -> None:
    """Let the managers learn from a reading of fit with a noise (7.5)."""
    v = r.estimate_sd * r.estimate_sd
    w = s * s
    if v + w > 0:
        r.estimate_mean = (r.estimate_mean * w + x * v) / (v + w)
        r.estimate_sd = math.sqrt(v * w / (v + w))


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


def pay(r: Relationship, x: float) -> None:
    """Let both firms pay for a policy (7.5)."""
    charge(r, CLIENT, "GOVERNANCE", -x)
    charge(r, SUPPLIER, "GOVERNANCE", -x)


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
        ties = 1 + r.p.several_ties_more
        r.trust[level] = r.trust[level] * (1 - r.p.bond_loss / (ties * firm.headcount[level]))
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


def take_over(r: Relationship, e: Event, u: float) -> None:
    """Let somebody else take over at the top of the firm of an event (7.5)."""
    p, f = r.p, e.firm
    firm = r.firm[f]
    firm.personal = p.personal_of_new_leader
    firm.personal_at = r.now
    raise_attention(r, f)
    if r.phase == "OPERATION":
        firm.belief += p.leader_realises * (kept(r, r.performance) - firm.belief)
        sees = u < p.leader_realises if r.performance < p.break_even[f] else firm.belief < p.threshold[f]
        if sees and firm.realised == 0:
            send(r, "FAILURE_REALISED", f, e.case, e.attempt, a=TURN["NEW_LEADER"])


def look(r: Relationship, e: Event, k: int, s: float) -> None:
    """Let both tops look at performance as it is (7.5)."""
    for g in FIRMS:
        firm = r.firm[g]
        firm.belief += s * (kept(r, r.performance) - firm.belief)
        if firm.realised == 0 and firm.belief < r.p.threshold[g]:
            send(r, "FAILURE_REALISED", g, e.case, k, a=TURN["REVIEW"])


def claim_back(r: Relationship, e: Event) -> None:
    """Claim back the bonuses of both tops (7.5)."""
    for g in FIRMS:
        if claimable(r, g, r.now):
            send(r, "BONUS_RETURNED", g, e.case, 0)


def forget_broken(r: Relationship) -> None:
    """Hold the broken agreements against nobody again (7.5)."""
    r.broken_at = [math.nan for _ in r.broken_at]
