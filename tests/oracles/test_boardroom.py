"""The tops by hand: reviewing, knowing, acting, and how it ends."""

import math
from typing import Any

import pytest

from relsim.model.relationship import close
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import Account, Ending, EventKind, Firm, Level, Phase, Turn
from tests.oracles.by_hand import BARELY, Pair, Sent, at_work, lived
from tests.worlds import FREE, quiet

STRATEGIC, TACTICAL, OPERATIONAL = Level

MESH = (1 - 0.25 * (0.05 + 0.10 + 0.25)) * (1 - 0.25 * 0.2)
"""Performance over fit at trust .75 and morale .8."""


def knowing(**world: Any) -> Pair:
    """Return a pair whose client realised at moment 1 that it is failing."""
    pair = at_work(**{"rescues_most": 0, **world})
    pair.happens(EventKind.FAILURE_REALISED, Firm.CLIENT, time=1.0, a=Turn.EVIDENCE)
    return pair


def test_a_board_believes_a_little_more_of_what_is_reported() -> None:
    """Of the gap only what the managers are candid about comes up."""
    pull, candid = {"client": 0.1, "supplier": 0.3}, {"client": 0.35, "supplier": 1.0}
    pair = at_work(promise=0.9, board_pull=pull, candour=candid, threshold=0.0)
    q = float(pair.r.performance)
    for firm, moved, candour in ((Firm.CLIENT, 0.1, 0.35), (Firm.SUPPLIER, 0.3, 1.0)):
        pair.happens(EventKind.BOARD_REVIEW, firm)
        reported = q + (1 - candour) * (0.9 - q)
        assert pair.r.firm[firm].belief == pytest.approx(0.9 + moved * (reported / 0.9 - 0.9))


def test_nothing_is_better_than_what_was_promised() -> None:
    pair = at_work(promise=0.2, board_pull=0.1)
    pair.happens(EventKind.BOARD_REVIEW, Firm.CLIENT)
    assert pair.r.firm[0].belief == pytest.approx(0.9 + 0.1 * (1 - 0.9))


def test_a_review_may_bring_the_turn_but_not_yet_an_act() -> None:
    pair = at_work(promise=0.9, board_pull=0.5, candour=1.0, threshold=0.8, resolve=1.0)
    assert pair.sends(EventKind.BOARD_REVIEW, Firm.SUPPLIER, case=3) == [EventKind.FAILURE_REALISED]
    assert (pair.sent[0].firm, pair.sent[0].case, pair.sent[0].a) == (Firm.SUPPLIER, 3, Turn.REVIEW)


@pytest.mark.parametrize("stake", [0.0, 0.6])
def test_who_knows_acts_with_a_chance_that_interests_lower(stake: float) -> None:
    chance = 0.25 * (1 - stake)
    for u1, sent in ((chance - BARELY, [EventKind.EXIT_DECIDED]), (chance + BARELY, [])):
        pair = knowing(resolve={"client": 0.25, "supplier": 1.0}, sunk_half_life=1000.0)
        pair.r.firm[0].sunk, pair.r.firm[0].sunk_at = stake, 2.0
        assert pair.sends(EventKind.BOARD_REVIEW, Firm.CLIENT, time=2.0, u1=u1) == sent


def test_nobody_acts_on_what_the_other_firm_knows_nor_at_the_moment_of_realising() -> None:
    pair = knowing(resolve=1.0)
    assert pair.sends(EventKind.BOARD_REVIEW, Firm.SUPPLIER, time=2.0) == []
    assert pair.sends(EventKind.BOARD_REVIEW, Firm.CLIENT, time=1.0) == []
    assert pair.sends(EventKind.BOARD_REVIEW, Firm.CLIENT, time=2.0) == [EventKind.EXIT_DECIDED]
    assert pair.sent[0].firm == Firm.CLIENT


@pytest.mark.parametrize(("fit", "prospects"), [(0.6, 1.0), (0.2, MESH * 0.32 / 0.5)])
def test_a_rescue_needs_both_tops_and_prospects_and_luck_of_its_own(fit: float, prospects: float) -> None:
    chance = 0.45 * 0.7 * prospects
    for u2, kind in ((chance - BARELY, EventKind.RESCUE_LAUNCHED), (chance + BARELY, EventKind.EXIT_DECIDED)):
        for u1 in (0.0, 0.999):
            pair = knowing(fit=fit, resolve=1.0, rescues_most=1, break_even=0.5)
            assert pair.sends(EventKind.BOARD_REVIEW, Firm.CLIENT, time=2.0, u1=u1, u2=u2) == [kind]
            assert pair.sent[0].firm == Firm.CLIENT
            pair.r.rescues = 1
            assert pair.sends(EventKind.BOARD_REVIEW, Firm.CLIENT, time=2.0, u2=u2) == [EventKind.EXIT_DECIDED]


def test_a_rescue_resets_what_was_promised_and_believed() -> None:
    pair = knowing(
        promise=0.9,
        rescue_cost=0.15,
        rescue_fit_step=0.15,
        workshop_trust_operational=0.12,
        workshop_trust_tactical=0.06,
        belief_feasibility_first={"client": 0.7, "supplier": 0.75},
    )
    pair.r.firm["belief"][:], pair.r.firm["attention"][:] = 0.3, 0.2
    sent = pair.sends(EventKind.RESCUE_LAUNCHED, Firm.CLIENT, time=3.0)
    assert sent == [EventKind.ATTENTION_SHIFTED] * 2
    assert pair.r.t_first_rescue == 3.0
    assert pair.r.fit == pytest.approx(0.66)
    assert pair.r.promise == pytest.approx(MESH * 0.66)
    assert pair.r.trust.tolist() == pytest.approx([0.7, 0.4 + 0.06 * 0.6, 0.25 + 0.12 * 0.75])
    assert pair.r.firm["belief"].tolist() == [0.7, 0.75]
    assert pair.r.firm["attention"].tolist() == [1.0, 1.0]
    assert pair.r.firm["realised"].tolist() == [0, 0]
    assert pair.money(Account.RESCUE) == [-0.15, -0.15]


@pytest.mark.parametrize("firm", [Firm.CLIENT, Firm.SUPPLIER])
@pytest.mark.parametrize("disputes", [0, 2])
def test_the_end_is_hostile_with_little_trust_much_at_stake_a_loss_and_disputes(firm: Firm, disputes: int) -> None:
    """The loss is that of who leaves, undiscounted, against a year of its value; the stake is its top's own."""
    chance = 0.02 + 0.10 * (1 - 0.3) + 0.05 * 0.4 + 0.05 * 0.25 + 0.05 * (disputes > 0)
    for u1, ending in ((chance - BARELY, Ending.HOSTILE_EXIT), (chance + BARELY, Ending.QUIET_EXIT)):
        value = {"client": 2.0, "supplier": 2.0, ("client", "supplier")[1 - firm]: 9.0}
        pair = at_work(value=value, discount=0.06, personal_half_life=1000.0, notice=0.25)
        earned = 2.0 * float(pair.r.performance) - 2.0 * 0.33  # in the year since the last change
        pair.r.since, pair.r.weight = 4.0, math.exp(-0.24)
        pair.r.trust[STRATEGIC], pair.r.disputes = 0.3, disputes
        f = pair.r.firm[firm]
        f.personal, f.personal_at, f.sunk, f.sunk_at = 0.4, 5.0, 0.5, 5.0
        f.undiscounted[Account.BENEFIT], f.undiscounted[Account.LAUNCH] = 1.0, -1.5 - earned
        assert pair.sends(EventKind.EXIT_DECIDED, firm, time=5.0, u1=u1) == [EventKind.RELATIONSHIP_ENDED]
        assert (pair.sent[0].fixed, pair.sent[0].a) == (0.25, ending)
        assert (pair.r.phase, pair.r.t_exit_decided) == (Phase.UNWINDING, 5.0)


def test_who_leaves_says_what_brought_the_turn() -> None:
    pair = knowing()
    pair.r.firm[1].turn = Turn.NEW_LEADER
    pair.happens(EventKind.EXIT_DECIDED, Firm.CLIENT, time=2.0)
    assert pair.r.turn == Turn.EVIDENCE


@pytest.mark.parametrize(
    ("ending", "exit_cost", "reputation"),
    [
        (Ending.QUIET_EXIT, -0.2, 0.0),
        (Ending.HOSTILE_EXIT, -0.2, -0.6),
        (Ending.EXPIRED, 0.0, 0.0),
        (Ending.OUTSIDE, 0.0, 0.0),
    ],
)
def test_only_an_exit_has_a_price_and_a_hostile_one_a_second(
    ending: Ending, exit_cost: float, reputation: float
) -> None:
    pair = at_work(exit_cost=0.2, hostile_cost=0.6)
    pair.happens(EventKind.RELATIONSHIP_ENDED, time=4.0, a=ending)
    assert (pair.r.phase, pair.r.ending) == (Phase.ENDED, ending)
    assert pair.money(Account.EXIT) == [exit_cost] * 2
    assert pair.money(Account.REPUTATION) == [reputation] * 2


@pytest.mark.parametrize("client", [0.5, 0.4])
@pytest.mark.parametrize("supplier", [0.6, 0.5])
def test_a_contract_is_renewed_if_both_believe(client: float, supplier: float) -> None:
    pair = at_work(renewal=3.0, renew={"client": 0.5, "supplier": 0.6})
    pair.r.firm["belief"][:] = client, supplier
    pair.r.firm["turn"][:] = Turn.NONE, Turn.REVIEW
    (kind,) = pair.sends(EventKind.CONTRACT_TERM, time=6.0, case=10)
    if client >= 0.5 and supplier >= 0.6:
        assert (kind, pair.sent[0].case, pair.sent[0].fixed) == (EventKind.CONTRACT_TERM, 11, 3.0)
    else:
        assert (kind, pair.sent[0].fixed, pair.sent[0].a) == (EventKind.RELATIONSHIP_ENDED, 0.0, Ending.EXPIRED)
        assert pair.r.turn == Turn.REVIEW


def test_terms_run_from_the_start_of_operations() -> None:
    """It starts at .75 and a term has 2 years; where both believe it is renewed, and renewed again."""
    for renew, ending, end in ((0.95, Ending.EXPIRED, 2.75), (0.9, Ending.ONGOING, 10.0)):
        (life,) = lived(quiet(drafting_least=0.5, transition_least=0.25, term=2.0, renewal=1.5, renew=renew))
        assert (life["ending"], life["t_end"]) == (ending, pytest.approx(end))


def test_attention_is_foreseen_to_fade_when_it_will_have() -> None:
    """From 1 to .35 with a floor of .1: the time constant times the logarithm of .9 over .25."""
    pair = at_work(attention_time=1.5, attention_floor=0.1, attention_low=0.35)
    pair.happens(EventKind.LEADER_REPLACED, Firm.CLIENT, time=1.0)
    shifted = next(each for each in pair.sent if each.kind == EventKind.ATTENTION_SHIFTED)
    assert shifted.fixed == pytest.approx(1.5 * math.log(0.9 / 0.25))
    assert pair.happens(EventKind.ATTENTION_SHIFTED, Firm.CLIENT, case=shifted.case)
    pair.happens(EventKind.LEADER_REPLACED, Firm.CLIENT, time=2.0)
    assert not pair.happens(EventKind.ATTENTION_SHIFTED, Firm.CLIENT, case=shifted.case)


def limping(**world: Any) -> Scenario:
    """Return a world that works below break-even from .5 on, and whose client hears of it again and again."""
    return quiet(
        6.0,
        drafting_least=0.5,
        limping_after=0.5,
        rescues_most=0,
        incident_rate={"client": 100.0, "supplier": 0.0},
        candour=1.0,
        denial=0.0,
        repair_without_trust=0.0,
        repair_with_trust=0.0,
        tactical_power=0.0,
        dispute_trust=0.0,
        fit_law="two-point",
        fit_low=0.3,
        fit_high=0.3,
        **FREE,
        **world,
    )


def test_limping_begins_after_a_while_and_is_known_or_not() -> None:
    """Below break-even from .5 on, so limping from 1 on; and it is over when somebody acts."""
    (nobody,) = lived(limping(threshold=0.0))
    assert (nobody["limping_unrealised"], nobody["limping_realised"]) == (pytest.approx(5.0), 0.0)
    (one,) = lived(limping(threshold={"client": 0.9, "supplier": 0.0}))
    assert one["firm"]["t_realised"][0] < 1.0
    assert (one["limping_unrealised"], one["limping_realised"]) == (0.0, pytest.approx(5.0))
    acting = {"resolve": 1.0, "review_rate": 0.4, "notice": 2.0}
    (left,) = lived(limping(threshold={"client": 0.9, "supplier": 0.0}, **acting))
    assert (left["t_exit_decided"], left["t_end"]) == (pytest.approx(1.25), pytest.approx(3.25))
    assert (left["limping_unrealised"], left["limping_realised"]) == (0.0, pytest.approx(0.25))


def test_who_is_not_below_break_even_does_not_limp() -> None:
    (fine,) = lived(limping(threshold=0.0, break_even=0.15))
    assert fine["limping_unrealised"] + fine["limping_realised"] == 0.0


def struggling() -> Pair:
    """Return a pair that fell below break-even at moment 1 and limps from 1.5 on."""
    pair = at_work(fit=0.6, break_even=0.4, limping_after=0.5, rescue_fit_step=1.0, rescue_cost=0.0, adapt_price=0.0)
    pair.r.fit = 0.5
    (began,) = falls_below(pair, 1.0)
    assert began.fixed == 0.5
    assert pair.happens(EventKind.LIMPING_BEGAN, time=1.5, case=began.case)
    return pair


def falls_below(pair: Pair, time: float) -> list[Sent]:
    """Let nothing but a shock of no size happen, after a test has changed the fit; return what was sent."""
    pair.p.market_shock_size = 0.0
    pair.happens(EventKind.MARKET_SHOCK, time=time)
    return pair.sent


def test_limping_ends_when_a_rescue_is_launched_or_work_recovers() -> None:
    for rescued in (True, False):
        pair = struggling()
        if rescued:
            sent = pair.sends(EventKind.RESCUE_LAUNCHED, Firm.CLIENT, time=3.0)
        else:
            pair.r.fit = 1.0
            sent = [each.kind for each in falls_below(pair, 3.0)]
        assert EventKind.LIMPING_ENDED in sent
        close(pair.r, pair.p, 5.0)
        assert (pair.r.limping_unrealised, pair.r.limping_realised) == (1.5, 0.0)


def test_a_failed_rescue_ends_one_spell_and_another_begins() -> None:
    pair = struggling()
    pair.p.rescue_fit_step = 0.0
    sent = pair.sends(EventKind.RESCUE_LAUNCHED, Firm.CLIENT, time=3.0)
    assert sent.count(EventKind.LIMPING_ENDED) == sent.count(EventKind.LIMPING_BEGAN) == 1
    close(pair.r, pair.p, 3.25)
    assert pair.r.limping_unrealised == 1.5


def test_a_short_time_below_break_even_is_not_limping() -> None:
    pair = at_work(fit=0.6, break_even=0.4, limping_after=0.5)
    pair.r.fit = 0.5
    (first,) = falls_below(pair, 1.0)
    pair.r.fit = 0.6
    assert falls_below(pair, 1.25) == []
    assert not pair.happens(EventKind.LIMPING_BEGAN, time=1.3125, case=first.case)
    pair.r.fit = 0.5
    (second,) = falls_below(pair, 1.375)
    assert not pair.happens(EventKind.LIMPING_BEGAN, time=1.5, case=first.case)
    assert pair.happens(EventKind.LIMPING_BEGAN, time=1.875, case=second.case)
    close(pair.r, pair.p, 2.0)
    assert pair.r.limping_unrealised == 0.125
