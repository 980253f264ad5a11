"""A20 and A21: how long it takes from knowing to acting, and who has lost by then."""

import numpy as np

from relsim.analysis.columns import has_failed
from relsim.analysis.estimate import Estimate
from relsim.lab.claims.claim import HALF_A_YEAR, NEARLY_ALWAYS, Unit, claim
from relsim.lab.claims.lived import Lived
from relsim.lab.claims.measured import acted_at, knew_at, median_until
from relsim.lab.factors import NO_STAKE
from relsim.lab.patterns import less, share_of


def _lag(lived: Lived) -> Estimate:
    """Return the median time from the first top's realising to the first acting; censored at the end."""
    rows = lived.deal_first
    knew = knew_at(rows)
    known = ~np.isnan(knew)
    acted = acted_at(rows)[known]
    happened = ~np.isnan(acted)
    until = np.where(happened, acted, rows["t_end"][known])
    return median_until(until - knew[known], happened)


@claim(
    "A20",
    "Does it take a long time more before knowing becomes acting?",
    Unit.YEARS,
    HALF_A_YEAR,
    "tops of which half act within half a year of knowing",
    "tops without any stake wait too: how often a board decides, and its resolve, are inputs",
)
def acting_takes_time(lived: Lived) -> Estimate:
    """Median years from first realising to the first rescue or exit (deal-first)."""
    return _lag(lived)


@claim(
    "A20",
    "Is it the interests that make it take a long time more?",
    Unit.YEARS,
    HALF_A_YEAR,
    "the same firms without any stake, personal or sunk, that take nearly as long",
)
def interests_delay(lived: Lived) -> Estimate:
    """That median, less that of the same pairs where nobody has anything at stake."""
    return less(_lag(lived), _lag(lived.where(NO_STAKE)))


@claim(
    "A21",
    "Are there only losers by then?",
    Unit.SHARE,
    NEARLY_ALWAYS,
    "failures that leave at least one of the two firms better off than never, more than once in ten times",
)
def both_have_lost(lived: Lived) -> Estimate:
    """Share of failed deal-first launches that left both firms worse off than never."""
    rows = lived.deal_first
    return share_of((rows["net_client"] < 0.0) & (rows["net_supplier"] < 0.0), has_failed(rows))
