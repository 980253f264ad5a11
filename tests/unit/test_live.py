"""The live comparison: what sliders and switches change, what a page is told, what is found, and what is refused."""

import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import relsim
from relsim.analysis.columns import by_column
from relsim.errors import ScenarioError
from relsim.experiment.run import run_experiment
from relsim.lab.lives import Lives
from relsim.lab.measures import output
from relsim.life import Life, simulate
from relsim.model.parameters import POLICY_FIELDS, resolve
from relsim.model.rulebook import rulebook
from relsim.scenario.files import bundled, scenario_of
from relsim.scenario.governance import POLICIES
from relsim.scenario.scenario import Scenario, with_arms
from relsim.show import live, settings
from relsim.show.live import SLIDERS, SWITCHES, WISHES, answer, catalogue, changed, compared, find
from relsim.show.words import LANGUAGES, words
from relsim.vocabulary import BAD_ENDINGS, Ending, Turn
from tests.worlds import ARMS, scenario

IT = relsim.load_scenario("it-outsourcing")
DEAL, FEASIBILITY = IT.arms

MOVES = {
    "average_fit": {"fit_alpha", "fit_beta", "prior_mean", "prior_sd", "fit_quantiles"},
    "optimism": {"optimism"},
    "break_even": {"break_even", "running_cost", "joint_break_even", "need"},
    "candour": {"candour"},
    "denial": {"denial"},
    "override": {"override"},
    "rival_offer_rate": {"rival_offer_rate", "clock", "clock_count"},
    "kickoff": {"kickoff"},
}
"""What of the resolved parameters each slider may move."""


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    yield
    live._lived.cache_clear()
    live._looked_at.cache_clear()


def resolved(asked: Scenario, arm: str) -> Any:
    return resolve(asked, arm, rulebook(()))


def moved(one: Scenario, other: Scenario, arm: str) -> set[str]:
    """Return the resolved parameters in which an arm differs."""
    before, after = resolved(one, arm), resolved(other, arm)
    return {name for name in before.dtype.names if before[name].tobytes() != after[name].tobytes()}


# ---------------------------------------------------------------- what sliders and switches change


@pytest.mark.parametrize("name", bundled())
def test_what_is_as_in_the_scenario_changes_no_byte(name: str) -> None:
    asked = relsim.load_scenario(name)
    scales = settings.scales(settings.compared_arms(asked))
    start = {
        "numbers": {each.slider.name: each.values[each.start] for each in scales},
        "policies": {
            arm: {policy: policy in [each.name for each in governance.policies] for policy in SWITCHES}
            for arm, governance in asked.arms.items()
        },
    }
    as_it_is = with_arms(asked, list(asked.arms)[:2])
    for given in (None, {}, start, json.loads(json.dumps(start))):
        assert changed(asked, given) == as_it_is
    assert compared(asked, start, 3)["digest"] == run_experiment(as_it_is, 3).digest


@pytest.mark.parametrize("slider", SLIDERS, ids=lambda slider: slider.name)
@pytest.mark.parametrize("end", [0, -1])
def test_a_slider_moves_its_number_and_nothing_else(slider: settings.Slider, end: int) -> None:
    (scale,) = (each for each in settings.scales(IT) if each.slider is slider)
    aim = scale.values[end]
    if aim == scale.values[scale.start]:
        aim = scale.values[scale.start + 1]
    after = changed(IT, {"numbers": {slider.name: aim}})
    assert slider.read(after) == pytest.approx(aim, abs=1e-12)
    assert moved(IT, after, DEAL) <= MOVES[slider.name]
    assert slider.known.name in moved(IT, after, DEAL)
    assert moved(IT, after, FEASIBILITY) == (set() if slider.name == "kickoff" else moved(IT, after, DEAL))
    assert after.based_on == IT.based_on


def test_firms_that_differ_move_by_as_much() -> None:
    after = resolved(changed(IT, {"numbers": {"candour": 0.45}}), DEAL)
    assert list(resolved(IT, DEAL).candour) == [0.3, 0.4]
    assert list(after.candour) == pytest.approx([0.4, 0.5])
    low = changed(scenario({"candour": {"client": 0.0, "supplier": 0.5}}), {"numbers": {"candour": 0.2}})
    assert list(resolved(low, DEAL).candour) == pytest.approx([0.0, 0.45])


def test_both_shapes_of_fit_move_and_their_sum_stays() -> None:
    after, before = resolved(changed(IT, {"numbers": {"average_fit": 0.6}}), DEAL), resolved(IT, DEAL)
    assert after.fit_alpha + after.fit_beta == pytest.approx(before.fit_alpha + before.fit_beta)
    assert after.prior_mean == pytest.approx(0.6)


@pytest.mark.parametrize("policy", SWITCHES)
@pytest.mark.parametrize("arm", [DEAL, FEASIBILITY])
def test_a_switch_adopts_one_policy_under_one_launch(policy: str, arm: str) -> None:
    after = changed(IT, {"policies": {arm: {policy: True}}})
    (other,) = {DEAL, FEASIBILITY} - {arm}
    own = {name for name, (of, _) in POLICY_FIELDS.items() if of == policy}
    derived = {"several-ties": {"dues"}, "joint-reviews": {"clock", "clock_count"}}.get(policy, set())
    assert moved(IT, after, arm) == own | derived
    assert moved(IT, after, other) == set()
    assert [each.in_full() for each in after.arms[arm].policies] == [
        {"name": policy, **{each.name: each.default for each in POLICIES[policy].numbers}}
    ]


def test_what_an_arm_has_adopted_keeps_its_numbers_and_can_be_dropped() -> None:
    adopted = ["retention", {"name": "facilitator", "part": 0.5}, {"name": "deal-broker", "part": 0}]
    asked = scenario(deal_first={"launch": "deal-first", "policies": adopted}, other={"launch": "deal-first"})
    with_ties = changed(asked, {"policies": {"deal-first": {"facilitator": True, "several-ties": True}}})
    assert [each.short for each in with_ties.arms["deal-first"].policies] == [
        "retention",
        "facilitator (part 0.5)",
        "deal-broker (part 0)",
        "several-ties",
    ]
    without = changed(asked, {"policies": {"deal-first": {"facilitator": False, "deal-broker": True}}})
    assert [each.short for each in without.arms["deal-first"].policies] == ["retention", "deal-broker"]
    assert catalogue(asked)["adopted"] == {"deal-first": ["retention", "facilitator"], "other": []}


@pytest.mark.parametrize("name", bundled())
def test_sliders_range_over_what_is_plausible_in_steps_that_meet_the_scenario(name: str) -> None:
    asked = settings.compared_arms(relsim.load_scenario(name))
    for scale in settings.scales(asked):
        low, high = scale.slider.known.plausible or (math.nan, math.nan)
        assert all(one < other for one, other in zip(scale.values, scale.values[1:], strict=False))
        assert scale.values[scale.start] == scale.slider.read(asked)
        assert len(scale.values) < 50
        if scale.slider.name != "average_fit":
            assert (scale.values[0], scale.values[-1]) == (min(low, scale.values[0]), max(high, scale.values[-1]))
        for end in (scale.values[0], scale.values[-1]):
            changed(asked, {"numbers": {scale.slider.name: end}})


def test_only_numbers_that_a_scenario_has_can_be_moved() -> None:
    two_points = scenario({"fit_law": "two-point"}, one=ARMS["feasibility-first"], other=ARMS["feasibility-first"])
    offered = {each["name"] for each in catalogue(two_points)["sliders"]}
    assert {each.name for each in SLIDERS} - offered == {"average_fit", "kickoff"}


# ---------------------------------------------------------------- what a page is told


@pytest.mark.parametrize("replications", [live.FIRST, live.MOST])
def test_a_comparison_says_what_results_say(replications: int) -> None:
    given = {"numbers": {"optimism": 0.05, "kickoff": 2}, "policies": {FEASIBILITY: {"facilitator": True}}}
    told = json.loads(json.dumps(compared(IT, given, replications, seed=3), allow_nan=False))
    results = run_experiment(changed(IT, given), replications, seed=3)
    summary = results.summary()
    assert told["digest"] == results.digest
    assert told["years"] == [pytest.approx(month / 12) for month in range(121)]
    for arm in told["arms"]:
        for per in ("contact", "launched"):
            curve, drawn = results.survival(per=per).curves[arm["arm"]], arm["survival"][per]
            for year, *point in zip(told["years"], drawn["value"], drawn["low"], drawn["high"], strict=True):
                expected = [value if math.isfinite(value) else None for value in curve.estimate(year)]
                assert point == [each if each is None else pytest.approx(each, abs=1e-5) for each in expected]
        assert arm["endings"] == pytest.approx(summary["arms"][arm["arm"]]["endings"])
        assert math.fsum(arm["endings"].values()) == pytest.approx(1.0)
    lines = {line["name"]: line for line in told["table"]}
    factor = 4.0  # EUR million a contract value
    lives = Lives(results.scenario, {arm: by_column(rows) for arm, rows in (results.rows or {}).items()})
    for name, measure, by in (
        ("launched", "launched", 1.0),
        ("alive.contact", "survival.per_contact.5", 1.0),
        ("loss", "loss.joint", factor),
        ("net", "net.joint", factor),
    ):
        (found,) = results.difference(measure).found
        assert lines[name]["difference"] == pytest.approx([by * each for each in found.gap], abs=1e-5)
        assert lines[name]["arms"][0] == pytest.approx([by * each for each in found.first], abs=1e-5)
        assert lines[name]["arms"][1] == pytest.approx([by * each for each in found.second], abs=1e-5)
    for place, arm in enumerate(results.scenario.arms):
        of_arm = summary["arms"][arm]
        assert lines["alive.launched"]["arms"][place][0] == pytest.approx(
            of_arm["survival"]["per_launched"]["5"], abs=1e-5
        )
        assert lines["half.launched"]["arms"][place][0] == pytest.approx(of_arm["time_to_exit_median"], abs=1e-5)
        leaving = output(results.scenario, "churn.operational", arm).of(lives)
        assert lines["leaving"]["arms"][place] == pytest.approx(list(leaving), abs=1e-5)
    gap = results.decompose("alive", per="launched", age=5).whole
    assert lines["alive.launched"]["difference"] == pytest.approx(list(gap), abs=1e-5)
    assert [name for name, line in lines.items() if line["never"] == 0.0] == ["loss", "net"]


def test_the_first_answer_is_of_the_first_lives_of_the_next_one() -> None:
    few, many = (run_experiment(changed(IT, None), count).rows for count in (live.FIRST, live.MOST))
    assert few is not None
    assert many is not None
    for arm in IT.arms:
        assert few[arm].tobytes() == many[arm][: live.FIRST].tobytes()
    assert compared(IT, None, live.FIRST)["digest"] == run_experiment(IT, live.FIRST).digest


@pytest.mark.parametrize(
    ("horizon", "year"), [(0.0, None), (1e-9, None), (0.5, None), (1.0, 1), (4.0, 3), (5.0, 5), (7.3, 5), (40.0, 5)]
)
def test_any_horizon_can_be_told(horizon: float, year: int | None) -> None:
    told = json.loads(json.dumps(catalogue(scenario(horizon=horizon)), allow_nan=False))
    first = told["first"]
    assert first["years"][-1] == horizon
    assert first["years"] == sorted(set(first["years"]))
    assert [line["year"] for line in first["table"] if line["name"] == "alive.contact"] == ([year] if year else [])


def test_the_catalogue_is_data_and_has_words_for_all_of_it() -> None:
    told = json.loads(json.dumps(catalogue(IT), allow_nan=False))
    assert told["first"] == json.loads(json.dumps(compared(IT)))
    assert told["money"] == {"factor": 4.0, "currency": "EUR", "size": "million"}
    for language in LANGUAGES:
        known = told["words"][language]
        assert known == words(language).room("model", "units", "live")
        for slider in told["sliders"]:
            assert {f"live.numbers.{slider['name']}.name", f"live.numbers.{slider['name']}.hint"} <= known.keys()
        for policy in told["switches"]:
            assert {f"live.policies.{policy}.name", f"live.policies.{policy}.hint"} <= known.keys()
        assert {f"live.wish.{wish}" for wish in WISHES} <= known.keys()
        assert {f"live.endings.{ending.name}" for ending in Ending} <= known.keys()


@pytest.mark.parametrize("currency", ["", "EUR"])
@pytest.mark.parametrize("factor", [1.0, 2e3, 3e6, 4e9])
def test_money_has_words(currency: str, factor: float) -> None:
    size = catalogue(scenario({"currency": currency, "currency_factor": factor}))["money"]["size"]
    for language in LANGUAGES:
        assert {f"units.money.{size}", f"units.amount.{size}"} <= words(language).texts.keys()


def test_one_arm_is_no_comparison() -> None:
    alone = scenario(alone=ARMS["deal-first"])
    with pytest.raises(ScenarioError, match="two arms"):
        catalogue(alone)
    assert "two arms" in answer(alone, {"kind": "compare"})["error"]


def test_of_more_arms_the_first_of_either_launch_are_compared() -> None:
    asked = scenario(a=ARMS["feasibility-first"], b=ARMS["feasibility-first"], c=ARMS["deal-first"])
    assert [arm["arm"] for arm in compared(asked, None, 1)["arms"]] == ["a", "c"]
    assert "settings.policies.b" in answer(asked, {"kind": "compare", "settings": {"policies": {"b": {}}}})["error"]


# ---------------------------------------------------------------- lives that somebody wishes to see


def ended(lived: Life) -> Ending:
    (last,) = lived.events[lived.events["kind"] == "RELATIONSHIP_ENDED"]["a"].tolist() or [Ending.ONGOING]
    return Ending(int(last))


def failed(lived: Life) -> bool:
    return ended(lived) in BAD_ENDINGS and "OPERATIONS_STARTED" in set(lived.events["kind"])


def net(lived: Life) -> float:
    return float(lived.row["net_joint"])


def rescued(lived: Life) -> bool:
    """Say whether the events tell of a rescue by somebody whose new leader realised, and of no other realising."""
    events = lived.events
    rescues, turns = (events[events["kind"] == kind] for kind in ("RESCUE_LAUNCHED", "FAILURE_REALISED"))
    by_leader = len(turns) > 0 and set(turns["a"]) == {float(Turn.NEW_LEADER)}
    return len(rescues) > 0 and by_leader and turns["time"].min() < rescues["time"].min()


FITS = {
    "deal-first-wins": lambda deal, other: net(deal) > net(other),
    "feasibility-first-wins": lambda deal, other: net(deal) < net(other),
    "both-fail": lambda deal, other: failed(deal) and failed(other),
    "both-well": lambda deal, other: all(ended(each) == Ending.ONGOING and net(each) > 0.0 for each in (deal, other)),
    "hostile-end": lambda deal, other: Ending.HOSTILE_EXIT in (ended(deal), ended(other)),
    "rescued-by-a-new-leader": lambda deal, other: rescued(deal) or rescued(other),
    "given-up-before-it-was-too-late": lambda deal, other: Ending.ABANDONED in (ended(deal), ended(other)),
}
"""What each wish means, told by the events of both lives and what they come to."""


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look through lives 40 at a time, and through 120 at most."""
    monkeypatch.setattr(live, "MOST", 40)
    monkeypatch.setattr(live, "FARTHEST", 120)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("turned", [False, True])
def test_every_life_that_fits_is_found_and_no_other_one(turned: bool) -> None:
    asked = with_arms(IT, ())
    if turned:
        asked = asked.model_copy(update={"arms": dict(reversed(asked.arms.items()))})
    given = {"numbers": {"override": 0.5}, "policies": {DEAL: {"several-ties": True}}}
    here = changed(asked, given)
    pairs = [(simulate(here, DEAL, 5, k), simulate(here, FEASIBILITY, 5, k)) for k in range(120)]
    for wish, fits in FITS.items():
        expected = [k for k, pair in enumerate(pairs) if fits(*pair)]
        found, after = [], -1
        while (told := find(asked, given, wish, after, seed=5))["replication"] is not None:
            assert told["replication"] > after
            after = told["replication"]
            found.append(after)
            assert told["fit"] == sum(k < told["of"] for k in expected)
            assert after < told["of"] <= after + 40
            for account, arm in zip(told["lives"], here.arms, strict=True):
                lived = pairs[after][arm == FEASIBILITY]
                assert account["ending"] == ended(lived).name
                assert account["net"] == pytest.approx(4.0 * net(lived), abs=1e-5)
                assert account["end"] == pytest.approx(lived.row["t_end"], abs=1e-5)
        assert found == expected, wish
        assert (told["fit"], told["of"], told["lives"]) == (len(expected), 120, None)
        assert expected, f"nothing of {wish} among the lives of this test"


@pytest.mark.usefixtures("few")
def test_what_nobody_lives_is_not_found() -> None:
    told = find(scenario({"no_deal": 1.0}), None, "both-fail")
    assert told == {"kind": "find", "wish": "both-fail", "replication": None, "lives": None, "fit": 0, "of": 120}


def test_every_wish_is_tested() -> None:
    assert FITS.keys() == WISHES.keys()


def test_lives_that_were_compared_are_not_lived_again(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"numbers": {"denial": 0.6}}
    compared(IT, given, live.MOST)
    monkeypatch.setattr(live, "run_experiment", None)
    assert find(IT, given, "both-fail")["of"] == live.MOST


# ---------------------------------------------------------------- what is refused


HOSTILE = [
    5,
    "numbers",
    [],
    {"numbers": 5},
    {"numbers": [["optimism", 0.1]]},
    {"numbers": {"optimism": math.nan}},
    {"numbers": {"optimism": math.inf}},
    {"numbers": {"optimism": "0.1"}},
    {"numbers": {"optimism": True}},
    {"numbers": {"optimism": None}},
    {"numbers": {"optimism": [0.1] * 100_000}},
    {"numbers": {"optimism": 0.26}},
    {"numbers": {"optimism": -0.01}},
    {"numbers": {"optimism": 10**400}},
    {"numbers": {"kickoff": 1.5}},
    {"numbers": {"optimsm": 0.1}},
    {"numbers": {"world.optimism": 0.1}},
    {"numbers": {"__class__": 1}},
    {"numbers": {"x" * 100_000: 1}},
    {"numbers": {str(number): number for number in range(100_000)}},
    {"policies": {"nobody": {}}},
    {"policies": {DEAL: ["facilitator"]}},
    {"policies": {DEAL: {"facilitator": 1}}},
    {"policies": {DEAL: {"facilitator": "../../etc/passwd"}}},
    {"policies": {DEAL: {"retention": True}}},
    {"policies": {DEAL: {"deal-broker": True, "realistic-promise": True}}},
    {"horizon": 100},
    {"based_on": "/etc/passwd"},
]


@pytest.mark.parametrize("given", HOSTILE, ids=range(len(HOSTILE)))
def test_settings_that_are_not_allowed_are_refused_by_a_sentence(given: Any) -> None:
    with pytest.raises(ScenarioError):
        changed(IT, given)
    for message in ({"kind": "compare", "settings": given}, {"kind": "find", "settings": given, "wish": "both-fail"}):
        told = answer(IT, message)
        assert told.keys() == {"error", "clashes"}
        assert 0 < len(told["error"]) < 2500
        json.dumps(told, allow_nan=False)


MESSAGES = [
    None,
    5,
    [],
    {},
    {"kind": "exec"},
    {"kind": ["compare"]},
    *({"kind": "compare", "replications": each} for each in (0, -1, 2001, 10**9, 500.0, True, "500", None, [500])),
    *({"kind": "find", "wish": each} for each in (None, "", "both", ["both-fail"], {"a": 1}, 5)),
    *({"kind": "find", "wish": "both-fail", "after": each} for each in (-2, 10**9, 1.5, "0", True, None)),
]


@pytest.mark.parametrize("message", MESSAGES, ids=range(len(MESSAGES)))
def test_messages_that_make_no_sense_are_refused_by_a_sentence(message: Any) -> None:
    told = answer(IT, message)
    assert told["error"]
    assert told["clashes"] == []


def test_several_mistakes_are_told_at_once() -> None:
    given = {"numbers": {"optimsm": 1, "denial": 7}, "policies": {DEAL: {"facilitator": 3}}, "more": 1}
    told = answer(IT, {"kind": "compare", "settings": given})["error"].splitlines()
    assert told == [
        "settings.more: 1: one of numbers, policies",
        "settings.numbers.optimsm: 1: one of average_fit, optimism, break_even, candour, denial, override, "
        "rival_offer_rate, kickoff; did you mean optimism?",
        "settings.numbers.denial: 7: a number from 0.5 to 1",
        "settings.policies.deal-first.facilitator: 3: true or false",
    ]


def test_contradictions_are_told_with_what_contradicts() -> None:
    both = {"policies": {FEASIBILITY: {"deal-broker": True, "realistic-promise": True}}}
    told = answer(IT, {"kind": "compare", "settings": both})
    assert told["clashes"] == [{"arm": FEASIBILITY, "policies": ["realistic-promise", "deal-broker"]}]
    adopted = {**ARMS, "deal-first": {"launch": "deal-first", "policies": ["deal-broker"]}}
    asked = scenario_of({"title": "sold", "world": {}, "arms": adopted})
    one = {"policies": {DEAL: {"realistic-promise": True}}}
    told = answer(asked, {"kind": "find", "wish": "both-fail", "settings": one})
    assert told["clashes"] == [{"arm": DEAL, "policies": ["deal-broker", "realistic-promise"]}]
    one["policies"][DEAL]["deal-broker"] = False
    assert "error" not in answer(asked, {"kind": "compare", "settings": one, "replications": 1})


def test_a_page_gets_an_answer_also_where_something_breaks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*given: Any) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(live, "compared", broken)
    assert answer(IT, {"kind": "compare"}) == {"error": "RuntimeError: out of luck", "clashes": []}
    assert "out of luck" in caplog.text  # and whoever runs the page sees where


def test_the_same_question_has_the_same_answer() -> None:
    message = {"kind": "find", "wish": "both-well", "settings": {"numbers": {"denial": 0.7}}, "after": 20}
    once = answer(IT, message)
    answer(IT, {"kind": "compare", "settings": {"numbers": {"denial": 0.8}}, "replications": 10})
    live._lived.cache_clear()
    live._looked_at.cache_clear()
    assert answer(IT, message) == once
    assert answer(IT, message, seed=2) != once
    assert np.isfinite(once["lives"][0]["net"])
