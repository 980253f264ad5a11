"""What a room may change of a scenario: a handful of numbers, and policies to be adopted under either launch.

Settings are data from a browser, `{"numbers": {"optimism": 0.2}, "policies": {"deal-first": {"facilitator": true}}}`:
only what differs from the scenario, and nothing of it is believed before it was looked at.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from relsim.errors import Problem, ScenarioError, nearest
from relsim.lab.discovery.axes import average_fit, with_average_fit
from relsim.scenario.files import dotted, scenario_of, shown
from relsim.scenario.governance import Governance
from relsim.scenario.parameter import FIRMS, Parameter, describe, numbers, read_number
from relsim.scenario.scenario import Scenario, with_arms
from relsim.scenario.world import World
from relsim.show.twins import two_arms

__all__ = ["SLIDERS", "SWITCHES", "Scale", "Slider", "changed", "compared_arms", "scales"]

SWITCHES = (
    "operational-gate",
    "facilitator",
    "realistic-promise",
    "deal-broker",
    "quiet-launch",
    "joint-reviews",
    "no-scapegoats",
    "several-ties",
)
"""The policies that may be adopted and dropped; adopted with their usual numbers, or those that the arm has anyway."""

_STEPS = 20
"""About how many steps a slider has; a step is 1, 2 or 5 of some power of ten."""

_KNOWN: Mapping[str, Parameter] = {each.name: each for section in (World, Governance) for each in describe(section)}


@dataclass(frozen=True)
class Slider:
    """A number that may be moved."""

    name: str
    known: Parameter
    """The parameter that says what is plausible, and in which unit."""
    read: Callable[[Scenario], float | None]
    """What it is in a scenario; None where the scenario has no such number."""
    write: Callable[[Scenario, float], Mapping[str, Any]]
    """What of the document of a scenario is another thing when it is a number: values by dotted names."""


@dataclass(frozen=True)
class Scale:
    """Where a slider may stand in one scenario."""

    slider: Slider
    values: tuple[float, ...]
    """From the least plausible number to the most plausible one, ascending; what the scenario says is among them."""
    start: int
    """The place of what the scenario says."""

    def document(self) -> dict[str, Any]:
        """Return it as data for a page."""
        known = self.slider.known
        as_share = known.unit in ("share", "fit", "performance", "-")
        return {
            "name": self.slider.name,
            "values": list(self.values),
            "start": self.start,
            "percent": as_share,
            "whole": known.whole,
        }


def _of_world(name: str) -> Slider:
    """Return the slider of a number of the world; where the firms differ in it, both move by as much."""
    known = _KNOWN[name]

    def read(scenario: Scenario) -> float:
        value = numbers(scenario.world, name)
        return value if isinstance(value, float) else math.fsum(value) / len(value)  # type: ignore[arg-type]

    def write(scenario: Scenario, number: float) -> Mapping[str, Any]:
        value, by = numbers(scenario.world, name), number - read(scenario)
        if isinstance(value, float) or len(set(value)) == 1:
            return {f"world.{name}": number}
        low, high = known.allowed
        moved = (min(high, max(low, each + by)) for each in value)  # type: ignore[operator]
        return {f"world.{name}": dict(zip(FIRMS, moved, strict=True))}

    return Slider(name, known, read, write)


def _fit() -> Slider:
    """Return the slider of the average fit: both shapes of the Beta law move, and their sum stays."""

    def read(scenario: Scenario) -> float | None:
        return average_fit(scenario.world) if scenario.world.fit_law == "beta" else None

    def write(scenario: Scenario, number: float) -> Mapping[str, Any]:
        return with_average_fit(scenario.world, number)

    return Slider("average_fit", _KNOWN["fit_alpha"], read, write)


def _kickoff() -> Slider:
    """Return the slider of the workshops that a deal signed first holds in its transition."""

    def signs_first(scenario: Scenario) -> list[str]:
        return [name for name, arm in scenario.arms.items() if arm.launch == "deal-first"]

    def read(scenario: Scenario) -> float | None:
        found = [numbers(scenario.arms[arm], "kickoff") for arm in signs_first(scenario)]
        return found[0] if found and isinstance(found[0], float) else None

    def write(scenario: Scenario, number: float) -> Mapping[str, Any]:
        return {f"arms.{arm}.kickoff": number for arm in signs_first(scenario)}

    return Slider("kickoff", _KNOWN["kickoff"], read, write)


SLIDERS = (
    _fit(),
    _of_world("optimism"),
    _of_world("break_even"),
    _of_world("candour"),
    _of_world("denial"),
    _of_world("override"),
    _of_world("rival_offer_rate"),
    _kickoff(),
)
"""The numbers that may be moved."""


def compared_arms(scenario: Scenario) -> Scenario:
    """Return the scenario with the two arms that a page compares, those of twins.

    Raises ScenarioError where there are not two.
    """
    return with_arms(scenario, two_arms(scenario))


def scales(scenario: Scenario) -> tuple[Scale, ...]:
    """Return where the sliders may stand in a scenario of two arms: those that it has a number for."""
    made = ((slider, slider.read(scenario)) for slider in SLIDERS)
    return tuple(_scale(scenario, slider, start) for slider, start in made if start is not None)


def _scale(scenario: Scenario, slider: Slider, start: float) -> Scale:
    low, high = _plausible(scenario, slider)
    low, high = min(low, start), max(high, start)
    step = 1.0 if slider.known.whole else _round_step((high - low) / _STEPS)
    below, above = (math.ceil(part / step - 1e-9) if step else 0 for part in (start - low, high - start))
    values = (min(high, max(low, round(start + place * step, 10))) for place in range(-below, above + 1))
    return Scale(slider, tuple(start if place == below else value for place, value in enumerate(values)), below)


def _plausible(scenario: Scenario, slider: Slider) -> tuple[float, float]:
    low, high = slider.known.plausible or slider.known.allowed
    if slider.known is not _KNOWN["fit_alpha"]:
        return low, high
    both = sum(with_average_fit(scenario.world, 0.5).values())
    return max(low, both - high) / both, min(high, both - low) / both


def _round_step(size: float) -> float:
    """Return 1, 2 or 5 of a power of ten, at most a size; 0 where that is 0."""
    if size <= 0.0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(size))
    return max(each for each in (1.0, 2.0, 5.0) if each * power <= size * (1 + 1e-9)) * power


def changed(scenario: Scenario, settings: Any) -> Scenario:
    """Return the two arms of a scenario that a page compares, in the world and with the policies that settings say.

    settings: see above. Without any it is as the scenario says, to the last byte of every life.

    Raises ScenarioError for anything that is not allowed, such as policies that contradict each other.
    """
    asked = compared_arms(scenario)
    moved, switched = _read(asked, settings)
    if not moved and not switched:
        return asked
    # all of its numbers are written out, so that the world that it is based on need not be read again
    document = asked.model_dump(mode="json", exclude={"based_on"})
    for slider, number in moved:
        for path, value in slider.write(asked, number).items():
            *tables, name = path.split(".")
            table = document
            for each in tables:
                table = table[each]
            table[name] = value
    for arm, names in switched.items():
        document["arms"][arm]["policies"] = _adopted(asked.arms[arm], names)
    return scenario_of(document).model_copy(update={"based_on": asked.based_on})


def _adopted(arm: Governance, switched: Mapping[str, bool]) -> list[Any]:
    """Return the policies of an arm, of which some were adopted or dropped."""
    own = {policy.name: policy for policy in arm.policies}
    kept = [policy.in_full() for name, policy in own.items() if switched.get(name, policy.active) == policy.active]
    return kept + [name for name, on in switched.items() if on and not (name in own and own[name].active)]


def _read(asked: Scenario, settings: Any) -> tuple[list[tuple[Slider, float]], dict[str, dict[str, bool]]]:
    """Return the numbers that are not as in the scenario, and by arm the policies that are not.

    Raises ScenarioError for everything in settings that is none.
    """
    wrong: list[Problem] = []

    def refuse(given: Any, allowed: str, *names: str, near: str = "") -> None:
        if len(wrong) < _SHOWN:
            wrong.append(Problem(dotted(("settings", *names)), shown(given), allowed, near=near))

    def table(given: Any, known: Mapping[str, Any], *names: str) -> dict[str, Any]:
        """Return the members of a table that are known, and refuse all others."""
        if not isinstance(given, dict):
            refuse(given, "a table", *names)
            return {}
        for key in islice((key for key in given if key not in known), _SHOWN):
            refuse(given[key], f"one of {', '.join(known)}", *names, str(key), near=nearest(str(key), known))
        return {name: given[name] for name in known if name in given}

    parts = table({} if settings is None else settings, dict.fromkeys(("numbers", "policies")))
    moved = []
    known = {scale.slider.name: scale for scale in scales(asked)}
    for name, given in table(parts.get("numbers", {}), known, "numbers").items():
        scale = known[name]
        try:
            number = read_number(given, (scale.values[0], scale.values[-1]), scale.slider.known.whole)
        except ValueError as error:
            refuse(given, str(error), "numbers", name)
            continue
        if number != scale.values[scale.start]:
            moved.append((scale.slider, number))
    switched: dict[str, dict[str, bool]] = {}
    for arm, given in table(parts.get("policies", {}), asked.arms, "policies").items():
        adopted = {policy.name for policy in asked.arms[arm].policies if policy.active}
        for name, on in table(given, dict.fromkeys(SWITCHES), "policies", arm).items():
            if not isinstance(on, bool):
                refuse(on, "true or false", "policies", arm, name)
            elif on != (name in adopted):
                switched.setdefault(arm, {})[name] = on
    if wrong:
        raise ScenarioError(wrong)
    return moved, switched


_SHOWN = 8
"""Mistakes that are told one by one."""
