"""Compare estimates of relsim, as JSON from standard input, with those of lifelines; exit with 1 where they differ.

This runs in an environment without relsim. All are equal to 1e-12, a share that both of them round, except where
conventions differ:

- the interval where all have ended: lifelines says 0 to 0, relsim that it is not known;
- the median where the curve comes to one half but for rounding: lifelines multiplies by adding logarithms, so that
  it may miss it;
- the error of the cumulative hazard: lifelines has the binomial one;
- the interval of an incidence: lifelines transforms the share itself, relsim the share without it. The variances are
  compared instead, except where all have ended (there lifelines divides by 0);
- incidences where endings tie: lifelines would shift these at random.
"""

import json
import sys
import warnings

import numpy as np
from lifelines import AalenJohansenFitter, KaplanMeierFitter, NelsonAalenFitter
from lifelines.utils import restricted_mean_survival_time

TOLERANCE = 1e-12


class Comparison:
    """Counts what is compared, and keeps the differences with their names."""

    def __init__(self) -> None:
        self.compared: dict[str, int] = {}
        self.largest = 0.0
        self.different: list[str] = []

    def equal(self, name: str, what: str, ours: object, theirs: object) -> None:
        """Compare numbers of ours with numbers of theirs."""
        one, two = np.atleast_1d(np.asarray(ours, float)), np.atleast_1d(np.asarray(theirs, float))
        self.compared[what] = self.compared.get(what, 0) + len(one)
        if one.shape != two.shape or np.any(np.isnan(one) != np.isnan(two)):
            self.different.append(f"{name}: {what}: not known at the same {len(two)} places")
            return
        gap = float(np.nanmax(np.abs(one - two), initial=0.0))
        self.largest = max(self.largest, gap)
        if gap > TOLERANCE:
            self.different.append(f"{name}: {what}: differs by {gap:.1e}")


def compare(made: dict, comparison: Comparison) -> None:
    """Compare the estimates of one data set."""
    name, times, endings = made["name"], np.array(made["times"]), np.array(made["endings"])
    ended, steps, survival = endings > 0, made["steps"], np.array(made["survival"])

    curve = KaplanMeierFitter().fit(times, ended)
    comparison.equal(name, "survival", survival, curve.survival_function_.loc[steps].iloc[:, 0])
    some = survival > 0.0
    interval = curve.confidence_interval_.loc[steps]
    comparison.equal(name, "low", np.array(made["low"])[some], interval.iloc[:, 0][some])
    comparison.equal(name, "high", np.array(made["high"])[some], interval.iloc[:, 1][some])
    if not np.any(np.abs(survival - 0.5) < TOLERANCE):
        median = curve.median_survival_time_
        comparison.equal(name, "median", made["median"], median if np.isfinite(median) else np.nan)
    for limit, mean in made["restricted_means"]:
        comparison.equal(name, "restricted mean", mean, restricted_mean_survival_time(curve, limit))

    hazard = NelsonAalenFitter(nelson_aalen_smoothing=False).fit(times, ended)
    theirs = hazard.cumulative_hazard_.loc[steps].iloc[:, 0]
    comparison.equal(name, "cumulative hazard", made["cumulative_hazard"], theirs)

    if len(np.unique(times[ended])) < ended.sum():
        return
    for ending, (share, error) in made["incidences"].items():
        found = AalenJohansenFitter().fit(times, endings, event_of_interest=int(ending))
        comparison.equal(name, "incidence", share, found.cumulative_density_.loc[steps].iloc[:, 0])
        theirs = found.variance_.loc[steps][some]
        comparison.equal(name, "variance of incidence", np.square(error)[some], theirs)


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # of divisions by 0, see above
    everything = Comparison()
    for each in json.load(sys.stdin):
        compare(each, everything)
    for difference in everything.different:
        print(difference)
    counts = ", ".join(f"{what} {count}" for what, count in everything.compared.items())
    print(f"compared: {counts}; the largest difference is {everything.largest:.1e}")
    sys.exit(bool(everything.different))
