"""How lives become a file: its ending says which log it is."""

import gzip
import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import TextIO

from relsim.errors import Problem, ScenarioError
from relsim.experiment.work import Experiment
from relsim.life import Life, live
from relsim.show.logs.flat import write_csv
from relsim.show.logs.ocel import write_ocel
from relsim.show.logs.trace import Origin, Trace, origin_of, traces
from relsim.show.logs.xes import write_xes

__all__ = ["MOST", "PAIRS", "first_lives", "log_form", "write_log"]

PAIRS = 100
"""Pairs of firms in the log of a comparison, where nothing else is asked."""

MOST = 10_000
"""Lives in the log of a comparison, at most: about 3 GB of OCEL."""

_WRITERS: dict[str, Callable[[TextIO, Origin, Iterable[Trace]], None]] = {
    ".ocel.json": write_ocel,
    ".xes": write_xes,
    ".xes.gz": write_xes,
    ".csv": write_csv,
}


def log_form(path: str | PathLike[str]) -> str:
    """Return by its ending which log a file is to be.

    Raises ScenarioError for another ending, and where no file can be.
    """
    file, wrong = Path(path), []
    form = next((ending for ending in _WRITERS if file.name.endswith(ending)), "")
    if not form:
        *most, last = _WRITERS
        wrong.append(Problem("log", str(path), f"a name that ends in {', '.join(most)} or {last}"))
    if not file.parent.is_dir() or file.is_dir():
        wrong.append(Problem("log", str(path), "a file in a folder that is there"))
    if wrong:
        raise ScenarioError(wrong)
    return form


def write_log(lives: Life | Iterable[Life], path: str | PathLike[str]) -> Path:
    """Write lives as an event log for process mining, and return its path.

    lives: one, or any number of one scenario, seed and rules; they are taken one at a time, so a generator will do.
    path: ends in .ocel.json (OCEL 2.0), .xes or .xes.gz (XES), or .csv (one flat table). The file is there in full or
        not at all.

    Raises ScenarioError for another ending, for lives that do not belong together, and where there is none; OSError
    where the file cannot be written.
    """
    form = log_form(path)
    given = iter((lives,) if isinstance(lives, Life) else lives)
    first = next(given, None)
    if first is None:
        raise ScenarioError.of("lives", "none", "at least one life")
    with _draft(Path(path), packed=form.endswith(".gz")) as file:
        _WRITERS[form](file, origin_of(first), traces(chain((first,), given)))
    return Path(path)


@contextmanager
def _draft(path: Path, packed: bool) -> Iterator[TextIO]:
    """Open a file beside a path that takes its place if nothing goes wrong, and is gone if something does."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        with draft.open("wb") as raw:
            # no name and no date in the archive: the same lives are the same bytes
            through = gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if packed else raw
            with io.TextIOWrapper(through, encoding="utf-8", errors="replace", newline="\n") as file:
                yield file
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def first_lives(experiment: Experiment, pairs: int) -> Iterator[Life]:
    """Live the first pairs of firms of an experiment once more, arm by arm."""
    for arm, p in experiment.parameters.items():
        for replication in range(pairs):
            yield live(experiment.scenario, arm, experiment.seed, replication, experiment.engine, experiment.rules, p)
