"""Docstrings as relsim writes them, handed to Sphinx: `name: what it is` for arguments, `Raises X for ...` in words."""

import inspect
import re
from typing import Any

__all__ = ["fields", "setup"]

_ARGUMENTS = re.compile(r"^((?:\w+, )*\w+): (.+)$")


def setup(app: Any) -> None:
    """Rewrite each docstring as it is read."""
    app.connect("autodoc-process-docstring", _read)


def _read(app: Any, what: str, name: str, of: Any, options: Any, lines: list[str]) -> None:
    try:
        known = set(inspect.signature(of).parameters)
    except (TypeError, ValueError):
        known = set()
    lines[:] = fields(lines, known)


def fields(lines: list[str], known: set[str]) -> list[str]:
    """Return the lines of a docstring in which each argument that is told of is an item of a list."""
    made: list[str] = []
    within = False
    for line in lines:
        told = _ARGUMENTS.match(line)
        if told and set(told[1].split(", ")) <= known:
            if not within and made and made[-1]:
                made.append("")
            names = ", ".join(f"``{name}``" for name in told[1].split(", "))
            made.append(f"- {names}: {told[2]}")
            within = True
        elif within and line.strip():
            made.append(f"  {line.strip()}")
        else:
            made.append(line)
            within = False
    return made
