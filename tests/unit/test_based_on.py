"""Scenarios that are based on a bundled world: what they do not write is what that world has."""

from pathlib import Path

import pytest

import relsim
from relsim.errors import ScenarioError
from relsim.scenario.files import invented, scenario_of, scenario_text, world_of, worlds
from relsim.scenario.parameter import describe, numbers, source_of
from relsim.scenario.world import World
from tests.doors import run

BASED = """
title = "mine"
based_on = "gloomy"
[world]
leaving_rate = { tactical = 0.1 }
optimism = { value = 0.05, source = "somebody's study" }
candour.client = 0.2
[arms.deal-first]
launch = "deal-first"
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(BASED)
    return path


def test_what_is_not_written_is_what_the_world_has_with_its_source(mine: Path) -> None:
    made, gloomy = relsim.load_scenario(mine), world_of("gloomy")
    written = {"leaving_rate", "optimism", "candour"}
    for each in describe(World):
        if each.name not in written:
            assert numbers(made.world, each.name) == numbers(gloomy, each.name), each.name
            assert source_of(made.world, each.name) == source_of(gloomy, each.name), each.name


def test_what_is_written_is_written_over_it_number_by_number(mine: Path) -> None:
    made, gloomy = relsim.load_scenario(mine).world, world_of("gloomy")
    assert numbers(made, "optimism") == 0.05
    assert source_of(made, "optimism") == "somebody's study"
    operational = numbers(gloomy, "leaving_rate")[0][2]  # type: ignore[index]
    assert operational != 0.2  # not the default
    assert numbers(made, "leaving_rate") == ((0.0, 0.1, operational),) * 2
    assert source_of(made, "leaving_rate") == "assumption"
    assert numbers(made, "candour") == (0.2, 0.35)
    assert invented(relsim.load_scenario(mine)) == ("leaving_rate", "candour")


def test_what_is_written_as_the_world_has_it_keeps_its_source(mine: Path) -> None:
    same = relsim.load_scenario(mine, set=["world.evidence=0.212"])
    assert numbers(world_of("gloomy"), "evidence") == (0.212, 0.212)
    assert source_of(same.world, "evidence").startswith("calibrated")


def test_it_reads_back_as_it_was(mine: Path, tmp_path: Path) -> None:
    made = relsim.load_scenario(mine, set=["world.evidence=0.2", "world.bond_loss=0.6", "world.patience=5"])
    again = tmp_path / "again.toml"
    again.write_text(scenario_text(made))
    assert 'based_on = "gloomy"' in again.read_text()
    assert "patience" in again.read_text()  # the default, which the world does not have
    assert relsim.load_scenario(again) == made
    assert scenario_of(made.model_dump(mode="json")) == made


def test_another_world_can_be_set(mine: Path) -> None:
    moved = relsim.load_scenario(mine, set=["based_on=gentle"])
    assert moved.based_on == "gentle"
    assert numbers(moved.world, "evidence") == numbers(world_of("gentle"), "evidence")
    assert numbers(moved.world, "optimism") == 0.05


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("gloomi", "one of gentle, gloomy; did you mean gloomy?"),
        ("it-outsourcing", "one of gentle, gloomy"),
        ("../gloomy", "one of gentle, gloomy"),
        ("/etc/passwd", "one of gentle, gloomy"),
    ],
)
def test_only_bundled_worlds_can_be_named(mine: Path, name: str, told: str) -> None:
    mine.write_text(BASED.replace('"gloomy"', f'"{name}"').replace("0.1 }", '"x" }'))
    with pytest.raises(ScenarioError) as refused:
        relsim.load_scenario(mine)
    assert f'{mine}:3: based_on: "{name}": ' in str(refused.value)
    assert told in str(refused.value)
    assert f"{mine}:5: world.leaving_rate.tactical" in str(refused.value)  # with everything else that is wrong


def test_a_name_that_is_no_text_is_refused(mine: Path) -> None:
    with pytest.raises(ScenarioError, match="based_on: 3: one line of text"):
        relsim.load_scenario(mine, set=["based_on=3"])


def test_the_worlds_themselves_are_based_on_none() -> None:
    assert worlds() == ("gentle", "gloomy")
    assert all(relsim.load_scenario(name).based_on == "" for name in worlds())


def test_doors_say_which_world_it_is(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "explain", mine)
    assert "from the calibrated world gloomy; invented for it: leaving_rate, candour." in " ".join(out.split())
    _, out, _ = run(capsys, "compare", mine, "--replications", 20, "--no-picture")
    assert "which is based on the gloomy one" in " ".join(out.split())
    _, out, _ = run(capsys, "scenarios")
    assert "IT outsourcing between two mid-size firms (based on gloomy)" in out
