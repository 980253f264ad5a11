"""The data sets on which the estimators are held against others: random, with a fixed seed."""

from collections.abc import Iterator

import numpy as np

from relsim.vocabulary import Ending

SETS = 100

KINDS = ("lost at random", "heavy ties", "watched until a horizon", "all ended", "an only ending, by day")


def data_sets() -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield a name, times and Endings: from 1 to 400 lives of each of five kinds."""
    rng = np.random.default_rng(1958)
    endings = np.array([ending for ending in Ending if ending != Ending.ONGOING])
    sizes = np.round(np.geomspace(1, 400, SETS // len(KINDS))).astype(int)
    for kind in KINDS:
        for size in sizes:
            times, lost = rng.weibull(1.3, size) * 4, rng.exponential(8, size)
            ending = rng.choice(endings, size, p=rng.dirichlet(np.ones(len(endings))))
            if kind == "heavy ties":  # also of endings with censorings
                times, lost = np.ceil(times * 1.5) / 1.5, np.ceil(lost * 1.5) / 1.5
            elif kind == "watched until a horizon":
                lost = np.full(size, rng.choice([1e-3, 2.0, 5.0]))  # hardly anybody ends so soon
            elif kind == "all ended":
                lost = np.full(size, np.inf)
            elif kind == "an only ending, by day":
                times, lost = np.ceil(times * 365) / 365, np.ceil(lost * 365) / 365
                ending = np.full(size, Ending.QUIET_EXIT)
            yield f"{kind}, {size} lives", np.minimum(times, lost), np.where(times <= lost, ending, Ending.ONGOING)
