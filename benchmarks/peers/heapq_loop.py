"""The small model in plain Python: a heap of pending ticks, as one writes it without any library."""

import platform
from heapq import heapify, heapreplace
from random import Random

import numpy as np

from benchmarks.peers.small_model import CLOCKS, HORIZON, LIFE, START, moved

VERSION = f"Python {platform.python_version()}"


def live(random: Random) -> tuple[int, list[int], list[float]]:
    """Live one life and return its row."""
    state = list(START)
    accepted = [0] * len(CLOCKS)
    opportunities = 0
    agenda = [(random.expovariate(clock.rate), number) for number, clock in enumerate(CLOCKS)]
    heapify(agenda)
    while True:
        now, number = agenda[0]
        if now >= HORIZON:
            return opportunities, accepted, state
        rate, chance, variable, move = CLOCKS[number]
        heapreplace(agenda, (now + random.expovariate(rate), number))
        opportunities += 1
        if random.random() < chance(*state):
            state[variable] = moved(state[variable], move, random.random())
            accepted[number] += 1


def lives(seed: int, first: int, count: int) -> np.ndarray:
    """Live `count` lives from number `first` on and return their rows, an array of LIFE."""
    rows = []
    for replication in range(first, first + count):
        opportunities, accepted, state = live(Random(f"{seed}/{replication}"))
        rows.append((opportunities, tuple(accepted), tuple(state)))
    return np.array(rows, LIFE)
