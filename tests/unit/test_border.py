"""Maps: the border where it is known, what may be mapped, and what is refused."""

from typing import Any

import numpy as np
import pytest

from relsim.errors import ScenarioError
from relsim.lab.discovery import border
from relsim.lab.discovery.axes import average_fit
from relsim.lab.discovery.border import span_read
from relsim.lab.discovery.surface import surface
from relsim.lab.factors import design, with_numbers
from tests.worlds import priced, scenario

X, Y = "world.announcement_value=0:0.1", "world.launch_cost=0.01:0.09"


def test_the_border_is_where_it_must_be() -> None:
    found = border(priced(announcement_value=0.02, launch_cost=0.03), X, Y, worlds=64, pairs=4)
    assert found.here == (0.02, 0.03)
    assert [each.y for each in found.crossings] == pytest.approx([0.018, 0.034, 0.05, 0.066, 0.082])
    for each in found.crossings:
        assert each.begins
        assert each.x.value == pytest.approx(each.y, abs=2e-4)
        assert each.x.low <= each.x.value <= each.x.high
    assert found.wins[0] == pytest.approx(0.5, abs=0.01)
    x, y, value, error = found.surface(11)
    assert value == pytest.approx(2.0 * (x[None, :] - y[:, None]), abs=1e-3)
    assert (error < 1e-3).all()
    told = " ".join(found.said())
    assert "on where cost of setting up operations is 0.018 annual contract value; it wins from 0.034" in told
    assert len(found.to_frame()) == 5
    drawn = found.plot()
    assert drawn.get_title("left") == "Where deal-first begins to beat never"
    assert [each.get_text() for each in drawn.get_legend().get_texts()] == [
        "neither is better",
        "95 % band of that",
        "the scenario",
    ]


def test_a_map_without_a_border_says_so() -> None:
    found = border(priced(launch_cost=0.3), "world.announcement_value=0:0.1", "world.incident_cost", worlds=16, pairs=4)
    assert found.crossings == ()
    assert found.wins == (0.0, 0.0, 1.0)
    assert "no border between deal-first and never" in found.said()[1]
    assert found.to_frame().empty
    assert found.plot().get_title("left")


def test_average_fit_keeps_how_alike_pairs_are() -> None:
    asked = scenario({"fit_alpha": 3, "fit_beta": 5})
    span = span_read("average-fit=0.3:0.8")
    assert span.here(asked) == pytest.approx(0.375)
    world = with_numbers(asked, span.given(asked, 0.6)).world
    assert average_fit(world) == pytest.approx(0.6)
    assert float(str(world.fit_alpha.value)) + float(str(world.fit_beta.value)) == pytest.approx(8.0)
    assert span.at(np.array([0.0, 0.5, 1.0])).tolist() == pytest.approx([0.3, 0.55, 0.8])


def test_a_map_of_two_launches_is_the_same_for_any_workers() -> None:
    few: dict[str, Any] = {"worlds": 16, "pairs": 8}
    assert border(scenario(), **few, workers=1) == border(scenario(), **few, workers=2)


@pytest.mark.parametrize(
    ("x", "y", "told"),
    [
        ("average-fti", Y, "did you mean"),
        ("average-fit=0.8:0.3", Y, "two numbers between 0 and 1"),
        ("average-fit=low:high", Y, "two numbers between 0 and 1"),
        ("world.patience", Y, "not a whole one"),
        (X, X, "two different numbers"),
        ("world.evidence=0:2", Y, "a range of a number from 0 to 1"),
    ],
)
def test_what_cannot_be_mapped_is_refused(x: str, y: str, told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        border(scenario(), x, y, worlds=16, pairs=4)


def test_a_law_of_two_points_has_no_average_to_move() -> None:
    with pytest.raises(ScenarioError, match="whose law of fit is beta"):
        border(scenario({"fit_law": "two-point"}), worlds=16, pairs=4)


def test_few_worlds_make_no_map() -> None:
    with pytest.raises(ScenarioError, match="worlds: 15: a whole number from 16 on"):
        border(scenario(), worlds=15, pairs=4)


def test_ranges_in_which_nothing_is_launched_make_no_map() -> None:
    with pytest.raises(ScenarioError, match="ranges in which something is launched"):
        border(scenario({"no_deal": 1.0}), "world.evidence", "world.denial", "survival", worlds=16, pairs=4)


def test_a_surface_foretells_what_was_left_out() -> None:
    points = design(2, 128, 1)
    luck = np.random.default_rng(1)
    values = points[:, 0] - points[:, 1] ** 2 + 0.1 * luck.standard_normal(128)
    found = surface(points, values, np.full(128, 0.1))
    value, error = found.at(np.array([[0.5, 0.5], [0.9, 0.1]]))
    assert np.abs(value - [0.25, 0.89]).max() < 6.1 * error.max()
    # by hand: without one of them, the others foretell it
    rest = np.arange(128) != 17
    again = found.fitted.__class__(found.fitted.kernel_, alpha=found.fitted.alpha[rest], optimizer=None)
    again.fit(points[rest], ((values - found.mean) / found.scale)[rest])
    due, spread = again.predict(points[[17]], return_std=True)
    inverse = np.linalg.inv(found.fitted.L_ @ found.fitted.L_.T)
    off = (values[17] - found.mean) / found.scale - due[0]
    assert off == pytest.approx(found.fitted.alpha_.ravel()[17] / inverse[17, 17], rel=1e-6)
    assert spread[0] ** 2 + found.fitted.alpha[17] == pytest.approx(1.0 / inverse[17, 17], rel=1e-6)


def test_a_map_needs_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from relsim.errors import EngineError

    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(EngineError, match=r"a map is drawn with scikit-learn: pip install 'relsim-lifecycles\[lab\]'"):
        border(scenario(), worlds=16, pairs=4)
