"""What cannot be settled, by hand: broken agreements, disputes, denial, commitment and scapegoats."""

import math

import pytest

from relsim.vocabulary import Account, EventKind, Firm, Level, Turn
from tests.oracles.by_hand import BARELY, Pair, at_work

STRATEGIC, TACTICAL, OPERATIONAL = Level


@pytest.mark.parametrize(("firm", "booked"), [(Firm.CLIENT, [-0.004, 0.004]), (Firm.SUPPLIER, [0.004, -0.004])])
def test_the_firm_at_fault_pays_the_other(firm: Firm, booked: list[float]) -> None:
    pair = at_work(penalty=0.004, trust_gain=0.01)
    pair.happens(EventKind.AGREEMENT_BROKEN, firm)
    assert pair.money(Account.PENALTY) == booked
    assert pair.r.trust.tolist() == pytest.approx([0.7, 0.4 * 0.95, 0.25])


@pytest.mark.parametrize(("firm", "candour"), [(Firm.CLIENT, 0.8), (Firm.SUPPLIER, 0.1)])
def test_managers_go_to_their_own_top_as_candidly_as_in_their_firm(firm: Firm, candour: float) -> None:
    for u1, sent in ((candour - BARELY, [EventKind.ESCALATED]), (candour + BARELY, [])):
        pair = at_work(candour={"client": 0.8, "supplier": 0.1}, escalation_delay=0.1)
        assert pair.sends(EventKind.AGREEMENT_BROKEN, firm, u1=u1, case=5, attempt=1) == sent
        assert pair.r.swallowed == 1 - len(sent)
        for letter in pair.sent:
            assert (letter.firm, letter.case, letter.attempt) == (firm, 5, 1)
            assert (letter.fixed, letter.mean) == (0.0, 0.1)


def broken(times: list[float], trust: float) -> list[bool]:
    """Return after which of these broken agreements a dispute is raised."""
    pair = at_work(dispute_after=3, dispute_window=1.0, dispute_trust=0.05)
    found = []
    for time in times:
        pair.r.trust[TACTICAL] = trust
        sent = pair.sends(EventKind.AGREEMENT_BROKEN, Firm.CLIENT, time=time, u1=1 - BARELY)
        found.append(EventKind.DISPUTE_RAISED in sent)
        assert all(each.firm == Firm.CLIENT for each in pair.sent)
        if found[-1]:
            pair.happens(EventKind.DISPUTE_RAISED, Firm.CLIENT, time=time)
    return found


def test_a_dispute_is_raised_after_so_many_broken_agreements_in_the_window_and_little_trust() -> None:
    assert broken([1.0, 1.5, 2.0], 0.04) == [False, False, True]
    assert broken([1.0, 1.5, 2.001], 0.04) == [False, False, False]
    assert broken([1.0, 1.5, 2.0], 0.06) == [False, False, False]
    assert broken([1.0, 1.1, 2.1, 2.2, 2.3], 0.04) == [False, False, False, False, True]


def test_what_led_to_a_dispute_is_not_held_against_anybody_again() -> None:
    assert broken([1.0, 1.1, 1.2, 1.3, 1.4, 1.5], 0.04) == [False, False, True, False, False, True]


def test_a_dispute_costs_both_and_the_trust_of_the_tops() -> None:
    pair = at_work(dispute_cost=0.05, dispute_after=4, trust_gain=0.01)
    pair.happens(EventKind.DISPUTE_RAISED, Firm.SUPPLIER)
    assert pair.money(Account.DISPUTE) == [-0.05, -0.05]
    assert pair.r.trust.tolist() == pytest.approx([0.7 - 4 * 0.05 * 0.7, 0.4, 0.25])


def test_an_escalated_case_comes_before_its_own_top_and_the_first_is_dated() -> None:
    pair = at_work()
    for time in (2.0, 3.0):
        pair.happens(EventKind.ESCALATED, Firm.SUPPLIER, time=time, case=5, attempt=1)
        (sent,) = pair.sent
        assert (sent.kind, sent.firm, sent.case, sent.attempt) == (EventKind.ESCALATION_HEARD, Firm.SUPPLIER, 5, 1)
    assert pair.r.t_first_escalation == 2.0


@pytest.mark.parametrize("attention", [1.0, 0.4])
def test_a_case_is_heard_as_far_as_its_own_top_pays_attention(attention: float) -> None:
    for u1 in (attention - BARELY, attention + BARELY):
        pair = at_work()
        pair.r.firm[1].attention, pair.r.firm[0].attention = attention, 0.7
        assert pair.happens(EventKind.ESCALATION_HEARD, Firm.SUPPLIER, u1=u1) == (u1 < attention)
        assert pair.r.heard == (u1 < attention)


def test_attention_fades_to_its_floor() -> None:
    pair = at_work(attention_time=1.5, attention_floor=0.1)
    share = 0.1 + 0.9 * math.exp(-2.0)
    assert pair.happens(EventKind.ESCALATION_HEARD, Firm.CLIENT, time=3.0, u1=share - BARELY)
    assert not pair.happens(EventKind.ESCALATION_HEARD, Firm.CLIENT, time=3.0, u1=share + BARELY)


def test_stake_makes_a_top_deny_evidence() -> None:
    """Half a stake makes it deny .85 / 2 of what it hears, and what is left takes a fifth of belief."""
    for personal, sunk in ((0.0, 0.0), (0.3, 0.2), (0.9, 0.4)):
        pair = at_work(
            evidence={"client": 0.2, "supplier": 0.4}, denial={"client": 0.85, "supplier": 0.5}, threshold=0.0
        )
        pair.r.firm[0].personal, pair.r.firm[0].sunk = personal, sunk
        pair.happens(EventKind.ESCALATION_HEARD, Firm.CLIENT)
        stake = min(1.0, personal + sunk)
        assert pair.r.firm["belief"].tolist() == pytest.approx([0.9 * (1 - 0.2 * (1 - 0.85 * stake)), 0.9])


def test_both_parts_of_a_stake_halve_in_their_half_lives() -> None:
    """After four years a personal stake of .8 has halved twice, a sunk one of .4 once: .2 and .2."""
    pair = at_work(evidence=0.5, denial=1.0, threshold=0.0, personal_half_life=2.0, sunk_half_life=4.0)
    pair.r.firm[0].personal, pair.r.firm[0].sunk = 0.8, 0.4
    pair.happens(EventKind.ESCALATION_HEARD, Firm.CLIENT, time=4.0)
    assert pair.r.firm[0].belief == pytest.approx(0.9 * (1 - 0.5 * (1 - 0.4)))


def test_a_top_realises_by_the_belief_that_is_left() -> None:
    for threshold, kind in ((0.73, EventKind.FAILURE_REALISED), (0.71, EventKind.REFERRED_BACK)):
        pair = at_work(evidence=0.2, threshold=threshold)
        assert pair.sends(EventKind.ESCALATION_HEARD, Firm.SUPPLIER, case=4, attempt=1) == [kind]
        assert (pair.sent[0].firm, pair.sent[0].case, pair.sent[0].attempt) == (Firm.SUPPLIER, 4, 1)
    assert pair.r.firm["belief"].tolist() == pytest.approx([0.9, 0.72])


def realise(pair: Pair, firm: Firm, turn: Turn, time: float) -> None:
    pair.happens(EventKind.FAILURE_REALISED, firm, time=time, a=turn)


def test_realising_is_of_one_firm_and_dated_once() -> None:
    pair = at_work()
    realise(pair, Firm.SUPPLIER, Turn.REVIEW, 2.0)
    realise(pair, Firm.SUPPLIER, Turn.EVIDENCE, 3.0)
    client, supplier = pair.r.firm
    assert (client.realised, supplier.realised) == (0, 1)
    assert (supplier.realised_at, supplier.t_realised, supplier.turn) == (2.0, 2.0, Turn.REVIEW)
    assert (pair.r.turned_by_review, pair.r.turned_by_evidence) == (1, 0)
    assert pair.sends(EventKind.ESCALATION_HEARD, Firm.SUPPLIER) == []
    assert supplier.belief == 0.9


def test_a_case_sent_back_is_opened_once_more_and_takes_heart_in_its_own_firm() -> None:
    pair = at_work(morale_loss_denial=0.02, trust_gain=0.01, patience=100)
    assert pair.sends(EventKind.REFERRED_BACK, Firm.CLIENT, case=8) == [EventKind.COMPLAINT_HEARD]
    assert (pair.sent[0].firm, pair.sent[0].case, pair.sent[0].attempt) == (Firm.CLIENT, 8, 1)
    assert pair.sends(EventKind.REFERRED_BACK, Firm.CLIENT, case=8, attempt=1) == []
    assert pair.r.firm["morale"][:, TACTICAL].tolist() == pytest.approx([0.76, 0.8])
    assert pair.r.firm["morale"][:, OPERATIONAL].tolist() == pytest.approx([0.76, 0.8])
    assert pair.r.trust[TACTICAL] == pytest.approx(0.4 * 0.95 * 0.95)


def test_after_every_so_many_denials_a_top_puts_more_in() -> None:
    pair = at_work(patience=3)
    committed = []
    for number in (0, 1, 0, 0, 1, 1, 0, 0, 0):
        firm = Firm(number)
        sent = pair.sends(EventKind.REFERRED_BACK, firm, attempt=1)
        committed.append(EventKind.COMMITMENT_ESCALATED in sent)
        assert all(each.firm == firm for each in pair.sent)
    assert committed == [False, False, False, True, False, True, False, False, True]


@pytest.mark.parametrize("firm", [Firm.CLIENT, Firm.SUPPLIER])
def test_commitment_binds_costs_and_may_make_scapegoats_in_its_own_firm(firm: Firm) -> None:
    made, chance = [EventKind.MANAGER_SWAPPED, EventKind.STAFF_DISMISSED], (0.3, 0.6)[firm]
    for u1, sent in ((chance - BARELY, made), (chance + BARELY, [])):
        pair = at_work(
            scapegoat={"client": 0.3, "supplier": 0.6},
            commitment_cost=0.05,
            sunk_by_commitment=0.05,
            morale_loss_scapegoat=0.12,
            sunk_half_life=4.0,
        )
        pair.r.firm[firm].sunk = 0.4
        assert pair.sends(EventKind.COMMITMENT_ESCALATED, firm, time=4.0, u1=u1) == sent
        assert all(each.firm == firm for each in pair.sent)
        assert pair.money(Account.COMMITMENT, "undiscounted")[firm] == -0.05
        assert pair.money(Account.COMMITMENT, "undiscounted")[1 - firm] == 0.0
        assert pair.r.firm[firm].sunk == pytest.approx(0.25)
        assert pair.r.firm[firm].sunk_at == 4.0
        assert pair.r.scapegoatings == pair.r.firm[firm].scapegoatings == (len(sent) > 0)
        for level in (TACTICAL, OPERATIONAL):
            assert pair.r.firm[firm].morale[level] == pytest.approx(0.68 if sent else 0.8)
            assert pair.r.firm[1 - firm].morale[level] == 0.8


def test_strategies_that_drift_apart_cost_the_trust_of_the_tops() -> None:
    pair = at_work(trust_gain=0.01)
    assert pair.sends(EventKind.STRATEGIC_PROBLEM, Firm.SUPPLIER) == [EventKind.ESCALATION_HEARD]
    assert pair.r.trust.tolist() == pytest.approx([0.7 * 0.95, 0.4, 0.25])
