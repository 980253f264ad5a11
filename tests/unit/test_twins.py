"""Pairs of twins: differences, what pairing is worth, and the split by who launched, against the rows themselves."""

import math

import numpy as np
import pytest

import relsim
from relsim.analysis.columns import DECOMPOSED, GROUPS, measures
from relsim.analysis.estimate import Z95
from relsim.analysis.tally import Tally, tally
from relsim.analysis.twins import HEADLINES, PARTS, decompose, differences
from relsim.errors import ScenarioError
from relsim.model.row import BLOCK, rows
from tests.worlds import scenario, states

LIVES = 3 * BLOCK + 500
ASKED = scenario(
    {"rival_offer_rate": 0.5, "no_deal": 0.15, "override": 0.2},
    deal={"launch": "deal-first"},
    feasibility={"launch": "feasibility-first"},
)
"""A world in which much is refused, in every way."""

MANY = scenario(
    {"rival_offer_rate": 0.3, "break_even": 0.46, "workshop_noise": 0.25},
    slow={"launch": "feasibility-first", "workshops_most": 8, "confidence": 0.97},
    sold={"launch": "deal-first", "kickoff": 1},
    hasty={"launch": "feasibility-first", "workshops_most": 1, "confidence": 0.5},
)
"""Two explorations that judge differently: each launches what the other does not, so every group has members."""

Rows = dict[str, np.ndarray]


def lived(asked: relsim.Scenario) -> tuple[Rows, Tally]:
    made = {arm: rows(states(asked, arm, LIVES), 0) for arm in asked.arms}
    return made, tally(asked, made)


@pytest.fixture(scope="module")
def simple() -> tuple[Rows, Tally]:
    return lived(ASKED)


@pytest.fixture(scope="module")
def many() -> tuple[Rows, Tally]:
    return lived(MANY)


def groups(first: np.ndarray, second: np.ndarray) -> dict[str, np.ndarray]:
    d, f = first["launched"] == 1, second["launched"] == 1
    return dict(zip(GROUPS, (d & f, d & ~f, ~d & f, ~d & ~f), strict=True))


@pytest.mark.parametrize("arm", ["sold", "hasty"])
@pytest.mark.parametrize("measure", DECOMPOSED)
def test_parts_are_those_of_the_rows_and_add_up(many: tuple[Rows, Tally], arm: str, measure: str) -> None:
    made, tallied = many
    found = decompose(MANY, tallied, measure, arm)
    gap = measures(made[arm])[measure] - measures(made["slow"])[measure]
    assert found.whole.value == pytest.approx(math.fsum(gap) / LIVES, rel=1e-12, abs=1e-14)
    for group, inside in groups(made["slow"], made[arm]).items():
        part = found[PARTS[group]]
        alone = np.where(inside, gap, 0.0)
        assert part.share == pytest.approx(inside.mean(), abs=1e-15)
        assert part.mean.value == pytest.approx(math.fsum(alone) / LIVES, rel=1e-12, abs=1e-14)
        assert part.mean.half_width == pytest.approx(Z95 * alone.std(ddof=1) / math.sqrt(LIVES), rel=1e-9)
    scale = math.fsum(abs(part.mean.value) for part in found.parts)
    assert abs(math.fsum(part.mean.value for part in found.parts) - found.whole.value) <= 1e-14 * max(1.0, scale)


def test_both_groups_of_one_launch_have_members(many: tuple[Rows, Tally]) -> None:
    """Or the tests here would say little."""
    found = decompose(MANY, many[1], arm="hasty")
    assert min(part.share for part in found.parts) > 0.05


def test_refusals_add_up_to_selection(simple: tuple[Rows, Tally]) -> None:
    made, tallied = simple
    found = decompose(ASKED, tallied)
    selection = groups(made["deal"], made["feasibility"])["first"]
    net, instead = made["deal"]["net_joint"], made["feasibility"]["net_joint"]
    assert [ending for ending, _ in found.refusals] == ["abandoned", "window lost", "no deal", "in another way"]
    for (_, ways), ending in zip(found.refusals, (3, 2, 1, None), strict=True):
        endings = made["feasibility"]["ending"]
        inside = selection & (endings == ending if ending else ~np.isin(endings, (1, 2, 3)))
        assert ways["share"].value == pytest.approx(inside.mean())
        assert ways["avoided"].value == pytest.approx(np.where(inside, np.maximum(-net, 0), 0).mean())
        assert ways["forgone"].value == pytest.approx(np.where(inside, np.minimum(-net, 0), 0).mean())
        assert ways["spent"].value == pytest.approx(np.where(inside, instead, 0).mean())
    told = found.refused()
    assert told["share"].sum() == pytest.approx(found["selection"].share)
    both = told[["avoided", "forgone", "spent"]].to_numpy().sum()
    assert both == pytest.approx(found["selection"].mean.value, abs=1e-14)
    assert told["total"].sum() == pytest.approx(both, abs=1e-14)
    assert (told["avoided"] >= 0).all()
    assert (told["forgone"] <= 0).all()


def test_outcomes_are_those_of_the_groups(many: tuple[Rows, Tally]) -> None:
    made, tallied = many
    found = decompose(MANY, tallied, arm="hasty")
    members = groups(made["slow"], made["hasty"])
    for (_, share, by_arm), inside in zip(found.outcomes, members.values(), strict=True):
        assert share.value == pytest.approx(inside.mean())
        assert share.low < share.value < share.high
        for arm, told in by_arm.items():
            each = made[arm][inside]
            assert told["net.joint"].value == pytest.approx(each["net_joint"].mean())
            assert told["loss.joint"].value == pytest.approx(each["loss_joint"].mean())
            bad = np.isin(each["ending"], (4, 5, 6)) & (each["launched"] == 1)
            assert told["failed"].value == pytest.approx(bad.mean())
            left = sum(each[name].astype(float) for name in each.dtype.names or () if name.startswith("left_"))
            assert told["departures"].value == pytest.approx(np.mean(left))


def of_launched(each: np.ndarray, measure: str, age: int) -> np.ndarray:
    """What is known of launched relationships: alive at an age, or years lived up to it."""
    if measure == "alive":
        return ((each["age"] > age) | (each["censored"] == 1)).astype(float)
    return np.minimum(each["age"], age)


@pytest.mark.parametrize("measure", ["alive", "life"])
@pytest.mark.parametrize("arm", ["sold", "hasty"])
def test_the_split_of_launched_relationships(many: tuple[Rows, Tally], measure: str, arm: str) -> None:
    """Means against the rows, and intervals against those of influence functions, pair by pair."""
    made, tallied = many
    age = 3
    found = decompose(MANY, tallied, measure, arm, per="launched", age=age)
    first, second = made["slow"], made[arm]
    d, f = first["launched"] == 1, second["launched"] == 1
    z_d, z_f = (np.where(each["launched"] == 1, of_launched(each, measure, age), 0.0) for each in (first, second))

    def mean(z: np.ndarray, inside: np.ndarray) -> tuple[float, np.ndarray]:
        middle = z[inside].mean()
        return middle, np.where(inside, z - middle, 0.0) / inside.mean()

    (all_f, by_f), (all_d, by_d) = mean(z_f, f), mean(z_d, d)
    (both_f, of_f), (both_d, of_d) = mean(z_f, d & f), mean(z_d, d & f)
    expected = {
        "selection": (both_d - all_d, of_d - by_d),
        "treatment": (both_f - both_d, of_f - of_d),
        "added": (all_f - both_f, by_f - of_f),
    }
    for name, (value, influence) in expected.items():
        part = found[name].mean
        assert part.value == pytest.approx(value, abs=1e-13)
        assert part.half_width == pytest.approx(Z95 * influence.std() / math.sqrt(LIVES), rel=5e-3)
    assert found.whole.value == pytest.approx(all_f - all_d, abs=1e-13)
    assert found.whole.half_width == pytest.approx(Z95 * (by_f - by_d).std() / math.sqrt(LIVES), rel=5e-3)
    assert math.fsum(part.mean.value for part in found.parts) == pytest.approx(found.whole.value, abs=1e-14)


def test_launched_relationships_are_compared_only_where_all_were_watched() -> None:
    late = scenario({"transition_mean": 3.0}, horizon=6.0)
    results = relsim.run_experiment(late, 600)
    with pytest.raises(ScenarioError, match="to which every launched relationship was watched: none: some launched"):
        results.decompose(per="launched")
    soon = relsim.run_experiment(scenario(horizon=6.0), 600)
    with pytest.raises(ScenarioError, match=r"age: 5: a year to which .* was watched: 1, 2, 3"):
        soon.decompose(per="launched", age=5)
    assert soon.decompose(per="launched").what.startswith("alive 3 years after start")


def test_differences_and_what_pairing_is_worth(simple: tuple[Rows, Tally]) -> None:
    made, tallied = simple
    found = differences(ASKED, tallied)
    assert [each.measure for each in found.found] == list(HEADLINES)
    deal, feasibility = (measures(made[arm])["net.joint"] for arm in ("deal", "feasibility"))
    net = found["net.joint"]
    gap = feasibility - deal
    assert net.gap.value == pytest.approx(gap.mean())
    assert net.gap.half_width == pytest.approx(Z95 * gap.std(ddof=1) / math.sqrt(LIVES))
    assert net.removed == pytest.approx(1 - gap.var() / (deal.var() + feasibility.var()))
    assert net.removed > 0.5
    assert net.correlation == pytest.approx(np.corrcoef(deal, feasibility)[0, 1])
    assert net.pairs == LIVES
    frame = found.to_frame().set_index("measure")
    assert frame.loc["net.joint", "never"] == 0.0
    assert math.isnan(frame.loc["survival.per_contact.5", "never"])


def test_what_is_not_known_is_refused(simple: tuple[Rows, Tally]) -> None:
    _, tallied = simple
    for call, said in (
        (lambda: differences(ASKED, tallied, "feasability"), "did you mean feasibility"),
        (lambda: differences(ASKED, tallied, "deal"), "arm: deal: one of feasibility"),
        (lambda: differences(ASKED, tallied, None, ["net.jont"]), r"did you mean net\.joint"),
        (lambda: decompose(ASKED, tallied, "denials"), "measure: denials: one of"),
        (lambda: decompose(ASKED, tallied, per="lunched"), "did you mean launched"),
        (lambda: decompose(ASKED, tallied, "net.joint", per="launched"), "one of alive, life"),
    ):
        with pytest.raises(ScenarioError, match=said):
            call()
    alone = relsim.run_experiment(scenario(only={"launch": "deal-first"}), 10)
    with pytest.raises(ScenarioError, match="a comparison needs a second arm"):
        alone.difference()


def test_nobody_launched_and_a_single_pair() -> None:
    never = relsim.run_experiment(scenario({"no_deal": 1.0}), 50)
    found = never.decompose()
    assert found["friction"].mean == found.whole
    assert found["friction"].share == 1.0
    launched = never.decompose(per="launched")
    assert not launched.whole.known
    one = relsim.run_experiment(scenario(), 1)
    assert math.isnan(one.decompose().whole.low)
    assert math.isnan(one.difference()["net.joint"].removed)
    for each in (found, launched, one.decompose(), one.difference(), one.decompose(per="launched")):
        assert "nan" not in str(each)
        each.plot().get_figure(root=True).draw_without_rendering()
