"""Sensitivity analysis of lives: gone on with, refused in words, and told."""

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from relsim.analysis.estimate import Estimate
from relsim.errors import EngineError, ScenarioError, Stopped, StoreError
from relsim.lab.factors import factor, factor_read, in_words
from relsim.lab.measures import output
from relsim.lab.sensitivity import About, Effect, Sensitivity, planned, sensitivity
from relsim.lab.sensitivity.analysis import SCREENING, _filled, _noise
from relsim.lab.sensitivity.telling import sentences
from tests.doors import run
from tests.worlds import priced, scenario

FREE = [factor_read(text) for text in ("world.break_even", "world.optimism", "world.threshold.client")]
FEW: dict[str, Any] = {"free": FREE, "worlds": 40, "pairs": 8}


@pytest.fixture(scope="module")
def found() -> Sensitivity:
    return sensitivity(scenario(), **FEW)


def test_a_design_is_of_a_power_of_two_and_no_larger_than_asked() -> None:
    assert planned(scenario(), free=FREE, worlds=40).worlds == 8 * 5
    assert planned(scenario(), free=FREE, worlds=79).worlds == 8 * 5
    assert planned(scenario(), free=FREE, worlds=4096).worlds == 512 * 5
    assert planned(scenario(), "morris", FREE, worlds=79).worlds == 19 * 4
    everything = planned(scenario(), worlds=4096)
    numbers = len(everything.factors)
    assert numbers > 100
    assert everything.worlds == SCREENING * (numbers + 1) + 256 * (13 + 1 + 2)
    assert planned(scenario(), most=10**6).worlds == 8 * (numbers + 2) * 2


def test_a_stopped_analysis_goes_on_to_the_same_indices(found: Sensitivity, tmp_path: Path) -> None:
    def stop(done: int) -> None:
        if done == 13:
            raise KeyboardInterrupt

    with pytest.raises(Stopped, match="the same command goes on"):
        sensitivity(scenario(), store=tmp_path, told=stop, **FEW)
    assert sensitivity(scenario(), store=tmp_path, **FEW) == found
    lines = (tmp_path / "cells.log").read_bytes().splitlines()
    assert len(lines) == 40
    # the other method, a larger design and other pairs go on in the same store
    larger = sensitivity(scenario(), store=tmp_path, **{**FEW, "worlds": 80})
    assert (tmp_path / "cells.log").read_bytes().splitlines()[:40] == lines
    assert len((tmp_path / "cells.log").read_bytes().splitlines()) == 80  # of which 40 were known
    assert larger.worlds == 80
    sensitivity(scenario(), method="morris", store=tmp_path, **FEW)
    with pytest.raises(StoreError, match="store of another study"):
        sensitivity(scenario(), "loss.joint", store=tmp_path, **FEW)
    with pytest.raises(StoreError, match="store of another study"):
        sensitivity(scenario({"evidence": 0.3}), store=tmp_path, **FEW)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_from_any_number_of_workers(seed: int) -> None:
    state = np.random.get_state()[1].copy()  # type: ignore[index]
    one = sensitivity(scenario(), seed=seed, workers=1, **FEW)
    assert sensitivity(scenario(), seed=seed, workers=3, **FEW) == one
    assert (np.random.get_state()[1] == state).all()  # type: ignore[index]


def test_a_screening_finds_what_matters_and_the_others_are_told_together() -> None:
    # what nobody does in a moment costs nothing
    world = priced("announcement_value", "launch_cost", "rescue_cost", "exit_cost", "hostile_cost", "dispute_cost")
    found = sensitivity(world, worlds=2560, pairs=2, most=2)
    (about,) = found.about
    told = {each.number: each.total for each in about.effects}
    rest = f"{len(found.factors) - 2} other numbers"
    assert told.keys() == {"world.launch_cost.client", "world.launch_cost.supplier", rest}
    whole = 0.2**2 + 2 * 0.45**2
    assert told[rest].value == pytest.approx(0.2**2 / whole, abs=0.02)
    assert told["world.launch_cost.client"].value == pytest.approx(0.45**2 / whole, abs=0.02)
    assert found.screening == SCREENING * (len(found.factors) + 1)
    assert f"2 pairs in each, after a screening of {found.screening:,})" in found.title
    assert found.worlds == 512 * 5  # two numbers and the rest, crossed


def test_the_luck_of_few_pairs_is_their_mean_square_error_as_a_share() -> None:
    assert _noise(np.array([1.0, 3.0]), np.array([0.5, 0.5])) == pytest.approx(0.25 / 2.0)
    assert _noise(np.array([1.0, 1.0]), np.array([0.5, 0.5])) == 0.0
    few, many = (sensitivity(scenario(), **{**FEW, "pairs": pairs}).about[0].noise for pairs in (16, 256))
    assert 4 < few / many < 64  # 16 times as many pairs make about a sixteenth


def test_what_is_not_known_in_few_worlds_is_taken_as_the_mean_of_the_others() -> None:
    asked = (output(scenario(), "survival"),)
    values = np.array([[[1.0, 0.1]], [[math.nan, math.nan]], [[2.0, 0.1]]])
    with pytest.raises(ScenarioError, match=r"survival feasibility-first - deal-first: not known in 1 of 3 worlds"):
        _filled(values, asked)
    many = np.concatenate([np.tile(values[[0, 2]], (20, 1, 1)), values[[1]]])
    assert _filled(many, asked)[-1, 0] == 1.5
    assert np.isnan(many[-1, 0, 0])


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"of": "net.jiont"}, r"did you mean net\.joint"),
        ({"method": "sobel"}, "did you mean sobol"),
        ({"arm": "deal-frist"}, "did you mean deal-first"),
        ({"worlds": 39}, "worlds: 39: at least 40"),
        ({"worlds": 7, "method": "morris"}, "worlds: 7: at least 8"),
        ({"pairs": 1}, "pairs: 1: a whole number from 2 on"),
        ({"most": 0}, "most: 0: a whole number from 1 on"),
        ({"free": [*FREE, *FREE[:1]]}, r"world\.break_even: given once"),
        ({"of": "survival"}, "not known in 40 of 40 worlds"),
    ],
)
def test_bad_questions_are_refused_in_words(how: dict[str, Any], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        sensitivity(scenario(horizon=4.0), **{**FEW, **how})


def test_a_scenario_without_assumptions_is_refused() -> None:
    with pytest.raises(ScenarioError, match="none is an assumption"):
        sensitivity(priced())


def test_without_salib_nothing_is_lived_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    lived: list[int] = []
    monkeypatch.setitem(sys.modules, "SALib", None)
    with pytest.raises(EngineError, match=r"pip install 'relsim-lifecycles\[lab\]'"):
        sensitivity(scenario(), told=lived.append, **FEW)
    assert lived == []


def test_it_gives_all_of_it_and_a_picture(found: Sensitivity) -> None:
    frame = found.to_frame()
    assert list(frame["number"]) == [each.name for each in FREE]
    assert (frame["low"] <= frame["total"]).all()
    assert frame["meaning"].str.len().min() > 0
    assert "alone [95 %]" in found.summary().columns
    assert found.plot().get_title(loc="left") == "What moves net of both firms,\nfeasibility-first minus deal-first"
    several = sensitivity(scenario(), ["net.joint", "loss.joint", "net.joint"], method="morris", **FEW)
    assert list(several.summary().columns) == ["number", "net.joint", "loss.joint"]
    assert several.plot().get_title(loc="left").startswith("What moves which measure")
    assert "net.joint and loss.joint, feasibility-first against deal-first" in several.title
    assert len(several.to_frame()) == 6


def about(name: str, *totals: float, spread: float = 1.0, noise: float = 0.01, unknown: int = 0) -> About:
    numbers = ("world.evidence", "world.threshold.client", "9 other numbers")
    pairs = zip(numbers, totals, strict=False)
    effects = (Effect(each, Estimate.within(of, 0.02), Estimate.within(of / 2, 0.01)) for each, of in pairs)
    return About(output(scenario(), name), 0.0, spread, noise, unknown, tuple(effects))


def test_it_says_what_to_find_out_and_what_not() -> None:
    told = sentences("sobol", [about("net.joint", 0.6, 0.02, 0.5)], 128, 50)
    assert told[0].startswith(
        "Find these out first, by their part in the variance of net of both firms, feasibility-first"
    )
    assert told[0].endswith("between worlds: evidence 60 % [58 %, 62 %].")
    assert told[1] == "The 9 other numbers together have a part in 50 % [48 %, 52 %] of net.joint."
    assert told[2] == "Not worth knowing better: client's threshold."
    assert told[3].startswith(
        "Interplay, where what one number does depends on the others, makes 44 % [42 %, 46 %] of net"
    )
    assert "makes at most 1.0 % (net.joint) of the variance." in told[4]
    assert told[-1].startswith("It would be otherwise with other ranges")
    two = [about("net.joint", 0.6, 0.01), about("cost", 0.0, 0.3, noise=0.2, unknown=3)]
    several = " ".join(sentences("sobol", two, 9, 5))
    assert "Not worth" not in several  # each matters for one of them
    assert "Take more pairs before building on cost." in several
    assert "In 3 of the 9 worlds cost is not known" in several
    still = sentences("sobol", [about("cost", 0.0, 0.0, spread=0.0)], 9, 5)
    assert still[0].startswith("No number matters for cost of exploring and governing")
    assert sentences("sobol", [about("cost", 0.01, 0.01)], 9, 5)[0].startswith("No number by itself has a large part")


def test_numbers_are_named_as_one_would_say_them() -> None:
    assert in_words("world.headcount.client.tactical") == "client's tactical headcount"
    assert in_words("world.break_even") == "break even"
    assert in_words("141 other numbers") == "141 other numbers"
    assert factor("world.evidence", 0.1, 0.2).at(np.float64(0.5)) == pytest.approx(0.15)
    assert type(factor("world.evidence").at(np.float64(0.5))) is float


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("elsewhere")
def test_its_command_keeps_a_section_for_reports(capsys: pytest.CaptureFixture[str]) -> None:
    free = ("--free", "world.break_even", "--free", "world.optimism=0:0.2")
    asked = ("lab", "sensitivity", "it-outsourcing", *free, "--worlds", 32, "--pairs", 8, "--store", "kept")
    status, out, err = run(capsys, *asked, "--out", "answers")
    assert (status, err) == (0, "")
    assert out.startswith("Find these out first")
    assert "section: answers/sensitivity-sobol.json" in out
    assert sorted(path.name for path in Path("answers").iterdir()) == [
        f"sensitivity-sobol.{kind}" for kind in ("csv", "json", "png")
    ]
    assert run(capsys, *asked, "--out", "answers")[1] == out
    report = ("report", "it-outsourcing", "--replications", 40, "--format", "md", "--lab", "answers")
    assert run(capsys, *report)[0] == 0
    page = Path("relsim-it-outsourcing.md").read_text()
    assert "## Which numbers the answer hangs on" in page
    assert json.loads(Path("answers/sensitivity-sobol.json").read_text())["said"][0][:40] in page
    status, _, err = run(capsys, *asked, "--method", "moris")
    assert (status, err) == (2, "method: moris: one of morris, sobol; did you mean morris?\n")
