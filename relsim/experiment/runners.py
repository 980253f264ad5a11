"""Who does the work: this thread, threads, processes, or any executor of concurrent.futures."""

import concurrent.futures as futures
import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

from relsim.engines.compiled_engine import run_lives
from relsim.engines.simpy_engine import Teams
from relsim.errors import EngineError, ScenarioError, Stopped
from relsim.experiment.work import Experiment, Job, Result, work

__all__ = ["Runner", "cores", "runner"]

_FLYING_A_WORKER = 2
"""Chunks that are handed out for each worker, so that none of them waits for the coordinator."""

_FOREIGN_MOST = 256


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Runner:
    """Takes jobs and gives futures; in this thread, one after the other."""

    window = 1
    """How many jobs are handed out at a time."""
    dies = False
    """Whether workers can die on their own and be started anew."""

    def __init__(self, experiment: Experiment, told: Callable[[Job, int], None]) -> None:
        self.experiment, self.told = experiment, told
        self.stopping = threading.Event()

    def submit(self, job: Job) -> "futures.Future[Result]":
        """Hand out a job."""
        future: futures.Future[Result] = futures.Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(self.work(job))
        except Exception as error:
            future.set_exception(error)
        return future

    def work(self, job: Job) -> Result:
        """Do a job in this process; it ends within a quarter of a second of being told to stop."""

        def told(lives: int) -> None:
            self.told(job, lives)
            if self.stopping.is_set():
                raise Stopped("stopped")

        return work(self.experiment, job, told)

    def start_anew(self) -> None:
        """Replace workers that have died."""

    def close(self) -> None:
        """Let go of all workers; what they are doing is given up."""
        self.stopping.set()


class Threads(Runner):
    """Threads of this process, for the compiled engine: its kernel lets other threads run."""

    def __init__(self, experiment: Experiment, told: Callable[[Job, int], None], workers: int) -> None:
        super().__init__(experiment, told)
        self.window = workers * _FLYING_A_WORKER
        self._pool = futures.ThreadPoolExecutor(workers, "relsim")

    def submit(self, job: Job) -> "futures.Future[Result]":
        return self._pool.submit(self.work, job)

    def close(self) -> None:
        super().close()
        self._pool.shutdown(wait=True, cancel_futures=True)


class Processes(Runner):
    """Processes of this machine, for the SimPy engines: their rules hold Python's global lock."""

    dies = True

    def __init__(self, experiment: Experiment, told: Callable[[Job, int], None], workers: int) -> None:
        super().__init__(experiment, told)
        self.window = workers * _FLYING_A_WORKER
        self._workers = workers
        self._context = multiprocessing.get_context("spawn")
        self._lifeline, self._held = self._context.Pipe(duplex=False)
        self._pool = self._new_pool()

    def _new_pool(self) -> futures.ProcessPoolExecutor:
        return futures.ProcessPoolExecutor(self._workers, self._context, initializer=_begin, initargs=(self._lifeline,))

    def start_anew(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = self._new_pool()

    def submit(self, job: Job) -> "futures.Future[Result]":
        with interrupted_later():  # what is submitted first starts the processes
            return self._pool.submit(work, self.experiment, job)

    def close(self) -> None:
        self._held.close()
        for process in list((self._pool._processes or {}).values()):
            process.kill()  # who is still starting would hear of it only then
        self._pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def interrupted_later() -> Iterator[None]:
    """Let Ctrl-C wait a moment, for us and for processes that are started meanwhile: until they can ignore it.

    Blocking it is for them, who inherit that. Us it does not spare: any other thread, such as one of NumPy's, may take
    the signal, and Python then raises it here. So what comes is noted, and raised at the end.
    """
    came: list[int] = []
    handlers: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():  # the only one that is ever interrupted
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        handlers = {number: handler for number, handler in handlers.items() if callable(handler)}
    for number in handlers:
        signal.signal(number, lambda number, frame: came.append(number))
    masks = hasattr(signal, "pthread_sigmask")
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masks else set()
    try:
        yield
    finally:
        if masks:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in came[:1]:
            signal.raise_signal(number)


def _begin(lifeline: Any) -> None:
    """Prepare a worker process: Ctrl-C is the coordinator's to handle, whom nobody outlives.

    lifeline: a connection on which nothing is ever sent; the coordinator closes it, or the system when it dies. What a
    worker leaves unfinished is of no account, so it need not wait for the end of a life. An event of multiprocessing
    would not do: a worker that is killed while it holds its lock stops everybody for ever.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # what `interrupted_later` left

    def watch() -> None:
        with contextlib.suppress(EOFError, OSError):
            lifeline.recv()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class Foreign(Runner):
    """An executor of somebody else's, such as a Dask client's: jobs travel as data, results without rows."""

    def __init__(
        self, experiment: Experiment, told: Callable[[Job, int], None], executor: futures.Executor, window: int | None
    ) -> None:
        super().__init__(experiment, told)
        self.window = window or min(_FOREIGN_MOST, 8 * cores())
        self._executor = executor
        self._flying: set[futures.Future[Result]] = set()

    def submit(self, job: Job) -> "futures.Future[Result]":
        try:
            future = self._executor.submit(work, self.experiment, job)
        except RuntimeError as error:
            raise EngineError(f"the executor takes no more work: {error}") from error
        self._flying.add(future)
        future.add_done_callback(self._flying.discard)
        return future

    def close(self) -> None:
        for future in list(self._flying):
            future.cancel()


@contextlib.contextmanager
def runner(
    experiment: Experiment,
    told: Callable[[Job, int], None],
    workers: int | None = None,
    executor: futures.Executor | None = None,
    window: int | None = None,
) -> Iterator[Runner]:
    """Give a runner that suits an experiment, and let go of its workers at the end.

    workers: how many threads or processes, by default one a core. executor: take this one instead.
    window: how many jobs an executor is handed at a time. told: called with a job and the lives just lived in it.

    Raises ScenarioError for a number of workers out of range.
    """
    if workers is not None and not 1 <= workers <= 4096:
        raise ScenarioError.of("workers", workers, "a whole number from 1 to 4096")
    count = workers or cores()
    made: Runner
    _compile(experiment)
    if executor is not None:
        made = Foreign(experiment, told, executor, window)
    elif count == 1:
        made = Runner(experiment, told)
    elif experiment.engine == "compiled":
        made = Threads(experiment, told, count)
    else:
        made = Processes(experiment, told, count)
    try:
        yield made
    finally:
        made.close()


def _compile(experiment: Experiment) -> None:
    """Compile the rules once, before workers ask for them all at the same time."""
    first = next(iter(experiment.parameters.values()))
    if experiment.engine == "compiled":
        run_lives(first, experiment.book, experiment.seed, 0, 0)
    elif experiment.engine == "simpy":
        Teams(first, experiment.book, experiment.seed, 0)
