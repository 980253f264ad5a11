"""What shells offer when Tab is pressed: the protocol of each, and shells themselves where they are."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import relsim
from relsim.cli import completion
from relsim.lab.measures import MEASURES
from relsim.life import ENGINES
from relsim.scenario.governance import POLICIES
from relsim.show.words import LANGUAGES
from tests.doors import run

SHELLS = ("bash", "zsh", "fish")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def offered(
    line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, shell: str = "bash"
) -> list[str]:
    """Return what is offered behind what was typed so far."""
    words = line.split(" ")
    monkeypatch.setenv(completion.VARIABLE, f"complete_{shell}")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    status, out, err = run(capsys)
    assert (status, err) == (0, "")
    if shell == "zsh":
        return [each.split('"')[1] for each in out.split("((")[1].splitlines()] if "((" in out else []
    return [each.split("\t")[0] for each in out.splitlines() if each]


def test_scenarios_arms_and_numbers_of_the_line(
    shell: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def now(line: str) -> list[str]:
        return offered(line, capsys, monkeypatch, shell)

    assert now("relsim comp") == ["compare"]
    assert now("relsim compare ") == list(relsim.bundled())
    assert now("relsim compare it-outsourcing --arm f") == ["feasibility-first"]
    assert now("relsim life rnd-alliance --seed 3 --arm ") == list(relsim.load_scenario("rnd-alliance").arms)
    assert now("relsim explain gloomy --set world.optimism=")[:1] == ["world.optimism=0.164"]
    assert "--replications" in now("relsim compare it-outsourcing --rep")
    assert now("relsim lab rank it-outsourcing --policies several") == ["several-ties"]


def test_files_beside_names(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    Path("mine.toml").write_text('title = "t"\n[arms.one]\nlaunch = "deal-first"\n')
    Path("below").mkdir()
    Path("below/other.toml").write_text("nonsense")
    assert offered("relsim explain ", capsys, monkeypatch) == [*relsim.bundled(), "mine.toml"]
    assert offered("relsim explain below/", capsys, monkeypatch) == ["below/other.toml"]
    assert offered("relsim explain bel", capsys, monkeypatch) == []  # so that the shell offers the folder
    assert offered("relsim life mine.toml --arm ", capsys, monkeypatch) == ["one"]
    for line in ("relsim life below/other.toml --arm ", "relsim life nowhere --arm ", "relsim life /root/x/ --arm "):
        assert offered(line, capsys, monkeypatch) == []


def test_words_are_those_of_the_code(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def now(line: str) -> list[str]:
        return offered(line, capsys, monkeypatch)

    assert now("relsim compare it-outsourcing --engine ") == list(ENGINES)
    assert now("relsim twins it-outsourcing --lang ") == list(LANGUAGES)
    assert now("relsim policies ") == list(POLICIES)
    assert now("relsim lab rank it-outsourcing --objective ") == list(MEASURES)
    assert tuple(MEASURES) == completion.MEASURE_NAMES
    assert now("relsim lab discover it-outsourcing --against ") == ["deal-first", "feasibility-first", "never"]
    assert "average-fit" in now("relsim lab map it-outsourcing --x ")


def test_a_text_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Fish takes each line for something to offer."""
    assert offered("relsim policies ", capsys, monkeypatch, "fish") == list(POLICIES)
    options = offered("relsim compare it-outsourcing --", capsys, monkeypatch, "fish")
    assert options
    assert all(each.startswith("--") for each in options)


def test_nobody_waits_for_numpy() -> None:
    code = "import sys\nfrom relsim.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
    code += "assert not {'numpy', 'numba', 'pandas', 'matplotlib'} & set(sys.modules)"
    for line in ("relsim lab rank it-outsourcing --objective n", "relsim compare gloomy --arm ", "relsim explain g"):
        environment = {completion.VARIABLE: "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
        done = subprocess.run(
            [sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Return a search path on which there is the command relsim."""
    command = tmp_path / "bin" / "relsim"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m relsim "$@"\n')
    command.chmod(0o755)
    return f"{command.parent}:{os.environ['PATH']}"


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_itself(path: str) -> None:
    script = """
        eval "$(_RELSIM_COMPLETE=source_bash relsim)"
        COMP_WORDS=(relsim compare it-outsourcing --arm ""); COMP_CWORD=4
        _relsim_completion relsim
        printf '%s\\n' "${COMPREPLY[@]}"
        complete -p relsim
    """
    done = subprocess.run(
        ["bash", "--norc", "-euc", script], env=os.environ | {"PATH": path}, capture_output=True, text=True, check=True
    )
    arms, known = done.stdout.splitlines()[:-1], done.stdout.splitlines()[-1]
    assert arms == ["deal-first", "feasibility-first"]
    assert "relsim" in known


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_fish_itself(path: str) -> None:
    script = """
        _RELSIM_COMPLETE=source_fish relsim | source
        complete -C "relsim compare it-outsourcing --arm "
    """
    done = subprocess.run(
        ["fish", "--no-config", "-c", script],
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["deal-first", "feasibility-first"]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh")
def test_zsh_itself(path: str) -> None:
    script = """
        compdef() { :; }
        _arguments() { print -r -- "$@"; }
        eval "$(_RELSIM_COMPLETE=source_zsh relsim)"
        words=(relsim compare it-outsourcing --arm f); CURRENT=5
        _relsim_completion
    """
    done = subprocess.run(
        ["zsh", "-fc", script], env=os.environ | {"PATH": path}, capture_output=True, text=True, check=True
    )
    assert '"feasibility-first":"feasibility-first"' in done.stdout
