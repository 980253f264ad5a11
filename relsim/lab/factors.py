"""Numbers of a world that may be other than they are written: factors with ranges, and the worlds they make."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from relsim.analysis.summary import is_assumption, is_calibrated
from relsim.errors import Problem, ScenarioError, nearest
from relsim.scenario.parameter import FIRMS, LEVELS, Leaf, Parameter, Section, describe, numbers, source_of
from relsim.scenario.scenario import Scenario, effective
from relsim.scenario.world import World

__all__ = [
    "NO_STAKE",
    "Factor",
    "assumed_factors",
    "design",
    "factor",
    "factor_read",
    "factors_read",
    "in_words",
    "number_at",
    "numbers_of",
    "with_numbers",
    "worlds_at",
]

NO_STAKE: Mapping[str, float] = {
    f"world.{name}": 0.0
    for name in (
        "personal_by_signing",
        "personal_by_announcing",
        "personal_by_bonus",
        "personal_of_new_leader",
        "sunk_by_launching",
        "sunk_by_commitment",
    )
}
"""The numbers of a world in which nobody has anything at stake: the lock-in taken out."""

_KNOWN = {each.name: each for each in describe(World)}
_NAMES = {2: FIRMS, 3: LEVELS}


@dataclass(frozen=True)
class Factor:
    """One number of a world, or the same one of several firms or levels, and between what it may lie."""

    name: str
    """As `--set` names it: world.evidence, world.trust_weight.operational, world.headcount.client.tactical."""
    low: float
    high: float

    @property
    def parameter(self) -> Parameter:
        """The parameter that it is a number of."""
        return _KNOWN[self.name.split(".")[1]]

    def at(self, share: float) -> float:
        """Return the number at a share of the way from low to high; a whole one where the parameter is whole."""
        number = self.low + (self.high - self.low) * share
        return float(round(number) if self.parameter.whole else number)


def in_words(name: str) -> str:
    """Return the name of a factor as one would say it: the client's tactical leaving rate."""
    section, _, rest = name.partition(".")
    if section != "world":
        return name
    parameter, *members = rest.split(".")
    said = [f"{each}'s" if each in FIRMS else each for each in members]
    return " ".join([*said, parameter.replace("_", " ")])


def numbers_of(scenario: Scenario) -> dict[str, Any]:
    """Return all of a scenario that lives follow from, as data, and which numbers are open to doubt; no other words."""

    def of(section: Section) -> dict[str, Any]:
        known = {each.name: numbers(section, each.name) for each in describe(type(section))}
        doubted = [name for name in known if _is_open(source_of(section, name))]
        words = section.model_dump(mode="json", exclude={*known, "currency"})
        return {"numbers": known, "open": doubted, "words": words}

    arms = {name: of(arm) for name, arm in scenario.arms.items()}
    return {"horizon": scenario.horizon, "world": of(scenario.world), "arms": arms}


def _is_open(source: str) -> bool:
    return is_assumption(source) or is_calibrated(source)


def factor(name: str, low: float | None = None, high: float | None = None) -> Factor:
    """Return a factor by its name, by default over the plausible range of its parameter.

    Raises ScenarioError for an unknown name, a range that is not allowed, and where no range is known.
    """
    section, _, rest = name.partition(".")
    parameter, *members = rest.split(".")
    known = _KNOWN.get(parameter)
    if section != "world" or known is None:
        near = nearest(name, [f"world.{each}" for each in _KNOWN])
        raise ScenarioError([Problem("free", name, "a number of the world, such as world.evidence", near=near)])
    shape = list(known.shape)
    for member in members:
        while shape and member not in _NAMES[shape[0]]:
            shape.pop(0)
        if not shape:
            raise ScenarioError.of("free", name, f"no such part; {parameter} has {known.forms}")
        shape.pop(0)
    if low is None or high is None:
        if known.plausible is None:
            raise ScenarioError.of("free", name, f"needs a range, such as {name}=0:1; none is known as plausible")
        low, high = known.plausible
    if not known.allowed[0] <= low < high <= known.allowed[1]:
        raise ScenarioError.of("free", f"{name}={low:g}:{high:g}", f"a range of {known.range}")
    return Factor(name, float(low), float(high))


def factor_read(text: str) -> Factor:
    """Return the factor that a text asks for: NAME, or NAME=LOW:HIGH.

    Raises ScenarioError for another form, and as `factor` does.
    """
    name, equals, ends = text.partition("=")
    if not equals:
        return factor(name.strip())
    try:
        low, high = (float(end) for end in ends.split(":"))
    except ValueError:
        raise ScenarioError.of("free", text, "NAME or NAME=LOW:HIGH, such as world.evidence=0.05:0.4") from None
    return factor(name.strip(), low, high)


def factors_read(given: Iterable[str | Factor]) -> tuple[Factor, ...]:
    """Return factors, of which some may be written as texts.

    Raises ScenarioError as `factor_read` does.
    """
    return tuple(factor_read(each) if isinstance(each, str) else each for each in given)


def assumed_factors(scenario: Scenario) -> tuple[Factor, ...]:
    """Return every number of a world that is an assumption or was calibrated, over its plausible range.

    What only matters under policies that no arm has is left out.

    The numbers of a parameter that differs by level lie between half and double of what they are in the scenario, and
    within the plausible range. Numbers without a plausible range (definitions, scales, alternatives to the Beta law)
    and those with a published source stay as they are.
    """
    found = []
    for each in effective(scenario):
        if each.plausible is None or not _is_open(source_of(scenario.world, each.name)):
            continue
        low, high = each.plausible
        for members, number in _each(numbers(scenario.world, each.name), each.shape):
            name = ".".join(("world", each.name, *members))
            least, most = (max(low, number / 2), min(high, number * 2)) if 3 in each.shape else (low, high)
            if least < most:
                found.append(Factor(name, least, most))
    return tuple(found)


def number_at(scenario: Scenario, name: str) -> float:
    """Return what a number of a world is, by the name of a factor; the first of them where it names several."""
    _, parameter, *members = name.split(".")
    found = dict(_each(numbers(scenario.world, parameter), _KNOWN[parameter].shape))
    return next(number for names, number in found.items() if set(members) <= set(names))


def _each(value: Any, shape: tuple[int, ...]) -> Iterable[tuple[tuple[str, ...], float]]:
    """Yield each number of a value with the names of its firm and level."""
    if not shape:
        yield (), value
        return
    for name, member in zip(_NAMES[shape[0]], value, strict=True):
        for names, number in _each(member, shape[1:]):
            yield (name, *names), number


def with_numbers(scenario: Scenario, given: Mapping[str, float], source: str | None = None) -> Scenario:
    """Return the scenario with other numbers, by the names of factors; `source` says where these come from.

    Where a number must not fall below another one, it is raised to it.
    """
    world: World = scenario.world
    changed: dict[str, Leaf] = {}
    for name, number in given.items():
        _, parameter, *members = name.split(".")
        leaf = changed.get(parameter, getattr(world, parameter))
        value = _replaced(leaf.value, _KNOWN[parameter].shape, members, number)
        changed[parameter] = Leaf(value, source if source is not None else leaf.source, leaf.note)
    for each in describe(World):
        if each.at_least is not None:
            least = changed.get(each.at_least, getattr(world, each.at_least)).value
            leaf = changed.get(each.name, getattr(world, each.name))
            if leaf.value < least:
                changed[each.name] = Leaf(least, leaf.source, leaf.note)
    return scenario.model_copy(update={"world": world.model_copy(update=changed)})


def design(dimensions: int, points: int, seed: int) -> np.ndarray:
    """Return points of a Sobol design over the unit cube, scrambled (Owen 1998); shape (points, dimensions)."""
    from scipy.stats import qmc

    sobol = qmc.Sobol(dimensions, rng=np.random.default_rng(seed))
    made: np.ndarray = sobol.random_base2(math.ceil(math.log2(points)))[:points]
    return made


def worlds_at(scenario: Scenario, factors: Sequence[Factor], shares: np.ndarray) -> Iterator[Scenario]:
    """Yield the scenario in a world for each row of shares, how far along the ranges of the factors."""
    for row in shares:
        yield with_numbers(scenario, {each.name: each.at(share) for each, share in zip(factors, row, strict=True)})


def _replaced(value: Any, shape: tuple[int, ...], members: list[str], number: float) -> Any:
    """Return a value in which the numbers of these firms and levels, by default of all, are another one."""
    if not shape:
        return number
    names = _NAMES[shape[0]]
    inside = members and members[0] in names
    return tuple(
        _replaced(member, shape[1:], members[1:] if inside else members, number)
        if not inside or name == members[0]
        else member
        for name, member in zip(names, value, strict=True)
    )
