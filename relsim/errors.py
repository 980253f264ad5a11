"""Everything that relsim refuses, as one tree of errors.

RelsimError
├── ScenarioError          a scenario, or what was asked of it, is wrong: every mistake with its place
├── RuleError              a user's rule cannot be taken into the rulebook
├── EngineError            lives could not be lived as asked
│   ├── BudgetExceeded     a life had more opportunities than its budget
│   ├── AgendaOverflow     a life had more pending events than its agenda holds
│   ├── RuleFailed         a user's rule raised an error, or broke what must always be true
│   └── ChunkFailed        lives of a chunk could not be lived; it names the first of them
├── StoreError             a store cannot be used as asked, or is damaged
└── Stopped                somebody stopped an experiment; what is finished is kept
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

__all__ = [
    "EXIT_STATUSES",
    "AgendaOverflow",
    "BudgetExceeded",
    "ChunkFailed",
    "EngineError",
    "Problem",
    "RelsimError",
    "RuleError",
    "RuleFailed",
    "ScenarioError",
    "Stopped",
    "StoreError",
    "nearest",
    "needed",
]


EXIT_STATUSES = {
    0: "done",
    1: "not done, or something was found that is not as it should be",
    2: "what was asked is wrong, and nothing ran",
    130: "stopped by somebody; what was finished is kept",
}
"""What a command returns to the shell, and why."""


class RelsimError(Exception):
    """The root of every error that relsim raises on purpose."""

    exit_status = 1
    """What a command that ends with this error returns to the shell."""


@dataclass(frozen=True)
class Problem:
    """One mistake: where it stands, what was given, and what is allowed there."""

    path: str
    """Dotted names from the top of the scenario to the value, or the name of an argument."""
    value: str
    """What was given, as it is shown; empty where nothing was given."""
    allowed: str
    file: str = ""
    line: int | None = None
    near: str = ""
    """The known name that was probably meant; empty where none comes near."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        meant = f"; did you mean {self.near}?" if self.near else ""
        return ": ".join(part for part in (place, self.path, self.value, self.allowed) if part) + meant


class ScenarioError(RelsimError):
    """A scenario is wrong; its text is one line per problem, `file:line: path: value: what is allowed`."""

    exit_status = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    @classmethod
    def of(cls, path: str, value: object, allowed: str, near: str = "") -> "ScenarioError":
        """Return the error of a single problem that stands in no file."""
        return cls((Problem(path, str(value), allowed, near=near),))

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class RuleError(RelsimError):
    """A user's rule cannot be taken into the rulebook."""

    exit_status = 2


class EngineError(RelsimError):
    """Lives could not be lived as asked."""


class BudgetExceeded(EngineError):
    """A life had more opportunities than its budget: most likely a rule that runs away."""


class AgendaOverflow(EngineError):
    """A life had more pending events than its agenda holds."""


class RuleFailed(EngineError):
    """A user's rule raised an error in a life, or broke what must always be true of a relationship."""

    def __init__(self, what: str, replication: int | None = None) -> None:
        self.what, self.replication = what, replication
        super().__init__(what, replication)

    def __str__(self) -> str:
        return self.what if self.replication is None else f"life {self.replication}: {self.what}"


class ChunkFailed(EngineError):
    """Lives of a chunk could not be lived; the text names the first of them and what happened there."""


class StoreError(RelsimError):
    """A store cannot be read, written or used as asked, or is damaged."""


class Stopped(RelsimError):
    """Somebody stopped an experiment; the text says what is kept."""

    exit_status = 130


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name nearest to a misspelt one, or the empty string where none comes near."""
    from difflib import get_close_matches

    found = get_close_matches(name, list(known), n=1) if len(name) <= 64 else []
    return found[0] if found else ""


def needed(module: str, for_what: str, extra: str) -> Any:
    """Return a module of an optional extra, or say beforehand what is missing.

    for_what: as in "calibration searches with optuna".
    extra: what to install relsim with, as in "lab".

    Raises EngineError where the module is not installed.
    """
    try:
        return import_module(module)
    except ImportError:
        raise EngineError(f"{for_what}: pip install 'relsim-lifecycles[{extra}]'") from None
