"""The state of one relationship, what can be derived from it, and what must always be true of it.

The state is one structured record, so that the same rules run on it in plain Python and in compiled code. `fit`,
`trust` and `morale` move only by jumps at events; stakes and attention fade exponentially and are stored as
(value, time) of their last jump, so reading them never writes. Performance is kept in `performance` and money
accrues exactly, and only when something that money depends on has changed (`settle`).
"""

import math
from enum import IntEnum
from typing import Any

import numpy as np

from relsim.model.arithmetic import exp, log
from relsim.model.compiling import jittable
from relsim.model.rule import send
from relsim.vocabulary import USER_FIELDS, Account, Clock, Departure, Ending, EventKind, Firm, Level, Phase, Turn

__all__ = [
    "BROKEN_MEMORY",
    "FIRM",
    "RELATIONSHIP",
    "Invariant",
    "accrue",
    "adapt",
    "against_promise",
    "attention",
    "backing",
    "begin",
    "benefit",
    "broken",
    "charge",
    "check",
    "close",
    "gap",
    "learn",
    "leave",
    "lose_morale",
    "lose_trust",
    "meet",
    "net",
    "performance",
    "personal",
    "problem_arose",
    "raise_attention",
    "raise_personal",
    "raise_sunk",
    "settle",
    "stake",
    "sunk",
    "told_of",
    "win_trust",
    "work_things_out",
]

BROKEN_MEMORY = 16

_LEVELS, _CAUSES, _ACCOUNTS = len(Level), len(Departure), len(Account)
_LIMPING_CASE = int(Clock.LIMPING) << 32
_ATTENTION_CASE = int(Clock.ATTENTION) << 32

FIRM = np.dtype(
    [
        ("belief", "f8"),
        ("personal", "f8"),
        ("personal_at", "f8"),
        ("sunk", "f8"),
        ("sunk_at", "f8"),
        ("attention", "f8"),
        ("attention_at", "f8"),
        ("attention_jumps", "i8"),
        ("realised", "i8"),
        ("realised_at", "f8"),
        ("t_realised", "f8"),
        ("turn", "i8"),
        ("denials", "i8"),
        ("scapegoatings", "i8"),
        ("bonus_at", "f8"),
        ("morale", "f8", (_LEVELS,)),
        ("headcount", "i8", (_LEVELS,)),
        ("hired", "i8", (_LEVELS,)),
        ("departures", "i8", (_LEVELS, _CAUSES)),
        ("ledger", "f8", (_ACCOUNTS,)),
        ("undiscounted", "f8", (_ACCOUNTS,)),
        ("user", "f8", (USER_FIELDS,)),
    ],
    align=True,
)

TIMES = (
    "t_contact",
    "t_verdict",
    "t_deal",
    "t_announced",
    "t_bonus",
    "t_contract",
    "t_operations",
    "t_first_problem",
    "t_first_escalation",
    "t_first_rescue",
    "t_exit_decided",
    "t_end",
)
COUNTS = (
    "workshops",
    "incidents",
    "repaired",
    "complaints",
    "adaptations",
    "broken",
    "disputes",
    "escalated",
    "heard",
    "swallowed",
    "denials",
    "commitments",
    "rescues",
    "scapegoatings",
    "tactical_problems",
    "strategic_problems",
    "reopened",
    "pilots",
    "joint_reviews",
    "hotline_calls",
    "audits",
    "settled",
    "rotations",
    "turned_by_evidence",
    "turned_by_review",
    "turned_by_leader",
    "events",
)

RELATIONSHIP = np.dtype(
    [
        ("phase", "i8"),
        ("ending", "i8"),
        ("cause", "i8"),
        ("root", "i8"),
        ("turn", "i8"),
        ("status", "i8"),
        ("stopped_by", "i8"),
        ("deal_first", "i8"),
        ("facilitator", "i8"),
        ("broker", "i8"),
        ("kickoffs", "i8"),
        ("announcement_waits", "i8"),
        ("unaudited", "i8"),
        ("fit", "f8"),
        ("fit_at_start", "f8"),
        ("trust", "f8", (_LEVELS,)),
        ("promise", "f8"),
        ("estimate_mean", "f8"),
        ("estimate_sd", "f8"),
        ("negotiation_luck", "f8"),
        ("deal_luck", "f8"),
        ("promise_luck", "f8"),
        ("performance", "f8"),
        ("promised", "f8"),
        ("since", "f8"),
        ("weight", "f8"),
        ("performance_years", "f8"),
        ("below", "i8"),
        ("spell", "i8"),
        ("limping", "i8"),
        ("limping_since", "f8"),
        ("limping_unrealised", "f8"),
        ("limping_realised", "f8"),
        ("broken_at", "f8", (BROKEN_MEMORY,)),
        ("broken_next", "i8"),
        *((name, "f8") for name in TIMES),
        *((name, "i8") for name in COUNTS),
        ("firm", FIRM, (2,)),
        ("user", "f8", (USER_FIELDS,)),
    ],
    align=True,
)


# ---------------------------------------------------------------- what can be derived


@jittable
def performance(r: Any, p: Any) -> float:
    """Return how well the relationship performs: fit, thinned by missing trust at each level and by low morale (A2)."""
    contact = (
        1.0
        - p.trust_weight[0] * (1.0 - r.trust[0])
        - p.trust_weight[1] * (1.0 - r.trust[1])
        - p.trust_weight[2] * (1.0 - r.trust[2])
    )
    morale = 0.5 * (r.firm[0].morale[2] + r.firm[1].morale[2])
    return r.fit * contact * (1.0 - p.morale_weight * (1.0 - morale))


@jittable
def gap(r: Any) -> float:
    """Return how far performance stays behind the promise."""
    return max(0.0, r.promise - r.performance)


@jittable
def against_promise(r: Any, q: float) -> float:
    """Return a performance as a share of what was promised, at most one."""
    if q >= r.promise:
        return 1.0
    return q / r.promise


@jittable
def personal(f: Any, p: Any, now: float) -> float:
    """Return what publicity, bonus and prestige still bind a top, as a share."""
    return f.personal * exp(-p.personal_decay * (now - f.personal_at))


@jittable
def sunk(f: Any, p: Any, now: float) -> float:
    """Return what money already spent still binds a firm, as a share."""
    return f.sunk * exp(-p.sunk_decay * (now - f.sunk_at))


@jittable
def stake(f: Any, p: Any, now: float) -> float:
    """Return the interest that makes a top hold on (A20): personal plus sunk, at most one."""
    return min(1.0, personal(f, p, now) + sunk(f, p, now))


@jittable
def attention(f: Any, p: Any, now: float) -> float:
    """Return the share of a top's attention that the relationship still has."""
    faded = exp(-(now - f.attention_at) / p.attention_time)
    return p.attention_floor + (f.attention - p.attention_floor) * faded


@jittable
def backing(f: Any, p: Any, now: float) -> float:
    """Return how far a top backs its managers: attention, helped by vested interest."""
    return attention(f, p, now) * (0.5 + 0.5 * stake(f, p, now))


@jittable
def net(ledger: Any) -> float:
    """Return the balance of one firm's accounts."""
    total = 0.0
    for account in range(_ACCOUNTS):
        total += ledger[account]
    return total


# ---------------------------------------------------------------- how the state moves


@jittable
def win_trust(r: Any, p: Any, level: int, successes: float) -> None:
    """Raise trust at a level by so many successes; the gain is stated at trust one half and fades towards one."""
    r.trust[level] = min(1.0, r.trust[level] + 2.0 * p.trust_gain * successes * (1.0 - r.trust[level]))


@jittable
def lose_trust(r: Any, p: Any, level: int, failures: float) -> None:
    """Lower trust at a level by so many failures; a failure weighs more than a success (Slovic 1993)."""
    r.trust[level] = max(0.0, r.trust[level] - 2.0 * p.trust_gain * p.trust_loss_ratio * failures * r.trust[level])


@jittable
def work_things_out(r: Any, p: Any) -> None:
    """Build trust at the operational and the tactical level as a workshop does."""
    r.trust[Level.OPERATIONAL] += p.workshop_trust_operational * (1.0 - r.trust[Level.OPERATIONAL])
    r.trust[Level.TACTICAL] += p.workshop_trust_tactical * (1.0 - r.trust[Level.TACTICAL])


@jittable
def meet(r: Any, p: Any, level: int) -> None:
    """Build trust at one level by meeting; less when work goes badly."""
    r.trust[level] += p.contact_trust_step[level] * (1.0 - r.trust[level]) * (1.0 - gap(r))


@jittable
def learn(r: Any, reading: float, sd: float) -> None:
    """Update what the managers believe about fit by one reading of it (conjugate normal)."""
    known, noise = r.estimate_sd * r.estimate_sd, sd * sd
    if known + noise > 0.0:
        r.estimate_mean = (r.estimate_mean * noise + reading * known) / (known + noise)
        r.estimate_sd = math.sqrt(known * noise / (known + noise))


@jittable
def lose_morale(f: Any, level: int, step: float) -> None:
    """Lower (or, with a negative step, raise) the morale of one team."""
    f.morale[level] = min(1.0, max(0.0, f.morale[level] - step))


@jittable
def charge(r: Any, p: Any, firm: int, account: int, amount: float, now: float) -> None:
    """Book an amount at this moment: positive is income, negative a cost."""
    r.firm[firm].ledger[account] += amount * exp(-p.discount * now)
    r.firm[firm].undiscounted[account] += amount


@jittable
def adapt(r: Any, p: Any, step: float, now: float) -> None:
    """Close a share of the missing fit; both firms pay the same price per unit of fit wherever it happens."""
    gained = step * (1.0 - r.fit)
    if gained > 0.0:
        r.fit = r.fit + gained
        charge(r, p, 0, Account.ADAPTATION, -p.adapt_price * gained, now)
        charge(r, p, 1, Account.ADAPTATION, -p.adapt_price * gained, now)


@jittable
def raise_personal(f: Any, p: Any, amount: float, now: float) -> None:
    """Add to a top's personal stake."""
    f.personal = min(1.0, personal(f, p, now) + amount)
    f.personal_at = now


@jittable
def raise_sunk(f: Any, p: Any, amount: float, now: float) -> None:
    """Add to a firm's sunk stake."""
    f.sunk = min(1.0, sunk(f, p, now) + amount)
    f.sunk_at = now


@jittable
def raise_attention(r: Any, p: Any, firm: int, now: float, out: Any) -> None:
    """Give the relationship a top's full attention, and foresee when it will have moved elsewhere (A10)."""
    f = r.firm[firm]
    f.attention = 1.0
    f.attention_at = now
    f.attention_jumps += 1
    if p.attention_low > p.attention_floor and p.attention_floor < 1.0:
        fades_in = p.attention_time * log((1.0 - p.attention_floor) / (p.attention_low - p.attention_floor))
        send(out, EventKind.ATTENTION_SHIFTED, firm, _ATTENTION_CASE + f.attention_jumps, 0, fades_in)


@jittable
def leave(r: Any, p: Any, firm: int, level: int, cause: int, people: int, now: float) -> None:
    """Let people leave a team: bonds break with them, fewer where others have ties too (Rogan 2014), and all but the
    dismissed are replaced at a cost.
    """
    f = r.firm[firm]
    ties = 1.0 + p.several_ties_more
    for _ in range(people):
        if f.headcount[level] > 0:
            r.trust[level] = r.trust[level] * (1.0 - p.bond_loss / (ties * f.headcount[level]))
            f.departures[level, cause] += 1
            if cause == Departure.DISMISSED:
                f.headcount[level] -= 1
            else:
                f.hired[level] += 1
                charge(r, p, firm, Account.TURNOVER, -p.replacement_cost[level], now)


@jittable
def problem_arose(r: Any, level: int, now: float) -> None:
    """Remember when and at which level the first problem arose (A16)."""
    if r.root < 0:
        r.root = level
        r.t_first_problem = now


# ---------------------------------------------------------------- from event to event


@jittable
def begin(r: Any, p: Any, fit: float, chemistry: float) -> None:
    """Put two firms before their first contact: who they are is the same in every arm."""
    r.phase = Phase.COURTSHIP
    r.root = -1
    r.fit = fit
    r.fit_at_start = fit
    for level in range(_LEVELS):
        r.trust[level] = p.initial_trust[level]
    r.trust[0] = min(1.0, max(0.0, p.initial_trust[0] + p.chemistry_spread * (2.0 * chemistry - 1.0)))
    r.estimate_mean = p.prior_mean
    r.estimate_sd = p.prior_sd
    r.weight = 1.0
    nan = np.nan
    r.limping_since = nan
    r.t_contact = nan
    r.t_verdict = nan
    r.t_deal = nan
    r.t_announced = nan
    r.t_bonus = nan
    r.t_contract = nan
    r.t_operations = nan
    r.t_first_problem = nan
    r.t_first_escalation = nan
    r.t_first_rescue = nan
    r.t_exit_decided = nan
    r.t_end = nan
    for i in range(BROKEN_MEMORY):
        r.broken_at[i] = nan
    for firm in range(2):
        f = r.firm[firm]
        f.realised_at = nan
        f.t_realised = nan
        f.bonus_at = nan
        for level in range(_LEVELS):
            f.morale[level] = p.morale_baseline[firm]
            f.headcount[level] = int(p.headcount[firm, level])


@jittable
def benefit(r: Any, p: Any, firm: int) -> float:
    """Return what a year of work is worth to a firm; to the client, a contract that promises little is worth less."""
    worth = p.value[firm] * r.performance
    if firm == 0:
        worth -= p.value[firm] * p.promise_value * (1.0 - r.promised / p.mesh)
    return worth


@jittable
def accrue(r: Any, p: Any, now: float) -> None:
    """Book benefits, running costs and what standing policies cost since the last change, at the performance that held
    since then.
    """
    if r.phase != Phase.OPERATION and r.phase != Phase.UNWINDING:
        return
    years = now - r.since
    if years <= 0.0:
        return
    weight = exp(-p.discount * now)
    discounted = (r.weight - weight) / p.discount if p.discount > 0.0 else years
    for firm in range(2):
        f = r.firm[firm]
        worth = benefit(r, p, firm)
        f.ledger[Account.BENEFIT] += worth * discounted
        f.undiscounted[Account.BENEFIT] += worth * years
        f.ledger[Account.RUNNING] -= p.running_cost[firm] * discounted
        f.undiscounted[Account.RUNNING] -= p.running_cost[firm] * years
        if p.dues[firm] > 0.0:
            f.ledger[Account.GOVERNANCE] -= p.dues[firm] * discounted
            f.undiscounted[Account.GOVERNANCE] -= p.dues[firm] * years
    r.performance_years += r.performance * years
    r.since = now
    r.weight = weight


@jittable
def count_limping(r: Any, now: float) -> None:
    """Count limping years up to now, in two parts: nobody at the top knew, or somebody knew and did not act (A20)."""
    if r.limping == 1:
        if r.firm[0].realised == 1 or r.firm[1].realised == 1:
            r.limping_realised += now - r.limping_since
        else:
            r.limping_unrealised += now - r.limping_since
        r.limping_since = now


@jittable
def end_spell(r: Any, now: float, out: Any) -> None:
    """End a time below break-even, and the limping that may have come of it."""
    if r.below == 1:
        r.below = 0
        if r.limping == 1:
            count_limping(r, now)
            r.limping = 0
            send(out, EventKind.LIMPING_ENDED, Firm.BOTH, _LIMPING_CASE + r.spell, 0, 0.0)


@jittable
def settle(r: Any, p: Any, now: float, out: Any) -> None:
    """Bring money and limping up to date after an event, if what they depend on has changed; else write nothing."""
    if r.phase != Phase.OPERATION and r.phase != Phase.UNWINDING:
        return
    q = performance(r, p)
    if q != r.performance or r.promise != r.promised:
        accrue(r, p, now)
        r.performance = q
        r.promised = r.promise
    if r.phase == Phase.OPERATION and q < p.joint_break_even:
        if r.below == 0:
            r.below = 1
            r.spell += 1
            send(out, EventKind.LIMPING_BEGAN, Firm.BOTH, _LIMPING_CASE + r.spell, 0, p.limping_after)
    elif r.below == 1:
        end_spell(r, now, out)


@jittable
def close(r: Any, p: Any, now: float) -> None:
    """Bring the books to their end: when the relationship ended, or at the horizon, where it is censored."""
    accrue(r, p, now)
    count_limping(r, now)
    r.t_end = now


# ---------------------------------------------------------------- what must always be true


class Invariant(IntEnum):
    """What must always be true of a relationship, each with a number of its own; 0 where all of it is."""

    SOUND = 0
    PHASE = 1
    ENDING = 2
    ROOT = 3
    FIT = 4
    TRUST = 5
    MOMENTS = 6
    REPAIRED = 7
    LIMPING = 8
    BELIEF = 9
    PERSONAL = 10
    SUNK = 11
    ATTENTION = 12
    MORALE = 13
    HEADCOUNT = 14
    PEOPLE = 15
    LEDGER = 16
    UNDISCOUNTED = 17
    TURN = 18
    REALISED = 19


MUST: dict[Invariant, tuple[tuple[str, ...], str]] = {
    Invariant.PHASE: (("phase",), f"from 0 to {len(Phase) - 1}, a phase"),
    Invariant.ENDING: (("ending",), f"from 0 to {len(Ending) - 1}, an ending"),
    Invariant.ROOT: (("root",), "-1, or a level from 0 to 2"),
    Invariant.FIT: (("fit",), "0 to 1"),
    Invariant.TRUST: (("trust",), "0 to 1"),
    Invariant.MOMENTS: (TIMES, "in the order of what can happen after what"),
    Invariant.REPAIRED: (("repaired", "incidents"), "repaired incidents at most the incidents"),
    Invariant.LIMPING: (("limping_unrealised", "limping_realised"), "0 or more"),
    Invariant.BELIEF: (("belief",), "0 to 1"),
    Invariant.PERSONAL: (("personal",), "0 to 1"),
    Invariant.SUNK: (("sunk",), "0 to 1"),
    Invariant.ATTENTION: (("attention",), "0 to 1"),
    Invariant.MORALE: (("morale",), "0 to 1"),
    Invariant.HEADCOUNT: (("headcount",), "0 or more"),
    Invariant.PEOPLE: (("headcount", "hired", "departures"), "opening headcount + hired - left = headcount"),
    Invariant.LEDGER: (("ledger",), "finite"),
    Invariant.UNDISCOUNTED: (("undiscounted",), "finite"),
    Invariant.TURN: (("turn",), f"from 0 to {len(Turn) - 1}, a turn"),
    Invariant.REALISED: (("realised", "realised_at"), "a moment where it is realised"),
}
"""The fields that each is about, and what they must be."""


@jittable
def broken(r: Any, p: Any) -> int:
    """Return the first invariant that does not hold, 0 where all do; of a firm 100 more for the client, or 200."""
    if not 0 <= r.phase <= Phase.ENDED:
        return Invariant.PHASE
    if not 0 <= r.ending <= Ending.OUTSIDE:
        return Invariant.ENDING
    if not -1 <= r.root < _LEVELS:
        return Invariant.ROOT
    if not 0.0 <= r.fit <= 1.0:
        return Invariant.FIT
    for level in range(_LEVELS):
        if not 0.0 <= r.trust[level] <= 1.0:
            return Invariant.TRUST
    if not (
        _in_order(
            (
                r.t_contact,
                r.t_verdict,
                r.t_deal,
                r.t_operations,
                r.t_first_problem,
                r.t_first_escalation,
                r.t_end,
            )
        )
        and _in_order((r.t_contact, r.t_deal, r.t_announced, r.t_end))
        and _in_order((r.t_operations, r.t_first_rescue, r.t_end))
        and _in_order((r.t_operations, r.t_exit_decided, r.t_end))
    ):
        return Invariant.MOMENTS
    if r.repaired > r.incidents:
        return Invariant.REPAIRED
    if not (r.limping_unrealised >= 0.0 and r.limping_realised >= 0.0):
        return Invariant.LIMPING
    for firm in range(2):
        found = _broken_in(r.firm[firm], p, firm)
        if found != Invariant.SOUND:
            return 100 * (firm + 1) + found
    return Invariant.SOUND


@jittable
def _in_order(moments: Any) -> bool:
    """Say whether moments follow each other, but for those that are not known."""
    last = -np.inf
    for moment in moments:
        if moment < last:
            return False
        if moment == moment:
            last = moment
    return True


@jittable
def _broken_in(f: Any, p: Any, firm: int) -> int:
    """Return the first invariant of a firm that does not hold."""
    if not 0.0 <= f.belief <= 1.0:
        return Invariant.BELIEF
    if not 0.0 <= f.personal <= 1.0:
        return Invariant.PERSONAL
    if not 0.0 <= f.sunk <= 1.0:
        return Invariant.SUNK
    if not 0.0 <= f.attention <= 1.0:
        return Invariant.ATTENTION
    for level in range(_LEVELS):
        if not 0.0 <= f.morale[level] <= 1.0:
            return Invariant.MORALE
        if f.headcount[level] < 0:
            return Invariant.HEADCOUNT
        people = int(p.headcount[firm, level]) + f.hired[level]
        for cause in range(_CAUSES):
            people -= f.departures[level, cause]
        if people != f.headcount[level]:
            return Invariant.PEOPLE
    for account in range(_ACCOUNTS):
        if not -np.inf < f.ledger[account] < np.inf:
            return Invariant.LEDGER
        if not -np.inf < f.undiscounted[account] < np.inf:
            return Invariant.UNDISCOUNTED
    if not 0 <= f.turn <= Turn.NEW_LEADER:
        return Invariant.TURN
    if f.realised != 0 and f.realised_at != f.realised_at:
        return Invariant.REALISED
    return Invariant.SOUND


def told_of(r: Any, found: int) -> str:
    """Return in words what does not hold, with the values that the state has."""
    firm, number = divmod(found, 100)
    fields, must = MUST[Invariant(number)]
    part = r if firm == 0 else r["firm"][firm - 1]
    whose = f"the {Firm(firm - 1).name.lower()}'s " if firm else ""
    values = ((name, np.asarray(part[name]).tolist()) for name in fields)
    known = [f"{name} is {_told(value)}" for name, value in values if value == value]  # NaN: it did not happen
    lone = f"{fields[0]} is {_told(np.asarray(part[fields[0]]).tolist())}"
    return f"{whose}{', '.join(known) or lone}, must be {must}"


def _told(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_told, value))}]"
    return f"{value:.6g}"


def check(r: Any, p: Any) -> None:
    """Raise AssertionError, naming the broken invariant, unless the state of a relationship is sound."""
    found = int(broken(r, p))
    if found != Invariant.SOUND:
        raise AssertionError(told_of(r, found))
