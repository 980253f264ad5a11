"""Random worlds whose arm is a Markov chain: exponential clocks, frozen state, and all sorts of launches."""

from typing import Any

import numpy as np

from relsim.scenario.scenario import Scenario
from tests.worlds import quiet, scenario

__all__ = ["chain_world"]

FIRMS = ("client", "supplier")
LEVELS = ("strategic", "tactical", "operational")


class _Draw:
    """Numbers for one world."""

    def __init__(self, number: int) -> None:
        self.luck = np.random.default_rng(number)

    def whether(self, chance: float) -> bool:
        return bool(self.luck.random() < chance)

    def between(self, low: float, high: float) -> float:
        return float(self.luck.uniform(low, high))

    def maybe(self, low: float, high: float, chance: float = 0.5) -> float:
        """Return a number between low and high, or else 0."""
        return self.between(low, high) if self.whether(chance) else 0.0

    def each(self, names: tuple[str, ...], low: float, high: float, chance: float = 1.0) -> dict[str, float]:
        return {name: self.maybe(low, high, chance) for name in names}


def chain_world(number: int) -> Scenario:
    """Return random world `number`, with an arm named "arm".

    In about half of them the tops hear of problems, and what they believe is a chain too. Where fit matters to nothing,
    now and then everything goes on as by default, but that nobody acts on it.
    """
    draw = _Draw(number)
    explores, hears, sloped, shocked, late = (draw.whether(chance) for chance in (0.5, 0.5, 0.7, 0.5, 0.5))
    gap = 0.0 if shocked else draw.maybe(0.05, 0.4)
    held = int(draw.luck.integers(1, 5))
    arm: dict[str, Any] = {
        "launch": "feasibility-first" if explores else "deal-first",
        "workshops_most": held,
        "confidence": draw.between(0.5, 1.0) if held == 1 else 1.0 if draw.whether(0.7) else 0.5,
        "policies": [policy for policy in ("facilitator", "deal-broker") if draw.whether(0.3)],
        "kickoff": 0 if late and gap > 0.0 else int(draw.luck.integers(0, 3)),
    }
    adapts = not (sloped or hears) or (explores and gap == 0.0 and arm["kickoff"] == 0)
    talks = draw.maybe(0.1, 0.6)
    world: dict[str, Any] = {
        **_fit(draw),
        "no_deal": draw.maybe(0.0, 0.4),
        "negotiation_least": talks,
        "negotiation_most": talks,
        "drafting_least": draw.maybe(0.05, 0.3),
        "drafting_mean": draw.between(0.05, 1.0) if late else 0.0,
        "transition_least": 0.0 if late else draw.maybe(0.05, 0.3),
        "transition_mean": draw.maybe(0.05, 1.0),
        "rival_offer_rate": draw.maybe(0.1, 1.5),
        "market_shock_rate": draw.between(0.2, 1.5) if shocked else 0.0,
        "market_shock_size": draw.between(0.05, 0.5),
        "workshop_gap_least": gap,
        "workshop_gap_most": gap,
        "verdict_time": draw.maybe(0.05, 0.2),
        "workshop_noise": draw.maybe(0.05, 0.5, 0.9),
        "operational_bias": draw.between(-0.1, 0.1),
        "workshop_adaptation": draw.maybe(0.02, 0.2) if adapts else 0.0,
        "override": draw.maybe(0.0, 0.6),
        "facilitator_help": draw.between(0.0, 0.9),
        "break_even": draw.between(0.25, 0.5),
    }
    for cause in ("merger", "insolvency", "strategy"):
        world[f"{cause}_rate"] = draw.maybe(0.02, 0.4, 0.7)
        world[f"{cause}_fit_slope"] = draw.maybe(-0.8, 0.6) if sloped else 0.0
    if hears:
        world |= _tops(draw, explores, world["fit_law"])
    elif not sloped and draw.whether(0.5):
        nobody_acts = {"resolve": 0.0, "renew": 0.0, "launch_effort": 0.0}
        return scenario({**world, **nobody_acts}, draw.between(1.0, 2.0), arm=arm)
    return quiet(draw.between(2.0, 10.0), {"arm": arm}, **world)


def _fit(draw: _Draw) -> dict[str, Any]:
    low, high = sorted((draw.between(0.1, 0.95), draw.between(0.1, 0.95)))
    if draw.whether(0.5):
        return {"fit_law": "two-point", "fit_low": low, "fit_high": high, "fit_high_share": draw.between(0.0, 1.0)}
    return {"fit_law": "beta", "fit_alpha": draw.between(0.3, 8.0), "fit_beta": draw.between(0.3, 8.0)}


def _tops(draw: _Draw, explores: bool, fit_law: str) -> dict[str, Any]:
    """Return what lets tops hear of cases and count them; only where all promise the same may the promise matter."""
    promises = not explores and fit_law == "two-point"
    return {
        "initial_trust": draw.each(LEVELS, 0.0, 1.0),
        "incident_rate": draw.each(FIRMS, 0.0, 10.0, 0.8),
        "strategic_problem_rate": draw.each(FIRMS, 0.0, 2.0, 0.8),
        "tactical_problem_rate": draw.each(FIRMS, 0.0, 4.0, 0.6) if promises else 0.0,
        "optimism": draw.between(-0.2, 0.3) if promises else -1.0,
        "tactical_power": 0.0 if explores else draw.between(0.2, 0.95),
        "repair_without_trust": draw.between(0.0, 0.5),
        "workshop_trust_operational": draw.between(0.0, 0.3),
        "workshop_trust_tactical": draw.between(0.0, 0.3),
        "candour": draw.each(FIRMS, 0.2, 1.0),
        "belief_deal_first": draw.each(FIRMS, 0.6, 1.0),
        "belief_feasibility_first": draw.each(FIRMS, 0.6, 1.0),
        "evidence": draw.each(FIRMS, 0.05, 0.5),
        "threshold": draw.each(FIRMS, 0.3, 0.7),
        "attention_floor": 1.0,
        "attention_low": 1.0,
        "scapegoat": 0.0,
        "sunk_by_commitment": 0.0,
    }
