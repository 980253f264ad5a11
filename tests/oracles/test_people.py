"""People who leave, are swapped, sacked or replaced, by hand: how likely, how many, and what goes with them."""

import pytest

from relsim.vocabulary import Account, Departure, EventKind, Firm, Level, Phase, Turn
from tests.oracles.by_hand import BARELY, Pair, at_work

STRATEGIC, TACTICAL, OPERATIONAL = Level


@pytest.mark.parametrize(
    ("kind", "level", "opening"),
    [(EventKind.STAFF_RESIGNED, OPERATIONAL, 40), (EventKind.MANAGER_RESIGNED, TACTICAL, 6)],
)
@pytest.mark.parametrize("left", [1.0, 0.5])
@pytest.mark.parametrize(("morale", "eagerness"), [(0.8, 1.0), (0.4, 2.5), (0.0, 4.0)])
def test_people_leave_by_head_and_more_often_below_baseline_morale(
    kind: EventKind, level: Level, opening: int, left: float, morale: float, eagerness: float
) -> None:
    """The clock ticks at four times the base rate of the opening team; a tick is taken as far as those left want it."""
    share = eagerness / 4 * left
    for u1 in (share - BARELY, share + BARELY):
        pair = at_work(leaving_most=4.0)
        pair.r.firm[0].headcount[level] = int(opening * left)
        pair.r.firm[0].morale[level] = morale
        assert pair.happens(kind, Firm.CLIENT, u1=u1) == (u1 < share)


def ticks(pair: Pair, kind: EventKind) -> list[float]:
    """Return how often a year the clocks of a kind tick, firm by firm."""
    clocks = pair.p.clock[: pair.p.clock_count]
    return [1 / clock.gap for clock in clocks if clock.kind == kind]


def test_clocks_tick_at_the_highest_rate_that_can_come() -> None:
    pair = at_work(
        leaving_rate={"tactical": 0.1, "operational": 0.2},
        leaving_most=4.0,
        leader_change_rate={"client": 0.1, "supplier": 0.2},
        poor_results=1.5,
        incident_rate={"client": 30.0, "supplier": 10.0},
    )
    assert ticks(pair, EventKind.MANAGER_RESIGNED) == pytest.approx([0.1 * 4 * 6] * 2)
    assert ticks(pair, EventKind.STAFF_RESIGNED) == pytest.approx([0.2 * 4 * 40] * 2)
    assert ticks(pair, EventKind.LEADER_REPLACED) == pytest.approx([0.15, 0.3])
    assert ticks(pair, EventKind.INCIDENT) == pytest.approx([15.0, 5.0])


def test_bonds_break_with_people_and_all_but_the_dismissed_are_replaced_at_a_cost() -> None:
    for kind, cause, level, stay in (
        (EventKind.STAFF_RESIGNED, Departure.RESIGNED, OPERATIONAL, 40),
        (EventKind.STAFF_DISMISSED, Departure.DISMISSED, OPERATIONAL, 39),
        (EventKind.MANAGER_RESIGNED, Departure.RESIGNED, TACTICAL, 6),
        (EventKind.MANAGER_SWAPPED, Departure.SWAPPED, TACTICAL, 6),
        (EventKind.LEADER_REPLACED, Departure.LEADER_REPLACED, STRATEGIC, 3),
    ):
        pair = at_work(
            bond_loss=0.6,
            replacement_cost={"strategic": 0.1, "tactical": 0.004, "operational": 0.002},
            severance_cost=0.01,
            dismissed_least=0.0,
            dismissed_most=0.0,
        )
        opening, trust = pair.r.firm[1].headcount.tolist()[level], float(pair.r.trust[level])
        assert pair.happens(kind, Firm.SUPPLIER)
        assert pair.r.firm["departures"].sum() == pair.r.firm[1].departures[level, cause] == 1
        assert pair.r.firm[1].headcount[level] == stay
        assert pair.r.trust[level] == pytest.approx(trust * (1 - 0.6 / opening))
        hired = stay == opening
        assert pair.money(Account.TURNOVER) == [0.0, -(0.1, 0.004, 0.002)[level] * hired]
        reaction = kind in (EventKind.STAFF_DISMISSED, EventKind.MANAGER_SWAPPED)
        assert pair.money(Account.SEVERANCE) == [0.0, -0.01 * reaction]


@pytest.mark.parametrize(("u1", "managers", "staff"), [(0.0, 2, 4), (0.5, 4, 8), (1 - BARELY, 6, 12)])
def test_scapegoats_are_a_share_of_their_own_team(u1: float, managers: int, staff: int) -> None:
    pair = at_work(
        headcount={
            "client": {"strategic": 3, "tactical": 20, "operational": 40},
            "supplier": {"strategic": 1, "tactical": 100, "operational": 100},
        },
        dismissed_least=0.1,
        dismissed_most=0.3,
        severance_cost=0.01,
    )
    for kind, people in ((EventKind.MANAGER_SWAPPED, managers), (EventKind.STAFF_DISMISSED, staff)):
        assert pair.happens(kind, Firm.CLIENT, u1=u1)
        assert pair.event.a == people
    assert pair.r.firm[0].headcount.tolist() == [3, 20, 40 - staff]
    assert pair.r.firm[0].departures.sum(axis=1).tolist() == [0, managers, staff]
    assert pair.money(Account.SEVERANCE) == pytest.approx([-0.01 * (managers + staff), 0.0])


@pytest.mark.parametrize(("break_even", "share"), [(0.3, 2 / 3), (0.9, 1.0)])
def test_leaders_change_more_often_under_poor_results_of_their_own_firm(break_even: float, share: float) -> None:
    for u1 in (share - BARELY, share + BARELY):
        pair = at_work(poor_results=1.5, break_even={"client": break_even, "supplier": 1.2 - break_even})
        assert pair.happens(EventKind.LEADER_REPLACED, Firm.CLIENT, u1=u1) == (u1 < share)
    pair = at_work(poor_results=1.5, break_even=0.9)
    pair.r.phase = Phase.TRANSITION
    assert not pair.happens(EventKind.LEADER_REPLACED, Firm.CLIENT, u1=2 / 3 + BARELY)


def test_a_new_leader_has_little_at_stake_full_attention_and_looks() -> None:
    pair = at_work(promise=0.8, personal_of_new_leader=0.02, leader_realises=0.6, break_even=0.0, threshold=0.0)
    f = pair.r.firm[1]
    f.personal, f.sunk, f.attention = 0.7, 0.3, 0.2
    q = float(pair.r.performance)
    assert pair.sends(EventKind.LEADER_REPLACED, Firm.SUPPLIER, time=2.0) == [EventKind.ATTENTION_SHIFTED]
    assert (f.personal, f.personal_at, f.sunk, f.sunk_at) == (0.02, 2.0, 0.3, 0.0)
    assert (f.attention, f.attention_at) == (1.0, 2.0)
    assert f.belief == pytest.approx(0.9 + 0.6 * (q / 0.8 - 0.9))
    assert pair.r.firm[0].belief == 0.9


@pytest.mark.parametrize(("u2", "sees"), [(0.6 - BARELY, True), (0.6 + BARELY, False)])
def test_a_new_leader_often_sees_a_failure_at_once(u2: float, sees: bool) -> None:
    pair = at_work(leader_realises=0.6, break_even=1.0, threshold=0.0)
    sent = pair.sends(EventKind.LEADER_REPLACED, Firm.CLIENT, u2=u2, case=6)
    assert (EventKind.FAILURE_REALISED in sent) == sees
    for letter in pair.sent:
        if letter.kind == EventKind.FAILURE_REALISED:
            assert (letter.firm, letter.case, letter.a) == (Firm.CLIENT, 6, Turn.NEW_LEADER)


@pytest.mark.parametrize(("firm", "sees"), [(Firm.CLIENT, False), (Firm.SUPPLIER, True)])
def test_a_new_leader_sees_where_the_own_firm_fails(firm: Firm, sees: bool) -> None:
    pair = at_work(leader_realises=0.6, break_even={"client": 0.0, "supplier": 1.0}, threshold=0.0)
    assert (EventKind.FAILURE_REALISED in pair.sends(EventKind.LEADER_REPLACED, firm)) == sees


def test_where_it_does_not_fail_a_new_leader_judges_by_belief() -> None:
    for threshold in (0.5, 0.95):
        own = {"client": threshold, "supplier": 1.45 - threshold}
        pair = at_work(promise=0.8, leader_realises=0.6, break_even=0.0, threshold=own)
        sent = pair.sends(EventKind.LEADER_REPLACED, Firm.CLIENT, u2=1 - BARELY)
        assert (EventKind.FAILURE_REALISED in sent) == (pair.r.firm[0].belief < threshold)


def test_in_unwinding_a_leader_only_goes() -> None:
    pair = at_work()
    pair.r.phase, pair.r.firm[0].personal = Phase.UNWINDING, 0.7
    assert pair.sends(EventKind.LEADER_REPLACED, Firm.CLIENT) == []
    assert pair.r.firm[0].departures[STRATEGIC, Departure.LEADER_REPLACED] == 1
    assert (pair.r.firm[0].personal, pair.r.firm[0].belief) == (0.7, 0.9)
