"""What the commands of the lab have in common: where a study is kept, who does the work, and where its answer goes."""

import concurrent.futures as futures
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from relsim.cli import completion
from relsim.cli.common import bar, foresee_compiling, print_document, tell_files, writing
from relsim.errors import ScenarioError
from relsim.lab.answer import Answer

__all__ = ["Cluster", "Free", "How", "OutDir", "Store", "at_work", "keep"]

Store = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Keep what was lived; the same command goes on where it was.")
]
Cluster = Annotated[
    str | None, typer.Option(metavar="tcp://HOST:PORT", help="Let the workers of a Dask scheduler do it.")
]
OutDir = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Keep table, picture and a section for relsim report --lab.")
]
Free = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME[=LOW:HIGH]",
        help="A number of the world that varies (repeatable).",
        autocompletion=completion.factors,
    ),
]


class How(TypedDict):
    """The arguments of `study` that say how it is lived, not what it is."""

    store: Path | None
    workers: int | None
    executor: futures.Executor | None
    window: int | None
    told: Callable[..., None] | None


@contextmanager
def at_work(
    everything: int, unit: str, *, store: Path | None, workers: int | None, cluster: str | None, out: Path | None = None
) -> Iterator[How]:
    """Give how a study is lived, as its arguments, with a bar that shows how far it is in a terminal.

    everything, unit: how many cells there are at most, and what they are called, such as " worlds". out: the folder of
    the answer, which is made before anything is lived for it.
    """
    from relsim.experiment.cluster import executor_of

    if out is not None:
        with writing(out):
            out.mkdir(parents=True, exist_ok=True)
    with executor_of(cluster) as (executor, window):
        if executor is None:
            foresee_compiling("compiled")
        with bar(everything, unit) as told:
            yield How(store=store, workers=workers, executor=executor, window=window, told=told)


def keep(answer: Answer, out: Path | None, name: str, as_json: bool = False) -> None:
    """Print an answer, and keep it in a folder where there is to be one; say where.

    NAME.csv has all of it, NAME.png the picture, NAME.json the section that `relsim report --lab` takes.

    Raises ScenarioError for a name that is none of a file, EngineError where it cannot be written.
    """
    from relsim.show.document import document_of
    from relsim.show.lab import told, write_section
    from relsim.show.tables import console

    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ScenarioError.of("name", name, "small letters, digits, and hyphens between them")
    if as_json:
        print_document(document_of(answer))
    else:
        console().print(told(answer))
    if out is None:
        return
    with writing(out):
        files = write_section(answer, out, name)
    tell_files(files, as_json)
