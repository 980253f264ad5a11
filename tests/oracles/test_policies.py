"""What each policy does, seen in the events of whole lives and, where a number decides, by hand."""

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from relsim.life import Life, live
from relsim.model.parameters import POLICY_FIELDS, resolve
from relsim.model.relationship import close
from relsim.model.rulebook import rulebook
from relsim.scenario.governance import POLICIES
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import Account, Departure, Ending, EventKind, Firm, Level, Phase, Turn
from tests.bounds import share_is
from tests.oracles.by_hand import BARELY, Pair, at_work, before
from tests.worlds import quiet, scenario

LAUNCHES = ("deal-first", "feasibility-first")
BOTH = pytest.mark.parametrize("launch", LAUNCHES)
LIVES = 60


def one_arm(launch: str, *policies: Any, **world: Any) -> Scenario:
    return scenario(world, arm={"launch": launch, "policies": list(policies)})


def some(name: str, **numbers: float) -> dict[str, Any]:
    """Return a policy as a file may write it, with some of its numbers."""
    return {"name": name, **numbers}


@cache
def _lives(asked: str, count: int) -> tuple[Life, ...]:
    made = Scenario.model_validate_json(asked)
    p = resolve(made, "arm", rulebook())
    return tuple(live(made, "arm", 1, k, p=p) for k in range(count))


def lives(launch: str, *policies: Any, count: int = LIVES, **world: Any) -> tuple[Life, ...]:
    """Return the first lives of an arm with these policies."""
    return _lives(one_arm(launch, *policies, **world).model_dump_json(), count)


def of(life: Life, *kinds: EventKind, firm: Firm | None = None) -> np.ndarray:
    """Return the events of some kinds, in their order."""
    record = life.record
    found: np.ndarray = record[np.isin(record["kind"], kinds) & ((firm is None) | (record["firm"] == firm))]
    return found


def all_of(found: tuple[Life, ...], *kinds: EventKind) -> Iterator[tuple[Life, Any]]:
    """Yield each event of some kinds of several lives, with its life."""
    for life in found:
        for event in of(life, *kinds):
            yield life, event


def governed(*policies: Any, phase: Phase = Phase.NEGOTIATION, **world: Any) -> Pair:
    """Return a pair of the quiet world under policies, in a phase before operations start."""
    return before(phase, arms={"deal-first": {"launch": "deal-first", "policies": policies}}, **world)


def working(*policies: Any, fit: float = 0.6, promise: float = 0.0, **world: Any) -> Pair:
    """Return a pair of the quiet world under policies, at work from moment 0 on."""
    arms = {"deal-first": {"launch": "deal-first", "policies": policies}}
    return at_work(fit=fit, promise=promise, arms=arms, **world)


# ---------------------------------------------------------------- before and at the signature


@BOTH
def test_nothing_is_signed_before_pilots_have_passed(launch: str) -> None:
    found = lives(launch, some("operational-gate", pilots=3))
    failed = passed = 0
    for life in found:
        pilots, deals = of(life, EventKind.PILOT_HELD), of(life, EventKind.DEAL_SIGNED)
        assert len(pilots) <= 3
        assert set(pilots["a"]) <= {0.0, 1.0}
        if len(deals):
            assert len(pilots) == 3
            assert pilots["time"][-1] == deals["time"][0]
            assert pilots["a"][-1] == 1.0
            passed += 1
        elif len(pilots) == 3:
            assert pilots["a"][-1] == 0.0
            assert life.row["ending"] == Ending.ABANDONED
            failed += 1
    assert passed
    assert failed


def test_a_pilot_passes_from_the_need_on_and_costs_both_firms() -> None:
    pair = governed(some("operational-gate", pilots=1), discount=0.0, pilot_noise=0.0)
    need = float(pair.p.need)
    for fit, kind in ((need + BARELY, EventKind.DEAL_SIGNED), (need - BARELY, EventKind.RELATIONSHIP_ENDED)):
        pair = governed(some("operational-gate", pilots=1), discount=0.0, pilot_noise=0.0)
        pair.r.fit = fit
        assert pair.sends(EventKind.DEAL_SIGNED) == [EventKind.PILOT_HELD]
        assert np.isnan(pair.r.t_deal)
        assert pair.sends(EventKind.PILOT_HELD, u1=0.5) == [kind]
        assert (pair.event.a, pair.event.b) == (kind == EventKind.DEAL_SIGNED, pair.r.estimate_mean)
        assert pair.money(Account.GOVERNANCE) == [-0.02, -0.02]


def test_a_pilot_builds_trust_as_a_workshop_does_but_adapts_nothing() -> None:
    steps = {"workshop_trust_operational": 0.12, "workshop_trust_tactical": 0.06, "workshop_adaptation": 0.03}
    pair = governed("operational-gate", pilot_gap_least=0.1, pilot_gap_most=0.4, **steps)
    assert pair.sends(EventKind.PILOT_HELD, u1=0.5) == [EventKind.PILOT_HELD]
    assert (pair.sent[0].fixed, pair.sent[0].width, pair.sent[0].mean) == (0.1, pytest.approx(0.3), 0.0)
    assert pair.r.trust.tolist() == pytest.approx([0.7, 0.4 + 0.06 * 0.6, 0.25 + 0.12 * 0.75])
    assert pair.r.fit == 0.6


@pytest.mark.parametrize(
    ("kind", "policies", "sd"),
    [
        (EventKind.PILOT_HELD, ["operational-gate"], 0.1),
        (EventKind.PILOT_HELD, ["operational-gate", some("facilitator", part=0.5)], 0.08),
        (EventKind.OPERATIONS_CONSULTED, ["early-operations"], 0.2),
        (EventKind.OPERATIONS_CONSULTED, ["early-operations", "facilitator"], 0.2),
    ],
)
def test_what_operations_read_counts_by_how_exact_it_is(kind: EventKind, policies: list[Any], sd: float) -> None:
    """Staff who fear the change read half a standard deviation too high, against what is known of any two firms; a
    facilitator, who takes away four tenths of the noise, referees pilots and not talks.
    """
    noise = {"pilot_noise": 0.1, "consultation_noise": 0.2, "facilitator_noise": 0.6}
    pair = governed(*policies, operational_bias=-0.05, **noise)
    pair.r.fit, pair.r.facilitator = 0.7, len(policies) > 1
    assert pair.happens(kind, u1=norm.cdf(0.5))
    mean, variance = 0.6, 0.6 * 0.4 / (4.5 + 3.0 + 1.0)
    precision = 1 / variance + 1 / sd**2
    assert pair.r.estimate_mean == pytest.approx((mean / variance + (0.7 - 0.05 + 0.5 * sd) / sd**2) / precision)
    assert pair.r.estimate_sd == pytest.approx(precision**-0.5)


def test_talks_that_fail_need_no_pilots() -> None:
    pair = governed("operational-gate", no_deal=1.0)
    pair.r.deal_first = 1
    assert pair.sends(EventKind.DEAL_SIGNED) == [EventKind.RELATIONSHIP_ENDED]


@BOTH
def test_operations_are_heard_at_the_negotiation(launch: str) -> None:
    plain, found = lives(launch, no_deal=0.0), lives(launch, "early-operations", no_deal=0.0)
    for life in found:
        heard, deals = of(life, EventKind.OPERATIONS_CONSULTED), of(life, EventKind.DEAL_SIGNED)
        if len(deals):
            assert len(heard) == 1
            assert heard["time"][0] < deals["time"][0]
    both = [
        (float(a.row["t_deal"] - of(b, EventKind.OPERATIONS_CONSULTED)["time"][0]), float(b.row["t_deal"]))
        for a, b in zip(plain, found, strict=True)
        if a.row["signed"] and b.row["signed"]
    ]
    assert both
    if launch == "deal-first":  # the same talks, a quarter longer
        for shorter, longer in both:
            assert longer == pytest.approx(1.25 * shorter)


def test_what_operations_say_moves_the_promise_by_their_voice() -> None:
    voice, world = 0.25, {"optimism": 0.2, "promise_noise": 0.0, "optimism_with_estimate": 0.5}
    pair = governed(some("early-operations", voice=voice), consultation_noise=0.0, **world)
    pair.r.deal_first, pair.r.fit = 1, 0.4
    assert pair.happens(EventKind.OPERATIONS_CONSULTED, u1=0.5)
    assert pair.r.estimate_mean == pytest.approx(0.4)
    assert pair.money(Account.GOVERNANCE) == [-0.005, -0.005]
    assert pair.happens(EventKind.DEAL_SIGNED)
    hoped, measured = float(pair.p.prior_mean) + 0.2, 0.4 + 0.1
    assert pair.r.promise == pytest.approx(pair.p.mesh * (hoped + voice * (measured - hoped)))


@BOTH
def test_no_promise_goes_beyond_what_was_measured(launch: str) -> None:
    plain, found = lives(launch), lives(launch, "realistic-promise")
    lower = 0
    for before_it, life in zip(plain, found, strict=True):
        if not life.row["signed"]:
            continue
        p = resolve(life.scenario, "arm", life.rules)
        verdicts = of(life, EventKind.VERDICT_REPORTED)
        measured = float(verdicts["b"][0]) if len(verdicts) and verdicts["a"][0] else float(p.prior_mean)
        assert of(life, EventKind.DEAL_SIGNED)["time"] == of(before_it, EventKind.DEAL_SIGNED)["time"]
        if life.row["n_rescues"] == before_it.row["n_rescues"] == 0:
            assert life.row["promise"] <= p.mesh * measured + 1e-12
            assert life.row["promise"] <= before_it.row["promise"]
            lower += life.row["promise"] < before_it.row["promise"]
    assert lower


def test_a_part_of_the_excess_is_cut_away() -> None:
    pair = governed(some("realistic-promise", part=0.25), optimism=0.2)
    pair.r.deal_first = 1
    assert pair.happens(EventKind.DEAL_SIGNED)
    assert pair.r.promise == pytest.approx(pair.p.mesh * (pair.p.prior_mean + 0.75 * 0.2))


def test_it_is_cut_by_what_is_estimated_and_only_where_it_goes_beyond() -> None:
    for optimism, promised in ((0.1, 0.5), (0.0, 0.5), (-0.1, 0.4)):
        pair = governed("realistic-promise", optimism=optimism, optimism_with_estimate=1.0)
        pair.r.estimate_mean, pair.r.fit = 0.5, 0.8
        assert pair.happens(EventKind.DEAL_SIGNED)
        assert pair.r.promise == pytest.approx(pair.p.mesh * promised)


# ---------------------------------------------------------------- outside roles


@BOTH
def test_a_facilitator_is_engaged_once_before_operations_start(launch: str) -> None:
    fee = {"discount": 0.0, "facilitator_cost": 0.25}
    for life in lives(launch, some("facilitator", part=0.5), **fee):
        engaged = of(life, EventKind.FACILITATOR_ENGAGED)
        assert len(engaged) <= 1
        if life.row["launched"]:
            assert engaged["time"][0] <= life.row["t_operations"]
        assert life.row["money_client_governance"] == -0.125 * len(engaged)


@BOTH
def test_a_facilitator_referees_pilots(launch: str) -> None:
    found = lives(launch, "facilitator", "operational-gate")
    for _, pilot in all_of(found, EventKind.PILOT_HELD):
        assert pilot["time"] > 0.0
    for life in found:
        pilots = of(life, EventKind.PILOT_HELD)
        if len(pilots):
            assert of(life, EventKind.FACILITATOR_ENGAGED)["time"][0] < pilots["time"][0]


def test_part_of_a_facilitator_is_part_of_the_effect() -> None:
    pair = working(some("facilitator", part=0.5), incident_rate=1.0, facilitator_help=0.4)
    pair.r.facilitator = 1
    alone = at_work(incident_rate=1.0)
    chance = 0.35 + 0.6 * alone.r.trust[Level.OPERATIONAL]
    more = chance + 0.5 * 0.4 * (1.0 - chance)
    for u2, kind in ((more - BARELY, EventKind.REPAIRED), (more + BARELY, EventKind.COMPLAINT_RAISED)):
        assert pair.sends(EventKind.INCIDENT, Firm.CLIENT, u1=0.0, u2=u2) == [kind]
        pair = working(some("facilitator", part=0.5), incident_rate=1.0, facilitator_help=0.4)
        pair.r.facilitator = 1


def test_part_of_a_facilitator_turns_part_of_the_rescues_that_would_fail() -> None:
    chance = 0.45 * 0.7
    more = chance + 0.5 * 0.4 * (1.0 - chance)
    for u2, kind in ((more - BARELY, EventKind.RESCUE_LAUNCHED), (more + BARELY, EventKind.EXIT_DECIDED)):
        pair = working(some("facilitator", part=0.5), facilitator_help=0.4, rescue_chance=0.45, resolve=1.0)
        pair.r.facilitator, pair.r.trust[Level.STRATEGIC] = 1, 0.7
        pair.r.firm[0].realised, pair.r.firm[0].realised_at = 1, 0.0
        assert pair.sends(EventKind.BOARD_REVIEW, Firm.CLIENT, time=1.0, u2=u2) == [kind]


def test_a_broker_shortens_the_talks_of_deal_first() -> None:
    plain, found = lives("deal-first", no_deal=0.0), lives("deal-first", some("deal-broker", part=0.5), no_deal=0.0)
    signed = 0
    for a, b in zip(plain, found, strict=True):
        assert len(of(b, EventKind.BROKER_ENGAGED)) == 1
        if a.row["signed"] and b.row["signed"]:
            assert b.row["t_deal"] == pytest.approx(0.8 * a.row["t_deal"])
            signed += 1
    assert signed


# ---------------------------------------------------------------- announcement, bonuses, sponsors


@BOTH
def test_success_is_announced_only_when_operations_have_proven_themselves(launch: str) -> None:
    found = lives(launch, some("quiet-launch", years=0.75), announce=1.0)
    announced = late = 0
    for life, event in all_of(found, EventKind.SUCCESS_ANNOUNCED):
        since = event["time"] - life.row["t_operations"]
        assert since >= 0.75 - BARELY
        assert event["attempt"] >= 1
        announced += 1
        late += since > 0.76
    assert announced > late > 0


def test_the_proof_is_performance_at_break_even() -> None:
    """It is that of both firms together. Whether it is announced at all was drawn once, at the signature."""
    world = {"announce": 0.5, "announcement_value": 0.02, "personal_by_announcing": 0.3}
    pair = working(some("quiet-launch", years=0.75), break_even={"client": 0.2, "supplier": 0.4}, **world)
    even = float(pair.p.joint_break_even)
    pair.r.performance = even - BARELY
    assert pair.sends(EventKind.SUCCESS_ANNOUNCED, attempt=1, u1=0.9) == [EventKind.SUCCESS_ANNOUNCED]
    assert (pair.sent[0].attempt, pair.sent[0].fixed) == (2, 0.75)
    assert np.isnan(pair.r.t_announced)
    assert pair.money(Account.ANNOUNCEMENT) == [0.0, 0.0]
    pair.r.performance = even
    assert pair.happens(EventKind.SUCCESS_ANNOUNCED, attempt=2, u1=0.9)
    assert pair.money(Account.ANNOUNCEMENT) == [0.02, 0.02]
    assert pair.r.firm["personal"].tolist() == [0.3, 0.3]


@pytest.mark.parametrize(("u1", "waits"), [(0.5 - BARELY, True), (0.5 + BARELY, False)])
def test_only_who_would_announce_at_the_signature_announces_in_the_end(u1: float, waits: bool) -> None:
    pair = governed(some("quiet-launch", years=0.75), phase=Phase.CONTRACTING, announce=0.5)
    assert not pair.happens(EventKind.SUCCESS_ANNOUNCED, u1=u1)
    pair.r.phase = Phase.TRANSITION
    sent = pair.sends(EventKind.OPERATIONS_STARTED)
    assert sent == [EventKind.CONTRACT_TERM] + [EventKind.SUCCESS_ANNOUNCED] * waits
    if waits:
        assert (pair.sent[1].attempt, pair.sent[1].fixed) == (1, 0.75)


@BOTH
def test_no_bonus_is_paid_before_its_time(launch: str) -> None:
    found, paid = lives(launch, some("deferred-bonus", years=2), bonus_at_signing=1.0), 0
    for life, event in all_of(found, EventKind.BONUS_PAID):
        assert event["time"] == life.row["t_deal"] + 2.0
        assert np.isnan(life.row["t_exit_decided"]) or event["time"] <= life.row["t_exit_decided"]
        paid += 1
    over = sum(life.row["signed"] and life.row["t_end"] < life.row["t_deal"] + 2.0 for life in found)
    assert paid
    assert over
    assert all(life.row["t_bonus"] != life.row["t_bonus"] for life in found if life.row["t_end"] < 2.0)


@BOTH
def test_bonuses_are_paid_back_where_it_fails_in_time(launch: str) -> None:
    found = lives(launch, some("bonus-clawback", years=3, share=0.5), bonus_at_signing=1.0, discount=0.0)
    returned = kept = 0
    for life in found:
        back, paid = of(life, EventKind.BONUS_RETURNED), of(life, EventKind.BONUS_PAID)
        failed = life.row["ending"] in (Ending.QUIET_EXIT, Ending.HOSTILE_EXIT, Ending.EXPIRED)
        decided = life.row["t_exit_decided"]
        decided = life.row["t_end"] if np.isnan(decided) else decided
        if failed and decided - paid["time"][0] <= 3.0:
            assert sorted(back["firm"]) == [0, 1]
            assert set(back["time"]) == {decided}
            assert life.row["money_client_bonus"] == pytest.approx(-0.5 * 0.03)
            returned += 1
        else:
            assert not len(back)
            kept += life.row["signed"]
    assert returned
    assert kept


def test_a_clawback_makes_careful_and_holds_on() -> None:
    share = 0.5
    pair = governed(some("bonus-clawback", share=share), optimism=0.2, bonus_at_signing=1.0)
    pair.r.deal_first = 1
    assert pair.happens(EventKind.DEAL_SIGNED)
    assert pair.r.promise == pytest.approx(pair.p.mesh * (pair.p.prior_mean + 0.2 * (1.0 - share * 0.3)))
    for since, interest in ((3.0, share * 0.15), (3.0 + BARELY, 0.0)):
        pair = working(some("bonus-clawback", share=share), resolve=0.5, rescues_most=0, threshold=0.0)
        f = pair.r.firm[0]
        f.realised, f.realised_at, f.bonus_at = 1, 0.0, 1.0
        chance = 0.5 * (1.0 - interest)
        assert not pair.sends(EventKind.BOARD_REVIEW, Firm.CLIENT, time=1.0 + since, u1=chance + BARELY)
        assert pair.sends(EventKind.BOARD_REVIEW, Firm.CLIENT, time=1.0 + since, u1=chance - BARELY) == [
            EventKind.EXIT_DECIDED
        ]


@pytest.mark.parametrize("none", ["bonus", "bonus_at_signing"])
def test_nobody_is_careful_who_has_no_bonus_to_pay_back(none: str) -> None:
    world = {"bonus": 0.03, "bonus_at_signing": 1.0, none: 0.0}
    pair = governed("bonus-clawback", optimism=0.2, **world)
    pair.r.deal_first = 1
    assert pair.happens(EventKind.DEAL_SIGNED)
    assert pair.r.promise == pytest.approx(pair.p.mesh * (pair.p.prior_mean + 0.2))


def test_a_bonus_is_claimed_back_from_who_was_paid_one_and_from_when_it_was_paid() -> None:
    """Signed at moment 0, paid to the client alone at moment 2, and to be claimed back until moment 3."""
    for time, back in ((2.0, [Firm.CLIENT]), (3.0, [Firm.CLIENT]), (3.0 + BARELY, [])):
        pair = working(some("deferred-bonus", years=2), some("bonus-clawback", years=1), bonus_at_signing=0.5)
        assert pair.happens(EventKind.BONUS_PAID, Firm.CLIENT, time=2.0, u1=0.5 - BARELY)
        assert not pair.happens(EventKind.BONUS_PAID, Firm.SUPPLIER, time=2.0, u1=0.5)
        pair.happens(EventKind.EXIT_DECIDED, Firm.SUPPLIER, time=time)
        assert [each.firm for each in pair.sent if each.kind == EventKind.BONUS_RETURNED] == back


def test_bonuses_are_paid_back_where_the_contract_expires_but_not_where_it_ends_from_outside() -> None:
    over, returned = EventKind.RELATIONSHIP_ENDED, EventKind.BONUS_RETURNED
    outside = {"merger_rate": 1.0, "insolvency_rate": 1.0, "strategy_rate": 1.0}
    for kind, belief, sent in (
        (EventKind.CONTRACT_TERM, 0.4, [returned, returned, over]),
        (EventKind.CONTRACT_TERM, 0.6, [EventKind.CONTRACT_TERM]),
        (EventKind.OUTSIDE_ENDING, 0.4, [over]),
    ):
        pair = working("bonus-clawback", renew=0.5, **outside)
        pair.r.firm["belief"][:], pair.r.firm["bonus_at"][:] = belief, 0.0
        assert pair.sends(kind, time=2.0) == sent


@BOTH
def test_sponsors_hand_over_when_it_was_agreed(launch: str) -> None:
    found, seen = lives(launch, some("sponsor-rotation", years=1.5)), 0
    for life, event in all_of(found, EventKind.SPONSOR_ROTATED):
        first = 1.5 if event["firm"] == Firm.CLIENT else 2.25
        assert event["time"] == pytest.approx(life.row["t_deal"] + first + 1.5 * event["attempt"])
        seen += 1
    assert seen > LIVES


def test_a_new_sponsor_is_as_any_new_leader() -> None:
    pair = working("sponsor-rotation", promise=0.9, threshold=0.9, leader_realises=0.6, handover_cost=0.25)
    pair.r.firm[0].personal = 0.8
    pair.r.performance = 0.2
    assert EventKind.FAILURE_REALISED in pair.sends(EventKind.SPONSOR_ROTATED, Firm.CLIENT, u1=0.6 - BARELY)
    realised = next(each for each in pair.sent if each.kind == EventKind.FAILURE_REALISED)
    assert realised.a == Turn.NEW_LEADER
    assert pair.r.firm[0].personal == pair.p.personal_of_new_leader
    assert pair.r.firm[0].departures[Level.STRATEGIC, Departure.LEADER_REPLACED] == 1
    assert pair.money(Account.GOVERNANCE) == [-0.25, 0.0]
    pair = working("sponsor-rotation", promise=0.9, threshold=0.9, leader_realises=0.6)
    pair.r.performance = 0.2
    assert EventKind.FAILURE_REALISED not in pair.sends(EventKind.SPONSOR_ROTATED, Firm.CLIENT, u1=0.6 + BARELY)


def test_before_operations_start_a_new_sponsor_has_nothing_to_see() -> None:
    pair = governed("sponsor-rotation", phase=Phase.TRANSITION, leader_realises=0.6, threshold=0.8)
    f = pair.r.firm[1]
    pair.r.promise, f.belief, f.personal = 0.5, 0.9, 0.8
    sent = pair.sends(EventKind.SPONSOR_ROTATED, Firm.SUPPLIER, time=3.0)
    assert sent == [EventKind.ATTENTION_SHIFTED, EventKind.SPONSOR_ROTATED]
    assert (f.belief, f.personal, f.attention) == (0.9, pair.p.personal_of_new_leader, 1.0)


def test_a_firm_without_tops_has_no_sponsor_to_hand_over() -> None:
    pair = working("sponsor-rotation")
    pair.r.firm[0].headcount[Level.STRATEGIC] = 0
    assert not pair.happens(EventKind.SPONSOR_ROTATED, Firm.CLIENT)
    assert pair.sent == []


# ---------------------------------------------------------------- what reaches the tops


@BOTH
@pytest.mark.parametrize("per_year", [1, 2, 5, 12])
def test_joint_reviews_are_held_as_often_as_was_agreed(launch: str, per_year: int) -> None:
    for life in lives(launch, some("joint-reviews", per_year=per_year), count=20):
        held = of(life, EventKind.JOINT_REVIEW)["time"]
        if not life.row["launched"]:
            assert not len(held)
            continue
        decided = life.row["t_exit_decided"]
        end = life.row["t_end"] if np.isnan(decided) else decided
        assert np.all((held > life.row["t_operations"]) & (held <= end))
        assert abs(len(held) - per_year * (end - life.row["t_operations"])) <= 1.0 + per_year / 12
        assert np.all(np.abs(held * 12 - np.round(held * 12)) < 1e-6)


@pytest.mark.parametrize(("per_year", "most"), [(1, 12), (2, 12), (5, 12), (12, 12), (1, 4), (12, 4)])
def test_joint_reviews_are_spread_evenly(per_year: int, most: int) -> None:
    """The first of so many a year is held at the first opportunity after that part of a year, and so on."""
    pair = working(some("joint-reviews", per_year=per_year), joint_review_most=most)
    held = [n for n in range(1, 3 * most + 1) if pair.happens(EventKind.JOINT_REVIEW, case=(30 << 32) + n)]
    each = min(per_year, most)
    assert held == [math.ceil(k * most / each) for k in range(1, 3 * each + 1)]


def test_a_joint_review_shows_what_is() -> None:
    for client, supplier in ((0.75, 0.75), (0.75, 0.65), (0.65, 0.75)):
        own = {"client": client, "supplier": supplier}
        pair = working("joint-reviews", promise=0.8, threshold=own, joint_review_pull=0.5, joint_review_cost=0.25)
        pair.r.performance = 0.4
        assert pair.happens(EventKind.JOINT_REVIEW, case=6, time=0.5)
        assert pair.r.firm["belief"].tolist() == [pytest.approx(0.9 + 0.5 * (0.5 - 0.9))] * 2
        told = [(each.kind, each.firm, each.a) for each in pair.sent]
        realising = [firm for firm, threshold in ((Firm.CLIENT, client), (Firm.SUPPLIER, supplier)) if threshold > 0.7]
        assert told == [(EventKind.FAILURE_REALISED, firm, Turn.REVIEW) for firm in realising]
        assert pair.money(Account.GOVERNANCE) == [-0.25, -0.25]


def test_at_a_joint_review_all_levels_of_both_firms_meet() -> None:
    steps = {"strategic": 0.05, "tactical": 0.02, "operational": 0.015}
    pair = working("joint-reviews", promise=0.8, contact_trust_step=steps)
    gap, trust = 0.8 - float(pair.r.performance), pair.r.trust.tolist()
    assert pair.happens(EventKind.JOINT_REVIEW, case=6)
    met = [was + step * (1 - was) * (1 - gap) for was, step in zip(trust, steps.values(), strict=True)]
    assert pair.r.trust.tolist() == pytest.approx(met)


@BOTH
def test_by_the_hotline_a_complaint_goes_directly_to_the_top(launch: str) -> None:
    found, heard = lives(launch, some("escalation-hotline", probability=0.5)), 0
    raised = used = 0
    for life in found:
        calls = of(life, EventKind.HOTLINE_USED)
        complaints = of(life, EventKind.COMPLAINT_RAISED)
        moments = {(float(each["time"]), int(each["case"])) for each in complaints}
        assert {(float(each["time"]), int(each["case"])) for each in calls} <= moments
        direct = of(life, EventKind.ESCALATION_HEARD)
        direct = direct[direct["attempt"] == 2]
        assert set(direct["case"]) <= set(calls["case"])
        heard += len(direct)
        in_operation = complaints[
            ~(complaints["time"] > np.nan_to_num(life.row["t_exit_decided"], nan=np.inf))
        ]  # while unwinding nobody listens any more
        raised, used = raised + len(in_operation), used + len(calls)
    assert heard
    assert share_is(used, raised, 0.5)


def test_managers_who_are_passed_over_lose_heart() -> None:
    pair = working("escalation-hotline", hotline_morale_loss=0.03)
    before_it = float(pair.r.firm[1].morale[Level.TACTICAL])
    assert pair.sends(EventKind.HOTLINE_USED, Firm.SUPPLIER, case=7, time=1.5) == [EventKind.ESCALATION_HEARD]
    assert (pair.sent[0].firm, pair.sent[0].case, pair.sent[0].attempt) == (Firm.SUPPLIER, 7, 2)
    assert pair.r.firm[1].morale[Level.TACTICAL] == pytest.approx(before_it - 0.03)
    assert pair.r.firm[0].morale[Level.TACTICAL] == before_it
    pair.happens(EventKind.ESCALATED, Firm.CLIENT, time=2.0)
    assert pair.r.t_first_escalation == 1.5


def test_some_complaints_go_to_the_own_top_and_all_to_the_managers() -> None:
    for u1, kinds in (
        (0.2 - BARELY, [EventKind.COMPLAINT_HEARD, EventKind.HOTLINE_USED]),
        (0.2 + BARELY, [EventKind.COMPLAINT_HEARD]),
    ):
        pair = working(some("escalation-hotline", probability=0.2))
        assert pair.sends(EventKind.COMPLAINT_RAISED, Firm.SUPPLIER, case=7, u1=u1) == kinds
        assert {(each.firm, each.case) for each in pair.sent} == {(Firm.SUPPLIER, 7)}


def test_a_case_that_came_by_the_hotline_is_not_opened_again() -> None:
    """The managers have it anyway; what they bring is opened again once."""
    for attempt, kinds in ((0, [EventKind.COMPLAINT_HEARD]), (1, []), (2, [])):
        pair = working("escalation-hotline", patience=100)
        assert pair.sends(EventKind.REFERRED_BACK, Firm.CLIENT, attempt=attempt) == kinds


@BOTH
def test_an_auditor_comes_after_so_many_broken_agreements(launch: str) -> None:
    found, held = lives(launch, some("independent-audit", after=4), audit_delay=0.0), 0
    for life in found:
        broken = of(life, EventKind.AGREEMENT_BROKEN)
        audits = of(life, EventKind.AUDIT_HELD)
        assert audits["time"].tolist() == broken["time"][3::4].tolist()
        assert audits["case"].tolist() == broken["case"][3::4].tolist()
        held += len(audits)
    assert held


def test_an_audit_shows_what_is_and_brings_attention_back() -> None:
    pair = working("independent-audit", promise=0.8, threshold=0.65, audit_weight=0.75, audit_cost=0.25)
    pair.r.performance = 0.4
    for f in pair.r.firm:
        f.attention = 0.2
    kinds = pair.sends(EventKind.AUDIT_HELD, attempt=1)
    assert kinds.count(EventKind.FAILURE_REALISED) == 2
    assert {each.attempt for each in pair.sent if each.kind == EventKind.FAILURE_REALISED} == {4}
    assert pair.r.firm["belief"].tolist() == [pytest.approx(0.9 + 0.75 * (0.5 - 0.9))] * 2
    assert pair.r.firm["attention"].tolist() == [1.0, 1.0]
    assert pair.money(Account.GOVERNANCE) == [-0.25, -0.25]


def test_an_auditor_is_called_at_once_and_reports_after_an_exponential_delay() -> None:
    pair = working(some("independent-audit", after=1), audit_delay=0.1, candour=0.0)
    assert pair.sends(EventKind.AGREEMENT_BROKEN, Firm.SUPPLIER, case=7, attempt=1) == [EventKind.AUDIT_HELD]
    (sent,) = pair.sent
    assert (sent.firm, sent.case, sent.attempt) == (Firm.BOTH, 7, 1)
    assert (sent.fixed, sent.width, sent.mean) == (0.0, 0.0, 0.1)


# ---------------------------------------------------------------- people


@BOTH
def test_no_scapegoats_are_made(launch: str) -> None:
    hard = {"scapegoat": 1.0, "patience": 2, "discount": 0.0}
    plain, found = lives(launch, **hard), lives(launch, "no-scapegoats", **hard)
    made = sum(len(of(life, EventKind.MANAGER_SWAPPED, EventKind.STAFF_DISMISSED)) for life in plain)
    coached = 0
    for life in found:
        assert not len(of(life, EventKind.MANAGER_SWAPPED, EventKind.STAFF_DISMISSED))
        for firm, name in ((Firm.CLIENT, "client"), (Firm.SUPPLIER, "supplier")):
            commitments = len(of(life, EventKind.COMMITMENT_ESCALATED, firm=firm))
            assert life.row[f"money_{name}_governance"] == pytest.approx(-0.03 * commitments)
            coached += commitments
    assert made
    assert coached


def test_part_of_the_scapegoatings_is_forbidden() -> None:
    """Of four tenths a quarter is forbidden: below .3 they are made, and from there to .4 people are coached."""
    for u1, kinds, coached in ((0.29, 2, 0.0), (0.31, 0, -0.03), (0.39, 0, -0.03), (0.41, 0, 0.0)):
        pair = working(some("no-scapegoats", part=0.25), scapegoat={"client": 0.8, "supplier": 0.4})
        assert len(pair.sends(EventKind.COMMITMENT_ESCALATED, Firm.SUPPLIER, u1=u1)) == kinds
        assert pair.money(Account.GOVERNANCE) == [0.0, coached]


@BOTH
@pytest.mark.parametrize(
    ("policy", "due"),
    [
        (some("retention", bonus=0.001), 0.001 * 46),
        (some("several-ties", more=2), 2 * 0.004),
        (some("dispute-board", share=0.5), 0.004),
    ],
)
def test_what_stands_all_the_time_costs_all_the_time(launch: str, policy: dict[str, Any], due: float) -> None:
    for life in lives(launch, policy, count=20, discount=0.0, dispute_board_case=0.0):
        years = life.row["age"] if life.row["launched"] else 0.0
        for name in ("client", "supplier"):
            assert life.row[f"money_{name}_governance"] == pytest.approx(-due * years)


def test_each_firm_pays_its_own_dues_and_they_are_discounted_as_they_flow() -> None:
    people = {
        "client": {"strategic": 3, "tactical": 6, "operational": 40},
        "supplier": {"strategic": 2, "tactical": 4, "operational": 20},
    }
    policies = some("retention", bonus=0.001), some("several-ties", more=2), some("dispute-board", share=0.5)
    pair = working(*policies, headcount=people, tie_cost=0.006, dispute_board_fee=0.004, discount=0.06)
    close(pair.r, pair.p, 2.0)
    for firm, posts in ((0, 46), (1, 24)):
        due = 0.001 * posts + 2 * 0.006 + 0.004
        assert pair.money(Account.GOVERNANCE, "undiscounted")[firm] == pytest.approx(-2.0 * due)
        assert pair.money(Account.GOVERNANCE)[firm] == pytest.approx(-due * (1 - math.exp(-0.12)) / 0.06)


def test_those_who_are_paid_to_stay_leave_less_often() -> None:
    bonus, half = 0.0005, 0.001
    kept = half / (half + bonus)
    policy = some("retention", bonus=bonus)
    for u1, leaves in ((kept / 4 - BARELY, True), (kept / 4 + BARELY, False)):  # base rate over the most, 4
        for kind in (EventKind.STAFF_RESIGNED, EventKind.MANAGER_RESIGNED):
            pair = working(policy, retention_half=half, leaving_rate=0.2)
            assert pair.happens(kind, Firm.CLIENT, u1=u1) is leaves


def test_several_ties_soften_what_breaks() -> None:
    for more in (0.0, 1.0, 3.0):
        pair = working(some("several-ties", more=more), leaving_rate=0.2, bond_loss=0.6)
        trust = float(pair.r.trust[Level.OPERATIONAL])
        assert pair.happens(EventKind.STAFF_RESIGNED, Firm.CLIENT, u1=0.0)
        assert pair.r.trust[Level.OPERATIONAL] == pytest.approx(trust * (1.0 - 0.6 / (40 * (1.0 + more))))


# ---------------------------------------------------------------- disputes and the contract


@BOTH
def test_referees_settle_most_disputes(launch: str) -> None:
    quarrels = {"dispute_trust": 0.6, "dispute_after": 2}
    found = lives(launch, some("dispute-board", share=0.75), **quarrels)
    settled = sum(1 for _ in all_of(found, EventKind.DISPUTE_SETTLED))
    raised = sum(1 for _ in all_of(found, EventKind.DISPUTE_RAISED))
    assert raised
    assert share_is(settled, settled + raised, 0.75)


def test_a_settled_dispute_leaves_the_tops_in_peace() -> None:
    pair = working("dispute-board")
    trust = float(pair.r.trust[Level.STRATEGIC])
    assert pair.sends(EventKind.DISPUTE_RAISED, Firm.CLIENT, u1=0.98 - BARELY) == [EventKind.DISPUTE_SETTLED]
    pair.r.broken_at[0] = 0.0
    assert pair.happens(EventKind.DISPUTE_SETTLED, Firm.CLIENT)
    assert pair.r.trust[Level.STRATEGIC] == trust
    assert np.all(np.isnan(pair.r.broken_at))
    assert (pair.r.disputes, pair.r.settled) == (0, 1)
    assert pair.money(Account.GOVERNANCE) == [-0.01, -0.01]
    assert pair.money(Account.DISPUTE) == [0.0, 0.0]
    assert pair.happens(EventKind.DISPUTE_RAISED, Firm.CLIENT, u1=0.98)


@BOTH
def test_a_break_clause_says_when_and_at_what_price(launch: str) -> None:
    clause, plain = some("break-clause", notice=0.5, cost=0.1), {"discount": 0.0, "exit_cost": 0.0}
    left = 0
    for life in lives(launch, clause, **plain):
        decided = of(life, EventKind.EXIT_DECIDED)
        if len(decided) and life.row["t_end"] < life.scenario.horizon:
            assert of(life, EventKind.RELATIONSHIP_ENDED)["time"][0] == decided["time"][0] + 0.5
            leaver, other = ("client", "supplier") if decided["firm"][0] == Firm.CLIENT else ("supplier", "client")
            assert life.row[f"money_{leaver}_exit"] == -0.1
            assert life.row[f"money_{other}_exit"] == 0.1
            left += 1
    assert left


def test_the_leaving_firm_pays_the_other_and_its_notice_holds() -> None:
    """Whether it is shorter or longer than what is usual."""
    for notice in (0.1, 0.75):
        pair = working(some("break-clause", notice=notice, cost=0.3), notice=0.25)
        assert pair.sends(EventKind.EXIT_DECIDED, Firm.SUPPLIER) == [EventKind.RELATIONSHIP_ENDED]
        assert pair.sent[0].fixed == notice
        assert pair.money(Account.EXIT) == [0.3, -0.3]


def test_a_break_clause_makes_leaving_easier_and_more_peaceful() -> None:
    ready = 0.2 + 0.25 * 0.8
    for u1, kinds in ((ready - BARELY, [EventKind.EXIT_DECIDED]), (ready + BARELY, [])):
        pair = working("break-clause", resolve=0.2, rescues_most=0, threshold=0.0)
        pair.r.firm[0].realised, pair.r.firm[0].realised_at = 1, 0.0
        assert pair.sends(EventKind.BOARD_REVIEW, Firm.CLIENT, time=1.0, u1=u1) == kinds
    hostility = 0.7 * (0.4 + 0.2 * 0.5)  # three tenths are made quiet
    for u1, ending in ((hostility - BARELY, Ending.HOSTILE_EXIT), (hostility + BARELY, Ending.QUIET_EXIT)):
        hostile = {"hostile_base": 0.4, "hostile_by_trust": 0.2, "hostile_by_loss": 0.0}
        pair = working("break-clause", clause_peace=0.3, **hostile)
        pair.r.trust[Level.STRATEGIC] = 0.5
        assert pair.sends(EventKind.EXIT_DECIDED, Firm.CLIENT, u1=u1) == [EventKind.RELATIONSHIP_ENDED]
        assert pair.sent[0].a == ending


@BOTH
def test_a_short_contract_is_renewed_often(launch: str) -> None:
    found, seen = lives(launch, some("short-term-contract", years=1.5), discount=0.0), 0
    for life in found:
        terms = of(life, EventKind.CONTRACT_TERM)
        assert terms["time"] == pytest.approx(life.row["t_operations"] + 1.5 * np.arange(1, len(terms) + 1))
        renewed = len(terms) - (life.row["ending"] == Ending.EXPIRED)
        assert life.row["money_client_governance"] == pytest.approx(-0.02 * renewed)
        seen += len(terms)
    assert seen > LIVES


@pytest.mark.parametrize("years", [1.5, 8.0])
def test_a_contract_runs_for_the_years_that_were_agreed_and_its_renewal_too(years: float) -> None:
    """Whether they are fewer or more than what is usual: 6, and 3 when it is renewed."""
    usual = {"term": 6.0, "renewal": 3.0, "renew": 0.5, "renegotiation_cost": 0.02}
    pair = governed(some("short-term-contract", years=years), phase=Phase.TRANSITION, **usual)
    assert pair.sends(EventKind.OPERATIONS_STARTED) == [EventKind.CONTRACT_TERM]
    assert pair.sent[0].fixed == years
    pair.r.firm["belief"][:] = 0.6
    assert pair.sends(EventKind.CONTRACT_TERM, time=years) == [EventKind.CONTRACT_TERM]
    assert pair.sent[0].fixed == years
    assert pair.money(Account.GOVERNANCE) == [-0.02, -0.02]
    pair.r.firm[0].belief = 0.4
    assert pair.sends(EventKind.CONTRACT_TERM, time=2 * years) == [EventKind.RELATIONSHIP_ENDED]
    assert pair.money(Account.GOVERNANCE) == [-0.02, -0.02]


@pytest.mark.parametrize("name", POLICIES)
def test_rules_see_the_numbers_of_a_policy_only_where_its_dial_is_above_0(name: str) -> None:
    numbers = POLICIES[name].numbers
    fields = [f"{name}_{each.name}".replace("-", "_") for each in numbers]
    for policy, seen in (
        (name, [each.default for each in numbers]),
        (some(name, **{numbers[0].name: 0.0}), [0.0 for _ in numbers]),
    ):
        p = governed(policy).p
        assert [float(p[field]) for field in fields] == seen
        assert not any(p[field] for field in POLICY_FIELDS if field not in fields)


@BOTH
def test_what_policies_bring_is_counted(launch: str) -> None:
    counted = {
        "pilots": EventKind.PILOT_HELD,
        "joint_reviews": EventKind.JOINT_REVIEW,
        "hotline_calls": EventKind.HOTLINE_USED,
        "audits": EventKind.AUDIT_HELD,
        "settled": EventKind.DISPUTE_SETTLED,
        "rotations": EventKind.SPONSOR_ROTATED,
    }
    policies = "operational-gate", "joint-reviews", "escalation-hotline", "independent-audit", "dispute-board"
    found = lives(launch, *policies, "sponsor-rotation", dispute_trust=0.6, dispute_after=2)
    for name, kind in counted.items():
        told = [life.row[f"n_{name}"] for life in found]
        assert told == [len(of(life, kind)) for life in found]
        assert sum(told)


def test_every_policy_has_a_price() -> None:
    """Where nothing ever happens but launching and working, no policy is worth anything; some cost from the start."""
    never = {"announce": 0.0, "bonus_at_signing": 0.0}
    calm = quiet(arms={"arm": {"launch": "deal-first"}}, **never)
    usual = live(calm, "arm", 1, 0).row["net_joint"]
    dear = set()
    for name in POLICIES:
        arms = {"arm": {"launch": "deal-first", "policies": [name]}}
        net = live(quiet(arms=arms, **never), "arm", 1, 0).row["net_joint"]
        assert net <= usual, name
        dear |= {name} if net < usual else set()
    standing = {"facilitator", "deal-broker", "retention", "several-ties", "dispute-board", "joint-reviews"}
    assert standing | {"operational-gate", "early-operations", "sponsor-rotation", "short-term-contract"} == dear
