"""Sums that merge: how many values, their total and their spread, the same bytes however the work was cut.

Blocks are summed by halving and merged as a binary tree over their numbers, so that the order of every addition is
fixed by the blocks alone and not by workers, chunks or arrival.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from relsim.analysis.estimate import Z95

__all__ = ["Moments", "Node", "grown", "merged", "moments", "whole"]

_AT_ONCE = 32
"""Columns that are worked on at a time, so that they stay in the processor's cache."""

Node = tuple[int, int]
"""Level and place of a node of the tree: it covers 2^level blocks, from block place * 2^level on."""


@dataclass(frozen=True)
class Moments:
    """Of k columns each: how many values it has, their sum, and the sum of squared deviations from their mean."""

    count: np.ndarray
    """Shape (k,), int64."""
    total: np.ndarray
    """Shape (k,)."""
    squares: np.ndarray
    """Shape (k,)."""

    @property
    def mean(self) -> np.ndarray:
        """Means, shape (k,); NaN where there is no value."""
        with np.errstate(invalid="ignore"):
            mean: np.ndarray = self.total / self.count
        return mean

    @property
    def half_width(self) -> np.ndarray:
        """Half of the normal 95 % intervals of the means, shape (k,); NaN below two values."""
        known = np.where(self.count > 1, self.count, 2)
        spread = Z95 * np.sqrt(self.squares / (known - 1) / known)
        return np.where(self.count > 1, spread, np.nan)


def _summed(columns: np.ndarray) -> np.ndarray:
    """Return the sums of the rows of a matrix, by adding one half to the other until one column is left."""
    while columns.shape[1] > 1:
        middle = (columns.shape[1] + 1) // 2
        upper = columns[:, middle:]
        columns = columns[:, :middle].copy()
        columns[:, : upper.shape[1]] += upper
    return columns[:, 0]


def moments(columns: Sequence[np.ndarray] | np.ndarray) -> Moments:
    """Return the moments of k columns of n values, shape (k, n), n at least 1; NaN where there is no value."""
    few = [_of_few(np.array(columns[start : start + _AT_ONCE])) for start in range(0, len(columns), _AT_ONCE)]
    return Moments(*(np.concatenate(each) for each in zip(*few, strict=True)))


def _of_few(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    known = ~np.isnan(columns)
    count = known.sum(axis=1)
    total = _summed(np.where(known, columns, 0.0))
    mean = total / np.maximum(count, 1)
    deviation = np.where(known, columns - mean[:, None], 0.0)
    return count, total, _summed(deviation * deviation)


def merged(first: Moments, second: Moments) -> Moments:
    """Return the moments of two sets of values together (Chan, Golub and LeVeque 1979)."""
    count = first.count + second.count
    both = np.maximum(count, 1)
    gap = second.total / np.maximum(second.count, 1) - first.total / np.maximum(first.count, 1)
    weight = first.count * (second.count / both)
    squares = first.squares + second.squares + gap * gap * weight
    return Moments(count, first.total + second.total, squares)


def grown(nodes: Mapping[Node, Moments], more: Iterable[tuple[Node, Moments]]) -> dict[Node, Moments]:
    """Return a tree with further nodes: wherever both halves of a node are there, they become that node.

    So what is kept is one node for each run of blocks, whatever their number.
    """
    tree = dict(nodes)
    for (level, place), found in more:
        while (other := (level, place ^ 1)) in tree:
            sibling = tree.pop(other)
            found = merged(found, sibling) if place % 2 == 0 else merged(sibling, found)
            level, place = level + 1, place // 2
        tree[level, place] = found
    return tree


def whole(nodes: Mapping[Node, Moments]) -> Moments:
    """Return the moments of all blocks, merged from the left.

    Raises ValueError where blocks are missing before the last one.
    """
    ordered = sorted(nodes, key=lambda node: node[1] << node[0])
    result: Moments | None = None
    reached = 0
    for level, place in ordered:
        if place << level != reached:
            raise ValueError(f"blocks {reached} to {(place << level) - 1} are missing")
        reached += 1 << level
        node = nodes[level, place]
        result = node if result is None else merged(result, node)
    if result is None:
        raise ValueError("there are no blocks")
    return result
