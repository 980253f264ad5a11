"""What a claim is: a question to the lives of a world, and the rule of its verdict, said before anything is lived."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from relsim.analysis.estimate import Estimate
from relsim.analysis.finding import rounded
from relsim.lab.claims.lived import Lived

__all__ = [
    "AFTER_YEARS",
    "A_YEAR",
    "CLAIMS",
    "EITHER",
    "HALF_A_YEAR",
    "MORE",
    "MOSTLY",
    "MOSTLY_NOT_ALWAYS",
    "NEARLY_ALWAYS",
    "NOT_RARE",
    "OFTEN",
    "SOMETIMES",
    "WITH_LUCK",
    "Claim",
    "Measured",
    "Rule",
    "Unit",
    "Verdict",
    "claim",
]

Measured = Callable[[Lived], Estimate]
"""What is estimated of the lives of a world."""


_JUST_ABOVE_0 = math.nextafter(0.0, 1.0)


class Verdict(StrEnum):
    """What the lives say of a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    DEPENDS = "depends"
    NOT_TESTABLE = "not testable here"


class Unit(StrEnum):
    """What an estimate is counted in."""

    SHARE = "%"
    POINTS = "% points"
    YEARS = "years"
    MONEY = "annual contract values"
    PERFORMANCE = "performance (0 to 1)"

    @property
    def factor(self) -> float:
        """How many of the unit are 1."""
        return 100.0 if self in (Unit.SHARE, Unit.POINTS) else 1.0

    def number(self, value: float) -> str:
        """Return a number as text, without the unit."""
        if math.isinf(value):
            return "never"
        digits = {Unit.SHARE: 1, Unit.POINTS: 1, Unit.YEARS: 2}.get(self, 3)
        return f"{rounded(value * self.factor, digits):,.{digits}f}"

    def told(self, found: Estimate) -> str:
        """Return an estimate with its interval as text; a dash where it is not known."""
        if not found.known:
            return "-"
        short = {Unit.SHARE: " %", Unit.POINTS: " %", Unit.YEARS: " y"}.get(self, "")
        ends = f"[{self.number(found.low)}, {self.number(found.high)}]"
        return f"{self.number(found.value)}{short if math.isfinite(found.value) else ''} {ends}"

    def bound(self, value: float) -> str:
        """Return a bound of a rule as text, with its unit where that is short."""
        short = {Unit.SHARE: " %", Unit.POINTS: " %", Unit.YEARS: " year" if value == 1.0 else " years"}.get(self, "")
        return "0" if abs(value) <= _JUST_ABOVE_0 else f"{value * self.factor:g}{short}"


@dataclass(frozen=True)
class Rule:
    """Between what an estimate must lie for a claim to be supported; the ends count as inside."""

    word: str
    """The article's word for it; empty where it is only about more or less."""
    low: float = -math.inf
    high: float = math.inf

    def holds(self, value: float) -> bool:
        """Say whether a number lies between the ends; what is not known does not."""
        return self.low <= value <= self.high

    def verdict(self, found: Estimate) -> Verdict:
        """Return what an interval says: all of it inside, all of it outside, or neither."""
        if math.isnan(found.low) or math.isnan(found.high):
            return Verdict.NOT_TESTABLE
        if self.low <= found.low and found.high <= self.high:
            return Verdict.SUPPORTED
        if found.high < self.low or found.low > self.high:
            return Verdict.CONTRADICTED
        return Verdict.DEPENDS

    def held_by(self, found: Estimate) -> float:
        """Return the end of the rule that lies in an interval that says neither."""
        return self.low if found.low < self.low <= found.high else self.high

    def words(self, unit: Unit) -> str:
        """Return what the estimate must be, in words."""
        if self.low == _JUST_ABOVE_0:
            return "more than 0"
        if math.isinf(self.high) or self.high == 1.0:
            return f"at least {unit.bound(self.low)}"
        return f"{self.low * unit.factor:g} to {unit.bound(self.high)}"


# What words of degree mean here, the same for every claim, and fixed before anything was lived.
NEARLY_ALWAYS = Rule("nearly always", 0.9, 1.0)
MOSTLY = Rule("mostly", 0.5, 1.0)
MOSTLY_NOT_ALWAYS = Rule("mostly, not always", 0.5, 0.9)
OFTEN = Rule("often", 0.25, 1.0)
WITH_LUCK = Rule("with a little luck", 0.5, 1.0)
NOT_RARE = Rule("not rare", 0.1, 1.0)
SOMETIMES = Rule("sometimes", 0.01, 0.5)
EITHER = Rule("neither always nor never", 0.1, 0.9)
MORE = Rule("", _JUST_ABOVE_0)
HALF_A_YEAR = Rule("a long time more", 0.5)
A_YEAR = Rule("a long time", 1.0)
AFTER_YEARS = Rule("only after years", 2.0)


@dataclass(frozen=True)
class Claim:
    """A claim that the lives of a world can support or contradict."""

    statement: str
    """The statement that it belongs to: A1 ... A24 of the article, or M1 ... of the model."""
    question: str
    estimand: str
    """What is estimated, in words."""
    unit: Unit
    rule: Rule
    contradicted: str
    """What would contradict it."""
    measured: Measured
    caution: str = ""
    """What the number rests on besides the course of the lives, where that needs to be said."""
    where: tuple[tuple[str, Measured], ...] = ()
    """The same under other assumptions, by what is assumed: the verdict must hold there too."""

    @property
    def name(self) -> str:
        """The name of the function that measures it, with spaces."""
        return str(self.measured.__name__).replace("_", " ")


CLAIMS: list[Claim] = []
"""All claims, as far as their modules have been imported: `statements.py` imports all of them."""


def claim(
    statement: str,
    question: str,
    unit: Unit,
    rule: Rule,
    contradicted: str,
    caution: str = "",
    where: tuple[tuple[str, Measured], ...] = (),
) -> Callable[[Measured], Measured]:
    """Take a function among the claims; its docstring says what it estimates."""

    def taken(measured: Measured) -> Measured:
        estimand = " ".join((measured.__doc__ or "").split()).rstrip(".")
        CLAIMS.append(Claim(statement, question, estimand, unit, rule, contradicted, measured, caution, where))
        return measured

    return taken
