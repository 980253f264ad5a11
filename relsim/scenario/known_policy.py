"""What is known about a policy before anybody adopts it, and how a user declares one of his own."""

import math
import re
from collections import namedtuple
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

from relsim.errors import RuleError
from relsim.scenario.parameter import ASSUMPTION, Parameter, parameter, shortest
from relsim.vocabulary import USER_FIELDS

__all__ = ["KnownPolicy", "as_data", "declared", "number", "policy"]

_NAME = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
_NUMBER = re.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*")
_LONGEST = 40


@dataclass(frozen=True)
class KnownPolicy:
    """What is known about a policy before anybody adopts it."""

    name: str
    meaning: str
    """Who may do what when."""
    price: str
    """What it costs, and how it may hurt."""
    numbers: tuple[Parameter, ...]
    """The numbers that are chosen with it; 0 for the first, its dial, means that it is not there."""
    place: int | None = None
    """Of a user's own, where in `p.user` its numbers begin; None where it is built in."""

    @property
    def written(self) -> str:
        """How it may be written: its name, or a table with its numbers."""
        numbers = ", ".join(f"{each.name} = {shortest(each.default)}" for each in self.numbers)
        return f'{{ name = "{self.name}", {numbers} }}'

    def places(self) -> dict[str, int]:
        """Return the place of each number in `p.user`, by name; none where the policy is built in."""
        return {} if self.place is None else {each.name: self.place + k for k, each in enumerate(self.numbers)}

    def compiles_as(self) -> Any:
        """Return what compiled rules read instead: the places by name."""
        made: Any = namedtuple
        return made("Places", list(self.places()))(**self.places())

    def __getattr__(self, name: str) -> int:
        """Return the place of a number of a user's own policy, as rules read it: p.user[FLOOR_DAYS.per_year]."""
        places = {} if name.startswith("_") else self.places()
        if name in places:
            return places[name]
        raise AttributeError(f"policy {self.__dict__.get('name')} has no number {name}; it has {', '.join(places)}")


def number(
    default: float,
    unit: str,
    allowed: tuple[float, float],
    meaning: str,
    *,
    plausible: tuple[float, float] | None = None,
    source: str = ASSUMPTION,
    whole: bool = False,
) -> Parameter:
    """Declare a number of a policy of one's own.

    default: what it is where nothing is written. unit: such as "per year", "share" or "years".
    allowed: the range that is accepted, both ends included; plausible: the range that one would expect.
    source: where it comes from. whole: whether only whole numbers are accepted.
    """
    made: Parameter = parameter(default, unit, allowed, plausible, meaning, source, whole)
    return made


def policy(name: str, meaning: str, price: str, *, place: int, **numbers: Parameter) -> KnownPolicy:
    """Declare a policy of one's own, for arms to adopt and for rules of one's own to act by.

    name: lower-case words joined by hyphens, as scenarios write it.
    meaning: who may do what when; price: what it costs, and how it may hurt.
    place: from 0 to 15, where in `p.user` its numbers are put, one after the other.
    numbers: at least one, each declared with `number`; the first is the dial, and may be 0: without the policy.

    A rule reads a number as p.user[POLICY.name_of_the_number]: 0 in an arm that has not adopted the policy.

    Raises RuleError, with every mistake, for what is not allowed.
    """
    found = {key: replace(each, name=key) if isinstance(each, Parameter) else each for key, each in numbers.items()}
    wrong = [*_refused(name, meaning, price, place, len(found)), *_refused_numbers(found)]
    if wrong:
        raise RuleError("\n".join(f"policy {name}: {each}" for each in wrong))
    return KnownPolicy(name, meaning, price, tuple(found.values()), place)


def declared(data: Any) -> KnownPolicy:
    """Return the policy that such data declares, as a result or a store keeps it.

    Raises ValueError or RuleError for any other data.
    """
    read: KnownPolicy = _reader().validate_python(data)
    if read.place is None:
        raise ValueError("no policy of a user's own")
    return policy(read.name, read.meaning, read.price, place=read.place, **{each.name: each for each in read.numbers})


def as_data(known: KnownPolicy) -> Mapping[str, Any]:
    """Return a policy as `declared` takes it."""
    return asdict(known)


@cache
def _reader() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(KnownPolicy)


def _refused(name: Any, meaning: Any, price: Any, place: Any, count: int) -> list[str]:
    """Return what is wrong with a declaration but for its numbers."""
    wrong = []
    if not isinstance(name, str) or len(name) > _LONGEST or not _NAME.fullmatch(name):
        wrong.append(f"name: {name!r}: lower-case words joined by hyphens, at most {_LONGEST} characters")
    for what, text in (("meaning", meaning), ("price", price)):
        if not isinstance(text, str) or not text.strip() or not text.isprintable():
            wrong.append(f"{what}: {text!r}: one line of text")
    if count == 0:
        wrong.append('numbers: at least one, its dial, such as part=relsim.number(1.0, "share", (0, 1), "...")')
    if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place <= USER_FIELDS - max(1, count):
        wrong.append(f"place: {place!r}: a whole number from 0 to {USER_FIELDS - max(1, count)}")
    return wrong


def _refused_numbers(numbers: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the numbers of a declaration, of which the first is the dial."""
    wrong = []
    for dial, (name, each) in zip([True] + [False] * len(numbers), numbers.items(), strict=False):
        if not _NUMBER.fullmatch(name) or len(name) > _LONGEST or name in _TAKEN:
            wrong.append(f"{name}: lower-case words joined by underscores, none of {', '.join(sorted(_TAKEN))}")
        if not isinstance(each, Parameter):
            wrong.append(f"{name}: {each!r}: a number declared with relsim.number")
            continue
        low, high = each.allowed if _is_range(each.allowed) else (math.nan, math.nan)
        if not low <= high:
            wrong.append(f"{name}: allowed: {each.allowed!r}: two finite numbers, the lower one first")
            continue
        if dial and low != 0:
            wrong.append(f"{name}: allowed: {each.allowed!r}: from 0, since the first number is the dial: 0 is without")
        default: Any = each.default
        fits = _is_number(default) and low <= default <= high and not (each.whole and default % 1)
        if not fits:
            wrong.append(f"{name}: default: {each.default!r}: {each.range}")
        if each.plausible is not None and not _is_range(each.plausible):
            wrong.append(f"{name}: plausible: {each.plausible!r}: two finite numbers, or None")
    return wrong


_TAKEN = {"name", "meaning", "price", "numbers", "place", "written", "places", "compiles_as", "declared"}


def _is_range(given: Any) -> bool:
    return isinstance(given, tuple) and len(given) == 2 and all(map(_is_number, given))


def _is_number(given: Any) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool) and math.isfinite(given)
