"""What a worker does: live a chunk, keep its files where there is a store, and hand back what is known of it.

An experiment travels to other processes as data: the user's own rules go by the name of their file, and a worker with
other sources than the coordinator's refuses.
"""

import functools
import hashlib
import os
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from relsim import __version__
from relsim.engines.compiled_engine import run_lives
from relsim.engines.simpy_engine import Teams
from relsim.errors import ChunkFailed, EngineError, RelsimError, RuleFailed, StoreError
from relsim.experiment.parquet import events_table, parquet_of, table_of
from relsim.experiment.parts import Part, joined, packed, part_of
from relsim.experiment.places import DRAFTS, Folder, place_at
from relsim.experiment.plan import Chunk
from relsim.life import live
from relsim.model.compiling import sources_digest
from relsim.model.parameters import resolve
from relsim.model.relationship import RELATIONSHIP
from relsim.model.row import BLOCK, rows
from relsim.model.rule import RuleFunction
from relsim.model.rulebook import Reference, Rulebook, reference_to, referred, rulebook
from relsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pyarrow

__all__ = [
    "Experiment",
    "Job",
    "Result",
    "Told",
    "chunk_file",
    "draft_of",
    "same_sources",
    "states_of",
    "summary_file",
    "work",
]

Told = Callable[[int], None]
"""Called with the number of lives just lived; raising stops the work."""


@dataclass(frozen=True, eq=False)
class Experiment:
    """Everything that lives follow from, but for the replication."""

    scenario: Scenario
    seed: int
    engine: str
    rules: tuple[RuleFunction, ...] = ()

    def __reduce__(self) -> Any:
        references = tuple(reference_to(rule) for rule in self.rules)
        return _travelled, (self._text, self.seed, self.engine, references, sources_digest())

    @functools.cached_property
    def _text(self) -> str:
        return self.scenario.model_dump_json()

    @functools.cached_property
    def book(self) -> Rulebook:
        """The rules."""
        return rulebook(self.rules)

    @functools.cached_property
    def parameters(self) -> dict[str, Any]:
        """The resolved parameters of each arm."""
        return {arm: resolve(self.scenario, arm, self.book) for arm in self.scenario.arms}


@functools.lru_cache(maxsize=8)
def _travelled(scenario: str, seed: int, engine: str, references: tuple[Reference, ...], sources: str) -> Experiment:
    """Return an experiment that came from another process; the same one for all of its chunks."""
    same_sources(sources)
    rules = tuple(referred(reference) for reference in references)
    return Experiment(Scenario.model_validate_json(scenario), seed, engine, rules)


def same_sources(digest: str) -> None:
    """Refuse to work for a coordinator that has other sources of relsim.

    Raises EngineError.
    """
    if digest != sources_digest():
        raise EngineError(
            f"the worker on {socket.gethostname()} has other sources of relsim {__version__} than the coordinator; "
            "install the same version on both"
        )


@dataclass(frozen=True)
class Job:
    """A chunk, and what is to be kept of it."""

    chunk: Chunk
    kind: str = "lives"
    """lives; events: the lists of events of these lives; trial: see whether they can be lived."""
    store: str = ""
    """The address of a store; empty where there is none."""
    owner: str = "main"
    """Whose drafts these are: the main coordinator's or a shard's."""
    rows: bool = False
    """Whether the rows are to be handed back."""


@dataclass(frozen=True)
class Result:
    """What a worker hands back: no rows, unless they were asked for."""

    job: Job
    part: Part | None = None
    rows: dict[str, np.ndarray] | None = None
    record: dict[str, Any] | None = None
    """What the journal is to say of the chunk's files."""


def work(experiment: Experiment, job: Job, told: Told | None = None) -> Result:
    """Live a chunk. Calling it again, here or elsewhere, gives the same lives.

    Raises ChunkFailed where a life cannot be lived, StoreError where files cannot be written.
    """
    if job.kind == "trial":
        for _ in _blocks(experiment, job.chunk, told):
            pass
        return Result(job)
    begun = time.perf_counter()
    about = {"scenario": experiment.scenario.title, "seed": str(experiment.seed)}
    files: dict[str, bytes] = {}
    if job.kind == "events":
        events = {arm: _events(experiment, arm, job.chunk, told) for arm in experiment.scenario.arms}
        files[chunk_file("events", experiment.seed, job.chunk)] = parquet_of(events, about)
        return Result(job, record=_kept(job, files, begun))
    parts, kept = [], dict[str, list[Any]]((arm, []) for arm in experiment.scenario.arms)
    for first, block in _blocks(experiment, job.chunk, told):
        # block by block, so that never more than one is there in full
        parts.append(part_of(experiment.scenario, first, block))
        for arm, rows_of_arm in block.items():
            if job.store:
                kept[arm].append(table_of(rows_of_arm))
            elif job.rows:
                kept[arm].append(rows_of_arm)
    part = joined(parts)
    if not job.store:
        rows_of_all = {arm: np.concatenate(blocks) for arm, blocks in kept.items()} if job.rows else None
        return Result(job, part, rows_of_all)
    files[summary_file(job.chunk)] = packed(part)
    files[chunk_file("lives", experiment.seed, job.chunk)] = parquet_of(kept, about)
    return Result(job, part, record=_kept(job, files, begun))


def _blocks(experiment: Experiment, chunk: Chunk, told: Told | None) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
    """Yield the blocks of a chunk: the first replication, and the rows of each arm."""
    for first in range(chunk.first, chunk.end, BLOCK):
        count = min(BLOCK, chunk.end - first)
        yield (
            first,
            {
                arm: rows(states_of(experiment, arm, first, count, told), first, experiment.book.states)
                for arm in experiment.scenario.arms
            },
        )


def states_of(experiment: Experiment, arm: str, first: int, count: int, told: Told | None = None) -> np.ndarray:
    """Return the final states of lives on the experiment's engine, an array of RELATIONSHIP records.

    Raises ChunkFailed where a life cannot be lived.
    """
    p, book, seed = experiment.parameters[arm], experiment.book, experiment.seed
    states = np.zeros(count, RELATIONSHIP)
    before = 0

    def begun(done: int) -> None:
        nonlocal before
        if told is not None:
            told(done - before)
        before = done

    if experiment.engine == "compiled":
        try:
            return run_lives(p, book, seed, first, count, begun=begun)
        except RuleFailed as error:
            raise _failed(experiment, arm, error.replication, error.what) from error
        except _NOT_OF_A_LIFE:
            raise
        except Exception as error:
            for replication in range(first, first + count):
                _try(experiment, arm, replication, lambda k: run_lives(p, book, seed, k, 1))
            raise ChunkFailed(f"arm {arm}, replications {first} to {first + count - 1}: {_said(error)}") from error
    plain = experiment.engine == "simpy-plain"
    for place in range(count):
        lived = _try(experiment, arm, first + place, lambda k: Teams(p, book, seed, k, plain=plain).run())
        states[place] = lived.r
        begun(place + 1)
    return states


_NOT_OF_A_LIFE = (RelsimError, MemoryError)
"""What says nothing about a single life."""


def _try(experiment: Experiment, arm: str, replication: int, live_it: Callable[[int], Any]) -> Any:
    """Live one life.

    Raises ChunkFailed naming it where its rules raise something.
    """
    try:
        return live_it(replication)
    except RuleFailed as error:
        raise _failed(experiment, arm, replication, error.what) from error
    except _NOT_OF_A_LIFE:
        raise
    except Exception as error:
        raise _failed(experiment, arm, replication, _said(error)) from error


def _failed(experiment: Experiment, arm: str, replication: int | None, what: str) -> ChunkFailed:
    """Return the error of a life that could not be lived, with the command that shows it."""
    own = " --rules FILE.py" if experiment.rules else ""
    return ChunkFailed(
        f"{what}; to see it: relsim life SCENARIO --arm {arm} --replication {replication} --seed "
        f"{experiment.seed} --engine {experiment.engine}{own}"
    )


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")


def _events(experiment: Experiment, arm: str, chunk: Chunk, told: Told | None) -> list["pyarrow.Table"]:
    """Return the events of the lives of a chunk in one arm."""
    scenario, seed, engine, rules = experiment.scenario, experiment.seed, experiment.engine, experiment.rules
    p = experiment.parameters[arm]
    lives = []
    for replication in range(chunk.first, chunk.end):
        lives.append(_try(experiment, arm, replication, lambda k: live(scenario, arm, seed, k, engine, rules, p)))
        if told is not None:
            told(0)
    return [events_table(lives)]


def chunk_file(kind: str, seed: int, chunk: Chunk) -> str:
    """Return the name of the file with the rows or events of a chunk, of all arms: seen whole or not at all."""
    return f"{kind}/seed={seed}/{chunk}.parquet"


def summary_file(chunk: Chunk) -> str:
    """Return the name of the file with what is known of a chunk without its rows."""
    return f"summaries/{chunk}.npz"


def draft_of(owner: str, attempt: str, name: str) -> str:
    """Return where a file is until the journal says that it counts; every attempt has drafts of its own."""
    return f"{DRAFTS}/{owner}/{attempt}.{name.replace('/', '.')}"


def _kept(job: Job, files: dict[str, bytes], begun: float) -> dict[str, Any]:
    """Write the files of a chunk that was begun at a moment and return what the journal is to say of them.

    In a folder they are drafts until the coordinator gives them their names; objects have theirs from the start.
    """
    place = place_at(job.store)
    attempt = uuid.uuid4().hex[:12]
    if isinstance(place, Folder) and not place.path("experiment.json").is_file():
        raise StoreError(
            f"the worker on {socket.gethostname()} does not see the store at {place}; it must be a folder that all "
            "machines share, under the same path"
        )
    for name, data in files.items():
        if isinstance(place, Folder):
            place.draft(draft_of(job.owner, attempt, name), data)
        else:
            place.write(name, data)
    return {
        "kind": job.kind,
        "first": job.chunk.first,
        "count": job.chunk.count,
        "attempt": attempt,
        "owner": job.owner,
        "by": f"{socket.gethostname()}:{os.getpid()}",
        "seconds": round(time.perf_counter() - begun, 3),
        "files": {name: [len(data), hashlib.sha256(data).hexdigest()] for name, data in files.items()},
    }
