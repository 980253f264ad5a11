"""A log as one flat table, with the columns that process-mining tools look for, and what XES shares with it."""

import csv
from collections.abc import Iterable
from typing import TextIO

from relsim.show.logs.trace import Entry, Origin, Trace, text_of
from relsim.show.logs.values import VALUES, Plain
from relsim.vocabulary import Level

__all__ = ["attributes", "facts", "write_csv"]


def facts(trace: Trace) -> dict[str, Plain]:
    """Return what is known of a life, by the keys of XES."""
    return {"concept:name": trace.name, **trace.given, **trace.outcome}


def attributes(entry: Entry) -> dict[str, Plain]:
    """Return what is known of an event, by the keys of XES, but for its moment.

    The resource is who sends it; its group is the firm, and its role the level, where it has one.
    """
    group, _, role = entry.sender.name.partition("_")
    return {
        "concept:name": entry.activity,
        "lifecycle:transition": "complete",
        "org:resource": entry.sender.name,
        **({"org:group": group, "org:role": role} if role in Level.__members__ else {}),
        "receiver": entry.receiver.name,
        "firm": entry.firm.name,
        "case": entry.case,
        "opened_by": entry.opened_by,
        "attempt": entry.attempt,
        **dict(entry.values),
    }


_COLUMNS = (
    "concept:name",
    "time:timestamp",
    "lifecycle:transition",
    "org:resource",
    "org:group",
    "org:role",
    "receiver",
    "firm",
    "case",
    "opened_by",
    "attempt",
    *dict.fromkeys(name for values in VALUES.values() for _, name, _ in values),
    "a",
    "b",
)


def write_csv(file: TextIO, origin: Origin, traces: Iterable[Trace]) -> None:
    """Write traces as one table, a row an event; what is known of its life stands in the columns case:..."""
    table = csv.writer(file, lineterminator="\n")
    headed = False
    for trace in traces:
        known = facts(trace)
        if not headed:
            table.writerow([*(f"case:{name}" for name in known), *_COLUMNS])
            headed = True
        life = [text_of(value) for value in known.values()]
        for entry in trace.entries:
            row = {**attributes(entry), "time:timestamp": entry.moment}
            table.writerow([*life, *(text_of(row[name]) if name in row else "" for name in _COLUMNS)])
