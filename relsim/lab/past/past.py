"""A user's table of past relationships: what it says in numbers, and what is to be asked of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from relsim.analysis.finding import Finding, new_ax
from relsim.analysis.survival import life_table
from relsim.lab.past.cohort import SIDES, Cohort
from relsim.lab.past.columns import COLUMNS, ENDING_WORDS, LAUNCH_WORDS, TIMES, word_of
from relsim.lab.past.dates import day_of
from relsim.vocabulary import Ending, Launch, Level

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

    from relsim.lab.past.compare import PastComparison
    from relsim.lab.past.targets import PastTargets
    from relsim.scenario.scenario import Scenario

__all__ = ["Past"]


@dataclass(frozen=True, eq=False, repr=False)
class Past(Finding):
    """A table of past relationships that was read and has no mistakes."""

    name: str
    """The name of the file."""
    digest: str
    """SHA-256 of the file."""
    notes: tuple[str, ...]
    """What its first lines say that begin with #."""
    columns: Mapping[str, np.ndarray]
    """The columns that the file has, by name, shape (n,): times in years, NaN where a cell is empty."""
    rows: np.ndarray
    """Where each relationship stands in the file; shape (n,)."""
    dated: bool
    """Whether times are dates, as years since 1970, or numbers of years."""
    unused: tuple[str, ...]
    """Columns of the file that nothing is made of."""

    def __len__(self) -> int:
        return len(self.rows)

    def of(self, column: str) -> np.ndarray:
        """Return a column, NaN throughout where the file does not have it."""
        return self.columns.get(column, np.full(len(self), np.nan))

    @property
    def launch(self) -> np.ndarray:
        """The Launch of each; shape (n,)."""
        return self.columns["launch"]

    @cached_property
    def ending(self) -> np.ndarray:
        """The Ending of each, or UNKNOWN_ENDING; shape (n,)."""
        gone = ~np.isnan(self.of("ended"))
        return self.columns.get("ending", np.where(gone, ENDING_WORDS["unknown"], Ending.ONGOING))

    @cached_property
    def last(self) -> np.ndarray:
        """When each ended, or was last watched; shape (n,)."""
        return np.where(np.isnan(self.of("ended")), self.of("observed_until"), self.of("ended"))

    @property
    def launches(self) -> tuple[Launch, ...]:
        """The launches that the table has relationships of."""
        return tuple(each for each in Launch if np.any(self.launch == each))

    def cohort(self, launch: Launch) -> Cohort:
        """Return the relationships of one launch, with their times since first contact and since the start."""
        which = self.launch == launch

        def since(origin: str, moment: np.ndarray) -> np.ndarray:
            return (moment - self.of(origin))[which]

        seen = self.of("seen_from")
        totals = {
            name: self.of(name)[which]
            for level in Level
            for name in (f"left_{level.name.lower()}", f"heads_{level.name.lower()}")
            if name in self.columns
        }
        unit = self.columns.get("contract_value", np.ones(len(self)))
        for side in SIDES:
            if f"loss_{side}" in self.columns:
                totals[f"loss_{side}"] = (self.of(f"loss_{side}") / unit)[which]
        return Cohort(
            ending=self.ending[which],
            signed=since("contact", self.of("signed")),
            contract=since("contact", self.of("contract")),
            start=since("contact", self.of("started")),
            duration=since("contact", self.last),
            age=since("started", self.last),
            seen_at=np.fmax(since("contact", seen), 0.0),
            seen_at_age=np.fmax(since("started", seen), 0.0),
            totals=totals,
        )

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What is suspicious about the table, and what follows from it, a sentence or two each."""
        from relsim.lab.past.suspicions import suspicions

        return suspicions(self)

    def compare(self, scenario: "Scenario", replications: int = 10_000, seed: int = 1) -> "PastComparison":
        """Return the table beside the lives of a scenario.

        replications: how many lives of each launch. Raises ScenarioError where the scenario has no arm for the table.
        """
        from relsim.lab.past.compare import compare

        return compare(self, scenario, replications, seed)

    def targets(self) -> "PastTargets":
        """Return calibration targets: the figures that the table can carry, with bands as wide as it is unsure."""
        from relsim.lab.past.targets import targets

        return targets(self)

    # what it says of itself

    @property
    def title(self) -> str:
        return f"{self.name}: {len(self):,} past relationships{self.period}"

    @property
    def period(self) -> str:
        """From when to when the table goes, in words; empty where times are no dates."""
        if not self.dated:
            return ""
        known = np.concatenate([self.of(name) for name in TIMES])
        first, last = (day_of(each) for each in (np.nanmin(known), np.nanmax(known)))
        return f", {first} to {last}"

    @cached_property
    def counted(self) -> dict[str, dict[str, int]]:
        """How many there are of each kind, by launch and in all."""
        gone, started = self.ending != Ending.ONGOING, ~np.isnan(self.of("started"))
        kinds = {
            "relationships": np.ones(len(self), bool),
            "with first contact": ~np.isnan(self.of("contact")),
            "launched": started,
            "still going": ~gone,
            "watched from later on": self.of("seen_from") > np.fmin(self.of("contact"), self.of("started")),
            **{f"ended: {word.replace('-', ' ')}": gone & (self.ending == each) for word, each in ENDING_WORDS.items()},
        }
        found = {name: self._by_launch(which) for name, which in kinds.items()}
        return {name: told for name, told in found.items() if told["all"] or not name.startswith(("ended", "watched"))}

    @cached_property
    def missing(self) -> dict[str, dict[str, int]]:
        """How many cells are empty that need not be, by column and launch: of all, or of launched or ended ones."""
        gone, started = self.ending != Ending.ONGOING, ~np.isnan(self.of("started"))
        could = {"contact": np.ones(len(self), bool), "signed": started, "contract": started}
        could |= {name: started & gone for name in self.columns if name.startswith(("loss", "left", "heads"))}
        found = {
            name: self._by_launch(np.isnan(self.columns[name]) & which)
            for name, which in could.items()
            if name in self.columns
        }
        return {name: told for name, told in found.items() if told["all"]}

    def _by_launch(self, which: np.ndarray) -> dict[str, int]:
        """Return how many of some relationships there are of each launch, and in all."""
        counts = {word_of(each): int(np.sum(which & (self.launch == each))) for each in self.launches}
        return counts | {"all": int(which.sum())}

    def document(self) -> dict[str, Any]:
        """Return what `relsim data check --json` prints."""
        known = np.concatenate([self.of(name) for name in TIMES])
        return {
            "file": self.name,
            "sha256": self.digest,
            "relationships": len(self),
            "times": "dates" if self.dated else "years",
            "period": [str(day_of(end)) for end in (np.nanmin(known), np.nanmax(known))] if self.dated else None,
            "columns": list(self.columns),
            "unused": list(self.unused),
            "counts": self.counted,
            "missing": self.missing,
            "warnings": list(self.warnings),
            "notes": list(self.notes),
        }

    def to_frame(self) -> "pandas.DataFrame":
        """Return the relationships, a row each: the columns as they were read, with dates and words."""
        import pandas as pd

        kinds = {column.name: column.kind for column in COLUMNS}
        words = {"launch": {int(each): word for word, each in LAUNCH_WORDS.items()}}
        words["ending"] = {each: word for word, each in ENDING_WORDS.items()}
        frame: dict[str, Any] = {}
        for name, column in self.columns.items():
            if kinds[name] == "word":
                frame[name] = pd.Series([words[name][each] for each in column.tolist()])
            elif kinds[name] == "time" and self.dated:
                days = ["" if math.isnan(each) else str(day_of(each)) for each in column.tolist()]
                frame[name] = pd.to_datetime(pd.Series(days), errors="coerce")
            else:
                frame[name] = pd.Series(column)
        return pd.DataFrame(frame)

    def summary(self) -> "pandas.DataFrame":
        """Return how many there are of each kind, and how many cells are empty that need not be."""
        import pandas as pd

        told = self.counted | {f"not told: {name}": counts for name, counts in self.missing.items()}
        return pd.DataFrame({"": name, **counts} for name, counts in told.items())

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"! {each}" for each in self.warnings)])

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        from relsim.drawing.survival import draw_survival

        curves = {word_of(each): life_table(self.cohort(each).since_start) for each in self.launches}
        most = max((curve.longest for curve in curves.values() if curve.longest == curve.longest), default=1.0)
        return draw_survival(curves, ax or new_ax(), most)
