"""What a user's own rules remember: numbers with names in the spare fields of the state."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from relsim.errors import RuleError
from relsim.vocabulary import USER_FIELDS

__all__ = ["PREFIX", "State", "distinct", "state", "values"]

_NAME = re.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 40
PREFIX = "own_"
"""How their columns begin where lives are told."""

_SIDES = ("client", "supplier")


class State(int):
    """The place of a number in the spare fields, which rules use as an index; it knows its name."""

    name: str
    per_firm: bool

    def __new__(cls, name: str, place: int, per_firm: bool) -> "State":
        """Return the place with its name."""
        made = super().__new__(cls, place)
        made.name, made.per_firm = name, per_firm
        return made

    def __repr__(self) -> str:
        firm = ", per_firm=True" if self.per_firm else ""
        return f"state({self.name!r}, place={int(self)}{firm})"

    def __reduce__(self) -> Any:
        return State, (self.name, int(self), self.per_firm)

    def compiles_as(self) -> int:
        """Return what compiled rules read instead."""
        return int(self)

    @property
    def columns(self) -> tuple[str, ...]:
        """What it is called where lives are told: one column, or one for each firm."""
        return tuple(f"{PREFIX}{self.name}_{side}" for side in _SIDES) if self.per_firm else (f"{PREFIX}{self.name}",)


def state(name: str, *, place: int, per_firm: bool = False) -> State:
    """Give a name to a spare field of the state, for rules of one's own to remember something in.

    name: lower-case words joined by underscores; it is told as the column own_NAME, or own_NAME_client and _supplier.
    place: from 0 to 15, an index into `r.user`, or into `r.firm[f].user` where each firm has one (per_firm).

    It begins at 0. Wherever a rule reads the name, lives show what it came to: in `Life.row`, `Life.trajectory`,
    `Results.lives`, stores and digests.

    Raises RuleError for any other name or place.
    """
    wrong = []
    if not isinstance(name, str) or len(name) > _LONGEST or not _NAME.fullmatch(name):
        wrong.append(f"name: {name!r}: lower-case words joined by underscores, at most {_LONGEST} characters")
    if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < USER_FIELDS:
        wrong.append(f"place: {place!r}: a whole number from 0 to {USER_FIELDS - 1}")
    if per_firm not in (True, False):
        wrong.append(f"per_firm: {per_firm!r}: True or False")
    if wrong:
        raise RuleError("\n".join(f"state {name}: {each}" for each in wrong))
    return State(name, place, per_firm)


def distinct(states: Iterable[State]) -> tuple[State, ...]:
    """Return states each once, in the order of their places, those of the relationship first.

    Raises RuleError where two share a place or a column.
    """
    found: dict[tuple[bool, int], State] = {}
    wrong = []
    for each in states:
        other = found.setdefault((each.per_firm, int(each)), each)
        if other.name != each.name:
            first, second = sorted((other, each), key=lambda one: one.name)
            wrong.append(f"two states in one place: {first!r} and {second!r}; give one of them another place")
    made = tuple(found[key] for key in sorted(found))
    owners: dict[str, State] = {}
    for each in made:
        for column in each.columns:
            if column in owners:
                wrong.append(f"two states of one name: {owners[column]!r} and {each!r}; give one of them another name")
            owners[column] = each
    if wrong:
        raise RuleError("\n".join(dict.fromkeys(wrong)))
    return made


def values(states: Iterable[State], records: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns of states by name, float64 of shape (n,), from n RELATIONSHIP records."""
    found: dict[str, np.ndarray] = {}
    for each in states:
        fields = records["firm"]["user"] if each.per_firm else records["user"][:, None]
        found |= {column: fields[:, firm, int(each)] for firm, column in enumerate(each.columns)}
    return found
