"""How much started contacts lose: the share that loses more than each amount."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from relsim.analysis.columns import SIDES
from relsim.analysis.estimate import Estimate
from relsim.analysis.finding import Finding, new_ax, written
from relsim.analysis.tally import Tally
from relsim.errors import ScenarioError, nearest
from relsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["Losses", "losses"]

_EXCEEDED_BY = (0.5, 0.25, 0.1, 0.05, 0.01)


@dataclass(frozen=True, repr=False)
class Losses(Finding):
    """Loss exceedance of each arm; losses are discounted, and known to a thirty-second of an octave."""

    side: str
    exceeded: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]
    """By arm ascending amounts, the share that loses more, and half of its 95 % interval; shape (m,)."""
    means: Mapping[str, Estimate]
    factor: float
    unit: str

    @property
    def title(self) -> str:
        return f"Loss per started contact, {self.side}, {self.unit} (never to begin: 0; 95 % intervals)"

    def to_frame(self) -> "pandas.DataFrame":
        """Return every amount: arm, amount (in annual contract values), share that loses more, low, high."""
        import pandas as pd

        frames = []
        for arm, (amounts, more, half) in self.exceeded.items():
            told = {"arm": arm, "amount": amounts, "share": more, "low": more - half, "high": more + half}
            frames.append(pd.DataFrame(told))
        return pd.concat(frames, ignore_index=True)

    def summary(self) -> "pandas.DataFrame":
        """Return the mean loss, the share that loses at all, and what few lose more than, a column an arm."""
        import pandas as pd

        found = {}
        for arm, (amounts, more, half) in self.exceeded.items():
            found[arm] = {
                "mean loss": written(self.means[arm], factor=self.factor),
                "share that loses": written(Estimate.within(float(more[0]), float(half[0]))),
            }
            for share in _EXCEEDED_BY:
                amount = amounts[int(np.argmax(more <= share))]
                found[arm][f"{100 * share:.0f} % lose more than"] = f"{amount * self.factor:,.3f}"
        return pd.DataFrame(found).rename_axis("").reset_index()

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        from relsim.drawing.losses import draw_losses

        means = {arm: (each.value, each.half_width) for arm, each in self.means.items()}
        whose = "both firms" if self.side == "joint" else f"the {self.side}"
        return draw_losses(self.exceeded, means, ax or new_ax(), self.factor, self.unit, whose=whose)


def losses(scenario: Scenario, tally: Tally, side: str, factor: float, unit: str) -> Losses:
    """Return the losses of a side in every arm. factor, unit: how money is shown.

    Raises ScenarioError for another side than client, supplier or joint.
    """
    if side not in SIDES:
        raise ScenarioError.of("side", side, f"one of {', '.join(SIDES)}", nearest(side, SIDES))
    exceeded = {arm: tally.losing_more(place, side) for place, arm in enumerate(scenario.arms)}
    means = {arm: tally.estimate(f"arms.{arm}.per_contact.loss.{side}") for arm in scenario.arms}
    return Losses(side, exceeded, means, factor, unit)
