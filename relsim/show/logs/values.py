"""What the two values of an event mean, by kind."""

from collections.abc import Callable
from enum import IntEnum

from relsim.vocabulary import Ending, EventKind, OutsideCause, Turn

__all__ = ["VALUES", "Plain", "values_of"]

Plain = str | int | float | bool
"""What an attribute of a log may be."""


def _count(value: float) -> Plain:
    return int(value) if value.is_integer() else value


def _word(words: type[IntEnum]) -> Callable[[float], Plain]:
    names = {float(word): word.name for word in words}
    return lambda value: names.get(value, str(value))


_JUDGED = (("a", "feasible", bool), ("b", "estimate", float))

VALUES: dict[int, tuple[tuple[str, str, Callable[[float], Plain]], ...]] = {
    EventKind.VERDICT_REPORTED: _JUDGED,
    EventKind.PILOT_HELD: _JUDGED,
    EventKind.FAILURE_REALISED: (("a", "turn", _word(Turn)),),
    EventKind.RELATIONSHIP_ENDED: (("a", "ending", _word(Ending)),),
    EventKind.OUTSIDE_ENDING: (("a", "cause", _word(OutsideCause)),),
    EventKind.MANAGER_SWAPPED: (("a", "people", _count),),
    EventKind.STAFF_DISMISSED: (("a", "people", _count),),
}
"""For each kind that has values: which, what it is called, and how it is read."""


def values_of(kind: int, a: float, b: float) -> tuple[tuple[str, Plain], ...]:
    """Return the values of an event by name; those of a kind without a name for them as a and b, where not 0."""
    given = {"a": a, "b": b}
    if kind in VALUES:
        return tuple((name, read(given[which])) for which, name, read in VALUES[kind])
    return tuple((which, value) for which, value in given.items() if value)
