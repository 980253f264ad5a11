"""A table of past relationships, read: every mistake with its row and column, all of them at once."""

import math
import os
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import numpy as np

from relsim.errors import Problem, ScenarioError, nearest
from relsim.lab.past.columns import COLUMNS, ENDING_WORDS, LAUNCH_WORDS, NEEDED, TIMES, UNKNOWN_ENDING, Column
from relsim.lab.past.dates import years_of
from relsim.lab.past.file import Cells, header_name, read_cells
from relsim.lab.past.past import Past
from relsim.scenario.files import shown
from relsim.vocabulary import Ending

__all__ = ["read_past"]

_SHOWN = 50
"""Mistakes that are told one by one."""

_YEARS = (1950, 2100)
"""The years that dates may be of: others stand for an empty cell, such as 1900-01-00 and 9999-12-31."""

_LARGEST = 1e15
"""More than any number that is meant."""

_MOST_YEARS = 10_000.0
"""The largest number of years, so that a date written without hyphens is none."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?)?")
_BY_NAME = {column.name: column for column in COLUMNS}
_BEFORE_SIGNING = (Ending.NO_DEAL, Ending.WINDOW_LOST, Ending.ABANDONED)
_AXES = {"dates": "a date such as 2020-01-31", "years": "a number of years, such as 2.5"}


def read_past(path: str | os.PathLike[str]) -> Past:
    """Return a user's table of past relationships, from a CSV or Parquet file.

    A row is a relationship; `relsim.lab.past.columns.COLUMNS` says which columns there are. Lines before the header
    may begin with #.

    Raises ScenarioError with every mistake, each as `file:row: column: value: what is allowed`.
    """
    cells = read_cells(path)
    return _Reading(cells).done()


class _Reading:
    """A table in the course of being read."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.wrong: list[Problem] = []
        self.places: dict[str, int] = {}
        """Where in a row each known column stands."""
        self.unused: list[str] = []
        self.axis: tuple[str, int] | None = None
        """Whether times are dates or years, and the row that said so first."""

    def refuse(self, row: int | None, path: str, value: object, allowed: str, near: str = "") -> None:
        self.wrong.append(Problem(path, "" if value is None else _shown(value), allowed, self.cells.label, row, near))

    def done(self) -> Past:
        """Return the table, or raise all that is wrong with it."""
        self._header()
        self._stop_if_wrong()
        read = [self._row(number, cells) for number, cells in self.cells.rows]
        if not read and not self.wrong:
            self.refuse(None, "", None, "at least one row")
        self._once([row["id"] for row in read])
        self._stop_if_wrong()
        names = [name for name in _BY_NAME if name in self.places]
        columns: dict[str, np.ndarray] = {
            name: np.array([row[name] for row in read], dtype=_TYPES[_BY_NAME[name].kind]) for name in names
        }
        return Past(
            self.cells.name,
            self.cells.digest,
            self.cells.notes,
            columns,
            np.array([number for number, _ in self.cells.rows]),
            self.axis is not None and self.axis[0] == "dates",
            tuple(self.unused),
        )

    def _stop_if_wrong(self) -> None:
        if self.wrong:
            told = sorted(self.wrong, key=lambda problem: problem.line or 0)
            if len(told) > _SHOWN:
                more = Problem("", "", f"and {len(told) - _SHOWN:,} more mistakes", self.cells.label)
                told = [*told[:_SHOWN], more]
            raise ScenarioError(told)

    def _header(self) -> None:
        row = self.cells.header_row
        names = [header_name(str(name)) for name in self.cells.header]
        for place, name in enumerate(names):
            if name in self.places:
                self.refuse(row, name, None, "a name that stands once in the header")
            elif name in _BY_NAME:
                self.places[name] = place
            elif near := nearest(name, set(_BY_NAME) - set(names)):
                self.refuse(row, str(self.cells.header[place]).strip(), None, "no such column", near)
            elif name:
                self.unused.append(str(self.cells.header[place]).strip())
        for column in COLUMNS:
            if column.required and column.name not in self.places:
                self.refuse(row, column.name, None, f"a column that is needed: {column.allowed}")
        for either in NEEDED:
            if not any(name in self.places for name in either):
                self.refuse(row, "", None, f"needs a column {' or '.join(either)}")

    def _row(self, number: int, cells: tuple[Any, ...]) -> dict[str, Any]:
        """Return what a row says by column, NaN and empty text where it says nothing."""
        row: dict[str, Any] = {name: _NOTHING[column.kind] for name, column in _BY_NAME.items()}
        if len(cells) != len(self.cells.header):
            allowed = f"as many cells as the header has, {len(self.cells.header)}, not {len(cells)}"
            self.refuse(number, "", None, allowed)
            return row
        before = len(self.wrong)
        for name, place in self.places.items():
            column, cell = _BY_NAME[name], cells[place]
            text = cell.strip() if isinstance(cell, str) else cell
            if text is None or text == "" or (isinstance(text, float) and math.isnan(text)):
                if column.required:
                    self.refuse(number, name, None, f"is empty: {column.allowed}")
                continue
            row[name] = _READ[column.kind](self, number, column, text)
        wrong = {problem.path for problem in self.wrong[before:]}
        self._ordered(number, cells, row)
        self._consistent(number, cells, row, wrong)
        return row

    def _ordered(self, number: int, cells: tuple[Any, ...], row: dict[str, Any]) -> None:
        """Refuse times that come before those that must be earlier."""
        known = [(name, row[name]) for name in TIMES if not math.isnan(row[name])]
        for (before, earlier), (name, later) in pairwise(known):
            if later < earlier:
                allowed = f"not before {before}, {_shown(cells[self.places[before]])}"
                self.refuse(number, name, cells[self.places[name]], allowed)

    def _consistent(self, number: int, cells: tuple[Any, ...], row: dict[str, Any], wrong: set[str]) -> None:
        """Refuse what cannot be together, and write an ending that is not told as one that is not known.

        wrong: the columns of which the row says something that was refused already.
        """

        def told(name: str) -> Any:
            return cells[self.places[name]] if name in self.places else ""

        if all(math.isnan(row[name]) for name in NEEDED[0]) and not wrong.intersection(NEEDED[0]):
            self.refuse(number, "contact", None, "is empty: first contact, or else the start of operations in started")
        gone, ending = not math.isnan(row["ended"]), row["ending"]
        last = row["ended"] if gone else row["observed_until"]
        if wrong.intersection(("ending", *NEEDED[1])):
            pass  # whether it ended is not known
        elif gone and ending == Ending.ONGOING:
            if told("ending"):
                self.refuse(number, "ending", told("ending"), "how it ended, as ended is given; else unknown")
            row["ending"] = UNKNOWN_ENDING
        elif not gone and ending != Ending.ONGOING:
            self.refuse(number, "ended", None, f"is empty: when it ended, as its ending is {told('ending')}")
        elif math.isnan(last):
            self.refuse(number, "observed_until", None, "is empty: until when it was watched, as it has no end")
        if row["seen_from"] >= last:
            self.refuse(number, "seen_from", told("seen_from"), "before it ended, or was last watched")
        later = next((name for name in ("signed", "contract", "started") if not math.isnan(row[name])), "")
        if ending in _BEFORE_SIGNING and later:
            self.refuse(number, "ending", told("ending"), f"an ending after the signature, as {later} is given")

    def _once(self, ids: list[str]) -> None:
        """Refuse names that are given twice."""
        first: dict[str, int] = {}
        for (number, _), name in zip(self.cells.rows, ids, strict=True):
            if name and name in first:
                self.refuse(number, "id", name, f"given once; it stands already in row {first[name]}")
            elif name:
                first[name] = number

    # cells

    def text(self, number: int, column: Column, cell: Any) -> str:
        return str(cell)

    def word(self, number: int, column: Column, cell: Any) -> int:
        known: Mapping[str, int] = LAUNCH_WORDS if column.name == "launch" else ENDING_WORDS
        word = "-".join(str(cell).lower().replace("_", " ").replace("-", " ").split())
        if word not in known:
            self.refuse(number, column.name, cell, column.allowed, nearest(word, known))
            return 0
        return int(known[word])

    def time(self, number: int, column: Column, cell: Any) -> float:
        """Return a time in years: since 1970 for a date, else as it stands."""
        axis, years = _time(cell)
        if axis == "":
            self.refuse(number, column.name, cell, _AXES[self.axis[0]] if self.axis else " or ".join(_AXES.values()))
            return math.nan
        if self.axis is None:
            self.axis = (axis, number)
        if axis != self.axis[0]:
            self.refuse(number, column.name, cell, f"{_AXES[self.axis[0]]}, as in row {self.axis[1]}")
            return math.nan
        if math.isnan(years):
            least, most = _YEARS
            dates = f"a date from {least} to {most}; empty where it has not happened"
            years_told = (
                f"a date such as 2020-01-31 or years between ±{_MOST_YEARS:,.0f}, and no spreadsheet's count of days"
            )
            self.refuse(number, column.name, cell, dates if axis == "dates" else years_told)
        return years

    def number(self, number: int, column: Column, cell: Any) -> float:
        value = _number(cell)
        least_met = value > 0.0 if column.kind == "size" else value >= 0.0
        if not (least_met and value < _LARGEST and (column.kind != "count" or value == round(value))):
            comma = column.kind != "count" and isinstance(cell, str) and re.fullmatch(r"\d+,\d+", cell)
            self.refuse(number, column.name, cell, f"{column.allowed}{', with a decimal point' if comma else ''}")
            return math.nan
        return value


_READ: dict[str, Callable[[_Reading, int, Column, Any], Any]] = {
    "text": _Reading.text,
    "word": _Reading.word,
    "time": _Reading.time,
    "money": _Reading.number,
    "count": _Reading.number,
    "size": _Reading.number,
}
_TYPES: dict[str, Any] = {"text": object, "word": np.int64} | dict.fromkeys(("time", "money", "count", "size"), float)
_NOTHING: dict[str, Any] = {"text": "", "word": 0} | dict.fromkeys(("time", "money", "count", "size"), math.nan)


def _number(cell: Any) -> float:
    """Return a number, NaN where it is none."""
    if isinstance(cell, str):
        return float(cell) if len(cell) <= 60 and _NUMBER.fullmatch(cell) else math.nan
    if isinstance(cell, bool) or not hasattr(cell, "__float__"):
        return math.nan
    try:
        return float(cell)
    except (OverflowError, ValueError):
        return math.nan


def _time(cell: Any) -> tuple[str, float]:
    """Return whether a cell is of dates or of years, empty where of neither, and its years, NaN where out of range."""
    day: date | None = cell if isinstance(cell, date) else None
    if isinstance(cell, str) and len(cell) <= 60 and (found := _DATE.fullmatch(cell)):
        try:
            day = date.fromisoformat(found[1])
        except ValueError:
            return "", math.nan
    if day is not None:
        if isinstance(day, datetime):
            day = day.date()
        least, most = _YEARS
        return "dates", years_of(day) if least <= day.year <= most else math.nan
    years = _number(cell)
    if math.isnan(years):
        return "", math.nan
    return "years", years if abs(years) < _MOST_YEARS else math.nan


def _shown(value: object) -> str:
    """Return a cell on one short line."""
    text = str(value)
    return text if text.isprintable() and len(text) <= 40 else shown(text, 40)
