"""Numbers of a world that may vary."""

import pytest

import relsim
from relsim.analysis.summary import is_assumption, is_calibrated
from relsim.errors import ScenarioError
from relsim.lab.factors import assumed_factors, factor, factor_read, with_numbers
from relsim.scenario.parameter import numbers, source_of
from relsim.scenario.scenario import effective
from tests.worlds import scenario


def test_a_factor_is_read_with_its_range_or_the_plausible_one() -> None:
    read = factor_read("world.evidence")
    assert (read.low, read.high) == (0.05, 0.4)
    assert factor_read("world.evidence=0.1:0.2").at(0.5) == pytest.approx(0.15)
    assert factor_read("world.patience").at(0.26) == 5.0  # whole numbers stay whole
    assert factor_read("world.headcount.client.tactical=2:9").name == "world.headcount.client.tactical"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("world.evidenc", "did you mean world.evidence"),
        ("evidence", "a number of the world"),
        ("arms.deal-first.kickoff", "a number of the world"),
        ("world.evidence=1", "NAME or NAME=LOW:HIGH"),
        ("world.evidence=a:b", "NAME or NAME=LOW:HIGH"),
        ("world.evidence=0.4:0.1", "a range of a number from 0 to 1"),
        ("world.evidence=0:2", "a range of a number from 0 to 1"),
        ("world.evidence.tactical", "no such part"),
        ("world.evidence.client.client", "no such part"),
        ("world.value", "needs a range, such as world.value=0:1"),
    ],
)
def test_what_is_no_factor_is_refused(text: str, told: str) -> None:
    with pytest.raises(ScenarioError, match="free: ") as refused:
        factor_read(text)
    assert told in str(refused.value)


def test_numbers_go_where_their_names_say() -> None:
    asked = scenario()
    made = with_numbers(
        asked,
        {
            "world.optimism": 0.2,
            "world.candour.client": 0.7,
            "world.trust_weight.operational": 0.1,
            "world.headcount.supplier.tactical": 9.0,
            "world.leaving_rate.operational": 0.3,
        },
        "calibrated on something",
    )
    assert numbers(made.world, "optimism") == 0.2
    assert numbers(made.world, "candour") == (0.7, 0.35)
    assert numbers(made.world, "trust_weight") == (0.05, 0.10, 0.1)
    assert numbers(made.world, "headcount") == ((3.0, 6.0, 40.0), (3.0, 9.0, 40.0))
    assert numbers(made.world, "leaving_rate") == ((0.0, 0.12, 0.3), (0.0, 0.12, 0.3))
    assert source_of(made.world, "optimism") == "calibrated on something"
    assert numbers(asked.world, "optimism") == 0.12
    assert source_of(with_numbers(asked, {"world.optimism": 0.2}).world, "optimism") == "assumption"


def test_a_number_that_must_not_fall_below_another_is_raised_to_it() -> None:
    made = with_numbers(scenario(), {"world.negotiation_least": 0.9})
    assert numbers(made.world, "negotiation_most") == 0.9


def test_every_assumed_or_calibrated_number_varies_within_its_plausible_range() -> None:
    asked = relsim.load_scenario("it-outsourcing")
    found = {each.name: each for each in assumed_factors(asked)}
    varied = {name.split(".")[1] for name in found}
    for each in effective(asked):
        source = source_of(asked.world, each.name)
        open_to_doubt = is_assumption(source) or is_calibrated(source)
        if each.name in varied:
            assert open_to_doubt, each.name
        elif each.plausible is not None and open_to_doubt:
            assert not any(numbers(asked.world, each.name)), each.name  # type: ignore[arg-type]
    for name, each in found.items():
        assert each.parameter.plausible is not None, name
        assert each.parameter.plausible[0] <= each.low < each.high <= each.parameter.plausible[1], name
    made = with_numbers(asked, {name: each.at(0.7) for name, each in found.items()})
    assert (
        type(asked).model_validate(made.model_dump(mode="json")) == made
    )  # what comes out is a scenario that is allowed


def test_prices_of_a_policy_vary_only_where_it_is_adopted() -> None:
    without = {each.name for each in assumed_factors(scenario(a={"launch": "deal-first"}))}
    off = {"name": "retention", "bonus": 0}
    also = {each.name for each in assumed_factors(scenario(a={"launch": "deal-first", "policies": [off]}))}
    under = {each.name for each in assumed_factors(scenario(a={"launch": "deal-first", "policies": ["retention"]}))}
    assert without == also == under - {"world.retention_half"}


def test_a_factor_by_name_alone_needs_a_plausible_range() -> None:
    assert factor("world.optimism", 0.0, 0.1).high == 0.1
