"""The exact solver against the compiled engine, on random worlds, and against closed forms."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import linalg, stats

import relsim
from relsim.exact import ERROR, Exact, solve
from relsim.exact.implied import verdict
from relsim.model.parameters import resolve
from relsim.model.rulebook import rulebook
from relsim.vocabulary import Ending, Firm, OutsideCause
from tests.bounds import ALPHA, distribution_is
from tests.oracles.chains import chain_world
from tests.worlds import limiting_case, quiet, sample, states

WORLDS, BATCHES, LIVES = 200, 4, 20_000
PARTS = (0.1, 0.3, 0.6, 0.95)
"""Of the horizon: when shares are compared."""

MOST = 50
"""Shares that are compared in one world, at most."""

FIRMS = (Firm.CLIENT, Firm.SUPPLIER)
CAUSES = (OutsideCause.MERGER, OutsideCause.INSOLVENCY, OutsideCause.STRATEGY)


# random worlds


def compared(answer: Exact, lives: np.ndarray, hears: bool) -> Iterator[tuple[str, int, int, float]]:
    """Yield what is compared: its name, how many lives it is true of, out of how many, and the exact share."""
    horizon = answer.scenario.horizon
    times = horizon * np.array(PARTS)
    ended, start, age = lives["t_end"], lives["t_operations"], lives["t_end"] - lives["t_operations"]
    curves: dict[str, tuple[np.ndarray, Any]] = {
        "alive": (answer.survival(times), lambda t: ended > t),
        "signed": (answer.signed(times), lambda t: lives["t_deal"] <= t),
        "launched": (answer.launched(times), lambda t: start <= t),
    }
    for ending, shares in answer.incidence(times).items():
        curves[ending.name] = shares, lambda t, ending=ending: (ended <= t) & (lives["ending"] == ending)
    for cause, shares in answer.outside(times).items():
        curves[cause.name] = shares, lambda t, cause=cause: (ended <= t) & (lives["cause"] == cause)
    for firm in FIRMS if hears else ():
        realised = lives["firm"]["t_realised"][:, firm]
        curves[f"{firm.name} realised"] = answer.realised(firm, times), lambda t, when=realised: when <= t
    for name, (shares, true) in curves.items():
        for part, time, share in zip(PARTS, times, shares, strict=True):
            yield f"{name} at {part}", int(true(time).sum()), len(lives), float(share)
    for part, years in zip(PARTS[:2], times[:2], strict=True):
        watched = start <= horizon - years
        share = float(answer.survival(years, since="operations"))
        if np.isnan(share):
            assert not watched.any()
        else:
            yield f"alive since operations at {part}", int((age[watched] > years).sum()), int(watched.sum()), share


def plausible(count: int, trials: int, share: float) -> bool:
    """Whether an exact binomial law gives such a count all but ALPHA, split over all comparisons, of the time."""
    law = stats.binom(trials, min(1.0, max(0.0, share)))
    return bool(min(law.cdf(count), law.sf(count - 1)) >= ALPHA / (WORLDS * MOST) / 2)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_worlds_go_as_solved(batch: int) -> None:
    """A share near one half is caught that is off by 0.026 in one world, or by 0.004 in all of them."""
    found: dict[str, list[tuple[int, int, float]]] = {}
    for number in range(batch, WORLDS, BATCHES):
        world = chain_world(number)
        hears = resolve(world, "arm", rulebook()).attention_floor == 1.0
        every = list(compared(solve(world, "arm"), states(world, "arm", LIVES), hears))
        assert len(every) <= MOST
        wrong = [each for each in every if not plausible(*each[1:])]
        assert not wrong, (number, wrong)
        for name, *each in every:
            found.setdefault(name, []).append(tuple(each))
    assert len(found) == MOST
    for name, each in found.items():
        counts, trials, shares = np.transpose(each)
        bound = np.sqrt(0.5 * trials.sum() * np.log(2 * MOST * BATCHES / ALPHA))  # Hoeffding 1963
        assert abs(counts.sum() - (trials * shares).sum()) <= bound, name
        assert np.sum((counts > 0.01 * trials) & (counts < 0.99 * trials)) >= 3, f"{name}: hardly ever seen"


# closed forms

TIMES = np.array([0.0, 0.25, 1.0, 2.5, 6.0, 10.0])
CERTAIN = {"fit_law": "two-point", "fit_low": 0.9, "fit_high": 0.9, "break_even": 0.2}
"""Whoever finds out first finds that it can work."""

EXPLORE = {"a": {"launch": "feasibility-first", "workshops_most": 1}}
SIGN = {"a": {"launch": "deal-first"}}


def equal(found: Any, known: Any) -> None:
    np.testing.assert_allclose(found, known, rtol=0, atol=ERROR)


def test_competing_risks() -> None:
    answer = solve(limiting_case("03-competing-risks"), "deal-first")
    equal(answer.survival(TIMES), np.exp(-0.35 * TIMES))
    equal(answer.survival(TIMES, since="operations"), np.exp(-0.35 * TIMES))
    equal(answer.incidence(TIMES)[Ending.OUTSIDE], -np.expm1(-0.35 * TIMES))
    for cause, rate in zip(CAUSES, (0.05, 0.1, 0.2), strict=True):
        equal(answer.outside(TIMES)[cause], rate / 0.35 * -np.expm1(-0.35 * TIMES))


@pytest.mark.parametrize(("arm", "window"), [("deal-first", 0.75), ("feasibility-first", 1.625)])
def test_a_window_that_closes_after_a_fixed_time(arm: str, window: float) -> None:
    answer = solve(limiting_case("02-closing-window"), arm)
    times = np.array([0.0, 0.5, window - 1e-6, window, 5.0])
    lost = -np.expm1(-0.4 * np.minimum(times, window))
    equal(answer.incidence(times)[Ending.WINDOW_LOST], lost)
    equal(answer.signed(times), np.where(times >= window, 1 - lost, 0.0))


def test_a_window_that_closes_while_a_contract_is_drafted() -> None:
    rival, drafting = 0.7, 2.5
    answer = solve(quiet(10.0, EXPLORE, rival_offer_rate=rival, drafting_mean=1 / drafting, **CERTAIN), "a")
    lost = rival / (rival + drafting) * -np.expm1(-(rival + drafting) * TIMES)
    equal(answer.incidence(TIMES)[Ending.WINDOW_LOST], lost)
    equal(answer.signed(TIMES), drafting / rival * lost)


def test_a_launch_of_two_exponential_stages_after_talks_that_may_fail() -> None:
    first, second, ending = 2.0, 5.0, 0.3
    answer = solve(
        quiet(10.0, SIGN, no_deal=0.2, drafting_mean=1 / first, transition_mean=1 / second, strategy_rate=ending), "a"
    )
    equal(answer.incidence(TIMES)[Ending.NO_DEAL], 0.2)
    equal(answer.signed(TIMES), 0.8)
    a, b = first + ending, second + ending  # at which rates the stages are left
    through = first / a * second / b * (1 - (b * np.exp(-a * TIMES) - a * np.exp(-b * TIMES)) / (b - a))
    equal(answer.launched(TIMES), 0.8 * through)
    equal(answer.survival(TIMES), 0.8 * np.exp(-ending * TIMES))
    equal(answer.survival(TIMES[:-1], since="operations"), np.exp(-ending * TIMES[:-1]))


def test_a_verdict_that_is_overridden_or_not() -> None:
    never = {**CERTAIN, "break_even": 1.0}
    answer = solve(quiet(10.0, EXPLORE, override=0.3, no_deal=0.1, verdict_time=0.25, **never), "a")
    equal(answer.incidence([0.0, 0.25, 9.0])[Ending.ABANDONED], [0.0, 0.7, 0.7])
    equal(answer.incidence([0.0, 0.25, 9.0])[Ending.NO_DEAL], [0.0, 0.03, 0.03])
    equal(answer.launched([0.0, 0.25, 9.0]), [0.0, 0.27, 0.27])


def test_a_verdict_after_three_workshops() -> None:
    """Conjugate normal learning: the estimate is normal given fit, with the moments of limiting case 10."""
    fits, shares, noise, bias = np.array([0.4, 0.7]), np.array([0.65, 0.35]), 0.2, 0.05
    law = {"fit_law": "two-point", "fit_low": 0.4, "fit_high": 0.7, "fit_high_share": 0.35, "break_even": 0.45}
    arm = {"a": {"launch": "feasibility-first", "workshops_most": 3, "confidence": 1.0}}
    answer = solve(quiet(10.0, arm, workshop_noise=noise, operational_bias=bias, **law), "a")
    mean, variance = fits @ shares, (fits - fits @ shares) ** 2 @ shares
    precision = 1 / variance + 3 / noise**2
    estimate = (mean / variance + 3 * (fits + bias) / noise**2) / precision
    need = resolve(answer.scenario, "a", rulebook()).need
    equal(answer.launched(5.0), shares @ stats.norm.sf(need, estimate, np.sqrt(3) / noise / precision))


def test_what_managers_estimate_after_workshops_that_adapt() -> None:
    """Against lives, standardized: a distribution that is off by 0.0073 is caught."""
    arm = {"a": {"launch": "feasibility-first", "workshops_most": 4, "confidence": 1.0, "policies": ["facilitator"]}}
    world = quiet(10.0, arm, workshop_adaptation=0.2, operational_bias=0.1, workshop_noise=0.3)
    fit, estimate = sample(world, lambda s: (s["fit_at_start"], s["estimate_mean"]), "a", 200_000)
    told = verdict(resolve(world, "a", rulebook()))
    assert distribution_is((estimate - told.constant - told.slope * fit) / told.sd, stats.norm.cdf)


def test_who_launches_late_has_been_selected() -> None:
    """Of two fits the worse is ended more often while a contract is drafted, and so is rarer the later they launch."""
    horizon, drafting, rates, shares = 3.0, 0.5, np.array([1.5, 0.1]), np.array([0.6, 0.4])
    law = {"fit_law": "two-point", "fit_low": 0.0, "fit_high": 1.0, "fit_high_share": shares[1]}
    outside = {"merger_rate": rates[0], "merger_fit_slope": rates[1] - rates[0]}
    answer = solve(quiet(horizon, SIGN, drafting_mean=1 / drafting, **law, **outside), "a")
    for age in (0.0, 0.5, 2.0, 2.9):
        launched = shares / (drafting + rates) * -np.expm1(-(drafting + rates) * (horizon - age))
        equal(answer.survival(age, since="operations"), launched @ np.exp(-rates * age) / launched.sum())


def test_screening() -> None:
    """Limiting case 9, to all its digits where only the good share counts; the verdict is known to four."""
    world = limiting_case("09-screening")
    known = {
        "deal-first": ((0.6798182847, 0.3827640287, 0.2669736106), 1.0),
        "feasibility-first": ((0.7749144814, 0.5406194353, 0.4246267858), 0.4925),
    }
    for arm, (alive, launched) in known.items():
        answer, digits = solve(world, arm), 1e-10 if arm == "deal-first" else 1e-4
        np.testing.assert_allclose(answer.survival([1, 3, 5], since="operations"), alive, rtol=0, atol=digits)
        np.testing.assert_allclose(answer.launched(10.0), launched, rtol=0, atol=digits)


@pytest.mark.parametrize(("rate", "slope"), [(0.6, -0.55), (0.3, -0.9), (0.0, 0.7), (40.0, -40.0)])
def test_a_rate_that_follows_fit_is_averaged_over_the_table_of_quantiles(rate: float, slope: float) -> None:
    """In a cell of the table fit is uniform, so exp(-t rate) has the mean (exp(-t r1) - exp(-t r2)) / (t (r2 - r1))."""
    world = quiet(10.0, SIGN, merger_rate=rate, merger_fit_slope=slope, fit_alpha=0.8, fit_beta=1.7)
    table = np.array(resolve(world, "a", rulebook()).fit_quantiles)
    kink = -rate / slope
    alive = np.zeros(len(TIMES))
    for low, high in pairwise(table):
        edges = [low, kink, high] if low < kink < high else [low, high]
        for start, end in pairwise(edges):
            first, last = (max(0.0, rate + slope * fit) * TIMES for fit in (start, end))
            change = last - first
            mean = np.exp(-first) * np.where(change == 0, 1.0, -np.expm1(-change) / np.where(change == 0, 1.0, change))
            alive += mean * (end - start) / (high - low) / (len(table) - 1)
    equal(solve(world, "a").survival(TIMES), alive)


def test_market_shocks_by_another_method() -> None:
    """The generator of the number of shocks and of two causes, made here and raised by SciPy."""
    shocks, fit, count = 0.9, 0.8, 60
    law = {"fit_law": "two-point", "fit_low": fit, "fit_high": fit}
    rates = {"merger_rate": 0.5, "merger_fit_slope": -0.5, "strategy_rate": 0.1, "strategy_fit_slope": 0.2}
    world = quiet(10.0, SIGN, market_shock_rate=shocks, market_shock_size=0.3, **law, **rates)
    generator = np.zeros((count + 2, count + 2))
    for n in range(count):
        now = fit * 0.7**n
        generator[n, count:] = 0.5 - 0.5 * now, 0.1 + 0.2 * now
        generator[n, n + 1] = shocks if n + 1 < count else 0.0
        generator[n, n] = -generator[n].sum()
    answer = solve(world, "a")
    after = np.array([linalg.expm(generator * t)[0] for t in TIMES])
    equal(answer.survival(TIMES), after[:, :count].sum(axis=1))
    equal(answer.outside(TIMES)[OutsideCause.MERGER], after[:, count])
    equal(answer.outside(TIMES)[OutsideCause.STRATEGY], after[:, count + 1])


FROZEN = {
    "fit_law": "two-point",
    "fit_low": 0.6,
    "fit_high": 0.6,
    "optimism": -1.0,
    "attention_floor": 1.0,
    "attention_low": 1.0,
    "backing_floor": 1.0,
}


def test_realising_after_a_launch_and_before_an_ending() -> None:
    """Two cases at 2 a year after a transition at 2 a year are Erlang(3, 2), unless an ending at 0.4 comes first.

    Strategic problems go straight to the top, and managers who can settle everything let no case come back.
    """
    settled = {"tactical_power": 1.0, "settle_low": 1.0}
    belief = {"belief_deal_first": 0.9, "evidence": 0.3, "threshold": 0.5}
    world = quiet(
        10.0, SIGN, transition_mean=0.5, strategic_problem_rate=4.0, merger_rate=0.4, **settled, **belief, **FROZEN
    )
    for firm in FIRMS:
        realised = solve(world, "a").realised(firm, TIMES)
        equal(realised, (2 / 2.4) ** 3 * stats.gamma(3, scale=1 / 2.4).cdf(TIMES))


def test_a_case_that_comes_back_does_so_the_oftener_the_wider_the_gap() -> None:
    """Strategic problems alone come at a constant rate, but what comes back of them follows fit, and so the shocks."""
    belief = {"belief_deal_first": 0.9, "evidence": 0.3, "threshold": 0.35, "candour": 1.0}
    law = {**FROZEN, "optimism": 0.2, "tactical_power": 0.95, "settle_low": 1.0, "fit_low": 0.9, "fit_high": 0.9}
    world = quiet(10.0, SIGN, strategic_problem_rate=1.0, market_shock_rate=1.0, market_shock_size=0.4, **belief, **law)
    realised = states(world, "a", LIVES)["firm"]["t_realised"][:, Firm.SUPPLIER]
    for time, share in zip(TIMES, solve(world, "a").realised(Firm.SUPPLIER, TIMES), strict=True):
        assert plausible(int((realised <= time).sum()), LIVES, float(share))


@pytest.mark.parametrize("kickoff", [0, 1])
@pytest.mark.parametrize("part", [0.5, 1.0])
def test_a_facilitator_coaches_repairs_with_or_without_workshops(kickoff: int, part: float) -> None:
    def realised(policies: list[Any], repair: float) -> np.ndarray:
        arm = {"a": {"launch": "deal-first", "kickoff": kickoff, "policies": policies}}
        chances = {"repair_without_trust": repair, "repair_with_trust": repair, "facilitator_help": 0.5}
        return solve(quiet(10.0, arm, incident_rate=6.0, **chances, **FROZEN), "a").realised(Firm.CLIENT, TIMES)

    equal(realised([{"name": "facilitator", "part": part}], 0.4), realised([], 0.4 + part * 0.5 * 0.6))


def test_a_top_that_no_evidence_moves_never_realises() -> None:
    world = quiet(10.0, SIGN, incident_rate=20.0, evidence=0.0, scapegoat=0.0, denial=0.0, **FROZEN)
    assert np.all(solve(world, "a").realised(Firm.SUPPLIER, TIMES) == 0.0)


# the edges


def test_nothing_happens_at_the_horizon() -> None:
    answer = solve(limiting_case("02-closing-window", "horizon=0.75"), "deal-first")
    assert answer.signed(0.75) == 0.0
    assert np.isnan(answer.survival(0.5, since="operations"))
    at_once = solve(limiting_case("14-degenerate", "horizon=0"), "deal-first")
    assert at_once.survival(0.0) == 1.0
    assert at_once.launched(0.0) == 0.0


def test_answers_have_the_shape_of_the_times() -> None:
    answer = solve(limiting_case("01-outside-endings"), "deal-first")
    times = [[9.0, 1.0], [3.0, 3.0]]
    assert answer.survival(times).shape == answer.survival(times, since="operations").shape == (2, 2)
    equal(answer.survival(times), np.exp(-0.06 * np.array(times)))
    assert answer.survival([]).shape == (0,)


@pytest.mark.parametrize("times", [-1.0, 10.5, [1.0, float("nan")]])
def test_times_beyond_the_horizon_are_refused(times: Any) -> None:
    answer = solve(limiting_case("01-outside-endings"), "deal-first")
    for ask in (answer.survival, answer.incidence, answer.outside, answer.signed, answer.launched):
        with pytest.raises(relsim.ScenarioError, match=r"times: .*: numbers from 0 to the horizon, 10 \(years\)"):
            ask(times)


def test_unknown_words_are_refused() -> None:
    world = limiting_case("01-outside-endings")
    with pytest.raises(relsim.ScenarioError, match="did you mean deal-first"):
        solve(world, "deal-frist")
    with pytest.raises(relsim.ScenarioError, match="since: birth: contact or operations"):
        solve(world, "deal-first").survival(1.0, since="birth")


# what is refused


def named(refused: pytest.ExceptionInfo[relsim.ScenarioError]) -> list[str]:
    return [problem.path for problem in refused.value.problems]


def test_everything_that_stands_in_the_way_is_named() -> None:
    world = relsim.load_scenario("it-outsourcing")
    ours = ["world.review_rate", "world.term", "world.negotiation_most"]
    late = ["world.transition_least", "world.launch_effort"]
    exploring = ["arms.feasibility-first.confidence", "world.market_shock_rate"]
    with pytest.raises(relsim.ScenarioError) as refused:
        solve(world, "deal-first")
    assert named(refused) == [*ours, *late]
    assert str(refused.value).splitlines()[1] == "world.term: 6: at least the horizon, 10; or renew 0"
    with pytest.raises(relsim.ScenarioError) as refused:
        solve(world, "feasibility-first")
    assert named(refused) == [*ours, "world.workshop_gap_most", *late, *exploring]


SLOPED = {"merger_rate": 0.5, "merger_fit_slope": -0.3}
GAP = {"workshop_gap_least": 0.1, "workshop_gap_most": 0.1}


@pytest.mark.parametrize(
    ("name", "world", "arm"),
    [
        ("world.review_rate", {"review_rate": 4.0}, {}),
        ("world.review_rate", {"review_rate": 4.0, "resolve": {"client": 0.0, "supplier": 0.1}}, {}),
        ("world.term", {"term": 6.0}, {}),
        ("world.negotiation_most", {"negotiation_most": 0.5}, {}),
        ("world.workshop_gap_most", {"workshop_gap_most": 0.1}, {}),
        ("world.drafting_mean", {"drafting_mean": 1e-6}, {}),
        ("world.transition_mean", {"transition_mean": 1e-6}, {}),
        ("world.transition_least", {"drafting_mean": 0.2, "transition_least": 0.1}, {}),
        ("arms.a.kickoff", {"drafting_mean": 0.2, **GAP}, {"kickoff": 1}),
        ("world.launch_effort", {"launch_effort": 0.3, "transition_mean": 0.1, "sunk_by_launching": 0.2}, {}),
        ("arms.a.confidence", {}, {"workshops_most": 3, "confidence": 0.9}),
        ("world.market_shock_rate", {"market_shock_rate": 0.3, **GAP}, {}),
        ("world.learn_step", {**SLOPED, "incident_rate": 5.0, "learn_chance": 0.2}, {}),
        ("world.adaptation_step", {**SLOPED, "strategic_problem_rate": 5.0, "adaptation_step": 0.1}, {}),
        ("world.workshop_adaptation", {**SLOPED, "workshop_adaptation": 0.1}, {"kickoff": 1}),
        ("world.workshop_adaptation", {**SLOPED, **GAP, "workshop_adaptation": 0.1}, {}),
    ],
)
def test_what_keeps_the_course_from_being_a_chain(name: str, world: dict[str, Any], arm: dict[str, Any]) -> None:
    with pytest.raises(relsim.ScenarioError) as refused:
        solve(quiet(10.0, {"a": {**EXPLORE["a"], **arm}}, **world), "a")
    assert named(refused) == [name]


@pytest.mark.parametrize(
    ("world", "arm"),
    [
        ({"review_rate": 4.0, "resolve": 0.0}, {}),
        ({"term": 6.0, "renew": 0.0}, {}),
        ({"term": 10.0}, {}),
        ({"negotiation_most": 0.5, "broker_speed": 0.0}, {"policies": ["deal-broker"]}),
        ({"launch_effort": 0.3, "sunk_by_launching": 0.2}, {}),
        ({}, {"workshops_most": 3, "confidence": 0.5}),
        ({"market_shock_rate": 0.3, "market_shock_size": 0.0, **GAP}, {}),
        ({"incident_rate": 5.0, "learn_chance": 0.2, "adaptation_step": 0.1, "trust_gain": 0.1}, {"kickoff": 1}),
    ],
)
def test_what_makes_no_difference_is_allowed(world: dict[str, Any], arm: dict[str, Any]) -> None:
    """And the answer holds."""
    made = quiet(10.0, {"a": {**EXPLORE["a"], **arm}}, insolvency_rate=0.05, **world)
    alive = int((states(made, "a", LIVES)["t_end"] > 2.0).sum())
    assert plausible(alive, LIVES, float(solve(made, "a").survival(2.0)))


HEARS = {**FROZEN, "incident_rate": 5.0, "candour": 1.0, "scapegoat": 0.0, "sunk_by_commitment": 0.0}


@pytest.mark.parametrize(
    ("name", "world", "arm"),
    [
        ("world.learn_step", {"learn_chance": 0.2}, {}),
        ("world.adaptation_step", {"adaptation_step": 0.1}, {}),
        ("world.workshop_adaptation", {"workshop_adaptation": 0.1}, {"kickoff": 1}),
        ("world.review_rate", {"review_rate": 4.0, "resolve": 0.0}, {}),
        ("world.leader_change_rate", {"leader_change_rate": 0.1, "bond_loss": 0.0}, {}),
        ("world.attention_floor", {"attention_floor": 0.5}, {}),
        *((f"world.{name}", {name: 0.01}, {}) for name in ("complaint_delay", "escalation_delay", "trust_gain")),
        *(
            (f"world.morale_{name}", {f"morale_{name}": 0.01}, {})
            for name in ("loss_incident", "loss_broken", "loss_denial", "gain_adaptation")
        ),
        ("world.contact_trust_step", {"contact_rate": 8.0, "contact_trust_step": 0.02}, {}),
        ("world.chemistry_spread", {"chemistry_spread": 0.1}, {}),
        (
            "world.morale_loss_scapegoat",
            {"scapegoat": 0.3, "patience": 1, "morale_loss_scapegoat": 0.1, "bond_loss": 0.0},
            {},
        ),
        ("world.bond_loss", {"scapegoat": 0.3, "patience": 1}, {}),
        ("world.bond_loss", {"leaving_rate": 0.1}, {}),
        ("world.denial", {"personal_by_signing": 0.1}, {}),
        ("world.denial", {"sunk_by_commitment": 0.1, "patience": 1}, {}),
        ("world.backing_floor", {"sunk_by_launching": 0.1, "denial": 0.0, "backing_floor": 0.8}, {}),
        ("world.launch_effort", {"sunk_by_launching": 0.1, "denial": 0.0, "launch_effort": 0.2}, {}),
        ("arms.a.launch", {}, {"launch": "feasibility-first"}),
        ("world.promise_noise", {"promise_noise": 0.1}, {}),
        ("world.fit_law", {"fit_law": "beta", "optimism": 0.0}, {}),
    ],
)
def test_what_keeps_belief_from_being_a_chain(name: str, world: dict[str, Any], arm: dict[str, Any]) -> None:
    answer = solve(quiet(10.0, {"a": {**SIGN["a"], **arm}}, **{**HEARS, **world}), "a")
    with pytest.raises(relsim.ScenarioError) as refused:
        answer.realised(Firm.CLIENT, 1.0)
    assert named(refused) == [name]
