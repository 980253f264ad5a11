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
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, ClassVar, Unpack

import numpy as np

from relsim.analysis.estimate import Z95, Estimate
from relsim.analysis.finding import new_ax, rounded, written
from relsim.errors import ScenarioError
from relsim.lab.answer import Answer
from relsim.lab.discovery.axes import axes_of
from relsim.lab.discovery.discover import PAIRS, WORLDS
from relsim.lab.discovery.regions import Region, balanced, in_percent, regions
from relsim.lab.discovery.worlds import NEVER, How, Lived, corrected, factors_of, has_never, live_design, share_of
from relsim.lab.factors import Factor
from relsim.lab.measures import Measure, measure
from relsim.lab.ranking.arms import arms_of
from relsim.scenario.governance import Policy
from relsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["Choice", "Standing", "choose", "regrets", "worst"]

TENTH = 0.1
"""The part of the worlds that counts as the worst."""

ARMS_MOST = 64
"""Arms that a scenario may have."""

_SHOWN = 5
"""Arms that are told and drawn beside the chosen one; the table has all."""

_RESAMPLED = 200
"""Samples of worlds from which intervals follow."""


def regrets(values: np.ndarray) -> np.ndarray:
    """Return what the best arm of each world brings more than each arm, of values of which more is better; shape
    (n, a).
    """
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


@dataclass(frozen=True)
class Standing:
    """How an arm stands over all worlds."""

    arm: str
    expected: Estimate
    """What it comes to on average."""
    worst_tenth: Estimate
    """The average over the worst tenth of its worlds."""
    tenth: Estimate
    """What it is better than in nine worlds of ten."""
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

    def all(self) -> dict[str, Estimate]:
        """Return all of it by name."""
        named = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "arm"}
        return {name: found for name, found in named.items() if found is not None}


@dataclass(frozen=True, repr=False)
class Choice(Answer):
    """Which arm to choose, and where that is wrong."""

    heading: ClassVar[str] = "What to choose, not knowing the world"

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
        chosen, others = self.of(self.chosen), [each for each in self.standings if each.arm != self.chosen]
        shown = sorted(others, key=lambda each: each.regret_high.value)[:_SHOWN]
        told = [
            f"Choose {self.chosen}{' to begin' if self.chosen == NEVER else ''}: in nine of ten of "
            f"{len(self.values):,} plausible worlds one regrets that by at most {_amount(chosen.regret_high)} "
            f"{self.measure.unit}; " + ", ".join(f"{each.arm} by {_amount(each.regret_high)}" for each in shown) + "."
        ]
        if self.begun != self.chosen:
            told.append(
                f"If the firms begin in any case, choose {self.begun}: beside the other arms that begin, one regrets "
                f"it in nine worlds of ten by at most {_amount(self.begun_regret)}."
            )
        usual = self.standings[int(np.argmax(self.values.mean(axis=0)))]
        told.append(
            f"On average {self.chosen} comes to {_amount(chosen.expected)}, in the worst tenth of its worlds to "
            f"{_amount(chosen.worst_tenth)}."
            + (f" By the average alone one would choose {usual.arm}." if usual.arm != self.chosen else "")
            + f" To know the world before one chooses would be worth {_amount(usual.regret)} more on average."
        )
        told += self._wrong()
        told.append(
            "The rule, fixed beforehand: the least regret that one world of ten exceeds; of arms that cannot be told "
            f"apart there, the one worth most on average. Luck among {self.pairs} pairs of firms a world is taken out."
        )
        told.append(
            f"The worlds differ in {self.numbers} numbers, each by itself within its plausible range, and all count "
            "the same. Who knows some of these numbers better should free only the others (--free)."
        )
        if self.unknown:
            told.append(f"Left out: {self.unknown:,} worlds in which an arm has no value.")
        return tuple(told)

    def _wrong(self) -> list[str]:
        """Return where another arm would have been clearly better, as far as few limits tell it."""
        first = f"In {100 * self.wrong:.1f} % of the worlds some other arm is clearly better"
        if not self.regions:
            return [f"{first}; where, no few limits tell better than luck would."]
        main = balanced(self.regions)
        told = [
            f"{first}. Where: {main}. In {in_percent(main.density)} of these worlds another one is, and "
            f"{in_percent(main.coverage)} of all such worlds are there."
        ]
        return [*told, f"Here {main.glossary}."] if main.glossary else told

    def to_frame(self) -> "pandas.DataFrame":
        import pandas as pd

        return pd.DataFrame(
            {"arm": each.arm, "what": name, "value": found.value, "low": found.low, "high": found.high}
            for each in self.standings
            for name, found in each.all().items()
        )

    def summary(self) -> "pandas.DataFrame":
        import pandas as pd

        shown = [
            {
                "arm": f"{each.arm} (chosen)" if each.arm == self.chosen else each.arm,
                "on average": _around(each.expected),
                "worst tenth": _around(each.worst_tenth),
                "mean regret": _around(each.regret),
                "1 in 10 above": _around(each.regret_high),
                "most": _around(each.regret_most),
                "best in": f"{100 * each.best.value:.0f} %",
                f"worse than {NEVER}": "-" if each.loses is None else f"{100 * each.loses.value:.0f} %",
            }
            for each in self.standings
        ]
        frame = pd.DataFrame(shown)
        return frame if NEVER in list(frame["arm"].str.split().str[0]) else frame.iloc[:, :-1]

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        from relsim.drawing.regret import draw_regret

        least = sorted(self.standings, key=lambda each: (each.arm != self.chosen, each.regret_high.value))[: _SHOWN + 1]
        found = {each.arm: regrets(self.values)[:, place] for place, each in enumerate(self.standings) if each in least}
        return draw_regret(
            found,
            new_ax(6.4, 4.4) if ax is None else ax,
            chosen=self.chosen,
            tenth=TENTH,
            title="What one regrets in how many worlds",
            x=f"regret: what the best arm of the world brings more ({self.measure.unit})",
        )


def _amount(found: Estimate) -> str:
    """Return an amount as text, without an interval where that has no width."""
    told = written(found, 2)
    return told if found.high > found.low else told.partition(" ")[0]


def _around(found: Estimate) -> str:
    """Return an amount as text for a table, with half of its interval where that has a width."""
    half = f" ±{found.half_width:.2f}" if found.high > found.low else ""
    return f"{rounded(found.value, 2):.2f}{half}"


def choose(
    scenario: Scenario,
    of: str = "net.joint",
    *,
    policies: Sequence[str | Policy] = (),
    combine: int = 1,
    free: Sequence[str | Factor] | None = None,
    worlds: int = WORLDS,
    pairs: int = PAIRS,
    seed: int = 1,
    **how: Unpack[How],
) -> Choice:
    """Return which arm of a scenario to choose when nobody knows in which of many worlds one lives.

    of: a name of `MEASURES`; never to begin stands beside the arms where it is about net per contact. policies,
    combine: what may be added to each arm, and how many at a time, as for `rank`. free, worlds, pairs, seed, how: as
    for `discover`, which can share its store.

    Raises ScenarioError for what is unknown or out of range, and for a single arm with nothing beside it; and as
    `study` does.
    """
    what = measure(of)
    beside = has_never(what)
    words: Mapping[str, str] = {}
    if policies:
        scenario, words = with_policies(scenario, policies, combine)
    if len(scenario.arms) < 2 and not beside:
        raise ScenarioError.of("of", of, f"net of somebody where there is one arm, so that {NEVER} stands beside it")
    factors = factors_of(scenario, free)
    shares, lived = live_design(scenario, what, factors, worlds, pairs, seed, **how)
    lived = replace(lived, arms=tuple(words.get(arm, arm) for arm in lived.arms))
    known = lived.known
    if known.sum() < 2:
        raise ScenarioError.of("of", of, "a measure that all arms have in some world")
    kept = (lived.beside_never() if beside else lived).among(known)
    begin = lived.among(known)
    chosen, begun = chosen_of(kept, seed), chosen_of(begin, seed)
    gaps = [kept.gap(other, chosen) for other in kept.arms if other != chosen]
    wrong = np.any([each.clear > 0.0 for each in gaps], axis=0)
    axes, columns = axes_of(scenario, factors, shares[known])
    return Choice(
        scenario=scenario.title,
        measure=what,
        worlds=len(shares),
        unknown=int((~known).sum()),
        pairs=pairs,
        seed=seed,
        numbers=len(factors),
        standings=standings_of(kept, seed),
        chosen=chosen,
        begun=begun,
        begun_regret=_estimates(begin, "regret_high", seed)[begin.arms.index(begun)],
        wrong=float(wrong.mean()),
        regions=regions(axes, columns, wrong, wrong.astype(float), np.max([each.whole for each in gaps], axis=0), seed),
        values=kept.noisy[0],
    )


def with_policies(
    scenario: Scenario, policies: Sequence[str | Policy], combine: int
) -> tuple[Scenario, Mapping[str, str]]:
    """Return a scenario in which every arm stands by itself and with at most so many of some policies added, and what
    each of its arms is in words.

    Raises ScenarioError for a policy that is not known or not sound, and for more arms than a scenario may have.
    """
    arms, _ = arms_of(scenario, policies, combine)
    if len(arms) > ARMS_MOST:
        allowed = f"at most {ARMS_MOST} arms; take fewer policies, or fewer at a time (combine)"
        raise ScenarioError.of("policies", f"{len(arms)} arms", allowed)
    crossed = scenario.model_copy(update={"arms": {each.name: each.scenario.arms[each.name] for each in arms}})
    return crossed, {each.name: each.words for each in arms}


def standings_of(lived: Lived, seed: int = 1) -> tuple[Standing, ...]:
    """Return how each arm stands over worlds."""
    found = {name: _estimates(lived, name, seed) for name in _STATISTICS}
    told = []
    for place, arm in enumerate(lived.arms):
        best = share_of(corrected(lambda values: (values.argmax(axis=1) == place) * 1.0, *lived.noisy))  # noqa: B023
        asked = NEVER in lived.arms and arm != NEVER
        loses = share_of(lived.gap(NEVER, arm).score) if asked else None
        told.append(Standing(arm, best=best, loses=loses, **{name: each[place] for name, each in found.items()}))
    return tuple(told)


def chosen_of(lived: Lived, seed: int = 1) -> str:
    """Return the arm that the rule chooses: the least regret that one world of ten exceeds, and of those that cannot be
    told from it the one that is worth most on average.
    """
    regret = _corrected("regret_high", *lived.noisy)
    least = int(np.argmin(regret))
    samples = _resampled(lived, "regret_high", seed)
    apart = (samples - samples[:, [least]]).std(axis=0, ddof=1)
    alike = regret - regret[least] <= Z95 * apart
    return lived.arms[int(np.argmax(np.where(alike, lived.noisy[0].mean(axis=0), -np.inf)))]


def _estimates(lived: Lived, name: str, seed: int) -> list[Estimate]:
    """Return a statistic of each arm, with the interval that follows from samples of the worlds (Efron 1979)."""
    values = _corrected(name, *lived.noisy)
    errors = _resampled(lived, name, seed).std(axis=0, ddof=1)
    sign = -1.0 if not lived.more_is_better and not name.startswith("regret") else 1.0
    return [Estimate.normal(sign * float(each), float(error)) for each, error in zip(values, errors, strict=True)]


def _resampled(lived: Lived, name: str, seed: int) -> np.ndarray:
    """Return a statistic of samples of the worlds, shape (samples, a); the same samples for every statistic."""
    luck = np.random.default_rng(seed)
    whole, halves = lived.noisy
    found = []
    for _ in range(_RESAMPLED):
        drawn = luck.integers(len(whole), size=len(whole))
        found.append(_corrected(name, whole[drawn], halves[:, drawn]))
    return np.array(found)


def _corrected(name: str, whole: np.ndarray, halves: np.ndarray) -> np.ndarray:
    """Return a statistic without the noise; no regret is below 0."""
    found = corrected(_STATISTICS[name], whole, halves)
    return np.maximum(found, 0.0) if name.startswith("regret") else found
