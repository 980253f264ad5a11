"""What keeps an arm from being a Markov chain: each parameter that stands in the way, and what is allowed for it."""

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from relsim.errors import Problem, ScenarioError
from relsim.exact.implied import caution, commits, explores, promise, shocked, stakes, steepness, talks
from relsim.model.parameters import POLICY_FIELDS
from relsim.scenario.files import shown
from relsim.scenario.scenario import Scenario
from relsim.scenario.world import World
from relsim.vocabulary import Firm, Level

__all__ = ["of_belief", "of_course", "refuse"]

SHORTEST = 1e-4
"""Years that an exponential duration must last on average; the shorter it is, the more steps it takes to solve."""

Refusal = tuple[bool | np.bool, str, str]
"""Whether a parameter stands in the way, its name, and what is allowed for it."""


def refuse(scenario: Scenario, arm: str, found: Iterable[Refusal]) -> None:
    """Raise ScenarioError with every parameter that stands in the way, if any does."""
    problems = []
    for stands, name, allowed in found:
        if stands:
            ours = name in World.model_fields
            section, path = (scenario.world, "world") if ours else (scenario.arms[arm], f"arms.{arm}")
            problems.append(Problem(f"{path}.{name}", shown(getattr(section, name)), allowed))
    if problems:
        raise ScenarioError(problems)


def of_course(p: Any) -> Iterator[Refusal]:
    """Yield what may keep the course of an arm, from first contact to its end, from being a chain."""
    others = any(p[name] > 0.0 for name in POLICY_FIELDS if name not in ("facilitator_part", "deal_broker_part"))
    yield others, "policies", "no policies but facilitator and deal-broker"
    yield np.any(p.review_rate * p.resolve > 0.0), "review_rate", "0, as reviews are periodic; or resolve 0"
    yield p.term < p.horizon and np.any(p.renew > 0.0), "term", f"at least the horizon, {p.horizon:g}; or renew 0"
    varies = talks(p, p.negotiation_least) != talks(p, p.negotiation_most)
    yield varies, "negotiation_most", f"{p.negotiation_least:g}, as negotiation_least"
    workshops = explores(p) or p.kickoff > 0.0
    varies = p.workshop_gap_least != p.workshop_gap_most
    yield workshops and varies, "workshop_gap_most", f"{p.workshop_gap_least:g}, as workshop_gap_least"
    for name in ("drafting_mean", "transition_mean"):
        yield 0.0 < p[name] < SHORTEST, name, f"0, or at least {SHORTEST:g}"
    late = "0, as drafting_mean is not"
    yield p.drafting_mean * p.transition_least > 0.0, "transition_least", late
    yield p.drafting_mean * p.kickoff * p.workshop_gap_most > 0.0, "kickoff", late
    lasts = p.transition_least + p.transition_mean > 0.0
    yield lasts and p.launch_effort * stakes(p) > 0.0, "launch_effort", "0 where tops have a stake"
    if explores(p):
        early = p.workshops_most > 1.0 and 0.0 < caution(p) < math.inf
        yield early, "confidence", "1 or 0.5, or workshops_most 1, so that all explore equally long"
        yield shocked(p) and p.workshop_gap_most > 0.0, "market_shock_rate", "0 where workshops take time"
    if steepness(p) > 0.0:
        yield from _of_fit(p)


def _of_fit(p: Any) -> Iterator[Refusal]:
    """Yield what moves fit, but for market shocks, and for workshops at the moment of first contact."""
    why = "0 where fit matters"
    trouble = np.any(p.incident_rate + p.tactical_problem_rate + p.strategic_problem_rate > 0.0)
    yield np.any(p.incident_rate > 0.0) and p.learn_chance * p.learn_step > 0.0, "learn_step", why
    yield trouble and p.tactical_power * p.adaptation_step > 0.0, "adaptation_step", why
    later = p.kickoff > 0.0 or (explores(p) and p.workshop_gap_most > 0.0)
    yield later and p.workshop_adaptation > 0.0, "workshop_adaptation", why


def of_belief(p: Any, firm: Firm) -> Iterator[Refusal]:
    """Yield what may keep the belief of a top from being a chain that counts the cases it hears of."""
    yield from _of_fit(p)
    yield p.review_rate[firm] > 0.0, "review_rate", "0"
    yield p.leader_change_rate[firm] * p.headcount[firm, Level.STRATEGIC] > 0.0, "leader_change_rate", "0"
    yield p.attention_floor < 1.0, "attention_floor", "1, so that attention does not fade"
    for name in (
        "complaint_delay",
        "escalation_delay",
        "trust_gain",
        "morale_loss_incident",
        "morale_loss_broken",
        "morale_loss_denial",
        "morale_gain_adaptation",
    ):
        yield p[name] > 0.0, name, "0"
    yield np.any(p.contact_rate * p.contact_trust_step > 0.0), "contact_trust_step", "0"
    yield p.chemistry_spread * p.trust_weight[Level.STRATEGIC] > 0.0, "chemistry_spread", "0"
    blamed = any(p.scapegoat[each] > 0.0 and commits(p, each) for each in (Firm.CLIENT, Firm.SUPPLIER))
    yield blamed and p.morale_loss_scapegoat > 0.0, "morale_loss_scapegoat", "0 where scapegoats may be made"
    leave = np.any(p.leaving_rate * p.headcount > 0.0) or np.any(p.leader_change_rate > 0.0)
    yield (leave or blamed) and p.bond_loss > 0.0, "bond_loss", "0 where people may leave"
    if stakes(p) > 0.0 or (p.sunk_by_commitment > 0.0 and commits(p, firm)):
        yield p.denial[firm] > 0.0, "denial", "0 where the top may have a stake"
        yield p.backing_floor < 1.0, "backing_floor", "1 where the top may have a stake"
    yield p.launch_effort * stakes(p) > 0.0, "launch_effort", "0 where tops have a stake"
    if p.tactical_power > 0.0 or p.tactical_problem_rate[firm] > 0.0:
        same = "so that all promise the same"
        yield explores(p), "launch", f"deal-first, {same}, or no tactical_power and no tactical problems"
        yield p.promise_noise > 0.0, "promise_noise", f"0, {same}"
        yield p.two_point == 0 and promise(p) > 0.0, "fit_law", "two-point, as the promise is above 0"
