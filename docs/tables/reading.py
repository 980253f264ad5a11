"""What the source of a rule says: which events it sends, on which accounts it books, what of the state it writes."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from types import FunctionType
from typing import Any

from relsim.model.relationship import close, settle
from relsim.model.rule import Rule
from relsim.model.rulebook import rulebook

__all__ = ["AFTER_EVENTS", "BOOK", "Reading", "reading", "rules_that", "sent_by_chance"]

BOOK = rulebook()
"""The rules of relsim itself."""

AFTER_EVENTS = "*books*"
"""How tables name what is brought up to date after each event rather than by a rule."""


@dataclass
class Reading:
    """What a function and all that it calls do, each in the order of the source."""

    sends: dict[str, bool] = field(default_factory=dict)
    """Kinds of events, and whether their delay has a part left to chance."""
    books: dict[str, None] = field(default_factory=dict)
    """Accounts."""
    endings: dict[str, None] = field(default_factory=dict)
    """Endings that it names."""
    writes: dict[str, None] = field(default_factory=dict)
    """Fields: `r.` before those of the relationship, `f.` before those of a firm, `e.` before those of the event."""

    def add(self, other: "Reading") -> None:
        """Take over what another function does."""
        for kind, by_chance in other.sends.items():
            self.sends[kind] = self.sends.get(kind, False) or by_chance
        self.books |= other.books
        self.writes |= other.writes
        self.endings |= other.endings


@cache
def reading(function: Callable[..., Any]) -> Reading:
    """Read the source of a function and of the functions of the model that it calls."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(definition, ast.FunctionDef)
    reader = _Reader(function.__globals__)
    for statement in definition.body:
        reader.visit(statement)
    return reader.found


class _Reader(ast.NodeVisitor):
    def __init__(self, scope: dict[str, Any]) -> None:
        self.scope = scope
        self.found = Reading()

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        called = self.scope.get(name)
        if name == "send":
            kind = node.args[1]
            assert isinstance(kind, ast.Attribute)
            by_chance = len(node.args) > 6 or any(each.arg in ("width", "mean") for each in node.keywords)
            by_chance = by_chance and not _all_zero(node.args[6:8])
            self.found.add(Reading(sends={kind.attr: by_chance}))
        elif isinstance(called, FunctionType) and called.__module__.startswith("relsim.model."):
            self.found.add(reading(called))
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name) and node.value.id == "Account":
            self.found.books[node.attr] = None
        if isinstance(node.value, ast.Name) and node.value.id == "Ending":
            self.found.endings[node.attr] = None
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._write(target)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._write(node.target)
        self.generic_visit(node)

    def _write(self, target: ast.expr) -> None:
        while isinstance(target, ast.Subscript):
            target = target.value
        if isinstance(target, ast.Attribute):
            owner = target.value.id if isinstance(target.value, ast.Name) else "f"
            self.found.writes[f"{owner}.{target.attr}"] = None


def _all_zero(arguments: list[ast.expr]) -> bool:
    return bool(arguments) and all(isinstance(each, ast.Constant) and each.value == 0.0 for each in arguments)


def rules_that(what: str, name: str) -> list[str]:
    """Return the kinds whose rules send, book on, write or end with something, by number; last what follows all events.

    what: a field of Reading; name: what must stand in it.
    """
    kinds = [each.name for each in BOOK.rules if name in getattr(reading(each.function), what)]
    always = any(name in getattr(reading(function), what) for function in (settle, close))
    return [*kinds, *([AFTER_EVENTS] if always else [])]


def sent_by_chance(rule: Rule) -> bool:
    """Say whether some rule sends this kind of event with a delay that its own u0 decides."""
    return any(reading(each.function).sends.get(rule.name, False) for each in BOOK.rules)
