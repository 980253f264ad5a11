"""What is said of a rule beside its function, read with everything that is wrong with it."""

import inspect
import math
import re
from enum import IntEnum
from types import FunctionType
from typing import Any

from relsim.errors import RuleError, nearest
from relsim.vocabulary import FIRST_USER_KIND, KINDS, EventKind, Phase

__all__ = ["CHANCE", "RATE_MOST", "Words", "is_built_in", "kind_number", "refuse_bare", "refused", "unknown_kind"]

RATE_MOST = 10_000.0
"""Opportunities a year of a clock of one's own at most: about one an hour."""

CHANCE = ("when", "", "", "")
"""What the four uniforms mean where nothing else is said."""

_SIGNATURE = 5
_NAME = re.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_LONGEST = 40
_KNOWN = {int(kind) for kind in EventKind}


def is_built_in(kind: int | None) -> bool:
    """Say whether relsim itself has a rule for a kind."""
    return kind is not None and int(kind) in _KNOWN


def refused(function: Any) -> list[str]:
    """Return what is wrong with a function as a rule."""
    if hasattr(function, "py_func"):
        return ["a plain function, without Numba's decorator; relsim compiles it itself"]
    if not isinstance(function, FunctionType):
        return ["a plain function (r, p, e, u, out)"]
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        return ["a plain function, without yield or await"]
    parameters = inspect.signature(function).parameters.values()
    plain = all(each.kind == each.POSITIONAL_OR_KEYWORD for each in parameters)
    if len(parameters) != _SIGNATURE or not plain:
        taken = ", ".join(map(str, parameters))
        return [f"({taken}): a rule takes (r, p, e, u, out): relationship, parameters, event, chance and outbox"]
    return []


def refuse_bare(kind: Any) -> None:
    """Refuse the decorator without its parentheses, which is handed the function itself.

    Raises RuleError.
    """
    if callable(kind):
        name = getattr(kind, "__qualname__", repr(kind))
        raise RuleError(f'rule {name}: say which event it is for, as in @relsim.rule("MARKET_SHOCK")')


def unknown_kind(kind: Any) -> str:
    """Return what is wrong with a kind of event that does not exist."""
    meant = nearest(kind.upper(), EventKind.__members__) if isinstance(kind, str) else ""
    asked = f"did you mean {meant}?" if meant else "take a name of relsim.EventKind"
    own = f"a kind of one's own has a number from {FIRST_USER_KIND} to {KINDS - 1}"
    return f"there is no event kind {kind!r} ({own}); {asked}"


def kind_number(kind: Any) -> int | None:
    """Return the number of a kind, or None where there is no such kind."""
    if isinstance(kind, str):
        return int(EventKind[kind.upper()]) if kind.upper() in EventKind.__members__ else None
    known = isinstance(kind, int) and not isinstance(kind, bool)
    return int(kind) if known and (is_built_in(kind) or FIRST_USER_KIND <= kind < KINDS) else None


class Words:
    """Reads what is said of a rule, and collects what is wrong with it."""

    def __init__(self, wrong: list[str]) -> None:
        self.wrong = wrong

    def word(self, what: str, given: Any, known: type[IntEnum], otherwise: Any) -> Any:
        """Return the word that a name or a member means."""
        if given is None or isinstance(given, known):
            return otherwise if given is None else given
        members = {each.lower().replace("_", "-"): member for each, member in known.__members__.items()}
        name = given.lower().replace("_", "-") if isinstance(given, str) else ""
        if name in members:
            return members[name]
        meant = nearest(name, members)
        asked = f"; did you mean {meant}?" if meant else ""
        self.wrong.append(f"{what}: {given!r}: one of {', '.join(members)}{asked}")
        return otherwise

    def phases(self, given: Any) -> tuple[Phase, ...]:
        """Return the phases that are meant."""
        listed = (given,) if isinstance(given, (str, Phase)) else given
        try:
            found = tuple(self.word("phases", each, Phase, Phase.COURTSHIP) for each in listed)
        except TypeError:
            self.wrong.append(f'phases: {given!r}: phases, such as ("operation", "unwinding")')
            return ()
        if not found:
            self.wrong.append("phases: (): at least one, or leave them out for all")
        if Phase.ENDED in found:
            self.wrong.append("phases: ended: nothing happens any more then")
        return found

    def chance(self, given: Any) -> tuple[str, str, str, str]:
        """Return what the four uniforms mean."""
        if not isinstance(given, (tuple, list)) or len(given) != 4 or not all(isinstance(each, str) for each in given):
            self.wrong.append(f"chance: {given!r}: four texts, what u0, u1, u2 and u3 mean")
            return CHANCE
        return (given[0], given[1], given[2], given[3])

    def rate(self, given: Any) -> float:
        """Return a rate per year."""
        number = isinstance(given, (int, float)) and not isinstance(given, bool)
        if not number or not math.isfinite(given) or not 0.0 <= given <= RATE_MOST:
            self.wrong.append(f"rate: {given!r}: a number from 0 to {RATE_MOST:,.0f} (per year)")
            return 0.0
        return float(given)

    def name(self, given: Any, number: int | None, function: Any) -> str:
        """Return what a kind is called."""
        if number is None:
            return ""
        if is_built_in(number):
            called = EventKind(number).name
            if given not in (None, called):
                self.wrong.append(f"name: {given!r}: only for a kind of one's own; this one is {called}")
            return called
        made = getattr(function, "__name__", "").upper() if given is None else given
        if not isinstance(made, str) or len(made) > _LONGEST or not _NAME.fullmatch(made):
            told = f"capital words joined by underscores, at most {_LONGEST} characters"
            self.wrong.append(f"name: {made!r}: {told}, such as DAY_ON_THE_FLOOR")
        elif made in EventKind.__members__:
            self.wrong.append(f"name: {made}: a built-in kind of event has this name; take another")
        return str(made)
