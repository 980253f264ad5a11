"""Many lives: every arm lived by the same pairs of firms with the same luck, by any workers, in any order."""

import concurrent.futures as futures
import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import numpy as np

from relsim.analysis.precision import Look, Target, look, looks_at, target_of
from relsim.errors import ChunkFailed, EngineError, ScenarioError, Stopped, StoreError, nearest
from relsim.experiment.check import Report, merge_journals, tidy, verify
from relsim.experiment.parts import Whole
from relsim.experiment.places import place_at
from relsim.experiment.plan import Chunk, Shard, blocks_a_chunk, plan, tails
from relsim.experiment.progress import Meter, Progress
from relsim.experiment.results import KEPT, Results, provenance_of
from relsim.experiment.runners import Runner, runner
from relsim.experiment.store import Store, locked, opened
from relsim.experiment.work import Experiment, Job, Result
from relsim.life import ENGINES
from relsim.model.rule import RuleFunction
from relsim.scenario.scenario import Scenario

__all__ = ["merge", "read_store", "repair", "run_experiment", "run_shard"]

REPLICATIONS = 10_000
"""Pairs of firms, where nothing else is asked."""

MOST_UNTIL = 10_000_000
"""Pairs of firms after which a precision that is not reached is given up, where nothing else is asked."""

_ATTEMPTS = 3
"""How often a chunk may fail before it is set aside."""

_POLL = 0.1
"""Seconds after which progress is told although no chunk was finished."""


def run_experiment(
    scenario: Scenario,
    replications: int | None = None,
    seed: int = 1,
    engine: str = "compiled",
    rules: Iterable[RuleFunction] = (),
    progress: Progress | bool | None = None,
    *,
    workers: int | None = None,
    executor: futures.Executor | None = None,
    window: int | None = None,
    store: str | os.PathLike[str] | None = None,
    until: str | None = None,
    keep_events: int = 0,
    blocks: int | None = None,
) -> Results:
    """Live `replications` lives in every arm of a scenario and return what came of them.

    Replication k is the same pair of firms with the same luck in every arm: counterfactual twins. Nothing but the
    scenario, the seed, the rules and the number of replications has any influence on the results.

    replications: 10,000 by default; with `until` the most that may be lived, by default 10,000,000.
    engine, rules: as for `simulate`.
    progress: called with the number of lives done and the number of all lives; True shows a bar.
    workers: threads (compiled engine) or processes (SimPy), by default one a core.
    executor, window: any executor of concurrent.futures to work on instead, and how many chunks it is given at a time.
    store: the folder, or the address for pyarrow.fs, where lives are kept; the same call goes on there.
    until: stop when something is known well enough, e.g. "loss.joint ±1%" (see relsim.analysis.precision).
    keep_events: of how many first lives to keep the lists of events in the store.
    blocks: how many blocks of 1,024 replications a chunk has at most.

    Raises ScenarioError for arguments out of range, StoreError where the store cannot be used, ChunkFailed where lives
    cannot be lived (all others are finished first), Stopped where somebody interrupts; what is finished is kept.
    """
    experiment = _experiment(scenario, seed, engine, rules)
    target = target_of(until, scenario) if until is not None else None
    most = _most(replications, target)
    _check(most, keep_events, blocks, store)
    run = _Run(experiment, most, progress, blocks, keep_rows=store is None)
    with run.opened(store, None) as opened_store, runner(experiment, run.told, workers, executor, window) as workforce:
        looks = run.to_the_end(workforce, opened_store, target, keep_events)
        return run.results(opened_store, target, looks)


def run_shard(
    scenario: Scenario,
    replications: int | None = None,
    seed: int = 1,
    engine: str = "compiled",
    rules: Iterable[RuleFunction] = (),
    progress: Progress | bool | None = None,
    *,
    shard: Shard,
    store: str | os.PathLike[str],
    workers: int | None = None,
    blocks: int | None = None,
) -> int:
    """Live one shard of an experiment into a store that others share, and return how many replications it has lived.

    Arguments and errors as for `run_experiment`. When all shards are done, `merge` makes one journal of theirs.
    """
    experiment = _experiment(scenario, seed, engine, rules)
    most = _most(replications, None)
    _check(most, 0, blocks, store)
    run = _Run(experiment, most, progress, blocks)
    with run.opened(store, shard) as opened_store, runner(experiment, run.told, workers) as workforce:
        assert opened_store is not None
        opened_store.ask(most, 0)
        return run.of_shard(workforce, opened_store, shard)


def repair(
    address: str | os.PathLike[str],
    rules: Iterable[RuleFunction] = (),
    progress: Progress | bool | None = None,
    *,
    workers: int | None = None,
) -> tuple[Report, int]:
    """Mend a store: live again what is damaged or missing, and only that; return what was found and how many chunks.

    Files that nobody vouches for are moved to the folder set-aside.

    Raises StoreError where there is no store, somebody is at work on it, or nothing says whose lives these are.
    """
    with locked(place_at(address)):
        report = verify(address, held=True)
        store = report.store
        again = tidy(report)
        jobs = [(kind, chunk) for kind, chunks in again.items() for chunk in chunks]
        if jobs:
            experiment = store.experiment(rules=rules)
            run = _Run(experiment, sum(chunk.count for chunk in again["lives"]), progress, None)
            with runner(experiment, run.told, workers) as workforce:
                run.again(workforce, store, jobs)
        store.sweep()
    return report, len(jobs)


def merge(address: str | os.PathLike[str], rules: Iterable[RuleFunction] = ()) -> Results:
    """Make one journal of those of all shards, and return what came of the experiment.

    Raises StoreError where a shard is still at work or lives are missing.
    """
    with locked(place_at(address)):
        store = Store.read(address)
        merge_journals(store)
    done = store.done()
    if done < store.asked:
        raise StoreError(
            f"{store.place}: {store.asked - done:,} of {store.asked:,} pairs of firms are not lived yet; run the "
            "shards that are missing, or the command without --shard, which does what they have left"
        )
    return _results(store, rules)


def read_store(address: str | os.PathLike[str], rules: Iterable[RuleFunction] = ()) -> Results:
    """Return what came of the experiment that a store keeps, as far as it is finished without a gap.

    rules: the user's own, if it was made with such.

    Raises StoreError where there is no store, it is damaged, or nothing is finished.
    """
    return _results(Store.read(address), rules)


def _results(store: Store, rules: Iterable[RuleFunction]) -> Results:
    experiment = store.experiment(store.document["provenance"]["engine"], rules)
    whole = store.whole()
    if whole.reached == 0:
        raise StoreError(f"{store.place}: nothing is finished yet")
    return Results(experiment, whole.reached, whole.tally, whole.digests(), store=store)


def _experiment(scenario: Scenario, seed: int, engine: str, rules: Iterable[RuleFunction]) -> Experiment:
    if engine not in ENGINES:
        raise ScenarioError.of("engine", engine, f"one of {', '.join(ENGINES)}", nearest(engine, ENGINES))
    if not 0 <= seed < 2**63:
        raise ScenarioError.of("seed", seed, "a whole number from 0 to 2^63 - 1")
    return Experiment(scenario, seed, engine, tuple(rules))


def _most(replications: int | None, target: Target | None) -> int:
    if replications is None:
        return REPLICATIONS if target is None else MOST_UNTIL
    if not 1 <= replications <= 10**9:
        raise ScenarioError.of("replications", replications, "a whole number from 1 to 10^9")
    return replications


def _check(most: int, keep_events: int, blocks: int | None, store: object) -> None:
    if not 0 <= keep_events <= most:
        raise ScenarioError.of("keep-events", keep_events, f"a whole number from 0 to {most}, the replications")
    if keep_events and store is None:
        raise ScenarioError.of("keep-events", keep_events, "needs a store to keep them in: --store DIR")
    if blocks is not None and not 1 <= blocks <= 1024:
        raise ScenarioError.of("blocks", blocks, "a whole number from 1 to 1024")


class _Run:
    """One run: what it has to live, what has come together, what has failed."""

    def __init__(
        self,
        experiment: Experiment,
        most: int,
        progress: Progress | bool | None,
        blocks: int | None,
        keep_rows: bool = False,
    ) -> None:
        self.experiment, self.most, self.blocks = experiment, most, blocks
        self.whole = Whole(experiment.scenario)
        self.rows: dict[int, dict[str, np.ndarray]] | None = {} if keep_rows else None
        self.failed: dict[Job, str] = {}
        self._arms = len(experiment.scenario.arms)
        self._meter = Meter(progress, most * self._arms)
        self.told = self._meter.told

    @contextmanager
    def opened(self, store: str | os.PathLike[str] | None, shard: Shard | None) -> Iterator[Store | None]:
        """Open the store, where there is to be one; at the end progress is told for the last time."""
        try:
            if store is None:
                yield None
            else:
                with opened(store, self.experiment, provenance_of(self.experiment), shard) as made:
                    yield made
        finally:
            self._meter.close()

    def to_the_end(
        self, workforce: Runner, store: Store | None, target: Target | None, events: int
    ) -> tuple[Look, ...]:
        """Live all that is asked, or until the target is met, and return the looks at it."""
        looks: list[Look] = []
        reached = 0
        for replications in looks_at(self.most) if target is not None else (self.most,):
            self._up_to(workforce, store, Chunk(reached, replications - reached))
            reached = replications
            if target is not None:
                looks.append(look(target, self.experiment.scenario, self.whole.tally, reached))
                if looks[-1].met:
                    break
        if events and store is not None:
            self._events(workforce, store, min(events, reached))
        return tuple(looks)

    def of_shard(self, workforce: Runner, store: Store, shard: Shard) -> int:
        """Live what is missing of a shard."""
        self._make_room(store, self.most)
        blocks = self.blocks or blocks_a_chunk(self.most)
        chunks = plan(self.most, blocks, store.finished(), shard)
        total = sum(chunk.count for chunk in plan(self.most, blocks, (), shard))
        missing = sum(chunk.count for chunk in chunks)
        self._meter.everything = total * self._arms
        self._meter.found((total - missing) * self._arms)
        self._live([self._job(chunk, store) for chunk in chunks], workforce, store, lambda result: None)
        return missing

    def again(self, workforce: Runner, store: Store, jobs: Iterable[tuple[str, Chunk]]) -> None:
        """Live chunks again that a store has lost."""
        self._live([self._job(chunk, store, kind) for kind, chunk in jobs], workforce, store, lambda result: None)
        self._meter.close()

    def results(self, store: Store | None, target: Target | None, looks: tuple[Look, ...]) -> Results:
        """Return what came of it."""
        rows = None
        if self.rows is not None:
            pieces = [self.rows[first] for first in sorted(self.rows)]
            rows = {arm: np.concatenate([piece[arm] for piece in pieces]) for arm in self.experiment.scenario.arms}
        return Results(
            self.experiment, self.whole.reached, self.whole.tally, self.whole.digests(), rows, store, target, looks
        )

    def _job(self, chunk: Chunk, store: Store | None, kind: str = "lives") -> Job:
        if store is None:
            return Job(chunk, kind, rows=self.rows is not None)
        return Job(chunk, kind, store.place.address, store.owner)

    def _make_room(self, store: Store, replications: int, kind: str = "lives") -> None:
        """Drop last blocks that are not full and get company now."""
        finished = store.finished(kind)
        store.drop([finished[chunk] for chunk in tails(finished, replications)])

    def _up_to(self, workforce: Runner, store: Store | None, span: Chunk) -> None:
        """Bring together all parts of a span: those that the store has, and for the rest lives."""
        scenario = self.experiment.scenario
        if span.end * self._arms > KEPT:
            self.rows = None
        done = [Chunk(0, span.first)]
        self._meter.everything = span.end * self._arms
        if store is not None:
            store.ask(span.end, 0)
            self._make_room(store, span.end)
            for chunk, record in store.finished().items():
                if chunk.end <= span.first or chunk.first >= span.end:
                    continue
                done.append(chunk)
                part = store.part(scenario, record, span)
                self.whole.add(part)
                self._meter.found(part.chunk.count * self._arms)
        chunks = plan(span.end, self.blocks or blocks_a_chunk(span.end), done)

        def settle(result: Result) -> None:
            assert result.part is not None
            self.whole.add(result.part)
            if self.rows is not None and result.rows is not None:
                self.rows[result.job.chunk.first] = result.rows

        self._live([self._job(chunk, store) for chunk in chunks], workforce, store, settle)

    def _events(self, workforce: Runner, store: Store, count: int) -> None:
        """Keep the events of the first lives."""
        store.ask(0, count)
        self._make_room(store, count, "events")
        chunks = plan(count, 1, store.finished("events"))
        self._live([self._job(chunk, store, "events") for chunk in chunks], workforce, store, lambda result: None)

    def _live(
        self, jobs: Iterable[Job], workforce: Runner, store: Store | None, settle: Callable[[Result], None]
    ) -> None:
        """Have jobs done, settle what comes back, and at the end raise what went wrong."""
        try:
            for result in _results_of(jobs, workforce, self._meter, self.failed):
                if store is not None:
                    store.commit(result)
                settle(result)
        except KeyboardInterrupt:
            raise Stopped(self._stopped(store)) from None
        if self.failed:
            for job, why in self.failed.items():
                if store is not None and job.kind == "lives":
                    store.fail(job.chunk, why)
            raise ChunkFailed(self._set_aside(store))

    def _stopped(self, store: Store | None) -> str:
        if store is None:
            return "stopped; nothing is kept without --store DIR"
        store.reload()  # the interruption may have come between a line's writing and its being counted
        return (
            f"stopped; {store.done():,} of {self.most:,} pairs of firms are kept in {store.place}; "
            "the same command goes on"
        )

    def _set_aside(self, store: Store | None) -> str:
        told = [
            f"{len(self.failed)} chunk{'s' if len(self.failed) > 1 else ''} failed {_ATTEMPTS} times and "
            f"{'were' if len(self.failed) > 1 else 'was'} set aside; all others are finished"
            + (f" and kept in {store.place}" if store is not None else "")
        ]
        shown = 5
        for job, why in list(self.failed.items())[:shown]:
            told.append(f"  replications {job.chunk.first} to {job.chunk.end - 1}: {why}")
        if len(self.failed) > shown:
            told.append(f"  and {len(self.failed) - shown} more")
        return "\n".join(told)


def _results_of(jobs: Iterable[Job], workforce: Runner, meter: Meter, failed: dict[Job, str]) -> Iterator[Result]:
    """Yield results as they come; a job that fails is tried again, and set aside after the last attempt.

    When worker processes die, nobody knows whose fault it was: those that were at work are then tried one at a time.
    """
    waiting, flying = deque(jobs), dict[futures.Future[Result], Job]()
    attempts: Counter[Job] = Counter()
    suspects: set[Job] = set()
    killers: list[Job] = []
    proven = False

    def again(job: Job, why: str) -> None:
        attempts[job] += 1
        if attempts[job] < _ATTEMPTS:
            waiting.append(job)
        else:
            suspects.discard(job)
            failed[job] = why

    while waiting or flying:
        window = 1 if suspects else workforce.window
        while waiting and len(flying) < window:
            try:
                flying[workforce.submit(waiting[0])] = waiting[0]
            except futures.BrokenExecutor:  # a worker died just now, and what flies will say so
                if not flying:
                    workforce.start_anew()
                break
            waiting.popleft()
        finished, _ = futures.wait(flying, timeout=_POLL, return_when=futures.FIRST_COMPLETED)
        broken = []
        for future in finished:
            job, lives = flying.pop(future), 0
            try:
                result = future.result()
            except futures.BrokenExecutor:
                broken.append(job)
            except futures.CancelledError:
                again(job, "its work was cancelled")
            except (StoreError, Stopped):
                raise
            except Exception as error:
                again(job, str(error))
            else:
                proven = True
                suspects.discard(job)
                lives = result.part.lives if result.part is not None else 0
                yield result
            meter.landed(job, lives)
        if broken:
            broken += flying.values()
            flying.clear()
            if not workforce.dies:
                raise EngineError(
                    "the executor's workers have died; what is finished is kept in the store, if there is one"
                )
            workforce.start_anew()
            suspects.update(broken)
            if len(broken) == 1:
                attempts[broken[0]] += 1
                if attempts[broken[0]] >= _ATTEMPTS:
                    killers.append(broken.pop())
                    suspects.discard(killers[-1])
            waiting.extendleft(broken)
            if len(killers) >= _ATTEMPTS and not proven:
                raise EngineError(
                    "worker processes die whatever they do; in a script, run_experiment must stand below "
                    '`if __name__ == "__main__":`'
                )
        meter.tell()
    failed |= {job: _killer(job.chunk, workforce) for job in killers}


def _killer(chunk: Chunk, workforce: Runner) -> str:
    """Say which life of a chunk kills its worker process, by living halves."""
    first, end = chunk.first, chunk.end
    while end - first > 1:
        middle = (first + end) // 2
        try:
            workforce.submit(Job(Chunk(first, middle - first), "trial")).result()
            first = middle
        except futures.BrokenExecutor:
            workforce.start_anew()
            end = middle
    command = f"relsim life SCENARIO --replication {first} --seed {workforce.experiment.seed}"
    return f"replication {first} kills the worker process that lives it; to see it: {command}"
