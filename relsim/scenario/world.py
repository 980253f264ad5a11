"""What the two firms cannot choose: people, habits, prices, luck. One row a parameter."""

from typing import Literal

from relsim.scenario.parameter import (
    Number,
    PerFirm,
    PerFirmAndLevel,
    PerLevel,
    Section,
    Word,
    parameter,
)

__all__ = ["World"]

_ANY = (0.0, 1e9)
_SHARE = (0.0, 1.0)
_SOME = (0.01, 1.0)
_RATE = (0.0, 1000.0)
_YEARS = (0.0, 100.0)
_LEVELS_STAFFED = "MRA turnover survey 2019/2022, base set below the published total (low morale adds to it)"


class World(Section):
    """Everything about two firms and their surroundings that a launch or a policy does not change."""

    # how well the operations mesh
    fit_law: Literal["beta", "two-point"] = "beta"
    fit_alpha: Number = parameter(4.5, "-", (0.05, 1000), (1, 12), "first shape of the Beta law of fit")
    fit_beta: Number = parameter(3.0, "-", (0.05, 1000), (1, 12), "second shape of the Beta law of fit")
    fit_low: Number = parameter(0.4, "share", _SHARE, None, "lower fit of the two-point law")
    fit_high: Number = parameter(0.7, "share", _SHARE, None, "higher fit of the two-point law", at_least="fit_low")
    fit_high_share: Number = parameter(0.5, "share", _SHARE, None, "share of pairs with the higher fit (two-point law)")

    # trust, morale and what they do to performance
    initial_trust: PerLevel = parameter(
        (0.7, 0.4, 0.25), "share", _SHARE, (0.1, 0.7), "trust between the two firms at first contact"
    )
    chemistry_spread: Number = parameter(
        0.15, "share", (0, 0.5), (0, 0.3), "how far the tops' first trust may lie from its mean, either way"
    )
    trust_weight: PerLevel = parameter(
        (0.05, 0.10, 0.25),
        "share",
        _SHARE,
        (0, 0.3),
        "how much of performance hangs on trust at each level (A1, A2)",
        sum_most=1.0,
    )
    morale_weight: Number = parameter(
        0.25, "share", _SHARE, (0.1, 0.4), "how much of performance hangs on operational morale"
    )
    mesh_trust: Number = parameter(0.75, "share", _SOME, None, "trust in a good ordinary state, the scale of promises")
    mesh_morale: Number = parameter(0.8, "share", _SOME, None, "morale in a good ordinary state, the scale of promises")
    trust_gain: Number = parameter(0.01, "share", (0, 0.1), (0.002, 0.03), "trust won by a success, at trust one half")
    trust_loss_ratio: Number = parameter(
        2.5,
        "ratio",
        (0, 5),
        (2, 4),
        "trust lost by a failure over trust won by a success, at trust one half",
        source="Slovic 1993; Pant & Yu 2025",
    )
    morale_baseline: PerFirm = parameter(0.8, "share", _SHARE, (0.6, 0.95), "morale to which people come back")
    morale_recovery: Number = parameter(
        0.04, "share", _SHARE, (0.01, 0.1), "share of the distance to the baseline made up at each contact"
    )
    morale_loss_incident: Number = parameter(
        0.012, "share", _SHARE, (0, 0.05), "morale lost by an incident not repaired"
    )
    morale_loss_broken: Number = parameter(0.015, "share", _SHARE, (0, 0.05), "morale lost by a broken agreement")
    morale_loss_denial: Number = parameter(
        0.02, "share", _SHARE, (0, 0.08), "morale lost when the top refers a case back"
    )
    morale_loss_scapegoat: Number = parameter(
        0.12, "share", _SHARE, (0, 0.3), "morale lost by those who stay when colleagues are made scapegoats"
    )
    morale_gain_adaptation: Number = parameter(
        0.01, "share", _SHARE, (0, 0.03), "morale won back when an adaptation is agreed"
    )
    contact_rate: PerLevel = parameter(
        (3.0, 8.0, 24.0), "per year", _RATE, (1, 50), "meetings of the two teams at each level"
    )
    contact_trust_step: PerLevel = parameter(
        (0.05, 0.02, 0.015),
        "share",
        _SHARE,
        (0, 0.1),
        "share of missing trust that a meeting builds when work goes well",
    )

    # people
    headcount: PerFirmAndLevel = parameter(
        (3.0, 6.0, 40.0), "people", (0, 10000), (1, 500), "people in each team at first contact", whole=True
    )
    leaving_rate: PerFirmAndLevel = parameter(
        (0.0, 0.12, 0.20),
        "per person-year",
        (0, 10),
        (0.06, 0.22),
        "people leaving of their own will at baseline morale (strategic leaders change otherwise)",
        source=_LEVELS_STAFFED,
    )
    leaving_most: Number = parameter(
        4.0, "ratio", (1, 20), (2, 6), "leaving at no morale at all over leaving at baseline morale"
    )
    bond_loss: Number = parameter(
        0.6,
        "share",
        _SHARE,
        (0.3, 1),
        "part of one person's share of a level's trust that goes with the person",
    )
    replacement_cost: PerLevel = parameter(
        (0.0, 0.004, 0.002),
        "annual contract value",
        _ANY,
        (0, 0.01),
        "cost of replacing one person",
        source="Boushey & Glynn 2012 (a fifth of a year's salary), scaled",
    )
    severance_cost: Number = parameter(
        0.004, "annual contract value", _ANY, (0, 0.02), "severance for one dismissed or swapped person"
    )
    leader_change_rate: PerFirm = parameter(
        0.125,
        "per year",
        (0, 20),
        (0.09, 0.16),
        "leader changes of a top in ordinary times",
        source="MRA survey; Conference Board; Kaplan & Minton 2011",
    )
    poor_results: Number = parameter(
        1.5,
        "ratio",
        (1, 10),
        (1, 1.6),
        "leader changes while performance is below break-even, over ordinary times",
        source="Conference Board (14 % against 10.8 %)",
    )
    leader_realises: Number = parameter(
        0.6,
        "share",
        _SHARE,
        (0.2, 0.9),
        "chance that a new leader of a failing relationship sees it at once (A11)",
    )

    # problems at work
    incident_rate: PerFirm = parameter(
        30.0,
        "per year",
        _RATE,
        (10, 60),
        "opportunities for an incident, half of them from each firm's operations",
    )
    tactical_problem_rate: PerFirm = parameter(
        0.4, "per year", _RATE, (0, 2), "opportunities for a contract that does not fit, half from each firm"
    )
    strategic_problem_rate: PerFirm = parameter(
        0.15, "per year", _RATE, (0, 1), "strategies drifting apart, half from each firm"
    )
    repair_without_trust: Number = parameter(
        0.35,
        "share",
        _SHARE,
        (0.2, 0.6),
        "chance to repair an incident together without any trust",
        source="HDI 2024 brackets the ordinary value (63-74 %)",
    )
    repair_with_trust: Number = parameter(
        0.95,
        "share",
        _SHARE,
        (0.8, 1),
        "chance to repair an incident together with full trust",
        at_least="repair_without_trust",
    )
    learn_chance: Number = parameter(0.2, "share", _SHARE, (0, 0.5), "chance to learn from a repaired incident")
    learn_step: Number = parameter(0.02, "share of missing fit", _SHARE, (0, 0.05), "what learning finds")
    incident_cost: Number = parameter(
        0.001, "annual contract value", _ANY, (0, 0.005), "cost of an incident to each firm"
    )
    complaint_delay: Number = parameter(
        0.04, "years", _YEARS, (0, 0.2), "mean time before staff complain to their managers"
    )
    tactical_power: Number = parameter(
        0.8, "share", _SHARE, (0.5, 0.95), "chance that managers can settle at the best of times"
    )
    settle_low: Number = parameter(0.35, "share", _SHARE, (0.2, 0.5), "part of that chance left without tactical trust")
    backing_floor: Number = parameter(
        0.8, "share", _SHARE, (0.8, 1), "part of that chance left without the top's backing"
    )
    adaptation_step: Number = parameter(
        0.015, "share of missing fit", _SHARE, (0.005, 0.03), "what an agreed adaptation finds"
    )
    adapt_price: Number = parameter(
        1.5,
        "annual contract value per unit of fit",
        _ANY,
        (0.3, 3),
        "price of raising fit, to each firm, wherever it happens",
    )
    penalty: Number = parameter(
        0.004,
        "annual contract value",
        _ANY,
        (0, 0.02),
        "paid by the firm at fault to the other for a broken agreement",
    )
    candour: PerFirm = parameter(
        0.35,
        "share",
        _SHARE,
        (0.1, 0.8),
        "chance that managers take an unsettled case to their own top, and share of the gap that is reported",
        source="Milliken, Morrison & Hewlin 2003 (85 % had kept silent)",
    )
    escalation_delay: Number = parameter(
        0.10, "years", _YEARS, (0, 0.5), "mean time before an unsettled case is escalated"
    )
    dispute_after: Number = parameter(
        4.0, "agreements", (1, 16), (2, 8), "broken agreements in the window before a dispute", whole=True
    )
    dispute_window: Number = parameter(
        1.0, "years", _YEARS, (0.5, 2), "window in which broken agreements count towards a dispute"
    )
    dispute_trust: Number = parameter(0.05, "share", _SHARE, (0, 0.3), "tactical trust below which a dispute is raised")
    dispute_cost: Number = parameter(
        0.05, "annual contract value", _ANY, (0.01, 0.2), "cost of a formal dispute to each firm"
    )

    # the tops: belief, stake, attention
    optimism: Number = parameter(
        0.12,
        "fit",
        (-1, 1),
        (0, 0.25),
        "how much more than the average fit a deal signed first promises (A4)",
    )
    optimism_with_estimate: Number = parameter(
        0.25, "share", (0, 1), (0, 1), "part of the optimism left when operations have measured first"
    )
    promise_noise: Number = parameter(
        0.05, "fit", (0, 0.5), (0, 0.1), "spread of promises around that, as standard deviation"
    )
    belief_deal_first: PerFirm = parameter(
        0.9, "share", _SHARE, (0.7, 1), "the top's confidence after a deal signed first"
    )
    belief_feasibility_first: PerFirm = parameter(
        0.8, "share", _SHARE, (0.6, 1), "the top's confidence after a deal that rests on an exploration"
    )
    evidence: PerFirm = parameter(
        0.2, "share", _SHARE, (0.05, 0.4), "share of belief that a heard escalation takes away"
    )
    denial: PerFirm = parameter(
        0.85, "share", _SHARE, (0.5, 1), "share of evidence that a full stake makes the top deny (A18)"
    )
    threshold: PerFirm = parameter(0.5, "share", _SHARE, (0.3, 0.65), "belief below which a top realises failure")
    board_pull: PerFirm = parameter(
        0.02,
        "share",
        _SHARE,
        (0.005, 0.06),
        "share of the distance to reported performance that a board review moves belief",
    )
    personal_by_signing: Number = parameter(0.2, "stake", _SHARE, (0, 0.4), "personal stake gained by signing")
    personal_by_announcing: Number = parameter(
        0.3, "stake", _SHARE, (0, 0.5), "personal stake gained by announcing success"
    )
    personal_by_bonus: Number = parameter(0.2, "stake", _SHARE, (0, 0.4), "personal stake gained by a paid bonus")
    personal_of_new_leader: Number = parameter(0.02, "stake", _SHARE, (0, 0.1), "personal stake of a new leader")
    sunk_by_launching: Number = parameter(0.2, "stake", _SHARE, (0, 0.4), "sunk stake gained by launching")
    sunk_by_commitment: Number = parameter(0.05, "stake", _SHARE, (0, 0.2), "sunk stake gained by putting more in")
    personal_half_life: Number = parameter(2.0, "years", (0.01, 1000), (1, 6), "half-life of personal stake")
    sunk_half_life: Number = parameter(4.0, "years", (0.01, 1000), (1, 6), "half-life of sunk stake")
    attention_time: Number = parameter(
        1.5, "years", (0.01, 1000), (0.5, 3), "time constant of the top's fading attention"
    )
    attention_floor: Number = parameter(0.1, "share", _SHARE, (0, 0.3), "attention that remains")
    attention_low: Number = parameter(
        0.35,
        "share",
        _SHARE,
        (0.2, 0.5),
        "attention below which it has moved elsewhere (A10)",
        at_least="attention_floor",
    )
    patience: Number = parameter(5.0, "denials", (1, 1000), (2, 12), "denials before the top puts more in", whole=True)
    commitment_cost: Number = parameter(0.05, "annual contract value", _ANY, (0, 0.2), "cost of putting more in")
    scapegoat: PerFirm = parameter(
        0.3, "share", _SHARE, (0, 0.6), "chance that putting more in also makes scapegoats (A19)"
    )
    dismissed_least: Number = parameter(0.05, "share", _SHARE, None, "smallest share of operational people sacked then")
    dismissed_most: Number = parameter(
        0.15,
        "share",
        _SHARE,
        None,
        "largest share of operational people sacked then",
        at_least="dismissed_least",
    )
    resolve: PerFirm = parameter(
        0.25,
        "share",
        _SHARE,
        (0.05, 0.5),
        "chance that a top without stakes acts at a board review, once it knows (A20)",
    )
    review_rate: PerFirm = parameter(4.0, "per year", (0, 365), (2, 12), "board reviews of each firm (0: none)")
    override: Number = parameter(
        0.1, "share", _SHARE, (0, 0.5), "chance that the tops go on against a negative verdict"
    )

    # launching: durations, prices, habits
    negotiation_least: Number = parameter(0.15, "years", _YEARS, (0, 1), "shortest negotiation between the tops")
    negotiation_most: Number = parameter(
        0.45, "years", _YEARS, (0, 2), "longest negotiation between the tops", at_least="negotiation_least"
    )
    no_deal: Number = parameter(0.08, "share", _SHARE, (0, 0.3), "chance that the negotiation fails")
    drafting_least: Number = parameter(0.15, "years", _YEARS, (0, 1), "shortest time to draft a contract")
    drafting_mean: Number = parameter(0.20, "years", _YEARS, (0, 1), "mean time of drafting on top of the shortest")
    transition_least: Number = parameter(0.10, "years", _YEARS, (0, 1), "shortest transition")
    transition_mean: Number = parameter(0.15, "years", _YEARS, (0, 1), "mean time of transition on top of the shortest")
    verdict_time: Number = parameter(0.05, "years", _YEARS, (0, 0.5), "time from the last workshop to the verdict")
    workshop_gap_least: Number = parameter(0.08, "years", _YEARS, (0, 0.5), "shortest time to the next workshop")
    workshop_gap_most: Number = parameter(
        0.16, "years", _YEARS, (0, 1), "longest time to the next workshop", at_least="workshop_gap_least"
    )
    workshop_noise: Number = parameter(
        0.15, "fit", (0, 10), (0.05, 0.3), "standard deviation of what one workshop reads of fit"
    )
    workshop_adaptation: Number = parameter(0.03, "share of missing fit", _SHARE, (0, 0.06), "what a workshop finds")
    workshop_cost: Number = parameter(
        0.01, "annual contract value", _ANY, (0.002, 0.03), "cost of a workshop to each firm"
    )
    workshop_trust_operational: Number = parameter(
        0.12, "share", _SHARE, (0, 0.3), "share of missing operational trust built by a workshop"
    )
    workshop_trust_tactical: Number = parameter(
        0.06, "share", _SHARE, (0, 0.2), "share of missing tactical trust built by a workshop"
    )
    operational_bias: Number = parameter(
        0.0,
        "fit",
        (-1, 1),
        (-0.15, 0.15),
        "staff who fear the change read low (below 0), polite staff read high",
    )
    launch_effort: Number = parameter(
        0.3,
        "share",
        _SHARE,
        (0, 0.6),
        "how far prestige shortens the transition and raises the first operational trust",
    )
    announce: Number = parameter(
        0.7, "share", _SHARE, (0, 1), "chance that a signed deal is announced as a success (A7)"
    )
    announcement_value: Number = parameter(
        0.02,
        "annual contract value",
        _ANY,
        (0, 0.1),
        "what an announcement is worth to each firm, once",
        source="Dyer, Kale & Singh 2001 (about +1 % of market value), scaled",
    )
    bonus_at_signing: Number = parameter(
        0.5,
        "share",
        _SHARE,
        (0, 1),
        "chance that a top is paid a bonus for the signature (A7)",
        source="Grinstein & Hribar 2004 (39 % of acquirers)",
    )
    bonus: Number = parameter(0.03, "annual contract value", _ANY, (0, 0.1), "the bonus")
    launch_cost: PerFirm = parameter(0.20, "annual contract value", _ANY, (0.05, 0.5), "cost of setting up operations")
    facilitator_cost: Number = parameter(
        0.01,
        "annual contract value",
        _ANY,
        (0, 0.05),
        "an outside facilitator's fee, to each firm",
        policy="facilitator",
    )
    facilitator_noise: Number = parameter(
        0.6,
        "ratio",
        (0, 1),
        (0.3, 1),
        "noise of a workshop with a facilitator over noise without",
        policy="facilitator",
    )
    facilitator_help: Number = parameter(
        0.1,
        "share",
        _SHARE,
        (0, 0.3),
        "share of failed repairs and rescues that a facilitator turns",
        policy="facilitator",
    )
    broker_cost: Number = parameter(
        0.02, "annual contract value", _ANY, (0, 0.1), "a deal broker's fee, to each firm", policy="deal-broker"
    )
    broker_speed: Number = parameter(
        0.6,
        "ratio",
        (0, 1),
        (0.3, 1),
        "length of the negotiation with a broker over without",
        policy="deal-broker",
    )
    broker_optimism: Number = parameter(
        0.05,
        "fit",
        (0, 1),
        (0, 0.15),
        "optimism that a broker adds",
        source="sign: Bapna, Gupta, Ray & Singh (brokers raise failure)",
        policy="deal-broker",
    )

    # money
    value: PerFirm = parameter(
        1.0, "annual contract value", (1e-6, 1e9), None, "yearly value to a firm of perfect performance"
    )
    break_even: PerFirm = parameter(
        0.33, "performance", (0, 1), (0.2, 0.45), "performance at which value covers running cost"
    )
    promise_value: Number = parameter(
        0.1,
        "share of value",
        _SHARE,
        (0, 0.3),
        "what the client's contract is worth less per unit that is not promised",
    )
    discount: Number = parameter(0.06, "per year", (0, 10), (0, 0.15), "discount rate, continuously compounded")
    rescue_cost: Number = parameter(0.15, "annual contract value", _ANY, (0.05, 0.4), "cost of a rescue to each firm")
    exit_cost: Number = parameter(0.20, "annual contract value", _ANY, (0.05, 0.5), "cost of an exit to each firm")
    hostile_cost: Number = parameter(
        0.60, "annual contract value", _ANY, (0.2, 2), "cost of press and court to each firm (A14)"
    )

    # from knowing to acting, and the end
    rescue_chance: Number = parameter(
        0.45, "share", _SHARE, (0.1, 0.8), "chance of a rescue at full strategic trust and prospects"
    )
    rescue_fit_step: Number = parameter(0.15, "share of missing fit", _SHARE, (0, 0.4), "what a rescue finds")
    rescues_most: Number = parameter(2.0, "rescues", (0, 50), (0, 3), "rescues at most", whole=True)
    hostile_base: Number = parameter(0.02, "share", _SHARE, (0, 0.1), "chance of a hostile end at the best of times")
    hostile_by_trust: Number = parameter(0.10, "share", _SHARE, (0, 0.3), "added without any strategic trust")
    hostile_by_stake: Number = parameter(0.05, "share", _SHARE, (0, 0.3), "added at full personal stake")
    hostile_by_loss: Number = parameter(0.05, "share", _SHARE, (0, 0.3), "added when a year's value or more was lost")
    hostile_by_dispute: Number = parameter(0.05, "share", _SHARE, (0, 0.3), "added when a dispute lies behind")
    notice: Number = parameter(0.25, "years", _YEARS, (0, 1), "time from the decision to the end")
    limping_after: Number = parameter(
        0.5, "years", _YEARS, (0.1, 2), "time below break-even before it counts as limping (A10)"
    )
    term: Number = parameter(6.0, "years", (0.01, 1000), (3, 10), "first contract term, from the start of operations")
    renewal: Number = parameter(3.0, "years", (0.01, 1000), (1, 5), "later contract terms")
    renew: PerFirm = parameter(0.5, "share", _SHARE, (0.3, 0.7), "belief that a top needs to renew")

    # the world outside
    market_shock_rate: Number = parameter(0.3, "per year", _RATE, (0.1, 0.5), "market shocks")
    market_shock_size: Number = parameter(
        0.08, "share", _SHARE, (0.02, 0.12), "share of fit that a market shock takes away"
    )
    rival_offer_rate: Number = parameter(
        0.15, "per year", _RATE, (0, 0.6), "rival offers that close the window before a signature"
    )
    merger_rate: Number = parameter(0.01, "per year", _RATE, (0, 0.03), "outside endings by a merger")
    insolvency_rate: Number = parameter(0.01, "per year", _RATE, (0, 0.03), "outside endings by insolvency")
    strategy_rate: Number = parameter(0.01, "per year", _RATE, (0, 0.03), "outside endings by a change of strategy")
    merger_fit_slope: Number = parameter(
        0.0, "per year and unit of fit", (-1000, 1000), None, "change of that rate with fit"
    )
    insolvency_fit_slope: Number = parameter(
        0.0, "per year and unit of fit", (-1000, 1000), None, "change of that rate with fit"
    )
    strategy_fit_slope: Number = parameter(
        0.0, "per year and unit of fit", (-1000, 1000), None, "change of that rate with fit"
    )

    # what policies cost, and how people react to them
    pilot_gap_least: Number = parameter(
        0.15, "years", _YEARS, (0.05, 0.3), "time that a pilot takes, at least", policy="operational-gate"
    )
    pilot_gap_most: Number = parameter(
        0.3,
        "years",
        _YEARS,
        (0.1, 0.6),
        "time that a pilot takes, at most",
        at_least="pilot_gap_least",
        policy="operational-gate",
    )
    pilot_noise: Number = parameter(
        0.1, "fit", (0, 10), (0.03, 0.2), "standard deviation of what a pilot reads of fit", policy="operational-gate"
    )
    pilot_cost: Number = parameter(
        0.02, "annual contract value", _ANY, (0.005, 0.06), "cost of a pilot to each firm", policy="operational-gate"
    )
    consultation_noise: Number = parameter(
        0.2,
        "fit",
        (0, 10),
        (0.1, 0.4),
        "standard deviation of what operations read of fit at the negotiation",
        policy="early-operations",
    )
    consultation_slower: Number = parameter(
        1.25,
        "ratio",
        (1, 10),
        (1, 2),
        "length of the negotiation with operations at the table over without",
        policy="early-operations",
    )
    consultation_cost: Number = parameter(
        0.005,
        "annual contract value",
        _ANY,
        (0, 0.02),
        "cost to each firm of operations at the negotiation",
        policy="early-operations",
    )
    clawback_care: Number = parameter(
        0.3,
        "share",
        _SHARE,
        (0, 0.6),
        "share of optimism that the prospect of paying back takes away",
        policy="bonus-clawback",
    )
    clawback_hold: Number = parameter(
        0.15, "stake", _SHARE, (0, 0.4), "stake added while a bonus may be claimed back", policy="bonus-clawback"
    )
    joint_review_most: Number = parameter(
        12.0, "per year", (1, 365), None, "opportunities for joint reviews", policy="joint-reviews"
    )
    joint_review_pull: Number = parameter(
        0.25,
        "share",
        _SHARE,
        (0.05, 0.6),
        "how far a joint review moves beliefs towards what is",
        policy="joint-reviews",
    )
    joint_review_cost: Number = parameter(
        0.003, "annual contract value", _ANY, (0, 0.01), "cost of a joint review to each firm", policy="joint-reviews"
    )
    hotline_morale_loss: Number = parameter(
        0.01,
        "morale",
        _SHARE,
        (0, 0.03),
        "morale that managers lose when they are passed over",
        policy="escalation-hotline",
    )
    audit_delay: Number = parameter(
        0.1, "years, mean", _YEARS, (0.02, 0.3), "time until an auditor reports", policy="independent-audit"
    )
    audit_weight: Number = parameter(
        0.7, "share", _SHARE, (0.3, 1), "how far an audit moves beliefs towards what is", policy="independent-audit"
    )
    audit_cost: Number = parameter(
        0.02, "annual contract value", _ANY, (0.005, 0.06), "cost of an audit to each firm", policy="independent-audit"
    )
    handover_cost: Number = parameter(
        0.01,
        "annual contract value",
        _ANY,
        (0, 0.03),
        "cost of a sponsor's handover to the own firm",
        policy="sponsor-rotation",
    )
    clause_ease: Number = parameter(
        0.25,
        "share",
        _SHARE,
        (0, 0.6),
        "how far a break clause raises the readiness to act towards certainty",
        policy="break-clause",
    )
    clause_peace: Number = parameter(
        0.5, "share", _SHARE, (0, 0.9), "share of hostile ends that a break clause makes quiet", policy="break-clause"
    )
    coaching_cost: Number = parameter(
        0.03,
        "annual contract value",
        _ANY,
        (0, 0.1),
        "cost of coaching where no scapegoats may be made",
        policy="no-scapegoats",
    )
    retention_half: Number = parameter(
        0.001,
        "annual contract value per person-year",
        (1e-9, 1),
        (0.0003, 0.003),
        "bonus for staying that keeps half of those who would leave",
        policy="retention",
    )
    tie_cost: Number = parameter(
        0.004,
        "annual contract value per year",
        _ANY,
        (0, 0.02),
        "cost to each firm of one more tie at every level",
        policy="several-ties",
    )
    dispute_board_fee: Number = parameter(
        0.004,
        "annual contract value per year",
        _ANY,
        (0.001, 0.01),
        "standing fee of a dispute board, to each firm",
        policy="dispute-board",
    )
    dispute_board_case: Number = parameter(
        0.01,
        "annual contract value",
        _ANY,
        (0, 0.04),
        "cost to each firm of a claim that the board settles",
        policy="dispute-board",
    )
    renegotiation_cost: Number = parameter(
        0.02,
        "annual contract value",
        _ANY,
        (0, 0.06),
        "cost to each firm of renewing a short contract",
        policy="short-term-contract",
    )

    # how money is shown
    currency: Word = ""
    currency_factor: Number = parameter(
        1.0, "currency per annual contract value", (1e-9, 1e15), None, "factor for display only"
    )
