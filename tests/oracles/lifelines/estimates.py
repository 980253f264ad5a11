"""Write the data sets and what relsim makes of them, as JSON, for an environment that does not have relsim."""

import json
import sys

import numpy as np

from relsim.analysis.survival import cumulative_incidence, exits_of, life_table
from relsim.vocabulary import Ending
from tests.oracles.lifelines.data import data_sets


def estimates(name: str, times: np.ndarray, endings: np.ndarray) -> dict[str, object]:
    """Return a data set with its estimates, as plain lists and numbers."""
    exits = exits_of(times, endings)
    curve = life_table(exits)
    limits = [share * curve.longest for share in (0.1, 0.5, 0.9, 1.0)]
    incidences = cumulative_incidence(exits)
    return {
        "name": name,
        "times": times.tolist(),
        "endings": endings.tolist(),
        "steps": curve.times.tolist(),
        "survival": curve.survival.tolist(),
        "low": curve.low.tolist(),
        "high": curve.high.tolist(),
        "cumulative_hazard": curve.cumulative_hazard.tolist(),
        "median": curve.quantile(0.5).value,
        "restricted_means": [[limit, curve.restricted_mean(limit).value] for limit in limits],
        "incidences": {
            int(ending): [incidences[ending].share.tolist(), incidences[ending].standard_error.tolist()]
            for ending in Ending
            if ending in endings and ending != Ending.ONGOING
        },
    }


if __name__ == "__main__":
    json.dump([estimates(*each) for each in data_sets()], sys.stdout)
