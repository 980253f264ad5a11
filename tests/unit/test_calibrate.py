"""Calibration: the same whatever stopped it, and what it says of what it found."""

import errno
import json
import os
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

import relsim
from relsim.errors import EngineError, ScenarioError, Stopped, StoreError
from relsim.lab.calibrate import Calibration, Plan, calibrate
from relsim.lab.factors import factor_read
from relsim.lab.targets import Target
from relsim.scenario.parameter import numbers, source_of
from tests.worlds import scenario

PLAN = Plan(design=16, search=16, walk=24, pairs=64, seed=3)
FACTORS = [factor_read(text) for text in ("world.leaving_rate.operational", "world.leader_change_rate")]


def target(measure: str, low: float, high: float) -> Target:
    return Target(measure, measure, "deal-first", "", "", measure, low, high, low, high, "", "", "made up", "")


TARGETS = [target("operational-leaving", 0.2, 0.3), target("leader-changes", 0.1, 0.2)]
WORLD = scenario(**{"deal-first": {"launch": "deal-first"}})


@pytest.fixture(scope="module")
def found() -> Calibration:
    return calibrate(WORLD, TARGETS, FACTORS, PLAN)


def test_points_that_fit_are_found_and_the_best_is_one_of_them(found: Calibration) -> None:
    assert len(found.points) == PLAN.points
    assert found.fitting
    assert found.best.fits
    assert found.best.fit.distance == min(point.fit.distance for point in found.fitting)
    frame = found.to_frame()
    assert list(frame["stage"]) == ["design"] * 16 + ["search"] * 16 + ["walk"] * 24
    assert frame["fits"].sum() == len(found.fitting)
    assert "points meet every target" in str(found)


def test_the_fitted_scenario_says_where_its_numbers_come_from(found: Calibration) -> None:
    made = found.scenario
    assert source_of(made.world, "leader_change_rate").startswith("calibrated on operational-leaving, leader-changes")
    fitted = numbers(made.world, "leader_change_rate")
    assert isinstance(fitted, tuple)
    assert fitted[0] == fitted[1] == found.to_frame().loc[found.points.index(found.best), "world.leader_change_rate"]
    assert source_of(made.world, "optimism") == source_of(WORLD.world, "optimism")


def test_a_number_that_the_targets_say_nothing_about_is_not_identified() -> None:
    both = [*FACTORS[1:], factor_read("world.workshop_cost")]  # no workshops without a kick-off
    plan = replace(PLAN, design=64, walk=64)
    said = calibrate(WORLD, TARGETS[1:], both, plan).identified().set_index("number")["identified"]
    assert said["world.leader_change_rate"] > said["world.workshop_cost"]
    assert said["world.workshop_cost"] < 0.3


def test_a_stopped_calibration_goes_on_to_the_same_result(found: Calibration, tmp_path: Path) -> None:
    def stop(points: int, distance: float) -> None:
        if points == 30:
            raise KeyboardInterrupt

    with pytest.raises(Stopped, match="cells are kept in"):
        calibrate(WORLD, TARGETS, FACTORS, PLAN, store=tmp_path, told=stop)
    journal = tmp_path / "cells.log"
    lived = journal.read_bytes()
    assert len(lived.splitlines()) >= len({point.fit.held for point in found.points[:30]})  # a search may come back
    journal.write_bytes(lived + lived[:50])  # killed in the middle of a line
    again = calibrate(WORLD, TARGETS, FACTORS, PLAN, store=tmp_path)
    assert again.points == found.points
    before = journal.read_bytes()
    assert before.startswith(lived)
    assert calibrate(WORLD, TARGETS, FACTORS, PLAN, store=tmp_path).points == found.points
    assert journal.read_bytes() == before  # nothing was lived again


def test_a_store_of_something_else_is_refused(tmp_path: Path) -> None:
    calibrate(WORLD, TARGETS, FACTORS, Plan(4, 0, 0, 8), store=tmp_path)
    with pytest.raises(StoreError, match=r"another study.*\n  study\.targets\.leader-changes\.arm: deal-first there"):
        calibrate(WORLD, TARGETS[:1], FACTORS, Plan(4, 0, 0, 8), store=tmp_path)
    with pytest.raises(StoreError, match=r"study\.factors\.world\.leader_change_rate: \[.*\] there, nothing asked"):
        calibrate(WORLD, TARGETS, FACTORS[:1], Plan(4, 0, 0, 8), store=tmp_path)
    (tmp_path / "study.json").write_text("nonsense\n")
    with pytest.raises(StoreError, match=r"study\.json: damaged"):
        calibrate(WORLD, TARGETS, FACTORS, Plan(4, 0, 0, 8), store=tmp_path)


def test_where_no_point_fits_the_least_wrong_one_is_the_best() -> None:
    impossible = calibrate(WORLD, [target("leader-changes", 0.9, 1.0)], FACTORS[1:], Plan(8, 8, 8, 32))
    assert not impossible.fitting
    assert not impossible.best.fits
    assert len(impossible.points) == 16  # nowhere to walk
    assert "0 of 16 points meet every target; the best is outside of some" in impossible.title
    assert impossible.identified()["fits_from"].isna().all()
    assert impossible.plot().get_title("left")


def test_without_optuna_nothing_is_lived_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    lived: list[int] = []
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(EngineError, match=r"pip install 'relsim-lifecycles\[lab\]'"):
        calibrate(WORLD, TARGETS, FACTORS, PLAN, told=lambda points, distance: lived.append(points))
    assert lived == []
    assert calibrate(WORLD, TARGETS, FACTORS, Plan(4, 0, 0, 8)).points  # a design alone does without it


def test_a_disk_that_fills_up_is_told_in_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match=r"study\.json: cannot be written: No space left"):
        calibrate(WORLD, TARGETS, FACTORS, Plan(4, 0, 0, 8), store=tmp_path)


def test_nothing_free_and_unknown_arms_are_refused() -> None:
    with pytest.raises(ScenarioError, match="at least one number"):
        calibrate(WORLD, TARGETS, [])
    with pytest.raises(ScenarioError, match="one of deal-first"):
        calibrate(WORLD, [replace(TARGETS[0], arm="feasibility-first")], FACTORS)


def test_what_is_written_can_be_run(found: Calibration, tmp_path: Path) -> None:
    files = found.write(tmp_path / "fitted")
    assert relsim.load_scenario(files["scenario"]).world == found.scenario.world
    assert len(files["points"].read_text().splitlines()) == PLAN.points + 1
    about = json.loads(files["provenance"].read_text())
    assert (about["seed"], about["points"]["search"]) == (PLAN.seed, PLAN.search)
    assert about["made_by"].items() >= {"relsim": relsim.__version__, "optuna": version("optuna")}.items()
