"""One pair of firms under two launches, as a page that opens from the disk, as a command."""

from pathlib import Path
from typing import Annotated

import typer

from relsim.cli import completion
from relsim.cli.common import (
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
from relsim.errors import ScenarioError

__all__ = ["twins"]


def twins(
    scenario: Name,
    replication: Annotated[int, typer.Option(metavar="N", min=0, max=2**53, help="Which pair of firms.")] = 0,
    seed: Seed = 1,
    arm: Annotated[
        list[str] | None,
        typer.Option(
            "--arm",
            metavar="ARM",
            help="One of the two arms (give two); by default one of each launch.",
            autocompletion=completion.arms_of_it,
        ),
    ] = None,
    changes: Changes = None,
    lang: Annotated[
        str,
        typer.Option(
            metavar="en|nl", help="In which language the page opens.", autocompletion=completion.one_of("en", "nl")
        ),
    ] = "en",
    out: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Where the page goes.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let one pair of firms live under two launches with the same luck, and draw both lives on one page."""
    from relsim.show.twins import twins as lived
    from relsim.show.words import words

    words(lang)
    path = out if out is not None else Path(f"relsim-twins-{Path(scenario).stem}-{replication}.html")
    writable(path, (".html",))
    if not path.parent.is_dir():
        raise ScenarioError.of("out", path, "a file in a folder that is there")
    asked = asked_for(scenario, changes, None)
    foresee_compiling("compiled")
    made = lived(asked, replication, seed, tuple(arm) if arm else None)
    with writing(path):
        made.write(path, lang)
    if as_json:
        print_document(made.document)
    else:
        print(made.told(lang))
    tell_files({"twins": path}, as_json)
