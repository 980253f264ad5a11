"""A study: lives of many cells, of each of which little is asked, on all cores or a cluster; kept, and gone on with.

    DIR/study.json   what the study is, its rules, and the versions that it was begun with
    DIR/cells.log    a line a cell that is done: which one, and what was asked of its lives, with a checksum

A line is found by a digest of its cell, so it is never taken for that of another one, whatever the order in which cells
are asked for. A line that is torn or damaged is as if it were not there: its cell is lived again.
"""

import concurrent.futures as futures
import contextlib
import hashlib
import itertools
import json
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from relsim import __version__
from relsim.analysis.summary import flat
from relsim.errors import ChunkFailed, EngineError, RelsimError, ScenarioError, Stopped, StoreError
from relsim.experiment.places import DRAFTS, Folder
from relsim.experiment.runners import cores
from relsim.experiment.store import document_bytes, document_of, sealed, unsealed
from relsim.experiment.work import same_sources
from relsim.lab.lives import Lives, live_pairs
from relsim.model.compiling import sources_digest
from relsim.model.rulebook import RULES_VERSION
from relsim.scenario.files import scenario_text
from relsim.scenario.scenario import Scenario

__all__ = ["Ask", "Cell", "Study", "live_cells", "study"]

ABOUT, CELLS = "study.json", "cells.log"
_LOCK, _MADE, _ASK = "lock", "relsim", "ask"

_LIVES_A_JOB = 8192
"""About as many lives are handed to an executor at a time: half a second of work, so that sending them is little."""

_FLYING_A_WORKER = 2
_AHEAD = 4
"""Jobs that are done or at work beyond the first that is not, in windows: so much is held in memory."""

_SHOWN, _LONGEST = 5, 60


class Ask(Protocol):
    """What is asked of the lives of a cell: a frozen dataclass whose `repr` says all of it, as it travels as data."""

    def of(self, lives: Lives) -> np.ndarray:
        """Return what is asked, an array of a fixed shape."""


@dataclass(frozen=True)
class Cell:
    """Some pairs of firms, from replication `first` on, under every arm of a scenario."""

    scenario: Scenario
    first: int
    count: int
    seed: int

    def __str__(self) -> str:
        return f'"{self.scenario.title}", replications {self.first} to {self.first + self.count - 1}'

    @property
    def lives(self) -> int:
        """How many lives it is."""
        return self.count * len(self.scenario.arms)

    @property
    def digest(self) -> str:
        """What its line in a journal is found by."""
        about = f"{self.first} {self.count} {self.seed} {self.scenario.model_dump_json()}"
        return hashlib.sha256(about.encode()).hexdigest()[:32]


def live_cells(
    cells: Iterable[Cell],
    ask: Ask,
    *,
    identity: Mapping[str, Any],
    store: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    executor: futures.Executor | None = None,
    window: int | None = None,
    told: Callable[[int], None] | None = None,
) -> Iterator[np.ndarray]:
    """Yield what is asked of each cell, in the order of the cells; arguments and errors as for `study`."""
    named = {"store": store, "workers": workers, "executor": executor, "window": window, "told": told}
    with study(ask, identity=identity, **named) as begun:  # type: ignore[arg-type]
        yield from begun.live(cells)


@contextlib.contextmanager
def study(
    ask: Ask,
    *,
    identity: Mapping[str, Any],
    store: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    executor: futures.Executor | None = None,
    window: int | None = None,
    told: Callable[[int], None] | None = None,
) -> Iterator["Study"]:
    """Begin a study, or go on with one: `Study.live` may then be called as often as it takes.

    identity: what the study is, as data; the store of another one is refused.
    store: a folder in which what is done is kept; the same study goes on there.
    workers: threads, by default one a core. executor, window: any executor of concurrent.futures to work on instead,
    and how many jobs of some cells each it is given at a time.
    told: called with the number of cells done after each, those of the store included.

    Raises ScenarioError for a number of workers out of range, StoreError where the store cannot be used, ChunkFailed
    naming a cell that cannot be lived, Stopped where somebody interrupts; what is done is kept.
    """
    if workers is not None and not 1 <= workers <= 4096:
        raise ScenarioError.of("workers", workers, "a whole number from 1 to 4096")
    asked = {"study": dict(identity), _ASK: repr(ask), "rules_version": RULES_VERSION}
    with _journal(store, asked) as journal:
        begun = Study(ask, journal, executor, workers or cores(), window, told)
        try:
            yield begun
        except KeyboardInterrupt:
            raise Stopped(begun.stopped()) from None
        finally:
            begun.close()


class _Journal:
    """What is done, by the digests of cells; without a folder nothing is kept."""

    def __init__(self, place: Folder | None = None) -> None:
        self.place = place
        self._known: dict[str, np.ndarray] = {}
        self._file: int | None = None

    def __len__(self) -> int:
        return len(self._known)

    def open(self) -> None:
        """Read what is there; what is damaged is dropped, so that what follows it stands on a line of its own."""
        assert self.place is not None
        sound, all_sound = self.read()
        if not all_sound or not sound:
            self.place.write(CELLS, b"".join(sound))
        self._file = os.open(self.place.path(CELLS), os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))

    def read(self) -> tuple[list[bytes], bool]:
        """Learn what stands in the file, and return the lines that are sound and whether all of them are."""
        assert self.place is not None
        try:
            lines = self.place.read(CELLS).splitlines(keepends=True)
        except FileNotFoundError:
            lines = []
        entries = [unsealed(line) for line in lines]
        self._known = {entry["cell"]: np.array(entry["found"], float) for entry in entries if entry is not None}
        sound = [line for line, entry in zip(lines, entries, strict=True) if entry is not None]
        return sound, len(sound) == len(lines)

    def find(self, digest: str) -> np.ndarray | None:
        """Return what was asked of a cell, where that is known."""
        return self._known.get(digest)

    def keep(self, digest: str, found: np.ndarray) -> None:
        """Keep what was asked of a cell.

        It is not waited for until it is on the disk: what a machine that stops has not written is lived again.
        """
        if self.place is None or self._file is None:
            return
        self._known[digest] = found
        line = sealed({"cell": digest, "found": found.tolist()})
        try:
            while line:
                line = line[os.write(self._file, line) :]
        except OSError as error:
            why = f"cannot be written: {error.strerror}; what it keeps is whole, and the same command goes on"
            raise StoreError(f"{self.place.path(CELLS)}: {why}") from error

    def close(self) -> None:
        """See what is kept safely onto the disk."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.fsync(self._file)
            os.close(self._file)
            self._file = None


@contextlib.contextmanager
def _journal(store: str | os.PathLike[str] | None, asked: Mapping[str, Any]) -> Iterator[_Journal]:
    """Give the journal of a study in a folder, which nobody else may write to meanwhile."""
    if store is None:
        yield _Journal()
        return
    if "://" in os.fspath(store):
        raise StoreError(f"{store}: a study is kept in a folder, not at an address; only the coordinator writes to it")
    place = Folder(Path(store).absolute())
    with place.held(_LOCK):
        _begin(place, json.loads(json.dumps(asked)))
        journal = _Journal(place)
        journal.open()
        try:
            yield journal
        finally:
            journal.close()


def _begin(place: Folder, asked: Mapping[str, Any]) -> None:
    """Write what a study is, or compare it with what is written.

    Raises StoreError for the folder of something else.
    """
    try:
        kept = document_of(place.read(ABOUT))
    except FileNotFoundError:
        others = sorted(name for name in place.sizes() if not name.startswith((_LOCK, DRAFTS)))
        if others:
            raise StoreError(
                f"{place}: not empty, but without {ABOUT}, so not the folder of a study (it has {others[0]}); take "
                "another folder"
            ) from None
        place.write(ABOUT, document_bytes({**asked, _MADE: __version__}))
        return
    if kept is None:
        raise StoreError(f"{place}/{ABOUT}: damaged; take another folder")
    before, now = flat({name: each for name, each in kept.items() if name != _MADE}), flat(asked)
    different = [name for name in sorted({*before, *now}) if before.get(name) != now.get(name)]
    if different[1:] and different[0] == _ASK:  # what else differs says it better
        del different[0]
    if different:
        told = [f"{place}: the store of another study; take another folder, or the same command as before"]
        told += [f"  {name}: {_short(before, name)} there, {_short(now, name)} asked" for name in different[:_SHOWN]]
        if len(different) > _SHOWN:
            told.append(f"  and {len(different) - _SHOWN} more")
        raise StoreError("\n".join(told))


def _short(said: Mapping[str, Any], name: str) -> str:
    text = str(said.get(name, "nothing"))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]} ..."


@dataclass(frozen=True)
class _Failed:
    """Why a cell could not be lived."""

    why: str


_Lived = np.ndarray | _Failed


@dataclass(frozen=True)
class _Job:
    """Some cells and what is asked of them; it travels to other processes as data."""

    ask: Ask
    cells: tuple[Cell, ...]

    def __reduce__(self) -> Any:
        cells = tuple((each.scenario.model_dump_json(), each.first, each.count, each.seed) for each in self.cells)
        return _travelled, (self.ask, cells, sources_digest())


def _travelled(ask: Ask, cells: Sequence[tuple[str, int, int, int]], sources: str) -> _Job:
    """Return a job that came from another process."""
    same_sources(sources)
    return _Job(ask, tuple(Cell(_scenario(text), *rest) for text, *rest in cells))


@lru_cache(maxsize=64)
def _scenario(text: str) -> Scenario:
    return Scenario.model_validate_json(text)


def _work(job: _Job, told: Callable[[int], None] | None = None) -> list[_Lived]:
    """Live cells, and say of each what is asked of it, or why that cannot be."""
    found: list[_Lived] = []
    for each in job.cells:
        try:
            lives = live_pairs(each.scenario, each.count, each.seed, each.first, told)
            found.append(np.asarray(job.ask.of(lives), float))
        except (MemoryError, Stopped):
            raise
        except RelsimError as error:
            found.append(_Failed(str(error)))
        except Exception as error:
            found.append(_Failed(f"{type(error).__name__}: {error}".rstrip(": ")))
    return found


@dataclass
class _Handed:
    """Cells that were handed out together: what is known of them, and who sees to the rest."""

    cells: tuple[Cell, ...]
    digests: tuple[str, ...]
    found: list[np.ndarray | None]
    future: "futures.Future[list[_Lived]] | None"

    @property
    def done(self) -> bool:
        """Whether all is known."""
        return all(each is not None for each in self.found)


class Study:
    """A study that was begun: what is done, and who does the rest."""

    def __init__(
        self,
        ask: Ask,
        journal: _Journal,
        executor: futures.Executor | None,
        workers: int,
        window: int | None,
        told: Callable[[int], None] | None,
    ) -> None:
        self.ask = ask
        self._journal, self._told = journal, told
        self._stopping = threading.Event()
        self._own = None if executor is not None else futures.ThreadPoolExecutor(workers, "relsim")
        self._executor = executor
        self._window = window or _FLYING_A_WORKER * workers
        self._done = 0
        self._flying: set[futures.Future[list[_Lived]]] = set()
        self._compiled = False

    def live(self, cells: Iterable[Cell]) -> Iterator[np.ndarray]:
        """Yield what is asked of each cell, in the order of the cells."""
        waiting = iter(cells)
        handed: deque[_Handed] = deque()
        more = True
        while more or handed:
            while more and len(self._flying) < self._window and len(handed) < _AHEAD * self._window:
                batch = self._batch(waiting)
                more = bool(batch)
                if batch:
                    handed.append(self._hand_out(batch))
            if handed and not handed[0].done:
                flying = [each.future for each in handed if each.future is not None]
                futures.wait(flying, return_when=futures.FIRST_COMPLETED)
            for each in handed:
                self._take(each)
            while handed and handed[0].done:
                for found in handed.popleft().found:
                    assert found is not None
                    self._done += 1
                    if self._told is not None:
                        self._told(self._done)
                    yield found

    def _batch(self, waiting: Iterator[Cell]) -> tuple[Cell, ...]:
        """Return the cells that are handed out next: one to a thread, some to an executor elsewhere."""
        first = next(waiting, None)
        if first is None:
            return ()
        more = 0 if self._executor is None else max(0, _LIVES_A_JOB // max(1, first.lives) - 1)
        return (first, *itertools.islice(waiting, more))

    def _hand_out(self, cells: tuple[Cell, ...]) -> _Handed:
        digests = tuple(each.digest for each in cells) if self._journal.place is not None else ()
        found = [self._journal.find(each) for each in digests or [""] * len(cells)]
        missing = tuple(cell for cell, known in zip(cells, found, strict=True) if known is None)
        future = self._submit(_Job(self.ask, missing)) if missing else None
        return _Handed(cells, digests, found, future)

    def _submit(self, job: _Job) -> "futures.Future[list[_Lived]]":
        if self._own is not None:
            if not self._compiled:  # once, before threads ask for it all at the same time
                live_pairs(job.cells[0].scenario, 0, job.cells[0].seed)
                self._compiled = True
            future = self._own.submit(_work, job, self._look_up)
        else:
            assert self._executor is not None
            try:
                future = self._executor.submit(_work, job)
            except RuntimeError as error:
                raise EngineError(f"the executor takes no more work: {error}") from error
        self._flying.add(future)
        return future

    def _look_up(self, lives: int) -> None:
        """Give up in the middle of a cell where the study was stopped."""
        if self._stopping.is_set():
            raise Stopped("stopped")

    def _take(self, handed: _Handed) -> None:
        """Keep what came of the cells that were handed out, where their work is done.

        Raises ChunkFailed naming a cell that cannot be lived, when those beside it are kept.
        """
        if handed.future is None or not handed.future.done():
            return
        future, handed.future = handed.future, None
        self._flying.discard(future)
        try:
            lived = iter(future.result())
        except RelsimError:
            raise
        except (futures.BrokenExecutor, futures.CancelledError):
            raise EngineError(f"the executor's workers have died; {self._kept()}") from None
        except Exception as error:
            raise EngineError(f"the work failed: {str(error).partition('. ')[0]}; {self._kept()}") from error
        failed = []
        for place, cell in enumerate(handed.cells):
            if handed.found[place] is not None:
                continue
            found = next(lived)
            if isinstance(found, _Failed):
                failed.append((cell, found.why))
            else:
                handed.found[place] = found
                if handed.digests:
                    self._journal.keep(handed.digests[place], found)
        if failed:
            raise ChunkFailed(self._failure(*failed[0]))

    def _failure(self, cell: Cell, why: str) -> str:
        """Say which cell failed, and where its scenario can be looked at."""
        if self._journal.place is None:
            return f"{cell}: {why}; with a store (--store DIR) its scenario is kept there as failed.toml"
        self._journal.place.write("failed.toml", scenario_text(cell.scenario).encode())
        return f"{cell}: {why}; its scenario is {self._journal.place.path('failed.toml')}; {self._kept()}"

    def _kept(self) -> str:
        if self._journal.place is None:
            return "nothing is kept without --store DIR"
        return f"{len(self._journal):,} cells are kept in {self._journal.place}; the same command goes on"

    def stopped(self) -> str:
        """Say what is kept of a study that somebody stopped."""
        if self._journal.place is not None:
            self._journal.read()  # the interruption may have come between a line's writing and its being counted
        return f"stopped; {self._kept()}"

    def close(self) -> None:
        """Let go of all workers; what they are doing is given up."""
        self._stopping.set()
        for future in self._flying:
            future.cancel()
        if self._own is not None:
            self._own.shutdown(wait=True, cancel_futures=True)
