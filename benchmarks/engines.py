"""The engines side by side, in one run, one core each: compiled, bare loop, SimPy engine, plain SimPy.

Promises: compiled at least 100x the SimPy engine in lives per second; the SimPy engine within 40x the time per
    event of a plain SimPy program; compiled at least 0.4x of a bare loop with the same clocks, agenda, chance
    blocks and one log per event but no rules, which no implementation can beat by much. Run with `make bench`.
"""

import platform
import random
import statistics
import sys
import time
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import simpy

import relsim
from relsim.engines.compiled_engine import open_agenda, run_lives
from relsim.engines.simpy_engine import Teams
from relsim.model.agenda import AGENDA, earliest, move_first
from relsim.model.arithmetic import exponential
from relsim.model.chance import CHANCE, chance
from relsim.model.compiling import compiled, jittable
from relsim.model.parameters import resolve
from relsim.model.rulebook import rulebook

ROUNDS = 7
LIVES = 2048
SIMPY_LIVES = 12


@jittable
def bare_loop(p: Any, seed: int, ends: Any, agendas: Any, chances: Any) -> int:
    """Tick the same clocks as long as each life lasted: agenda, chance and one log, but no rules."""
    agenda, u = agendas[0], chances[0]
    ticks = 0
    for replication in range(len(ends)):
        open_agenda(agenda, p, seed, replication, u)
        end = ends[replication]
        while earliest(agenda) < end:
            entry = agenda.entry[agenda.slot[0]]
            clock = p.clock[max(entry.clock, 0)]
            chance(seed, replication, clock.address, entry.case & 0xFFFFFFFF, 0, u)
            entry.case += 1
            waited = exponential(u.u0)
            gap = clock.period if clock.period > 0.0 else waited * clock.gap
            move_first(agenda, earliest(agenda) + gap)
            ticks += 1
    return ticks


def plain_simpy(p: Any, horizon: float, counts: list[int]) -> None:
    """Run the same clocks as processes of a plain SimPy program."""
    env = simpy.Environment()

    def tick(rate: float) -> Generator[simpy.Event, Any, None]:
        while True:
            yield env.timeout(random.expovariate(rate))
            counts[0] += 1

    for clock in p.clock[: p.clock_count]:
        env.process(tick(1.0 / float(clock.gap or clock.period)))
    env.run(until=horizon)


def timed(work: Callable[[], Any]) -> float:
    """Return the seconds that one call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> int:
    """Print the ratios beside their promises; return 1 where one is missed."""
    scenario = relsim.load_scenario("it-outsourcing")
    book = rulebook()
    p = resolve(scenario, "deal-first", book)
    states = run_lives(p, book, 1, 0, LIVES)
    events = int(states["events"].sum())
    room = np.zeros(1, AGENDA), np.zeros(1, CHANCE)
    loop = compiled(bare_loop)
    ends = np.ascontiguousarray(states["t_end"])
    ticks = loop(p, 1, ends, *room)
    few = int(states["events"][:SIMPY_LIVES].sum())
    counts = [0]

    def simpy_lives() -> None:
        for replication in range(SIMPY_LIVES):
            Teams(p, book, 1, replication).run()

    simpy_lives()
    seconds: dict[str, list[float]] = {"compiled": [], "bare loop": [], "simpy engine": [], "plain simpy": []}
    for _ in range(ROUNDS):
        seconds["compiled"].append(timed(lambda: run_lives(p, book, 1, 0, LIVES)) / LIVES)
        seconds["bare loop"].append(timed(lambda: loop(p, 1, ends, *room)) / LIVES)
        seconds["simpy engine"].append(timed(simpy_lives) / SIMPY_LIVES)
        counts[0] = 0
        seconds["plain simpy"].append(timed(lambda: plain_simpy(p, 10.0, counts)) / counts[0])

    def ratio(above: list[float], below: list[float], factor: float = 1.0) -> float:
        return statistics.median(a / b * factor for a, b in zip(above, below, strict=True))

    found = {
        "compiled over simpy engine, lives per second": (
            ratio(seconds["simpy engine"], seconds["compiled"]),
            100.0,
            True,
        ),
        "simpy engine over plain simpy, time per event": (
            ratio(seconds["simpy engine"], seconds["plain simpy"], SIMPY_LIVES / few),
            40.0,
            False,
        ),
        "compiled over bare loop, lives per second": (
            ratio(seconds["bare loop"], seconds["compiled"]),
            0.4,
            True,
        ),
    }
    middle = {name: statistics.median(each) * 1e6 for name, each in seconds.items()}
    versions = {"Python": platform.python_version(), "NumPy": np.__version__, "SimPy": simpy.__version__}
    print(", ".join(f"{name} {version}" for name, version in {**versions, "relsim": relsim.__version__}.items()))
    print(f"it-outsourcing, deal-first, {LIVES} lives: {events / LIVES:.0f} events, {ticks / LIVES:.0f} ticks a life")
    print(f"median of {ROUNDS} interleaved rounds, microseconds: compiled {middle['compiled']:.0f} a life, bare loop")
    print(f"{middle['bare loop']:.0f} a life, SimPy engine {middle['simpy engine']:.0f} a life, plain SimPy")
    print(f"{middle['plain simpy']:.2f} an event")
    kept = True
    for name, (value, promised, at_least) in found.items():
        holds = value >= promised if at_least else value <= promised
        kept &= holds
        bound = "at least" if at_least else "at most"
        print(f"{'kept' if holds else 'MISSED'}: {name}: {value:.2f} (promised {bound} {promised:g})")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
