"""What a shell offers when Tab is pressed: names of scenarios and of their arms and numbers, policies, measures.

Nothing here imports NumPy or Numba, since a person waits for it. Where nothing is offered, shells offer files.
"""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer

from relsim.errors import RelsimError
from relsim.scenario.files import bundled, folder, load_scenario
from relsim.scenario.governance import POLICIES
from relsim.scenario.parameter import Section, describe, numbers, shortest
from relsim.scenario.scenario import Scenario
from relsim.scenario.world import World

__all__ = [
    "MEASURE_NAMES",
    "VARIABLE",
    "arms_of_it",
    "arms_or_never",
    "changes_of_it",
    "factors",
    "factors_or_fit",
    "measures",
    "one_of",
    "policies",
    "policies_or_all",
    "scenarios",
    "toml_files",
]

VARIABLE = "_RELSIM_COMPLETE"
"""Set by a shell that asks what to offer."""

Offered = list[tuple[str, str]]
"""What may be typed, and in a few words what it is."""

MEASURE_NAMES = (
    "net.joint",
    "net.client",
    "net.supplier",
    "loss.joint",
    "loss.client",
    "loss.supplier",
    "failed",
    "hostile",
    "launched",
    "leavers",
    "cost",
    "years",
    "limping",
    "survival",
    "life",
    "churn",
    "churn.operational",
    "net.launched",
    "loss.launched",
)
"""The names of `relsim.lab.measures`, which itself needs NumPy."""


def one_of(*words: str) -> Callable[[str], list[str]]:
    """Return what offers one of a few words."""

    def offered(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return offered


def scenarios(incomplete: str) -> Offered:
    """Offer the bundled scenarios, and the TOML files in the folder that was begun to type."""
    return [
        (name, _title(folder() / f"{name}.toml")) for name in bundled() if name.startswith(incomplete)
    ] + toml_files(incomplete)


def toml_files(incomplete: str) -> Offered:
    """Offer the TOML files in the folder that was begun to type."""
    begun = incomplete.rpartition("/")[0] + "/" if "/" in incomplete else ""
    try:
        names = sorted(f"{begun}{each.name}" for each in Path(begun or ".").glob("*.toml"))
    except OSError:
        return []
    return [(name, "") for name in names if name.startswith(incomplete)]


def _title(path: Path) -> str:
    try:
        return str(tomllib.loads(path.read_text(encoding="utf-8")).get("title", ""))
    except (OSError, ValueError):
        return ""


def _asked(context: typer.Context) -> Scenario | None:
    """Return the scenario that the line names so far, if it names one that can be read."""
    given: Any = context.params.get("scenario") or context.args  # the latter behind an option that wants a value
    name = given[0] if isinstance(given, (list, tuple)) and given else given
    try:
        return load_scenario(name) if isinstance(name, str) else None
    except RelsimError:
        return None


def arms_of_it(ctx: typer.Context, incomplete: str) -> Offered:
    """Offer the arms of the scenario that the line names."""
    asked = _asked(ctx)
    arms = {} if asked is None else asked.arms
    return [(name, each.launch) for name, each in arms.items() if name.startswith(incomplete)]


def _numbers(asked: Scenario | None) -> Iterator[tuple[str, Any, str]]:
    """Give the numbers of a scenario: dotted name, value, meaning."""
    arms = {} if asked is None else asked.arms
    sections: list[tuple[str, Section]] = [
        ("world", World() if asked is None else asked.world),
        *((f"arms.{name}", arms[name]) for name in arms),
    ]
    for place, section in sections:
        for each in describe(type(section)):
            yield f"{place}.{each.name}", shortest(numbers(section, each.name)), each.meaning


def changes_of_it(ctx: typer.Context, incomplete: str) -> Offered:
    """Offer the single numbers of the scenario that the line names, each with its value, to be changed."""
    changes = [
        (f"{name}={value:.10g}", meaning)
        for name, value, meaning in _numbers(_asked(ctx))
        if isinstance(value, (int, float))
    ]
    return [(change, meaning) for change, meaning in changes if change.startswith(incomplete)]


def arms_or_never(ctx: typer.Context, incomplete: str) -> Offered:
    """Offer the arms of the scenario that the line names, and not to begin at all."""
    return arms_of_it(ctx, incomplete) + [(word, "not to begin") for word in one_of("never")(incomplete)]


def factors(incomplete: str) -> Offered:
    """Offer the names of the numbers of the world."""
    return [(name, meaning) for name, _, meaning in _numbers(None) if name.startswith(incomplete)]


def factors_or_fit(incomplete: str) -> Offered:
    """Offer the names of the numbers of the world, and the average fit of its pairs of firms."""
    fit = [(word, "the mean of fit over pairs of firms") for word in one_of("average-fit")(incomplete)]
    return fit + factors(incomplete)


def policies(incomplete: str) -> Offered:
    """Offer the policies."""
    return [(name, each.meaning) for name, each in POLICIES.items() if name.startswith(incomplete)]


def policies_or_all(incomplete: str) -> Offered:
    """Offer the policies, and all of them together."""
    return [*policies(incomplete), *((word, "every policy") for word in one_of("all")(incomplete))]


def measures(incomplete: str) -> list[str]:
    """Offer what lives are compared by."""
    return one_of(*MEASURE_NAMES)(incomplete)
