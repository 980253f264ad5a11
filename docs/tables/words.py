"""The tables of words and their numbers: phases, endings, accounts and the rest of the vocabulary."""

from enum import IntEnum

from docs.tables.block import code, from_code, known, markdown
from docs.tables.parameters import ticking_parameters
from docs.tables.reading import AFTER_EVENTS, rules_that
from relsim.vocabulary import (
    BAD_ENDINGS,
    Account,
    Clock,
    Departure,
    Ending,
    EventKind,
    Firm,
    Launch,
    Level,
    OutsideCause,
    Phase,
    Status,
    Turn,
)

__all__: list[str] = []

_PHASES = {
    "COURTSHIP": "the firms have met, and nobody has been told to do anything yet",
    "EXPLORATION": "operations find out whether it can work",
    "NEGOTIATION": "the tops talk; pilots before a deal signed first",
    "CONTRACTING": "managers draft the contract, before or after the signature; pilots before a late one",
    "TRANSITION": "operations are being set up, perhaps with kick-off workshops",
    "OPERATION": "the firms work together",
    "UNWINDING": "an exit has been decided and the notice runs",
    "ENDED": "it is over",
}

_ENDINGS = {
    "ONGOING": "still going at the horizon: censored, never an ending",
    "NO_DEAL": "the talks between the tops failed",
    "WINDOW_LOST": "a rival came first, while nothing was signed",
    "ABANDONED": "it was found that it cannot work, by an exploration or by pilots, and the tops gave it up",
    "QUIET_EXIT": "one top broke it off, and both took their loss",
    "HOSTILE_EXIT": "one top broke it off, with press and court",
    "EXPIRED": "the contract ran out and a top did not believe in renewing it",
    "OUTSIDE": "a merger, an insolvency or a change of strategy ended it",
}

_ACCOUNTS = {
    "BENEFIT": ("+", "`value[f] * performance` a year; the client's is less where little was promised"),
    "RUNNING": ("-", "`running_cost[f]` a year"),
    "LAUNCH": ("-", "`launch_cost[f]` when the transition begins"),
    "EXPLORATION": ("-", "`workshop_cost` a workshop"),
    "BONUS": ("+ or -", "`bonus`, paid by each firm whose top gets one; `bonus_clawback_share` of it back"),
    "ANNOUNCEMENT": ("+", "`announcement_value`"),
    "ADAPTATION": ("-", "`adapt_price` per unit of fit gained"),
    "REPAIR": ("-", "`incident_cost` an incident, repaired or not"),
    "PENALTY": ("+ or -", "`penalty`, from the firm at fault to the other"),
    "DISPUTE": ("-", "`dispute_cost` a dispute"),
    "TURNOVER": ("-", "`replacement_cost[level]` for each person who leaves and is replaced (not for the dismissed)"),
    "SEVERANCE": ("-", "`severance_cost` for each person swapped or dismissed"),
    "COMMITMENT": ("-", "`commitment_cost`, by the firm whose top puts more in"),
    "RESCUE": ("-", "`rescue_cost` a rescue"),
    "EXIT": ("+ or -", "`exit_cost` after a quiet or hostile exit; `break_clause_cost` from who leaves to the other"),
    "REPUTATION": ("-", "`hostile_cost` after a hostile exit"),
    "GOVERNANCE": ("-", "what policies cost: fees, the time of reviews and talks, pilots, coaching; `dues[f]` a year"),
}
"""Sign and amount of what is booked, to each firm unless it says otherwise."""


@from_code
def phases() -> str:
    """Return the phases with their numbers."""
    told = known(_PHASES, Phase.__members__, "phases")
    return markdown(("no.", "phase", "meaning"), ([str(Phase[name].value), code(name), told[name]] for name in told))


@from_code
def endings() -> str:
    """Return the endings with their numbers, the events whose rules bring them, and which count as failed."""
    rows = []
    for name, meaning in known(_ENDINGS, Ending.__members__, "endings").items():
        by = ", ".join(code(kind) for kind in rules_that("endings", name) if kind != EventKind.RELATIONSHIP_ENDED.name)
        rows.append([str(Ending[name].value), code(name), meaning, by, "yes" if Ending[name] in BAD_ENDINGS else ""])
    return markdown(("no.", "ending", "meaning", "brought by", "counts as failed"), rows)


@from_code
def accounts() -> str:
    """Return the accounts of a ledger with the events whose rules may book on them."""
    rows = []
    for name, (sign, amount) in known(_ACCOUNTS, Account.__members__, "accounts").items():
        booked = ", ".join(kind if kind == AFTER_EVENTS else code(kind) for kind in rules_that("books", name))
        rows.append([str(Account[name].value), code(name), sign, amount, booked])
    return markdown(("no.", "account", "sign", "amount, to each firm", "booked by"), rows)


@from_code
def numbers_of_words() -> str:
    """Return the numbers of all other words that stand in states, rows and addresses."""
    sorts: tuple[type[IntEnum], ...] = (Firm, Level, Launch, Turn, OutsideCause, Departure, Status)
    rows = [[each.__name__, ", ".join(f"{word.value} {word.name}" for word in each)] for each in sorts]
    ticking = {int(each.address) for each in ticking_parameters().clock}
    beside = [clock for clock in Clock if clock not in ticking or clock == Clock.PARTNERS]
    rows.append(["Clock, beside those that tick", ", ".join(f"{clock.value} {clock.name}" for clock in beside)])
    return markdown(("sort", "numbers"), rows)
