"""How rules are written, and what they may send.

A rule is one plain function `rule(r, p, e, u, out) -> bool` of the relationship, the parameters, the event that falls
due, its block of chance and the outbox. It says whether the event happens; if so it changes the state. What
follows from it, or from its not happening, goes into the outbox with `send`, as a delay from now and never as a
moment. The decorator states who sends the event, who receives it, in which phases it may happen and what the four
uniforms mean; all tables follow from that. A user's own rule is decorated in the same way.
"""

import hashlib
import inspect
import linecache
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from types import FunctionType
from typing import Any

import numpy as np

from relsim.errors import RuleError
from relsim.model.arithmetic import exponential
from relsim.model.chance import chance
from relsim.model.compiling import is_foreign, jittable, reads
from relsim.model.declaration import CHANCE, Words, is_built_in, kind_number, refuse_bare, refused, unknown_kind
from relsim.vocabulary import FIRST_USER_KIND, KINDS, Agent, Clock, EventKind, Firm, Phase, Role, Status

__all__ = [
    "BUILT_IN",
    "EVENT",
    "LETTERS",
    "OUTBOX",
    "UNKNOWN",
    "Rule",
    "RuleFunction",
    "actor",
    "agents",
    "consequence_clock",
    "fix_delays",
    "nobody",
    "rule",
    "send",
    "user_clock",
]

LETTERS = 16

UNKNOWN = 3
"""Stands in the table of phases where no rule exists."""

EVENT = np.dtype(
    [
        ("time", "f8"),
        ("kind", "i8"),
        ("firm", "i8"),
        ("case", "i8"),
        ("attempt", "i8"),
        ("a", "f8"),
        ("b", "f8"),
    ],
    align=True,
)

_LETTER = np.dtype(
    [
        ("kind", "i8"),
        ("firm", "i8"),
        ("case", "i8"),
        ("attempt", "i8"),
        ("fixed", "f8"),
        ("width", "f8"),
        ("scale", "f8"),
        ("a", "f8"),
        ("b", "f8"),
    ],
    align=True,
)

OUTBOX = np.dtype([("count", "i8"), ("overflow", "i8"), ("letter", _LETTER, (LETTERS,))], align=True)


@jittable
def send(
    out: Any,
    kind: int,
    firm: int,
    case: int,
    attempt: int,
    fixed: float = 0.0,
    width: float = 0.0,
    mean: float = 0.0,
    a: float = 0.0,
    b: float = 0.0,
) -> None:
    """Let an event fall due after `fixed` years plus, by its own first uniform, a uniform and an exponential part.

    `width` is the width of the uniform part and `mean` the mean of the exponential part, in years. The event keeps the
    case of its cause; no two events of one kind and firm may share case and attempt.
    """
    i = out.count
    if i >= LETTERS:
        out.overflow = 1
        return
    letter = out.letter[i]
    letter.kind = kind
    letter.firm = firm
    letter.case = case
    letter.attempt = attempt
    letter.fixed = fixed
    letter.width = width
    letter.scale = mean
    letter.a = a
    letter.b = b
    out.count = i + 1


@jittable
def consequence_clock(p: Any, kind: int, firm: int) -> int:
    """Return the clock of the address from which a consequence draws; what the firms do together stands with the
    first.
    """
    side = 0 if firm == Firm.BOTH else p.address_firm[firm]
    return 1024 + 2 * kind + side


@jittable
def fix_delays(out: Any, p: Any, seed: int, replication: int, u: Any) -> int:
    """Work out after how many years each letter falls due, into its `fixed`; return the status of the outbox.

    A letter with a part left to chance takes it from the first uniform of its own block; u is scratch room.
    """
    if out.overflow == 1:
        return Status.OUTBOX_FULL
    for i in range(out.count):
        letter = out.letter[i]
        if letter.kind < 0 or letter.kind >= KINDS or letter.firm < 0 or letter.firm > Firm.BOTH:
            return Status.UNKNOWN_EVENT
        if p.marks[0, letter.kind] == UNKNOWN:
            return Status.UNKNOWN_EVENT
        if letter.width != 0.0 or letter.scale != 0.0:
            clock = consequence_clock(p, letter.kind, letter.firm)
            chance(seed, replication, clock, letter.case, letter.attempt, u)
            letter.fixed = letter.fixed + letter.width * u.u0 + letter.scale * exponential(u.u0)
        if not letter.fixed >= 0.0:
            return Status.BAD_DELAY
    return Status.SOUND


RuleFunction = Callable[[Any, Any, Any, Any, Any], bool]


@dataclass(frozen=True)
class Rule:
    """One rule and everything the engines need to know about it."""

    function: RuleFunction
    kind: int
    name: str
    sender: Role
    receiver: Role
    phases: tuple[Phase, ...]
    chance: tuple[str, str, str, str]
    rate: float = 0.0
    per_firm: bool = False

    @property
    def identity(self) -> dict[str, Any]:
        """Say which rule this is: module, name, kind and a hash of its source and of what it uses."""
        source = hashlib.sha256(_text(self.function, set()).encode()).hexdigest()
        return {
            "module": self.function.__module__,
            "name": self.function.__qualname__,
            "kind": self.kind,
            "source_sha256": source,
        }


def _text(function: Callable[..., Any], told: set[str]) -> str:
    """Return the source of a function and of all that it uses of its own module and others, but for relsim's."""
    linecache.checkcache(function.__code__.co_filename)
    try:
        text = inspect.getsource(function)
    except OSError:  # typed into a prompt: no source is kept, so its bytecode stands for it
        text = f"{function.__code__.co_code.hex()} {function.__code__.co_consts}"
    for name, value in sorted(reads(function).items()):
        value = getattr(value, "py_func", value)
        if isinstance(value, FunctionType) and not value.__module__.startswith("relsim.") and not is_foreign(value):
            if value.__qualname__ not in told:
                told.add(value.__qualname__)
                text += _text(value, told)
        elif hasattr(type(value), "compiles_as") or ("." not in name and _is_constant(value)):
            text += f"\n{name} = {value!r}"
    return text


def _is_constant(value: object) -> bool:
    return isinstance(value, (bool, int, float, str, tuple))


_ALL_PHASES = tuple(phase for phase in Phase if phase != Phase.ENDED)
BUILT_IN: dict[int, Rule] = {}
"""The rules of relsim itself by kind; importing relsim.model.rules fills it."""


def rule(
    kind: EventKind | int | str,
    *,
    name: str | None = None,
    sender: Role | str | None = None,
    receiver: Role | str | None = None,
    phases: Iterable[Phase | str] | None = None,
    chance: tuple[str, str, str, str] | None = None,
    rate: float | None = None,
    per_firm: bool | None = None,
) -> Callable[[RuleFunction], RuleFunction]:
    """Make a plain function the rule for one kind of event; the function itself comes back unchanged.

    kind: a member or name of EventKind to replace a built-in rule (who sends it and when it may happen stay as they
        were), or a number from 96 to 127 for a kind of one's own.
    name: what a kind of one's own is called in event lists; by default as the function, in capitals.
    sender, receiver, phases: who (everybody), to whom (everybody), when (always).
    chance: what u0 ... u3 mean, in words.
    rate: constant maximum rate per year of a clock of one's own, at most 10,000; 0, as by default, for events that
        other rules send.
    per_firm: whether each firm has such a clock.

    Raises RuleError, with every mistake, for what does not exist or is not allowed.
    """
    refuse_bare(kind)
    stated = {"sender": sender, "receiver": receiver, "phases": phases, "rate": rate, "per_firm": per_firm}

    def mark(function: RuleFunction) -> RuleFunction:
        wrong = refused(function)
        number = kind_number(kind)
        if number is None:
            wrong.append(unknown_kind(kind))
        words = Words(wrong)
        made = Rule(
            function,
            -1 if number is None else number,
            words.name(name, number, function),
            words.word("sender", sender, Role, Role.EVERYBODY),
            words.word("receiver", receiver, Role, Role.EVERYBODY),
            _ALL_PHASES if phases is None else words.phases(phases),
            CHANCE if chance is None else words.chance(chance),
            0.0 if rate is None else words.rate(rate),
            per_firm is True,
        )
        if per_firm not in (None, True, False):
            wrong.append(f"per_firm: {per_firm!r}: True or False")
        if _is_ours(function):
            BUILT_IN[made.kind] = made
        elif is_built_in(number) and not wrong:
            made = _in_the_place_of(made, chance is not None, [key for key, each in stated.items() if each is not None])
        if wrong:
            called = getattr(function, "__qualname__", repr(function))
            raise RuleError("\n".join(f"rule {called}: {each}" for each in wrong))
        jittable(function)
        function.relsim_rule = made  # type: ignore[attr-defined]
        return function

    return mark


def _is_ours(function: RuleFunction) -> bool:
    return getattr(function, "__module__", "").startswith(f"{__package__}.rules.")


def _in_the_place_of(made: Rule, says_chance: bool, stated: list[str]) -> Rule:
    """Return a user's rule for a built-in kind, with all else as it is built in.

    Raises RuleError where the user says something else of it.
    """
    from relsim.model import rules  # noqa: F401  which fills the table

    built_in = BUILT_IN[made.kind]
    other = [name for name in stated if getattr(made, name) != getattr(built_in, name)]
    if other:
        raise RuleError(
            f"rule {made.function.__qualname__}: {', '.join(other)}: stay as they are built in for {built_in.name}; "
            "leave them out"
        )
    return replace(built_in, function=made.function, chance=made.chance if says_chance else built_in.chance)


@jittable
def nobody(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Fill the empty places of the table; an engine stops a life before it gets here."""
    return False


_HOSTS = {
    Agent.BOTH_STRATEGIC: Agent.CLIENT_STRATEGIC,
    Agent.BOTH_TACTICAL: Agent.CLIENT_TACTICAL,
    Agent.BOTH_OPERATIONAL: Agent.CLIENT_OPERATIONAL,
}


def _agent(role: Role, firm: int) -> Agent:
    if role >= Role.FACILITATOR:
        return Agent(int(role))
    level = role % 3
    if firm == Firm.BOTH:
        return Agent(Agent.BOTH_STRATEGIC + level)
    own = role < Role.PARTNER_STRATEGIC
    return Agent(3 * (firm if own else 1 - firm) + level)


def agents(made: Rule, firm: int) -> tuple[Agent, Agent]:
    """Return who sends and who receives an event of this kind and firm."""
    return _agent(made.sender, firm), _agent(made.receiver, firm)


def actor(made: Rule, firm: int) -> Agent:
    """Return the one agent in whose inbox an event of this kind and firm falls due; together, the client's team
    hosts.
    """
    sender = _agent(made.sender, firm)
    return _HOSTS.get(sender, sender)


def user_clock(made: Rule, firm: int) -> int:
    """Return the address of a clock for a kind of the user's own."""
    side = 0 if firm == Firm.BOTH else firm
    return int(Clock.USER) + 2 * (made.kind - FIRST_USER_KIND) + side
