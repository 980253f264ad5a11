"""The front of several measures: from lives to where each arm stands, small spaces and large ones."""

import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from relsim.errors import EngineError, ScenarioError
from relsim.lab import front as fronts
from relsim.lab.front import BLOCK, Front, Sums, front
from relsim.lab.lives import live_pairs
from relsim.lab.measures import measure
from relsim.lab.ranking.arms import Asked
from relsim.scenario.governance import Governance
from relsim.scenario.scenario import Scenario
from tests.bounds import ALPHA
from tests.worlds import scenario

POLICIES = ("facilitator", "deal-broker")
HORIZON = 6.0
ASKED = scenario(horizon=HORIZON)
MEASURES = ("loss.joint", "cost", "survival")


@pytest.fixture(scope="module")
def found() -> Front:
    return front(ASKED, POLICIES, MEASURES, pairs=BLOCK)


def governed(words: str) -> Scenario:
    """Return the scenario with the one arm that words like deal-first + facilitator mean."""
    launch, *policies = words.split(" + ")
    arm = Governance.model_validate({"launch": launch, "policies": policies})
    return ASKED.model_copy(update={"arms": {"it": arm}})


def test_every_arm_is_lived_and_measured(found: Front) -> None:
    assert (found.possible, found.searched, len(found.points)) == (8, False, 8)
    for point in found.points:
        rows = live_pairs(governed(point.words), BLOCK).arms["it"]
        for name, estimate in zip(MEASURES, point.estimates, strict=True):
            straight = measure(name).of(rows, ASKED)
            assert estimate.value == pytest.approx(straight.value, abs=1e-12)
            # from the spread of 16 batches, which follows a chi-square law of 15 degrees, against that of 1,024 lives
            low, high = np.sqrt(stats.chi2.ppf([ALPHA / 2, 1 - ALPHA / 2], 15) / 15)
            assert low * straight.half_width <= estimate.half_width <= high * straight.half_width


def test_where_arms_stand_follows_from_their_estimates(found: Front) -> None:
    signs = np.array([1.0 if measure(name).more_is_better else -1.0 for name in MEASURES])
    goods = np.array([[each.value for each in point.estimates] for point in found.points]) * signs
    behind = fronts.dominated(goods)
    for point, off in zip(found.points, behind, strict=True):
        assert (point.standing == "front") == (not off)
        assert bool(point.by) == (point.standing == "dominated")
    standings = [point.standing for point in found.points]
    assert standings == sorted(standings, key=("front", "perhaps", "dominated").index)
    # a facilitator of an exploration that nobody holds changes nothing: the same lives beat none of each other
    alike = [point for point in found.points if point.estimates == found.points[0].estimates]
    assert {point.standing for point in alike} == {found.points[0].standing}


def test_a_front_says_what_is_on_it_and_shows_itself(found: Front) -> None:
    told = found.said()
    on = found.standing("front")
    assert told[0].startswith(f"Choose among {len(on)} of 8 arms")
    assert told[1].startswith("Best in loss of both firms: ")
    assert found.summary()["on the front"].tolist() == [point.words for point in on]
    assert found.to_frame()["standing"].value_counts().sum() == 8
    assert found.plot().get_title("left") == "Arms worth a choice"


def test_any_workers_and_a_store_give_the_same_front(found: Front, tmp_path: Path) -> None:
    assert front(ASKED, POLICIES, MEASURES, pairs=BLOCK, workers=1, store=tmp_path) == found
    lines = (tmp_path / "cells.log").read_text().splitlines(keepends=True)
    assert len(lines) == 8
    (tmp_path / "cells.log").write_text("".join(lines[:3]))
    assert front(ASKED, POLICIES, MEASURES, pairs=BLOCK, store=tmp_path) == found


def test_a_search_finds_the_front_of_a_space_that_is_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("optuna")
    monkeypatch.setattr(fronts, "_GENERATION", 4)
    monkeypatch.setattr(fronts, "BLOCK", 128)
    whole = front(ASKED, POLICIES, MEASURES, pairs=128)
    monkeypatch.setattr(fronts.Factorial, "size", 10**6)
    searched = front(ASKED, POLICIES, MEASURES, pairs=128, most=100, store=tmp_path / "kept")
    assert searched.searched
    assert {point.words for point in searched.points} <= {point.words for point in whole.points}
    # a first generation of the arms as they are and with each policy alone: six of eight
    assert len(searched.points) >= 6
    assert "chosen by NSGA-II" in " ".join(searched.said())
    assert front(ASKED, POLICIES, MEASURES, pairs=128, most=100, store=tmp_path / "kept") == searched
    assert front(ASKED, POLICIES, MEASURES, pairs=128, most=100, workers=1) == searched
    few = front(ASKED, POLICIES, MEASURES, pairs=128, most=4)
    assert len(few.points) == 4


def test_a_large_space_needs_optuna_and_says_so_before_anything_is_lived(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    monkeypatch.setattr(fronts.Factorial, "size", 10**6)
    with pytest.raises(EngineError, match=r"needs optuna: pip install 'relsim-lifecycles\[lab\]'"):
        front(ASKED, POLICIES, MEASURES)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"measures": ["cost"]}, "measures: cost: at least two, each once"),
        ({"measures": ["cost", "cost"]}, "measures: cost, cost: at least two, each once"),
        ({"measures": ["cost", "los.joint"]}, "did you mean loss.joint"),
        ({"pairs": 1000}, "pairs: 1000: a multiple of 1,024"),
        ({"most": 1}, "most: 1: arms, from 64 to 4,096"),
        ({"confidence": 1.0}, "confidence: 1.0: a share"),
        ({"policies": [Asked("facilitator"), "facilitator"]}, "each policy once"),
    ],
)
def test_what_has_no_front_is_refused(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        front(ASKED, **{"policies": POLICIES, **wrong})


def test_what_nobody_has_is_not_known_and_drawn_without_it() -> None:
    # nothing is watched for five years in a life of four
    short = front(scenario(horizon=4.0), (), ("survival", "loss.joint"), pairs=BLOCK)
    assert {point.standing for point in short.points} == {"front"}
    assert not any(point.estimates[0].known for point in short.points)
    assert "Best in alive" not in " ".join(short.said())
    assert short.plot().texts[0].get_text() == "no arm has both measures"


def test_sums_travel_as_data() -> None:
    ask = Sums((measure("survival"), measure("cost")))
    assert pickle.loads(pickle.dumps(ask)) == ask
    lives = live_pairs(governed("deal-first"), 2 * ask.size)
    assert ask.of(lives).shape == (2, 2, 2)
    assert ask.of(lives)[1, 1].tolist() == [ask.size, ask.size]


def test_never_to_begin_is_a_point_a_line_or_a_remark() -> None:
    from relsim.drawing.front import Scale, Spot, draw_front
    from relsim.drawing.style import figure

    near, far = Scale("loss", False, 0.0), Scale("net", True, 1e3)
    spots = [Spot("one", (1.0, 2.0), 1), Spot("same", (1.0, 2.0), 2), Spot("off", (0.9, 2.2), None)]
    point = draw_front(spots, figure(6, 4).subplots(), Scale("a", False, 0.97), Scale("b", False, 2.1), None, title="t")
    assert {text.get_text() for text in point.texts} == {"never", "1, 2"}
    line = draw_front(spots, figure(6, 4).subplots(), Scale("a", True, None), Scale("b", False, 2.0), None, title="t")
    assert "never" in {text.get_text() for text in line.texts}
    remark = draw_front(spots, figure(6, 4).subplots(), far, near, None, title="t")
    assert "outside of the picture: net 1000, loss 0" in " ".join(text.get_text() for text in remark.texts)
