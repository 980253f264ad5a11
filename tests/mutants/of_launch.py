"""Bugs of both launches: exploring, judging, promising, signing and starting."""

from tests.mutants.bug import Bug

__all__ = ["BUGS"]

RULES = "relsim/model/rules/launch.py"
OUTSIDE = "relsim/model/rules/environment.py"
POLICIES = "relsim/model/rules/policies.py"
STATE = "relsim/model/relationship.py"

LAUNCH = "tests/oracles/test_launch.py"
BOARDROOM = "tests/oracles/test_boardroom.py"
MONEY = "tests/oracles/test_accounting.py"
WORK = "tests/oracles/test_work.py"
PHASES = "tests/oracles/test_phases.py"
THINNING = "tests/statistical/test_thinning.py"

BUGS = (
    Bug(
        "learning-with-sds",
        "The conjugate update weighs prior and reading by standard deviations instead of variances.",
        STATE,
        "known, noise = r.estimate_sd * r.estimate_sd, sd * sd",
        "known, noise = r.estimate_sd, sd",
        (LAUNCH,),
    ),
    Bug(
        "learning-backwards",
        "The more exact of prior and reading has the lesser weight.",
        STATE,
        "(r.estimate_mean * noise + reading * known)",
        "(r.estimate_mean * known + reading * noise)",
        (LAUNCH,),
    ),
    Bug(
        "bias-reversed",
        "Staff who fear the change read high, and polite staff read low.",
        RULES,
        "r.fit + p.operational_bias",
        "r.fit - p.operational_bias",
        (LAUNCH,),
    ),
    Bug(
        "wrong-tail",
        "The verdict is feasible where the need is probably not met.",
        RULES,
        "feasible = 1.0 if distance >= 0.0 else 0.0",
        "feasible = 1.0 if distance <= 0.0 else 0.0",
        (LAUNCH,),
    ),
    Bug(
        "never-clearly-infeasible",
        "Only good news ends an exploration early: managers who are sure that it cannot work go on.",
        RULES,
        "abs(distance) >= p.sureness * r.estimate_sd",
        "distance >= p.sureness * r.estimate_sd",
        (LAUNCH,),
    ),
    Bug(
        "what-was-adapted-is-forgotten",
        "Adaptations raise fit, but the managers' estimate of it does not move with them.",
        RULES,
        "r.estimate_mean = r.estimate_mean + p.workshop_adaptation * (1.0 - r.estimate_mean)",
        "r.estimate_mean = r.estimate_mean + 0.0",
        (LAUNCH,),
    ),
    Bug(
        "client-pays-the-workshops",
        "The exploration is charged to the client twice and to the supplier never.",
        RULES,
        "charge(r, p, Firm.SUPPLIER, Account.EXPLORATION, -p.workshop_cost, e.time)",
        "charge(r, p, Firm.CLIENT, Account.EXPLORATION, -p.workshop_cost, e.time)",
        (LAUNCH,),
    ),
    Bug(
        "override-keeps-the-estimate",
        "After an override the tops go on as if the exploration had said yes, and not as deal-first.",
        RULES,
        "    elif u.u1 < p.override:\n        r.deal_first = 1\n",
        "    elif u.u1 < p.override:\n",
        (LAUNCH,),
    ),
    Bug(
        "promise-of-fit",
        "What the contract promises is a fit and not a performance: it can hardly be kept from the first day.",
        RULES,
        "r.promise = p.mesh * min(",
        "r.promise = min(",
        (LAUNCH,),
    ),
    Bug(
        "optimism-despite-the-estimate",
        "Those who measured first promise with all of the optimism of those who did not.",
        RULES,
        "r.estimate_mean + optimism * p.optimism_with_estimate + noise",
        "r.estimate_mean + optimism + noise",
        (LAUNCH,),
    ),
    Bug(
        "talks-with-other-luck",
        "Whether talks fail is drawn anew at the signature, so twins do not fail together.",
        RULES,
        "if r.deal_first == 1 and r.deal_luck < p.no_deal:",
        "if r.deal_first == 1 and u.u1 < p.no_deal:",
        ("tests/property/test_same_luck.py",),
    ),
    Bug(
        "announcement-costs",
        "The announcement of success is booked as a cost.",
        RULES,
        "Account.ANNOUNCEMENT, p.announcement_value",
        "Account.ANNOUNCEMENT, -p.announcement_value",
        (LAUNCH,),
    ),
    Bug(
        "prestige-delays",
        "What the tops have at stake makes the transition longer.",
        RULES,
        "pushed = 1.0 - p.launch_effort * joint_stake(r, p, e.time)",
        "pushed = 1.0 + p.launch_effort * joint_stake(r, p, e.time)",
        (LAUNCH,),
    ),
    Bug(
        "one-kick-off-more",
        "One kick-off workshop more is held than was planned, also where none was.",
        RULES,
        "if r.kickoffs < p.kickoff:",
        "if r.kickoffs <= p.kickoff:",
        (LAUNCH,),
    ),
    Bug(
        "running-from-the-deal",
        "Benefits and running costs flow from the signature on, before anybody works.",
        RULES,
        "    r.since = e.time\n",
        "    r.since = r.t_deal\n",
        (MONEY,),
    ),
    Bug(
        "discounting-from-the-start-of-work",
        "The first flow of money is discounted to the start of operations and not to first contact.",
        RULES,
        "r.weight = exp(-p.discount * e.time)",
        "r.weight = 1.0",
        (MONEY,),
    ),
    Bug(
        "term-from-first-contact",
        "The contract term is measured from first contact.",
        RULES,
        "TERM_CASE, 0, term_of(p, p.term))",
        "TERM_CASE, 0, max(0.0, term_of(p, p.term) - e.time))",
        (BOARDROOM,),
    ),
    Bug(
        "rival-after-the-signature",
        "A rival's offer closes the window also when the deal is already signed.",
        OUTSIDE,
        "    if r.t_deal == r.t_deal:\n        return False\n",
        "",
        (LAUNCH,),
    ),
    Bug(
        "shocks-help",
        "A market shock raises fit.",
        OUTSIDE,
        "r.fit * (1.0 - p.market_shock_size)",
        "r.fit * (1.0 + p.market_shock_size)",
        (WORK,),
    ),
    Bug(
        "slope-ignored",
        "The rates of outside endings do not follow fit.",
        OUTSIDE,
        ">= rate + slope * r.fit",
        ">= rate",
        (THINNING,),
    ),
    Bug(
        "wrong-maximum",
        "A clock that ticks at the highest rate is thinned as if it ticked at the rate without fit.",
        OUTSIDE,
        "if u.u1 * max(rate, rate + slope) >= rate",
        "if u.u1 * rate >= rate",
        (THINNING,),
    ),
    Bug(
        "mergers-for-insolvencies",
        "Outside endings by a merger are recorded as insolvencies.",
        OUTSIDE,
        "cause, rate, slope = OutsideCause.MERGER,",
        "cause, rate, slope = OutsideCause.INSOLVENCY,",
        (THINNING,),
    ),
    Bug(
        "chemistry-one-way",
        "The first trust of the tops lies within the spread above its mean and never below it.",
        STATE,
        "p.chemistry_spread * (2.0 * chemistry - 1.0)",
        "p.chemistry_spread * chemistry",
        (LAUNCH,),
    ),
    Bug(
        "stake-without-fading",
        "A new personal stake is added to what the old one was and not to what is left of it.",
        STATE,
        "f.personal = min(1.0, personal(f, p, now) + amount)",
        "f.personal = min(1.0, f.personal + amount)",
        (LAUNCH,),
    ),
    Bug(
        "facilitator-adds-noise",
        "With a facilitator workshops read worse.",
        POLICIES,
        "sd * (1.0 - p.facilitator_part * (1.0 - p.facilitator_noise))",
        "sd / (1.0 - p.facilitator_part * (1.0 - p.facilitator_noise))",
        (LAUNCH,),
    ),
    Bug(
        "facilitator-points",
        "A facilitator adds to a chance in points instead of turning a share of what would fail.",
        POLICIES,
        "chance + p.facilitator_part * p.facilitator_help * (1.0 - chance)",
        "chance + p.facilitator_part * p.facilitator_help",
        (WORK,),
    ),
    Bug(
        "slow-broker",
        "A deal broker makes the talks longer.",
        RULES,
        "years = years * brokered(r, p, e, out)",
        "years = years / brokered(r, p, e, out)",
        (LAUNCH,),
    ),
    Bug(
        "outside-after-the-decision",
        "An ending from outside replaces one that was already decided.",
        OUTSIDE,
        "if phase != Phase.UNWINDING)",
        "if phase != Phase.ENDED)",
        (PHASES,),
    ),
)
