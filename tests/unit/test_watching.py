"""One life watched as it happens: at a pace, or whenever somebody presses Enter."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

import relsim
from tests.doors import run

ASKED = ("life", "it-outsourcing", "--replication", "4", "--set", "horizon=2", "--engine", "simpy-plain")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of a watch that only moves while somebody sleeps."""
    naps: list[float] = []
    monkeypatch.setattr("simpy.rt.monotonic", lambda: sum(naps))
    monkeypatch.setattr("simpy.rt.sleep", naps.append)
    return naps


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    monkeypatch.setattr("relsim.cli.watching._in_a_terminal", lambda: True)
    return capsys


def words(text: str) -> list[str]:
    """Return the words of a list of events, whatever lines and columns they stand in."""
    return sorted(text.replace("->", "").split())


@pytest.mark.parametrize("more", [(), ("--all",), ("--set", "start_date=2026-01-31")])
def test_a_life_at_a_pace_is_told_as_any_other(
    capsys: pytest.CaptureFixture[str], slept: list[float], more: tuple[str, ...]
) -> None:
    usual = run(capsys, *ASKED, *more)[1]
    status, out, err = run(capsys, *ASKED, *more, "--pace", "1.5")
    assert (status, err) == (0, "")
    assert words(out) == words(usual)
    assert "digest: " in out
    assert sum(slept) == pytest.approx(3.0)


def test_it_is_told_when_it_happens(
    capsys: pytest.CaptureFixture[str], slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was printed until a moment is what happened until then, and no more."""
    heard: list[tuple[float, str]] = []

    def sleep(seconds: float) -> None:
        heard.append((sum(slept), capsys.readouterr().out))
        slept.append(seconds)

    monkeypatch.setattr("simpy.rt.sleep", sleep)
    run(capsys, *ASKED, "--pace", "10")
    told = [(moment, line) for moment, text in heard for line in text.splitlines() if line.strip()[:1].isdigit()]
    assert len(told) > 5
    for moment, line in told:
        assert float(line.split()[0]) == pytest.approx(moment / 10, abs=0.001)


def test_whoever_stops_it_is_told_so_and_gets_130(
    capsys: pytest.CaptureFixture[str], slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if sum(slept) > 1.0:
            raise KeyboardInterrupt

    monkeypatch.setattr("simpy.rt.sleep", sleep)
    status, out, err = run(capsys, *ASKED, "--pace", "1")
    assert status == 130
    assert err.startswith("stopped after 1.")
    assert "sign the deal" in out
    assert "digest" not in out


def test_a_slow_machine_is_no_error(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(10**9))
    monkeypatch.setattr("simpy.rt.monotonic", lambda: float(next(ticks)))
    monkeypatch.setattr("simpy.rt.sleep", lambda seconds: None)
    assert run(capsys, *ASKED, "--pace", "0.001")[0] == 0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--pace", "0"), "pace: 0.0: how many seconds a year takes, more than 0"),
        (("--pace", "inf"), "pace: inf: how many seconds"),
        (("--pace", "1", "--json"), "pace: 1.0: not together with --json"),
        (("--pace", "1", "--story"), "pace: 1.0: not together with --story"),
        (("--pace", "1", "--step"), "pace: 1.0: not together with --step"),
        (("--step",), "step: --step: only in a terminal"),
        (("--pace", "1", "--arm", "deal-frist"), "did you mean deal-first?"),
        (("--pace", "1", "--engine", "simpi"), "engine: simpi: one of compiled, simpy, simpy-plain"),
    ],
)
def test_what_cannot_be_watched_is_refused(
    capsys: pytest.CaptureFixture[str], more: tuple[str, ...], said: str
) -> None:
    status, out, err = run(capsys, *ASKED, *more)
    assert (status, out) == (2, "")
    assert said in err


def test_step_by_step_to_the_end(
    at_a_terminal: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda *_: asked.append("") or "")
    events = tmp_path / "events.csv"
    status, out, err = run(at_a_terminal, *ASKED, "--step", "--events", str(events))
    life = relsim.simulate(relsim.load_scenario("it-outsourcing", set=["horizon=2"]), replication=4)
    assert (status, err) == (0, "")
    assert f"digest: {life.digest}" in out
    assert len(asked) == len(re.findall(r"\d[.]\d{3}  \w", out)) > 5
    assert len(events.read_text().splitlines()) == len(life.record) + 1


def test_whoever_leaves_writes_nothing(
    at_a_terminal: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers = iter(["", "s", "", "Q "])
    monkeypatch.setattr("builtins.input", lambda *_: next(answers))
    status, out, err = run(at_a_terminal, *ASKED, "--step", "--events", str(tmp_path / "e.csv"))
    assert status == 0
    assert "trust: strategic" in out
    assert "left after 0.261 years" in out
    assert "nothing is written of a life that is not over" in err
    assert not (tmp_path / "e.csv").exists()


def test_the_end_of_input_leaves_too(
    at_a_terminal: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(*_: object) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", end)
    status, out, _ = run(at_a_terminal, *ASKED, "--step")
    assert (status, "left after 0.000 years" in out) == (0, True)


def test_in_a_true_terminal() -> None:
    """Enter, how it stands, and Ctrl-C, typed into a terminal: the question comes, and goes when it is answered."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "relsim", *ASKED, "--step"]
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    with subprocess.Popen(command, **streams, cwd=ROOT, start_new_session=True) as made:
        os.close(theirs)
        shown = ""

        def comes(awaited: str, count: int, seconds: float) -> bool:
            nonlocal shown
            deadline = time.monotonic() + seconds
            while shown.count(awaited) < count and time.monotonic() < deadline:
                if select.select([ours], [], [], 0.5)[0]:
                    shown += os.read(ours, 65536).decode()
            return shown.count(awaited) >= count

        def until(awaited: str, count: int) -> None:
            assert comes(awaited, count, 120), shown

        until("q: stop", 1)
        os.write(ours, b"\n")
        until("q: stop", 2)
        os.write(ours, b"s\n")
        until("q: stop", 3)
        for _ in range(5):  # one that comes just before it begins to read is heard with the next key only
            made.send_signal(2)
            if comes("stopped after 0.261 years", 1, 10):
                break
        until("stopped after 0.261 years", 1)
        assert made.wait(60) == 130
    os.close(ours)
    assert "sign the deal" in shown
    assert "trust: strategic" in shown
    assert "Traceback" not in shown
