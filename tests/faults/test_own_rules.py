"""What can be wrong with a rule of one's own, said on every engine: the rule, the line, the life and the way out."""

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import relsim
from relsim.errors import ChunkFailed, EngineError, RuleError, RuleFailed
from relsim.life import ENGINES
from tests.doors import run
from tests.worlds import quiet

FILE = Path(__file__).name
COMPILING = ("compiled", "simpy")


def line_of(function: Any, after: int) -> int:
    """Return the line so many lines below the first of a rule, its decorator."""
    return int(function.__code__.co_firstlineno) + after


def said_of(function: Any, engine: str, **asked: Any) -> str:
    """Live a life, and return what was said of the rule, which has to be a RelsimError."""
    with pytest.raises(relsim.RelsimError) as told:
        relsim.simulate(quiet(), "deal-first", engine=engine, rules=[function], **asked)
    return f"{type(told.value).__name__}: {told.value}"


# what cannot be compiled


@relsim.rule("FIRST_CONTACT")
def misspelt(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    return bool(r.fitt > 0.5)


@relsim.rule("FIRST_CONTACT")
def uncompilable(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    words = {"a": [1, "b"]}
    return words.get("c") is None


@relsim.rule("FIRST_CONTACT")
def undefined(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    return nowhere(r)  # type: ignore[name-defined, no-any-return]  # noqa: F821


def _even(n: int) -> bool:
    return n == 0 or _odd(n - 1)


def _odd(n: int) -> bool:
    return n != 0 and _even(n - 1)


@relsim.rule("FIRST_CONTACT")
def circular(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    return _even(4)


@pytest.mark.parametrize("engine", COMPILING)
def test_what_numba_does_not_know_is_said_with_its_line_and_the_way_out(engine: str) -> None:
    said = said_of(uncompilable, engine)
    assert said.startswith("RuleError: rule uncompilable (")
    assert f"{FILE}:{line_of(uncompilable, 3)}) cannot be compiled. Numba" in said
    assert said.endswith('The engine simpy-plain runs any Python: engine="simpy-plain", or --engine simpy-plain.')
    assert len(said.splitlines()) <= 8
    assert max(map(len, said.splitlines())) < 300


@pytest.mark.parametrize("engine", COMPILING)
def test_a_misspelt_field_is_said_with_the_one_that_was_meant(engine: str) -> None:
    said = said_of(misspelt, engine)
    assert f"{FILE}:{line_of(misspelt, 2)}) cannot be compiled" in said
    assert "there is no field fitt; did you mean fit?" in said
    assert "'record' object has no attribute 'fitt'" in said_of(misspelt, "simpy-plain")


@pytest.mark.parametrize("engine", COMPILING)
def test_names_that_do_not_exist_and_circles_are_said(engine: str) -> None:
    assert "name 'nowhere' is not defined" in said_of(undefined, engine)
    assert "_even calls itself by way of another function" in said_of(circular, engine)


def test_plain_python_does_what_numba_does_not_know() -> None:
    for function in (uncompilable, circular):
        assert relsim.simulate(quiet(), "deal-first", engine="simpy-plain", rules=[function]).row["status"] == 0


# what goes wrong in a life


@relsim.rule("FIRST_CONTACT")
def beside(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    r.user[16 + int(e.attempt)] = 1.0
    return True


@relsim.rule("FIRST_CONTACT")
def raising(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    if r.fit < 2.0:
        raise ValueError("my own trouble")
    return True


@relsim.rule("FIRST_CONTACT")
def unfit(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    r.fit = 1.25
    return False


@relsim.rule("FIRST_CONTACT")
def unknowable(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    r.trust[1] = math.nan
    return True


@relsim.rule("FIRST_CONTACT")
def overconfident(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    r.firm[1].belief = -0.25
    return True


@relsim.rule("FIRST_CONTACT")
def beyond(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    r.phase = 9
    return True


@relsim.rule("FIRST_CONTACT")
def lost_people(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    r.firm[0].headcount[2] -= 1
    return True


@relsim.rule("FIRST_CONTACT")
def infinite_money(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    r.firm[0].ledger[relsim.Account.BONUS] = math.inf
    return True


@relsim.rule("FIRST_CONTACT")
def disordered(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    r.t_contact = 3.0
    r.t_deal = 2.0
    return True


@relsim.rule("FIRST_CONTACT")
def forging(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    e.firm = 7
    return True


@relsim.rule("FIRST_CONTACT")
def meddling(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    p.user[0] += 1.0
    return True


@relsim.rule("FIRST_CONTACT")
def hollow(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    out.count = 40
    return True


@relsim.rule("FIRST_CONTACT")
def twice(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    relsim.send(out, relsim.EventKind.BOARD_REVIEW, relsim.Firm.CLIENT, e.case, 0, 1.0)
    relsim.send(out, relsim.EventKind.BOARD_REVIEW, relsim.Firm.CLIENT, e.case, 0, 2.0)
    return True


FAILING = {
    "beside": "IndexError: index",
    "raising": "ValueError: my own trouble",
    "unfit": "fit is 1.25, must be 0 to 1",
    "unknowable": ", nan, ",
    "overconfident": "the supplier's belief is -0.25, must be 0 to 1",
    "beyond": "phase is 9, must be from 0 to 7",
    "lost_people": "must be opening headcount + hired - left = headcount",
    "infinite_money": "inf, ",
    "disordered": "t_contact is 3, t_deal is 2, must be in the order",
    "forging": "it changed its event",
    "hollow": "its outbox has no valid count",
    "twice": "it sent BOARD_REVIEW twice with one case and attempt",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", FAILING)
def test_a_rule_that_fails_is_said_with_life_moment_and_line(name: str, engine: str) -> None:
    said = said_of(globals()[name], engine, seed=5, replication=7)
    assert said.startswith("RuleFailed: life 7 of arm deal-first (seed 5): a")
    assert "FIRST_CONTACT, 0 years after first contact: rule " in said
    assert f"rule {name} (" in said
    assert FAILING[name] in said
    if name in ("beside", "raising") and engine == "simpy-plain":
        assert f"{FILE}:{line_of(globals()[name], 2 if name == 'beside' else 3)})" in said


@pytest.mark.parametrize("engine", ENGINES)
def test_the_parameters_belong_to_all_lives(engine: str) -> None:
    assert "rule meddling wrote into p, the parameters" in said_of(meddling, engine)


@relsim.rule("FIRST_CONTACT")
def silent(r: Any, p: Any, e: Any, u: Any, out: Any) -> Any:
    return True if r.fit > 2.0 else None


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_without_an_answer_is_told_to_give_one(engine: str) -> None:
    said = said_of(silent, engine)
    assert "rule silent (" in said
    assert "returned None; a rule says whether its event happens: True or False, wherever it ends" in said


@relsim.rule(100, name="ASTRAY", phases=("negotiation",), rate=50.0)
def astray(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    if e.case & 0xFF == 3:
        raise ArithmeticError("the third time")
    return True


@pytest.mark.parametrize("engine", ["compiled", "simpy-plain"])
def test_the_first_life_that_fails_is_named_among_many(engine: str) -> None:
    world = quiet(arms={"deal-first": {"launch": "deal-first"}}, negotiation_least=0.05, negotiation_most=0.05)
    first = next(k for k in range(99) if _fails(world, k))
    with pytest.raises(ChunkFailed) as told:
        relsim.run_experiment(world, 40, engine=engine, rules=[astray], workers=1)
    said = str(told.value)
    assert "rule astray (" in said
    assert "the third time" in said
    assert (
        f"relsim life SCENARIO --arm deal-first --replication {first} --seed 1 --engine {engine} --rules FILE" in said
    )


def _fails(world: relsim.Scenario, replication: int) -> bool:
    try:
        relsim.simulate(world, replication=replication, rules=[astray])
    except RuleFailed as error:
        assert f"life {replication} of arm deal-first" in str(error)  # noqa: PT017
        return True
    return False


# limits


@relsim.rule("FIRST_CONTACT")
def to_nobody(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    relsim.send(out, 120, relsim.Firm.BOTH, e.case, 0)
    return True


@relsim.rule("FIRST_CONTACT")
def to_a_third_firm(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    relsim.send(out, relsim.EventKind.BOARD_REVIEW, 9, e.case, 0)
    return True


@relsim.rule("FIRST_CONTACT")
def some_day(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    relsim.send(out, relsim.EventKind.BOARD_REVIEW, relsim.Firm.CLIENT, e.case, 0, math.nan)
    return True


@relsim.rule("FIRST_CONTACT")
def talkative(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    for i in range(17):
        relsim.send(out, relsim.EventKind.BOARD_REVIEW, relsim.Firm.CLIENT, e.case, i, 1.0)
    return True


@relsim.rule("FIRST_CONTACT")
def never(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    relsim.send(out, relsim.EventKind.BOARD_REVIEW, relsim.Firm.CLIENT, e.case, 0, math.inf)
    return True


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("function", "said"),
    [
        (to_nobody, "it sent an event of kind 120, for which there is no rule"),
        (to_a_third_firm, "it sent BOARD_REVIEW of firm 9"),
        (some_day, "it sent BOARD_REVIEW after nan years; a delay is 0 or more"),
        (talkative, "it sent more than 16 events at once"),
    ],
)
def test_what_was_sent_wrongly_is_said(function: Any, said: str, engine: str) -> None:
    told = said_of(function, engine)
    assert "life 0 of arm deal-first (seed 1) was stopped at FIRST_CONTACT: " in told
    assert f"rule {function.__name__} (" in told
    assert told.endswith(said) or said in told


@pytest.mark.parametrize("engine", ENGINES)
def test_an_event_that_never_comes_is_no_mistake(engine: str) -> None:
    assert relsim.simulate(quiet(), engine=engine, rules=[never]).row["status"] == 0


# by the command line


HEAD = "import relsim\n\n\n@relsim.rule('FIRST_CONTACT')\ndef mine(r, p, e, u, out):\n"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("    return r.fitt > 0", {"compiled": 2, "simpy": 2, "simpy-plain": 1}, "fitt"),
        ("    r.fit = 1.25\n    return True", 1, "fit is 1.25, must be 0 to 1"),
        ("    r.user[16 + e.attempt] = 1\n    return True", 1, "IndexError"),
        ("    relsim.send(out, 120, 0, e.case, 0)\n    return True", 1, "kind 120, for which there is no rule"),
    ],
)
def test_commands_say_it_without_a_traceback(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    body: str,
    status: Any,
    said: str,
    engine: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(f"{HEAD}{body}\n")
    wanted = status if isinstance(status, int) else status[engine]
    found, out, err = run(capsys, "life", "rnd-alliance", "--rules", "mine.py", "--engine", engine)
    assert (found, out) == (wanted, "")
    assert said in err
    assert "rule mine (mine.py:" in err
    assert "Traceback" not in err


def test_a_comparison_says_which_life(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(f"{HEAD}    r.fit = 1.25\n    return True\n")
    status, _, err = run(capsys, "compare", "rnd-alliance", "--rules", "mine.py", "--replications", "3", "--no-picture")
    assert status == 1
    assert "rule mine (mine.py:4): fit is 1.25, must be 0 to 1; to see it: relsim life SCENARIO --arm" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = = 1", "mine.py:1: running it ended with SyntaxError"),
        ("import relsim\n\nrelsim.nothing", "mine.py:3: running it ended with AttributeError"),
        ("import sys\nsys.exit(3)", "mine.py:2: running it ended with SystemExit"),
        (
            "import relsim\n\n\n@relsim.rule\ndef x(r, p, e, u, out):\n    return True\n",
            'as in @relsim.rule("MARKET_SHOCK")',
        ),
        ("from relsim.model.rules.environment import market_shock\n", "it defines no rule"),
    ],
)
def test_a_file_that_cannot_be_run_is_said_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(text)
    status, _, err = run(capsys, "life", "rnd-alliance", "--rules", "mine.py")
    assert status == 2
    assert err.startswith("rules: mine.py")
    assert said in err
    assert "Traceback" not in err


# breakpoints

PAUSED = HEAD.replace("FIRST_CONTACT", "RIVAL_OFFER") + "    breakpoint()\n    return False\n"


def test_a_breakpoint_in_a_rule_is_reached(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(PAUSED)
    command = [sys.executable, "-m", "relsim", "life", "rnd-alliance", "--arm", "feasibility-first"]
    command += ["--set", "world.rival_offer_rate=0.6", "--engine", "simpy-plain", "--rules", "mine.py", "--json"]
    asked = {"cwd": tmp_path, "capture_output": True, "text": True, "check": False}
    typed = "p ('held', round(float(e.time), 6), int(r.phase))\nnext\nclear\nimport sys; sys.settrace(None)\ncontinue\n"
    ran = subprocess.run(command, input=typed * 20, **asked)  # type: ignore[call-overload]
    assert "Traceback" not in ran.stderr
    assert "mine.py(" in ran.stdout
    assert "('held', " in ran.stdout
    assert ran.returncode == 0, ran.stderr
    left = subprocess.run(command, input="quit\n", **asked)  # type: ignore[call-overload]
    assert (left.returncode, left.stderr) == (130, "stopped\n")


def test_a_breakpoint_needs_plain_python(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(PAUSED)
    with pytest.raises(RuleError, match=r"cannot be compiled[^$]*breakpoint[^$]*simpy-plain"):
        relsim.simulate(relsim.load_scenario("rnd-alliance"), rules=relsim.rules_in(tmp_path / "mine.py"))


def test_limits_are_engine_errors() -> None:
    assert issubclass(RuleFailed, EngineError)
    assert (RuleFailed.exit_status, RuleError.exit_status) == (1, 2)
