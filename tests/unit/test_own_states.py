"""What users' rules remember: names for places, found wherever a rule reads them."""

import pickle
from typing import Any

import pytest

import relsim
from relsim.errors import RuleError
from relsim.model import state as own_state
from relsim.model.rulebook import rulebook
from tests.worlds import scenario

VISITS = relsim.state("visits", place=3)
SEEN = relsim.state("seen", place=3, per_firm=True)
UNREAD = relsim.state("unread", place=4)


def remember(r: Any, firm: int) -> None:
    r.firm[firm].user[SEEN] += 1.0


@relsim.rule(96, name="VISIT", rate=4.0, per_firm=True)
def visit(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Somebody comes by."""
    r.user[VISITS] += 1.0
    remember(r, e.firm)
    return True


def test_states_are_known_by_the_rules_that_read_them() -> None:
    book = rulebook([visit])
    assert [each.name for each in book.states] == ["visits", "seen"]
    assert [column for each in book.states for column in each.columns] == [
        "own_visits",
        "own_seen_client",
        "own_seen_supplier",
    ]
    assert rulebook().states == ()


def test_lives_tell_them_by_name() -> None:
    life = relsim.simulate(scenario(), seed=3, rules=[visit])
    kinds = life.events["kind"].value_counts()
    assert life.row["own_visits"] == kinds["VISIT"] > 10
    assert life.row["own_seen_client"] + life.row["own_seen_supplier"] == kinds["VISIT"]
    assert list(life.row)[-3:] == ["own_visits", "own_seen_client", "own_seen_supplier"]
    assert life.trajectory["own_visits"].iloc[-1] == kinds["VISIT"]
    assert life.trajectory["own_visits"].is_monotonic_increasing
    results = relsim.run_experiment(scenario(), 50, seed=3, rules=[visit])
    assert list(results.lives.columns[-3:]) == ["own_visits", "own_seen_client", "own_seen_supplier"]
    assert results.lives["own_visits"].iloc[0] == life.row["own_visits"]


def test_what_they_remember_is_in_the_digest() -> None:
    def counting(by: float) -> Any:
        count = relsim.state("count", place=0)

        @relsim.rule("WORK_CONTACT")
        def work_contact(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
            r.user[count] += by
            return False

        return work_contact

    one, other = (relsim.simulate(scenario(), rules=[counting(by)]) for by in (1.0, 2.0))
    assert one.record.tobytes() == other.record.tobytes()
    assert other.row["own_count"] == 2.0 * one.row["own_count"] > 0
    assert one.digest != other.digest
    assert one.rules.identity() != other.rules.identity()


def test_a_state_is_its_place_and_travels() -> None:
    there = pickle.loads(pickle.dumps(SEEN))
    assert (there, there.name, there.per_firm) == (3, "seen", True)
    assert repr(there) == "state('seen', place=3, per_firm=True)"
    assert [10, 11, 12, 13][VISITS] == 13


@pytest.mark.parametrize(
    ("name", "place", "said"),
    [
        ("Backlog", 0, "name: 'Backlog': lower-case words"),
        ("two words", 0, "name: 'two words'"),
        ("x" * 41, 0, "at most 40 characters"),
        (7, 0, "name: 7"),
        ("fine", 16, "place: 16: a whole number from 0 to 15"),
        ("fine", -1, "place: -1"),
        ("fine", 1.0, "place: 1.0"),
        ("fine", True, "place: True"),
    ],
)
def test_a_wrong_state_is_refused(name: Any, place: Any, said: str) -> None:
    with pytest.raises(RuleError, match=said):
        relsim.state(name, place=place)
    with pytest.raises(RuleError, match="per_firm: 'yes': True or False"):
        relsim.state(name, place=place, per_firm="yes")  # type: ignore[arg-type]


def test_two_states_in_one_place_or_of_one_name_are_refused() -> None:
    with pytest.raises(RuleError, match=r"two states in one place: state\('other', place=3\) and state\('visits'"):
        own_state.distinct([VISITS, relsim.state("other", place=3)])
    with pytest.raises(RuleError, match="two states of one name"):
        own_state.distinct([VISITS, relsim.state("visits", place=4)])
    with pytest.raises(RuleError, match="two states of one name"):
        own_state.distinct([SEEN, relsim.state("seen_client", place=1)])
    assert own_state.distinct([SEEN, VISITS, VISITS, relsim.state("visits", place=3)]) == (VISITS, SEEN)
    other = relsim.state("other", place=3)

    @relsim.rule("MARKET_SHOCK")
    def shock(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
        r.user[other] = 1.0
        return True

    with pytest.raises(RuleError, match="two states in one place"):
        relsim.simulate(scenario(), rules=[visit, shock])
