"""The engines live the lives that docs/model/odd.md describes: a second writing of the page is held against them.

The second writing stands in tests/oracles/second_writing and knows nothing of relsim. Whole lives are compared: every
event with its kind, firm, case, attempt, values and time, and every column of the row.
"""

import ast
import math
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from relsim.life import Life, live
from relsim.model.parameters import resolve
from relsim.model.rulebook import rulebook
from relsim.vocabulary import Departure, Ending, EventKind, OutsideCause, Status, Turn
from tests.oracles.second_writing import life as second
from tests.oracles.second_writing import state
from tests.oracles.second_writing.chance import chance
from tests.oracles.second_writing.clocks import CLOCKS, clocks
from tests.oracles.second_writing.document import KIND, NAMES_OF_FIRMS, TEXT, table
from tests.oracles.second_writing.parameters import WORLD, parameters, shape_of, start_value
from tests.oracles.second_writing.policies import DIAL, NUMBERS
from tests.worlds import ARMS, scenario

PACKAGE = Path(__file__).parent / "second_writing"

CLOSE = 1e-9
"""How far times and values may lie apart, of themselves; and money and years of the row, of themselves or of one where
they are smaller, since amounts cancel.

The second writing takes logarithms and exponentials of the C library and quantiles of SciPy, whose last digits may be
rounded otherwise (some 1e-15). Each of the some thousand steps of a life takes over the errors of those before it, at
worst as a sum: some 1e-12, and the bound leaves a factor of a thousand beside it. (The largest difference in 6,000
lives is 4e-14.) A step that is written otherwise comes out by far more.
"""


def test_it_imports_nothing_of_relsim() -> None:
    allowed = {*sys.stdlib_module_names, "numpy", "scipy"}
    files = sorted(PACKAGE.rglob("*.py"))
    assert files
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, file
                names = [str(node.module)]
            else:
                continue
            for name in names:
                assert name.split(".")[0] in allowed or name.startswith("tests.oracles.second_writing"), (file, name)


def test_its_rules_stand_in_the_order_of_the_page_and_name_their_headings() -> None:
    headings = re.findall(r"^### (7\.\d+) |^#### (\w+)$", TEXT, re.MULTILINE)
    section, told = "", []
    for number, kind in headings:
        section = number or section
        if kind:
            told.append((section, kind))
    assert [kind for _, kind in told] == list(second.RULES)
    for section, kind in told:
        assert f"({section} {kind})" in str(second.RULES[kind].__doc__)


def test_its_state_is_that_of_the_page() -> None:
    def told(*names: str) -> set[str]:
        return {row["variable"].split("[")[0] for name in names for row in table(name)} - {"user"}

    carried = {each.name for each in fields(state.Relationship)} - {"p", "now", "sent", "firm"}
    assert carried == told("state-of-a-relationship", "moments-and-counts")
    assert {each.name for each in fields(state.Firm)} == told("state-of-a-firm")


def test_it_draws_the_blocks_of_the_page() -> None:
    for row in table("blocks-to-compare-with"):
        address = (int(row[name]) for name in ("seed", "replication", "clock", "number", "copy"))
        assert chance(*address) == tuple(float(row[name]) for name in ("u0", "u1", "u2", "u3"))


def test_it_works_out_the_numbers_of_the_page() -> None:
    p = parameters({}, ARMS["deal-first"])
    for row in table("parameters-worked-out"):
        worked_out = getattr(p, row["name"])
        worked_out = worked_out[0] if isinstance(worked_out, list) else worked_out
        assert worked_out == pytest.approx(float(row["with start values"]), rel=1e-5), row["name"]
    told = {int(row["clock"]): pytest.approx(float(row["with start values"])) for row in CLOCKS}
    reviewed = parameters({}, {**ARMS["deal-first"], "policies": ["joint-reviews"]})
    assert {clock.number: clock.rate for clock in clocks(reviewed)} == told
    (of_joint_reviews,) = (int(row["clock"]) for row in CLOCKS if row["event"] == "JOINT_REVIEW")
    assert {clock.number for clock in clocks(p)} == told.keys() - {of_joint_reviews}


def test_it_lives_the_lives_of_the_page() -> None:
    lived = {}
    for row in table("lives-to-compare-with"):
        pair, arm = int(row["replication"]), row["arm"]
        lived[pair, arm] = second.live(parameters({}, ARMS[arm]), 1, pair)
        columns = lived[pair, arm].row
        assert (Ending(columns["ending"]).name, columns["n_events"]) == (row["ending"], int(row["events"]))
        for name, told in {
            "fit_at_start": "fit at first contact",
            "t_end": "end",
            "fit_at_end": "fit at the end",
            "net_joint": "joint net",
        }.items():
            assert columns[name] == pytest.approx(float(row[told]), rel=CLOSE)

    routine = {"STEERING_MEETING", "TACTICAL_MEETING", "WORK_CONTACT", "BOARD_REVIEW"}
    name_of = {number: kind for kind, number in KIND.items()}
    told = [each for each in lived[0, "feasibility-first"].events if name_of[each.kind] not in routine]
    for row, each in zip(table("events-to-compare-with"), told, strict=False):
        clock, n = map(int, row["case"].split(":"))
        assert (row["event"], 2**32 * clock + n, int(row["attempt"])) == (name_of[each.kind], each.case, each.attempt)
        assert row["firm"] == (*NAMES_OF_FIRMS, "both")[each.firm]
        values = [float(row[name]) for name in ("time", "a", "b")]
        assert values == pytest.approx([each.time, each.a, each.b], rel=1e-5)
        assert each.time == pytest.approx(values[0], rel=CLOSE)


class World(NamedTuple):
    """What is written of one world, its two arms and its horizon."""

    world: dict[str, Any]
    arms: dict[str, dict[str, Any]]
    horizon: float


DEFAULT = World({}, ARMS, 10.0)

RANGES = {
    "headcount": (0, 40),
    "fit_low": (0.1, 0.5),
    "fit_high": (0.5, 0.95),
    "fit_high_share": (0.0, 1.0),
    "mesh_trust": (0.3, 1.0),
    "mesh_morale": (0.3, 1.0),
    "dismissed_least": (0.0, 0.1),
    "dismissed_most": (0.1, 0.5),
    "value": (0.5, 2.0),
    "merger_fit_slope": (-0.02, 0.05),
    "insolvency_fit_slope": (-0.02, 0.05),
    "strategy_fit_slope": (-0.02, 0.05),
    "joint_review_most": (1, 50),
}
"""Ranges where the page calls none plausible; small teams, for their lives are short and some are empty."""

RARE: dict[str, Any] = {
    "fit_law": "two-point",
    "discount": 0,
    "dispute_trust": 0.4,
    "dispute_after": 1,
    "trust_loss_ratio": 5,
    "trust_gain": 0.1,
    "override": 0.5,
    "break_even": 0.6,
    "resolve": 1,
    "rescue_chance": 1,
    "rescues_most": 10,
    "hostile_by_loss": 0.8,
    "hostile_by_dispute": 0.5,
    "limping_after": 0.1,
    "morale_baseline": {"client": 0.3, "supplier": 0},
    "morale_gain_adaptation": 0.2,
    "personal_by_announcing": 0.9,
    "sunk_by_launching": 0.9,
    "workshop_noise": 0,
    "headcount": {"client": {"strategic": 1, "tactical": 1, "operational": 2}},
    "review_rate": {"client": 0, "supplier": 6},
    "merger_fit_slope": -0.01,
    "bonus": 0,
    "bonus_at_signing": 1,
    "term": 1,
    "renew": {"client": 0.9},
    "threshold": 0.75,
}
"""What plausible ranges hardly reach, such as stakes at their ends, or many exits; each is taken in some worlds."""

OF_POLICIES = [name for name, row in WORLD.items() if "[only with " in row["meaning"]]
"""What policies cost, and how people react to them; also drawn beyond what is plausible."""

AT_ONCE = dict.fromkeys(
    [
        "negotiation_least",
        "negotiation_most",
        "no_deal",
        "drafting_least",
        "drafting_mean",
        "transition_least",
        "transition_mean",
    ],
    0,
)
"""The parameters of a world in which operations start at once when the talks do."""

SOUR: dict[str, Any] = {"tactical_power": 0, "candour": 1, "evidence": 0.05, "break_even": 0.6}
"""What makes a relationship in which nothing is settled, and all is told to the tops and denied."""

IN_ORDER = (
    ("negotiation_least", "negotiation_most"),
    ("workshop_gap_least", "workshop_gap_most"),
    ("repair_without_trust", "repair_with_trust"),
    ("attention_floor", "attention_low"),
    ("pilot_gap_least", "pilot_gap_most"),
)
"""Parameters of which the second must not be below the first, where ranges overlap."""


def under_both(*policies: str | dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return both launches with the same policies."""
    return {name: {**launch, "policies": list(policies)} for name, launch in ARMS.items()}


AUDITED = World(
    {
        **SOUR,
        "evidence": 0,
        "board_pull": 0,
        "leader_change_rate": 0,
        "threshold": 0.7,
        "audit_weight": 0.3,
        "attention_floor": 0.8,
        "attention_low": 0.8,
        "resolve": 1,
        "rescue_chance": 1,
        "rescues_most": 20,
    },
    under_both({"name": "independent-audit", "after": 2}, {"name": "quiet-launch", "years": 0.3}),
    20.0,
)
"""Only an auditor makes tops realise, called also by cases that were opened again, and success is long put off."""

HELD = World(
    {
        **SOUR,
        "evidence": 0,
        "board_pull": 0,
        "leader_change_rate": 0,
        "resolve": 0.5,
        "bonus_at_signing": 1,
        "clawback_hold": 0.6,
        "hostile_base": 0.7,
    },
    under_both(
        {"name": "sponsor-rotation", "years": 0.5},
        {"name": "bonus-clawback", "share": 0.5, "years": 8},
        "break-clause",
    ),
    20.0,
)
"""Only new sponsors realise, bonuses that may be claimed back hold them, and ends would be hostile."""

TOGETHER = ["several-ties", {"name": "sponsor-rotation", "years": 1}, {"name": "joint-reviews", "per_year": 4}]
ON_TIME = World(
    {**AT_ONCE, "term": 3, "renew": 1, "bonus_at_signing": 1},
    {
        "deal-first": {"launch": "deal-first", "policies": [*TOGETHER, "bonus-clawback"]},
        "feasibility-first": {
            "launch": "feasibility-first",
            "policies": [*TOGETHER, {"name": "deferred-bonus", "years": 3}],
        },
    },
    10.0,
)
"""Contracts expire at the last moment of a claim, or when a bonus is paid that nobody claims; more is due together."""

MADE = [AUDITED, HELD, ON_TIME]
"""Worlds made for what hardly happens in random ones."""


def drawn_world(draw: random.Random) -> World:
    """Return a world that leaves up to fifty start values, with firms that differ, and two arms with policies."""
    world: dict[str, Any] = {}
    known = [name for name, row in WORLD.items() if name in RANGES or row["plausible"]]
    for name in draw.sample(known, draw.randint(0, 50)):
        world[name] = drawn_number(draw, name, shape_of(WORLD[name]))
    for name in OF_POLICIES:
        if draw.random() < 0.1:
            world[name] = beyond_plausible(draw, WORLD[name])
    for names in IN_ORDER:
        ends = sorted(world.get(name, start_value(WORLD[name])) for name in names)
        world |= zip(names, ends, strict=True)
    world |= {name: value for name, value in RARE.items() if draw.random() < 0.15}
    for some in (AT_ONCE, SOUR):
        if draw.random() < 0.2:
            world |= some
    arms = {
        name: {
            **launch,
            "kickoff": draw.choice([0, 0, 1, 3]),
            "workshops_most": draw.randint(1, 8),
            "confidence": draw.choice([0.5, 0.8, 0.9, 0.97, 1.0]),
            "policies": drawn_policies(draw),
        }
        for name, launch in ARMS.items()
    }
    return World(world, arms, draw.choice([3.0, 10.0, 20.0]))


def drawn_number(draw: random.Random, name: str, shape: list[tuple[str, ...]]) -> Any:
    """Return a number from the range of a parameter, or numbers by some names of its shape."""
    if shape and draw.random() < 0.2:
        return drawn_number(draw, name, shape[1:])
    if shape:
        members = draw.sample(shape[0], draw.randint(1, len(shape[0])))
        return {member: drawn_number(draw, name, shape[1:]) for member in members}
    row = WORLD[name]
    low, high = RANGES[name] if name in RANGES else map(float, row["plausible"].split(" to "))
    return draw.randint(int(low), int(high)) if "whole]" in row["meaning"] else draw.uniform(low, high)


def beyond_plausible(draw: random.Random, row: dict[str, str]) -> float:
    """Return a number that is accepted, below what is plausible or up to four times above it."""
    least, most = map(float, row["accepted"].split(" to "))
    if row["plausible"]:
        low, high = map(float, row["plausible"].split(" to "))
        least, most = draw.choice([(least, low), (high, min(most, 4 * high))])
    return draw.randint(int(least), int(most)) if "whole]" in row["meaning"] else draw.uniform(least, most)


def drawn_policies(draw: random.Random) -> list[str | dict[str, Any]]:
    """Return none, some or most of the policies, each as its name or with numbers."""
    adopted: dict[str, dict[str, Any]] = {}
    for policy in draw.sample(list(DIAL), draw.choice([0, 2, 5, 9, len(DIAL)])):
        rows = [row for row in NUMBERS if row["policy"] == policy]
        numbers = {row["number"]: drawn_of_policy(draw, row) for row in rows if draw.random() < 0.8}
        if not contradicted(adopted | {policy: numbers}):
            adopted[policy] = numbers
    return [{"name": policy, **numbers} if numbers else policy for policy, numbers in adopted.items()]


def drawn_of_policy(draw: random.Random, row: dict[str, str]) -> float:
    """Return a number of a policy, at times 0, mostly plausible; years from 0.05 (7.1), or whole: moments meet."""
    if draw.random() < 0.1:
        return 0
    low, high = map(float, row["plausible"].split(" to "))
    if draw.random() < 0.25:
        value = beyond_plausible(draw, row)
    else:
        value = draw.randint(int(low), int(high)) if "whole]" in row["meaning"] else draw.uniform(low, high)
    if row["unit"] == "years":
        return float(draw.choice([max(value, 0.05), math.ceil(value)]))
    return value


def contradicted(adopted: dict[str, dict[str, Any]]) -> bool:
    """Whether policies are among these that the page does not allow together (7.1)."""
    start = {(row["policy"], row["number"]): float(row["start"]) for row in NUMBERS}
    dial = {policy: numbers.get(DIAL[policy], start[policy, DIAL[policy]]) for policy, numbers in adopted.items()}
    above = {policy: value for policy, value in dial.items() if value > 0}
    if {"realistic-promise", "deal-broker"} <= above.keys():
        return True
    return {"break-clause", "short-term-contract"} <= above.keys() and (
        above["break-clause"] >= above["short-term-contract"]
    )


def lived_twice(given: World, seed: int, pairs: int) -> Iterator[tuple[str, Life, second.Life]]:
    """Live the first pairs of firms of a world under both arms, on the compiled engine and in the second writing."""
    written = scenario(given.world, given.horizon, **given.arms)
    for arm in written.arms:
        theirs = resolve(written, arm, rulebook())
        ours = parameters(given.world, given.arms[arm], given.horizon)
        for pair in range(pairs):
            yield f"{arm}, pair {pair}", live(written, arm, seed, pair, p=theirs), second.live(ours, seed, pair)


def difference(one: Life, two: second.Life) -> str:
    """Return the first event or else the columns in which two writings of a life differ, or nothing."""
    told = zip(one.record[list(second.Recorded._fields)].tolist(), two.events, strict=False)
    for number, (event, other) in enumerate(told):
        same = event[1:5] == other[1:5]
        if not same or not all(math.isclose(event[place], other[place], rel_tol=CLOSE) for place in (0, 5, 6)):
            return f"event {number}: {event} is {other} in the second writing"
    if len(one.record) != len(two.events):
        return f"{len(one.record)} events are {len(two.events)} in the second writing"
    row = {name: value for name, value in one.row.items() if name != "arm"}
    if row.keys() != two.row.keys():
        return f"other columns: {row.keys() ^ two.row.keys()}"
    return ", ".join(
        f"{name}: {value} is {two.row[name]} in the second writing"
        for name, value in row.items()
        if not (close(value, two.row[name]) if isinstance(value, float) else value == two.row[name])
    )


def close(x: float, y: float) -> bool:
    """Whether two numbers of a row are the same but for rounding."""
    return x == y or (x != x and y != y) or abs(x - y) <= CLOSE * max(1.0, abs(x), abs(y))


def compare(worlds: list[World], first_seed: int, pairs: int) -> dict[str, set[Any]]:
    """Hold all lives of some worlds against each other; return which words occurred in them."""
    seen: dict[str, set[Any]] = {name: set() for name in EVERYTHING}
    for number, given in enumerate(worlds):
        for which, one, two in lived_twice(given, first_seed + number, pairs):
            different = difference(one, two)
            assert not different, f"world {number}, {which}: {different}\n{given}"
            assert one.row["status"] == Status.SOUND
            seen["kind"] |= set(one.record["kind"].tolist())
            pairs_of = zip(one.record["kind"].tolist(), one.record["attempt"].tolist(), strict=True)
            seen["attempt"] |= {(kind, min(attempt, MOST[kind])) for kind, attempt in pairs_of if kind in MOST}
            for column in ("ending", "turn", "cause"):
                seen[column].add(one.row[column])
            left = {name for name, value in one.row.items() if name.startswith("left_") and value > 0}
            seen["departure"] |= {
                int(cause) for cause in Departure if any(name.endswith(f"_{cause.name.lower()}") for name in left)
            }
    return seen


WORDS = {"kind": EventKind, "ending": Ending, "turn": Turn, "cause": OutsideCause, "departure": Departure}
MOST = {
    KIND["MANDATE_GIVEN"]: 2,
    KIND["DEAL_SIGNED"]: 1,
    KIND["SUCCESS_ANNOUNCED"]: 2,
    KIND["ESCALATION_HEARD"]: 2,
    KIND["REFERRED_BACK"]: 2,
    KIND["COMMITMENT_ESCALATED"]: 2,
    KIND["FAILURE_REALISED"]: 4,
    KIND["AUDIT_HELD"]: 1,
    KIND["SPONSOR_ROTATED"]: 1,
}
"""The last attempt that means something else (a task, a way round the managers, an audit, once more), by the kind."""
EVERYTHING: dict[str, set[Any]] = {name: set(map(int, words)) for name, words in WORDS.items()}
EVERYTHING["attempt"] = {(kind, attempt) for kind, most in MOST.items() for attempt in range(most + 1)}
"""Every kind of event, ending, turn, outside cause and way to leave, so that nothing goes untested."""


def random_worlds(count: int) -> list[World]:
    draw = random.Random(7)
    return [drawn_world(draw) for _ in range(count)]


def test_lives_of_the_default_world_are_the_same() -> None:
    compare([DEFAULT], first_seed=1, pairs=20)


def test_lives_of_random_worlds_are_the_same() -> None:
    assert compare([*MADE, *random_worlds(100)], first_seed=5, pairs=3) == EVERYTHING


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_lives_of_many_random_worlds_are_the_same() -> None:
    assert compare([*MADE, *random_worlds(500)], first_seed=5, pairs=6) == EVERYTHING


FULL = World({"incident_rate": 1000, "repair_with_trust": 0.35, "complaint_delay": 10}, ARMS, 20.0)
"""Complaints wait for so long that more events are pending than may be."""

BUSY = World(
    {"headcount": 10_000, "leaving_rate": 10, "leaving_most": 20, **AT_ONCE},
    {"deal-first": ARMS["deal-first"]},
    20.0,
)
"""Operations start at once, and so many may resign that there are a million opportunities in the first year."""


@pytest.mark.parametrize(
    ("given", "status"),
    [(FULL, Status.AGENDA_FULL), pytest.param(BUSY, Status.BUDGET_SPENT, marks=pytest.mark.slow)],
    ids=["full", "busy"],
)
def test_lives_that_a_limit_stops_are_the_same(given: World, status: Status) -> None:
    for which, one, two in lived_twice(given, seed=1, pairs=1):
        assert not difference(one, two), which
        assert one.row["status"] == status
