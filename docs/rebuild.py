"""Make the tables and pictures of the documents again: `python docs/rebuild.py [--check] [BLOCK or FILE ...]`.

A document holds a block between the lines `<!-- rebuilt: NAME -->` and `<!-- end -->`; docs/tables has a function for
each NAME. With --check the status is 1 when a text came out differently; pictures are drawn anew and only reported.
"""

import argparse
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from docs.site.notebook_pages import FOLDER as NOTEBOOKS  # noqa: E402
from docs.tables import BLOCKS, PICTURES, Block  # noqa: E402

__all__ = ["Place", "WrongBlock", "documents", "main", "places"]

_MARK = re.compile(r"^<!-- (?:rebuilt: *(?P<name>.*?)|end) *-->\n", re.MULTILINE)


class WrongBlock(Exception):
    """A block is marked wrongly, or a document and docs/tables do not belong together."""


@dataclass(frozen=True)
class Place:
    """Where a block stands: what is between its marks."""

    file: Path
    block: Block
    text: str

    @property
    def told(self) -> str:
        """Its name, as it is printed."""
        return f"{self.file.relative_to(ROOT).as_posix()}: {self.block.name}"


def documents() -> list[Path]:
    """Return the README and all Markdown files under docs/; the notebooks that a build leaves there are none."""
    return [ROOT / "README.md", *(file for file in sorted((ROOT / "docs").rglob("*.md")) if file.parent != NOTEBOOKS)]


def _between(text: str, file: Path) -> Iterator[tuple[str, int, int]]:
    """Yield name, start and end of what stands between two marks."""
    name, start = None, 0
    for mark in _MARK.finditer(text):
        if mark["name"] is None and name is None:
            raise WrongBlock(f"{file.name}: an <!-- end --> that ends no block")
        if mark["name"] is not None and name is not None:
            raise WrongBlock(f"{file.name}: block {name} has no <!-- end -->")
        if name is not None:
            yield name, start, mark.start()
        name, start = mark["name"], mark.end()
    if name is not None:
        raise WrongBlock(f"{file.name}: block {name} has no <!-- end -->")


def places(files: list[Path], blocks: dict[str, Block]) -> list[Place]:
    """Return all places in these files.

    Raises WrongBlock for marks that do not pair, a name without a function, and a function without a place.
    """
    found = []
    for file in files:
        text = file.read_text(encoding="utf-8")
        for name, start, end in _between(text, file):
            if name not in blocks:
                raise WrongBlock(f"{file.name}: no function in docs/tables makes the block {name}")
            found.append(Place(file, blocks[name], text[start:end]))
    unused = sorted(blocks.keys() - {place.block.name for place in found})
    if unused:
        raise WrongBlock(f"docs/tables: no document shows {', '.join(unused)}")
    return found


def _chosen(found: list[Place], wanted: list[str]) -> list[Place]:
    """Return the places that are asked for, by the name of their block or a part of their file's path; all for none."""
    for each in wanted:
        if not any(each == place.block.name or each in str(place.file) for place in found):
            raise WrongBlock(f"{each}: neither a block nor a part of the path of a document with one")
    return [
        place
        for place in found
        if not wanted or any(each == place.block.name or each in str(place.file) for each in wanted)
    ]


def _put(file: Path, made: dict[str, str]) -> None:
    """Write what was made between its marks in one document."""
    text = file.read_text(encoding="utf-8")
    for name, start, end in reversed(list(_between(text, file))):
        if name in made:
            text = text[:start] + made[name] + text[end:]
    file.write_text(text, encoding="utf-8")


def _pictures() -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in sorted(PICTURES.glob("*"))}


def _rebuild(chosen: list[Place]) -> int:
    """Rebuild these places, say how each came out, and return how many texts came out differently."""
    drawn, made = _pictures(), {}
    for block in {place.block.name: place.block for place in chosen}.values():
        begun = time.monotonic()
        made[block.name] = block.make()
        changed = [place for place in chosen if place.block is block and place.text != made[block.name]]
        for place in chosen:
            if place.block is block:
                said = "DIFFERENT" if place in changed else "as it was"
                print(f"{said}  {place.told} ({time.monotonic() - begun:.1f} s)", flush=True)
    for file in dict.fromkeys(place.file for place in chosen):
        _put(file, {place.block.name: made[place.block.name] for place in chosen if place.file == file})
    for file, data in _pictures().items():
        if data != drawn.get(file):
            print(f"drawn anew {file.relative_to(ROOT).as_posix()}: other bytes, which --check does not count")
    return sum(place.text != made[place.block.name] for place in chosen)


def main(arguments: list[str]) -> int:
    """Rebuild what is asked for; the status is 1 for a difference under --check, 2 for wrong marks or names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("wanted", nargs="*", metavar="BLOCK or FILE", help="only these blocks; all by default")
    parser.add_argument("--check", action="store_true", help="status 1 when a text came out differently")
    asked = parser.parse_args(arguments)
    try:
        different = _rebuild(_chosen(places(documents(), BLOCKS), asked.wanted))
    except WrongBlock as error:
        print(error, file=sys.stderr)
        return 2
    if different:
        print(f"{different} of the texts came out differently and were written; git diff shows how")
    return 1 if asked.check and different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
