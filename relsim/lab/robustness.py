"""How firmly a headline holds: the share of many other worlds in which its sign is the same.

The worlds are a Sobol design (Sobol 1967, scrambled by Owen 1998) over every number that is an assumption or was
calibrated. A headline is structural where its sign is that of the scenario itself in at least 95 % of them; where it is
not, it is told for which numbers it flips. Each world is lived by few pairs, so a difference near zero gets its sign
partly by chance; that makes fewer headlines structural, never more.
"""

import concurrent.futures as futures
import hashlib
import itertools
import json
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from relsim.analysis.estimate import UNKNOWN, Estimate, wilson
from relsim.analysis.finding import new_ax
from relsim.errors import ScenarioError
from relsim.lab.answer import Answer
from relsim.lab.factors import Factor, assumed_factors, design, numbers_of, worlds_at
from relsim.lab.measures import Output, Outputs, measure
from relsim.lab.study import Cell, live_cells
from relsim.model.rulebook import RULES_VERSION
from relsim.scenario.files import folder
from relsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = [
    "POINTS",
    "STRUCTURAL",
    "Flip",
    "Headline",
    "Robustness",
    "known_robustness",
    "read_robustness",
    "robustness",
]

POINTS = 4096
"""Worlds of the design."""

PAIRS = 128
"""Pairs of firms that live in each of them."""

STRUCTURAL = 0.95
"""The least share of worlds with the same sign for a headline to be called structural."""

_FLIPS = 5
"""Numbers that are told of a headline, those on which its sign depends most."""

_COMPARED = {
    "net": "net.joint",
    "loss": "loss.joint",
    "loss-launched": "loss.launched",
    "alive": "survival",
    "life": "life",
    "leaving": "churn.operational",
}
"""The measures on which an arm is compared with the first one, by what a headline calls them."""


@dataclass(frozen=True)
class Flip:
    """In which share of worlds a headline holds, by thirds of the range of one number."""

    number: str
    low: float
    high: float
    thirds: tuple[float, float, float]

    @property
    def span(self) -> float:
        """How far the shares of the outer thirds lie apart."""
        return abs(self.thirds[2] - self.thirds[0])

    def __str__(self) -> str:
        width = (self.high - self.low) / 3
        below = f"below {self.low + width:.3g}", self.thirds[0]
        above = f"above {self.high - width:.3g}", self.thirds[2]
        worst, best = sorted((below, above), key=lambda end: end[1])
        name = self.number.removeprefix("world.")
        return f"{name} {worst[0]} (holds in {100 * worst[1]:.0f} %; {best[0]} in {100 * best[1]:.0f} %)"


@dataclass(frozen=True)
class Headline:
    """A headline: what it is about, what it is in the scenario, and in which share of the worlds it has that sign."""

    name: str
    """As in net.feasibility-first (a difference from the first arm) or pays.deal-first (net against never)."""
    words: str
    value: float
    """In the scenario itself."""
    holds: float
    """The share of worlds with its sign; NaN where the scenario gives it none."""
    worlds: int
    flips: tuple[Flip, ...]
    """The numbers on which the sign depends most, the first one most."""

    @property
    def structural(self) -> bool:
        """Whether the sign holds in at least 95 % of the worlds."""
        return self.holds >= STRUCTURAL

    @property
    def direction(self) -> str:
        """What it is in the scenario, in words."""
        return "more" if self.value > 0.0 else "less" if self.value < 0.0 else "the same"

    @property
    def share(self) -> str:
        """The share of worlds as text; a dash where there is no sign."""
        return "-" if math.isnan(self.holds) else f"{100 * self.holds:.1f} %"

    @property
    def tag(self) -> str:
        """What it is called in a report."""
        if math.isnan(self.holds):
            return "no sign"
        return "structural" if self.structural else "not structural"


@dataclass(frozen=True, repr=False)
class Robustness(Answer):
    """How firmly the headlines of a scenario hold."""

    heading: ClassVar[str] = "In which other worlds the headlines hold"
    scenario: str
    """Its title."""
    identity: str
    """What the scenario and the rules were (`identity_of`)."""
    points: int
    pairs: int
    seed: int
    numbers: int
    """How many numbers were varied."""
    headlines: tuple[Headline, ...]

    @property
    def title(self) -> str:
        firm = sum(each.structural for each in self.headlines)
        return (
            f"{self.scenario}: {firm} of {len(self.headlines)} headlines are structural "
            f"({self.points:,} worlds over {self.numbers} numbers, {self.pairs} pairs in each)"
        )

    def named(self, name: str) -> Headline | None:
        """Return the headline of a name, or None where there is none."""
        return next((each for each in self.headlines if each.name == name), None)

    def said(self) -> tuple[str, ...]:
        firm = [f"{each.words}: {each.direction}" for each in self.headlines if each.structural]
        doubtful = [each for each in self.headlines if not each.structural and not math.isnan(each.holds)]
        listed = f"Build on these, whatever the numbers are: {'; '.join(firm)}." if firm else "Build on none of these."
        told = [f"{len(firm)} of {len(self.headlines)} headlines are structural. {listed}"]
        if doubtful:
            widest = max(_share(each).half_width for each in doubtful)
            told.append(
                f"The shares of the others are known to within {100 * widest:.1f} percentage points. Few pairs live in "
                f"each world ({self.pairs}), which makes shares smaller, never larger."
            )
        flipping = next((each for each in doubtful if each.flips), None)
        if flipping is not None:
            told.append(f"{flipping.words}: its sign flips first of all with {flipping.flips[0]}.")
        return tuple(told)

    def to_frame(self) -> "pandas.DataFrame":
        import pandas as pd

        return pd.DataFrame(
            {
                "headline": each.name,
                "value": each.value,
                "holds": each.holds,
                "low": found.low,
                "high": found.high,
                "structural": each.structural,
                "flips": "; ".join(map(str, each.flips)),
            }
            for each in self.headlines
            for found in (_share(each),)
        )

    def summary(self) -> "pandas.DataFrame":
        import pandas as pd

        return pd.DataFrame(
            {
                "headline": each.words,
                "here": each.direction,
                "sign holds in": each.share,
                "": each.tag,
                "flips most with": "" if each.structural or not each.flips else str(each.flips[0]),
            }
            for each in self.headlines
        )

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        from relsim.drawing.shares import draw_shares

        ax = new_ax(7.0, 1.2 + 0.42 * len(self.headlines)) if ax is None else ax
        return draw_shares(
            [each.words for each in self.headlines],
            [each.holds for each in self.headlines],
            ax,
            least=STRUCTURAL,
            title="How firm the headlines are",
            x=f"share of {self.points:,} worlds with the same sign",
        )

    def written(self) -> str:
        """Return it as the text of a file that `known_robustness` reads."""
        return json.dumps(asdict(self), indent=1) + "\n"


def _share(headline: Headline) -> Estimate:
    return wilson(headline.holds, headline.worlds) if headline.worlds else UNKNOWN


def identity_of(scenario: Scenario) -> str:
    """Return a digest of all that the headlines of a scenario follow from: its numbers, arms, horizon and the rules."""
    return hashlib.sha256(json.dumps([RULES_VERSION, numbers_of(scenario)], sort_keys=True).encode()).hexdigest()


def read_robustness(path: str | os.PathLike[str], scenario: Scenario) -> Robustness:
    """Return what `relsim lab robustness --out` kept about the headlines of a scenario.

    Raises ScenarioError where the file is none of that kind, or is about another scenario or other rules.
    """
    try:
        found = _read(json.loads(Path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ScenarioError.of("robustness", path, "a file that relsim lab robustness --out wrote") from None
    if found.identity != identity_of(scenario):
        allowed = "a file about this very scenario, its arms, and these rules; make it anew: relsim lab robustness"
        raise ScenarioError.of("robustness", path, allowed)
    return found


def known_robustness(scenario: Scenario) -> Robustness | None:
    """Return what travels with relsim about the headlines of a scenario, where it is about just this one."""
    identity = identity_of(scenario)
    for path in sorted((folder() / "robustness").glob("*.json")):
        said = json.loads(path.read_text(encoding="utf-8"))
        if said["identity"] == identity:
            return _read(said)
    return None


def _read(said: Mapping[str, Any]) -> Robustness:
    headlines = tuple(
        Headline(
            **{
                **each,
                "holds": math.nan if each["holds"] is None else each["holds"],
                "flips": tuple(Flip(**{**flip, "thirds": tuple(flip["thirds"])}) for flip in each["flips"]),
            }
        )
        for each in said["headlines"]
    )
    return Robustness(**{**said, "headlines": headlines})


def robustness(
    scenario: Scenario,
    points: int = POINTS,
    pairs: int = PAIRS,
    seed: int = 1,
    told: Callable[[int], None] | None = None,
    *,
    store: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    executor: futures.Executor | None = None,
    window: int | None = None,
) -> Robustness:
    """Return in which share of other worlds the headlines of a scenario keep their sign.

    points: worlds of the design. pairs: pairs of firms that live in each, the same with the same luck. told: called
    after each world with how many there are. store, workers, executor, window: as for `study`.

    Raises ScenarioError for a scenario without assumptions, and for numbers below 1; and as `study` does.
    """
    factors = assumed_factors(scenario)
    for name, value in (("points", points), ("pairs", pairs)):
        if value < 1:
            raise ScenarioError.of(name, value, "a whole number from 1 on")
    if not factors:
        raise ScenarioError.of("world", scenario.title, "at least one number that is an assumption with a range")
    shares = design(len(factors), points, seed)
    headlines = _headlines(scenario)
    lived = live_cells(
        itertools.chain(
            [Cell(scenario, 0, 16 * pairs, seed)],
            (Cell(world, 0, pairs, seed) for world in worlds_at(scenario, factors, shares)),
        ),
        Outputs(tuple(output for output, _ in headlines.values())),
        identity={"question": "robustness", "scenario": identity_of(scenario), "pairs": pairs, "seed": seed},
        store=store,
        workers=workers,
        executor=executor,
        window=window,
        told=None if told is None else lambda done: told(done - 1),
    )
    here, *others = (found[:, 0] for found in lived)
    each_world = np.array(others)
    found = tuple(
        _headline(name, words, float(here[place]), each_world[:, place], shares, factors)
        for place, (name, (_, words)) in enumerate(headlines.items())
    )
    return Robustness(scenario.title, identity_of(scenario), points, pairs, seed, len(factors), found)


def _headlines(scenario: Scenario) -> dict[str, tuple[Output, str]]:
    """Return what each headline is in a world, whose sign counts, and its words."""
    first, *others = scenario.arms
    net = measure("net.joint")
    found = {f"pays.{arm}": (Output(net, arm), f"{arm} against never: {net.words}") for arm in scenario.arms}
    for arm in others:
        for name, of in _COMPARED.items():
            asked = Output(measure(of), arm, first)
            per = ", per contact" if asked.measure.per_contact else ""
            found[f"{name}.{arm}"] = asked, f"{arm} against {first}: {asked.measure.words}{per}"
    return found


def _headline(
    name: str, words: str, value: float, worlds: np.ndarray, shares: np.ndarray, factors: tuple[Factor, ...]
) -> Headline:
    known = ~np.isnan(worlds)
    if not value or math.isnan(value) or not known.any():
        return Headline(name, words, value, math.nan, int(known.sum()), ())
    same = np.sign(worlds[known]) == np.sign(value)
    flips = []
    for place, each in enumerate(factors):
        third = np.minimum((shares[known, place] * 3).astype(int), 2)
        thirds = [float(same[third == which].mean()) if (third == which).any() else math.nan for which in range(3)]
        flips.append(Flip(each.name, each.low, each.high, (thirds[0], thirds[1], thirds[2])))
    flips.sort(key=lambda flip: -flip.span)
    return Headline(name, words, value, float(same.mean()), int(known.sum()), tuple(flips[:_FLIPS]))
