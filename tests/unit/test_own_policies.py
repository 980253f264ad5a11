"""Policies of a user's own: declared beside the rules, adopted as any other, and refused as any other."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

import relsim
from relsim.errors import RuleError, ScenarioError
from relsim.model.parameters import resolve
from relsim.model.rulebook import rulebook
from relsim.scenario.files import load_scenario, scenario_of, scenario_text
from relsim.scenario.governance import policy_of, with_own
from tests.doors import run
from tests.guide import write_files

WALKS = relsim.policy(
    "floor-walks",
    "tops walk about",
    "their time",
    place=2,
    per_year=relsim.number(2.0, "per year", (0, 12), "walks"),
    share=relsim.number(0.5, "share", (0, 1), "how far they go", plausible=(0.2, 0.8), source="a guess"),
)


@relsim.rule(96, name="WALK", rate=12.0)
def walk(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A top walks about."""
    e.a = p.user[WALKS.share]
    return u.u1 * 12.0 < p.user[WALKS.per_year]


def asked(policies: str) -> relsim.Scenario:
    return load_scenario("rnd-alliance", set=[f"arms.deal-first.policies={policies}"], policies=[WALKS])


def test_its_numbers_arrive_where_its_rules_read_them() -> None:
    book = rulebook([walk])
    assert book.policies == (WALKS,)
    assert (WALKS.per_year, WALKS.share) == (2, 3)
    for written, user in (('"floor-walks"', (2.0, 0.5)), ('{name="floor-walks", share=1, per_year=0.5}', (0.5, 1.0))):
        p = resolve(asked(f"[{written}]"), "deal-first", book)
        assert tuple(p.user[2:4]) == user
        assert not p.user[:2].any()
        assert not p.user[4:].any()
        assert not resolve(asked(f"[{written}]"), "feasibility-first", book).user.any()
    assert not resolve(asked('[{name="floor-walks", per_year=0, share=1}]'), "deal-first", book).user.any()


def test_it_acts_where_it_is_adopted_and_nowhere_else() -> None:
    with_it = relsim.simulate(asked('[{name="floor-walks", share=0.25}]'), "deal-first", rules=[walk])
    walks = with_it.events[with_it.events["kind"] == "WALK"]
    assert len(walks) > 3
    assert set(walks["a"]) == {0.25}
    without = relsim.simulate(asked("[]"), "deal-first", rules=[walk])
    off = relsim.simulate(asked('[{name="floor-walks", per_year=0}]'), "deal-first", rules=[walk])
    assert off.digest == without.digest
    assert "WALK" not in set(off.events["kind"])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('["flor-walks"]', "did you mean floor-walks?"),
        (
            '[{name="floor-walks", per_yaer=1}]',
            "has the numbers per_year and share; did you mean per_year?",
        ),
        ('[{name="floor-walks", per_year=13}]', r"a number from 0 to 12 \(per year\); 0 means without it"),
        ('["floor-walks", "floor-walks"]', "each policy once"),
        ('[{name="floor-walks", declared=1}]', "what relsim.policy declares"),
    ],
)
def test_what_is_misspelt_or_out_of_range_is_refused_as_ever(written: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        asked(written)


def test_nobody_knows_it_who_was_not_told() -> None:
    with pytest.raises(ScenarioError, match='"floor-walks": one of operational-gate'):
        load_scenario("rnd-alliance", set=['arms.deal-first.policies=["floor-walks"]'])
    with pytest.raises(RuleError, match=r"arms.deal-first.policies: floor-walks: .* missing; hand over .*--rules"):
        relsim.simulate(asked('["floor-walks"]'), "deal-first")
    other = relsim.policy("floor-walks", "another one", "none", place=0, part=relsim.number(1.0, "share", (0, 1), "x"))
    stranger = load_scenario("rnd-alliance", set=['arms.deal-first.policies=["floor-walks"]'], policies=[other])
    with pytest.raises(RuleError, match="the rules that read it are others"):
        relsim.simulate(stranger, "deal-first", rules=[walk])


def test_it_is_kept_with_what_was_declared() -> None:
    scenario = asked('[{name="floor-walks", share=0.25}]')
    assert scenario_of(json.loads(scenario.model_dump_json())) == scenario
    assert relsim.Scenario.model_validate_json(scenario.model_dump_json()) == scenario
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    text = scenario_text(scenario)
    assert 'policies = [{ name = "floor-walks", share = 0.25 }]' in text
    (policy,) = scenario.arms["deal-first"].policies
    assert policy.known == WALKS
    assert policy_of(policy) == policy


def test_data_that_declares_something_else_is_refused() -> None:
    document = json.loads(asked('["floor-walks"]').model_dump_json())
    (kept,) = document["arms"]["deal-first"]["policies"]
    for change in (
        {"place": 99},
        {"place": None},
        {"numbers": []},
        {"numbers": [{"name": "x"}]},
        {"name": "retention"},
        {"meaning": 3},
    ):
        kept["declared"] |= change
        with pytest.raises(ScenarioError, match=r"arms.deal-first.policies\[0\]"):
            scenario_of(document)
        kept["declared"] = json.loads(asked('["floor-walks"]').model_dump_json())["arms"]["deal-first"]["policies"][0][
            "declared"
        ]
    kept["name"] = "other"
    with pytest.raises(ScenarioError, match='"other": one of'):
        scenario_of(document)


def number(**changes: Any) -> Any:
    usual = {"default": 1.0, "unit": "share", "allowed": (0, 1), "meaning": "how much"}
    return relsim.number(**(usual | changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "Floor Days"}, "name: 'Floor Days': lower-case words joined by hyphens"),
        ({"meaning": ""}, "meaning: '': one line of text"),
        ({"price": "two\nlines"}, "price: .*one line of text"),
        ({"place": 16}, "place: 16: a whole number from 0 to 15"),
        ({"place": 15, "more": number()}, "place: 15: a whole number from 0 to 14"),
        ({"place": None}, "place: None"),
        ({"part": 1.0}, "part: 1.0: a number declared with relsim.number"),
        ({"part": number(allowed=(0.1, 1))}, "part: allowed: .*the first number is the dial"),
        ({"part": number(allowed=(0, float("inf")))}, "part: allowed: .*two finite numbers"),
        ({"part": number(default=2.0)}, "part: default: 2.0: a number from 0 to 1"),
        ({"part": number(default=0.5, whole=True)}, "part: default: 0.5: a whole number"),
        ({"part": number(plausible=3)}, "part: plausible: 3"),
        ({"meaning_of": number(), "price_": number()}, "price_: lower-case words joined by underscores"),
        ({"written": number()}, "written: lower-case words joined by underscores, none of"),
    ],
)
def test_a_wrong_declaration_is_refused(changes: dict[str, Any], said: str) -> None:
    given = {"name": "fine", "meaning": "it is fine", "price": "nothing", "place": 0, "part": number()} | changes
    name, meaning, price = (given.pop(key) for key in ("name", "meaning", "price"))
    with pytest.raises(RuleError, match=said):
        relsim.policy(name, meaning, price, **given)


def test_a_policy_needs_a_number() -> None:
    with pytest.raises(RuleError, match="numbers: at least one, its dial"):
        relsim.policy("fine", "it is fine", "nothing", place=0)


def test_policies_may_not_be_in_each_others_way() -> None:
    with pytest.raises(RuleError, match="policy retention: a built-in policy has this name"):
        with_own([relsim.policy("retention", "x", "y", place=0, part=number())])
    with pytest.raises(RuleError, match=r"policies other and floor-walks: their places in p\.user overlap"):
        with_own([WALKS, relsim.policy("other", "x", "y", place=1, part=number(), more=number())])
    with pytest.raises(RuleError, match="policy floor-walks: declared twice"):
        with_own([WALKS, relsim.policy("floor-walks", "x", "y", place=9, part=number())])
    assert with_own([WALKS, WALKS])["floor-walks"] == WALKS


def test_a_number_that_it_does_not_have_is_told() -> None:
    with pytest.raises(AttributeError, match="policy floor-walks has no number per_yaer; it has per_year, share"):
        _ = WALKS.per_yaer


def test_the_command_line_tells_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_files("own-rules.md", tmp_path)
    mine = folder / "mine.py"
    status, out, _ = run(capsys, "policies", "--rules", mine, "--json")
    assert status == 0
    assert [each["name"] for each in json.loads(out)][-1] == "floor-days"
    status, out, _ = run(capsys, "policies", "floor-days", "--rules", mine)
    assert (status, "the day of a top, every time" in out, "per_year" in out) == (0, True, True)
    status, _, err = run(capsys, "policies", "flor-days", "--rules", mine)
    assert (status, "did you mean floor-days?" in err) == (2, True)
    status, out, _ = run(capsys, "explain", folder / "floor.toml", "--rules", mine)
    assert status == 0
    for said in (
        "policy floor-days (per_year 4, cost 0.002)",
        "Rules of your own",
        "They remember: backlog, days of each",
    ):
        assert said in out
    status, _, err = run(capsys, "explain", folder / "floor.toml")
    assert (status, f"{folder / 'floor.toml'}:9: " in err, "Traceback" in err) == (2, True, False)
