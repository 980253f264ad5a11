"""Which arms may be the best, of lives that were lived already."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from relsim.analysis.estimate import Estimate
from relsim.analysis.finding import new_ax, written
from relsim.errors import ScenarioError
from relsim.experiment.results import Results
from relsim.lab.answer import Answer
from relsim.lab.measures import Measure
from relsim.lab.ranking.moments import Moments
from relsim.lab.ranking.rank import objective_of
from relsim.lab.ranking.screening import screened
from relsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["Contender", "Subset", "may_be_best"]


@dataclass(frozen=True)
class Contender:
    """What is known of one arm."""

    name: str
    estimate: Estimate
    ahead: Estimate
    """Its difference from the best of the other arms; the intervals of all arms hold together."""
    may_be_best: bool


@dataclass(frozen=True, repr=False)
class Subset(Answer):
    """The arms that may be the best, as far as some lives tell."""

    heading: ClassVar[str] = "Which arms may be the best"
    scenario: str
    measure: Measure
    confidence: float
    """The least probability that the best arm is among them."""
    pairs: int
    arms: tuple[Contender, ...]
    """Those with the best means first."""

    @property
    def left(self) -> tuple[Contender, ...]:
        """The arms that may be the best."""
        return tuple(each for each in self.arms if each.may_be_best)

    @property
    def title(self) -> str:
        return (
            f"{self.scenario}: {len(self.left)} of {len(self.arms)} arms may be the best in {self.measure.words} "
            f"({100 * self.confidence:g} % sure that the best is among them; {self.pairs:,} pairs of firms)"
        )

    def said(self) -> tuple[str, ...]:
        """Say which arms to keep in view, how sure that is, and what would tell more."""
        names = ", ".join(each.name for each in self.left)
        sure = f"with a probability of at least {100 * self.confidence:g} %, after {self.pairs:,} pairs of firms"
        if len(self.left) == 1:
            first = f"Adopt {names}: it is the best of {len(self.arms)} arms in {self.measure.words}, {sure}."
        else:
            first = f"Keep {names} in view: the best arm in {self.measure.words} is one of them, {sure}."
        more = "More lives would leave fewer arms: relsim lab rank SCENARIO lives as many as it takes."
        world = "It holds in this one world; whether it does in others, relsim lab robustness tells."
        return (first, world) if len(self.left) == 1 else (first, more, world)

    def to_frame(self) -> "pandas.DataFrame":
        import pandas as pd

        return pd.DataFrame(
            {
                "arm": each.name,
                "value": each.estimate.value,
                "low": each.estimate.low,
                "high": each.estimate.high,
                "ahead": each.ahead.value,
                "ahead_low": each.ahead.low,
                "ahead_high": each.ahead.high,
                "may_be_best": each.may_be_best,
            }
            for each in self.arms
        )

    def summary(self) -> "pandas.DataFrame":
        import pandas as pd

        together = f"({100 * self.confidence:g} % together)"
        return pd.DataFrame(
            {
                "arm": each.name,
                f"{self.measure.name} [95 % interval]": written(each.estimate),
                f"from the best of the others {together}": written(each.ahead, sign=True),
                "": "may be the best" if each.may_be_best else "not the best",
            }
            for each in self.arms
        )

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        from relsim.drawing.ranking import Bar, draw_ranking

        ax = new_ax(7.0, 1.4 + 0.26 * len(self.arms)) if ax is None else ax
        return draw_ranking(
            [Bar(each.name, each.ahead, "", not each.may_be_best, each.may_be_best) for each in self.arms],
            ax,
            zone=0.0,
            title=f"{len(self.left)} of {len(self.arms)} arms may be the best",
            x=f"{self.measure.name}: difference from the best of the others, {self.measure.unit}",
            counted="",
            remark="Blue: may be the best; grey: not the best. The intervals hold together.",
        )


def may_be_best(results: Results, objective: str = "net.joint", confidence: float = 0.95) -> Subset:
    """Return the arms that may be the best, of the lives of a comparison in memory or in a store; none is lived.

    objective: the name of a measure that is a mean per started contact. confidence: the least probability that the
    best arm is among them.

    Raises ScenarioError for what is not known or allowed, EngineError where lives were too many to be kept.
    """
    measured = objective_of(objective)
    if not 0.5 <= confidence < 1.0:
        raise ScenarioError.of("confidence", confidence, "a share from 0.5 to below 1")
    if results.replications < 2:
        raise ScenarioError.of("replications", results.replications, "at least 2 pairs of firms")
    moments = reduce(add, (_moments(chunk, results.scenario, measured) for chunk in results.chunks()))
    sign = 1.0 if measured.more_is_better else -1.0
    found = screened(Moments(moments.count, sign * moments.means, moments.covariance), confidence)
    errors = np.sqrt(np.diag(moments.covariance) / moments.count)
    arms = [
        Contender(name, Estimate.normal(mean, error), _turned(ahead, sign), bool(may))
        for name, mean, error, ahead, may in zip(
            results.scenario.arms, moments.means.tolist(), errors.tolist(), found.ahead, found.may_be_best, strict=True
        )
    ]
    arms.sort(key=lambda each: -sign * each.estimate.value)
    return Subset(results.scenario.title, measured, confidence, moments.count, tuple(arms))


def _moments(rows: Mapping[str, np.ndarray], scenario: Scenario, measured: Measure) -> Moments:
    return Moments.of(np.array([measured.above(each, scenario) for each in rows.values()]))


def _turned(found: Estimate, sign: float) -> Estimate:
    return found if sign > 0.0 else Estimate(-found.value, -found.high, -found.low)
