"""The comparison as tables in a terminal."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.table import Table
from rich.text import Text

from relsim.analysis.columns import YEARS, in_words, of_nothing
from relsim.analysis.finding import Finding, rounded
from relsim.analysis.summary import answer
from relsim.drawing.units import money_scale
from relsim.vocabulary import Ending

__all__ = ["cells_of", "comparison", "console", "found", "rows_of", "status_table"]

NEVER = "never"
"""The baseline that stands beside every arm: firms that do not begin."""


Show = Callable[[float], str]


def console() -> Console:
    """Return where results go: standard output, as wide as the terminal, or 110 columns where it is none."""
    return Console(width=None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", "110")), highlight=False)


def comparison(document: Mapping[str, Any], firm: str = "") -> RenderableType:
    """Return the answer, the table of the arms and their differences, and what the numbers rest on.

    firm: how firm the answer is, in words, where that is known.
    """
    first, *others = document["arms"]
    tables: list[RenderableType] = [_table(document, [first, *others], others if len(others) == 1 else [])]
    if len(others) > 1:
        tables += [
            Text(""),
            Text(f"Differences from {first}, pair by pair [95 % interval]"),
            _table(document, [], others),
        ]
    counted = f"{document['replications']:,} pairs of firms, the same with the same luck in every arm"
    until = document["until"]
    stopped = sum(arm["stopped"] for arm in document["arms"].values())
    told: list[RenderableType] = [
        Text(f"{answer(document)} {firm}".rstrip()),
        Text(""),
        *tables,
        Text(""),
        Text(f"{counted}; {document['horizon']:g} years from first contact. Money: {_scale(document)[1]}, discounted."),
        Text(f"seed: {document['seed']}, engine: {document['engine']}, rules version: {document['rules_version']}"),
        Text(f"digest: {document['digest']}"),
    ]
    if until is not None:
        told += [
            Text(""),
            Text(f"until {until['target']}: {'reached' if until['reached'] else 'not reached'}"),
            _looks(until),
        ]
    if stopped:
        told.append(Text(f"{stopped} lives were stopped by a limit; they are counted as they stood", style="bold red"))
    return Group(*told)


def found(finding: Finding) -> RenderableType:
    """Return what a finding prints, as a table that fits the terminal."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    header, rows, right = cells_of(finding)
    for place, name in enumerate(header):
        table.add_column(name, justify="right" if place in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return Group(Text(finding.title, style="bold"), table, Text(""))


def cells_of(finding: Finding) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[int, ...]]:
    """Return what a finding prints as text: header, rows, and the columns of numbers, which stand at the right."""
    frame = finding.summary()
    header = tuple(map(str, frame.columns))
    rows = tuple(
        tuple(f"{cell:.4g}" if isinstance(cell, float) else str(cell) for cell in row)
        for row in frame.itertuples(index=False)
    )
    return header, rows, tuple(place for place, kind in enumerate(frame.dtypes) if kind.kind in "fi")


def _looks(until: Mapping[str, Any]) -> Table:
    """Return how half of each 95 % interval shrank."""
    names = list(next(iter(until["looks"].values())))
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("pairs of firms", justify="right")
    for name in names:
        table.add_column(name, justify="right")
    for replications, widths in until["looks"].items():
        relative = until["target"].endswith("%")
        shown = ["-" if w is None else f"±{100 * w:.3g} %" if relative else f"±{w:.3g}" for w in widths.values()]
        table.add_row(f"{int(replications):,}", *shown)
    return table


def status_table(status: Mapping[str, Any]) -> RenderableType:
    """Return how far a store is."""
    done, asked = status["replications"]["done"], status["replications"]["asked"]
    lives = done * len(status["arms"])
    each = status["worker_seconds"] / done if done else 0.0
    left = f"about {(asked - done) * each / 60:,.1f} minutes of one worker" if 0 < done < asked else ""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for name, value in (
        ("scenario", status["scenario"]),
        ("arms", ", ".join(status["arms"])),
        ("seed", str(status["seed"])),
        ("pairs of firms", f"{done:,} of {asked:,} ({100 * done / asked if asked else 0:.1f} %)"),
        ("lives kept", f"{lives:,} in {status['chunks']:,} chunks, {status['bytes'] / 1e6:,.1f} MB"),
        ("events kept of", f"{status['events_of']:,} pairs" if status["events_of"] else ""),
        ("left", left),
        ("at work", status["at_work"] or "nobody"),
        *((f"set aside {chunk}", why) for chunk, why in status["set_aside"].items()),
    ):
        if value:
            table.add_row(name, Text(value))
    return table


def _table(document: Mapping[str, Any], arms: list[str], others: list[str]) -> "_Fitting":
    """Return a table of these arms beside never, and of the differences of the others from the first."""
    return _Fitting(*rows_of(document, arms, others))


@dataclass(frozen=True)
class _Fitting:
    """A table of numbers that are never cut off: where it is too wide, columns go on in a further table below."""

    header: tuple[str, ...]
    rows: list[str | tuple[str, ...]]

    def __rich_console__(self, screen: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        for place, columns in enumerate(self._columns(options.max_width)):
            if place:
                yield Text("")
            yield self._of(columns)

    def _columns(self, room: int) -> list[list[int]]:
        """Return which columns stand in which table."""
        filled = [row for row in self.rows if not isinstance(row, str)]
        widths = [max(map(len, column)) for column in zip(self.header, *filled, strict=True)]
        tables: list[list[int]] = [[]]
        used = first = widths[0] + 2  # the indent of the labels
        for place, width in enumerate(widths[1:], start=1):
            if tables[-1] and used + 2 + width > room:
                tables.append([])
                used = first
            tables[-1].append(place)
            used += 2 + width
        return tables

    def _of(self, columns: list[int]) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column("", no_wrap=True)
        for place in columns:
            name = self.header[place]
            table.add_column(name, justify="right", overflow="fold", style="dim" if name == NEVER else "")
        heading = ""
        for row in self.rows:
            if isinstance(row, str):
                heading = row
            elif any(row[place] for place in columns):
                if heading:
                    table.add_row(Text(heading, style="bold"))
                    heading = ""
                table.add_row(f"  {row[0]}", *(row[place] for place in columns))
        return table


def rows_of(
    document: Mapping[str, Any], arms: list[str], others: list[str]
) -> tuple[tuple[str, ...], list[str | tuple[str, ...]]]:
    """Return header and rows of a table: these arms beside never, and the differences of the others from the first.

    A row that is a mere str is the heading of those below it.
    """
    header = ("", *arms, *([NEVER] if arms else []), *("difference [95 % interval]" if arms else arm for arm in others))
    rows: list[str | tuple[str, ...]] = []
    for section, lines in _sections(document):
        told = [line for line in lines if arms or _interval(document["differences"][others[0]], line[1], line[2])]
        rows += [section] if told else []
        for label, path, show in told:
            values = [_value(document["arms"][arm], path, show) for arm in arms]
            never = [_never(path, show)] if arms else []
            gaps = [_interval(document["differences"][arm], path, show) for arm in others]
            rows.append((label, *values, *never, *gaps))
    return header, rows


def _sections(document: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str, Show]]]]:
    """Return the sections of the table: heading, and of each line its label, its path in the document, its look."""
    factor, _ = _scale(document)

    def share(value: float) -> str:
        return f"{rounded(100 * value, 1):.1f} %"

    def years(value: float) -> str:
        return f"{rounded(value, 2):.2f}"

    def money(value: float) -> str:
        return f"{rounded(value * factor, 3):,.3f}"

    def lines(section: str, *names: str) -> list[tuple[str, str, Show]]:
        return [
            (in_words(name), f"{section}.{name}", money if name.startswith(("net", "loss")) else years)
            for name in names
        ]

    endings = [ending for ending in Ending if ending != Ending.ONGOING]
    reached = [year for year in YEARS if year <= document["horizon"]]
    sides = ("joint", "client", "supplier")
    levels = ("strategic", "tactical", "operational")
    return [
        (
            "Of all started contacts",
            [
                ("signed", "signed", share),
                ("launched", "launched", share),
                *((in_words(f"endings.{each.name}"), f"endings.{each.name}", share) for each in endings),
                (f"still going after {document['horizon']:g} years", "endings.ONGOING", share),
                *((f"alive after {year} y", f"survival.per_contact.{year}", share) for year in reached),
            ],
        ),
        (
            "Per started contact",
            lines(
                "per_contact",
                *(f"net.{side}" for side in sides),
                *(f"loss.{side}" for side in sides),
                *(f"departures.{level}" for level in levels),
                "limping_years",
                "denials",
                "rescues",
                "first_problem_to_realised",
                "realised_to_end",
            ),
        ),
        (
            "Of the launched relationships",
            [
                *((f"alive {year} y after start", f"survival.per_launched.{year}", share) for year in reached),
                ("median years to the end", "time_to_exit_median", years),
                *lines("per_launched", "net.joint", "loss.joint", "departures.operational", "limping_years"),
            ],
        ),
    ]


def _scale(document: Mapping[str, Any]) -> tuple[float, str]:
    return money_scale(document["currency"]["name"], document["currency"]["factor"])


def _find(table: Mapping[str, Any], path: str) -> Any:
    found: Any = table
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _value(arm: Mapping[str, Any], path: str, show: Show) -> str:
    value = _find(arm, path)
    return "-" if value is None else show(value)


def _never(path: str, show: Show) -> str:
    """Return what firms have of it that never begin."""
    nothing = of_nothing(path.removeprefix("per_contact."))
    return "-" if nothing != nothing or path.startswith("per_launched.") else show(nothing)


def _interval(differences: Mapping[str, Any], path: str, show: Show) -> str:
    gap = _find(differences, path.removeprefix("per_contact."))
    if not isinstance(gap, Mapping) or gap["low"] is None:
        return ""
    plus = "+" if gap["mean"] > 0 else ""
    return f"{plus}{show(gap['mean'])} [{show(gap['low'])}, {show(gap['high'])}]"
