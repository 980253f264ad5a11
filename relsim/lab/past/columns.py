"""What a table of past relationships may say: its columns, a row a relationship."""

from dataclasses import dataclass

from relsim.vocabulary import Ending, Launch

__all__ = ["COLUMNS", "ENDING_WORDS", "LAUNCH_WORDS", "NEEDED", "TIMES", "UNKNOWN_ENDING", "Column", "word_of"]

UNKNOWN_ENDING = len(Ending)
"""The number of an ending of which nobody knows how it was; those below are of Ending."""


def word_of(member: Ending | Launch) -> str:
    """Return a word of the vocabulary as files write it."""
    return member.name.lower().replace("_", "-")


LAUNCH_WORDS = {word_of(each): each for each in Launch}
ENDING_WORDS = {word_of(each): int(each) for each in Ending} | {"unknown": UNKNOWN_ENDING}
"""How a relationship ended, by the word that a file has for it."""


@dataclass(frozen=True)
class Column:
    """A column: what it says, and what may stand in it."""

    name: str
    kind: str
    """text, word, time, money (0 or more), count (whole, 0 or more) or size (above 0)."""
    meaning: str
    allowed: str
    required: bool = False
    """Whether a file must have it, and every row fill it."""


_TIME = "a date such as 2020-01-31, or a number of years"
_MONEY = "0 or more"
_COUNT = "a whole number, 0 or more"
_SIZE = "a number above 0"

COLUMNS = (
    Column("id", "text", "What the relationship is called.", "any text, given once"),
    Column("launch", "word", "How it was launched.", " or ".join(LAUNCH_WORDS), required=True),
    Column("contact", "time", "First contact of the two firms.", _TIME),
    Column("signed", "time", "The deal was signed, be it as a letter of intent.", f"{_TIME}, not before contact"),
    Column("contract", "time", "The full contract was there.", f"{_TIME}, not before signed"),
    Column("started", "time", "Operations started. Empty: it was never launched.", f"{_TIME}, not before contract"),
    Column("ended", "time", "It ended. Empty: it was still going.", f"{_TIME}, not before started"),
    Column("ending", "word", "How it ended; of those that ended.", f"one of {', '.join(ENDING_WORDS)}"),
    Column(
        "observed_until",
        "time",
        "Until when it was watched; needed of those still going (they are censored there).",
        f"{_TIME}, not before ended",
    ),
    Column(
        "seen_from",
        "time",
        "Since when it is watched, where it is in the table only as it was still going then (left truncation).",
        f"{_TIME}, before the end or observed_until",
    ),
    Column("contract_value", "size", "What a year of the contract is worth; the unit of the losses.", _SIZE),
    Column("loss_client", "money", "What the client lost on it by its end; 0 where it won.", _MONEY),
    Column("loss_supplier", "money", "What the supplier lost on it by its end; 0 where it won.", _MONEY),
    Column("loss_joint", "money", "What both together lost on it by its end; 0 where they won.", _MONEY),
    Column("left_strategic", "count", "Leaders at the two tops who were replaced, since first contact.", _COUNT),
    Column("left_tactical", "count", "Managers who left since operations started, for whatever cause.", _COUNT),
    Column("left_operational", "count", "Staff who left since operations started, for whatever cause.", _COUNT),
    Column("heads_strategic", "size", "How many leaders those are of: 2, or 1 where one firm is known.", _SIZE),
    Column("heads_tactical", "size", "How many managers there were at the start, of those counted.", _SIZE),
    Column("heads_operational", "size", "How many staff there were at the start, of those counted.", _SIZE),
)
"""All columns. Losses are in annual contract values, or in money where `contract_value` is given in money too."""

TIMES = ("contact", "signed", "contract", "started", "ended", "observed_until")
"""The times in the order in which they must be."""

NEEDED = (("contact", "started"), ("ended", "observed_until"))
"""Of each of these groups a file has at least one column, and each row at least one cell."""
