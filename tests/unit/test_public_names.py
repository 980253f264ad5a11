"""The public names of relsim are these; taking one away follows docs/background/stability.md."""

import inspect
import re
import subprocess
import sys

import relsim

NAMES = """
    Account Agent ChunkFailed Departure Ending EngineError EventKind Firm Governance Launch Level Life OutsideCause Past
    Phase RULES_VERSION RelsimError Results Role RuleError RuleFailed Scenario ScenarioError Simulation Stopped
    StoreError Turn Twins World __version__ bundled comparison exact explain load_scenario new_scenario number policy
    read_past read_store rule rules_in run_experiment send simulate state story twin_story twins write_log write_report
""".split()  # noqa: SIM905  shorter than a line a name
OF_EXTRAS = ["LiveComparison", "TwinTimeline", "classroom"]


def test_the_public_names_are_these() -> None:
    assert sorted(relsim.__all__) == sorted(NAMES)


def test_every_name_is_there_documented_and_ours() -> None:
    for name in [*NAMES, *OF_EXTRAS]:
        each = getattr(relsim, name)
        assert isinstance(each, (str, int)) or inspect.getdoc(each), name
        assert getattr(each, "__module__", "relsim").partition(".")[0] == "relsim", name


def test_type_checkers_see_the_same_names() -> None:
    above = inspect.getsource(relsim).split("if TYPE_CHECKING:")[1].split("_HOMES = ")[0]
    handed_on = re.findall(r"\b(\w+) as \1\b", above)  # what mypy --strict takes for public
    assert sorted(handed_on) == sorted({*NAMES, *OF_EXTRAS} - {"__version__"})


def test_all_of_them_are_there_without_extras() -> None:
    """No module of an extra is imported on the way."""
    code = (
        "import sys\nfor each in ('anywidget', 'distributed', 'ipywidgets', 'optuna', 'SALib', 'sklearn', 'voila'):\n"
    )
    code += "    sys.modules[each] = None\n"
    code += f"from relsim import *\nassert set({NAMES!r}) <= set(dir())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
