"""7.10 The boardroom, and the end: who realises, who acts, and how it ends."""

import math

from tests.oracles.second_writing.books import accrue, end_spell
from tests.oracles.second_writing.chance import Uniforms
from tests.oracles.second_writing.common import (
    adapt,
    charge,
    claim_back,
    look,
    meet,
    pay,
    raise_attention,
    work_things_out,
)
from tests.oracles.second_writing.derived import claimable, gap, helped, kept, net, personal, stake
from tests.oracles.second_writing.document import (
    BOTH,
    CLIENT,
    ENDING,
    FIRMS,
    OPERATIONAL,
    STRATEGIC,
    SUPPLIER,
    TACTICAL,
    TURN,
)
from tests.oracles.second_writing.events import Event, send
from tests.oracles.second_writing.state import Relationship


def steering_meeting(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The tops of both firms meet (7.10 STEERING_MEETING)."""
    meet(r, STRATEGIC)
    return True


def attention_shifted(r: Relationship, e: Event, u: Uniforms) -> bool:
    """A top has moved its attention to other fields (7.10 ATTENTION_SHIFTED)."""
    return e.case % 2**32 == r.firm[e.firm].attention_jumps


def board_review(r: Relationship, e: Event, u: Uniforms) -> bool:
    """A board looks at what is reported, against what was promised (7.10 BOARD_REVIEW)."""
    p, f = r.p, e.firm
    firm = r.firm[f]
    reported = r.performance + (1 - p.candour[f]) * gap(r)
    firm.belief += p.board_pull[f] * (kept(r, reported) - firm.belief)
    if firm.realised == 0:
        if firm.belief < p.threshold[f]:
            send(r, "FAILURE_REALISED", f, e.case, 0, a=TURN["REVIEW"])
    elif r.now > firm.realised_at and u.u1 < readiness(r, f):
        reachable = p.mesh * (r.fit + p.rescue_fit_step * (1 - r.fit))
        prospects = 1.0 if reachable >= p.joint_break_even else reachable / p.joint_break_even
        if r.rescues < p.rescues_most and u.u2 < helped(r, p.rescue_chance * r.trust[STRATEGIC] * prospects):
            send(r, "RESCUE_LAUNCHED", f, e.case, 0)
        else:
            send(r, "EXIT_DECIDED", f, e.case, 0)
    return True


def readiness(r: Relationship, f: int) -> float:
    """Return the chance that a top that knows acts at a board review (7.10 BOARD_REVIEW, readiness)."""
    p = r.p
    x = p.resolve[f]
    if p.break_clause_notice > 0:
        x = x + p.clause_ease * (1 - x)
    y = stake(r, f, r.now)
    if claimable(r, f, r.now):
        y = min(1.0, y + p.bonus_clawback_share * p.clawback_hold)
    return x * (1 - y)


def joint_review(r: Relationship, e: Event, u: Uniforms) -> bool:
    """All three levels of both firms look together at what performance truly is (7.10 JOINT_REVIEW)."""
    p = r.p
    n = e.case % 2**32
    so_far = math.floor(n * p.joint_reviews_per_year / p.joint_review_most)
    before = math.floor((n - 1) * p.joint_reviews_per_year / p.joint_review_most)
    if so_far == before:
        return False
    r.joint_reviews += 1
    pay(r, p.joint_review_cost)
    meet(r, STRATEGIC)
    meet(r, TACTICAL)
    meet(r, OPERATIONAL)
    look(r, e, 0, p.joint_review_pull)
    return True


def rescue_launched(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Somebody steps in (7.10 RESCUE_LAUNCHED)."""
    p = r.p
    end_spell(r)
    r.rescues += 1
    if math.isnan(r.t_first_rescue):
        r.t_first_rescue = r.now
    charge(r, CLIENT, "RESCUE", -p.rescue_cost)
    charge(r, SUPPLIER, "RESCUE", -p.rescue_cost)
    adapt(r, p.rescue_fit_step)
    work_things_out(r)
    r.promise = p.mesh * r.fit
    for g in FIRMS:
        r.firm[g].belief = p.belief_feasibility_first[g]
        r.firm[g].realised = 0
        raise_attention(r, g)
    return True


def exit_decided(r: Relationship, e: Event, u: Uniforms) -> bool:
    """One top breaks it off (7.10 EXIT_DECIDED)."""
    p = r.p
    f, o = e.firm, 1 - e.firm
    accrue(r, r.now)
    loss = min(1.0, max(0.0, -net(r, f)) / p.value[f])
    h = (
        p.hostile_base
        + p.hostile_by_trust * (1 - r.trust[STRATEGIC])
        + p.hostile_by_stake * personal(r, f, r.now)
        + p.hostile_by_loss * loss
    )
    if r.disputes > 0:
        h += p.hostile_by_dispute
    r.phase = "UNWINDING"
    r.t_exit_decided = r.now
    r.turn = r.firm[f].turn
    years = p.notice
    if p.break_clause_notice > 0:
        years = p.break_clause_notice
        charge(r, f, "EXIT", -p.break_clause_cost)
        charge(r, o, "EXIT", +p.break_clause_cost)
        h = h * (1 - p.clause_peace)
    claim_back(r, e)
    ending = ENDING["HOSTILE_EXIT"] if u.u1 < h else ENDING["QUIET_EXIT"]
    send(r, "RELATIONSHIP_ENDED", BOTH, e.case, 0, fixed=years, a=ending)
    return True


def contract_term(r: Relationship, e: Event, u: Uniforms) -> bool:
    """The contract runs out (7.10 CONTRACT_TERM)."""
    p = r.p
    client, supplier = r.firm
    if client.belief >= p.renew[CLIENT] and supplier.belief >= p.renew[SUPPLIER]:
        years = p.renewal
        if p.short_term_contract_years > 0:
            pay(r, p.renegotiation_cost)
            years = p.short_term_contract_years
        send(r, "CONTRACT_TERM", BOTH, e.case + 1, 0, fixed=years)
    else:
        claim_back(r, e)
        r.turn = max(client.turn, supplier.turn)
        send(r, "RELATIONSHIP_ENDED", BOTH, e.case, 0, a=ENDING["EXPIRED"])
    return True


def bonus_returned(r: Relationship, e: Event, u: Uniforms) -> bool:
    """A top pays its bonus back (7.10 BONUS_RETURNED)."""
    r.firm[e.firm].bonus_at = math.nan
    charge(r, e.firm, "BONUS", +(r.p.bonus_clawback_share * r.p.bonus))
    return True


def relationship_ended(r: Relationship, e: Event, u: Uniforms) -> bool:
    """It is over (7.10 RELATIONSHIP_ENDED)."""
    accrue(r, r.now)
    end_spell(r)
    r.ending = int(e.a)
    if r.ending in (ENDING["QUIET_EXIT"], ENDING["HOSTILE_EXIT"]):
        for g in FIRMS:
            charge(r, g, "EXIT", -r.p.exit_cost)
            if r.ending == ENDING["HOSTILE_EXIT"]:
                charge(r, g, "REPUTATION", -r.p.hostile_cost)
    r.phase = "ENDED"
    return True


def limping_began(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Performance has been below break-even for a while, and nobody has acted (7.10 LIMPING_BEGAN)."""
    if r.below == 0 or r.limping == 1 or e.case % 2**32 != r.spell:
        return False
    r.limping = 1
    r.limping_since = r.now
    return True


def limping_ended(r: Relationship, e: Event, u: Uniforms) -> bool:
    """Performance came back, or somebody acted (7.10 LIMPING_ENDED)."""
    return True


RULES = (
    steering_meeting,
    attention_shifted,
    board_review,
    joint_review,
    rescue_launched,
    exit_decided,
    contract_term,
    bonus_returned,
    relationship_ended,
    limping_began,
    limping_ended,
)
