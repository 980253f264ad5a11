"""The 95 % intervals hold the truth in 94 to 96 % of 20,000 small experiments whose truth is known.

Lives end at a constant rate in three ways, with censoring; a few hundred a time, so that normal laws hold. If an
interval covered exactly 95 %, its share would leave the bounds once in 10^10: they are 6.5 standard deviations away.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from relsim.analysis.estimate import Estimate
from relsim.analysis.hazard import MOMENTS, smoothed_hazard
from relsim.analysis.moments import moments
from relsim.analysis.survival import Exits, cumulative_incidence, exits_of, life_table
from relsim.vocabulary import Ending

pytestmark = pytest.mark.slow

EXPERIMENTS = 20_000
LIVES = 400
RATES = {Ending.QUIET_EXIT: 0.15, Ending.HOSTILE_EXIT: 0.1, Ending.OUTSIDE: 0.05}
RATE = sum(RATES.values())
HORIZON = 5.0
LOST = 0.1
"""The rate at which lives are lost from sight before the horizon."""

YEARS = 3.0


def experiments(seed: int, lost: float) -> Iterator[Exits]:
    """Yield the exits of each experiment."""
    rng = np.random.default_rng(seed)
    endings, shares = np.array(list(RATES)), np.array(list(RATES.values())) / RATE
    for _ in range(EXPERIMENTS):
        times = rng.exponential(1 / RATE, LIVES)
        watched = np.minimum(rng.exponential(1 / lost, LIVES) if lost else HORIZON, HORIZON)
        ending = np.where(times <= watched, rng.choice(endings, LIVES, p=shares), Ending.ONGOING)
        yield exits_of(np.minimum(times, watched), ending)


def assert_covered(what: str, covered: int) -> None:
    """Assert that so many experiments covered the truth as should."""
    share = covered / EXPERIMENTS
    print(f"{what}: {share:.4f}")
    assert 0.94 <= share <= 0.96


def survival(exits: Exits) -> Estimate:
    return life_table(exits).estimate(YEARS)


def restricted_mean(exits: Exits) -> Estimate:
    return life_table(exits).restricted_mean(YEARS)


def median(exits: Exits) -> Estimate:
    return life_table(exits).quantile(0.5)


def of(ending: Ending) -> Callable[[Exits], Estimate]:
    return lambda exits: cumulative_incidence(exits)[ending].estimate(YEARS)


@pytest.mark.parametrize(
    ("what", "estimated", "truth"),
    [
        ("survival", survival, math.exp(-RATE * YEARS)),
        ("restricted mean", restricted_mean, -math.expm1(-RATE * YEARS) / RATE),
        ("median", median, math.log(2) / RATE),
        *(
            (f"incidence of {ending.name}", of(ending), rate / RATE * -math.expm1(-RATE * YEARS))
            for ending, rate in RATES.items()
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_coverage_with_censoring(what: str, estimated: Callable[[Exits], Estimate], truth: float) -> None:
    found = [estimated(exits) for exits in experiments(41, LOST)]
    assert_covered(what, sum(each.low <= truth <= each.high for each in found))


def test_coverage_of_the_hazard() -> None:
    """Garwood's interval is at least 95 % for a Poisson count; of some 300 events it is a few thousandths more."""
    covered: Counter[str] = Counter()
    for exits in experiments(42, 0.0):
        found = smoothed_hazard(exits)
        covered["constant hazard"] += found.null.low <= RATE <= found.null.high
        for age, place in {"the start": 0, "the middle": MOMENTS // 2, "the end": MOMENTS - 1}.items():
            covered[f"hazard at {age}"] += bool(found.low[place] <= RATE <= found.high[place])
    for what, count in covered.items():
        assert_covered(what, count)


def test_coverage_of_the_mean_of_paired_differences() -> None:
    """Differences of what two arms share and what each has alone, with a skewness of 1.4 and a mean of 0.5."""
    rng = np.random.default_rng(43)
    shape = (EXPERIMENTS, LIVES)
    shared = rng.normal(0, 1, shape)
    one, two = shared + rng.normal(0, 0.5, shape), shared + rng.exponential(1.0, shape) - 0.5
    made = moments(two - one)
    low, high = made.mean - made.half_width, made.mean + made.half_width
    assert_covered("mean of differences", int(np.sum((low <= 0.5) & (high >= 0.5))))
