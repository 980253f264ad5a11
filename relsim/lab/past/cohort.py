"""Relationships of one launch, followed for as long as they were watched: of the data, or of the model.

The lives of the model are watched just as long as those of the data, so that both are asked the same questions in the
same way, and whatever watching for a short time does to an answer it does to both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from relsim.analysis.columns import Rows
from relsim.analysis.survival import Curve, Exits, exits_of, life_table
from relsim.lab.past.columns import UNKNOWN_ENDING
from relsim.lab.patterns import people_left
from relsim.scenario.parameter import numbers
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import BAD_ENDINGS, Departure, Ending, Level

__all__ = ["SIDES", "Cohort", "cohort_of_lives", "heads_of", "left_of", "watched_alike"]

SIDES = ("client", "supplier", "joint")
_CAUSES = UNKNOWN_ENDING + 1


@dataclass(frozen=True, eq=False)
class Cohort:
    """Relationships of one launch: arrays of shape (n,), in years, NaN where it did not happen or is not known."""

    ending: np.ndarray
    """Ending, or UNKNOWN_ENDING; ONGOING: still going when last watched."""
    signed: np.ndarray
    """Years from first contact to the deal."""
    contract: np.ndarray
    """Years from first contact to the full contract."""
    start: np.ndarray
    """Years from first contact to the start of operations."""
    duration: np.ndarray
    """Years from first contact to the end, or to when it was last watched."""
    age: np.ndarray
    """Years from the start of operations to there; NaN where it was never launched."""
    seen_at: np.ndarray
    """The duration at which watching began; 0 where it was watched from first contact, or from the start, on."""
    seen_at_age: np.ndarray
    """The age at which watching began; 0 where it was watched from the start on."""
    totals: Mapping[str, np.ndarray]
    """What is counted up to the end: loss_SIDE, left_LEVEL; and heads_LEVEL."""

    def __len__(self) -> int:
        return len(self.ending)

    @cached_property
    def launched(self) -> np.ndarray:
        """Which of them started operations."""
        return ~np.isnan(self.age)

    @cached_property
    def ended(self) -> np.ndarray:
        """Which of them ended while they were watched."""
        return self.ending != Ending.ONGOING

    @cached_property
    def failed(self) -> np.ndarray:
        """Which of the launched ones are known to have ended for bad or mixed reasons."""
        return self.launched & np.isin(self.ending, BAD_ENDINGS)

    @cached_property
    def from_contact(self) -> bool:
        """Whether contacts are known, those too that came to nothing."""
        return bool(np.any(~np.isnan(self.duration) & ~self.launched))

    @property
    def since_start(self) -> Exits:
        """The exits of the launched ones since operations started, by Ending and UNKNOWN_ENDING."""
        return self.exits_by(self.ending)

    def exits_by(self, causes: np.ndarray) -> Exits:
        """Return the exits of the launched ones since the start, by causes of one's own; 0: still watched."""
        which = self.launched
        return exits_of(self.age[which], causes[which], self.seen_at_age[which], _CAUSES)

    def first(self, moment: np.ndarray) -> Exits:
        """Return when something came after first contact (1), or an end without it (2); of whom it is known."""
        # a launch without the moment before it: it had come by then, at the latest
        moment = np.where(np.isnan(moment) & self.launched, self.start, moment)
        came = ~np.isnan(moment)
        time = np.where(came, moment, self.duration)
        known = ~np.isnan(self.duration) & (self.seen_at < time)
        causes = np.where(came, 1, np.where(self.ended, 2, 0))
        return exits_of(time[known], causes[known], self.seen_at[known], _CAUSES)

    def watched(self, since_contact: bool) -> Curve:
        """Return how long they are watched: the life table in which being watched no longer is what ends it."""
        if not since_contact:
            return life_table(self.since_start, (Ending.ONGOING,))
        known = ~np.isnan(self.duration)
        exits = exits_of(self.duration[known], self.ending[known], self.seen_at[known], _CAUSES)
        return life_table(exits, (Ending.ONGOING,))

    def windows(self, count: int) -> np.ndarray:
        """Return for how long so many others are to be watched, as these were; shape (count,).

        Since first contact where contacts are known that came to nothing, else since the start. Who ended would have
        been watched for longer, which is what a life table reckons with.
        """
        curve = self.watched(self.from_contact)
        shares = (np.arange(count) + 0.5) / count
        place = np.searchsorted(-curve.survival, -(1.0 - shares), side="left")
        return np.append(curve.times, curve.longest)[place]


def watched_alike(rows: Rows, scenario: Scenario, others: Cohort) -> Cohort:
    """Return lives of the model as they would have been watched, had they been watched as others were.

    rows: lives to a horizon that no window passes. Where the others were all launched, so are these.
    """
    window = others.windows(len(rows["t_end"]))
    made = cohort_of_lives(rows, scenario, window if others.from_contact else rows["t_operations"] + window)
    return made if others.from_contact else _only(made, made.launched)


def cohort_of_lives(rows: Rows, scenario: Scenario, until: np.ndarray) -> Cohort:
    """Return lives of the model, watched until some years after first contact, shape (n,); NaN: to their horizon.

    Of those that are cut off nothing is known that is counted up to the end.
    """
    start = rows["t_operations"]
    until = np.where(np.isnan(until), np.inf, until)
    ended = (rows["censored"] == 0) & (rows["t_end"] <= until)
    last = np.minimum(rows["t_end"], until)

    def by_then(time: np.ndarray) -> np.ndarray:
        return np.where(time <= last, time, np.nan)

    totals = {f"loss_{side}": rows[f"loss_{side}_undiscounted"] for side in SIDES}
    totals |= {f"left_{level.name.lower()}": left_of(rows, level) for level in Level}
    heads = {f"heads_{level.name.lower()}": np.full(len(last), heads_of(scenario, level)) for level in Level}
    nothing = np.zeros(len(last))
    return Cohort(
        ending=np.where(ended, rows["ending"], Ending.ONGOING),
        signed=by_then(rows["t_deal"]),
        contract=by_then(rows["t_contract"]),
        start=by_then(start),
        duration=last,
        age=last - by_then(start),
        seen_at=nothing,
        seen_at_age=nothing,
        totals={name: np.where(ended, total, np.nan) for name, total in totals.items()} | heads,
    )


def heads_of(scenario: Scenario, level: Level) -> float:
    """Return how many people of both firms a level's departures are of: at the top those two who are replaced."""
    if level == Level.STRATEGIC:
        return 2.0
    return float(np.sum(np.array(numbers(scenario.world, "headcount")), axis=0)[level])


def left_of(rows: Rows, level: Level) -> np.ndarray:
    """Return how many left a level of both firms: at the top those who were replaced, else for whatever cause."""
    return people_left(rows, level, [Departure.LEADER_REPLACED] if level == Level.STRATEGIC else Departure)


def _only(cohort: Cohort, which: np.ndarray) -> Cohort:
    """Return some of a cohort."""
    totals = {name: total[which] for name, total in cohort.totals.items()}
    arrays = {each.name: getattr(cohort, each.name)[which] for each in fields(cohort) if each.name != "totals"}
    return Cohort(**arrays, totals=totals)
