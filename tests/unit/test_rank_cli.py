"""The doors of ranking and of the front."""

import json
from pathlib import Path

import pytest

from tests.doors import run


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def told(out: str) -> str:
    """Return what was printed without its line ends."""
    return " ".join(out.split())


ASKED = ("it-outsourcing", "--set", "horizon=2")


def test_rank_says_which_arm_is_best_and_keeps_it_for_reports(capsys: pytest.CaptureFixture[str]) -> None:
    command = ("lab", "rank", *ASKED, "--policies", "facilitator", "--indifference", 0.05, "--store", "kept")
    status, out, err = run(capsys, *command, "--out", "out")
    assert (status, err) == (0, "")
    assert "the best of 4 arms in net of both firms" in told(out)
    assert "section: out/ranking.json" in told(out)
    assert json.loads(Path("out/ranking.json").read_text())["heading"] == "Which arm is best"
    assert Path("out/ranking.png").is_file()
    status, again, _ = run(capsys, *command)
    assert status == 0
    assert again.splitlines()[:3] == out.splitlines()[:3]
    status, _, _ = run(capsys, "report", *ASKED, "--replications", 40, "--format", "md", "--lab", "out")
    assert status == 0
    assert "Which arm is best" in Path("relsim-it-outsourcing.md").read_text()


def test_rank_of_a_store_says_which_may_be_best_and_lives_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "compare", *ASKED, "--replications", 200, "--store", "lives")
    status, out, err = run(capsys, "lab", "rank", "lives", "--objective", "loss.joint", "--out", "out")
    assert (status, err) == (0, "")
    assert "of 2 arms may be the best in loss of both firms" in told(out)
    assert "200 pairs of firms" in told(out)
    assert Path("out/contenders.csv").is_file()


def test_front_says_among_which_arms_to_choose(capsys: pytest.CaptureFixture[str]) -> None:
    few = ("--pairs", 1024, "--measure", "net.joint", "--measure", "cost")
    status, out, err = run(
        capsys, "lab", "front", *ASKED, "--policies", "facilitator deal-broker", *few, "--out", "out"
    )
    assert (status, err) == (0, "")
    assert "of 8 arms are on the front of net.joint, cost" in told(out)
    assert len(Path("out/front.csv").read_text().splitlines()) == 9


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("rank", "it-outsourcing", "--objective", "churn"), "a ratio is not the mean of the ratios"),
        (("rank", "it-outsourcing", "--policies", "facilitater"), "did you mean facilitator"),
        (("rank", "it-outsourcing", "--indifference", -1), "indifference: -1.0: a number above 0"),
        (("rank", "it-outsourcing", "--confidence", 1), "confidence: 1.0: a share from 0.5 to below 1"),
        (("rank", "it-outsourcing", "--arm", "deal-frist"), "did you mean deal-first"),
        (("rank", "it-outsourcing", "--combine", 2, "--most", 100), "most: 100: pairs of firms, not below the 4,096"),
        (("rank", ".", "--policies", "facilitator"), "this is a store"),
        (("front", "it-outsourcing", "--measure", "cost"), "measures: cost: at least two"),
        (("front", "it-outsourcing", "--pairs", 1000), "pairs: 1000: a multiple of 1,024"),
        (("front", "it-outsourcing", "--measure", "cost", "--measure", "surviva"), "did you mean survival"),
    ],
)
def test_bad_questions_are_refused_in_words(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], why: str
) -> None:
    status, out, err = run(capsys, "lab", *arguments)
    assert (status, out) == (2, "")
    assert why in err
    assert "Traceback" not in err


def test_a_folder_that_is_no_store_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty").mkdir()
    status, _, err = run(capsys, "lab", "rank", "empty")
    assert status == 1
    assert "Traceback" not in err
    assert "empty" in err
