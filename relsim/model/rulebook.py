"""The table from event kind to rule: relsim's own rules with a user's in their places.

What a user's rules read, their states and policies, belongs to the table too: nobody has to hand it over beside them.
"""

import contextlib
import importlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from traceback import walk_tb
from typing import Any

import numpy as np

import relsim.model.rules  # noqa: F401  (its modules fill the table of built-in rules)
from relsim.errors import RuleError
from relsim.model.compiling import reads_in_all
from relsim.model.rule import BUILT_IN, UNKNOWN, Rule, RuleFunction, nobody
from relsim.model.state import State, distinct
from relsim.scenario.governance import KnownPolicy, with_own
from relsim.vocabulary import KINDS, Mark, Phase

__all__ = [
    "RULES_VERSION",
    "Reference",
    "Rulebook",
    "line_in",
    "reference_to",
    "referred",
    "rulebook",
    "rules_in",
    "where",
]

RULES_VERSION = 4
"""Raised whenever any rule gives other bytes, with a line in the changelog."""


@dataclass(frozen=True)
class Rulebook:
    """The rules of one experiment: the built-in ones with a user's own in their places."""

    rules: tuple[Rule, ...]
    own: tuple[Rule, ...]
    states: tuple[State, ...] = ()
    """The numbers with names that the user's own rules remember."""
    policies: tuple[KnownPolicy, ...] = ()
    """The user's own policies that these rules read."""

    def functions(self) -> tuple[RuleFunction, ...]:
        """Return one plain function per kind, 128 in all."""
        table: list[RuleFunction] = [nobody] * KINDS
        for each in self.rules:
            table[each.kind] = each.function
        return tuple(table)

    def marks(self) -> np.ndarray:
        """Return the table phase x kind, (8, 128) int64: act, ignore, cancel, or unknown.

        Phases only go forward, so what can act neither now nor later is cancelled.
        """
        marks = np.full((len(Phase), KINDS), UNKNOWN, dtype="i8")
        for each in self.rules:
            last = max(each.phases, default=Phase.COURTSHIP)
            for phase in Phase:
                marks[phase, each.kind] = (
                    Mark.ACT if phase in each.phases else Mark.CANCEL if phase > last else Mark.IGNORE
                )
        return marks

    def names(self) -> dict[int, str]:
        """Return the name of each kind."""
        return {each.kind: each.name for each in self.rules}

    def by_kind(self, kind: int) -> Rule:
        """Return the rule for a kind."""
        return next(each for each in self.rules if each.kind == kind)

    def place_of(self, kind: int) -> str:
        """Return which rule is for a kind, in words: its name, and for a user's own its file and line."""
        made = self.by_kind(kind)
        return f"rule {made.function.__qualname__}" + (f" ({where(made.function)})" if made in self.own else "")

    def identity(self) -> dict[str, Any]:
        """Return what results say about their rules: the version, and each of the user's own."""
        return {"rules_version": RULES_VERSION, "own_rules": [each.identity for each in self.own]}


def rulebook(own: Iterable[RuleFunction] = ()) -> Rulebook:
    """Return the built-in rules with a user's own in their places.

    Raises RuleError where one of them is not decorated with `rule`, or where two of them, of their states or of their
    policies are in each other's way.
    """
    given: dict[int, Rule] = {}
    for function in own:
        made = getattr(function, "relsim_rule", None)
        if not isinstance(made, Rule):
            name = getattr(function, "__qualname__", repr(function))
            raise RuleError(f"{name} is not a rule; decorate it with @relsim.rule(kind)")
        if made.kind in given:
            both = " and ".join(each.function.__qualname__ for each in (given[made.kind], made))
            raise RuleError(f"two rules for event kind {made.name}: {both}; hand over one of them")
        given[made.kind] = made
    return _combined(tuple(given.values()))


def rules_in(path: str | os.PathLike[str]) -> tuple[RuleFunction, ...]:
    """Return the rules that a Python file defines, in its order; the file is run, as any import would.

    Raises RuleError where it cannot be read or run, or holds no rule.
    """
    place = Path(path)
    spec = importlib.util.spec_from_file_location(place.stem, place)
    if spec is None or spec.loader is None or not place.is_file():
        raise RuleError(f"rules: {place}: the name of a Python file that is there")
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(place.stem, module)
    try:
        spec.loader.exec_module(module)
    except RuleError as error:
        line = line_in(str(spec.origin), error)
        raise RuleError(f"rules: {place}{f':{line}' if line else ''}: {error}") from error
    except (Exception, SystemExit) as error:
        line = error.lineno if isinstance(error, SyntaxError) else line_in(str(spec.origin), error)
        told = f"running it ended with {type(error).__name__}: {getattr(error, 'msg', error)}"
        raise RuleError(f"rules: {place}{f':{line}' if line else ''}: {told}") from error
    built_in = {each.function for each in BUILT_IN.values()}  # a file may call one that it replaces
    rules = (each for each in vars(module).values() if isinstance(getattr(each, "relsim_rule", None), Rule))
    found = tuple(each for each in dict.fromkeys(rules) if each not in built_in)
    if not found:
        raise RuleError(f"rules: {place}: it defines no rule; decorate a function with @relsim.rule(kind)")
    return found


def where(function: RuleFunction, line: int | None = None) -> str:
    """Return file and line of a function, by default its first; a file below the current folder by its short name."""
    code = function.__code__
    file = Path(code.co_filename)
    short = file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
    return f"{short}:{line or code.co_firstlineno}"


def line_in(file: str, error: BaseException) -> int | None:
    """Return the last line of a file that an error came through, or None where it did not."""
    lines = [line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == file]
    return lines[-1] if lines else None


@dataclass(frozen=True)
class Reference:
    """Where a process that does not have a user's rule yet finds it."""

    module: str
    name: str
    file: str
    source_sha256: str


def reference_to(function: RuleFunction) -> Reference:
    """Return where another process finds a user's rule.

    Raises RuleError for a rule that only this process has, such as one typed into a prompt.
    """
    file = inspect.getsourcefile(function) or ""
    if "<" in function.__qualname__ or not Path(file).is_file():
        raise RuleError(
            f"rule {function.__qualname__} cannot travel to other processes; define it at the top of a file, or run "
            "with the compiled engine or workers=1"
        )
    source = rulebook([function]).own[0].identity["source_sha256"]
    return Reference(function.__module__, function.__qualname__, str(Path(file).resolve()), source)


@cache
def referred(reference: Reference) -> RuleFunction:
    """Return the rule that another process meant, from its module or else from its file.

    Raises RuleError where it is not there, or is another one.
    """
    for candidate in _candidates(reference):
        if isinstance(getattr(candidate, "relsim_rule", None), Rule):
            identity = rulebook([candidate]).own[0].identity
            if identity["source_sha256"] == reference.source_sha256:
                return candidate
    raise RuleError(f"rule {reference.name}: {reference.file} has no such rule here as where the run was begun")


def _candidates(reference: Reference) -> Iterator[Any]:
    with contextlib.suppress(ImportError):
        yield getattr(importlib.import_module(reference.module), reference.name, None)
    yield from (each for each in rules_in(reference.file) if each.__qualname__ == reference.name)


@cache
def _combined(own: tuple[Rule, ...]) -> Rulebook:
    names: dict[str, Rule] = {}
    for each in own:
        other = names.setdefault(each.name, each)
        if other is not each:
            both = f"{other.function.__qualname__} ({other.kind}) and {each.function.__qualname__} ({each.kind})"
            raise RuleError(f"two kinds of events are called {each.name}: {both}; give one of them another name")
    table = BUILT_IN | {each.kind: each for each in own}
    read = [value for each in own for _, value in reads_in_all(each.function)]
    states = distinct(value for value in read if isinstance(value, State))
    policies = with_own(value for value in read if isinstance(value, KnownPolicy) and value.place is not None)
    return Rulebook(
        tuple(table[kind] for kind in sorted(table)),
        own,
        states,
        tuple(each for each in policies.values() if each.place is not None),
    )
