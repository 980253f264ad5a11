"""Money and time by hand: what is booked when, at which discount, and what the row makes of it."""

import math

import numpy as np
import pytest

from relsim.model.relationship import close
from relsim.model.row import rows
from relsim.vocabulary import Account, Ending, EventKind, Firm, Phase
from tests.oracles.by_hand import at_work, lived
from tests.worlds import FREE, quiet

RATE = 0.06


def worth_of(begin: float, end: float) -> float:
    """Return what a flow of one a year from one moment to another is worth at first contact."""
    return (math.exp(-RATE * begin) - math.exp(-RATE * end)) / RATE


def test_a_payment_is_discounted_once_and_from_its_own_moment() -> None:
    pair = at_work(discount=RATE, rescue_cost=0.15)
    for time in (1.0, 4.0):
        pair.happens(EventKind.RESCUE_LAUNCHED, Firm.CLIENT, time=time)
    assert pair.money(Account.RESCUE) == pytest.approx([-0.15 * (math.exp(-0.06) + math.exp(-0.24))] * 2)
    assert pair.money(Account.RESCUE, "undiscounted") == pytest.approx([-0.3] * 2)


def test_money_flows_at_the_performance_that_held_until_each_change() -> None:
    """Fit .6 for two years, .6 * .92 for three more; then the notice runs, and costs and benefits with it."""
    pair = at_work(discount=RATE, value={"client": 1.0, "supplier": 3.0}, market_shock_size=0.08)
    q = float(pair.r.performance)
    pair.happens(EventKind.MARKET_SHOCK, time=2.0)
    pair.happens(EventKind.EXIT_DECIDED, Firm.CLIENT, time=4.0)
    pair.happens(EventKind.RELATIONSHIP_ENDED, time=5.0, a=Ending.QUIET_EXIT)
    close(pair.r, pair.p, 5.0)
    for firm, value in ((0, 1.0), (1, 3.0)):
        earned = value * q * (worth_of(0.0, 2.0) + 0.92 * worth_of(2.0, 5.0))
        assert pair.money(Account.BENEFIT)[firm] == pytest.approx(earned)
        assert pair.money(Account.RUNNING)[firm] == pytest.approx(-0.33 * value * worth_of(0.0, 5.0))
        assert pair.money(Account.BENEFIT, "undiscounted")[firm] == pytest.approx(value * q * (2 + 0.92 * 3))
        assert pair.money(Account.RUNNING, "undiscounted")[firm] == pytest.approx(-0.33 * value * 5)
    assert pair.r.performance_years == pytest.approx(q * (2 + 0.92 * 3))


def test_no_money_flows_before_operations_start() -> None:
    pair = at_work(discount=RATE)
    pair.r.phase = Phase.TRANSITION
    pair.happens(EventKind.MARKET_SHOCK, time=1.0)
    pair.happens(EventKind.OPERATIONS_STARTED, time=2.0)
    close(pair.r, pair.p, 3.0)
    assert pair.money(Account.RUNNING) == pytest.approx([-0.33 * worth_of(2.0, 3.0)] * 2)


def test_a_contract_that_promises_little_is_worth_less_to_the_client_alone() -> None:
    pair = at_work(promise=0.0, promise_value=0.1)
    pair.r.promise = pair.r.promised = 0.25 * pair.p.mesh
    close(pair.r, pair.p, 1.0)
    q = float(pair.r.performance)
    assert pair.money(Account.BENEFIT) == pytest.approx([q - 0.1 * 0.75, q])


def test_a_life_that_ended_costs_nothing_more() -> None:
    """Started at .5, realised at a review at 1.25, left at the next, at 3.75, and over after two years of notice."""
    world = quiet(
        8.0,
        discount=RATE,
        drafting_least=0.5,
        notice=2.0,
        review_rate=0.4,
        board_pull=1.0,
        optimism=0.4,
        candour=1.0,
        threshold={"client": 0.9, "supplier": 0.0},
        resolve=1.0,
        rescues_most=0,
        hostile_base=0.0,
        hostile_by_trust=0.0,
        hostile_by_stake=0.0,
        hostile_by_loss=0.0,
        fit_law="two-point",
        fit_low=0.3,
        fit_high=0.3,
        **{**FREE, "launch_cost": 0.2, "exit_cost": 0.1},
    )
    (state,) = lived(world)
    (row,) = rows(np.array([state]), 0)
    assert (row["t_operations"], row["t_exit_decided"], row["t_end"]) == (0.5, 3.75, 5.75)
    assert (row["ending"], row["censored"]) == (Ending.QUIET_EXIT, 0)
    assert (row["duration"], row["age"]) == (5.75, 5.25)
    assert row["performance_mean"] == pytest.approx(row["performance_at_end"])
    flow = float(row["performance_at_end"]) - 0.33
    net = flow * worth_of(0.5, 5.75) - 0.2 * math.exp(-0.06 * 0.5) - 0.1 * math.exp(-0.06 * 5.75)
    for firm in ("client", "supplier"):
        assert row[f"net_{firm}"] == pytest.approx(net)
        assert row[f"loss_{firm}"] == pytest.approx(-net)
        assert row[f"net_{firm}_undiscounted"] == pytest.approx(flow * 5.25 - 0.3)
    assert net < 0


@pytest.mark.parametrize(("client", "supplier", "loss"), [(-2.0, 3.0, 0.0), (-2.0, 0.5, 1.5), (1.0, 1.0, 0.0)])
def test_the_joint_loss_is_that_of_the_joint_net(client: float, supplier: float, loss: float) -> None:
    pair = at_work()
    pair.r.firm["ledger"][:, Account.REPUTATION] = client, supplier
    pair.r.firm["undiscounted"][:, Account.BENEFIT] = client, supplier
    (row,) = rows(np.array([pair.r]), 0)
    for suffix in ("", "_undiscounted"):
        told = [float(row[f"loss_{side}{suffix}"]) for side in ("client", "supplier", "joint")]
        assert told == [max(0.0, -client), max(0.0, -supplier), loss]
