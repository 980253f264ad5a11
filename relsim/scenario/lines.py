"""Where the keys of a TOML text stand: the parser gives values but no lines, this gives lines but no values.

The text is walked once, as far as it can be followed; whether it is valid TOML is for the parser to say.
"""

import re
import tomllib
from bisect import bisect_left
from dataclasses import dataclass, field

__all__ = ["DEEPEST", "Lines", "Names", "key_lines", "split_key"]

DEEPEST = 16
"""How many names may lie between the top of a file and a value."""

Names = tuple[str | int, ...]
"""The names (and places in arrays) that lead from the top to a value."""

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"\d{4}-\d\d-\d\d \d\d:[^\s,\]}#]*|[^\s,\]}#]+")
_REST = re.compile(r"[ \t\r]*(?:#[^\n]*)?(?:\n|$)")
_STRING_STOPS = {mark: re.compile(rf"\\|{mark}") for mark in ('"', '"""')}


@dataclass
class Lines:
    """The lines of the keys of a text, counted from 1."""

    first: dict[Names, int] = field(default_factory=dict)
    """The line where each key, table or element first stands."""
    twice: list[tuple[Names, int]] = field(default_factory=list)
    """Keys and tables that were given before, with the line where they stand again."""
    too_deep: int | None = None
    """The first line that is nested too deeply; nothing after it was read."""


class _Lost(Exception):
    """The text cannot be followed any further."""


class _TooDeep(Exception):
    """The text is nested too deeply here."""


def key_lines(text: str) -> Lines:
    """Return the line of every key of a TOML text, as far as the text can be followed."""
    walk = _Walk(text)
    try:
        walk.document()
    except _Lost:
        pass
    except _TooDeep:
        walk.lines.too_deep = walk.line()
    return walk.lines


def split_key(assignment: str) -> tuple[Names, str]:
    """Return the key of `a.b.c = value` as a path, and the text of the value; no path where there is none."""
    walk = _Walk(assignment)
    try:
        path = walk.key(())
        walk.take("=")
    except (_Lost, _TooDeep):
        return (), ""
    return path, assignment[walk.at :]


class _Walk:
    """One walk over a text; `at` is the place that is read next."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines = Lines()
        self._ends = [match.start() for match in re.finditer("\n", text)]
        self._given: set[Names] = set()
        self._tables: set[Names] = set()
        self._elements: dict[Names, int] = {}

    def line(self, at: int | None = None) -> int:
        return bisect_left(self._ends, self.at if at is None else at) + 1

    def skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise _Lost
        self.at = found.end()

    def sees(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)

    def take(self, mark: str) -> None:
        if not self.sees(mark):
            raise _Lost
        self.at += len(mark)

    def document(self) -> None:
        table: Names = ()
        while True:
            self.skip(_BLANK)
            if self.at >= len(self.text):
                return
            if self.sees("["):
                table = self.header()
            else:
                self.assignment(table)
            self.skip(_REST)

    def header(self) -> Names:
        """Read `[a.b]` or `[[a.b]]` and return the path of the table that it opens."""
        start = self.at
        brackets = 2 if self.sees("[[") else 1
        self.take("[" * brackets)
        path: Names = ()
        for name in self.key(()):
            path = (*path, *self._element(path), name)
            self.lines.first.setdefault(path, self.line(start))
        self.take("]" * brackets)
        if brackets == 2:
            self._elements[path] = self._elements.get(path, -1) + 1
            path = (*path, self._elements[path])
            self.lines.first.setdefault(path, self.line(start))
        elif path in self._elements or path in self._tables:
            self.lines.twice.append((path, self.line(start)))
        self._tables.add(path)
        return path

    def _element(self, path: Names) -> Names:
        """Return the element that a name under this array of tables belongs to."""
        return (self._elements[path],) if path in self._elements else ()

    def assignment(self, table: Names) -> None:
        """Read `key = value` inside a table."""
        start = self.at
        path = self.key(table)
        for end in range(len(table) + 1, len(path) + 1):
            self.lines.first.setdefault(path[:end], self.line(start))
        if path in self._given:
            self.lines.twice.append((path, self.line(start)))
        self._given.add(path)
        self.take("=")
        self.skip(_SPACE)
        self.value(path)

    def key(self, table: Names) -> Names:
        """Read a dotted key and return its path, which starts at the table."""
        path = table
        while True:
            self.skip(_SPACE)
            path = (*path, self.name())
            if len(path) > DEEPEST:
                raise _TooDeep
            self.skip(_SPACE)
            if not self.sees("."):
                return path
            self.take(".")

    def name(self) -> str:
        start = self.at
        if not (self.sees('"') or self.sees("'")):
            self.skip(_BARE_KEY)
            return self.text[start : self.at]
        self.string(self.text[start])
        try:
            return str(tomllib.loads(f"name = {self.text[start : self.at]}")["name"])
        except tomllib.TOMLDecodeError:
            raise _Lost from None

    def value(self, path: Names) -> None:
        for mark in ('"""', "'''", '"', "'"):
            if self.sees(mark):
                return self.string(mark)
        if len(path) >= DEEPEST and (self.sees("[") or self.sees("{")):
            raise _TooDeep
        if self.sees("["):
            return self.array(path)
        if self.sees("{"):
            return self.inline_table(path)
        return self.skip(_SCALAR)

    def string(self, mark: str) -> None:
        """Read a string of either kind, on one line or on several."""
        self.take(mark)
        while True:
            if mark in _STRING_STOPS:
                found = _STRING_STOPS[mark].search(self.text, self.at)
                end = found.start() if found else -1
            else:
                end = self.text.find(mark, self.at)
            if end < 0 or (len(mark) == 1 and "\n" in self.text[self.at : end]):
                raise _Lost
            self.at = end
            if not self.sees("\\") or mark not in _STRING_STOPS:
                break
            self.at += 2
        self.take(mark)
        if len(mark) == 3:  # up to two more quotes belong to the text
            for _ in range(2):
                if self.sees(mark[0]):
                    self.at += 1

    def array(self, path: Names) -> None:
        self.take("[")
        for place in range(len(self.text)):
            self.skip(_BLANK)
            if self.sees("]"):
                break
            self.lines.first.setdefault((*path, place), self.line())
            self.value((*path, place))
            self.skip(_BLANK)
            if not self.sees("]"):
                self.take(",")
        self.take("]")

    def inline_table(self, path: Names) -> None:
        self.take("{")
        self.skip(_BLANK)
        while not self.sees("}"):
            self.assignment(path)
            self.skip(_BLANK)
            if not self.sees("}"):
                self.take(",")
                self.skip(_BLANK)
        self.take("}")
