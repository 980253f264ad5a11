"""What `relsim claims --json` prints, and its JSON Schema."""

import math
from collections.abc import Iterable
from typing import Any

from relsim.lab.claims.claim import Claim, Unit, Verdict
from relsim.lab.claims.finding import Claims, Found, Said
from relsim.lab.claims.statements import Statement

__all__ = ["document", "rules_document", "schema"]


def document(claims: Claims) -> dict[str, Any]:
    """Return all that was found as nested tables; null where a number is not known or not reached."""
    return {
        "seed": claims.seed,
        "pairs": claims.pairs,
        "worlds": {
            world.name: {"title": world.title, "other_worlds": world.others, "other_pairs": world.other_pairs}
            for world in claims.worlds
        },
        "statements": [
            {
                "statement": each.id,
                "says": each.says,
                **_said(claims.says(each)),
                "worlds": {world.name: _said(world.says(each)) for world in claims.worlds},
                "claims": [
                    _claim(claim) | {"worlds": {world.name: _found(world.of(each)[place]) for world in claims.worlds}}
                    for place, claim in enumerate(each.claims)
                ],
            }
            for each in claims.statements
        ],
    }


def rules_document(wanted: Iterable[Statement]) -> dict[str, Any]:
    """Return what is asked, estimated and ruled of statements, before anything runs."""
    return {
        "statements": [
            {
                "statement": each.id,
                "says": each.says,
                "untestable": each.untestable,
                "claims": [_claim(claim) for claim in each.claims],
            }
            for each in wanted
        ]
    }


def _said(said: Said) -> dict[str, str]:
    return {"verdict": str(said.verdict), "on": said.on}


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "claim": claim.name,
        "question": claim.question,
        "estimand": claim.estimand,
        "unit": str(claim.unit),
        "word": claim.rule.word,
        "rule": claim.rule.words(claim.unit),
        "rule_low": _number(claim.rule.low),
        "rule_high": _number(claim.rule.high),
        "contradicted_by": claim.contradicted,
        "caution": claim.caution,
    }


def _found(found: Found) -> dict[str, Any]:
    most = found.driver
    return {
        **_estimate(found.estimate),
        **_said(found.said),
        "elsewhere": [{"where": name, **_estimate(each)} for name, each in found.elsewhere],
        "held_in": _number(found.held),
        "most_on": most and {"number": most.factor, "correlation": most.correlation, "clear": most.clear},
    }


def _estimate(found: tuple[float, float, float]) -> dict[str, float | None]:
    return dict(zip(("value", "low", "high"), map(_number, found), strict=True))


def _number(number: float) -> float | None:
    return number if math.isfinite(number) else None


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the document."""
    number, text = {"type": ["number", "null"]}, {"type": "string"}
    verdict = {"enum": [str(each) for each in Verdict]}

    def table(members: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}

    def by_world(member: Any) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": member, "minProperties": 1}

    said = {"verdict": verdict, "on": text}
    estimate = {"value": number, "low": number, "high": number}
    most = table({"number": text, "correlation": {"type": "number"}, "clear": {"type": "boolean"}})
    found = {
        **estimate,
        **said,
        "elsewhere": {"type": "array", "items": table({"where": text, **estimate})},
        "held_in": number,
        "most_on": {"anyOf": [{"type": "null"}, most]},
    }
    claim = {
        **dict.fromkeys(("claim", "question", "estimand"), text),
        "unit": {"enum": [str(each) for each in Unit]},
        **dict.fromkeys(("word", "rule"), text),
        **dict.fromkeys(("rule_low", "rule_high"), number),
        **dict.fromkeys(("contradicted_by", "caution"), text),
        "worlds": by_world(table(found)),
    }
    statement = {
        "statement": {"type": "string", "pattern": "^[AM][0-9]+$"},
        "says": text,
        **said,
        "worlds": by_world(table(said)),
        "claims": {"type": "array", "items": table(claim)},
    }
    world = {"title": text, "other_worlds": {"type": "integer"}, "other_pairs": {"type": "integer"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What relsim claims --json prints",
        **table(
            {
                "seed": {"type": "integer", "minimum": 0},
                "pairs": {"type": "integer", "minimum": 1},
                "worlds": by_world(table(world)),
                "statements": {"type": "array", "items": table(statement)},
            }
        ),
    }
