"""Pictures: every axis has its words and unit, and nothing is empty."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import relsim
from relsim.vocabulary import Ending


@pytest.mark.parametrize("arm", ["deal-first", "feasibility-first"])
def test_a_life_is_drawn(arm: str) -> None:
    life = relsim.simulate(relsim.load_scenario("it-outsourcing"), arm=arm, replication=2)
    made = life.figure()
    made.draw_without_rendering()
    assert [ax.get_title(loc="left") for ax in made.axes] == [
        "Who did what",
        "Trust between the firms",
        "Belief against performance",
        "Money so far",
    ]
    assert "EUR million" in made.axes[3].get_ylabel()
    assert all(ax.has_data() for ax in made.axes)
    ax = Figure().subplots()
    assert life.plot(ax) is ax


def test_the_trajectory_follows_the_life() -> None:
    life = relsim.simulate(relsim.load_scenario("it-outsourcing"), replication=2)
    assert life.trajectory["time"].tolist() == life.events["time"].tolist()
    assert np.all(life.trajectory[["trust_strategic", "belief_client", "attention_supplier"]] <= 1)
    assert life.trajectory["fit"].iloc[-1] == life.row["fit_at_end"]
    ended = next(
        k for k in range(50) if relsim.simulate(life.scenario, replication=k).row["ending"] == Ending.QUIET_EXIT
    )
    over = relsim.simulate(life.scenario, replication=ended)
    assert over.trajectory["money_client"].iloc[-1] == pytest.approx(over.row["net_client_undiscounted"])


@pytest.mark.parametrize("replications", [1, 2, 300])
def test_a_comparison_is_drawn(replications: int) -> None:
    made = relsim.run_experiment(relsim.load_scenario("rnd-alliance"), replications).figure()
    made.draw_without_rendering()
    assert len(made.axes) == 4
    assert all(ax.get_title(loc="left") and ax.get_xlabel() for ax in made.axes)


def test_a_comparison_in_which_nobody_launches_is_drawn() -> None:
    asked = relsim.load_scenario("rnd-alliance", set=["world.no_deal=1"])
    relsim.run_experiment(asked, 20).figure().draw_without_rendering()


def test_money_on_the_way_is_what_a_shorter_life_ends_with() -> None:
    policies = 'arms.deal-first.policies=["retention", "several-ties", "dispute-board"]'
    life = relsim.simulate(relsim.load_scenario("it-outsourcing", [policies]), "deal-first", replication=7)
    course = life.trajectory
    reviews = np.flatnonzero(life.events["kind"] == "BOARD_REVIEW")  # which book nothing
    for place in reviews[4:8].tolist():
        time = float(course["time"].iloc[place])
        shorter = relsim.simulate(
            relsim.load_scenario("it-outsourcing", [policies, f"horizon={time + 1e-9!r}"]), "deal-first", 1, 7
        )
        for firm in ("client", "supplier"):
            assert course[f"money_{firm}"].iloc[place] == pytest.approx(
                shorter.row[f"net_{firm}_undiscounted"], abs=1e-6
            )
