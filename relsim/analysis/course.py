"""Where relationships stand as the years pass: the share in each state, and trust between the firms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from relsim.analysis.estimate import wilson
from relsim.analysis.finding import Finding, new_ax, written
from relsim.vocabulary import Ending, Level, Phase

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["SNAPSHOT", "STATES", "States", "Trust", "states_of", "trust_of"]

SNAPSHOT = np.dtype([("phase", "i8"), ("ending", "i8"), ("limping", "i8"), ("trust", "f8", (len(Level),))])
"""What is looked at of a relationship at a moment, under the names of its state."""

_ENDED = (
    (Ending.QUIET_EXIT, "ended: quiet exit"),
    (Ending.HOSTILE_EXIT, "ended: hostile exit"),
    (Ending.EXPIRED, "ended: expired"),
    (Ending.OUTSIDE, "ended: from outside"),
    (Ending.WINDOW_LOST, "ended: window lost"),
    (Ending.ABANDONED, "ended: abandoned"),
    (Ending.NO_DEAL, "ended: no deal"),
)
STATES = ("healthy", "limping", "unwinding", "exploring", "courting", *(words for _, words in _ENDED))
"""The states in which a started contact can be. Courting: everything before operations start but the exploration."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def _in_states(seen: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield each state and who is in it, an array of booleans of the shape of the snapshots."""
    phase, limping = seen["phase"], seen["limping"] == 1
    yield "healthy", (phase == Phase.OPERATION) & ~limping
    yield "limping", (phase == Phase.OPERATION) & limping
    yield "unwinding", phase == Phase.UNWINDING
    yield "exploring", phase == Phase.EXPLORATION
    yield "courting", (phase < Phase.OPERATION) & (phase != Phase.EXPLORATION)
    for ending, words in _ENDED:
        yield words, (phase == Phase.ENDED) & (seen["ending"] == ending)


@dataclass(frozen=True, repr=False)
class States(Finding):
    """The share of started contacts in each state over time, of one sample of pairs, arm by arm."""

    times: np.ndarray
    """Years since first contact; shape (m,)."""
    shares: Mapping[str, Mapping[str, np.ndarray]]
    """By arm and state; shape (m,)."""
    pairs: int
    """How many pairs of firms were looked at."""

    @property
    def title(self) -> str:
        return f"States of started contacts over time, {self.pairs:,} pairs of firms (95 % intervals)"

    def to_frame(self) -> "pandas.DataFrame":
        """Return every share: arm, state, time, share, low, high (Wilson's intervals)."""
        import pandas as pd

        lines = []
        for arm, found in self.shares.items():
            for state, shares in found.items():
                for time, share in zip(self.times.tolist(), shares.tolist(), strict=True):
                    ends = wilson(share, self.pairs)
                    lines.append((arm, state, time, share, ends.low, ends.high))
        return pd.DataFrame(lines, columns=["arm", "state", "time", "share", "low", "high"])

    def summary(self) -> "pandas.DataFrame":
        """Return the shares at a few moments, a row an arm and state."""
        import pandas as pd

        places = np.unique(np.linspace(0, len(self.times) - 1, 6).round().astype(int))
        lines = []
        for arm, found in self.shares.items():
            for state, shares in found.items():
                if np.any(shares > 0.0):
                    at = {f"{self.times[place]:.2g} y": f"{shares[place]:.3f}" for place in places}
                    lines.append({"arm": arm, "state": state, **at})
        return pd.DataFrame(lines)

    def plot(self, ax: "Axes | None" = None, arm: str | None = None) -> "Axes":
        """Draw one arm, by default the first, as areas on each other."""
        from relsim.drawing.states import draw_states

        name = next(iter(self.shares)) if arm is None else arm
        shares = {state: each for state, each in self.shares[name].items() if np.any(each > 0.0)}
        below = np.cumsum(list(shares.values()), axis=0)
        half = [[wilson(min(1.0, share), self.pairs).half_width for share in edge] for edge in below.tolist()]
        widths = {state: np.array(each) for state, each in zip(shares, half, strict=True)}
        return draw_states(self.times, shares, widths, ax or new_ax(), title=f"Where contacts stand: {name}")


@dataclass(frozen=True, repr=False)
class Trust(Finding):
    """Trust between the firms at each level over time, of those at work, arm by arm."""

    times: np.ndarray
    """Years since first contact; shape (m,)."""
    bands: Mapping[str, Mapping[str, np.ndarray]]
    """By arm and level the quantiles .05, .25, .5, .75 and .95; shape (5, m), NaN where nobody is at work."""
    pairs: int

    @property
    def title(self) -> str:
        return f"Trust between the firms over time, those at work of {self.pairs:,} pairs (quantiles)"

    def to_frame(self) -> "pandas.DataFrame":
        """Return every quantile: arm, level, time, quantile, trust."""
        import pandas as pd

        lines = [
            (arm, level, time, quantile, value)
            for arm, found in self.bands.items()
            for level, band in found.items()
            for quantile, line in zip(QUANTILES, band.tolist(), strict=True)
            for time, value in zip(self.times.tolist(), line, strict=True)
        ]
        return pd.DataFrame(lines, columns=["arm", "level", "time", "quantile", "trust"])

    def summary(self) -> "pandas.DataFrame":
        """Return medians and the middle half at a few moments, a row an arm and level."""
        import pandas as pd

        from relsim.analysis.estimate import Estimate

        places = np.unique(np.linspace(0, len(self.times) - 1, 6).round().astype(int))
        lines = []
        for arm, found in self.bands.items():
            for level, band in found.items():
                at = {
                    f"{self.times[place]:.2g} y": written(Estimate(band[2, place], band[1, place], band[3, place]), 2)
                    for place in places
                }
                lines.append({"arm": arm, "level": level, **at})
        return pd.DataFrame(lines)

    def plot(self, ax: "Axes | None" = None, arm: str | None = None) -> "Axes":
        """Draw one arm, by default the first: medians, the middle half and the middle nine tenths."""
        from relsim.drawing.trust import draw_trust_bands

        name = next(iter(self.bands)) if arm is None else arm
        title, x = f"Trust of those at work: {name}", "years since first contact"
        return draw_trust_bands(self.times, self.bands[name], ax or new_ax(), title=title, x=x)


def states_of(times: np.ndarray, seen: Mapping[str, np.ndarray]) -> States:
    """Return the share of contacts in each state. seen: for each arm SNAPSHOT records, shape (times, pairs)."""
    shares = {arm: {state: inside.mean(axis=1) for state, inside in _in_states(each)} for arm, each in seen.items()}
    return States(times, shares, next(iter(seen.values())).shape[1])


def trust_of(times: np.ndarray, seen: Mapping[str, np.ndarray]) -> Trust:
    """Return quantiles of trust among those at work. seen: for each arm SNAPSHOT records, shape (times, pairs)."""
    bands: dict[str, dict[str, np.ndarray]] = {}
    for arm, each in seen.items():
        bands[arm] = {level.name.lower(): np.full((len(QUANTILES), len(times)), np.nan) for level in Level}
        for place, line in enumerate(each):
            at_work = line[(line["phase"] == Phase.OPERATION) | (line["phase"] == Phase.UNWINDING)]
            if len(at_work):
                for level in Level:
                    bands[arm][level.name.lower()][:, place] = np.quantile(at_work["trust"][:, level], QUANTILES)
    return Trust(times, bands, next(iter(seen.values())).shape[1])
