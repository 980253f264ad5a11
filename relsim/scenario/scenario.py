"""What is asked: one world, the arms that are compared in it, and for how long."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from relsim.errors import Problem, ScenarioError, nearest
from relsim.scenario.governance import Governance
from relsim.scenario.parameter import Parameter, describe, read_line, read_number, read_text, refusal
from relsim.scenario.world import World

__all__ = ["Scenario", "effective", "with_arms"]

_HORIZON = (0.0, 100.0)


_LAST_YEAR = 9899
"""The last year of which the longest horizon ends within the calendar."""


def _read_date(given: Any) -> Any:
    try:
        read = date.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        raise refusal("a date such as 2026-01-31") from None
    if isinstance(read, date) and read.year > _LAST_YEAR:
        raise refusal(f"a date such as 2026-01-31, not after the year {_LAST_YEAR}")
    return read


ArmName = Annotated[str, StringConstraints(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
"""Lower-case words joined by hyphens: safe as a file name, a column and a shell word."""


class Scenario(BaseModel):
    """One world and named arms, each a way of launching and governing, over a horizon."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    title: Annotated[str, BeforeValidator(partial(read_line, least=1))] = Field(min_length=1, max_length=200)
    horizon: Annotated[
        float, BeforeValidator(partial(read_number, allowed=_HORIZON, told="a number from 0 to 100 (years)"))
    ] = Field(10.0, ge=_HORIZON[0], le=_HORIZON[1], description="years since first contact")
    question: Annotated[str, BeforeValidator(read_text)] = Field("", description="what the comparison is to answer")
    start_date: Annotated[date, BeforeValidator(_read_date)] | None = Field(
        None, description="the day of first contact, where events are to be shown with dates"
    )
    based_on: Annotated[str, BeforeValidator(partial(read_line, most=40))] = Field(
        "",
        max_length=40,
        description="the bundled world that gives the numbers which are not written here, such as gloomy or gentle",
    )
    world: World = Field(default_factory=World, description="what the firms cannot choose; only what differs")
    arms: dict[ArmName, Governance] = Field(
        min_length=1,
        max_length=64,
        description="what the firms do choose, by name",
        json_schema_extra={"additionalProperties": False, "propertyNames": {"maxLength": 40}},
    )


def effective(scenario: Scenario) -> tuple[Parameter, ...]:
    """Return the parameters of the world that have an effect under some arm: all but those of policies of no arm."""
    adopted = {policy.name for arm in scenario.arms.values() for policy in arm.policies if policy.active}
    return tuple(each for each in describe(World) if not each.policy or each.policy in adopted)


def with_arms(scenario: Scenario, names: Iterable[str]) -> Scenario:
    """Return the scenario with these arms only, in the order of the file; without names, as it is.

    Raises ScenarioError naming every arm that the scenario does not have.
    """
    wanted = tuple(names)
    known = tuple(scenario.arms)
    wrong = [name for name in wanted if name not in known]
    if wrong:
        raise ScenarioError(
            Problem("arm", name, f"one of {', '.join(known)}", near=nearest(name, known)) for name in wrong
        )
    if not wanted:
        return scenario
    return scenario.model_copy(update={"arms": {name: scenario.arms[name] for name in known if name in wanted}})
