"""One life watched as it happens: event by event, or at a pace."""

import math
import sys
from typing import TYPE_CHECKING

from relsim.cli.common import hint
from relsim.errors import Problem, ScenarioError, Stopped

if TYPE_CHECKING:
    from rich.console import Console
    from simpy.rt import RealtimeEnvironment

    from relsim.life import Life
    from relsim.model.rule import RuleFunction
    from relsim.scenario.scenario import Scenario
    from relsim.show.simulation import Simulation

__all__ = ["can_be_watched", "watch"]


def can_be_watched(step: bool, pace: float | None, as_story: bool, as_json: bool) -> None:
    """Refuse what cannot be told as it happens.

    Raises ScenarioError, with every mistake.
    """
    name, value = ("step", "--step") if step else ("pace", str(pace))
    wrong = []
    if step and pace is not None:
        wrong.append(Problem("pace", str(pace), "not together with --step, where you say when it goes on"))
    for other, given in (("--story", as_story), ("--json", as_json)):
        if given:
            wrong.append(Problem(name, value, f"not together with {other}, which tells a life when it is over"))
    if pace is not None and not 0.0 < pace < math.inf:
        wrong.append(Problem("pace", str(pace), "how many seconds a year takes, more than 0"))
    if step and not _in_a_terminal():
        wrong.append(Problem("step", "--step", "only in a terminal, where somebody can say when it goes on"))
    if wrong:
        raise ScenarioError(wrong)


def _in_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def watch(
    scenario: "Scenario",
    arm: str | None,
    seed: int,
    replication: int,
    engine: str,
    rules: "tuple[RuleFunction, ...]",
    pace: float | None,
    everything: bool,
) -> "Life | None":
    """Tell a life as it happens, at a pace or else whenever somebody says so, and return it; None where it was left.

    pace: how many seconds a year takes.
    The others are those of `relsim.simulate`; what is compiled runs on the SimPy engine too.
    """
    from rich.console import Group
    from rich.text import Text

    from relsim.life import known_engine
    from relsim.show.simulation import Simulation
    from relsim.show.tables import console
    from relsim.show.telling import Listing, heading, outcome

    plain = known_engine(engine) == "simpy-plain"
    simulation = Simulation(scenario, arm, seed, replication, rules, plain=plain)
    if pace is not None:
        simulation.run()  # once beforehand, so that nothing is left to be compiled while time runs
        simulation = Simulation(scenario, arm, seed, replication, rules, plain=plain, env=_clock(pace))
        hint(f"A year takes {pace:g} seconds; Ctrl-C stops.")
    told = console()
    listing = Listing(simulation.scenario.start_date, everything)
    told.print(Group(heading(simulation), Text(""), listing.header()))
    try:
        for event in simulation:
            rows = listing.rows(event)
            for row in rows:
                told.print(listing.alone(row))
            told.file.flush()
            if rows and pace is None and not _goes_on(simulation, told):
                print(f"left after {simulation.now:.3f} years")
                return None
    except KeyboardInterrupt:
        raise Stopped(f"stopped after {simulation.now:.3f} years") from None
    for row in listing.rest():
        told.print(listing.alone(row))
    told.print(Group(Text(""), outcome(simulation.life)))
    return simulation.life


def _clock(pace: float) -> "RealtimeEnvironment":
    """Return an environment in which a year takes so many seconds; on a slow machine it takes longer."""
    from simpy.rt import RealtimeEnvironment

    return RealtimeEnvironment(factor=pace, strict=False)


def _goes_on(simulation: "Simulation", told: "Console") -> bool:
    """Ask whether to go on; the question disappears when it is answered."""
    from rich.control import Control
    from rich.segment import ControlType

    while True:
        try:
            answer = told.input("[dim]Enter: next event, s: how it stands, q: stop [/dim]").strip().lower()
        except EOFError:
            print()
            return False
        told.control(Control((ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2)))
        if answer != "s":
            return answer != "q"
        told.print(f"\n{simulation}\n", markup=False, style="dim")
