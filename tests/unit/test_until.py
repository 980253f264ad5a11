"""`--until`: what may be asked, and that the answer is a function of scenario, seed and target alone."""

import json

import jsonschema
import pytest

from relsim.analysis.precision import FIRST_LOOK, looks_at, target_of
from relsim.analysis.summary import flat, schema
from relsim.errors import ScenarioError
from relsim.experiment.run import run_experiment
from relsim.model.row import BLOCK
from tests.worlds import quiet, scenario

ASKED = scenario(
    a={"launch": "deal-first"}, b={"launch": "feasibility-first"}, c={"launch": "deal-first", "kickoff": 2}
)
SHORT = scenario({"contact_rate": 2.0}, horizon=3.0)


@pytest.mark.parametrize(
    ("text", "names", "width", "relative"),
    [
        ("loss.joint ±1%", [f"arms.{arm}.per_contact.loss.joint" for arm in "abc"], 0.01, True),
        ("per_contact.loss.joint+-0.5", [f"arms.{arm}.per_contact.loss.joint" for arm in "abc"], 0.5, False),
        (" survival.per_launched.5 +/- 2e-3 ", [f"arms.{arm}.survival.per_launched.5" for arm in "abc"], 0.002, False),
        ("arms.b.net.client ±1", ["arms.b.per_contact.net.client"], 1.0, False),
        ("differences.net.joint ±.5%", [f"differences.{arm}.net.joint" for arm in "bc"], 0.005, True),
        ("differences.c.endings.OUTSIDE ±1", ["differences.c.endings.OUTSIDE"], 1.0, False),
        ("per_launched.denials ±1", [f"arms.{arm}.per_launched.denials" for arm in "abc"], 1.0, False),
    ],
)
def test_what_may_be_asked(text: str, names: list[str], width: float, relative: bool) -> None:
    target = target_of(text, ASKED)
    assert (list(target.names), target.relative) == (names, relative)
    assert target.width == pytest.approx(width)


def test_every_number_of_the_document_has_a_target_but_those_without_an_interval() -> None:
    document = run_experiment(ASKED, 3).summary()
    known = [name for name in flat(document) if name.startswith("arms.")]
    without = [name for name in known if name.endswith((".stopped", "time_to_exit_median"))]
    for name in known:
        if name in without:
            with pytest.raises(ScenarioError):
                target_of(f"{name} ±1", ASKED)
        else:
            assert target_of(f"{name} ±1", ASKED).names == (name,)
    for name in flat(document["differences"]):
        path = name.rpartition(".")[0]
        assert target_of(f"differences.{path} ±1", ASKED).names == (f"differences.{path}",)


@pytest.mark.parametrize(
    "text", ["", "loss.joint", "±1", "loss.joint ±", "loss.joint ±0", "loss.joint ±-1", "loss.joint ±1.2.3", "x±1%%"]
)
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match="a name of --json, ± and a width above 0"):
        target_of(text, ASKED)


def test_a_misspelt_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(ScenarioError, match="did you mean loss"):
        target_of("loss.jiont ±1%", ASKED)
    with pytest.raises(ScenarioError, match="a name of --json"):
        target_of("survival.per_launched.5 ±1", SHORT)  # beyond the horizon


def test_looks_double_up_to_the_most() -> None:
    assert list(looks_at(50_000)) == [8192, 16384, 32768, 50_000]
    assert list(looks_at(8192)) == [8192]
    assert list(looks_at(700)) == [700]


@pytest.mark.parametrize("asked", ["loss.joint ±3%", "differences.signed ±0.004", "survival.per_launched.2 ±0.004"])
def test_the_number_follows_from_scenario_seed_and_target_alone(asked: str, tmp_path: object) -> None:
    results = run_experiment(SHORT, until=asked, workers=2)
    again = run_experiment(SHORT, until=asked, workers=1, blocks=7, store=f"{tmp_path}/store")
    run_experiment(SHORT, 20 * BLOCK + 5, store=f"{tmp_path}/other", blocks=16)
    third = run_experiment(SHORT, until=asked, store=f"{tmp_path}/other")
    assert results.digest == again.digest == third.digest
    document = results.summary()
    jsonschema.validate(document, schema())
    assert json.dumps(document) == json.dumps(again.summary()) == json.dumps(third.summary())
    assert results.digest == run_experiment(SHORT, results.replications).digest
    until = document["until"]
    assert until["reached"]
    assert results.replications in (8 * BLOCK, 16 * BLOCK, 32 * BLOCK, 64 * BLOCK)
    wanted = target_of(asked, SHORT).width
    *before, last = until["looks"].values()
    assert max(last.values()) <= wanted
    assert all(max(each.values()) > wanted for each in before)


def test_what_never_varies_is_not_believed_at_once() -> None:
    results = run_experiment(quiet(), until="rescues ±0.1", replications=100_000)
    assert results.replications == 64 * BLOCK
    assert FIRST_LOOK < 64


def test_the_log_shows_how_the_interval_shrank(capsys: pytest.CaptureFixture[str]) -> None:
    from relsim.cli import main

    with pytest.raises(SystemExit) as left:
        main(["compare", "rnd-alliance", "--set", "horizon=1", "--no-picture", "--until", "signed ±0.006"])
    out, err = capsys.readouterr()
    assert (left.value.code, err) == (0, "")
    assert "until signed ±0.006: reached" in out
    shown = [line.split()[0] for line in out.splitlines() if "±0.0" in line and line[:1] == " "]
    assert shown == ["8,192", "16,384", "32,768"]
