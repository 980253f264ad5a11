"""People who leave, are swapped, sacked or replaced, and the bonds that go with them (A11, A19)."""

from typing import Any

from relsim.model.compiling import jittable
from relsim.model.relationship import charge, leave
from relsim.model.rule import rule
from relsim.model.rules.policies import staying, take_over
from relsim.vocabulary import Account, Departure, EventKind, Level, Phase, Role

AT_WORK = (Phase.OPERATION, Phase.UNWINDING)
UNTIL_THE_END = tuple(phase for phase in Phase if phase != Phase.ENDED)


@jittable
def wants_to_leave(r: Any, p: Any, firm: int, level: int, u: float) -> bool:
    """Say whether an opportunity to leave is taken: at the base rate at baseline morale, more often below it."""
    f = r.firm[firm]
    opening = p.headcount[firm, level]
    lacking = 1.0 - f.morale[level] / p.morale_baseline[firm] if p.morale_baseline[firm] > 0.0 else 0.0
    eagerness = max(0.0, 1.0 + (p.leaving_most - 1.0) * lacking)
    return u * p.leaving_most * opening < eagerness * staying(p) * f.headcount[level]


@rule(
    EventKind.STAFF_RESIGNED,
    sender=Role.OWN_OPERATIONAL,
    receiver=Role.OWN_TACTICAL,
    phases=AT_WORK,
    chance=("gap to the next", "whether it is taken", "", ""),
)
def staff_resigned(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Somebody of the operational staff leaves, likelier when morale is low, and is replaced."""
    if not wants_to_leave(r, p, e.firm, Level.OPERATIONAL, u.u1):
        return False
    leave(r, p, e.firm, Level.OPERATIONAL, Departure.RESIGNED, 1, e.time)
    return True


@rule(
    EventKind.MANAGER_RESIGNED,
    sender=Role.OWN_TACTICAL,
    receiver=Role.OWN_STRATEGIC,
    phases=AT_WORK,
    chance=("gap to the next", "whether it is taken", "", ""),
)
def manager_resigned(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A manager leaves, likelier when morale is low, and is replaced."""
    if not wants_to_leave(r, p, e.firm, Level.TACTICAL, u.u1):
        return False
    leave(r, p, e.firm, Level.TACTICAL, Departure.RESIGNED, 1, e.time)
    return True


@jittable
def scapegoats(r: Any, p: Any, firm: int, level: int, u: float) -> int:
    """Return how many people of a team are made scapegoats: a few, at least one where there is anybody."""
    people = r.firm[firm].headcount[level]
    share = p.dismissed_least + (p.dismissed_most - p.dismissed_least) * u
    return min(people, max(1, int(share * people + 0.5)))


@rule(
    EventKind.MANAGER_SWAPPED,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.OWN_TACTICAL,
    phases=(Phase.OPERATION,),
    chance=("when", "how many", "", ""),
)
def manager_swapped(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A few managers are swapped for others as a reaction to failure (A19). Value a: how many."""
    people = scapegoats(r, p, e.firm, Level.TACTICAL, u.u1)
    if people == 0:
        return False
    leave(r, p, e.firm, Level.TACTICAL, Departure.SWAPPED, people, e.time)
    charge(r, p, e.firm, Account.SEVERANCE, -p.severance_cost * people, e.time)
    e.a = people
    return True


@rule(
    EventKind.STAFF_DISMISSED,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.OWN_OPERATIONAL,
    phases=(Phase.OPERATION,),
    chance=("when", "how many", "", ""),
)
def staff_dismissed(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Operational people are sacked as a reaction to failure, and not replaced (A19). Value a: how many."""
    people = scapegoats(r, p, e.firm, Level.OPERATIONAL, u.u1)
    if people == 0:
        return False
    leave(r, p, e.firm, Level.OPERATIONAL, Departure.DISMISSED, people, e.time)
    charge(r, p, e.firm, Account.SEVERANCE, -p.severance_cost * people, e.time)
    e.a = people
    return True


@rule(
    EventKind.LEADER_REPLACED,
    sender=Role.OUTSIDE,
    receiver=Role.OWN_STRATEGIC,
    phases=UNTIL_THE_END,
    chance=("gap to the next", "whether it happens", "whether the new leader realises at once", ""),
)
def leader_replaced(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A leader goes, likelier under poor results. The new one has almost nothing personal at stake, looks, and
    often sees what the old one denied (A11); what the firm has sunk stays. Ties between the tops break.
    """
    failing = r.phase == Phase.OPERATION and r.performance < p.break_even[e.firm]
    likelier = p.poor_results if failing else 1.0
    if u.u1 * p.poor_results >= likelier:
        return False
    leave(r, p, e.firm, Level.STRATEGIC, Departure.LEADER_REPLACED, 1, e.time)
    if r.phase != Phase.UNWINDING:
        take_over(r, p, e, u.u2, out)
    return True
