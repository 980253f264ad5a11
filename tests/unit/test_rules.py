"""Rules of a user's own: they take their place on every engine, and what is wrong with them is said."""

import re
from pathlib import Path
from typing import Any

import pytest

import relsim
from relsim.errors import BudgetExceeded, EngineError, RuleError
from relsim.life import ENGINES, simulate
from relsim.model import arithmetic, relationship
from relsim.model.compiling import _is_marked
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


def test_what_is_no_rule_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="is not a rule; decorate it"):
        rulebook([lambda r, p, e, u, out: True])
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


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("MARKT_SHOCK", "no event kind 'MARKT_SHOCK' .*; did you mean MARKET_SHOCK?"),
        (95, "no event kind 95 .*96 to 127"),
        (128, "no event kind 128"),
        (True, "no event kind True"),
        (1.0, "no event kind 1.0"),
    ],
)
def test_an_unknown_kind_is_refused(kind: Any, said: str) -> None:
    with pytest.raises(RuleError, match=said):
        relsim.rule(kind)(calm)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"sender": "own-tactcal"}, "sender: 'own-tactcal': one of own-strategic, .*; did you mean own-tactical?"),
        ({"receiver": 3.5}, "receiver: 3.5: one of"),
        ({"phases": ("oepration",)}, "phases: 'oepration': one of courtship, .*; did you mean operation?"),
        ({"phases": ()}, "phases: .*at least one"),
        ({"phases": 5}, "phases: 5: phases, such as"),
        ({"phases": ("operation", "ended")}, "phases: ended: nothing happens any more"),
        ({"chance": ("when", "whether")}, "chance: .*four texts"),
        ({"rate": -1.0}, "rate: -1.0: a number from 0 to 10,000"),
        ({"rate": float("nan")}, "rate: nan"),
        ({"rate": float("inf")}, "rate: inf"),
        ({"rate": "often"}, "rate: 'often'"),
        ({"rate": 10_001}, "rate: 10001"),
        ({"per_firm": "yes"}, "per_firm: 'yes': True or False"),
        ({"name": "two words"}, "name: 'two words': capital words"),
        ({"name": "INCIDENT"}, "name: INCIDENT: a built-in kind of event has this name"),
    ],
)
def test_what_is_wrongly_said_of_a_rule_is_refused(stated: dict[str, Any], said: str) -> None:
    with pytest.raises(RuleError, match=said):
        relsim.rule(96, **stated)(calm)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(RuleError) as told:
        relsim.rule(96, sender="me", receiver="you", phases=("now",), rate=-1.0)(calm)
    assert [line.split(": ")[1] for line in str(told.value).splitlines()] == ["sender", "receiver", "phases", "rate"]


def test_a_built_in_kind_stays_who_when_and_how_often_it_is() -> None:
    with pytest.raises(RuleError, match="rule calm: sender, rate: stay as they are built in for MARKET_SHOCK"):
        relsim.rule("MARKET_SHOCK", sender="own-tactical", rate=3.0)(calm)
    with pytest.raises(RuleError, match="name: 'SHOCK': only for a kind of one's own"):
        relsim.rule("MARKET_SHOCK", name="SHOCK")(calm)
    made = relsim.rule("MARKET_SHOCK", sender="outside", chance=("when", "how much", "", ""))(calm).relsim_rule  # type: ignore[attr-defined]
    assert (made.name, made.sender, made.chance[1]) == ("MARKET_SHOCK", relsim.Role.OUTSIDE, "how much")


def test_what_is_no_plain_function_of_five_is_refused() -> None:
    def few(r: Any, p: Any) -> bool:
        return True

    def generator(r: Any, p: Any, e: Any, u: Any, out: Any) -> Any:
        yield True

    for function, said in ((few, r"\(r: Any, p: Any\): a rule takes"), (generator, "without yield"), (int, "a plain")):
        with pytest.raises(RuleError, match=said):
            relsim.rule("MARKET_SHOCK")(function)  # type: ignore[arg-type]
    with pytest.raises(RuleError, match="say which event it is for"):
        relsim.rule(calm)  # type: ignore[arg-type]
    import numba

    with pytest.raises(RuleError, match="without Numba's decorator"):
        relsim.rule("MARKET_SHOCK")(numba.njit(calm))


def test_two_kinds_of_one_name_are_refused() -> None:
    one, other = (relsim.rule(kind, name="TEA")(copy) for kind, copy in ((98, another()), (99, another())))
    with pytest.raises(RuleError, match=r"two kinds of events are called TEA: .* \(98\) and .* \(99\)"):
        rulebook([one, other])


def calm(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Nothing happens."""
    return False


def another() -> Any:
    def copy(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
        return False

    return copy


TIMES_AS_MUCH = 3.0


def grown(x: float) -> float:
    return x * TIMES_AS_MUCH


def down(n: int) -> int:
    return 0 if n == 0 else 1 + down(n - 1)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_reads_functions_modules_and_closures_of_its_users(engine: str) -> None:
    import math

    step = 0.5

    @relsim.rule("FIRST_CONTACT")
    def contact(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
        r.t_contact = e.time
        r.user[0] = grown(step) + math.sqrt(4.0)
        r.user[1] = down(4)
        r.user[2] = relsim.Firm.SUPPLIER
        relsim.send(out, relsim.EventKind.LIMPING_BEGAN, relsim.Firm.BOTH, e.case, 0, 0.5)
        return True

    life = relsim.simulate(quiet(), engine=engine, rules=[contact])
    assert life.state["user"][0, :3].tolist() == [3.5, 4.0, 1.0]


def test_what_a_rule_reads_is_part_of_what_it_is() -> None:
    def growing(by: float) -> Any:
        @relsim.rule("FIRST_CONTACT")
        def contact(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
            r.user[0] = by
            return True

        return contact

    one, same, other = (rulebook([growing(by)]).own[0].identity["source_sha256"] for by in (1.0, 1.0, 2.0))
    assert one == same != other


def test_rules_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "import relsim\n\n\n@relsim.rule('MARKET_SHOCK')\n"
        "def calm(r, p, e, u, out):\n    '''Nothing happens.'''\n    return False\n"
    )
    life = simulate(scenario(), rules=rules_in(file))
    assert "MARKET_SHOCK" not in set(life.events["kind"])


def test_the_guide_names_what_a_rule_may_call() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guides" / "own-rules.md").read_text(encoding="utf-8")
    section = guide.partition("## What a rule may call")[2].partition("## ")[0]
    named = {name for name in re.findall(r"`(\w+)`", section) if not name.isupper()}
    known = {**vars(relationship), **vars(arithmetic)}
    assert len(named) > 20
    assert [name for name in sorted(named) if not _is_marked(known.get(name))] == []
    acting = {"begin", "accrue", "close", "settle"}  # the engine's own
    missing = [name for name in relationship.__all__ if _is_marked(known[name]) and name not in named | acting]
    assert missing == ["broken"]
