"""What `make test-oracles` counts in logs, in an environment of its own, can be counted as far as this one goes."""

from relsim import load_scenario, simulate
from tests.oracles.pm4py.counted import Counts
from tests.oracles.pm4py.guide import commands
from tests.oracles.pm4py.lives import grumbled


def test_each_event_of_a_life_is_counted_once() -> None:
    life = simulate(load_scenario("facility-services"), engine="simpy-plain", rules=[grumbled])
    counts = Counts()
    counts.add(life)
    assert counts.activities.total() == len(life.record)
    assert counts.activities["GRUMBLED"] == (life.record["kind"] == 96).sum() > 0


def test_the_guide_has_commands_to_run() -> None:
    assert commands()
