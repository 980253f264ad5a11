"""The doors of discovery, maps and choices."""

from pathlib import Path

import pytest

from tests.doors import run

FREE = ("--free", "world.break_even", "--free", "world.optimism=0:0.2")
FEW = ("--worlds", 16, "--pairs", 8)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_discover_keeps_its_answer_and_every_world(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("lab", "discover", "it-outsourcing", *FREE, *FEW, "--store", "kept", "--out", "answers")
    status, out, err = run(capsys, *asked)
    assert (status, err) == (0, "")
    assert "In most plausible worlds feasibility-first is better" in out
    assert sorted(path.name for path in Path("answers").iterdir()) == [
        "discovery-worlds.csv",
        "discovery.csv",
        "discovery.json",
        "discovery.png",
    ]
    assert len(Path("answers/discovery-worlds.csv").read_text().splitlines()) == 17
    assert run(capsys, *asked) == (status, out, err)
    status, out, _ = run(capsys, "lab", "choose", "it-outsourcing", *FREE, *FEW, "--store", "kept", "--out", "answers")
    assert status == 0
    assert "Choose " in out
    assert len(Path("kept/cells.log").read_bytes().splitlines()) == 16
    report = ("report", "it-outsourcing", "--replications", 40, "--format", "md", "--lab", "answers")
    assert run(capsys, *report)[0] == 0
    text = Path("relsim-it-outsourcing.md").read_text(encoding="utf-8")
    assert "Where one arm beats another among plausible worlds" in text
    assert "What to choose, not knowing the world" in text


def test_a_map_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    asked = (
        "lab",
        "map",
        "gentle",
        "--x",
        "average-fit=0.4:0.9",
        "--y",
        "world.rival_offer_rate",
        *FEW,
        "--out",
        "answers",
    )
    status, out, err = run(capsys, *asked)
    assert (status, err) == (0, "")
    assert "All else is as in the scenario itself" in out
    assert {path.name for path in Path("answers").iterdir()} == {
        f"map-average-fit-rival-offer-rate.{kind}" for kind in ("csv", "json", "png")
    }


def test_policies_may_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(
        capsys, "lab", "choose", "gloomy", "--policies", "facilitator", *FREE, *FEW, "--arm", "feasibility-first"
    )
    assert status == 0
    assert "feasibility-first + facilitator" in " ".join(out.split())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("discover", "gloomy", "--against", "nevr"), "did you mean never"),
        (("discover", "gloomy", "--of", "net.jiont"), "did you mean net.joint"),
        (("discover", "gloomy", "--free", "world.evidenc"), "did you mean world.evidence"),
        (("discover", "gloomy", "--pairs", "9"), "pairs: 9: an even number from 4 on"),
        (("map", "gloomy", "--x", "world.patience"), "not a whole one"),
        (("choose", "gloomy", "--policies", "facilitatr"), "did you mean facilitator"),
        (("choose", "gloomy", "--arm", "deal-frist"), "did you mean deal-first"),
    ],
)
def test_bad_questions_are_refused_in_words(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    status, out, err = run(capsys, "lab", *arguments)
    assert (status, out) == (2, "")
    assert told in err
    assert "Traceback" not in err
