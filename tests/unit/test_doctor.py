"""The doctor: it finds what is broken, says what to do about it, and returns 1."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import relsim
from relsim.experiment import selftest
from relsim.life import Life, simulate
from relsim.model import compiling
from relsim.show import health
from tests.doors import run


def told(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    status, out, err = run(capsys, "doctor", "--json")
    assert err == ""
    return status, json.loads(out)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the ten lives out, where something else is asked."""
    monkeypatch.setattr(selftest, "ten_lives", lambda engine: iter(()))


def test_a_sound_installation_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    status, found = told(capsys)
    assert (status, found["sound"]) == (0, True)
    checks = found["checks"]
    assert checks["relsim"]["version"] == relsim.__version__
    assert checks["relsim"]["rules_version"] == relsim.RULES_VERSION
    assert {"numba", "numpy", "pandas", "typer"} <= checks["dependencies"]["versions"].keys()
    assert checks["machine"]["usable_cores"] >= 1
    assert set(checks["extras"]["installed"]) >= {"classroom", "cluster", "lab"}
    assert checks["ten_lives_compiled"]["wrong"] == checks["ten_lives_simpy"]["wrong"] == []
    assert all(each["remedy"] == "" for each in checks.values())


def test_it_is_told_in_words(capsys: pytest.CaptureFixture[str], quick: None) -> None:
    status, out, _ = run(capsys, "doctor")
    assert status == 0
    assert f"{relsim.__version__}, rules version {relsim.RULES_VERSION}" in out
    assert out.endswith("All is well.\n")


@pytest.fixture
def fresh() -> Iterator[None]:
    """Forget where compiled rules are kept, before and after."""
    compiling.cache_directory.cache_clear()
    yield
    compiling.cache_directory.cache_clear()


@pytest.mark.usefixtures("quick", "fresh")
@pytest.mark.parametrize("there", [True, False], ids=["a-file", "read-only"])
def test_a_cache_that_cannot_be_written(
    there: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    if there:
        home.write_text("no folder")
    else:
        home.mkdir(mode=0o500)
        if os.access(home, os.W_OK):
            pytest.skip("this user may write everywhere")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    status, found = told(capsys)
    assert (status, found["sound"]) == (1, False)
    assert not found["checks"]["cache"]["writable"]
    assert "XDG_CACHE_HOME" in found["checks"]["cache"]["remedy"]


@pytest.mark.usefixtures("quick", "fresh")
def test_a_cold_cache_is_no_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    status, found = told(capsys)
    assert status == 0
    assert (found["checks"]["cache"]["warm"], found["checks"]["cache"]["bytes"]) == (False, 0)


Installed = Callable[[str], str]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("name", "version", "said"),
    [("pyarrow", "", "'pyarrow>="), ("numpy", "1.26.4", "'numpy>="), ("numpy", "9.0", "")],
    ids=["missing", "too-old", "newer"],
)
def test_dependencies_that_are_missing_or_too_old(
    name: str, version: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known: Installed = health._installed
    monkeypatch.setattr(health, "_installed", lambda each: version if each == name else known(each))
    status, found = told(capsys)
    assert status == (1 if said else 0)
    assert said in found["checks"]["dependencies"]["remedy"]


@pytest.mark.usefixtures("quick")
def test_an_extra_that_is_missing_is_no_fault(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known: Installed = health._installed
    monkeypatch.setattr(health, "_installed", lambda each: "" if each == "optuna" else known(each))
    status, out, _ = run(capsys, "doctor")
    assert status == 0
    assert "lab: pip install 'relsim-lifecycles[lab]'" in " ".join(out.split())
    assert told(capsys)[1]["checks"]["extras"]["installed"] == {"classroom": True, "cluster": True, "lab": False}


def test_other_rules_are_found_out(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    @relsim.rule("RIVAL_OFFER")
    def none(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
        return False

    def tampered(*asked: Any) -> Life:
        return simulate(*asked, rules=[none])

    monkeypatch.setattr(selftest, "simulate", tampered)
    status, found = told(capsys)
    assert (status, found["sound"]) == (1, False)
    for engine in ("compiled", "simpy"):
        assert found["checks"][f"ten_lives_{engine}"]["wrong"]
        assert "--force-reinstall" in found["checks"][f"ten_lives_{engine}"]["remedy"]


def test_a_check_that_fails_is_told_and_the_rest_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged() -> dict[str, list[str]]:
        raise ValueError("ten_lives.json is of rules version 3, and these rules are 4")

    monkeypatch.setattr(selftest, "golden_lives", damaged)
    status, found = told(capsys)
    assert status == 1
    assert "rules version 3" in found["checks"]["ten_lives_compiled"]["error"]
    assert found["checks"]["cache"]["well"]
