"""What the rules imply for an arm whose state is frozen: rates, stakes, what a top hears, what managers estimate."""

import math
from typing import Any, NamedTuple

import numpy as np

from relsim.vocabulary import Firm, Launch, Level, OutsideCause

__all__ = [
    "Heard",
    "Verdict",
    "cases_until",
    "caution",
    "commits",
    "explores",
    "heard",
    "outside_rates",
    "promise",
    "shocked",
    "stakes",
    "steepness",
    "talks",
    "verdict",
    "workshops",
]


def explores(p: Any) -> bool:
    """Say whether operations find out first."""
    return bool(p.launch == Launch.FEASIBILITY_FIRST)


def caution(p: Any) -> float:
    """Return how far from the need the first guess would have to be; 0 if any estimate will do, infinite if none."""
    return float(p.sureness) * float(p.prior_sd) if p.prior_sd > 0.0 else 0.0


def workshops(p: Any) -> int:
    """Return how many workshops an exploration holds: as many as are allowed, or one where that is always enough."""
    if not explores(p):
        return 0
    return 1 if reading_noise(p) == 0.0 or caution(p) == 0.0 else int(p.workshops_most)


def reading_noise(p: Any) -> float:
    """Return the noise of a workshop's reading, less of it where a facilitator is the referee."""
    return float(p.workshop_noise * (1.0 - p.facilitator_part * (1.0 - p.facilitator_noise)))


def talks(p: Any, years: float) -> float:
    """Return how long talks of this length last; a broker shortens them."""
    return float(years * (1.0 - p.deal_broker_part * (1.0 - p.broker_speed)))


def shocked(p: Any) -> bool:
    """Say whether market shocks move fit."""
    return bool(p.market_shock_rate > 0.0 and p.market_shock_size > 0.0)


def stakes(p: Any) -> float:
    """Return what launching may add to a top's stake; zero where it adds nothing."""
    announced, paid = p.announce * p.personal_by_announcing, p.bonus_at_signing * p.personal_by_bonus
    return float(p.personal_by_signing + announced + paid + p.sunk_by_launching)


def promise(p: Any) -> float:
    """Return the performance that a deal signed first promises, without noise."""
    optimism = p.optimism + p.deal_broker_part * p.broker_optimism
    return float(p.mesh * min(1.0, max(0.0, p.prior_mean + optimism)))


def outside_rates(p: Any) -> tuple[tuple[OutsideCause, float, float], ...]:
    """Return the rate and the slope on fit of each cause that may end a relationship from outside."""
    found = (
        (OutsideCause.MERGER, float(p.merger_rate), float(p.merger_fit_slope)),
        (OutsideCause.INSOLVENCY, float(p.insolvency_rate), float(p.insolvency_fit_slope)),
        (OutsideCause.STRATEGY, float(p.strategy_rate), float(p.strategy_fit_slope)),
    )
    return tuple((cause, rate, slope) for cause, rate, slope in found if max(rate, rate + slope) > 0.0)


def steepness(p: Any, firm: Firm | None = None) -> float:
    """Return by how much the rates of an arm change per unit of fit; with a firm, also those of what its top hears."""
    found = sum(abs(slope) for _, _, slope in outside_rates(p))
    if firm is not None:
        rate, again = heard(p, firm, np.array([0.0, 1.0]))
        found += float(abs(np.diff(rate * again)).sum() + abs(np.diff(rate * (1.0 - again))).sum())
    return found


# ---------------------------------------------------------------- what a top hears


class Heard(NamedTuple):
    """How a top hears of cases, by fit, in any shape."""

    rate: np.ndarray
    """Cases per year."""
    again: np.ndarray
    """Chance that a case which it denies comes back at the same moment."""


def heard(p: Any, firm: Firm, fit: np.ndarray) -> Heard:
    """Thin what may become a problem all the way up to a firm's top, at the trust and morale of the first day."""
    met = workshops(p) + int(p.kickoff)
    missing = 1.0 - np.array(p.initial_trust)
    missing[Level.TACTICAL] *= (1.0 - p.workshop_trust_tactical) ** met
    missing[Level.OPERATIONAL] *= (1.0 - p.workshop_trust_operational) ** met
    q = fit * (1.0 - p.trust_weight @ missing) * (1.0 - p.morale_weight * (1.0 - p.morale_baseline.mean()))
    gap = np.maximum(0.0, promise(p) - q)
    repair = p.repair_with_trust - (p.repair_with_trust - p.repair_without_trust) * missing[Level.OPERATIONAL]
    repair += p.facilitator_part * p.facilitator_help * (1.0 - repair)
    trusting = 1.0 - (1.0 - p.settle_low) * missing[Level.TACTICAL]
    backed = p.backing_floor + 0.5 * (1.0 - p.backing_floor)  # full attention and no stake
    again = p.candour[firm] * (1.0 - p.tactical_power * trusting * (1.0 - gap) * backed)
    complaints = p.incident_rate[firm] * (1.0 - q) * (1.0 - repair) + p.tactical_problem_rate[firm] * gap
    return Heard(0.5 * (complaints * again + p.strategic_problem_rate[firm]), again)


def cases_until(p: Any, firm: Firm, belief: float, most: int) -> float:
    """Return after how many cases a top no longer believes; infinity where they are more than `most`."""
    for cases in range(1, most + 1):
        belief = belief * (1.0 - p.evidence[firm])
        if belief < p.threshold[firm]:
            return cases
    return math.inf


def commits(p: Any, firm: Firm) -> bool:
    """Say whether a top may deny so often that it puts more in."""
    beliefs = p.belief_deal_first[firm], p.belief_feasibility_first[firm]
    return any(cases_until(p, firm, belief, int(p.patience)) == math.inf for belief in beliefs)


# ---------------------------------------------------------------- what managers estimate


class Verdict(NamedTuple):
    """What the managers estimate after their workshops: given fit it is normal, with mean constant + slope * fit."""

    constant: float
    slope: float
    sd: float

    def feasible(self, need: float, fit: np.ndarray) -> np.ndarray:
        """Return the chance that the estimate meets the need, at each fit."""
        from scipy.special import ndtr

        above = self.constant + self.slope * fit - need
        return np.asarray(ndtr(above / self.sd) if self.sd > 0.0 else above >= 0.0, float)

    def bends(self, need: float) -> list[float]:
        """Return the fits at which the need is -9, -6 ... 9 standard deviations away."""
        return [(need + k * self.sd - self.constant) / self.slope for k in range(-9, 10, 3)] if self.slope > 0.0 else []


def verdict(p: Any) -> Verdict:
    """Follow the estimate through all workshops: what each reading adds to it, and what each adapts."""
    noise = reading_noise(p) ** 2
    kept = 1.0 - float(p.workshop_adaptation)
    constant, slope, variance = float(p.prior_mean), 0.0, 0.0
    known, missing = float(p.prior_sd) ** 2, 1.0
    for _ in range(workshops(p)):
        weight = known / (known + noise) if known + noise > 0.0 else 0.0
        constant += weight * (1.0 - missing + float(p.operational_bias) - constant)
        slope += weight * (missing - slope)
        variance = (1.0 - weight) ** 2 * variance + weight**2 * noise
        constant, slope, variance = 1.0 - kept * (1.0 - constant), kept * slope, kept**2 * variance
        known, missing = kept**2 * (1.0 - weight) * known, kept * missing
    return Verdict(constant, slope, math.sqrt(variance))
