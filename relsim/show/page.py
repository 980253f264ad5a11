"""The page that a report is printed on: a small document, as one HTML file or as Markdown with pictures.

All text is plain text. Much of it comes from scenario files, so neither renderer lets text become anything else.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from io import StringIO
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote
from xml.etree import ElementTree

from relsim.drawing.style import THEME

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "Block",
    "Code",
    "Facts",
    "Folded",
    "Lead",
    "Linked",
    "Listing",
    "Page",
    "Paragraph",
    "Picture",
    "Pictures",
    "Section",
    "Table",
    "Text",
    "as_html",
    "as_markdown",
    "svg_of",
]

ON_DARK = {
    "ink": "#e6e6e3",
    "muted": "#a9acb0",
    "grid": "#3a3f45",
    "paper": "#16191d",
    "blue": "#4a9fe0",
    "vermillion": "#f0803c",
    "green": "#2fbf8f",
    "pink": "#e39cc6",
    "orange": "#f0b429",
    "sky": "#a6dcf7",
    "dark": "#d4d4d1",
    "silver": "#838a91",
}
"""What each role of THEME is on a dark screen."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_ADDRESS = re.compile(r"https://[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_SHADE = re.compile(r"#[0-9A-Fa-f]{6}\b")
_SVG, _XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"


@dataclass(frozen=True)
class Linked:
    """Words that lead to an address; they are printed as mere words where it is not a plain https one."""

    text: str
    href: str


Text: TypeAlias = str | Linked | tuple[str | Linked, ...]
"""Words, linked words, or several of them in a row."""


@dataclass(frozen=True)
class Lead:
    """The answer, in larger letters."""

    text: Text


@dataclass(frozen=True)
class Paragraph:
    """Some sentences."""

    text: Text


@dataclass(frozen=True)
class Facts:
    """Names and what they are."""

    pairs: tuple[tuple[str, Text], ...]


@dataclass(frozen=True)
class Table:
    """A table; a row that is a mere str is a heading over the rows below it.

    right: the columns that are aligned to the right. strong: the rows that are emphasised. Both count from 0.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Text, ...] | str, ...]
    right: tuple[int, ...] = ()
    strong: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.header) for row in self.rows if not isinstance(row, str)):
            raise ValueError(f"every row of {self.caption!r} needs {len(self.header)} cells, as the header has")


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure; its name is unique on its page and the stem of its file, alt says what is seen in it."""

    name: str
    figure: "Figure"
    caption: str
    alt: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name of a picture: small letters, digits, and hyphens between them")


@dataclass(frozen=True)
class Pictures:
    """Pictures side by side where there is room."""

    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Code:
    """Lines to be copied as they are."""

    text: str


@dataclass(frozen=True)
class Listing:
    """A list with a dot before each item."""

    items: tuple[Text, ...]


@dataclass(frozen=True)
class Folded:
    """Blocks that are unfolded by a click on the title, or by printing."""

    title: str
    blocks: tuple["Block", ...]


@dataclass(frozen=True)
class Section:
    """Blocks under a heading; sections may lie in sections."""

    title: str
    blocks: tuple["Block", ...]


Block: TypeAlias = Lead | Paragraph | Facts | Table | Picture | Pictures | Code | Listing | Folded | Section


@dataclass(frozen=True)
class Page:
    """All of a report; generator is the line at its foot that says what made it."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    generator: str

    def __post_init__(self) -> None:
        names = [picture.name for picture in _pictures(self.sections)]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"pictures of one page have one name: {', '.join(twice)}")


def _pictures(blocks: Iterable[Block]) -> Iterator[Picture]:
    for block in blocks:
        match block:
            case Picture():
                yield block
            case Pictures(pictures):
                yield from pictures
            case Folded(_, inner) | Section(_, inner):
                yield from _pictures(inner)


def _seen(text: str) -> str:
    """Return text with one kind of line end, and with signs that hide, turn or break text made visible."""
    return _UNSEEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _parts(text: Text) -> Iterator[tuple[str, str | None]]:
    """Return the words in a row, each with its address or None."""
    for part in text if isinstance(text, tuple) else (text,):
        if isinstance(part, str):
            yield part, None
        else:
            yield part.text, part.href if _ADDRESS.fullmatch(part.href) else None


def svg_of(figure: "Figure") -> str:
    """Return a figure as an SVG file, in the same bytes each time, with letters left as letters."""
    import matplotlib as mpl

    file = StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "relsim"}):
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return _seen(file.getvalue())


# HTML


def as_html(page: Page) -> str:
    """Return a page as one file that asks for nothing else: styles and pictures are inside, scripts are none."""
    light = "".join(f"--{role}:{shade};" for role, shade in THEME)
    dark = "".join(f"--{role}:{ON_DARK[role]};" for role, _ in THEME)
    titles = (_safe(section.title) for section in page.sections)
    contents = "".join(f'<li><a href="#section-{at}">{title}</a></li>\n' for at, title in enumerate(titles, 1))
    main = "".join(
        f'<section id="section-{at}">\n{_html(section, 2)}</section>\n' for at, section in enumerate(page.sections, 1)
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{_safe(page.title)}</title>\n<link rel="icon" href="data:,">\n'
        f"<style>\n:root {{ {light} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
        f"{files('relsim.show').joinpath('page.css').read_text('utf-8')}</style>\n</head>\n<body>\n"
        f'<header>\n<h1>{_safe(page.title)}</h1>\n<p class="subtitle">{_safe(page.subtitle)}</p>\n</header>\n'
        f'<nav aria-label="Contents">\n<ol>\n{contents}</ol>\n</nav>\n'
        f"<main>\n{main}</main>\n<footer>\n<p>{_safe(page.generator)}</p>\n</footer>\n</body>\n</html>\n"
    )


def _html(block: Block, level: int) -> str:
    """Return a block, whose headings are of this level, in lines of HTML."""
    match block:
        case Lead(text):
            return f'<p class="lead">{_inline(text)}</p>\n'
        case Paragraph(text):
            return f"<p>{_inline(text)}</p>\n"
        case Facts(pairs):
            told = (f"<div><dt>{_safe(name)}</dt><dd>{_inline(value)}</dd></div>\n" for name, value in pairs)
            return f"<dl>\n{''.join(told)}</dl>\n"
        case Table():
            return _html_table(block)
        case Picture(name, figure, caption, alt):
            drawn = _drawn(svg_of(figure), f"{name}--", alt)
            size = f'style="--width: {figure.get_figwidth():g}in"'
            return f"<figure {size}>\n{drawn}\n<figcaption>{_safe(caption)}</figcaption>\n</figure>\n"
        case Pictures(pictures):
            return f'<div class="pictures">\n{"".join(_html(each, level) for each in pictures)}</div>\n'
        case Code(text):
            return f'<pre tabindex="0"><code>{_safe(text)}</code></pre>\n'
        case Listing(items):
            return "<ul>\n" + "".join(f"<li>{_inline(item)}</li>\n" for item in items) + "</ul>\n"
        case Folded(title, blocks):
            inner = "".join(_html(each, level) for each in blocks)
            return f"<details>\n<summary>{_safe(title)}</summary>\n{inner}</details>\n"
        case Section(title, blocks):
            inner = "".join(_html(each, min(level + 1, 6)) for each in blocks)
            return f"<h{level}>{_safe(title)}</h{level}>\n{inner}"


def _safe(text: str) -> str:
    return escape(_seen(text))


def _inline(text: Text) -> str:
    return "".join(
        _safe(words) if href is None else f'<a href="{escape(href)}" rel="noreferrer">{_safe(words)}</a>'
        for words, href in _parts(text)
    )


def _html_table(table: Table) -> str:
    """Return a table in a box of its own, which scrolls where the table is wider than the page."""
    sides = [' class="right"' if column in table.right else "" for column in range(len(table.header))]
    heads = zip(table.header, sides, strict=True)
    header = "".join(f'<th scope="col"{side}>{_safe(name)}</th>' for name, side in heads)
    body = ""
    for place, row in enumerate(table.rows):
        if isinstance(row, str):
            over = f'<tr class="over"><th scope="rowgroup" colspan="{len(sides)}"><span>{_safe(row)}</span></th></tr>\n'
            body += f"</tbody>\n<tbody>\n{over}" if place else over
            continue
        first, *others = (_inline(cell) for cell in row)
        cells = "".join(f"<td{side}>{cell}</td>" for cell, side in zip(others, sides[1:], strict=True))
        strong = ' class="strong"' if place in table.strong else ""
        body += f'<tr{strong}><th scope="row"{sides[0]}>{first}</th>{cells}</tr>\n'
    return (
        f'<div class="wide" role="region" aria-label="{_safe(table.caption)}" tabindex="0">\n<table>\n'
        f"<caption><span>{_safe(table.caption)}</span></caption>\n"
        f"<thead>\n<tr>{header}</tr>\n</thead>\n<tbody>\n{body}</tbody>\n</table>\n</div>\n"
    )


def _drawn(svg: str, prefix: str, alt: str) -> str:
    """Return an SVG file as an element of a page: ids with a prefix, colours by the names of their roles."""
    roles = {"#000000": "var(--ink)"} | {shade: f"var(--{role})" for role, shade in THEME}
    root = ElementTree.fromstring(svg)
    # what the file says of itself, and a style that would hold for the whole page
    root[:] = [child for child in root if child.tag != f"{_SVG}metadata" and child.find(f"{_SVG}style") is None]
    for each in root.iter():
        said = {name.removeprefix(_XLINK): value.replace("url(#", f"url(#{prefix}") for name, value in each.items()}
        if "id" in said:
            said["id"] = prefix + said["id"]
        if said.get("href", "").startswith("#"):
            said["href"] = f"#{prefix}{said['href'][1:]}"
        # not every browser takes variables outside of a style
        paints = [f"{name}: {said.pop(name)}" for name in ("fill", "stroke") if name in said]
        if style := "; ".join([*paints, *filter(None, [said.pop("style", "")])]):
            said["style"] = _SHADE.sub(lambda shade: roles.get(shade[0].lower(), shade[0]), style)
        each.tag = each.tag.removeprefix(_SVG)
        each.attrib.clear()
        each.attrib.update(said)
    box = root.attrib["viewBox"]
    root.attrib.clear()
    root.attrib.update({"viewBox": box, "role": "img", "aria-label": _seen(alt)})
    return ElementTree.tostring(root, encoding="unicode")


# Markdown


def as_markdown(page: Page, folder_name: str) -> tuple[str, dict[str, bytes]]:
    """Return a page in GitHub's Markdown, and the pictures that it shows: their names in the folder, and bytes."""
    blocks = [f"# {_line(page.title)}", _line(page.subtitle)]
    blocks += [_markdown(section, 2, quote(folder_name)) for section in page.sections]
    blocks += ["---", _line(page.generator)]
    drawn = {f"{each.name}.svg": svg_of(each.figure).encode() for each in _pictures(page.sections)}
    return "\n\n".join(filter(None, blocks)) + "\n", drawn


def _markdown(block: Block, level: int, folder: str) -> str:
    """Return a block, whose headings are of this level, in lines of Markdown."""
    match block:
        case Lead(text):
            return f"> {_line(text)}"
        case Paragraph(text):
            return _line(text)
        case Facts(pairs):
            return "\n".join(f"- {_strong(name)}: {_words(value)}" for name, value in pairs)
        case Table():
            return _markdown_table(block)
        case Picture(name, _, caption, alt):
            return f"![{_words(alt)}]({folder}/{name}.svg)\n\n{_line(caption)}"
        case Pictures(pictures):
            return "\n\n".join(_markdown(each, level, folder) for each in pictures)
        case Code(text):
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
            return f"{fence}\n{_seen(text)}\n{fence}"
        case Listing(items):
            return "\n".join(f"- {_line(item)}" for item in items)
        case Folded(title, blocks):
            inner = "\n\n".join(_markdown(each, level, folder) for each in blocks)
            summary = escape(" ".join(_seen(title).split()))
            return f"<details>\n<summary>{summary}</summary>\n\n{inner}\n\n</details>"
        case Section(title, blocks):
            under = (_markdown(each, min(level + 1, 6), folder) for each in blocks)
            return "\n\n".join([f"{'#' * level} {_line(title)}", *under])


def _words(text: Text) -> str:
    """Return text for one line of Markdown, with every sign escaped that could mean something there."""
    told = ""
    for words, href in _parts(text):
        plain = re.sub(r"([\\`*_{}\[\]<>|~#!&])", r"\\\1", re.sub(r"[ \t\n]+", " ", _seen(words)))
        plain = plain.replace("$", "&#36;")  # GitHub looks for formulas before it heeds escapes
        told += plain if href is None else f"[{plain}](<{escape(href)}>)"
    return told.strip()


def _line(text: Text) -> str:
    """Return text for the beginning of a line, where a few more signs could mean something."""
    return re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", _words(text))


def _strong(text: Text) -> str:
    words = _words(text)
    return f"**{words}**" if words else ""


def _markdown_table(table: Table) -> str:
    """Return a table with as many cells in every row as it has columns; a heading over rows fills the first one."""
    rows = [[_words(name) for name in table.header]]
    rows.append(["--:" if column in table.right else ":--" for column in range(len(table.header))])
    for place, row in enumerate(table.rows):
        if isinstance(row, str):
            rows.append([_strong(row)] + [""] * (len(table.header) - 1))
        else:
            rows.append([(_strong if place in table.strong else _words)(cell) for cell in row])
    lines = "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
    return "\n\n".join(filter(None, [_strong(table.caption), lines]))
