"""Limiting cases of the model with exact answers, each lived a million times on the compiled engine.

Each world switches off all but the named mechanisms. Bounds: tests/bounds.py.
"""

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import relsim
from relsim.life import simulate
from relsim.vocabulary import Ending, EventKind, OutsideCause, Role
from tests.bounds import counts_are, distribution_is, share_is
from tests.worlds import FREE, quiet, sample, states

MILLION = 1_000_000


def test_1_outside_endings_alone_are_exponential() -> None:
    total = 0.06
    world = quiet(merger_rate=0.01, insolvency_rate=0.02, strategy_rate=0.03)
    end, ending = sample(world, lambda s: (s["t_end"], s["ending"]))
    ended = ending == Ending.OUTSIDE
    assert set(np.unique(ending)) == {Ending.ONGOING, Ending.OUTSIDE}
    assert share_is(int((~ended).sum()), MILLION, math.exp(-total * 10))
    assert np.all(end[~ended] == 10.0)
    assert distribution_is(end[ended], lambda t: -np.expm1(-total * t) / -math.expm1(-total * 10))


@pytest.mark.parametrize(("arm", "window"), [("deal-first", 0.75), ("feasibility-first", 0.75 + 0.5 + 0.125 + 0.25)])
def test_2_a_window_that_closes(arm: str, window: float) -> None:
    rate = 0.4
    world = quiet(
        rival_offer_rate=rate,
        negotiation_least=0.75,
        negotiation_most=0.75,
        workshop_gap_least=0.5,
        workshop_gap_most=0.5,
        verdict_time=0.125,
        drafting_least=0.25,
        fit_law="two-point",
        fit_low=0.9,
        fit_high=0.9,
        break_even=0.2,
        arms={
            "deal-first": {"launch": "deal-first"},
            "feasibility-first": {"launch": "feasibility-first", "workshops_most": 1},
        },
    )
    (ending,) = sample(world, lambda s: (s["ending"],), arm)
    assert share_is(int((ending == Ending.WINDOW_LOST).sum()), MILLION, -math.expm1(-rate * window))


def test_3_competing_risks() -> None:
    rates = {OutsideCause.MERGER: 0.05, OutsideCause.INSOLVENCY: 0.1, OutsideCause.STRATEGY: 0.2}
    total = sum(rates.values())
    end, cause = sample(
        quiet(merger_rate=0.05, insolvency_rate=0.1, strategy_rate=0.2), lambda s: (s["t_end"], s["cause"])
    )
    for each, rate in rates.items():
        for t in (1.0, 3.0, 7.0):
            incidence = rate / total * -math.expm1(-total * t)
            assert share_is(int(((cause == each) & (end <= t)).sum()), MILLION, incidence)
    ended = cause != OutsideCause.NONE
    early = end[ended] < 2.0
    table = [
        [int((early & (cause[ended] == each)).sum()), int((~early & (cause[ended] == each)).sum())] for each in rates
    ]
    assert stats.chi2_contingency(table).pvalue >= 1e-9


def test_4_leaders_change_and_people_leave_as_poisson() -> None:
    world = quiet(leader_change_rate=0.2, poor_results=1.0, leaving_rate={"tactical": 0.1, "operational": 0.02}, **FREE)
    left = sample(
        world,
        lambda s: [s["firm"]["departures"][:, f, level].sum(axis=1) for f in (0, 1) for level in (0, 1, 2)],
    )
    for firm in (0, 1):
        assert counts_are(left[3 * firm], stats.poisson(0.2 * 10))
        assert counts_are(left[3 * firm + 1], stats.poisson(6 * 0.1 * 10))
        assert counts_are(left[3 * firm + 2], stats.poisson(40 * 0.02 * 10))


FROZEN: dict[str, Any] = {
    "fit_law": "two-point",
    "fit_low": 0.6,
    "fit_high": 0.6,
    "optimism": -1.0,
    "attention_floor": 1.0,
    "attention_low": 1.0,
    "backing_floor": 1.0,
    "dispute_after": 16,
    "dispute_trust": 0.0,
}
"""Fit, trust and morale stay where they are, nothing is promised, and tops pay full attention."""

FIT, TRUST, MORALE = 0.6, (0.7, 0.4, 0.25), 0.8
Q = FIT * (1 - 0.05 * 0.3 - 0.10 * 0.6 - 0.25 * 0.75) * (1 - 0.25 * 0.2)
REPAIR = 0.35 + 0.6 * 0.25
SETTLE = 0.8 * (0.35 + 0.65 * 0.4)


def test_5_problems_are_thinned_all_the_way_up() -> None:
    rate, candour, horizon = 20.0, 0.35, 2.0
    world = quiet(horizon, incident_rate=rate, threshold=1.0, belief_deal_first=0.7, **FROZEN, **FREE)
    names = ("incidents", "repaired", "complaints", "broken", "escalated", "heard")
    columns = sample(world, lambda s: [s[name] for name in names])
    incidents = rate * (1 - Q) * horizon
    unrepaired = incidents * (1 - REPAIR)
    broken = unrepaired * (1 - SETTLE)
    means = (incidents, incidents * REPAIR, unrepaired, broken, broken * candour, broken * candour)
    for name, counts, mean in zip(names, columns, means, strict=True):
        assert counts_are(counts, stats.poisson(mean)), name


@relsim.rule("REFERRED_BACK", sender=Role.OWN_STRATEGIC, receiver=Role.OWN_TACTICAL)
def referred_back_for_good(r, p, e, u, out):  # type: ignore[no-untyped-def]
    """Refer a case back, but do not open it again."""
    r.denials += 1
    r.firm[e.firm].denials += 1
    return True


def test_6_time_to_realising_is_erlang() -> None:
    rate, candour = 30.0, 0.4
    world = quiet(
        40.0,
        incident_rate=rate,
        candour=candour,
        evidence=0.2,
        threshold=0.5,
        belief_deal_first=0.9,
        **FROZEN,
        **FREE,
    )
    needed = next(k for k in range(1, 100) if 0.9 * 0.8**k < 0.5)
    heard = rate / 2 * (1 - Q) * (1 - REPAIR) * (1 - SETTLE) * candour
    client, supplier = sample(
        world,
        lambda s: (s["firm"]["t_realised"][:, 0], s["firm"]["t_realised"][:, 1]),
        count=400_000,
        rules=[referred_back_for_good],
    )
    law = stats.gamma(needed, scale=1 / heard)
    for times in (client, supplier):
        times = np.where(np.isnan(times), np.inf, times)
        assert law.sf(40.0) < 1e-9
        assert distribution_is(times, law.cdf)


@pytest.mark.parametrize("stake", [0.0, 0.5])
def test_7_from_knowing_to_acting(stake: float) -> None:
    resolve, half_life, period = 0.3, 2.0, 0.25
    world = quiet(
        incident_rate={"client": 1000.0, "supplier": 0.0},
        candour=1.0,
        threshold={"client": 1.0, "supplier": 0.0},
        denial=0.0,
        resolve=resolve,
        rescues_most=0,
        review_rate=4.0,
        board_pull=0.0,
        announce=1.0,
        personal_by_announcing=stake,
        personal_half_life=half_life,
        **{**FROZEN, "fit_low": 0.0, "fit_high": 0.0},
        repair_without_trust=0.0,
        repair_with_trust=0.0,
        tactical_power=0.0,
        **FREE,
    )
    realised, decided = sample(world, lambda s: (s["firm"]["t_realised"][:, 0], s["t_exit_decided"]), count=200_000)
    first = period / 2
    assert np.all(realised < first)
    moments = first + period * np.arange(40)
    waits = np.cumprod(1 - resolve * (1 - stake * 2 ** (-moments / half_life)))
    review = np.where(np.isnan(decided), 40, np.round((decided - first) / period)).astype(int)
    for n in (0, 1, 2, 4, 8, 15):
        assert share_is(int((review > n).sum()), len(review), float(waits[n]))


def test_8_commitments_follow_denials_and_scapegoats_follow_commitments() -> None:
    world = quiet(
        5.0,
        incident_rate=40.0,
        candour=0.8,
        evidence=0.0,
        patience=3,
        scapegoat=0.3,
        headcount=0,
        **FROZEN,
        **FREE,
    )
    denials, commitments, scapegoatings = sample(
        world, lambda s: (s["firm"]["denials"], s["commitments"], s["scapegoatings"]), count=100_000
    )
    assert np.array_equal(commitments, (denials // 3).sum(axis=1))
    assert commitments.sum() > 100_000
    assert share_is(int(scapegoatings.sum()), int(commitments.sum()), 0.3)


def test_9_screening_selects_and_treats_nobody() -> None:
    share, sd, cut = 0.35, 0.1922, 0.5008
    mean, variance = 0.4 + 0.3 * share, 0.3 * 0.3 * share * (1 - share)
    need = (mean * sd**2 + cut * variance) / (variance + sd**2)
    mesh = (1 - 0.4 * 0.25) * (1 - 0.25 * 0.2)
    slope = (0.08 - 0.60) / 0.3
    world = quiet(
        fit_law="two-point",
        fit_low=0.4,
        fit_high=0.7,
        fit_high_share=share,
        workshop_noise=sd,
        break_even=need * mesh,
        merger_rate=0.60 - 0.4 * slope,
        merger_fit_slope=slope,
        **FREE,
        arms={
            "deal-first": {"launch": "deal-first"},
            "feasibility-first": {"launch": "feasibility-first", "workshops_most": 1, "confidence": 1.0},
        },
    )
    ends = {}
    for arm, survival in (
        ("deal-first", (0.6798182847, 0.3827640287, 0.2669736106)),
        ("feasibility-first", (0.7749144814, 0.5406194353, 0.4246267858)),
    ):
        end, launched = sample(world, lambda s: (s["t_end"], ~np.isnan(s["t_operations"])), arm)
        ends[arm] = end, launched
        for year, alive in zip((1, 3, 5), survival, strict=True):
            assert share_is(int((end[launched] > year).sum()), int(launched.sum()), alive)
    launched = ends["feasibility-first"][1]
    assert share_is(int(launched.sum()), MILLION, 0.4925)
    assert ends["deal-first"][1].all()
    # Both launched: the same end, pair by pair. All of the advantage is selection.
    assert np.array_equal(ends["deal-first"][0][launched], ends["feasibility-first"][0][launched])
    results = relsim.run_experiment(world, 20_000)
    for found in (results.decompose("net.joint"), results.decompose("alive", per="launched")):
        treatment = found["treatment"].mean
        assert (treatment.value, treatment.low, treatment.high) == (0.0, 0.0, 0.0)
        assert found["selection"].mean.low > 0.0
        assert found["added"].mean.value == 0.0
        assert abs(math.fsum(part.mean.value for part in found.parts) - found.whole.value) < 1e-15


@pytest.mark.parametrize("workshops", [1, 3, 6])
def test_10_learning_in_workshops(workshops: int) -> None:
    noise, bias = 0.2, 0.05
    world = quiet(
        workshop_noise=noise,
        operational_bias=bias,
        arms={"explore": {"launch": "feasibility-first", "workshops_most": workshops, "confidence": 1.0}},
    )
    fit, mean, sd = sample(world, lambda s: (s["fit_at_start"], s["estimate_mean"], s["estimate_sd"]), "explore")
    m, v = 4.5 / 7.5, 4.5 * 3.0 / (7.5**2 * 8.5)
    precision = 1 / v + workshops / noise**2
    assert np.allclose(sd, precision**-0.5, rtol=1e-13, atol=0)
    expected = (m / v + workshops * (fit + bias) / noise**2) / precision
    spread = math.sqrt(workshops) / noise / precision
    assert distribution_is((mean - expected) / spread, stats.norm.cdf)


@pytest.mark.parametrize("discount", [0.0, 0.06])
def test_11_money_accrues_exactly(discount: float) -> None:
    world = quiet(
        discount=discount,
        drafting_mean=0.3,
        merger_rate=0.1,
        value={"client": 1.0, "supplier": 3.0},
        **{**FREE, "launch_cost": 0.2},
    )
    lived = states(world, count=2000)
    lived = lived[~np.isnan(lived["t_operations"])]
    start, age, q = lived["t_operations"], lived["t_end"] - lived["t_operations"], lived["performance"]
    flow = -np.expm1(-discount * age) / discount if discount else age
    for firm, value in ((0, 1.0), (1, 3.0)):
        earned = (value * q - 0.33 * value) * np.exp(-discount * start) * flow
        net = lived["firm"]["ledger"][:, firm].sum(axis=1)
        assert np.allclose(net, earned - 0.2 * np.exp(-discount * start), rtol=1e-12, atol=1e-13)


def test_12_stakes_and_attention_relax_from_their_last_jump() -> None:
    from relsim.model.arithmetic import exp
    from relsim.model.parameters import resolve
    from relsim.model.relationship import attention, personal, sunk
    from relsim.model.rulebook import rulebook

    busy = quiet(personal_by_signing=0.3, sunk_by_launching=0.2, incident_rate=30.0, contact_rate=20.0, **FREE)
    p = resolve(busy, "deal-first", rulebook())
    life = simulate(busy)
    assert len(life.record) > 400
    f = life.state[0]["firm"][0].view(np.recarray)
    now = 10.0
    assert personal(f, p, now) == 0.3 * exp(-p.personal_decay * now)
    assert sunk(f, p, now) == 0.2 * exp(-p.sunk_decay * now)
    assert attention(f, p, now) == 0.1 + (1.0 - 0.1) * exp(-now / 1.5)


@pytest.mark.parametrize("engine", ["compiled", "simpy", "simpy-plain"])
def test_14_degenerate_worlds(engine: str) -> None:
    nothing = simulate(quiet(), engine=engine)
    assert nothing.row["censored"] == 1
    assert nothing.row["t_end"] == 10.0
    assert "OPERATIONS_STARTED" in set(nothing.events["kind"])
    no_time = simulate(quiet(0.0), engine=engine)
    assert len(no_time.record) == no_time.row["launched"] == no_time.row["t_end"] == 0
    empty = simulate(quiet(leaving_rate=0.2, leader_change_rate=1.0, headcount=0, incident_rate=30.0), engine=engine)
    assert not any(value for name, value in empty.row.items() if name.startswith("left_"))


@pytest.mark.parametrize("arm", ["deal-first", "feasibility-first"])
def test_14_zero_prices_give_zero_losses(arm: str) -> None:
    free = relsim.load_scenario(
        "it-outsourcing",
        set=[*(f"world.{price}=0" for price in FREE), "world.break_even=0", "world.promise_value=0"],
    )
    lived = relsim.run_experiment(free, replications=500).lives
    assert lived["loss_joint"].max() == 0.0
    assert lived["net_client"].min() >= 0.0


def test_every_engine_meets_the_oracle_of_money() -> None:
    world = quiet(discount=0.06, merger_rate=0.1, **{**FREE, "launch_cost": 0.2})
    for engine in ("simpy", "simpy-plain"):
        row = simulate(world, engine=engine, replication=3).row
        flow = -math.expm1(-0.06 * row["age"]) / 0.06 * math.exp(-0.06 * row["t_operations"])
        assert math.isclose(row["net_client"], (row["performance_mean"] - 0.33) * flow - 0.2, rel_tol=1e-12)
    assert EventKind.OUTSIDE_ENDING in set(simulate(world, replication=3).record["kind"]) or row["censored"]
