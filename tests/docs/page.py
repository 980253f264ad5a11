"""A page of the documentation as its reader follows it: blocks of code, and the marks that stand over them.

A mark is a comment on the line directly before a block; several may stand above each other.

    <!-- prints -->         the block is what the one before it printed; a line of three dots stands for any lines
    <!-- file: NAME -->     the block is written into this file, and not run
    <!-- not run: WHY -->   the block is only shown
    <!-- slow -->           the block is run by make test-slow alone
    <!-- exits: STATUS -->  the commands end with this status
    <!-- raises: NAME -->   the Python ends with this error, whose name and text count as printed
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["LANGUAGES", "Block", "WrongPage", "blocks"]

LANGUAGES = ("python", "sh", "text", "csv", "json", "sql", "toml", "yaml")
"""What a block may be in; only Python and sh are run."""

_FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,}) *(?P<language>.*?) *$")
_MARK = re.compile(r"^ *<!-- *(?P<name>prints|file|not run|slow|exits|raises|rebuilt|end)(?:: *(?P<value>.*?))? *-->$")
_COMMENT = re.compile(r"^ *<!--.*-->$")
_WITH_VALUE = ("file", "not run", "exits", "raises", "rebuilt")


class WrongPage(Exception):
    """A page has a block or a mark that is not understood."""


@dataclass(frozen=True)
class Block:
    """A block of code: its language, the line of the page on which its text begins, and its marks."""

    language: str
    line: int
    text: str
    marks: dict[str, str] = field(default_factory=dict)

    @property
    def runs(self) -> bool:
        """Whether it is something to run, and not a file, an output or something to look at."""
        return self.language in ("python", "sh") and not {"file", "not run"} & self.marks.keys()


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page in their order.

    Raises WrongPage for a block without a language, a mark that is not known, and one that does not fit its block.
    """
    lines = page.read_text(encoding="utf-8").splitlines()
    found, place = [], 0
    while place < len(lines):
        opened = _FENCE.match(lines[place])
        place += 1
        if opened is None:
            continue
        marks = _marks(lines, place - 1, page)
        begun = place
        while place < len(lines) and lines[place].strip() != opened["ticks"]:
            place += 1
        if place == len(lines):
            raise WrongPage(f"{page}:{begun}: a block that does not end")
        text = "".join(f"{line.removeprefix(opened['indent'])}\n" for line in lines[begun:place])
        place += 1
        if opened["language"].startswith("{"):
            continue  # a directive of the site
        block = Block(opened["language"], begun + 1, text, marks)
        _fits(block, page)
        found.append(block)
    return found


def _marks(lines: list[str], fence: int, page: Path) -> dict[str, str]:
    """Return the marks on the lines directly before a fence."""
    found: dict[str, str] = {}
    place = fence - 1
    while place >= 0 and _COMMENT.match(lines[place]):
        mark = _MARK.match(lines[place])
        if mark is None or (mark["name"] in _WITH_VALUE) != bool(mark["value"]):
            raise WrongPage(f"{page}:{place + 1}: not a mark: {lines[place].strip()}")
        found[mark["name"]] = mark["value"] or ""
        place -= 1
    return found


def _fits(block: Block, page: Path) -> None:
    """Refuse a block that nobody knows what to do with."""
    wanted = {"prints": ("text",), "exits": ("sh",), "raises": ("python",), "slow": ("python", "sh")}
    if block.language not in LANGUAGES:
        said = f"a block in {block.language}" if block.language else "a block without a language"
        raise WrongPage(f"{page}:{block.line - 1}: {said}: it may be {', '.join(LANGUAGES)}")
    for mark, languages in wanted.items():
        if mark in block.marks and block.language not in languages:
            raise WrongPage(f"{page}:{block.line - 1}: {mark} goes with {' or '.join(languages)}")
    if Path(block.marks.get("file", "")).is_absolute() or ".." in Path(block.marks.get("file", "")).parts:
        raise WrongPage(f"{page}:{block.line - 1}: a file outside the reader's folder")
