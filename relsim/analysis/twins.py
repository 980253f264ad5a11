"""Counterfactual twins: the same pairs of firms with the same luck under two arms, and what made the difference.

With Y a measure per contact, L whether a relationship was launched, d the first arm and f the other:

    mean(Y_f - Y_d) = treatment (both launched) + selection (only d) + added (only f) + friction (neither)

and with Z what is known of launched relationships alone, alive at an age or years lived up to it:

    E[Z_f|L_f] - E[Z_d|L_d] = (E[Z_d|both] - E[Z_d|L_d]) + E[Z_f - Z_d|both] + (E[Z_f|L_f] - E[Z_f|both])
                            =        selection           +     treatment     +          added
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from relsim.analysis.columns import (
    DECOMPOSED,
    GROUPS,
    OTHER,
    OUTCOMES,
    REFUSALS,
    WAYS_OUT,
    column_names,
    in_words,
    of_nothing,
    watched_ages,
)
from relsim.analysis.estimate import UNKNOWN, Estimate
from relsim.analysis.finding import Finding, new_ax, written
from relsim.analysis.tally import Tally
from relsim.errors import ScenarioError, nearest
from relsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["HEADLINES", "PARTS", "Decomposition", "Difference", "Differences", "Part", "decompose", "differences"]

PARTS = dict(zip(GROUPS, ("treatment", "selection", "added", "friction"), strict=True))
"""What the difference of each group of pairs is called."""

LAUNCHED_BY = {
    "both": "both launched",
    "first": "only {first} launched",
    "second": "only {second} launched",
    "neither": "neither launched",
}

HEADLINES = (
    "signed",
    "launched",
    *(f"survival.per_contact.{year}" for year in (1, 2, 3, 5, 10)),
    *(f"{what}.{side}" for what in ("net", "loss") for side in ("joint", "client", "supplier")),
    *(f"departures.{level}" for level in ("strategic", "tactical", "operational")),
    "limping_years",
    "denials",
    "rescues",
    "first_problem_to_realised",
    "realised_to_end",
)
"""The measures of a comparison that are told where nothing else is asked for."""


def _known(what: str, name: str, known: Iterable[str]) -> str:
    """Return a name if it is known.

    Raises ScenarioError with the nearest one if not.
    """
    names = list(known)
    if name not in names:
        raise ScenarioError.of(what, name, f"one of {', '.join(names)}", nearest(name, names))
    return name


def other_arm(scenario: Scenario, arm: str | None) -> str:
    """Return the arm that is held against the first: the one asked for, or the second.

    Raises ScenarioError for an unknown arm, the first one, or where there is only one.
    """
    first, *others = scenario.arms
    if not others:
        raise ScenarioError.of("arms", first, "a comparison needs a second arm")
    return others[0] if arm is None else _known("arm", arm, others)


@dataclass(frozen=True)
class Difference:
    """One measure under both arms, and its difference pair by pair."""

    measure: str
    first: Estimate
    second: Estimate
    gap: Estimate
    pairs: int
    """Pairs of firms in which both arms have it."""
    removed: float
    """The share of the difference's variance that pairing removed, against independent firms and luck."""
    correlation: float
    """Of the twins."""


@dataclass(frozen=True, repr=False)
class Differences(Finding):
    """Every measure of an arm against the first one, pair by pair, and beside never."""

    first: str
    second: str
    found: tuple[Difference, ...]

    @property
    def title(self) -> str:
        return f"{self.second} against {self.first}, pair by pair (95 % intervals)"

    def __getitem__(self, measure: str) -> Difference:
        return next(each for each in self.found if each.measure == measure)

    def to_frame(self) -> "pandas.DataFrame":
        """Return a row a measure: both arms, never, the difference with its interval, and what pairing was worth."""
        import pandas as pd

        lines = [
            {
                "measure": each.measure,
                self.first: each.first.value,
                self.second: each.second.value,
                "never": of_nothing(each.measure),
                "difference": each.gap.value,
                "low": each.gap.low,
                "high": each.gap.high,
                "pairs": each.pairs,
                "variance_removed": each.removed,
                "correlation": each.correlation,
            }
            for each in self.found
        ]
        return pd.DataFrame(lines)

    def summary(self) -> "pandas.DataFrame":
        """Return the same with intervals as text."""
        import pandas as pd

        lines = [
            {
                "measure": each.measure,
                self.first: written(each.first),
                self.second: written(each.second),
                "never": "-" if math.isnan(of_nothing(each.measure)) else "0",
                "difference": written(each.gap, sign=True),
                "variance removed": "-" if math.isnan(each.removed) else f"{each.removed:.0%}",
            }
            for each in self.found
        ]
        return pd.DataFrame(lines)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw the differences as shares of what the first arm has, with their intervals."""
        from relsim.drawing.twins import draw_differences

        shown = [each for each in self.found if each.first.value and each.gap.known]
        scales = [abs(each.first.value) for each in shown]
        names = [in_words(each.measure) for each in shown]
        means = [each.gap.value / scale for each, scale in zip(shown, scales, strict=True)]
        widths = [each.gap.half_width / scale for each, scale in zip(shown, scales, strict=True)]
        title = f"{self.second} against {self.first}, measure by measure"
        ax = ax or new_ax(height=1.2 + 0.22 * max(4, len(shown)))
        return draw_differences(names, means, widths, ax, title=title, x=f"difference, share of {self.first}")


def differences(
    scenario: Scenario, tally: Tally, arm: str | None = None, measures: Iterable[str] | None = None
) -> Differences:
    """Return the differences of an arm from the first one, by default those of the headline measures.

    Raises ScenarioError for an unknown arm or measure.
    """
    first, second = next(iter(scenario.arms)), other_arm(scenario, arm)
    before = f"differences.{second}."
    known = [name.removeprefix(before) for name in column_names(scenario) if name.startswith(before)]
    if measures is None:
        chosen = [name for name in HEADLINES if name in known]
    else:
        chosen = [_known("measure", name, known) for name in measures]
    return Differences(first, second, tuple(_difference(tally, first, second, name) for name in chosen))


def _difference(tally: Tally, first: str, second: str, measure: str) -> Difference:
    names = [
        name if (name := f"arms.{arm}.{measure}") in tally.names else f"arms.{arm}.per_contact.{measure}"
        for arm in (first, second)
    ]
    paired, *alone = (_variance(tally, name) for name in (f"differences.{second}.{measure}", *names))
    both, product = sum(alone), alone[0] * alone[1]
    return Difference(
        measure,
        tally.estimate(names[0]),
        tally.estimate(names[1]),
        tally.estimate(f"differences.{second}.{measure}"),
        tally.of(f"differences.{second}.{measure}")[0],
        1.0 - paired / both if both > 0.0 else math.nan,
        (both - paired) / 2.0 / math.sqrt(product) if product > 0.0 else math.nan,
    )


def _variance(tally: Tally, name: str) -> float:
    count, _, squares = tally.of(name)
    return squares / (count - 1) if count > 1 else math.nan


@dataclass(frozen=True)
class Part:
    """A part of a difference."""

    name: str
    """treatment, selection, added, friction; or how a refusal came about."""
    whose: str
    """Which pairs it comes from."""
    share: float
    """Their share of all started contacts (per launched relationship: NaN where it is a shift between groups)."""
    mean: Estimate
    """What it adds to the difference."""


@dataclass(frozen=True, repr=False)
class Decomposition(Finding):
    """The advantage of an arm over the first one, split by who launched; the parts add up."""

    first: str
    second: str
    what: str
    """What is compared, in words."""
    whole: Estimate
    parts: tuple[Part, ...]
    refusals: tuple[tuple[str, Mapping[str, Estimate]], ...] = ()
    """Of selection: how the other arm came not to launch, and for each way what that avoided, forwent and cost."""
    outcomes: tuple[tuple[str, Estimate, Mapping[str, Mapping[str, Estimate]]], ...] = ()
    """For each group its share, and each outcome under both arms."""
    factor: float = 1.0
    unit: str = ""

    @property
    def title(self) -> str:
        return f"{self.second} against {self.first}: {self.what}, by who launched (95 % intervals)"

    def __getitem__(self, name: str) -> Part:
        return next(part for part in self.parts if part.name == name)

    @property
    def _lines(self) -> tuple[Part, ...]:
        return (Part("difference", "all pairs", 1.0, self.whole), *self.parts)

    def to_frame(self) -> "pandas.DataFrame":
        """Return the whole and its parts: part, pairs, share, mean, low, high."""
        import pandas as pd

        lines = [
            {
                "part": part.name,
                "pairs": part.whose,
                "share": part.share,
                "mean": part.mean.value,
                "low": part.mean.low,
                "high": part.mean.high,
            }
            for part in self._lines
        ]
        return pd.DataFrame(lines)

    def summary(self) -> "pandas.DataFrame":
        """Return the same with intervals as text."""
        import pandas as pd

        lines = [
            {
                "part": part.name,
                "pairs": part.whose,
                "share": "-" if math.isnan(part.share) else f"{part.share:.1%}",
                "what it adds": written(part.mean, sign=True),
            }
            for part in self._lines
        ]
        return pd.DataFrame(lines)

    def refused(self) -> "pandas.DataFrame":
        """Return what became of pairs that only the first arm launched: how the other came not to, and at what price.

        Per started contact: losses avoided, gains forgone, and what not launching cost or brought. They add up to
        selection.
        """
        import pandas as pd

        lines = []
        for ending, ways in self.refusals:
            line: dict[str, object] = {"ending": ending, "share": ways["share"].value}
            for way in WAYS_OUT[1:]:
                line |= {way: ways[way].value, f"{way}_low": ways[way].low, f"{way}_high": ways[way].high}
            lines.append(line)
        return pd.DataFrame(lines)

    def groups(self) -> "pandas.DataFrame":
        """Return the four groups of pairs: share, and under both arms the mean net, loss, failed, departures."""
        import pandas as pd

        lines = []
        for whose, share, by_arm in self.outcomes:
            line: dict[str, object] = {"pairs": whose, "share": share.value, "low": share.low, "high": share.high}
            for arm, told in by_arm.items():
                line |= {f"{name}, {arm}": each.value for name, each in told.items()}
            lines.append(line)
        return pd.DataFrame(lines)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        from relsim.drawing.twins import draw_decomposition

        parts = [("difference", self.whole.value, self.whole.half_width)]
        for part in self.parts:
            parts.append((f"{part.name}: {part.whose}", part.mean.value, part.mean.half_width))
            if part.name == "selection":
                of_it = [(ending, ways["total"]) for ending, ways in self.refusals if ways["share"].value > 0.0]
                parts += [(f"  {ending}", total.value, total.half_width) for ending, total in of_it]
        ax = ax or new_ax(height=1.4 + 0.42 * len(parts))
        title = f"What makes {self.second} differ from {self.first}"
        return draw_decomposition(parts, ax, self.factor, self.unit or self.what, title=title)


def decompose(
    scenario: Scenario,
    tally: Tally,
    measure: str = "net.joint",
    arm: str | None = None,
    *,
    per: str = "contact",
    age: float | None = None,
    factor: float = 1.0,
    unit: str = "",
) -> Decomposition:
    """Return the difference of an arm from the first one, split by who launched.

    per: "contact", for a money or people measure; or "launched", for measure "alive" (at an age) or "life" (years lived
    up to it). age: one of the years to which every launched relationship was watched, by default the longest.
    factor, unit: how money is shown in the picture.

    Raises ScenarioError for an unknown arm or measure, and for an age to which some were not watched.
    """
    first, second = next(iter(scenario.arms)), other_arm(scenario, arm)
    if per == "contact":
        _known("measure", measure, DECOMPOSED)
        return _per_contact(tally, first, second, measure, factor, unit)
    _known("per", per, ("contact", "launched"))
    _known("measure", measure, ("alive", "life"))
    possible = [each for each in watched_ages(scenario.horizon) if _all_watched(tally, second, each)]
    if age is None and possible:
        age = possible[-1]
    if age not in possible:
        told = ", ".join(map(str, possible)) or "none: some launched too late to be watched for even a year"
        raise ScenarioError.of("age", age, f"a year to which every launched relationship was watched: {told}")
    return _per_launched(tally, first, second, measure, int(age))


def _per_contact(tally: Tally, first: str, second: str, measure: str, factor: float, unit: str) -> Decomposition:
    before = f"twins.{second}"
    parts = []
    for group, name in PARTS.items():
        share = tally.of(f"{before}.group.{group}")[1]
        whose = LAUNCHED_BY[group].format(first=first, second=second)
        parts.append(Part(name, whose, share, tally.estimate(f"{before}.part.{group}.{measure}")))
    refusals = []
    for ending in (*(each.name for each in REFUSALS), OTHER) if measure == "net.joint" else ():
        ways = {way: tally.estimate(f"{before}.no.{ending}.{way}") for way in WAYS_OUT}
        refusals.append((in_words(ending), ways))
    outcomes = []
    for group in GROUPS:
        by_arm = {
            arm: {name: tally.estimate(f"{before}.of.{group}.{place}.{name}") for name in OUTCOMES}
            for place, arm in (("first", first), ("second", second))
        }
        whose = LAUNCHED_BY[group].format(first=first, second=second)
        outcomes.append((whose, tally.share(f"{before}.group.{group}"), by_arm))
    what = f"{in_words(measure)}, per started contact"
    whole = tally.estimate(f"differences.{second}.{measure}")
    return Decomposition(first, second, what, whole, tuple(parts), tuple(refusals), tuple(outcomes), factor, unit)


def _count(tally: Tally, name: str) -> int:
    """Return how many pairs a column of 0 and 1 counts."""
    count, mean, _ = tally.of(name)
    return round(count * mean) if count else 0


def _all_watched(tally: Tally, second: str, age: int) -> bool:
    """Say whether every relationship that was launched under either arm was watched up to an age."""
    before = f"twins.{second}"
    return all(
        tally.of(f"{before}.alive.{age}.{column}")[0] == _count(tally, f"{before}.group.{group}")
        for column, group in (("both.gap", "both"), ("only.first", "first"), ("only.second", "second"))
    )


def _per_launched(tally: Tally, first: str, second: str, measure: str, age: int) -> Decomposition:
    """Split the difference of what is known of launched relationships alone.

    Intervals by the delta method: who launched is multinomial, and given that the groups are independent samples; those
    of both arms are paired where both launched.
    """
    before = f"twins.{second}.{measure}.{age}"
    mean_d, mean_f, gap = (_sample(tally, f"{before}.both.{which}") for which in ("first", "second", "gap"))
    only_d, only_f = _sample(tally, f"{before}.only.first"), _sample(tally, f"{before}.only.second")
    both = mean_d.count
    if both == 0:
        parts = tuple(Part(name, "", math.nan, UNKNOWN) for name in ("selection", "treatment", "added"))
        return Decomposition(first, second, _words(measure, age), UNKNOWN, parts)
    weight_d, weight_f = only_d.count / (both + only_d.count), only_f.count / (both + only_f.count)
    # with nobody in a group its weight is 0, and so is what it adds
    step_d, step_f = (
        (mean_d.mean - only_d.mean if only_d.count else 0.0),
        (only_f.mean - mean_f.mean if only_f.count else 0.0),
    )
    noise_d, noise_f = _of_weight(weight_d, both + only_d.count), _of_weight(weight_f, both + only_f.count)
    selection = weight_d * step_d
    added = weight_f * step_f
    var_selection = weight_d**2 * (mean_d.variance + only_d.variance) + step_d**2 * noise_d
    var_added = weight_f**2 * (mean_f.variance + only_f.variance) + step_f**2 * noise_f
    shared = (mean_d.variance + mean_f.variance - gap.variance) / 2.0
    of_weights = weight_d * weight_f * (1.0 - weight_d) * (1.0 - weight_f) / both
    var_whole = (
        (1.0 - weight_f) ** 2 * mean_f.variance
        + (1.0 - weight_d) ** 2 * mean_d.variance
        - 2.0 * (1.0 - weight_f) * (1.0 - weight_d) * shared
        + weight_f**2 * only_f.variance
        + weight_d**2 * only_d.variance
        + step_f**2 * noise_f
        + step_d**2 * noise_d
        + 2.0 * step_f * step_d * of_weights
    )
    whole = selection + gap.mean + added
    parts = (
        Part(
            "selection",
            f"{first}: those that {second} launched too, against all",
            math.nan,
            _normal(selection, var_selection),
        ),
        Part("treatment", "both launched", math.nan, _normal(gap.mean, gap.variance)),
        Part("added", f"{second}: all, against those that {first} launched too", math.nan, _normal(added, var_added)),
    )
    return Decomposition(first, second, _words(measure, age), _normal(whole, var_whole), parts)


@dataclass(frozen=True)
class _Sample:
    count: int
    mean: float
    variance: float
    """Of the mean."""


def _sample(tally: Tally, name: str) -> _Sample:
    count, mean, squares = tally.of(name)
    return _Sample(count, mean if count else 0.0, squares / (count - 1) / count if count > 1 else 0.0)


def _of_weight(weight: float, count: int) -> float:
    return weight * (1.0 - weight) / count


def _normal(value: float, variance: float) -> Estimate:
    return Estimate.normal(value, math.sqrt(max(0.0, variance)))


def _words(measure: str, age: int) -> str:
    years = f"{age} year{'s' if age > 1 else ''}"
    told = f"alive {years} after start" if measure == "alive" else f"years of operations within {years}"
    return f"{told}, per launched relationship"
