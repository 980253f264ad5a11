"""Sensitivity analysis of what lives say: every world of a design is lived by the same pairs of firms."""

import concurrent.futures as futures
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from relsim.errors import ScenarioError, nearest, needed
from relsim.lab.factors import Factor, assumed_factors, factors_read, worlds_at
from relsim.lab.measures import Output, Outputs, output
from relsim.lab.robustness import identity_of
from relsim.lab.sensitivity.about import About
from relsim.lab.sensitivity.finding import Sensitivity
from relsim.lab.sensitivity.methods import Effect, Method, Morris, Sobol, effects_of
from relsim.lab.study import Cell, study
from relsim.scenario.scenario import Scenario

__all__ = ["METHODS", "MOST", "PAIRS", "WORLDS", "Plan", "planned", "sensitivity"]

METHODS = ("morris", "sobol")

WORLDS = 4096
"""Worlds of a design, at most."""

PAIRS = 500
"""Pairs of firms that live in each of them."""

MOST = 13
"""Numbers whose shares of the variance are told one by one, where a screening finds them; the others together."""

SCREENING = 16
"""Trajectories of that screening."""

SCREENING_PAIRS = 128
"""Pairs of firms that live in each of its worlds, at most: it need not be as sure."""

UNKNOWN_MOST = 0.05
"""The share of worlds in which an output may be unknown, as where nobody launched whose years could be counted."""

_LEAST = {"morris": 2, "sobol": 8}
"""Trajectories, or points of each of the crossed designs, without which nothing can be said."""


@dataclass(frozen=True)
class Plan:
    """What is lived for a sensitivity analysis."""

    method: str
    factors: tuple[Factor, ...]
    size: int
    """Trajectories of morris, or points of each of the two designs that sobol crosses."""
    apart: int
    """How many numbers are told one by one."""
    seed: int

    @property
    def numbers(self) -> tuple[str, ...]:
        """The names of all numbers that vary."""
        return tuple(each.name for each in self.factors)

    @property
    def screening(self) -> Morris | None:
        """What finds the important numbers, where not all are told one by one."""
        return Morris(self.numbers, SCREENING, self.seed) if self.apart < len(self.factors) else None

    @property
    def worlds(self) -> int:
        """How many worlds are lived in all."""
        screening = 0 if self.screening is None else self.screening.points
        return screening + self.asked(self.numbers[: self.apart]).points

    def asked(self, important: Sequence[str]) -> Method:
        """Return the method, with these numbers told one by one."""
        if self.method == "morris":
            return Morris(self.numbers, self.size, self.seed)
        if self.screening is None:
            return Sobol(self.numbers, self.size, self.seed)
        rest = f"{len(self.numbers) - len(important)} other numbers"
        return Sobol(self.numbers, self.size, self.seed, tuple(n if n in important else rest for n in self.numbers))


def planned(
    scenario: Scenario,
    method: str = "sobol",
    free: Sequence[str | Factor] = (),
    worlds: int = WORLDS,
    most: int = MOST,
    seed: int = 1,
) -> Plan:
    """Return what is to be lived; arguments and errors as for `sensitivity`."""
    if method not in METHODS:
        raise ScenarioError.of("method", method, f"one of {', '.join(METHODS)}", nearest(method, METHODS))
    if most < 1:
        raise ScenarioError.of("most", most, "a whole number from 1 on")
    factors = factors_read(free) or assumed_factors(scenario)
    if not factors:
        raise ScenarioError.of("free", "nothing", "at least one number, such as world.evidence: none is an assumption")
    twice = sorted({each.name for each in factors if sum(other.name == each.name for other in factors) > 1})
    if twice:
        raise ScenarioError.of("free", twice[0], "given once")
    apart = len(factors) if free or method == "morris" else min(most, len(factors))
    if method == "morris":
        size, unit = worlds // (len(factors) + 1), len(factors) + 1
    else:
        unit = apart + (apart < len(factors)) + 2
        size = 1 << (worlds // unit).bit_length() >> 1  # a power of two, as a Sobol design should have
    if size < _LEAST[method]:
        raise ScenarioError.of("worlds", worlds, f"at least {_LEAST[method] * unit} for so many numbers")
    return Plan(method, factors, size, apart, seed)


def sensitivity(
    scenario: Scenario,
    of: str | Sequence[str] = "net.joint",
    *,
    method: str = "sobol",
    arm: str | None = None,
    against: str | None = None,
    free: Sequence[str | Factor] = (),
    worlds: int = WORLDS,
    pairs: int = PAIRS,
    most: int = MOST,
    seed: int = 1,
    store: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    executor: futures.Executor | None = None,
    window: int | None = None,
    told: Callable[[int], None] | None = None,
) -> Sensitivity:
    """Return on which numbers of the world an output of lives hangs, or several outputs.

    of: names of measures; by default their difference between the second arm and the first. arm, against: another arm
    by itself, or another difference.
    method: morris moves one number after the other, and says how far the output moves; sobol divides the variance.
    free: the numbers that vary. By default all that are an assumption or were calibrated; for sobol a screening then
    finds the `most` important ones, and all others are told together.
    worlds: of the design, at most, without the screening. pairs: that live in each, the same with the same luck, so
    that an output is a function of the numbers alone.
    store, workers, executor, window, told: as for `study`. A store serves both methods, and larger designs.

    Raises ScenarioError for unknown measures, arms and methods, for numbers out of range, and for an output that is not
    known in more than a few worlds; EngineError where SALib is not installed; and as `study` does.
    """
    names = (of,) if isinstance(of, str) else tuple(dict.fromkeys(of))
    outputs = tuple(output(scenario, name, arm, against) for name in names)
    plan = planned(scenario, method, free, worlds, most, seed)
    if pairs < 2:
        raise ScenarioError.of("pairs", pairs, "a whole number from 2 on")
    needed("SALib", "sensitivity analysis needs SALib", "lab")  # what is not there is said before anything is lived
    identity = {"question": "sensitivity", "scenario": identity_of(scenario), "of": [each.name for each in outputs]}
    with study(
        Outputs(outputs),
        identity=identity,
        store=store,
        workers=workers,
        executor=executor,
        window=window,
        told=told,
    ) as begun:

        def lived(shares: np.ndarray, count: int) -> np.ndarray:
            cells = (Cell(world, 0, count, seed) for world in worlds_at(scenario, plan.factors, shares))
            return np.array(list(begun.live(cells)))

        screening = plan.screening
        important: tuple[str, ...] = ()
        if screening is not None:
            few = min(pairs, SCREENING_PAIRS)
            important = _important(effects_of(screening, lambda shares: _filled(lived(shares, few), outputs)), most)
        asked = plan.asked(important)
        found = lived(asked.design(), pairs)
    values = _filled(found, outputs)
    return Sensitivity(
        scenario.title,
        method,
        plan.factors,
        tuple(
            About(
                each,
                float(values[:, place].mean()),
                float(values[:, place].std(ddof=1)),
                _noise(values[:, place], found[:, place, 1]),
                int(np.isnan(found[:, place, 0]).sum()),
                effects,
            )
            for place, (each, effects) in enumerate(zip(outputs, effects_of(asked, lambda _: values), strict=True))
        ),
        asked.points,
        0 if screening is None else screening.points,
        pairs,
        seed,
    )


def _filled(found: np.ndarray, outputs: Sequence[Output]) -> np.ndarray:
    """Return the outputs of worlds, shape (worlds, outputs), those that are not known as the mean of the others.

    Both methods need an output in every world of their designs.

    Raises ScenarioError where one is not known in more than a few.
    """
    values: np.ndarray = found[:, :, 0].copy()
    for each, column in zip(outputs, values.T, strict=True):
        unknown = np.isnan(column)
        if unknown.mean() > UNKNOWN_MOST:
            lacks = f"not known in {unknown.sum()} of {len(column)} worlds; take more pairs, or a mean per contact"
            raise ScenarioError.of("of", each.name, lacks)
        column[unknown] = column[~unknown].mean()
    return values


def _important(effects: Sequence[Sequence[Effect]], most: int) -> tuple[str, ...]:
    """Return the numbers that move any of the outputs most, relative to the number that moves it most."""
    moved: dict[str, float] = {}
    for of_output in effects:
        largest = max(each.total.value for each in of_output) or 1.0
        for each in of_output:
            moved[each.number] = max(moved.get(each.number, 0.0), each.total.value / largest)
    return tuple(sorted(moved, key=lambda number: -moved[number])[:most])


def _noise(values: np.ndarray, errors: np.ndarray) -> float:
    """Return which share of the variance between worlds comes from living few pairs in each, at most.

    It would be the mean square of the standard errors if worlds had luck of their own; as they share it, it is less.
    """
    variance = float(values.var(ddof=1))
    return float(np.nanmean(errors * errors)) / variance if variance > 0.0 else 0.0
