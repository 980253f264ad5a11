"""Selecting the best of many arms: procedure KN, fully sequential, with elimination.

Kim & Nelson (2001), A fully sequential procedure for indifference-zone selection in simulation, ACM TOMACS 11(3), with
c = 1. k arms are observed side by side. From the first n observations of each come the variances of the differences

    S2[i, l] = variance of X[i] - X[l]        (for every pair; symmetric; with common random numbers they are small)
    eta      = ((2 (1 - confidence) / (k - 1)) ** (-2 / (n - 1)) - 1) / 2
    h2       = 2 eta (n - 1)
    W[i, l]  = max(0, d / (2 r) (h2 S2[i, l] / d**2 - r))    after r observations, d being the indifference zone

and after every look an arm goes whose mean is below that of another one by more than W. W reaches 0 after h2 S2 / d**2
observations, so it ends. For observations that are independent, normal and as dependent from arm to arm as they
like, the best arm is chosen with the probability that is asked for at least, if it is better than every other one by d.

A standard is an arm of known mean, such as never to begin: it drives no arm out, and no arm is observed for it, but
the selection goes on until it is clear on which side of it the best arm is; that is one comparison more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from relsim.errors import ScenarioError
from relsim.lab.ranking.moments import Moments

__all__ = ["Rule", "Sample", "Selection", "select"]

Sample = Callable[[Sequence[int], int, int], np.ndarray]
"""Gives the observations of some arms, from one on and so many of them: shape (arms, observations)."""

_GROWTH = 16
"""From look to look there is at least this part more: looks by the hundred would cost more than they save."""


@dataclass(frozen=True)
class Rule:
    """What is promised, and how it is gone about. More is better."""

    indifference: float
    """Arms that are not farther than this from the best are not told apart from it."""
    confidence: float = 0.95
    """The least probability of the right selection."""
    first: int = 64
    """Observations of every arm in the first stage, from which the variances are taken."""
    step: int = 1
    """Observations come in multiples of this number."""
    most: int | None = None
    """Observations of an arm at most; where they do not suffice, the selection ends without its promise."""

    def __post_init__(self) -> None:
        if not 0.0 < self.indifference < np.inf:
            raise ScenarioError.of("indifference", self.indifference, "a number above 0")
        if not 0.5 <= self.confidence < 1.0:
            raise ScenarioError.of("confidence", self.confidence, "a share from 0.5 to below 1")

    def reach(self, comparisons: int) -> float:
        """Return h2: how many observations a pair needs at most, in units of its variance over d squared."""
        degrees = self.first - 1
        return float(degrees * ((2.0 * (1.0 - self.confidence) / comparisons) ** (-2.0 / degrees) - 1.0))

    def two_stage(self, spread: np.ndarray, comparisons: int) -> int:
        """Return the observations of every arm that a procedure of two stages would need for the same promise.

        That of Clark & Yang (1986), which holds under common random numbers: (t S / d)**2 for the pair that differs
        most, t being the quantile of Student's law at 1 - (1 - confidence) / (k - 1).
        """
        from scipy.stats import t

        quantile = float(t.isf((1.0 - self.confidence) / comparisons, self.first - 1))
        return max(self.first, int(np.ceil(quantile**2 * spread.max() / self.indifference**2)))


@dataclass(frozen=True)
class Selection:
    """What came of a selection."""

    best: int
    """The arm that is chosen."""
    kept: bool
    """Whether the promise is kept: whether it ended of itself."""
    left: tuple[int, ...]
    """The arms that were there to the end, in their order: one, but for ties and where it did not end of itself."""
    values: tuple[np.ndarray, ...]
    """All observations of every arm."""
    out_by: tuple[int | None, ...]
    """Which arm drove each one out."""
    side: int
    """1 where the best arm is above the standard, -1 below, 0 where that is not clear or there is none."""
    two_stage: int
    """Observations of every arm that a procedure of two stages would have needed."""

    def seen(self, arm: int) -> int:
        """Return how many observations there are of an arm."""
        return len(self.values[arm])


def select(
    sample: Sample,
    arms: int,
    rule: Rule,
    *,
    standard: float | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Selection:
    """Return which arm is best, by observing every arm until it is driven out.

    standard: the mean that the best arm is held against, such as 0 for never. told: called after each look with the
    observations of each arm so far, and how many arms are left.
    """
    comparisons = max(1, arms - 1 + (standard is not None))
    reach = rule.reach(comparisons)
    values = [sample(range(arms), 0, rule.first)]
    moments = Moments.of(values[0])
    spread, own = moments.spread, np.diag(moments.covariance)
    two_stage = rule.two_stage(np.append(spread.ravel(), own if standard is not None else ()), comparisons)
    kept = [[row] for row in values[0]]
    sums, seen = values[0].sum(axis=1), rule.first
    left, sides = np.arange(arms), np.zeros(arms, int)
    out_by: list[int | None] = [None] * arms

    def width(variance: np.ndarray) -> np.ndarray:
        return np.maximum(0.0, (reach * variance / rule.indifference - rule.indifference * seen) / (2.0 * seen))

    while True:
        means = sums[left] / seen
        margin = means[None, :] - means[:, None] - width(spread[np.ix_(left, left)])
        beaten = margin.max(axis=1) > 0.0
        for place in np.flatnonzero(beaten):
            out_by[left[place]] = int(left[margin[place].argmax()])
        if standard is not None:
            above = means - standard
            clear = (np.abs(above) > width(own[left])) & (sides[left] == 0)
            sides[left[clear]] = np.sign(above[clear]).astype(int)
        left, means = left[~beaten], means[~beaten]
        if told is not None:
            told(seen, len(left))
        best = int(left[means.argmax()])
        apart = not width(spread[np.ix_(left, left)]).any()  # what is left has one mean
        judged = standard is None or sides[best] != 0 or not width(own[best])
        if apart and judged:
            break
        more = max(1, seen // _GROWTH // rule.step) * rule.step
        if rule.most is not None:
            more = min(more, (rule.most - seen) // rule.step * rule.step)
        if more <= 0:
            break
        made = sample(left.tolist(), seen, more)
        for arm, row in zip(left, made, strict=True):
            kept[arm].append(row)
        sums[left] += made.sum(axis=1)
        seen += more
    return Selection(
        best,
        bool(apart and judged),
        tuple(left.tolist()),
        tuple(np.concatenate(rows) for rows in kept),
        tuple(out_by),
        int(sides[best]),
        two_stage,
    )
