"""What a comparison needs of its lives, in sums that merge: memory does not grow with the number of replications.

Measures are columns of moments under the names of `relsim compare --json`; endings are counted by day, losses in bins.
Counts are exact, so the times of survival curves are known to a day, and the amounts of losses to a thirty-second of
an octave.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache

import numpy as np

from relsim.analysis.moments import Z95, Moments, Node, grown, moments, whole
from relsim.analysis.survival import Curve, life_table
from relsim.model.row import BLOCK, ROW
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import Departure, Ending, Level, Status

__all__ = [
    "CHURN",
    "DAYS",
    "SIDES",
    "YEARS",
    "Clock",
    "Tally",
    "column_names",
    "empty",
    "loss_edges",
    "measures",
    "tally",
]

YEARS = (1, 2, 3, 5, 10)
"""The years at which survival is told."""

DAYS = 365
"""Days in a year, so that whole years end on a day."""

SIDES = ("client", "supplier", "joint")

CHURN = (
    (Level.OPERATIONAL, Departure.RESIGNED),
    (Level.OPERATIONAL, Departure.DISMISSED),
    (Level.TACTICAL, Departure.RESIGNED),
    (Level.TACTICAL, Departure.SWAPPED),
    (Level.STRATEGIC, Departure.LEADER_REPLACED),
)
"""The departures that are told as rates, by level and cause."""

_FIRMS = ("client", "supplier")
_MONEY = tuple(
    (f"{what}.{side}{suffix}", f"{what}_{side}{suffix}")
    for what in ("loss", "net")
    for suffix in ("", "_undiscounted")
    for side in SIDES
)
_COUNTED = {"denials": "n_denials", "rescues": "n_rescues"}

_SAME_MOMENT = 1e-6
"""Days by which a time may pass the end of a day and still count there: whole years come with rounding."""

_OCTAVES = (-16, 24)
_BITS = 5
_SHIFT = 52 - _BITS
_LEAST = (1023 + _OCTAVES[0]) << _BITS
_BINS = 1 + ((_OCTAVES[1] - _OCTAVES[0]) << _BITS)


class Clock(IntEnum):
    """From when days are counted."""

    CONTACT = 0
    """All started contacts, from first contact."""
    OPERATIONS = 1
    """The launched relationships, from the start of operations."""


def measures(rows: np.ndarray) -> dict[str, np.ndarray]:
    """Return every measure by its dotted name, one number a life, NaN where a life does not have it."""
    realised = np.fmin(rows["t_realised_client"], rows["t_realised_supplier"])
    ended = rows["censored"] == 0
    found = {name: rows[column] for name, column in _MONEY}
    for level in Level:
        found[f"departures.{level.name.lower()}"] = sum(
            (_left(rows, level, cause) for cause in Departure), start=np.zeros(len(rows))
        )
    found["limping_years"] = rows["limping_unrealised"] + rows["limping_realised"]
    found |= {name: rows[column].astype(float) for name, column in _COUNTED.items()}
    found["first_problem_to_realised"] = realised - rows["t_first_problem"]
    found["realised_to_end"] = np.where(ended, rows["t_end"] - realised, np.nan)
    return found


def _left(rows: np.ndarray, level: Level, cause: Departure) -> np.ndarray:
    """Return how many left a level for a cause, both firms together."""
    client, supplier = (rows[f"left_{firm}_{level.name}_{cause.name}".lower()] for firm in _FIRMS)
    both: np.ndarray = (client + supplier).astype(float)
    return both


def _shares(rows: np.ndarray, horizon: float) -> dict[str, np.ndarray]:
    """Return what is a share of all started contacts, as one 0 or 1 a life."""
    found = {name: rows[name].astype(float) for name in ("signed", "launched")}
    found |= {f"endings.{ending.name}": (rows["ending"] == ending).astype(float) for ending in Ending}
    for year in YEARS:
        if year <= horizon:
            alive = (rows["censored"] == 1) | (rows["t_end"] > year)
            found[f"survival.per_contact.{year}"] = alive.astype(float)
    return found


def _columns(scenario: Scenario, rows: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return all columns of an experiment by name, one number a pair of firms.

    Those of an arm and of a difference have the names of `--json`; `churn` is for rates per year of operations.
    """
    found: dict[str, np.ndarray] = {}
    compared = {}
    for arm, each in rows.items():
        shares, measured = _shares(each, scenario.horizon), measures(each)
        compared[arm] = shares | measured
        launched = each["launched"] == 1
        found |= {f"arms.{arm}.{name}": column for name, column in shares.items()}
        found |= {f"arms.{arm}.per_contact.{name}": column for name, column in measured.items()}
        for name, column in measured.items():
            found[f"arms.{arm}.per_launched.{name}"] = np.where(launched, column, np.nan)
        found[f"arms.{arm}.stopped"] = (each["status"] != Status.SOUND).astype(float)
        years = np.where(launched & (each["age"] > 0), each["age"], np.nan)
        found[f"churn.{arm}.years"] = years
        for place, (level, cause) in enumerate(CHURN):
            left = np.where(np.isnan(years), np.nan, _left(each, level, cause))
            found[f"churn.{arm}.{place}"] = left
            found[f"churn.{arm}.{place}.times_years"] = left * years
    first, *others = compared
    for arm in others:
        for name, column in compared[arm].items():
            found[f"differences.{arm}.{name}"] = column - compared[first][name]
    return found


def column_names(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the columns of moments, in their order."""
    return tuple(_columns(scenario, dict.fromkeys(scenario.arms, np.zeros(0, ROW))))


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
    days = np.ceil(years * DAYS - _SAME_MOMENT).astype(np.int64) - 1
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

    def merged(self, other: "Tally") -> "Tally":
        """Return the tally of the lives of both."""
        assert self.names == other.names
        return Tally(
            self.names,
            grown(self.nodes, other.nodes.items()),
            self.ends + other.ends,
            self.losses + other.losses,
        )

    def columns(self) -> dict[str, tuple[int, float, float]]:
        """Return count, mean and half of the 95 % interval of each column by name; NaN where there is none."""
        made = whole(self.nodes)
        values = zip(made.count.tolist(), made.mean.tolist(), made.half_width.tolist(), strict=True)
        return dict(zip(self.names, values, strict=True))

    def curve(self, arm: int, clock: Clock = Clock.OPERATIONS) -> Curve:
        """Return the survival curve of an arm by its place, on the ends of days."""
        counts = self.ends[arm, clock]
        censored = counts[Ending.ONGOING]
        ended = counts.sum(axis=0) - censored
        curve = life_table(np.arange(1, counts.shape[1] + 1) / DAYS, ended, censored)
        if len(curve.watched) and ended[round(curve.longest * DAYS) - 1] == 0:
            # whoever was censored on the last day was not watched to its end
            return replace(curve, longest=curve.longest - 1 / DAYS)
        return curve

    def churn(self, arm: str) -> tuple[np.ndarray, np.ndarray]:
        """Return how many people leave per year of operations, both firms together, and half of the 95 % intervals.

        In the order of CHURN. Ratios of means over the launched relationships, intervals by the delta method.
        """
        made, place = whole(self.nodes), {name: index for index, name in enumerate(self.names)}
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


def empty(scenario: Scenario) -> Tally:
    """Return the tally of nobody."""
    arms, days = len(scenario.arms), max(1, int(np.ceil(scenario.horizon * DAYS)))
    return Tally(
        column_names(scenario),
        {},
        np.zeros((arms, len(Clock), len(Ending), days), np.int64),
        np.zeros((arms, len(SIDES), _BINS), np.int64),
    )


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
        block = {arm: each[start : start + BLOCK] for arm, each in rows.items()}
        nodes.append(((0, (first + start) // BLOCK), moments(np.array(list(_columns(scenario, block).values())))))
    for arm, each in enumerate(rows.values()):
        launched = each[each["launched"] == 1]
        for clock, lives, years in ((Clock.CONTACT, each, "duration"), (Clock.OPERATIONS, launched, "age")):
            table = made.ends[arm, clock]
            cell = lives["ending"] * table.shape[1] + _days(lives[years], table.shape[1])
            table += np.bincount(cell, minlength=table.size).reshape(table.shape)
        for place, side in enumerate(SIDES):
            made.losses[arm, place] += np.bincount(_loss_bins(each[f"loss_{side}"]), minlength=_BINS)
    return Tally(made.names, grown({}, nodes), made.ends, made.losses)
