"""What is measured of lives, by name: of one arm, or as the difference between two of the same pairs of firms.

A measure is a mean per started contact, or a ratio of two sums, such as the share of launched relationships that are
alive after five years. Everything here is measured of each life on its own, so that twins can be compared pair by pair.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from relsim.analysis.columns import FIRMS, MOMENT, Rows, has_failed
from relsim.analysis.estimate import Z95, Estimate
from relsim.errors import ScenarioError, nearest
from relsim.lab.lives import Lives
from relsim.lab.patterns import people_left, person_years, pulled, pulls_of
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import Account, Ending, Level

__all__ = ["AGE", "MEASURES", "Measure", "Output", "Outputs", "measure", "output"]

AGE = 5.0
"""Years after launch at which survival is told."""

MONEY = "annual contract values"

OfLives = Callable[[Rows, Scenario], np.ndarray]
"""One number a life, shape (n,)."""


@dataclass(frozen=True)
class Measure:
    """A quantity of lives: a mean per started contact, or a ratio of two sums."""

    name: str
    words: str
    unit: str
    more_is_better: bool
    above: OfLives = field(repr=False)
    """What is summed, one number a life."""
    below: OfLives | None = field(default=None, repr=False)
    """What the sum is divided by, one number a life, as a sum; None where it is the number of started contacts."""

    def __reduce__(self) -> Any:
        return measure, (self.name,)

    @property
    def per_contact(self) -> bool:
        """Whether it is a mean per started contact."""
        return self.below is None

    def of(self, rows: Rows, scenario: Scenario) -> Estimate:
        """Return it with its 95 % interval; unknown where there is nothing to divide by."""
        return pulled(*self.pulls(rows, scenario))

    def pulls(self, rows: Rows, scenario: Scenario) -> tuple[float, np.ndarray]:
        """Return its value, and how far each life pulls it away from there, as `pulls_of` does."""
        above = self.above(rows, scenario)
        return pulls_of(above, np.ones(len(above)) if self.below is None else self.below(rows, scenario))


@dataclass(frozen=True)
class Output:
    """A measure of one arm, or its difference from another arm."""

    measure: Measure
    arm: str
    against: str | None = None
    """The arm that it is compared with, pair by pair; None for the measure of `arm` itself."""

    @property
    def name(self) -> str:
        """As in net.joint feasibility-first - deal-first."""
        return f"{self.measure.name} {self.arm}" + (f" - {self.against}" if self.against else "")

    @property
    def words(self) -> str:
        """What it is where people read it."""
        return f"{self.measure.words}, {self.arm}" + (f" minus {self.against}" if self.against else "")

    def of(self, lives: Lives) -> Estimate:
        """Return it with its 95 % interval, that of a difference from the differences between twins."""
        value, pulls = self.measure.pulls(lives.arms[self.arm], lives.scenario)
        if self.against is not None:
            other, others = self.measure.pulls(lives.arms[self.against], lives.scenario)
            value, pulls = value - other, pulls - others
        return pulled(value, pulls)


@dataclass(frozen=True)
class Outputs:
    """Several outputs, asked of the lives of a cell: value and standard error of each, shape (k, 2)."""

    outputs: tuple[Output, ...]

    def __repr__(self) -> str:
        return "; ".join(each.name for each in self.outputs)

    def of(self, lives: Lives) -> np.ndarray:
        """Return value and standard error of each output, shape (k, 2); NaN where it is not known."""
        found = [each.of(lives) for each in self.outputs]
        return np.array([(each.value, each.half_width / Z95) for each in found])


def measure(name: str) -> Measure:
    """Return the measure of a name.

    Raises ScenarioError for an unknown one.
    """
    if name not in MEASURES:
        raise ScenarioError.of("measure", name, f"one of {', '.join(MEASURES)}", nearest(name, MEASURES))
    return MEASURES[name]


def output(scenario: Scenario, name: str, arm: str | None = None, against: str | None = None) -> Output:
    """Return a measure as an output of the arms of a scenario.

    By default the second arm against the first one; where only `arm` is given, that arm by itself, and where there is
    one arm, that one.

    Raises ScenarioError for an unknown measure or arm, and for an arm against itself.
    """
    known = tuple(scenario.arms)
    for option, given in (("arm", arm), ("against", against)):
        if given is not None and given not in known:
            raise ScenarioError.of(option, given, f"one of {', '.join(known)}", nearest(given, known))
    if arm is None:
        others = [each for each in known if each != (against or known[0])]
        arm, against = (others[0], against or known[0]) if others else (known[0], against)
    if arm == against:
        raise ScenarioError.of("against", against, f"another arm than {arm}")
    return Output(measure(name), arm, against)


def _column(name: str) -> OfLives:
    return lambda rows, scenario: rows[name].astype(float)


def _launched(rows: Rows, scenario: Scenario) -> np.ndarray:
    return rows["launched"].astype(float)


def _of_launched(name: str) -> OfLives:
    return lambda rows, scenario: np.where(rows["launched"] == 1, rows[name], 0.0)


def _failed(rows: Rows, scenario: Scenario) -> np.ndarray:
    return has_failed(rows).astype(float)


def _hostile(rows: Rows, scenario: Scenario) -> np.ndarray:
    return (rows["ending"] == Ending.HOSTILE_EXIT).astype(float)


def _years(rows: Rows, scenario: Scenario) -> np.ndarray:
    return np.where(rows["launched"] == 1, rows["age"], 0.0)


def _limping(rows: Rows, scenario: Scenario) -> np.ndarray:
    years: np.ndarray = rows["limping_unrealised"] + rows["limping_realised"]
    return years


_SPENT = [account for account in Account if account.name in ("EXPLORATION", "GOVERNANCE")]


def _cost(rows: Rows, scenario: Scenario) -> np.ndarray:
    spent = [rows[f"money_{firm}_{account.name.lower()}"] for firm in FIRMS for account in _SPENT]
    cost: np.ndarray = -np.sum(spent, axis=0)
    return cost


def _watched(rows: Rows, scenario: Scenario) -> np.ndarray:
    """Return 1 for those launched so early that they are watched for five years, else 0."""
    return np.where(rows["t_operations"] + AGE <= scenario.horizon + MOMENT, 1.0, 0.0)


def _alive(rows: Rows, scenario: Scenario) -> np.ndarray:
    alive = (rows["age"] > AGE + MOMENT) | (rows["censored"] == 1)
    return _watched(rows, scenario) * alive


def _life(rows: Rows, scenario: Scenario) -> np.ndarray:
    return np.where(_watched(rows, scenario) == 1.0, np.minimum(rows["age"], AGE), 0.0)


def _leaving(levels: Iterable[Level]) -> tuple[OfLives, OfLives]:
    """Return the people leaving these levels for whatever cause, and the person-years of operations there."""
    of = tuple(levels)

    def left(rows: Rows, scenario: Scenario) -> np.ndarray:
        return np.sum([people_left(rows, level) for level in of], axis=0, dtype=float)

    def years(rows: Rows, scenario: Scenario) -> np.ndarray:
        worked: np.ndarray = np.nan_to_num(sum(person_years(rows, scenario, level) for level in of))
        return worked

    return left, years


_STAFF = (Level.TACTICAL, Level.OPERATIONAL)
_SIDES = {"joint": "both firms", "client": "the client", "supplier": "the supplier"}

MEASURES: dict[str, Measure] = {
    each.name: each
    for each in (
        *(Measure(f"net.{side}", f"net of {who}", MONEY, True, _column(f"net_{side}")) for side, who in _SIDES.items()),
        *(
            Measure(f"loss.{side}", f"loss of {who}", MONEY, False, _column(f"loss_{side}"))
            for side, who in _SIDES.items()
        ),
        Measure("failed", "share launched and ended for bad or mixed reasons", "share", False, _failed),
        Measure("hostile", "share ended by a hostile exit", "share", False, _hostile),
        Measure("launched", "share launched", "share", True, _launched),
        Measure("leavers", "tactical and operational people leaving", "people", False, _leaving(_STAFF)[0]),
        Measure("cost", "cost of exploring and governing", MONEY, False, _cost),
        Measure("years", "years in operation", "years", True, _years),
        Measure("limping", "years limping", "years", False, _limping),
        Measure("survival", f"alive {AGE:g} years after launch", "share", True, _alive, _watched),
        Measure("life", f"mean years to the end, up to {AGE:g}, of the launched", "years", True, _life, _watched),
        Measure("churn", "people leaving per person-year", "per person-year", False, *_leaving(_STAFF)),
        Measure(
            "churn.operational",
            "operational people leaving per person-year",
            "per person-year",
            False,
            *_leaving([Level.OPERATIONAL]),
        ),
        Measure("net.launched", "net per launched relationship", MONEY, True, _of_launched("net_joint"), _launched),
        Measure("loss.launched", "loss per launched relationship", MONEY, False, _of_launched("loss_joint"), _launched),
    )
}
"""All measures: means per started contact, then ratios. Money is discounted."""
