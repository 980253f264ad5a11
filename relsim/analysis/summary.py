"""What a comparison says in numbers: the document behind `--json`, the tables and the answer in one sentence.

Shares and means are taken over all started contacts and over the launched relationships. Differences are pair by pair,
since replication k is the same pair of firms with the same luck in every arm, each with a normal 95 % interval.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from relsim.analysis.columns import YEARS, measures
from relsim.analysis.precision import until_schema
from relsim.analysis.survival import Curve
from relsim.analysis.tally import Tally
from relsim.drawing.units import CONTRACT_VALUES, money_scale
from relsim.model.row import ROW
from relsim.scenario.governance import Governance
from relsim.scenario.parameter import ASSUMPTION, CALIBRATED, describe, source_of
from relsim.scenario.scenario import Scenario, effective
from relsim.vocabulary import Ending

__all__ = [
    "FORMAT",
    "answer",
    "better_off",
    "flat",
    "for_which_world",
    "is_assumption",
    "is_calibrated",
    "money",
    "rests_on",
    "schema",
    "sources",
    "summarise",
]

FORMAT = 1
"""The form of the document; it goes up when something that is there gets another name or meaning."""


def _nested(flat_names: Mapping[str, Any]) -> dict[str, Any]:
    """Return dotted names as nested tables."""
    found: dict[str, Any] = {}
    for name, value in flat_names.items():
        *tables, last = name.split(".")
        place = found
        for table in tables:
            place = place.setdefault(table, {})
        place[last] = value
    return found


def flat(document: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Return nested tables as dotted names."""
    found: dict[str, Any] = {}
    for name, value in document.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{before}{name}.")
        else:
            found[f"{before}{name}"] = value
    return found


def sources(scenario: Scenario) -> dict[str, list[str]]:
    """Return the parameters of a scenario that have an effect by the source of their numbers, as it is written."""
    found: dict[str, list[str]] = {}
    governance = next(iter(scenario.arms.values()))
    for section, known in ((scenario.world, effective(scenario)), (governance, describe(Governance))):
        for each in known:
            found.setdefault(source_of(section, each.name), []).append(each.name)
    return found


def is_assumption(source: str) -> bool:
    """Say whether what is given as a source is none."""
    return source.lower().startswith(ASSUMPTION)


def is_calibrated(source: str) -> bool:
    """Say whether a source says that a number was found by calibration."""
    return source.lower().startswith(CALIBRATED)


def rests_on(scenario: Scenario) -> dict[str, int]:
    """Return how many parameters of a scenario there are (all), and how many are assumed and how many calibrated."""
    found = sources(scenario)

    def counted(what: Callable[[str], bool]) -> int:
        return sum(len(names) for source, names in found.items() if what(source))

    return {
        "all": counted(lambda source: True),
        "assumed": counted(is_assumption),
        "calibrated": counted(is_calibrated),
    }


def _arm(columns: Mapping[str, float | None], curve: Curve) -> dict[str, Any]:
    """Return the table of one arm from its means by name."""
    found = dict(columns)
    for year in YEARS:
        found.setdefault(f"survival.per_contact.{year}", None)
        found[f"survival.per_launched.{year}"] = curve.at(year)
    found["time_to_exit_median"] = curve.median()
    return _nested(found)


def summarise(
    scenario: Scenario,
    tally: Tally,
    *,
    seed: int,
    replications: int,
    engine: str,
    digest: str,
    rules_version: int,
    until: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the document of a comparison; the first arm is the one that the others are compared with.

    until: how the precision that was asked for was reached, where one was.
    """
    columns = tally.columns()

    def means(before: str) -> dict[str, float | None]:
        found = {name: each for name, each in columns.items() if name.startswith(before)}
        return {name.removeprefix(before): mean if count else None for name, (count, mean, _) in found.items()}

    def arm(place: int, name: str) -> dict[str, Any]:
        shown = means(f"arms.{name}.")
        stopped = round((shown.pop("stopped") or 0.0) * replications)
        return _arm(shown, tally.curve(place)) | {"stopped": stopped}

    def gaps(name: str) -> dict[str, Any]:
        before = f"differences.{name}."
        found = {}
        for path, (count, mean, spread) in columns.items():
            if path.startswith(before):
                low, high = (mean - spread, mean + spread) if count > 1 else (None, None)
                found[path.removeprefix(before)] = {"mean": mean if count else None, "low": low, "high": high}
        return _nested(found)

    names = list(scenario.arms)
    return {
        "format": FORMAT,
        "scenario": scenario.title,
        "seed": seed,
        "replications": replications,
        "horizon": scenario.horizon,
        "engine": engine,
        "digest": digest,
        "rules_version": rules_version,
        "based_on": scenario.based_on,
        "parameters": rests_on(scenario),
        "currency": {"name": scenario.world.currency, "factor": _factor(scenario)},
        "arms": {name: arm(place, name) for place, name in enumerate(names)},
        "differences": {name: gaps(name) for name in names[1:]},
        "until": dict(until) if until is not None else None,
    }


def _factor(scenario: Scenario) -> float:
    return float(scenario.world.currency_factor.value)  # type: ignore[arg-type]


def answer(document: Mapping[str, Any]) -> str:
    """Return what a comparison says: who is better off, whether it pays at all, and for which world this holds."""
    nets = {arm: each["per_contact"]["net"]["joint"] for arm, each in document["arms"].items()}
    told = [better_off(document)] if len(nets) > 1 else []
    pays = [arm for arm, net in nets.items() if net > 0.0]
    if pays:
        told.append(f"Better than never to begin, on average: {', '.join(pays)}.")
    else:
        told.append("On average no arm is better than never to begin.")
    told.append(for_which_world(document))
    return " ".join(told)


def for_which_world(document: Mapping[str, Any]) -> str:
    """Return for which world the numbers of a comparison hold, and what it rests on."""
    counted = document["parameters"]
    based = f", which is based on the {document['based_on']} one" if document["based_on"] else ""
    fitted = f" and {counted['calibrated']} are calibrated on published figures" if counted["calibrated"] else ""
    return (
        f'This holds for the world "{document["scenario"]}"{based}; of its {counted["all"]} parameters '
        f"{counted['assumed']} are assumptions{fitted}."
    )


def better_off(document: Mapping[str, Any]) -> str:
    """Return which arm leaves the two firms better off: the best against the first, or the first against the next."""
    nets = {arm: each["per_contact"]["net"]["joint"] for arm, each in document["arms"].items()}
    best = max(nets, key=lambda arm: nets[arm])
    first, *others = nets
    other = first if best != first else max(others, key=lambda arm: nets[arm])
    compared, sign = (best, 1.0) if best != first else (other, -1.0)
    gap = {end: None if each is None else sign * each for end, each in _joint_gap(document, compared).items()}
    if not gap["mean"]:
        return f"{best.capitalize()} and {other} leave the two firms equally well off."
    per = "per started contact, both together and discounted"
    said = f"{best.capitalize()} leaves the two firms better off than {other} by {money(gap['mean'], document)} {per}"
    if gap["low"] is None or gap["high"] is None:
        return f"{said} (one pair of firms: no interval)."
    low, high = sorted((gap["low"], gap["high"]))
    unclear = "" if low > 0.0 else "; it holds 0, so there is no clear winner"
    return f"{said} (95 % interval {money(low, document)} to {money(high, document)}{unclear})."


def _joint_gap(document: Mapping[str, Any], arm: str) -> dict[str, float | None]:
    gap: dict[str, float | None] = document["differences"][arm]["net"]["joint"]
    return gap


def money(amount: float, document: Mapping[str, Any]) -> str:
    """Return an amount in annual contract values as it is told: in the world's currency, or as such values."""
    factor, unit = money_scale(document["currency"]["name"], document["currency"]["factor"])
    if unit == CONTRACT_VALUES:
        return f"{amount:.3f} {unit}"
    name, _, size = unit.partition(" ")
    return f"{name} {amount * factor:,.2f} {size}".rstrip()


def schema(years: Iterable[int] = YEARS) -> dict[str, Any]:
    """Return the JSON Schema of the summary document."""
    number, share = {"type": ["number", "null"]}, {"type": ["number", "null"], "minimum": 0, "maximum": 1}

    def table(members: Mapping[str, Any], optional: bool = False) -> dict[str, Any]:
        required = {} if optional else {"required": sorted(members)}
        return {"type": "object", "properties": dict(members), "additionalProperties": False, **required}

    def shaped(names: Iterable[str], leaf: Any) -> dict[str, Any]:
        nested = _nested(dict.fromkeys(names, None))
        return table({name: shaped(each, leaf) if isinstance(each, dict) else leaf for name, each in nested.items()})

    names = list(measures(np.zeros(0, ROW)))
    endings = shaped([ending.name for ending in Ending], share)
    survival = shaped([str(year) for year in years], share)
    arm = table(
        {
            "signed": share,
            "launched": share,
            "endings": endings,
            "survival": table({"per_contact": survival, "per_launched": survival}),
            "time_to_exit_median": number,
            "per_contact": shaped(names, number),
            "per_launched": shaped(names, number),
            "stopped": {"type": "integer", "minimum": 0},
        }
    )
    interval = table({"mean": number, "low": number, "high": number})
    difference = shaped(names, interval)["properties"] | {
        "signed": interval,
        "launched": interval,
        "endings": shaped([ending.name for ending in Ending], interval),
        "survival": table(
            {"per_contact": table({str(year): interval for year in years}, optional=True)}, optional=True
        ),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What relsim compare --json prints",
        **table(
            {
                "format": {"const": FORMAT},
                "scenario": {"type": "string"},
                "seed": {"type": "integer", "minimum": 0},
                "replications": {"type": "integer", "minimum": 1},
                "horizon": {"type": "number", "minimum": 0},
                "engine": {"type": "string"},
                "digest": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "rules_version": {"type": "integer", "minimum": 1},
                "based_on": {"type": "string"},
                "parameters": table({name: {"type": "integer"} for name in ("all", "assumed", "calibrated")}),
                "currency": table({"name": {"type": "string"}, "factor": {"type": "number"}}),
                "arms": {"type": "object", "additionalProperties": arm, "minProperties": 1},
                "differences": {"type": "object", "additionalProperties": table(difference, optional=True)},
                "until": {"anyOf": [{"type": "null"}, until_schema()]},
            }
        ),
    }
