"""What is suspicious about a table of past relationships, and what follows from it."""

import math
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from relsim.analysis.survival import life_table
from relsim.lab.past.cohort import SIDES
from relsim.lab.past.columns import UNKNOWN_ENDING, word_of
from relsim.lab.past.dates import day_of
from relsim.vocabulary import BAD_ENDINGS, Ending, Launch

if TYPE_CHECKING:
    from relsim.lab.past.past import Past

__all__ = ["suspicions"]

_FEW = 20
"""Launched relationships of one launch below which little can be said."""

_MANY = 5
_SHARE = 0.2
"""So many on one day, and such a share of all, are no chance."""

_RARE = 1e-3
"""A chance below which something is told as suspicious."""

_LOSS = 100.0
"""Annual contract values that nobody loses on a relationship."""


def suspicions(past: "Past") -> tuple[str, ...]:
    """Return all that is suspicious about a table, a sentence or more each, in the order in which it matters."""
    asked = (_only_ended, _early_endings, _only_launched, _starts, _late, _days, _money, _twice, _few, _untold)
    return tuple(each for question in asked for each in question(past))


def _only_ended(past: "Past") -> Iterator[str]:
    if len(past) >= _MANY and np.all(past.ending != Ending.ONGOING):
        yield (
            "No relationship is still going. If those that are were left out, the table has only the early endings of "
            "recent years, and all times come out too short. Add them, with observed_until."
        )


def _early_endings(past: "Past") -> Iterator[str]:
    """Ask whether relationships that ended early were left out: those that are left have all lived until some day."""
    launched = ~np.isnan(past.of("started"))
    ended = launched & ~np.isnan(past.of("ended"))
    if not past.dated or not np.any(ended):
        return
    begun = np.fmax(past.of("started"), past.of("seen_from"))[launched]
    years = float(np.sum(past.last[launched] - begun))
    first = float(np.min(past.of("ended")[ended]))
    before = float(np.sum(np.maximum(first - begun, 0.0)))
    expected = int(ended.sum()) * before / years if years > 0.0 else 0.0
    if math.exp(-expected) < _RARE:
        yield (
            f"{int(np.sum(begun < first)):,} had started before the first ending of all, on {day_of(first)}. At the "
            f"usual rate about {expected:.0f} would have ended before that day. If those were left out, all times come "
            "out too long: write the day from which the table is complete into seen_from."
        )


def _only_launched(past: "Past") -> Iterator[str]:
    if not np.any(np.isnan(past.of("started"))):
        yield (
            "Every relationship was launched. How many contacts are signed or launched cannot be told without those "
            "that came to nothing (no-deal, window-lost, abandoned). All that follows is of launched ones."
        )


def _starts(past: "Past") -> Iterator[str]:
    launched, contacts = ~np.isnan(past.of("started")), ~np.isnan(past.of("contact"))
    count = int(np.sum(launched & ~contacts))
    if count and np.any(contacts):
        yield (
            f"{count:,} launched {_are(count)} without contact: left out of all that is told since first contact, so "
            "that launches look rarer there than they are."
        )
    if count := int(np.sum(np.isin(past.ending, BAD_ENDINGS) & ~launched)):
        yield (
            f"{count:,} ended by an exit or at the end of a term without having started: they count as never launched. "
            "If operations had started, write the day into started."
        )


def _late(past: "Past") -> Iterator[str]:
    for launch in past.launches:
        curve = life_table(past.cohort(launch).since_start)
        gone = curve.times[(curve.exposed == curve.ended) & (curve.times < curve.longest)]
        if len(gone):
            yield (
                f"{word_of(launch)}: all that were watched {gone[0]:.1f} years after the start ended there, while "
                "others are watched only from later on. The share alive is 0 from there on, which says nothing."
            )


def _days(past: "Past") -> Iterator[str]:
    entered = "If that is the day on which they were entered, all times are wrong."
    made = "If the table was made then and they were going on, leave ended empty and write the day into observed_until."
    for name, what, follows in (
        ("contact", "first contacts", entered),
        ("started", "starts", entered),
        ("ended", "endings", made),
    ):
        known = past.of(name)[~np.isnan(past.of(name))]
        if past.dated and len(known) >= _MANY:
            day, count = Counter(known.tolist()).most_common(1)[0]
            if count >= max(_MANY, _SHARE * len(known)):
                yield f"{count:,} of {len(known):,} {what} are on {day_of(day)}. {follows}"


def _money(past: "Past") -> Iterator[str]:
    losses = [past.of(f"loss_{side}") for side in SIDES]
    if "contract_value" not in past.columns and any(np.any(each > _LOSS) for each in losses):
        most = max(float(np.nanmax(each)) for each in losses if np.any(~np.isnan(each)))
        yield (
            f"Losses go up to {most:,.0f}, and without contract_value they are read as annual contract values. If they "
            "are money, add contract_value: what a year of each contract is worth."
        )


def _twice(past: "Past") -> Iterator[str]:
    numbers = np.column_stack([column.astype(float) for name, column in past.columns.items() if name != "id"])
    seen: dict[bytes, int] = {}
    twice = []
    for row, line in zip(past.rows.tolist(), np.nan_to_num(numbers, nan=-1e300), strict=True):
        first = seen.setdefault(line.tobytes(), row)
        if first != row:
            twice.append((row, first))
    if twice and past.dated:
        row, first = twice[0]
        yield (
            f"{len(twice):,} {_are(len(twice))} the same as an earlier one in all columns but id (row {row} as row "
            f"{first}). If one relationship stands there twice, intervals are too narrow."
        )


def _few(past: "Past") -> Iterator[str]:
    for launch in past.launches:
        count = int(np.sum((past.launch == launch) & ~np.isnan(past.of("started"))))
        if count < _FEW:
            yield f"{word_of(launch)}: only {count} launched. Little can be said of so few."
    for launch in Launch:
        if launch not in past.launches:
            yield f"No relationship is {word_of(launch)}: the table says nothing about that launch."


def _untold(past: "Past") -> Iterator[str]:
    unknown = int(np.sum(past.ending == UNKNOWN_ENDING))
    if unknown:
        yield (
            f"How it ended is unknown of {unknown:,} of {int(np.sum(past.ending != Ending.ONGOING)):,} that ended. "
            "Intervals by ending hold whatever it was, and are wider for it."
        )
    launched = ~np.isnan(past.of("started"))
    for name, follows in (
        ("signed", "counted as signed when they started, at the latest"),
        ("contract", "left out of the time to contract"),
    ):
        count = int(np.sum(launched & np.isnan(past.of(name))))
        if name in past.columns and count:
            yield f"{count:,} launched {_are(count)} without {name}: {follows}."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
