"""The tables and words of docs/model/odd.md, read as they stand there."""

from pathlib import Path

PAGE = Path(__file__).resolve().parents[3] / "docs" / "model" / "odd.md"
TEXT = PAGE.read_text(encoding="utf-8")


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table by the names of its columns, without the marks of code and bold print."""
    text = TEXT.split(f"<!-- rebuilt: {name} -->\n")[1].split("<!-- end -->")[0]
    lines = [[cell.strip().strip("`*") for cell in line.split("|")[1:-1]] for line in text.splitlines()]
    header, _, *body = lines
    return [dict(zip(header, cells, strict=True)) for cells in body]


def number(text: str) -> float:
    """Return a number as the page prints it, with commas between thousands."""
    return float(text.replace(",", ""))


def numbers_of_words(sort: str) -> dict[str, int]:
    """Return the words of one sort with their numbers (2.3)."""
    (words,) = (row["numbers"] for row in table("numbers-of-words") if row["sort"].startswith(sort))
    return {word: int(value) for value, word in (each.split() for each in words.split(", "))}


CLIENT, SUPPLIER, BOTH = numbers_of_words("Firm").values()
FIRMS = (CLIENT, SUPPLIER)
STRATEGIC, TACTICAL, OPERATIONAL = numbers_of_words("Level").values()
NAMES_OF_FIRMS = ("client", "supplier")
NAMES_OF_LEVELS = ("strategic", "tactical", "operational")

ENDING = {row["ending"]: int(row["no."]) for row in table("endings")}
TURN = numbers_of_words("Turn")
CAUSE = numbers_of_words("OutsideCause")
STATUS = numbers_of_words("Status")
DEPARTURES = tuple(numbers_of_words("Departure"))
CLOCK = numbers_of_words("Clock")
PHASES = tuple(row["phase"] for row in table("phases"))
KIND = {row["event"]: int(row["no."]) for row in table("events")}
MARKS = {row["event"]: {phase: row[phase] for phase in PHASES} for row in table("phases-of-events")}
"""Whether an event acts, is ignored or is cancelled, by its kind and the phase (3.5)."""
ACCOUNTS = tuple(row["account"] for row in table("accounts"))
LIMIT = {row["what"]: int(number(row["how many"])) for row in table("limits-of-a-life")}
