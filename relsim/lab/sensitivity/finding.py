"""What a sensitivity analysis found: which numbers the answer hangs on, which do not matter, and how sure that is."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from relsim.analysis.estimate import Estimate
from relsim.analysis.finding import new_ax, written
from relsim.lab.answer import Answer
from relsim.lab.factors import Factor, in_words
from relsim.lab.measures import Output
from relsim.lab.sensitivity.methods import Effect

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["MATTERS", "About", "Sensitivity"]

MATTERS = 0.05
"""The least total index of a number that matters; of a screening, the least effect as a share of the largest one."""

_SHOWN = 15
"""Rows of a table or picture."""

_TOLD = 5
"""Numbers of a screening that are told in words."""


@dataclass(frozen=True)
class About:
    """One output over the worlds of a design, and the effects of the numbers on it."""

    output: Output
    mean: float
    spread: float
    """The standard deviation between worlds."""
    noise: float
    """The share of the variance between worlds that comes from living few pairs in each, at most."""
    effects: tuple[Effect, ...]

    @property
    def sorted(self) -> tuple[Effect, ...]:
        """The effects, the largest first; those of several numbers together last."""
        return tuple(sorted(self.effects, key=lambda each: (_is_group(each.number), -each.total.value)))

    @property
    def alone(self) -> Estimate:
        """What the first-order indices add up to; the rest is interplay."""
        halves = math.hypot(*(each.alone.half_width for each in self.effects))
        return Estimate.within(sum(each.alone.value for each in self.effects), halves)

    def scaled(self, each: Effect) -> float:
        """Return how large an effect is: a total index as it is, one of a screening relative to the largest."""
        if math.isnan(each.sigma):
            return each.total.value
        return each.total.value / (self.sorted[0].total.value or 1.0)


@dataclass(frozen=True)
class Sensitivity(Answer):
    """On which numbers of the world outputs hang."""

    heading: ClassVar[str] = "Which numbers the answer hangs on"
    scenario: str
    method: str
    """morris or sobol."""
    factors: tuple[Factor, ...]
    about: tuple[About, ...]
    """One for each output, in the order in which they were asked for."""
    worlds: int
    screening: int
    """Worlds of the screening that went before; 0 where there was none."""
    pairs: int
    seed: int

    @property
    def title(self) -> str:
        outputs = ", ".join(each.output.name for each in self.about)
        return (
            f"{self.scenario}: {_METHOD[self.method]} of {outputs} ({self.worlds:,} worlds over {len(self.factors)} "
            f"numbers, {self.pairs:,} pairs in each)"
        )

    def said(self) -> tuple[str, ...]:
        most = max(each.noise for each in self.about)
        return (
            *(sentence for each in self.about for sentence in self._of(each)),
            f"Intervals are of 95 %, by bootstrap. Living {self.pairs:,} pairs in each world, the same with the same "
            f"luck, adds at most {100 * most:.1f} % to the variance between worlds.",
            "It would be otherwise with other ranges: every number lies anywhere in its range with the same chance, "
            "whatever the others are. Inside narrower ranges a number matters less.",
        )

    def _of(self, about: About) -> Iterator[str]:
        """Say which numbers an output hangs on, which do not matter, and how much is interplay."""
        what = about.output.words
        if about.spread == 0.0:
            yield f"No number matters for {what}: it is the same in all of these worlds."
            return
        single = [each for each in about.sorted if not _is_group(each.number)]
        large = [each for each in single if about.scaled(each) >= MATTERS]
        if self.method == "morris":
            parts = _listed(f"{in_words(each.number)} {each.total.value:.3g}" for each in large[:_TOLD])
            unit = about.output.measure.unit
            yield f"Find these out first, by how far they move {what} over their range ({unit}): {parts}."
            yield (
                f"{len(large)} of {len(single)} numbers move it by at least {100 * MATTERS:.0f} % of the first; the "
                "others need not be known better."
            )
            return
        parts = _listed(f"{in_words(each.number)} {_percent(each.total)}" for each in large)
        first = f"Find these out first, by their part in the variance of {what} between worlds: {parts}."
        yield first if large else f"No single number matters much for {what}."
        yield from (
            f"The {each.number} have a part in {_percent(each.total)} of it together."
            for each in about.effects
            if _is_group(each.number)
        )
        small = [each for each in single if each.total.high < MATTERS]
        if small:
            yield f"Not worth knowing better: {_listed(in_words(each.number) for each in small)}."
        yield _interplay(about)

    def to_frame(self) -> "pandas.DataFrame":
        import pandas as pd

        known = {each.name: each for each in self.factors}
        rows = []
        for about in self.about:
            for each in about.effects:
                factor = known.get(each.number)
                rows.append(
                    {
                        "of": about.output.name,
                        "number": each.number,
                        "from": math.nan if factor is None else factor.low,
                        "to": math.nan if factor is None else factor.high,
                        "total": each.total.value,
                        "low": each.total.low,
                        "high": each.total.high,
                        "alone": each.alone.value,
                        "alone_low": each.alone.low,
                        "alone_high": each.alone.high,
                        "sigma": each.sigma,
                        "meaning": "" if factor is None else factor.parameter.meaning,
                        "unit": "" if factor is None else factor.parameter.unit,
                        "method": self.method,
                    }
                )
        return pd.DataFrame(rows)

    def summary(self) -> "pandas.DataFrame":
        import pandas as pd

        known = {each.name: each for each in self.factors}
        rows = []
        for number in self._shown():
            factor = known.get(number)
            found = [next(each for each in about.effects if each.number == number) for about in self.about]
            row = {"number": in_words(number), "range": "" if factor is None else f"{factor.low:g} to {factor.high:g}"}
            if len(found) > 1:
                row |= {
                    about.output.measure.name: written(each.total, 3)
                    for about, each in zip(self.about, found, strict=True)
                }
            elif self.method == "morris":
                (each,) = found
                row |= {
                    "moves it by [95 %]": written(each.total),
                    "on average": f"{each.alone.value:+.3f}",
                    "spread of that": f"{each.sigma:.3f}",
                }
            else:
                (each,) = found
                row |= {"alone [95 %]": written(each.alone), "with others [95 %]": written(each.total)}
            rows.append(row)
        return pd.DataFrame(rows)

    def _shown(self) -> list[str]:
        """Return the numbers that are shown, those with the largest effect on any output first."""
        largest: dict[str, float] = {}
        for about in self.about:
            for each in about.effects:
                largest[each.number] = max(largest.get(each.number, 0.0), about.scaled(each))
        return sorted(largest, key=lambda number: (_is_group(number), -largest[number]))[:_SHOWN]

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        shown = self._shown()
        ax = new_ax(7.0, 1.5 + 0.34 * len(shown)) if ax is None else ax
        return self._heat(shown, ax) if len(self.about) > 1 else self._tornado(shown, ax)

    def _tornado(self, shown: Sequence[str], ax: "Axes") -> "Axes":
        from relsim.drawing.tornado import draw_tornado

        (about,) = self.about
        effects = {each.number: each for each in about.effects}
        found = [effects[number] for number in shown]
        moved = f"moved over the range of the number ({about.output.measure.unit})"
        morris = self.method == "morris"
        return draw_tornado(
            [in_words(each) for each in shown],
            [each.total for each in found],
            [each.alone.value for each in found],
            ax,
            title=f"What moves {about.output.words}",
            x=moved if morris else "share of the variance",
            words=("on average, ups against downs", "up or down") if morris else ("alone", "with others"),
            shares=not morris,
        )

    def _heat(self, shown: Sequence[str], ax: "Axes") -> "Axes":
        from relsim.drawing.heat import draw_heat

        cells = [
            [next(about.scaled(each) for each in about.effects if each.number == number) for about in self.about]
            for number in shown
        ]
        last = self.about[0].output
        against = f"{last.arm} minus {last.against}" if last.against else last.arm
        return draw_heat(
            [in_words(each) for each in shown],
            [each.output.measure.name for each in self.about],
            cells,
            ax,
            title=f"What moves which measure, {against}",
            key="effect, relative to the largest" if self.method == "morris" else "share of the variance, with others",
        )


_METHOD = {"morris": "screening", "sobol": "shares of the variance"}


def _interplay(about: About) -> str:
    """Say how much of the variance no number makes on its own."""
    value, most, least = (f"{100 * min(1.0, max(0.0, 1.0 - part)):.0f} %" for part in about.alone)
    group = next((f" (that among the {each.number} apart)" for each in about.effects if _is_group(each.number)), "")
    return (
        f"{value} [{least}, {most}] of the variance of {about.output.measure.name} is interplay{group}: what one "
        "number does there depends on the others."
    )


def _is_group(number: str) -> bool:
    return not number.startswith("world.")


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _percent(share: Estimate) -> str:
    ends = ", ".join(f"{100 * max(0.0, end):.0f} %" for end in (share.low, share.high))
    return f"{100 * share.value:.0f} % [{ends}]"
