"""7.11 People: who resigns, who is swapped or sacked, and what a new leader sees."""

import math

from tests.oracles.second_writing.chance import Uniforms
from tests.oracles.second_writing.common import charge, leave, take_over
from tests.oracles.second_writing.document import OPERATIONAL, STRATEGIC, TACTICAL
from tests.oracles.second_writing.events import Event, send
from tests.oracles.second_writing.state import Relationship


def staff_resigned(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Somebody of the operational staff leaves, likelier when morale is low (7.11 STAFF_RESIGNED)."""
    return somebody_resigns(r, e.firm, OPERATIONAL, u)


def somebody_resigns(r: Relationship, f: int, level: int, u: Uniforms) -> bool:
    """Somebody of a team leaves, likelier when morale is low (7.11 STAFF_RESIGNED)."""
    p = r.p
    baseline = p.morale_baseline[f]
    lacking = 0.0 if baseline == 0 else 1 - r.firm[f].morale[level] / baseline
    eagerness = max(0.0, 1 + (p.leaving_most - 1) * lacking)
    staying = p.retention_half / (p.retention_half + p.retention_bonus) if p.retention_bonus > 0 else 1.0
    if not u.u1 * p.leaving_most * p.headcount[f][level] < eagerness * staying * r.firm[f].headcount[level]:
        return False
    leave(r, f, level, "RESIGNED", 1)
    return True


def manager_resigned(r: Relationship, e: Event, u: Uniforms) -> bool:
    """A manager leaves, likelier when morale is low (7.11 MANAGER_RESIGNED)."""
    return somebody_resigns(r, e.firm, TACTICAL, u)


def manager_swapped(r: Relationship, e: Event, u: Uniforms) -> bool:
    """A few managers are swapped for others (7.11 MANAGER_SWAPPED)."""
    return scapegoats_go(r, e, TACTICAL, "SWAPPED", u)


def scapegoats_go(r: Relationship, e: Event, level: int, cause: str, u: Uniforms) -> bool:
    """A few people of a team go as a reaction to failure (7.11 MANAGER_SWAPPED)."""
    p, f = r.p, e.firm
    people = r.firm[f].headcount[level]
    share = p.dismissed_least + (p.dismissed_most - p.dismissed_least) * u.u1
    n = min(people, max(1, math.floor(share * people + 0.5)))
    if n == 0:
        return False
    leave(r, f, level, cause, n)
    charge(r, f, "SEVERANCE", -p.severance_cost * n)
    e.a = n
    return True


def staff_dismissed(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Operational people are sacked, and not replaced (7.11 STAFF_DISMISSED)."""
    return scapegoats_go(r, e, OPERATIONAL, "DISMISSED", u)


def leader_replaced(r: Relationship, e: Event, u: Uniforms) -> bool:
    """A leader goes, and the new one often sees what the old one denied (7.11 LEADER_REPLACED)."""
    p, f = r.p, e.firm
    failing = r.phase == "OPERATION" and r.performance < p.break_even[f]
    if u.u1 * p.poor_results >= (p.poor_results if failing else 1):
        return False
    leave(r, f, STRATEGIC, "LEADER_REPLACED", 1)
    if r.phase != "UNWINDING":
        take_over(r, e, u.u2)
    return True


def sponsor_rotated(r: Relationship, e: Event, u: Uniforms) -> bool:
    """A sponsor hands over, as was agreed (7.11 SPONSOR_ROTATED)."""
    p, f = r.p, e.firm
    if r.firm[f].headcount[STRATEGIC] == 0:
        return False
    r.rotations += 1
    leave(r, f, STRATEGIC, "LEADER_REPLACED", 1)
    charge(r, f, "GOVERNANCE", -p.handover_cost)
    take_over(r, e, u.u1)
    send(r, "SPONSOR_ROTATED", f, e.case, e.attempt + 1, fixed=p.sponsor_rotation_years)
    return True


RULES = (staff_resigned, manager_resigned, manager_swapped, staff_dismissed, leader_replaced, sponsor_rotated)
