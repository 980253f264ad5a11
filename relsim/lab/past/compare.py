"""Past relationships beside the lives of a model, a line a figure, and the picture of both."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from relsim.analysis.estimate import Estimate
from relsim.analysis.finding import Finding, new_ax, rounded
from relsim.analysis.logrank import log_rank
from relsim.analysis.survival import life_table
from relsim.errors import ScenarioError
from relsim.lab.lives import live_pairs
from relsim.lab.past.cohort import Cohort, watched_alike
from relsim.lab.past.columns import word_of
from relsim.lab.past.lines import LEAST, LINES, Line
from relsim.lab.past.past import Past
from relsim.scenario.scenario import Scenario, with_arms
from relsim.vocabulary import Launch

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Beside", "PastComparison", "beside_each_other", "compare", "same_survival"]

_LONGEST_COURTSHIP = 5.0
"""Years beyond the longest watch for which lives run, where watching is counted from the start of operations."""

_MOST_HORIZON = 100.0

OBSERVATIONAL = (
    "Nobody drew lots who launches which way, so a difference between the launches in the data is not what a launch "
    "does: other firms chose it, or the same firms in another case. In the model both launches are of the same firms."
)


@dataclass(frozen=True)
class Beside:
    """A line of the comparison: what the data say and what the model says."""

    line: Line
    data: Estimate
    model: Estimate

    @property
    def inside(self) -> bool | None:
        """Whether the model lies in the interval of the data; None where one of the two is not known."""
        if not (self.data.known and self.model.known):
            return None
        return self.data.low <= self.model.value <= self.data.high


@dataclass(frozen=True, eq=False, repr=False)
class PastComparison(Finding):
    """A table of past relationships beside the lives of a scenario, each launch by itself."""

    past: Past
    scenario: Scenario
    replications: int
    seed: int
    arms: Mapping[Launch, str]
    """The arm that each launch of the data is held against."""
    data: Mapping[Launch, Cohort]
    model: Mapping[Launch, Cohort]
    """The lives of the arm, watched as long as the data were."""
    beside: Mapping[Launch, tuple[Beside, ...]]
    """The lines that the data have something to say to, by launch."""
    alike: Mapping[Launch, float]
    """The p-value of the log-rank test of survival since the start, data against model."""

    @property
    def title(self) -> str:
        return f"{self.past.name} beside {self.scenario.title}"

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be known when reading the table, a sentence or two each."""
        if not any(self.beside.values()):
            few = f"The table is too small to be held against anything: every figure takes {LEAST} relationships."
            return (few, *self.past.warnings)
        asked = [each.inside for lines in self.beside.values() for each in lines if each.inside is not None]
        known = {launch: p for launch, p in self.alike.items() if not math.isnan(p)}
        tests = ", ".join(f"{word_of(launch)} p = {p:.2g}" for launch, p in known.items())
        watched = "The lives of the model were watched for as long as those of the data"
        return (
            f"The model lies in {sum(asked)} of {len(asked)} intervals; of a true model about 95 in 100 would. "
            f"{watched} ({self.replications:,} of each launch, seed {self.seed}).",
            *([f"Survival since the start, log-rank test of the data against the model: {tests}."] if tests else []),
            "Failed: ended by an exit, or as the contract ran out. Losses and leaving: of launched ones that ended.",
            *(
                f"The scenario has no arm that is {word_of(launch)}: such relationships are left out."
                for launch in self.past.launches
                if launch not in self.arms
            ),
            OBSERVATIONAL,
            *self.past.warnings,
        )

    def document(self) -> dict[str, Any]:
        """Return what `relsim data compare --json` prints."""

        def told(found: Estimate) -> dict[str, float | None]:
            return {name: value if math.isfinite(value) else None for name, value in found._asdict().items()}

        return {
            "file": self.past.name,
            "sha256": self.past.digest,
            "scenario": self.scenario.title,
            "replications": self.replications,
            "seed": self.seed,
            "launches": {
                word_of(launch): {
                    "arm": self.arms[launch],
                    "relationships": len(self.data[launch]),
                    "log_rank_p": None if math.isnan(self.alike[launch]) else self.alike[launch],
                    "lines": {
                        each.line.name: {"data": told(each.data), "model": told(each.model), "inside": each.inside}
                        for each in lines
                    },
                }
                for launch, lines in self.beside.items()
            },
            "remarks": list(self.remarks),
        }

    def to_frame(self) -> "pandas.DataFrame":
        """Return all lines: launch, arm, figure, data and model each with its interval, whether the model is inside."""
        import pandas as pd

        return pd.DataFrame(
            {
                "launch": word_of(launch),
                "arm": self.arms[launch],
                "figure": each.line.name,
                "data": each.data.value,
                "low": each.data.low,
                "high": each.data.high,
                "model": each.model.value,
                "model_low": each.model.low,
                "model_high": each.model.high,
                "inside": each.inside,
            }
            for launch, lines in self.beside.items()
            for each in lines
        )

    def summary(self) -> "pandas.DataFrame":
        """Return the lines as text, under a heading a launch."""
        import pandas as pd

        rows = []
        for launch, lines in self.beside.items():
            cohort = self.data[launch]
            arm = self.arms[launch]
            named = word_of(launch) if arm == word_of(launch) else f"{word_of(launch)} (arm {arm})"
            count = f"{len(cohort):,}, {int(cohort.launched.sum()):,} launched"
            rows.append((named, count, "", ""))
            for each in lines:
                inside = {True: "inside", False: "outside", None: "-"}[each.inside]
                digits = 3 if abs(each.data.value) < 1.0 else 2
                model = _told(each.model._replace(low=math.nan), digits)
                rows.append((f"  {each.line.label}", _told(each.data, digits), model, inside))
        return pd.DataFrame(rows, columns=["", "data [95 % interval]", "model", "model is"])

    def __str__(self) -> str:
        return "\n\n".join([super().__str__(), *self.remarks])

    def plot(self, ax: "Axes | None" = None, launch: Launch | None = None) -> "Axes":
        """Draw one launch, by default the first, on an ax, by default that of a new figure, and return the ax."""
        from relsim.drawing.survival import draw_survival

        which = next(iter(self.data)) if launch is None else launch
        curves = {
            "data": life_table(self.data[which].since_start),
            "model": life_table(self.model[which].since_start),
        }
        longest = curves["data"].longest
        return draw_survival(
            curves, ax or new_ax(), longest if longest > 0.0 else 1.0, title=f"{word_of(which)}: data and model"
        )

    def figure(self) -> "Figure":
        """Return the picture of every launch, one beside the other."""
        from relsim.drawing.style import figure

        made = figure(5.6 * len(self.data), 4.0)
        for launch, ax in zip(self.data, made.subplots(1, len(self.data), squeeze=False)[0], strict=True):
            self.plot(ax, launch)
        return made


def _told(found: Estimate, digits: int) -> str:
    """Return an estimate with its interval; a dash where it is not known."""
    if not found.known:
        return "-"
    ends = ["never" if math.isinf(end) else f"{rounded(end, digits):,.{digits}f}" for end in found]
    return ends[0] if math.isnan(found.low) else f"{ends[0]} [{ends[1]}, {ends[2]}]"


def compare(past: Past, scenario: Scenario, replications: int = 10_000, seed: int = 1) -> PastComparison:
    """Return a table of past relationships beside the lives of a scenario.

    Each launch of the data is held against the first arm with that launch; without such an arm it is left out.
    replications: how many lives of each.

    Raises ScenarioError where the scenario has no arm of any launch that the data have.
    """
    arms = {}
    for launch in past.launches:
        if of_launch := [name for name, arm in scenario.arms.items() if arm.launch == word_of(launch)]:
            arms[launch] = of_launch[0]
    if not arms:
        allowed = f"an arm with launch {' or '.join(map(word_of, past.launches))}, as the table has relationships of it"
        raise ScenarioError.of("arms", ", ".join(scenario.arms), allowed)
    data = {launch: past.cohort(launch) for launch in arms}
    longest = max(each.watched(each.from_contact).longest for each in data.values())
    horizon = min(longest + _LONGEST_COURTSHIP, _MOST_HORIZON) if not math.isnan(longest) else scenario.horizon
    watched = with_arms(scenario, arms.values()).model_copy(update={"horizon": horizon})
    lives = live_pairs(watched, replications, seed)
    model = {launch: watched_alike(lives.arms[arm], scenario, data[launch]) for launch, arm in arms.items()}
    beside = {launch: beside_each_other(data[launch], model[launch]) for launch in arms}
    alike = {launch: same_survival(data[launch], model[launch]) for launch in arms}
    return PastComparison(past, scenario, replications, seed, arms, data, model, beside, alike)


def beside_each_other(data: Cohort, model: Cohort) -> tuple[Beside, ...]:
    """Return the lines that the data have something to say to."""
    found = (Beside(line, line.of(data), line.of(model)) for line in LINES)
    return tuple(each for each in found if each.data.known)


def same_survival(data: Cohort, model: Cohort) -> float:
    """Return the p-value of the log-rank test of survival since the start; NaN of too few."""
    if min(data.launched.sum(), model.launched.sum()) < LEAST:
        return math.nan
    times, gone, entered = (each[data.launched] for each in (data.age, data.ended, data.seen_at_age))
    others, others_gone = (each[model.launched] for each in (model.age, model.ended))
    return log_rank(times, gone, others, others_gone, entered)
