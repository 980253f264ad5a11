"""The other worlds that meet the same published figures: what was found besides the one that a scenario is based on."""

import csv

from relsim.lab.factors import with_numbers
from relsim.scenario.files import folder, world_of, worlds
from relsim.scenario.scenario import Scenario

__all__ = ["also_fitting", "world_name"]

FITS = "fits"
"""The folder with a file a world, beside the scenarios."""


def world_name(scenario: Scenario) -> str:
    """Return the name of the bundled world that a scenario is, or is based on; empty where there is none."""
    if scenario.based_on:
        return scenario.based_on
    return next((name for name in worlds() if world_of(name) == scenario.world), "")


def also_fitting(scenario: Scenario, most: int | None = None) -> tuple[Scenario, ...]:
    """Return the scenario in other worlds that meet the same targets as the calibrated one that it rests on.

    Numbers that the scenario itself writes stay as they are. Empty where it rests on no calibrated world.
    """
    name = world_name(scenario)
    path = folder() / FITS / f"{name}.csv"
    if not name or not path.is_file():
        return ()
    base = world_of(name)
    with path.open(encoding="utf-8", newline="") as file:
        points = [{factor: float(number) for factor, number in line.items()} for line in csv.DictReader(file)]
    found = []
    kept = len(points) if most is None else min(most, len(points))
    # evenly over the file, as neighbours on a walk are alike
    for point in (points[place * len(points) // kept] for place in range(kept)):
        own = {
            factor: number
            for factor, number in point.items()
            if getattr(scenario.world, parameter := factor.split(".")[1]) == getattr(base, parameter)
        }
        found.append(with_numbers(scenario, own))
    return tuple(found)
