"""A22 to A24: what exploring buys, what its order buys, and whether giving up comes in time."""

import numpy as np

from relsim.analysis.estimate import UNKNOWN, Estimate
from relsim.lab.claims.claim import MORE, Unit, claim
from relsim.lab.claims.lived import DEAL_FIRST, FEASIBILITY_FIRST, Lived
from relsim.lab.patterns import mean_of
from relsim.scenario.governance import policy_of
from relsim.vocabulary import Ending

_FACILITATOR = policy_of("facilitator")


@claim(
    "A22",
    "Is finding out first, at operational level, worth what it costs?",
    Unit.MONEY,
    MORE,
    "pairs of firms that are on average no better off by finding out first",
    "that managers lead it and ask operations is built in; tested is what that buys",
)
def exploring_pays(lived: Lived) -> Estimate:
    """Net per contact of feasibility-first, less that of the deal-first twins."""
    return mean_of(lived.feasibility_first["net_joint"] - lived.deal_first["net_joint"])


@claim(
    "A22",
    "Does it help to have experts from outside?",
    Unit.MONEY,
    MORE,
    "explorations with a facilitator that leave the firms no better off, after the fee",
    "the article says that experts often help, not that they pay",
)
def experts_help(lived: Lived) -> Estimate:
    """Net per contact of feasibility-first with a facilitator, less that without."""
    without = tuple(each for each in lived.policies(FEASIBILITY_FIRST) if each.name != _FACILITATOR.name)
    helped = lived.under(FEASIBILITY_FIRST, policies=(*without, _FACILITATOR))
    alone = lived.under(FEASIBILITY_FIRST, policies=without)
    return mean_of(helped["net_joint"] - alone["net_joint"])


@claim(
    "A23",
    "Is it the order that pays: workshops before the signature instead of after it?",
    Unit.MONEY,
    MORE,
    "deal-first twins that hold as many workshops after signing, and are no worse off",
    "that terms follow the verdict is built in; tested is what that buys",
)
def order_pays(lived: Lived) -> Estimate:
    """Net per contact of feasibility-first, less that of deal-first twins with as many workshops after signing."""
    held = lived.feasibility_first["n_workshops"]
    if not np.any(held > 0):
        return UNKNOWN
    as_many = round(float(held[held > 0].mean()))
    after = lived.under(DEAL_FIRST, kickoff=as_many)
    return mean_of(lived.feasibility_first["net_joint"] - after["net_joint"])


def _abandoned(lived: Lived) -> np.ndarray:
    given_up: np.ndarray = lived.feasibility_first["ending"] == Ending.ABANDONED
    return given_up


@claim(
    "A24",
    "Is a relationship that is not feasible given up before it is too late?",
    Unit.MONEY,
    MORE,
    "twins that signed first and did not lose more than the exploration cost",
)
def losses_avoided(lived: Lived) -> Estimate:
    """Where it was given up: loss of the deal-first twin, less what giving up cost."""
    avoided = lived.deal_first["loss_joint"] - lived.feasibility_first["loss_joint"]
    return mean_of(np.where(_abandoned(lived), avoided, np.nan))


@claim(
    "A24",
    "Does giving up avoid more than it forgoes?",
    Unit.MONEY,
    MORE,
    "twins that signed first and on average gained more than they lost",
)
def giving_up_pays(lived: Lived) -> Estimate:
    """Where it was given up: net, less that of the deal-first twin."""
    gain = lived.feasibility_first["net_joint"] - lived.deal_first["net_joint"]
    return mean_of(np.where(_abandoned(lived), gain, np.nan))
