"""How many replications a wanted precision takes: a target, and looks at ever longer prefixes of the experiment.

A look is taken after 8 blocks, and after each doubling. So the number at which it ends is a function of scenario, seed
and target alone, and since a look is passed only when half of the 95 % interval is no wider than the target, the
estimate is within the target of the truth in at least 95 % of experiments (as the target narrows: Chow and Robbins
1965; Glynn and Whitt 1992; tested by simulation, also for rare endings and skewed losses).
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from relsim.analysis.columns import YEARS, column_names
from relsim.analysis.estimate import wilson
from relsim.analysis.tally import Tally
from relsim.errors import Problem, ScenarioError, nearest
from relsim.model.row import BLOCK
from relsim.scenario.scenario import Scenario

__all__ = ["Look", "Target", "half_width", "look", "looks_at", "target_of", "until_document", "until_schema"]

FIRST_LOOK = 8
"""Blocks at the first look; fewer lives would leave too much to the chance of a rare ending."""

SETTLED = 64
"""Blocks after which a measure that is the same in every life is taken to be so."""

_SHAPE = re.compile(
    r"\s*(?P<name>[\w.-]+?)\s*(?:±|\+/?-)\s*(?P<width>[0-9.]+(?:[eE][+-]?[0-9]+)?)\s*(?P<relative>%?)\s*"
)
_ALLOWED = 'a name of --json, ± and a width above 0, such as "loss.joint ±1%" or "survival.per_launched.5 ±0.002"'
_SHARES = ("signed", "launched", "endings.", "survival.")
_CURVE = "survival.per_launched."


@dataclass(frozen=True)
class Target:
    """What is to be known how well."""

    text: str
    """As it was asked."""
    names: tuple[str, ...]
    """The names of `--json` that must all be known so well."""
    width: float
    """The widest half of a 95 % interval that will do."""
    relative: bool
    """Whether the width is a share of the estimate."""


@dataclass(frozen=True)
class Look:
    """How well it was known after some replications."""

    replications: int
    half_widths: Mapping[str, float]
    """Half of the 95 % interval by name, for a relative target as a share of the estimate; NaN where unknown."""
    met: bool


def looks_at(most: int) -> Iterator[int]:
    """Yield the numbers of replications at which to look, up to the most that may be lived."""
    blocks = FIRST_LOOK
    while blocks * BLOCK < most:
        yield blocks * BLOCK
        blocks *= 2
    yield most


def target_of(text: str, scenario: Scenario) -> Target:
    """Return what `--until` asks for.

    A name that stands under an arm means every arm, with or without `per_contact.`; `differences.` before it means
    every difference; `arms.NAME.` or `differences.NAME.` means that one.

    Raises ScenarioError for another form, a width that is not above 0, and an unknown name.
    """
    shape = _SHAPE.fullmatch(text)
    try:
        width = float(shape["width"]) if shape else 0.0
    except ValueError:
        width = 0.0
    if shape is None or not 0.0 < width < math.inf:
        raise ScenarioError.of("until", text, _ALLOWED)
    known = _known(scenario)
    names = [name for name in known if shape["name"] in _ways_to_say(name)]
    if not names:
        ways = {way for name in known for way in _ways_to_say(name)}
        raise ScenarioError([Problem("until", text, "a name of --json", near=nearest(shape["name"], ways))])
    return Target(text.strip(), tuple(names), width / 100 if shape["relative"] else width, bool(shape["relative"]))


def _known(scenario: Scenario) -> list[str]:
    """Return the names that have an interval."""
    names = [
        name
        for name in column_names(scenario)
        if name.startswith(("arms.", "differences.")) and not name.endswith(".stopped")
    ]
    for arm in scenario.arms:
        names += [f"arms.{arm}.{_CURVE}{year}" for year in YEARS if year <= scenario.horizon]
    return names


def _ways_to_say(name: str) -> set[str]:
    """Return all that means a name: with or without its arm, with or without `per_contact.`"""
    section, _, rest = name.split(".", 2)
    every = rest if section == "arms" else f"{section}.{rest}"
    return {way for full in (name, every) for way in (full, full.replace("per_contact.", ""))}


def half_width(count: float, mean: float, spread: float, share: bool) -> float:
    """Return half of the 95 % interval of a mean; of a share by Wilson's formula, which holds for rare ones too.

    spread: half of the normal interval. NaN where nothing is known yet.
    """
    if not share or not count > 1:
        return spread
    return wilson(mean, int(count)).half_width


def look(target: Target, scenario: Scenario, tally: Tally, replications: int) -> Look:
    """Return how well a target is met by the lives of a tally."""
    columns = tally.columns()
    curves = {arm: tally.curve(place) for place, arm in enumerate(scenario.arms)}
    widths, met = {}, True
    for name in target.names:
        _, arm, rest = name.split(".", 2)
        if name.startswith("arms.") and rest.startswith(_CURVE):
            year = float(rest.removeprefix(_CURVE))
            mean, width = curves[arm].at(year), curves[arm].half_width(year)
            mean, width = math.nan if mean is None else mean, math.nan if width is None else width
            varies = width > 0.0
        else:
            count, mean, spread = columns[name]
            share = name.startswith("arms.") and rest.startswith(_SHARES)
            width = half_width(count, mean, spread, share)
            varies = share or spread > 0.0
        if target.relative:
            width = width / abs(mean) if mean else math.nan
        widths[name] = width
        met &= width <= target.width and (varies or replications >= SETTLED * BLOCK)
    return Look(replications, widths, met)


def until_document(target: Target, looks: tuple[Look, ...]) -> dict[str, Any]:
    """Return how a precision was reached, as it stands in `--json`."""
    return {
        "target": target.text,
        "reached": looks[-1].met,
        "looks": {
            str(each.replications): {name: None if math.isnan(w) else w for name, w in each.half_widths.items()}
            for each in looks
        },
    }


def until_schema() -> dict[str, Any]:
    """Return the JSON Schema of that."""
    widths = {"type": "object", "additionalProperties": {"type": ["number", "null"]}}
    return {
        "type": "object",
        "properties": {
            "target": {"type": "string"},
            "reached": {"type": "boolean"},
            "looks": {"type": "object", "additionalProperties": widths, "minProperties": 1},
        },
        "required": ["looks", "reached", "target"],
        "additionalProperties": False,
    }
