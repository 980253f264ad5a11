"""The live comparison: what a browser draws while a room moves sliders, and lives that somebody wishes to see.

Plain data in and out, so that any glue can carry it. `answer` is the one door for what a browser asks.
"""

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from relsim.analysis.columns import YEARS, by_column, has_failed
from relsim.analysis.estimate import UNKNOWN, Estimate
from relsim.analysis.survival import Curve
from relsim.drawing.units import scale_of, size_of
from relsim.errors import RelsimError, ScenarioError, nearest
from relsim.experiment.results import Results
from relsim.experiment.run import run_experiment
from relsim.lab.lives import Lives, live_pairs
from relsim.lab.measures import output
from relsim.scenario.files import shown
from relsim.scenario.governance import clash, policy_of
from relsim.scenario.scenario import Scenario
from relsim.show.settings import SLIDERS, SWITCHES, changed, compared_arms, scales
from relsim.show.words import LANGUAGES, words
from relsim.vocabulary import Ending

__all__ = [
    "FARTHEST",
    "FIRST",
    "MOST",
    "SLIDERS",
    "SWITCHES",
    "WISHES",
    "answer",
    "catalogue",
    "changed",
    "compared",
    "find",
]

FIRST = 500
"""Pairs of firms that answer at once."""

MOST = 2000
"""Pairs that refine it."""

FARTHEST = 20_000
"""Pairs that are looked through for a life that somebody wishes to see."""

_MONTHS = 12
_HEADLINE_YEAR = 5

_log = logging.getLogger(__name__)

Columns = Mapping[str, np.ndarray]
"""The columns of ROW by name, or some of them, arrays of shape (n,)."""


# ---------------------------------------------------------------- comparing


def compared(scenario: Scenario, settings: Any = None, replications: int = FIRST, seed: int = 1) -> dict[str, Any]:
    """Return what a page draws of both launches, as data of JSON; amounts in the unit of `catalogue`.

    settings: see `relsim.show.settings`. replications: how many pairs of firms live, at most `MOST`.

    Raises ScenarioError for settings and numbers that are not allowed.
    """
    asked = changed(scenario, settings)
    _whole("replications", replications, 1, MOST)
    results = _lived(asked.model_dump_json(), replications, seed)
    years = [month / _MONTHS for month in range(math.ceil(asked.horizon * _MONTHS))] + [asked.horizon]
    curves = {per: results.survival(per=per).curves for per in ("contact", "launched")}
    columns = results.tally.columns()
    arms = []
    for arm, governance in asked.arms.items():
        arms.append(
            {
                "arm": arm,
                "launch": governance.launch,
                "survival": {per: _drawn(curves[per][arm], years) for per in curves},
                "endings": {each.name: columns[f"arms.{arm}.endings.{each.name}"][1] for each in Ending},
            }
        )
    return {
        "kind": "compare",
        "replications": replications,
        "digest": results.digest,
        "years": years,
        "arms": arms,
        "table": _table(results, curves),
    }


@lru_cache(maxsize=12)
def _lived(scenario: str, replications: int, seed: int) -> Results:
    """Return the lives of a scenario, written as JSON: those of the last few are kept."""
    return run_experiment(Scenario.model_validate_json(scenario), replications, seed)


def _drawn(curve: Curve, years: list[float]) -> dict[str, list[float | None]]:
    """Return a survival curve with its interval month by month; None where it is not known."""
    points = [curve.estimate(year) for year in years]
    return {end: [_plain(getattr(point, end)) for point in points] for end in Estimate._fields}


def _table(results: Results, curves: Mapping[str, Mapping[str, Curve]]) -> list[dict[str, Any]]:
    """Return the headlines: both arms, never, and the difference of the second arm from the first, pair by pair."""
    scenario, (first, second) = results.scenario, results.scenario.arms
    factor, _ = scale_of(scenario)
    year = max((each for each in YEARS if each <= min(_HEADLINE_YEAR, scenario.horizon)), default=None)
    lines: list[dict[str, Any]] = []

    def line(name: str, arms: list[Estimate], gap: Estimate, by: float = 1.0, never: float | None = None) -> None:
        told = {"name": name, "arms": [_told(each, by) for each in arms], "difference": _told(gap, by), "never": never}
        lines.append(told)

    def paired(name: str, measure: str, by: float = 1.0, never: float | None = None) -> None:
        found = results.difference(measure)[measure]
        line(name, [found.first, found.second], found.gap, by, never)

    paired("launched", "launched")
    if year is not None:
        paired("alive.contact", f"survival.per_contact.{year}")
        line("alive.launched", [curve.estimate(year) for curve in curves["launched"].values()], _gap(results, year))
    for per in curves:
        line(f"half.{per}", [curve.quantile(0.5) for curve in curves[per].values()], UNKNOWN)
    lives = Lives(scenario, {arm: by_column(rows) for arm, rows in (results.rows or {}).items()})
    leaving = [output(scenario, "churn.operational", arm).of(lives) for arm in (first, second)]
    line("leaving", leaving, output(scenario, "churn.operational", second, first).of(lives))
    paired("loss", "loss.joint", factor, 0.0)
    paired("net", "net.joint", factor, 0.0)
    return [told | {"year": year} if told["name"].startswith("alive") else told for told in lines]


def _gap(results: Results, year: int) -> Estimate:
    """Return the difference in who is alive so many years after launch; unknown where not all were watched so long."""
    try:
        return results.decompose("alive", per="launched", age=year).whole
    except ScenarioError:
        return UNKNOWN


def _told(found: Estimate, by: float = 1.0) -> list[float | None]:
    return [_plain(each * by) for each in found]


def _plain(value: float) -> float | None:
    return round(value, 5) + 0.0 if math.isfinite(value) else None


# ---------------------------------------------------------------- finding


@dataclass(frozen=True)
class Wish:
    """A life that somebody may wish to see."""

    name: str
    fits: Callable[[Columns, Columns], np.ndarray]
    """Which pairs of firms have it; the lives of the arm that signs first, and of the other one."""
    of: int | None = None
    """Which of these two arms it speaks of, where it speaks of one."""


def _in_either(fits: Callable[[Columns], np.ndarray]) -> Callable[[Columns, Columns], np.ndarray]:
    return lambda one, other: fits(one) | fits(other)


def _in_both(fits: Callable[[Columns], np.ndarray]) -> Callable[[Columns, Columns], np.ndarray]:
    return lambda one, other: fits(one) & fits(other)


def _ended(ending: Ending) -> Callable[[Columns], np.ndarray]:
    return lambda lives: lives["ending"] == ending


def _rescued(lives: Columns) -> np.ndarray:
    """Return where there was a rescue, and nobody realised before or after it but through a new leader."""
    others = lives["n_turned_by_evidence"] + lives["n_turned_by_review"]
    rescued: np.ndarray = (lives["n_rescues"] > 0) & (lives["n_turned_by_leader"] > 0) & (others == 0)
    return rescued


def _well(lives: Columns) -> np.ndarray:
    well: np.ndarray = (lives["ending"] == Ending.ONGOING) & (lives["net_joint"] > 0.0)
    return well


WISHES: Mapping[str, Wish] = {
    each.name: each
    for each in (
        Wish("deal-first-wins", lambda one, other: one["net_joint"] > other["net_joint"], 0),
        Wish("feasibility-first-wins", lambda one, other: one["net_joint"] < other["net_joint"], 1),
        Wish("both-fail", _in_both(has_failed)),
        Wish("both-well", _in_both(_well)),
        Wish("hostile-end", _in_either(_ended(Ending.HOSTILE_EXIT))),
        Wish("rescued-by-a-new-leader", _in_either(_rescued)),
        Wish("given-up-before-it-was-too-late", _in_either(_ended(Ending.ABANDONED))),
    )
}
"""The lives that may be wished for, by name. Who wins has the higher net of both firms."""

_LOOKED_AT = (
    "ending",
    "launched",
    "net_joint",
    "t_end",
    "n_rescues",
    "n_turned_by_evidence",
    "n_turned_by_review",
    "n_turned_by_leader",
)


def find(scenario: Scenario, settings: Any, wish: str, after: int = -1, seed: int = 1) -> dict[str, Any]:
    """Return the next pair of firms that has a life as somebody wishes: its replication, and how both lives end.

    after: the replication after which is looked; -1 for the first one. The first `MOST` pairs are looked through, and
    where there is none after that, more, up to `FARTHEST`: "fit" of "of" pairs have it. "replication" is None where
    none does any more.

    Raises ScenarioError for an unknown wish, and for settings and numbers that are not allowed.
    """
    asked = changed(scenario, settings)
    if not isinstance(wish, str) or wish not in WISHES:
        raise ScenarioError.of("wish", shown(wish), f"one of {', '.join(WISHES)}", nearest(str(wish), WISHES))
    _whole("after", after, -1, FARTHEST)
    factor, _ = scale_of(asked)
    order = _signs_first(asked)
    text = asked.model_dump_json()
    found: dict[str, Any] = {"kind": "find", "wish": wish, "replication": None, "lives": None, "fit": 0, "of": 0}
    for first in range(0, FARTHEST, MOST):
        lives = _looked_at(text, seed, first)
        fits = np.flatnonzero(WISHES[wish].fits(*(lives[place] for place in order)))
        found["fit"] += len(fits)
        found["of"] = first + MOST
        later = fits[fits + first > after]
        if len(later):
            place = int(later[0])
            found |= {"replication": first + place, "lives": [_account(each, place, factor) for each in lives]}
            break
    return found


def _signs_first(scenario: Scenario) -> tuple[int, int]:
    """Return the places of the arm that signs first and of the other one; where both do, or neither, as they stand."""
    launches = [arm.launch for arm in scenario.arms.values()]
    return (1, 0) if launches == ["feasibility-first", "deal-first"] else (0, 1)


@lru_cache(maxsize=24)
def _looked_at(scenario: str, seed: int, first: int) -> list[Columns]:
    """Return, arm by arm, what wishes look at of `MOST` lives from one on."""
    if first == 0:
        lived: Any = list((_lived(scenario, MOST, seed).rows or {}).values())
    else:
        lived = live_pairs(Scenario.model_validate_json(scenario), MOST, seed, first).arms.values()
    return [{name: np.array(rows[name]) for name in _LOOKED_AT} for rows in lived]


def _account(lives: Columns, place: int, factor: float) -> dict[str, Any]:
    return {
        "ending": Ending(int(lives["ending"][place])).name,
        "end": _plain(float(lives["t_end"][place])),
        "net": _plain(float(lives["net_joint"][place]) * factor),
    }


# ---------------------------------------------------------------- the door


def answer(scenario: Scenario, message: Any, seed: int = 1) -> dict[str, Any]:
    """Return the answer to a message from a browser: {"kind": "compare", ...} or {"kind": "find", ...}.

    It never raises: what is refused comes back as {"error": sentence, "clashes": policies that contradict each other}.
    """
    try:
        match message:
            case {"kind": "compare"}:
                return compared(scenario, message.get("settings"), message.get("replications", FIRST), seed)
            case {"kind": "find"}:
                settings, wish = message.get("settings"), message.get("wish")
                return find(scenario, settings, wish, message.get("after", -1), seed)
        raise ScenarioError.of("message", shown(message), 'a table whose kind is "compare" or "find"')
    except RelsimError as error:
        return {"error": str(error), "clashes": _clashes(scenario, message)}
    except Exception as error:  # a page that waits for an answer must get one
        _log.exception("a question of the classroom was not answered")
        return {"error": f"{type(error).__name__}: {error}", "clashes": []}


def _clashes(scenario: Scenario, message: Any) -> list[dict[str, Any]]:
    """Return which switches of a message contradict each other, or what the arm has adopted anyway."""
    try:
        switched = dict(message["settings"]["policies"])
        arms = compared_arms(scenario).arms
        found = []
        for arm, governance in arms.items():
            given = switched.get(arm, {})
            own = {policy.name: policy for policy in governance.policies if given.get(policy.name) is not False}
            on = own | {name: policy_of(name) for name in SWITCHES if given.get(name) is True and name not in own}
            pairs = combinations(on.values(), 2)
            found += [{"arm": arm, "policies": [each.name for each in pair]} for pair in pairs if clash(pair)]
        return found
    except (RelsimError, AttributeError, KeyError, TypeError, ValueError):
        return []  # it was refused for something else


def catalogue(scenario: Scenario, seed: int = 1) -> dict[str, Any]:
    """Return what a page needs at first: what may be changed and wished for, the words, and the first answer.

    Raises ScenarioError for a scenario without two arms.
    """
    asked = compared_arms(scenario)
    order = _signs_first(asked)
    factor, _ = scale_of(asked)
    return {
        "title": scenario.title,
        "seed": seed,
        "horizon": scenario.horizon,
        "money": {"factor": factor, "currency": asked.world.currency, "size": size_of(asked)},
        "sizes": [FIRST, MOST],
        "sliders": [scale.document() for scale in scales(asked)],
        "switches": list(SWITCHES),
        "adopted": {
            arm: [policy.name for policy in governance.policies if policy.active]
            for arm, governance in asked.arms.items()
        },
        "wishes": [{"name": each.name, "of": None if each.of is None else order[each.of]} for each in WISHES.values()],
        "words": {language: words(language).room("model", "units", "live") for language in LANGUAGES},
        "first": compared(scenario, None, FIRST, seed),
    }


def _whole(name: str, given: Any, low: int, high: int) -> None:
    """Raise ScenarioError for what is no whole number from low to high."""
    if not isinstance(given, int) or isinstance(given, bool) or not low <= given <= high:
        raise ScenarioError.of(name, shown(given), f"a whole number from {low} to {high}")
