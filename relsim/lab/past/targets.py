"""Figures of past relationships as targets that a world can be calibrated on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from relsim.analysis.estimate import Z95, Estimate
from relsim.analysis.finding import Finding, new_ax
from relsim.lab.past.cohort import Cohort
from relsim.lab.past.columns import word_of
from relsim.lab.past.lines import LEAST, failed_within, hostile_share, leaving, years_to_contract
from relsim.lab.patterns import QUANTITIES
from relsim.lab.targets import COLUMNS, Target
from relsim.vocabulary import Level

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

    from relsim.lab.past.past import Past

__all__ = ["OUTER", "PastTargets", "targets"]

OUTER = 0.999
"""Of how many data sets in a thousand the outer band holds the truth; the inner one holds it in 950."""

_FEW = 20
"""Relationships that a figure rests on, below which the outer band is the one to meet."""

Figure = Callable[..., Estimate]


@dataclass(frozen=True)
class _Carried:
    """A measure that data may carry: its name in QUANTITIES, how it is found, its unit, and what makes it soft."""

    measure: str
    of: Figure
    unit: str
    needs: str
    soft: bool = False
    """Whether the model counts it for longer than the data were watched, so that the outer band is the one to meet."""


_WATCHED = f"{LEAST} watched for so long after the start"
_MEASURES = (
    _Carried("failed-within-2-years", partial(failed_within, years=2.0), "share", _WATCHED),
    _Carried("failed-within-5-years", partial(failed_within, years=5.0), "share", _WATCHED),
    _Carried("hostile-share", hostile_share, "share", f"{LEAST} that failed, and a known ending of each"),
    *(
        _Carried(
            measure,
            partial(leaving, level=level, going_too=True),
            "per year",
            f"the columns left_{level.name.lower()} and heads_{level.name.lower()}{and_more}",
            soft=True,
        )
        for measure, level, and_more in (
            ("leader-changes", Level.STRATEGIC, ", and contact"),
            ("tactical-leaving", Level.TACTICAL, ""),
            ("operational-leaving", Level.OPERATIONAL, ""),
        )
    ),
    _Carried("years-to-contract", years_to_contract, "years", "the columns contact and contract"),
)
"""What data may carry; what else the published figures are about, no table of this kind has."""


@dataclass(frozen=True, eq=False, repr=False)
class PastTargets(Finding):
    """Calibration targets made of past relationships: what `relsim lab calibrate --targets` reads."""

    past: "Past"
    targets: tuple[Target, ...]
    left_out: Mapping[str, str]
    """What could not be carried, by launch and measure, and what it would take."""

    @property
    def title(self) -> str:
        return f"{self.past.name}: {len(self.targets)} calibration targets (bands of 95 %, outer bands of 99.9 %)"

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be known when calibrating on them, a sentence or two each."""
        reasons = dict.fromkeys(self.left_out.values())
        missing = [
            f"{', '.join(what for what, takes in self.left_out.items() if takes == reason)} (it takes {reason})"
            for reason in reasons
        ]
        return (
            "A band says what these relationships leave open. Of soft targets the outer one is to be met: those that "
            "rest on few, and rates of leaving, as the model counts up to its horizon, not for as long as you watched.",
            *([f"Left out: {'; '.join(missing)}."] if missing else []),
        )

    def document(self) -> dict[str, Any]:
        """Return what `relsim data targets --json` prints."""
        return {
            "file": self.past.name,
            "sha256": self.past.digest,
            "targets": self.to_frame().to_dict("records"),
            "left_out": dict(self.left_out),
            "remarks": list(self.remarks),
        }

    def to_frame(self) -> "pandas.DataFrame":
        """Return the targets in the columns that files of targets have."""
        import pandas as pd

        names = (*COLUMNS, "quality", "measure")
        return pd.DataFrame({name: [getattr(each, name) for each in self.targets] for name in names}).assign(
            seen="data"
        )

    def summary(self) -> "pandas.DataFrame":
        """Return the targets as text, under a heading a launch."""
        import pandas as pd

        rows = []
        for arm in dict.fromkeys(each.arm for each in self.targets):
            rows.append((arm, "", "", ""))
            for each in self.targets:
                if each.arm == arm:
                    band, outer = f"{each.low:.4g} to {each.high:.4g}", f"{each.outer_low:.4g} to {each.outer_high:.4g}"
                    rows.append((f"  {each.id} {each.measure.replace('-', ' ')}", band, outer, each.quality))
        return pd.DataFrame(rows, columns=["", "band", "outer band", "quality"])

    def __str__(self) -> str:
        return "\n\n".join([super().__str__(), *self.remarks])

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw each band as a bar of the same length, and the outer one as a line across it; return the ax."""
        from relsim.drawing.bands import draw_bands

        return draw_bands(
            [f"{each.id} {each.measure.replace('-', ' ')}, {each.arm}" for each in self.targets],
            [((each.low + each.high) / 2.0, each.outer_low, each.outer_high) for each in self.targets],
            [(each.low, each.high) for each in self.targets],
            new_ax(6.8, 1.2 + 0.3 * len(self.targets)) if ax is None else ax,
            title="Targets from past relationships",
            x="the middle of each band, and its outer band",
            ends=("lower end", "middle", "upper end"),
        )


def targets(past: "Past") -> PastTargets:
    """Return calibration targets for each launch: of each figure that the data carry its 95 % and 99.9 % intervals."""
    made: list[Target] = []
    left_out: dict[str, str] = {}
    outer = -NormalDist().inv_cdf((1.0 - OUTER) / 2.0)
    for launch in past.launches:
        cohort = past.cohort(launch)
        for each in _MEASURES:
            inner, wide = each.of(cohort, z=Z95), each.of(cohort, z=outer)
            if not inner.known or not inner.low < inner.high:
                left_out[f"{word_of(launch)} {each.measure.replace('-', ' ')}"] = each.needs
                continue
            count = _behind(cohort, each.measure)
            soft = each.soft or count < _FEW
            low, high, outer_low, outer_high = (float(f"{end:.4g}") for end in (*inner[1:], *wide[1:]))
            made.append(
                Target(
                    id=f"P{len(made) + 1}",
                    quantity=_in_words(each.measure),
                    arm=word_of(launch),
                    minus="",
                    world="",
                    measure=each.measure,
                    low=low,
                    high=high,
                    outer_low=min(outer_low, low),
                    outer_high=max(outer_high, high),
                    unit=each.unit,
                    population=f"{len(cohort):,} relationships{past.period}",
                    source=f"{past.name} (SHA-256 {past.digest[:12]})",
                    quality="soft" if soft else f"of {count:,}",
                )
            )
    return PastTargets(past, tuple(made), left_out)


def _behind(cohort: Cohort, measure: str) -> int:
    """Return how many relationships a figure rests on."""
    if measure == "hostile-share":
        return int(cohort.failed.sum())
    return len(cohort) if measure == "leader-changes" else int(cohort.launched.sum())


def _in_words(measure: str) -> str:
    """Return what a measure is, as the first sentence of its description says."""
    told = (QUANTITIES[measure].__doc__ or measure).split(".")[0]
    return told[0].lower() + told[1:]
