"""A policy that changes nothing changes no byte."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relsim.life import live
from relsim.scenario.governance import POLICIES
from relsim.scenario.scenario import Scenario
from tests.worlds import ARMS, scenario, scenarios

SEEDS = st.integers(0, 2**63 - 1)
QUICK = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))


def same(one: Scenario, other: Scenario, seed: int, lives: int = 3) -> bool:
    """Say whether both give the same lives, to the last byte of rows and events."""
    return all(live(one, arm, seed, k).digest == live(other, arm, seed, k).digest for arm in ARMS for k in range(lives))


def governed(given: Scenario, *policies: Any) -> Scenario:
    """Return a scenario with both launches under these policies alone."""
    arms = {name: {**launch, "policies": list(policies)} for name, launch in ARMS.items()}
    return Scenario.model_validate(given.model_dump(mode="json") | {"arms": arms})


@pytest.mark.parametrize("name", POLICIES)
@QUICK
@given(drawn=scenarios(), seed=SEEDS, shares=st.lists(st.integers(0, 1000), min_size=2, max_size=2))
def test_a_policy_with_its_dial_at_0_changes_no_byte(name: str, drawn: Scenario, seed: int, shares: list[int]) -> None:
    dial, *others = POLICIES[name].numbers
    off = {"name": name, dial.name: 0}
    for each, share in zip(others, shares, strict=False):
        low, high = each.plausible or each.allowed
        off[each.name] = low + (high - low) * share / 1000
    assert same(governed(drawn), governed(drawn, off), seed)


@pytest.mark.parametrize(
    ("policy", "nothing"),
    [
        ("deferred-bonus", {"bonus": 0.0}),
        ("deferred-bonus", {"bonus_at_signing": 0.0}),
        ("bonus-clawback", {"bonus": 0.0}),
        ("quiet-launch", {"announce": 0.0}),
        ("no-scapegoats", {"scapegoat": 0.0}),
        ("escalation-hotline", {"incident_rate": 0.0}),
        ("dispute-board", {"dispute_trust": 0.0, "dispute_board_fee": 0.0}),
        ("realistic-promise", {"optimism": 0.0, "promise_noise": 0.0}),
        ("several-ties", {"bond_loss": 0.0, "tie_cost": 0.0}),
        ("break-clause", {"resolve": 0.0, "clause_ease": 0.0}),
    ],
)
def test_a_policy_against_what_never_happens_changes_no_byte(policy: str, nothing: dict[str, float]) -> None:
    plain = scenario(nothing)
    assert same(plain, governed(plain, policy), 1, lives=30)


@pytest.mark.parametrize("name", POLICIES)
def test_any_policy_changes_some_life(name: str) -> None:
    """Without this, the tests above could not fail."""
    plain = scenario({"scapegoat": 0.6, "dispute_trust": 0.3, "patience": 2})
    assert not same(plain, governed(plain, name), 1, lives=30)
