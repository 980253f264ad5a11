"""Claims held against lives: in each world, in other worlds that meet the same figures, and across the worlds."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from relsim.analysis.estimate import Estimate
from relsim.analysis.finding import Finding, new_ax
from relsim.experiment.runners import cores
from relsim.lab.claims.claim import Claim, Rule, Unit, Verdict
from relsim.lab.claims.dependence import Driver, driver, varied
from relsim.lab.claims.lived import Lived
from relsim.lab.claims.statements import Statement, statements
from relsim.lab.worlds import also_fitting
from relsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = [
    "ASKED",
    "ENOUGH",
    "OTHERS",
    "OTHER_PAIRS",
    "PAIRS",
    "WORLD",
    "Claims",
    "Found",
    "InWorld",
    "Said",
    "claims",
    "judge",
]

PAIRS = 4096
"""Pairs of firms that live in each world by default."""

OTHERS = 20
"""Other worlds that meet the same figures, at most."""

OTHER_PAIRS = 384
"""Pairs of firms in each of them, at most."""

ENOUGH = 0.95
"""The share of other worlds in which a verdict must hold, or it depends on which of them it is."""


ASKED = "what is asked"
"""What a statement depends on whose claims come out differently."""

WORLD = "the world: "
"""How it begins where worlds disagree."""


@dataclass(frozen=True)
class Said:
    """A verdict; where it depends, on what, and where nothing can be said, why."""

    verdict: Verdict
    on: str = ""


@dataclass(frozen=True)
class Found:
    """What one world says of a claim."""

    claim: Claim
    estimate: Estimate
    said: Said
    elsewhere: tuple[tuple[str, Estimate], ...] = ()
    """The same under other assumptions, by what is assumed."""
    others: int = 0
    """How many other worlds that meet the same figures could tell."""
    held: float = math.nan
    """In what share of these the estimate falls on the same side of the rule; NaN where there are none."""
    driver: Driver | None = None
    """The number that the estimate goes most with in these."""


@dataclass(frozen=True)
class InWorld:
    """What one world says of all claims."""

    name: str
    title: str
    found: tuple[Found, ...]
    others: int
    other_pairs: int

    def of(self, statement: Statement) -> tuple[Found, ...]:
        """Return what was found of a statement."""
        return tuple(each for each in self.found if each.claim.statement == statement.id)

    def says(self, statement: Statement) -> Said:
        """Return the verdict on a statement: that of its claims where they agree; else it depends on what is asked."""
        found = [each for each in self.of(statement) if each.said.verdict != Verdict.NOT_TESTABLE]
        if not found:
            reasons = [each.said.on for each in self.of(statement)]
            return Said(Verdict.NOT_TESTABLE, statement.untestable or "; ".join(dict.fromkeys(reasons)))
        verdicts = {each.said.verdict for each in found}
        if {Verdict.SUPPORTED, Verdict.CONTRADICTED} <= verdicts:
            return Said(Verdict.DEPENDS, ASKED)
        if len(verdicts) == 1 and Verdict.DEPENDS not in verdicts:
            return Said(verdicts.pop())
        return Said(Verdict.DEPENDS, "; ".join(dict.fromkeys(each.said.on for each in found if each.said.on)))


@dataclass(frozen=True, repr=False)
class Claims(Finding):
    """What each world says of each statement, and what they say together."""

    worlds: tuple[InWorld, ...]
    statements: tuple[Statement, ...]
    pairs: int
    seed: int

    @property
    def title(self) -> str:
        where = " and ".join(world.name for world in self.worlds)
        return f"The article's statements in {where} ({self.pairs:,} pairs of firms, seed {self.seed})"

    def says(self, statement: Statement) -> Said:
        """Return what the worlds together say of a statement: where they disagree, it depends on the world."""
        each = [world.says(statement) for world in self.worlds]
        if len({said.verdict for said in each}) == 1:
            return Said(each[0].verdict, "; ".join(dict.fromkeys(said.on for said in each if said.on)))
        told = zip(each, self.worlds, strict=True)
        return Said(Verdict.DEPENDS, WORLD + ", ".join(f"{said.verdict} in {world.name}" for said, world in told))

    @cached_property
    def counted(self) -> Mapping[Verdict, tuple[str, ...]]:
        """The names of the statements by what the worlds together say of them."""
        said = {each.id: self.says(each).verdict for each in self.statements}
        return {verdict: tuple(name for name, its in said.items() if its == verdict) for verdict in Verdict}

    def to_frame(self) -> "pandas.DataFrame":
        """Return a row a world and claim; statements without claims have one row a world, without numbers."""
        import pandas as pd

        return pd.DataFrame(self._lines())

    def _lines(self) -> Iterator[dict[str, object]]:
        for statement in self.statements:
            for world in self.worlds:
                start: dict[str, object] = {"statement": statement.id, "says": statement.says, "world": world.name}
                if not statement.claims:
                    yield start | {"verdict": str(Verdict.NOT_TESTABLE), "on": statement.untestable}
                for each in world.of(statement):
                    yield start | {
                        "claim": each.claim.name,
                        "estimand": each.claim.estimand,
                        "unit": str(each.claim.unit),
                        "value": each.estimate.value,
                        "low": each.estimate.low,
                        "high": each.estimate.high,
                        "rule": each.claim.rule.words(each.claim.unit),
                        "verdict": str(each.said.verdict),
                        "on": each.said.on,
                        "other_worlds": each.others,
                        "held_in": each.held,
                    }

    def summary(self) -> "pandas.DataFrame":
        """Return a row a claim: the rule, and of each world estimate and verdict."""
        import pandas as pd

        lines = []
        for statement in self.statements:
            for place, each in enumerate(statement.claims):
                line = {"": statement.id, "claim": each.name, "supported if": each.rule.words(each.unit)}
                for world in self.worlds:
                    found = world.of(statement)[place]
                    line[world.name] = each.unit.told(found.estimate)
                    line[f"{world.name} says"] = str(found.said.verdict)
                lines.append(line)
            if not statement.claims:
                says = {f"{world.name} says": str(Verdict.NOT_TESTABLE) for world in self.worlds}
                lines.append({"": statement.id, "claim": "-"} | says)
        return pd.DataFrame(lines)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw a grid of verdicts in words, a row a statement and a column a world."""
        from relsim.drawing.claims import draw_verdicts

        names = [f"{each.id} {each.says}" for each in self.statements]
        verdicts = [[str(world.says(each).verdict) for world in self.worlds] for each in self.statements]
        ax = new_ax(6.2 + 1.4 * len(self.worlds), 1.0 + 0.3 * len(names)) if ax is None else ax
        return draw_verdicts(names, [world.name for world in self.worlds], verdicts, ax, title="What the lives say")


def claims(
    scenarios: Mapping[str, Scenario],
    only: Iterable[str] = (),
    *,
    pairs: int = PAIRS,
    seed: int = 2,
    others: int = OTHERS,
) -> Claims:
    """Return what the lives of worlds say of the article's statements, by default of all of them.

    scenarios: by the names under which they are told.
    pairs: of firms in each.
    seed: by default not the one that worlds are calibrated with.
    others: how many other worlds that meet the same figures are asked too, at most, each with fewer pairs.

    Raises ScenarioError for an unknown statement.
    """
    wanted = statements(only)
    asked = [each for statement in wanted for each in statement.claims]
    few = min(pairs, OTHER_PAIRS)
    fitting = {name: also_fitting(scenario, others) for name, scenario in scenarios.items()}
    tasks = [(Lived(scenario, pairs, seed), True) for scenario in scenarios.values()]
    tasks += [(Lived(each, few, seed), False) for name in scenarios for each in fitting[name]]
    with ThreadPoolExecutor(cores()) as pool:
        told = list(pool.map(lambda task: _estimates(asked, *task), tasks))
    found, rest = told[: len(scenarios)], told[len(scenarios) :]
    worlds = []
    for (name, scenario), (here, elsewhere) in zip(scenarios.items(), found, strict=True):
        around, rest = rest[: len(fitting[name])], rest[len(fitting[name]) :]
        by_claim = [[estimates[place].value for estimates, _ in around] for place in range(len(asked))]
        numbers = varied([each.world for each in fitting[name]])
        judged = (judge(*each, numbers) for each in zip(asked, here, elsewhere, by_claim, strict=True))
        worlds.append(InWorld(name, scenario.title, tuple(judged), len(fitting[name]), few))
    return Claims(tuple(worlds), wanted, pairs, seed)


def _estimates(
    asked: Sequence[Claim], lived: Lived, main: bool
) -> tuple[list[Estimate], list[tuple[tuple[str, Estimate], ...]]]:
    """Return what the lives of a world give for each claim, and in a main world also under other assumptions."""
    here = [each.measured(lived) for each in asked]
    elsewhere = [tuple((name, measured(lived)) for name, measured in each.where) if main else () for each in asked]
    return here, elsewhere


def judge(
    claim: Claim,
    found: Estimate,
    elsewhere: tuple[tuple[str, Estimate], ...] = (),
    others: Sequence[float] = (),
    numbers: Mapping[str, np.ndarray] = MappingProxyType({}),
) -> Found:
    """Return the verdict on a claim: from its interval, then from what other assumptions and other worlds give.

    elsewhere: the estimates under other assumptions. others: those in other worlds that meet the same figures, and
    numbers: the numbers that differ between these, in the same order.
    """
    rule, unit = claim.rule, claim.unit
    said = rule.verdict(found)
    if said == Verdict.NOT_TESTABLE:
        return Found(claim, found, Said(said, "no life, or too few, show what it is about"), elsewhere)
    on = [f"chance: the interval holds {unit.bound(rule.held_by(found))}"] if said == Verdict.DEPENDS else []
    for name, other in elsewhere:
        instead = rule.verdict(other)
        if said != instead and {said, instead} <= {Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.DEPENDS}:
            on.append(f"an assumption: where {name} it is {unit.told(other)}, {_outcome(instead, rule, unit, other)}")
    held, which = math.nan, None
    known = [value for value in others if not math.isnan(value)]
    if known:
        side = rule.holds(found.value)
        held = sum(rule.holds(value) == side for value in known) / len(known)
        which = driver(numbers, others)
        if held < ENOUGH:
            more = "" if which is None else f"; {which}"
            how = f"it {'meets' if side else 'misses'} the rule here and in {100 * held:.0f} % of {len(known)} others"
            on.append(f"the numbers of the world: {how}{more}")
    verdict = Verdict.DEPENDS if on else said
    return Found(claim, found, Said(verdict, "; and on ".join(on)), elsewhere, len(known), held, which)


def _outcome(verdict: Verdict, rule: Rule, unit: Unit, found: Estimate) -> str:
    return f"which holds {unit.bound(rule.held_by(found))}" if verdict == Verdict.DEPENDS else str(verdict)
