"""Measures and outputs: by hand on a few rows, pair by pair, and by name."""

import math
import pickle

import numpy as np
import pytest

from relsim.analysis.estimate import Z95
from relsim.errors import ScenarioError
from relsim.lab.lives import Lives, live_pairs
from relsim.lab.measures import MEASURES, Output, Outputs, measure, output
from relsim.lab.patterns import QUANTITIES
from relsim.model.row import ROW
from relsim.vocabulary import Ending
from tests.worlds import scenario

WORLD = scenario({"headcount": {"strategic": 1, "tactical": 2, "operational": 10}})


def arm(*rows: dict[str, float]) -> np.ndarray:
    """Return lives that differ from nothing in these columns."""
    made = np.zeros(len(rows), ROW)
    made["t_operations"] = math.nan
    for place, row in enumerate(rows):
        for name, value in row.items():
            made[place][name] = value
    return made


FAILED = {
    "launched": 1,
    "t_operations": 1.0,
    "age": 4.0,
    "ending": Ending.HOSTILE_EXIT,
    "net_joint": -2.0,
    "loss_joint": 2.0,
    "limping_unrealised": 0.5,
    "limping_realised": 0.25,
    "left_client_tactical_swapped": 1,
    "left_supplier_operational_resigned": 7,
    "left_client_strategic_leader_replaced": 5,
    "money_client_exploration": -0.125,
    "money_supplier_exploration": -0.25,
}
ALIVE = {"launched": 1, "t_operations": 2.0, "age": 8.0, "censored": 1, "net_joint": 3.0}
LATE = {"launched": 1, "t_operations": 6.0, "age": 4.0, "censored": 1, "net_joint": 1.0}
NEVER = {"launched": 0, "ending": Ending.NO_DEAL, "net_joint": -0.5, "loss_joint": 0.5, "age": math.nan}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("net.joint", 1.5 / 4),
        ("loss.joint", 2.5 / 4),
        ("failed", 1 / 4),
        ("hostile", 1 / 4),
        ("launched", 3 / 4),
        ("leavers", 8 / 4),
        ("cost", 0.375 / 4),
        ("years", 16 / 4),
        ("limping", 0.75 / 4),
        ("survival", 1 / 2),  # the third was launched too late to be watched for five years
        ("life", (4 + 5) / 2),
        ("churn", 8 / (24 * 16)),
        ("churn.operational", 7 / (20 * 16)),
        ("net.launched", 2 / 3),
        ("loss.launched", 2 / 3),
    ],
)
def test_each_measure_by_hand(name: str, value: float) -> None:
    rows = arm(FAILED, ALIVE, LATE, NEVER)
    assert measure(name).of(rows, WORLD).value == pytest.approx(value, rel=1e-12)


def test_a_ratio_of_nothing_is_not_known() -> None:
    assert not measure("survival").of(arm(NEVER, NEVER), WORLD).known
    assert not Output(measure("churn"), "a", "b").of(Lives(WORLD, {"a": arm(NEVER), "b": arm(FAILED)})).known
    single = measure("net.joint").of(arm(FAILED), WORLD)  # of a single life nobody knows the spread
    assert (single.value, math.isnan(single.low)) == (-2.0, True)


def test_a_difference_of_means_is_the_mean_of_differences() -> None:
    lives = live_pairs(scenario(), 200)
    apart = lives.arms["feasibility-first"]["net_joint"] - lives.arms["deal-first"]["net_joint"]
    found = Output(measure("net.joint"), "feasibility-first", "deal-first").of(lives)
    assert found.value == pytest.approx(apart.mean(), rel=1e-12)
    assert found.half_width == pytest.approx(Z95 * apart.std(ddof=1) / 200**0.5, rel=1e-12)


def test_arms_that_are_the_same_differ_by_nothing_for_certain() -> None:
    rows = live_pairs(scenario(), 50).arms["deal-first"]
    for each in MEASURES.values():
        assert tuple(Output(each, "one", "other").of(Lives(WORLD, {"one": rows, "other": rows}))) == (0.0, 0.0, 0.0)


def test_the_interval_of_a_ratio_is_that_of_the_delta_method() -> None:
    lives = live_pairs(scenario(), 300)
    known = QUANTITIES["operational-leaving"](lives, "deal-first")
    found = measure("churn.operational").of(lives.arms["deal-first"], lives.scenario)
    assert found.value == pytest.approx(known.value, rel=1e-12)
    # those that did not launch pull nowhere, and count among the lives
    assert found.half_width == pytest.approx(known.half_width, rel=0.01)


def test_outputs_travel_by_name_and_are_told_as_values_and_standard_errors() -> None:
    asked = Outputs((output(WORLD, "net.joint"), output(WORLD, "survival", "deal-first")))
    assert pickle.loads(pickle.dumps(asked)) == asked
    assert repr(asked) == "net.joint feasibility-first - deal-first; survival deal-first"
    lives = live_pairs(scenario(), 100)
    found = asked.of(lives)
    assert found.shape == (2, 2)
    assert found[0, 1] * Z95 == pytest.approx(asked.outputs[0].of(lives).half_width)


def test_outputs_are_by_default_the_second_arm_against_the_first() -> None:
    assert output(WORLD, "cost").name == "cost feasibility-first - deal-first"
    assert output(WORLD, "cost", against="feasibility-first").name == "cost deal-first - feasibility-first"
    assert output(WORLD, "cost", "deal-first").name == "cost deal-first"
    assert output(scenario(deal_first={"launch": "deal-first"}), "cost").name == "cost deal-first"
    with pytest.raises(ScenarioError, match=r"measure: net\.jiont: .*did you mean net\.joint"):
        output(WORLD, "net.jiont")
    with pytest.raises(ScenarioError, match="did you mean deal-first"):
        output(WORLD, "cost", "deal-frist")
    with pytest.raises(ScenarioError, match="another arm than deal-first"):
        output(WORLD, "cost", "deal-first", "deal-first")
