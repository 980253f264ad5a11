"""The option --log of `life` and `compare`: an event log for process mining."""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relsim.cli.common import bar, hint, writing
from relsim.errors import ScenarioError
from relsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from relsim.experiment.results import Results
    from relsim.life import Life

__all__ = ["Log", "LogLives", "can_be_logged", "log_first", "log_of"]

Log = Annotated[
    Path | None,
    typer.Option(metavar="FILE.ocel.json|.xes|.csv", help="Write an event log for process mining."),
]
LogLives = Annotated[
    int | None, typer.Option(metavar="K", min=1, help="How many first pairs of firms the log has: 100.")
]


def can_be_logged(log: Path | None, lives: int | None, asked: Scenario, most: int) -> None:
    """Refuse beforehand a log that cannot be written, or that hardly any tool could read.

    most: pairs of firms that are lived.
    """
    from relsim.show.logs import MOST, log_form

    if log is not None:
        log_form(log)
    elif lives is not None:
        raise ScenarioError.of("log-lives", lives, "needs --log FILE")
    most = min(most, MOST // len(asked.arms))
    if lives is not None and lives > most:
        raise ScenarioError.of("log-lives", lives, f"at most {most:,} pairs of firms here, in {len(asked.arms)} arms")


def log_first(results: "Results", log: Path, lives: int | None, as_json: bool) -> None:
    """Write the log of the first pairs of firms of an experiment, by default 100 or as many as there are."""
    from relsim.show.logs import MOST, PAIRS, first_lives

    arms = len(results.scenario.arms)
    pairs = lives or min(PAIRS, results.replications, MOST // arms)
    log_of(first_lives(results.experiment, pairs), pairs * arms, results.scenario, log, as_json)


def log_of(lives: "Iterable[Life]", count: int, scenario: Scenario, log: Path, as_json: bool) -> None:
    """Write the log of so many lives, and say where it is and from when it counts."""
    from relsim.show.logs import first_day, write_log

    with bar(count, "life") as told, writing(log):
        write_log(_counted(lives, told), log)
    print(f"log: {log}", file=sys.stderr if as_json else sys.stdout)
    if scenario.start_date is None:
        hint(f"Its dates count from {first_day(scenario)}, as the scenario has no start_date.")


def _counted(lives: "Iterable[Life]", told: Callable[..., None] | None) -> "Iterator[Life]":
    for done, life in enumerate(lives):
        if told is not None:
            told(done)
        yield life
