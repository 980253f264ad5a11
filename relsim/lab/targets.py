"""Published figures that a world is to meet: read from a file, and held against lives."""

import csv
import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relsim.analysis.estimate import Estimate
from relsim.analysis.finding import Finding, new_ax, written
from relsim.errors import Problem, ScenarioError, nearest
from relsim.lab.lives import Lives
from relsim.lab.patterns import QUANTITIES, less
from relsim.scenario.files import folder

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = [
    "COLUMNS",
    "OPTIONAL_COLUMNS",
    "TARGETS",
    "Fit",
    "Held",
    "Target",
    "hold_against",
    "read_targets",
    "targets_for",
]

TARGETS = "calibration-targets.csv"
"""The file of published figures that travels with relsim, beside the scenarios."""

LARGEST = 1_000_000
"""Bytes that a file of targets may have."""

COLUMNS = ("id", "quantity", "arm", "low", "high", "outer_low", "outer_high", "unit", "population", "source")
OPTIONAL_COLUMNS = ("seen", "quality", "measure")
_NUMBERS = ("low", "high", "outer_low", "outer_high")
_MEASURES = {
    "C1": "failed-within-2-years",
    "C2": "failed-within-5-years",
    "C3": "failed-within-5-years",
    "C4": "hostile-share",
    "C5": "disputed",
    "C6": "escalated-commitment",
    "C7": "leader-changes",
    "C8": "tactical-leaving",
    "C9": "operational-leaving",
    "C10": "years-to-contract",
    "C11": "years-to-contract",
    "C12": "exploration-cost",
    "C13": "trust-loss-ratio",
}
"""What the published figures are figures of, where the file does not say it in a column `measure`."""

_ARM = re.compile(r"(?P<arm>[a-z0-9-]+)(?: minus (?P<minus>[a-z0-9-]+))?(?: \((?P<world>[a-z0-9-]+) world\))?")


@dataclass(frozen=True)
class Target:
    """A published figure: a quantity, and the band in which it should lie."""

    id: str
    quantity: str
    """In words, as it is published."""
    arm: str
    """The arm that it is about; "all" for each of them."""
    minus: str
    """The arm from which `arm` differs by the quantity; empty where it is no difference."""
    world: str
    """The only world that it is about; empty where it is about any."""
    measure: str
    """The name in QUANTITIES."""
    low: float
    high: float
    outer_low: float
    outer_high: float
    unit: str
    population: str
    source: str
    quality: str

    @property
    def soft(self) -> bool:
        """Whether the figure is so soft that the outer band is the one to meet."""
        return self.quality == "soft"

    @property
    def band(self) -> tuple[float, float]:
        """The band that is to be met."""
        return (self.outer_low, self.outer_high) if self.soft else (self.low, self.high)

    def arms(self, known: Iterable[str]) -> tuple[str, ...]:
        """Return the arms that it is to be held against one by one."""
        return tuple(known) if self.arm == "all" else (self.arm,)


def read_targets(path: str | os.PathLike[str] | None = None) -> tuple[Target, ...]:
    """Return the targets of a CSV file, by default of the one that travels with relsim.

    Raises ScenarioError with every mistake, each with its file and line.
    """
    place = folder() / TARGETS if path is None else Path(path)
    label = str(place) if str(place).isprintable() else repr(str(place))
    try:
        with place.open(encoding="utf-8-sig", newline="") as file:
            text = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no text in UTF-8"
        raise ScenarioError([Problem("targets", "", f"cannot be read: {why}", label)]) from None
    if len(text) > LARGEST or "\0" in text:
        raise ScenarioError([Problem("targets", "", f"a CSV file of at most {LARGEST} characters", label)])
    reader = csv.DictReader(text.splitlines(keepends=True))
    wrong: list[Problem] = []
    found: list[Target] = []
    try:
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise ScenarioError([Problem("targets", "", f"needs the columns {', '.join(missing)}", label, 1)])
        for line in reader:
            read = _target(line, label, reader.line_num)
            found += [each for each in read if isinstance(each, Target)]
            wrong += [each for each in read if isinstance(each, Problem)]
    except csv.Error as error:
        wrong.append(Problem("targets", "", f"this is no CSV: {error}", label, reader.line_num))
    twice = {each.id for each in found if sum(other.id == each.id for other in found) > 1}
    wrong += [Problem("id", each, "given once", label) for each in sorted(twice)]
    if not wrong and not found:
        wrong.append(Problem("targets", "", "at least one target", label))
    if wrong:
        raise ScenarioError(wrong)
    return tuple(found)


def _target(line: Mapping[str, Any], file: str, number: int) -> list[Target | Problem]:
    """Return the target of a line, or all that is wrong with it."""
    wrong: list[Target | Problem] = []

    def refuse(path: str, value: str, allowed: str, near: str = "") -> None:
        wrong.append(Problem(path, value, allowed, file, number, near))

    said = {name: (line.get(name) or "").strip() for name in (*COLUMNS, *OPTIONAL_COLUMNS)}
    if not said["id"] or None in line:
        refuse("id", said["id"], "a name, and as many fields as there are columns")
    bands = {}
    for name in _NUMBERS:
        try:
            bands[name] = float(said[name])
        except ValueError:
            bands[name] = math.nan
        if not math.isfinite(bands[name]):
            refuse(name, said[name], "a number")
    if not wrong and not bands["outer_low"] <= bands["low"] < bands["high"] <= bands["outer_high"]:
        refuse("low", said["low"], "outer_low <= low < high <= outer_high")
    shape = _ARM.fullmatch(said["arm"])
    if shape is None:
        refuse("arm", said["arm"], 'an arm, "all", "ONE minus OTHER", each followed by " (NAME world)" or not')
    measure = said["measure"] or _MEASURES.get(said["id"], "")
    if measure not in QUANTITIES:
        allowed = f"in the column measure one of {', '.join(QUANTITIES)}"
        refuse("measure", measure, allowed, nearest(measure, QUANTITIES))
    if wrong or shape is None:
        return wrong
    return [
        Target(
            said["id"],
            said["quantity"],
            shape["arm"],
            shape["minus"] or "",
            shape["world"] or "",
            measure,
            **bands,
            unit=said["unit"],
            population=said["population"],
            source=said["source"],
            quality=said["quality"],
        )
    ]


def targets_for(world: str, targets: Iterable[Target]) -> tuple[Target, ...]:
    """Return the targets that a world of this name is to meet: those about it, and those about any."""
    return tuple(each for each in targets if each.world in ("", world))


@dataclass(frozen=True)
class Held:
    """A target held against the lives of one arm."""

    target: Target
    arm: str
    found: Estimate

    @property
    def off(self) -> float:
        """How far the estimate lies from the middle of the band, in halves of its width: up to 1 it is inside."""
        low, high = self.target.band
        return abs(self.found.value - (low + high) / 2) / ((high - low) / 2)

    @property
    def inside(self) -> bool:
        """Whether the estimate lies in the band."""
        low, high = self.target.band
        return low <= self.found.value <= high

    @property
    def outside_by(self) -> float:
        """By how much the estimate lies outside the band, in the unit of the target; below 0 where it is too low."""
        low, high = self.target.band
        return min(self.found.value - low, 0.0) + max(self.found.value - high, 0.0)


@dataclass(frozen=True, repr=False)
class Fit(Finding):
    """How the lives of a world meet the targets."""

    world: str
    """The title of the world."""
    pairs: int
    seed: int
    held: tuple[Held, ...]

    @property
    def title(self) -> str:
        missed = sum(not each.inside for each in self.held)
        met = "every target met" if missed == 0 else f"{missed} of {len(self.held)} targets missed"
        return f"{self.world}: {met} ({self.pairs:,} pairs of firms, seed {self.seed})"

    @property
    def met(self) -> bool:
        """Whether every target is met."""
        return all(each.inside for each in self.held)

    @cached_property
    def distance(self) -> float:
        """How far the estimates lie from the middles of their bands: the mean of squares, in halves of the bands."""
        squares = [each.off * each.off if each.found.known else 100.0 for each in self.held]
        return sum(squares) / len(squares)

    @cached_property
    def farthest(self) -> float:
        """The worst of them: up to 1 every target is met; infinite where one cannot be estimated."""
        return max(each.off if each.found.known else math.inf for each in self.held)

    def to_frame(self) -> "pandas.DataFrame":
        import pandas as pd

        return pd.DataFrame(
            {
                "id": each.target.id,
                "quantity": each.target.quantity,
                "arm": each.arm,
                "value": each.found.value,
                "low": each.found.low,
                "high": each.found.high,
                "band_low": each.target.band[0],
                "band_high": each.target.band[1],
                "soft": each.target.soft,
                "inside": each.inside,
                "outside_by": each.outside_by,
                "source": each.target.source,
            }
            for each in self.held
        )

    def summary(self) -> "pandas.DataFrame":
        import pandas as pd

        return pd.DataFrame(
            {
                "": each.target.id,
                "quantity": each.target.measure.replace("-", " "),
                "arm": each.arm,
                "estimate [95 % interval]": written(each.found),
                "band": f"{each.target.band[0]:g} to {each.target.band[1]:g}{', outer' if each.target.soft else ''}",
                "met": "yes" if each.inside else f"off by {each.outside_by:+.3f}",
            }
            for each in self.held
        )

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        from relsim.drawing.bands import draw_bands

        ax = new_ax(6.8, 1.2 + 0.3 * len(self.held)) if ax is None else ax
        return draw_bands(
            [f"{each.target.id} {each.target.measure.replace('-', ' ')}, {each.arm}" for each in self.held],
            [each.found for each in self.held],
            [each.target.band for each in self.held],
            ax,
            title="Published figures",
            x="where the estimate lies in its band",
            ends=("lower end", "middle", "upper end"),
        )


def hold_against(targets: Iterable[Target], lives: Lives, *, pairs: int, seed: int) -> Fit:
    """Return how lives meet targets, arm by arm."""
    return Fit(lives.scenario.title, pairs, seed, tuple(_held(targets, lives)))


def _held(targets: Iterable[Target], lives: Lives) -> Iterator[Held]:
    for target in targets:
        estimate = QUANTITIES[target.measure]
        for arm in target.arms(lives.arms):
            if target.minus:
                difference = less(estimate(lives, arm), estimate(lives, target.minus))
                yield Held(target, f"{arm} minus {target.minus}", difference)
            else:
                yield Held(target, arm, estimate(lives, arm))


def check_arms(targets: Iterable[Target], arms: Iterable[str]) -> None:
    """Refuse targets about arms that a scenario does not have.

    Raises ScenarioError with each of them.
    """
    known = tuple(arms)
    wrong = [
        Problem(f"targets.{each.id}.arm", arm, f"one of {', '.join(known)}", near=nearest(arm, known))
        for each in targets
        for arm in (*each.arms(known), each.minus)
        if arm and arm not in known
    ]
    if wrong:
        raise ScenarioError(wrong)
