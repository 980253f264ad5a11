"""The tables of parameters: what is written, and what is worked out from it once."""

import inspect
import re
from typing import Any

import numpy as np

from docs.tables.block import code, from_code, markdown
from docs.tables.reading import BOOK
from relsim.model.arithmetic import log, normal
from relsim.model.parameters import POLICY_FIELDS, resolve
from relsim.scenario.governance import POLICIES, Governance
from relsim.scenario.parameter import Parameter, Section, describe, shortest
from relsim.scenario.scenario import Scenario
from relsim.scenario.world import World
from relsim.show.explanation import written

__all__ = ["DEFAULTS", "default_parameters", "evaluated", "ticking_parameters"]

DEFAULTS = Scenario.model_validate(
    {
        "title": "the defaults",
        "arms": {"deal-first": {"launch": "deal-first"}, "feasibility-first": {"launch": "feasibility-first"}},
    }
)
"""Every parameter at its start value, under both launches."""


def default_parameters(arm: str = "deal-first") -> Any:
    """Return the resolved parameters of an arm of the defaults."""
    return resolve(DEFAULTS, arm, BOOK)


def ticking_parameters() -> Any:
    """Return the resolved parameters of a world and an arm in which every clock ticks, whatever the rest is."""
    rates = {each.name: 3.0 for each in describe(World) if each.name.endswith("_rate")}
    arm = Governance.model_validate({"launch": "deal-first", "policies": ["joint-reviews"]})
    ticking = DEFAULTS.model_copy(update={"world": World.model_validate(rates), "arms": {"ticking": arm}})
    return resolve(ticking, "ticking", BOOK)


def _table(parameters: tuple[Parameter, ...], groups: dict[str, str]) -> str:
    rows: list[list[str]] = []
    for each in parameters:
        if each.name in groups:
            rows.append([f"**{groups[each.name]}**", *[""] * 6])
        rows.append(
            [
                code(each.name),
                written(shortest(each.default)),
                each.unit,
                _span(each.allowed),
                "" if each.plausible is None else _span(each.plausible),
                each.meaning + _conditions(each),
                each.source,
            ]
        )
    return markdown(("name", "start", "unit", "accepted", "plausible", "meaning", "source"), rows)


def _span(ends: tuple[float, float]) -> str:
    return f"{ends[0]:g} to {ends[1]:g}"


def _conditions(each: Parameter) -> str:
    """Return in brackets what else holds for a parameter."""
    shapes = {(): "", (2,): "per firm", (3,): "per level", (2, 3): "per firm and level"}
    told = [shapes[each.shape]] if each.shape else []
    told += [f"only with `{each.policy}`"] if each.policy else []
    told += ["whole"] if each.whole else []
    told += [f"at least `{each.at_least}`"] if each.at_least else []
    told += [f"together at most {each.sum_most:g}"] if each.sum_most is not None else []
    return f" [{'; '.join(told)}]" if told else ""


def _groups(section: type[Section]) -> dict[str, str]:
    """Return the comments that stand over groups of parameters in the source, by the first name below them."""
    found, group = {}, ""
    for line in inspect.getsource(section).splitlines():
        if heading := re.fullmatch(r"    # (.+)", line):
            group = heading[1]
        elif group and (name := re.match(r"    (\w+): (?:Number|Per\w+) ", line)):
            found[name[1]], group = group, ""
    return found


@from_code
def parameters_of_a_scenario() -> str:
    """Return the numbers of a scenario that belong neither to its world nor to its arms."""
    known = Scenario.model_json_schema()["properties"]["horizon"]
    accepted = _span((known["minimum"], known["maximum"]))
    row = [code("horizon"), f"{known['default']:g}", "years", accepted, known["description"]]
    return markdown(("name", "start", "unit", "accepted", "meaning"), [row])


@from_code
def parameters_of_the_world() -> str:
    """Return every parameter of a world."""
    return _table(describe(World), _groups(World))


@from_code
def parameters_of_an_arm() -> str:
    """Return every number of an arm's governance."""
    return _table(describe(Governance), {})


@from_code
def policies() -> str:
    """Return the policies that an arm may have."""
    header = ("policy", "what it is", "what it costs, and how it may hurt")
    return markdown(header, ([code(each.name), each.meaning, each.price] for each in POLICIES.values()))


@from_code
def numbers_of_policies() -> str:
    """Return every number that is chosen with a policy, by the name that rules know it by."""
    rows = []
    for name, (policy, number) in POLICY_FIELDS.items():
        each = next(each for each in POLICIES[policy].numbers if each.name == number)
        told = ["dial"] if each is POLICIES[policy].numbers[0] else []
        told += ["whole"] if each.whole else []
        rows.append(
            [
                code(name),
                code(policy),
                code(number),
                f"{shortest(each.default)}",
                each.unit,
                _span(each.allowed),
                "" if each.plausible is None else _span(each.plausible),
                each.meaning + (f" [{'; '.join(told)}]" if told else ""),
                each.source,
            ]
        )
    header = ("name in rules", "policy", "number", "start", "unit", "accepted", "plausible", "meaning", "source")
    return markdown(header, rows)


_RESOLVED = {
    "prior_mean": (
        "fit_alpha / (fit_alpha + fit_beta)",
        "mean of the law of fit: what people in this trade know of a pair of firms before they meet",
    ),
    "prior_sd": (
        "sqrt(fit_alpha * fit_beta / ((fit_alpha + fit_beta) * (fit_alpha + fit_beta) * (fit_alpha + fit_beta + 1)))",
        "standard deviation of the law of fit",
    ),
    "mesh": (
        "(1 - (trust_weight[S] + trust_weight[T] + trust_weight[O]) * (1 - mesh_trust))"
        " * (1 - morale_weight * (1 - mesh_morale))",
        "performance over fit in a good ordinary state: promises and needs are on this scale",
    ),
    "running_cost": ("break_even[C] * value[C]", "yearly running cost of a firm (here the client)"),
    "joint_break_even": (
        "(running_cost[C] + running_cost[P]) / (value[C] + value[P])",
        "performance at which both firms together cover what it costs",
    ),
    "dues": (
        "retention_bonus * (headcount[C,T] + headcount[C,O]) + several_ties_more * tie_cost"
        " + (dispute_board_fee if dispute_board_share > 0 else 0)",
        "yearly cost to a firm (here the client) of policies that stand all the time",
    ),
    "need": ("joint_break_even / mesh", "fit that is needed to break even in a good ordinary state"),
    "sureness": (
        "normal(confidence)",
        "how many standard deviations the estimate must lie from the need; infinite at a confidence of 1",
    ),
    "personal_decay": ("log(2) / personal_half_life", "per year"),
    "sunk_decay": ("log(2) / sunk_half_life", "per year"),
}
"""Formulas in the names of the parameters, and meanings. The table is refused where a formula gives another number."""


@from_code
def parameters_worked_out() -> str:
    """Return what follows from the written parameters alone, each formula held against the code."""
    p = default_parameters()
    rows = []
    for name, (formula, meaning) in _RESOLVED.items():
        value = float(np.ravel(p[name])[0])
        given = evaluated(formula, p)
        if abs(given - value) > 1e-15 * abs(value):
            raise ValueError(f"{name}: {formula} gives {given!r}, but the code has {value!r}")
        rows.append([code(name), code(formula), f"{value:.6g}", meaning])
    return markdown(("name", "formula", "with start values", "meaning"), rows, right=(2,))


def evaluated(formula: str, p: Any, **more: Any) -> float:
    """Return what a formula of these documents gives for resolved parameters; C, P are firms, S, T, O levels."""
    names = {name: p[name] for name in p.dtype.names}
    words = {"C": 0, "P": 1, "S": 0, "T": 1, "O": 2, "log": log, "normal": normal, "sqrt": np.sqrt, "max": max}
    return float(eval(formula, {"__builtins__": {}}, names | words | more))
