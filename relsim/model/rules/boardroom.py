"""The tops: meeting, reviewing, knowing, acting, and how it ends (A10-A14, A20, A21)."""

from typing import Any

from relsim.model.compiling import jittable
from relsim.model.relationship import (
    accrue,
    adapt,
    against_promise,
    charge,
    end_spell,
    gap,
    meet,
    net,
    personal,
    raise_attention,
    work_things_out,
)
from relsim.model.rule import rule, send
from relsim.model.rules.policies import claim_back, helped, part_by_the_clause, readiness, renew_short, term_of
from relsim.vocabulary import Account, Ending, EventKind, Firm, Level, Phase, Role, Turn

IN_OPERATION = (Phase.OPERATION,)


@rule(
    EventKind.STEERING_MEETING,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.PARTNER_STRATEGIC,
    phases=IN_OPERATION,
)
def steering_meeting(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The tops of both firms meet, and trust between them grows (A1)."""
    meet(r, p, Level.STRATEGIC)
    return True


@rule(
    EventKind.ATTENTION_SHIFTED,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.OWN_STRATEGIC,
    phases=IN_OPERATION,
)
def attention_shifted(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A top has moved its attention to other fields (A10); a fading foreseen before attention came back does not
    count.
    """
    return e.case & 0xFFFFFFFF == r.firm[e.firm].attention_jumps


@rule(
    EventKind.BOARD_REVIEW,
    sender=Role.OWN_TACTICAL,
    receiver=Role.OWN_STRATEGIC,
    phases=IN_OPERATION,
    chance=("", "whether a top that knows acts", "whether it comes to a rescue", ""),
)
def board_review(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A board looks at what is reported, which is rosier than what is, and a top that knows may act at last (A20).

    What acting means: a rescue, if both tops can still be won for it, or else leaving.
    """
    f = r.firm[e.firm]
    reported = r.performance + (1.0 - p.candour[e.firm]) * gap(r)
    f.belief += p.board_pull[e.firm] * (against_promise(r, reported) - f.belief)
    if f.realised == 0:
        if f.belief < p.threshold[e.firm]:
            send(out, EventKind.FAILURE_REALISED, e.firm, e.case, 0, a=Turn.REVIEW)
    elif e.time > f.realised_at and u.u1 < readiness(f, p, e.firm, e.time):
        if r.rescues < p.rescues_most and u.u2 < helped(r, p, rescue_chance(r, p)):
            send(out, EventKind.RESCUE_LAUNCHED, e.firm, e.case, 0)
        else:
            send(out, EventKind.EXIT_DECIDED, e.firm, e.case, 0)
    return True


@jittable
def rescue_chance(r: Any, p: Any) -> float:
    """Return the chance that both tops agree on a rescue: from their trust, and from what it could reach."""
    reachable = p.mesh * (r.fit + p.rescue_fit_step * (1.0 - r.fit))
    prospects = 1.0 if reachable >= p.joint_break_even else reachable / p.joint_break_even
    return p.rescue_chance * r.trust[Level.STRATEGIC] * prospects


@rule(
    EventKind.RESCUE_LAUNCHED,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.EVERYBODY,
    phases=IN_OPERATION,
)
def rescue_launched(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Somebody steps in at last (A11): the exploration that was skipped is done now, under pressure, and at the
    same price.

    Promise and beliefs are reset to what was found and attention comes back. It may still not be enough.
    """
    end_spell(r, e.time, out)
    r.rescues += 1
    if r.t_first_rescue != r.t_first_rescue:
        r.t_first_rescue = e.time
    charge(r, p, Firm.CLIENT, Account.RESCUE, -p.rescue_cost, e.time)
    charge(r, p, Firm.SUPPLIER, Account.RESCUE, -p.rescue_cost, e.time)
    adapt(r, p, p.rescue_fit_step, e.time)
    work_things_out(r, p)
    r.promise = p.mesh * r.fit
    for firm in range(2):
        f = r.firm[firm]
        f.belief = p.belief_feasibility_first[firm]
        f.realised = 0
        raise_attention(r, p, firm, e.time, out)
    return True


@rule(
    EventKind.EXIT_DECIDED,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.PARTNER_STRATEGIC,
    phases=IN_OPERATION,
    chance=("when", "whether the end is hostile", "", ""),
)
def exit_decided(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """One top breaks it off (A12): quietly, both taking their loss (A13), or with press and court (A14).

    Hostility is likelier with little trust between the tops, much personal stake, a large loss, and disputes
    behind them.
    """
    accrue(r, p, e.time)
    f = r.firm[e.firm]
    loss = min(1.0, max(0.0, -net(f.undiscounted)) / p.value[e.firm])
    hostility = (
        p.hostile_base
        + p.hostile_by_trust * (1.0 - r.trust[Level.STRATEGIC])
        + p.hostile_by_stake * personal(f, p, e.time)
        + p.hostile_by_loss * loss
    )
    if r.disputes > 0:
        hostility += p.hostile_by_dispute
    r.phase = Phase.UNWINDING
    r.t_exit_decided = e.time
    r.turn = f.turn
    notice = p.notice
    if p.break_clause_notice > 0.0:
        notice = p.break_clause_notice
        hostility = hostility * part_by_the_clause(r, p, e)
    hostile = u.u1 < hostility
    ending = Ending.HOSTILE_EXIT if hostile else Ending.QUIET_EXIT
    claim_back(r, p, e, out)
    send(out, EventKind.RELATIONSHIP_ENDED, Firm.BOTH, e.case, 0, notice, a=ending)
    return True


@rule(
    EventKind.CONTRACT_TERM,
    sender=Role.OUTSIDE,
    receiver=Role.EVERYBODY,
    phases=IN_OPERATION,
)
def contract_term(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The contract runs out: renewed if both tops still believe in it, else it expires."""
    if r.firm[0].belief >= p.renew[0] and r.firm[1].belief >= p.renew[1]:
        renew_short(r, p, e)
        send(out, EventKind.CONTRACT_TERM, Firm.BOTH, e.case + 1, 0, term_of(p, p.renewal))
    else:
        claim_back(r, p, e, out)
        r.turn = max(r.firm[0].turn, r.firm[1].turn)
        send(out, EventKind.RELATIONSHIP_ENDED, Firm.BOTH, e.case, 0, a=Ending.EXPIRED)
    return True


@rule(
    EventKind.RELATIONSHIP_ENDED,
    sender=Role.OWN_STRATEGIC,
    receiver=Role.EVERYBODY,
    phases=tuple(phase for phase in Phase if phase != Phase.ENDED),
)
def relationship_ended(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """It is over; after an exit both pay for the way out, and after a hostile one for press and court too (A21).

    Value a: the ending.
    """
    accrue(r, p, e.time)
    end_spell(r, e.time, out)
    r.ending = int(e.a)
    if r.ending == Ending.QUIET_EXIT or r.ending == Ending.HOSTILE_EXIT:
        for firm in range(2):
            charge(r, p, firm, Account.EXIT, -p.exit_cost, e.time)
            if r.ending == Ending.HOSTILE_EXIT:
                charge(r, p, firm, Account.REPUTATION, -p.hostile_cost, e.time)
    r.phase = Phase.ENDED
    return True


@rule(
    EventKind.LIMPING_BEGAN,
    sender=Role.OUTSIDE,
    receiver=Role.OUTSIDE,
    phases=IN_OPERATION,
)
def limping_began(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A mark for readers: performance has been below break-even for a while, and nobody has acted (A10)."""
    if r.below == 0 or r.limping == 1 or e.case & 0xFFFFFFFF != r.spell:
        return False
    r.limping = 1
    r.limping_since = e.time
    return True


@rule(
    EventKind.LIMPING_ENDED,
    sender=Role.OUTSIDE,
    receiver=Role.OUTSIDE,
    phases=(Phase.OPERATION, Phase.UNWINDING),
)
def limping_ended(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A mark for readers: performance came back, or somebody acted."""
    return True
