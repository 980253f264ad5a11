"""On which number of a world an estimate depends most, among worlds that all meet the same published figures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata, spearmanr

from relsim.scenario.parameter import FIRMS, LEVELS, describe, numbers
from relsim.scenario.world import World

__all__ = ["Driver", "driver", "varied"]

_NAMES = {2: FIRMS, 3: LEVELS}


@dataclass(frozen=True)
class Driver:
    """The number whose ranks go most with those of an estimate."""

    factor: str
    correlation: float
    """Spearman's, over the worlds."""
    clear: bool
    """Whether chance among so many numbers would hardly give as much: p below .05 over their number (Bonferroni)."""

    def __str__(self) -> str:
        told = f"{self.factor} (rank correlation {self.correlation:+.2f})"
        return f"most on {told}" if self.clear else f"most, but not clearly, on {told}"


def driver(varied: Mapping[str, np.ndarray], estimates: Sequence[float]) -> Driver | None:
    """Return the number that goes most with an estimate over worlds; None where nothing can be told.

    varied: the numbers that differ between the worlds, as `varied` gives them. estimates: one a world, shape (n,).
    """
    told = np.array(estimates)
    known = np.isfinite(told)
    if known.sum() < 4 or np.ptp(told[known]) == 0.0:
        return None
    differs = {name: column[known] for name, column in varied.items() if np.ptp(column[known]) > 0.0}
    if not differs:
        return None
    found = {name: spearmanr(column, told[known]) for name, column in differs.items()}
    most = max(found, key=lambda name: abs(found[name].statistic))
    clear = bool(found[most].pvalue < 0.05 / len(found))
    return Driver(most, float(found[most].statistic), clear)


def varied(worlds: Sequence[World]) -> dict[str, np.ndarray]:
    """Return the numbers that differ between worlds, by name, one a world; those that move together count once.

    Those of both firms, or of all levels, that move together go by what their names have in common.
    """
    found: dict[str, np.ndarray] = {}
    for each in describe(World):
        rows = [dict(_members(f"world.{each.name}", numbers(world, each.name), each.shape)) for world in worlds]
        together: dict[bytes, list[str]] = {}
        for name in next(iter(rows), {}):
            together.setdefault(rankdata([row[name] for row in rows]).tobytes(), []).append(name)
        for names in together.values():
            column = np.array([row[names[0]] for row in rows])
            if np.ptp(column) > 0.0:
                found[_in_common(names)] = column
    return found


def _in_common(names: Sequence[str]) -> str:
    """Return the parts that dotted names share."""
    first, *others = (name.split(".") for name in names)
    return ".".join(part for part in first if all(part in other for other in others))


def _members(name: str, value: Any, shape: tuple[int, ...]) -> Iterator[tuple[str, float]]:
    if not shape:
        yield name, value
        return
    for member, part in zip(_NAMES[shape[0]], value, strict=True):
        yield from _members(f"{name}.{member}", part, shape[1:])
