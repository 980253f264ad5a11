"""Answers of the lab where people read them: in a terminal, and as sections of a report that are kept in files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from relsim import __version__
from relsim.errors import ScenarioError
from relsim.lab.answer import Answer
from relsim.model.rulebook import RULES_VERSION
from relsim.scenario.scenario import Scenario
from relsim.show.page import Block, Folded, Lead, Paragraph, Picture, Section, Table
from relsim.show.tables import cells_of, found

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["lab_section", "read_sections", "told", "write_section"]

_MARK = "relsim_section"
_FORMAT = 1
_DPI = 200


def told(answer: Answer) -> RenderableType:
    """Return an answer as sentences and a table that fits the terminal."""
    return Group(*(Text(sentence) for sentence in answer.said()), Text(""), found(answer))


def lab_section(answer: Answer, name: str = "answer") -> Section:
    """Return an answer as a section of a report; `name` is that of its picture."""
    figure = answer.plot().get_figure(root=True)
    assert figure is not None
    return _section(_document(answer), name, figure)


def _document(answer: Answer) -> dict[str, Any]:
    """Return all of a section but the picture, as data."""
    header, rows, right = cells_of(answer)
    return {
        _MARK: _FORMAT,
        "heading": answer.heading,
        "title": answer.title,
        "scenario": answer.scenario,
        "relsim": __version__,
        "rules_version": RULES_VERSION,
        "said": list(answer.said()),
        "header": list(header),
        "rows": [list(row) for row in rows],
        "right": list(right),
    }


def _section(said: Mapping[str, Any], name: str, figure: "Figure", about: Scenario | None = None) -> Section:
    first, *others = said["said"]
    table = Table(said["title"], tuple(said["header"]), tuple(map(tuple, said["rows"])), right=tuple(said["right"]))
    apart = []
    if about is not None and said["scenario"] != about.title:
        apart.append(f"This is about another scenario than the rest of the report: {said['scenario']}.")
    if said["rules_version"] != RULES_VERSION:
        apart.append(f"This was found with rules version {said['rules_version']}; the report has {RULES_VERSION}.")
    blocks: list[Block] = [
        Lead(first),
        *map(Paragraph, others),
        *map(Paragraph, apart),
        Picture(f"lab-{name}", figure, said["title"], first),
        Folded("In numbers", (table,)),
    ]
    return Section(said["heading"], tuple(blocks))


def write_section(answer: Answer, folder: Path, name: str) -> dict[str, Path]:
    """Keep an answer in a folder: all numbers as CSV, the picture, and a section for reports; return the files.

    Raises OSError where they cannot be written.
    """
    files = {"table": folder / f"{name}.csv", "picture": folder / f"{name}.png", "section": folder / f"{name}.json"}
    folder.mkdir(parents=True, exist_ok=True)
    answer.to_csv(files["table"])
    figure = answer.plot().get_figure(root=True)
    assert figure is not None
    figure.savefig(files["picture"], dpi=_DPI)
    files["section"].write_text(json.dumps(_document(answer), indent=1) + "\n", encoding="utf-8")
    return files


def read_sections(folder: Path, about: Scenario) -> tuple[Section, ...]:
    """Return the sections that are kept in a folder, by name; each says where it is about another scenario or rules.

    Raises ScenarioError where there is none, or one is damaged.
    """
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(said, dict) or _MARK not in said:
                continue
            found.append(_section(said, path.stem, _shown(path.with_suffix(".png")), about))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, SyntaxError):
            allowed = "a section that relsim lab ... --out DIR wrote, with its picture beside it"
            raise ScenarioError.of("lab", path, allowed) from None
    if not found:
        raise ScenarioError.of("lab", folder, "a folder with what relsim lab ... --out DIR wrote")
    return tuple(found)


def _shown(path: Path) -> "Figure":
    """Return a figure that shows the picture of a file, pixel by pixel."""
    from matplotlib.figure import Figure
    from matplotlib.image import imread

    pixels = imread(path)
    height, width = pixels.shape[:2]
    figure = Figure(figsize=(width / _DPI, height / _DPI))
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    ax.imshow(pixels, interpolation="none", aspect="auto")
    ax.set_axis_off()
    return figure
