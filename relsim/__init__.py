"""relsim: relationship lifecycles of two firms as a discrete-event simulation, deal-first against feasibility-first."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # each as itself: a strict type checker takes only that for a name that is handed on
    from relsim import exact as exact
    from relsim.errors import (
        ChunkFailed as ChunkFailed,
        EngineError as EngineError,
        RelsimError as RelsimError,
        RuleError as RuleError,
        RuleFailed as RuleFailed,
        ScenarioError as ScenarioError,
        Stopped as Stopped,
        StoreError as StoreError,
    )
    from relsim.experiment.results import Results as Results
    from relsim.experiment.run import (
        read_store as read_store,
        run_experiment as run_experiment,
    )
    from relsim.lab.past.past import Past as Past
    from relsim.lab.past.reading import read_past as read_past
    from relsim.life import (
        Life as Life,
        simulate as simulate,
    )
    from relsim.model.rule import (
        rule as rule,
        send as send,
    )
    from relsim.model.rulebook import (
        RULES_VERSION as RULES_VERSION,
        rules_in as rules_in,
    )
    from relsim.model.state import state as state
    from relsim.scenario.files import (
        bundled as bundled,
        load_scenario as load_scenario,
        new_scenario as new_scenario,
    )
    from relsim.scenario.governance import Governance as Governance
    from relsim.scenario.known_policy import (
        number as number,
        policy as policy,
    )
    from relsim.scenario.scenario import Scenario as Scenario
    from relsim.scenario.world import World as World
    from relsim.show.classroom.room import classroom as classroom
    from relsim.show.logs import write_log as write_log
    from relsim.show.printed import (
        comparison as comparison,
        explain as explain,
    )
    from relsim.show.report import write_report as write_report
    from relsim.show.simulation import Simulation as Simulation
    from relsim.show.story import (
        story as story,
        twin_story as twin_story,
    )
    from relsim.show.twins import (
        Twins as Twins,
        twins as twins,
    )
    from relsim.show.widgets import (
        LiveComparison as LiveComparison,
        TwinTimeline as TwinTimeline,
    )
    from relsim.vocabulary import (
        Account as Account,
        Agent as Agent,
        Departure as Departure,
        Ending as Ending,
        EventKind as EventKind,
        Firm as Firm,
        Launch as Launch,
        Level as Level,
        OutsideCause as OutsideCause,
        Phase as Phase,
        Role as Role,
        Turn as Turn,
    )

_HOMES = {
    "relsim.errors": (
        "ChunkFailed",
        "EngineError",
        "RelsimError",
        "RuleError",
        "RuleFailed",
        "ScenarioError",
        "Stopped",
        "StoreError",
    ),
    "relsim.experiment.results": ("Results",),
    "relsim.experiment.run": ("read_store", "run_experiment"),
    "relsim.lab.past.past": ("Past",),
    "relsim.lab.past.reading": ("read_past",),
    "relsim.life": ("Life", "simulate"),
    "relsim.model.rule": ("rule", "send"),
    "relsim.model.rulebook": ("RULES_VERSION", "rules_in"),
    "relsim.model.state": ("state",),
    "relsim.scenario.files": ("bundled", "load_scenario", "new_scenario"),
    "relsim.scenario.governance": ("Governance",),
    "relsim.scenario.known_policy": ("number", "policy"),
    "relsim.scenario.scenario": ("Scenario",),
    "relsim.scenario.world": ("World",),
    "relsim.show.classroom.room": ("classroom",),
    "relsim.show.logs": ("write_log",),
    "relsim.show.printed": ("comparison", "explain"),
    "relsim.show.report": ("write_report",),
    "relsim.show.simulation": ("Simulation",),
    "relsim.show.story": ("story", "twin_story"),
    "relsim.show.twins": ("Twins", "twins"),
    "relsim.show.widgets": ("LiveComparison", "TwinTimeline"),
    "relsim.vocabulary": (
        "Account",
        "Agent",
        "Departure",
        "Ending",
        "EventKind",
        "Firm",
        "Launch",
        "Level",
        "OutsideCause",
        "Phase",
        "Role",
        "Turn",
    ),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

_ROOMS = ("exact",)
"""Modules that are public as such."""

_OF_EXTRAS = ("LiveComparison", "TwinTimeline", "classroom")
"""What refuses where its extra is missing: `from relsim import *` leaves it out."""

__version__ = "0.1.0"
__all__ = ["__version__", *sorted({*_HOME, *_ROOMS} - {*_OF_EXTRAS})]


def __getattr__(name: str) -> Any:
    """Hand a public name on when it is first asked for, so that importing relsim stays fast."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    if name in _ROOMS:
        return import_module(f"relsim.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
