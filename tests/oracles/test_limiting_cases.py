"""Limiting cases of the model with exact answers, each lived a million times on the compiled engine.

Each world switches off all but the named mechanisms; its numbers stand in scenarios/oracles. Bounds: tests/bounds.py.
Case 13 is in test_hazard_law.py.
"""

import math
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from scipy import stats

import relsim
from relsim.exact import solve
from relsim.life import ENGINES, simulate
from relsim.model.arithmetic import exp
from relsim.model.parameters import resolve
from relsim.model.relationship import attention, personal, sunk
from relsim.model.rulebook import rulebook
from relsim.scenario.files import json_schema
from relsim.vocabulary import Ending, EventKind, Firm, OutsideCause, Role
from tests.bounds import counts_are, distribution_is, share_is
from tests.worlds import FREE, LIMITING_CASES, limiting_case, sample

MILLION = 1_000_000
FIRMS = (Firm.CLIENT, Firm.SUPPLIER)
CAUSES = (OutsideCause.MERGER, OutsideCause.INSOLVENCY, OutsideCause.STRATEGY)


def resolved(given: relsim.Scenario, arm: str = "deal-first") -> Any:
    """Return the numbers of a world as rules see them."""
    return resolve(given, arm, rulebook())


def outside_rates(p: Any) -> list[float]:
    return [float(p[f"{cause.name.lower()}_rate"]) for cause in CAUSES]


def test_1_outside_endings_alone_are_exponential() -> None:
    world = limiting_case("01-outside-endings")
    total, horizon = sum(outside_rates(resolved(world))), world.horizon
    end, ending = sample(world, lambda s: (s["t_end"], s["ending"]))
    ended = ending == Ending.OUTSIDE
    assert set(np.unique(ending)) == {Ending.ONGOING, Ending.OUTSIDE}
    assert share_is(int((~ended).sum()), MILLION, math.exp(-total * horizon))
    assert np.all(end[~ended] == horizon)
    assert distribution_is(end[ended], lambda t: np.expm1(-total * t) / math.expm1(-total * horizon))


@pytest.mark.parametrize(("arm", "window"), [("deal-first", 0.75), ("feasibility-first", 0.5 + 0.125 + 0.75 + 0.25)])
def test_2_a_window_that_closes(arm: str, window: float) -> None:
    world = limiting_case("02-closing-window")
    ending, signed, launched = sample(world, lambda s: (s["ending"], s["t_deal"], s["t_operations"]), arm)
    rate = resolved(world).rival_offer_rate
    assert share_is(int((ending == Ending.WINDOW_LOST).sum()), MILLION, -math.expm1(-rate * window))
    assert np.array_equal(np.isnan(signed), ending == Ending.WINDOW_LOST)
    assert np.all(signed[ending != Ending.WINDOW_LOST] == window)
    assert np.all(launched[ending != Ending.WINDOW_LOST] == (1.0 if arm == "deal-first" else window))


def test_3_competing_risks() -> None:
    world = limiting_case("03-competing-risks")
    rates = dict(zip(CAUSES, outside_rates(resolved(world)), strict=True))
    total = sum(rates.values())
    end, cause = sample(world, lambda s: (s["t_end"], s["cause"]))
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
    world = limiting_case("04-leaders-and-people")
    p = resolved(world)
    years = (world.horizon, world.horizon - p.transition_least, world.horizon - p.transition_least)
    left = sample(
        world,
        lambda s: [s["firm"]["departures"][:, firm, level].sum(axis=1) for firm in FIRMS for level in range(3)],
    )
    for firm in FIRMS:
        rates = (p.leader_change_rate[firm], *(p.headcount[firm] * p.leaving_rate[firm])[1:])
        for level in range(3):
            assert counts_are(left[3 * firm + level], stats.poisson(rates[level] * years[level])), (firm, level)


def frozen(p: Any) -> tuple[float, float, float]:
    """Return performance and the chances of repair and of settling where fit, trust and morale stay as they are."""
    missing = sum(p.trust_weight[level] * (1 - p.initial_trust[level]) for level in range(3))
    q = p.fit_low * (1 - missing) * (1 - p.morale_weight * (1 - p.morale_baseline[0]))
    repair = p.repair_without_trust + (p.repair_with_trust - p.repair_without_trust) * p.initial_trust[2]
    return q, repair, p.tactical_power * (p.settle_low + (1 - p.settle_low) * p.initial_trust[1])


def test_5_problems_are_thinned_all_the_way_up() -> None:
    world = limiting_case("05-thinning")
    p, horizon = resolved(world), world.horizon
    q, repair, settle = frozen(p)
    assert (q, repair, settle) == pytest.approx((0.420375, 0.5, 0.488), abs=1e-15)
    candour = p.candour[0]
    names = ("incidents", "repaired", "complaints", "adaptations", "broken", "escalated", "heard", "swallowed")
    *columns, client, supplier = sample(
        world, lambda s: [*(s[name] for name in names), *(s["firm"]["t_realised"][:, firm] for firm in FIRMS)]
    )
    found = dict(zip(names, columns, strict=True))
    incidents = 0.5 * p.incident_rate.sum() * (1 - q) * horizon
    broken = incidents * (1 - repair) * (1 - settle)
    means = {"incidents": incidents, "repaired": incidents * repair, "complaints": incidents * (1 - repair)}
    means |= {"broken": broken, "escalated": broken * candour, "heard": broken * candour}
    for name, mean in means.items():
        assert counts_are(found[name], stats.poisson(mean)), name
    totals = {name: int(counts.sum()) for name, counts in found.items()}
    assert share_is(totals["repaired"], totals["incidents"], repair)
    assert share_is(totals["adaptations"], totals["complaints"], settle)
    assert share_is(totals["escalated"], totals["broken"], candour)
    assert np.array_equal(found["repaired"] + found["complaints"], found["incidents"])
    assert np.array_equal(found["adaptations"] + found["broken"], found["complaints"])
    assert np.array_equal(found["escalated"] + found["swallowed"], found["broken"])
    assert np.array_equal(found["escalated"], found["heard"])
    for firm, times in zip(FIRMS, (client, supplier), strict=True):  # a firm's first case is its realisation
        rate = 0.5 * p.incident_rate[firm] * (1 - q) * (1 - repair) * (1 - settle) * candour
        assert follows_until(times, stats.expon(scale=1 / rate), horizon)


def follows_until(times: np.ndarray, law: Any, horizon: float) -> bool:
    """Whether times follow a law, where NaN stands for one at or beyond the horizon."""
    known = ~np.isnan(times)
    within = float(law.cdf(horizon))
    return share_is(int(known.sum()), len(times), within) and distribution_is(
        times[known], lambda t: law.cdf(t) / within
    )


@relsim.rule("REFERRED_BACK", sender=Role.OWN_STRATEGIC, receiver=Role.OWN_TACTICAL)
def referred_back_for_good(r, p, e, u, out):  # type: ignore[no-untyped-def]
    """Refer a case back, but do not open it again."""
    r.denials += 1
    r.firm[e.firm].denials += 1
    return True


def heard_rate(p: Any) -> float:
    q, repair, settle = frozen(p)
    return float(0.5 * p.incident_rate[0] * (1 - q) * (1 - repair) * (1 - settle) * p.candour[0])


def test_6_time_to_realising_is_erlang() -> None:
    world = limiting_case("06-realising")
    p = resolved(world)
    needed = next(k for k in range(1, 100) if p.belief_deal_first[0] * (1 - p.evidence[0]) ** k < p.threshold[0])
    assert needed == 3
    realised = sample(
        world, lambda s: [s["firm"]["t_realised"][:, firm] for firm in FIRMS], rules=[referred_back_for_good]
    )
    for times in realised:
        assert follows_until(times, stats.gamma(needed, scale=1 / heard_rate(p)), world.horizon)


def test_6_cases_that_come_back_bring_realising_forward() -> None:
    """With relsim's own rule: of N cases, Poisson, a share comes back and is heard once more at the same moment."""
    world = limiting_case("06-realising")
    p = resolved(world)
    again = float((1 - frozen(p)[2]) * p.candour[0])
    answer = solve(world, "deal-first")
    grid = np.linspace(0.0, world.horizon, 31)
    cases = stats.poisson(heard_rate(p) * grid)
    unmoved = sum(cases.pmf(n) * stats.binom.cdf(2 - n, n, again) for n in range(3))
    for firm in FIRMS:
        np.testing.assert_allclose(answer.realised(firm, grid), 1 - unmoved, rtol=0, atol=1e-12)
    realised = sample(world, lambda s: [s["firm"]["t_realised"][:, firm] for firm in FIRMS])
    for times in realised:
        for t, share in zip(grid[1:], 1 - unmoved[1:], strict=True):
            assert share_is(int((times <= t).sum()), MILLION, share)


@pytest.mark.parametrize("stake", [0.0, 0.5])
def test_7_from_knowing_to_acting(stake: float) -> None:
    world = limiting_case("07-acting", f"world.personal_by_signing={stake}")
    p, period = resolved(world), 0.25
    realised, idle, decided = sample(
        world, lambda s: (s["firm"]["t_realised"][:, 0], s["firm"]["t_realised"][:, 1], s["t_exit_decided"])
    )
    first = period / 2
    assert np.all(realised == first)
    assert np.all(np.isnan(idle))
    moments = first + period * np.arange(1, 40)
    waiting = MILLION
    for moment in moments:
        acting = int((decided == moment).sum())
        assert share_is(acting, waiting, p.resolve[0] * (1 - stake * 2 ** (-moment / p.personal_half_life)))
        waiting -= acting
    assert waiting == np.isnan(decided).sum()
    chances = p.resolve[0] * (1 - stake * 2 ** (-moments / p.personal_half_life))
    for n in (1, 2, 4, 8, 15, 39):
        share = float(np.prod(1 - chances[:n]))
        assert share_is(int((~(decided <= moments[n - 1])).sum()), MILLION, share)
        assert stake > 0 or math.isclose(share, (1 - p.resolve[0]) ** n, rel_tol=1e-12)


def test_8_commitments_follow_denials_and_scapegoats_follow_commitments() -> None:
    world = limiting_case("08-denials")
    p = resolved(world)
    denials, commitments, scapegoatings = sample(
        world, lambda s: (s["firm"]["denials"], s["commitments"], s["scapegoatings"])
    )
    assert np.array_equal(commitments, (denials // int(p.patience)).sum(axis=1))
    assert share_is(int(scapegoatings.sum()), int(commitments.sum()), p.scapegoat[0])
    common = [number for number in np.unique(commitments) if number > 0 and (commitments == number).sum() > 50_000]
    assert len(common) > 4
    for number in common:
        assert counts_are(scapegoatings[commitments == number], stats.binom(number, p.scapegoat[0])), number


def test_9_screening_selects_and_treats_nobody() -> None:
    world = limiting_case("09-screening")
    sensitivity, specificity = stats.norm.sf((0.5008 - 0.7) / 0.1922), stats.norm.cdf((0.5008 - 0.4) / 0.1922)
    assert (round(sensitivity, 3), round(specificity, 3)) == (0.85, 0.7)
    launched_share = 0.35 * sensitivity + 0.65 * (1 - specificity)
    assert round(launched_share, 4) == 0.4925
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
    assert share_is(int(launched.sum()), MILLION, launched_share)
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


@pytest.mark.parametrize("arm", ["one-workshop", "three-workshops", "six-workshops"])
def test_10_learning_in_workshops(arm: str) -> None:
    world = limiting_case("10-learning")
    p = resolved(world, arm)
    held, noise, bias, a, b = p.workshops_most, p.workshop_noise, p.operational_bias, p.fit_alpha, p.fit_beta
    fit, mean, sd, workshops = sample(
        world, lambda s: (s["fit_at_start"], s["estimate_mean"], s["estimate_sd"], s["workshops"]), arm
    )
    assert np.all(workshops == held)
    m, v = a / (a + b), a * b / ((a + b) ** 2 * (a + b + 1))
    precision = 1 / v + held / noise**2
    assert np.allclose(sd, precision**-0.5, rtol=1e-13, atol=0)
    expected = (m / v + held * (fit + bias) / noise**2) / precision
    spread = math.sqrt(held) / noise / precision
    assert distribution_is((mean - expected) / spread, stats.norm.cdf)


@pytest.mark.parametrize("discount", [0.0, 0.06])
def test_11_money_accrues_exactly(discount: float) -> None:
    world = limiting_case("11-money", f"world.discount={discount}")
    p = resolved(world)
    start, end, q, *ledgers = sample(
        world,
        lambda s: (
            *(s[name] for name in ("t_operations", "t_end", "performance")),
            *(s["firm"][ledger][:, firm].sum(axis=1) for ledger in ("ledger", "undiscounted") for firm in FIRMS),
        ),
    )
    launched = ~np.isnan(start)
    age = end - start
    flow = -np.expm1(-discount * age) / discount if discount else age
    for firm in FIRMS:
        worth = p.value[firm] * q - p.break_even[firm] * p.value[firm]
        net = np.exp(-discount * start) * (worth * flow - p.launch_cost[firm])
        undiscounted = worth * age - p.launch_cost[firm]
        for booked, due in ((ledgers[firm], net), (ledgers[2 + firm], undiscounted)):
            assert np.all(booked[~launched] == 0.0)
            assert np.allclose(booked[launched], due[launched], rtol=1e-12, atol=1e-13)


def test_12_stakes_and_attention_relax_from_their_last_jump() -> None:
    world = limiting_case("12-relaxation")
    p, horizon = resolved(world), world.horizon
    replaced, committed = 0, 0
    for replication in range(300):
        life = simulate(world, replication=replication)
        assert len(life.record) > 400
        for firm in FIRMS:
            events = life.record[life.record["firm"] == firm]
            leaders = events["time"][events["kind"] == EventKind.LEADER_REPLACED]
            since = leaders[-1] if len(leaders) else 0.0
            jump = p.personal_of_new_leader if len(leaders) else p.personal_by_signing
            stake, last = p.sunk_by_launching, 0.0
            for time in events["time"][events["kind"] == EventKind.COMMITMENT_ESCALATED]:
                stake, last = min(1.0, stake * exp(-p.sunk_decay * (time - last)) + p.sunk_by_commitment), time
            f = life.state[0]["firm"][firm].view(np.recarray)
            floor = p.attention_floor
            assert personal(f, p, horizon) == jump * exp(-p.personal_decay * (horizon - since))
            assert sunk(f, p, horizon) == stake * exp(-p.sunk_decay * (horizon - last))
            assert attention(f, p, horizon) == floor + (1.0 - floor) * exp(-(horizon - since) / p.attention_time)
            replaced += len(leaders)
            committed += last > 0.0
    assert replaced > 1000
    assert committed > 500


@pytest.mark.parametrize("arm", ["deal-first", "feasibility-first"])
def test_14_where_nothing_happens_everybody_is_censored(arm: str) -> None:
    world = limiting_case("14-degenerate")
    end, ending, start, lost = sample(
        world, lambda s: (s["t_end"], s["ending"], s["t_operations"], s["firm"]["ledger"].min(axis=(1, 2))), arm
    )
    assert np.all(ending == Ending.ONGOING)
    assert np.all(end == world.horizon)
    assert np.all(start == 0.0)
    assert np.all(lost >= 0.0)


@pytest.mark.parametrize("engine", ENGINES)
def test_14_degenerate_worlds(engine: str) -> None:
    no_time = simulate(limiting_case("14-degenerate", "horizon=0"), engine=engine)
    assert len(no_time.record) == no_time.row["launched"] == no_time.row["t_end"] == 0
    nobody = limiting_case("04-leaders-and-people", "world.headcount=0", "world.incident_rate=30")
    empty = simulate(nobody, engine=engine)
    assert empty.row["n_incidents"] > 100
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
    world = limiting_case("11-money")
    p = resolved(world)
    for engine in ("simpy", "simpy-plain"):
        row = simulate(world, engine=engine, replication=3).row
        assert row["launched"]
        flow = -math.expm1(-p.discount * row["age"]) / p.discount * math.exp(-p.discount * row["t_operations"])
        paid = p.launch_cost[0] * math.exp(-p.discount * row["t_operations"])
        assert math.isclose(row["net_client"], (row["performance_mean"] - p.break_even[0]) * flow - paid, rel_tol=1e-12)
    assert EventKind.OUTSIDE_ENDING in set(simulate(world, replication=3).record["kind"]) or row["censored"]


# the files


def test_there_is_a_file_for_each_limiting_case() -> None:
    assert [path.name[:3] for path in LIMITING_CASES] == [f"{number:02}-" for number in range(1, 15)]
    assert not {path.stem for path in LIMITING_CASES} & set(relsim.bundled())
    validator = jsonschema.Draft202012Validator(json_schema())
    for path in LIMITING_CASES:
        validator.validate(tomllib.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", LIMITING_CASES, ids=lambda path: path.stem)
def test_every_engine_lives_a_limiting_case_alike(path: Path) -> None:
    world = relsim.load_scenario(path)
    for arm in world.arms:
        for replication in range(3):
            compiled, *others = (simulate(world, arm, replication=replication, engine=engine) for engine in ENGINES)
            for other in others:
                assert compiled.record.tobytes() == other.record.tobytes()
                assert compiled.state.tobytes() == other.state.tobytes()


@pytest.mark.parametrize("path", LIMITING_CASES, ids=lambda path: path.stem)
def test_a_limiting_case_can_be_compared(path: Path) -> None:
    world = relsim.load_scenario(path)
    summary = relsim.run_experiment(world, 200).summary()
    assert summary["arms"].keys() == world.arms.keys()
