"""Ranking the arms of a scenario: which one is best, with a probability that is promised beforehand.

What is compared are means over batches of 64 pairs of firms. Single lives are skewed, and the difference of twins is
often exactly 0; procedure KN keeps its promise for normal observations, and batches of 64 are near enough to normal
(measured in docs/decisions/0023). All arms live the same pairs with the same luck.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from relsim.analysis.estimate import Estimate
from relsim.analysis.finding import new_ax, written
from relsim.errors import ScenarioError
from relsim.lab.answer import Answer
from relsim.lab.lives import Lives
from relsim.lab.measures import MEASURES, MONEY, Measure, measure
from relsim.lab.ranking.arms import Arm, arms_of
from relsim.lab.ranking.intervals import at_any_time
from relsim.lab.ranking.selection import Rule, Selection, select
from relsim.lab.study import Cell, study
from relsim.scenario.governance import Policy
from relsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["BATCH", "BLOCK", "FIRST", "INDIFFERENCE", "MOST", "BatchMeans", "Ranked", "Ranking", "objective_of", "rank"]

BATCH = 64
"""Pairs of firms whose mean is one observation."""

BLOCK = 1024
"""Pairs of firms that an arm lives at a time."""

FIRST = 4096
"""Pairs of firms that every arm lives, by default, before any is left out.

They have to show the rare events that matter: 4,096 do not overlook a loss of 5 annual contract values in one of 500.
"""

MOST = 2**20
"""Pairs of firms that an arm lives at most, by default."""

INDIFFERENCE = {MONEY: 0.01, "share": 0.01, "people": 1.0, "years": 0.05}
"""What is too little to care about by the unit of the objective, where nobody says what it is."""

_SHOWN = 40
"""Arms that are printed and drawn."""


@dataclass(frozen=True)
class BatchMeans:
    """What is asked of the lives of an arm: the means of a measure over batches of pairs of firms."""

    measure: Measure
    size: int = BATCH

    def of(self, lives: Lives) -> np.ndarray:
        """Return the mean of each batch, shape (lives / size,)."""
        (rows,) = lives.arms.values()
        means: np.ndarray = self.measure.above(rows, lives.scenario).reshape(-1, self.size).mean(axis=1)
        return means


@dataclass(frozen=True)
class Ranked:
    """What is known of one arm."""

    name: str
    words: str
    """The arm that it is made of, and the policies that were added."""
    estimate: Estimate
    behind: Estimate
    """Its difference from the best arm, pair by pair."""
    pairs: int
    """Pairs of firms that lived under it."""
    out_by: str
    """The arm that drove it out, in words; empty where it was there to the end."""


@dataclass(frozen=True, repr=False)
class Ranking(Answer):
    """Which arm is best, and what is known of the others.

    Arms stopped living when they had fallen behind, so all intervals are of the kind that holds at whatever time one
    looks (`at_any_time`).
    """

    heading: ClassVar[str] = "Which arm is best"
    scenario: str
    measure: Measure
    confidence: float
    """The least probability that the best one is chosen, if it is ahead by the indifference zone."""
    indifference: float
    arms: tuple[Ranked, ...]
    """The best one first, then by their difference from it."""
    kept: bool
    """Whether the selection ended of itself, and so with its promise."""
    never: int | None
    """1 where the best arm is better than never to begin, -1 where worse, 0 where that is open; None: not compared."""
    two_stage: int
    """Pairs of firms for every arm that a procedure of two stages would have needed for the same promise."""
    left_out: int
    """Arms that were asked for but contradict themselves."""
    seed: int

    @property
    def best(self) -> Ranked:
        """The arm that is chosen."""
        return self.arms[0]

    @property
    def lives(self) -> int:
        """Lives that were lived."""
        return sum(each.pairs for each in self.arms)

    @property
    def saved(self) -> int:
        """Lives that were spared against living all arms as long as the one that lived longest."""
        return len(self.arms) * max(each.pairs for each in self.arms) - self.lives

    @property
    def near(self) -> tuple[Ranked, ...]:
        """The other arms that, as far as is known, are within the indifference zone of the best or ahead of it."""
        return tuple(each for each in self.arms[1:] if _better(self.measure, each.behind).high > -self.indifference)

    @property
    def title(self) -> str:
        sure = f"at least {_percent(self.confidence)} sure" if self.kept else "not sure yet"
        return (
            f"{self.scenario}: {self.best.words} is the best of {len(self.arms):,} arms in {self.measure.words} "
            f"({sure}; differences below {self._zone} are not told apart)"
        )

    @property
    def _zone(self) -> str:
        return f"{self.indifference:g} {self.measure.unit}"

    def said(self) -> tuple[str, ...]:
        """Say which arm to take, how sure that is, and where it would be wrong."""
        return (*self._what(), *self._how_sure(), *self._where_wrong())

    def _what(self) -> Iterable[str]:
        best, never = self.best, self.against_never
        found = f"{self.measure.words} {written(best.estimate)} {self.measure.unit} per started contact [95 % interval]"
        if not self.kept:
            yield f"So far the best is {best.words}: {found}."
        elif never == "worse":
            yield f"Rather do not begin: even the best arm is worse. If you begin, adopt {best.words}: {found}."
        else:
            yield f"Adopt {best.words}: {found}."
        if len(self.arms) > 1:
            second = self.arms[1]
            yield f"The next one is {second.words}, at {written(second.behind, sign=True)} from it."
        if never in ("better", "worse") and not (self.kept and never == "worse"):
            yield f"It is {never} than never to begin."
        elif never == "alike":
            yield f"It is about as good as never to begin: the two are within {self._zone} of each other."
        elif never == "open":
            yield "Whether it is better than never to begin is open."

    @property
    def against_never(self) -> str:
        """How the best arm stands to never to begin: better, worse, alike (within the zone), open; empty: not asked."""
        if self.never is None:
            return ""
        if self.never == 0 and not self.kept:
            return "open"
        if abs(self.best.estimate.value) < self.indifference:
            return "alike"
        return "better" if self.never > 0 else "worse"

    def _how_sure(self) -> Iterable[str]:
        if self.kept:
            yield (
                f"The best arm is chosen with a probability of at least {_percent(self.confidence)}, if it is ahead of "
                f"every other one by at least {self._zone}."
            )
        else:
            yield (
                f"After {self.best.pairs:,} pairs of firms this is not yet decided with a probability of "
                f"{_percent(self.confidence)}; allow more lives (most), or a wider indifference zone."
            )
        if self.near:
            yield f"Not told apart from it, as they may be within that: {_listed([each.words for each in self.near])}."
        spared = f", {self.saved:,} fewer than had all arms lived as long as the longest" if self.saved else ""
        yield (
            f"{self.lives:,} lives were lived{spared}; with the same promise, a procedure of two stages takes "
            f"{len(self.arms) * self.two_stage:,}."
        )
        if len(self.arms) > _SHOWN:
            yield f"The table shows the first {_SHOWN} of {len(self.arms):,} arms; the file that --out keeps has all."
        if self.left_out:
            yield f"{self.left_out:,} more arms were left out: their policies contradict, or the arm has them already."

    def _where_wrong(self) -> Iterable[str]:
        yield (
            "It holds in this one world, whose numbers are mostly assumptions; whether it does in others, relsim lab "
            "robustness tells."
        )

    @property
    def _never(self) -> tuple[Ranked, ...]:
        """Never to begin, as the last row of tables and pictures."""
        if self.never is None:
            return ()
        value, low, high = self.best.estimate
        nothing = Estimate(0.0, 0.0, 0.0)
        return (Ranked("never", "never to begin", nothing, Estimate(-value, -high, -low), 0, ""),)

    def to_frame(self) -> "pandas.DataFrame":
        import pandas as pd

        return pd.DataFrame(
            {
                "place": place if each.pairs else None,
                "arm": each.name,
                "words": each.words,
                "value": each.estimate.value,
                "low": each.estimate.low,
                "high": each.estimate.high,
                "behind": each.behind.value,
                "behind_low": each.behind.low,
                "behind_high": each.behind.high,
                "pairs": each.pairs,
                "out_by": each.out_by,
            }
            for place, each in enumerate((*self.arms, *self._never), 1)
        )

    def summary(self) -> "pandas.DataFrame":
        """Return the first 40 arms and never to begin; `to_frame` has all."""
        import pandas as pd

        return pd.DataFrame(
            {
                "arm": each.words,
                f"{self.measure.name} [95 % interval]": written(each.estimate),
                "from the best": written(each.behind, sign=True) if place else "-",
                "pairs": f"{each.pairs:,}" if each.pairs else "-",
                "": self._standing(each),
            }
            for place, each in enumerate((*self.arms[:_SHOWN], *self._never))
        )

    def _standing(self, arm: Ranked) -> str:
        if arm == self.best:
            return "the best" if self.kept else "the best so far"
        return "not told apart" if arm in self.near else "out" if arm.out_by else ""

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        from relsim.drawing.ranking import Bar, draw_ranking

        drawn = self.arms[:_SHOWN]
        near = {self.best.name, *(each.name for each in self.near)}
        bars = [Bar(each.words, each.behind, f"{each.pairs:,}", bool(each.out_by), each.name in near) for each in drawn]
        bars += [Bar(each.words, each.behind, "", False, False) for each in self._never]
        more = len(self.arms) - len(drawn)
        meant = "Blue: the best arm, and those that may be within the indifference zone (the band); grey: driven out."
        ax = new_ax(7.0, 1.4 + 0.26 * len(bars)) if ax is None else ax
        return draw_ranking(
            bars,
            ax,
            zone=self.indifference if self.measure.more_is_better else -self.indifference,
            title=f"The best of {len(self.arms):,} arms, and how far the others are from it",
            x=f"difference in {self.measure.name}, {self.measure.unit}",
            counted="pairs lived",
            remark=f"{meant} {more:,} more arms, farther away, are not drawn." if more else meant,
        )


def _better(measured: Measure, difference: Estimate) -> Estimate:
    """Return a difference such that more is better."""
    return difference if measured.more_is_better else Estimate(-difference.value, -difference.high, -difference.low)


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def _listed(words: Sequence[str], most: int = 6) -> str:
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return f"{', '.join(words[:most])}{more}"


def objective_of(name: str) -> Measure:
    """Return the measure by which arms are ranked.

    Raises ScenarioError for an unknown one, and for a ratio: the mean of ratios of batches is not the ratio.
    """
    found = measure(name)
    if not found.per_contact:
        known = ", ".join(each.name for each in MEASURES.values() if each.per_contact)
        allowed = f"a mean per started contact ({known}): a ratio is not the mean of the ratios of batches of lives"
        raise ScenarioError.of("objective", name, allowed)
    return found


def rank(
    scenario: Scenario,
    objective: str = "net.joint",
    *,
    policies: Iterable[str | Policy] = (),
    combine: int | None = 1,
    confidence: float = 0.95,
    indifference: float | None = None,
    first: int = FIRST,
    most: int = MOST,
    seed: int = 1,
    store: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    window: int | None = None,
    told: Callable[[int], None] | None = None,
) -> Ranking:
    """Return which arm of a scenario is best in an objective, living poor ones no longer than it takes to know them.

    objective: the name of a measure that is a mean per started contact. policies: each arm is ranked as it is and with
    each of them, such as "deferred-bonus:years=2"; combine: how many of them at a time at most, None for all.
    confidence: the least probability of choosing the best arm if it is ahead by `indifference`, which is in the unit
    of the objective and by default that of INDIFFERENCE. first: pairs of firms that every arm lives before any is left
    out, a multiple of 1,024. most: pairs of firms that an arm lives at most.
    store, workers, executor, window, told: as for `study`.

    Raises ScenarioError for what is not known or allowed, and for more arms than MOST_ARMS; else as `study` does.
    """
    measured = objective_of(objective)
    if first < BLOCK or first % BLOCK:
        raise ScenarioError.of("first", first, f"pairs of firms, a multiple of {BLOCK:,}")
    if most < first:
        raise ScenarioError.of("most", most, f"pairs of firms, not below the {first:,} of the first stage")
    rule = Rule(
        INDIFFERENCE[measured.unit] if indifference is None else indifference,
        confidence,
        first // BATCH,
        BLOCK // BATCH,
        most // BATCH,
    )
    arms, left_out = arms_of(scenario, policies, combine)
    begins = measured.name.startswith("net.")
    sign = 1.0 if measured.more_is_better else -1.0
    identity = {"kind": "ranking", "block": BLOCK}
    with study(
        BatchMeans(measured),
        identity=identity,
        store=store,
        workers=workers,
        executor=executor,
        window=window,
        told=told,
    ) as begun:

        def sample(which: Sequence[int], first: int, count: int) -> np.ndarray:
            blocks = range(first * BATCH, (first + count) * BATCH, BLOCK)
            cells = [Cell(arms[arm].scenario, start, BLOCK, seed) for arm in which for start in blocks]
            return sign * np.array(list(begun.live(cells))).reshape(len(which), count)

        selection = select(sample, len(arms), rule, standard=0.0 if begins else None)
    return Ranking(
        scenario=scenario.title,
        measure=measured,
        confidence=rule.confidence,
        indifference=rule.indifference,
        arms=_ranked(arms, selection, sign, first),
        kept=selection.kept,
        never=selection.side if begins else None,
        two_stage=selection.two_stage * BATCH,
        left_out=left_out,
        seed=seed,
    )


def _ranked(arms: Sequence[Arm], selection: Selection, sign: float, first: int) -> tuple[Ranked, ...]:
    """Return what is known of each arm, the best one first."""
    best = selection.values[selection.best]

    def of(place: int, values: np.ndarray, out_by: int | None) -> Ranked:
        behind = at_any_time(sign * (values - best[: len(values)]), first // BATCH)
        estimate = at_any_time(sign * values, first // BATCH)
        driver = "" if out_by is None else arms[out_by].words
        return Ranked(arms[place].name, arms[place].words, estimate, behind, len(values) * BATCH, driver)

    found = [of(place, *each) for place, each in enumerate(zip(selection.values, selection.out_by, strict=True))]
    chosen = found.pop(selection.best)
    return (chosen, *sorted(found, key=lambda each: -sign * each.behind.value))
