"""Scenarios as TOML: reading with every mistake in its place, writing, the catalogue, the JSON Schema."""

import json
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from relsim.errors import Problem, ScenarioError, nearest
from relsim.scenario.governance import OWN, Governance, Policy
from relsim.scenario.known_policy import KnownPolicy
from relsim.scenario.lines import DEEPEST, Lines, Names, key_lines, split_key
from relsim.scenario.parameter import (
    ASSUMPTION,
    BASE,
    FIRMS,
    LEVELS,
    Leaf,
    Parameter,
    Section,
    changed,
    shortest,
    usual,
)
from relsim.scenario.scenario import Scenario
from relsim.scenario.world import World

__all__ = [
    "LARGEST",
    "bundled",
    "folder",
    "invented",
    "json_schema",
    "load_scenario",
    "new_scenario",
    "scenario_of",
    "scenario_text",
    "schema_text",
    "world_of",
    "worlds",
]

LARGEST = 1_000_000
"""Bytes that a scenario file may have."""

_SHOWN = 500
"""Mistakes that are told one by one."""

_Places = dict[Names, tuple[str, int | None]]
"""The file (or the option) and the line that names stand in."""

_Known = Mapping[Names, tuple[str, int | None]]


# reading


def load_scenario(
    name_or_path: str | os.PathLike[str],
    set: Iterable[str] = (),  # noqa: A002
    policies: Iterable[KnownPolicy] = (),
) -> Scenario:
    """Return the scenario of a bundled name or of a file.

    name_or_path: a name from `bundled()`, or the path of a TOML file.
    set: changes to what it says, such as "world.optimism=0.2", "arms.deal-first.kickoff=2" or "horizon=5".
    policies: those of one's own that arms may adopt beside the built-in ones, declared with `relsim.policy`.

    Raises ScenarioError with every mistake, each with its file and line.
    """
    path = _find(name_or_path)
    text = _read(path)
    lines = key_lines(text)
    document = _parse(text, _label(path), lines)
    places: _Places = {names: (_label(path), line) for names, line in ({(): 1} | lines.first).items()}
    changes = (set,) if isinstance(set, str) else tuple(set)
    problems = [problem for change in changes for problem in _change(document, change, places)]
    try:
        made = scenario_of(document, places, policies)
    except ScenarioError as error:
        problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return made


def scenario_of(
    document: Mapping[str, Any], places: _Known | None = None, policies: Iterable[KnownPolicy] = ()
) -> Scenario:
    """Return the scenario that nested tables describe: those of a TOML file, or of a result's provenance.

    places: the file and line of names, for the messages. policies: the user's own.

    Raises ScenarioError with every mistake.
    """
    known = places or {}
    base, unknown = _base(document, known)
    try:
        made = Scenario.model_validate(document, context={BASE: base, OWN: tuple(policies)})
    except ValidationError as error:
        wrong = error.errors(include_url=False)
        raise _error(
            [*unknown, *(_problem(each, known) for each in wrong[:_SHOWN])], len(unknown) + len(wrong)
        ) from None
    if unknown:
        raise ScenarioError(unknown)
    return made


def worlds() -> tuple[str, ...]:
    """Return the names of the bundled scenarios that others may be based on: those that are based on none."""
    return tuple(name for name in bundled() if "based_on" not in _document(name))


def world_of(name: str) -> World:
    """Return the world of a bundled scenario that others may be based on."""
    return Scenario.model_validate(_document(name)).world


def invented(scenario: Scenario) -> tuple[str, ...]:
    """Return the parameters whose numbers a scenario writes over its world, without a source."""
    base = world_of(scenario.based_on) if scenario.based_on else None
    return tuple(each.name for each, leaf in changed(scenario.world, base) if leaf.assumed)


def _document(name: str) -> dict[str, Any]:
    path = _find(name)
    text = _read(path)
    return _parse(text, _label(path), key_lines(text))


def _base(
    document: Mapping[str, Any], places: Mapping[Names, tuple[str, int | None]]
) -> tuple[World | None, list[Problem]]:
    """Return the world that a document is based on, if any, and what is wrong with its name."""
    name = document.get("based_on", "") if isinstance(document, Mapping) else ""
    if not isinstance(name, str) or name == "":
        return None, []  # what is no table, or no text, is refused with all the rest
    known = worlds()
    if name in known:
        return world_of(name), []
    file, line = places.get(("based_on",), ("", None))
    return None, [Problem("based_on", shown(name), f"one of {', '.join(known)}", file, line, nearest(name, known))]


def _find(name_or_path: str | os.PathLike[str]) -> Path:
    """Return the path of a bundled name, else the path as it is."""
    name = os.fspath(name_or_path)
    return folder() / f"{name}.toml" if name in bundled() else Path(name)


def _read(path: Path) -> str:
    """Return the text of a scenario file."""
    try:
        if path.is_dir():
            raise _unreadable(path, "a TOML file, not a folder")
        if path.exists() and not path.is_file():
            raise _unreadable(path, "a TOML file, not a device or a pipe")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        known = bundled()
        neighbours = [each.name for each in path.parent.glob("*.toml")] if path.parent.is_dir() else []
        near = nearest(path.name, [*known, *neighbours])
        problem = Problem("", "", f"no such file, nor a bundled scenario ({', '.join(known)})", _label(path), near=near)
        raise ScenarioError([problem]) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > LARGEST:
        raise _unreadable(path, f"a file of at most {LARGEST} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable(path, "text in UTF-8", line) from None


def _unreadable(path: Path, allowed: str, line: int | None = None) -> ScenarioError:
    return ScenarioError([Problem("", "", allowed, _label(path), line)])


def _label(path: Path) -> str:
    """Return a path as messages name it."""
    return str(path) if str(path).isprintable() else shown(str(path))


def _parse(text: str, file: str, lines: Lines) -> dict[str, Any]:
    """Return the tables of a TOML text, or raise what is wrong with it as TOML."""
    if lines.too_deep is not None:
        raise ScenarioError([Problem("", "", f"nested at most {DEEPEST} deep", file, lines.too_deep)])
    problems = [
        Problem(dotted(names), "", f"given once; it stands already in line {lines.first[names]}", file, line)
        for names, line in lines.twice
    ]
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        message = str(error)
        if not (problems and re.search("overwrite|twice|mutate|redefine|Duplicate", message)):
            told, line = _syntax(text, message)
            problems.append(Problem("", "", f"this is no TOML: {told}", file, line))
        raise _error(problems, len(problems)) from None
    return document


def _syntax(text: str, message: str) -> tuple[str, int]:
    """Return what the parser says, and the line."""
    told, _, where = message.partition(" (at ")
    if found := re.match(r"line (\d+)", where):
        return told, int(found[1])
    if found := re.search(r"\d[\d_]{4000,}", text):  # the one message without a place
        return "a number of too many digits", text.count("\n", 0, found.start()) + 1
    return told, text.rstrip("\n").count("\n") + 1


def _change(document: dict[str, Any], change: str, places: _Places) -> list[Problem]:
    """Make one change to the tables of a file; return what is wrong with the change as such."""
    source = f"--set {change if change.isprintable() else shown(change)}"
    names, written = split_key(change)
    if not names:
        return [Problem("", "", "NAME=VALUE, such as world.optimism=0.2", source)]
    try:
        value = _toml_value(written.strip(), source)
    except ScenarioError as error:
        return [replace(problem, path=dotted(names), line=None) for problem in error.problems]
    table: Any = document
    for name, below in pairwise(names):
        table = _opened(table, name, below)
        if not isinstance(table, dict):
            return [Problem(dotted(names), shown(value), f"{name} has no parts", source)]
    table[names[-1]] = value
    for stale in [each for each in places if each[: len(names)] == names]:
        del places[stale]
    places[names] = (source, None)
    return []


def _toml_value(written: str, source: str) -> Any:
    """Return the value of a TOML text; a single bare word is text, to spare quotes within quotes."""
    if re.fullmatch("[A-Za-z][A-Za-z-]*", written) and written not in ("true", "false", "nan", "inf"):
        return written
    text = f"value = {written}"
    made = _parse(text, source, key_lines(text))
    if made.keys() != {"value"}:
        raise ScenarioError([Problem("", "", "a single value", source)])
    return made["value"]


def _opened(table: dict[str, Any], name: str | int, below: str | int) -> Any:
    """Return what a table holds under a name, at first an empty table; one for all becomes one for each."""
    held = table.setdefault(str(name), {})
    for members in (FIRMS, LEVELS):
        if below in members:
            if isinstance(held, dict) and "value" in held:  # what follows is no longer from its source
                held = held["value"]
            if not isinstance(held, dict):
                held = dict.fromkeys(members, held)
            table[str(name)] = held
    return held


# telling what is wrong


def _error(problems: list[Problem], found: int) -> ScenarioError:
    """Return the error of these problems, in the order of their lines; `found` counts those that are left out too."""
    told = sorted(problems, key=lambda problem: (problem.file, problem.line or 0))[:_SHOWN]
    if found > len(told):
        told.append(Problem("", "", f"and {found - len(told)} more mistakes", told[-1].file))
    return ScenarioError(told)


def _problem(wrong: Any, places: _Known) -> Problem:
    """Return the problem that one error of pydantic stands for."""
    names = tuple(name for name in wrong["loc"] if name != "[key]")
    context = wrong.get("ctx", {})
    aimed = names
    if names not in places and "other" in context and (*names[:-1], context["other"]) in places:
        aimed = (*names[:-1], context["other"])
    file, line = next((places[aimed[:end]] for end in range(len(aimed), -1, -1) if aimed[:end] in places), ("", None))
    given = "" if wrong["type"] == "missing" else shown(wrong["input"])
    allowed, near = _allowed(wrong, names, context)
    return Problem(dotted(names), given, allowed, file, line, near)


def _allowed(wrong: Any, names: Names, context: Mapping[str, Any]) -> tuple[str, str]:
    """Return what is allowed in the place of an error, and the known name that was probably meant."""
    match wrong["type"]:
        case "refused":
            return context["allowed"], context.get("near", "")
        case "extra_forbidden":
            return "no such name", _meant(names)
        case "missing":
            return f"is missing; needed: {_NEEDED.get(str(names[-1]), 'a value')}", ""
        case "literal_error":
            words = re.findall("'([^']*)'", context["expected"])
            return f"one of {', '.join(words)}", nearest(str(wrong["input"]), words)
        case "too_short" | "too_long":
            return f"{_NEEDED['arms']}, at most 64", ""
        case "string_pattern_mismatch" | "string_too_long" | "string_type" | "string_unicode":
            return "a name of lower-case letters and digits joined by hyphens, at most 40 characters", ""
        case "dict_type" | "model_type":
            return "a table", ""
        case "date_type":
            return "a date such as 2026-01-31", ""
        case _:
            return wrong["msg"], ""


_NEEDED = {
    "title": "one line of text",
    "launch": "deal-first or feasibility-first",
    "arms": "at least one arm, such as [arms.deal-first]",
}


def _meant(names: Names) -> str:
    """Return the known name nearest to an unknown one, in its own table or in another."""
    *above, name = names
    tables: dict[str, type[BaseModel]] = {"": Scenario, "world.": World, "arms.NAME.": Governance}
    here = {0: "", 1: "world."}.get(len(above), "arms.NAME.")
    near = nearest(str(name), tables[here].model_fields)
    others = [f"{table}{name}" for table, model in tables.items() if table != here and name in model.model_fields]
    return near if near or not others else others[0]


def dotted(names: Names) -> str:
    """Return names as TOML would write them: joined by dots, in quotes where they need it."""
    path = ""
    for name in names:
        if isinstance(name, int):
            path += f"[{name}]"
        else:
            part = name if re.fullmatch("[A-Za-z0-9_-]{1,60}", name) else shown(name)
            path += f".{part}" if path else part
    return path


def shown(value: Any, most: int = 60) -> str:
    """Return a value on one short line, as TOML would write it."""
    match value:
        case bool():
            text = str(value).lower()
        case int() if value.bit_length() > 256:
            text = f"a whole number of {value.bit_length()} bits"
        case int() | float():
            text = repr(value)
        case str():
            text = json.dumps(value[: most + 1], ensure_ascii=not value.isprintable())
        case dict():
            text = f"{{{', '.join(f'{dotted((str(key),))} = {shown(value[key])}' for key in list(value)[:5])}}}"
        case list() | tuple():
            text = f"[{', '.join(shown(each) for each in value[:5])}]"
        case Parameter():
            text = f"{shown(shortest(value.default))} (the default)"
        case Leaf():
            text = shown(shortest(value.value))
        case Policy():
            text = str(value)
        case _:
            text = str(value)
    return text if len(text) <= most else f"{text[: most - 3]}..."


# writing


def scenario_text(scenario: Scenario) -> str:
    """Return a scenario as the text of a file that says only what differs from the defaults, or from its base."""
    lines = [f"title = {_quoted(scenario.title)}"]
    if scenario.question:
        lines.append(f"question = {_quoted(scenario.question)}")
    if scenario.start_date is not None:
        lines.append(f"start_date = {scenario.start_date.isoformat()}")
    lines.append(f"horizon = {_toml(scenario.horizon)}")
    base = world_of(scenario.based_on) if scenario.based_on else None
    if base is not None:
        lines.append(f"based_on = {_quoted(scenario.based_on)}")
    lines += ["", "[world]", *_assignments(scenario.world, base)]
    for name, governance in scenario.arms.items():
        lines += ["", f"[arms.{name}]", *_assignments(governance)]
    return "\n".join(lines) + "\n"


def _assignments(section: Section, base: Section | None = None) -> list[str]:
    """Return the lines of a section: its words, then its parameters, where they differ from the usual ones."""
    lines = []
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if not isinstance(value, Leaf) and value != field.default:
            lines.append(f"{name} = {_toml(value)}")
    for each, leaf in changed(section, base):
        plain = leaf.value != usual(each, base).value and leaf.source == ASSUMPTION and not leaf.note
        lines.append(f"{each.name} = {_toml(shortest(leaf.value) if plain else leaf.written())}")
    return lines


def _toml(value: Any) -> str:
    """Return a value as TOML."""
    match value:
        case str():
            return _quoted(value)
        case dict():
            return f"{{ {', '.join(f'{key} = {_toml(each)}' for key, each in value.items())} }}"
        case tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case Policy():
            return _toml(value.written())
        case _:
            return repr(shortest(value))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def new_scenario(path: str | os.PathLike[str], source: str | os.PathLike[str] = "it-outsourcing") -> Path:
    """Start a scenario file of one's own as a copy of another, bundled or not; return its path.

    Raises ScenarioError where the source is wrong or the file exists already or cannot be written.
    """
    load_scenario(source)
    target = Path(path)
    text = _read(_find(source))
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise _unreadable(target, "a new file; this one exists already") from None
    except (OSError, ValueError) as error:
        raise _unreadable(target, f"cannot be written: {getattr(error, 'strerror', None) or error}") from None
    return target


# the catalogue and the schema


def bundled() -> tuple[str, ...]:
    """Return the names of the scenarios that travel with relsim."""
    return tuple(sorted(path.stem for path in folder().glob("*.toml")))


def folder() -> Path:
    """Return the folder of the bundled scenarios: inside the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "scenarios"
    return inside if inside.is_dir() else package.parent / "scenarios"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Scenario.model_json_schema()


def schema_text() -> str:
    """Return the JSON Schema as the text of its committed file."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"
