"""Rules, events, states and a policy of one's own: the same bytes on every engine, by any workers, anywhere.

The example is the one of the guide, `docs/guides/own-rules.md`.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import relsim
from relsim.engines import compiled_engine
from relsim.experiment.check import verify
from relsim.experiment.run import repair
from relsim.experiment.work import Experiment
from relsim.model.compiling import compiled
from relsim.model.rulebook import rulebook, rules_in
from tests.guide import write_files

OFF = 'arms.on-the-floor.policies=[{name="floor-days", per_year=0}]'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_files("own-rules.md", tmp_path_factory.mktemp("guide"))


@pytest.fixture(scope="module")
def rules(folder: Path) -> tuple[Any, ...]:
    return rules_in(folder / "mine.py")


@pytest.fixture(scope="module")
def asked(folder: Path, rules: tuple[Any, ...]) -> relsim.Scenario:
    return relsim.load_scenario(folder / "floor.toml", set=["horizon=6"], policies=rulebook(rules).policies)


@pytest.fixture(scope="module")
def usual(asked: relsim.Scenario, rules: tuple[Any, ...]) -> relsim.Results:
    return relsim.run_experiment(asked, 1500, rules=rules, workers=1)


@pytest.mark.parametrize("replication", range(8))
def test_all_engines_agree(asked: relsim.Scenario, rules: tuple[Any, ...], replication: int) -> None:
    for arm in asked.arms:
        compiled_life = relsim.simulate(asked, arm, replication=replication, rules=rules)
        for engine in ("simpy", "simpy-plain"):
            other = relsim.simulate(asked, arm, replication=replication, rules=rules, engine=engine)
            assert compiled_life.record.tobytes() == other.record.tobytes()
            assert compiled_life.state.tobytes() == other.state.tobytes()
            assert compiled_life.digest == other.digest


def test_the_example_has_all_four(usual: relsim.Results, asked: relsim.Scenario, rules: tuple[Any, ...]) -> None:
    lives = usual.lives.groupby("arm", observed=True)[["own_days_client", "own_days_supplier", "own_backlog"]].sum()
    assert (lives.loc["as-usual", ["own_days_client", "own_days_supplier"]] == 0).all()
    assert (lives.loc["on-the-floor"] > 0).all()
    life = relsim.simulate(asked, "on-the-floor", replication=5, rules=rules)
    kinds = life.events["kind"].value_counts()
    assert min(kinds["DAY_ON_THE_FLOOR"], kinds["BACKLOG_CLEARED"], kinds["MARKET_SHOCK"]) >= 1
    seen = life.trajectory
    assert seen["own_days_client"].iloc[-1] == life.row["own_days_client"]
    shocks, before = (life.events["kind"] == "MARKET_SHOCK").to_numpy(), seen["own_backlog"].shift(fill_value=0.0)
    assert (seen["own_backlog"][shocks] == before[shocks] + 1.0).all()
    cleared = life.events["kind"] == "BACKLOG_CLEARED"
    assert (life.events["a"][cleared] == before[cleared.to_numpy()].to_numpy()).all()


def test_a_dial_at_0_is_as_if_it_were_not_there(folder: Path, asked: relsim.Scenario, rules: tuple[Any, ...]) -> None:
    off = relsim.load_scenario(folder / "floor.toml", set=["horizon=6", OFF], policies=rulebook(rules).policies)
    results = relsim.run_experiment(off, 300, rules=rules)
    assert results.digests["on-the-floor"] == results.digests["as-usual"]


def test_the_loop_is_not_compiled_again(asked: relsim.Scenario, rules: tuple[Any, ...]) -> None:
    relsim.simulate(asked, "as-usual", rules=rules)
    loop = compiled(compiled_engine.live_many, compiled_engine._types()[1])
    assert len(loop.overloads) == 1

    @relsim.rule("MARKET_SHOCK")
    def calm(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
        return False

    relsim.simulate(relsim.load_scenario("rnd-alliance"), rules=[calm])
    assert compiled(compiled_engine.live_many, compiled_engine._types()[1]) is loop
    assert len(loop.overloads) == 1
    without, with_calm = (compiled_engine.rule_table(rulebook(own)) for own in ((), [calm]))
    assert np.flatnonzero(without != with_calm).tolist() == [int(relsim.EventKind.MARKET_SHOCK)]


@pytest.mark.parametrize(("workers", "blocks"), [(2, 1), (3, 2)])
def test_threads_change_nothing(
    usual: relsim.Results, asked: relsim.Scenario, rules: tuple[Any, ...], workers: int, blocks: int
) -> None:
    assert relsim.run_experiment(asked, 1500, rules=rules, workers=workers, blocks=blocks).digest == usual.digest


def test_it_travels_as_data(asked: relsim.Scenario, rules: tuple[Any, ...]) -> None:
    import pickle

    experiment = Experiment(asked, 1, "simpy", rules)
    there = pickle.loads(pickle.dumps(experiment))
    assert there.scenario == asked
    assert there.book.states == experiment.book.states
    assert there.book.policies == experiment.book.policies
    for arm in asked.arms:
        assert there.parameters[arm].tobytes() == experiment.parameters[arm].tobytes()


def command(folder: Path, *arguments: str) -> Any:
    """Run a command in a process of its own and return its document."""
    asked = [sys.executable, "-m", "relsim", *arguments, "--rules", "mine.py", "--no-picture", "--json"]
    ran = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


FEW = ("compare", "floor.toml", "--set", "horizon=3", "--replications", "6")


def test_processes_give_the_same(folder: Path, rules: tuple[Any, ...]) -> None:
    digests = {
        engine: command(folder, *FEW, "--engine", engine, "--workers", "2")["digest"]
        for engine in ("compiled", "simpy-plain")
    }
    here = relsim.load_scenario(folder / "floor.toml", set=["horizon=3"], policies=rulebook(rules).policies)
    digests["here"] = relsim.run_experiment(here, 6, rules=rules).digest
    assert len(set(digests.values())) == 1, digests


def test_a_dask_worker_that_has_never_heard_of_it_gives_the_same(folder: Path, usual: relsim.Results) -> None:
    pytest.importorskip("distributed")
    from tests.faults.test_dask import cluster

    with cluster(folder) as made:
        arguments = ("compare", "floor.toml", "--set", "horizon=6", "--replications", "1500")
        found = command(folder, *arguments, "--store", str(folder / "dask"), "--cluster", made.address)
    assert found["digest"] == usual.digest


def test_a_store_keeps_it_all(
    tmp_path: Path, usual: relsim.Results, asked: relsim.Scenario, rules: tuple[Any, ...]
) -> None:
    store = tmp_path / "store"
    relsim.run_experiment(asked, 1500, rules=rules, store=store)
    read = relsim.read_store(store, rules)
    assert read.digest == usual.digest
    assert read.scenario == asked
    assert read.lives.equals(usual.lives)
    for file in (store / "lives").rglob("*.parquet"):
        file.unlink()
    report, again = repair(store, rules)
    assert (len(report.findings), again) == (2, 2)
    assert verify(store).findings == ()
    assert relsim.read_store(store, rules).lives.equals(usual.lives)
    with pytest.raises(relsim.StoreError, match="the store of another experiment"):
        relsim.read_store(store)
    with pytest.raises(relsim.StoreError, match="the store of another experiment"):
        relsim.read_store(store, rules[:2])


def test_what_a_result_keeps_makes_its_scenario_again(usual: relsim.Results, asked: relsim.Scenario) -> None:
    from relsim.scenario.files import scenario_of

    kept = json.loads(json.dumps(usual.provenance))
    assert scenario_of(kept["scenario"]) == asked
    assert [each["name"] for each in kept["own_rules"]] == ["day_on_the_floor", "backlog_cleared", "market_shock"]


def test_without_states_no_byte_is_other_than_before(asked: relsim.Scenario) -> None:
    @relsim.rule(96, name="NOTHING", rate=1.0)
    def nothing(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
        r.user[3] += 1.0
        return False

    world = relsim.load_scenario("rnd-alliance", set=["horizon=3"])
    assert relsim.run_experiment(world, 200).digest == relsim.run_experiment(world, 200, rules=[nothing]).digest
