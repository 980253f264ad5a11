"""What every log is made of: a life as a trace, facts about it and its events in their order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from math import isfinite

import numpy as np

from relsim import __version__
from relsim.errors import ScenarioError
from relsim.life import Life
from relsim.model.rule import agents
from relsim.model.rulebook import RULES_VERSION
from relsim.show.event import case_label
from relsim.show.logs.moments import after, first_day, iso, moments
from relsim.show.logs.values import Plain, values_of
from relsim.vocabulary import Agent, Ending, Firm

__all__ = ["Entry", "Origin", "Trace", "origin_of", "text_of", "traces"]


@dataclass(frozen=True)
class Entry:
    """One event as a log tells it."""

    activity: str
    """The name of its kind."""
    moment: str
    firm: Firm
    """Whose event it is."""
    sender: Agent
    receiver: Agent
    case: str
    """What set it in motion: the events of one incident, of one review, ... share their case."""
    opened_by: str
    """The activity of the first event of the case."""
    attempt: int
    kind: int
    values: tuple[tuple[str, Plain], ...]


@dataclass(frozen=True)
class Trace:
    """One life: its name in the log, what is known of it from the start and in the end, and its events."""

    name: str
    given: dict[str, Plain]
    outcome: dict[str, Plain]
    end: str
    """The moment at which the outcome stands: of the ending, or of the horizon."""
    promise: float
    """The performance that the contract promised in the end; NaN where none was signed."""
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Origin:
    """Where all lives of a log come from."""

    title: str
    start: date
    facts: dict[str, Plain]


def origin_of(life: Life) -> Origin:
    """Return what a log says about itself."""
    start = first_day(life.scenario)
    facts: dict[str, Plain] = {
        "seed": life.seed,
        "start_date": start.isoformat(),
        "horizon": life.scenario.horizon,
        "relsim_version": __version__,
        "rules_version": RULES_VERSION,
    }
    return Origin(life.scenario.title, start, facts)


def traces(lives: Iterable[Life]) -> Iterator[Trace]:
    """Yield the traces of lives, one at a time.

    Raises ScenarioError where lives are not of one scenario, seed and rules, or one is given twice.
    """
    first, seen = None, set()
    for life in lives:
        first = life if first is None else first
        name = f"{life.arm}/{life.replication}"
        same = life.seed == first.seed and life.scenario == first.scenario and life.rules == first.rules
        if not same:
            raise ScenarioError.of("lives", name, "of the same scenario, seed and rules as the others")
        if name in seen:
            raise ScenarioError.of("lives", name, "each life once")
        seen.add(name)
        yield _trace_of(life, name)


def _trace_of(life: Life, name: str) -> Trace:
    record, row, start = life.record, life.row, first_day(life.scenario)
    when = moments(start, record["time"])
    ended = np.array([row["t_end"]])
    end = max([*when[-1:], *after(start, ended[ended == ended])])  # a life that a limit stopped has no end of its own
    known = life.rules.names()
    who: dict[tuple[int, int], tuple[Agent, Agent]] = {}
    opened: dict[int, str] = {}
    entries = []
    columns = [record[each].tolist() for each in ("kind", "firm", "case", "attempt", "a", "b")]
    for moment, kind, firm, case, attempt, a, b in zip(iso(when), *columns, strict=True):
        if (kind, firm) not in who:
            who[kind, firm] = agents(life.rules.by_kind(kind), firm)
        sender, receiver = who[kind, firm]
        label = f"{name}/{case_label(case) or case}"
        opened_by = opened.setdefault(case, known[kind])
        values = values_of(kind, a, b)
        entries.append(
            Entry(known[kind], moment, Firm(firm), sender, receiver, label, opened_by, attempt, kind, values)
        )
    return Trace(
        name,
        {"arm": life.arm, "launch": life.scenario.arms[life.arm].launch, "replication": life.replication},
        {
            "signed": bool(row["signed"]),
            "launched": bool(row["launched"]),
            "ending": Ending(row["ending"]).name,
            "censored": bool(row["censored"]),
            **{each: row[each] for each in ("net_client", "net_supplier", "net_joint")},
        },
        iso(np.array([end]))[0],
        row["promise"],
        tuple(entries),
    )


def text_of(value: Plain) -> str:
    """Return a value as all formats write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not isfinite(value):
        return str(value).replace("inf", "INF").replace("nan", "NaN")  # as XML has them; other readers take both
    return str(value)
