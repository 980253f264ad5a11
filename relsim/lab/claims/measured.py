"""Small measured things of lives that several claims are made of; each gives one number a life, shape (n,)."""

import math

import numpy as np

from relsim.analysis.columns import MOMENT, SIDES, Rows, has_failed, realised_at
from relsim.analysis.estimate import UNKNOWN, Estimate, wilson
from relsim.analysis.survival import cumulative_incidence, exits_of, kaplan_meier
from relsim.lab.patterns import less, mean_of
from relsim.vocabulary import Account, Ending

__all__ = [
    "acted_at",
    "cost_of_working",
    "ever_limped",
    "gap_between",
    "knew_at",
    "limping_years",
    "median_of",
    "median_until",
    "share_by",
    "survived",
    "went_well",
    "went_wrong",
]

_EARNED = (Account.BENEFIT, Account.RUNNING, Account.ANNOUNCEMENT)


def limping_years(rows: Rows) -> np.ndarray:
    """Return the years that each relationship limped."""
    years: np.ndarray = rows["limping_unrealised"] + rows["limping_realised"]
    return years


def ever_limped(rows: Rows) -> np.ndarray:
    """Return which relationships ever limped."""
    return limping_years(rows) > 0.0


def went_wrong(rows: Rows) -> np.ndarray:
    """Return which launched relationships limped or ended for bad or mixed reasons: what A10 to A19 are about."""
    return (rows["launched"] == 1) & (ever_limped(rows) | has_failed(rows))


def went_well(rows: Rows) -> np.ndarray:
    """Return which launched relationships never failed and left the two firms together better off than never."""
    return (rows["launched"] == 1) & ~has_failed(rows) & (rows["net_joint"] > 0.0)


def survived(rows: Rows, years: float, horizon: float) -> np.ndarray:
    """Return 1 for launched relationships that were still going after so many years of operations, else 0.

    NaN where there was no launch, or one too late to be watched for so long.
    """
    alive = (rows["censored"] == 1) | (rows["age"] > years + MOMENT)
    watched = (rows["launched"] == 1) & (rows["t_operations"] + years <= horizon + MOMENT)
    return np.where(watched, alive.astype(float), np.nan)


def acted_at(rows: Rows) -> np.ndarray:
    """Return when somebody first acted, by a rescue or by deciding to leave; NaN where nobody did."""
    moment: np.ndarray = np.fmin(rows["t_first_rescue"], rows["t_exit_decided"])
    return moment


def cost_of_working(rows: Rows) -> np.ndarray:
    """Return what it cost both firms to make it work, discounted: all but running costs."""
    money = [
        rows[f"money_{firm}_{account.name.lower()}"]
        for firm in SIDES[:2]
        for account in Account
        if account not in _EARNED
    ]
    cost: np.ndarray = -np.sum(money, axis=0)
    return cost


def share_by(rows: Rows, ended_so: np.ndarray, years: float) -> Estimate:
    """Return the share of launched relationships that ended in some way within years of their launch.

    Other endings compete (Aalen and Johansen). Where none ended so, the interval is Wilson's of a share of 0.
    """
    launched = rows["launched"] == 1
    endings = np.where(ended_so, Ending.QUIET_EXIT, np.where(rows["censored"] == 1, Ending.ONGOING, Ending.OUTSIDE))
    exits = exits_of(rows["age"][launched], endings[launched])
    found = cumulative_incidence(exits)[Ending.QUIET_EXIT].estimate(years)
    return wilson(0.0, int(launched.sum())) if found.value == 0.0 else found


def median_of(values: np.ndarray) -> Estimate:
    """Return the median of the values that are known, with its interval; unknown where there is none."""
    known = values[~np.isnan(values)]
    return median_until(known, np.ones(len(known), bool))


def median_until(years: np.ndarray, happened: np.ndarray) -> Estimate:
    """Return the median time until something happens, by Kaplan and Meier; the others are censored at their times.

    Infinite where it is not reached but at least known to lie beyond something.
    """
    if len(years) == 0:
        return UNKNOWN
    found = kaplan_meier(years, happened).quantile(0.5)
    return found if found.known or math.isnan(found.low) else found._replace(value=math.inf)


def gap_between(values: np.ndarray, one: np.ndarray, other: np.ndarray) -> Estimate:
    """Return the mean of some lives less that of some others, which are different pairs of firms."""
    return less(mean_of(values[one]), mean_of(values[other]))


def knew_at(rows: Rows) -> np.ndarray:
    """Return when the first top of a launched relationship realised that it was failing; NaN where none did."""
    return np.where(rows["launched"] == 1, realised_at(rows), np.nan)
