"""Scenario files, whatever is in them: written and read again, reordered, and every key found in its line."""

import contextlib
import math
import tempfile
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from relsim.errors import ScenarioError
from relsim.scenario import Parameter, Scenario, World, describe, load_scenario, numbers, scenario_of, scenario_text
from relsim.scenario.lines import key_lines

# scenarios

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\n\t"), max_size=20)
NAMES = {2: ("client", "supplier"), 3: ("strategic", "tactical", "operational")}
ORDERED = {each.name for each in describe(World) if each.at_least} | {each.at_least for each in describe(World)}
FREE = [each for each in describe(World) if each.name not in ORDERED and each.sum_most is None]


def written(each: Parameter) -> st.SearchStrategy[Any]:
    """Return every form in which a parameter may be written."""
    low, high = each.allowed
    integers = st.integers(math.ceil(low), math.floor(high))
    number = integers if each.whole else st.floats(low, high) | integers
    forms: list[st.SearchStrategy[Any]] = [number]
    if 3 in each.shape:
        forms.append(st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES[3], number)).filter(bool))
    if 2 in each.shape:
        member = st.one_of(forms)
        forms.append(st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES[2], member)).filter(bool))
    value = st.one_of(forms)
    return value | st.fixed_dictionaries({"value": value}, optional={"source": TEXT, "note": TEXT})


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the tables of a scenario file."""
    chosen = draw(st.lists(st.sampled_from(FREE), max_size=8, unique_by=lambda each: each.name))
    world: dict[str, Any] = {each.name: draw(written(each)) for each in chosen}
    if draw(st.booleans()):
        world |= {"fit_law": "two-point", "currency": draw(st.text("abcEUR€ $", max_size=20))}
    governance = st.fixed_dictionaries(
        {"launch": st.sampled_from(["deal-first", "feasibility-first"])},
        optional={
            "kickoff": st.integers(0, 20),
            "confidence": st.floats(0.5, 1),
            "policies": st.lists(st.sampled_from(["facilitator", "deal-broker"]), unique=True),
        },
    )
    names = st.from_regex("[a-z0-9]{1,5}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)
    top = st.fixed_dictionaries(
        {"title": TEXT.map(lambda text: f"t{text}".replace("\n", " "))},
        optional={"horizon": st.floats(0, 100), "question": TEXT, "start_date": st.dates(max_value=date(9899, 12, 31))},
    )
    return {**draw(top), "world": world, "arms": draw(st.dictionaries(names, governance, min_size=1, max_size=4))}


def from_text(text: str) -> Scenario:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.toml"
        path.write_text(text, encoding="utf-8", newline="")
        return load_scenario(path)


@given(documents())
def test_what_is_written_reads_the_same(document: dict[str, Any]) -> None:
    scenario = scenario_of(document)
    assert from_text(scenario_text(scenario)) == scenario
    assert scenario_of(scenario.model_dump(mode="json")) == scenario


@given(documents(), st.randoms(use_true_random=False))
def test_order_and_names_change_nothing(document: dict[str, Any], random: Any) -> None:
    scenario = scenario_of(document)

    def shuffled(table: Any) -> Any:
        if not isinstance(table, dict):
            return table
        keys = list(table)
        random.shuffle(keys)
        return {key: shuffled(table[key]) for key in keys}

    arms = {f"other-{place}": governance for place, governance in enumerate(document["arms"].values())}
    again = scenario_of({**shuffled(document), "arms": {name: shuffled(arm) for name, arm in arms.items()}})
    assert again.world == scenario.world
    assert list(again.arms.values()) == list(scenario.arms.values())
    assert (again.title, again.horizon, again.question) == (scenario.title, scenario.horizon, scenario.question)


@given(st.sampled_from(describe(World)), st.data())
def test_a_change_is_as_good_as_a_line_in_the_file(each: Parameter, data: st.DataObject) -> None:
    low, high = each.allowed
    number = data.draw(st.integers(int(low), int(high)) if each.whole else st.floats(low, high))
    text = 'title = "t"\n[arms.a]\nlaunch = "deal-first"\n'
    try:
        expected = numbers(from_text(f"{text}[world]\n{each.name} = {number!r}\n").world, each.name)
    except ScenarioError:
        return  # out of order with another parameter
    assert numbers(load_scenario("it-outsourcing", [f"world.{each.name}={number!r}"]).world, each.name) == expected


# lines

Lines = dict[tuple[str | int, ...], int]
WORD = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=8)
TRICKY = st.sampled_from(["#", "# x = 1", "[a]", "{", "}", "=", ".", "'", '"', '""', "a.b", "]", ",", "\\", "\t", "é"])
COMMENT = st.sampled_from(["", " # x = 1", "# [t]", "\t# '''", ' # """', " #"])


class Writing:
    """A TOML text in the making, with the line of every key that was written."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""
        self.lines: Lines = {}
        self.unique = 0

    def add(self, text: str) -> None:
        self.text += text

    def here(self, path: tuple[str | int, ...]) -> None:
        self.lines.setdefault(path, self.text.count("\n") + 1)

    def name(self) -> str:
        self.unique += 1
        return self.draw(WORD | TRICKY) + str(self.unique)

    def key(self, name: str) -> str:
        """Return a name as a key, in one of its spellings."""
        spellings = [_basic(name)]
        if name.isascii() and name.replace("-", "").replace("_", "").isalnum():
            spellings.append(name)
        if "'" not in name:
            spellings.append(f"'{name}'")
        return self.draw(st.sampled_from(spellings))

    def gap(self) -> None:
        """Add nothing, or what may stand between the members of an array."""
        for each in self.draw(st.lists(st.sampled_from([" ", "\n", "# ],\n", "\t"]), max_size=3)):
            self.add(each)

    def assignment(self, table: tuple[str | int, ...], depth: int) -> None:
        names = [self.name() for _ in range(self.draw(st.integers(1, 3)))]
        for end in range(1, len(names) + 1):
            self.here((*table, *names[:end]))
        dot = self.draw(st.sampled_from([".", " . ", ". "]))
        self.add(dot.join(self.key(name) for name in names) + self.draw(st.sampled_from(["=", " = "])))
        self.value((*table, *names), depth)

    def value(self, path: tuple[str | int, ...], depth: int) -> None:
        kind = self.draw(st.sampled_from(["scalar", "string", "array", "table"] if depth else ["scalar", "string"]))
        if kind == "scalar":
            scalars = ["1", "-0.5e3", "nan", "true", "0xff", "1979-05-27", "1979-05-27 07:32:00", "07:32:00.5", "1_000"]
            self.add(self.draw(st.sampled_from(scalars)))
        elif kind == "string":
            self.add(_string(self.draw))
        elif kind == "array":
            self.add("[")
            for place in range(self.draw(st.integers(0, 3))):
                self.gap()
                self.here((*path, place))
                self.value((*path, place), depth - 1)
                self.gap()
                self.add(",")
            self.gap()
            self.add("]")
        else:
            self.add("{ ")
            for place in range(self.draw(st.integers(0, 3))):
                self.add(", " if place else "")
                self.assignment(path, depth - 1)
            self.add(" }")

    def end(self) -> None:
        self.add(self.draw(COMMENT) + self.draw(st.sampled_from(["\n", "\r\n", "\n\n"])))

    def assignments(self, table: tuple[str | int, ...]) -> None:
        for _ in range(self.draw(st.integers(0, 3))):
            self.assignment(table, 2)
            self.end()


def _basic(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _string(draw: st.DrawFn) -> str:
    text = "".join(draw(st.lists(WORD | TRICKY | st.just("\n"), max_size=4)))
    kind = draw(st.sampled_from(['"', "'", '"""', "'''"]))
    if kind == '"""':
        escaped = text.replace("\\", "\\\\").replace('"""', '""\\"')
        return f'"""{escaped}{draw(st.sampled_from(["", chr(92) + chr(10)]))}"""'
    if kind == "'''":
        return f"'''{text.replace(chr(39), '')}{draw(st.sampled_from(['', chr(39), chr(39) * 2]))}'''"
    text = text.replace("\n", " ")
    return f"'{text.replace(chr(39), '')}'" if kind == "'" else _basic(text)


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, Lines]:
    """Draw a TOML text, and the line of every key in it."""
    made = Writing(draw)
    made.assignments(())
    for _ in range(draw(st.integers(0, 3))):
        name = made.name()
        elements = draw(st.integers(0, 2))
        for element in range(max(elements, 1)):
            path: tuple[str | int, ...] = (name,)
            made.here(path)
            if elements:
                path = (name, element)
                made.here(path)
                made.add(f"[[ {made.key(name)} ]]")
            else:
                made.add(f"[{made.key(name)}]")
            made.end()
            made.assignments(path)
            if draw(st.booleans()):
                below = made.name()
                made.here((*path, below))
                made.add(f"  [{made.key(name)} . {made.key(below)}]")
                made.end()
                made.assignments((*path, below))
    return made.text, made.lines


def paths(value: Any, above: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    """Return the path of everything in the tables of a document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {above} - {()} | {path for key, each in pairs for path in paths(each, (*above, key))}


@settings(max_examples=300)
@given(texts())
def test_every_key_is_found_in_its_line(drawn: tuple[str, Lines]) -> None:
    text, lines = drawn
    found = key_lines(text)
    assert found.first == lines
    assert found.first.keys() == paths(tomllib.loads(text))
    assert (found.twice, found.too_deep) == ([], None)


@given(st.text("ab.=[]{},\"'\\\n# 1\r\t", max_size=60) | st.text(max_size=40))
def test_no_text_is_a_traceback(text: str) -> None:
    key_lines(text)
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    with contextlib.suppress(ScenarioError):
        from_text(text)


@given(texts(), st.data())
def test_a_repeated_table_is_found(drawn: tuple[str, Lines], data: st.DataObject) -> None:
    text, _ = drawn
    repeated = f"{text}[last]\n{'x = 1' + chr(10) if data.draw(st.booleans()) else ''}[last]\n"
    assert key_lines(repeated).twice == [(("last",), repeated.count("\n"))]
