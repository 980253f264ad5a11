"""The catalogues of words: the same in every language, none missing, none for nothing."""

import ast
import re
import string
import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from relsim.errors import ScenarioError
from relsim.scenario.governance import POLICIES
from relsim.show.words import LANGUAGES, words
from relsim.vocabulary import Agent, Ending, EventKind, Firm, Launch, Level, OutsideCause, Phase, Turn

SHOW = Path(str(files("relsim.show")))
TEXTS = {language: dict(words(language).texts) for language in LANGUAGES}
ENGLISH = TEXTS["en"]


def fields(text: str) -> set[str]:
    """Return the names in braces of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def without_count(key: str) -> str:
    return key.removesuffix(".one").removesuffix(".other")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same(language: str) -> None:
    assert set(TEXTS[language]) == set(ENGLISH)
    for key, text in TEXTS[language].items():
        assert fields(text) - {"count"} == fields(ENGLISH[key]) - {"count"}, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_clean(language: str) -> None:
    for key, text in TEXTS[language].items():
        assert text == " ".join(text.split()), key
        assert text or key in ("model.cause.NONE", "model.turn.NONE"), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_a_number_decides_there_are_both_texts(language: str) -> None:
    counted = Counter(without_count(key) for key in TEXTS[language] if without_count(key) != key)
    assert [key for key, times in counted.items() if times != 2] == []
    assert [key for key in counted if key in TEXTS[language]] == []
    for key in counted:
        assert fields(TEXTS[language][f"{key}.other"]) >= {"count"}, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_file_says_a_key_twice(language: str) -> None:
    """TOML itself refuses that in one file; two files are two rooms."""
    rooms = [file.name for file in (SHOW / "words" / language).iterdir()]
    assert len(set(rooms)) == len(rooms)
    assert {key.split(".", 1)[0] for key in TEXTS[language]} == {name.removesuffix(".toml") for name in rooms}
    for name in rooms:
        tomllib.loads((SHOW / "words" / language / name).read_text("utf-8"))


VOCABULARY: dict[str, Any] = {
    "firm": [each.name for each in Firm],
    "level": [each.name for each in Level],
    "agent": [each.name for each in Agent],
    "phase": [each.name for each in Phase],
    "launch": [each.name for each in Launch],
    "ending": [each.name for each in Ending],
    "cause": [each.name for each in OutsideCause],
    "turn": [each.name for each in Turn],
    "event": [each.name for each in EventKind],
    "policy": list(POLICIES),
}


def test_the_room_of_the_model_has_words_for_all_of_the_vocabulary_and_nothing_else() -> None:
    meant = {f"model.{group}.{name}" for group, names in VOCABULARY.items() for name in names}
    assert {key for key in ENGLISH if key.startswith("model.")} == meant


# ---------------------------------------------------------------- what is used

JAVASCRIPT_TEXTS = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`\n]*)`")


def sources() -> Iterator[tuple[str, str]]:
    for file in sorted(SHOW.rglob("*")):
        if file.suffix in (".py", ".js"):
            yield file.suffix, file.read_text("utf-8")


def of_python(text: str) -> Iterator[str]:
    """Return the texts of a source as patterns; what a text is filled with may be anything."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.JoinedStr):
            parts = (re.escape(part.value) if isinstance(part, ast.Constant) else r"[\w.-]+" for part in node.values)
            yield "".join(str(part) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.escape(node.value)


def of_javascript(text: str) -> Iterator[str]:
    for found in JAVASCRIPT_TEXTS.findall(text):
        parts = re.split(r"\$\{[^}]*\}", "".join(found))
        yield r"[\w.-]+".join(re.escape(part) for part in parts)


def used() -> list[re.Pattern[str]]:
    """Return patterns of the texts that may be keys, with or without their room; a room alone names no key."""
    rooms = "|".join({key.split(".", 1)[0] for key in ENGLISH})
    found = {
        pattern
        for kind, text in sources()
        for pattern in (of_python(text) if kind == ".py" else of_javascript(text))
        if re.match(rf"(?!(?:{rooms})\\\.\[)[a-z]\w*(?:\\\.|$)", pattern)
    }
    return [re.compile(pattern) for pattern in found]


def test_no_word_is_there_for_nothing() -> None:
    patterns = used()
    idle = []
    for key in ENGLISH:
        names = {without_count(key), without_count(key).split(".", 1)[1]}
        if not key.startswith("model.") and not any(each.fullmatch(name) for each in patterns for name in names):
            idle.append(key)
    assert idle == []


def test_what_the_stories_say_is_in_the_catalogue() -> None:
    known = {without_count(key).removeprefix("story.") for key in ENGLISH if key.startswith("story.")}
    asked: set[str] = set()
    for file in sorted((SHOW / "story").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in ("say", "phrase"):
                assert isinstance(node, ast.Call)
                asked |= {each.value for each in chosen(node.args[0])}
    assert len(asked) > 60
    assert asked <= known


def chosen(node: ast.expr) -> Iterator[Any]:
    """Return the constants that an argument may be."""
    if isinstance(node, ast.Constant):
        yield node
    elif isinstance(node, ast.IfExp):
        yield from chosen(node.body)
        yield from chosen(node.orelse)


# ---------------------------------------------------------------- how it is said


def test_a_count_chooses_between_one_and_several() -> None:
    say = words("en")
    assert say("story.time.days", count=1) == "1 day"
    assert say("story.time.days", count=0) == "0 days"
    assert say("story.time.days", count=1234) == "1,234 days"
    assert words("nl")("story.time.days", count=1234) == "1.234 dagen"


def test_numbers_are_written_as_the_language_does() -> None:
    assert [words(language).number(-1234.5, 1) for language in LANGUAGES] == [
        "\N{MINUS SIGN}1,234.5",
        "\N{MINUS SIGN}1.234,5",
    ]


def test_another_language_is_refused_with_the_nearest() -> None:
    with pytest.raises(ScenarioError, match="lang: de: one of en, nl"):
        words("de")
