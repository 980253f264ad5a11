"""What is handed to others: the wheel and the source distribution hold what they should, and run outside of here."""

import email
import json
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import relsim
from tests.lowest import lowest

ROOT = Path(__file__).parents[2]
INFO = f"relsim_lifecycles-{relsim.__version__}.dist-info"


def files() -> set[str]:
    """Return every file of the repository that is not ignored."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        told = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only a clone of the repository says which files belong to it")
    return {name for name in told.splitlines() if (ROOT / name).is_file()}


def built(source: Path, to: Path, *targets: str) -> Path:
    """Build distributions of a folder and return where they are."""
    asked = [f"--target={each}" for each in targets]
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(to), *asked]
    subprocess.run(command, cwd=source, capture_output=True, check=True)
    return to


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Have both distributions in a folder."""
    return built(ROOT, tmp_path_factory.mktemp("dist"))


def wheel(folder: Path) -> Path:
    (found,) = folder.glob("*.whl")
    return found


def sdist(folder: Path) -> Path:
    (found,) = folder.glob("*.tar.gz")
    return found


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.fixture(scope="module")
def site(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Have the wheel unpacked, as an installer lays it out."""
    there = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel(dist)) as packed:
        packed.extractall(there)
    return there


def test_the_wheel_holds_the_package_and_nothing_else(dist: Path) -> None:
    ours = {name for name in files() if name.startswith("relsim/")}
    scenarios = {f"relsim/{name}" for name in files() if name.startswith("scenarios/")}
    about = {f"{INFO}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")}
    assert contents(wheel(dist)).keys() == ours | scenarios | about
    assert {"relsim/py.typed", "relsim/experiment/ten_lives.json", "relsim/scenarios/gloomy.toml"} <= ours | scenarios


def test_the_source_distribution_holds_all_to_build_test_and_read(dist: Path) -> None:
    with tarfile.open(sdist(dist)) as packed:
        names = {each.name.partition("/")[2] for each in packed.getmembers()}
    assert names == {name for name in files() if not name.startswith(".ci/")} | {"PKG-INFO"}
    assert {"README.md", "tests/lowest.py", "docs/model/odd.md", "Makefile", "CITATION.cff"} <= names


def test_both_give_the_same_wheel(dist: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist(dist)) as packed:
        packed.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    again = built(source, tmp_path / "again", "wheel")
    assert contents(wheel(again)) == contents(wheel(dist))


def test_what_it_says_of_itself(dist: Path) -> None:
    said = email.message_from_bytes(contents(wheel(dist))[f"{INFO}/METADATA"])
    assert said["Version"] == relsim.__version__
    assert said["License-Expression"] == "MIT"
    assert said["Description-Content-Type"] == "text/markdown"
    assert said.get_payload(decode=True).decode().strip() == (ROOT / "README.md").read_text(encoding="utf-8").strip()
    assert f"version: {relsim.__version__}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert contents(wheel(dist))[f"{INFO}/entry_points.txt"].decode().split() == [
        "[console_scripts]",
        "relsim",
        "=",
        "relsim.cli:main",
    ]


def elsewhere(site: Path, folder: Path, *arguments: str) -> str:
    """Return what a command of the unpacked wheel prints, in an empty folder, without this repository."""
    code = f"import sys; sys.path.insert(0, {str(site)!r}); from relsim.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, *arguments],
        cwd=folder,
        env=os.environ | {"XDG_CACHE_HOME": str(site / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_runs_from_the_wheel_alone(site: Path, tmp_path: Path) -> None:
    def now(*arguments: str) -> str:
        return elsewhere(site, tmp_path, *arguments)

    assert now("--version") == f"relsim {relsim.__version__}, rules version {relsim.RULES_VERSION}\n"
    assert set(json.loads(now("scenarios", "--json"))) == set(relsim.bundled())
    assert json.loads(now("schema"))["properties"]
    dutch = relsim.story(relsim.simulate(relsim.load_scenario("it-outsourcing")), "nl")
    plain = ("it-outsourcing", "--engine", "simpy-plain")
    assert now("life", *plain, "--story", "--lang", "nl") == f"{dutch}\n"
    told = json.loads(now("compare", *plain, "--replications", "4", "--no-picture", "--json"))
    assert told["digest"] == relsim.run_experiment(relsim.load_scenario("it-outsourcing"), 4).digest
    assert now("new", "mine.toml", "--from", "rnd-alliance") == "mine.toml\n"


@pytest.mark.slow  # it compiles all rules anew
def test_its_doctor_finds_it_sound_and_the_main_job_runs(site: Path, tmp_path: Path) -> None:
    found = json.loads(elsewhere(site, tmp_path, "doctor", "--json"))
    assert found["sound"]
    assert found["checks"]["relsim"]["folder"] == str(site / "relsim")
    assert str(site / "cache") in found["checks"]["cache"]["folder"]
    told = json.loads(
        elsewhere(site, tmp_path, "compare", "it-outsourcing", "--replications", "200", "--out", "x", "--json")
    )
    assert told["digest"] == relsim.run_experiment(relsim.load_scenario("it-outsourcing"), 200).digest
    assert {"summary.json", "lives.parquet", "comparison.png"} <= {each.name for each in (tmp_path / "x").iterdir()}
    elsewhere(site, tmp_path, "twins", "it-outsourcing", "--out", "twins.html")
    assert "</html>" in (tmp_path / "twins.html").read_text(encoding="utf-8")


SNIPPET = """
import relsim

scenario: relsim.Scenario = relsim.load_scenario("it-outsourcing")
life = relsim.simulate(scenario, arm="deal-first", replication=7)
digest: str = life.digest
results: relsim.Results = relsim.run_experiment(scenario, replications=200)
best = max(results.lives["net_joint"])
ending = relsim.Ending.QUIET_EXIT
reveal_type(results.digest)
relsim.simulate(scenario, replication="seven")
"""


@pytest.mark.slow
def test_a_users_program_is_checked_against_it(site: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(SNIPPET)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "mine.py"],
        cwd=tmp_path,
        env=os.environ | {"MYPYPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    mine = [line for line in done.stdout.splitlines() if line.startswith("mine.py")]
    assert mine == [
        'mine.py:10: note: Revealed type is "str"',
        'mine.py:11: error: Argument "replication" to "simulate" has incompatible type "str"; '
        'expected "int"  [arg-type]',
    ]


@pytest.mark.slow
@pytest.mark.parametrize("which", [wheel, sdist])
def test_it_installs_into_an_empty_environment(which: type, dist: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    kept["XDG_CACHE_HOME"] = str(tmp_path / "cache")
    work = tmp_path / "work"
    work.mkdir()

    def now(*arguments: str) -> str:
        done = subprocess.run(
            [python, "-m", *arguments], cwd=work, env=kept, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    now("pip", "install", "--quiet", "--disable-pip-version-check", str(which(dist)))
    assert json.loads(now("relsim", "doctor", "--json"))["sound"]
    told = json.loads(now("relsim", "compare", "it-outsourcing", "--out", "results", "--json"))
    assert f"digest: {told['digest']}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_lower_bounds_are_read(tmp_path: Path) -> None:
    found = lowest()
    assert found["numba"]
    assert found["optuna"]
    assert "mypy" not in found  # held to a series
    project = tmp_path / "pyproject.toml"
    for wrong in ('["numpy"]', '["numpy<3"]', '["numpy>=2", "numpy>=2.1"]'):
        project.write_text(f"[project]\ndependencies = {wrong}\n[project.optional-dependencies]\nlab = []\n")
        with pytest.raises(ValueError, match="numpy"):
            lowest(project)
