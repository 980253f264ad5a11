"""Sensitivity analysis of what lives say: every world of a design is lived by the same pairs of firms."""

import concurrent.futures as futures
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from relsim.errors import ScenarioError, nearest
from relsim.lab.extra import needed
from relsim.lab.factors import Factor, assumed_factors, worlds_at
from relsim.lab.measures import Output, Outputs, output
from relsim.lab.robustness import identity_of
from relsim.lab.sensitivity.finding import About, Sensitivity
from relsim.lab.sensitivity.methods import Effect, Method, Morris, Sobol, effects_of
from relsim.lab.study import Cell, Study, study
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
    free: Sequence[Factor] = (),
    worlds: int = WORLDS,
    most: int = MOST,
    seed: int = 1,
) -> Plan:
    """Return what is to be lived; arguments and errors as for `sensitivity`."""
    if method not in METHODS:
        raise ScenarioError.of("method", method, f"one of {', '.join(METHODS)}", nearest(method, METHODS))
    if most < 1:
        raise ScenarioError.of("most", most, "a whole number from 1 on")
    factors = tuple(free) or assumed_factors(scenario)
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
    free: Sequence[Factor] = (),
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
    known in every world; EngineError where SALib is not installed; and as `study` does.
    """
    names = (of,) if isinstance(of, str) else tuple(dict.fromkeys(of))
    outputs = tuple(output(scenario, name, arm, against) for name in names)
    plan = planned(scenario, method, free, worlds, most, seed)
    if pairs < 2:
        raise ScenarioError.of("pairs", pairs, "a whole number from 2 on")
    needed("SALib", "sensitivity analysis needs SALib")  # what is not there is said before anything is lived
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
            return _lived(begun, scenario, plan.factors, shares, outputs, count, seed)

        screening = plan.screening
        important: tuple[str, ...] = ()
        if screening is not None:
            few = min(pairs, SCREENING_PAIRS)
            important = _important(effects_of(screening, lambda shares: lived(shares, few)[0]), most)
        asked = plan.asked(important)
        values, errors = lived(asked.design(), pairs)
    about = zip(outputs, values.T, errors.T, effects_of(asked, lambda _: values), strict=True)
    return Sensitivity(
        scenario.title,
        method,
        plan.factors,
        tuple(
            About(each, float(found.mean()), float(found.std(ddof=1)), _noise(found, wrong), effects)
            for each, found, wrong, effects in about
        ),
        asked.points,
        0 if screening is None else screening.points,
        pairs,
        seed,
    )


def _lived(
    begun: Study,
    scenario: Scenario,
    factors: Sequence[Factor],
    shares: np.ndarray,
    outputs: Sequence[Output],
    pairs: int,
    seed: int,
) -> np.ndarray:
    """Return the outputs in each world and their standard errors, shape (2, worlds, outputs).

    Raises ScenarioError where one is not known.
    """
    cells = (Cell(world, 0, pairs, seed) for world in worlds_at(scenario, factors, shares))
    found = np.array(list(begun.live(cells)))
    for each, values in zip(outputs, found[:, :, 0].T, strict=True):
        if missing := int(np.isnan(values).sum()):
            lacks = f"not known in {missing} of {len(values)} worlds; take more pairs, or a mean per started contact"
            raise ScenarioError.of("of", each.name, lacks)
    both: np.ndarray = np.moveaxis(found, 2, 0)
    return both


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
    return float(np.mean(errors * errors)) / variance if variance > 0.0 else 0.0
