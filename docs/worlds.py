"""Calibrate the bundled worlds again, and see how firm the bundled headlines are: `python docs/worlds.py`.

Writes scenarios/gloomy.toml and gentle.toml, other points that fit as well (scenarios/fits), and how firmly the
headlines of all bundled scenarios hold (scenarios/robustness). Takes about an hour; a journal in results/worlds lets
the same command go on where it was stopped.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

import relsim
from relsim.lab.calibrate import FREE, Calibration, Plan, calibrate
from relsim.lab.factors import factor_read
from relsim.lab.robustness import known_robustness, robustness
from relsim.lab.targets import read_targets, targets_for
from relsim.scenario.files import scenario_of, scenario_text

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = ROOT / "scenarios"
JOURNALS = ROOT / "results" / "worlds"
PLANS = {
    "gloomy": Plan(design=1024, search=2048, walk=3072, pairs=1024, seed=1),
    "gentle": Plan(design=1024, search=1024, walk=1536, pairs=1024, seed=1),
}
"""Gentle has a target less and wider bands, and is found sooner."""

KEPT = 200
"""Points that fit which are kept of each world."""

WORLDS = {
    "gloomy": "about half of what is launched deal-first fails within five years",
    "gentle": "a fifth to a third of what is launched deal-first fails within five years",
}


def start(name: str) -> relsim.Scenario:
    """Return what a world is before it is calibrated: the defaults."""
    launches = ("deal-first", "feasibility-first")
    return scenario_of(
        {
            "title": f"A {name} world",
            "question": f"Where {WORLDS[name]}: sign the deal first, or find out first whether it can work?",
            "arms": {launch: {"launch": launch} for launch in launches},
        }
    )


def world(name: str) -> Calibration:
    """Calibrate a world, and write it and what else fits."""
    targets = targets_for(name, read_targets())
    factors = [factor_read(text) for text in FREE]
    found = calibrate(start(name), targets, factors, PLANS[name], store=JOURNALS / name, told=said)
    head = (
        f"# A {name} world: {WORLDS[name]}.\n"
        "# Calibrated on calibration-targets.csv by `python docs/worlds.py`, which writes this file.\n"
        "# What is not written here is as by default: mostly an assumption.\n"
    )
    (SCENARIOS / f"{name}.toml").write_text(head + scenario_text(found.scenario), encoding="utf-8")
    frame = found.to_frame()
    fitting = frame.loc[frame["fits"] & (frame["stage"] != "search"), [each.name for each in found.factors]]
    # every so manieth, as neighbours on a walk are alike
    chosen = np.linspace(0, len(fitting) - 1, min(KEPT, len(fitting))).round().astype(int)
    write_fits(fitting.iloc[chosen], SCENARIOS / "fits" / f"{name}.csv")
    return found


def write_fits(fitting: pd.DataFrame, path: Path) -> None:
    """Write points that fit, a line each."""
    path.parent.mkdir(exist_ok=True)
    fitting.to_csv(path, index=False)


def firm(name: str) -> None:
    """See how firm the headlines of a bundled scenario are, unless that is known already, and write it."""
    asked = relsim.load_scenario(name)
    if known_robustness(asked) is None:
        path = SCENARIOS / "robustness" / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(robustness(asked, told=said).written(), encoding="utf-8")


def said(done: int, distance: float | None = None) -> None:
    """Say now and then how far it is."""
    if done % 512 == 0:
        print(f"  {done:,}" + ("" if distance is None else f", distance {distance:.3f}"), flush=True)


def main() -> int:
    """Do all of it, or what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("worlds", "robustness"))
    asked = parser.parse_args().only
    if asked != "robustness":
        for name in WORLDS:
            print(name, flush=True)
            print(world(name), flush=True)
    if asked != "worlds":
        for name in relsim.bundled():
            print(f"how firm: {name}", flush=True)
            firm(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
