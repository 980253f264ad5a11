"""Twins as data and as a page: what the document says is what the lives say, and text of strangers stays text."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import relsim
from relsim.errors import ScenarioError
from relsim.show.knowing import TEAMS, heard_of
from relsim.show.twins import Twins, twins
from relsim.show.words import LANGUAGES
from relsim.vocabulary import Ending
from tests.doors import run
from tests.worlds import QUIET, scenario

STRANGE = "</script><script>alert(1)</script><!--\u2028\u2029 <b>&amp;"


class Read(HTMLParser):
    """The elements of a page, each with its attributes and the text in it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(("", {}, ""))  # what follows is in no element that we ask for

    def handle_data(self, data: str) -> None:
        if self.found:
            tag, attributes, text = self.found[-1]
            self.found[-1] = (tag, attributes, text + data)

    def all(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attributes, text) for name, attributes, text in self.found if name == tag]


def data_of(page: str) -> dict:
    return next(json.loads(text) for attributes, text in Read(page).all("script") if attributes.get("id") == "data")


@pytest.fixture(scope="module", params=[("it-outsourcing", 4), ("it-outsourcing", 9), ("gentle", 48)])
def pair(request: pytest.FixtureRequest) -> Twins:
    name, replication = request.param
    return twins(relsim.load_scenario(name), replication)


def test_the_document_is_plain_json_and_columns_have_one_length(pair: Twins) -> None:
    assert json.loads(json.dumps(pair.document, allow_nan=False)) == pair.document
    for life, told in zip(pair.lives, pair.document["lives"], strict=True):
        columns = [*told["events"].values(), *told["course"].values()]
        assert {len(column) for column in columns} == {len(life.record)}


def test_the_document_says_what_the_lives_say(pair: Twins) -> None:
    for life, told in zip(pair.lives, pair.document["lives"], strict=True):
        assert [told["kinds"][kind] for kind in told["events"]["kind"]] == life.events["kind"].tolist()
        agents = pair.document["agents"]
        for column in ("sender", "receiver"):
            assert [agents[number] for number in told["events"][column]] == life.events[column].tolist()
        assert told["events"]["case"] == life.events["case"].tolist()
        assert np.allclose(told["events"]["time"], life.events["time"], rtol=0, atol=0.5e-4)
        assert told["ending"] == Ending(life.row["ending"]).name
        kept = [np.nan if value is None else value for value in told["course"]["kept"]]
        assert np.allclose(kept, life.trajectory["kept"], rtol=0, atol=0.5e-4, equal_nan=True)
        assert "fit" not in told["course"]


def test_what_was_heard_is_what_knowing_says_and_never_more_than_there_was(pair: Twins) -> None:
    for life, told in zip(pair.lives, pair.document["lives"], strict=True):
        heard = heard_of(life)
        cases = {case for known in heard.values() for _, case in known}
        assert len(told["problems"]) == len(cases)
        assert told["problems"] == sorted(told["problems"])
        for team in TEAMS:
            times = told["heard"][team.name]
            assert len(times) == len(heard[team])
            assert times == sorted(times)
            for at, time in enumerate(times, 1):
                assert at <= sum(problem <= time for problem in told["problems"])


def test_cases_that_can_be_followed_have_words(pair: Twins) -> None:
    for kind, firm in pair.document["clocks"].values():
        for language in LANGUAGES:
            assert f"twins.case.{kind}" in pair.document["words"][language]
            assert f"model.firm.{firm}" in pair.document["words"][language]


def test_text_of_strangers_stays_text() -> None:
    strange = scenario().model_copy(update={"title": STRANGE})
    page = twins(strange).html()
    read = Read(page)
    assert [attributes.get("type") for attributes, _ in read.all("script")] == ["application/json", "module"]
    assert read.all("title") == [({}, STRANGE)]
    assert data_of(page)["title"] == STRANGE
    assert "\u2028" not in re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1]


def test_the_page_allows_nothing_but_what_is_in_it(pair: Twins) -> None:
    page = pair.html("nl")
    read = Read(page)
    (policy,) = [each["content"] for each, _ in read.all("meta") if each.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    (module,) = [text for attributes, text in read.all("script") if attributes.get("type") == "module"]
    ((_, style),) = read.all("style")
    for rule, source in (("script-src", module), ("style-src", style)):
        assert rules[rule] == f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert read.all("html")[0][0] == {"lang": "nl"}
    assert not [each for _, each, _ in read.found if {"src", "style", "onclick"} & set(each)]
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page


def test_the_page_is_under_a_megabyte_for_the_busiest_of_many_lives() -> None:
    for name in relsim.bundled():
        asked = relsim.load_scenario(name)
        lives = relsim.run_experiment(asked, 300).lives
        busiest = lives.groupby("replication", observed=True)["n_events"].sum().idxmax()
        assert len(twins(asked, int(busiest)).html().encode()) < 1_000_000, name


def test_a_life_of_hardly_any_time_has_a_page_too() -> None:
    short = twins(scenario(QUIET, horizon=1e-6))
    assert data_of(short.html())["lives"][0]["end"] == 0.0
    assert short._repr_png_().startswith(b"\x89PNG")


def test_the_picture_shows_lanes_and_beliefs_of_both(pair: Twins) -> None:
    titles = [ax.get_title(loc="left") for ax in pair.figure().axes]
    arms = [life.arm for life in pair.lives]
    assert [title.split(": ", 1)[1] for title in titles] == arms * 2


@pytest.mark.parametrize(
    ("arms", "said"),
    [
        (("deal-first",), "two arms"),
        (("deal-first", "deal-first"), "two arms"),
        (("deal-first", "feasibility-first", "deal-first"), "two arms"),
        (("deal-frist", "feasibility-first"), "did you mean deal-first"),
    ],
)
def test_what_is_not_a_pair_of_arms_is_refused(arms: tuple[str, ...], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        twins(scenario(), arms=arms)


def test_one_arm_alone_has_no_twin() -> None:
    with pytest.raises(ScenarioError, match="two arms"):
        twins(scenario(only={"launch": "deal-first"}))


def test_arms_that_launch_alike_are_twins_too() -> None:
    pair = twins(scenario(one={"launch": "deal-first"}, other={"launch": "deal-first", "kickoff": 2}))
    assert [life.arm for life in pair.lives] == ["one", "other"]


class TestCommand:
    @pytest.fixture(autouse=True)
    def elsewhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)

    def test_it_writes_the_page_and_says_how_both_ended(self, capsys: pytest.CaptureFixture[str]) -> None:
        status, out, err = run(capsys, "twins", "it-outsourcing", "--replication", 4, "--set", "world.optimism=0.2")
        assert (status, err) == (0, "")
        written = Path("relsim-twins-it-outsourcing-4.html")
        pair = twins(relsim.load_scenario("it-outsourcing", ["world.optimism=0.2"]), 4)
        assert out == f"{pair.told()}\ntwins: {written}\n"
        assert written.read_text("utf-8") == pair.html()
        assert [line.split(" ")[0] for line in out.splitlines()[:2]] == ["deal-first", "feasibility-first"]

    def test_in_dutch_with_arms_in_the_order_given(self, capsys: pytest.CaptureFixture[str]) -> None:
        chosen = ("--arm", "feasibility-first", "--arm", "deal-first", "--lang", "nl", "--seed", 3, "--out", "a.html")
        status, out, _ = run(capsys, "twins", "gentle", *chosen)
        assert status == 0
        document = data_of(Path("a.html").read_text("utf-8"))
        assert [life["arm"] for life in document["lives"]] == ["feasibility-first", "deal-first"]
        assert document["seed"] == 3
        assert out.splitlines()[0].startswith("feasibility-first: na ")
        assert "jaarlijkse contractwaarden" in out

    @pytest.mark.parametrize(
        ("arguments", "status", "said"),
        [
            (("--arm", "deal-first"), 2, "arm: deal-first: two arms"),
            (("--arm", "deal-frist", "--arm", "deal-first"), 2, "did you mean deal-first?"),
            (("--lang", "de"), 2, "lang: de: one of en, nl"),
            (("--out", "a.pdf"), 2, "file: a.pdf: a name that ends in .html"),
            (("--out", "nowhere/a.html"), 2, "out: nowhere/a.html: a file in a folder that is there"),
            (("--set", "world.optimism=9"), 2, "world.optimism"),
        ],
    )
    def test_mistakes_are_told_in_words(
        self, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], status: int, said: str
    ) -> None:
        left, out, err = run(capsys, "twins", "it-outsourcing", *arguments)
        assert (left, out) == (status, "")
        assert said in err
        assert "Traceback" not in err

    def test_a_file_that_cannot_be_written(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("taken.html").mkdir()
        status, _, err = run(capsys, "twins", "it-outsourcing", "--out", "taken.html")
        assert status == 1
        assert err.startswith("taken.html: cannot be written: ")
