"""What the worlds say of published figures and patterns, of the article, and of their own assumptions."""

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import relsim
from docs.tables.block import PICTURES, code, from_code, from_lives, markdown
from relsim.analysis.columns import has_failed
from relsim.analysis.finding import Finding, new_ax, written
from relsim.analysis.hazard import Hazard, smoothed_hazard
from relsim.lab.calibrate import FREE
from relsim.lab.factors import factor_read, number_at
from relsim.lab.lives import Lives, live_pairs
from relsim.lab.patterns import share_of
from relsim.lab.predictions import BROKEN_OFF, exits_by_day, predictions, without_stakes
from relsim.lab.robustness import known_robustness
from relsim.lab.targets import Fit, hold_against, read_targets, targets_for
from relsim.lab.worlds import also_fitting, world_name
from relsim.scenario.files import bundled, folder, worlds
from relsim.scenario.parameter import numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__: list[str] = []

PAIRS, SEED = 20_000, 2
"""Luck that no world was calibrated on."""


def _table(finding: Finding) -> str:
    frame = finding.summary()
    return markdown(tuple(map(str, frame.columns)), [list(map(str, row)) for row in frame.itertuples(index=False)])


@cache
def _lives(name: str) -> Lives:
    return live_pairs(relsim.load_scenario(name), PAIRS, SEED)


def _fit(name: str) -> Fit:
    lives = _lives(name)
    return hold_against(targets_for(world_name(lives.scenario), read_targets()), lives, pairs=PAIRS, seed=SEED)


@from_lives
def fitted_worlds() -> str:
    """Return how the two worlds meet the targets, with luck that they were not calibrated on."""
    return "\n".join(f"{fit.title}\n\n{_table(fit)}" for fit in map(_fit, worlds()))


@from_lives
def bundled_beside_targets() -> str:
    """Return how far the bundled scenarios have moved away from the targets of their worlds."""
    rows = []
    for name in bundled():
        if name in worlds():
            continue
        asked = relsim.load_scenario(name)
        for each in _fit(name).held:
            if not each.inside:
                low, high = each.target.band
                told = f"{each.target.id} {each.target.measure.replace('-', ' ')}"
                rows.append([name, asked.based_on, told, each.arm, written(each.found), f"{low:g} to {high:g}"])
    return markdown(("scenario", "world", "target", "arm", "here [95 % interval]", "band"), rows)


@from_code
def fitted_numbers() -> str:
    """Return the calibrated numbers of both worlds, and between what they lie in the points that also fit."""
    header = ["number", "searched"]
    columns = {}
    for name in worlds():
        header += [name, f"{name}: middle 90 % of what fits", "ruled out"]
        frame = pd.read_csv(folder() / "fits" / f"{name}.csv")
        columns[name] = frame, relsim.load_scenario(name)
    rows = []
    for text in FREE:
        each = factor_read(text)
        row = [code(each.name.removeprefix("world.")), f"{each.low:g} to {each.high:g}"]
        for frame, asked in columns.values():
            low, high = np.quantile(frame[each.name], [0.05, 0.95])
            ruled_out = max(0.0, 1.0 - (high - low) / (0.9 * (each.high - each.low)))
            row += [f"{number_at(asked, each.name):g}", f"{low:.3g} to {high:.3g}", f"{100 * ruled_out:.0f} %"]
        rows.append(row)
    return markdown(tuple(header), rows)


@from_code
def firmness() -> str:
    """Return how firm the headlines of every bundled scenario are, and where they flip."""
    parts = []
    for name in bundled():
        known = known_robustness(relsim.load_scenario(name))
        if known is None:
            raise ValueError(f"{name}: nothing is known about how firm its headlines are; run python docs/worlds.py")
        rows = [
            [
                each.words,
                each.direction,
                each.share,
                each.tag,
                "" if each.structural else "; ".join(map(str, each.flips[:2])),
            ]
            for each in known.headlines
        ]
        table = markdown(("headline", "here", "sign holds in", "", "flips most with"), rows)
        parts.append(f"**{name}** ({known.points:,} worlds, {known.numbers} numbers, {known.pairs} pairs)\n\n{table}")
    return "\n".join(parts)


@from_lives
def predicted_patterns() -> str:
    """Return what the worlds say of published patterns that they were not fitted to."""
    found = [predictions(relsim.load_scenario(name), PAIRS, SEED) for name in worlds()]
    rows = []
    for place, (each, _) in enumerate(found[0].found):
        cells = [f"{written(one.found[place][1])}: {one.says(place)}" for one in found]
        rows.append([f"{each.published} ({each.source})", each.measured, *cells])
    return markdown(("published", "measured", *worlds()), rows)


@from_lives
def hazard_shape() -> str:
    """Return the hazard of being broken off by age, with and without lock-in, and draw it."""
    found: dict[str, Hazard] = {}
    for name in worlds():
        asked = relsim.load_scenario(name)
        for arm in asked.arms:
            found[f"{name}, {arm}"] = _hazard(_lives(name), arm)
        ablated = live_pairs(without_stakes(asked), PAIRS, SEED)
        found[f"{name}, deal-first without any stake"] = _hazard(ablated, "deal-first")
    _draw(found)
    ages = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
    rows = []
    for what, hazard in found.items():
        top = hazard.times[int(np.nanargmax(hazard.rate))]
        at = [f"{np.interp(age, hazard.times, hazard.rate):.3f}" for age in ages]
        rows.append([what, *at, f"{top:.1f}"])
    header = ("broken off per year, at age", *(f"{age:g}" for age in ages), "peak at age")
    return f"{markdown(header, rows)}\n![Hazard of being broken off by age](../pictures/hazard-shape.png)\n"


def _hazard(lives: Lives, arm: str) -> Hazard:
    return smoothed_hazard(exits_by_day(lives.arms[arm]), BROKEN_OFF, 0.5)


def _draw(found: dict[str, Hazard]) -> None:
    from relsim.drawing.style import ARM_DASHES, COLOURS, legend, tidy

    ax = new_ax(7.2, 4.2)
    tidy(ax, "Broken off per year, of those still going", "years since operations started", "per year")
    for place, (what, hazard) in enumerate(found.items()):
        colour, dash = COLOURS[place // 3], ARM_DASHES[place % 3]
        ax.plot(hazard.times, hazard.rate, color=colour, linestyle=dash, label=what)
    ax.set_ylim(bottom=0.0)
    legend(ax)
    _keep(ax, "hazard-shape.png")


def _keep(ax: "Axes", name: str) -> None:
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.savefig(PICTURES / name, dpi=100, metadata={"Software": None})


@from_lives
def claims_of_the_article() -> str:
    """Return what every statement of the article comes to in both worlds."""
    from relsim.lab.claims import claims
    from relsim.show.claims import kept

    made = claims({name: relsim.load_scenario(name) for name in worlds()})
    _keep(made.plot(), "claims.png")
    return f"{kept(made, '.md')}\n![Verdict of every statement in both worlds](../pictures/claims.png)\n"


@from_lives
def left_while_it_paid() -> str:
    """Return which share of failed relationships still covered running costs when they ended."""
    rows = []
    for name in worlds():
        lives = _lives(name)
        even = max(numbers(lives.scenario.world, "break_even"))  # type: ignore[type-var,arg-type]
        for arm, each in lives.arms.items():
            paid = share_of(each["performance_at_end"] >= even, has_failed(each))
            rows.append([name, arm, written(paid)])
    return markdown(("world", "arm", "of those that failed, at or above break-even at the end [95 % interval]"), rows)


@from_code
def also_fit() -> str:
    """Return how many other worlds fit, of those that are kept."""
    counted = (f"{len(also_fitting(relsim.load_scenario(name)))} for {name}" for name in worlds())
    return f"Kept: {' and '.join(counted)}.\n"
