"""How a user's own rules are watched: on every engine the same, and only they.

Around each stands one function that sees, whenever the rule has been asked, whether it said yes or no, left its event
and its outbox in order, and whether the relationship is still sound. relsim's own rules run as they are.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from relsim.errors import RuleError, RuleFailed, nearest
from relsim.model.compiling import clone_of, compiled, jittable
from relsim.model.parameters import PARAMETERS
from relsim.model.relationship import FIRM, RELATIONSHIP, broken, told_of
from relsim.model.rule import EVENT, LETTERS, OUTBOX, RuleFunction
from relsim.model.rulebook import Rulebook, line_in, where
from relsim.vocabulary import Firm

__all__ = ["Unsound", "as_record", "failed", "refused", "unchanged", "watched", "watched_plain"]


class Unsound(Exception):
    """A user's rule did what no rule may do."""


def _rule(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Stand for the rule that is watched."""
    raise NotImplementedError


@jittable
def _letters_are_distinct(out: Any) -> bool:
    """Say whether no two letters have one address: they would have the same chance."""
    for i in range(out.count):
        one = out.letter[i]
        for k in range(i):
            other = out.letter[k]
            alike = one.kind == other.kind and one.firm == other.firm
            if alike and one.case == other.case and one.attempt == other.attempt:
                return False
    return True


def _watching(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    time, kind, firm, case, attempt = e.time, e.kind, e.firm, e.case, e.attempt
    happened = _rule(r, p, e, u, out)
    if happened is None:
        raise Unsound("answer")
    if e.time != time or e.kind != kind or e.firm != firm or e.case != case or e.attempt != attempt:
        e.time, e.kind, e.firm, e.case, e.attempt = time, kind, firm, case, attempt
        raise Unsound("event")
    if out.count < 0 or out.count > LETTERS:
        raise Unsound("outbox")
    if not _letters_are_distinct(out):
        raise Unsound("twins")
    if broken(r, p) != 0:
        raise Unsound("state")
    return bool(happened)


@cache
def watched(function: RuleFunction, signature: Any) -> Any:
    """Return the compiled form of a user's rule with its watch.

    Raises RuleError where Numba does not understand the rule, with its line and what Numba says.
    """
    try:
        inner = compiled(function, signature.args, boundscheck=True)  # what it returns, the watch looks at
        clone = clone_of(_watching, {"_rule": inner})
        clone.__module__ = function.__module__  # not ours, so not kept on disk
        return compiled(clone, signature)
    except Exception as error:
        raise RuleError(_not_compiled(function, error)) from error


def watched_plain(function: RuleFunction) -> RuleFunction:
    """Return a user's rule as plain Python with its watch."""
    made: RuleFunction = clone_of(_watching, {"_rule": function})
    return made


def as_record(array: np.ndarray) -> Any:
    """Return the first of some structured records as one whose fields can be read as attributes."""
    return array.view(np.dtype((np.record, array.dtype))).view(np.recarray)[0]


def unchanged(before: bytes, p: np.ndarray | np.record, rules: Rulebook) -> None:
    """Refuse rules that write into the parameters: other lives would see it.

    Raises RuleFailed.
    """
    if p.tobytes() != before:
        names = " or ".join(each.function.__qualname__ for each in rules.own)
        raise RuleFailed(
            f"rule {names} wrote into p, the parameters, which all lives share; what rules remember is in r"
        )


def failed(
    error: Exception, rules: Rulebook, state: np.ndarray, event: np.ndarray, p: Any, out: np.ndarray
) -> RuleFailed:
    """Return what is to be said where a user's rule raised an error or did what no rule may do.

    state, event, out: arrays of one record, as they were then.
    """
    made = rules.by_kind(int(event["kind"][0]))
    line = line_in(made.function.__code__.co_filename, error)
    rule = f"rule {made.function.__qualname__} ({where(made.function, line)})"
    moment = f"{float(event['time'][0]):.4g} years after first contact"
    if isinstance(error, Unsound):
        return RuleFailed(f"after {made.name}, {moment}: {rule}: {_found(str(error), rules, state, p, out)}")
    return RuleFailed(f"at {made.name}, {moment}: {rule}: {type(error).__name__}: {_briefly(error)}")


def _found(what: str, rules: Rulebook, state: np.ndarray, p: Any, out: np.ndarray) -> str:
    """Return what the watch found, in words."""
    match what:
        case "answer":
            return "it returned None; a rule says whether its event happens: True or False, wherever it ends"
        case "event":
            return "it changed its event; of e, a rule may change e.a and e.b and nothing else"
        case "outbox":
            return f"its outbox has no valid count; only send writes into out, at most {LETTERS} events"
        case "twins":
            return f"it sent {_twins(rules, out)} twice with one case and attempt; give each another attempt"
        case _:
            return told_of(as_record(state), int(broken(as_record(state), p)))


def refused(rules: Rulebook, out: np.ndarray) -> str:
    """Return which event of an outbox stopped a life, in words: an array of one OUTBOX record."""
    letters = out["letter"][0][: int(out["count"][0])]
    names = rules.names()
    for kind, firm, delay in letters[["kind", "firm", "fixed"]].tolist():
        if kind not in names:
            return f"it sent an event of kind {kind}, for which there is no rule"
        if not 0 <= firm <= Firm.BOTH:
            return f"it sent {names[kind]} of firm {firm}; a firm is 0, 1 or 2 (relsim.Firm)"
        if not delay >= 0.0:
            return f"it sent {names[kind]} after {delay:g} years; a delay is 0 or more"
    return f"it sent more than {LETTERS} events at once"


def _twins(rules: Rulebook, out: np.ndarray) -> str:
    """Return the name of the kind of event that an outbox holds twice."""
    letters = out["letter"][0][: int(out["count"][0])][["kind", "firm", "case", "attempt"]].tolist()
    kind = next(letter[0] for place, letter in enumerate(letters) if letter in letters[:place])
    return rules.names().get(kind, f"event kind {kind}")


def _briefly(error: Exception) -> str:
    """Return what an error says, in one line."""
    return " ".join(str(error).split())[:300]


_NOT_TOLD = ("Failed in nopython", "During: ", "Overload in function", "Enable logging")


def _not_compiled(function: RuleFunction, error: Exception) -> str:
    """Return why a rule cannot be compiled: its name, the line, what Numba says, and the way out."""
    line = getattr(getattr(error, "loc", None), "line", None)
    field = error.args[0] if isinstance(error, KeyError) and error.args else None
    if isinstance(field, str):  # a field that a record does not have
        line, said = _line_of(function, field) or line, [_no_field(field)]
    else:
        text, _, _ = re.sub(r"\. Raised from .*", "", str(error)).partition('\nFile "')
        lines = [each.strip() for each in text.splitlines()]
        said = [each for each in lines if each and not each.startswith(_NOT_TOLD)][:6] or [type(error).__name__]
    return (
        f"rule {function.__qualname__} ({where(function, line)}) cannot be compiled. Numba, which knows a part of "
        "Python, says:\n"
        + "\n".join(f"  {_shortened(each)}" for each in said)
        + '\nThe engine simpy-plain runs any Python: engine="simpy-plain", or --engine simpy-plain.'
    )


def _shortened(line: str, most: int = 200) -> str:
    """Return a line without its middle where it is too long: Numba writes out whole records."""
    return line if len(line) <= most else f"{line[: most // 2]} ... {line[-most // 2 :]}"


def _line_of(function: Callable[..., Any], attribute: str) -> int | None:
    """Return the line in which a function, or a user's function that it calls, reads an attribute."""
    import dis

    lines = [
        step.positions.lineno
        for step in dis.get_instructions(function)
        if step.argval == attribute and step.positions is not None
    ]
    return lines[0] if lines else None


def _no_field(name: str) -> str:
    fields = [each for dtype in (RELATIONSHIP, FIRM, PARAMETERS, EVENT, OUTBOX) for each in dtype.names or ()]
    meant = nearest(name, fields)
    return f"there is no field {name}" + (f"; did you mean {meant}?" if meant else "")
