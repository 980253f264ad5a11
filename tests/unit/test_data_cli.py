"""The doors to a user's own data: check, compare, targets, example, columns."""

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.doors import run


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def example(capsys: pytest.CaptureFixture[str]) -> str:
    assert run(capsys, "data", "example", "past.csv") == (0, "past.csv\n", "")
    return "past.csv"


def test_check_sums_up_what_was_read(capsys: pytest.CaptureFixture[str], example: str) -> None:
    status, out, err = run(capsys, "data", "check", example)
    assert (status, err) == (0, "")
    assert "past.csv: 320 past relationships, 2012-01-24 to 2024-12-31" in out
    assert "SYNTHETIC" in out
    assert "! How it ended is unknown of 7 of 184" in out
    status, out, err = run(capsys, "data", "check", example, "--json")
    document = json.loads(out)
    assert document["counts"]["launched"] == {"deal-first": 170, "feasibility-first": 87, "all": 257}
    assert document["period"] == ["2012-01-24", "2024-12-31"]


def test_check_tells_every_mistake_and_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.csv").write_text("launch,started,ended,town\ndeal-frist,2,1,X\n")
    status, out, err = run(capsys, "data", "check", "mine.csv")
    assert (status, out) == (2, "")
    assert err == (
        "mine.csv:2: launch: deal-frist: deal-first or feasibility-first; did you mean deal-first?\n"
        "mine.csv:2: ended: 1: not before started, 2\n"
    )
    Path("mine.csv").write_text("launch,started,ended,town\ndeal-first,1,2,X\n")
    status, out, err = run(capsys, "data", "check", "mine.csv")
    assert "not used: town" in out


def test_compare_prints_writes_and_draws(capsys: pytest.CaptureFixture[str], example: str) -> None:
    few = ("--replications", 200)
    status, out, err = run(
        capsys, "data", "compare", example, "it-outsourcing", *few, "--out", "c.csv", "--picture", "p.png"
    )
    assert (status, err) == (0, "")
    assert "past.csv beside IT outsourcing between two mid-size firms" in out
    assert out.endswith("comparison: c.csv\npicture: p.png\n")
    assert "alive-5" in set(pd.read_csv("c.csv")["figure"])
    assert Path("p.png").read_bytes().startswith(b"\x89PNG")
    status, out, err = run(capsys, "data", "compare", example, "it-outsourcing", *few, "--json", "--out", "c.csv")
    assert json.loads(out)["launches"]["feasibility-first"]["arm"] == "feasibility-first"
    assert err == "comparison: c.csv\n"
    status, out, err = run(capsys, "data", "compare", example, "it-outsourcing", *few, "--arm", "deal-first")
    assert (status, err) == (0, "")
    assert "no arm that is feasibility-first" in out
    status, _, err = run(capsys, "data", "compare", example, "gloomy", "--picture", "p.gif")
    assert (status, err) == (2, "file: p.gif: a name that ends in .png or .svg or .pdf\n")


def test_targets_go_to_a_file_that_the_lab_reads(capsys: pytest.CaptureFixture[str], example: str) -> None:
    status, out, err = run(capsys, "data", "targets", example, "--out", "targets.csv")
    assert (status, err) == (0, "")
    assert "P14 years to contract" in out
    assert out.endswith("targets: targets.csv\n")
    status, out, err = run(capsys, "lab", "facts", "it-outsourcing", "--targets", "targets.csv", "--pairs", 500)
    assert status == 1
    assert "P6" in out
    status, out, _ = run(capsys, "data", "targets", example, "--json")
    assert len(json.loads(out)["targets"]) == 14


def test_a_table_that_carries_nothing_writes_no_targets(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.csv").write_text("launch,started,ended\ndeal-first,1,2\n")
    status, out, err = run(capsys, "data", "targets", "mine.csv", "--out", "targets.csv")
    assert status == 1
    assert err == "mine.csv: carries no target, so targets.csv is not written\n"
    assert not Path("targets.csv").exists()
    status, out, _ = run(capsys, "data", "compare", "mine.csv", "gloomy", "--replications", 20)
    assert status == 0
    assert "The table is too small to be held against anything" in out


def test_columns_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "data", "columns")
    assert status == 0
    assert "observed_until" in out
    told = json.loads(run(capsys, "data", "columns", "--json")[1])
    assert [each["name"] for each in told if each["required"]] == ["launch"]


def test_an_example_is_not_written_over_a_file(capsys: pytest.CaptureFixture[str], example: str) -> None:
    status, _, err = run(capsys, "data", "example", example)
    assert (status, err) == (2, "file: past.csv: a new file; this one exists already\n")
    assert run(capsys, "data", "example", "past.xlsx")[0] == 2
