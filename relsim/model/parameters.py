"""The numbers that rules see: one arm of a scenario, resolved into a flat record.

Everything that follows from the written parameters alone is worked out here, once, with IEEE-exact arithmetic.
"""

import math
from typing import Any

import numpy as np

from relsim.errors import RuleError
from relsim.model.arithmetic import beta_quantiles, interpolated, log, normal
from relsim.model.compiling import jittable
from relsim.model.rule import user_clock
from relsim.model.rulebook import Rulebook
from relsim.scenario.governance import POLICIES, Governance
from relsim.scenario.parameter import describe, numbers
from relsim.scenario.scenario import Scenario
from relsim.scenario.world import World
from relsim.vocabulary import FIRST_USER_KIND, KINDS, USER_FIELDS, Clock, EventKind, Firm, Launch, Level, Phase

__all__ = ["CLOCK", "CLOCKS", "PARAMETERS", "POLICY_FIELDS", "partners_fit", "resolve"]

CLOCKS = 96
QUANTILES = 512

CLOCK = np.dtype(
    [("kind", "i8"), ("firm", "i8"), ("address", "i8"), ("gap", "f8"), ("period", "f8"), ("first", "f8")],
    align=True,
)

_WRITTEN = tuple((each.name, each.shape) for section in (World, Governance) for each in describe(section))

POLICY_FIELDS = {
    f"{policy}_{number.name}".replace("-", "_"): (policy, number.name)
    for policy, known in POLICIES.items()
    for number in known.numbers
}
"""The policy and the number that a field such as deferred_bonus_years is; 0 where the policy is not adopted."""

PARAMETERS = np.dtype(
    [
        *((name, "f8", shape) if shape else (name, "f8") for name, shape in _WRITTEN),
        ("horizon", "f8"),
        ("launch", "i8"),
        *((name, "f8") for name in POLICY_FIELDS),
        ("prior_mean", "f8"),
        ("prior_sd", "f8"),
        ("mesh", "f8"),
        ("need", "f8"),
        ("sureness", "f8"),
        ("running_cost", "f8", (2,)),
        ("joint_break_even", "f8"),
        ("dues", "f8", (2,)),
        ("personal_decay", "f8"),
        ("sunk_decay", "f8"),
        ("two_point", "i8"),
        ("fit_quantiles", "f8", (QUANTILES + 1,)),
        ("address_firm", "i8", (2,)),
        ("marks", "i8", (len(Phase), KINDS)),
        ("clock_count", "i8"),
        ("clock", CLOCK, (CLOCKS,)),
        ("user", "f8", (USER_FIELDS,)),
    ],
    align=True,
)


@jittable
def partners_fit(p: Any, u: float) -> float:
    """Return the fit of the pair of firms that a uniform picks: a quantile of the Beta or of the two-point law."""
    if p.two_point == 1:
        return p.fit_low if u < 1.0 - p.fit_high_share else p.fit_high
    return interpolated(p.fit_quantiles, u)


def resolve(scenario: Scenario, arm: str, rules: Rulebook) -> np.record:
    """Return the parameters of one arm as the record that engines and rules read.

    Raises RuleError where the arm has a policy of a user's own without the rules that read it.
    """
    p = np.zeros(1, dtype=np.dtype((np.record, PARAMETERS))).view(np.recarray)[0]
    world, governance = scenario.world, scenario.arms[arm]
    for section in (world, governance):
        for each in describe(type(section)):
            p[each.name] = numbers(section, each.name)
    p.horizon = scenario.horizon
    p.launch = Launch[governance.launch.upper().replace("-", "_")]
    for name, (policy, number) in POLICY_FIELDS.items():
        p[name] = governance.number(policy, number)
    _resolve_own_policies(p, arm, governance, rules)
    _resolve_fit(p, world)
    _resolve_scales(p)
    p.personal_decay = log(2.0) / p.personal_half_life
    p.sunk_decay = log(2.0) / p.sunk_half_life
    p.address_firm = (0, 1)
    p.marks = rules.marks()
    clocks = _clocks(p, rules)
    p.clock_count = len(clocks)
    for place, clock in enumerate(clocks):
        p.clock[place] = clock
    return p


def _resolve_own_policies(p: Any, arm: str, governance: Governance, rules: Rulebook) -> None:
    """Put the numbers of a user's own policies where their rules read them; all 0 where the dial is."""
    for policy in governance.policies:
        known = policy.known
        if known.place is None:
            continue
        if known not in rules.policies:
            other = "are others" if known.name in {each.name for each in rules.policies} else "are missing"
            raise RuleError(
                f"arms.{arm}.policies: {known.name}: a policy of one's own, and the rules that read it {other}; hand "
                "over those that it was declared with: rules=[...], or --rules FILE.py"
            )
        if policy.active:
            p.user[known.place : known.place + len(policy.numbers)] = policy.numbers


def _resolve_fit(p: Any, world: World) -> None:
    if world.fit_law == "two-point":
        p.two_point = 1
        low, high, share = float(p.fit_low), float(p.fit_high), float(p.fit_high_share)
        mean = low + (high - low) * share
        variance = (high - low) * (high - low) * share * (1.0 - share)
    else:
        a, b = float(p.fit_alpha), float(p.fit_beta)
        mean = a / (a + b)
        variance = a * b / ((a + b) * (a + b) * (a + b + 1.0))
        p.fit_quantiles = beta_quantiles(a, b, QUANTILES)
    p.prior_mean = mean
    p.prior_sd = math.sqrt(variance)


def _resolve_scales(p: Any) -> None:
    missing = 0.0
    for level in Level:
        missing += float(p.trust_weight[level]) * (1.0 - float(p.mesh_trust))
    p.mesh = (1.0 - missing) * (1.0 - float(p.morale_weight) * (1.0 - float(p.mesh_morale)))
    for firm in (Firm.CLIENT, Firm.SUPPLIER):
        p.running_cost[firm] = p.break_even[firm] * p.value[firm]
        posts = p.headcount[firm, Level.TACTICAL] + p.headcount[firm, Level.OPERATIONAL]
        p.dues[firm] = p.retention_bonus * posts + p.several_ties_more * p.tie_cost
        if p.dispute_board_share > 0.0:
            p.dues[firm] += p.dispute_board_fee
    p.joint_break_even = (p.running_cost[0] + p.running_cost[1]) / (p.value[0] + p.value[1])
    p.need = p.joint_break_even / p.mesh
    p.sureness = normal(float(p.confidence)) if p.confidence < 1.0 else math.inf


def _clocks(p: Any, rules: Rulebook) -> list[tuple[int, int, int, float, float, float]]:
    """Return the clocks that tick in this arm: kind, firm, address, mean gap, period, first moment (if periodic)."""
    found: list[tuple[int, int, int, float, float, float]] = []

    def tick(kind: EventKind, clock: Clock, rate: float, firm: Firm = Firm.BOTH) -> None:
        address = int(clock) if firm == Firm.BOTH else int(clock) + int(firm)
        if rate > 0.0:
            found.append((int(kind), int(firm), address, 1.0 / rate, 0.0, 0.0))

    def outside(clock: Clock, rate: float, slope: float) -> None:
        tick(EventKind.OUTSIDE_ENDING, clock, max(rate, rate + slope))

    for firm in (Firm.CLIENT, Firm.SUPPLIER):
        tick(EventKind.INCIDENT, Clock.INCIDENT, 0.5 * float(p.incident_rate[firm]), firm)
        tick(
            EventKind.TACTICAL_PROBLEM,
            Clock.TACTICAL_PROBLEM,
            0.5 * float(p.tactical_problem_rate[firm]),
            firm,
        )
        tick(
            EventKind.STRATEGIC_PROBLEM,
            Clock.STRATEGIC_PROBLEM,
            0.5 * float(p.strategic_problem_rate[firm]),
            firm,
        )
        for kind, clock, level in (
            (EventKind.MANAGER_RESIGNED, Clock.MANAGER_RESIGNED, Level.TACTICAL),
            (EventKind.STAFF_RESIGNED, Clock.STAFF_RESIGNED, Level.OPERATIONAL),
        ):
            people = float(p.headcount[firm, level])
            tick(kind, clock, float(p.leaving_rate[firm, level]) * float(p.leaving_most) * people, firm)
        if p.headcount[firm, Level.STRATEGIC] > 0.0:
            tick(
                EventKind.LEADER_REPLACED,
                Clock.LEADER_REPLACED,
                float(p.leader_change_rate[firm]) * float(p.poor_results),
                firm,
            )
        if p.review_rate[firm] > 0.0:
            period = 1.0 / float(p.review_rate[firm])
            first = 0.5 * period if firm == Firm.CLIENT else period
            found.append(
                (
                    int(EventKind.BOARD_REVIEW),
                    int(firm),
                    int(Clock.BOARD_REVIEW) + int(firm),
                    0.0,
                    period,
                    first,
                )
            )
    tick(EventKind.STEERING_MEETING, Clock.STEERING_MEETING, float(p.contact_rate[Level.STRATEGIC]))
    tick(EventKind.TACTICAL_MEETING, Clock.TACTICAL_MEETING, float(p.contact_rate[Level.TACTICAL]))
    tick(EventKind.WORK_CONTACT, Clock.WORK_CONTACT, float(p.contact_rate[Level.OPERATIONAL]))
    if p.joint_reviews_per_year > 0.0:
        period = 1.0 / float(p.joint_review_most)
        found.append((int(EventKind.JOINT_REVIEW), int(Firm.BOTH), int(Clock.JOINT_REVIEW), 0.0, period, period))
    tick(EventKind.MARKET_SHOCK, Clock.MARKET_SHOCK, float(p.market_shock_rate))
    tick(EventKind.RIVAL_OFFER, Clock.RIVAL_OFFER, float(p.rival_offer_rate))
    outside(Clock.MERGER, float(p.merger_rate), float(p.merger_fit_slope))
    outside(Clock.INSOLVENCY, float(p.insolvency_rate), float(p.insolvency_fit_slope))
    outside(Clock.STRATEGY, float(p.strategy_rate), float(p.strategy_fit_slope))
    for made in rules.rules:
        if made.kind >= FIRST_USER_KIND and made.rate > 0.0:
            firms = (Firm.CLIENT, Firm.SUPPLIER) if made.per_firm else (Firm.BOTH,)
            found += [(made.kind, int(firm), user_clock(made, firm), 1.0 / made.rate, 0.0, 0.0) for firm in firms]
    return found
