"""The report: whole for any experiment, harmless with any words, the same bytes each time."""

import re
from pathlib import Path

import pytest

import relsim
from relsim.scenario import Governance, describe, effective
from relsim.show.page import as_html, as_markdown
from relsim.show.report import report
from relsim.show.stress import stress_section
from tests.doors import run
from tests.worlds import scenario

SECTIONS = [
    "The question",
    "The answer",
    "How long they last",
    "Where they stand as the years pass",
    "What is won and lost",
    "The same firms, the same luck",
    "How it went wrong",
    "How firm the headlines are",
    "What it rests on",
    "How to make it again",
    "Reporting checklist (STRESS-DES)",
]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def results() -> relsim.Results:
    return relsim.run_experiment(relsim.load_scenario("it-outsourcing"), 400)


def test_it_reads_as_a_story(results: relsim.Results) -> None:
    page = report(results)
    assert [section.title for section in page.sections] == SECTIONS
    html = as_html(page)
    answer = page.sections[1].blocks[0].text  # type: ignore[union-attr]
    assert answer.count(". ") == 2  # three sentences
    assert "Against never to begin, deal-first loses EUR" in answer
    assert "% of pairs where both launched (treatment)" in answer
    assert "% of pairs where only deal-first launched (selection)" in answer
    assert answer.count("[") == 4
    counted = results.summary()["parameters"]
    known = len(effective(results.scenario)) + len(describe(Governance))
    assert f"{counted['assumed']} of the {known} parameters are assumptions" in html
    assert "from the calibrated world gloomy" in html
    assert results.digest in html
    assert "relsim report scenario.toml --replications 400 --seed 1" in html
    assert html == as_html(report(results))


def test_numbers_are_those_of_the_comparison(results: relsim.Results) -> None:
    html = as_html(report(results))
    document = results.summary()
    net = document["arms"]["deal-first"]["per_contact"]["net"]["joint"] * 4
    assert f"{net:,.3f}" in html
    median = document["arms"]["feasibility-first"]["time_to_exit_median"]
    assert f"{median:.2f} [" in html
    assert f"{results.decompose()['selection'].mean.value * 4:+,.3f}" in html


def test_the_scenario_in_it_gives_the_same_lives(results: relsim.Results, tmp_path: Path) -> None:
    text, _ = as_markdown(report(results), "pictures")
    toml = re.search(r"scenario\.toml</summary>\s+```\n(.*?)\n```", text, re.DOTALL)
    assert toml is not None
    (tmp_path / "scenario.toml").write_text(toml[1], encoding="utf-8")
    again = relsim.run_experiment(relsim.load_scenario(tmp_path / "scenario.toml"), 400, 1)
    assert again.digest == results.digest


def test_the_checklist_has_every_item(results: relsim.Results) -> None:
    (folded,) = stress_section(results, 132, 141).blocks
    titles = [block.title.split()[0] for block in folded.blocks if hasattr(block, "title")]  # type: ignore[union-attr]
    components = [f"2.5.{number}" for number in range(1, 6)]
    assert titles == [
        *("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4"),
        *components,
        *("3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1"),
    ]


@pytest.mark.parametrize(("name", "replications"), [("facility-services", 1), ("rnd-alliance", 2)])
def test_few_pairs(name: str, replications: int) -> None:
    html = as_html(report(relsim.run_experiment(relsim.load_scenario(name), replications)))
    assert not re.search(r"\bnan\b", html)


def test_one_arm_and_three_arms_and_nobody() -> None:
    alone = scenario(only={"launch": "deal-first"})
    page = report(relsim.run_experiment(alone, 60))
    assert "The same firms, the same luck" not in [section.title for section in page.sections]
    as_html(page)
    three = scenario(
        first={"launch": "feasibility-first"},
        coached={"launch": "feasibility-first", "policies": ["facilitator"]},
        sold={"launch": "deal-first", "policies": ["deal-broker"]},
    )
    html = as_html(report(relsim.run_experiment(three, 60)))
    assert "sold against first" in html
    assert "coached against first" in html
    nobody = as_html(report(relsim.run_experiment(scenario({"no_deal": 1.0}), 40)))
    assert not re.search(r"\bnan\b", nobody)


def test_no_words_of_a_scenario_do_harm() -> None:
    hostile = '<script>alert(1)</script> $x^$ $ & "| [a](javascript:alert(1))'
    asked = scenario().model_copy(update={"title": hostile, "question": hostile})
    page = report(relsim.run_experiment(asked, 20))
    html = as_html(page)
    assert "<script" not in html
    assert "javascript:" not in re.sub(r">[^<]*<", "><", html)
    text, _ = as_markdown(page, "pictures")
    assert not re.search(r"(?<!\\)<script", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def test_the_door_writes_html_and_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    few = ("--replications", "40", "--set", "horizon=4")
    status, out, err = run(capsys, "report", "rnd-alliance", *few)
    assert (status, err) == (0, "")
    assert out == "report: relsim-rnd-alliance.html\n"
    assert Path("relsim-rnd-alliance.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    status, out, _ = run(capsys, "report", "rnd-alliance", *few, "--format", "md", "--seed", "3")
    assert status == 0
    assert out.splitlines() == ["pictures: relsim-rnd-alliance-pictures", "report: relsim-rnd-alliance.md"]
    text = Path("relsim-rnd-alliance.md").read_text(encoding="utf-8")
    pictures = re.findall(r"\]\((relsim-rnd-alliance-pictures/[\w-]+\.svg)\)", text)
    assert len(pictures) > 10
    assert all(Path(picture).stat().st_size > 1000 for picture in pictures)
    assert "--seed 3" in text


def test_the_function_writes_what_the_door_writes(results: relsim.Results, tmp_path: Path) -> None:
    assert relsim.write_report(results, tmp_path / "r.html") == {"report": tmp_path / "r.html"}
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == as_html(report(results))
    written = relsim.write_report(results, str(tmp_path / "r.md"))
    assert written == {"pictures": tmp_path / "r-pictures", "report": tmp_path / "r.md"}
    with pytest.raises(relsim.ScenarioError, match=r"a name that ends in \.html or \.md"):
        relsim.write_report(results, tmp_path / "r.pdf")


def test_the_door_takes_a_store(capsys: pytest.CaptureFixture[str]) -> None:
    relsim.run_experiment(relsim.load_scenario("it-outsourcing"), 400, store="kept")
    status, out, _ = run(capsys, "report", "kept", "--out", "kept.html")
    assert (status, out) == (0, "report: kept.html\n")
    direct = as_html(report(relsim.run_experiment(relsim.load_scenario("it-outsourcing"), 400)))
    assert Path("kept.html").read_text(encoding="utf-8") == direct
    status, _, err = run(capsys, "report", "kept", "--seed", "2")
    assert (status, err) == (2, "seed: 2: not together with a store: it says what was lived\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("it-outsorcing",), "did you mean it-outsourcing"),
        (("it-outsourcing", "--out", "report.pdf"), "report.pdf: a name that ends in .html or .md"),
        (("it-outsourcing", "--out", "report.md", "--format", "html"), "a name that ends in .html"),
        (("it-outsourcing", "--format", "docx"), "format: docx: html or md"),
        (
            ("it-outsourcing", "--replications", "5", "--out", "no/such/r.html"),
            "out: no/such/r.html: a file in a folder that is there",
        ),
        ((".",), "no store is here"),
    ],
)
def test_the_door_refuses(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    status, _, err = run(capsys, "report", *arguments)
    assert status in (1, 2)
    assert said in err
    assert "Traceback" not in err
