"""The arms of a ranking or a front: those of a scenario, and each of them with policies added."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod
from typing import Any

from pydantic import ValidationError

from relsim.errors import ScenarioError, nearest
from relsim.scenario.governance import POLICIES, Governance
from relsim.scenario.scenario import Scenario

__all__ = ["MOST_ARMS", "Arm", "Asked", "Factorial", "arms_of", "factorial", "policies_read", "policy_read", "renamed"]

MOST_ARMS = 4096
"""Arms that are lived side by side."""

LONGEST = 40
"""Letters of an arm's name."""


@dataclass(frozen=True)
class Asked:
    """A policy that may be added to an arm, with the numbers that were written for it."""

    name: str
    numbers: tuple[tuple[str, float], ...] = ()

    @property
    def written(self) -> Any:
        """It as a scenario file has it: a name, or a table of name and numbers."""
        return {"name": self.name, **dict(self.numbers)} if self.numbers else self.name

    def __str__(self) -> str:
        return self.name + "".join(f" {name}={number:g}" for name, number in self.numbers)


@dataclass(frozen=True)
class Arm:
    """One way of launching and governing."""

    name: str
    """As an arm of a scenario is called: lower-case words joined by hyphens, cut where it would be too long."""
    words: str
    """The same in full: the arm that it is made of, and the policies that were added."""
    scenario: Scenario
    """The scenario with this arm only."""


@dataclass(frozen=True)
class Factorial:
    """Every arm of a scenario crossed with sets of policies."""

    scenario: Scenario
    options: tuple[tuple[Asked, ...], ...]
    """The policies that may be added; a tuple holds the same policy with other numbers, of which one is taken."""
    most: int
    """Policies that are added to an arm at most."""

    @property
    def size(self) -> int:
        """How many arms there are, those included that contradict themselves."""
        some = range(min(self.most, len(self.options)) + 1)
        sets = sum(prod(map(len, chosen)) for count in some for chosen in combinations(self.options, count))
        return len(self.scenario.arms) * sets

    def sets(self) -> Iterable[tuple[Asked, ...]]:
        """Yield the sets of policies, small ones first."""
        for count in range(min(self.most, len(self.options)) + 1):
            for chosen in combinations(self.options, count):
                yield from product(*chosen)

    def arm(self, base: str, added: Sequence[Asked]) -> Arm | None:
        """Return an arm with policies added, or None where they contradict each other or it has one of them already."""
        governance = self.scenario.arms[base]
        policies = governance.model_dump()["policies"]
        if not added:
            return _arm(self.scenario, base, governance, added)
        if {each.name for each in added} & set(map(_name_of, policies)):
            return None
        wanted = [*policies, *(each.written for each in added)]
        try:
            made = Governance.model_validate({**dict(governance), "policies": wanted})
        except ValidationError:  # each by itself is sound
            return None
        return _arm(self.scenario, base, made, added)

    def arms(self) -> tuple[tuple[Arm, ...], int]:
        """Return all arms, and how many sets were left out as contradictory or adopted already."""
        found = [self.arm(base, added) for base in self.scenario.arms for added in self.sets()]
        made = tuple(each for each in found if each is not None)
        return renamed(made), len(found) - len(made)


def _name_of(policy: Any) -> str:
    return str(policy["name"] if isinstance(policy, Mapping) else policy)


def _arm(scenario: Scenario, base: str, governance: Governance, added: Sequence[Asked]) -> Arm:
    name = _short("-".join([base, *map(_hyphened, added)]))
    words = " + ".join([base, *map(str, added)])
    return Arm(name, words, scenario.model_copy(update={"arms": {name: governance}}))


def _hyphened(asked: Asked) -> str:
    """Return a policy as words joined by hyphens: deferred-bonus-years-2, retention-bonus-0p001."""
    said = "-".join([asked.name, *(f"{name}-{number:g}" for name, number in asked.numbers)])
    return said.replace("_", "-").replace(".", "p").replace("e--", "em").replace("e+", "e")


def _short(name: str) -> str:
    """Return a name whose words are cut to as many letters as fit."""
    words = name.split("-")
    cuts = ("-".join(word[:letters] for word in words) for letters in range(LONGEST, 0, -1))
    return next((cut for cut in cuts if len(cut) <= LONGEST), name[:LONGEST].strip("-"))


def renamed(arms: Sequence[Arm]) -> tuple[Arm, ...]:
    """Return arms with a number at the end of each name that is not the first of its kind."""
    seen: set[str] = set()
    made = []
    for each in arms:
        name, number = each.name, 1
        while name in seen:
            number += 1
            name = f"{each.name[: LONGEST - 1 - len(str(number))].rstrip('-')}-{number}"
        seen.add(name)
        (governance,) = each.scenario.arms.values()
        made.append(Arm(name, each.words, each.scenario.model_copy(update={"arms": {name: governance}})))
    return tuple(made)


def arms_of(scenario: Scenario, policies: Iterable[str | Asked], combine: int | None) -> tuple[tuple[Arm, ...], int]:
    """Return all arms of a scenario with at most so many policies added, and how many sets were left out.

    Raises ScenarioError as `factorial` does, and for more arms than MOST_ARMS.
    """
    crossed = factorial(scenario, policies, combine)
    if crossed.size > MOST_ARMS:
        allowed = f"at most {MOST_ARMS:,} arms; take fewer policies, or fewer at a time (combine)"
        raise ScenarioError.of("policies", f"{crossed.size:,} arms", allowed)
    return crossed.arms()


def factorial(scenario: Scenario, policies: Iterable[str | Asked], most: int | None = None) -> Factorial:
    """Return the arms of a scenario crossed with every set of at most so many policies; by default with all sets.

    Raises ScenarioError for a policy that is not known or not sound by itself, for the same one twice, and for a
    number of policies below 1.
    """
    options: dict[str, list[Asked]] = {}
    for each in policies:
        asked = each if isinstance(each, Asked) else policy_read(each)
        others = options.setdefault(asked.name, [])
        if asked in others:
            raise ScenarioError.of("policies", asked, "each policy once, or with other numbers")
        others.append(asked)
    if most is not None and most < 1:
        raise ScenarioError.of("combine", most, "a whole number from 1 on")
    known = tuple(tuple(each) for each in options.values())
    return Factorial(scenario, known, len(known) if most is None else most)


def policy_read(text: str) -> Asked:
    """Return the policy that a text asks for: NAME, or NAME:number=value,... such as deferred-bonus:years=2.

    Raises ScenarioError for another form, an unknown policy or number, and a value that is not allowed.
    """
    name, colon, rest = text.strip().partition(":")
    numbers = []
    for part in rest.split(",") if colon else ():
        key, _, value = part.partition("=")
        try:
            numbers.append((key.strip(), float(value)))
        except ValueError:
            allowed = "NAME or NAME:number=value,..., such as deferred-bonus:years=2"
            raise ScenarioError.of("policies", text, allowed) from None
    if name not in POLICIES:
        allowed = f"one of {', '.join(POLICIES)}"
        raise ScenarioError.of("policies", text, allowed, nearest(name, POLICIES))
    asked = Asked(name, tuple(numbers))
    try:
        Governance.model_validate({"launch": "deal-first", "policies": [asked.written]})
    except ValidationError as error:
        told = error.errors()[0]
        allowed = told.get("ctx", {}).get("allowed", "a policy without numbers")
        raise ScenarioError.of("policies", text, allowed) from None
    return asked


def policies_read(texts: Iterable[str]) -> tuple[Asked, ...]:
    """Return the policies of several texts, each of one or of several parted by blanks; `all` stands for every one."""
    words = [word for text in texts for word in text.split()]
    return tuple(policy_read(each) for word in words for each in (POLICIES if word == "all" else (word,)))
