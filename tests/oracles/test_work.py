"""Daily work by hand: contact, incidents, repair, complaints and what managers can settle."""

import pytest

from relsim.vocabulary import Account, EventKind, Firm, Level
from tests.oracles.by_hand import BARELY, at_work

STRATEGIC, TACTICAL, OPERATIONAL = Level

Q = 0.6 * (1 - 0.05 * 0.3 - 0.10 * 0.6 - 0.25 * 0.75) * (1 - 0.25 * 0.2)
"""Performance at fit .6, with trust .7, .4, .25 and morale .8."""


def test_every_level_and_the_morale_of_both_firms_make_performance() -> None:
    assert at_work().r.performance == pytest.approx(Q)
    pair = at_work(morale_baseline={"client": 1.0, "supplier": 0.2})
    assert pair.r.performance == pytest.approx(0.6 * (1 - 0.015 - 0.06 - 0.1875) * (1 - 0.25 * 0.4))


def test_an_incident_happens_where_the_operations_do_not_mesh() -> None:
    assert at_work().happens(EventKind.INCIDENT, Firm.CLIENT, u1=1 - Q - BARELY)
    assert not at_work().happens(EventKind.INCIDENT, Firm.CLIENT, u1=1 - Q + BARELY)


@pytest.mark.parametrize(("morale", "part"), [(0.8, 1.0), (0.6, 0.75), (0.9, 1.0)])
def test_trust_and_morale_help_to_repair(morale: float, part: float) -> None:
    """The chance is .35 without trust and .95 with full trust, less where morale is below its baseline of .8."""
    chance = (0.35 + 0.6 * 0.25) * part
    for u2, kind in ((chance - BARELY, EventKind.REPAIRED), (chance + BARELY, EventKind.COMPLAINT_RAISED)):
        pair = at_work()
        pair.r.firm["morale"][:, OPERATIONAL] = morale
        assert pair.sends(EventKind.INCIDENT, Firm.SUPPLIER, u2=u2) == [kind]
        assert pair.sent[0].firm == Firm.SUPPLIER


@pytest.mark.parametrize("part", [0.5, 1.0])
def test_a_facilitator_turns_a_share_of_what_would_not_have_been_repaired(part: float) -> None:
    chance = 0.5 + part * 0.1 * 0.5
    arms = {"deal-first": {"launch": "deal-first", "policies": [{"name": "facilitator", "part": part}]}}
    for u2, kind in ((chance - BARELY, EventKind.REPAIRED), (chance + BARELY, EventKind.COMPLAINT_RAISED)):
        pair = at_work(facilitator_help=0.1, arms=arms)
        pair.r.facilitator = 1
        assert pair.sends(EventKind.INCIDENT, Firm.CLIENT, u2=u2) == [kind]


def test_an_incident_costs_both_firms_and_now_and_then_they_learn() -> None:
    pair = at_work(incident_cost=0.001, learn_chance=0.2, learn_step=0.02, adapt_price=0.0)
    pair.happens(EventKind.INCIDENT, Firm.SUPPLIER)
    assert pair.money(Account.REPAIR) == [-0.001, -0.001]
    pair.happens(EventKind.REPAIRED, Firm.SUPPLIER, u1=0.2 + BARELY)
    assert pair.r.fit == 0.6
    pair.happens(EventKind.REPAIRED, Firm.SUPPLIER, u1=0.2 - BARELY)
    assert pair.r.fit == pytest.approx(0.608)


def test_a_complaint_is_of_the_same_firm_and_case_and_comes_after_an_exponential_delay() -> None:
    pair = at_work(complaint_delay=0.04)
    pair.happens(EventKind.INCIDENT, Firm.SUPPLIER, u2=1 - BARELY, case=77)
    (sent,) = pair.sent
    assert (sent.kind, sent.firm, sent.case) == (EventKind.COMPLAINT_RAISED, Firm.SUPPLIER, 77)
    assert (sent.fixed, sent.width, sent.mean) == (0.0, 0.0, 0.04)


def test_a_failure_weighs_more_than_a_success_and_gains_fade_towards_full_trust() -> None:
    """Both are stated at trust one half: .01 won, and 2.5 times as much lost."""
    for trust, won, lost in ((0.5, 0.01, 0.025), (0.9, 0.002, 0.045), (0.2, 0.016, 0.01)):
        better, worse = at_work(trust_gain=0.01), at_work(trust_gain=0.01)
        better.r.trust[OPERATIONAL] = worse.r.trust[OPERATIONAL] = trust
        better.happens(EventKind.REPAIRED, u1=1 - BARELY)
        worse.happens(EventKind.INCIDENT, Firm.CLIENT, u2=1 - BARELY)
        assert better.r.trust[OPERATIONAL] == pytest.approx(trust + won)
        assert worse.r.trust[OPERATIONAL] == pytest.approx(trust - lost)


@pytest.mark.parametrize(
    ("kind", "level", "step"),
    [
        (EventKind.WORK_CONTACT, OPERATIONAL, 0.015),
        (EventKind.TACTICAL_MEETING, TACTICAL, 0.02),
        (EventKind.STEERING_MEETING, STRATEGIC, 0.05),
    ],
)
def test_meeting_builds_trust_less_where_work_stays_behind_the_promise(
    kind: EventKind, level: int, step: float
) -> None:
    for gap in (0.0, 0.3):
        pair = at_work(promise=Q + gap, contact_trust_step={"strategic": 0.05, "tactical": 0.02, "operational": 0.015})
        trust = float(pair.r.trust[level])
        pair.happens(kind)
        assert pair.r.trust[level] == pytest.approx(trust + step * (1 - trust) * (1 - gap))


def test_people_come_back_to_the_morale_of_their_own_firm() -> None:
    pair = at_work(morale_baseline={"client": 0.9, "supplier": 0.6}, morale_recovery=0.04)
    pair.r.firm["morale"][:] = 0.5
    pair.happens(EventKind.WORK_CONTACT)
    assert pair.r.firm["morale"][:, OPERATIONAL].tolist() == pytest.approx([0.5 + 0.04 * 0.4, 0.5 + 0.04 * 0.1])
    assert pair.r.firm["morale"][:, TACTICAL].tolist() == [0.5, 0.5]
    pair.happens(EventKind.TACTICAL_MEETING)
    assert pair.r.firm["morale"][:, TACTICAL].tolist() == pytest.approx([0.5 + 0.04 * 0.4, 0.5 + 0.04 * 0.1])


@pytest.mark.parametrize(("firm", "attention"), [(Firm.CLIENT, 1.0), (Firm.SUPPLIER, 0.1)])
def test_managers_settle_by_trust_and_backing_and_a_promise_that_fits(firm: Firm, attention: float) -> None:
    """The own top backs them: with half a stake, by three quarters of its attention."""
    gap, backing = 0.2, attention * 0.75
    chance = 0.8 * (0.35 + 0.65 * 0.4) * (1 - gap) * (0.8 + 0.2 * backing)
    for u1, kind in ((chance - BARELY, EventKind.ADAPTATION_AGREED), (chance + BARELY, EventKind.AGREEMENT_BROKEN)):
        pair = at_work(promise=Q + gap)
        pair.r.firm[0].attention, pair.r.firm[1].attention = 1.0, 0.1
        pair.r.firm[firm].sunk = 0.5
        assert pair.sends(EventKind.COMPLAINT_HEARD, firm, u1=u1, case=9, attempt=1) == [kind]
        assert (pair.sent[0].firm, pair.sent[0].case, pair.sent[0].attempt) == (firm, 9, 1)


def test_a_contract_fits_the_less_the_wider_the_gap() -> None:
    pair = at_work(promise=Q + 0.3)
    assert pair.sends(EventKind.TACTICAL_PROBLEM, Firm.SUPPLIER, u1=0.3 - BARELY, case=7) == [EventKind.COMPLAINT_HEARD]
    assert (pair.sent[0].firm, pair.sent[0].case) == (Firm.SUPPLIER, 7)
    assert not at_work(promise=Q + 0.3).happens(EventKind.TACTICAL_PROBLEM, Firm.CLIENT, u1=0.3 + BARELY)
    assert not at_work(promise=Q - 0.3).happens(EventKind.TACTICAL_PROBLEM, Firm.CLIENT, u1=0.0)


@pytest.mark.parametrize(
    ("kind", "step"),
    [(EventKind.ADAPTATION_AGREED, 0.015), (EventKind.REPAIRED, 0.02), (EventKind.RESCUE_LAUNCHED, 0.15)],
)
def test_raising_fit_closes_a_share_of_what_is_missing_at_one_price_to_each_firm(kind: EventKind, step: float) -> None:
    pair = at_work(fit=0.6, adaptation_step=0.015, learn_step=0.02, learn_chance=1.0, adapt_price=1.5)
    pair.happens(kind, Firm.CLIENT)
    assert pair.r.fit == pytest.approx(0.6 + step * 0.4)
    assert pair.money(Account.ADAPTATION) == pytest.approx([-1.5 * step * 0.4] * 2)


def test_an_agreed_adaptation_gives_heart_and_other_events_take_it() -> None:
    for kind, change, levels in (
        (EventKind.ADAPTATION_AGREED, 0.01, (TACTICAL, OPERATIONAL)),
        (EventKind.AGREEMENT_BROKEN, -0.015, (TACTICAL, OPERATIONAL)),
        (EventKind.INCIDENT, -0.012, (OPERATIONAL,)),
    ):
        pair = at_work(morale_gain_adaptation=0.01, morale_loss_broken=0.015, morale_loss_incident=0.012)
        pair.happens(kind, Firm.CLIENT, u2=1 - BARELY)
        for level in (STRATEGIC, TACTICAL, OPERATIONAL):
            expected = 0.8 + (change if level in levels else 0.0)
            assert pair.r.firm["morale"][:, level].tolist() == pytest.approx([expected] * 2)


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        (EventKind.INCIDENT, OPERATIONAL),
        (EventKind.TACTICAL_PROBLEM, TACTICAL),
        (EventKind.STRATEGIC_PROBLEM, STRATEGIC),
    ],
)
def test_a_problem_arises_where_it_comes_up(kind: EventKind, level: int) -> None:
    pair = at_work(promise=1.0)
    pair.happens(kind, Firm.CLIENT, time=1.5)
    assert (pair.r.root, pair.r.t_first_problem) == (level, 1.5)


def test_the_first_problem_stays_the_first() -> None:
    pair = at_work(promise=1.0)
    pair.happens(EventKind.TACTICAL_PROBLEM, Firm.CLIENT, time=1.0)
    pair.happens(EventKind.INCIDENT, Firm.SUPPLIER, time=2.0)
    pair.happens(EventKind.STRATEGIC_PROBLEM, Firm.SUPPLIER, time=3.0)
    assert (pair.r.root, pair.r.t_first_problem) == (TACTICAL, 1.0)


def test_a_market_shock_takes_a_share_of_fit() -> None:
    pair = at_work(fit=0.6, market_shock_size=0.08)
    pair.happens(EventKind.MARKET_SHOCK)
    assert pair.r.fit == pytest.approx(0.6 * 0.92)
