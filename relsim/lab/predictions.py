"""Published patterns that no world was fitted to, held against what the model says: its predictions.

They were named before anything was fitted. Each tells what was published, what is measured of lives, and what would
agree with it; a pattern of which only the sign was published asks for the sign alone.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from relsim.analysis.estimate import Estimate
from relsim.analysis.finding import Finding, new_ax, written
from relsim.analysis.hazard import smoothed_hazard
from relsim.analysis.survival import Exits, exits_of
from relsim.lab.factors import NO_STAKE, with_numbers
from relsim.lab.lives import Lives, live_pairs
from relsim.lab.patterns import failed_by, less, mean_of, ratio_of
from relsim.scenario.governance import Governance
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import BAD_ENDINGS, Ending

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = [
    "BROKEN_OFF",
    "PREDICTIONS",
    "Prediction",
    "Predictions",
    "exits_by_day",
    "predictions",
    "without_stakes",
]

BROKEN_OFF = (Ending.QUIET_EXIT, Ending.HOSTILE_EXIT)
"""Endings that a top decided on: not those of a contract, whose term alone would make a peak."""

ARM = "deal-first"
"""The launch that the published patterns are about."""


@dataclass(frozen=True)
class Prediction:
    """One published pattern, and how it is measured of lives."""

    name: str
    published: str
    source: str
    measured: str
    low: float
    high: float
    """What agrees with it, both ends included."""
    of: Callable[["Worlds"], Estimate]


@dataclass(frozen=True)
class Worlds:
    """The lives that predictions are made of: the same pairs of firms with the same luck."""

    as_it_is: Mapping[str, np.ndarray]
    without_stakes: Mapping[str, np.ndarray]
    with_broker: Mapping[str, np.ndarray]
    with_ties: Mapping[str, np.ndarray]
    feasibility_first: Mapping[str, np.ndarray]


def _stakes_hold_on(worlds: Worlds) -> Estimate:
    return less(failed_by(worlds.without_stakes, 5.0), failed_by(worlds.as_it_is, 5.0))


def _brokers_fail(worlds: Worlds) -> Estimate:
    return less(failed_by(worlds.with_broker, 5.0), failed_by(worlds.as_it_is, 5.0))


def _ties_hold(worlds: Worlds) -> Estimate:
    return less(failed_by(worlds.as_it_is, 5.0), failed_by(worlds.with_ties, 5.0))


def _contracts_do_not_fit(worlds: Worlds) -> Estimate:
    each = [
        ratio_of(rows["n_tactical_problems"].astype(float), np.where(rows["launched"] == 1, rows["age"], np.nan))
        for rows in (worlds.as_it_is, worlds.feasibility_first)
    ]
    return less(*each)


def _repaired(worlds: Worlds) -> Estimate:
    rows = worlds.as_it_is
    launched = rows["launched"] == 1
    return ratio_of(np.where(launched, rows["n_repaired"], np.nan).astype(float), rows["n_incidents"].astype(float))


def _next_two_years(worlds: Worlds) -> Estimate:
    """Return the share of those alive at two years that have failed by four."""
    rows = worlds.as_it_is
    alive = (rows["launched"] == 1) & (rows["age"] > 2.0)
    later = {"launched": alive.astype(np.int64), "ending": rows["ending"], "age": rows["age"] - 2.0}
    return failed_by(later, 2.0)


def exits_by_day(rows: Mapping[str, np.ndarray]) -> Exits:
    """Return when launched relationships ended, since operations started."""
    launched = rows["launched"] == 1
    return exits_of(np.ceil(rows["age"][launched] * 365.0) / 365.0, rows["ending"][launched])


def _peak(worlds: Worlds) -> Estimate:
    """Return the age at which the hazard of being broken off is highest; its interval is what may be as high."""
    hazard = smoothed_hazard(exits_by_day(worlds.as_it_is), BROKEN_OFF)
    top = int(np.nanargmax(hazard.rate))
    like = np.flatnonzero(hazard.high >= hazard.low[top])
    return Estimate(float(hazard.times[top]), float(hazard.times[like[0]]), float(hazard.times[like[-1]]))


def _early_disputes(worlds: Worlds) -> Estimate:
    """Return by how many years those that ended with a dispute behind them ended earlier than others that failed."""
    rows = worlds.as_it_is
    failed = (rows["launched"] == 1) & np.isin(rows["ending"], BAD_ENDINGS)
    disputed = failed & (rows["n_disputes"] > 0)
    return less(mean_of(rows["age"][failed & ~disputed]), mean_of(rows["age"][disputed]))


_ANY_MORE = (math.nextafter(0.0, 1.0), math.inf)

PREDICTIONS = (
    Prediction(
        "stakes hold on",
        "visibility and sunk cost make failing alliances persist",
        "Delios, Inkpen & Ross 2004; Inkpen & Ross 2001",
        "failed within 5 years of launch, without any stake minus as it is",
        *_ANY_MORE,
        _stakes_hold_on,
    ),
    Prediction(
        "brokers fail",
        "deal brokers raise the failure of outsourcing contracts",
        "Bapna, Gupta, Ray & Singh",
        "failed within 5 years of launch, with a deal broker minus without",
        *_ANY_MORE,
        _brokers_fail,
    ),
    Prediction(
        "several ties hold",
        "several ties keep a client when one person leaves",
        "Rogan 2014; Raffiee 2017",
        "failed within 5 years of launch, as it is minus with a second tie at every level",
        *_ANY_MORE,
        _ties_hold,
    ),
    Prediction(
        "contracts do not fit",
        "a contract negotiated by top managers only had to be redone",
        "Minnaar & Van Veen-Dirks 2019",
        "contract problems per year of operations, deal-first minus feasibility-first",
        *_ANY_MORE,
        _contracts_do_not_fit,
    ),
    Prediction(
        "repaired at once",
        "first-contact repair of operational incidents 63-74 %",
        "HDI 2024",
        "share of incidents that the two staffs repair together",
        0.63,
        0.74,
        _repaired,
    ),
    Prediction(
        "any two years",
        "20-25 % in any two-year period, for worlds that meet C1",
        "Dun & Bradstreet Barometer of Global Outsourcing 2000",
        "share of those alive at 2 years that have failed by 4",
        0.18,
        0.28,
        _next_two_years,
    ),
    Prediction(
        "a mid-life peak",
        "joint-venture failure rises to a mid-life peak and then falls (others find no honeymoon)",
        "Park & Russo 1996; against it Besedes & Prusa; Esteve-Perez et al. 2013",
        "age at which the hazard of being broken off is highest, in years (below 2 is no honeymoon)",
        2.0,
        7.0,
        _peak,
    ),
    Prediction(
        "disputes end early",
        "dispute-related endings happen early in client-auditor relations",
        "JRFM 18(2):55, 2025",
        "years by which failed relationships with a dispute behind them ended earlier than those without",
        *_ANY_MORE,
        _early_disputes,
    ),
)
"""All of them, in the order in which they are told."""


def without_stakes(scenario: Scenario) -> Scenario:
    """Return the scenario in a world in which nobody has anything at stake."""
    return with_numbers(scenario, NO_STAKE)


@dataclass(frozen=True, repr=False)
class Predictions(Finding):
    """What the model says of the published patterns in one world."""

    world: str
    pairs: int
    seed: int
    found: tuple[tuple[Prediction, Estimate], ...]

    @property
    def title(self) -> str:
        agree = sum(self.says(place) == "agrees" for place in range(len(self.found)))
        return f"{self.world}: {agree} of {len(self.found)} predictions agree ({self.pairs:,} pairs of firms)"

    def says(self, place: int) -> str:
        """Say whether all of the interval of a prediction agrees, all of it disagrees, or neither."""
        each, found = self.found[place]
        if not found.known:
            return "not known"
        if each.low <= found.low and found.high <= each.high:
            return "agrees"
        return "disagrees" if found.high < each.low or found.low > each.high else "unclear"

    def to_frame(self) -> "pandas.DataFrame":
        import pandas as pd

        return pd.DataFrame(
            {
                "name": each.name,
                "published": each.published,
                "source": each.source,
                "measured": each.measured,
                "value": found.value,
                "low": found.low,
                "high": found.high,
                "says": self.says(place),
            }
            for place, (each, found) in enumerate(self.found)
        )

    def summary(self) -> "pandas.DataFrame":
        import pandas as pd

        return pd.DataFrame(
            {
                "published": f"{each.published} ({each.source})",
                "measured": each.measured,
                "estimate [95 % interval]": written(found),
                "": self.says(place),
            }
            for place, (each, found) in enumerate(self.found)
        )

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        from relsim.drawing.bands import draw_bands

        ax = new_ax(6.4, 1.2 + 0.3 * len(self.found)) if ax is None else ax
        ends = [(each.low, each.high if math.isfinite(each.high) else 1.0) for each, _ in self.found]
        return draw_bands(
            [each.name for each, _ in self.found],
            [found for _, found in self.found],
            ends,
            ax,
            title="Published patterns",
            x="where the estimate lies in what agrees with the pattern",
            ends=("lower end", "middle", "upper end"),
        )


def predictions(scenario: Scenario, pairs: int = 8192, seed: int = 1) -> Predictions:
    """Return what the model says of the published patterns, in the world of a scenario."""

    def live(asked: Scenario, policies: tuple[str, ...] = ()) -> Lives:
        arms = {ARM: Governance.model_validate({"launch": ARM, "policies": policies})}
        return live_pairs(asked.model_copy(update={"arms": arms}), pairs, seed)

    feasibility = {"feasibility-first": Governance.model_validate({"launch": "feasibility-first"})}
    worlds = Worlds(
        live(scenario).arms[ARM],
        live(without_stakes(scenario)).arms[ARM],
        live(scenario, ("deal-broker",)).arms[ARM],
        live(scenario, ("several-ties",)).arms[ARM],
        live_pairs(scenario.model_copy(update={"arms": feasibility}), pairs, seed).arms["feasibility-first"],
    )
    return Predictions(scenario.title, pairs, seed, tuple((each, each.of(worlds)) for each in PREDICTIONS))
