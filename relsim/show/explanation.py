"""What will run, before it runs: in words and tables, from the scenario alone."""

import inspect
from collections.abc import Iterable
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from relsim.model.declaration import is_built_in
from relsim.model.rule import RuleFunction
from relsim.model.rulebook import Rulebook, rulebook
from relsim.scenario.files import invented, world_of
from relsim.scenario.governance import Governance
from relsim.scenario.parameter import Leaf, Parameter, changed, numbers, shortest, usual
from relsim.scenario.scenario import Scenario
from relsim.scenario.world import World
from relsim.vocabulary import Phase

__all__ = ["based_on_what", "explained", "explanation", "rules_told", "steps_of", "written"]


def explanation(scenario: Scenario, rules: Iterable[RuleFunction] = ()) -> RenderableType:
    """Return the agents, the launches step by step, what a first year brings, and what the scenario itself changes.

    rules: the user's own, which are told too.
    """
    world = scenario.world
    parts: list[RenderableType] = [
        Text(scenario.title, style="bold"),
        Text(scenario.question),
        Text(f"{scenario.horizon:g} years from first contact; arms: {', '.join(scenario.arms)}."),
        *map(Text, [based_on_what(scenario)] if scenario.based_on else []),
        Text(""),
        Text("Who acts", style="bold"),
        _agents(world),
        Text(""),
    ]
    for name, governance in scenario.arms.items():
        parts += [Text(f"Arm {name}", style="bold"), _steps(steps_of(world, governance)), Text("")]
    own = rulebook(rules)
    if own.own:
        parts += [Text("Rules of your own", style="bold"), *map(Text, rules_told(own)), Text("")]
    parts += [
        Text("What a first year of work brings, if performance is what a good ordinary state gives", style="bold")
    ]
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for number, what in _first_year(world):
        table.add_row(f"{number:.2f}", what)
    parts += [table, Text(""), *_changes(scenario)]
    return Group(*parts)


def explained(scenario: Scenario, rules: Iterable[RuleFunction] = ()) -> dict[str, Any]:
    """Return the same as nested tables, with the whole scenario as it is run."""
    return {
        "title": scenario.title,
        "question": scenario.question,
        "based_on": scenario.based_on,
        "steps": {
            name: [line.strip() for line in steps_of(scenario.world, arm)] for name, arm in scenario.arms.items()
        },
        "first_year": [{"expected": number, "what": what} for number, what in _first_year(scenario.world)],
        "changed": [
            {
                "parameter": name,
                "here": shortest(leaf.value),
                "otherwise": shortest(other.value),
                "unit": parameter.unit,
                "source": leaf.source,
                "note": leaf.note,
            }
            for name, parameter, leaf, other in _changed(scenario)
        ],
        "own_rules": [line.strip() for line in rules_told(rulebook(rules))],
        "scenario": scenario.model_dump(mode="json"),
    }


def rules_told(rules: Rulebook) -> list[str]:
    """Return what each of a user's own rules is for, and what they remember, in words."""
    lines = []
    for each in rules.own:
        if is_built_in(each.kind):
            lines.append(f"  {each.name}: in the place of the built-in rule")
        else:
            whose = " of each firm" if each.per_firm else ""
            clock = f"a clock{whose} gives {each.rate:g} opportunities a year" if each.rate else "sent by other rules"
            when = "" if len(each.phases) == len(Phase) - 1 else f", in {', '.join(one.name for one in each.phases)}"
            lines.append(f"  {each.name}: an event of your own (kind {each.kind}): {clock}{when}")
        told = inspect.getdoc(each.function)
        lines += [f"    {told.splitlines()[0]}"] if told else []
    remembered = [f"{each.name} of each firm" if each.per_firm else each.name for each in rules.states]
    return [*lines, *([f"  They remember: {', '.join(remembered)}."] if remembered else [])]


def based_on_what(scenario: Scenario) -> str:
    """Return which world a scenario is from, and which of its numbers are invented, in words."""
    own = ", ".join(name for name in invented(scenario) if name != "currency_factor")
    rest = f"What it does not write itself is from the calibrated world {scenario.based_on}"
    return f"{rest}; invented for it: {own or 'nothing'}."


def _one(world: World | Governance, name: str) -> float:
    number = numbers(world, name)
    assert isinstance(number, float)
    return number


def _agents(world: World) -> Table:
    heads: Any = numbers(world, "headcount")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in ("level", "client", "supplier", "what they do"):
        table.add_column(header, justify="right" if header in ("client", "supplier") else "left")
    deeds = (
        ("strategic", "sign, announce, review, deny or realise, rescue or leave"),
        ("tactical", "explore, draft, settle complaints or take them to their top"),
        ("operational", "work together, repair incidents, complain"),
    )
    for level, (name, deed) in enumerate(deeds):
        table.add_row(name, f"{heads[0][level]:g}", f"{heads[1][level]:g}", deed)
    return table


def _span(least: float, most: float) -> str:
    return f"{least:g} years" if least == most else f"{least:g} to {most:g} years"


def steps_of(world: World, governance: Governance) -> list[str]:
    """Return the steps of a launch, each with how long it takes."""

    def one(name: str) -> float:
        return _one(world, name)

    talks = f"the tops negotiate ({_span(one('negotiation_least'), one('negotiation_most'))}); "
    talks += f"{one('no_deal'):.0%} of talks fail"
    drafting = f"the contract is drafted ({one('drafting_least'):g} years and {one('drafting_mean'):g} more on average)"
    mean = _prior_mean(world)
    kickoff = int(_one(governance, "kickoff"))
    transition = f"transition ({one('transition_least'):g} years and {one('transition_mean'):g} more on average"
    transition += f", after {kickoff} kick-off workshops)" if kickoff else ")"
    if governance.launch == "deal-first":
        promise = f"they sign, promising the average fit of {mean:.2f} and {one('optimism'):g} of optimism"
        steps = [talks, promise, drafting, transition, "operations start: mostly the first time that these people meet"]
    else:
        most = int(_one(governance, "workshops_most"))
        sure = f"{_one(governance, 'confidence'):.0%}"
        workshops = (
            f"workshops, up to {most}, each after {_span(one('workshop_gap_least'), one('workshop_gap_most'))}, "
        )
        workshops += f"until the managers are {sure} sure either way"
        verdict = f"they report; a negative verdict ends it, or is overridden ({one('override'):.0%})"
        share = one("optimism") * one("optimism_with_estimate")
        promise = f"they sign, promising what was measured and {share:g} of optimism"
        steps = [workshops, verdict, talks, drafting, promise, transition, "operations start"]
    lines = [f"  {place}. {step}" for place, step in enumerate(steps, start=1)]
    return [*lines, *(f"  policy {each}: {each.known.meaning}" for each in governance.policies)]


def _prior_mean(world: World) -> float:
    if world.fit_law == "beta":
        a, b = _one(world, "fit_alpha"), _one(world, "fit_beta")
        return a / (a + b)
    low, high, share = (_one(world, name) for name in ("fit_low", "fit_high", "fit_high_share"))
    return low + (high - low) * share


def _first_year(world: World) -> list[tuple[float, str]]:
    """Return what the rates come to in a year, at average fit and ordinary trust and morale."""
    weights: Any = numbers(world, "trust_weight")
    missing = sum(weights) * (1 - _one(world, "mesh_trust"))
    mesh = (1 - missing) * (1 - _one(world, "morale_weight") * (1 - _one(world, "mesh_morale")))
    performance = mesh * _prior_mean(world)
    rates: Any = numbers(world, "contact_rate")
    incidents: Any = numbers(world, "incident_rate")
    people: Any = numbers(world, "headcount")
    leaving: Any = numbers(world, "leaving_rate")
    leaders: Any = numbers(world, "leader_change_rate")
    even: Any = numbers(world, "break_even")
    reviews: Any = numbers(world, "review_rate")
    return [
        (performance, f"performance, where break-even is {even[0]:g} (client) and {even[1]:g} (supplier)"),
        (rates[2], "contacts at work"),
        (rates[1], "meetings of managers"),
        (rates[0], "meetings of the tops"),
        (sum(incidents) / 2 * (1 - performance), "incidents"),
        (sum(reviews), "board reviews"),
        (sum(people[firm][2] * leaving[firm][2] for firm in (0, 1)), "of the operational people leaving"),
        (sum(people[firm][1] * leaving[firm][1] for firm in (0, 1)), "of the managers leaving"),
        (sum(leaders), "changes of leaders"),
        (_one(world, "market_shock_rate"), "market shocks"),
    ]


def _changed(scenario: Scenario) -> list[tuple[str, Parameter, Leaf, Leaf]]:
    """Return what a scenario itself writes: dotted name, parameter, what it is here, and what it would be otherwise."""
    base = world_of(scenario.based_on) if scenario.based_on else None
    return [
        *((f"world.{each.name}", each, leaf, usual(each, base)) for each, leaf in changed(scenario.world, base)),
        *(
            (f"arms.{name}.{each.name}", each, leaf, usual(each))
            for name, arm in scenario.arms.items()
            for each, leaf in changed(arm)
        ),
    ]


def _changes(scenario: Scenario) -> list[RenderableType]:
    """Return the numbers that a scenario itself writes, their sources, and how many more its world brings."""
    based = scenario.based_on
    heading = "Numbers that this scenario itself writes" if based else "Numbers that differ from the defaults"
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("number", no_wrap=True)
    table.add_column("here", overflow="fold")
    table.add_column(f"in {based}" if based else "by default", overflow="fold")
    table.add_column("unit", overflow="fold")
    table.add_column("source", justify="right", no_wrap=True)
    sources: dict[str, int] = {}
    for name, parameter, leaf, other in _changed(scenario):
        source = leaf.source + (f" ({leaf.note})" if leaf.note else "")
        number = sources.setdefault(source, len(sources) + 1)
        values = (written(shortest(each.value)) for each in (leaf, other))
        table.add_row(name, *values, parameter.unit, Text(f"[{number}]"))
    parts: list[RenderableType] = [Text(heading, style="bold"), table if sources else Text("none")]
    parts += [Text(f"[{number}] {source}") for source, number in sources.items()]
    if based:
        own = {name for name, *_ in _changed(scenario)}
        more = sum(f"world.{each.name}" not in own for each, _ in changed(world_of(based)))
        parts.append(Text(f"In its world {based} {more} more differ from the defaults: relsim explain {based}"))
    return parts


def _steps(lines: list[str]) -> Table:
    """Return steps so that a long one goes on below its words, not below its number."""
    table = Table.grid()
    table.add_column(width=5)
    table.add_column()
    for line in lines:
        number, _, rest = line.strip().partition(". ")
        table.add_row(*((f"  {number}.", rest) if number.isdigit() else ("", line.strip())))
    return table


def written(value: Any) -> str:
    """Return numbers of a parameter as text, by name where they differ."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {written(each)}" for name, each in value.items())
    if isinstance(value, (tuple, list)):
        return ", ".join(map(written, value))
    return f"{value:,.10g}"
