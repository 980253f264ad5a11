"""Discovery among worlds in which the answer is known, and what it is made of."""

import concurrent.futures as futures
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from relsim.errors import ScenarioError
from relsim.lab.discovery import discover
from relsim.lab.discovery.axes import axes_of, axis_of
from relsim.lab.discovery.regions import balanced
from relsim.lab.discovery.worlds import ByHalves, Gap, Lived, corrected, factors_of, live_worlds, share_of
from relsim.lab.factors import design, factor, with_numbers, worlds_at
from relsim.lab.lives import Lives, live_pairs
from relsim.lab.measures import measure, output
from relsim.model.parameters import resolve
from relsim.model.rulebook import rulebook
from tests.bounds import share_is
from tests.worlds import priced, scenario


def test_the_share_and_the_place_of_wins_are_those_that_are_known() -> None:
    # each firm pays .05 and gets the announcement's value, between 0 and .1: it pays in half of the worlds
    asked = priced(launch_cost=0.05)
    found = discover(asked, free=["world.announcement_value=0:0.1", "world.evidence"], worlds=1024, pairs=4)
    assert (found.arm, found.against, found.numbers) == ("deal-first", "never", 2)
    assert share_is(round(1024 * found.share.value), 1024, 0.5)
    assert found.counted == found.share.value
    assert found.pays is None
    region = balanced(found.regions)
    (bound,) = region.bounds
    assert (bound.axis.name, bound.above) == ("world.announcement_value", True)
    assert bound.at == pytest.approx(0.05, abs=0.0051)
    assert region.density.value > 0.9
    assert region.coverage.value > 0.9
    assert region.gain.value == pytest.approx(0.05, abs=0.01)
    # the place is told, and the terminal and files have all of it
    told = " ".join(found.said())
    assert "what an announcement is worth to each firm, once above 0.0" in told
    assert "all worlds" in str(found)
    assert len(found.to_worlds()) == 1024
    assert set(found.to_frame()["what"]) == {"density", "coverage", "gain"}
    assert found.plot().get_title("left") == "Where deal-first beats never"


def test_what_no_number_tells_has_no_place() -> None:
    # neither of these numbers matters where everything ends at once
    found = discover(priced(launch_cost=0.05), free=["world.evidence", "world.denial"], worlds=64, pairs=4)
    assert found.share.value == 0.0
    assert found.regions == ()
    assert "no few limits" in " ".join(found.said())
    assert found.plot().get_title("left")


def test_less_is_better_where_it_is() -> None:
    asked = priced(launch_cost=0.05).model_copy(update={"arms": scenario().arms})
    more = discover(asked, "loss.joint", free=["world.launch_cost"], worlds=16, pairs=4)
    less = discover(
        asked, "loss.joint", "feasibility-first", "deal-first", free=["world.launch_cost"], worlds=16, pairs=4
    )
    assert np.array_equal(more.gap.whole, -less.gap.whole)
    lives = live_pairs(with_numbers(asked, {"world.launch_cost": 0.5}), 4)
    net = discover(asked, "net.joint", free=["world.launch_cost"], worlds=16, pairs=4)
    assert lives.arms["deal-first"]["loss_joint"].mean() > 0.0
    assert net.gap.whole == pytest.approx(more.gap.whole, abs=1e-12)


def test_halves_and_errors_are_those_of_the_lives() -> None:
    lives = live_pairs(scenario(), 64, 3)
    for name in ("net.joint", "survival"):
        what = measure(name)
        found = ByHalves(what).of(lives)
        assert found.shape == (5, 2)
        for place, (arm, rows) in enumerate(lives.arms.items()):
            assert found[0, place] == what.of(rows, lives.scenario).value
            for half, part in enumerate((slice(0, 32), slice(32, 64))):
                some = {column: values[part] for column, values in rows.items()}
                assert found[1 + half, place] == what.of(some, lives.scenario).value
            error = what.of(rows, lives.scenario).half_width / 1.959963984540054
            assert np.sqrt(found[3 + place, place]) == pytest.approx(error), arm
        gap = Lived(tuple(lives.arms), True, found[[0]], found[1:3, None], found[None, 3:]).gap(*reversed(lives.arms))
        due = output(lives.scenario, name).of(lives)
        assert gap.whole == pytest.approx(due.value)
        assert 1.959963984540054 * gap.error == pytest.approx(due.half_width)
    assert pickle.loads(pickle.dumps(ByHalves(what))) == ByHalves(what)


def test_a_world_without_a_value_is_left_out() -> None:
    # where every negotiation fails, nobody is launched, and nothing survives or not
    lives = live_pairs(scenario({"no_deal": 1.0, "override": 0.0}), 8)
    found = ByHalves(measure("survival")).of(Lives(lives.scenario, lives.arms))
    assert np.isnan(found[0]).all()
    made = Lived(("a", "b"), True, np.array([[1.0, 2.0], found[0]]), np.ones((2, 2, 2)), np.zeros((2, 2, 2)))
    assert made.known.tolist() == [True, False]
    assert made.among(made.known).whole.shape == (1, 2)


def test_never_has_nothing_for_certain() -> None:
    made = Lived(("a",), True, np.array([[3.0]]), np.array([[[2.0]], [[4.0]]]), np.array([[[0.25]]]))
    gap = made.beside_never().gap("a", "never")
    assert gap.whole.tolist() == [3.0]
    assert gap.halves.tolist() == [[2.0], [4.0]]
    assert gap.error.tolist() == [0.5]
    assert made.beside_never().gap("never", "a").clear.tolist() == [-1.0]


def test_wins_are_clear_or_not_and_count_in_part_where_halves_disagree() -> None:
    gap = Gap(np.array([1.0, 0.1, -1.0]), np.array([[1.0, -0.2, -1.0], [1.0, 0.4, -1.0]]), np.array([0.1, 0.1, 0.1]))
    assert gap.clear.tolist() == [1.0, 0.0, -1.0]
    assert gap.wins.tolist() == [True, True, False]
    assert gap.score.tolist() == [1.0, 1.5, 0.0]
    assert gap.among(gap.wins).whole.tolist() == [1.0, 0.1]


def test_a_correction_takes_twice_the_whole_less_the_halves() -> None:
    found = corrected(np.max, np.array([1.0, 5.0]), np.array([[2.0, 6.0], [3.0, 7.0]]))
    assert found == 2.0 * 5.0 - (6.0 + 7.0) / 2.0


def test_a_share_is_as_sure_as_its_worlds() -> None:
    sure = share_of(np.repeat([1.0, 0.0], [30, 70]))
    assert sure.value == pytest.approx(0.3)
    unsure = share_of(np.repeat([2.0, -0.5, 0.0], [20, 20, 60]))
    assert unsure.value == pytest.approx(0.3)
    assert unsure.high - unsure.low > sure.high - sure.low
    assert share_of(np.zeros(10)).value == 0.0
    assert share_of(np.full(10, -0.5)).value == 0.0
    assert share_of(np.full(10, 1.0)).high == 1.0


def test_axes_are_numbers_and_what_follows_from_them() -> None:
    asked = scenario()
    factors = [factor(f"world.{name}") for name in ("fit_alpha", "fit_beta", "break_even.client", "evidence.supplier")]
    shares = design(4, 32, 1)
    axes, columns = axes_of(asked, factors, shares)
    assert [each.name for each in axes] == [
        *(each.name for each in factors),
        "average-fit",
        "fit-spread",
        "average-margin",
        "morale-wear",
    ]
    for place, world in enumerate(worlds_at(asked, factors, shares)):
        p = resolve(world, "deal-first", rulebook(()))
        assert columns[place, 4] == pytest.approx(p.prior_mean, rel=1e-12)
        assert columns[place, 5] == pytest.approx(p.prior_sd, rel=1e-12)
        assert columns[place, 6] == pytest.approx(p.mesh * p.prior_mean - p.joint_break_even, rel=1e-9)
    assert axes[3].words == "share of belief that a heard escalation takes away [supplier]"
    assert axis_of(factor("world.market_shock_rate")).labelled == "market shocks (per year)"
    assert axis_of(factor("world.market_shock_rate")).said(0.25) == "0.25 per year"
    assert axis_of(factor("world.optimism")).words == "how much more than the average fit a deal signed first promises"


def test_wear_is_where_what_incidents_take_is_what_contacts_give() -> None:
    asked = scenario(
        {
            "fit_alpha": 5,
            "fit_beta": 5,
            "incident_rate": {"client": 10, "supplier": 30},
            "repair_without_trust": 0.2,
            "repair_with_trust": 0.6,
            "tactical_power": 0.8,
            "settle_low": 0.2,
            "morale_loss_broken": 0.02,
            "contact_rate": {"strategic": 1, "tactical": 1, "operational": 20},
            "mesh_trust": 0.5,
        }
    )
    axes, columns = axes_of(
        asked, [factor("world.morale_recovery"), factor("world.morale_loss_incident", 0.01, 0.02)], design(2, 8, 1)
    )
    assert [each.name for each in axes][2:] == ["morale-wear"]
    recovery, loss, wear = columns.T
    # at trust one half .4 is repaired, and .8 (.2 + .8 / 2) of the rest is settled
    mesh = resolve(asked, "deal-first", rulebook(())).mesh
    taken = 20.0 * (1.0 - mesh * 0.5) * 0.6 * (loss + (1.0 - 0.48) * 0.02)
    assert wear == pytest.approx(taken / (20.0 * recovery), rel=1e-12)


def test_what_says_the_same_as_a_single_number_is_no_axis_of_its_own() -> None:
    axes, _ = axes_of(scenario(), [factor("world.morale_recovery"), factor("world.evidence")], design(2, 8, 1))
    assert [each.name for each in axes] == ["world.morale_recovery", "world.evidence"]


def test_a_study_goes_on_to_the_same_answer_and_further(tmp_path: Path) -> None:
    asked = scenario()
    free = ["world.break_even", "world.optimism"]
    store, log = tmp_path / "kept", tmp_path / "kept" / "cells.log"
    few = discover(asked, free=free, worlds=8, pairs=8, store=store)
    assert len(log.read_bytes().splitlines()) == 8
    more = discover(asked, free=free, worlds=16, pairs=8, store=store, workers=1)
    assert len(log.read_bytes().splitlines()) == 16
    assert more.gap.whole[:8].tolist() == few.gap.whole.tolist()
    alone = discover(asked, free=free, worlds=16, pairs=8)
    assert alone == more
    assert alone.gap.whole.tolist() == more.gap.whole.tolist()
    with futures.ThreadPoolExecutor(2) as elsewhere:
        assert discover(asked, free=free, worlds=16, pairs=8, executor=elsewhere, window=2) == alone
    # another arm, or whether it pays, is asked of the same lives
    discover(asked, "net.joint", "feasibility-first", "never", free=free, worlds=16, pairs=8, store=store)
    assert len(log.read_bytes().splitlines()) == 16


def test_every_world_has_pairs_of_its_own() -> None:
    asked = scenario()
    lived = live_worlds(asked, measure("net.joint"), [asked, asked], {}, 8)
    assert lived.whole[0].tolist() != lived.whole[1].tolist()
    lives = live_pairs(asked, 8, 1, 8)
    assert lived.whole[1, 0] == lives.arms["deal-first"]["net_joint"].mean()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"of": "net.jiont"}, "did you mean net.joint"),
        ({"arm": "deal-frist"}, "did you mean deal-first"),
        ({"against": "nevr"}, "did you mean never"),
        ({"against": "deal-first"}, "against: deal-first: another arm than deal-first"),
        ({"of": "survival", "against": "never"}, "something to compare net with only"),
        ({"free": ["world.evidenc"]}, "did you mean world.evidence"),
        ({"free": []}, "at least one number"),
        ({"worlds": 1}, "worlds: 1: a whole number from 2 on"),
        ({"pairs": 7}, "pairs: 7: an even number from 4 on"),
        ({"pairs": 2}, "pairs: 2: an even number from 4 on"),
    ],
)
def test_bad_questions_are_refused(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        discover(scenario(), **{"worlds": 4, "pairs": 4, **wrong})


def test_nothing_to_vary_is_refused() -> None:
    known = scenario()
    leaves = {
        name: {"value": leaf["value"], "source": "given"}
        for name, leaf in known.world.model_dump().items()
        if isinstance(leaf, dict)
    }
    with pytest.raises(ScenarioError, match="at least one number that is an assumption"):
        factors_of(scenario(leaves))
