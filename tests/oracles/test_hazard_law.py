"""Limiting case 13: whatever path the hazard takes, its integral up to the ending is exponential with mean 1.

The rules of this file book the integral as a life goes: whenever fit is about to move, for the time since it last did.
A life that is censored has used up only a part of its exponential; what is left is exponential again, and is drawn.
"""

from typing import Any

import numpy as np
import pytest
from scipy import stats

import relsim
from relsim.model.compiling import jittable
from relsim.model.parameters import resolve
from relsim.model.rulebook import rulebook
from relsim.model.rules.environment import market_shock
from relsim.model.rules.launch import workshop_held
from relsim.model.rules.operation import adaptation_agreed, repaired
from relsim.vocabulary import Ending
from tests.bounds import distribution_is
from tests.worlds import limiting_case, sample

LIVES = 150_000


@jittable
def hazard(p: Any, fit: float) -> float:
    """Return the rate at which a relationship ends from outside."""
    merger = max(0.0, p.merger_rate + p.merger_fit_slope * fit)
    insolvency = max(0.0, p.insolvency_rate + p.insolvency_fit_slope * fit)
    return merger + insolvency + max(0.0, p.strategy_rate + p.strategy_fit_slope * fit)


@jittable
def book(r: Any, p: Any, now: float) -> None:
    """Add the hazard of the time since it was last booked: user field 0 holds the integral, field 1 that time."""
    r.user[0] += hazard(p, r.fit) * (now - r.user[1])
    r.user[1] = now


@relsim.rule("MARKET_SHOCK")
def shock_booked(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    book(r, p, e.time)
    return market_shock(r, p, e, u, out)


@relsim.rule("WORKSHOP_HELD")
def workshop_booked(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    book(r, p, e.time)
    return workshop_held(r, p, e, u, out)


@relsim.rule("REPAIRED")
def repair_booked(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    book(r, p, e.time)
    return repaired(r, p, e, u, out)


@relsim.rule("ADAPTATION_AGREED")
def adaptation_booked(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    book(r, p, e.time)
    return adaptation_agreed(r, p, e, u, out)


BOOKED = (shock_booked, workshop_booked, repair_booked, adaptation_booked)


@pytest.mark.parametrize("arm", ["deal-first", "feasibility-first"])
def test_13_the_integral_of_the_hazard_is_exponential(arm: str) -> None:
    world = limiting_case("13-any-hazard")
    p = resolve(world, arm, rulebook())
    ending, end, deal, first, last, integral, since = sample(
        world,
        lambda s: (
            *(s[name] for name in ("ending", "t_end", "t_deal", "fit_at_start", "fit")),
            *(s["user"][:, place] for place in (0, 1)),
        ),
        arm,
        LIVES,
        rules=BOOKED,
    )
    at = np.vectorize(lambda fit: hazard(p, fit))
    rivals = p.rival_offer_rate * np.fmin(deal, end)
    censored = ending == Ending.ONGOING
    assert set(np.unique(ending)) == {Ending.ONGOING, Ending.WINDOW_LOST, Ending.OUTSIDE}
    assert min(np.bincount(ending)[[Ending.ONGOING, Ending.WINDOW_LOST, Ending.OUTSIDE]]) > 10_000
    left = np.where(censored, np.random.default_rng(13).exponential(size=LIVES), 0.0)
    assert distribution_is(integral + at(last) * (end - since) + rivals + left, stats.expon.cdf)
    # and it is seen where a hazard is taken for another one: that of the fit at first, or one without rivals
    assert not distribution_is(at(first) * end + rivals + left, stats.expon.cdf)
    assert not distribution_is(integral + at(last) * (end - since) + left, stats.expon.cdf)
