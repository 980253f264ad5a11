"""How commands behave among others: exit statuses, pipes, colours, widths, and one JSON document where asked."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import relsim
from relsim.cli import app
from relsim.errors import EXIT_STATUSES, RelsimError
from relsim.experiment.plan import Shard
from relsim.experiment.run import run_shard
from relsim.lab.past.synthetic import write_example
from tests.doors import run

WITHOUT_JSON = {
    "classroom": "serves pages until it is stopped",
    "data example": "prints the name of the file that it wrote, and nothing else",
    "new": "prints the name of the file that it wrote, and nothing else",
    "schema": "prints JSON anyway",
}

ANSWER = {"title", "heading", "scenario", "said", "rows"}
FEW = "--replications 30"
ASKED = {
    "scenarios": {"it-outsourcing", "gloomy", "gentle", "rnd-alliance", "facility-services"},
    "policies": None,
    f"compare it-outsourcing {FEW} --no-picture": {"digest", "arms", "differences", "seed", "rules_version"},
    "explain it-outsourcing": {"title", "question", "based_on", "steps", "first_year", "changed", "scenario"},
    "life it-outsourcing": {"seed", "digest", "row", "events"},
    f"report it-outsourcing {FEW}": {"files", "answer"},
    "twins it-outsourcing": {"format", "title", "lives", "stories"},
    f"compare it-outsourcing {FEW} --no-picture --shard 1/1 --store other": {"shard", "store", "done"},
    "status kept": {"scenario", "arms", "seed", "replications"},
    "verify kept": {"store", "sound", "files", "findings"},
    "repair kept": {"store", "sound", "findings", "lived_again"},
    "merge shards --no-picture": {"digest", "arms", "differences"},
    "claims gentle --only A3 --pairs 64": {"seed", "pairs", "worlds", "statements"},
    "claims --rules": {"statements"},
    "data check past.csv": None,
    "data compare past.csv it-outsourcing --replications 100": None,
    "data targets past.csv": None,
    "data columns": None,
    "doctor": {"sound", "checks"},
    "lab facts gentle --pairs 40": {"worlds"},
    "lab predictions gentle --pairs 40": {"worlds"},
    "lab robustness it-outsourcing --points 2 --pairs 4": ANSWER,
    "lab rank it-outsourcing --first 1024 --most 1024": ANSWER,
    "lab front it-outsourcing --pairs 1024": ANSWER,
    "lab discover it-outsourcing --worlds 8 --pairs 4 --out out": ANSWER,
    "lab map it-outsourcing --worlds 16 --pairs 16": ANSWER,
    "lab choose it-outsourcing --worlds 8 --pairs 4": ANSWER,
    "lab sensitivity it-outsourcing --method morris --worlds 8 --pairs 2 --free world.optimism": ANSWER,
    "lab calibrate gentle --design 4 --search 4 --walk 0 --pairs 4 --free world.optimism": {
        "title",
        "fit",
        "identified",
    },
}
"""Commands whose document has at least these keys, which programs of others may rely on."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Have a folder with two stores: a finished one, and one whose only shard is lived."""
    made = tmp_path_factory.mktemp("shell")
    asked = relsim.load_scenario("it-outsourcing")
    relsim.run_experiment(asked, 30, store=made / "kept")
    run_shard(asked, 30, shard=Shard(1, 1), store=made / "shards")
    write_example(made / "past.csv")
    return made


@pytest.fixture(autouse=True)
def elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


def commands(group: Any = None, above: str = "") -> Iterator[tuple[str, Any]]:
    """Give every command by its name, as one types it."""
    for name, each in (typer.main.get_command(app) if group is None else group).commands.items():
        if hasattr(each, "commands"):
            yield from commands(each, f"{above}{name} ")
        else:
            yield f"{above}{name}", each


def test_every_command_that_reports_has_json() -> None:
    have = {name for name, each in commands() if any("--json" in option.opts for option in each.params)}
    assert have | WITHOUT_JSON.keys() == {name for name, _ in commands()}
    assert not have & WITHOUT_JSON.keys()


def strict(number: str) -> None:
    raise AssertionError(f"{number} is no JSON")


@pytest.mark.parametrize("asked", ASKED)
def test_json_is_one_strict_document(asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, *asked.split(), "--json")
    document = json.loads(out, parse_constant=strict)
    assert status in (0, 1), err
    if ASKED[asked] is not None:
        assert ASKED[asked] <= document.keys()
    assert "Traceback" not in err


def test_every_command_with_json_is_asked_for_it() -> None:
    names = {name for name, _ in commands()}
    tried = {name for name in names for each in ASKED if f"{each} ".startswith(f"{name} ")}
    assert tried | WITHOUT_JSON.keys() == names


def test_every_error_has_a_status_that_is_told() -> None:
    def below(error: type[RelsimError]) -> Iterator[type[RelsimError]]:
        yield error
        for each in error.__subclasses__():
            yield from below(each)

    assert {each.exit_status for each in below(RelsimError)} | {0} == EXIT_STATUSES.keys()


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ("", 2, "Usage: relsim"),
        ("--help", 0, "130 stopped by somebody"),
        ("compar it-outsourcing", 2, "Did you mean 'compare'?"),
        ("lab rnak it-outsourcing", 2, "Did you mean 'rank'?"),
        ("compare it-outsourcing --replication 5", 2, "--replications"),
        ("compare it-outsourcing --replications five", 2, "--replications"),
        ("compare", 2, "SCENARIO"),
        ("compare nosuch", 2, "no such file"),
        ("status nosuch", 1, "nosuch"),
        ("compare it-outsourcing --replications 64 --no-picture --until net.joint±0.0001%", 1, "not reached"),
    ],
)
def test_statuses_and_messages_are_plain(
    asked: str, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found, out, err = run(capsys, *asked.split())
    assert found == status
    assert said in re.sub(r"\s+", " ", out + err)
    assert not re.search("[╭│╰]|Traceback", out + err)


def test_help_tells_every_command_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    groups = {"": typer.main.get_command(app)}
    groups["lab"] = groups[""].commands["lab"]
    for above, group in groups.items():
        told = " ".join(run(capsys, *above.split(), "--help")[1].split())
        for name, each in group.commands.items():
            first = " ".join(each.help.split("\n\n")[0].split()).rstrip(".")
            assert f"{name} {first}" in told


@pytest.mark.parametrize("asked", ["schema", "scenarios", "--help", "explain gloomy"])
def test_a_reader_that_has_left_ends_a_command_in_silence(asked: str) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-c", "from relsim.cli import main; main()", *asked.split()]
    with os.fdopen(writes, "wb") as nobody:
        done = subprocess.run(command, stdout=nobody, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (1, b"")


def in_terminal(code: str, **environment: str) -> str:
    """Return what a program prints in a terminal of 80 columns."""
    here, there = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    with os.fdopen(there, "wb") as screen:
        subprocess.run(
            [sys.executable, "-c", code],
            stdout=screen,
            env=kept | {"TERM": "xterm-256color", "COLUMNS": "80"} | environment,
            check=True,
        )
        said = b""
        os.set_blocking(here, False)
        while True:
            try:
                said += os.read(here, 65536)
            except OSError:
                break
    os.close(here)
    return said.decode()


RED = "from relsim.show.tables import console; console().print('said', style='bold red')"


@pytest.mark.parametrize(
    ("environment", "colour", "style"),
    [({}, True, True), ({"NO_COLOR": "1"}, False, True), ({"TERM": "dumb"}, False, False)],
    ids=["terminal", "no-color", "dumb"],
)
def test_colours_are_for_terminals_that_want_them(environment: dict[str, str], colour: bool, style: bool) -> None:
    said = in_terminal(RED, **environment)
    assert "said" in said
    assert bool(re.search(r"\x1b\[[0-9;]*3[0-9]", said)) is colour
    assert ("\x1b[" in said) is style


@pytest.mark.parametrize(("environment", "style"), [({}, False), ({"FORCE_COLOR": "1"}, True)])
def test_no_colours_in_a_pipe_unless_forced(environment: dict[str, str], style: bool) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    done = subprocess.run([sys.executable, "-c", RED], capture_output=True, env=kept | environment, check=True)
    assert (b"\x1b[" in done.stdout) is style


@pytest.mark.parametrize("columns", [80, 110, 200])
@pytest.mark.parametrize(
    "asked",
    [
        "explain it-outsourcing",
        "explain gloomy",
        "policies",
        "policies facilitator",
        "claims --rules",
        "life it-outsourcing",
        f"compare it-outsourcing {FEW} --no-picture",
        f"compare closing-window {FEW} --no-picture",
        "doctor",
    ],
)
def test_nothing_is_cut_off(
    asked: str, columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    out = run(capsys, *asked.split())[1]
    assert "…" not in out
    assert max(map(len, out.splitlines())) <= columns


def test_a_comparison_of_many_arms_goes_on_below(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    Path("many.toml").write_text(
        'title = "t"\n' + "".join(f'[arms.a-long-name-{k}]\nlaunch = "deal-first"\nkickoff = {k}\n' for k in range(4))
    )
    _, out, _ = run(capsys, "compare", "many.toml", *FEW.split(), "--no-picture")
    assert "…" not in out
    for k in range(4):
        assert f"a-long-name-{k}" in out
    assert out.count("  net of both firms") >= 3
