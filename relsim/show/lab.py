"""Answers of the lab where people read them: in a terminal, and as sections of a report that are kept in files."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, TypeAdapter
from rich.console import Group, RenderableType
from rich.text import Text

from relsim import __version__
from relsim.errors import ScenarioError
from relsim.lab.answer import Answer
from relsim.model.rulebook import RULES_VERSION
from relsim.scenario.scenario import Scenario
from relsim.show.page import Folded, Lead, Paragraph, Picture, Section, Table
from relsim.show.tables import cells_of, found

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["lab_section", "read_sections", "told", "write_section"]

_MARK = "relsim_section"
_DPI = 200


def told(answer: Answer) -> RenderableType:
    """Return an answer as sentences and a table that fits the terminal."""
    return Group(*(Text(sentence) for sentence in answer.said()), Text(""), found(answer))


@dataclass(frozen=True)
class _Kept:
    """All of a section but its picture, as it is kept in a file."""

    heading: str
    title: str
    scenario: str
    """The title of the scenario that it is about."""
    said: Annotated[tuple[str, ...], Field(min_length=1)]
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...]
    """The columns of numbers."""
    relsim: str = __version__
    rules_version: int = RULES_VERSION
    relsim_section: Literal[1] = 1

    def section(self, name: str, figure: "Figure", about: Scenario | None = None) -> Section:
        """Return it as a section of a report about a scenario; `name` is that of its picture."""
        first, *others = self.said
        apart = []
        if about is not None and self.scenario != about.title:
            apart.append(f"This is about another scenario than the rest of the report: {self.scenario}.")
        if self.rules_version != RULES_VERSION:
            apart.append(f"This was found with rules version {self.rules_version}; the report has {RULES_VERSION}.")
        return Section(
            self.heading,
            (
                Lead(first),
                *map(Paragraph, (*others, *apart)),
                Picture(f"lab-{name}", figure, self.title, first),
                Folded("In numbers", (Table(self.title, self.header, self.rows, self.right),)),
            ),
        )


def _kept(answer: Answer) -> _Kept:
    return _Kept(answer.heading, answer.title, answer.scenario, answer.said(), *cells_of(answer))


def _figure(answer: Answer) -> "Figure":
    figure = answer.plot().get_figure(root=True)
    assert figure is not None
    return figure


def lab_section(answer: Answer, name: str = "answer") -> Section:
    """Return an answer as a section of a report; `name` is that of its picture."""
    return _kept(answer).section(name, _figure(answer))


def write_section(answer: Answer, folder: Path, name: str) -> dict[str, Path]:
    """Keep an answer in a folder: all numbers as CSV, the picture, and a section for reports; return the files.

    Raises OSError where they cannot be written.
    """
    files = {"table": folder / f"{name}.csv", "picture": folder / f"{name}.png", "section": folder / f"{name}.json"}
    folder.mkdir(parents=True, exist_ok=True)
    answer.to_csv(files["table"])
    _figure(answer).savefig(files["picture"], dpi=_DPI)
    files["section"].write_text(json.dumps(asdict(_kept(answer)), indent=1) + "\n", encoding="utf-8")
    return files


def read_sections(folder: Path, about: Scenario) -> tuple[Section, ...]:
    """Return the sections that are kept in a folder, by name; each says where it is about another scenario or rules.

    Raises ScenarioError where there is none, or one is damaged.
    """
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(said, dict) and _MARK in said:
                kept = TypeAdapter(_Kept).validate_python(said)
                found.append(kept.section(path.stem, _shown(path.with_suffix(".png")), about))
        except (OSError, ValueError, SyntaxError):  # the last is how Matplotlib calls a damaged picture
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
