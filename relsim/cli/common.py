"""What commands have in common: options, documents, hints, progress, and files that may refuse to be written."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relsim.cli import completion
from relsim.errors import EngineError, ScenarioError
from relsim.scenario.files import load_scenario
from relsim.scenario.scenario import Scenario, with_arms

if TYPE_CHECKING:
    from relsim.scenario.known_policy import KnownPolicy

__all__ = [
    "Arms",
    "AsJson",
    "Changes",
    "Engine",
    "Name",
    "Out",
    "Picture",
    "RowsAs",
    "Rules",
    "Seed",
    "Workers",
    "asked_for",
    "bar",
    "foresee_compiling",
    "hint",
    "own_policies",
    "own_rules",
    "print_document",
    "tell_files",
    "writable",
    "writing",
]

Name = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO",
        help="A bundled scenario's name, or the path of a TOML file.",
        autocompletion=completion.scenarios,
    ),
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change a number, e.g. world.optimism=0.2.",
        autocompletion=completion.changes_of_it,
    ),
]
Arms = Annotated[
    list[str] | None,
    typer.Option("--arm", metavar="ARM", help="Take only this arm (repeatable).", autocompletion=completion.arms_of_it),
]
Seed = Annotated[int, typer.Option(metavar="N", min=0, max=2**63 - 1, help="Which luck.")]
Engine = Annotated[
    str,
    typer.Option(
        metavar="compiled|simpy|simpy-plain",
        help="The compiled loop, SimPy agents, or these with rules in plain Python: the same lives.",
        autocompletion=completion.one_of("compiled", "simpy", "simpy-plain"),
    ),
]
Rules = Annotated[Path | None, typer.Option(metavar="FILE.py", help="Rules of your own, marked with @relsim.rule.")]
Workers = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, max=4096, help="Threads (compiled) or processes (SimPy); all cores."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Keep summary, lives and picture here.")]
RowsAs = Annotated[
    str,
    typer.Option(
        metavar="parquet|csv",
        help="How --out keeps the lives.",
        autocompletion=completion.one_of("parquet", "csv"),
    ),
]
Picture = Annotated[bool, typer.Option(help="Draw the picture of four panels.")]


def print_document(document: object) -> None:
    """Print one JSON document on standard output, and nothing else there."""
    print(json.dumps(document, indent=2, allow_nan=False))


def tell_files(files: Mapping[str, object], as_json: bool) -> None:
    """Say which files were written, by what they are; beside a JSON document on standard error."""
    for what, path in files.items():
        print(f"{what}: {path}", file=sys.stderr if as_json else sys.stdout)


def hint(text: str) -> None:
    """Tell something on the side: on standard error, and only in a terminal."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr)


def asked_for(
    name: str, changes: list[str] | None, arms: list[str] | None, own: Sequence[Callable[..., bool]] = ()
) -> Scenario:
    """Return the scenario that a command is about; its arms may adopt what the user's own rules declare."""
    return with_arms(load_scenario(name, changes or (), own_policies(own)), arms or ())


def own_policies(own: Sequence[Callable[..., bool]]) -> "tuple[KnownPolicy, ...]":
    """Return the policies that a user's own rules read."""
    if not own:
        return ()
    from relsim.model.rulebook import rulebook

    return rulebook(own).policies


def own_rules(path: Path | None) -> tuple[Callable[..., bool], ...]:
    """Return the rules of a file, where there is one."""
    if path is None:
        return ()
    from relsim.model.rulebook import rules_in

    return rules_in(path)


def foresee_compiling(engine: str) -> None:
    """Say beforehand, to somebody who waits, that the first time takes a while."""
    from relsim.model.compiling import is_cold

    if engine != "simpy-plain" and sys.stderr.isatty() and is_cold():
        hint("Compiling the rules for the first time; this takes about 20 seconds, once.")


def writable(path: Path | None, kinds: tuple[str, ...]) -> None:
    """Refuse a file with another ending."""
    if path is not None and path.suffix not in kinds:
        raise ScenarioError.of("file", path, f"a name that ends in {' or '.join(kinds)}")


@contextmanager
def bar(everything: int, unit: str) -> Iterator[Callable[..., None] | None]:
    """Show how far it is, in a terminal; what is told is the number done."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm.auto import tqdm

    with tqdm(total=everything, unit=unit, leave=False) as shown:
        yield lambda done, *more: shown.update(done - shown.n)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into a message."""
    try:
        yield
    except OSError as error:
        raise EngineError(f"{path}: cannot be written: {error.strerror or error}") from error
