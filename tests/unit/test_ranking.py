"""Ranking: the formulas of the selection, arms and their names, and the same answer however it is lived."""

import json
import pickle
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from relsim.analysis.estimate import Estimate
from relsim.errors import ScenarioError, StoreError
from relsim.experiment.run import read_store, run_experiment
from relsim.lab.lives import live_pairs
from relsim.lab.measures import MEASURES, measure
from relsim.lab.ranking.arms import MOST_ARMS, Asked, arms_of, factorial, policies_read, policy_read
from relsim.lab.ranking.intervals import at_any_time
from relsim.lab.ranking.moments import Moments
from relsim.lab.ranking.rank import BATCH, FIRST, INDIFFERENCE, BatchMeans, Ranking, objective_of, rank
from relsim.lab.ranking.screening import screened
from relsim.lab.ranking.selection import Rule, select
from relsim.lab.ranking.subset import may_be_best
from relsim.scenario.scenario import Scenario
from tests.worlds import scenario

# selection


def given(*rows: Sequence[float]) -> Any:
    """Return a sample of these observations, over and over."""

    def sample(which: Sequence[int], first: int, count: int) -> np.ndarray:
        return np.array([np.resize(np.roll(rows[arm], -first), count) for arm in which], float)

    return sample


@pytest.mark.parametrize(("first", "comparisons", "confidence"), [(10, 1, 0.95), (64, 23, 0.95), (64, 4095, 0.99)])
def test_the_reach_of_a_pair_solves_the_equation_of_kim_and_nelson(
    first: int, comparisons: int, confidence: float
) -> None:
    eta = Rule(1.0, confidence, first).reach(comparisons) / (2.0 * (first - 1))
    assert 0.5 * (1.0 + 2.0 * eta) ** (-(first - 1) / 2.0) == pytest.approx((1.0 - confidence) / comparisons)


def test_a_pair_is_told_apart_where_its_means_leave_the_triangle() -> None:
    # differences of 0.1 +- 1, so S2 = 64/63, and W(64) = (h2 S2 / d - 64 d) / 128
    rule = Rule(0.1, 0.95, 64, 1)
    width = (rule.reach(1) * (64 / 63) / 0.1 - 6.4) / 128
    for apart, after in ((1.001 * width, 64), (0.999 * width, 68)):
        found = select(given([0.0], [apart + 1.0, apart - 1.0]), 2, rule)
        assert (found.best, found.kept, found.left) == (1, True, (1,))
        assert found.out_by == (1, None)
        assert (found.seen(0), found.seen(1)) == (after, after)


def test_arms_of_one_mean_end_in_the_first_of_them() -> None:
    found = select(given([1.0, 2.0], [2.0, 1.0], [1.0, 2.0]), 3, Rule(0.5, first=8, step=2))
    assert (found.best, found.kept, found.left, found.out_by) == (0, True, (0, 1, 2), (None, None, None))
    # a pair needs h2 S2 / d**2 observations at most
    assert found.seen(0) >= Rule(0.5, first=8).reach(2) * (8 / 7) / 0.25


def test_a_selection_that_is_not_given_enough_says_so() -> None:
    rows = given([0.0], [1.01, -0.99])
    found = select(rows, 2, Rule(0.05, first=8, step=8, most=60))
    assert (found.best, found.kept, found.left) == (1, False, (0, 1))
    assert found.seen(0) == 56
    assert select(rows, 2, Rule(0.05, first=8, step=8)).kept


def test_a_standard_drives_nobody_out_and_is_waited_for() -> None:
    rule = Rule(0.1, first=8, step=4)
    low = select(given([-5.0, -4.0], [-9.0, -8.0]), 2, rule, standard=0.0)
    assert (low.best, low.side, low.out_by) == (0, -1, (None, 0))
    high = select(given([5.0, 4.0]), 1, rule, standard=0.0)
    assert (high.best, high.side, high.kept) == (0, 1, True)
    near = select(given([0.5, -0.5], [-9.0, -8.0]), 2, rule, standard=0.0)
    assert (near.best, near.side, near.kept) == (0, 0, True)
    assert near.seen(0) > near.seen(1)
    assert select(given([0.5, -0.5], [-9.0, -8.0]), 2, rule).seen(0) == 8


def test_two_stages_need_what_the_formula_of_clark_and_yang_says() -> None:
    # t(0.95, 15 degrees) = 1.753 and S2 = 16/15: (1.753 / 0.1)**2 * 16/15 = 328
    found = select(given([0.0], [1.0, -1.0]), 2, Rule(0.1, first=16))
    assert found.two_stage == 328


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"indifference": 0.0}, "indifference: 0.0: a number above 0"),
        ({"indifference": float("nan")}, "indifference: nan"),
        ({"indifference": 1.0, "confidence": 1.0}, "confidence: 1.0: a share from 0.5 to below 1"),
    ],
)
def test_promises_that_nobody_can_keep_are_refused(wrong: dict[str, float], told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        Rule(**wrong)


# screening and intervals


def test_moments_of_parts_are_those_of_the_whole() -> None:
    values = np.random.default_rng(1).normal(size=(4, 100))
    whole, parts = (
        Moments.of(values),
        Moments.of(values[:, :1]) + Moments.of(values[:, 1:30]) + Moments.of(values[:, 30:]),
    )
    assert parts.count == 100
    np.testing.assert_allclose(parts.means, whole.means, rtol=1e-13)
    np.testing.assert_allclose(parts.covariance, whole.covariance, rtol=1e-12)
    for one in range(4):
        for other in range(4):
            assert whole.spread[one, other] == pytest.approx((values[one] - values[other]).var(ddof=1), abs=1e-14)


def test_screening_leaves_out_what_is_behind_by_more_than_its_width() -> None:
    # differences of +-1 with a variance of 100/99, t(0.975, 99 degrees) = 1.98422: the width is 0.19942
    noise = np.tile([1.0, -1.0], 50)
    for behind, may in ((0.199, True), (0.2, False)):
        found = screened(Moments.of(np.array([np.zeros(100), noise - behind, np.full(100, -9.0)])), 0.95)
        assert found.may_be_best.tolist() == [True, may, False]
        assert found.ahead[0].value == pytest.approx(behind)
        assert found.ahead[1].high == pytest.approx(max(0.0, 0.19942 - behind), abs=1e-5)
        assert found.ahead[1].low == pytest.approx(-behind - 0.19942, abs=1e-5)
    assert screened(Moments.of(np.ones((1, 10))), 0.95).may_be_best.tolist() == [True]


def test_intervals_at_any_time_are_wider_than_those_of_one_time() -> None:
    values = np.random.default_rng(2).normal(size=1000)
    at_once = 1.96 * values.std(ddof=1) / 1000**0.5
    assert 1.5 < at_any_time(values, 64).half_width / at_once < 2.0
    assert at_any_time(np.full(64, 3.0), 64) == (3.0, 3.0, 3.0)
    assert not at_any_time(values[:1], 64).known


# arms


def test_every_arm_is_crossed_with_no_policy_and_with_each_alone() -> None:
    arms, left_out = arms_of(scenario(), ["facilitator", "deal-broker"], 1)
    assert [arm.words for arm in arms] == [
        "deal-first",
        "deal-first + facilitator",
        "deal-first + deal-broker",
        "feasibility-first",
        "feasibility-first + facilitator",
        "feasibility-first + deal-broker",
    ]
    assert left_out == 0
    assert arms[1].name == "deal-first-facilitator"
    ((name, governance),) = arms[1].scenario.arms.items()
    assert (name, governance.launch) == ("deal-first-facilitator", "deal-first")
    assert governance.model_dump()["policies"] != scenario().arms["deal-first"].model_dump()["policies"]
    assert len(arms_of(scenario(), ["facilitator", "deal-broker"], None)[0]) == 8
    assert [arm.name for arm in arms_of(scenario(), (), 1)[0]] == ["deal-first", "feasibility-first"]


def test_what_an_arm_is_otherwise_stays_as_it_is() -> None:
    given = {"launch": "feasibility-first", "kickoff": {"value": 2, "source": "a book"}, "policies": ["facilitator"]}
    arms, left_out = arms_of(scenario(one=given), ["facilitator", "deal-broker"], None)
    # it has the facilitator already
    assert ([arm.words for arm in arms], left_out) == (["one", "one + deal-broker"], 2)
    made = arms[1].scenario.arms["one-deal-broker"]
    assert made.kickoff == scenario(one=given).arms["one"].kickoff
    assert len(made.policies) == 2


def test_long_names_are_cut_to_as_many_letters_as_fit_and_stay_apart() -> None:
    arms, _ = arms_of(scenario(), ["facilitator", "deal-broker"], 2)
    long = arms[-1]
    assert long.words == "feasibility-first + facilitator + deal-broker"
    assert long.name == "feasibilit-first-facilitato-deal-broker"
    alike = {f"a-very-long-name-of-an-arm-that-ends-{letter}": {"launch": "deal-first"} for letter in "ab"}
    made = Scenario.model_validate({"title": "t", "arms": alike})
    found, _ = arms_of(made, ["facilitator", "deal-broker"], 2)
    names = [arm.name for arm in found]
    assert len(set(names)) == len(names) == 8
    for arm in found:
        assert list(Scenario.model_validate_json(arm.scenario.model_dump_json()).arms) == [arm.name]


def test_a_factorial_is_counted_before_it_is_made() -> None:
    sets = factorial(scenario(), ["facilitator", "deal-broker"])
    assert sets.size == len(sets.arms()[0]) == 8
    once = factorial(scenario(), ["facilitator", "deal-broker"], 1)
    assert once.size == len(once.arms()[0]) == 6
    many = {f"arm-{place}": {"launch": "deal-first"} for place in range(64)}
    options = tuple((Asked(f"policy-{place}"),) for place in range(8))
    crossed = factorial(Scenario.model_validate({"title": "t", "arms": many}), ())
    assert type(crossed)(crossed.scenario, options, 8).size == 64 * 2**8 > MOST_ARMS
    numbers = (options[0], (Asked("a"), Asked("b")), (Asked("c"), Asked("d"), Asked("e")))
    assert type(crossed)(crossed.scenario, numbers, 3).size == 64 * 2 * 3 * 4
    assert len(list(type(crossed)(crossed.scenario, numbers, 2).sets())) == 1 + 6 + (2 + 3 + 6)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("facilitater", "did you mean facilitator"),
        ("facilitator:part", "NAME or NAME:number=value"),
        ("facilitator:part=much", "NAME or NAME:number=value"),
        ("facilitator:parts=1", "policies: facilitator:parts=1: "),
        ("", "one of facilitator"),
    ],
)
def test_policies_are_refused_in_words(text: str, told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        policy_read(text)


def test_policies_are_read_from_words_and_never_taken_twice() -> None:
    assert policies_read(["facilitator deal-broker"]) == (Asked("facilitator"), Asked("deal-broker"))
    assert {each.name for each in policies_read(["all"])} >= {"facilitator", "deal-broker"}
    assert str(Asked("retention", (("bonus", 0.001),))) == "retention bonus=0.001"
    with pytest.raises(ScenarioError, match="each policy once"):
        factorial(scenario(), ["facilitator", "facilitator"])
    with pytest.raises(ScenarioError, match="combine: 0: a whole number from 1 on"):
        factorial(scenario(), ["facilitator"], 0)


# lives

ZONE = 0.002
CLEAR = scenario(
    horizon=4.0,
    deal_first={"launch": "deal-first"},
    w_3={"launch": "feasibility-first", "workshops_most": 3},
    w_4={"launch": "feasibility-first", "workshops_most": 4},
)
"""One arm that is soon known to be poor, and two that are near each other."""


@pytest.fixture(scope="module")
def ranking() -> Ranking:
    return rank(CLEAR, indifference=ZONE)


def test_the_best_lives_longest_and_poor_arms_are_spared(ranking: Ranking) -> None:
    assert ranking.kept
    assert ranking.best.pairs == max(each.pairs for each in ranking.arms)
    assert ranking.saved > 0
    assert ranking.lives + ranking.saved == 3 * ranking.best.pairs
    assert [each.behind.value for each in ranking.arms] == sorted([each.behind.value for each in ranking.arms])[::-1]
    assert min(each.pairs for each in ranking.arms) == FIRST


def test_estimates_are_the_means_of_the_lives(ranking: Ranking) -> None:
    lives = live_pairs(CLEAR, ranking.best.pairs)
    best = lives.arms[ranking.best.name]["net_joint"]
    for each in ranking.arms:
        own = lives.arms[each.name]["net_joint"][: each.pairs]
        apart = own - best[: each.pairs]
        assert each.estimate.value == pytest.approx(own.mean(), abs=1e-12)
        assert each.behind.value == pytest.approx(apart.mean(), abs=1e-12)
        # the spread of means of 64 is an eighth of that of lives, but for luck
        assert 1.3 * 1.96 * apart.std() <= each.behind.half_width * each.pairs**0.5 <= 2.5 * 1.96 * apart.std()


@pytest.mark.parametrize("workers", [1, 3])
def test_any_number_of_workers_gives_the_same_ranking(ranking: Ranking, workers: int) -> None:
    assert rank(CLEAR, indifference=ZONE, workers=workers) == ranking


class _Enough(Exception):
    pass


def test_a_ranking_that_was_stopped_goes_on_to_the_same_end(ranking: Ranking, tmp_path: Path) -> None:
    def stop(done: int) -> None:
        if done == 20:
            raise _Enough

    with pytest.raises(_Enough):
        rank(CLEAR, indifference=ZONE, store=tmp_path, told=stop)
    kept = len((tmp_path / "cells.log").read_text().splitlines())
    assert 20 <= kept < ranking.lives // 1024
    assert rank(CLEAR, indifference=ZONE, store=tmp_path) == ranking
    assert len((tmp_path / "cells.log").read_text().splitlines()) == ranking.lives // 1024
    # another objective is another study; a stricter promise goes on with the same lives
    with pytest.raises(StoreError, match="the store of another study"):
        rank(CLEAR, "loss.joint", indifference=ZONE, store=tmp_path)
    stricter = rank(CLEAR, indifference=ZONE, confidence=0.99, store=tmp_path)
    assert stricter.lives >= ranking.lives


def test_a_ranking_says_what_to_do_first_and_shows_itself(ranking: Ranking) -> None:
    told = ranking.said()
    assert ranking.never == -1
    assert told[0].startswith(
        f"Rather do not begin: even the best arm is worse. If you begin, adopt {ranking.best.words}: "
    )
    assert "a probability of at least 95 %" in " ".join(told)
    frame = ranking.to_frame()
    assert frame["arm"].tolist() == [*(each.name for each in ranking.arms), "never"]
    assert frame["behind"].iloc[-1] == -ranking.best.estimate.value
    assert ranking.summary().iloc[0, -1] == "the best"
    assert ranking.plot().get_title("left").startswith("The best of 3 arms, and how far")


@pytest.mark.parametrize(
    ("value", "side", "kept", "stands", "told"),
    [
        (0.5, 1, True, "better", "It is better than never to begin."),
        (-0.5, -1, True, "worse", "Rather do not begin: even the best arm is worse."),
        (-0.5, -1, False, "worse", "It is worse than never to begin."),
        (0.001, 1, True, "alike", "It is about as good as never to begin"),
        (0.5, 0, False, "open", "Whether it is better than never to begin is open."),
    ],
)
def test_how_the_best_arm_stands_to_never_is_told(
    ranking: Ranking, value: float, side: int, kept: bool, stands: str, told: str
) -> None:
    best = replace(ranking.best, estimate=Estimate.within(value, 0.01))
    found = replace(ranking, arms=(best, *ranking.arms[1:]), never=side, kept=kept)
    assert found.against_never == stands
    assert sum(told in sentence for sentence in found.said()) == 1
    assert sum("never to begin" in s or "not begin" in s for s in found.said()) == 1


def test_where_less_is_better_the_smallest_is_best() -> None:
    found = rank(CLEAR, "loss.joint", indifference=0.05)
    values = [each.estimate.value for each in found.arms]
    assert values == sorted(values)
    assert all(each.behind.value > 0.0 for each in found.arms[1:])
    assert found.never is None
    assert found.said()[0].startswith(f"Adopt {found.best.words}: loss of both firms ")
    assert "never" not in found.to_frame()["arm"].tolist()


def test_a_shorter_first_stage_spares_poor_arms_more(ranking: Ranking) -> None:
    found = rank(CLEAR, indifference=ZONE, first=1024)
    assert found.arms[-1].pairs < FIRST
    assert found.best.name == ranking.best.name


def test_a_ranking_of_many_arms_prints_the_first_forty(ranking: Ranking) -> None:
    many = replace(ranking, arms=(*ranking.arms, *[replace(ranking.arms[-1], name=f"a-{n}") for n in range(60)]))
    assert len(many.summary()) == 41
    assert len(many.to_frame()) == 64
    assert "The table shows the first 40 of 63 arms" in " ".join(many.said())
    assert "23 more arms" in " ".join(text.get_text() for text in many.plot().texts)


def test_what_is_not_decided_is_not_called_decided() -> None:
    found = rank(CLEAR, indifference=1e-4, most=FIRST)
    assert not found.kept
    assert "not sure yet" in found.title
    assert found.said()[0].startswith("So far the best is ")
    assert {each.pairs for each in found.arms} == {FIRST}
    assert "not yet decided" in " ".join(found.said())


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"objective": "survival"}, "objective: survival: a mean per started contact .*a ratio is not the mean"),
        ({"objective": "net.jiont"}, "did you mean net.joint"),
        ({"most": 10}, "most: 10: pairs of firms, not below the 4,096 of the first stage"),
        ({"first": 100}, "first: 100: pairs of firms, a multiple of 1,024"),
        ({"indifference": -1.0}, "indifference: -1.0: a number above 0"),
        ({"policies": ["deal-brokers"]}, "did you mean deal-broker"),
    ],
)
def test_what_cannot_be_ranked_is_refused_before_anything_is_lived(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        rank(CLEAR, **wrong)


def test_every_objective_has_an_indifference_zone_and_travels_as_data() -> None:
    for each in MEASURES.values():
        if each.per_contact:
            assert INDIFFERENCE[objective_of(each.name).unit] > 0.0
    ask = BatchMeans(measure("net.joint"))
    assert pickle.loads(pickle.dumps(ask)) == ask
    (arm, *_), _ = arms_of(CLEAR, (), 1)
    lives = live_pairs(arm.scenario, 2 * BATCH)
    np.testing.assert_allclose(ask.of(lives), lives.arms[arm.name]["net_joint"].reshape(2, BATCH).mean(axis=1))


# subset


def test_a_subset_is_the_same_from_memory_and_from_a_store(tmp_path: Path) -> None:
    asked = CLEAR.model_copy(update={"title": "a subset"})
    found = may_be_best(run_experiment(asked, 3000), "loss.joint")
    run_experiment(asked, 3000, store=tmp_path / "kept", blocks=1)  # three chunks
    again = may_be_best(read_store(tmp_path / "kept"), "loss.joint")
    assert [each.name for each in again.arms] == [each.name for each in found.arms]
    assert again.arms[0].estimate == pytest.approx(found.arms[0].estimate, rel=1e-12)
    assert [each.may_be_best for each in again.arms] == [each.may_be_best for each in found.arms]
    lives = live_pairs(asked, 3000)
    losses = {arm: rows["loss_joint"] for arm, rows in lives.arms.items()}
    best = min(losses, key=lambda arm: losses[arm].mean())
    assert found.arms[0].name == best
    assert found.arms[0].estimate.value == pytest.approx(losses[best].mean())
    assert not found.arms[-1].may_be_best
    assert found.arms[-1].ahead.value == pytest.approx((losses["deal-first"] - losses[best]).mean())
    assert found.arms[-1].ahead.low == 0.0
    assert "may be the best in loss of both firms" in found.title
    assert best in found.said()[0]
    assert len(found.to_frame()) == 3
    assert found.plot().get_title("left").endswith("of 3 arms may be the best")
    json.dumps(found.said())


def test_a_subset_of_too_few_lives_or_no_promise_is_refused() -> None:
    few = run_experiment(CLEAR, 1)
    with pytest.raises(ScenarioError, match="replications: 1: at least 2 pairs"):
        may_be_best(few)
    with pytest.raises(ScenarioError, match=r"confidence: 0.2: a share from 0.5"):
        may_be_best(few, confidence=0.2)
