"""The Pareto front: arms than which no other one is better in every measure, where several measures count.

All arms live the same pairs of firms with the same luck. That one arm is better than another in all measures is taken
for certain only where each of the differences, pair by pair, is (an intersection-union test, Berger 1982), at a level
shared by all pairs of arms: so with the confidence that is asked for, no arm of the true front is called dominated.
Where there are too many arms to live all of them, NSGA-II (Deb et al. 2002) looks for the front among them.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from relsim.analysis.estimate import UNKNOWN, Estimate
from relsim.analysis.finding import new_ax, written
from relsim.errors import ScenarioError, needed
from relsim.lab.answer import Answer
from relsim.lab.lives import Lives
from relsim.lab.measures import Measure, measure
from relsim.lab.ranking.arms import MOST_ARMS, Arm, Factorial, factorial, renamed
from relsim.lab.ranking.moments import Moments
from relsim.lab.study import Cell, Study, study
from relsim.scenario.governance import Policy
from relsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["BLOCK", "MEASURED", "MOST", "Front", "Point", "Sums", "dominated", "front", "surely_dominated"]

MEASURED = ("survival", "loss.joint", "churn", "cost")
"""What counts where nobody says anything else: alive for long, at little loss, with few leaving, for little money."""

MOST = 1024
"""Arms that are lived at most, by default."""

BLOCK = 1024
"""Pairs of firms that an arm lives at a time."""

BATCH = 64
"""Pairs of firms whose sums are one observation."""

_GENERATION = 64
"""Arms of a generation of NSGA-II."""

_SHOWN = 24
"""Arms on the front that are printed."""

FRONT, PERHAPS, OFF = "front", "perhaps", "dominated"


@dataclass(frozen=True)
class Sums:
    """What is asked of the lives of an arm: what measures are made of, summed over batches of pairs of firms."""

    measures: tuple[Measure, ...]
    size: int = BATCH

    def of(self, lives: Lives) -> np.ndarray:
        """Return what stands above and below in each measure, shape (measures, 2, lives / size)."""
        (rows,) = lives.arms.values()
        ones = np.ones(len(rows["launched"]))
        both = [
            [of(rows, lives.scenario) if of is not None else ones for of in (each.above, each.below)]
            for each in self.measures
        ]
        sums: np.ndarray = np.array(both, float).reshape(len(both), 2, -1, self.size).sum(axis=3)
        return sums


@dataclass(frozen=True)
class Point:
    """One arm, and where it stands."""

    name: str
    words: str
    """The arm that it is made of, and the policies that were added."""
    estimates: tuple[Estimate, ...]
    """What it is in each measure."""
    standing: str
    """front: no other arm is better in all measures, by the estimates; perhaps: one is, but not for certain;
    dominated: one is for certain.
    """
    by: str
    """For a dominated arm, one that is better in all measures."""


@dataclass(frozen=True, repr=False)
class Front(Answer):
    """The arms among which a choice between measures has to be made."""

    heading: ClassVar[str] = "Which arms are worth a choice between several measures"
    scenario: str
    measures: tuple[Measure, ...]
    points: tuple[Point, ...]
    """Those on the front first, by the first measure; then those that may be, then the dominated ones."""
    pairs: int
    """Pairs of firms that lived under each arm."""
    confidence: float
    possible: int
    """Arms that there are, those included that contradict themselves."""
    searched: bool
    """Whether only a part of them was lived, which NSGA-II chose."""
    seed: int

    def standing(self, where: str) -> tuple[Point, ...]:
        """Return the arms that stand there: front, perhaps or dominated."""
        return tuple(point for point in self.points if point.standing == where)

    @property
    def title(self) -> str:
        return (
            f"{self.scenario}: {len(self.standing(FRONT)):,} of {len(self.points):,} arms are on the front of "
            f"{', '.join(each.name for each in self.measures)} ({self.pairs:,} pairs of firms in each)"
        )

    def said(self) -> tuple[str, ...]:
        """Say which arms are worth a choice, how sure that is, and what was not looked at."""
        chosen, perhaps, off = (len(self.standing(where)) for where in (FRONT, PERHAPS, OFF))
        told = [
            f"Choose among {chosen:,} of {len(self.points):,} arms, than which no other one is better in all of this "
            f"at once: {_listed([each.words for each in self.measures])}."
        ]
        for place, each in enumerate(self.measures):
            best = self._best(place)
            if best is not None:
                found = written(best.estimates[place], _digits(each))
                unit = "" if each.unit in each.words else f" {each.unit}"
                told.append(f"Best in {each.words}: {best.words}, {found}{unit}.")
        told.append(
            f"{off:,} arms are dominated: another one is better in everything, with {100 * self.confidence:g} % "
            f"confidence for all of them together. {perhaps:,} more are so by their estimates, but not for certain."
        )
        if self.searched:
            told.append(
                f"Of {self.possible:,} possible arms {len(self.points):,} were lived, chosen by NSGA-II: among the "
                "others there may be better ones."
            )
        if chosen > _SHOWN:
            told.append(
                f"The table shows {_SHOWN} of the {chosen:,} on the front; the CSV file that --out keeps has all."
            )
        told.append("It holds in this one world; whether it does in others, relsim lab robustness tells.")
        return tuple(told)

    def _best(self, place: int) -> Point | None:
        known = [point for point in self.points if point.estimates[place].known]
        sign = 1.0 if self.measures[place].more_is_better else -1.0
        return max(known, key=lambda point: sign * point.estimates[place].value, default=None)

    def to_frame(self) -> "pandas.DataFrame":
        import pandas as pd

        return pd.DataFrame(
            {"arm": point.name, "words": point.words, "standing": point.standing, "dominated_by": point.by}
            | {
                f"{each.name}{suffix}": number
                for each, found in zip(self.measures, point.estimates, strict=True)
                for suffix, number in zip(("", "_low", "_high"), found, strict=True)
            }
            for point in self.points
        )

    def summary(self) -> "pandas.DataFrame":
        """Return the first arms on the front, with the numbers that they have in the picture; `to_frame` has all."""
        import pandas as pd

        return pd.DataFrame(
            {"": number, "on the front": point.words}
            | {
                each.name: written(found, _digits(each))
                for each, found in zip(self.measures, point.estimates, strict=True)
            }
            for number, point in enumerate(self.standing(FRONT)[:_SHOWN], 1)
        )

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        from relsim.drawing.front import Spot, draw_front

        x, y, *others = (_axis(each) for each in self.measures)
        spots = [
            Spot(
                point.words,
                tuple(found.value for found in point.estimates[:3]),
                number if point.standing == FRONT else None,
            )
            for number, point in enumerate(self.points, 1)
        ]
        ax = new_ax(9.0, 5.2) if ax is None else ax
        return draw_front(spots, ax, x, y, others[0] if others else None, title="Arms worth a choice")


def _axis(of: Measure) -> Any:
    from relsim.drawing.front import Scale

    unit = "" if of.unit in of.words else f", {of.unit}"
    return Scale(f"{of.words}{unit}", of.more_is_better, 0.0 if of.per_contact else None)


def _digits(of: Measure) -> int:
    return 1 if of.unit == "people" else 3


def _listed(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def dominated(goods: np.ndarray) -> np.ndarray:
    """Return for which rows another one is at least as good in every column, and better in one; more is better.

    goods: shape (arms, measures). A row with a number that is not known is never dominated, and dominates none.
    """
    found = np.zeros(len(goods), bool)
    for place, row in enumerate(goods):
        found[place] = bool(((goods >= row).all(axis=1) & (goods > row).any(axis=1)).any())
    return found


def surely_dominated(goods: np.ndarray, pulls: np.ndarray, confidence: float) -> np.ndarray:
    """Return which arms are surely better than which: entry (i, l) says that l is better than i in every measure.

    goods: shape (arms, measures), more is better. pulls: how far each observation pulls them, shape (arms, measures,
    observations), with a mean of 0. A measure in which two arms are the same life by life speaks neither for nor
    against.
    """
    from scipy.stats import t

    arms, measures, count = pulls.shape
    if arms < 2:
        return np.zeros((arms, arms), bool)
    quantile = float(t.isf((1.0 - confidence) / (arms * (arms - 1)), count - 1))
    everywhere, somewhere = np.ones((arms, arms), bool), np.zeros((arms, arms), bool)
    for place in range(measures):
        moments = Moments.of(pulls[:, place])
        own = np.diag(moments.covariance)
        ahead = goods[None, :, place] - goods[:, None, place]
        clear = ahead > quantile * np.sqrt(moments.spread / count)
        same = (ahead == 0.0) & (moments.spread <= 1e-12 * (own[:, None] + own[None, :]))
        everywhere &= clear | same
        somewhere |= clear
    return everywhere & somewhere


def front(
    scenario: Scenario,
    policies: Iterable[str | Policy],
    measures: Sequence[str] = MEASURED,
    *,
    combine: int | None = None,
    pairs: int = 4 * BLOCK,
    most: int = MOST,
    confidence: float = 0.95,
    seed: int = 1,
    store: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    window: int | None = None,
    told: Callable[[int], None] | None = None,
) -> Front:
    """Return which arms are on the Pareto front of several measures.

    policies: every arm of the scenario is crossed with all sets of them, of at most `combine` at a time. measures: at
    least two, by name. pairs: pairs of firms that live under each arm, a multiple of 1,024. most: where there are more
    arms than so many, NSGA-II chooses so many of them. confidence: with which no arm of the true front is called
    dominated, but for arms that were not lived.
    store, workers, executor, window, told: as for `study`.

    Raises ScenarioError for what is not known or allowed, EngineError where optuna is needed and missing; else as
    `study` does.
    """
    wanted = tuple(measure(name) for name in measures)
    if len(set(wanted)) < max(2, len(wanted)):
        raise ScenarioError.of("measures", ", ".join(measures), "at least two, each once")
    if pairs < BLOCK or pairs % BLOCK:
        raise ScenarioError.of("pairs", pairs, f"a multiple of {BLOCK:,}")
    if not _GENERATION <= most <= MOST_ARMS:
        raise ScenarioError.of("most", most, f"arms, from {_GENERATION} to {MOST_ARMS:,}")
    if not 0.5 <= confidence < 1.0:
        raise ScenarioError.of("confidence", confidence, "a share from 0.5 to below 1")
    crossed = factorial(scenario, policies, combine)
    searched = crossed.size > most
    if searched:
        _optuna()
    with study(
        Sums(wanted),
        identity={"kind": "front", "block": BLOCK},
        store=store,
        workers=workers,
        executor=executor,
        window=window,
        told=told,
    ) as begun:
        live = _Living(begun, wanted, pairs, seed)
        arms = _search(crossed, live, most, seed) if searched else crossed.arms()[0]
        sums = live(arms)
    points = _points(renamed(arms), wanted, sums, confidence)
    return Front(scenario.title, wanted, points, pairs, confidence, crossed.size, searched, seed)


@dataclass
class _Living:
    """Lives arms, and says what their measures are made of."""

    begun: Study
    measures: tuple[Measure, ...]
    pairs: int
    seed: int

    def __post_init__(self) -> None:
        self.known: dict[str, np.ndarray] = {}

    def __call__(self, arms: Sequence[Arm]) -> np.ndarray:
        """Return the sums of each arm over batches, shape (arms, measures, 2, batches)."""
        new = {arm.words: arm for arm in arms if arm.words not in self.known}
        firsts = range(0, self.pairs, BLOCK)
        lived = self.begun.live(Cell(arm.scenario, first, BLOCK, self.seed) for arm in new.values() for first in firsts)
        for words in new:
            self.known[words] = np.concatenate([next(lived) for _ in firsts], axis=2)
        return np.array([self.known[arm.words] for arm in arms])

    def goods(self, arms: Sequence[Arm]) -> np.ndarray:
        """Return the measures of each arm such that more is better, shape (arms, measures)."""
        return _values(self(arms)) * _signs(self.measures)


def _values(sums: np.ndarray) -> np.ndarray:
    """Return what measures are, from the sums that they are made of, shape (arms, measures)."""
    above, below = sums.sum(axis=3).transpose(2, 0, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        values: np.ndarray = np.where(below > 0.0, above / below, np.nan)
    return values


def _signs(measures: Sequence[Measure]) -> np.ndarray:
    return np.array([1.0 if each.more_is_better else -1.0 for each in measures])


def _points(arms: Sequence[Arm], measures: Sequence[Measure], sums: np.ndarray, confidence: float) -> tuple[Point, ...]:
    """Return where each arm stands, those on the front first."""
    values, count = _values(sums), sums.shape[3]
    below = np.where(sums[:, :, 1].sum(axis=2) > 0.0, sums[:, :, 1].mean(axis=2), np.nan)
    pulls = (sums[:, :, 0] - values[:, :, None] * sums[:, :, 1]) / below[:, :, None]
    goods, errors = values * _signs(measures), pulls.std(axis=2, ddof=1) / np.sqrt(count)
    better = surely_dominated(goods, pulls * _signs(measures)[:, None], confidence)
    behind = dominated(goods)

    def point(place: int, arm: Arm) -> Point:
        found = [
            Estimate.normal(value, error) if np.isfinite(error) else UNKNOWN
            for value, error in zip(values[place].tolist(), errors[place].tolist(), strict=True)
        ]
        rivals = np.flatnonzero(better[place])
        leading = rivals[~behind[rivals]] if len(rivals) else rivals
        by = arms[int((leading if len(leading) else rivals)[0])].words if len(rivals) else ""
        standing = OFF if len(rivals) else PERHAPS if behind[place] else FRONT
        return Point(arm.name, arm.words, tuple(found), standing, by)

    found = [(point(place, arm), float(goods[place, 0])) for place, arm in enumerate(arms)]
    order = (FRONT, PERHAPS, OFF)
    found.sort(key=lambda each: (order.index(each[0].standing), -np.nan_to_num(each[1], nan=-np.inf)))
    return tuple(each for each, _ in found)


def _search(crossed: Factorial, live: _Living, most: int, seed: int) -> tuple[Arm, ...]:
    """Return the arms that NSGA-II lived on its way to the front.

    The first generation holds the arms as they are and with each policy alone. A set that is too large, or contradicts
    itself, becomes the one that is left when policies are taken in an order that the seed fixes, as far as they go.
    """
    optuna = _optuna()
    bases = list(crossed.scenario.arms)
    order = np.random.default_rng(seed).permutation(len(crossed.options))
    ranges = {"arm": optuna.distributions.CategoricalDistribution(range(len(bases)))} | {
        each[0].name: optuna.distributions.CategoricalDistribution(range(len(each) + 1)) for each in crossed.options
    }
    sampler = optuna.samplers.NSGAIISampler(population_size=_GENERATION, seed=seed)
    found = optuna.create_study(sampler=sampler, directions=["maximize"] * len(live.measures))
    nothing = dict.fromkeys(ranges, 0)
    for base in range(len(bases)):
        found.enqueue_trial({**nothing, "arm": base})
        for each in crossed.options:
            for which in range(len(each)):
                found.enqueue_trial({**nothing, "arm": base, each[0].name: which + 1})

    def arm_at(at: dict[str, int]) -> Arm:
        base = bases[at["arm"]]
        added: list[Policy] = []
        for place in order:
            options = crossed.options[place]
            which = at[options[0].name]
            if which and len(added) < crossed.most and crossed.arm(base, [*added, options[which - 1]]):
                added.append(options[which - 1])
        inside = {each: place for place, options in enumerate(crossed.options) for each in options}
        made = crossed.arm(base, sorted(added, key=inside.__getitem__))
        assert made is not None
        return made

    arms: dict[str, Arm] = {}
    for trials in _generations(found, ranges):
        met = [arm_at(trial.params) for trial in trials]
        new = {arm.words: arm for arm in met}.keys() - arms.keys()
        arms |= {arm.words: arm for arm in met}
        for trial, goods in zip(trials, live.goods(met), strict=True):
            known = np.isfinite(goods).all()
            found.tell(trial, goods.tolist() if known else None, state=None if known else optuna.trial.TrialState.FAIL)
        if len(arms) + _GENERATION > most or not new:
            break
    return tuple(arms.values())


def _generations(found: Any, ranges: dict[str, Any]) -> Iterator[list[Any]]:
    while True:
        yield [found.ask(ranges) for _ in range(_GENERATION)]


def _optuna() -> Any:
    optuna = needed("optuna", "a front of so many arms needs optuna", "lab")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna
