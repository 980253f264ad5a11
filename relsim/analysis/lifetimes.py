"""How long the relationships of each arm last, and how they end: survival, hazard and cumulative incidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from relsim.analysis.columns import YEARS
from relsim.analysis.finding import Finding, new_ax, written
from relsim.analysis.hazard import Hazard
from relsim.analysis.survival import Curve, Incidence
from relsim.analysis.tally import Clock
from relsim.vocabulary import Ending

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["POPULATIONS", "SINCE", "Hazards", "Incidences", "Survival"]

POPULATIONS = {
    Clock.CONTACT: "started contacts",
    Clock.OPERATIONS: "launched relationships",
    Clock.LAUNCHED: "launched relationships",
}
SINCE = {
    Clock.CONTACT: "years since first contact",
    Clock.OPERATIONS: "years since operations started",
    Clock.LAUNCHED: "years since first contact",
}


@dataclass(frozen=True, repr=False)
class Survival(Finding):
    """Survival of each arm: Kaplan-Meier, Nelson-Aalen, restricted means, and quantiles of the time to exit."""

    curves: Mapping[str, Curve]
    clock: Clock
    horizon: float
    exact: bool
    """Whether times are exact, or known to a day."""

    @property
    def title(self) -> str:
        return f"Survival of {POPULATIONS[self.clock]}, {SINCE[self.clock]} ({self._how} times, 95 % intervals)"

    @property
    def _how(self) -> str:
        return "exact" if self.exact else "daily"

    def to_frame(self) -> "pandas.DataFrame":
        """Return every step: arm, time, at risk, ended, survival, low, high, cumulative hazard and its error."""
        import pandas as pd

        return pd.concat(
            [
                pd.DataFrame(
                    {
                        "arm": arm,
                        "time": curve.times,
                        "at_risk": curve.exposed,
                        "ended": curve.ended,
                        "survival": curve.survival,
                        "low": curve.low,
                        "high": curve.high,
                        "cumulative_hazard": curve.cumulative_hazard,
                        "cumulative_hazard_error": curve.cumulative_hazard_error,
                    }
                )
                for arm, curve in self.curves.items()
            ],
            ignore_index=True,
        )

    def limit(self) -> float:
        """Return the longest time up to which restricted means can be told in every arm: a whole year where it can."""
        most = min((curve.longest for curve in self.curves.values() if len(curve.watched)), default=0.0)
        years = [year for year in YEARS if year <= most]
        return float(years[-1]) if years else most

    def summary(self) -> "pandas.DataFrame":
        """Return survival at whole years, quartiles of the time to exit and the restricted mean, a column an arm."""
        import pandas as pd

        limit = self.limit()
        years = [year for year in YEARS if any(curve.at(year) is not None for curve in self.curves.values())]
        found = {}
        for arm, curve in self.curves.items():
            found[arm] = {
                "watched": f"{int(curve.remaining[0]) if len(curve.remaining) else 0:,}",
                "ended": f"{int(curve.ended.sum()):,}",
                **{f"alive after {year} y": written(curve.estimate(year)) for year in years},
                **{f"{100 * share:.0f} % ended by": written(curve.quantile(share), 2) for share in (0.25, 0.5, 0.75)},
                f"mean years up to {limit:g}": written(curve.restricted_mean(limit)),
            }
        return pd.DataFrame(found).rename_axis("").reset_index()

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        from relsim.drawing.survival import draw_survival

        title = f"Survival of {POPULATIONS[self.clock]}"
        return draw_survival(self.curves, ax or new_ax(), self.horizon, title=title, x=SINCE[self.clock])


@dataclass(frozen=True, repr=False)
class Hazards(Finding):
    """How often relationships of each arm end per year at each age, beside a constant hazard."""

    hazards: Mapping[str, Hazard]
    clock: Clock
    what: str
    """Which endings count."""

    @property
    def title(self) -> str:
        return f"Hazard of {self.what} among {POPULATIONS[self.clock]}, per year (95 % intervals)"

    def to_frame(self) -> "pandas.DataFrame":
        """Return the smoothed hazard: arm, time, rate, low, high, and the constant hazard with its interval."""
        import pandas as pd

        return pd.concat(
            [
                pd.DataFrame(
                    {
                        "arm": arm,
                        "time": each.times,
                        "rate": each.rate,
                        "low": each.low,
                        "high": each.high,
                        "constant": each.constant,
                        "constant_low": each.constant_low,
                        "constant_high": each.constant_high,
                    }
                )
                for arm, each in self.hazards.items()
            ],
            ignore_index=True,
        )

    def summary(self) -> "pandas.DataFrame":
        """Return where the hazard is highest, and the constant one, a row an arm."""
        import pandas as pd

        lines = []
        for arm, each in self.hazards.items():
            line = {"arm": arm, "constant": written(each.null), "highest": "-", "at": "-", "averaged over": "-"}
            if np.any(np.isfinite(each.low)):
                # where the lower end is highest: at the ends of the curve few are left to say anything
                top = int(np.nanargmax(each.low))
                line["highest"] = f"{each.rate[top]:.3f} [{each.low[top]:.3f}, {each.high[top]:.3f}]"
                line["at"] = f"{each.times[top]:.1f} y"
                line["averaged over"] = f"±{each.bandwidth:.2f} y"
            lines.append(line)
        return pd.DataFrame(lines)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        from relsim.drawing.hazard import draw_hazard

        return draw_hazard(self.hazards, ax or new_ax(), title=f"Hazard of {self.what}", x=SINCE[self.clock])


@dataclass(frozen=True, repr=False)
class Incidences(Finding):
    """The share of each arm that has ended in each way by each time, the ways competing."""

    found: Mapping[str, Mapping[int, Incidence]]
    """By arm and Ending."""
    clock: Clock
    horizon: float

    @property
    def title(self) -> str:
        return f"Cumulative incidence by ending, {POPULATIONS[self.clock]}, {SINCE[self.clock]} (95 % intervals)"

    def to_frame(self) -> "pandas.DataFrame":
        """Return every step: arm, ending, time, share, low, high."""
        import pandas as pd

        return pd.concat(
            [
                pd.DataFrame(
                    {
                        "arm": arm,
                        "ending": Ending(ending).name,
                        "time": each.times,
                        "share": each.share,
                        "low": each.low,
                        "high": each.high,
                    }
                )
                for arm, found in self.found.items()
                for ending, each in found.items()
            ],
            ignore_index=True,
        )

    def summary(self) -> "pandas.DataFrame":
        """Return the shares at whole years, a row an arm and ending."""
        import pandas as pd

        lines = []
        longest = max((each.longest for found in self.found.values() for each in found.values()), default=0.0)
        for arm, found in self.found.items():
            for ending, each in found.items():
                if not np.any(each.share > 0.0):
                    continue
                years = {f"after {year} y": written(each.estimate(year)) for year in YEARS if year <= longest}
                lines.append({"arm": arm, "ending": Ending(ending).name.lower().replace("_", " "), **years})
        return pd.DataFrame(lines)

    def plot(self, ax: "Axes | None" = None, arm: str | None = None) -> "Axes":
        """Draw one arm, by default the first, on an ax, by default that of a new figure, and return the ax."""
        from relsim.drawing.incidence import draw_incidence

        which = next(iter(self.found)) if arm is None else arm
        found = {Ending(ending): each for ending, each in self.found[which].items()}
        title = f"How they end: {which}"
        return draw_incidence(found, ax or new_ax(), self.horizon, title=title, x=SINCE[self.clock])
