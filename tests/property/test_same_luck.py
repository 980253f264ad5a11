"""Every opportunity has luck of its own, and twins have the same: partners, ticks, talks and cases."""

from collections import Counter

import numpy as np
import pytest

from relsim.engines.simpy_engine import Teams
from relsim.life import simulate
from relsim.model.parameters import resolve
from relsim.model.rule import consequence_clock
from relsim.model.rulebook import rulebook
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import Account, Clock, Ending, EventKind
from tests.bounds import share_is
from tests.oracles.by_hand import lived
from tests.worlds import ARMS, quiet, scenario, states

SEEDS = (1, 2, 3, 2**63 - 1)

BUSY = scenario(
    {
        "bonus_at_signing": 1.0,
        "candour": 0.8,
        "optimism": 0.3,
        "market_shock_rate": 3.0,
        "rival_offer_rate": 0.0,
        "no_deal": 0.0,
        "transition_mean": 0.0,
    },
    horizon=3.0,
)
"""A world in which much happens to both firms."""

OPENED = {EventKind.INCIDENT, EventKind.TACTICAL_PROBLEM, EventKind.STRATEGIC_PROBLEM}
FOLLOWS = {
    EventKind.REPAIRED: {EventKind.INCIDENT},
    EventKind.COMPLAINT_RAISED: {EventKind.INCIDENT},
    EventKind.COMPLAINT_HEARD: OPENED,
    EventKind.ADAPTATION_AGREED: OPENED,
    EventKind.AGREEMENT_BROKEN: OPENED,
    EventKind.ESCALATED: OPENED,
    EventKind.ESCALATION_HEARD: OPENED,
    EventKind.REFERRED_BACK: OPENED,
    EventKind.COMMITMENT_ESCALATED: OPENED,
    EventKind.STAFF_DISMISSED: OPENED,
}
"""What can only follow from an event that opened its case."""


def record(given: Scenario, arm: str, seed: int, replication: int = 0) -> np.ndarray:
    return simulate(given, arm, seed, replication, engine="simpy-plain").record


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("arm", list(ARMS))
def test_no_two_events_look_up_the_same_luck(arm: str, seed: int) -> None:
    """By the block of chance itself: a clock's own, or that of kind, firm, case and attempt."""
    p = resolve(BUSY, arm, rulebook())
    ticking = {int(clock.kind) for clock in p.clock[: p.clock_count]}
    blocks = [
        (case >> 32, case & 0xFFFFFFFF, 0) if kind in ticking else (consequence_clock(p, kind, firm), case, attempt)
        for _, kind, firm, case, attempt, *_ in record(BUSY, arm, seed).tolist()
    ]
    assert [block for block, times in Counter(blocks).items() if times > 1] == []
    assert (Clock.PARTNERS, 0, 0) not in blocks


def test_no_two_clocks_share_an_address() -> None:
    p = resolve(BUSY, "deal-first", rulebook())
    addresses = p.clock["address"][: p.clock_count].tolist()
    assert len(set(addresses)) == len(addresses)
    assert Clock.PARTNERS not in addresses


@pytest.mark.parametrize("seed", SEEDS)
def test_consequences_keep_firm_and_case_of_their_cause(seed: int) -> None:
    opened: dict[int, set[tuple[int, int]]] = {kind: set() for kind in OPENED}
    followed = 0
    for _, kind, firm, case, *_ in record(BUSY, "deal-first", seed).tolist():
        if kind in opened:
            opened[kind].add((firm, case))
        elif kind in FOLLOWS:
            assert any((firm, case) in opened[cause] for cause in FOLLOWS[kind]), EventKind(kind)
            followed += 1
    assert followed > 5


@pytest.mark.parametrize(("seed", "replication"), [(1, 0), (2, 1), (3, 2**40), (2**63 - 1, 99)])
def test_twins_are_the_same_firms_in_the_same_world(seed: int, replication: int) -> None:
    """Whatever they choose: the same fit and chemistry, and shocks at the same moments for as long as both live."""
    book = rulebook()
    begun = [Teams(resolve(BUSY, arm, book), book, seed, replication, plain=True).r for arm in ARMS]
    assert begun[0].fit == begun[1].fit
    assert begun[0].trust.tolist() == begun[1].trust.tolist()
    lives = [record(BUSY, arm, seed, replication) for arm in ARMS]
    until = min(life["time"][-1] for life in lives)
    shocks = [
        life["time"][(life["kind"] == EventKind.MARKET_SHOCK) & (life["time"] <= until)].tolist() for life in lives
    ]
    assert shocks[0] == shocks[1]


def test_twins_are_the_same_firms_among_many_lives() -> None:
    deal, feasibility = (states(BUSY, arm, 200)["fit_at_start"].tolist() for arm in ARMS)
    assert deal == feasibility
    assert len(set(deal)) == 200


@pytest.mark.parametrize("engine", ["compiled", "simpy-plain"])
def test_a_clock_never_waits_twice_for_the_same_time(engine: str) -> None:
    happened = simulate(quiet(market_shock_rate=3.0), engine=engine).record
    gaps = np.diff(happened["time"][happened["kind"] == EventKind.MARKET_SHOCK], prepend=0.0)
    assert len(gaps) > 15
    assert np.diff(np.sort(gaps)).min() > 1e-9


def test_the_same_talks_take_as_long_and_fail_under_either_launch() -> None:
    world = quiet(no_deal=0.3, negotiation_least=0.2, negotiation_most=0.7, break_even=0.0)
    deal, feasibility = (lived(world, arm, 200) for arm in ARMS)
    failed = deal["ending"] == Ending.NO_DEAL
    assert 30 < failed.sum() < 90
    assert np.array_equal(failed, feasibility["ending"] == Ending.NO_DEAL)
    np.testing.assert_array_equal(deal["t_deal"], feasibility["t_deal"])
    assert len(np.unique(deal["t_deal"][~failed])) == (~failed).sum()


def test_pairs_of_firms_and_seeds_have_luck_of_their_own() -> None:
    some, others = (lived(quiet(0.1), count=50, seed=seed)["fit"].tolist() for seed in (1, 2))
    assert len({*some, *others}) == 100


def test_what_each_firm_does_has_luck_of_its_own() -> None:
    """Two tops are paid for the same signature, each with a chance of a half: both, one, the other, or neither."""
    ledgers = lived(quiet(0.1, bonus_at_signing=0.5, bonus=0.03), count=100)["firm"]["ledger"]
    paid = {tuple(each) for each in (ledgers[:, :, Account.BONUS] < 0.0).tolist()}
    assert paid == {(False, False), (False, True), (True, False), (True, True)}


def test_the_higher_of_two_fits_is_as_frequent_as_it_should_be() -> None:
    """A share off by .2 would be caught."""
    world = quiet(0.1, fit_law="two-point", fit_low=0.4, fit_high=0.7, fit_high_share=0.25)
    fit = lived(world, count=1000)["fit_at_start"]
    assert set(fit.tolist()) == {0.4, 0.7}
    assert share_is(int((fit == 0.7).sum()), 1000, 0.25)
