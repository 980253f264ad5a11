"""One output of lives over the worlds of a design, and how much it hangs on each number."""

import math
from dataclasses import dataclass

from relsim.analysis.estimate import Estimate
from relsim.lab.measures import Output
from relsim.lab.sensitivity.methods import Effect

__all__ = ["About", "is_group"]


@dataclass(frozen=True)
class About:
    """One output over the worlds of a design, and the effects of the numbers on it."""

    output: Output
    mean: float
    spread: float
    """The standard deviation between worlds."""
    noise: float
    """The share of the variance between worlds that comes from living few pairs in each, at most."""
    unknown: int
    """Worlds in which it is not known; there it is taken to be the mean of the others."""
    effects: tuple[Effect, ...]

    @property
    def sorted(self) -> tuple[Effect, ...]:
        """The effects, the largest first; those of several numbers together last."""
        return tuple(sorted(self.effects, key=lambda each: (is_group(each.number), -each.total.value)))

    @property
    def single(self) -> tuple[Effect, ...]:
        """The effects of single numbers, the largest first."""
        return tuple(each for each in self.sorted if not is_group(each.number))

    def __getitem__(self, number: str) -> Effect:
        return next(each for each in self.effects if each.number == number)

    @property
    def alone(self) -> Estimate:
        """What the first-order indices add up to; the rest is interplay."""
        halves = math.hypot(*(each.alone.half_width for each in self.effects))
        return Estimate.within(sum(each.alone.value for each in self.effects), halves)

    def scaled(self, each: Effect) -> float:
        """Return how large an effect is: a total index as it is, one of a screening relative to the largest."""
        if each.sigma is None:
            return each.total.value
        return each.total.value / (self.sorted[0].total.value or 1.0)


def is_group(number: str) -> bool:
    """Say whether this is what several numbers are told as together."""
    return not number.startswith("world.")
