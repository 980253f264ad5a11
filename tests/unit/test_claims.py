"""Claims: all statements are there, each tested one can win and lose, and verdicts follow from intervals alone."""

import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import pytest

import relsim
from relsim.analysis.columns import has_failed
from relsim.analysis.estimate import UNKNOWN, Estimate
from relsim.lab import claims as tested
from relsim.lab.claims import STATEMENTS, Claim, Claims, Found, InWorld, Lived, Rule, Said, Statement, Unit, Verdict
from relsim.lab.claims.claim import CLAIMS, MORE, MOSTLY_NOT_ALWAYS
from relsim.lab.claims.dependence import driver, varied
from relsim.lab.claims.measured import median_until, share_by
from relsim.lab.factors import with_numbers
from relsim.lab.patterns import failed_by, less
from relsim.scenario.scenario import Scenario
from tests.doors import run
from tests.worlds import scenario

World = Mapping[str, Any]

GOOD: World = {
    "fit_alpha": 12,
    "fit_beta": 1,
    "break_even": 0.2,
    "initial_trust": {"strategic": 0.9, "tactical": 0.9, "operational": 0.9},
    "market_shock_rate": 0.1,
    "threshold": 0.1,
    "optimism": -0.1,
}
"""A world in which hardly anything can go wrong."""

BAD: World = {"fit_alpha": 3, "fit_beta": 4, "optimism": 0.25}
"""A world of poor matches and high promises."""

AT_ONCE: World = {"threshold": 1.0, "resolve": 1.0, "review_rate": 52}
"""Tops that know at once, and act."""

LATE: World = {"resolve": 0.05, "evidence": 0.02, "board_pull": 0.001}

SETTLING: World = BAD | {"tactical_power": 1, "settle_low": 1, "backing_floor": 1, "optimism": -1}

OFFICES: World = BAD | {"incident_rate": 0.1, "tactical_problem_rate": 200, "strategic_problem_rate": 20}

WASTED: World = {"workshop_cost": 2}

HASTY: World = GOOD | {"fit_alpha": 4.5, "fit_beta": 3, "operational_bias": -1, "override": 0}
"""Staff who talk good matches down."""

BOTH: dict[str, tuple[World, World]] = {
    "every level counts": (
        {"trust_weight": {"strategic": 0.3, "tactical": 0.3, "operational": 0.3}},
        {"trust_weight": 0, "learn_chance": 1, "learn_step": 0.3, "adapt_price": 100, "initial_trust": 0.1},
    ),
    "operations decide lasting": (
        {},
        {"trust_weight": {"strategic": 0.0, "tactical": 0.9, "operational": 0.0}, "repair_without_trust": 0.95},
    ),
    "operations decide net": (
        {"trust_weight": {"strategic": 0.0, "tactical": 0.0, "operational": 0.5}},
        {"trust_weight": {"strategic": 0.0, "tactical": 0.7, "operational": 0.0}},
    ),
    "signed with little chance": (BAD, GOOD),
    "proclaimed before meeting": ({}, {"announce": 0, "bonus_at_signing": 0}),
    "failing is not rare": ({}, GOOD),
    "promise kept less": ({"optimism": 0.3, "optimism_with_estimate": 0}, {"optimism": -0.3}),
    "working costs more": ({"workshop_trust_operational": 0.6, "incident_cost": 0.01}, WASTED),
    "finding out gains more": (
        GOOD | {"initial_trust": 0.0, "contact_rate": 0, "workshop_trust_operational": 0.9, "rival_offer_rate": 0},
        WASTED,
    ),
    "limping is not rare": (BAD, GOOD),
    "limping lasts": (BAD | LATE, BAD | AT_ONCE | {"limping_after": 0.01}),
    "attention moves first": (BAD, BAD | {"attention_time": 1000}),
    "new leaders see": (
        BAD | {"evidence": 0.08, "board_pull": 0.015},
        BAD | {"leader_change_rate": 0},
    ),
    "stepping in takes years": (BAD | LATE, BAD | AT_ONCE | {"limping_after": 0.01}),
    "breaking off is not rare": (BAD, GOOD),
    "some end quietly": ({}, {"hostile_base": 1}),
    "some end with noise": ({}, {"hostile_base": 1}),
    "expectations not met": (BAD, BAD | {"optimism": -1}),
    "complaints unsettled": (BAD, SETTLING),
    "incidents unrepaired": (BAD, BAD | {"repair_without_trust": 1, "repair_with_trust": 1}),
    "first problem in operations": (BAD, OFFICES),
    "problems from operations": ({"tactical_problem_rate": 0.1}, OFFICES),
    "managers cannot settle": (BAD, SETTLING),
    "tops deny": ({}, {"threshold": 1}),
    "scapegoats sometimes": ({}, BAD | {"patience": 1, "scapegoat": 1}),
    "scapegoats in worse cases": (
        {"patience": 2, "severance_cost": 1},
        {"patience": 1, "break_even": 0.05, "launch_cost": 0.5, "commitment_cost": 0, "morale_loss_scapegoat": 0},
    ),
    "acting takes time": (LATE, AT_ONCE),
    "interests delay": ({"sunk_by_launching": 0.9, "sunk_half_life": 100}, {}),
    "both have lost": (BAD | {"launch_cost": 0.5}, {"break_even": {"client": 0.1, "supplier": 0.5}}),
    "exploring pays": (BAD, WASTED),
    "experts help": (BAD, {"facilitator_cost": 1}),
    "order pays": (BAD, GOOD | {"rival_offer_rate": 3}),
    "losses avoided": (BAD, HASTY),
    "giving up pays": (BAD, HASTY),
    "either can win": ({}, WASTED),
    "never is a choice": ({}, GOOD),
    "never can win": ({}, GOOD),
}
"""By claim a world that supports it, and one that contradicts it."""


def found(claim: Claim, world: World, pairs: int = 256) -> Estimate:
    return claim.measured(Lived(scenario(dict(world)), pairs))


def test_every_statement_is_there_in_its_order() -> None:
    assert [each.id for each in STATEMENTS] == [*(f"A{number}" for number in range(1, 25)), "M1", "M2"]


def test_a_statement_is_tested_or_said_why_not() -> None:
    for each in STATEMENTS:
        assert bool(each.claims) != bool(each.untestable), each.id
        assert each.says.endswith("."), each.id
    assert sorted(each.id for each in STATEMENTS if each.untestable) == ["A4", "A5", "A6"]


def test_a_claim_says_everything_beforehand() -> None:
    known = {each.id for each in STATEMENTS}
    assert len({each.name for each in CLAIMS}) == len(CLAIMS)
    for each in CLAIMS:
        assert each.statement in known, each.name
        assert each.question.endswith("?"), each.name
        assert each.estimand, each.name
        assert each.contradicted, each.name
        assert each.rule.low > -math.inf, each.name


def test_every_claim_has_both_worlds() -> None:
    assert set(BOTH) == {each.name for each in CLAIMS}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name.replace(" ", "-"))
def test_a_claim_can_be_supported_and_contradicted(claim: Claim) -> None:
    supporting, contradicting = BOTH[claim.name]
    assert claim.rule.verdict(found(claim, supporting)) is Verdict.SUPPORTED
    assert claim.rule.verdict(found(claim, contradicting)) is Verdict.CONTRADICTED


BETWEEN = Rule("mostly, not always", 0.5, 0.9)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ((0.7, 0.6, 0.8), Verdict.SUPPORTED),
        ((0.7, 0.5, 0.9), Verdict.SUPPORTED),
        ((0.45, 0.40, 0.499), Verdict.CONTRADICTED),
        ((0.95, 0.901, 1.0), Verdict.CONTRADICTED),
        ((0.5, 0.4, 0.6), Verdict.DEPENDS),
        ((0.7, 0.4, 1.0), Verdict.DEPENDS),
        (UNKNOWN, Verdict.NOT_TESTABLE),
        ((0.7, math.nan, math.nan), Verdict.NOT_TESTABLE),
    ],
)
def test_a_verdict_follows_from_the_interval(found: tuple[float, float, float], verdict: Verdict) -> None:
    assert BETWEEN.verdict(Estimate(*found)) is verdict


def test_more_than_nothing_is_not_nothing() -> None:
    assert MORE.verdict(Estimate(0.0, 0.0, 0.0)) is Verdict.CONTRADICTED
    assert MORE.verdict(Estimate(0.1, 0.0, 0.2)) is Verdict.DEPENDS
    assert MORE.verdict(Estimate(0.1, 0.01, 0.2)) is Verdict.SUPPORTED


def test_what_is_not_reached_can_still_be_long_enough() -> None:
    found = median_until(np.arange(1.0, 101.0), np.arange(100) < 45)
    assert (found.value, found.high) == (math.inf, math.inf)
    assert Rule("a long time", 1.0).verdict(found) is Verdict.SUPPORTED
    assert less(found, Estimate(1.0, 0.5, 1.5)).low == pytest.approx(found.low - 1.5)
    assert not less(Estimate(1.0, 0.5, 1.5), found).known
    assert not median_until(np.zeros(0), np.zeros(0, bool)).known


def test_numbers_are_told_with_their_units() -> None:
    assert Unit.SHARE.told(Estimate(0.421, 0.4, 0.44)) == "42.1 % [40.0, 44.0]"
    assert Unit.YEARS.told(Estimate(math.inf, 2.0, math.inf)) == "never [2.00, never]"
    assert Unit.MONEY.told(UNKNOWN) == "-"
    assert MOSTLY_NOT_ALWAYS.words(Unit.SHARE) == "50 to 90 %"
    assert Rule("a long time", 1.0).words(Unit.YEARS) == "at least 1 year"
    assert MORE.words(Unit.MONEY) == "more than 0"


def _nothing(lived: Lived) -> Estimate:
    return UNKNOWN


CLAIM = Claim("A1", "Is it so?", "Share of what is so", Unit.SHARE, BETWEEN, "that it is not so", _nothing)
YES, NO, MAYBE = Estimate(0.7, 0.65, 0.75), Estimate(0.2, 0.1, 0.3), Estimate(0.5, 0.4, 0.6)


def test_chance_is_named_with_the_bound() -> None:
    assert tested.judge(CLAIM, YES).said == Said(Verdict.SUPPORTED)
    assert tested.judge(CLAIM, NO).said == Said(Verdict.CONTRADICTED)
    assert tested.judge(CLAIM, MAYBE).said == Said(Verdict.DEPENDS, "chance: the interval holds 50 %")
    assert tested.judge(CLAIM, UNKNOWN).said.verdict is Verdict.NOT_TESTABLE


def test_another_assumption_can_take_a_verdict_away() -> None:
    assert tested.judge(CLAIM, YES, (("pigs fly", YES),)).said.verdict is Verdict.SUPPORTED
    assert tested.judge(CLAIM, YES, (("pigs fly", UNKNOWN),)).said.verdict is Verdict.SUPPORTED
    said = tested.judge(CLAIM, YES, (("pigs fly", NO),)).said
    assert said.verdict is Verdict.DEPENDS
    assert "where pigs fly it is 20.0 % [10.0, 30.0], contradicted" in said.on


def _numbers(count: int) -> dict[str, np.ndarray]:
    """Return what differs between worlds whose evidence rises, and whose resolve goes up and down."""
    return varied(
        [
            with_numbers(
                scenario(), {"world.evidence": 0.1 + place / 100, "world.resolve.client": place % 2 / 10}
            ).world
            for place in range(count)
        ]
    )


def test_a_verdict_must_hold_in_other_worlds() -> None:
    worlds = _numbers(20)
    firm = tested.judge(CLAIM, YES, (), [0.7] * 19 + [0.4], worlds)
    assert (firm.said, firm.held, firm.others) == (Said(Verdict.SUPPORTED), 0.95, 20)
    shaky = tested.judge(CLAIM, YES, (), [0.45 + place / 100 for place in range(20)], worlds)
    assert shaky.said.verdict is Verdict.DEPENDS
    assert (
        "it meets the rule here and in 75 % of 20 others; most on world.evidence (rank correlation +1.00)"
        in shaky.said.on
    )
    unknown = tested.judge(CLAIM, YES, (), [math.nan] * 20, worlds)
    assert (unknown.said, unknown.others) == (Said(Verdict.SUPPORTED), 0)


def test_the_number_that_it_depends_on_most() -> None:
    worlds = _numbers(12)
    assert set(worlds) == {"world.evidence", "world.resolve.client"}
    most = driver(worlds, [-float(place) for place in range(12)])
    assert most is not None
    assert (most.factor, most.correlation, most.clear) == ("world.evidence", pytest.approx(-1.0), True)
    unclear = driver(worlds, [1.0, 2.0, 6.0, 5.0, 3.0, 4.0, 1.5, 2.5, 5.5, 6.5, 3.5, 4.5])
    assert unclear is not None
    assert not unclear.clear
    assert driver(worlds, [1.0] * 12) is None
    assert driver(worlds, [1.0, 2.0, 3.0, *[math.nan] * 9]) is None
    assert driver({}, [float(place) for place in range(12)]) is None
    assert varied([]) == {}


def test_numbers_that_move_together_count_once() -> None:
    given = {"world.leaving_rate.operational": 0.1, "world.headcount.client": 50.0, "world.value": 2.0}
    other = with_numbers(scenario(), given).world
    assert sorted(varied([scenario().world, other])) == sorted(given)


def _said(*verdicts_by_world: tuple[Verdict, ...]) -> Said:
    """Return what worlds say together of a statement whose claims have these verdicts there."""
    statement = Statement("A1", "It is so.")
    worlds = tuple(
        InWorld(name, name, tuple(Found(CLAIM, YES, Said(each, "why")) for each in verdicts), 0, 0)
        for name, verdicts in zip(("gloomy", "gentle"), verdicts_by_world, strict=False)
    )
    return Claims(worlds, (statement,), 1, 1).says(statement)


def test_claims_and_worlds_that_disagree_depend() -> None:
    yes, no, maybe, none = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.DEPENDS, Verdict.NOT_TESTABLE
    assert _said((yes, yes), (yes, yes)).verdict is yes
    assert _said((yes, none), (yes,)).verdict is yes
    assert _said((no,), (no,)).verdict is no
    assert _said((none,), (none,)) == Said(none, "why")
    assert _said((yes, no), (no, yes)) == Said(maybe, tested.ASKED)
    assert _said((yes, maybe)) == Said(maybe, "why")
    assert _said((yes,), (no,)) == Said(maybe, "the world: supported in gloomy, contradicted in gentle")


def test_twins_are_the_same_pairs_and_lived_once() -> None:
    lived = Lived(scenario(), 50)
    other = lived.where({"world.contact_rate.operational": 0.0})
    assert other is lived.where({"world.contact_rate.operational": 0.0})
    assert np.array_equal(lived.deal_first["fit_at_start"], other.deal_first["fit_at_start"])
    assert np.array_equal(lived.deal_first["t_operations"], other.deal_first["t_operations"], equal_nan=True)
    assert lived.deal_first is lived.under("deal-first")
    assert np.all(lived.under("deal-first", kickoff=2)["n_workshops"] <= 2)
    assert len(lived.events) == 50


def test_a_scenario_without_one_of_the_launches_can_be_asked() -> None:
    lived = Lived(scenario(only={"launch": "feasibility-first", "workshops_most": 2}), 50)
    assert np.all(lived.deal_first["n_workshops"] == 0)
    assert 0 < lived.feasibility_first["n_workshops"].max() <= 2


def test_other_worlds_are_asked_where_there_are_some(monkeypatch: pytest.MonkeyPatch) -> None:
    here = scenario({"bonus_at_signing": 0})
    others = tuple(with_numbers(here, {"world.announce": 0.1 * place}) for place in range(6))
    monkeypatch.setattr(sys.modules["relsim.lab.claims.finding"], "also_fitting", lambda given, most: others[:most])
    (world,) = tested.claims({"here": here}, ["A7"], pairs=200).worlds
    (found,) = world.found
    assert (world.others, found.others) == (6, 6)
    few = tested.claims({"here": here}, ["A7"], pairs=200, others=3).worlds[0].found[0]
    assert few.driver is None
    assert few.others == 3
    assert found.estimate.value == pytest.approx(0.7, abs=0.1)
    assert found.held < 0.5
    assert found.said.verdict is Verdict.DEPENDS
    assert "most on world.announce (rank correlation +1.00)" in found.said.on


@pytest.mark.parametrize("given", [scenario({"no_deal": 1}), scenario(horizon=0.0)], ids=["no deal", "no time"])
def test_what_nobody_lives_is_not_testable(given: Scenario) -> None:
    (world,) = tested.claims({"empty": given}, pairs=40).worlds
    for each in world.found:
        if each.claim.statement not in ("A22", "A23"):
            assert each.said == Said(Verdict.NOT_TESTABLE, "no life, or too few, show what it is about")


def test_a_share_of_none_has_an_interval() -> None:
    lived = Lived(scenario(dict(GOOD)), 20)
    found = share_by(lived.deal_first, np.zeros(20, bool), 5.0)
    assert found.value == 0.0
    assert found.high > 0.1
    rows = Lived(scenario(dict(BAD)), 200).deal_first
    assert share_by(rows, has_failed(rows), 5.0) == failed_by(rows, 5.0)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


FEW = ("claims", "it-outsourcing", "--pairs", 60)


def test_the_command_tells_every_statement(capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    status, out, err = run(capsys, *FEW)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    for each in STATEMENTS:
        assert sum(line.startswith(f"{each.id} ") for line in lines) == 1, each.id
    assert max(map(len, lines)) <= 100
    assert "Built in, not a finding" in out


def test_the_document_keeps_to_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(run(capsys, *FEW, "--json")[1])
    jsonschema.validate(document, tested.schema())
    assert [each["statement"] for each in document["statements"]] == [each.id for each in STATEMENTS]
    assert (document["pairs"], document["seed"]) == (60, 2)


def test_only_what_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, *FEW, "--only", "A8", "--only", "a4", "--json")[1]
    assert [each["statement"] for each in json.loads(out)["statements"]] == ["A4", "A8"]


@pytest.mark.usefixtures("elsewhere")
def test_what_was_found_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("c.md", "c.csv", "c.json"):
        status, out, _ = run(capsys, *FEW, "--only", "A20", "--only", "A4", "--out", name)
        assert status == 0
        assert f"claims: {name}" in out
    assert "## A20: " in Path("c.md").read_text()
    assert set(pd.read_csv("c.csv")["statement"]) == {"A4", "A20"}
    jsonschema.validate(json.loads(Path("c.json").read_text()), tested.schema())


def test_rules_are_told_without_a_life(capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    monkeypatch.setattr(Lived, "under", None)
    status, out, _ = run(capsys, "claims", "--rules")
    assert status == 0
    told = " ".join(out.split())
    for each in CLAIMS:
        assert each.question.split()[0] in told
    assert out.count("contradicted by") == len(CLAIMS)
    assert run(capsys, "claims", "--rules", "--only", "A13")[1].count("contradicted by") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("claims", "--only", "A25", "--rules"), "only: A25: one of A1 to A24, M1 and M2; did you mean A5?"),
        (("claims", "it-outsorcing"), "did you mean it-outsourcing?"),
        (("claims", "it-outsourcing", "--pairs", "1"), "pairs"),
        (("claims", "it-outsourcing", "--out", "c.xls"), ".md or .csv or .json"),
    ],
)
def test_wrong_usage_is_told(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_a_finding_prints_gives_a_table_and_draws() -> None:
    made = tested.claims({"it": relsim.load_scenario("it-outsourcing")}, ["A8", "A4"], pairs=60)
    assert str(made).startswith("The article's statements in it (60 pairs of firms, seed 2)")
    frame = made.to_frame()
    assert frame["verdict"].tolist() == ["not testable here", "supported"]
    assert len(made.plot().texts) == 2
