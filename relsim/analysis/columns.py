"""What is measured of every life and of every pair of twins: named columns, of which only sums are kept.

    arms.ARM.…         shares of started contacts, and measures per contact and per launched relationship
    differences.ARM.…  the same pairs of firms under another arm than the first
    churn.ARM.…        what rates of leaving are made of
    causes.ARM.…       how it went wrong: problems, roots, turns, money by account, people by level and cause
    twins.ARM.…        pairs by who launched: under both arms, only under the first, only under this one, under neither

Every column has one number a life or pair, NaN where a life does not have it.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np

from relsim.model.row import ROW
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import BAD_ENDINGS, Account, Departure, Ending, Level, Status, Turn

__all__ = [
    "CHURN",
    "DECOMPOSED",
    "FIRMS",
    "GROUPS",
    "MOMENT",
    "OTHER",
    "OUTCOMES",
    "PROBLEMS",
    "REFUSALS",
    "SIDES",
    "WAYS_OUT",
    "YEARS",
    "Rows",
    "by_column",
    "column_names",
    "columns",
    "has_failed",
    "in_words",
    "measures",
    "of_nothing",
    "realised_at",
    "watched_ages",
]

Rows = np.ndarray | Mapping[str, np.ndarray]
"""Lives: an array of ROW records, shape (n,), or its columns by name."""

YEARS = (1, 2, 3, 5, 10)
"""The years at which survival is told."""

SIDES = ("client", "supplier", "joint")
FIRMS = ("client", "supplier")

MOMENT = 1e-6 / 365
"""Years by which a time may pass a whole year and still count there: whole years come with rounding."""

CHURN = (
    (Level.OPERATIONAL, Departure.RESIGNED),
    (Level.OPERATIONAL, Departure.DISMISSED),
    (Level.TACTICAL, Departure.RESIGNED),
    (Level.TACTICAL, Departure.SWAPPED),
    (Level.STRATEGIC, Departure.LEADER_REPLACED),
)
"""The departures that are told, by level and cause."""

PROBLEMS = {
    "incidents": "n_incidents",
    "repaired": "n_repaired",
    "complaints": "n_complaints",
    "contract_problems": "n_tactical_problems",
    "settled": "n_adaptations",
    "broken": "n_broken",
    "disputes": "n_disputes",
    "swallowed": "n_swallowed",
    "escalated": "n_escalated",
    "strategy_problems": "n_strategic_problems",
    "heard": "n_heard",
    "denied": "n_denials",
    "reopened": "n_reopened",
    "commitments": "n_commitments",
    "scapegoatings": "n_scapegoatings",
    "realised_by_evidence": "n_turned_by_evidence",
    "realised_by_review": "n_turned_by_review",
    "realised_by_leader": "n_turned_by_leader",
    "rescues": "n_rescues",
}
"""How far problems get, from the floor to the top: names, and the columns of ROW that count them."""

GROUPS = ("both", "first", "second", "neither")
"""Pairs of twins: launched under both arms, only under the first, only under the other, under neither."""

DECOMPOSED = (
    *(f"net.{side}" for side in SIDES),
    *(f"loss.{side}" for side in SIDES),
    *(f"departures.{level.name.lower()}" for level in Level),
)
"""The measures whose difference is split by group."""

OUTCOMES = ("net.joint", "loss.joint", "failed", "departures")
"""What is told of each group under each arm."""

REFUSALS = (Ending.ABANDONED, Ending.WINDOW_LOST, Ending.NO_DEAL)
"""How an arm comes not to launch what the first one launched."""

OTHER = "OTHER"
"""Any other way, such as an ending from outside."""

WAYS_OUT = ("share", "avoided", "forgone", "spent", "total")
"""Of what only the first arm launched: how often, what it lost there, what it won, what not launching cost, and all."""

_MONEY = tuple(
    (f"{what}.{side}{suffix}", f"{what}_{side}{suffix}")
    for what in ("loss", "net")
    for suffix in ("", "_undiscounted")
    for side in SIDES
)
_OF_NOTHING = ("net", "loss", "departures", "limping", "denials", "rescues")
_IN_WORDS = {
    **{ending.name: ending.name.lower().replace("_", " ") for ending in REFUSALS},
    OTHER: "in another way",
    "limping_years": "years limping",
    "first_problem_to_realised": "years from first problem to realising",
    "realised_to_end": "years from realising to the end",
}
_COUNTED = {"denials": "n_denials", "rescues": "n_rescues"}


def by_column(rows: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns of ROW records by name, each in one piece of memory: they are read many times."""
    names = rows.dtype.names or ()
    whole = np.ascontiguousarray(np.ascontiguousarray(rows).view(np.int64).reshape(-1, len(names)).T)
    return {
        name: whole[place].view(np.float64) if rows.dtype[name].kind == "f" else whole[place]
        for place, name in enumerate(names)
    }


def watched_ages(horizon: float) -> tuple[int, ...]:
    """Return the ages up to which relationships launched early enough are watched, among YEARS."""
    return tuple(year for year in YEARS if year < horizon)


def realised_at(rows: Rows) -> np.ndarray:
    """Return when the first of the two tops realised that it was failing, NaN where none did; shape (n,)."""
    moment: np.ndarray = np.fmin(rows["t_realised_client"], rows["t_realised_supplier"])
    return moment


def has_failed(rows: Rows) -> np.ndarray:
    """Return which relationships were launched and ended for bad or mixed reasons; shape (n,)."""
    ending = rows["ending"]
    bad = np.zeros(len(ending), bool)
    for each in BAD_ENDINGS:
        bad |= ending == each
    return bad & (rows["launched"] == 1)


def measures(rows: Rows) -> dict[str, np.ndarray]:
    """Return every measure by its dotted name, one number a life, NaN where a life does not have it."""
    realised = realised_at(rows)
    ended = rows["censored"] == 0
    found = {name: rows[column] for name, column in _MONEY}
    for level in Level:
        found[f"departures.{level.name.lower()}"] = sum(
            (_left(rows, level, cause) for cause in Departure), start=np.zeros(len(realised))
        )
    found["limping_years"] = rows["limping_unrealised"] + rows["limping_realised"]
    found |= {name: rows[column].astype(float) for name, column in _COUNTED.items()}
    found["first_problem_to_realised"] = realised - rows["t_first_problem"]
    found["realised_to_end"] = np.where(ended, rows["t_end"] - realised, np.nan)
    return found


def in_words(measure: str) -> str:
    """Return what a measure is called where people read it."""
    name, _, rest = measure.removesuffix("_undiscounted").partition(".")
    match name:
        case "net" | "loss":
            whose = " of both firms" if rest == "joint" else f", {rest}"
            return f"{name}{whose}" + (", undiscounted" if measure.endswith("_undiscounted") else "")
        case "departures":
            return f"people leaving, {rest}"
        case "endings":
            return "still going" if rest == Ending.ONGOING.name else f"ended: {rest.lower().replace('_', ' ')}"
        case "survival":
            return f"alive after {rest.rpartition('.')[2]} y"
    return _IN_WORDS.get(measure, measure.replace("_", " "))


def of_nothing(measure: str) -> float:
    """Return what firms have that never begin: nothing won or lost, nobody leaves; NaN where it does not apply."""
    return 0.0 if measure.startswith(_OF_NOTHING) else float("nan")


def _left(rows: Rows, level: Level, cause: Departure) -> np.ndarray:
    """Return how many left a level for a cause, both firms together."""
    client, supplier = (rows[_left_name(firm, level, cause)] for firm in FIRMS)
    both: np.ndarray = (client + supplier).astype(float)
    return both


def _left_name(firm: str, level: Level, cause: Departure) -> str:
    return f"left_{firm}_{level.name}_{cause.name}".lower()


def _shares(rows: Rows, horizon: float) -> dict[str, np.ndarray]:
    """Return what is a share of all started contacts, as one 0 or 1 a life."""
    found = {name: rows[name].astype(float) for name in ("signed", "launched")}
    found |= {f"endings.{ending.name}": (rows["ending"] == ending).astype(float) for ending in Ending}
    for year in YEARS:
        if year <= horizon:
            alive = (rows["censored"] == 1) | (rows["t_end"] > year)
            found[f"survival.per_contact.{year}"] = alive.astype(float)
    return found


def _causes(rows: Rows) -> dict[str, np.ndarray]:
    """Return how it went: problems per launched relationship, roots and turns of failed ones, money, people."""
    launched, failed = rows["launched"] == 1, has_failed(rows)

    def among(which: np.ndarray, what: np.ndarray) -> np.ndarray:
        return np.where(which, what, np.nan)

    found = {"failed": among(launched, failed)}
    for name, column in PROBLEMS.items():
        found[f"problems.{name}"] = among(launched, rows[column])
        found[f"had.{name}"] = among(launched, rows[column] > 0)
    found |= {f"root.{level.name.lower()}": among(failed, rows["root"] == level) for level in Level}
    found |= {f"turn.{turn.name.lower()}": among(failed, rows["turn"] == turn) for turn in Turn}
    found["scapegoats"] = among(failed, rows["n_scapegoatings"] > 0)
    found["dispute"] = among(failed, rows["n_disputes"] > 0)
    for account in Account:
        each = [rows[f"money_{firm}_{account.name.lower()}"] for firm in FIRMS]
        found |= {
            f"money.{side}.{account.name}": of for side, of in zip(SIDES, (*each, each[0] + each[1]), strict=True)
        }
    for level, cause in CHURN:
        each = [rows[_left_name(firm, level, cause)].astype(float) for firm in FIRMS]
        word = f"{level.name}.{cause.name}".lower()
        found |= {f"left.{side}.{word}": of for side, of in zip(SIDES, (*each, each[0] + each[1]), strict=True)}
    return found


def _twins(
    first: Rows, second: Rows, of_first: Mapping[str, np.ndarray], of_second: Mapping[str, np.ndarray], horizon: float
) -> dict[str, np.ndarray]:
    """Return what is kept of pairs of twins, by who launched.

    of_first, of_second: the measures of both. Parts are 0 outside their group, so that their means add up; outcomes
    and lives are NaN there, so that their means are those of the group.
    """
    launched, other = first["launched"] == 1, second["launched"] == 1
    which = dict(zip(GROUPS, (launched & other, launched & ~other, ~launched & other, ~launched & ~other), strict=True))
    found = {f"group.{group}": inside.astype(float) for group, inside in which.items()}
    for name in DECOMPOSED:
        gap = of_second[name] - of_first[name]
        found |= {f"part.{group}.{name}": np.where(inside, gap, 0.0) for group, inside in which.items()}
    net, instead = of_first["net.joint"], of_second["net.joint"]
    parts = (np.ones(len(net)), np.maximum(-net, 0.0), np.minimum(-net, 0.0), instead, instead - net)
    refused = {ending.name: which["first"] & (second["ending"] == ending) for ending in REFUSALS}
    refused[OTHER] = which["first"] & ~np.any(list(refused.values()), axis=0)
    for word, inside in refused.items():
        found |= {f"no.{word}.{way}": np.where(inside, part, 0.0) for way, part in zip(WAYS_OUT, parts, strict=True)}
    for arm, rows, measured in (("first", first, of_first), ("second", second, of_second)):
        left = sum((measured[f"departures.{level.name.lower()}"] for level in Level), start=np.zeros(len(net)))
        told = (measured["net.joint"], measured["loss.joint"], has_failed(rows).astype(float), left)
        for group, inside in which.items():
            for name, outcome in zip(OUTCOMES, told, strict=True):
                found[f"of.{group}.{arm}.{name}"] = np.where(inside, outcome, np.nan)
    for age in watched_ages(horizon):
        for name, of_life in (("alive", _alive_at), ("life", _life_up_to)):
            mine, theirs = of_life(first, age, horizon), of_life(second, age, horizon)
            lived = {
                "both.first": np.where(which["both"], mine, np.nan),
                "both.second": np.where(which["both"], theirs, np.nan),
                "both.gap": np.where(which["both"], theirs - mine, np.nan),
                "only.first": np.where(which["first"], mine, np.nan),
                "only.second": np.where(which["second"], theirs, np.nan),
            }
            found |= {f"{name}.{age}.{whose}": each for whose, each in lived.items()}
    return found


def _watched(rows: Rows, age: float, horizon: float) -> np.ndarray:
    """Return which relationships started early enough to be watched up to an age."""
    early: np.ndarray = rows["t_operations"] + age <= horizon + MOMENT
    return early


def _alive_at(rows: Rows, age: float, horizon: float) -> np.ndarray:
    """Return 1 for those alive after so many years of operations, else 0; NaN for those not watched for so long."""
    alive = (rows["age"] > age + MOMENT) | (rows["censored"] == 1)
    return np.where(_watched(rows, age, horizon), alive.astype(float), np.nan)


def _life_up_to(rows: Rows, age: float, horizon: float) -> np.ndarray:
    """Return the years of operations up to an age; NaN for those not watched for so long."""
    return np.where(_watched(rows, age, horizon), np.minimum(rows["age"], age), np.nan)


def columns(horizon: float, lives: Mapping[str, Rows]) -> dict[str, np.ndarray]:
    """Return all columns by name, one number a pair of firms: for each arm, in their order, the same replications."""
    found: dict[str, np.ndarray] = {}
    measured, compared = {}, {}
    for arm, each in lives.items():
        measured[arm] = measures(each)
        shares = _shares(each, horizon)
        compared[arm] = shares | measured[arm]
        launched = each["launched"] == 1
        found |= {f"arms.{arm}.{name}": column for name, column in shares.items()}
        found |= {f"arms.{arm}.per_contact.{name}": column for name, column in measured[arm].items()}
        for name, column in measured[arm].items():
            found[f"arms.{arm}.per_launched.{name}"] = np.where(launched, column, np.nan)
        found[f"arms.{arm}.stopped"] = (each["status"] != Status.SOUND).astype(float)
        years = np.where(launched & (each["age"] > 0), each["age"], np.nan)
        found[f"churn.{arm}.years"] = years
        for place, (level, cause) in enumerate(CHURN):
            left = np.where(np.isnan(years), np.nan, _left(each, level, cause))
            found[f"churn.{arm}.{place}"] = left
            found[f"churn.{arm}.{place}.times_years"] = left * years
        found |= {f"causes.{arm}.{name}": column for name, column in _causes(each).items()}
    first, *others = compared
    for arm in others:
        for name, column in compared[arm].items():
            found[f"differences.{arm}.{name}"] = column - compared[first][name]
        pairs = _twins(lives[first], lives[arm], measured[first], measured[arm], horizon)
        found |= {f"twins.{arm}.{name}": column for name, column in pairs.items()}
    return found


@cache
def _names(arms: tuple[str, ...], horizon: float) -> tuple[str, ...]:
    return tuple(columns(horizon, dict.fromkeys(arms, by_column(np.zeros(0, ROW)))))


def column_names(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the columns, in their order."""
    return _names(tuple(scenario.arms), scenario.horizon)
