"""Where one arm wins against another, among many worlds that differ in everything that nobody knows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Unpack

import numpy as np

from relsim.analysis.estimate import Estimate
from relsim.analysis.finding import new_ax, written
from relsim.errors import ScenarioError, nearest
from relsim.lab.answer import Answer
from relsim.lab.discovery.axes import Axis, axes_of
from relsim.lab.discovery.regions import Bound, Region, balanced, in_percent, regions
from relsim.lab.discovery.worlds import NEVER, Gap, How, factors_of, has_never, live_design, share_of
from relsim.lab.factors import Factor
from relsim.lab.measures import Measure, measure
from relsim.lab.patterns import mean_of
from relsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["PAIRS", "WORLDS", "Discovery", "discover", "two_arms"]

WORLDS = 4096
"""Worlds of the design."""

PAIRS = 256
"""Pairs of firms that live in each of them."""


@dataclass(frozen=True, repr=False)
class Discovery(Answer):
    """In which share of worlds an arm wins, and where."""

    heading: ClassVar[str] = "Where one arm beats another among plausible worlds"

    scenario: str
    measure: Measure
    arm: str
    against: str
    worlds: int
    """How many worlds there were."""
    unknown: int
    """In how many of them one of the arms has no value; they are left out."""
    pairs: int
    seed: int
    numbers: int
    """How many numbers differ from world to world."""
    share: Estimate
    """Of worlds in which the arm wins."""
    counted: float
    """The same as it is counted, with the luck among few pairs."""
    clear: tuple[float, float]
    """The share of worlds in which it wins clearly, with all of the 95 % interval, and in which it loses so."""
    gain: Estimate
    """By how much it is better, on average over the worlds."""
    pays: Estimate | None
    """The share of its wins in which it is also better than never to begin; None where that is not asked."""
    regions: tuple[Region, ...]
    """Where it wins, from broad to narrow; none where no few limits tell it."""
    axes: tuple[Axis, ...] = field(repr=False, compare=False)
    columns: np.ndarray = field(repr=False, compare=False)
    """The number of each world on each axis."""
    gap: Gap = field(repr=False, compare=False)

    @property
    def title(self) -> str:
        return f"Where {self.arm} beats {self.against} on {self.measure.words}: {self.scenario}"

    def said(self) -> tuple[str, ...]:
        usual = self.arm if self.share.value > 0.5 else self.against
        told = [
            f"In most plausible worlds {usual} is better: {self.arm} beats {self.against} on {self.measure.words} in "
            f"{in_percent(self.share)} of {len(self.columns):,} of them."
        ]
        if self.pays is not None:
            told.append(
                f"In {in_percent(self.pays)} of the worlds in which it wins, it is better than {NEVER} to begin."
            )
        told += self._where()
        told.append(
            f"It wins clearly, with all of the 95 % interval, in {100 * self.clear[0]:.1f} % of the worlds, and loses "
            f"so in {100 * self.clear[1]:.1f} %; for the rest {self.pairs} pairs of firms a world are too few. Luck "
            f"among so few is taken out of all shares: merely counted, it would win in {100 * self.counted:.1f} %."
        )
        told.append(
            f"The worlds differ in {self.numbers} numbers, each by itself within its plausible range, and need not "
            "meet published figures. Where some of these numbers go together, or are known better, the share is "
            "another one."
        )
        if self.unknown:
            told.append(f"Left out: {self.unknown:,} worlds in which an arm has no value.")
        return tuple(told)

    def _where(self) -> list[str]:
        """Return where it wins, as far as few limits tell it."""
        if not self.regions:
            return ["Where it wins, no few limits tell better than luck would."]
        main = balanced(self.regions)
        told = [
            f"Where it wins: {main}. In {in_percent(main.density)} of these worlds it wins, and "
            f"{in_percent(main.coverage)} of its wins are there; on average over these worlds it gains "
            f"{written(main.gain, 2, sign=True)} ({self.measure.unit}). So judged on the half of the worlds that the "
            "limits were not fitted on."
        ]
        return [*told, f"Here {main.glossary}."] if main.glossary else told

    def to_frame(self) -> "pandas.DataFrame":
        import pandas as pd

        everywhere = ("all worlds", len(self.columns))
        rows = [(*everywhere, "density", *self.share), (*everywhere, "gain", *self.gain)]
        if self.pays is not None:
            rows.append((*everywhere, f"better than {NEVER} where it wins", *self.pays))
        rows += [
            (str(each), each.worlds, name, *found)
            for each in self.regions
            for name, found in (("density", each.density), ("coverage", each.coverage), ("gain", each.gain))
        ]
        return pd.DataFrame(rows, columns=["where", "worlds", "what", "value", "low", "high"])

    def summary(self) -> "pandas.DataFrame":
        import pandas as pd

        rows = [("all worlds", len(self.columns), in_percent(self.share, 0), "all", _gain(self.gain), "")]
        rows += [
            (
                str(each),
                each.worlds,
                in_percent(each.density, 0),
                in_percent(each.coverage, 0),
                _gain(each.gain),
                ", ".join(f"{100 * fitted:.0f} %" for fitted in each.fitted),
            )
            for each in self.regions
        ]
        header = ["where", "worlds", "it wins in", "of its wins", "it gains", "as fitted"]
        return pd.DataFrame(rows, columns=header)

    def to_worlds(self) -> "pandas.DataFrame":
        """Return every world: its numbers, by how much the arm is better there, and the standard error of that."""
        import pandas as pd

        frame = pd.DataFrame(self.columns, columns=[each.name for each in self.axes])
        return frame.assign(better=self.gap.whole, standard_error=self.gap.error)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        from relsim.drawing.boxes import draw_boxes

        across, up = self._shown()
        return draw_boxes(
            self.columns[:, across],
            self.columns[:, up],
            self.gap.clear,
            [_corners(each, self.axes[across], self.axes[up]) for each in self.regions],
            new_ax(6.4, 5.2) if ax is None else ax,
            title=f"Where {self.arm} beats {self.against}",
            axes=(self.axes[across].labelled, self.axes[up].labelled),
            names=(self.arm, self.against),
        )

    def _shown(self) -> tuple[int, int]:
        """Return the two axes that tell the worlds apart best: those of the regions first."""
        names = [bound.axis.name for each in self.regions for bound in each.bounds]
        most = sorted(range(len(self.axes)), key=lambda place: -names.count(self.axes[place].name))
        wins = self.gap.wins
        if len(set(names)) < 2 and wins.any() and not wins.all():
            apart = np.abs(self.columns[wins].mean(axis=0) - self.columns[~wins].mean(axis=0))
            apart /= self.columns.std(axis=0)
            most = sorted(most, key=lambda place: (-names.count(self.axes[place].name), -apart[place]))
        return most[0], most[1 % len(most)]


def _gain(found: Estimate) -> str:
    return f"{found.value:+.2f} ±{found.half_width:.2f}"


def _corners(region: Region, across: Axis, up: Axis) -> tuple[float, float, float, float]:
    """Return what a region leaves of two axes: left, right, bottom, top; endless where it sets no limit."""

    def ends(axis: Axis) -> tuple[float, float]:
        own: list[Bound] = [each for each in region.bounds if each.axis.name == axis.name]
        low = max((each.at for each in own if each.above), default=-np.inf)
        return low, min((each.at for each in own if not each.above), default=np.inf)

    return (*ends(across), *ends(up))


def two_arms(scenario: Scenario, of: Measure, arm: str | None, against: str | None) -> tuple[str, str]:
    """Return the names of two arms: by default the first one, against the second one or, where there is none, never.

    Raises ScenarioError for an unknown arm, an arm against itself, and never where it has no value.
    """
    known = tuple(scenario.arms)
    one = arm if arm is not None else known[0]
    other = against if against is not None else next((each for each in known if each != one), NEVER)
    for option, given, allowed in (("arm", one, known), ("against", other, (*known, NEVER))):
        if given not in allowed:
            raise ScenarioError.of(option, given, f"one of {', '.join(allowed)}", nearest(given, allowed))
    if one == other:
        raise ScenarioError.of("against", other, f"another arm than {one}")
    if other == NEVER and not has_never(of):
        raise ScenarioError.of("against", other, f"an arm; {NEVER} to begin is something to compare net with only")
    return one, other


def discover(
    scenario: Scenario,
    of: str = "net.joint",
    arm: str | None = None,
    against: str | None = None,
    *,
    free: Sequence[str | Factor] | None = None,
    worlds: int = WORLDS,
    pairs: int = PAIRS,
    seed: int = 1,
    **how: Unpack[How],
) -> Discovery:
    """Return in which share of worlds an arm is better than another one, and where.

    of: a name of `MEASURES`. arm, against: by default the first arm and the second one; against "never" for whether it
    pays to begin. free: the numbers that differ from world to world; by default all that are assumed or calibrated.
    worlds, pairs, seed, how: as for `live_design`.

    Raises ScenarioError for what is unknown or out of range, and as `study` does.
    """
    what = measure(of)
    one, other = two_arms(scenario, what, arm, against)
    factors = factors_of(scenario, free)
    shares, lived = live_design(scenario, what, factors, worlds, pairs, seed, **how)
    known = lived.known
    kept = lived.beside_never().among(known)
    gap = kept.gap(one, other)
    axes, columns = axes_of(scenario, factors, shares[known])
    pays = None
    if other != NEVER and has_never(what) and gap.wins.any():
        pays = share_of(kept.gap(one, NEVER).among(gap.wins).score)
    return Discovery(
        scenario=scenario.title,
        measure=what,
        arm=one,
        against=other,
        worlds=len(shares),
        unknown=int((~known).sum()),
        pairs=pairs,
        seed=seed,
        numbers=len(factors),
        share=share_of(gap.score),
        counted=float(gap.wins.mean()),
        clear=(float((gap.clear > 0.0).mean()), float((gap.clear < 0.0).mean())),
        gain=mean_of(gap.whole),
        pays=pays,
        regions=regions(axes, columns, gap.wins, gap.score, gap.whole, seed),
        axes=axes,
        columns=columns,
        gap=gap,
    )
