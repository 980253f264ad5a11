"""The doors of the lab: calibrate, facts, robustness, and a report that knows how firm it is."""

import json
from pathlib import Path

import pytest

import relsim
from tests.doors import run


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


HEAD = "id,quantity,arm,low,high,outer_low,outer_high,unit,population,source,seen,quality,measure\n"
FEW = ("--design", 8, "--search", 8, "--walk", 8, "--pairs", 32)


def targets(*lines: str) -> Path:
    path = Path("targets.csv")
    path.write_text(HEAD + "".join(f"{line}\n" for line in lines))
    return path


def leaders(low: float, high: float) -> str:
    return f"L,leader changes,deal-first,{low},{high},{low},{high},per year,,made up,,,leader-changes"


def test_calibrate_writes_a_scenario_that_meets_the_targets(capsys: pytest.CaptureFixture[str]) -> None:
    file = targets(leaders(0.12, 0.2))
    free = ("--free", "world.leader_change_rate")
    status, out, err = run(capsys, "lab", "calibrate", "gloomy", "--targets", file, *free, *FEW, "--store", "kept")
    assert (status, err) == (0, "")
    assert "every target met" in out
    assert "world.leader_change_rate" in out
    fitted = relsim.load_scenario("calibration/scenario.toml")
    assert fitted.world.leader_change_rate.source.startswith("calibrated on L")
    status, again, _ = run(capsys, "lab", "calibrate", "gloomy", "--targets", file, *free, *FEW, "--store", "kept")
    assert (status, again) == (0, out)
    status, out, _ = run(capsys, "lab", "facts", "calibration/scenario.toml", "--targets", file, "--pairs", 32)
    assert "leader changes" in out
    status, _, err = run(capsys, "lab", "calibrate", "gentle", "--targets", file, *free, *FEW, "--store", "kept")
    assert status == 1
    assert "the store of another study" in err


def test_a_calibration_that_misses_says_so_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    file = targets(leaders(0.9, 1.0))
    free = ("--free", "world.leader_change_rate")
    status, out, err = run(capsys, "lab", "calibrate", "gloomy", "--targets", file, *free, *FEW)
    assert status == 1
    assert "no point meets every target" in err
    assert "off by -" in out
    assert Path("calibration/scenario.toml").is_file()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("calibrate", "gloomy", "--free", "world.evidenc"), "did you mean world.evidence"),
        (("calibrate", "gloomy", "--targets", "none.csv"), "cannot be read"),
        (("calibrate", "nowhere"), "no such file, nor a bundled scenario"),
        (
            ("facts", "gloomy", "--world", "gloomi"),
            "a world that the targets name: gentle, gloomy; did you mean",
        ),
        (("facts", "gloomy", "--set", "world.evidence=7"), "world.evidence: 7: a number from 0 to 1"),
        (("robustness", "gloomy", "--out", "firm.txt"), "a name that ends in .json"),
        (("robustness", "gloomy", "--arm", "deal-frist"), "did you mean deal-first"),
    ],
)
def test_bad_questions_are_refused_in_words(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    status, out, err = run(capsys, "lab", *arguments)
    assert (status, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


def test_facts_fail_where_a_target_is_missed(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "lab", "facts", "gloomy", "--targets", targets(leaders(0.9, 1.0)), "--pairs", 32)
    assert status == 1
    assert "1 of 1 targets missed" in out


def test_a_report_takes_what_robustness_kept(capsys: pytest.CaptureFixture[str]) -> None:
    few = ("--points", 4, "--pairs", 8)
    asked = ("it-outsourcing", "--set", "horizon=7")
    status, out, _ = run(capsys, "lab", "robustness", *asked, *few, "--out", "firm.json")
    assert status == 0
    assert "headlines are structural" in out
    assert json.loads(Path("firm.json").read_text())["points"] == 4
    report = ("report", *asked, "--replications", 40, "--format", "md")
    status, _, _ = run(capsys, *report, "--robustness", "firm.json")
    assert status == 0
    assert "How firm this is, in 4 other worlds" in Path("relsim-it-outsourcing.md").read_text()
    status, _, err = run(capsys, "report", "it-outsourcing", "--replications", 40, "--robustness", "firm.json")
    assert status == 2
    assert "about this very scenario" in err
