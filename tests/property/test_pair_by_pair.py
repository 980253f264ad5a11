"""Relations that hold life by life under addressed chance: no statistics, only equality."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import relsim
from relsim.engines.compiled_engine import run_lives
from relsim.life import simulate
from relsim.model.parameters import resolve
from relsim.model.relationship import COUNTS, TIMES
from relsim.model.row import canonical, rows
from relsim.model.rule import EVENT
from relsim.model.rulebook import rulebook
from relsim.scenario.governance import Policy
from relsim.scenario.parameter import describe, numbers
from relsim.scenario.scenario import Scenario
from relsim.scenario.world import World
from relsim.vocabulary import Account, Firm
from tests.worlds import PRICES, scenario, scenarios

SEEDS = st.integers(0, 2**63 - 1)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
ARMS = ("deal-first", "feasibility-first")


def lived(given: Scenario, arm: str, seed: int, count: int = 8) -> np.ndarray:
    book = rulebook()
    return run_lives(resolve(given, arm, book), book, seed, 0, count)


def with_world(given: Scenario, changes: dict[str, Any], horizon: float | None = None) -> Scenario:
    """Return a scenario with these plain values in its world, given by their full shape."""
    world: dict[str, Any] = {}
    for each in describe(World):
        value = changes.get(each.name, numbers(given.world, each.name))
        world[each.name] = _as_written(value, each.shape)
    world["fit_law"] = given.world.fit_law
    return scenario(
        world, given.horizon if horizon is None else horizon, **{a: g.model_dump() for a, g in given.arms.items()}
    )


def with_policies(given: Scenario, factor: Callable[[str], float]) -> Scenario:
    """Return a scenario whose policies have other numbers: times a factor of their unit."""

    def of(policy: Policy) -> Policy:
        pairs = zip(policy.known.numbers, policy.numbers, strict=True)
        return Policy(policy.name, tuple(number * factor(each.unit) for each, number in pairs))

    arms = {name: arm.model_copy(update={"policies": tuple(map(of, arm.policies))}) for name, arm in given.arms.items()}
    return given.model_copy(update={"arms": arms})


def _as_written(value: Any, shape: tuple[int, ...]) -> Any:
    if shape == (2,):
        return dict(zip(("client", "supplier"), value, strict=True))
    if shape == (3,):
        return dict(zip(("strategic", "tactical", "operational"), value, strict=True))
    if shape == (2, 3):
        return {firm: _as_written(levels, (3,)) for firm, levels in zip(("client", "supplier"), value, strict=True)}
    return value


@QUICK
@given(scenario=scenarios(), seed=SEEDS)
def test_swapping_the_firms_mirrors_every_row_and_event(scenario: Scenario, seed: int) -> None:
    book = rulebook()
    plain = with_world(scenario, {"promise_value": 0.0})
    swapped = {
        each.name: numbers(plain.world, each.name)[::-1] for each in describe(World) if each.shape in ((2,), (2, 3))
    }
    other = with_world(plain, swapped)
    for arm in ARMS:
        p, m = resolve(plain, arm, book), resolve(other, arm, book)
        m.address_firm = (1, 0)
        for clock in m.clock[: m.clock_count]:
            if clock.firm != Firm.BOTH:
                clock.address ^= 1
                if clock.period > 0.0:
                    clock.first = clock.period * (0.5 if clock.firm == Firm.SUPPLIER else 1.0)
        logs = [np.zeros(20_000, EVENT) for _ in range(2)]
        here, there = (run_lives(each, book, seed, 0, 1, log=log) for each, log in zip((p, m), logs, strict=True))
        n = int(here["events"][0])
        assert int(there["events"][0]) == n
        assert here["firm"][:, ::-1].tobytes() == there["firm"].tobytes()
        for name in (*TIMES, *COUNTS, "fit", "trust", "promise", "ending", "root", "turn", "cause", "limping_realised"):
            assert np.array_equal(here[name], there[name], equal_nan=here[name].dtype.kind == "f"), name
        turned = logs[1][:n].copy()
        turned["firm"] = np.where(turned["firm"] == Firm.BOTH, Firm.BOTH, 1 - turned["firm"])
        keys = ["time", "kind", "firm", "case", "attempt", "a", "b"]
        assert np.array_equal(np.sort(logs[0][:n], order=keys), np.sort(turned, order=keys))


@QUICK
@given(scenario=scenarios(horizon=5.0), seed=SEEDS)
def test_a_longer_horizon_leaves_the_earlier_events(scenario: Scenario, seed: int) -> None:
    longer = scenario.model_copy(update={"horizon": 10.0})
    for arm in ARMS:
        short, long = simulate(scenario, arm, seed).record, simulate(longer, arm, seed).record
        assert long[long["time"] < 5.0].tobytes() == short.tobytes()


@QUICK
@given(scenario=scenarios(), seed=SEEDS, few=st.integers(1, 20), start=st.integers(0, 20))
def test_a_life_is_the_same_alone_and_among_others(scenario: Scenario, seed: int, few: int, start: int) -> None:
    book = rulebook()
    p = resolve(scenario, "deal-first", book)
    many = run_lives(p, book, seed, 0, 40)
    assert run_lives(p, book, seed, start, few).tobytes() == many[start : start + few].tobytes()


@pytest.mark.parametrize("replication", [0, 7, 99_999])
def test_a_life_alone_equals_its_row_in_a_hundred_thousand(replication: int) -> None:
    book = rulebook()
    p = resolve(relsim.load_scenario("it-outsourcing"), "deal-first", book)
    if replication not in _HUNDRED_THOUSAND:
        many = run_lives(p, book, 1, 0, 100_000)
        _HUNDRED_THOUSAND.update({k: many[k : k + 1].tobytes() for k in (0, 7, 99_999)})
    assert run_lives(p, book, 1, replication, 1).tobytes() == _HUNDRED_THOUSAND[replication]


_HUNDRED_THOUSAND: dict[int, bytes] = {}


@QUICK
@given(scenario=scenarios(), seed=SEEDS)
def test_another_unit_of_time_scales_times_and_leaves_counts(scenario: Scenario, seed: int) -> None:
    changes: dict[str, Any] = {"hostile_by_loss": 0.0}
    for each in describe(World):
        value = np.array(numbers(scenario.world, each.name))
        if "per year" in each.unit or "person-year" in each.unit:
            changes[each.name] = (value / 2).tolist()
        elif each.unit.startswith("years"):
            changes[each.name] = (value * 2).tolist()
    changes["value"] = (np.array(numbers(scenario.world, "value")) / 2).tolist()
    same = with_world(scenario, {"hostile_by_loss": 0.0})
    slow = with_policies(
        with_world(scenario, changes, horizon=scenario.horizon * 2),
        lambda unit: 2.0 if unit == "years" else 0.5 if "per year" in unit or "person-year" in unit else 1.0,
    )
    for arm in ARMS:
        fast, double = lived(same, arm, seed), lived(slow, arm, seed)
        for name in COUNTS:
            assert np.array_equal(fast[name], double[name]), name
        for name in TIMES:
            assert np.array_equal(fast[name] * 2, double[name], equal_nan=True), name
        assert np.array_equal(fast["firm"]["ledger"], double["firm"]["ledger"])
        assert np.array_equal(fast["fit"], double["fit"])


@QUICK
@given(scenario=scenarios(), seed=SEEDS)
def test_another_currency_scales_money(scenario: Scenario, seed: int) -> None:
    changes = {name: (np.array(numbers(scenario.world, name)) * 4).tolist() for name in (*PRICES, "value")}
    rich = with_policies(with_world(scenario, changes), lambda unit: 4.0 if "contract value" in unit else 1.0)
    for arm in ARMS:
        poor_lives, rich_lives = lived(scenario, arm, seed), lived(rich, arm, seed)
        assert np.array_equal(poor_lives["firm"]["ledger"] * 4, rich_lives["firm"]["ledger"])
        assert np.array_equal(poor_lives["t_end"], rich_lives["t_end"])


@QUICK
@given(scenario=scenarios(), seed=SEEDS)
def test_rows_add_up(scenario: Scenario, seed: int) -> None:
    for arm in ARMS:
        states = lived(scenario, arm, seed)
        made = rows(states, 0)
        for firm in ("client", "supplier"):
            parts = [made[f"money_{firm}_{account.name.lower()}"] for account in Account]
            assert np.array_equal(made[f"net_{firm}"], sum(parts, np.zeros(len(made))))
            assert np.array_equal(made[f"loss_{firm}"], np.maximum(0.0, -made[f"net_{firm}"]))
        assert np.array_equal(made["net_joint"], made["net_client"] + made["net_supplier"])
        assert np.array_equal(made["censored"] == 1, made["ending"] == 0)
        assert np.all(made["t_end"][made["censored"] == 1] == scenario.horizon)
        penalties = made["money_client_penalty"] + made["money_supplier_penalty"]
        assert np.allclose(penalties, 0.0, atol=1e-12)


def test_names_and_order_of_arms_change_no_digest() -> None:
    one = scenario({"candour": 0.5, "optimism": 0.2}, a={"launch": "deal-first"}, b={"launch": "feasibility-first"})
    two = scenario({"optimism": 0.2, "candour": 0.5}, y={"launch": "feasibility-first"}, x={"launch": "deal-first"})
    first, second = (relsim.run_experiment(each, replications=1500) for each in (one, two))
    assert first.digests["a"] == second.digests["x"]
    assert first.digests["b"] == second.digests["y"]


def test_more_replications_leave_the_earlier_ones() -> None:
    world = scenario()
    few, many = (relsim.run_experiment(world, replications=n).rows["deal-first"] for n in (700, 2100))
    assert canonical(few) == canonical(many[:700])
