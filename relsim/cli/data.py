"""A user's own table of past relationships, as commands."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relsim.cli.commands import Commands
from relsim.cli.common import (
    Arms,
    AsJson,
    Changes,
    Name,
    Seed,
    asked_for,
    foresee_compiling,
    print_document,
    tell_files,
    writable,
    writing,
)
from relsim.errors import EngineError

if TYPE_CHECKING:
    from relsim.analysis.finding import Finding

__all__ = ["data"]

data = typer.Typer(
    cls=Commands,
    help="Your own table of past relationships: check it, hold it against a model, make targets of it.",
    rich_markup_mode=None,
)

File = Annotated[Path, typer.Argument(metavar="FILE.csv|.parquet", help="A table of past relationships, a row each.")]
Table = Annotated[Path | None, typer.Option(metavar="FILE.csv", help="Keep all of it.")]


@data.command()
def check(file: File, as_json: AsJson = False) -> None:
    """Read a table of past relationships: every mistake by row and column, a summary, and what is suspicious."""
    from relsim.lab.past.reading import read_past

    past = read_past(file)
    if as_json:
        print_document(past.document())
        return
    _print(past, (*past.notes, *(f"! {each}" for each in past.warnings)))
    if past.unused:
        print(f"not used: {', '.join(past.unused)}")


@data.command()
def compare(
    file: File,
    scenario: Name,
    replications: Annotated[int, typer.Option(metavar="N", min=2, max=10**6, help="Lives of each launch.")] = 10_000,
    seed: Seed = 1,
    changes: Changes = None,
    arm: Arms = None,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE.png|.svg|.pdf", help="Draw the survival of both.")
    ] = None,
    out: Table = None,
    as_json: AsJson = False,
) -> None:
    """Hold past relationships beside the lives of a scenario, watched for just as long, launch by launch."""
    from relsim.lab.past.reading import read_past

    writable(picture, (".png", ".svg", ".pdf"))
    writable(out, (".csv",))
    past = read_past(file)
    asked = asked_for(scenario, changes, arm)
    foresee_compiling("compiled")
    made = past.compare(asked, replications, seed)
    if as_json:
        print_document(made.document())
    else:
        _print(made, made.remarks)
    if out is not None:
        with writing(out):
            made.to_csv(out)
        tell_files({"comparison": out}, as_json)
    if picture is not None:
        with writing(picture):
            made.figure().savefig(picture)
        tell_files({"picture": picture}, as_json)


@data.command()
def targets(file: File, out: Table = None, as_json: AsJson = False) -> None:
    """Make calibration targets of past relationships, for relsim lab calibrate --targets and relsim lab facts."""
    from relsim.lab.past.reading import read_past

    writable(out, (".csv",))
    made = read_past(file).targets()
    if as_json:
        print_document(made.document())
    else:
        _print(made, made.remarks)
    if out is not None:
        if not made.targets:
            raise EngineError(f"{file}: carries no target, so {out} is not written")
        with writing(out):
            made.to_csv(out)
        tell_files({"targets": out}, as_json)


@data.command()
def example(file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The file to write.")]) -> None:
    """Write an example: synthetic past relationships, made by the model, to try the other commands on."""
    from relsim.lab.past.synthetic import write_example

    writable(file, (".csv",))
    print(write_example(file))


@data.command()
def columns(as_json: AsJson = False) -> None:
    """Say which columns a table of past relationships may have, and what may stand in them."""
    from dataclasses import asdict

    from relsim.lab.past.columns import COLUMNS

    if as_json:
        print_document([asdict(column) for column in COLUMNS])
        return
    from relsim.show.past import columns_told
    from relsim.show.tables import console

    console().print(columns_told(COLUMNS))


def _print(finding: "Finding", remarks: Iterable[str]) -> None:
    """Print a finding as a table, and below it what is to be known when reading it."""
    from relsim.show.past import told
    from relsim.show.tables import console

    console().print(told(finding, remarks))
