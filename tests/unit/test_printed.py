"""What commands print is to be had from Python too, and findings draw themselves as pictures."""

import pytest

import relsim
from tests.doors import run
from tests.worlds import scenario


@pytest.fixture(autouse=True)
def _as_wide_as_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)  # pytest's workers have one of their own


def test_an_explanation_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "explain", "closing-window")
    printed = [line.rstrip() for line in out.splitlines()]
    assert str(relsim.explain(relsim.load_scenario("closing-window"))).splitlines() == printed


def test_a_comparison_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "compare", "closing-window", "--replications", 64, "--no-picture")
    printed = [line.rstrip() for line in out.splitlines()]
    results = relsim.run_experiment(relsim.load_scenario("closing-window"), 64)
    assert str(relsim.comparison(results)).splitlines() == printed


def test_a_finding_is_a_picture_and_a_decomposition_tells_its_intervals() -> None:
    split = relsim.run_experiment(scenario(), 200).decompose()
    assert split.figure().axes[0].get_title(loc="left")
    told = split.summary()
    assert list(told["part"]) == ["difference", *(part.name for part in split.parts)]
    assert all("[" in adds for adds in told["what it adds"])
