"""The border between two arms over two numbers of a world: a map."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Unpack

import numpy as np

from relsim.analysis.estimate import Z95, Estimate
from relsim.analysis.finding import new_ax
from relsim.errors import ScenarioError, nearest, needed
from relsim.lab.answer import Answer
from relsim.lab.discovery.axes import AVERAGE_FIT, Axis, average_fit, axis_of, with_average_fit
from relsim.lab.discovery.discover import two_arms
from relsim.lab.discovery.surface import NEEDED, Surface, surface
from relsim.lab.discovery.worlds import How, live_worlds
from relsim.lab.factors import design, factor_read, number_at, with_numbers
from relsim.lab.measures import Measure, measure
from relsim.scenario.parameter import describe
from relsim.scenario.scenario import Scenario
from relsim.scenario.world import World

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["PAIRS", "WORLDS", "Border", "Crossing", "Span", "X", "Y", "border", "span_read"]

WORLDS = 512
PAIRS = 1024

X, Y = "average-fit", "world.optimism"
"""The two numbers of a map by default: how good partners are, and how much more than that is promised (A4)."""

_FIT = (0.35, 0.9)
_FINE = 401
_ROWS = 5
"""At so many places of the second number it is told where the border is."""


@dataclass(frozen=True)
class Span:
    """A number of the world between two ends."""

    axis: Axis
    low: float
    high: float

    @property
    def name(self) -> str:
        """The name of the number."""
        return self.axis.name

    def at(self, share: np.ndarray) -> np.ndarray:
        """Return the numbers at shares of the way from low to high."""
        return self.low + (self.high - self.low) * share

    def given(self, scenario: Scenario, number: float) -> Mapping[str, float]:
        """Return the numbers of the world that make it this one."""
        return with_average_fit(scenario.world, number) if self.axis == AVERAGE_FIT else {self.name: number}

    def here(self, scenario: Scenario) -> float:
        """Return what the number is in a scenario; the first one where firms or levels differ."""
        if self.axis == AVERAGE_FIT:
            return average_fit(scenario.world)
        return number_at(scenario, self.name)


def span_read(text: str) -> Span:
    """Return what a text asks for: NAME or NAME=LOW:HIGH, a number of the world or the average fit.

    Raises ScenarioError for other names and forms, for ranges that are not allowed, and for whole numbers.
    """
    name, equals, ends = text.partition("=")
    if name.strip() != AVERAGE_FIT.name:
        if "." not in name:
            known = (AVERAGE_FIT.name, *(f"world.{each.name}" for each in describe(World)))
            allowed = f"a number of the world, such as {Y}, or {AVERAGE_FIT.name}"
            raise ScenarioError.of("map", name, allowed, nearest(name, known))
        found = factor_read(text)
        if found.parameter.whole:
            raise ScenarioError.of("map", text, "a number that is not a whole one, so that there is a border")
        return Span(axis_of(found), found.low, found.high)
    allowed = f"{AVERAGE_FIT.name}=LOW:HIGH, two numbers between 0 and 1, such as {AVERAGE_FIT.name}=0.4:0.8"
    try:
        low, high = (float(end) for end in ends.split(":")) if equals else _FIT
    except ValueError:
        raise ScenarioError.of("map", text, allowed) from None
    if not 0.0 < low < high < 1.0:
        raise ScenarioError.of("map", text, allowed)
    return Span(AVERAGE_FIT, low, high)


@dataclass(frozen=True)
class Crossing:
    """Where along the first number an arm begins to win, or ceases to, at one place of the second number."""

    y: float
    x: Estimate
    """An end is endless where the map ends before it is clear."""
    begins: bool


@dataclass(frozen=True, repr=False)
class Border(Answer):
    """By how much an arm is better than another over two numbers of a world, all else as it is."""

    heading: ClassVar[str] = "Where another arm becomes the better one"

    scenario: str
    measure: Measure
    arm: str
    against: str
    x: Span
    y: Span
    here: tuple[float, float]
    """Where the scenario itself lies."""
    worlds: int
    pairs: int
    seed: int
    wins: tuple[float, float, float]
    """The share of the map in which the arm wins, in which it clearly does, and in which it clearly does not."""
    crossings: tuple[Crossing, ...]
    foretold: float
    """Of the worlds, left out one at a time, the share that lies in the 95 % interval that the others give."""
    found: Surface = field(repr=False, compare=False)

    @property
    def title(self) -> str:
        return f"Where {self.arm} begins to beat {self.against} on {self.measure.words}: {self.scenario}"

    def said(self) -> tuple[str, ...]:
        won, clearly, lost = (f"{100 * each:.0f} %" for each in self.wins)
        where = "; ".join(self._borders()) or f"no border between {self.arm} and {self.against}"
        return (
            f"{self.arm} is better than {self.against} on {won} of the map: clearly so on {clearly}, clearly not on "
            f"{lost}.",
            f"On the map: {where}.",
            f"All else is as in the scenario itself, where these numbers are {self.x.axis.said(self.here[0])} and "
            f"{self.y.axis.said(self.here[1])}. The map follows from {self.worlds} worlds, in each of which "
            f"{self.pairs:,} pairs of firms lived, and a smooth surface through them (Gaussian process). Of these "
            f"worlds, each left out in its turn, {100 * self.foretold:.0f} % lie in the 95 % interval that the others "
            "foretell.",
            "Any other number of the world may move the border; relsim lab discover says which ones matter.",
        )

    def _borders(self) -> Iterator[str]:
        """Yield where the border is, row by row of the map."""
        what, place = f"{self.x.axis.words} ", self.y.axis.words
        for each in self.crossings:
            low, high = (
                self.x.axis.said(end) if np.isfinite(end) else "beyond the map" for end in (each.x.low, each.x.high)
            )
            verb = "wins" if each.begins else "loses"
            yield (
                f"it {verb} from {what}{self.x.axis.said(each.x.value)} [{low}, {high}] on where {place} is "
                f"{self.y.axis.said(each.y)}"
            )
            what, place = "", "that"

    def to_frame(self) -> "pandas.DataFrame":
        import pandas as pd

        return pd.DataFrame(
            [(each.y, "begins" if each.begins else "ceases", *each.x) for each in self.crossings],
            columns=[self.y.name, "winning", self.x.name, "low", "high"],
        )

    def surface(self, cells: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the map as a grid: the two numbers, shape (cells,), the difference and its standard error there."""
        shares = np.linspace(0.0, 1.0, cells)
        across, up = np.meshgrid(shares, shares)
        value, error = self.found.at(np.column_stack([across.ravel(), up.ravel()]))
        return self.x.at(shares), self.y.at(shares), value.reshape(cells, cells), error.reshape(cells, cells)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        from relsim.drawing.map import draw_map

        return draw_map(
            *self.surface(),
            new_ax(6.4, 5.2) if ax is None else ax,
            here=self.here,
            title=f"Where {self.arm} begins to beat {self.against}",
            axes=(self.x.axis.labelled, self.y.axis.labelled),
            unit=f"better by ({self.measure.unit})",
            names=(self.arm, self.against),
        )


def border(
    scenario: Scenario,
    x: str | Span = X,
    y: str | Span = Y,
    of: str = "net.joint",
    arm: str | None = None,
    against: str | None = None,
    *,
    worlds: int = WORLDS,
    pairs: int = PAIRS,
    seed: int = 1,
    **how: Unpack[How],
) -> Border:
    """Return where over two numbers of a world one arm begins to win against another, all else as in the scenario.

    x, y: a number as `span_read` takes it; the average fit keeps the sum of the two shapes of its law. of, arm,
    against: as for `discover`. worlds, pairs, seed, how: as for `live_worlds`.

    Raises EngineError where scikit-learn is missing, ScenarioError for what is unknown or out of range, and as `study`
    does.
    """
    needed("sklearn", NEEDED, "lab")
    what = measure(of)
    one, other = two_arms(scenario, what, arm, against)
    spans = [span_read(each) if isinstance(each, str) else each for each in (x, y)]
    across, up = spans
    if across.name == up.name:
        raise ScenarioError.of("map", up.name, "two different numbers")
    if AVERAGE_FIT in (across.axis, up.axis) and scenario.world.fit_law != "beta":
        raise ScenarioError.of("map", AVERAGE_FIT.name, "a world whose law of fit is beta")
    if worlds < 16:
        raise ScenarioError.of("worlds", worlds, "a whole number from 16 on")
    shares = design(2, worlds, seed)
    lived = live_worlds(
        scenario,
        what,
        (_world(scenario, spans, row) for row in shares),
        {each.name: (each.low, each.high) for each in spans},
        pairs,
        seed,
        **how,
    )
    known = lived.known
    gap = lived.beside_never().among(known).gap(one, other)
    if known.sum() < 16:
        raise ScenarioError.of("map", f"{across.name}, {up.name}", "ranges in which something is launched")
    found = surface(shares[known], gap.whole, gap.error, seed)
    return Border(
        scenario=scenario.title,
        measure=what,
        arm=one,
        against=other,
        x=across,
        y=up,
        here=(across.here(scenario), up.here(scenario)),
        worlds=worlds,
        pairs=pairs,
        seed=seed,
        wins=_shares(found),
        crossings=_crossings(found, across, up),
        foretold=found.foretold,
        found=found,
    )


def _world(scenario: Scenario, spans: Sequence[Span], row: np.ndarray) -> Scenario:
    numbers: dict[str, float] = {}
    for each, share in zip(spans, row, strict=True):
        numbers |= each.given(scenario, float(each.at(share)))
    return with_numbers(scenario, numbers)


def _shares(found: Surface, cells: int = 101) -> tuple[float, float, float]:
    shares = (np.arange(cells) + 0.5) / cells
    across, up = np.meshgrid(shares, shares)
    value, error = found.at(np.column_stack([across.ravel(), up.ravel()]))
    clear = np.abs(value) > Z95 * error
    return float((value > 0.0).mean()), float((clear & (value > 0.0)).mean()), float((clear & (value < 0.0)).mean())


def _crossings(found: Surface, across: Span, up: Span) -> tuple[Crossing, ...]:
    fine = np.linspace(0.0, 1.0, _FINE)
    told = []
    for place in (np.arange(_ROWS) + 0.5) / _ROWS:
        value, error = found.at(np.column_stack([fine, np.full(_FINE, place)]))
        clear = np.abs(value) > Z95 * error
        for left in np.flatnonzero(np.diff(np.sign(value)) != 0).tolist():
            part = value[left] / (value[left] - value[left + 1])
            before, after = np.flatnonzero(clear[: left + 1]), np.flatnonzero(clear[left + 1 :])
            low = float(across.at(fine[before[-1]])) if len(before) else -np.inf
            high = float(across.at(fine[left + 1 + after[0]])) if len(after) else np.inf
            at = float(across.at(fine[left] + part * (fine[left + 1] - fine[left])))
            told.append(Crossing(float(up.at(place)), Estimate(at, low, high), bool(value[left + 1] > value[left])))
    return tuple(told)
