"""The small model in SimPy: one process a clock, as SimPy's tutorials write it."""

import platform
from collections.abc import Generator
from dataclasses import dataclass, field
from random import Random

import numpy as np
import simpy

from benchmarks.peers.small_model import CLOCKS, HORIZON, LIFE, START, Clock, moved

VERSION = f"SimPy {simpy.__version__}, Python {platform.python_version()}"


@dataclass
class Life:
    """What is true of one life so far."""

    opportunities: int = 0
    accepted: list[int] = field(default_factory=lambda: [0] * len(CLOCKS))
    state: list[float] = field(default_factory=lambda: list(START))


def ticking(
    env: simpy.Environment, random: Random, life: Life, number: int, clock: Clock
) -> Generator[simpy.Event, None, None]:
    """Run one clock: wait, then take the opportunity or let it pass."""
    rate, chance, variable, move = clock
    state = life.state
    while True:
        yield env.timeout(random.expovariate(rate))
        life.opportunities += 1
        if random.random() < chance(*state):
            state[variable] = moved(state[variable], move, random.random())
            life.accepted[number] += 1


def live(random: Random) -> Life:
    """Live one life."""
    env = simpy.Environment()
    life = Life()
    for number, clock in enumerate(CLOCKS):
        env.process(ticking(env, random, life, number, clock))
    env.run(until=HORIZON)
    return life


def lives(seed: int, first: int, count: int) -> np.ndarray:
    """Live `count` lives from number `first` on and return their rows, an array of LIFE."""
    rows = []
    for replication in range(first, first + count):
        life = live(Random(f"{seed}/{replication}"))
        rows.append((life.opportunities, tuple(life.accepted), tuple(life.state)))
    return np.array(rows, LIFE)
