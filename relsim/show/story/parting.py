"""Where the daily work of twins first parts: the same problem with the same luck, and another outcome.

An opportunity has the same address in both lives: kind, firm, case and attempt. So it has the same luck, and where it
comes out differently the state of the two lives was another one. The rule of its kind says what of the state matters.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from relsim.engines.simpy_engine import Teams, as_records
from relsim.model.relationship import attention, gap, stake
from relsim.model.rules.policies import BY_HOTLINE
from relsim.show.story.past import Past
from relsim.vocabulary import EventKind, Firm, Level

__all__ = ["Parting", "first_parting"]

K = EventKind


@dataclass(frozen=True)
class Parting:
    """An opportunity that both lives had and that came out in one of them only."""

    what: str
    """Whether a problem arose (incident, contract), was repaired, settled, heard or denied."""
    time: float
    firm: Firm
    came_out: int
    """In which of the two lives it did: 0 or 1."""
    events: tuple[tuple[int, ...], tuple[int, ...]]
    """The events that bear it, by life: the opportunity, where it left one, and its outcome."""
    state: tuple[tuple[str, float, float], ...]
    """What was another one just before and made the difference: its name, and its value in either life.

    Empty where a rule of the user's own decided.
    """


@dataclass(frozen=True)
class _Chance:
    """An opportunity of one life: its position, whether it came out, and the events that bear it."""

    at: int
    came_out: bool
    events: tuple[int, ...]


Address = tuple[str, int, int, int]
"""What is asked of it, firm, case and attempt."""

_ASKED: dict[int, tuple[str, EventKind | None, EventKind | None]] = {
    K.COMPLAINT_HEARD: ("settled", K.ADAPTATION_AGREED, K.AGREEMENT_BROKEN),
    K.ESCALATED: ("heard", K.ESCALATION_HEARD, None),
    K.STRATEGIC_PROBLEM: ("heard", K.ESCALATION_HEARD, None),
    K.HOTLINE_USED: ("heard", K.ESCALATION_HEARD, None),
    K.ESCALATION_HEARD: ("denied", K.REFERRED_BACK, K.FAILURE_REALISED),
    K.INCIDENT: ("repaired", K.REPAIRED, None),
}
"""By kind of opportunity: what comes of it, the event if it does, and the one that says that it does not, if any."""

_ARISES: dict[int, str] = {K.INCIDENT: "incident", K.TACTICAL_PROBLEM: "contract"}
"""Problems that may arise or not wherever the firms are at work."""

_DECIDED_BY = {
    "incident": K.INCIDENT,
    "contract": K.TACTICAL_PROBLEM,
    "repaired": K.INCIDENT,
    "settled": K.COMPLAINT_HEARD,
    "heard": K.ESCALATION_HEARD,
    "denied": K.ESCALATION_HEARD,
}
"""The kind whose rule decides."""

_HELPS = {
    "incident": {"performance": -1},
    "contract": {"gap": 1},
    "repaired": {"trust_operational": 1, "morale": 1, "coaching": 1},
    "settled": {"trust_tactical": 1, "gap": -1, "attention": 1, "stake": 1},
    "heard": {"attention": 1},
    "denied": {"belief": 1, "stake": 1},
}
"""Which state makes it likelier (1) or less likely (-1): those rules in short."""


def first_parting(one: Past, other: Past) -> Parting | None:
    """Return where the daily work of two lives of one replication first parts, or None where it does not."""
    pasts, chances = (one, other), (_chances(one), _chances(other))
    found = []
    for address in {**chances[0], **chances[1]}:
        pair = (chances[0].get(address), chances[1].get(address))
        time = min(past.times[each.at] for past, each in zip(pasts, pair, strict=True) if each is not None)
        if _parted(address[0], time, pair, pasts):
            found.append((time, address, pair))
    if not found:
        return None
    time, (what, firm, *_), pair = min(found, key=lambda each: each[:2])
    came_out = 0 if pair[0] is not None and pair[0].came_out else 1
    own = _DECIDED_BY[what] in {rule.kind for rule in one.life.rules.own}
    states = [_before(past, each, time, firm) for past, each in zip(pasts, pair, strict=True)]
    state = (
        ()
        if own
        else tuple(
            (name, states[0][name], states[1][name])
            for name, sign in _HELPS[what].items()
            if sign * (states[came_out][name] - states[1 - came_out][name]) > 0
        )
    )
    first, second = (() if each is None else each.events for each in pair)
    return Parting(what, time, Firm(firm), came_out, (first, second), state)


Pair = tuple[_Chance | None, _Chance | None]


def _chances(past: Past) -> dict[Address, _Chance]:
    """Return the opportunities that problems gave in a life, by address."""
    found: dict[Address, _Chance] = {}
    for at, kind in enumerate(past.kinds):
        attempt = BY_HOTLINE if kind == K.HOTLINE_USED else past.attempts[at]
        case = (past.firms[at], past.cases[at], attempt)
        if kind in _ARISES:
            found[_ARISES[kind], *case] = _Chance(at, True, (at,))
        if kind in _ASKED:
            what, yes, no = _ASKED[kind]
            came, failed = past.find(yes, *case), past.find(no, *case)
            if no is None or came is not None or failed is not None:
                events = (at, *(each for each in (came, failed) if each is not None))
                found[what, *case] = _Chance(at, came is not None, events)
    return found


def _parted(what: str, time: float, pair: Pair, pasts: tuple[Past, Past]) -> bool:
    """Say whether both lives had this opportunity, and it came out in one of them only."""
    if pair[0] is not None and pair[1] is not None:
        return pair[0].came_out != pair[1].came_out
    missing = pasts[0 if pair[0] is None else 1].row
    over = missing["t_exit_decided"] if what == "contract" and missing["t_exit_decided"] > 0 else missing["t_end"]
    return what in _ARISES.values() and bool(missing["t_operations"] < time < over)


def _before(past: Past, chance: _Chance | None, time: float, firm: int) -> Mapping[str, float]:
    """Return the state of a life just before an opportunity; where its states were not kept, it is lived again up to
    there.
    """
    life = past.life
    lived = sum(each < time for each in past.times) if chance is None else chance.at
    if life.states is not None and lived > 0:
        r, p = as_records(life.states)[lived - 1], past.parameters
    else:
        teams = Teams(past.parameters, life.rules, life.seed, life.replication, plain=life.engine == "simpy-plain")
        for _ in range(lived):
            teams.step()
        r, p = teams.r, teams.p
    f, usual = r.firm[firm], 0.5 * (p.morale_baseline[0] + p.morale_baseline[1])
    morale = 0.5 * (r.firm[0].morale[Level.OPERATIONAL] + r.firm[1].morale[Level.OPERATIONAL])
    return {
        "performance": float(r.performance),
        "gap": float(gap(r)),
        "trust_operational": float(r.trust[Level.OPERATIONAL]),
        "trust_tactical": float(r.trust[Level.TACTICAL]),
        "morale": min(float(morale), float(usual)),
        "coaching": float(r.facilitator * p.facilitator_part),
        "attention": float(attention(f, p, time)),
        "stake": float(stake(f, p, time)),
        "belief": float(f.belief),
    }
