"""The documents say what the code says, name everything that it has, and lead where they say."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import docs.rebuild as rebuild
from docs.tables import BLOCKS, Block
from docs.tables.block import from_code, known, markdown
from docs.tables.reading import AFTER_EVENTS, reading, rules_that
from relsim.model.rule import consequence_clock
from relsim.model.rules.operation import incident
from relsim.scenario.governance import POLICIES, Governance
from relsim.scenario.world import World
from relsim.show import stress
from relsim.vocabulary import Account, Clock, Ending, EventKind, Phase

ROOT = Path(__file__).parents[2]
ODD = (ROOT / "docs" / "model" / "odd.md").read_text(encoding="utf-8")
STRESS = (ROOT / "docs" / "model" / "stress-des.md").read_text(encoding="utf-8")
DOCUMENTS = {str(file.relative_to(ROOT)): file for file in rebuild.documents()}
PLACES = rebuild.places(list(DOCUMENTS.values()), BLOCKS)


@pytest.mark.parametrize("place", [each for each in PLACES if not each.block.simulates], ids=lambda place: place.told)
def test_blocks_from_code_are_what_the_code_gives(place: rebuild.Place) -> None:
    assert place.text == place.block.make(), "the code has moved on: python docs/rebuild.py writes it anew"


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+(?:-\w+)*", text))


def test_the_description_of_the_model_names_everything() -> None:
    said = words(ODD)
    fields = {*World.model_fields, *Governance.model_fields}
    members = {word.name for each in (EventKind, Phase, Ending, Account) for word in each}
    statements = {f"A{number}" for number in range(1, 25)}
    assert (fields | members | statements | POLICIES.keys()) - said == set()


def test_every_rule_has_a_submodel_of_its_own() -> None:
    assert sorted(re.findall(r"^#### (\w+)$", ODD, re.MULTILINE)) == sorted(EventKind.__members__)


def test_its_elements_are_those_of_the_protocol() -> None:
    assert re.findall(r"^## \d\. (.+)$", ODD, re.MULTILINE) == [
        "Purpose and patterns",
        "Entities, state variables, and scales",
        "Process overview and scheduling",
        "Design concepts",
        "Initialization",
        "Input data",
        "Submodels",
    ]
    assert re.findall(r"^### 4\.\d+ (.+)$", ODD, re.MULTILINE) == [
        "Basic principles",
        "Emergence",
        "Adaptation",
        "Objectives",
        "Learning",
        "Prediction",
        "Sensing",
        "Interaction",
        "Stochasticity",
        "Collectives",
        "Observation",
    ]


def test_the_numbers_of_addresses_are_those_of_the_code() -> None:
    typed = {int(number) for number in re.findall(r"2\^32 \* (\d+)", ODD)}
    assert typed == {Clock.CONTRACT_TERM, Clock.LAUNCH, Clock.LIMPING, Clock.ATTENTION}

    class Sides:
        address_firm = (0, 1)

    assert "clock `1024 + 2 * kind + side`" in ODD
    assert [consequence_clock(Sides, 33, firm) for firm in (0, 1, 2)] == [1090, 1091, 1090]


def test_the_checklist_has_the_items_of_a_report() -> None:
    items = re.findall(r'"(\d\.\d(?:\.\d)? [^"]+)"', inspect.getsource(stress))
    assert len(items) == 24
    assert re.findall(r"^\| (\d\.\d(?:\.\d)? [^|]+?) \|", STRESS, re.MULTILINE) == items


def anchor(heading: str) -> str:
    """Return what GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    file = DOCUMENTS[name]
    text = re.sub(r"```.*?```", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        path, _, part = target.partition("#")
        there = file.parent / path if path else file
        assert there.exists(), f"{name}: {target}"
        if part:
            headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            assert part in map(anchor, headings), f"{name}: {target}"
    for path in re.findall(r"`((?:benchmarks|docs|relsim|scenarios|tests)/[\w./-]*)`", text):
        assert (ROOT / path).exists(), f"{name}: {path}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nobody_is_sent_to_the_wrong_package(name: str) -> None:
    assert not re.search(r"pip install \S*relsim(?!-lifecycles)", DOCUMENTS[name].read_text(encoding="utf-8"))


def made(name: str) -> Block:
    return Block(name, lambda: f"{name}\n", simulates=False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!-- rebuilt: rates -->\n", "a.md: block rates has no <!-- end -->"),
        ("<!-- rebuilt: rates -->\n<!-- rebuilt: sizes -->\n<!-- end -->\n", "a.md: block rates has no <!-- end -->"),
        ("<!-- end -->\n", "a.md: an <!-- end --> that ends no block"),
        ("<!-- rebuilt: prices -->\n<!-- end -->\n", "a.md: no function in docs/tables makes the block prices"),
        ("<!-- rebuilt: rates -->\n<!-- end -->\n", "docs/tables: no document shows sizes"),
    ],
)
def test_wrong_marks_are_told_plainly(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.md").write_text(text)
    with pytest.raises(rebuild.WrongBlock, match=re.escape(said)):
        rebuild.places([tmp_path / "a.md"], {name: made(name) for name in ("rates", "sizes")})


TWO = """Before.
<!-- rebuilt: rates -->
old
<!-- end -->
Between.
<!-- rebuilt: sizes -->
sizes
<!-- end -->
After.
"""


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a document of two blocks, of which one is no longer what its function gives."""
    file = tmp_path / "a.md"
    file.write_text(TWO)
    monkeypatch.setattr(rebuild, "documents", lambda: [file])
    monkeypatch.setattr(rebuild, "BLOCKS", {name: made(name) for name in ("rates", "sizes")})
    monkeypatch.setattr(rebuild, "ROOT", tmp_path)
    monkeypatch.setattr(rebuild, "PICTURES", tmp_path / "pictures")
    rebuild.PICTURES.mkdir()
    return file


@pytest.mark.parametrize(("asked", "status"), [([], 0), (["--check"], 1), (["rates"], 0), (["--check", "a.md"], 1)])
def test_what_came_out_differently_is_written_and_told(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], asked: list[str], status: int
) -> None:
    assert rebuild.main(asked) == status
    assert elsewhere.read_text() == TWO.replace("old", "rates")
    out = capsys.readouterr().out
    assert "DIFFERENT  a.md: rates (" in out
    assert "1 of the texts came out differently" in out
    assert rebuild.main([*asked, "--check"]) == 0


def test_only_what_is_asked_for_is_rebuilt(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rebuild.main(["--check", "sizes"]) == 0
    assert elsewhere.read_text() == TWO
    assert "rates" not in capsys.readouterr().out
    assert rebuild.main(["prices"]) == 2
    assert "prices: neither a block nor a part of the path" in capsys.readouterr().err


def test_a_picture_that_came_out_differently_is_only_told(
    elsewhere: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:

    def draw() -> str:
        (rebuild.PICTURES / "rates.png").write_bytes(b"a picture")
        return "old\n"

    monkeypatch.setitem(rebuild.BLOCKS, "rates", Block("rates", draw, simulates=True))
    assert rebuild.main(["--check"]) == 0
    assert "drawn anew pictures/rates.png" in capsys.readouterr().out


def test_what_is_told_of_names_is_complete() -> None:
    told = {"a": 1, "b": 2}
    assert list(known(told, ["b", "a"], "letters")) == ["b", "a"]
    with pytest.raises(ValueError, match=re.escape("letters: not told: ['c']; told but not in the code: ['b']")):
        known(told, ["a", "c"], "letters")
    with pytest.raises(ValueError, match="a row of other length"):
        markdown(("a", "b"), [("1",)])
    assert markdown(("a", "b"), [("1|2", "3")], right=(1,)) == "| a | b |\n| --- | --: |\n| 1\\|2 | 3 |\n"


def test_what_a_rule_does_is_read_off_its_source() -> None:
    found = reading(incident)
    assert found.sends == {"REPAIRED": False, "COMPLAINT_RAISED": True}
    assert list(found.books) == ["REPAIR"]
    assert {"r.incidents", "r.root", "r.trust", "f.morale", "f.ledger"} <= found.writes.keys()
    assert rules_that("sends", "DISPUTE_RAISED") == ["AGREEMENT_BROKEN"]
    assert rules_that("books", "BENEFIT")[-1] == AFTER_EVENTS


def test_two_functions_for_one_block_are_refused() -> None:
    first: Callable[[], str] = BLOCKS["clocks"].make
    with pytest.raises(ValueError, match="two functions for the block clocks"):
        from_code(first)
