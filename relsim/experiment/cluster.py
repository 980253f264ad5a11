"""For those who outgrow a machine: the workers of a Dask scheduler, as an executor like any other."""

import concurrent.futures as futures
import contextlib
from collections.abc import Iterator

from relsim.errors import EngineError

__all__ = ["executor_of"]

_PATIENCE = 30.0
"""Seconds to wait for a scheduler, and for its first worker."""


@contextlib.contextmanager
def executor_of(address: str | None) -> Iterator[tuple[futures.Executor | None, int | None]]:
    """Give an executor on the cluster at an address and how many jobs to hand it at a time; without an address, none.

    Raises EngineError where `distributed` is not installed, nobody answers, or there is no worker.
    """
    if address is None:
        yield None, None
        return
    try:
        from distributed import Client
    except ImportError:
        raise EngineError("--cluster needs the extra cluster: pip install 'relsim-lifecycles[cluster]'") from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise EngineError(f"{address}: no Dask scheduler answers there: {error}") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError:
            raise EngineError(
                f"{address}: the scheduler has no workers; start some with: dask worker {address}"
            ) from None
        threads = sum(client.nthreads().values())
        # impure: a chunk that is tried again is lived again
        yield client.get_executor(pure=False), 2 * threads
