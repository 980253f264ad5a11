"""A15 to A19: where problems arise, how they travel up, who denies them, and who pays for them first."""

import numpy as np

from relsim.analysis.columns import Rows, has_failed
from relsim.analysis.estimate import Estimate
from relsim.lab.claims.claim import MORE, MOSTLY, NEARLY_ALWAYS, NOT_RARE, SOMETIMES, Unit, claim
from relsim.lab.claims.lived import Lived
from relsim.lab.claims.measured import gap_between, went_wrong
from relsim.lab.patterns import ratio_of, share_of
from relsim.vocabulary import Level


def _ratio(rows: Rows, above: np.ndarray, below: np.ndarray) -> Estimate:
    """Return one count over another, in the relationships that went wrong."""
    wrong = went_wrong(rows)
    return ratio_of(above[wrong].astype(float), below[wrong].astype(float))


@claim(
    "A15",
    "Where it goes wrong, are expectations mostly not met?",
    Unit.SHARE,
    MOSTLY,
    "relationships that go wrong although they deliver what was promised",
)
def expectations_not_met(lived: Lived) -> Estimate:
    """Share of those gone wrong whose mean performance stayed below the promise."""
    rows = lived.deal_first
    return share_of(rows["performance_mean"] < rows["promise"], went_wrong(rows))


@claim(
    "A15",
    "Where it goes wrong, are complaints not rarely left unsettled, and agreements broken?",
    Unit.SHARE,
    NOT_RARE,
    "complaints that are nearly all settled",
)
def complaints_unsettled(lived: Lived) -> Estimate:
    """Share of complaints and contract problems never settled, of those gone wrong."""
    rows = lived.deal_first
    raised = rows["n_complaints"] + rows["n_tactical_problems"]
    return _ratio(rows, raised - rows["n_adaptations"], raised)


@claim(
    "A15",
    "Where it goes wrong, are disruptions not rarely left unrepaired?",
    Unit.SHARE,
    NOT_RARE,
    "incidents that are nearly all repaired",
)
def incidents_unrepaired(lived: Lived) -> Estimate:
    """Share of incidents not repaired, of those gone wrong."""
    rows = lived.deal_first
    return _ratio(rows, rows["n_incidents"] - rows["n_repaired"], rows["n_incidents"])


_RATES = "opportunities for trouble at each level are assumed rates, by default 30 a year against .4 and .15"


@claim(
    "A16",
    "Where it goes wrong, does the first problem nearly always arise in operations?",
    Unit.SHARE,
    NEARLY_ALWAYS,
    "first problems that arise from the contract or from drifting strategies more than once in ten times",
    _RATES,
)
def first_problem_in_operations(lived: Lived) -> Estimate:
    """Share of those gone wrong whose first problem was operational."""
    rows = lived.deal_first
    return share_of(rows["root"] == Level.OPERATIONAL, went_wrong(rows) & (rows["root"] >= 0))


@claim(
    "A16",
    "Where it goes wrong, do nearly all problems that managers and tops get to hear arise in operations?",
    Unit.SHARE,
    NEARLY_ALWAYS,
    "more than one problem in ten that arises from the contract or from drifting strategies",
    _RATES,
)
def problems_from_operations(lived: Lived) -> Estimate:
    """Share of staff's complaints among all problems told, of those gone wrong."""
    rows = lived.deal_first
    others = rows["n_tactical_problems"] + rows["n_strategic_problems"]
    return _ratio(rows, rows["n_complaints"], rows["n_complaints"] + others)


@claim(
    "A17",
    "Where it goes wrong, are problems mostly not solved at the tactical level?",
    Unit.SHARE,
    MOSTLY,
    "managers who settle more cases than they fail to settle",
)
def managers_cannot_settle(lived: Lived) -> Estimate:
    """Share of cases heard by managers that were not settled, of those gone wrong."""
    rows = lived.deal_first
    return _ratio(rows, rows["n_broken"], rows["n_broken"] + rows["n_adaptations"])


@claim(
    "A18",
    "Where it goes wrong, do the tops mostly deny what they hear and refer it back?",
    Unit.SHARE,
    MOSTLY,
    "tops that take what they hear for true more often than not",
)
def tops_deny(lived: Lived) -> Estimate:
    """Share of cases heard at the top that were referred back, of those gone wrong."""
    rows = lived.deal_first
    return _ratio(rows, rows["n_denials"], rows["n_heard"])


@claim(
    "A19",
    "Are scapegoats made in the worst cases, and not in every second life?",
    Unit.SHARE,
    SOMETIMES,
    "scapegoats in hardly any failure, or in more than half of them",
)
def scapegoats_sometimes(lived: Lived) -> Estimate:
    """Share of failed deal-first launches in which scapegoats were made first."""
    rows = lived.deal_first
    return share_of(rows["n_scapegoatings"] > 0, has_failed(rows))


@claim(
    "A19",
    "Are those the worst cases?",
    Unit.MONEY,
    MORE,
    "failures with scapegoats that lose no more than those without",
    "they also last longer, and making scapegoats costs money itself: it is no effect of scapegoats alone",
)
def scapegoats_in_worse_cases(lived: Lived) -> Estimate:
    """Mean loss in failed deal-first launches with scapegoats, less that without."""
    rows = lived.deal_first
    failed, blamed = has_failed(rows), rows["n_scapegoatings"] > 0
    return gap_between(rows["loss_joint"], failed & blamed, failed & ~blamed)
