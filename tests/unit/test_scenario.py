"""Scenarios: what is declared, what is read from files, what is bundled, what is written."""

import json
import pickle
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from relsim.errors import RelsimError, ScenarioError
from relsim.scenario import (
    POLICIES,
    Governance,
    Scenario,
    World,
    bundled,
    changed,
    describe,
    json_schema,
    load_scenario,
    new_scenario,
    numbers,
    policy_of,
    scenario_of,
    scenario_text,
    schema_text,
    source_of,
    with_arms,
)

ROOT = Path(__file__).resolve().parents[2]
ARMS = '[arms.deal-first]\nlaunch = "deal-first"\n'


def world(**written: Any) -> World:
    """Return the world that a file with these parameters describes."""
    return scenario_of({"title": "t", "world": written, "arms": {"a": {"launch": "deal-first"}}}).world


def problems(path: Path | str, *changes: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, changes)
    return str(caught.value).replace(f"{path}:", "").splitlines()


def flat(value: Any) -> list[float]:
    return [number for each in value for number in flat(each)] if isinstance(value, tuple) else [value]


# what is declared


@pytest.mark.parametrize("section", [World, Governance])
def test_declarations_are_sound(section: Any) -> None:
    for each in describe(section):
        low, high = each.allowed
        assert all(low <= number <= high for number in flat(each.default)), each.name
        assert each.plausible is None or low <= each.plausible[0] <= each.plausible[1] <= high, each.name
        assert not each.whole or all(number == int(number) for number in flat(each.default)), each.name
        assert len(flat(each.default)) == {(): 1, (2,): 2, (3,): 3, (2, 3): 6}[each.shape], each.name
        assert each.unit, each.name
        assert each.meaning, each.name
        assert each.source, each.name


def test_every_policy_is_described() -> None:
    for name, known in POLICIES.items():
        assert known.name == name
        assert known.meaning
        assert known.price
        for each in known.numbers:
            low, high = each.allowed
            assert each.plausible is not None
            assert low <= each.plausible[0] < each.plausible[1] <= high
            assert each.plausible[0] <= each.default <= each.plausible[1]
            assert each.meaning
            assert each.unit
        assert known.numbers[0].allowed[0] == 0, "the dial of a policy goes down to 0"
    assert {each.policy for each in describe(World) if each.policy} <= POLICIES.keys()


def test_policies_are_read_and_written_in_either_form() -> None:
    text = """title = "t"
[arms.a]
launch = "deal-first"
policies = ["operational-gate", { name = "deferred-bonus", years = 3 }, { name = "break-clause", cost = 0.2 }]
"""
    governance = scenario_of(tomllib.loads(text)).arms["a"]
    assert [each.name for each in governance.policies] == ["operational-gate", "deferred-bonus", "break-clause"]
    assert governance.number("operational-gate", "pilots") == 2
    assert governance.number("deferred-bonus", "years") == 3
    assert governance.number("break-clause", "cost") == 0.2
    assert governance.number("retention", "bonus") == 0
    again = scenario_text(scenario_of(tomllib.loads(text)))
    assert text.splitlines()[-1] in again
    assert scenario_of(tomllib.loads(again)).arms["a"] == governance
    assert Governance.model_validate_json(governance.model_dump_json()) == governance


def test_policies_that_contradict_do_so_only_where_both_are_there() -> None:
    off = {"name": "realistic-promise", "part": 0}
    made = Governance.model_validate({"launch": "deal-first", "policies": ["deal-broker", off]})
    assert not made.policies[1].active


def test_defaults_fill_in() -> None:
    for each in describe(World):
        assert numbers(World(), each.name) == each.default
        assert source_of(World(), each.name) == each.source
    assert changed(World()) == ()


# what is read


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        ("optimism", 0.2, 0.2),
        ("optimism", 0, 0.0),
        ("candour", 0.5, (0.5, 0.5)),
        ("candour", {"client": 0.3, "supplier": 0.5}, (0.3, 0.5)),
        ("candour", {"supplier": 0.5}, (0.35, 0.5)),
        ("candour", {"value": {"client": 0.3}}, (0.3, 0.35)),
        ("contact_rate", 5, (5.0, 5.0, 5.0)),
        ("contact_rate", {"operational": 50}, (3.0, 8.0, 50.0)),
        ("headcount", 7, ((7.0,) * 3, (7.0,) * 3)),
        ("headcount", {"tactical": 9}, ((3.0, 9.0, 40.0), (3.0, 9.0, 40.0))),
        ("headcount", {"client": 4}, ((4.0,) * 3, (3.0, 6.0, 40.0))),
        ("headcount", {"client": {"tactical": 9}, "supplier": 1}, ((3.0, 9.0, 40.0), (1.0,) * 3)),
    ],
)
def test_a_leaf_is_read_in_its_full_shape(name: str, written: Any, read: Any) -> None:
    assert numbers(world(**{name: written}), name) == read
    assert numbers(world(**{name: {"value": written}}), name) == read if not _is_leaf(written) else True


def _is_leaf(written: Any) -> bool:
    return isinstance(written, dict) and "value" in written


def test_a_source_goes_with_its_number() -> None:
    assert source_of(world(optimism={"value": 0.2, "source": "our own survey"}), "optimism") == "our own survey"
    assert source_of(world(trust_loss_ratio=3), "trust_loss_ratio") == "assumption"
    assert source_of(world(trust_loss_ratio=2.5), "trust_loss_ratio").startswith("Slovic")
    noted = world(optimism={"value": 0.2, "note": "why"})
    assert [(each.name, leaf.value, leaf.note, leaf.assumed) for each, leaf in changed(noted)] == [
        ("optimism", 0.2, "why", True)
    ]


def test_no_negative_zero_is_read() -> None:
    assert str(numbers(world(optimism=-0.0), "optimism")) == "0.0"


def test_a_scenario_is_frozen_and_travels() -> None:
    scenario = load_scenario("it-outsourcing")
    with pytest.raises(ValueError, match="frozen"):
        scenario.world.optimism = 3  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        scenario.world.optimism.value = 3  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert scenario_of(json.loads(json.dumps(scenario.model_dump(mode="json")))) == scenario
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario


def test_changes_are_made_on_top_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(f'title = "t"\n[world]\ncandour = 0.4\nvalue = {{ value = 2, source = "s" }}\n{ARMS}')
    changes = (
        "world.optimism=0.2",
        "world.candour.client=0.1",
        "world.value.supplier=3",
        "world.headcount.client.tactical = 8",
        "arms.deal-first.kickoff=2",
        'arms.deal-first.policies = ["facilitator"]',
        "arms.other.launch=feasibility-first",
        "horizon=5",
    )
    scenario = load_scenario(path, changes)
    assert numbers(scenario.world, "optimism") == 0.2
    assert numbers(scenario.world, "candour") == (0.1, 0.4)
    assert numbers(scenario.world, "value") == (2.0, 3.0)
    assert source_of(scenario.world, "value") == "assumption"
    assert numbers(scenario.world, "headcount") == ((3.0, 8.0, 40.0), (3.0, 6.0, 40.0))
    assert numbers(scenario.arms["deal-first"], "kickoff") == 2
    assert scenario.arms["deal-first"].policies == (policy_of("facilitator"),)
    assert scenario.arms["other"].launch == "feasibility-first"
    assert scenario.horizon == 5
    assert load_scenario(path, changes[0]) == load_scenario(path, changes[:1])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("world.optimsm=0.2", "world.optimsm: 0.2: no such name; did you mean optimism?"),
        ("world.optimism=7", "world.optimism: 7: a number from -1 to 1 (fit)"),
        ("world.optimism=", "world.optimism: this is no TOML: Invalid value"),
        ("world.optimism=1\nhorizon=2", "world.optimism: a single value"),
        ("title.x=1", "title.x: 1: title has no parts"),
        ("optimism", "NAME=VALUE, such as world.optimism=0.2"),
        ("", "NAME=VALUE, such as world.optimism=0.2"),
        ("a" + ".a" * 20 + "=1", "NAME=VALUE, such as world.optimism=0.2"),
        ("horizon=" + "[" * 50, "horizon: nested at most 16 deep"),
        ("horizon=1e400", "horizon: inf: a number from 0 to 100 (years)"),
    ],
)
def test_a_wrong_change_is_told(change: str, told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("it-outsourcing", [change])
    (problem,) = caught.value.problems
    assert str(problem).startswith("--set ")
    assert str(problem).endswith(told)


def test_arms_are_chosen_in_the_order_of_the_file() -> None:
    scenario = load_scenario("it-outsourcing")
    assert with_arms(scenario, ()) is scenario
    assert list(with_arms(scenario, ["feasibility-first", "deal-first"]).arms) == list(scenario.arms)
    assert list(with_arms(scenario, ["feasibility-first"]).arms) == ["feasibility-first"]
    with pytest.raises(ScenarioError, match=r"arm: dealfirst: one of .*; did you mean deal-first\?\narm: x: "):
        with_arms(scenario, ["dealfirst", "x"])


# mistakes


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(
        """\
# a comment, then mistakes
tittle = "x"
horizon = nan
optimism = 3
[world]
candour = { client = 0.3,  supplier = 5 }   # one member
repair_without_trust = 0.99
headcount = { client = { strategic = 1.5, opertional = 3 } }
contact_rate = { value = [
   1,
   2 ], source = 3 }
trust_weight = 0.5
optimsm = 2
fit_law = "normal"
[arms."deal first"]
launch = "deal-frist"
policies = [
  "facilitator",
  "deal-brokr",
]
[arms.b]
optimism = 1
"""
    )
    assert problems(path) == [
        "1: title: is missing; needed: one line of text",
        '2: tittle: "x": no such name; did you mean title?',
        "3: horizon: nan: a number from 0 to 100 (years)",
        "4: optimism: 3: no such name; did you mean world.optimism?",
        "6: world.candour.supplier: 5: a number from 0 to 1 (share)",
        "7: world.repair_with_trust: 0.95 (the default): at least repair_without_trust, which is 0.99",
        "8: world.headcount.client.opertional: 3: no such key; known: strategic, tactical, operational; "
        "did you mean operational?",
        "8: world.headcount.client.strategic: 1.5: a whole number from 0 to 10000 (people)",
        "9: world.contact_rate.value: [1, 2]: a number from 0 to 1000 (per year), "
        "{ strategic, tactical, operational } or { value, source, note }",
        "11: world.contact_rate.source: 3: text of at most 2000 characters, none of them a control character",
        "12: world.trust_weight: 0.5: numbers that add up to at most 1",
        "13: world.optimsm: 2: no such name; did you mean optimism?",
        '14: world.fit_law: "normal": one of beta, two-point',
        '15: arms."deal first": "deal first": a name of lower-case letters and digits joined by hyphens, '
        "at most 40 characters",
        '16: arms."deal first".launch: "deal-frist": one of deal-first, feasibility-first; did you mean deal-first?',
        f'19: arms."deal first".policies[1]: "deal-brokr": one of {", ".join(POLICIES)}; did you mean deal-broker?',
        "21: arms.b.launch: is missing; needed: deal-first or feasibility-first",
        "22: arms.b.optimism: 1: no such name; did you mean world.optimism?",
    ]


def test_errors_are_one_tree() -> None:
    error = ScenarioError.of("arm", "x", "one of a, b")
    assert isinstance(error, RelsimError)
    assert (str(error), error.exit_status) == ("arm: x: one of a, b", 2)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


# what is bundled


def test_three_scenarios_are_bundled() -> None:
    assert set(bundled()) >= {"facility-services", "it-outsourcing", "rnd-alliance"}


@pytest.mark.parametrize("name", bundled())
def test_a_bundled_scenario_is_complete(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.title
    assert scenario.question
    assert list(scenario.arms) == ["deal-first", "feasibility-first"]
    assert all(name == governance.launch for name, governance in scenario.arms.items())
    for each, leaf in changed(scenario.world):
        if each.plausible is not None:
            low, high = each.plausible
            given = [
                number for number, usual in zip(flat(leaf.value), flat(each.default), strict=True) if number != usual
            ]
            assert all(low <= number <= high for number in given), each.name
    document = tomllib.loads((ROOT / "scenarios" / f"{name}.toml").read_text(encoding="utf-8"))
    words = {"currency", "fit_law"}
    assert all("source" in leaf for key, leaf in document["world"].items() if key not in words)


@pytest.mark.parametrize("name", bundled())
def test_a_written_scenario_reads_the_same(name: str, tmp_path: Path) -> None:
    path = tmp_path / "again.toml"
    path.write_text(scenario_text(load_scenario(name)), encoding="utf-8")
    assert load_scenario(path) == load_scenario(name)


def test_a_new_scenario_is_a_copy_that_overwrites_nothing(tmp_path: Path) -> None:
    path = new_scenario(tmp_path / "mine.toml", "rnd-alliance")
    assert load_scenario(path) == load_scenario("rnd-alliance")
    assert path.read_text(encoding="utf-8").startswith("# Two firms")
    with pytest.raises(ScenarioError, match="exists already"):
        new_scenario(path)
    with pytest.raises(ScenarioError, match="cannot be written"):
        new_scenario(tmp_path / "nowhere" / "mine.toml")
    with pytest.raises(ScenarioError, match="did you mean it-outsourcing"):
        new_scenario(tmp_path / "other.toml", "it-outsorcing")


# the schema


def test_the_committed_schema_is_current() -> None:
    committed = ROOT / "scenarios" / "schema" / "scenario.schema.json"
    assert committed.read_text(encoding="utf-8") == schema_text(), "run `make schema`"


def test_the_schema_accepts_what_is_bundled() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    validator = jsonschema.Draft202012Validator(json_schema())
    for name in bundled():
        document = tomllib.loads((ROOT / "scenarios" / f"{name}.toml").read_text(encoding="utf-8"))
        validator.validate(document)
        validator.validate(tomllib.loads(scenario_text(load_scenario(name))))


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"title": "t", "arms": {}},
        {"title": "t", "arms": {"A b": {"launch": "deal-first"}}},
        {"title": "t", "arms": {"a": {}}},
        {"title": "t", "arms": {"a": {"launch": "deal-first", "policies": ["magic"]}}},
        {"title": "t", "arms": {"a": {"launch": "deal-first"}}, "horizon": 101},
        {"title": "t", "arms": {"a": {"launch": "deal-first"}}, "world": {"optimsm": 0.1}},
        {"title": "", "arms": {"a": {"launch": "deal-first"}}},
    ],
)
def test_the_schema_refuses_what_is_refused(document: dict[str, Any]) -> None:
    assert not jsonschema.Draft202012Validator(json_schema()).is_valid(document)
    with pytest.raises(ScenarioError):
        scenario_of(document)


# the house


def test_scenarios_are_quick_to_import() -> None:
    code = (
        "import sys, relsim.scenario; relsim.scenario.load_scenario('it-outsourcing');"
        "heavy = {'matplotlib', 'numba', 'numpy', 'pandas', 'pyarrow', 'scipy'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_is_the_same_everywhere() -> None:
    import relsim

    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"^version: (.*)$", citation, re.MULTILINE)[1] == relsim.__version__  # type: ignore[index]
