"""Catalogues of words: keys such as story.signed, each with one text a language, and two where a number decides."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from relsim.errors import ScenarioError, nearest

__all__ = ["LANGUAGES", "Words", "words"]

LANGUAGES = ("en", "nl")
"""English, and Dutch in the words of the article."""

_ONE, _OTHER = ".one", ".other"


@dataclass(frozen=True)
class Words:
    """The words of one language: texts by key, in which names in braces are filled in."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, /, *, count: int | None = None, **filled: object) -> str:
        """Return the text of a key with its names filled in; a count chooses between one and several.

        Raises KeyError for a key or a name that the catalogue does not have: a mistake of ours, never of a user.
        """
        if count is not None:
            key += _ONE if count == 1 else _OTHER
            filled["count"] = self.number(count)
        return self.texts[key].format(**filled)

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number as the language writes it."""
        told = f"{value:z,.{digits}f}".replace("-", "\N{MINUS SIGN}")
        return told.translate(str.maketrans(",.", ".,")) if self.language == "nl" else told

    def room(self, *rooms: str) -> dict[str, str]:
        """Return the texts of some rooms, as the page gets them."""
        return {key: text for key, text in self.texts.items() if key.split(".", 1)[0] in rooms}


@cache
def words(language: str) -> Words:
    """Return the words of a language.

    Raises ScenarioError for a language that relsim does not speak.
    """
    if language not in LANGUAGES:
        raise ScenarioError.of("lang", language, f"one of {', '.join(LANGUAGES)}", nearest(language, LANGUAGES))
    texts: dict[str, str] = {}
    for file in sorted(files(__package__).joinpath(language).iterdir(), key=lambda file: file.name):
        room = tomllib.loads(file.read_text("utf-8"))
        texts |= {f"{file.name.removesuffix('.toml')}.{key}": text for key, text in _flat(room)}
    return Words(language, texts)


def _flat(room: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in room.items():
        if isinstance(value, str):
            yield above + key, value
        else:
            yield from _flat(value, f"{above}{key}.")
