"""What is told of past relationships, by hand; how the model's lives are watched alike; and the targets made of it."""

import math
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

import relsim
from relsim.analysis.estimate import Z95, wilson
from relsim.errors import ScenarioError
from relsim.lab.lives import live_pairs
from relsim.lab.past.cohort import Cohort, cohort_of_lives, watched_alike
from relsim.lab.past.columns import UNKNOWN_ENDING
from relsim.lab.past.lines import (
    alive,
    came_within,
    ending_within,
    failed_within,
    hostile_share,
    leaving,
    loss,
    median_years,
    years_to_contract,
)
from relsim.lab.past.reading import read_past
from relsim.lab.past.synthetic import synthetic_past, write_example
from relsim.lab.patterns import QUANTITIES
from relsim.lab.targets import hold_against, read_targets
from relsim.vocabulary import Ending, Launch, Level
from tests.worlds import scenario

NAN = math.nan


def cohort(count: int, **columns: object) -> Cohort:
    """Return relationships that differ from nothing in these columns: launched half a year after contact, going on."""
    given: dict[str, np.ndarray] = {
        "ending": np.full(count, Ending.ONGOING),
        "start": np.full(count, 0.5),
        "duration": np.full(count, 10.5),
        "age": np.full(count, 10.0),
    }
    for each in fields(Cohort):
        if each.name.startswith("seen"):
            given[each.name] = np.zeros(count)
        elif each.name != "totals":
            given.setdefault(each.name, np.full(count, NAN))
    totals = {
        name: np.asarray(columns.pop(name), float)
        for name in list(columns)
        if name.startswith(("left", "heads", "loss"))
    }
    return Cohort(**{**given, **{name: np.asarray(of) for name, of in columns.items()}}, totals=totals)


def endings(**counts: int) -> np.ndarray:
    words = {each.name.lower(): int(each) for each in Ending} | {"unknown": UNKNOWN_ENDING}
    return np.concatenate([np.full(count, words[word]) for word, count in counts.items()])


def test_shares_alive_and_failed_by_hand() -> None:
    # of 40 ten fail at 1, ten are hostile at 3, ten end from outside at 4
    made = cohort(
        40,
        ending=endings(quiet_exit=10, hostile_exit=10, outside=10, ongoing=10),
        age=np.repeat([1.0, 3.0, 4.0, 10.0], 10),
    )
    assert alive(made, 2.0).value == pytest.approx(0.75)
    assert alive(made, 5.0).value == pytest.approx(0.25)
    assert failed_within(made, 2.0).value == pytest.approx(0.25)
    assert failed_within(made, 5.0).value == pytest.approx(0.5)
    assert ending_within(made, Ending.HOSTILE_EXIT, 5.0).value == pytest.approx(0.25)
    assert ending_within(made, Ending.OUTSIDE, 5.0).value == pytest.approx(0.25)
    assert hostile_share(made).value == 0.5
    assert median_years(made).value == 3.0


def test_unknown_endings_are_split_and_the_interval_holds_whatever_they_were() -> None:
    ages = np.repeat([1.0, 10.0], [40, 60])
    told = cohort(100, ending=endings(quiet_exit=24, outside=8, unknown=8, ongoing=60), age=ages)
    none = cohort(100, ending=endings(quiet_exit=24, outside=16, ongoing=60), age=ages)
    every = cohort(100, ending=endings(quiet_exit=32, outside=8, ongoing=60), age=ages)
    found = failed_within(told, 2.0)
    assert found.value == pytest.approx(0.24 + 0.08 * 24 / 32)  # as of the known ones
    assert found.low == failed_within(none, 2.0).low
    assert found.high == failed_within(every, 2.0).high
    hostile = cohort(100, ending=endings(quiet_exit=18, hostile_exit=2, unknown=5, ongoing=75))
    share = hostile_share(hostile)
    assert share.value == 0.1
    assert (share.low, share.high) == (wilson(2 / 25, 25).low, wilson(7 / 25, 25).high)


def test_what_happened_to_nobody_has_an_upper_end() -> None:
    made = cohort(50)
    found = failed_within(made, 5.0)
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == wilson(0.0, 50).high
    assert alive(made, 5.0).low == pytest.approx(1.0 - found.high)


def test_too_few_say_nothing() -> None:
    few = cohort(9, ending=endings(quiet_exit=5, ongoing=4), age=np.arange(9.0))
    asked = (alive(few, 1.0), failed_within(few, 2.0), hostile_share(few), years_to_contract(few), median_years(few))
    assert not any(each.known for each in asked)
    cut = cohort(40, age=np.repeat([1.0, 10.0], [35, 5]))  # five are watched for 2 years
    assert alive(cut, 1.0).known
    assert not alive(cut, 2.0).known


def test_contacts_that_came_to_nothing_compete() -> None:
    # 20 launched at half a year, 20 without a deal at .3, 10 of whom nothing is known after .2
    made = cohort(
        50,
        ending=np.repeat([Ending.ONGOING, Ending.NO_DEAL, Ending.ONGOING], [20, 20, 10]),
        start=np.repeat([0.5, NAN, NAN], [20, 20, 10]),
        signed=np.repeat([0.4, NAN, NAN], [20, 20, 10]),
        age=np.repeat([5.0, NAN, NAN], [20, 20, 10]),
        duration=np.repeat([5.5, 0.3, 0.2], [20, 20, 10]),
    )
    assert came_within(made, "start", 1.0).value == pytest.approx(0.5)  # of the 40 that went on
    assert came_within(made, "signed", 1.0).value == pytest.approx(0.5)
    assert not came_within(made, "contract", 1.0).known  # no column of it
    made.signed[:10] = NAN  # they were launched, so that they had signed by then
    assert came_within(made, "signed", 1.0).value == pytest.approx(0.5)
    assert not came_within(cohort(50), "start", 1.0).known  # only launched ones: nobody knows of the others


def test_late_contracts_count_for_those_that_were_not_watched_so_long() -> None:
    # 40 contacts; 20 are watched for .4 only. Contracts at .2 (10 + 10) and, seen only where watched on, at .8 (10)
    made = cohort(
        40,
        contract=np.repeat([0.2, 0.8, 0.2, NAN], 10),
        start=np.repeat([0.5, 1.0, NAN, NAN], 10),
        age=np.repeat([9.5, 9.0, NAN, NAN], 10),
        duration=np.repeat([10.0, 10.0, 0.4, 0.4], 10),
    )
    # just before .8 half are still watched, so that each of the late ones counts twice
    assert years_to_contract(made).value == pytest.approx((20 * 0.2 + 20 * 0.8) / 40)


def test_means_are_of_those_that_ended_and_were_watched_from_the_start() -> None:
    made = cohort(
        24,
        ending=np.repeat([Ending.QUIET_EXIT, Ending.ONGOING, Ending.OUTSIDE], [12, 6, 6]),
        age=np.repeat([2.0, 8.0, 4.0], [12, 6, 6]),
        seen_at_age=np.repeat([0.0, 0.0, 1.0], [12, 6, 6]),
        loss_joint=np.repeat([1.5, 9.0, 9.0], [12, 6, 6]),
        left_tactical=np.repeat([3, 4, 100], [12, 6, 6]),
        heads_tactical=np.full(24, 10.0),
    )
    assert loss(made, "joint").value == 1.5
    assert not loss(made, "client").known
    assert leaving(made, Level.TACTICAL).value == pytest.approx(3 / (10 * 2))
    assert leaving(made, Level.TACTICAL, going_too=True).value == pytest.approx(
        (12 * 3 + 6 * 4) / (10 * (12 * 2 + 6 * 8))
    )
    assert not leaving(made, Level.OPERATIONAL).known


def test_other_levels_of_confidence_widen_the_interval() -> None:
    made = cohort(60, ending=endings(quiet_exit=30, ongoing=30), age=np.repeat([1.0, 10.0], 30))
    narrow, wide = failed_within(made, 5.0), failed_within(made, 5.0, z=2 * Z95)
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high
    assert narrow.value == wide.value


# watched alike


def test_windows_are_those_of_the_table() -> None:
    # none ends: windows are just how long each was watched
    made = cohort(40, duration=np.repeat([1.0, 2.0, 3.0, 4.0], 10), age=np.repeat([0.5, 1.5, NAN, 3.5], 10))
    assert np.array_equal(made.windows(40), np.repeat([1.0, 2.0, 3.0, 4.0], 10))
    # half end at once: who is left says how long all would have been watched
    made = cohort(
        40,
        ending=np.repeat([Ending.NO_DEAL, 0, 0], [20, 10, 10]),
        duration=np.repeat([0.1, 2.0, 6.0], [20, 10, 10]),
        age=np.repeat([NAN, 1.5, 5.5], [20, 10, 10]),
    )
    assert np.array_equal(made.windows(4), [2.0, 2.0, 6.0, 6.0])
    # only launched ones: since the start
    made = cohort(20, age=np.repeat([1.0, 3.0], 10))
    assert np.array_equal(made.windows(2), [1.0, 3.0])


def test_lives_that_are_watched_whole_are_what_they_are() -> None:
    lives = live_pairs(scenario(), 400)
    rows = lives.arms["deal-first"]
    whole = cohort_of_lives(rows, lives.scenario, np.full(400, NAN))
    assert np.array_equal(whole.ending, rows["ending"])
    assert failed_within(whole, 5.0).value == pytest.approx(
        QUANTITIES["failed-within-5-years"](lives, "deal-first").value
    )
    assert leaving(whole, Level.OPERATIONAL, going_too=True).known
    cut = cohort_of_lives(rows, lives.scenario, np.full(400, 1.0))
    assert np.all(cut.duration <= 1.0)
    assert np.array_equal(cut.ended, rows["t_end"] <= 1.0)
    assert np.all(np.isnan(cut.totals["loss_joint"]) | cut.ended)
    launched = watched_alike(rows, lives.scenario, cohort(40, age=np.full(40, 2.0)))
    assert np.all(launched.launched)
    assert np.all(launched.age <= 2.0)


def test_a_table_and_the_lives_that_it_was_made_of_say_the_same(tmp_path: Path) -> None:
    """But for days: times in the file are to a day, so each estimate moves by little."""
    world = scenario()
    path = tmp_path / "past.csv"
    path.write_text(synthetic_past(world, "a test", {"deal-first": 60}, seed=1, unknown=False))
    read = read_past(path).cohort(Launch.DEAL_FIRST)
    lives = live_pairs(world.model_copy(update={"horizon": 14.0}), 60)
    until = np.where(read.ended, read.duration + 1e-2, read.duration)
    lived = cohort_of_lives(lives.arms["deal-first"], world, until)
    assert np.array_equal(read.ending, lived.ending)
    for name in ("signed", "contract", "start", "duration", "age"):
        assert np.allclose(getattr(read, name), getattr(lived, name), atol=2 / 365, equal_nan=True)
    for name in ("left_tactical", "left_operational", "heads_operational"):
        known = read.ended & read.launched
        assert np.array_equal(read.totals[name][known], lived.totals[name][known])
    known = read.ended & read.launched
    assert np.allclose(read.totals["loss_joint"][known], lived.totals["loss_joint"][known], atol=1e-6)


# the comparison


def test_a_comparison_prints_tells_and_draws_itself(tmp_path: Path) -> None:
    past = relsim.read_past(write_example(tmp_path / "past.csv"))
    made = past.compare(relsim.load_scenario("gloomy"), replications=500)
    text = str(made)
    assert "deal-first" in text
    assert "200, 170 launched" in text
    assert "Nobody drew lots" in text
    frame = made.to_frame()
    assert set(frame["launch"]) == {"deal-first", "feasibility-first"}
    for row in frame.itertuples():
        assert row.inside == (row.low <= row.model <= row.high)
    assert f"The model lies in {int(frame['inside'].sum())} of {len(frame)} intervals" in text
    assert len(made.figure().axes) == 2
    assert made.plot(launch=Launch.FEASIBILITY_FIRST).get_title("left") == "feasibility-first: data and model"
    document = made.document()
    assert document["launches"]["deal-first"]["lines"]["alive-1"]["data"]["value"] == pytest.approx(0.915, abs=1e-3)
    again = past.compare(relsim.load_scenario("gloomy"), replications=500)
    assert again.document() == document


def test_a_launch_without_an_arm_is_left_out(tmp_path: Path) -> None:
    past = relsim.read_past(write_example(tmp_path / "past.csv"))
    one = past.compare(scenario(mine={"launch": "deal-first"}), replications=100)
    assert list(one.beside) == [Launch.DEAL_FIRST]
    assert "deal-first (arm mine)" in str(one)
    assert "no arm that is feasibility-first: such relationships are left out" in str(one)
    path = tmp_path / "other.csv"
    path.write_text("launch,started,ended\ndeal-first,1,2\n")
    with pytest.raises(ScenarioError, match="arms: careful: an arm with launch deal-first, as the table has"):
        read_past(path).compare(scenario(careful={"launch": "feasibility-first"}), replications=10)


# targets


def test_targets_are_read_as_they_were_made_and_can_be_held_against_lives(tmp_path: Path) -> None:
    past = relsim.read_past(write_example(tmp_path / "past.csv"))
    made = past.targets()
    made.to_csv(tmp_path / "targets.csv")
    assert read_targets(tmp_path / "targets.csv") == made.targets
    assert [each.measure for each in made.targets[:7]] == [each.measure for each in made.targets[7:]]
    assert {each.measure for each in made.targets} <= set(QUANTITIES)
    assert all(each.outer_low < each.low < each.high < each.outer_high for each in made.targets)
    assert all("past.csv (SHA-256 " in each.source for each in made.targets)
    assert made.left_out == {}
    held = hold_against(made.targets, live_pairs(relsim.load_scenario("gloomy"), 200), pairs=200, seed=1)
    assert len(held.held) == 14
    assert made.plot().get_title("left") == "Targets from past relationships"
    assert "14 calibration targets" in str(made)


def test_only_what_the_table_carries_becomes_a_target(tmp_path: Path) -> None:
    path = tmp_path / "past.csv"
    rows = [f"deal-first,0,{0.5 + place / 10},outside,\n" for place in range(12)]
    path.write_text("launch,started,ended,ending,observed_until\n" + "".join([*rows, *["deal-first,0,,,9\n"] * 15]))
    made = read_past(path).targets()
    assert [each.measure for each in made.targets] == ["failed-within-2-years", "failed-within-5-years"]
    assert [each.quality for each in made.targets] == ["of 27", "of 27"]
    assert made.targets[0].low == 0.0
    assert made.left_out["deal-first years to contract"] == "the columns contact and contract"
    assert "Left out: deal-first hostile share (it takes 10 that failed" in made.remarks[1]
