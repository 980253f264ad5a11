"""Calibration: which numbers of a world meet published figures, which others do too, and which are pinned down.

History matching by a quasi-random design over the ranges of the free numbers, then a search for the middle of all bands
(tree-structured Parzen estimator, Bergstra et al. 2011), then a random walk among the points that meet every target
(hit-and-run, Smith 1984), which shows how wide the set of them is. All points live the same pairs of
firms with the same luck. The order of points is fixed by the seed and what was found before, never by cores, so a
store of what was lived lets the same command go on where it was stopped, and end with the same result.
"""

import concurrent.futures as futures
import json
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from relsim import __version__
from relsim.analysis.estimate import Estimate
from relsim.analysis.finding import Finding, new_ax
from relsim.errors import ScenarioError, needed
from relsim.lab.factors import Factor, design, numbers_of, with_numbers
from relsim.lab.lives import Lives
from relsim.lab.study import Cell, Study, study
from relsim.lab.targets import Fit, Held, Target, check_arms, hold_against
from relsim.model.rulebook import RULES_VERSION
from relsim.scenario.files import scenario_text
from relsim.scenario.parameter import CALIBRATED
from relsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["FREE", "Calibration", "Plan", "calibrate"]

FREE = (
    "world.fit_alpha=3:7",
    "world.fit_beta=2:4.5",
    "world.break_even",
    "world.optimism",
    "world.belief_deal_first",
    "world.evidence",
    "world.denial",
    "world.threshold",
    "world.board_pull",
    "world.patience",
    "world.tactical_power",
    "world.attention_time",
    "world.leader_realises",
    "world.resolve",
    "world.incident_rate",
    "world.repair_without_trust",
    "world.trust_gain",
    "world.morale_loss_incident=0:0.02",
    "world.morale_loss_broken=0:0.03",
    "world.dispute_trust",
    "world.hostile_by_trust",
    "world.leader_change_rate",
    "world.leaving_rate.tactical=0.06:0.14",
    "world.leaving_rate.operational=0.08:0.22",
    "world.negotiation_most=0.15:0.45",
    "world.drafting_mean=0.02:0.3",
    "world.workshop_noise",
    "world.workshop_gap_most=0.1:0.4",
    "world.workshop_cost",
)
"""What is free by default: numbers that no source gives and that the published figures may say something about."""

_DIGITS = 3
_AT_ONCE = 8
"""Points that are asked for together; fixed, so that the search does not depend on the number of cores."""


@dataclass(frozen=True)
class Plan:
    """How much work a calibration is."""

    design: int = 512
    """Points of the quasi-random design."""
    search: int = 512
    """Points of the search for the middle of the bands."""
    walk: int = 512
    """Steps of the walk among points that meet every target."""
    pairs: int = 1024
    """Pairs of firms that every point lives."""
    seed: int = 1
    """Which luck, and which points."""

    @property
    def points(self) -> int:
        """How many points there are at most."""
        return self.design + self.search + self.walk


@dataclass(frozen=True)
class Point:
    """A point of the ranges, and how its lives meet the targets."""

    stage: str
    """design, search or walk."""
    shares: tuple[float, ...]
    """How far along the range of each factor."""
    fit: Fit

    @property
    def fits(self) -> bool:
        """Whether every target is met."""
        return self.fit.farthest <= 1.0


@dataclass(frozen=True, repr=False)
class Calibration(Finding):
    """What a calibration found."""

    asked: Scenario
    """The scenario whose world was calibrated."""
    targets: tuple[Target, ...]
    factors: tuple[Factor, ...]
    plan: Plan
    points: tuple[Point, ...]
    """All points, in the order in which they were asked for."""

    @property
    def title(self) -> str:
        return (
            f"{self.asked.title}, calibrated: {len(self.fitting):,} of {len(self.points):,} points meet every target; "
            f"the best is {'inside every band' if self.best.fits else 'outside of some'}"
        )

    @property
    def best(self) -> Point:
        """The point that meets every target and is nearest to the middles of the bands; else the least wrong one."""
        return min(self.points, key=lambda point: (max(point.fit.farthest, 1.0), point.fit.distance))

    @property
    def fitting(self) -> tuple[Point, ...]:
        """The points that meet every target."""
        return tuple(point for point in self.points if point.fits)

    @property
    def fit(self) -> Fit:
        """How the best point meets the targets."""
        return self.best.fit

    @property
    def scenario(self) -> Scenario:
        """The scenario with the best point's numbers, which say where they come from."""
        ids = _listed([target.id for target in self.targets])
        source = f"{CALIBRATED} on {ids} (relsim lab calibrate, rules {RULES_VERSION}, seed {self.plan.seed})"
        return with_numbers(self.asked, numbers_at(self.factors, self.best.shares), source)

    def to_frame(self) -> "pandas.DataFrame":
        """Return all points: their stage, numbers and estimates, how far off they are, and whether they fit."""
        import pandas as pd

        return pd.DataFrame(
            {"stage": point.stage}
            | numbers_at(self.factors, point.shares)
            | {f"{each.target.id} {each.arm}": each.found.value for each in point.fit.held}
            | {"distance": point.fit.distance, "farthest": point.fit.farthest, "fits": point.fits}
            for point in self.points
        )

    def identified(self) -> "pandas.DataFrame":
        """Return how far each number is pinned down: its range, its best value, and the middle 90 % of those that fit.

        `identified` is the share of the range that the targets rule out, by the middle 90 % of the points that meet
        all of them: near 0 the targets say nothing about the number on its own.
        """
        import pandas as pd

        best = numbers_at(self.factors, self.best.shares)
        # the search crowds around the middle of the bands, so it says little about how far the others reach
        spread = [point.shares for point in self.fitting if point.stage != "search"]
        shares = np.array(spread).reshape(-1, len(self.factors))
        rows = []
        for place, each in enumerate(self.factors):
            low, high = np.quantile(shares[:, place], [0.05, 0.95]) if len(shares) else (math.nan, math.nan)
            rows.append(
                {
                    "number": each.name,
                    "from": each.low,
                    "to": each.high,
                    "best": best[each.name],
                    "fits_from": at(each, float(low)) if len(shares) else math.nan,
                    "fits_to": at(each, float(high)) if len(shares) else math.nan,
                    "identified": max(0.0, 1.0 - (high - low) / 0.9),
                }
            )
        return pd.DataFrame(rows)

    def summary(self) -> "pandas.DataFrame":
        return self.identified().round(3)

    def __str__(self) -> str:
        return f"{super().__str__()}\n\n{self.fit}"

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        from relsim.drawing.bands import draw_bands

        found = self.identified()
        width = (found["to"] - found["from"]).to_numpy()
        inside = (found[["best", "fits_from", "fits_to"]].to_numpy() - found[["from"]].to_numpy()) / width[:, None]
        ax = new_ax(6.4, 1.2 + 0.3 * len(found)) if ax is None else ax
        return draw_bands(
            [name.removeprefix("world.").replace("_", " ") for name in found["number"]],
            [(best, low, high) for best, low, high in inside.tolist()],
            [(0.0, 1.0)] * len(found),
            ax,
            title="What the targets say about each number",
            x="best point, and the middle 90 % of the points that meet every target",
            ends=("lowest searched", "middle", "highest searched"),
        )

    def write(self, to: Path) -> dict[str, Path]:
        """Keep the fitted scenario, the fit, all points and what they were made of in a folder; return the files."""
        files = {
            "scenario": to / "scenario.toml",
            "fit": to / "fit.csv",
            "identified": to / "identified.csv",
            "points": to / "points.csv",
            "provenance": to / "calibration.json",
        }
        to.mkdir(parents=True, exist_ok=True)
        files["scenario"].write_text(scenario_text(self.scenario), encoding="utf-8")
        self.fit.to_csv(files["fit"])
        self.identified().to_csv(files["identified"], index=False)
        self.to_csv(files["points"])
        plan = self.plan
        about = {
            **_about(self.asked, self.targets, self.factors, plan),
            "points": {"design": plan.design, "search": plan.search, "walk": plan.walk},
            # where the search looks is for optuna to say, and another version of it may look elsewhere
            "made_by": {"relsim": __version__}
            | {name: version(name) for name in ("numpy", "scipy", *(["optuna"] if plan.search else []))},
        }
        files["provenance"].write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
        return files


def _listed(ids: Sequence[str]) -> str:
    """Return names as text, runs of numbers in short: C1, C2, C4-C13."""
    runs: list[list[str]] = []
    for each in ids:
        before = re.fullmatch(r"(\D*)(\d+)", runs[-1][-1]) if runs else None
        if before is not None and each == f"{before[1]}{int(before[2]) + 1}":
            runs[-1].append(each)
        else:
            runs.append([each])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(run) for run in runs)


def at(factor: Factor, share: float) -> float:
    """Return the number at a share of the way, of three digits: more would claim to know it better."""
    number = factor.at(min(1.0, max(0.0, share)))
    return min(factor.high, max(factor.low, float(f"{number:.{_DIGITS}g}")))


def numbers_at(factors: Sequence[Factor], shares: Sequence[float]) -> dict[str, float]:
    """Return the numbers of a point by the names of the factors."""
    return {each.name: at(each, share) for each, share in zip(factors, shares, strict=True)}


def _about(scenario: Scenario, targets: Iterable[Target], factors: Iterable[Factor], plan: Plan) -> dict[str, Any]:
    """Return all that the points of a calibration follow from, but for how many there are."""
    return {
        "scenario": numbers_of(scenario),
        "targets": {target.id: vars(target) for target in targets},
        "factors": {factor.name: [factor.low, factor.high] for factor in factors},
        "pairs": plan.pairs,
        "seed": plan.seed,
        "rules_version": RULES_VERSION,
    }


@dataclass(frozen=True)
class _Held:
    """What is asked of the lives of a point: the estimates that are held against the targets, shape (k, 3)."""

    targets: tuple[Target, ...]

    def of(self, lives: Lives) -> np.ndarray:
        held = hold_against(self.targets, lives, pairs=0, seed=0).held
        return np.array([each.found for each in held]).reshape(-1, 3)


def calibrate(
    scenario: Scenario,
    targets: Sequence[Target],
    factors: Sequence[Factor],
    plan: Plan = Plan(),
    *,
    store: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    executor: futures.Executor | None = None,
    window: int | None = None,
    told: Callable[[int, float], None] | None = None,
) -> Calibration:
    """Return what numbers of a world meet the targets.

    scenario: its world is calibrated, under its arms. targets: those to meet (`targets_for` picks a world's own).
    factors: the free numbers, with ranges. store, workers, executor, window: as for `study`; the points of a store
    are not lived again. told: called after each point with how many there are, and the least distance so far.

    Raises ScenarioError for targets of unknown arms and no free numbers, EngineError where optuna is not installed;
    and as `study` does.
    """
    check_arms(targets, scenario.arms)
    if not factors:
        raise ScenarioError.of("free", "nothing", "at least one number, such as world.evidence")
    if plan.search:
        _optuna()  # what is not there is said before anything is lived
    asked, free = tuple(targets), tuple(factors)
    about = {"question": "calibration", **_about(scenario, asked, free, plan)}
    with study(_Held(asked), identity=about, store=store, workers=workers, executor=executor, window=window) as begun:
        run = _Run(scenario, asked, free, plan, begun, told)
        for stage in (run.design, run.search, run.walk):
            stage()
    return Calibration(scenario, run.targets, run.factors, plan, tuple(run.points))


class _Walker:
    """Somebody who walks among the points that fit, along one line after the other."""

    def __init__(self, place: np.ndarray) -> None:
        self.place = place
        self._line: np.ndarray | None = None
        self._ends = (0.0, 0.0)
        self._tried = 0.0

    def tries(self, inside: Sequence[np.ndarray], luck: np.random.Generator) -> np.ndarray:
        """Return the point that is tried next."""
        if self._line is None or self._ends[1] - self._ends[0] < 1e-3:
            self._line = np.zeros(len(self.place))
            if luck.random() < 0.5:
                self._line[luck.integers(len(self.place))] = 1.0
            else:
                one, other = luck.choice(len(inside), 2, replace=False)
                self._line = inside[one] - inside[other]
            with np.errstate(divide="ignore", invalid="ignore"):
                ends = np.array([-self.place, 1.0 - self.place]) / self._line
            ends = np.where(self._line != 0.0, ends, np.array([[-np.inf], [np.inf]]))
            self._ends = float(np.min(ends, axis=0).max()), float(np.max(ends, axis=0).min())
        self._tried = float(luck.uniform(*self._ends))
        tried: np.ndarray = np.clip(self.place + self._tried * self._line, 0.0, 1.0)
        return tried

    def landed(self, point: Point) -> None:
        """Take the point where it fits; else draw the ends of the line nearer."""
        if point.fits:
            self.place, self._line = np.array(point.shares), None
        elif self._tried < 0.0:
            self._ends = self._tried, self._ends[1]
        else:
            self._ends = self._ends[0], self._tried


class _Run:
    """One calibration: the points so far."""

    def __init__(
        self,
        scenario: Scenario,
        targets: tuple[Target, ...],
        factors: tuple[Factor, ...],
        plan: Plan,
        begun: Study,
        told: Callable[[int, float], None] | None,
    ) -> None:
        self.scenario, self.targets, self.factors, self.plan, self.told = scenario, targets, factors, plan, told
        self._study = begun
        self._lines = tuple(_lines(scenario, targets))
        self.points: list[Point] = []

    def design(self) -> None:
        """Look everywhere: a Sobol design over the ranges."""
        if self.plan.design:
            self._visit("design", design(len(self.factors), self.plan.design, self.plan.seed).tolist())

    def search(self) -> None:
        """Look for the middle of all bands, from what is known."""
        if not self.plan.search:
            return
        optuna = _optuna()
        ranges = {each.name: optuna.distributions.FloatDistribution(0.0, 1.0) for each in self.factors}
        sampler = optuna.samplers.TPESampler(seed=self.plan.seed, multivariate=True, constant_liar=True)
        study = optuna.create_study(sampler=sampler)
        for point in self.points:
            given = dict(zip(ranges, point.shares, strict=True))
            study.add_trial(optuna.trial.create_trial(params=given, distributions=ranges, value=_score(point)))
        for first in range(0, self.plan.search, _AT_ONCE):
            trials = [study.ask(ranges) for _ in range(min(_AT_ONCE, self.plan.search - first))]
            for trial, point in zip(
                trials,
                self._visit("search", [[trial.params[each.name] for each in self.factors] for trial in trials]),
                strict=True,
            ):
                study.tell(trial, _score(point))

    def walk(self) -> None:
        """Walk among the points that meet every target, to see how far they reach.

        Each walker moves along a line: that of one number, or through two other points that fit. It tries a place on
        it, and on failing a nearer one (hit-and-run with shrinking, Neal 2003).
        """
        inside = [np.array(point.shares) for point in self.points if point.fits]
        if len(inside) < 3:
            return
        luck = np.random.default_rng([self.plan.seed, 1])
        starts = luck.choice(len(inside), min(_AT_ONCE, len(inside)), replace=False)
        walkers = [_Walker(inside[start]) for start in starts]
        done = 0
        while done < self.plan.walk:
            moving = walkers[: self.plan.walk - done]
            steps = [walker.tries(inside, luck).tolist() for walker in moving]
            for walker, point in zip(moving, self._visit("walk", steps), strict=True):
                walker.landed(point)
                if point.fits:
                    inside.append(np.array(point.shares))
            done += len(moving)

    def _visit(self, stage: str, shares: Sequence[Sequence[float]]) -> list[Point]:
        """Live the points that are not known yet, and return all of them in their order."""
        pairs, seed = self.plan.pairs, self.plan.seed
        worlds = (with_numbers(self.scenario, numbers_at(self.factors, each)) for each in shares)
        lived = self._study.live(Cell(world, 0, pairs, seed) for world in worlds)
        visited = []
        for each, found in zip(shares, lived, strict=True):
            held = (Held(*line, Estimate(*ends)) for line, ends in zip(self._lines, found.tolist(), strict=True))
            visited.append(Point(stage, tuple(each), Fit(self.scenario.title, pairs, seed, tuple(held))))
            self.points.append(visited[-1])
            if self.told is not None:
                self.told(len(self.points), min(point.fit.distance for point in self.points))
        return visited


def _lines(scenario: Scenario, targets: Iterable[Target]) -> Iterator[tuple[Target, str]]:
    for target in targets:
        for arm in target.arms(scenario.arms):
            yield target, f"{arm} minus {target.minus}" if target.minus else arm


def _score(point: Point) -> float:
    """Return what the search makes small: the distance, and much more for each target that is missed."""
    return point.fit.distance + sum(max(0.0, each.off - 1.0) for each in point.fit.held if each.found.known)


def _optuna() -> Any:
    import warnings

    optuna = needed("optuna", "calibration searches with optuna", "lab")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
    return optuna
