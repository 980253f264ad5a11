"""A3 to A9: what signing first brings about, and how it fares even where it goes well."""

import numpy as np

from relsim.analysis.columns import has_failed
from relsim.analysis.estimate import Estimate
from relsim.lab.claims.claim import MORE, NOT_RARE, OFTEN, WITH_LUCK, Unit, claim
from relsim.lab.claims.lived import Lived
from relsim.lab.claims.measured import cost_of_working, share_by, went_well
from relsim.lab.patterns import mean_of, share_of


@claim(
    "A3",
    "Is a deal often a fact while the relationship has little chance?",
    Unit.SHARE,
    OFTEN,
    "few deals signed between firms whose operations mesh too badly to cover what they cost",
    "nothing before the signature depends on fit, so this is what the law of fit and the break-even of the world say",
)
def signed_with_little_chance(lived: Lived) -> Estimate:
    """Share of deals signed first between firms whose fit is below what is needed."""
    rows = lived.deal_first
    return share_of(rows["fit_at_start"] < lived.need, rows["signed"] == 1)


@claim(
    "A7",
    "Is success proclaimed, or a bonus paid, before operations have met?",
    Unit.SHARE,
    WITH_LUCK,
    "most deals signed without either, or operations that met before",
    "it follows from two inputs, how often a signed deal is announced and how often a bonus is paid for it",
)
def proclaimed_before_meeting(lived: Lived) -> Estimate:
    """Share of deals signed first that were announced, or paid a bonus, before operations met."""
    rows = lived.deal_first
    proclaimed = np.fmin(rows["t_announced"], rows["t_bonus"])
    met = np.where(rows["launched"] == 1, rows["t_operations"], np.inf)
    return share_of(proclaimed < met, rows["signed"] == 1)


@claim(
    "A8",
    "Does a deal signed first give no guarantee of success?",
    Unit.SHARE,
    NOT_RARE,
    "failures so rare that signing is nearly a guarantee",
    "worlds are fitted to published shares of failure, so in these it is no finding of the model",
)
def failing_is_not_rare(lived: Lived) -> Estimate:
    """Share of deal-first launches that fail within 5 years."""
    return share_by(lived.deal_first, has_failed(lived.deal_first), 5.0)


def _both_where_it_goes_well(lived: Lived) -> np.ndarray:
    return went_well(lived.deal_first) & (lived.feasibility_first["launched"] == 1)


@claim(
    "A9",
    "Where it goes well, does it keep less of what was promised than finding out first would have?",
    Unit.PERFORMANCE,
    MORE,
    "a distance from the promise that is no wider than that of the feasibility-first twins",
    "a deal signed first promises more by assumption: its optimism is tempered by no measurement",
)
def promise_kept_less(lived: Lived) -> Estimate:
    """Where deal-first goes well: what is missing of the promise, beyond its twin's."""
    short = [rows["promise"] - rows["performance_mean"] for rows in (lived.deal_first, lived.feasibility_first)]
    return mean_of(np.where(_both_where_it_goes_well(lived), short[0] - short[1], np.nan))


@claim(
    "A9",
    "Where it goes well, does it cost more to make it work?",
    Unit.MONEY,
    MORE,
    "costs no higher than those of the feasibility-first twins, exploration included",
)
def working_costs_more(lived: Lived) -> Estimate:
    """Where deal-first goes well: cost of making it work, beyond its twin's."""
    cost = cost_of_working(lived.deal_first) - cost_of_working(lived.feasibility_first)
    return mean_of(np.where(_both_where_it_goes_well(lived), cost, np.nan))


@claim(
    "A9",
    "Where it goes well, would the same firms still have gained more by finding out first?",
    Unit.MONEY,
    MORE,
    "pairs that gain no more, or less, by finding out first: time lost and good matches given up count",
    "the pairs are chosen by their success under deal-first, which favours it; time to break-even is in no row",
)
def finding_out_gains_more(lived: Lived) -> Estimate:
    """Where deal-first goes well: net of its twin, whatever became of that, less its own."""
    gain = lived.feasibility_first["net_joint"] - lived.deal_first["net_joint"]
    return mean_of(np.where(went_well(lived.deal_first), gain, np.nan))
