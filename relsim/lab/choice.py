"""Which arm to choose when nobody knows in which of many worlds one lives.

Beforehand, without knowing the world, an arm is worth its average over all of them. Afterwards one regrets in each
world what the best arm there would have brought more (Savage 1951). An arm that is good on average may be ruinous in
the worst tenth of the worlds (conditional value at risk, Rockafellar & Uryasev 2000).

**The rule**, fixed beforehand: choose the arm with the least regret that is exceeded in one world of ten (the 90th
percentile); of those that cannot be told from it, the one that is worth most on average. The largest regret alone would
follow a single odd world, and the mean alone forgives what is rare and ruinous.

**The optimizer's curse** (Smith & Winkler 2006): of several arms known with noise the best one looks better than it is,
and so does regret. Every statistic that picks, sorts or counts is corrected as in `relsim.lab.discovery.worlds`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Unpack

import numpy as np

from relsim.analysis.estimate import Z95, Estimate
from relsim.analysis.finding import new_ax, written
from relsim.errors import ScenarioError
from relsim.lab.answer import Answer
from relsim.lab.discovery.axes import axes_of
from relsim.lab.discovery.discover import PAIRS, WORLDS
from relsim.lab.discovery.regions import Region, regions
from relsim.lab.discovery.worlds import NEVER, How, Lived, corrected, factors_of, live_design, share_of
from relsim.lab.factors import Factor
from relsim.lab.measures import Measure, measure
from relsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["Choice", "Standing", "choose", "regrets", "worst"]

TENTH = 0.1
"""The part of the worlds that counts as the worst."""

_RESAMPLED = 200
"""Samples of worlds from which intervals follow."""


def regrets(values: np.ndarray) -> np.ndarray:
    """Return what the best arm of each world brings more than each arm, of values of shape (n, a), more being better."""
    missed: np.ndarray = values.max(axis=1, keepdims=True) - values
    return missed


def worst(values: np.ndarray) -> np.ndarray:
    """Return the mean over the worst tenth of the worlds, of values of shape (n, a); at least one world."""
    count = max(1, round(TENTH * len(values)))
    low: np.ndarray = np.sort(values, axis=0)[:count].mean(axis=0)
    return low


_STATISTICS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "expected": lambda values: values.mean(axis=0),
    "worst_tenth": worst,
    "tenth": lambda values: np.quantile(values, TENTH, axis=0),
    "regret": lambda values: regrets(values).mean(axis=0),
    "regret_high": lambda values: np.quantile(regrets(values), 1.0 - TENTH, axis=0),
    "regret_most": lambda values: regrets(values).max(axis=0),
}
"""What is told of each arm, of values of shape (n, a)."""

_NEVER_BELOW = ("regret", "regret_high", "regret_most")


@dataclass(frozen=True)
class Standing:
    """How an arm stands over all worlds."""

    arm: str
    expected: Estimate
    """What it is worth on average."""
    worst_tenth: Estimate
    """The average over the worst tenth of its worlds."""
    tenth: Estimate
    """What nine worlds of ten exceed."""
    regret: Estimate
    """What the best arm of each world brings more, on average."""
    regret_high: Estimate
    """The regret that one world of ten exceeds."""
    regret_most: Estimate
    """The largest regret; known badly, as it is that of a single world."""
    best: Estimate
    """The share of worlds in which it is the best arm."""
    loses: Estimate | None
    """The share of worlds in which never to begin is better; None where that is not asked."""


@dataclass(frozen=True)
class Choice(Answer):
    """Which arm to choose, and where that is wrong."""

    scenario: str
    measure: Measure
    worlds: int
    unknown: int
    """In how many worlds some arm has no value; they are left out."""
    pairs: int
    seed: int
    numbers: int
    standings: tuple[Standing, ...]
    """Of all arms, never among them where that is asked."""
    chosen: str
    begun: str
    """Which arm to choose if the firms begin in any case."""
    begun_regret: Estimate
    """The regret against the other arms that begin which one world of ten exceeds, of that arm."""
    wrong: float
    """The share of worlds in which some other arm is clearly better than the chosen one."""
    regions: tuple[Region, ...]
    """Where the chosen one is wrong, from broad to narrow; none where no few limits tell it."""
    values: np.ndarray = field(repr=False, compare=False)
    """What each arm is worth in each world, more being better; shape (n, a)."""

    @property
    def title(self) -> str:
        return f"What to choose on {self.measure.words}, not knowing the world: {self.scenario}"

    def of(self, arm: str) -> Standing:
        """Return how an arm stands."""
        return next(each for each in self.standings if each.arm == arm)

    def said(self) -> tuple[str, ...]:
        unit, chosen = self.measure.unit, self.of(self.chosen)
        told = [
            f"Choose {self._named(self.chosen)}: in nine of ten of {len(self.values):,} plausible worlds one regrets it by at "
            f"most {written(chosen.regret_high, 2)} {unit}; {self._others(self.chosen)}."
        ]
        if self.begun != self.chosen:
            told.append(
                f"If the firms begin in any case, choose {self.begun}: against the other arms one regrets it by at most "
                f"{written(self.begun_regret, 2)} in nine worlds of ten."
            )
        told.append(
            f"On average it is worth {written(chosen.expected, 2, sign=True)}, in its worst tenth of worlds "
            f"{written(chosen.worst_tenth, 2, sign=True)}. To know the world before choosing would be worth "
            f"{written(min((each.regret for each in self.standings), key=lambda each: each.value), 2)} more on average."
        )
        wrong = f"Some other arm is clearly better in {100 * self.wrong:.1f} % of the worlds"
        if self.regions:
            main = max(self.regions, key=lambda each: each.balance)
            told.append(
                f"{wrong}, most of all where {main}: there in {100 * main.density.value:.0f} % of them, which are "
                f"{100 * main.coverage.value:.0f} % of all such worlds."
            )
            told += [f"({main.glossary}.)"] if main.glossary else []
        else:
            told.append(f"{wrong}; no few limits on numbers of the world tell where.")
        told.append(
            f"The worlds differ in {self.numbers} numbers, each by itself within its plausible range, and all count the same. "
            f"The rule, fixed beforehand: the least regret that one world of ten exceeds; among arms that cannot be told "
            f"apart there, the most on average. Luck among {self.pairs} pairs of firms a world is taken out."
        )
        return tuple(told)

    def _named(self, arm: str) -> str:
        return f"{arm} to begin" if arm == NEVER else arm

    def _others(self, arm: str) -> str:
        others = [f"{each.arm} by {written(each.regret_high, 2)}" for each in self.standings if each.arm != arm]
        return ", ".join(others)

    def to_frame(self) -> "pandas.DataFrame":
        import pandas as pd

        return pd.DataFrame(
            (
                {"arm": each.arm, "what": name, "value": found.value, "low": found.low, "high": found.high}
                for each in self.standings
                for name in (*_STATISTICS, "best", "loses")
                if (found := getattr(each, name)) is not None
            )
        )

    def summary(self) -> "pandas.DataFrame":
        import pandas as pd

        return pd.DataFrame(
            {
                "arm": f"{each.arm} (chosen)" if each.arm == self.chosen else each.arm,
                "on average": written(each.expected, 2),
                "worst tenth": written(each.worst_tenth, 2),
                "regret": written(each.regret, 2),
                "1 in 10 above": written(each.regret_high, 2),
                "most": written(each.regret_most, 1),
                "best in": _percent(each.best),
                **({} if each.loses is None else {f"worse than {NEVER}": _percent(each.loses)}),
            }
            for each in self.standings
        ).fillna("")

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        from relsim.drawing.regret import draw_regret

        return draw_regret(
            {each.arm: regrets(self.values)[:, place] for place, each in enumerate(self.standings)},
            new_ax(6.4, 4.4) if ax is None else ax,
            chosen=self.chosen,
            tenth=TENTH,
            title="What one regrets in how many worlds",
            x=f"regret: what the best arm of the world brings more ({self.measure.unit})",
        )


def _percent(found: Estimate) -> str:
    return f"{100 * found.value:.0f} %"


def choose(
    scenario: Scenario,
    of: str = "net.joint",
    *,
    free: Sequence[str | Factor] | None = None,
    worlds: int = WORLDS,
    pairs: int = PAIRS,
    seed: int = 1,
    **how: Unpack[How],
) -> Choice:
    """Return which arm of a scenario to choose when nobody knows in which of many worlds one lives.

    of: a name of `MEASURES`; never to begin stands beside the arms where it is about net per contact. free, worlds,
    pairs, seed, how: as for `discover`, which can share its store.

    Raises ScenarioError for what is unknown or out of range, and for a single arm with nothing beside it; and as `study`
    does.
    """
    what = measure(of)
    beside = what.name.startswith("net.") and what.per_contact
    if len(scenario.arms) < 2 and not beside:
        raise ScenarioError.of("of", of, f"net of somebody where there is one arm, so that {NEVER} stands beside it")
    factors = factors_of(scenario, free)
    shares, lived = live_design(scenario, what, factors, worlds, pairs, seed, **how)
    known = lived.known
    kept = (lived.beside_never() if beside else lived).among(known)
    standings = standings_of(kept, seed)
    chosen = chosen_of(kept, seed)
    begin = [each for each in kept.arms if each != NEVER]
    among = kept.only(begin)
    begun = chosen_of(among, seed)
    wrong = np.any([kept.gap(other, chosen).clear > 0.0 for other in kept.arms if other != chosen], axis=0)
    best_of_others = np.max([kept.gap(other, chosen).whole for other in kept.arms if other != chosen], axis=0)
    axes, columns = axes_of(scenario, factors, shares[known])
    return Choice(
        scenario=scenario.title,
        measure=what,
        worlds=len(shares),
        unknown=int((~known).sum()),
        pairs=pairs,
        seed=seed,
        numbers=len(factors),
        standings=standings,
        chosen=chosen,
        begun=begun,
        begun_regret=next(each.regret_high for each in standings_of(among, seed) if each.arm == begun),
        wrong=float(wrong.mean()),
        regions=regions(axes, columns, wrong, wrong.astype(float), best_of_others, seed),
        values=kept.better,
    )


def standings_of(lived: Lived, seed: int = 1) -> tuple[Standing, ...]:
    """Return how each arm stands over worlds."""
    found = {name: _estimates(lived, statistic, seed) for name, statistic in _STATISTICS.items()}
    for name in _NEVER_BELOW:
        found[name] = [Estimate(*(max(0.0, end) for end in each)) for each in found[name]]
    told = []
    for place, arm in enumerate(lived.arms):
        best = corrected(lambda values: (values.argmax(axis=1) == place).astype(float), *lived.noisy)  # noqa: B023
        loses = None
        if NEVER in lived.arms and arm != NEVER:
            loses = share_of(lived.gap(NEVER, arm).score)
        told.append(Standing(arm, *(found[name][place] for name in _STATISTICS), share_of(best), loses))
    return tuple(told)


def chosen_of(lived: Lived, seed: int = 1) -> str:
    """Return the arm that the rule chooses: the least regret that one world in ten exceeds, and of those that cannot be
    told from it the one worth most on average.
    """
    high = _STATISTICS["regret_high"]
    regret = np.maximum(corrected(high, *lived.noisy), 0.0)
    least = int(regret.argmin())
    apart = np.array([np.maximum(sample, 0.0) - max(sample[least], 0.0) for sample in _resampled(lived, high, seed)])
    alike = regret - regret[least] <= Z95 * apart.std(axis=0, ddof=1)
    average = np.where(alike, lived.better.mean(axis=0), -np.inf)
    return lived.arms[int(average.argmax())]


def _estimates(lived: Lived, statistic: Callable[[np.ndarray], np.ndarray], seed: int) -> list[Estimate]:
    spread = np.std(_resampled(lived, statistic, seed), axis=0, ddof=1)
    value = corrected(statistic, *lived.noisy)
    return [Estimate.normal(float(each), float(error)) for each, error in zip(value, spread, strict=True)]


def _resampled(lived: Lived, statistic: Callable[[np.ndarray], np.ndarray], seed: int) -> list[np.ndarray]:
    """Return a statistic of samples of the worlds, drawn with replacement; the same samples for every statistic."""
    luck = np.random.default_rng(seed)
    whole, halves = lived.noisy
    found = []
    for _ in range(_RESAMPLED):
        drawn = luck.integers(len(whole), size=len(whole))
        found.append(corrected(statistic, whole[drawn], halves[:, drawn]))
    return found
