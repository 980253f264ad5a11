"""What a comparison needs of its lives, in sums that merge: memory does not grow with the number of replications.

Measures are columns of moments under the names of `relsim compare --json`; endings are counted by day, losses in bins.
Counts are exact, so the times of survival curves are known to a day, and the amounts of losses to a thirty-second of
an octave.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, cached_property

import numpy as np

from relsim.analysis.columns import (
    CHURN,
    MOMENT,
    SIDES,
    Rows,
    by_column,
    column_names,
    columns,
    has_failed,
    realised_at,
)
from relsim.analysis.estimate import UNKNOWN, Z95, Estimate, wilson
from relsim.analysis.moments import Moments, Node, grown, moments, whole
from relsim.analysis.survival import Curve, Exits, exits_of, life_table
from relsim.model.row import BLOCK
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import Ending

__all__ = ["DAYS", "Clock", "Outcome", "Step", "Tally", "empty", "exact_exits", "loss_edges", "tally"]

DAYS = 365
"""Days in a year, so that whole years end on a day."""

_OCTAVES = (-16, 24)
_BITS = 5
_SHIFT = 52 - _BITS
_LEAST = (1023 + _OCTAVES[0]) << _BITS
_BINS = 1 + ((_OCTAVES[1] - _OCTAVES[0]) << _BITS)


class Clock(IntEnum):
    """Of whom days are counted, and from when."""

    CONTACT = 0
    """All started contacts, from first contact."""
    OPERATIONS = 1
    """The launched relationships, from the start of operations."""
    LAUNCHED = 2
    """The launched relationships, from first contact; by their choice none of them can end before it starts."""


class Step(IntEnum):
    """The steps on the way from a problem to the end; the days that each takes are counted."""

    TO_REALISING = 0
    """From the first problem until a top realises that it is failing (at once, where it knew before)."""
    TO_ACTING = 1
    """From realising until a rescue is launched or an exit decided."""
    TO_THE_END = 2
    """From then until the relationship is over."""


class Outcome(IntEnum):
    """How a step came out, in relationships that failed (ended for bad or mixed reasons) and in others."""

    CENSORED = 0
    HAPPENED_FAILED = 1
    HAPPENED = 2
    ENDED_FAILED = 3
    """It never came: the relationship ended before, and failed."""
    ENDED = 4


@cache
def loss_edges() -> np.ndarray:
    """Return the lower edges of the bins of losses but the first, which counts those who lose nothing."""
    edges: np.ndarray = (np.arange(_LEAST, _LEAST + _BINS - 1) << _SHIFT).view(float)
    return edges


def _loss_bins(losses: np.ndarray) -> np.ndarray:
    """Return the bin of each loss, read off the bits of the number; what is beyond the ends counts in the last."""
    bins = (np.ascontiguousarray(losses).view(np.int64) >> _SHIFT) - _LEAST + 1
    found: np.ndarray = np.where(losses > 0.0, np.clip(bins, 1, _BINS - 1), 0)
    return found


def _days(years: np.ndarray, most: int) -> np.ndarray:
    """Return on which day something happens; a day holds its end but not its beginning, and the first day both."""
    days = np.ceil((years - MOMENT) * DAYS).astype(np.int64) - 1
    return np.clip(days, 0, most - 1)


@dataclass(frozen=True)
class Tally:
    """What is kept of some lives of every arm; tallies of any parts merge into the same whole."""

    names: tuple[str, ...]
    """The names of the k columns."""
    nodes: Mapping[Node, Moments]
    """The moments of the columns, as a tree over blocks."""
    ends: np.ndarray
    """How many ended on each day: arm x clock x ending x day, int64. ONGOING: censored, on the last day watched."""
    losses: np.ndarray
    """How many lost how much: arm x side x bin, int64."""
    steps: np.ndarray
    """How many took how many days for each step: arm x step x outcome x day, int64."""

    def merged(self, other: "Tally") -> "Tally":
        """Return the tally of the lives of both."""
        assert self.names == other.names
        return Tally(
            self.names,
            grown(self.nodes, other.nodes.items()),
            self.ends + other.ends,
            self.losses + other.losses,
            self.steps + other.steps,
        )

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    @cached_property
    def _whole(self) -> Moments:
        return whole(self.nodes)

    def of(self, name: str) -> tuple[int, float, float]:
        """Return of one column how many values it has, their mean, and their sum of squared deviations from it."""
        place, made = self._places[name], self._whole
        count = int(made.count[place])
        return count, float(made.total[place]) / count if count else float("nan"), float(made.squares[place])

    def estimate(self, name: str) -> Estimate:
        """Return the mean of one column with its normal 95 % interval; NaN where nobody has it."""
        count, mean, squares = self.of(name)
        if count == 0:
            return UNKNOWN
        return Estimate.normal(mean, (squares / (count - 1) / count) ** 0.5 if count > 1 else float("nan"))

    def share(self, name: str) -> Estimate:
        """Return the mean of a column of 0 and 1 with its 95 % interval by Wilson's formula (1927)."""
        count, mean, _ = self.of(name)
        return wilson(mean, count) if count else UNKNOWN

    def columns(self) -> dict[str, tuple[int, float, float]]:
        """Return count, mean and half of the 95 % interval of each column by name; NaN where there is none."""
        made = self._whole
        values = zip(made.count.tolist(), made.mean.tolist(), made.half_width.tolist(), strict=True)
        return dict(zip(self.names, values, strict=True))

    def exits(self, arm: int, clock: Clock = Clock.OPERATIONS) -> Exits:
        """Return when the lives of an arm, by its place, ended and were censored, on the ends of days."""
        # from first contact, whoever is censored is so at the horizon, where the last day ends
        return _by_day(self.ends[arm, clock], to_its_end=clock != Clock.OPERATIONS)

    def curve(self, arm: int, clock: Clock = Clock.OPERATIONS) -> Curve:
        """Return the survival curve of an arm by its place, on the ends of days."""
        return life_table(self.exits(arm, clock))

    def step(self, arm: int, step: Step) -> Exits:
        """Return how long a step took in an arm by its place, on the ends of days; counts by Outcome."""
        return _by_day(self.steps[arm, step], to_its_end=False)

    def churn(self, arm: str) -> tuple[np.ndarray, np.ndarray]:
        """Return how many people leave per year of operations, both firms together, and half of the 95 % intervals.

        In the order of CHURN. Ratios of means over the launched relationships, intervals by the delta method.
        """
        made, place = self._whole, self._places
        years = place[f"churn.{arm}.years"]
        count, rates, spreads = int(made.count[years]), [], []
        for which in range(len(CHURN)):
            left, both = place[f"churn.{arm}.{which}"], place[f"churn.{arm}.{which}.times_years"]
            if count < 2:
                rates.append(made.total[left] / made.total[years] if count else 0.0)
                spreads.append(0.0)
                continue
            rate = made.total[left] / made.total[years]
            shared = made.total[both] - made.total[left] * made.total[years] / count
            squares = made.squares[left] - 2.0 * rate * shared + rate * rate * made.squares[years]
            rates.append(rate)
            spreads.append(Z95 * np.sqrt(max(squares, 0.0) / (count - 1) / count) / made.mean[years])
        return np.array(rates), np.array(spreads)

    def losing_more(self, arm: int, side: str = "joint") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return amounts from 0 up, the share of started contacts that lose more, and half of its 95 % interval.

        Shape (m,). The intervals are pointwise, by the normal law.
        """
        counts = self.losses[arm, SIDES.index(side)]
        lives = counts.sum()
        more = 1.0 - counts[:-1].cumsum() / lives
        amounts = np.concatenate([[0.0], loss_edges()[1:]])
        return amounts, more, Z95 * np.sqrt(more * (1.0 - more) / lives)


def _by_day(counts: np.ndarray, to_its_end: bool) -> Exits:
    """Return counts of causes by days, the first being censoring, as exits on the ends of days.

    to_its_end: whether those who are censored on the last day were watched to its end.
    """
    somebody = np.flatnonzero(counts.sum(axis=0))
    times = (somebody + 1) / DAYS
    longest = float(times[-1]) if len(times) else float("nan")
    if len(times) and not to_its_end and counts[1:, somebody[-1]].sum() == 0:
        longest -= 1 / DAYS
    return Exits(times, counts[:, somebody], longest)


def empty(scenario: Scenario) -> Tally:
    """Return the tally of nobody."""
    arms, days = len(scenario.arms), max(1, int(np.ceil(scenario.horizon * DAYS)))
    return Tally(
        column_names(scenario),
        {},
        np.zeros((arms, len(Clock), len(Ending), days), np.int64),
        np.zeros((arms, len(SIDES), _BINS), np.int64),
        np.zeros((arms, len(Step), len(Outcome), days), np.int64),
    )


def _lives_of(rows: Rows, clock: Clock) -> tuple[np.ndarray, np.ndarray]:
    """Return times and Endings of whom a clock counts, shape (n,)."""
    times, endings = rows["age" if clock == Clock.OPERATIONS else "duration"], rows["ending"]
    if clock == Clock.CONTACT:
        return times, endings
    launched = rows["launched"] == 1
    return times[launched], endings[launched]


def exact_exits(rows: Rows, clock: Clock = Clock.OPERATIONS) -> Exits:
    """Return the exits of lives at their exact times."""
    return exits_of(*_lives_of(rows, clock))


def _steps(rows: Rows) -> list[tuple[Step, np.ndarray, np.ndarray]]:
    """Return for each step how long it took, and how it came out; shape (n,) of those who began it."""
    problem, realised, end = rows["t_first_problem"], realised_at(rows), rows["t_end"]
    acted = np.fmin(rows["t_first_rescue"], rows["t_exit_decided"])
    failed, over = has_failed(rows), rows["censored"] == 0
    found = []
    for step, start, stop in (
        (Step.TO_REALISING, problem, np.fmax(realised, problem)),
        (Step.TO_ACTING, realised, acted),
        (Step.TO_THE_END, acted, np.where(over, end, np.nan)),
    ):
        if step == Step.TO_REALISING:
            stop = np.where(np.isnan(realised), np.nan, stop)
        came = ~np.isnan(stop)
        happened = np.where(failed, Outcome.HAPPENED_FAILED, Outcome.HAPPENED)
        missed = np.where(over, np.where(failed, Outcome.ENDED_FAILED, Outcome.ENDED), Outcome.CENSORED)
        begun = ~np.isnan(start)
        years = np.where(came, stop, end) - start
        found.append((step, years[begun], np.where(came, happened, missed)[begun]))
    return found


def _count(table: np.ndarray, which: np.ndarray, years: np.ndarray) -> None:
    """Add to a table of causes by days."""
    days = table.shape[-1]
    table += np.bincount(which * days + _days(years, days), minlength=table.size).reshape(table.shape)


def tally(scenario: Scenario, rows: Mapping[str, np.ndarray]) -> Tally:
    """Return what is kept of lives: the same replications of every arm, from the first of a block on.

    rows: for each arm of the scenario, in its order, an array of ROW records, shape (n,).
    """
    made = empty(scenario)
    first = int(next(iter(rows.values()))["replication"][0])
    count = len(next(iter(rows.values())))
    assert first % BLOCK == 0
    assert tuple(rows) == tuple(scenario.arms)
    nodes = []
    for start in range(0, count, BLOCK):
        block = {arm: by_column(each[start : start + BLOCK]) for arm, each in rows.items()}
        nodes.append(((0, (first + start) // BLOCK), moments(list(columns(scenario.horizon, block).values()))))
        for arm, lives in enumerate(block.values()):
            for clock in Clock:
                times, endings = _lives_of(lives, clock)
                _count(made.ends[arm, clock], endings, times)
            for step, years, outcomes in _steps(lives):
                _count(made.steps[arm, step], outcomes, years)
            for place, side in enumerate(SIDES):
                made.losses[arm, place] += np.bincount(_loss_bins(lives[f"loss_{side}"]), minlength=_BINS)
    return Tally(made.names, grown({}, nodes), made.ends, made.losses, made.steps)
