"""What `Results` says of lives: every finding prints itself, gives a table and draws itself."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import relsim
from relsim.analysis.finding import Finding
from relsim.errors import EngineError, ScenarioError
from relsim.experiment.results import KEPT, Results
from relsim.vocabulary import Ending
from tests.worlds import scenario


@pytest.fixture(scope="module")
def results() -> Results:
    return relsim.run_experiment(relsim.load_scenario("it-outsourcing"), 3000)


FINDINGS: dict[str, Any] = {
    "survival": lambda r: r.survival(),
    "survival of contacts": lambda r: r.survival(per="contact"),
    "survival since contact": lambda r: r.survival(since="contact"),
    "exact survival": lambda r: r.survival(exact=True),
    "hazard": lambda r: r.hazard(),
    "hazard of failing": lambda r: r.hazard(endings="failed", bandwidth=0.5),
    "hazard of exits": lambda r: r.hazard(endings=["QUIET_EXIT", Ending.HOSTILE_EXIT], exact=True),
    "incidence": lambda r: r.incidence(),
    "difference": lambda r: r.difference(),
    "one difference": lambda r: r.difference("loss.joint"),
    "split": lambda r: r.decompose(),
    "split of losses": lambda r: r.decompose("loss.client"),
    "split of the launched": lambda r: r.decompose(per="launched"),
    "split of life": lambda r: r.decompose("life", per="launched", age=2),
    "causes": lambda r: r.causes(),
    "losses": lambda r: r.losses(),
    "losses of one": lambda r: r.losses("supplier"),
    "states": lambda r: r.states(),
    "trust": lambda r: r.trust(),
}


@pytest.mark.parametrize("name", FINDINGS)
def test_a_finding_prints_itself_gives_a_table_and_draws_itself(results: Results, name: str, tmp_path: Path) -> None:
    found = FINDINGS[name](results)
    assert isinstance(found, Finding)
    told = str(found)
    assert told.startswith(found.title)
    assert "nan" not in told
    frame = found.to_frame()
    assert len(frame) > 0
    if {"low", "high"} <= set(frame):
        assert (frame["low"].dropna() <= frame["high"].dropna()).all()
    ax = Figure(figsize=(5.6, 3.8)).subplots()
    assert found.plot(ax) is ax
    assert ax.get_title(loc="left")
    own = found.plot()
    own.get_figure(root=True).draw_without_rendering()
    found.to_csv(tmp_path / "found.csv")
    found.to_parquet(tmp_path / "found.parquet")
    assert len(pd.read_csv(tmp_path / "found.csv")) == len(pd.read_parquet(tmp_path / "found.parquet")) == len(frame)
    assert "<table" in found._repr_html_()


@pytest.mark.parametrize("per", ["launched", "contact"])
def test_exact_and_daily_times_agree_within_a_day(results: Results, per: str) -> None:
    day = 1 / 365
    exact, daily = results.survival(per=per, exact=True), results.survival(per=per)
    for arm, curve in daily.curves.items():
        other = exact.curves[arm]
        for share in (0.25, 0.5):
            for mine, theirs in zip(curve.quantile(share), other.quantile(share), strict=True):
                assert mine == pytest.approx(theirs, abs=1.001 * day)
        assert curve.restricted_mean(5).value == pytest.approx(other.restricted_mean(5).value, abs=day)
        assert curve.restricted_mean(5).half_width == pytest.approx(other.restricted_mean(5).half_width, rel=0.01)
        smooth, fine = (r.hazards[arm] for r in (results.hazard(per=per), results.hazard(per=per, exact=True)))
        inner = slice(5, 100)
        assert smooth.rate[inner] == pytest.approx(fine.rate[inner], rel=0.02, abs=0.003)
        rough, sharp = results.incidence(per=per).found[arm], results.incidence(per=per, exact=True).found[arm]
        for ending, each in rough.items():
            slack = 2e-4  # who is censored within a day counts as at risk to its end
            before, after = (sharp[ending].estimate(4.0 + side * day).value for side in (-1, 1))
            assert before - slack <= each.estimate(4.0).value <= after + slack


def test_contacts_launched_or_not_are_followed_from_contact(results: Results) -> None:
    lives = results.lives[results.lives["arm"] == "deal-first"]
    launched = lives[lives["launched"]]
    since = results.survival(since="contact", exact=True).curves["deal-first"]
    assert since.watched.max() == 10.0
    assert since.at(4.0) == pytest.approx((launched["duration"] > 4.0).mean())
    contacts = results.survival(per="contact").curves["deal-first"]
    assert contacts.at(10.0) == pytest.approx((lives["ending"] == "ONGOING").mean())


def test_words_that_are_not_known_are_refused(results: Results) -> None:
    for call, said in (
        (lambda: results.survival(per="lunched"), "did you mean launched"),
        (lambda: results.survival(since="operation"), "did you mean operations"),
        (lambda: results.survival(per="contact", since="operations"), "not every contact comes to operations"),
        (lambda: results.hazard(endings=["QUITE_EXIT"]), "did you mean QUIET_EXIT"),
        (lambda: results.hazard(endings="ONGOING"), "endings: ONGOING"),
        (lambda: results.hazard(bandwidth=0.0), "a number of years above 0"),
        (lambda: results.hazard(bandwidth=float("nan")), "a number of years above 0"),
        (lambda: results.losses("both"), "one of client, supplier, joint"),
    ):
        with pytest.raises(ScenarioError, match=said):
            call()


def test_exact_times_are_told_only_of_what_fits_into_memory(results: Results) -> None:
    many = Results(results.experiment, KEPT, results.tally, results.digests, results.rows)
    with pytest.raises(EngineError, match=r"exact times are told of at most 250,000 lives"):
        many.survival(exact=True)


def test_a_store_says_the_same(tmp_path: Path) -> None:
    asked = relsim.load_scenario("rnd-alliance")
    with_store = relsim.run_experiment(asked, 1500, store=tmp_path / "store")
    without = relsim.run_experiment(asked, 1500)
    again = relsim.read_store(tmp_path / "store")
    for name, finding in FINDINGS.items():
        told = [str(finding(each)) for each in (without, with_store, again)]
        assert told[0] == told[1] == told[2], name


@pytest.mark.parametrize("replications", [1, 2])
def test_a_pair_or_two(replications: int) -> None:
    few = relsim.run_experiment(relsim.load_scenario("facility-services"), replications)
    for name, finding in FINDINGS.items():
        if "launched" in name or "life" in name:
            continue
        found = finding(few)
        assert "nan" not in str(found), name
        found.plot().get_figure(root=True).draw_without_rendering()


def test_nobody_launched() -> None:
    nobody = relsim.run_experiment(scenario({"no_deal": 1.0}), 30)
    for name, finding in FINDINGS.items():
        if "life" not in name:
            assert "nan" not in str(finding(nobody)), name
            finding(nobody).plot().get_figure(root=True).draw_without_rendering()


def test_lives_are_written_in_one_file(results: Results, tmp_path: Path) -> None:
    results.to_parquet(tmp_path / "lives.parquet")
    results.to_csv(tmp_path / "lives.csv")
    whole, text = pd.read_parquet(tmp_path / "lives.parquet"), pd.read_csv(tmp_path / "lives.csv")
    assert len(whole) == len(text) == 6000
    assert np.allclose(whole["net_joint"], text["net_joint"])
    assert list(whole.columns) == list(results.lives.columns)


def test_a_life_says_in_a_line_what_it_is() -> None:
    life = relsim.simulate(relsim.load_scenario("it-outsourcing"), replication=3)
    told = repr(life)
    assert told.startswith("<Life 3 of 'IT outsourcing between two mid-size firms', deal-first (seed 1): ")
    assert f"{life.row['t_end']:.2f} years, {len(life.events)} events>" in told
