"""The engines give the same events and the same rows, byte for byte, on worlds that nobody chose."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import relsim
from relsim.engines.simpy_engine import Teams
from relsim.life import simulate
from relsim.model.parameters import resolve
from relsim.model.relationship import check
from relsim.model.rulebook import rulebook
from tests.worlds import scenarios

SEEDS = st.integers(0, 2**63 - 1)
REPLICATIONS = st.integers(0, 2**40)


def same_life(scenario: relsim.Scenario, seed: int, replication: int, others: tuple[str, ...]) -> None:
    for arm in scenario.arms:
        compiled = simulate(scenario, arm, seed, replication, "compiled")
        for engine in others:
            other = simulate(scenario, arm, seed, replication, engine)
            assert compiled.record.tobytes() == other.record.tobytes()
            assert compiled.state.tobytes() == other.state.tobytes()


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios(), seed=SEEDS, replication=REPLICATIONS)
def test_compiled_and_simpy_agree(scenario: relsim.Scenario, seed: int, replication: int) -> None:
    same_life(scenario, seed, replication, ("simpy",))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios(horizon=4.0), seed=SEEDS, replication=REPLICATIONS)
def test_plain_python_rules_agree(scenario: relsim.Scenario, seed: int, replication: int) -> None:
    same_life(scenario, seed, replication, ("simpy-plain",))


@pytest.mark.slow
@pytest.mark.timeout(7200)
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios(), seed=SEEDS, replication=REPLICATIONS)
def test_all_engines_agree_on_many_worlds(scenario: relsim.Scenario, seed: int, replication: int) -> None:
    same_life(scenario, seed, replication, ("simpy", "simpy-plain"))


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios(), seed=SEEDS, replication=REPLICATIONS)
def test_the_state_is_sound_after_every_event(scenario: relsim.Scenario, seed: int, replication: int) -> None:
    book = rulebook()
    for arm in scenario.arms:
        p = resolve(scenario, arm, book)
        Teams(p, book, seed, replication, happened=lambda life, _: check(life.r, life.p)).run()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios(), seed=SEEDS, replication=REPLICATIONS)
def test_no_two_events_of_a_life_share_an_address(scenario: relsim.Scenario, seed: int, replication: int) -> None:
    for arm in scenario.arms:
        record = simulate(scenario, arm, seed, replication).record
        addresses = record[["kind", "firm", "case", "attempt"]]
        assert len(np.unique(addresses)) == len(record)
