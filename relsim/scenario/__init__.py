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
from relsim.scenario.governance import POLICIES, Governance, Policy, policy_of
from relsim.scenario.parameter import Leaf, Parameter, changed, describe, numbers, source_of
from relsim.scenario.scenario import Scenario, effective, with_arms
from relsim.scenario.world import World

__all__ = [
    "POLICIES",
    "Governance",
    "Leaf",
    "Parameter",
    "Policy",
    "Scenario",
    "World",
    "bundled",
    "changed",
    "describe",
    "effective",
    "json_schema",
    "load_scenario",
    "new_scenario",
    "numbers",
    "policy_of",
    "scenario_of",
    "scenario_text",
    "schema_text",
    "source_of",
    "with_arms",
]
