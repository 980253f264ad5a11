"""Worlds for tests: random ones from the plausible ranges, and quiet ones in which only what a test names is alive."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from relsim.engines.compiled_engine import run_lives
from relsim.model.parameters import resolve
from relsim.model.rulebook import rulebook
from relsim.scenario.files import load_scenario
from relsim.scenario.governance import POLICIES, Policy, clash, policy_of
from relsim.scenario.parameter import describe, numbers, shortest
from relsim.scenario.scenario import Scenario
from relsim.scenario.world import World

ARMS: dict[str, dict[str, Any]] = {
    "deal-first": {"launch": "deal-first"},
    "feasibility-first": {"launch": "feasibility-first"},
}


def scenario(world: dict[str, Any] | None = None, horizon: float = 10.0, **arms: dict[str, Any]) -> Scenario:
    """Return a scenario with these parameters; arms as keywords, by default the two launches."""
    named = {name.replace("_", "-"): governance for name, governance in arms.items()} or ARMS
    return Scenario.model_validate({"title": "a test world", "horizon": horizon, "world": world or {}, "arms": named})


_LEVELS = ("strategic", "tactical", "operational")

QUIET: dict[str, Any] = {
    **dict.fromkeys(
        [
            "chemistry_spread",
            "trust_gain",
            "contact_rate",
            "contact_trust_step",
            "leaving_rate",
            "leader_change_rate",
            "incident_rate",
            "tactical_problem_rate",
            "strategic_problem_rate",
            "learn_chance",
            "complaint_delay",
            "escalation_delay",
            "optimism",
            "promise_noise",
            "personal_by_signing",
            "personal_by_announcing",
            "personal_by_bonus",
            "sunk_by_launching",
            "review_rate",
            "negotiation_least",
            "negotiation_most",
            "no_deal",
            "drafting_least",
            "drafting_mean",
            "transition_least",
            "transition_mean",
            "verdict_time",
            "workshop_gap_least",
            "workshop_gap_most",
            "workshop_adaptation",
            "workshop_trust_operational",
            "workshop_trust_tactical",
            "launch_effort",
            "announce",
            "bonus_at_signing",
            "market_shock_rate",
            "rival_offer_rate",
            "merger_rate",
            "insolvency_rate",
            "strategy_rate",
            "override",
            "morale_loss_incident",
            "morale_loss_broken",
            "morale_loss_denial",
            "morale_loss_scapegoat",
            "morale_gain_adaptation",
            "adaptation_step",
            "notice",
            "promise_value",
            "discount",
        ],
        0.0,
    ),
    "term": 1000.0,
}
"""A world in which nothing happens but signing and starting, at once; tests wake up what they are about."""

PRICES = [
    "replacement_cost",
    "severance_cost",
    "incident_cost",
    "adapt_price",
    "penalty",
    "dispute_cost",
    "commitment_cost",
    "workshop_cost",
    "announcement_value",
    "bonus",
    "launch_cost",
    "facilitator_cost",
    "broker_cost",
    "pilot_cost",
    "consultation_cost",
    "joint_review_cost",
    "audit_cost",
    "handover_cost",
    "coaching_cost",
    "tie_cost",
    "dispute_board_fee",
    "dispute_board_case",
    "renegotiation_cost",
    "retention_half",
    "rescue_cost",
    "exit_cost",
    "hostile_cost",
]

FREE = dict.fromkeys((price for price in PRICES if price != "retention_half"), 0.0)
"""Everything is free; the bonus that keeps half of those who would leave is a scale and no price, and above 0."""


def quiet(horizon: float = 10.0, arms: dict[str, Any] | None = None, **world: Any) -> Scenario:
    """Return the quiet world but for these parameters."""
    return scenario({**QUIET, **world}, horizon, **(arms or {}))


def priced(*assumed: str, **world: Any) -> Scenario:
    """Return a world that lasts a moment, so that net is what the launch costs and the announcement brings.

    All numbers have a source but those that are assumed. What may not be 0 is as little as it may be.
    """
    given = {**QUIET, **FREE, "announce": 1.0, **world}
    usual = World()
    leaves = {}
    for each in describe(World):
        value = given.get(each.name, shortest(numbers(usual, each.name)))
        if isinstance(value, float):
            value = max(value, each.allowed[0])
        leaves[each.name] = {"value": value, "source": "assumption" if each.name in assumed else "given"}
    return scenario(leaves, horizon=1e-9, **{"deal-first": ARMS["deal-first"]})


LIMITING_CASES = sorted((Path(__file__).resolve().parents[1] / "scenarios" / "oracles").glob("*.toml"))
"""The files of the worlds in which the answer is known, in their order."""


def limiting_case(name: str, *changes: str) -> Scenario:
    """Return a world in which the answer is known, such as "03-competing-risks", with changes as `--set` takes them."""
    (path,) = (path for path in LIMITING_CASES if path.stem == name)
    return load_scenario(path, set=changes)


def states(given: Scenario, arm: str = "deal-first", count: int = 1, seed: int = 1, rules: Any = ()) -> np.ndarray:
    """Return the final states of the first lives of an arm, lived on the compiled engine."""
    book = rulebook(rules)
    return run_lives(resolve(given, arm, book), book, seed, 0, count)


def sample(
    given: Scenario, columns: Any, arm: str = "deal-first", count: int = 1_000_000, seed: int = 1, rules: Any = ()
) -> list[np.ndarray]:
    """Return what `columns(states)` gives for many lives, in bounded memory."""
    book = rulebook(rules)
    p = resolve(given, arm, book)
    pieces = []
    for first in range(0, count, 1 << 16):
        lived = run_lives(p, book, seed, first, min(1 << 16, count - first))
        pieces.append([np.array(column) for column in columns(lived)])
    return [np.concatenate(each) for each in zip(*pieces, strict=True)]


_PLAUSIBLE = {each.name: each for each in describe(World) if each.plausible is not None}


def _between(low: float, high: float) -> Callable[[int], float]:
    """Return a thousandth part of the way: no subnormal numbers, whose rounding is not a matter of scale."""
    return lambda thousandths: low + (high - low) * thousandths / 1000


@st.composite
def policies(draw: st.DrawFn, most: int = 5) -> list[dict[str, Any]]:
    """Draw policies that do not contradict each other, with plausible numbers, now and then with the dial at 0."""
    adopted: list[Policy] = []
    for name in draw(st.lists(st.sampled_from(sorted(POLICIES)), max_size=most, unique=True)):
        table: dict[str, Any] = {"name": name}
        for each in POLICIES[name].numbers:
            low, high = each.plausible or each.allowed
            parts = st.integers(int(low), int(high)) if each.whole else st.integers(0, 1000).map(_between(low, high))
            table[each.name] = draw(parts)
        if draw(st.integers(0, 9)) == 0:
            table[POLICIES[name].numbers[0].name] = 0
        made = policy_of(table)
        if not clash((*adopted, made)):
            adopted.append(made)
    return [each.in_full() for each in adopted]


@st.composite
def scenarios(draw: st.DrawFn, horizon: float = 10.0) -> Scenario:
    """Draw a scenario whose world leaves the defaults in up to twenty places, now and then for a single firm."""
    world: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from(sorted(_PLAUSIBLE)), max_size=20, unique=True)):
        each = _PLAUSIBLE[name]
        low, high = each.plausible
        number = st.integers(0, 1000).map(_between(low, high))
        if each.whole:
            number = st.integers(int(low), int(min(high, 60)))
        if each.shape == (2,) and draw(st.booleans()):
            world[name] = {"client": draw(number), "supplier": draw(number)}
        elif each.shape in ((3,), (2, 3)):
            world[name] = {level: draw(number) for level in _LEVELS}
        else:
            world[name] = draw(number)
    for least, most in (
        ("negotiation_least", "negotiation_most"),
        ("workshop_gap_least", "workshop_gap_most"),
        ("repair_without_trust", "repair_with_trust"),
        ("attention_floor", "attention_low"),
        ("pilot_gap_least", "pilot_gap_most"),
    ):
        if least in world or most in world:
            ends = sorted(world.get(name, _default(name)) for name in (least, most))
            world[least], world[most] = ends
    governance = st.fixed_dictionaries(
        {
            "kickoff": st.integers(0, 4),
            "workshops_most": st.integers(1, 10),
            "confidence": st.floats(0.5, 1.0),
            "policies": policies(),
        }
    )
    arms = {name: {**launch, **draw(governance)} for name, launch in ARMS.items()}
    return Scenario.model_validate({"title": "drawn", "horizon": horizon, "world": world, "arms": arms})


def _default(name: str) -> float:
    return float(_PLAUSIBLE[name].default)
