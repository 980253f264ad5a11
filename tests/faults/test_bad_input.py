"""Wrong scenario files: each refused before anything runs, with its place, and never with a traceback."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from relsim.errors import ScenarioError
from relsim.scenario import Governance, Parameter, World, describe, json_schema, load_scenario, scenario_of
from relsim.scenario.files import LARGEST

SCHEMA = jsonschema.Draft202012Validator(json_schema())
HEAD = 'title = "t"\n[arms.a]\nlaunch = "deal-first"\n'
WORLD = [(("world",), "[world]\n", each) for each in describe(World)]
GOVERNANCE = [(("arms", "a"), "", each) for each in describe(Governance)]
NO_NUMBERS = ["true", "false", '"1"', "''", "2026-01-31", "07:30:00", "[]", "[1]", "[1, 2]", "[[1]]", "{}", "{ x = 1 }"]
NOWHERE = ["nan", "-nan", "inf", "-inf", "1e999", "-1e999", "0x" + "f" * 400, "1" + "0" * 400]


def refused(path: Path, content: str | bytes | None = None) -> list[str]:
    """Return the lines of the error that a file brings, without the file's name."""
    if isinstance(content, str):
        content = content.encode()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(str(path)) for line in lines)
    return [line.removeprefix(f"{path}:").strip() for line in lines]


def _outside(each: Parameter) -> list[str]:
    low, high = each.allowed
    step = 1 if each.whole else (high - low) / 1e6
    values = [repr(low - step), repr(high + step), repr(low - 1e6), repr(high * 10 + 1)]
    return values + (["1.5", "1e-9"] if each.whole else [])


def _members(each: Parameter) -> list[tuple[str, str]]:
    """Return where a number may stand for a parameter: a template, and the path below the parameter."""
    places = [("{}", ""), ("{{ value = {} }}", ".value"), ('{{ source = "s", value = {}, note = "n" }}', ".value")]
    if each.shape in ((2,), (2, 3)):
        places += [("{{ supplier = {} }}", ".supplier"), ("{{ value = {{ client = {} }} }}", ".value.client")]
    if each.shape in ((3,), (2, 3)):
        places += [("{{ operational = {} }}", ".operational"), ("{{ value = {{ tactical = {} }} }}", ".value.tactical")]
    if each.shape == (2, 3):
        places += [("{{ supplier = {{ strategic = {} }} }}", ".supplier.strategic")]
    return places


@pytest.mark.parametrize(
    ("above", "table", "each"), [*WORLD, *GOVERNANCE], ids=[each.name for _, _, each in [*WORLD, *GOVERNANCE]]
)
def test_a_number_is_refused_wherever_it_stands(
    above: tuple[str, ...], table: str, each: Parameter, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.toml"
    line = HEAD.count("\n") + table.count("\n") + 1
    for template, below in _members(each):
        for written in [*NO_NUMBERS, *NOWHERE, *_outside(each)]:
            told = refused(path, f"{HEAD}{table}{each.name} = {template.format(written)}\n")
            place = ".".join([*above, each.name]) + below
            if written == "{ x = 1 }":  # an unknown name, or a table where only a number may stand
                assert told[0].startswith(f"{line}: {place}"), (written, told)
            else:
                assert len(told) == 1, (written, told)
                assert told[0].startswith(f"{line}: {place}: "), (written, told)
                assert "number from" in told[0], (written, told)


@pytest.mark.parametrize("each", describe(World), ids=lambda each: each.name)
def test_the_schema_refuses_a_number_outside_its_range(each: Parameter) -> None:
    written: Any
    for written in (True, "1", [], {}, None, each.allowed[0] - 1, each.allowed[1] * 2 + 1, 1e300):
        document = {"title": "t", "world": {each.name: written}, "arms": {"a": {"launch": "deal-first"}}}
        assert not SCHEMA.is_valid(document), written
        with pytest.raises(ScenarioError):
            scenario_of(document)


@pytest.mark.parametrize("written", [*NO_NUMBERS, *NOWHERE, "-1", "100.1", "{ value = 1 }"])
def test_a_horizon_is_refused(written: str, tmp_path: Path) -> None:
    (told,) = refused(tmp_path / "wrong.toml", f"horizon = {written}\n{HEAD}")
    assert told.startswith("1: horizon: ")
    assert told.endswith(": a number from 0 to 100 (years)")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", ["1: title: is missing; needed: one line of text", "1: arms: is missing; needed: at least one arm"]),
        ('title = "t"', ["1: arms: is missing; needed: at least one arm, such as [arms.deal-first]"]),
        ('title = "t"\n\n[arms]\n', ["3: arms: {}: at least one arm, such as [arms.deal-first], at most 64"]),
        ('title = "t"\n[arms.a]', ["2: arms.a.launch: is missing; needed: deal-first or feasibility-first"]),
        ('title = "t"\narms = 3\nworld = []', ["2: arms: 3: a table", "3: world: []: a table"]),
        (f"{HEAD}[[world]]\n[[arm]]", ["4: world: [{}]: a table", "5: arm: [{}]: no such name; did you mean arms?"]),
        ('title = ""\n' + HEAD[12:], ['1: title: "": one line of text, 1 to 200 characters']),
        ('title = "\\u001b[31m"\n' + HEAD[12:], ['1: title: "\\u001b[31m": one line of text']),
        ('title = """a\nb"""\n' + HEAD[12:], ['1: title: "a\\nb": one line of text']),
        (
            f"start_date = 2026-01-31 10:00:00\n{HEAD}",
            ["1: start_date: 2026-01-31 10:00:00: a date such as 2026-01-31"],
        ),
        (f'start_date = "soon"\n{HEAD}', ['1: start_date: "soon": a date such as 2026-01-31']),
        (
            f"start_date = 9900-01-01\n{HEAD}",
            ["1: start_date: 9900-01-01: a date such as 2026-01-31, not after the year 9899"],
        ),
        (f'question = "\\u0007"\n{HEAD}', ['1: question: "\\u0007": text of at most 2000 characters']),
        (f"{HEAD}policies = 'facilitator'", ['4: arms.a.policies: "facilitator": a list of policies']),
        (f"{HEAD}policies = [\n\n1]", ["6: arms.a.policies[0]: 1: one of operational-gate"]),
        (f"{HEAD}policies = [{{ }}]", ["4: arms.a.policies[0]: {}: one of operational-gate"]),
        (f"{HEAD}policies = [['facilitator']]", ['4: arms.a.policies[0]: ["facilitator"]: one of operational-gate']),
        (
            f"{HEAD}policies = [{{ name = 'retention', bonus = nan }}]",
            ["4: arms.a.policies[0].bonus: nan: a number from"],
        ),
        (
            f"{HEAD}policies = [{{ name = 'retention', bonus = 'x' }}]",
            ['4: arms.a.policies[0].bonus: "x": a number from'],
        ),
        (
            f"{HEAD}policies = [{{ name = 'retention', value = 1, years = -1 }}]",
            [
                "4: arms.a.policies[0].value: 1: retention has the number bonus",
                "4: arms.a.policies[0].years: -1: retention has the number bonus",
            ],
        ),
        (
            f"{HEAD}policies = ['facilitator', 'facilitator']",
            ['4: arms.a.policies[1]: "facilitator": each policy once'],
        ),
        (
            f"{HEAD}policies = [{{ name = 'deferred-bonus', yeers = 2 }}]",
            ["4: arms.a.policies[0].yeers: 2: deferred-bonus has the number years; did you mean years?"],
        ),
        (
            f"{HEAD}policies = ['short-term-contract', {{ name = 'break-clause', notice = 2 }}]",
            ['4: arms.a.policies[1]: "break-clause": a notice below the 2 years of the contract'],
        ),
        (
            f"{HEAD}policies = ['deal-broker', 'realistic-promise']",
            ['4: arms.a.policies[1]: "realistic-promise": no deal-broker, who is paid to promise more'],
        ),
        (f'{HEAD}[world]\ncurrency = "{"x" * 21}"', [f'5: world.currency: "{"x" * 21}": one line of text']),
        (f'{HEAD}[world]\nfit_law = "bet"', ['5: world.fit_law: "bet": one of beta, two-point; did you mean beta?']),
        (f"{HEAD}[world]\nbonus = {{ source = 's' }}", ['5: world.bonus: {source = "s"}: needs a value beside its']),
        (
            f"{HEAD}[world]\nbonus = {{ value = 0, sorce = 's' }}",
            ['5: world.bonus.sorce: "s": no such key; known: value'],
        ),
        (f"{HEAD}[world]\nfit_low = 0.9", ["5: world.fit_high: 0.7 (the default): at least fit_low, which is 0.9"]),
        (f"{HEAD}[world]\nfit_high = 0.1", ["5: world.fit_high: 0.1: at least fit_low, which is 0.4"]),
    ],
)
def test_a_wrong_scenario_is_refused(content: str, told: list[str], tmp_path: Path) -> None:
    lines = refused(tmp_path / "wrong.toml", content)
    assert len(lines) == len(told), lines
    assert all(line.startswith(start) for line, start in zip(lines, told, strict=True)), lines


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("title = ", "1: this is no TOML: Invalid value"),
        ("\n\ntitle = 'x\n", "3: this is no TOML: "),
        ('title = """\n\n\n', "1: this is no TOML: Unterminated string"),
        ("a = 1\nb = [1,\n2,\n", "3: this is no TOML: "),
        ("a = 1 b = 2", "1: this is no TOML: "),
        ("horizon = " + "1" * 5000, "1: this is no TOML: a number of too many digits"),
        ("a = 1\n[b\n", "2: this is no TOML: "),
        ("just words", "1: this is no TOML: "),
        ("title = 'x'\na = {b = 1\n}", "2: this is no TOML: "),
        ('a = "\\q"', "1: this is no TOML: "),
        ("a = '\0'", "1: this is no TOML: "),
        ("\r\r\r", "1: this is no TOML: "),
        ("{", "1: this is no TOML: "),
        ("<html>", "1: this is no TOML: "),
        ("a.b = 1\na = 2", "2: this is no TOML: "),
    ],
)
def test_a_syntax_error_has_its_line(content: str, told: str, tmp_path: Path) -> None:
    (line,) = refused(tmp_path / "wrong.toml", content)
    assert line.startswith(told)


def test_keys_given_twice_are_all_told(tmp_path: Path) -> None:
    content = """\
title = "t"
title = '''
again'''
[world]
optimism = 1
candour.client = 0.1
candour.client = 0.2
bonus = { value = 1, value = 2 }
optimism = 0.1
[arms.a]
launch = "deal-first"
[arms.b]
launch = "deal-first"
[arms.a]
launch = "feasibility-first"
"""
    twice = "given once; it stands already in line"
    assert refused(tmp_path / "wrong.toml", content) == [
        f"2: title: {twice} 1",
        f"7: world.candour.client: {twice} 6",
        f"8: world.bonus.value: {twice} 8",
        f"9: world.optimism: {twice} 5",
        f"14: arms.a: {twice} 10",
        f"15: arms.a.launch: {twice} 11",
    ]


@pytest.mark.parametrize(
    "content",
    [
        "a" + ".a" * 300_000 + " = 1",
        "[" + "a." * 300_000 + "a]",
        "a = " + "[" * 300_000,
        "a = " + "[" * 20 + "]" * 20,
        "a = " + "{ a = " * 150_000,
        "[a.a.a.a.a.a.a.a]\n" + "a.a.a.a.a.a.a.a = { a = 1 }",
    ],
    ids=["dotted", "header", "arrays", "closed-arrays", "tables", "mixed"],
)
def test_a_deep_file_is_refused_at_once(content: str, tmp_path: Path) -> None:
    (line,) = refused(tmp_path / "deep.toml", content)
    assert re.fullmatch(r"[12]: nested at most 16 deep", line)


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "huge.toml", "#" * (LARGEST + 1)) == [f"a file of at most {LARGEST} bytes"]
    assert len(refused(tmp_path / "large.toml", "#" * LARGEST)) == 2


@pytest.mark.parametrize(
    "content",
    ["[world]\n" + "".join(f"k{k} = 1\n" for k in range(9000)), "[a]\n" + "k = 1\n" * 9000],
    ids=["unknown", "twice"],
)
def test_countless_mistakes_are_counted(content: str, tmp_path: Path) -> None:
    lines = refused(tmp_path / "wrong.toml", content)
    assert len(lines) == 501
    assert re.fullmatch(r"and 8\d\d\d more mistakes", lines[-1])


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path) == ["a TOML file, not a folder"]
    assert refused(tmp_path / "binary.toml", b"title = 't'\n\xff\xfe") == ["2: text in UTF-8"]
    assert refused(tmp_path / ("x" * 5000))[0].startswith("cannot be read: ")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.toml")
        assert refused(tmp_path / "pipe.toml")[0].endswith("a TOML file, not a device or a pipe")
    with pytest.raises(ScenarioError, match=r'^"a\\u0000b": cannot be read'):
        load_scenario("a\0b")
    if sys.platform != "win32" and os.geteuid() != 0:
        (tmp_path / "secret.toml").touch(mode=0)
        assert refused(tmp_path / "secret.toml")[0].endswith("cannot be read: Permission denied")


def test_a_missing_name_brings_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"^it-outsorcing: no such file, .*; did you mean it-outsourcing\?$"):
        load_scenario("it-outsorcing")
    (tmp_path / "pilot.toml").write_text(HEAD)
    with pytest.raises(ScenarioError, match=r"did you mean pilot\.toml\?$"):
        load_scenario(tmp_path / "pilto.toml")


@pytest.mark.parametrize(
    "given", [None, 3, [], {1: 2}, {"title": "t", "arms": {1: {}}}, {"title": "t", "world": {3: 1}}]
)
def test_tables_from_python_are_refused_alike(given: Any) -> None:
    with pytest.raises(ScenarioError):
        scenario_of(given)


def test_a_message_is_one_line(tmp_path: Path) -> None:
    content = (
        f"{HEAD}{json.dumps('a' + chr(10) + 'b')} = 1\n{json.dumps('x' * 999)} = 2\n[world]\ncurrency = '''\n\n'''\n"
    )
    lines = refused(tmp_path / "wrong.toml", content)
    assert len(lines) == 3
    assert all(line.isprintable() and len(line) < 250 for line in lines)
