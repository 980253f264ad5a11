"""Both launches by hand: what is explored, judged, promised and paid before operations start."""

import math
from typing import Any

import pytest
from scipy.stats import norm

from relsim.exact.implied import workshops
from relsim.model.parameters import resolve
from relsim.model.relationship import begin
from relsim.model.rulebook import rulebook
from relsim.vocabulary import Account, Ending, EventKind, Firm, Level, Phase
from tests.oracles.by_hand import BARELY, Pair, at_work, before, lived
from tests.worlds import quiet, states

STRATEGIC, TACTICAL, OPERATIONAL = Level

MESH = (1 - 0.25 * (0.05 + 0.10 + 0.25)) * (1 - 0.25 * 0.2)
"""Performance over fit at trust .75 and morale .8."""

MEAN, VARIANCE = 4.5 / 7.5, 4.5 * 3.0 / (7.5**2 * 8.5)
"""Of the fit of any two firms."""


KNOWN = {"fit_law": "two-point", "fit_low": 0.6, "fit_high": 0.6}
"""A fit that everybody knows beforehand."""


def exploring(policies: tuple[Any, ...] = (), workshops_most: int = 6, **world: Any) -> Pair:
    arms = {"explore": {"launch": "feasibility-first", "workshops_most": workshops_most, "policies": policies}}
    return before(Phase.EXPLORATION, arms=arms, arm="explore", **world)


def test_at_first_contact_the_tops_talk_or_let_others_find_out() -> None:
    """All luck of the talks is drawn here, so that it is the same whatever comes before them."""
    durations = {"negotiation_least": 0.2, "negotiation_most": 0.6}
    arms = {"explore": {"launch": "feasibility-first"}}
    deal = before(Phase.COURTSHIP, **durations)
    other = before(Phase.COURTSHIP, arms=arms, arm="explore", **durations)
    for pair, kind in ((deal, EventKind.DEAL_SIGNED), (other, EventKind.MANDATE_GIVEN)):
        sent = pair.sends(EventKind.FIRST_CONTACT, time=0.125, u1=0.25, u2=0.5, u3=0.75)
        assert sent == [EventKind.ATTENTION_SHIFTED] * 2 + [kind]
        assert pair.r.t_contact == 0.125
        assert (pair.r.negotiation_luck, pair.r.deal_luck, pair.r.promise_luck) == (0.25, 0.5, 0.75)
        assert pair.r.firm["attention"].tolist() == [1.0, 1.0]
    assert deal.sent[2].fixed == pytest.approx(0.3)
    assert (other.sent[2].fixed, other.sent[2].attempt) == (0.0, 0)


def test_workshops_are_some_weeks_apart() -> None:
    pair = exploring(workshop_gap_least=0.08, workshop_gap_most=0.16)
    assert pair.sends(EventKind.EXPLORATION_PLANNED) == [EventKind.WORKSHOP_HELD]
    assert (pair.sent[0].fixed, pair.sent[0].width, pair.sent[0].mean) == (0.08, pytest.approx(0.08), 0.0)


@pytest.mark.parametrize("kickoff", [0, 1])
@pytest.mark.parametrize("policies", [(), ("facilitator",)])
def test_a_facilitator_is_called_to_the_transition_with_or_without_workshops(
    kickoff: int, policies: tuple[str, ...]
) -> None:
    arms = {"arm": {"launch": "deal-first", "kickoff": kickoff, "policies": policies}}
    pair = before(Phase.CONTRACTING, arms=arms, arm="arm")
    sent = pair.sends(EventKind.MANDATE_GIVEN, attempt=2)
    assert (EventKind.FACILITATOR_ENGAGED in sent) == bool(policies)


@pytest.mark.parametrize(("part", "less"), [(0.0, 0.0), (0.5, 0.2), (1.0, 0.4)])
@pytest.mark.parametrize("workshops_most", [1, 6])
def test_managers_report_once_they_are_sure_enough_either_way(part: float, less: float, workshops_most: int) -> None:
    """Sure: by Bayes' rule the need is met, or is not, with a chance of nine tenths. A facilitator takes away four
    tenths of the noise, and half of one two tenths.
    """
    sd = 0.15 * (1.0 - less)
    need, verdicts = 0.5 / MESH, set()
    world = {"workshop_noise": 0.15, "operational_bias": 0.05, "break_even": 0.5, "facilitator_noise": 0.6}
    for percent in range(1, 100):
        pair = exploring(({"name": "facilitator", "part": part},), workshops_most, **world)
        pair.r.facilitator = part > 0.0
        pair.happens(EventKind.WORKSHOP_HELD, u1=percent / 100)
        precision = 1 / VARIANCE + 1 / sd**2
        reading = 0.6 + 0.05 + sd * norm.ppf(percent / 100)
        mean = (MEAN / VARIANCE + reading / sd**2) / precision
        met = norm.cdf((mean - need) * math.sqrt(precision))
        (sent,) = pair.sent
        if max(met, 1 - met) >= 0.9 or workshops_most == 1:
            verdicts.add(bool(met >= 0.5))
            assert (sent.kind, sent.a) == (EventKind.VERDICT_REPORTED, met >= 0.5)
            assert sent.b == pytest.approx(mean, rel=1e-12)
        else:
            verdicts.add(None)
            assert sent.kind == EventKind.WORKSHOP_HELD
    assert verdicts == ({False, True} if workshops_most == 1 else {None, False, True})


def test_what_both_firms_need_is_weighed_by_what_it_is_worth_to_each() -> None:
    """Values of 1 and 3 and running costs of .3 and 1.5: both together need 1.8 of 4."""
    pair = at_work(value={"client": 1.0, "supplier": 3.0}, break_even={"client": 0.3, "supplier": 0.5})
    assert pair.p.joint_break_even == pytest.approx(0.45)
    assert pair.p.need == pytest.approx(0.45 / MESH)


@pytest.mark.parametrize("phase", [Phase.EXPLORATION, Phase.TRANSITION])
def test_a_workshop_costs_both_builds_trust_and_finds_what_must_be_adapted(phase: Phase) -> None:
    pair = exploring(
        workshop_cost=0.01,
        workshop_trust_operational=0.12,
        workshop_trust_tactical=0.06,
        workshop_adaptation=0.03,
        adapt_price=1.5,
    )
    pair.r.phase = phase
    pair.happens(EventKind.WORKSHOP_HELD, u1=0.5)
    assert pair.money(Account.EXPLORATION) == [-0.01, -0.01]
    assert pair.r.trust.tolist() == pytest.approx([0.7, 0.4 + 0.06 * 0.6, 0.25 + 0.12 * 0.75])
    assert pair.r.fit == pytest.approx(0.6 + 0.03 * 0.4)
    assert pair.money(Account.ADAPTATION) == pytest.approx([-1.5 * 0.012] * 2)


def test_what_was_adapted_the_managers_know() -> None:
    """A reading without noise tells them the fit, and they go on knowing it; what they do not know shrinks with it."""
    pair = exploring(workshop_adaptation=0.03, workshop_noise=0.0)
    pair.happens(EventKind.WORKSHOP_HELD, u1=0.9)
    assert pair.r.estimate_mean == pytest.approx(pair.r.fit)
    assert pair.r.estimate_sd == 0.0
    pair = exploring(workshop_adaptation=0.03, workshop_noise=0.15)
    pair.happens(EventKind.WORKSHOP_HELD, u1=0.9)
    assert pair.r.estimate_sd == pytest.approx(0.97 * (1 / VARIANCE + 1 / 0.15**2) ** -0.5)


@pytest.mark.parametrize(("part", "optimism"), [(0.0, 0.12), (0.5, 0.12 + 0.025), (1.0, 0.12 + 0.05)])
@pytest.mark.parametrize("deal_first", [0, 1])
def test_a_promise_is_on_the_scale_of_performance(part: float, optimism: float, deal_first: int) -> None:
    """Deal-first it is the average fit and all of the optimism, else the estimate and a quarter of it."""
    pair = before(
        Phase.NEGOTIATION,
        arms={"deal-first": {"launch": "deal-first", "policies": [{"name": "deal-broker", "part": part}]}},
        optimism=0.12,
        optimism_with_estimate=0.25,
        broker_optimism=0.05,
        promise_noise=0.05,
        personal_by_signing=0.2,
    )
    pair.r.deal_first, pair.r.broker, pair.r.deal_luck, pair.r.estimate_mean = deal_first, part > 0.0, 0.5, 0.55
    pair.r.promise_luck = norm.cdf(-0.4)
    pair.happens(EventKind.DEAL_SIGNED, time=0.3)
    expected = MEAN + optimism if deal_first else 0.55 + 0.25 * optimism
    assert pair.r.promise == pytest.approx(MESH * (expected - 0.4 * 0.05))
    assert pair.r.firm["belief"].tolist() == ([0.9] * 2 if deal_first else [0.8] * 2)
    assert pair.r.t_deal == 0.3
    signed = [EventKind.SUCCESS_ANNOUNCED, EventKind.BONUS_PAID, EventKind.BONUS_PAID, EventKind.MANDATE_GIVEN]
    assert [each.kind for each in pair.sent] == signed
    assert [each.firm for each in pair.sent] == [Firm.BOTH, Firm.CLIENT, Firm.SUPPLIER, Firm.BOTH]
    assert (pair.sent[3].attempt, pair.r.phase) == (1 if deal_first else 2, Phase.CONTRACTING)
    assert pair.r.firm["personal"].tolist() == [0.2, 0.2]


def test_a_promise_is_of_a_fit_that_can_be() -> None:
    for optimism, fit in ((0.9, 1.0), (-0.9, 0.0)):
        pair = before(Phase.NEGOTIATION, optimism=optimism)
        pair.r.deal_first, pair.r.deal_luck, pair.r.promise_luck = 1, 0.5, 0.5
        pair.happens(EventKind.DEAL_SIGNED)
        assert pair.r.promise == pytest.approx(MESH * fit)


def test_a_verdict_is_followed_or_overridden_and_then_it_goes_on_as_deal_first() -> None:
    for a, u1, kind, deal_first in (
        (1.0, 0.0, EventKind.MANDATE_GIVEN, 0),
        (0.0, 0.3 - BARELY, EventKind.DEAL_SIGNED, 1),
        (0.0, 0.3 + BARELY, EventKind.RELATIONSHIP_ENDED, 0),
    ):
        pair = exploring(override=0.3, negotiation_least=0.2, negotiation_most=0.6)
        pair.r.negotiation_luck = 0.25
        assert pair.sends(EventKind.VERDICT_REPORTED, time=0.7, a=a, u1=u1) == [kind]
        assert pair.r.t_verdict == 0.7
        assert pair.r.deal_first == deal_first
        if kind == EventKind.RELATIONSHIP_ENDED:
            assert pair.sent[0].a == Ending.ABANDONED
        else:
            assert pair.sent[0].fixed == pytest.approx(0.3)


@pytest.mark.parametrize("luck", [0.3 - BARELY, 0.3 + BARELY])
def test_talks_may_fail_at_their_end_under_either_launch(luck: float) -> None:
    for deal_first, kind, attempt, signed in (
        (1, EventKind.DEAL_SIGNED, 0, EventKind.MANDATE_GIVEN),
        (0, EventKind.MANDATE_GIVEN, 1, EventKind.CONTRACT_DRAFTED),
    ):
        pair = before(Phase.NEGOTIATION, no_deal=0.3)
        pair.r.deal_first, pair.r.deal_luck, pair.r.promise_luck = deal_first, luck, 0.5
        sent = pair.sends(kind, attempt=attempt)
        if luck < 0.3:
            assert sent == [EventKind.RELATIONSHIP_ENDED]
            assert pair.sent[0].a == Ending.NO_DEAL
        else:
            assert signed in sent
            assert EventKind.RELATIONSHIP_ENDED not in sent


def test_a_deal_broker_shortens_the_talks_for_a_fee() -> None:
    half = {"name": "deal-broker", "part": 0.5}
    for policies, years, fee in (((), 0.4, 0.0), (("deal-broker",), 0.4 * 0.6, 0.02), ((half,), 0.4 * 0.8, 0.01)):
        pair = exploring(policies, negotiation_least=0.4, negotiation_most=0.4, broker_speed=0.6, broker_cost=0.02)
        pair.happens(EventKind.VERDICT_REPORTED, a=1.0)
        talks = next(each for each in pair.sent if each.kind == EventKind.MANDATE_GIVEN)
        assert talks.fixed == pytest.approx(years)
        if policies:
            pair.happens(EventKind.BROKER_ENGAGED)
        assert pair.money(Account.GOVERNANCE) == [-fee] * 2


def test_a_facilitator_is_called_once_for_a_fee() -> None:
    pair = exploring(("facilitator",), facilitator_cost=0.01)
    assert EventKind.FACILITATOR_ENGAGED in pair.sends(EventKind.EXPLORATION_PLANNED)
    pair.happens(EventKind.FACILITATOR_ENGAGED)
    assert pair.money(Account.GOVERNANCE) == [-0.01, -0.01]
    assert EventKind.FACILITATOR_ENGAGED not in pair.sends(EventKind.EXPLORATION_PLANNED)
    assert EventKind.FACILITATOR_ENGAGED not in exploring().sends(EventKind.EXPLORATION_PLANNED)


def test_success_is_announced_and_paid_for_before_it_is_known() -> None:
    pair = before(
        Phase.CONTRACTING,
        announce=0.7,
        announcement_value=0.02,
        personal_by_announcing=0.3,
        bonus_at_signing=0.5,
        bonus=0.03,
        personal_by_bonus=0.2,
    )
    assert not pair.happens(EventKind.SUCCESS_ANNOUNCED, u1=0.7 + BARELY)
    assert not pair.happens(EventKind.BONUS_PAID, Firm.SUPPLIER, u1=0.5 + BARELY)
    assert pair.happens(EventKind.SUCCESS_ANNOUNCED, u1=0.7 - BARELY)
    assert pair.happens(EventKind.BONUS_PAID, Firm.SUPPLIER, time=2.0, u1=0.5 - BARELY)
    assert pair.money(Account.ANNOUNCEMENT) == [0.02, 0.02]
    assert pair.money(Account.BONUS) == [0.0, -0.03]
    assert pair.r.firm["personal_at"].tolist() == [0.0, 2.0]
    assert pair.r.firm["personal"].tolist() == pytest.approx([0.3, 0.15 + 0.2])  # two years are a half-life


def test_prestige_shortens_the_transition_and_raises_the_first_trust() -> None:
    """With stakes of .6 and .2, of which .1 is sunk by launching, the push is .3 of their mean, .12."""
    pair = before(
        Phase.CONTRACTING,
        launch_effort=0.3,
        transition_least=0.1,
        transition_mean=0.15,
        launch_cost={"client": 0.2, "supplier": 0.3},
        sunk_by_launching=0.1,
    )
    pair.r.firm["personal"][:] = 0.5, 0.1
    assert pair.sends(EventKind.MANDATE_GIVEN, attempt=2) == [EventKind.OPERATIONS_STARTED]
    assert (pair.sent[0].fixed, pair.sent[0].mean) == (pytest.approx(0.1 * 0.88), pytest.approx(0.15 * 0.88))
    assert pair.money(Account.LAUNCH) == [-0.2, -0.3]
    pair.happens(EventKind.OPERATIONS_STARTED)
    assert pair.r.trust[OPERATIONAL] == pytest.approx(0.25 + 0.12 * 0.75)


@pytest.mark.parametrize(("deal_first", "kind"), [(1, EventKind.OPERATIONS_STARTED), (0, EventKind.DEAL_SIGNED)])
def test_a_contract_is_drafted_after_the_deal_or_before_it(deal_first: int, kind: EventKind) -> None:
    pair = before(Phase.CONTRACTING)
    pair.r.deal_first = deal_first
    assert pair.sends(EventKind.CONTRACT_DRAFTED, time=0.9) == [kind]
    assert pair.r.t_contract == 0.9


@pytest.mark.parametrize("launch", ["deal-first", "feasibility-first"])
def test_as_many_kick_off_workshops_are_held_as_were_planned(launch: str) -> None:
    for kickoff in (0, 1, 3):
        arms = {"arm": {"launch": launch, "kickoff": kickoff, "workshops_most": 2, "confidence": 1.0}}
        (life,) = lived(quiet(1.0, arms, break_even=0.0), "arm")
        assert life["workshops"] == kickoff + (2 if launch == "feasibility-first" else 0)
        assert life["t_operations"] == 0.0


def test_chemistry_moves_the_first_trust_of_the_tops_alone() -> None:
    for chemistry, trust in ((0.0, 0.55), (0.5, 0.7), (0.75, 0.775)):
        pair = before(Phase.COURTSHIP, chemistry_spread=0.15)
        begin(pair.r, pair.p, 0.6, chemistry)
        assert pair.r.trust.tolist() == pytest.approx([trust, 0.4, 0.25])


def test_a_rival_closes_the_window_only_while_nothing_is_signed() -> None:
    pair = before(Phase.CONTRACTING)
    assert pair.sends(EventKind.RIVAL_OFFER) == [EventKind.RELATIONSHIP_ENDED]
    assert pair.sent[0].a == Ending.WINDOW_LOST
    pair.r.t_deal = 0.2
    assert not pair.happens(EventKind.RIVAL_OFFER, time=0.3)
    assert pair.sent == []


@pytest.mark.parametrize(("noise", "held"), [(0.0, 1), (0.1, 6)])
def test_managers_who_want_to_be_certain_stop_when_they_are(noise: float, held: int) -> None:
    arms = {"explore": {"launch": "feasibility-first", "workshops_most": 6, "confidence": 1.0}}
    world = quiet(arms=arms, workshop_noise=noise)
    assert set(states(world, "explore", 50)["workshops"]) == {held}
    assert set(states(quiet(arms=arms, workshop_noise=0.1, **KNOWN), "explore", 50)["workshops"]) == {1}
    assert workshops(resolve(world, "explore", rulebook())) == held
