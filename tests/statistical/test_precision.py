"""A target that was reached: the estimate is within it in at least 95 % of experiments, also where that is hard."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from relsim.analysis.columns import column_names
from relsim.analysis.moments import Moments, merged
from relsim.analysis.precision import look, looks_at, target_of
from relsim.analysis.tally import Tally, empty
from relsim.model.row import BLOCK
from relsim.scenario.scenario import Scenario
from tests.bounds import ALPHA
from tests.worlds import scenario

ASKED = scenario(a={"launch": "deal-first"}, b={"launch": "feasibility-first"})
NAMES = column_names(ASKED)
EXPERIMENTS = 1500
MOST = 512 * BLOCK

Draw = Callable[[np.random.Generator, int], Moments]


def share(p: float) -> Draw:
    """Return moments of how many of n have something that a share p has."""

    def draw(rng: np.random.Generator, n: int) -> Moments:
        total = float(rng.binomial(n, p))
        return Moments(np.array([n]), np.array([total]), np.array([total - total * total / n]))

    return draw


def values(law: Callable[[np.random.Generator, int], np.ndarray]) -> Draw:
    """Return moments of n values of a law."""

    def draw(rng: np.random.Generator, n: int) -> Moments:
        made = law(rng, n)
        return Moments(np.array([n]), np.array([made.sum()]), np.array([made.var() * n]))

    return draw


def losses(rng: np.random.Generator, n: int) -> np.ndarray:
    """Most lose nothing, some a little, few a lot: a skewness of about 50."""
    return np.where(rng.random(n) < 0.3, rng.lognormal(-1.0, 1.6, n), 0.0)


def as_tally(asked: Scenario, name: str, made: Moments) -> Tally:
    """Return a tally in which only one column holds something."""
    nothing = empty(asked)
    place = NAMES.index(name)
    arrays = {}
    for field in ("count", "total", "squares"):
        arrays[field] = np.zeros(len(NAMES), getattr(made, field).dtype)
        arrays[field][place] = getattr(made, field)[0]
    return Tally(NAMES, {(0, 0): Moments(**arrays)}, nothing.ends, nothing.losses, nothing.steps)


@pytest.mark.parametrize(
    ("asked", "name", "draw", "truth"),
    [
        ("arms.a.signed ±0.005", "arms.a.signed", share(0.3), 0.3),
        ("arms.a.signed ±0.0001", "arms.a.signed", share(0.0005), 0.0005),
        ("arms.a.endings.OUTSIDE ±10%", "arms.a.endings.OUTSIDE", share(0.02), 0.02),
        ("arms.a.net.joint ±0.01", "arms.a.per_contact.net.joint", values(lambda rng, n: rng.normal(0.5, 1, n)), 0.5),
        ("differences.b.net.joint ±2%", "differences.b.net.joint", values(lambda rng, n: rng.exponential(1.0, n)), 1.0),
        ("arms.a.loss.joint ±6%", "arms.a.per_contact.loss.joint", values(losses), 0.3 * np.exp(-1.0 + 1.6**2 / 2)),
    ],
)
def test_coverage(asked: str, name: str, draw: Draw, truth: float) -> None:
    target = target_of(asked, ASKED)
    assert target.names == (name,)
    rng = np.random.default_rng(20260)
    within, looks = 0, []
    for _ in range(EXPERIMENTS):
        made, reached = Moments(np.zeros(1, np.int64), np.zeros(1), np.zeros(1)), 0
        for replications in looks_at(MOST):
            made = merged(made, draw(rng, replications - reached))
            reached = replications
            if look(target, ASKED, as_tally(ASKED, name, made), reached).met:
                break
        else:
            pytest.fail("the target was not reached")
        estimate = made.mean[0]
        width = target.width * abs(estimate) if target.relative else target.width
        within += abs(estimate - truth) <= width
        looks.append(reached)
    print(f"{asked}: within in {within / EXPERIMENTS:.3f}, after {np.mean(looks):,.0f}")
    # 1,500 experiments would catch a coverage below 0.91
    assert within >= stats.binom.ppf(ALPHA, EXPERIMENTS, 0.95)
