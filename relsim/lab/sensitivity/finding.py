"""What a sensitivity analysis found: which numbers the answer hangs on, which do not matter, and how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from relsim.analysis.finding import new_ax, written
from relsim.lab.answer import Answer
from relsim.lab.factors import Factor, in_words
from relsim.lab.sensitivity.about import About, is_group
from relsim.lab.sensitivity.telling import listed, sentences

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["Sensitivity"]

_SHOWN = 15
"""Rows of a table or picture."""

_METHOD = {"morris": "screening", "sobol": "shares of the variance"}


@dataclass(frozen=True, repr=False)
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
        outputs = listed(each.output.measure.name for each in self.about)
        before = f", after a screening of {self.screening:,}" if self.screening else ""
        return (
            f"{self.scenario}: {_METHOD[self.method]} of {outputs}, {self._against} ({self.worlds:,} worlds over "
            f"{len(self.factors)} numbers, {self.pairs:,} pairs in each{before})"
        )

    @property
    def _against(self) -> str:
        """What is compared with what."""
        last = self.about[0].output
        return last.arm if last.against is None else f"{last.arm} against {last.against}"

    def said(self) -> tuple[str, ...]:
        return sentences(self.method, self.about, self.worlds, self.pairs)

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
                        "sigma": math.nan if each.sigma is None else each.sigma,
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
            found = [about[number] for about in self.about]
            row = {"number": in_words(number)}
            if len(found) > 1:
                row |= {
                    about.output.measure.name: written(each.total, 2)
                    for about, each in zip(self.about, found, strict=True)
                }
                rows.append(row)
                continue
            (each,) = found
            row["range"] = "" if factor is None else f"{factor.low:g} to {factor.high:g}"
            if self.method == "morris":
                row["moves it by [95 %]"] = written(each.total)
                row |= {"on average": f"{each.alone.value:+.3f}", "spread of that": f"{each.sigma:.3f}"}
            else:
                row |= {"alone [95 %]": written(each.alone), "with others [95 %]": written(each.total)}
            rows.append(row)
        return pd.DataFrame(rows)

    def _shown(self) -> list[str]:
        """Return the numbers that are shown, those with the largest effect on any output first."""
        largest: dict[str, float] = {}
        for about in self.about:
            for each in about.effects:
                largest[each.number] = max(largest.get(each.number, 0.0), about.scaled(each))
        return sorted(largest, key=lambda number: (is_group(number), -largest[number]))[:_SHOWN]

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        shown = self._shown()
        ax = new_ax(7.0, 1.5 + 0.34 * len(shown)) if ax is None else ax
        return self._heat(shown, ax) if len(self.about) > 1 else self._tornado(shown, ax)

    def _tornado(self, shown: Sequence[str], ax: "Axes") -> "Axes":
        from relsim.drawing.tornado import draw_tornado

        (about,) = self.about
        found = [about[number] for number in shown]
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

        cells = [[about.scaled(about[number]) for about in self.about] for number in shown]
        return draw_heat(
            [in_words(each) for each in shown],
            [each.output.measure.name for each in self.about],
            cells,
            ax,
            title=f"What moves which measure, {self._against}",
            key="effect, relative to the largest" if self.method == "morris" else "share of the variance, with others",
        )
