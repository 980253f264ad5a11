"""The trainer's guide sends nobody to a life, a word or a button that is not there."""

import re
from pathlib import Path

import pytest

import docs.rebuild as rebuild
from docs.tables import BLOCKS
from docs.tables.trainer import SHOWN
from relsim.show.words import words

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
GUIDE = (GUIDES / "trainer.md").read_text(encoding="utf-8")
PLACES = rebuild.places(rebuild.documents(), BLOCKS)


@pytest.mark.parametrize(
    "place", [each for each in PLACES if each.file.name == "trainer.md"], ids=lambda place: place.block.name
)
def test_the_lives_and_moments_of_the_guide_are_those_that_one_finds(place: rebuild.Place) -> None:
    assert place.text == place.block.make(), "python docs/rebuild.py trainer.md writes it anew"


def test_every_life_that_is_spoken_of_is_listed_and_the_other_way_round() -> None:
    prose = re.sub(r"<!-- rebuilt:.*?<!-- end -->", "", GUIDE, flags=re.DOTALL)
    named = re.findall(r"\b[Ll](?:ife|ives) ([A-Z](?:(?:, | to | and )[A-Z])*)\b", prose)
    assert {letter for each in named for letter in re.findall("[A-Z]", each)} == SHOWN.keys()


def test_what_is_in_bold_stands_on_the_page() -> None:
    known = set(words("en").texts.values())
    body = GUIDE.split("## 45 minutes")[1].split("## Where the model contradicts")[0]
    bold = set(re.findall(r"\*\*([^*]+)\*\*", body))
    assert len(bold) > 10
    assert bold - known == set()


def test_the_dutch_words_are_those_of_the_page() -> None:
    table = re.findall(
        r"^\| [^|]+ \| ([^|]+) \| [^|]+ \|$", (GUIDES / "trainer-nl.md").read_text("utf-8"), re.MULTILINE
    )
    told = " ".join(words("nl").texts.values()).lower()
    missing = [each for each in table[2:] if each.lower() not in told]
    assert len(table) > 12
    assert missing == []


def test_the_plans_leave_no_minute_out() -> None:
    plans = GUIDE.split("## 45 minutes")[1].split("## Where the model contradicts")[0].split("## 90 minutes")
    first, second = (
        [tuple(map(int, span)) for span in re.findall(r"^\| (\d+)-(\d+) \|", plan, re.MULTILINE)] for plan in plans
    )
    for spans, start, end in ((first, 0, 45), (second, 41, 90)):
        assert [begin for begin, _ in spans] == [start, *(last for _, last in spans[:-1])]
        assert spans[-1][1] == end
