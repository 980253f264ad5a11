"""The policies that firms may adopt: what each changes, what is chosen with it, and what it costs."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from relsim.errors import Problem, ScenarioError, nearest
from relsim.scenario.governance import with_own
from relsim.scenario.known_policy import KnownPolicy
from relsim.scenario.parameter import Parameter, describe, shortest
from relsim.scenario.world import World

__all__ = ["documents", "known_policies", "policies_told"]


def known_policies(names: tuple[str, ...], own: tuple[KnownPolicy, ...] = ()) -> tuple[KnownPolicy, ...]:
    """Return the policies of these names, built in or of the user's own; all of them without any.

    Raises ScenarioError naming every one that does not exist.
    """
    known = with_own(own)
    wrong = [name for name in names if name not in known]
    if wrong:
        told = f"one of {', '.join(known)}"
        raise ScenarioError(Problem("policy", name, told, near=nearest(name, known)) for name in wrong)
    return tuple(known[name] for name in names or known)


def _prices(known: KnownPolicy) -> tuple[Parameter, ...]:
    return tuple(each for each in describe(World) if each.policy == known.name)


def policies_told(wanted: tuple[KnownPolicy, ...]) -> RenderableType:
    """Return several policies in a table, or a single one in full."""
    if len(wanted) == 1:
        return _in_full(wanted[0])
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 1, 0))
    for header in ("policy", "what it changes", "what it costs, and how it may hurt"):
        table.add_column(header, ratio=None if header == "policy" else 1)
    for each in wanted:
        numbers = "\n".join(f"  {number.name} = {shortest(number.default)}" for number in each.numbers)
        table.add_row(f"{each.name}\n{numbers}", each.meaning, each.price)
    hints = (
        'In a scenario: policies = ["operational-gate", { name = "deferred-bonus", years = 3 }].\n'
        "The first number of a policy is its dial: 0 means without it. More of one: relsim policies NAME."
    )
    return Group(table, Text(hints))


def _in_full(known: KnownPolicy) -> RenderableType:
    parts: list[RenderableType] = [
        Text(known.name, style="bold"),
        Text(f"{known.meaning}."),
        Text(f"Its price: {known.price}."),
        Text(f"\npolicies = [{known.written}]\n"),
        Text("Chosen with it", style="bold"),
        _numbers(known.numbers, known.numbers[0].name),
    ]
    prices = _prices(known)
    if prices:
        parts += [Text("\nOf the world, and effective only with it", style="bold"), _numbers(prices)]
    return Group(*parts)


def _numbers(numbers: tuple[Parameter, ...], dial: str = "") -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in ("number", "start", "plausible", "unit", "meaning", "source"):
        table.add_column(header, overflow="fold")
    for each in numbers:
        plausible = "" if each.plausible is None else f"{each.plausible[0]:g} to {each.plausible[1]:g}"
        meaning = f"{each.meaning}; 0 means without it" if each.name == dial else each.meaning
        table.add_row(each.name, f"{shortest(each.default)}", plausible, each.unit, meaning, each.source)
    return table


def documents(wanted: tuple[KnownPolicy, ...]) -> list[Mapping[str, Any]]:
    """Return the same as data."""

    def number(each: Parameter) -> dict[str, Any]:
        return {
            "name": each.name,
            "start": shortest(each.default),
            "allowed": each.allowed,
            "plausible": each.plausible,
            "unit": each.unit,
            "meaning": each.meaning,
            "source": each.source,
        }

    return [
        {
            "name": each.name,
            "meaning": each.meaning,
            "price": each.price,
            "numbers": [number(one) for one in each.numbers],
            "prices": [number(one) for one in _prices(each)],
        }
        for each in wanted
    ]
