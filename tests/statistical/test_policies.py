"""Every policy can help, and can hurt: for each a world in which it does, by twins."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from relsim.lab.lives import live_pairs
from relsim.scenario.files import load_scenario
from relsim.scenario.governance import POLICIES, Governance
from tests.bounds import ALPHA

PAIRS = 8192

GOOD = {"fit_alpha": 9, "fit_beta": 3}
"""Partners that mesh well."""
BAD = {"fit_alpha": 3, "fit_beta": 5}
"""Partners that mesh badly."""
TROUBLE = {**BAD, "incident_rate": 60}

HELPS: dict[str, dict[str, float]] = {
    "operational-gate": {},
    "early-operations": {**GOOD, "optimism": 0.25, "consultation_slower": 1, "consultation_noise": 0.1},
    "realistic-promise": {**GOOD, "optimism": 0.25, "promise_value": 0},
    "facilitator": {"facilitator_help": 0.3},
    "deal-broker": {
        **GOOD,
        "rival_offer_rate": 0.6,
        "negotiation_most": 0.45,
        "broker_cost": 0,
        "broker_speed": 0.3,
        "broker_optimism": 0,
    },
    "quiet-launch": {**BAD, "announcement_value": 0, "personal_by_announcing": 0.5, "denial": 1},
    "deferred-bonus": {**BAD, "bonus": 0.1, "bonus_at_signing": 1},
    "bonus-clawback": {"clawback_care": 0.6, "clawback_hold": 0, "optimism": 0.25},
    "joint-reviews": BAD,
    "escalation-hotline": {**TROUBLE, "hotline_morale_loss": 0},
    "independent-audit": TROUBLE,
    "sponsor-rotation": TROUBLE,
    "break-clause": BAD,
    "no-scapegoats": {"coaching_cost": 0},
    "retention": {"retention_half": 0.0003, "bond_loss": 1, "replacement_cost": 0.01},
    "several-ties": {"bond_loss": 1},
    "dispute-board": {"dispute_trust": 0.3, "dispute_cost": 0.2},
    "short-term-contract": {**BAD, "renew": 0.7, "renegotiation_cost": 0},
}
"""What is other than in the gloomy world where a policy helps a deal signed first."""

HURTS: dict[str, dict[str, float]] = {
    "operational-gate": {**GOOD, "rival_offer_rate": 0.6},
    "early-operations": {**GOOD, "rival_offer_rate": 0.6, "optimism": 0},
    "realistic-promise": {"incident_rate": 10, "optimism": 0.25, "promise_value": 0.3},
    "facilitator": {"facilitator_help": 0, "facilitator_cost": 0.05, "facilitator_noise": 1},
    "deal-broker": {},
    "quiet-launch": {"announcement_value": 0.1},
    "deferred-bonus": {**GOOD, "bonus": 0.0001, "bonus_at_signing": 1, "personal_by_bonus": 0.4},
    "bonus-clawback": {**BAD, "clawback_care": 0, "clawback_hold": 0.4, "bonus_at_signing": 1},
    "joint-reviews": {**GOOD, "joint_review_cost": 0.01},
    "escalation-hotline": {**GOOD, "hotline_morale_loss": 0.03},
    "independent-audit": {**GOOD, "audit_cost": 0.06},
    "sponsor-rotation": GOOD,
    "break-clause": {**GOOD, "clause_ease": 0.6, "clause_peace": 0, "resolve": 0.05},
    "no-scapegoats": {"coaching_cost": 0.1, "morale_loss_scapegoat": 0, "bond_loss": 0.3, "severance_cost": 0},
    "retention": {"retention_half": 0.003},
    "several-ties": {"bond_loss": 0.3, "tie_cost": 0.02},
    "dispute-board": {"dispute_trust": 0},
    "short-term-contract": {**GOOD, "renegotiation_cost": 0.06},
}
"""The same where it hurts."""


def clearness(policy: str, world: dict[str, float]) -> float:
    """Return what a policy adds to the joint net of twins, in standard errors."""
    asked = load_scenario("gloomy", set=[f"world.{name}={number}" for name, number in world.items()])
    arms: dict[str, Any] = {
        name: Governance.model_validate({"launch": "deal-first", "policies": policies})
        for name, policies in (("with", [policy]), ("without", []))
    }
    lives = live_pairs(asked.model_copy(update={"arms": arms}), PAIRS)
    added = lives.arms["with"]["net_joint"] - lives.arms["without"]["net_joint"]
    return float(added.mean() / (added.std(ddof=1) / np.sqrt(PAIRS)))


def test_every_policy_has_both_its_worlds() -> None:
    assert HELPS.keys() == HURTS.keys() == POLICIES.keys()


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_helps_in_one_world_and_hurts_in_another(policy: str) -> None:
    """By how much is not the point: the mean of so many twins is normal, and a sign seen by chance has ALPHA."""
    clear = stats.norm.isf(ALPHA)
    assert clearness(policy, HELPS[policy]) > clear
    assert clearness(policy, HURTS[policy]) < -clear
