"""The public names of Python, by what one does with them; Sphinx puts the docstrings in their places."""

from enum import Enum
from importlib import import_module
from typing import Any

from pydantic import BaseModel

import relsim
from docs.tables.block import from_code

__all__: list[str] = []

_ROOMS = {
    "Asking": (
        ("relsim.scenario",),
        "The numbers of a world and of an arm: [parameters](parameters.md). The policies: [policies](policies.md).",
    ),
    "Living one life": (("relsim.life", "relsim.engines", "relsim.show.simulation"), ""),
    "Living many lives": (("relsim.experiment",), "What results say: [below](#what-results-say)."),
    "Telling": (("relsim.show",), ""),
    "Rules of one's own": (
        ("relsim.model", "relsim.scenario.known_policy"),
        "The guide: [rules of your own](../guides/own-rules.md).",
    ),
    "Data of one's own": (("relsim.lab.past",), "The guide: [data of your own](../guides/own-data.md)."),
    "Words": (("relsim.vocabulary",), "The numbers behind them: [the row of a life](rows.md#numbers-of-words)."),
    "Errors": (("relsim.errors",), "What a command returns to the shell: [errors and exit statuses](errors.md)."),
}
"""Sections, the modules that their names come from, and a sentence below; the longest module that fits decides."""


def _room(home: str) -> str:
    """Return the section that the names of a module stand in.

    Raises ValueError for a module that is in none.
    """
    fitting = [
        (len(module), room) for room, (modules, _) in _ROOMS.items() for module in modules if home.startswith(module)
    ]
    if not fitting:
        raise ValueError(f"{home}: no section of the reference has the names of this module")
    return max(fitting)[1]


def _directive(name: str, each: Any) -> str:
    """Return what Sphinx is told of a name."""
    if not isinstance(each, type):
        return f".. {'autofunction' if callable(each) else 'autodata'}:: relsim.{name}\n"
    if issubclass(each, Exception):
        return f".. autoexception:: relsim.{name}\n   :members:\n"
    told = f".. autoclass:: relsim.{name}()\n"
    if issubclass(each, BaseModel):
        return told
    return f"{told}   :members:\n" + ("   :undoc-members:\n" if issubclass(each, Enum) else "")


@from_code
def python_names() -> str:
    """Return a section for each room, with its names in the order of their modules."""
    names: dict[str, list[str]] = {room: [] for room in _ROOMS}
    for home, of_home in relsim._HOMES.items():
        known = [name for name in of_home if name not in relsim._OF_EXTRAS]
        if known:
            module = import_module(home)
            names[_room(home)] += [_directive(name, getattr(module, name)) for name in known]
    told = []
    for room, (_, sentence) in _ROOMS.items():
        if names[room]:
            told.append(f"## {room}\n\n```{{eval-rst}}\n{''.join(names[room])}```\n")
            told += [f"{sentence}\n"] if sentence else []
    return "\n".join(told)
