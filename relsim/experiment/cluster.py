"""For those who outgrow a machine: the workers of a Dask scheduler, as an executor like any other."""

import concurrent.futures as futures
import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

from relsim.errors import EngineError, needed

__all__ = ["executor_of"]

_PATIENCE = 30.0
"""Seconds to wait for a scheduler and its first worker, and for a scheduler that has gone to come back."""

_POLL = 0.1


class _Cluster(futures.Executor):
    """A Dask client's executor that notices when its scheduler is gone; the client's own waits for ever then."""

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address
        # impure: a chunk that is tried again is lived again
        self._executor = client.get_executor(pure=False)

    def submit(self, function: Callable[..., Any], /, *args: Any, **named: Any) -> "futures.Future[Any]":
        deadline = time.monotonic() + _PATIENCE
        while self._client.status != "running":
            if self._client.status == "closed" or time.monotonic() > deadline:
                raise EngineError(
                    f"{self._address}: the Dask scheduler is gone; what is finished is kept, and the same command goes "
                    "on with another one"
                )
            time.sleep(_POLL)
        future: futures.Future[Any] = self._executor.submit(function, *args, **named)
        return future


def _hush() -> None:
    """Silence Dask and what it stands on: what they have to say, we say.

    `distributed` gives some of its loggers and tornado's levels of their own, so silencing their parents is not enough.
    """
    families = ("distributed", "tornado", "asyncio")
    for name in (*families, *logging.root.manager.loggerDict):
        if name.partition(".")[0] in families:
            logging.getLogger(name).setLevel(logging.CRITICAL)


@contextlib.contextmanager
def executor_of(address: str | None) -> Iterator[tuple[futures.Executor | None, int | None]]:
    """Give an executor on the cluster at an address and how many jobs to hand it at a time; without an address, none.

    Raises EngineError where `distributed` is not installed, nobody answers, or there is no worker.
    """
    if address is None:
        yield None, None
        return
    distributed = needed("distributed", "--cluster needs the extra cluster", "cluster")
    _hush()
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise EngineError(f"{address}: no Dask scheduler answers there: {error}") from None
    try:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise EngineError(f"{address}: the scheduler has no workers; start some: dask worker {address}") from None
        threads = sum(client.nthreads().values())
        yield _Cluster(client, address), 2 * threads
    finally:
        with contextlib.suppress(Exception):  # it may have lost its scheduler, and there is nothing left to close
            client.close(timeout=1)
