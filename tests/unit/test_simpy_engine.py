"""The SimPy engine as an engine for looking: stepped, traced, embedded."""

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
import simpy

from relsim.engines.simpy_engine import Teams
from relsim.model.chance import CHANCE
from relsim.model.parameters import CLOCK, PARAMETERS, resolve
from relsim.model.relationship import FIRM, RELATIONSHIP
from relsim.model.rule import EVENT, OUTBOX
from relsim.model.rulebook import rulebook
from tests.worlds import scenario


def teams(replication: int = 4, **more: Any) -> Teams:
    book = rulebook()
    return Teams(resolve(scenario(), "deal-first", book), book, 1, replication, **more)


def test_it_can_be_stepped() -> None:
    whole = teams().run().events()
    life = teams()
    seen = []
    while (event := life.step()) is not None:
        seen.append((float(event.time), int(event.kind)))
        assert life.now == event.time
    assert life.over
    assert seen == [(float(event["time"]), int(event["kind"])) for event in whole]
    assert life.step() is None


def test_it_can_be_traced() -> None:
    seen: list[int] = []
    life = teams(happened=lambda life, event: seen.append(int(event.kind))).run()
    assert seen == life.events()["kind"].tolist()


@pytest.mark.parametrize("plain", [False, True])
def test_two_relationships_live_in_ones_own_environment(plain: bool) -> None:
    env = simpy.Environment()
    lives = [teams(replication, env=env, plain=plain) for replication in (4, 5)]
    ticks = []

    def clock() -> Generator[simpy.Event, Any, None]:
        while True:
            yield env.timeout(1.0)
            ticks.append(env.now)

    env.process(clock())
    env.run(until=simpy.AllOf(env, [life.finished for life in lives]))
    assert len(ticks) >= 1
    for life, replication in zip(lives, (4, 5), strict=True):
        alone = teams(replication).run()
        assert life.events().tobytes() == alone.events().tobytes()
        assert life.r.tobytes() == alone.r.tobytes()


def test_a_later_start_only_shifts_time() -> None:
    env = simpy.Environment(initial_time=100.0)
    late, usual = teams(env=env).run().events(), teams().run().events()
    assert np.array_equal(late["kind"], usual["kind"])
    assert np.allclose(late["time"], usual["time"], atol=1e-9)


def test_no_field_of_a_record_hides_behind_numpy() -> None:
    """An attribute of numpy's own would be found before the field, in plain Python only."""
    for dtype in (RELATIONSHIP, FIRM, PARAMETERS, CLOCK, EVENT, CHANCE, OUTBOX, OUTBOX["letter"].base):
        assert not {name for name in dtype.names or () if hasattr(np.record, name)}
