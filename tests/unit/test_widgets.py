"""Widgets and the classroom without a browser: what they say to one, and what they make of what it says."""

import errno
import os
import re
import socket
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

import relsim
from relsim.cli import main
from relsim.errors import EngineError, ScenarioError
from relsim.show.browser import script
from relsim.show.words import LANGUAGES, words
from tests.worlds import scenario

HINT = "pip install 'relsim-lifecycles[classroom]'"
NAMES = re.compile(r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """A library that is not installed, for modules that are imported from now on."""
    for module in ("relsim.show.widgets", "relsim.show.classroom.room", "relsim.show.classroom.serve"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, request.param, None)
    return str(request.param)


@pytest.mark.parametrize("without", ["anywidget"], indirect=True)
@pytest.mark.parametrize("name", ["TwinTimeline", "LiveComparison", "classroom"])
def test_widgets_say_which_extra_they_need(without: str, name: str) -> None:
    with pytest.raises(EngineError, match=re.escape(f"widgets need anywidget: {HINT}")):
        getattr(relsim, name)


@pytest.mark.parametrize("without", ["anywidget"], indirect=True)
def test_all_public_names_are_there_without_the_extra(without: str) -> None:
    scope: dict[str, Any] = {}
    exec("from relsim import *", scope)
    assert {"simulate", "twins"} <= scope.keys()
    assert not {"TwinTimeline", "LiveComparison", "classroom"} & scope.keys()


@pytest.mark.parametrize("without", ["anywidget", "voila"], indirect=True)
def test_the_command_says_which_extra_it_needs(without: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["classroom", "--no-browser"])
    assert stopped.value.code == 1
    assert capsys.readouterr().err.endswith(f": {HINT}\n")


pytest.importorskip("anywidget", reason="anywidget is not installed")

from relsim.show.classroom.room import Classroom  # noqa: E402
from relsim.show.widgets import Drawn, LiveComparison, TwinTimeline  # noqa: E402


def heard(widget: Drawn, message: Any) -> list[Any]:
    """Let a widget hear a message of a browser, and return what it says."""
    said: list[Any] = []
    widget.send = lambda content, buffers=None: said.append(content)  # type: ignore[method-assign]
    widget._handle_custom_msg(message, [])
    return said


@pytest.fixture(scope="module")
def room() -> Classroom:
    return Classroom(relsim.load_scenario("it-outsourcing"), seed=3, language="nl")


@pytest.mark.parametrize("names", [("twins", "widget"), ("live", "widget"), ("classroom", "widget")])
def test_no_two_parts_of_a_module_have_one_name(names: tuple[str, ...]) -> None:
    found = NAMES.findall(script(*names))
    assert {"draw", "render"} <= set(found)
    assert len(found) == len(set(found))


def test_the_timeline_shows_the_document_and_leaves_a_picture() -> None:
    shown = relsim.twins(relsim.load_scenario("it-outsourcing"), 4)
    timeline = TwinTimeline(shown, language="nl")
    assert (timeline.data, timeline.language) == (shown.document, "nl")
    told, _ = timeline._repr_mimebundle_()
    assert told["application/vnd.jupyter.widget-view+json"]["model_id"] == timeline.model_id
    assert b64decode(told["image/png"]).startswith(b"\x89PNG")


def test_a_language_that_relsim_does_not_speak_is_refused() -> None:
    with pytest.raises(ScenarioError, match="lang: fy: one of en, nl"):
        TwinTimeline(relsim.twins(relsim.load_scenario("it-outsourcing")), language="fy")


def test_an_answer_bears_the_number_of_its_question(room: Classroom) -> None:
    message = {"kind": "compare", "settings": {}, "replications": 20}
    for number in (0.25, 7, "x"):
        (said,) = heard(room.comparison, {"question": number, "message": message})
        assert said["question"] == number
        assert said["answer"]["replications"] == 20


def test_luck_is_that_of_the_seed(room: Classroom) -> None:
    asked = relsim.load_scenario("it-outsourcing")
    assert room.comparison.data["first"] == LiveComparison(asked, 3).data["first"]
    assert room.comparison.data["first"] != LiveComparison(asked, 4).data["first"]
    assert room.timeline.data["seed"] == 3


def test_a_life_that_was_found_is_shown_in_the_world_of_the_sliders(room: Classroom) -> None:
    settings = {"numbers": {"optimism": 0.2}, "policies": {}}
    message = {"kind": "found", "replication": 11, "settings": settings}
    (said,) = heard(room.comparison, {"question": 1, "message": message})
    assert said == {"question": 1, "answer": {}}
    assert room.timeline.data["replication"] == 11
    assert room.timeline.twins.scenario.world.optimism.value == 0.2
    assert room.timeline.data == relsim.twins(room.timeline.twins.scenario, 11, 3).document


@pytest.mark.parametrize(
    "found",
    [
        {"replication": -1, "settings": {}},
        {"replication": True, "settings": {}},
        {"replication": 10**400, "settings": {}},
        {"replication": "../../etc", "settings": {}},
        {"replication": 1, "settings": {"numbers": {"nothing": 1}}},
        {"replication": 1, "settings": {"numbers": {"optimism": float("nan")}}},
        {"replication": 1, "settings": "all"},
        {"replication": 1},
    ],
)
def test_a_find_that_cannot_be_is_refused_and_changes_nothing(room: Classroom, found: dict[str, Any]) -> None:
    before = room.timeline.data
    (said,) = heard(room.comparison, {"question": 1, "message": {"kind": "found", **found}})
    assert said["answer"]["error"]
    assert room.timeline.data is before


@pytest.mark.parametrize("message", [None, [], "x", 3, {"question": 1}, {"question": 1, "message": [1]}])
def test_a_message_that_says_nothing_is_answered_with_a_sentence_or_not_at_all(room: Classroom, message: Any) -> None:
    for widget in (room.heading, room.comparison, room.timeline):
        answers = heard(widget, message)
        assert all(each["answer"]["error"] for each in answers)
        assert len(answers) == (isinstance(message, dict))


def test_another_scenario_is_chosen_by_its_number() -> None:
    own = scenario()
    room = Classroom(own)
    titles = room.heading.data["scenarios"]
    assert titles[0] == own.title
    assert set(titles[1:]) == {relsim.load_scenario(name).title for name in relsim.bundled()}
    heard(room.heading, {"question": 1, "message": {"scenario": 2}})
    assert room.heading.data["chosen"] == 2
    assert room.comparison.data["title"] == room.timeline.data["title"] == titles[2]
    for wrong in (-1, len(titles), True, 1.0, "it-outsourcing", "/etc/passwd", None):
        (said,) = heard(room.heading, {"question": 1, "message": {"scenario": wrong}})
        assert said["answer"]["error"].startswith("scenario: ")
    assert room.heading.data["chosen"] == 2


def test_the_page_has_the_same_words_in_every_language() -> None:
    rooms = [words(language).room("classroom") for language in LANGUAGES]
    assert rooms[0].keys() == rooms[1].keys()
    assert all(text.strip() for room in rooms for text in room.values())


def test_a_port_in_use_is_said_beforehand(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("voila", reason="Voilà is not installed")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as stopped:
            main(["classroom", "--no-browser", "--port", str(port)])
    assert stopped.value.code == 1
    assert capsys.readouterr().err == f"port {port}: {os.strerror(errno.EADDRINUSE)}; take another one with --port\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "nowhere"),
        (["--lang", "fy"], "lang: fy: one of en, nl"),
        (["one.toml"], "two arms"),
    ],
)
def test_what_cannot_be_shown_is_refused_before_anything_is_served(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("voila", reason="Voilà is not installed")
    monkeypatch.chdir(tmp_path)
    Path("one.toml").write_text('title = "one arm"\n[arms.deal-first]\nlaunch = "deal-first"\n')
    with pytest.raises(SystemExit) as stopped:
        main(["classroom", "--no-browser", "--port", "0", *arguments])
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_nothing_of_the_page_comes_from_another_server() -> None:
    serve = pytest.importorskip("relsim.show.classroom.serve", reason="Voilà is not installed")
    sources = serve._policy(8866).replace("; ", " ").split()
    assert [each for each in sources if "://" in each] == ["ws://localhost:8866", "ws://127.0.0.1:8866"]
    assert not {"*", "http:", "https:", "ws:"} & set(sources)
    for file in Path(serve.__file__).parent.rglob("*"):
        assert not file.is_file() or file.suffix == ".pyc" or "https:" not in file.read_text("utf-8"), file
