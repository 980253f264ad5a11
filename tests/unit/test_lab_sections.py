"""Answers of the lab as sections of a report: kept, read back, harmless, and never about something else unsaid."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from relsim.cli.questions import keep
from relsim.errors import EngineError, ScenarioError
from relsim.experiment.run import run_experiment
from relsim.lab.robustness import Flip, Headline, Robustness
from relsim.show.lab import lab_section, read_sections, write_section
from relsim.show.page import Folded, Lead, Paragraph, Picture, Table, as_html
from relsim.show.report import report
from tests.worlds import scenario

ASKED = scenario()
FLIP = Flip("world.evidence", 0.0, 0.3, (0.2, 0.5, 0.9))
ANSWER = Robustness(
    ASKED.title,
    "of a test",
    4096,
    128,
    1,
    150,
    (
        Headline("net.b", "b against a: net <of> both", 0.1, 0.6, 4096, (FLIP,)),
        Headline("pays.a", "a against never: net", -1.0, 0.97, 4096, ()),
        Headline("cost.b", "b against a: cost", 0.0, float("nan"), 0, ()),
    ),
)


def test_an_answer_is_sentences_a_picture_and_a_table() -> None:
    section = lab_section(ANSWER)
    assert section.title == "In which other worlds the headlines hold"
    assert [type(block) for block in section.blocks] == [Lead, Paragraph, Paragraph, Picture, Folded]
    lead, sure, flips, picture, folded = section.blocks
    assert isinstance(lead, Lead)
    assert lead.text.startswith("1 of 3 headlines are structural. Build on these, whatever")  # type: ignore[union-attr]
    assert sure == Paragraph(ANSWER.said()[1])
    assert flips == Paragraph(f"b against a: net <of> both: its sign flips first of all with {FLIP}.")
    assert isinstance(picture, Picture)
    assert isinstance(folded, Folded)
    (table,) = folded.blocks
    assert isinstance(table, Table)
    assert len(table.rows) == 3


def test_it_is_read_back_as_it_was_kept(tmp_path: Path) -> None:
    files = write_section(ANSWER, tmp_path / "answers", "robustness")
    assert {what: path.name for what, path in files.items()} == {
        "table": "robustness.csv",
        "picture": "robustness.png",
        "section": "robustness.json",
    }
    (tmp_path / "answers" / "something-else.json").write_text('{"mine": 1}')
    (section,) = read_sections(tmp_path / "answers", ASKED)
    made = lab_section(ANSWER)
    assert section.title == made.title
    assert [each for each in section.blocks if not isinstance(each, Picture)] == [
        each for each in made.blocks if not isinstance(each, Picture)
    ]
    page = as_html(report(run_experiment(ASKED, 20), lab=(section,)))
    assert page.count("data:image/png;base64,") == 1
    assert "net &lt;of&gt; both" in page
    assert page == as_html(report(run_experiment(ASKED, 20), lab=read_sections(tmp_path / "answers", ASKED)))


def changed(path: Path, **values: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_it_says_where_it_is_about_something_else(tmp_path: Path) -> None:
    path = write_section(ANSWER, tmp_path, "robustness")["section"]
    other = ASKED.model_copy(update={"title": "another world"})
    (section,) = read_sections(tmp_path, other)
    assert Paragraph("This is about another scenario than the rest of the report: a test world.") in section.blocks
    changed(path, rules_version=1)
    (section,) = read_sections(tmp_path, ASKED)
    told = [each.text for each in section.blocks if isinstance(each, Paragraph)]
    assert any(str(text).startswith("This was found with rules version 1; the report has") for text in told)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.with_suffix(".png").unlink(),
        lambda path: path.with_suffix(".png").write_bytes(b"no picture"),
        lambda path: path.write_bytes(path.read_bytes()[:-40]),
        lambda path: changed(path, said=[]),
        lambda path: changed(path, said=[1]),
        lambda path: changed(path, rows=[["one"]]),
        lambda path: changed(path, rows=7),
        lambda path: changed(path, title=None),
    ],
)
def test_a_damaged_section_is_refused_in_words(damage: Callable[[Path], None], tmp_path: Path) -> None:
    path = write_section(ANSWER, tmp_path, "robustness")["section"]
    damage(path)
    with pytest.raises(ScenarioError, match=r"lab: .*robustness\.json: a section that relsim lab"):
        as_html(report(run_experiment(ASKED, 5), lab=read_sections(tmp_path, ASKED)))


def test_a_folder_without_answers_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ScenarioError, match="a folder with what relsim lab"):
            read_sections(folder, ASKED)


def test_what_cannot_be_kept_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ScenarioError, match="small letters, digits"):
        keep(ANSWER, tmp_path, "../elsewhere")
    keep(ANSWER, None, "robustness")
    assert capsys.readouterr().out.startswith("1 of 3 headlines are structural.")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EngineError, match="cannot be written"):
        keep(ANSWER, tmp_path / "file", "robustness")
