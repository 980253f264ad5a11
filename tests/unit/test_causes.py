"""How it went wrong, against rows and against the events of lives."""

import math
from collections import Counter

import numpy as np
import pytest

import relsim
from relsim.analysis.causes import causes
from relsim.analysis.columns import PROBLEMS
from relsim.analysis.tally import Outcome, Step, tally
from relsim.model.row import BLOCK, rows
from relsim.vocabulary import Account, EventKind, Level, Turn
from tests.worlds import scenario, states

LIVES = 2 * BLOCK + 100
ASKED = relsim.load_scenario("it-outsourcing")


@pytest.fixture(scope="module")
def lived() -> dict[str, np.ndarray]:
    return {arm: rows(states(ASKED, arm, LIVES), 0) for arm in ASKED.arms}


@pytest.fixture(scope="module")
def found(lived: dict[str, np.ndarray]) -> relsim.analysis.causes.Causes:  # type: ignore[name-defined]
    return causes(ASKED, tally(ASKED, lived))


COUNTED = {
    "n_tactical_problems": "TACTICAL_PROBLEM",
    "n_strategic_problems": "STRATEGIC_PROBLEM",
    "n_incidents": "INCIDENT",
    "n_repaired": "REPAIRED",
    "n_complaints": "COMPLAINT_RAISED",
    "n_adaptations": "ADAPTATION_AGREED",
    "n_broken": "AGREEMENT_BROKEN",
    "n_escalated": "ESCALATED",
    "n_heard": "ESCALATION_HEARD",
    "n_denials": "REFERRED_BACK",
    "n_rescues": "RESCUE_LAUNCHED",
}


@pytest.mark.parametrize("replication", range(12))
def test_counts_of_rows_are_those_of_events(replication: int) -> None:
    life = relsim.simulate(ASKED, replication=replication)
    happened = Counter(life.events["kind"])
    for column, kind in COUNTED.items():
        assert life.row[column] == happened[kind]
    back = life.events[life.events["kind"] == "REFERRED_BACK"]
    assert life.row["n_reopened"] == (back["attempt"] == 0).sum()
    turns = Counter(life.record["a"][life.record["kind"] == EventKind.FAILURE_REALISED].astype(int).tolist())
    assert life.row["n_turned_by_evidence"] == turns[Turn.EVIDENCE]
    assert life.row["n_turned_by_review"] == turns[Turn.REVIEW]
    assert life.row["n_turned_by_leader"] == turns[Turn.NEW_LEADER]


@pytest.mark.parametrize("arm", ["deal-first", "feasibility-first"])
def test_shares_and_counts_are_those_of_the_rows(lived: dict[str, np.ndarray], found: object, arm: str) -> None:
    each, made = found.arms[arm], lived[arm]  # type: ignore[attr-defined]
    launched = made[made["launched"] == 1]
    failed = launched[np.isin(launched["ending"], (4, 5, 6))]
    assert each.failed.value == pytest.approx(len(failed) / len(launched))
    for level in Level:
        assert each.root[level.name.lower()].value == pytest.approx((failed["root"] == level).mean())
    assert each.turn["new leader"].value == pytest.approx((failed["turn"] == Turn.NEW_LEADER).mean())
    assert math.fsum(share.value for share in each.turn.values()) == pytest.approx(1.0)
    assert each.scapegoats.value == pytest.approx((failed["n_scapegoatings"] > 0).mean())
    for name, column in PROBLEMS.items():
        assert each.problems[name].value == pytest.approx(launched[column].mean())
        assert each.had[name].value == pytest.approx((launched[column] > 0).mean())
    by_turn = [launched[f"n_turned_by_{word}"].sum() for word in ("evidence", "review", "leader")]
    told = [share.value for share in each.realised_by.values()]
    assert told == pytest.approx(np.array(by_turn) / sum(by_turn))


@pytest.mark.parametrize("arm", ["deal-first", "feasibility-first"])
def test_money_and_people_are_those_of_the_rows(lived: dict[str, np.ndarray], found: object, arm: str) -> None:
    each, made = found.arms[arm], lived[arm]  # type: ignore[attr-defined]
    for side in ("client", "supplier"):
        total = math.fsum(each.money[side, account].value for account in Account)
        assert total == pytest.approx(made[f"net_{side}"].mean())
        for account in Account:
            booked = made[f"money_{side}_{account.name.lower()}"].mean()
            assert each.money[side, account].value == pytest.approx(booked)
    both = each.money["client", Account.PENALTY].value + each.money["supplier", Account.PENALTY].value
    assert each.money["joint", Account.PENALTY].value == pytest.approx(both, abs=1e-15)
    for (side, level, cause), estimate in each.left.items():
        firms = ("client", "supplier") if side == "joint" else (side,)
        left = sum(made[f"left_{firm}_{level}_{cause}"] for firm in firms)
        assert estimate.value == pytest.approx(left.mean())


@pytest.mark.parametrize("arm", ["deal-first", "feasibility-first"])
def test_every_node_of_the_flow_gives_what_it_takes(found: object, arm: str) -> None:
    flow = found.flow(arm)  # type: ignore[attr-defined]
    for node, (column, value) in flow.nodes.items():
        into = math.fsum(link for _, target, link in flow.links if target == node)
        out = math.fsum(link for source, _, link in flow.links if source == node)
        assert value >= 0.0
        assert column < len(flow.lanes)
        for side in (into, out):
            assert side in (0.0, pytest.approx(value, abs=1e-9))
        assert into or out
    for source, target, link in flow.links:
        assert link >= 0.0
        assert flow.nodes[source][0] < flow.nodes[target][0]


def test_steps_are_those_of_the_rows(lived: dict[str, np.ndarray], found: object) -> None:
    made = lived["deal-first"]
    realised = np.fmin(made["t_realised_client"], made["t_realised_supplier"])
    acted = np.fmin(made["t_first_rescue"], made["t_exit_decided"])
    failed = np.isin(made["ending"], (4, 5, 6))
    over = made["censored"] == 0
    steps = {
        Step.TO_REALISING: (made["t_first_problem"], realised),
        Step.TO_ACTING: (realised, acted),
        Step.TO_THE_END: (acted, np.where(over, made["t_end"], np.nan)),
    }
    day = 1 / 365
    for step, (start, stop) in steps.items():
        went = found.arms["deal-first"].steps[step]  # type: ignore[attr-defined]
        took = np.maximum(0.0, (stop - start)[failed & ~np.isnan(stop - start)])
        quartiles = np.quantile(took, (0.25, 0.5, 0.75), method="inverted_cdf")
        for estimate, exact in zip(went.failed, quartiles, strict=True):
            assert exact - 1e-9 <= estimate.value <= exact + day
            assert estimate.low <= estimate.value <= estimate.high
        begun = ~np.isnan(start)
        if step != Step.TO_REALISING:
            assert np.all(start[begun] <= made["t_end"][begun])
        assert 0.0 < went.came.value <= 1.0


def test_a_step_that_never_comes_is_censored_or_a_competing_end() -> None:
    counts = np.zeros((len(Outcome), 365 * 10), np.int64)
    made = rows(states(ASKED, "deal-first", 4), 0)
    made["launched"], made["ending"], made["censored"] = 1, [4, 0, 7, 4], [0, 1, 0, 0]
    made["t_first_problem"], made["t_end"] = 1.0, [3.0, 10.0, 5.0, 3.0]
    made["t_realised_client"] = [2.0, np.nan, np.nan, 0.5]
    made["t_realised_supplier"] = np.nan
    made["age"] = made["t_end"] - 0.5
    table = tally(scenario(only={"launch": "deal-first"}), {"only": made}).steps[0, Step.TO_REALISING]
    counts[Outcome.HAPPENED_FAILED, 364] = 1  # a year
    counts[Outcome.HAPPENED_FAILED, 0] = 1  # known before there was a problem: at once
    counts[Outcome.CENSORED, 9 * 365 - 1] = 1
    counts[Outcome.ENDED, 4 * 365 - 1] = 1
    assert np.array_equal(table, counts)


def test_nobody_launched() -> None:
    nobody = relsim.run_experiment(scenario({"no_deal": 1.0}), 20).causes()
    assert not nobody.arms["deal-first"].failed.known
    assert "nan" not in str(nobody)
    for ax in (nobody.plot(), nobody.plot_money(), nobody.plot_people()):
        ax.get_figure(root=True).draw_without_rendering()
