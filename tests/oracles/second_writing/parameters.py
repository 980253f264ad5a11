"""7.1 Parameters: the start values of the page, what a scenario writes instead, and what is worked out once."""

import math
import re
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from tests.oracles.second_writing.arithmetic import normal, quantiles_of_fit
from tests.oracles.second_writing.document import (
    CLIENT,
    FIRMS,
    NAMES_OF_FIRMS,
    NAMES_OF_LEVELS,
    OPERATIONAL,
    STRATEGIC,
    SUPPLIER,
    TACTICAL,
    number,
    table,
)
from tests.oracles.second_writing.policies import numbers_of

Parameters = SimpleNamespace
"""The parameters of one world and one arm by their names, each in its full shape, and what is worked out of them."""

NAMES: dict[str, list[tuple[str, ...]]] = {
    "": [],
    "per firm": [NAMES_OF_FIRMS],
    "per level": [NAMES_OF_LEVELS],
    "per firm and level": [NAMES_OF_FIRMS, NAMES_OF_LEVELS],
}
"""The names of the members of a parameter, by the words for its shape."""


def shape_of(row: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return the names by which a parameter may be given; the brackets behind its meaning say which."""
    said = re.search(r"\[(per firm and level|per firm|per level)\b", row["meaning"])
    return NAMES[said[1] if said else ""]


def everywhere(value: float, names: Sequence[tuple[str, ...]]) -> Any:
    """Return a parameter in its full shape of which one number is given for all."""
    return [everywhere(value, names[1:]) for _ in names[0]] if names else value


def start_value(row: Mapping[str, str]) -> Any:
    """Return the start value of a parameter, in its full shape."""
    names, start = shape_of(row), row["start"]
    if " " not in start:
        return everywhere(number(start), names)
    by_level = [number(each.split()[1]) for each in start.split(", ")]
    return by_level if names == [NAMES_OF_LEVELS] else [list(by_level) for _ in FIRMS]


def as_written(given: Any, names: Sequence[tuple[str, ...]], start: Any) -> Any:
    """Return what a scenario writes in the full shape; what is not named keeps its start value."""
    if not isinstance(given, Mapping):
        return everywhere(float(given), names)
    if given.keys().isdisjoint(names[0]):  # by level, for both firms alike
        return [as_written(given, names[1:], each) for each in start]
    return [
        as_written(given[name], names[1:], each) if name in given else each
        for name, each in zip(names[0], start, strict=True)
    ]


WORLD = {row["name"]: row for row in table("parameters-of-the-world") if row["start"]}
ARM = {row["name"]: row for row in table("parameters-of-an-arm")}
(HORIZON,) = table("parameters-of-a-scenario")


def parameters(world: Mapping[str, Any], arm: Mapping[str, Any], horizon: float | None = None) -> Parameters:
    """Return what rules work with: the numbers that a scenario writes, start values for the others (7.1)."""
    p = Parameters()
    for rows, written in ((WORLD, world), (ARM, arm)):
        for name, row in rows.items():
            start = start_value(row)
            setattr(p, name, as_written(written[name], shape_of(row), start) if name in written else start)
    for name, value in numbers_of(arm.get("policies", ())).items():
        setattr(p, name, value)
    p.fit_law = world.get("fit_law", "beta")
    p.launch = arm["launch"]
    p.horizon = number(HORIZON["start"]) if horizon is None else horizon
    work_out(p)
    return p


def work_out(p: Parameters) -> None:
    """Work out what follows from the parameters, once, before any life (7.1, parameters worked out)."""
    if p.fit_law == "beta":
        p.prior_mean = p.fit_alpha / (p.fit_alpha + p.fit_beta)
        p.prior_sd = math.sqrt(
            p.fit_alpha
            * p.fit_beta
            / ((p.fit_alpha + p.fit_beta) * (p.fit_alpha + p.fit_beta) * (p.fit_alpha + p.fit_beta + 1))
        )
        p.quantiles = quantiles_of_fit(p.fit_alpha, p.fit_beta)
    else:
        p.prior_mean = p.fit_low + (p.fit_high - p.fit_low) * p.fit_high_share
        p.prior_sd = math.sqrt(
            (p.fit_high - p.fit_low) * (p.fit_high - p.fit_low) * p.fit_high_share * (1 - p.fit_high_share)
        )
    on_trust = p.trust_weight[STRATEGIC] + p.trust_weight[TACTICAL] + p.trust_weight[OPERATIONAL]
    p.mesh = (1 - on_trust * (1 - p.mesh_trust)) * (1 - p.morale_weight * (1 - p.mesh_morale))
    p.running_cost = [p.break_even[g] * p.value[g] for g in FIRMS]
    p.joint_break_even = (p.running_cost[CLIENT] + p.running_cost[SUPPLIER]) / (p.value[CLIENT] + p.value[SUPPLIER])
    p.dues = [
        p.retention_bonus * (p.headcount[g][TACTICAL] + p.headcount[g][OPERATIONAL])
        + p.several_ties_more * p.tie_cost
        + (p.dispute_board_fee if p.dispute_board_share > 0 else 0)
        for g in FIRMS
    ]
    p.need = p.joint_break_even / p.mesh
    p.sureness = normal(p.confidence) if p.confidence < 1 else math.inf
    p.personal_decay = math.log(2) / p.personal_half_life
    p.sunk_decay = math.log(2) / p.sunk_half_life
