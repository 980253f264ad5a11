"""What a rebuilt block is: a function without arguments that returns the Markdown between its marks.

The function's name, with hyphens, is the name in the marks: `def main_job()` stands between
`<!-- rebuilt: main-job -->` and `<!-- end -->`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

__all__ = ["BLOCKS", "PICTURES", "Block", "code", "from_code", "from_lives", "known", "markdown", "plain"]

PICTURES = Path(__file__).resolve().parent.parent / "pictures"

Make = Callable[[], str]


@dataclass(frozen=True)
class Block:
    """One block of a document and how it is made."""

    name: str
    make: Make
    simulates: bool
    """Whether it takes a simulation; the others are held against the documents by the ordinary tests."""


BLOCKS: dict[str, Block] = {}
"""All blocks by name; importing docs.tables fills it."""


def from_code(make: Make) -> Make:
    """Make a function a block that is read off the code in a moment."""
    return _registered(make, simulates=False)


def from_lives(make: Make) -> Make:
    """Make a function a block that takes a simulation; it may draw pictures into PICTURES too."""
    return _registered(make, simulates=True)


def _registered(make: Make, simulates: bool) -> Make:
    name = make.__name__.replace("_", "-")
    if name in BLOCKS:
        raise ValueError(f"two functions for the block {name}")
    BLOCKS[name] = Block(name, make, simulates)
    return make


def markdown(header: Iterable[str], rows: Iterable[Iterable[str]], right: Iterable[int] = ()) -> str:
    """Return a table in Markdown; `right` are the columns that are aligned to the right."""
    names = tuple(header)
    to_the_right = tuple(right)
    lines = [names, tuple("--:" if place in to_the_right else "---" for place in range(len(names))), *map(tuple, rows)]
    wrong = [line for line in lines if len(line) != len(names)]
    if wrong:
        raise ValueError(f"a row of other length than the header {names}: {wrong[0]}")
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def code(text: object) -> str:
    """Return text set as code, and nothing for no text."""
    return f"`{text}`" if str(text) else ""


def plain(word: str) -> str:
    """Return a word of the vocabulary as it stands in a sentence."""
    return word.lower().replace("_", " ")


Words = TypeVar("Words")


def known(told: Mapping[str, Words], names: Iterable[str], what: str) -> dict[str, Words]:
    """Return what is told of each name, in the order of the names; all must be told, and nothing else.

    Raises ValueError for a name of the code that is not told, and for one that the code does not have.
    """
    wanted = tuple(names)
    missing, surplus = set(wanted) - told.keys(), told.keys() - set(wanted)
    if missing or surplus:
        raise ValueError(f"{what}: not told: {sorted(missing)}; told but not in the code: {sorted(surplus)}")
    return {name: told[name] for name in wanted}
