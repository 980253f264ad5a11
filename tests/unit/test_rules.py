"""Rules of a user's own: they take their place on every engine, and what is wrong with them is said."""

from pathlib import Path
from typing import Any

import pytest

import relsim
from relsim.errors import BudgetExceeded, EngineError, RuleError
from relsim.life import ENGINES, simulate
from relsim.model.rule import send
from relsim.model.rulebook import rulebook, rules_in
from tests.worlds import quiet, scenario


@relsim.rule("MARKET_SHOCK")
def boom(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """A market that helps."""
    r.fit = r.fit + 0.5 * (1.0 - r.fit)
    r.user[0] += 1.0
    return True


@relsim.rule(
    96, name="COFFEE", sender="own-operational", receiver="partner-operational", phases=("OPERATION",), rate=6.0
)
def coffee(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Now and then somebody brings cake, and says so a week later."""
    if u.u1 < 0.5:
        return False
    r.user[1] += 1.0
    send(out, 97, relsim.Firm.BOTH, e.case, 0, mean=0.02)
    return True


@relsim.rule(97, name="CAKE", phases=("OPERATION",))
def cake(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """The cake comes."""
    r.trust[2] += 0.01 * (1.0 - r.trust[2])
    return True


@pytest.mark.parametrize("engine", ENGINES)
def test_own_rules_and_kinds_take_their_place(engine: str) -> None:
    life = simulate(scenario(), seed=5, engine=engine, rules=[boom, coffee, cake])
    kinds = life.events["kind"].value_counts()
    assert kinds["COFFEE"] == life.state["user"][0, 1] > 10
    assert abs(kinds["CAKE"] - kinds["COFFEE"]) <= 1
    assert kinds.get("MARKET_SHOCK", 0) == life.state["user"][0, 0]
    compiled = simulate(scenario(), seed=5, rules=[boom, coffee, cake])
    assert life.record.tobytes() == compiled.record.tobytes()
    assert life.state.tobytes() == compiled.state.tobytes()
    row = life.events[life.events["kind"] == "COFFEE"].iloc[0]
    assert (row["sender"], row["receiver"]) == ("BOTH_OPERATIONAL", "BOTH_OPERATIONAL")


def test_a_rule_that_is_never_asked_changes_no_byte() -> None:
    plain = relsim.run_experiment(scenario(), 300)
    cakeless = relsim.run_experiment(scenario(), 300, rules=[cake])
    assert plain.digest == cakeless.digest
    assert cakeless.provenance["own_rules"][0]["name"] == "cake"


@relsim.rule("FIRST_CONTACT")
def endless(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Meet for the first time, again and again."""
    send(out, relsim.EventKind.FIRST_CONTACT, relsim.Firm.BOTH, e.case, e.attempt + 1)
    return True


@relsim.rule("FIRST_CONTACT")
def talkative(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Send more than an outbox takes."""
    for i in range(17):
        send(out, relsim.EventKind.BOARD_REVIEW, relsim.Firm.CLIENT, e.case, i, 1.0)
    return True


@relsim.rule("FIRST_CONTACT")
def astray(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Send an event that nobody has a rule for."""
    send(out, 120, relsim.Firm.BOTH, e.case, 0)
    return True


@relsim.rule("FIRST_CONTACT")
def backwards(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Send an event into the past."""
    send(out, relsim.EventKind.MANDATE_GIVEN, relsim.Firm.BOTH, e.case, 0, -1.0)
    return True


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("function", "said"), [(talkative, "outbox full"), (astray, "unknown event"), (backwards, "bad delay")]
)
def test_a_rule_that_breaks_a_limit_is_named(function: Any, said: str, engine: str) -> None:
    with pytest.raises(EngineError, match=f"FIRST_CONTACT: {said}"):
        simulate(quiet(), engine=engine, rules=[function])


def test_a_rule_that_never_ends_is_stopped_and_counted() -> None:
    with pytest.raises(BudgetExceeded, match="FIRST_CONTACT"):
        simulate(quiet(), rules=[endless])
    results = relsim.run_experiment(quiet(), 3, rules=[endless])
    assert list(results.lives["status"].unique()) == ["BUDGET_SPENT"]
    assert len(results.lives) == 6


@relsim.rule("MARKET_SHOCK")
def uncompilable(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Use what Numba does not know."""
    return bool({"a": [1, "b"]}.get("c") is None and open)


@relsim.rule("FIRST_CONTACT")
def out_of_bounds(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Write beside the state."""
    r.user[16 + int(e.attempt)] = 1.0
    return True


def test_what_numba_says_is_handed_on_with_the_way_out() -> None:
    with pytest.raises(RuleError, match=r"uncompilable \(.*test_rules.py:\d+\) cannot be compiled; .*simpy-plain"):
        simulate(scenario(), rules=[uncompilable])
    assert simulate(scenario(), engine="simpy-plain", rules=[uncompilable]).row["signed"] in (0, 1)


@pytest.mark.parametrize("engine", ENGINES)
def test_bounds_are_checked_in_own_rules(engine: str) -> None:
    with pytest.raises(IndexError):
        simulate(scenario(), engine=engine, rules=[out_of_bounds])


def test_what_is_no_rule_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="is not a rule; decorate it"):
        rulebook([lambda r, p, e, u, out: True])
    with pytest.raises(RuleError, match="no event kind 95"):
        relsim.rule(95)(lambda r, p, e, u, out: True)
    with pytest.raises(RuleError, match="two rules for event kind FIRST_CONTACT: endless and astray"):
        rulebook([endless, astray])
    with pytest.raises(RuleError, match="the name of a Python file that is there"):
        rules_in(tmp_path / "none.py")
    broken = tmp_path / "broken.py"
    broken.write_text("import relsim\nx = = 1\n")
    with pytest.raises(RuleError, match="SyntaxError"):
        rules_in(broken)
    broken.write_text("x = 1\n")
    with pytest.raises(RuleError, match="defines no rule"):
        rules_in(broken)


def test_rules_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "import relsim\n\n\n@relsim.rule('MARKET_SHOCK')\n"
        "def calm(r, p, e, u, out):\n    '''Nothing happens.'''\n    return False\n"
    )
    life = simulate(scenario(), rules=rules_in(file))
    assert "MARKET_SHOCK" not in set(life.events["kind"])
