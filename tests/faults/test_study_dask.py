"""A study on a real Dask scheduler and two real workers, one of which dies; also by the command line."""

from pathlib import Path

import pytest

from relsim.errors import EngineError
from relsim.experiment.cluster import executor_of
from relsim.lab.robustness import robustness
from relsim.lab.sensitivity import sensitivity
from tests.doors import run
from tests.faults.test_dask import Cluster, cluster
from tests.faults.test_study_killed import FREE, SHORT

pytest.importorskip("distributed")

MANY = {"free": FREE, "worlds": 512, "pairs": 128}
COMMAND = ("lab", "sensitivity", "it-outsourcing", "--free", "world.break_even", "--worlds", 24, "--pairs", 64)


def test_a_killed_worker_changes_nothing(tmp_path: Path) -> None:
    expected = sensitivity(SHORT, **MANY)  # type: ignore[arg-type]
    with cluster(tmp_path) as made, executor_of(made.address) as (executor, window):

        def kill(done: int) -> None:
            if done == 32 and made.workers[0].poll() is None:
                made.workers[0].kill()

        found = sensitivity(
            SHORT,
            store=tmp_path / "store",
            executor=executor,
            window=window,
            told=kill,
            **MANY,  # type: ignore[arg-type]
        )
        assert made.workers[0].wait() != 0
    assert found == expected
    assert len((tmp_path / "store" / "cells.log").read_bytes().splitlines()) == expected.worlds


def test_a_killed_scheduler_is_told_and_the_machine_goes_on_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relsim.experiment.cluster._PATIENCE", 5.0)

    def kill(made: Cluster) -> None:
        with executor_of(made.address) as (executor, _):
            told = lambda done: made.kill() if done == 32 else None  # noqa: E731
            robustness(SHORT, 256, 128, store=tmp_path / "store", executor=executor, window=2, told=told)

    with cluster(tmp_path) as made, pytest.raises(EngineError, match=r"(is|are) kept"):
        kill(made)
    kept = len((tmp_path / "store" / "cells.log").read_bytes().splitlines())
    assert 33 <= kept < 257
    assert str(robustness(SHORT, 256, 128, store=tmp_path / "store")) == str(robustness(SHORT, 256, 128))


def test_the_command_line_says_the_same_with_a_cluster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alone = run(capsys, *COMMAND)
    assert alone[0] == 0
    with cluster(tmp_path) as made:
        assert run(capsys, *COMMAND, "--cluster", made.address) == alone
