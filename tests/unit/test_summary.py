"""The summary against arithmetic by hand."""

import json
from typing import Any

import jsonschema
import numpy as np
import pytest

import relsim
from relsim.analysis.summary import answer, flat, schema, summarise
from relsim.analysis.survival import kaplan_meier
from relsim.analysis.tally import tally
from relsim.model.row import ROW
from relsim.vocabulary import Ending
from tests.worlds import scenario


def test_kaplan_meier_by_hand() -> None:
    """The six times of R's survival package, tests/book1."""
    times, ended = np.array([1.0, 1, 6, 6, 8, 9]), np.array([True, False, True, True, False, True])
    curve = kaplan_meier(times, ended)
    assert list(curve.times) == [1, 6, 9]
    assert curve.survival == pytest.approx([5 / 6, 5 / 12, 0])
    assert [curve.at(t) for t in (0.5, 1.0, 7.0)] == pytest.approx([1, 5 / 6, 5 / 12])
    assert curve.at(9.5) is None
    assert curve.median() == 6
    assert [curve.at_risk(t) for t in (0.0, 1.0, 6.0, 9.0)] == [6, 6, 4, 1]


def test_kaplan_meier_of_nobody_and_of_nobody_ended() -> None:
    assert kaplan_meier(np.zeros(0), np.zeros(0, bool)).at(1.0) is None
    alive = kaplan_meier(np.array([2.0, 3.0]), np.array([False, False]))
    assert (alive.at(2.5), alive.median()) == (1.0, None)


def life(**columns: Any) -> np.ndarray:
    """Return one row, of a life that was launched and goes on unless told otherwise."""
    row = np.zeros(1, ROW)
    for name in ROW.names or ():
        if name.startswith("t_"):
            row[name] = np.nan
    defaults = {"signed": 1, "launched": 1, "censored": 1, "t_operations": 1.0, "t_end": 10.0, "age": 9.0}
    for name, value in {**defaults, **columns}.items():
        row[name] = value
    return row


def made(deal: list[np.ndarray], feasibility: list[np.ndarray]) -> dict[str, Any]:
    rows = {"deal-first": np.concatenate(deal), "feasibility-first": np.concatenate(feasibility)}
    for arm in rows.values():
        arm["replication"] = np.arange(len(arm))
    asked = scenario()
    counted = {"seed": 3, "replications": len(deal), "engine": "compiled", "digest": "0" * 64, "rules_version": 1}
    return summarise(asked, tally(asked, rows), **counted)


def test_a_summary_by_hand() -> None:
    ended = {"censored": 0, "ending": Ending.QUIET_EXIT, "t_end": 4.0, "age": 3.0}
    document = made(
        [
            life(**ended, loss_joint=2.0, net_joint=-2.0, t_first_problem=1.5, t_realised_client=3.0, n_denials=4),
            life(net_joint=1.0, left_client_tactical_resigned=2, left_supplier_tactical_swapped=1),
        ],
        [
            life(net_joint=2.0, limping_unrealised=0.5, limping_realised=0.25),
            life(signed=0, launched=0, censored=0, ending=Ending.ABANDONED, t_end=0.5, t_operations=np.nan, age=np.nan),
        ],
    )
    jsonschema.validate(document, schema())
    deal, other = document["arms"]["deal-first"], document["arms"]["feasibility-first"]
    assert (deal["signed"], other["launched"]) == (1.0, 0.5)
    assert deal["endings"]["QUIET_EXIT"] == 0.5
    assert deal["survival"]["per_contact"] == {"1": 1.0, "2": 1.0, "3": 1.0, "5": 0.5, "10": 0.5}
    assert deal["survival"]["per_launched"] == {"1": 1.0, "2": 1.0, "3": 0.5, "5": 0.5, "10": None}
    assert other["survival"]["per_contact"]["1"] == 0.5
    assert deal["time_to_exit_median"] == 3.0
    assert deal["per_contact"]["loss"]["joint"] == 1.0
    assert deal["per_contact"]["departures"]["tactical"] == 1.5
    assert deal["per_contact"]["first_problem_to_realised"] == 1.5
    assert deal["per_contact"]["realised_to_end"] == 1.0
    assert other["per_contact"]["realised_to_end"] is None
    assert (other["per_contact"]["limping_years"], other["per_launched"]["limping_years"]) == (0.375, 0.75)
    gap = document["differences"]["feasibility-first"]["net"]["joint"]
    assert gap["mean"] == 1.5
    assert gap["high"] - gap["mean"] == pytest.approx(1.959963984540054 * np.std([4, -1], ddof=1) / np.sqrt(2))
    assert answer(document).startswith("Feasibility-first leaves the two firms better off than deal-first by 1.500")
    assert "no clear winner" in answer(document)


def test_a_summary_of_real_lives_fits_its_schema_and_has_no_nan() -> None:
    for name in relsim.bundled():
        document = relsim.run_experiment(relsim.load_scenario(name), 200).summary()
        jsonschema.validate(document, schema())
        json.dumps(document, allow_nan=False)
        ends = flat(document["arms"]["deal-first"]["endings"])
        assert sum(ends.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(("net", "said"), [(0.0, "equally well off"), (1.0, "one pair of firms: no interval")])
def test_an_answer_from_one_pair(net: float, said: str) -> None:
    told = answer(made([life()], [life(net_joint=net)]))
    assert said in told
    assert ("no arm is better" in told) == (net == 0.0)


def test_results_are_kept_as_files_and_read_back(tmp_path: Any) -> None:
    import pandas as pd

    results = relsim.run_experiment(relsim.load_scenario("rnd-alliance"), 50)
    for rows in ("parquet", "csv"):
        files = results.write(tmp_path, rows)
        read = pd.read_parquet(files["lives"]) if rows == "parquet" else pd.read_csv(files["lives"])
        assert len(read) == 100
        assert read["net_joint"].sum() == pytest.approx(results.lives["net_joint"].sum())
    kept = relsim.load_scenario(files["scenario"])
    assert relsim.run_experiment(kept, results.replications, results.seed).digest == results.digest
    provenance = json.loads((tmp_path / "provenance.json").read_text())
    assert provenance["digest"] == results.digest
    assert provenance["command"].startswith("relsim compare scenario.toml --replications 50 --seed 1")
    again = relsim.run_experiment(relsim.Scenario.model_validate(provenance["scenario"]), provenance["replications"])
    assert again.digest == results.digest
