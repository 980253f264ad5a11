"""The doors: what goes to which stream, with which status, and that nobody ever sees a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pandas as pd
import pytest

import relsim
from relsim.analysis.summary import schema
from relsim.life import ENGINES
from tests.doors import run


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


FEW = ("--replications", "60", "--no-picture")


def test_compare_answers_first_and_names_seed_and_digest(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "compare", "it-outsourcing", *FEW)
    assert (status, err) == (0, "")
    assert out.split(" ", 1)[0] in ("Deal-first", "Feasibility-first")
    assert "seed: 1" in out
    assert relsim.run_experiment(relsim.load_scenario("it-outsourcing"), 60).digest in out
    assert "EUR million" in out


def test_compare_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "compare", "rnd-alliance", *FEW, "--json", "--set", "horizon=3", "--seed", "9")
    document = json.loads(out)
    jsonschema.validate(document, schema())
    assert (status, document["seed"], document["horizon"]) == (0, 9, 3.0)
    assert document["arms"]["deal-first"]["survival"]["per_contact"]["5"] is None


def test_engines_agree_through_the_door(capsys: pytest.CaptureFixture[str]) -> None:
    digests = {
        json.loads(run(capsys, "compare", "rnd-alliance", "--replications", "3", "--engine", engine, "--json")[1])[
            "digest"
        ]
        for engine in ("compiled", "simpy", "simpy-plain")
    }
    assert len(digests) == 1


def test_compare_keeps_files(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "compare", "it-outsourcing", "--replications", "60", "--out", "kept", "--rows", "csv")
    assert status == 0
    for name in ("summary.json", "summary.csv", "lives.csv", "provenance.json", "comparison.png"):
        assert (Path("kept") / name).stat().st_size > 0
        assert name in out


def test_compare_draws_where_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "compare", "it-outsourcing", "--replications", "60", "--arm", "deal-first")
    assert "picture: relsim-it-outsourcing.png" in out
    assert Path("relsim-it-outsourcing.png").exists()


def test_life_tells_draws_and_writes(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(
        capsys, "life", "it-outsourcing", "--replication", "3", "--events", "e.csv", "--picture", "l.png"
    )
    assert status == 0
    assert "first contact" in out
    assert "seed: 1, replication: 3" in out
    digests = {relsim.simulate(relsim.load_scenario("it-outsourcing"), replication=3, engine=e).digest for e in ENGINES}
    assert len(digests) == 1
    assert f"digest: {digests.pop()}" in out
    life = relsim.simulate(relsim.load_scenario("it-outsourcing"), replication=3)
    assert len(pd.read_csv("e.csv")) == len(life.events)
    assert Path("l.png").stat().st_size > 0
    run(capsys, "life", "it-outsourcing", "--replication", "3", "--events", "e.parquet")
    assert pd.read_parquet("e.parquet")["time"].tolist() == life.events["time"].tolist()


def test_life_lists_everything_where_asked(capsys: pytest.CaptureFixture[str]) -> None:
    _, short, _ = run(capsys, "life", "it-outsourcing")
    _, long, _ = run(capsys, "life", "it-outsourcing", "--all")
    assert len(long.splitlines()) > 2 * len(short.splitlines())
    _, dated, _ = run(capsys, "life", "it-outsourcing", "--set", "start_date=2026-01-31")
    assert "2026-01-31" in dated


def test_life_json(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "life", "it-outsourcing", "--arm", "feasibility-first", "--json")
    document = json.loads(out)
    assert document["row"]["arm"] == "feasibility-first"
    assert document["events"][0]["kind"] == "FIRST_CONTACT"


def test_scenarios_explain_new_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert "facility-services" in run(capsys, "scenarios")[1]
    assert set(json.loads(run(capsys, "scenarios", "--json")[1])) == set(relsim.bundled())
    told = run(capsys, "explain", "it-outsourcing", "--set", "world.optimism=0.2")[1]
    assert "operations start" in told
    assert "world.optimism" in told
    assert run(capsys, "new", "mine.toml", "--from", "rnd-alliance")[:2] == (0, "mine.toml\n")
    assert run(capsys, "compare", "mine.toml", *FEW)[0] == 0
    assert run(capsys, "new", "mine.toml")[0] == 2
    assert json.loads(run(capsys, "schema")[1])["properties"]


def test_rules_from_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.py").write_text(
        "import relsim\n\n\n@relsim.rule('RIVAL_OFFER')\ndef none(r, p, e, u, out):\n    return False\n"
    )
    document = json.loads(run(capsys, "compare", "it-outsourcing", *FEW, "--rules", "mine.py", "--json")[1])
    assert document["arms"]["feasibility-first"]["endings"]["WINDOW_LOST"] == 0.0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("compare", "it-outsorcing"), "did you mean it-outsourcing?"),
        (("compare", "it-outsourcing", "--set", "world.optimsm=1"), "did you mean"),
        (("compare", "it-outsourcing", "--set", "world.optimism=nan"), "world.optimism"),
        (("compare", "it-outsourcing", "--arm", "deal-frist"), "did you mean deal-first?"),
        (("compare", "it-outsourcing", "--engine", "fast"), "engine: fast: one of compiled, simpy, simpy-plain"),
        (("compare", "it-outsourcing", "--replications", "0"), "replications"),
        (("compare", "it-outsourcing", "--rules", "none.py"), "none.py"),
        (("compare", "it-outsourcing", "--rows", "xls"), "parquet or csv"),
        (("life", "it-outsourcing", "--arm", "x"), "one of deal-first, feasibility-first"),
        (("life", "it-outsourcing", "--events", "e.xls"), ".csv or .parquet"),
        (("explain", "nowhere.toml"), "nowhere.toml"),
        (("compar",), "compar"),
    ],
)
def test_wrong_usage_is_told_on_standard_error(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_what_cannot_be_written_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("file").write_text("")
    status, _, err = run(capsys, "compare", "it-outsourcing", *FEW, "--out", "file/below")
    assert status == 1
    assert "cannot be written" in err


def test_help_version_and_explain_never_import_numba() -> None:
    for arguments in (["--help"], ["--version"], ["explain", "it-outsourcing"], ["scenarios"]):
        code = f"import sys; sys.argv = ['relsim', *{arguments}]\nfrom relsim.cli import main\ntry:\n    main()\n"
        code += "except SystemExit:\n    pass\nassert not {'numba', 'matplotlib', 'pandas'} & set(sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), arguments


def test_a_public_module_is_imported_when_it_is_asked_for() -> None:
    code = "import sys, relsim; light = {'numpy', 'relsim.exact'} & set(sys.modules); solve = relsim.exact.solve\n"
    code += "assert not light and not {'numba', 'scipy'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_policies_are_told_together_one_by_one_and_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    from relsim.scenario import POLICIES

    status, out, err = run(capsys, "policies")
    assert (status, err) == (0, "")
    assert all(f"{name} " in out for name in POLICIES)
    status, out, _ = run(capsys, "policies", "bonus-clawback")
    assert status == 0
    assert 'policies = [{ name = "bonus-clawback", share = 1, years = 3 }]' in out
    assert "clawback_hold" in out
    assert "several-ties" not in out
    told = json.loads(run(capsys, "policies", "retention", "several-ties", "--json")[1])
    assert [each["name"] for each in told] == ["retention", "several-ties"]
    assert told[0]["prices"][0]["name"] == "retention_half"
    status, out, err = run(capsys, "policies", "retentoin")
    assert (status, out) == (2, "")
    assert "did you mean retention?" in err


def test_a_policy_is_tried_from_the_shell(capsys: pytest.CaptureFixture[str]) -> None:
    change = 'arms.deal-first.policies=["operational-gate", { name = "deferred-bonus", years = 3 }]'
    status, out, _ = run(capsys, "explain", "it-outsourcing", "--set", change)
    assert status == 0
    assert "policy deferred-bonus (years 3): bonuses are paid" in out
    plain = run(capsys, "compare", "it-outsourcing", *FEW)[1]
    status, out, _ = run(capsys, "compare", "it-outsourcing", *FEW, "--set", change)
    assert status == 0
    assert out.splitlines()[0] != plain.splitlines()[0]
