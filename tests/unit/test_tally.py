"""Sums that merge, against the rows that they were made of."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relsim.analysis.columns import CHURN, measures
from relsim.analysis.moments import grown, merged, moments, whole
from relsim.analysis.survival import kaplan_meier
from relsim.analysis.tally import DAYS, Clock, Tally, empty, tally
from relsim.experiment.parts import Whole, packed, part_of, unpacked
from relsim.experiment.plan import Chunk
from relsim.model.row import BLOCK, rows
from relsim.vocabulary import Ending
from tests.worlds import scenario, states

LIVES = 5 * BLOCK + 300
ASKED = scenario()


@pytest.fixture(scope="module")
def lived() -> dict[str, np.ndarray]:
    return {arm: rows(states(ASKED, arm, LIVES), 0) for arm in ASKED.arms}


@pytest.fixture(scope="module")
def everything(lived: dict[str, np.ndarray]) -> Tally:
    return tally(ASKED, lived)


def test_moments_are_those_of_the_values() -> None:
    values = np.random.default_rng(1).lognormal(size=(3, 777))
    values[1, ::3] = np.nan
    values[2, :] = np.nan
    made = moments(values)
    assert made.count.tolist() == [777, 518, 0]
    assert made.mean[:2] == pytest.approx(np.nanmean(values[:2], axis=1))
    assert np.isnan(made.mean[2])
    known = values[1][~np.isnan(values[1])]
    assert made.squares[1] == pytest.approx(known.var() * len(known))
    assert made.half_width[1] == pytest.approx(1.959963984540054 * known.std(ddof=1) / np.sqrt(len(known)))


def test_variance_survives_a_large_mean() -> None:
    """Sums of squares would lose all digits here: the mean is a hundred million standard deviations away from 0."""
    values = 1e8 + np.random.default_rng(2).normal(size=4096)
    nodes = grown({}, [((0, k), moments(values[None, k * 64 : (k + 1) * 64])) for k in range(64)])
    assert whole(nodes).squares[0] == pytest.approx(values.var() * 4096, rel=1e-6)


def test_merging_nothing_changes_nothing() -> None:
    made, nothing = moments(np.array([[1.0, 2.0, 4.0]])), moments(np.array([[np.nan]]))
    for both in (merged(made, nothing), merged(nothing, made)):
        assert (both.count[0], both.total[0], both.squares[0]) == (3, 7.0, made.squares[0])


@given(cuts=st.sets(st.integers(1, 5)), data=st.data())
@settings(max_examples=40, deadline=None)
def test_parts_in_any_order_make_the_same_bytes(
    lived: dict[str, np.ndarray], everything: Tally, cuts: set[int], data: st.DataObject
) -> None:
    ends = [0, *sorted(each * BLOCK for each in cuts), LIVES]
    chunks = [Chunk(first, end - first) for first, end in pairwise(ends)]
    once, again = Whole(ASKED), Whole(ASKED)
    for chunk in chunks:
        once.add(part_of(ASKED, chunk.first, {arm: each[chunk.first : chunk.end] for arm, each in lived.items()}))
    for chunk in data.draw(st.permutations(chunks)):
        part = part_of(ASKED, chunk.first, {arm: each[chunk.first : chunk.end] for arm, each in lived.items()})
        again.add(unpacked(packed(part)))
    assert once.digests() == again.digests()
    assert once.reached == again.reached == LIVES
    for made in (once.tally, again.tally):
        for name in ("count", "total", "squares"):
            assert getattr(whole(made.nodes), name).tobytes() == getattr(whole(everything.nodes), name).tobytes()
        assert np.array_equal(made.ends, everything.ends)
        assert np.array_equal(made.losses, everything.losses)


def test_a_tree_keeps_few_nodes_and_misses_nothing(everything: Tally) -> None:
    assert len(everything.nodes) == 2
    with pytest.raises(ValueError, match="blocks 0 to 3 are missing"):
        whole({(0, 4): whole(everything.nodes)})


def test_columns_are_the_means_of_rows(lived: dict[str, np.ndarray], everything: Tally) -> None:
    columns = everything.columns()
    deal, other = lived["deal-first"], lived["feasibility-first"]
    for name, column in measures(deal).items():
        known = column[~np.isnan(column)]
        assert columns[f"arms.deal-first.per_contact.{name}"][:2] == (len(known), pytest.approx(known.mean()))
    pairs = other["net_joint"] - deal["net_joint"]
    count, mean, half = columns["differences.feasibility-first.net.joint"]
    assert (count, mean) == (LIVES, pytest.approx(pairs.mean()))
    assert half == pytest.approx(1.959963984540054 * pairs.std(ddof=1) / np.sqrt(LIVES))
    launched = deal[deal["launched"] == 1]
    assert columns["arms.deal-first.per_launched.loss.client"][1] == pytest.approx(launched["loss_client"].mean())


@pytest.mark.parametrize("arm", [0, 1])
def test_daily_counts_agree_with_exact_times_within_a_day(
    lived: dict[str, np.ndarray], everything: Tally, arm: int
) -> None:
    launched = list(lived.values())[arm]
    launched = launched[launched["launched"] == 1]
    exact = kaplan_meier(launched["age"], launched["censored"] == 0)
    daily = everything.curve(arm)
    for day in range(1, 9 * DAYS):
        moment, step = day / DAYS, 1 / DAYS
        before, after = exact.at(moment - step), exact.at(moment + step)
        now = daily.at(moment)
        assert before is not None
        assert now is not None
        assert after is not None
        slack = 2e-4  # who is censored within a day counts as at risk to its end
        assert after - slack <= now <= before + slack
    assert daily.median() == pytest.approx(exact.median(), abs=1 / DAYS)
    assert daily.half_width(5.0) == pytest.approx(exact.half_width(5.0), rel=0.01)
    assert daily.longest == pytest.approx(exact.longest, abs=2 / DAYS)


def test_whole_years_count_as_passed_although_sums_are_rounded() -> None:
    """A contract of five years that began at 0.1 ends at 5.1, and 5.1 - 0.1 is less, 5.3 - 0.3 more than 5."""
    made = rows(states(ASKED, "deal-first", 2), 0)
    for name, value in {"launched": 1, "censored": 0, "ending": Ending.EXPIRED}.items():
        made[name] = value
    made["age"] = [5.1 - 0.1, 5.0000000001]
    curve = tally(scenario(deal={"launch": "deal-first"}), {"deal": made}).curve(0)
    assert curve.times.tolist() == [5.0]


def test_all_contacts_end_or_are_censored_once(everything: Tally) -> None:
    assert everything.ends[:, Clock.CONTACT].sum(axis=(1, 2)).tolist() == [LIVES, LIVES]
    assert everything.losses.sum(axis=2).tolist() == [[LIVES] * 3] * 2
    nobody = empty(ASKED)
    np.testing.assert_equal(nobody.merged(everything).columns(), everything.columns())


def test_losses_are_counted_at_the_edges_of_bins_exactly(lived: dict[str, np.ndarray], everything: Tally) -> None:
    for arm, each in enumerate(lived.values()):
        amounts, more, _ = everything.losing_more(arm)
        shown = slice(0, None, 37)
        exact = [(each["loss_joint"] > amount).mean() for amount in amounts[shown]]
        assert more[shown] == pytest.approx(exact)
        assert more[0] == pytest.approx((each["loss_joint"] > 0).mean())
    assert np.all(np.diff(amounts[1:]) / amounts[1:-1] <= 1 / 32 + 1e-12)


def test_churn_is_a_ratio_with_the_interval_of_the_delta_method(
    lived: dict[str, np.ndarray], everything: Tally
) -> None:
    launched = lived["deal-first"]
    launched = launched[(launched["launched"] == 1) & (launched["age"] > 0)]
    rates, halves = everything.churn("deal-first")
    for (level, cause), rate, half in zip(CHURN, rates, halves, strict=True):
        name = f"{level.name}_{cause.name}".lower()
        left = (launched[f"left_client_{name}"] + launched[f"left_supplier_{name}"]).astype(float)
        years = launched["age"]
        assert rate == pytest.approx(left.sum() / years.sum())
        errors = left - rate * years
        spread = 1.959963984540054 * errors.std(ddof=1) / years.mean() / np.sqrt(len(years))
        assert half == pytest.approx(spread, rel=1e-6)
