"""Checks of the model on its own story: it must be able to say the opposite, and never to begin is a choice too."""

from relsim.analysis.estimate import Estimate
from relsim.lab.claims.claim import EITHER, Unit, claim
from relsim.lab.claims.lived import Lived
from relsim.lab.patterns import share_of


@claim(
    "M1",
    "Can signing first be the better way?",
    Unit.SHARE,
    EITHER,
    "one launch that leaves nearly every pair better off: a sermon, not a model",
)
def either_can_win(lived: Lived) -> Estimate:
    """Share of pairs that launched either way which are better off by deal-first."""
    one, other = lived.deal_first, lived.feasibility_first
    launched = (one["launched"] == 1) | (other["launched"] == 1)
    return share_of(one["net_joint"] > other["net_joint"], launched)


@claim(
    "M2",
    "Is it sometimes better never to begin, and sometimes not?",
    Unit.SHARE,
    EITHER,
    "launches that nearly all pay, or nearly all do not: then every brake would look foolish, or wise",
)
def never_is_a_choice(lived: Lived) -> Estimate:
    """Share of deal-first launches that leave both together worse off than never."""
    rows = lived.deal_first
    return share_of(rows["net_joint"] < 0.0, rows["launched"] == 1)


@claim(
    "M2",
    "Is never to begin sometimes better than either launch, and sometimes not?",
    Unit.SHARE,
    EITHER,
    "pairs of firms nearly all of which had better never met, or nearly none of which",
)
def never_can_win(lived: Lived) -> Estimate:
    """Share of pairs that launched either way to whom never would have been better than both."""
    one, other = lived.deal_first, lived.feasibility_first
    launched = (one["launched"] == 1) | (other["launched"] == 1)
    return share_of((one["net_joint"] < 0.0) & (other["net_joint"] < 0.0), launched)
