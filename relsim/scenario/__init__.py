"""What is asked: a world, the arms compared in it, and the files they come from."""

from relsim.scenario.files import (
    bundled,
    json_schema,
    load_scenario,
    new_scenario,
    scenario_of,
    scenario_text,
    schema_text,
)
from relsim.scenario.governance import POLICIES, Governance
from relsim.scenario.parameter import Leaf, Parameter, changed, describe, numbers, source_of
from relsim.scenario.scenario import Scenario, with_arms
from relsim.scenario.world import World

__all__ = [
    "POLICIES",
    "Governance",
    "Leaf",
    "Parameter",
    "Scenario",
    "World",
    "bundled",
    "changed",
    "describe",
    "json_schema",
    "load_scenario",
    "new_scenario",
    "numbers",
    "scenario_of",
    "scenario_text",
    "schema_text",
    "source_of",
    "with_arms",
]
