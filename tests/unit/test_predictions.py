"""Published patterns that nothing was fitted to."""

import math

import numpy as np
import pytest

from relsim.analysis.estimate import Estimate
from relsim.lab.factors import NO_STAKE
from relsim.lab.lives import live_pairs
from relsim.lab.predictions import (
    PREDICTIONS,
    Prediction,
    Predictions,
    Worlds,
    exits_by_day,
    predictions,
    without_stakes,
)
from relsim.scenario.parameter import numbers
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import Ending
from tests.worlds import scenario

BY_NAME = {each.name: each for each in PREDICTIONS}


def columns(*lives: dict[str, float]) -> dict[str, np.ndarray]:
    """Return columns of launched lives; what is not said is 0."""
    usual = {"launched": 1, "age": 0.0, "ending": 0, "n_disputes": 0, "n_incidents": 0, "n_repaired": 0}
    rows = [usual | {"n_tactical_problems": 0} | life for life in lives]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def worlds(rows: dict[str, np.ndarray], other: dict[str, np.ndarray] | None = None) -> Worlds:
    return Worlds(rows, *(other or rows,) * 4)


def failed(age: float, **more: float) -> dict[str, float]:
    return {"age": age, "ending": Ending.QUIET_EXIT, **more}


def test_each_prediction_says_what_was_published_and_where() -> None:
    assert len({each.name for each in PREDICTIONS}) == len(PREDICTIONS)
    for each in PREDICTIONS:
        assert each.published
        assert each.source
        assert each.measured
        assert each.low < each.high


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (Estimate(0.5, 0.4, 0.6), "agrees"),
        (Estimate(0.5, 0.2, 0.6), "unclear"),
        (Estimate(0.1, 0.05, 0.2), "disagrees"),
        (Estimate(math.nan, math.nan, math.nan), "not known"),
    ],
)
def test_an_interval_agrees_disagrees_or_neither(found: Estimate, says: str) -> None:
    each = Prediction("n", "p", "s", "m", 0.3, 0.7, lambda _: found)
    made = Predictions("w", 10, 1, ((each, found),))
    assert made.says(0) == says
    assert made.title == f"w: {int(says == 'agrees')} of 1 predictions agree (10 pairs of firms)"


def test_stakes_and_brokers_are_compared_by_failures_within_five_years() -> None:
    few = columns(failed(1.0), {"age": 9.0}, {"age": 9.0}, {"age": 9.0})
    many = columns(failed(1.0), failed(2.0), failed(3.0), {"age": 9.0})
    for name in ("stakes hold on", "brokers fail"):
        assert BY_NAME[name].of(worlds(few, many)).value == pytest.approx(0.5)
        assert BY_NAME[name].of(worlds(many, few)).value == pytest.approx(-0.5)
    assert BY_NAME["several ties hold"].of(worlds(many, few)).value == pytest.approx(0.5)


def test_contract_problems_are_counted_per_year() -> None:
    deal = columns({"age": 2.0, "n_tactical_problems": 1}, {"age": 2.0, "n_tactical_problems": 3})
    feasibility = columns({"age": 2.0, "n_tactical_problems": 1}, {"age": 6.0})
    assert BY_NAME["contracts do not fit"].of(worlds(deal, feasibility)).value == pytest.approx(1.0 - 1 / 8)


def test_repairs_are_counted_per_incident() -> None:
    rows = columns({"age": 1.0, "n_incidents": 3, "n_repaired": 2}, {"age": 1.0, "n_incidents": 1, "n_repaired": 1})
    assert BY_NAME["repaired at once"].of(worlds(rows)).value == pytest.approx(0.75)


def test_the_next_two_years_are_those_of_who_is_alive_at_two() -> None:
    rows = columns(failed(1.0), failed(3.0), failed(3.5), failed(4.5), {"age": 9.0}, {"age": 9.0})
    assert BY_NAME["any two years"].of(worlds(rows)).value == pytest.approx(2 / 5)


def test_a_peak_is_where_most_of_those_alive_fail() -> None:
    ages = np.linspace(0.01, 9.99, 400)
    rows = columns(*[{"age": 10.0}] * 200, *[failed(float(age)) for age in ages if age < 1.0 or 4.0 < age < 5.0] * 4)
    found = BY_NAME["a mid-life peak"].of(worlds(rows))
    assert 4.0 < found.value < 5.0
    assert found.low <= found.value <= found.high
    assert exits_by_day(rows).longest == 10.0


def test_disputes_end_early_where_those_ages_are_lower() -> None:
    rows = columns(failed(2.0, n_disputes=1), failed(3.0, n_disputes=2), failed(5.0), failed(6.0), {"age": 1.0})
    assert BY_NAME["disputes end early"].of(worlds(rows)).value == pytest.approx(3.0)


def test_without_stakes_nobody_ever_has_one() -> None:
    asked = without_stakes(scenario())
    assert numbers(asked.world, "personal_by_announcing") == 0.0
    assert numbers(asked.world, "sunk_by_commitment") == 0.0
    assert set(NO_STAKE) == {
        f"world.{name}"
        for name in type(asked.world).model_fields
        if name.startswith(("personal_by", "personal_of", "sunk_by"))
    }
    # whoever knows acts sooner: lags by the same pairs of firms
    assert _lag(asked) < _lag(scenario())


def _lag(asked: Scenario) -> float:
    rows = live_pairs(asked, 200).arms["deal-first"]
    realised = np.fmin(rows["t_realised_client"], rows["t_realised_supplier"])
    return float(np.nanmedian(np.fmin(rows["t_first_rescue"], rows["t_exit_decided"]) - realised))


def test_all_of_them_are_told_of_a_world() -> None:
    made = predictions(scenario(), 64)
    assert [each.name for each, _ in made.found] == [each.name for each in PREDICTIONS]
    assert len(made.to_frame()) == len(PREDICTIONS)
    assert "predictions agree" in str(made)
    assert made.plot().get_title("left") == "Published patterns"
    assert predictions(scenario(), 64).found == made.found
