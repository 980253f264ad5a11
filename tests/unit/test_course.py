"""States over time and trust: snapshots against the events of the same lives."""

import numpy as np
import pytest

import relsim
from relsim.analysis.course import QUANTILES, STATES, states_of, trust_of
from relsim.experiment.snapshots import snapshots
from relsim.experiment.work import Experiment
from relsim.vocabulary import Ending, Phase

ASKED = relsim.load_scenario("rnd-alliance")
PAIRS = 40

Seen = tuple[np.ndarray, dict[str, np.ndarray]]


@pytest.fixture(scope="module")
def seen() -> Seen:
    return snapshots(Experiment(ASKED, 5, "compiled"), PAIRS)


@pytest.mark.parametrize("arm", ["deal-first", "feasibility-first"])
def test_a_snapshot_is_the_state_after_the_last_event(seen: Seen, arm: str) -> None:
    times, looks = seen
    for replication in range(6):
        life = relsim.simulate(ASKED, arm, seed=5, replication=replication)
        course, happened = life.trajectory, life.events
        for place, time in enumerate(times):
            last = int(np.searchsorted(course["time"], time)) - 1
            look = looks[arm][place, replication]
            assert look["phase"] == course["phase"].iloc[last]
            for level, word in enumerate(("strategic", "tactical", "operational")):
                assert look["trust"][level] == course[f"trust_{word}"].iloc[last]
            marks = happened[happened["kind"].str.startswith("LIMPING") & (happened["time"] < time)]
            limping = len(marks) > 0 and marks["kind"].iloc[-1] == "LIMPING_BEGAN"
            if look["phase"] != Phase.ENDED:  # the end needs no mark
                assert look["limping"] == limping


def test_shares_add_up_and_end_as_the_lives_do(seen: Seen) -> None:
    found = states_of(*seen)
    results = relsim.run_experiment(ASKED, PAIRS, 5)
    for arm, shares in found.shares.items():
        assert tuple(shares) == STATES
        assert sum(shares.values()) == pytest.approx(np.ones(len(found.times)))
        at_last = {state: share[-1] for state, share in shares.items()}
        endings = results.lives[results.lives["arm"] == arm]["ending"].value_counts() / PAIRS
        assert at_last["ended: quiet exit"] == pytest.approx(endings.get(Ending.QUIET_EXIT.name, 0.0))
        assert at_last["ended: window lost"] == pytest.approx(endings.get(Ending.WINDOW_LOST.name, 0.0))
        still = sum(at_last[state] for state in STATES[:5])
        assert still == pytest.approx(endings.get(Ending.ONGOING.name, 0.0))
    assert found.shares["deal-first"]["exploring"].max() == 0.0
    assert found.shares["feasibility-first"]["exploring"].max() > 0.0
    assert found.to_frame().query("low > share or high < share").empty


def test_trust_is_that_of_those_at_work(seen: Seen) -> None:
    times, looks = seen
    found = trust_of(times, looks)
    line = looks["deal-first"][20]
    at_work = line[np.isin(line["phase"], (Phase.OPERATION, Phase.UNWINDING))]
    expected = np.quantile(at_work["trust"][:, 1], QUANTILES)
    assert found.bands["deal-first"]["tactical"][:, 20] == pytest.approx(expected)
    assert np.isnan(found.bands["deal-first"]["tactical"][:, 0]).all()


def test_rules_in_plain_python_are_looked_at_too() -> None:
    import builtins

    @relsim.rule("MARKET_SHOCK")
    def odd(r, p, e, u, out):  # type: ignore[no-untyped-def]
        """Something that cannot be compiled."""
        return bool(builtins.eval("False"))

    short = relsim.load_scenario("rnd-alliance", set=["horizon=2"])
    results = relsim.run_experiment(short, 3, engine="simpy-plain", rules=[odd], workers=1)
    assert results.states().pairs == 3
    assert sum(results.states().shares["deal-first"].values()) == pytest.approx(np.ones(36))
