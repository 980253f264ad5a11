"""The tables of what is true of a relationship: its state, and the row that a life leaves."""

import re
from typing import Any

from docs.tables.block import code, from_code, known, markdown
from docs.tables.reading import AFTER_EVENTS, rules_that
from relsim.model.relationship import COUNTS, FIRM, RELATIONSHIP, TIMES
from relsim.model.row import ROW

__all__: list[str] = []

_SHARE = "share, 0 to 1"

_RELATIONSHIP = {
    "phase": ("word", "where it stands"),
    "ending": ("word", "how it ended; `ONGOING` until then"),
    "cause": ("word", "why the world outside ended it"),
    "root": ("level or -1", "level at which the first problem arose; -1 while there was none"),
    "turn": ("word", "what had made the top realise that decided to leave, or let it expire"),
    "status": ("word", "whether a limit stopped the life"),
    "stopped_by": ("kind", "the event at which a limit stopped it"),
    "deal_first": ("0 or 1", "1: the promise rests on optimism (launched deal-first, or a verdict was overridden)"),
    "facilitator": ("0 or 1", "whether a facilitator was engaged"),
    "broker": ("0 or 1", "whether a deal broker was engaged"),
    "kickoffs": ("workshops", "kick-off workshops planned so far"),
    "announcement_waits": ("0 or 1", "1: success is to be announced, but not before it is proven (`quiet-launch`)"),
    "unaudited": ("agreements", "broken agreements since the last call of an auditor (`independent-audit`)"),
    "fit": (_SHARE, "how well the two operations mesh; hidden from everybody"),
    "fit_at_start": (_SHARE, "fit at first contact"),
    "trust": (_SHARE, "trust between the two firms at this level"),
    "promise": ("performance", "the performance that the contract promises; 0 before the signature"),
    "estimate_mean": ("fit", "what the managers believe about fit: mean"),
    "estimate_sd": ("fit", "what the managers believe about fit: standard deviation"),
    "negotiation_luck": ("uniform", "drawn at first contact: how long the talks take"),
    "deal_luck": ("uniform", "drawn at first contact: whether the talks fail"),
    "promise_luck": ("uniform", "drawn at first contact: the noise of the promise"),
    "performance": ("performance", "performance as the books have it: after the last event that happened"),
    "promised": ("performance", "promise as the books have it"),
    "since": ("years", "moment up to which benefits and running costs are booked"),
    "weight": ("ratio", "`exp(-discount * since)`"),
    "performance_years": ("years", "performance summed over time"),
    "below": ("0 or 1", "whether performance is below the joint break-even, and no exit is decided"),
    "spell": ("number", "how many times it has fallen below so far"),
    "limping": ("0 or 1", "whether it limps"),
    "limping_since": ("years", "moment up to which limping years are counted"),
    "limping_unrealised": ("years", "time spent limping while neither top had realised"),
    "limping_realised": ("years", "time spent limping while a top had realised"),
    "broken_at": ("years", "a ring of the moments of the last broken agreements; NaN where there is none"),
    "broken_next": ("number", "how many agreements were put into that ring so far"),
    "user": ("any", "room for rules of one's own"),
}

_FIRM = {
    "belief": (_SHARE, "the top's confidence that the relationship delivers what was promised; 0 before the signature"),
    "personal": (_SHARE, "personal stake at its last jump: publicity, bonus, prestige"),
    "personal_at": ("years", "moment of that jump"),
    "sunk": (_SHARE, "sunk stake at its last jump: what the firm has put in"),
    "sunk_at": ("years", "moment of that jump"),
    "attention": (_SHARE, "the top's attention at its last jump"),
    "attention_at": ("years", "moment of that jump"),
    "attention_jumps": ("number", "jumps of attention so far"),
    "realised": ("0 or 1", "whether the top knows that it fails"),
    "realised_at": ("years", "moment of the last realising; NaN before the first"),
    "t_realised": ("years", "moment of the first realising; NaN before it"),
    "turn": ("word", "what brought the last realising"),
    "denials": ("number", "cases that this top denied and referred back"),
    "scapegoatings": ("number", "times that this top made scapegoats"),
    "bonus_at": ("years", "moment of this top's bonus; NaN before it, and again when it was paid back"),
    "morale": (_SHARE, "morale of the team (at strategic level it stays where it began, and nothing reads it)"),
    "headcount": ("people", "people in the team"),
    "hired": ("people", "people hired to replace others"),
    "departures": ("people", "people who left, by level and cause"),
    "ledger": ("annual contract values", "balance of each account, discounted to first contact"),
    "undiscounted": ("annual contract values", "balance of each account, as paid"),
    "user": ("any", "room for rules of one's own"),
}

_MOMENTS = {
    "t_contact": "first contact",
    "t_verdict": "the managers' report",
    "t_deal": "the signature",
    "t_announced": "the announcement",
    "t_bonus": "the first bonus",
    "t_contract": "the contract drafted",
    "t_operations": "the start of operations",
    "t_first_problem": "the first problem at any level",
    "t_first_escalation": "the first case taken to a top",
    "t_first_rescue": "the first rescue",
    "t_exit_decided": "the decision to leave",
    "t_end": "the end, or the horizon where it is still going",
}

_COUNTS = {
    "workshops": "workshops held",
    "incidents": "incidents",
    "repaired": "incidents repaired by the staffs together",
    "complaints": "complaints raised",
    "adaptations": "cases settled by the managers",
    "broken": "broken agreements: cases that they could not settle",
    "disputes": "formal disputes",
    "escalated": "cases taken to the own top",
    "heard": "cases that a top heard of",
    "swallowed": "broken agreements that were kept from the top",
    "denials": "cases denied and referred back",
    "commitments": "times that a top put more in",
    "rescues": "rescues",
    "scapegoatings": "times that scapegoats were made",
    "tactical_problems": "contracts that did not fit",
    "strategic_problems": "strategies that drifted apart",
    "reopened": "cases opened again after a denial",
    "pilots": "pilots held",
    "joint_reviews": "joint reviews held",
    "hotline_calls": "complaints taken to a top by the hotline",
    "audits": "audits",
    "settled": "claims that a dispute board settled",
    "rotations": "handovers of sponsors",
    "turned_by_evidence": "realisings by evidence",
    "turned_by_review": "realisings by a board review, a joint review or an audit",
    "turned_by_leader": "realisings by a new leader or sponsor",
    "events": "events that happened",
}

_ROW = {
    "replication": "which pair of firms",
    "signed": "1 where the deal was signed",
    "launched": "1 where operations started",
    "ending": "how it ended",
    "root": "level of the first problem, -1 for none",
    "turn": "what had made the top realise that decided to leave or let it expire; 0 otherwise",
    "cause": "why the world outside ended it",
    "censored": "1 where it was still going at the horizon",
    "status": "0, or the limit that stopped the life",
    "t_realised_client": "moment of the client's first realising",
    "t_realised_supplier": "moment of the supplier's first realising",
    "duration": "years since first contact: `t_end`",
    "age": "years since operations started: `t_end - t_operations`",
    "limping_unrealised": "years limping while neither top had realised",
    "limping_realised": "years limping while a top had realised, and nobody acted",
    "fit_at_start": "fit at first contact",
    "fit_at_end": "fit at the end",
    "promise": "the promise at the end (a rescue resets it); NaN where nothing was signed",
    "performance_at_end": "performance at the end; NaN where nothing was launched",
    "performance_mean": "`performance_years / age`; NaN where nothing was launched",
}

_PATTERNS = {
    "left_FIRM_LEVEL_CAUSE": ("left_", "people who left, by firm, level and cause"),
    "money_FIRM_ACCOUNT": ("money_", "balance of an account, discounted"),
    "net_SIDE": ("net_(?!.*_un)", "sum of a firm's accounts, or of both firms (`joint`), discounted"),
    "loss_SIDE": ("loss_(?!.*_un)", "`max(0, -net)`; `joint`: of the joint net"),
    "net_SIDE_undiscounted": ("net_.*_un", "the same, as paid"),
    "loss_SIDE_undiscounted": ("loss_.*_un", "the same, as paid"),
}


def _written_by(field: str) -> str:
    if field in ("f.ledger", "f.undiscounted"):
        return "see the accounts"
    return ", ".join(kind if kind == AFTER_EVENTS else code(kind) for kind in rules_that("writes", field))


def _variables(told: dict[str, tuple[str, str]], record: Any, owner: str) -> str:
    rows = []
    for name, (unit, meaning) in told.items():
        shape = "".join(f"[{length}]" for length in record[name].shape)
        rows.append([code(name + shape), unit, meaning, _written_by(f"{owner}.{name}")])
    return markdown(("variable", "unit", "meaning", "may change at"), rows)


@from_code
def state_of_a_relationship() -> str:
    """Return the shared state variables, with the events whose rules write them."""
    names = [name for name in RELATIONSHIP.names or () if name not in (*TIMES, *COUNTS, "firm")]
    return _variables(known(_RELATIONSHIP, names, "state of a relationship"), RELATIONSHIP, "r")


@from_code
def state_of_a_firm() -> str:
    """Return the state variables of each firm, with the events whose rules write them."""
    return _variables(known(_FIRM, FIRM.names or (), "state of a firm"), FIRM, "f")


@from_code
def moments_and_counts() -> str:
    """Return the moments and counts, which are state variables and columns of the row at once."""
    rows = [
        [code(name), "years, NaN until then", meaning, _written_by(f"r.{name}")]
        for name, meaning in known(_MOMENTS, TIMES, "moments").items()
    ]
    for name, meaning in known(_COUNTS, COUNTS, "counts").items():
        written = AFTER_EVENTS if name == "events" else _written_by(f"r.{name}")
        rows.append([code(name), "number", meaning, written])
    return markdown(("variable", "unit", "meaning", "may change at"), rows)


@from_code
def columns_of_the_row() -> str:
    """Return the columns of a life's row, in their order."""
    names = list(ROW.names or ())
    found = {pattern: [name for name in names if re.match(start, name)] for pattern, (start, _) in _PATTERNS.items()}
    alike = {name: pattern for pattern, members in found.items() for name in members}
    counts = {f"n_{name}" for name in COUNTS}
    told = known(_ROW, [name for name in names if name not in {*alike, *TIMES, *counts}], "columns of the row")
    rows: list[list[str]] = []
    for name in names:
        sort = "whole" if ROW[name].kind == "i" else "float"
        if name in told:
            rows.append([code(name), "1", sort, told[name]])
        elif name in TIMES:
            rows.append([code(name), "1", sort, f"moment: {_MOMENTS[name]}"])
        elif name in counts:
            rows.append([code(name), "1", sort, _COUNTS[name.removeprefix("n_")]])
        elif name == found[alike[name]][0]:
            pattern = alike[name]
            rows.append([code(pattern), str(len(found[pattern])), sort, _PATTERNS[pattern][1]])
    return markdown(("column", "how many", "sort", "meaning"), rows, right=(1,))
