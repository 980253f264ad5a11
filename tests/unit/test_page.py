"""Pages of reports: text stays text in both formats, pictures fit into the page, nothing is asked from outside."""

import re
from html import escape
from html.parser import HTMLParser
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from matplotlib.figure import Figure

from relsim.drawing.style import COLOURS, THEME, figure, tidy
from relsim.show.page import (
    ON_DARK,
    Code,
    Facts,
    Folded,
    Lead,
    Linked,
    Listing,
    Page,
    Paragraph,
    Picture,
    Pictures,
    Section,
    Table,
    as_html,
    as_markdown,
    svg_of,
)

HERE = "§§"
"""Where the text of a test goes."""

NASTY = (
    "<script>alert(1)</script>",
    "</style></title></svg><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1)) ![y](http://z) <http://z> &lt;b&gt; &amp; &copy;",
    "| a | b |\n| - | - |\n\n# no heading",
    "**strong** _weak_ ~~gone~~ `code` ```` $x$ \\| \\",
    "1. item",
    "-5 % ... +3\t= ) 12) - * #",
    "---",
    "````\n<b>after a fence</b>",
    "and now!",
    "'\" onclick='alert(1)'",
    "*",
)

UNSEEN = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff"
SIGNS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=UNSEEN)
TEXTS = st.sampled_from(NASTY) | st.text(SIGNS | st.sampled_from("\n\t <>&|*_`[]()\\\"'!#-+=$~.:/1"))


def told(text: str, pictures: tuple[Picture, ...] = ()) -> Page:
    """A page that has this text wherever text can be."""
    linked = Linked(text, "https://example.org/a?b=(c)&copy=1")
    blocks = (
        Lead(text),
        Paragraph(text),
        Paragraph((f"see {text}", linked, text)),
        Facts(((text, text), (text, linked))),
        Table(text, (text, text), ((text, text), text, (linked, text)), right=(1,), strong=(0,)),
        Folded(text, (Paragraph(text), Code(text))),
        Listing((text, linked)),
    )
    return Page(text, text, (Section(text, (*blocks, Section(text, pictures))), Section(text, ())), text)


class Elements(HTMLParser):
    """All elements of a page in order: name, attributes, and the text directly inside."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], list[str]]] = []
        self.open: list[int] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        if tag not in ("meta", "link"):
            self.open.append(len(self.found))
        self.found.append((tag, {name: value or "" for name, value in attrs}, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.found[self.open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.found[self.open[-1]][2].append(data)

    def handle_comment(self, data: str) -> None:
        pytest.fail(f"a comment: {data}")

    @property
    def filled(self) -> list[tuple[str, dict[str, str], str]]:
        return [(tag, attributes, "".join(text)) for tag, attributes, text in self.found]


def curve(label: str = "deal-first") -> Figure:
    drawn = figure(5.6, 3.8)
    ax = drawn.subplots()
    ax.plot([0, 1], [1, 0], color=COLOURS[0], label=label)
    ax.barh([0, 1], [1, 2], color=COLOURS[1], hatch="///", edgecolor="white")
    ax.legend()
    tidy(ax, label, "years", "$x^2$")
    return drawn


def picture(name: str, label: str = "deal-first") -> Picture:
    return Picture(name, curve(label), label, label)


def svgs(page: str) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(each) for each in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]


# HTML


@given(TEXTS)
def test_text_stays_text_in_html(text: str) -> None:
    expected = [
        (tag, {name: value.replace(HERE, text) for name, value in attributes.items()}, inside.replace(HERE, text))
        for tag, attributes, inside in Elements(as_html(told(HERE))).filled
    ]
    assert Elements(as_html(told(text))).filled == expected


@pytest.mark.filterwarnings("ignore:Glyph")  # no font has a sign for what is not to be seen
@pytest.mark.parametrize("text", NASTY)
def test_text_in_pictures_stays_text(text: str) -> None:
    plain, found = (as_html(told(HERE, (picture("one", words),))) for words in ("x", text.replace("$", "")))
    tags = {tag for tag, _, _ in Elements(plain).filled}
    assert {tag for tag, _, _ in Elements(found).filled} <= tags
    assert not any(name.startswith("on") for _, attributes, _ in Elements(found).filled for name in attributes)


@pytest.mark.filterwarnings("ignore:Glyph")  # no font has a sign for what is not to be seen
def test_signs_that_hide_or_turn_text_are_seen() -> None:
    page = told("a\x00b\x1b\u202ec\ud800\r\nd", (picture("one", "a\x00b\x1bc"),))
    html, (markdown, drawn) = as_html(page), as_markdown(page, "pictures")
    assert "<h1>a\ufffdb\ufffd\ufffdc\ufffd\nd</h1>" in html
    assert markdown.startswith("# a\ufffdb\ufffd\ufffdc\ufffd d\n")
    assert "\x00" not in html + markdown + drawn["one.svg"].decode()
    ElementTree.fromstring(drawn["one.svg"])


def test_a_page_asks_for_nothing() -> None:
    html = as_html(told("text", (picture("one"), picture("two"))))
    elements = Elements(html).filled
    assert not {tag for tag, _, _ in elements} & {"script", "iframe", "object", "embed", "base", "form", "img", "image"}
    assert not any("src" in attributes or "srcset" in attributes for _, attributes, _ in elements)
    assert [attributes["href"] for tag, attributes, _ in elements if tag == "link"] == ["data:,"]
    for tag, attributes, _ in elements:
        if tag not in ("a", "link"):
            assert attributes.get("href", "#").startswith("#")
    assert set(re.findall(r"url\(.", html)) <= {"url(#"}
    assert "@import" not in html
    assert "default-src 'none'" in next(each["content"] for _, each, _ in elements if "http-equiv" in each)


OTHERS = ("javascript:alert(1)", "http://x", " https://x", "https://", "HTTPS://x", "https://x y", 'https://x">')


@given(TEXTS.filter(lambda text: not text.startswith("https://")) | st.sampled_from(OTHERS))
def test_only_https_is_linked(address: str) -> None:
    page = Page("t", "s", (Section("h", (Paragraph(Linked("words", address)),)),), "g")
    addresses = [each["href"] for tag, each, _ in Elements(as_html(page)).filled if tag == "a"]
    assert addresses == ["#section-1"]
    assert "[words]" not in as_markdown(page, "pictures")[0]


def test_https_is_linked() -> None:
    address = "https://doi.org/10.1002/(SICI)1097-0266?a=1&copy=2#b"
    page = Page("t", "s", (Section("h", (Paragraph(("see ", Linked("this", address), ".")),)),), "g")
    assert [each["href"] for tag, each, _ in Elements(as_html(page)).filled if tag == "a"] == ["#section-1", address]
    links = [each for token in tokens(page) for each in token.children or () if each.type == "link_open"]
    assert [MarkdownIt().normalizeLink(address)] == [link.attrs["href"] for link in links]


def test_headings_are_in_order_and_tables_name_their_cells() -> None:
    elements = Elements(as_html(told("text"))).filled
    levels = [int(tag[1]) for tag, _, _ in elements if re.fullmatch("h[1-6]", tag)]
    assert levels == [1, 2, 3, 2]
    scopes = [each["scope"] for tag, each, _ in elements if tag == "th"]
    assert scopes == ["col", "col", "row", "rowgroup", "row"]
    assert [tag for tag, _, _ in elements].count("caption") == 1


# pictures


def test_pictures_of_one_page_do_not_share_ids() -> None:
    same = curve()
    html = as_html(told("text", (Pictures((Picture("one", same, "c", "a"), Picture("two", same, "c", "a"))),)))
    ids = re.findall(r'\bid="([^"]*)"', html)
    asked = re.findall(r'url\(#([^)]*)\)|href="#([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert {one or other for one, other in asked} <= set(ids)
    assert any(one.startswith("two--") for one, _ in asked)


def test_pictures_are_images_for_those_who_cannot_see_them() -> None:
    html = as_html(told("text", (Picture("one", curve(), "c", 'a "fall" <fast>'),)))
    (root,) = svgs(html)
    assert root.attrib == {"viewBox": "0 0 403.2 273.6", "role": "img", "aria-label": 'a "fall" <fast>'}
    assert not [each for each in root.iter() if each.tag in ("metadata", "style")]


def test_the_bytes_are_the_same_each_time() -> None:
    same = curve()
    assert svg_of(same) == svg_of(same) == svg_of(curve())
    assert as_html(told("text", (picture("one"),))) == as_html(told("text", (picture("one"),)))


def test_colours_become_roles() -> None:
    drawn = figure(5.6, 3.8)
    ax = drawn.subplots()
    for at, (_, shade) in enumerate(THEME):
        ax.barh([at], [1], color=shade.upper(), edgecolor="black", hatch="/", label=f'{shade} url(#x) id="x"')
    ax.legend()
    (root,) = svgs(as_html(told("text", (Picture("one", drawn, "c", "a"),))))
    painted = " ".join(value for each in root.iter() for value in each.attrib.values())
    assert not re.findall("#[0-9a-fA-F]{6}", painted.replace("#cccccc", ""))  # the frame of a legend has no role
    assert {f"fill: var(--{role})" in painted for role, _ in THEME} == {True}
    words = " ".join(root.itertext())
    assert all(f'{shade} url(#x) id="x"' in words for _, shade in THEME)


def luminance(shade: str) -> float:
    parts = (int(shade[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_every_role_is_seen_on_a_dark_screen() -> None:
    assert list(ON_DARK) == [role for role, _ in THEME]
    assert len(set(ON_DARK.values())) == len(ON_DARK)
    against = {role: contrast(shade, ON_DARK["paper"]) for role, shade in ON_DARK.items()}
    assert min(against["ink"], against["muted"]) >= 4.5
    assert min(value for role, value in against.items() if role not in ("paper", "grid")) >= 3.0


@pytest.mark.parametrize("dark", [False, True])
def test_words_of_the_page_are_read_on_every_ground(dark: bool) -> None:
    css = files("relsim.show").joinpath("page.css").read_text("utf-8")
    link, shade = (re.findall(rf"--{name}: (#\w+)", css)[dark] for name in ("link", "shade"))
    theme = ON_DARK if dark else dict(THEME)
    grounds = (shade, theme["paper"])
    assert min(contrast(words, ground) for words in (link, theme["ink"], theme["muted"]) for ground in grounds) >= 4.5
    assert set(re.findall(r"var\(--(\w+)\)", css)) <= {*theme, "link", "shade", "text", "width"}


# Markdown


def tokens(page: Page) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(as_markdown(page, "pictures")[0])


def squeezed(text: str) -> str:
    """Text without its white space, which means little in Markdown."""
    return "".join(text.split())


def inside(token: Token) -> tuple[list[str], str]:
    """What a token has inside: the kinds of all but text, and the text."""
    if token.type != "inline":
        return [], token.content
    kinds = [each.type for each in token.children if each.type != "text"]
    return kinds, squeezed("".join(each.content for each in token.children if each.type == "text"))


@given(TEXTS.filter(str.strip))
def test_text_stays_text_in_markdown(text: str) -> None:
    written = {"inline": squeezed(text), "html_block": escape(" ".join(text.split())), "fence": text}
    reference, found = tokens(told(HERE)), tokens(told(text))
    assert [each.type for each in found] == [each.type for each in reference]
    for expected, token in zip(reference, found, strict=True):
        kinds, words = inside(expected)
        assert inside(token) == (kinds, words.replace(HERE, written.get(token.type, "")))


@given(st.lists(st.text() | TEXTS, min_size=3, max_size=3), TEXTS | st.just(""))
def test_tables_in_markdown_keep_their_columns(cells: list[str], over: str) -> None:
    table = Table("caption", tuple(cells), (tuple(cells), over, tuple(cells)), right=(2,), strong=(2,))
    kinds = [token.type for token in tokens(Page("t", "s", (Section("h", (table,)),), "g"))]
    assert kinds.count("tr_open") == 4
    assert (kinds.count("th_open"), kinds.count("td_open")) == (3, 9)


def test_markdown_shows_its_pictures() -> None:
    page = told("text", (picture("one"), Pictures((picture("two-2"),)), Folded("f", (picture("three"),))))
    markdown, drawn = as_markdown(page, "my pictures")
    assert list(drawn) == ["one.svg", "two-2.svg", "three.svg"]
    assert re.findall(r"!\[deal-first\]\((.*?)\)", markdown) == [f"my%20pictures/{name}" for name in drawn]
    assert drawn["one.svg"] == svg_of(curve()).encode()


# what cannot be


def test_what_cannot_be_printed_is_refused() -> None:
    with pytest.raises(ValueError, match="needs 2 cells"):
        Table("t", ("a", "b"), (("1", "2"), "over", ("3",)))
    for name in ("", "../up", "A", "a b", "a--b", "é"):
        with pytest.raises(ValueError, match="no name of a picture"):
            Picture(name, Figure(), "c", "a")
    with pytest.raises(ValueError, match="one name: one"):
        told(
            "text",
            (Picture("one", Figure(), "c", "a"), Folded("f", (Pictures((Picture("one", Figure(), "c", "a"),)),))),
        )
