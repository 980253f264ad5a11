"""Means of several arms, and how much they vary together: what comparisons between arms are made of."""

from dataclasses import dataclass

import numpy as np

__all__ = ["Moments"]


@dataclass(frozen=True)
class Moments:
    """Means of several arms over the same pairs of firms, and the variances of their differences."""

    count: int
    means: np.ndarray
    """Shape (arms,)."""
    covariance: np.ndarray
    """Between arms, over pairs; shape (arms, arms)."""

    @classmethod
    def of(cls, values: np.ndarray) -> "Moments":
        """Return the moments of values, shape (arms, pairs)."""
        count = values.shape[1]
        covariance = np.atleast_2d(np.cov(values)) if count > 1 else np.zeros((len(values), len(values)))
        return cls(count, values.mean(axis=1), covariance)

    def __add__(self, other: "Moments") -> "Moments":
        """Return the moments of both together (Chan, Golub & LeVeque 1979)."""
        count = self.count + other.count
        apart = other.means - self.means
        between = np.outer(apart, apart) * (self.count * other.count / count)
        squares = self.covariance * (self.count - 1) + other.covariance * (other.count - 1) + between
        means = self.means + apart * (other.count / count)
        return Moments(count, means, squares / max(1, count - 1))

    @property
    def spread(self) -> np.ndarray:
        """Variances of the differences of all pairs of arms."""
        own = np.diag(self.covariance)
        found: np.ndarray = np.maximum(own[:, None] + own[None, :] - 2.0 * self.covariance, 0.0)
        return found
