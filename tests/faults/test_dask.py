"""A real Dask scheduler and two real workers, some of which die; also by the command line."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import relsim
from relsim.cli import main
from relsim.experiment.check import status_of, verify
from relsim.experiment.store import Store

pytest.importorskip("distributed")

LIVES = 24_000
ASKED = ["compare", "it-outsourcing", "--set", "horizon=4", "--replications", str(LIVES), "--no-picture", "--json"]


def started(module: str, *arguments: str, folder: Path) -> "subprocess.Popen[bytes]":
    log = (folder / f"{module}-{time.monotonic_ns()}.log").open("w")
    command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"]
    return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, start_new_session=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """A scheduler and two workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.address = f"tcp://127.0.0.1:{port}"
        self.scheduler = started("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), folder=folder)
        alone = ["--nthreads", "1", "--no-nanny", "--local-directory", str(folder)]
        self.workers = [started("dask_worker", self.address, *alone, folder=folder) for _ in range(2)]

    def kill(self) -> None:
        for process in (*self.workers, self.scheduler):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    made = Cluster(folder)
    try:
        yield made
    finally:
        made.kill()


def begun(store: Path, address: str) -> "subprocess.Popen[str]":
    """Start the comparison on a cluster, and wait until some chunks are finished."""
    command = [sys.executable, "-m", "relsim", *ASKED, "--store", str(store), "--cluster", address]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while sum(1 for _ in (store / "lives").rglob("*.parquet")) < 3:
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    return process


@pytest.fixture(scope="module")
def expected() -> str:
    asked = relsim.load_scenario("it-outsourcing", set=["horizon=4"])
    return relsim.run_experiment(asked, LIVES).digest


def test_a_killed_worker_changes_nothing(expected: str, tmp_path: Path) -> None:
    with cluster(tmp_path) as made:
        process = begun(tmp_path / "store", made.address)
        made.workers[0].kill()
        out, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (0, f"lives: {tmp_path}/store/lives\n")
    assert json.loads(out)["digest"] == expected
    assert verify(tmp_path / "store").findings == ()


def test_a_killed_scheduler_is_told_and_another_one_goes_on(
    expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    with cluster(tmp_path) as made:
        process = begun(store, made.address)
        # a worker that does not yet know that its scheduler is gone writes on
        os.kill(made.scheduler.pid, signal.SIGKILL)
        _, err = process.communicate(timeout=120)
        assert process.returncode == 1
        assert "the Dask scheduler is gone; what is finished is kept" in err
        assert "Traceback" not in err
        finished = status_of(Store.read(store))["replications"]["done"]
        assert 0 < finished < LIVES
        (store / "drafts" / "main").mkdir(exist_ok=True)
        (store / "drafts" / "main" / "0123456789ab.lives.seed=1.parquet").write_bytes(b"an orphan's")
        with cluster(tmp_path) as another:
            command = [sys.executable, "-m", "relsim", *ASKED, "--store", str(store), "--cluster", another.address]
            done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    assert json.loads(done.stdout)["digest"] == expected
    assert verify(store).findings == ()


def test_nobody_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("relsim.experiment.cluster._PATIENCE", 0.5)
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(SystemExit) as left:
        main([*ASKED, "--store", str(tmp_path / "store"), "--cluster", address])
    assert left.value.code == 1
    assert capsys.readouterr().err.startswith(f"{address}: no Dask scheduler answers there")


def test_no_logger_of_dask_speaks_beside_us() -> None:
    """In a process of its own: Dask gives its loggers levels when it is first imported."""
    code = """if True:
        import logging, distributed
        from relsim.experiment import cluster
        cluster._PATIENCE = 0.2
        try:
            cluster.executor_of("tcp://127.0.0.1:1").__enter__()
        except Exception:
            pass
        names = ("distributed.client", "distributed.core", "tornado.application", "asyncio")
        spoken = [name for name in names if logging.getLogger(name).isEnabledFor(logging.ERROR)]
        assert not spoken, spoken
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_cluster_needs_a_store(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*ASKED, "--cluster", "tcp://127.0.0.1:1"])
    assert left.value.code == 2
    assert "needs --store DIR" in capsys.readouterr().err
