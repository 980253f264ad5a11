"""Published figures: reading them, and holding lives against them."""

import math
from pathlib import Path

import numpy as np
import pytest

from relsim.analysis.estimate import Estimate
from relsim.errors import ScenarioError
from relsim.lab.lives import Lives, live_pairs
from relsim.lab.patterns import QUANTITIES, mean_of, ratio_of, share_of
from relsim.lab.targets import Fit, Held, check_arms, hold_against, read_targets, targets_for
from relsim.model.row import ROW
from relsim.vocabulary import Ending
from tests.worlds import scenario

HEAD = "id,quantity,arm,low,high,outer_low,outer_high,unit,population,source,seen,quality\n"


def lives_of(*rows: dict[str, float], world: dict[str, float] | None = None) -> Lives:
    """Return lives of one arm that differ from nothing in these columns."""
    made = np.zeros(len(rows), ROW)
    for name in ROW.names or ():
        if ROW[name].kind == "f":
            made[name] = np.nan
    for place, row in enumerate(rows):
        for name, value in row.items():
            made[name][place] = value
    return Lives(scenario(world, **{"deal-first": {"launch": "deal-first"}}), {"deal-first": made})


def test_the_figures_that_travel_with_relsim_are_all_read() -> None:
    known = read_targets()
    assert [each.id for each in known] == [f"C{number}" for number in range(1, 14)]
    by_id = {each.id: each for each in known}
    assert by_id["C1"].world == by_id["C2"].world == "gloomy"
    assert by_id["C3"].world == "gentle"
    assert (by_id["C11"].arm, by_id["C11"].minus) == ("feasibility-first", "deal-first")
    assert [each.id for each in known if each.soft] == ["C10", "C11", "C12"]
    assert by_id["C10"].band == (0.10, 0.75)
    assert by_id["C2"].band == (0.45, 0.60)
    assert [each.id for each in targets_for("gentle", known)] == ["C3", *(f"C{number}" for number in range(4, 14))]
    assert [each.id for each in targets_for("", known)] == [f"C{number}" for number in range(4, 14)]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("C1,q,deal-first,x,1,0,1,share,p,s,seen,q", "2: low: x: a number"),
        ("C1,q,deal-first,0.5,0.4,0,1,share,p,s,seen,q", "2: low: 0.5: outer_low <= low < high <= outer_high"),
        ("C1,q,Deal First,0,1,0,1,share,p,s,seen,q", "2: arm: Deal First: an arm"),
        ("Z9,q,deal-first,0,1,0,1,share,p,s,seen,q", "2: measure: in the column measure one of failed-within-2-years"),
        ("C1,q,deal-first,nan,1,0,1,share,p,s,seen,q", "2: low: nan: a number"),
        ("C1,q,deal-first,0,1,0,1,share,p,s,seen,q,more,and more", "as many fields as there are columns"),
        ("", "at least one target"),
    ],
)
def test_a_bad_file_of_targets_is_refused_in_words(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "targets.csv"
    path.write_text(HEAD + line + "\n")
    with pytest.raises(ScenarioError, match=r"targets\.csv") as refused:
        read_targets(path)
    assert told in str(refused.value)


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "targets.csv"
    path.write_text(HEAD + "C1,q,deal-first,x,1,0,y,share,p,s,seen,q\nC1,q,??,0,1,0,1,share,p,s,seen,q\n")
    with pytest.raises(ScenarioError) as refused:
        read_targets(path)
    assert len(refused.value.problems) == 3


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a,b\n1,2\n", b"\0"])
def test_what_is_no_file_of_targets_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "targets.csv"
    path.write_bytes(content)
    with pytest.raises(ScenarioError):
        read_targets(path)
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_targets(tmp_path / "none.csv")


def test_a_measure_may_be_named_in_a_column_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "targets.csv"
    path.write_text(HEAD.strip() + ",measure\nmine,q,deal-first,0,1,0,1,share,p,s,seen,q,disputed\n")
    assert read_targets(path)[0].measure == "disputed"
    path.write_text(HEAD.strip() + ",measure\nmine,q,deal-first,0,1,0,1,share,p,s,seen,q,disputd\n")
    with pytest.raises(ScenarioError, match="did you mean disputed"):
        read_targets(path)


def test_targets_of_unknown_arms_are_refused() -> None:
    with pytest.raises(ScenarioError, match=r"targets\.C11\.arm: feasibility-first: one of deal-first"):
        check_arms(read_targets(), ["deal-first"])


def test_a_band_says_how_far_off_an_estimate_is() -> None:
    target = read_targets()[1]  # C2: 0.45 to 0.60

    def held(value: float) -> Held:
        return Held(target, "deal-first", Estimate(value, value, value))

    assert held(0.525).off == 0.0
    assert math.isclose(held(0.60).off, 1.0)
    assert held(0.60).inside
    assert math.isclose(held(0.63).outside_by, 0.03)
    assert math.isclose(held(0.40).outside_by, -0.05)
    assert not held(math.nan).inside
    fit = Fit("w", 1, 1, (held(0.525), held(0.60)))
    assert math.isclose(fit.distance, 0.5)
    assert math.isclose(fit.farthest, 1.0)
    assert Fit("w", 1, 1, (held(math.nan),)).farthest == math.inf
    assert not Fit("w", 1, 1, (held(0.525), held(math.nan))).met


def test_shares_means_and_ratios_by_hand() -> None:
    assert share_of(np.array([True, False, True]), np.array([True, True, False])).value == 0.5
    assert not share_of(np.array([True]), np.array([False])).known
    mean = mean_of(np.array([1.0, 3.0, np.nan]))
    assert mean.value == 2.0
    assert math.isclose(mean.half_width, 1.959963984540054)  # standard error sqrt(2)/sqrt(2) = 1
    ratio = ratio_of(np.array([1.0, 2.0, np.nan]), np.array([2.0, 2.0, 5.0]))
    assert ratio.value == 0.75
    # residuals -.5 and .5 around the ratio: standard deviation sqrt(.5), times sqrt(2) over a total of 4
    assert math.isclose(ratio.half_width, 1.959963984540054 * 0.25)
    assert not ratio_of(np.array([1.0, 2.0]), np.zeros(2)).known


def test_each_quantity_by_hand() -> None:
    launched = {"launched": 1, "censored": 0, "t_operations": 1.0}
    lives = lives_of(
        launched
        | {
            "age": 1.5,
            "duration": 2.5,
            "ending": Ending.QUIET_EXIT,
            "n_disputes": 1,
            "left_client_operational_dismissed": 4,
        }
        | {"left_client_strategic_leader_replaced": 1, "t_contract": 0.5},
        launched
        | {"age": 4.0, "duration": 5.0, "ending": Ending.HOSTILE_EXIT, "n_commitments": 2, "t_contract": 0.7}
        | {"left_supplier_tactical_swapped": 1, "left_client_tactical_resigned": 1},
        launched
        | {"age": 1.9, "duration": 2.9, "ending": Ending.OUTSIDE, "n_workshops": 2, "t_contract": np.nan}
        | {"money_client_exploration": -0.02, "money_supplier_exploration": -0.04},
        launched | {"age": 9.0, "duration": 10.0, "ending": Ending.ONGOING, "censored": 1},
        {"launched": 0, "duration": 0.6, "ending": Ending.NO_DEAL},
        world={"headcount": {"client": {"strategic": 1, "tactical": 2, "operational": 10}}},  # type: ignore[dict-item]
    )

    def value(name: str) -> float:
        return QUANTITIES[name](lives, "deal-first").value

    assert value("failed-within-2-years") == 0.25
    # one of four failed at 1.5, one left for other reasons at 1.9, then one of two failed at 4
    assert math.isclose(value("failed-within-5-years"), 0.25 + 0.5 * 0.5)
    assert value("hostile-share") == 0.5
    assert value("disputed") == 0.25
    assert value("escalated-commitment") == 0.25
    assert math.isclose(value("leader-changes"), 1 / (2 * (2.5 + 5.0 + 2.9 + 10.0 + 0.6)))
    years = 1.5 + 4.0 + 1.9 + 9.0
    assert math.isclose(value("tactical-leaving"), 2 / ((2 + 6) * years))
    assert math.isclose(value("operational-leaving"), 4 / ((10 + 40) * years))
    assert math.isclose(value("years-to-contract"), 0.6)
    assert not QUANTITIES["exploration-cost"](lives, "deal-first").known  # of a single life nobody knows the spread
    assert value("trust-loss-ratio") == 2.5


def test_lives_are_held_against_targets_arm_by_arm() -> None:
    lives = live_pairs(scenario(), 300)  # which is calibrated on nothing
    known = targets_for("gloomy", read_targets())
    fit = hold_against(known, lives, pairs=300, seed=1)
    assert [(each.target.id, each.arm) for each in fit.held if each.target.id in ("C7", "C11")] == [
        ("C7", "deal-first"),
        ("C7", "feasibility-first"),
        ("C11", "feasibility-first minus deal-first"),
    ]
    contract = QUANTITIES["years-to-contract"]
    extra = next(each for each in fit.held if each.target.id == "C11")
    assert extra.found.value == contract(lives, "feasibility-first").value - contract(lives, "deal-first").value
    assert len(fit.to_frame()) == len(fit.held)
    assert f"{sum(not each.inside for each in fit.held)} of {len(fit.held)} targets missed" in str(fit)
    assert fit.plot().get_title("left") == "Published figures"
