"""3.4 Clocks: recurring opportunities, each at the same moments under every launch and policy."""

from collections.abc import Iterator
from typing import NamedTuple

from tests.oracles.second_writing.arithmetic import exponential
from tests.oracles.second_writing.chance import chance
from tests.oracles.second_writing.document import BOTH, CAUSE, CLIENT, OPERATIONAL, STRATEGIC, SUPPLIER, TACTICAL, table
from tests.oracles.second_writing.events import Event
from tests.oracles.second_writing.parameters import Parameters

CLOCKS = table("clocks")
FIRM = {"client": CLIENT, "supplier": SUPPLIER, "both": BOTH}
OUTSIDE_CAUSE = {
    int(row["clock"]): cause
    for row in CLOCKS
    for cause in CAUSE
    if row["event"] == "OUTSIDE_ENDING" and row["most ticks a year"].startswith(f"max({cause.lower()}_rate,")
}
"""The cause of each clock of outside endings, which its formula names."""


class Clock(NamedTuple):
    """A clock of the table of 3.4: its number, the event of its ticks, its rate, and when it ticks first."""

    number: int
    kind: str
    firm: int
    rate: float
    first: str

    def first_tick(self, seed: int, replication: int) -> float:
        """Return the moment of tick 1 (3.4)."""
        if self.first == "after half a period":
            return 0.5 * (1 / self.rate)
        if self.first == "after a period":
            return 1 / self.rate
        return self.gap(chance(seed, replication, self.number, 0, 0).u0)

    def gap(self, u0: float) -> float:
        """Return the gap to the next tick that the first uniform of a block says (3.4)."""
        if self.first == "after its first gap":
            return exponential(u0) * (1 / self.rate)
        return 1 / self.rate

    def tick(self, n: int) -> Event:
        """Return tick n as an event, with the case that 7.2 gives it."""
        return Event(self.kind, self.firm, 2**32 * self.number + n)


def clocks(p: Parameters) -> Iterator[Clock]:
    """Return the clocks that exist in a world and under an arm, in their order (3.4)."""
    for row in CLOCKS:
        number, kind, f = int(row["clock"]), row["event"], FIRM[row["firm"]]
        rate = most_ticks_a_year(p, number, kind, f)
        nobody = kind == "LEADER_REPLACED" and p.headcount[f][STRATEGIC] == 0
        never = kind == "JOINT_REVIEW" and p.joint_reviews_per_year == 0
        if rate > 0 and not nobody and not never:
            yield Clock(number, kind, f, rate, row["first tick"])


def most_ticks_a_year(p: Parameters, number: int, kind: str, f: int) -> float:
    """Return the rate of a clock (3.4, the column "most ticks a year")."""
    if kind == "INCIDENT":
        return 0.5 * p.incident_rate[f]
    if kind == "TACTICAL_PROBLEM":
        return 0.5 * p.tactical_problem_rate[f]
    if kind == "STRATEGIC_PROBLEM":
        return 0.5 * p.strategic_problem_rate[f]
    if kind == "MANAGER_RESIGNED":
        return p.leaving_rate[f][TACTICAL] * p.leaving_most * p.headcount[f][TACTICAL]
    if kind == "STAFF_RESIGNED":
        return p.leaving_rate[f][OPERATIONAL] * p.leaving_most * p.headcount[f][OPERATIONAL]
    if kind == "LEADER_REPLACED":
        return p.leader_change_rate[f] * p.poor_results
    if kind == "BOARD_REVIEW":
        return p.review_rate[f]
    if kind == "STEERING_MEETING":
        return p.contact_rate[STRATEGIC]
    if kind == "TACTICAL_MEETING":
        return p.contact_rate[TACTICAL]
    if kind == "WORK_CONTACT":
        return p.contact_rate[OPERATIONAL]
    if kind == "JOINT_REVIEW":
        return p.joint_review_most
    if kind == "MARKET_SHOCK":
        return p.market_shock_rate
    if kind == "RIVAL_OFFER":
        return p.rival_offer_rate
    if kind == "OUTSIDE_ENDING":
        rate, slope = outside_ending_rates(p, OUTSIDE_CAUSE[number])
        return max(rate, rate + slope)
    raise ValueError(f"the page has no rate for a clock of {kind}")


def outside_ending_rates(p: Parameters, cause: str) -> tuple[float, float]:
    """Return the rate of outside endings by a cause, and how it changes with fit (7.12 OUTSIDE_ENDING)."""
    return getattr(p, f"{cause.lower()}_rate"), getattr(p, f"{cause.lower()}_fit_slope")
