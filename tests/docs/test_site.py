"""The documentation site: every page can be reached, every public name is told of, and it builds without a warning."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import relsim
from docs.rebuild import documents
from docs.site.docstrings import fields
from docs.site.outward import rewritten
from docs.tables.commands import commands_of
from relsim.cli.main import app

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = {file.relative_to(DOCS).with_suffix("").as_posix(): file for file in documents() if DOCS in file.parents}


def reached() -> set[str]:
    """Return the pages that a table of contents leads to."""
    found = {"index"}
    for file in PAGES.values():
        for tree in re.findall(
            r"^```\{toctree\}\n(.*?)^```", file.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        ):
            entries = [line for line in tree.splitlines() if line and not line.startswith(":")]
            for entry in entries:
                place = file.parent / re.sub(r".*<(.*)>", r"\1", entry)
                globbed = place.parent.glob(f"{place.name}.md") if ":glob:" in tree else [place.with_suffix(".md")]
                found |= {each.relative_to(DOCS).with_suffix("").as_posix() for each in globbed}
    return found


def test_every_page_can_be_reached() -> None:
    assert PAGES.keys() - reached() == set()


def test_every_public_name_is_in_the_reference() -> None:
    text = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\.\. auto\w+:: relsim\.(\w+)(?:\(\))?$", text, re.MULTILINE))
    assert {*relsim.__all__, *relsim._OF_EXTRAS} - {"__version__"} - told == set()


def test_every_command_is_in_the_reference() -> None:
    text = (DOCS / "reference" / "command-line.md").read_text(encoding="utf-8")
    known = [shown for shown, _ in commands_of(app, "relsim")]
    assert "relsim compare" in known
    assert "relsim lab rank" in known
    assert re.findall(r"^### (.*)$", text, re.MULTILINE) == known


def test_links_out_of_the_documents_stay_within_the_site() -> None:
    page = "[a](../../notebooks/02-deal.ipynb) [b](../../notebooks/README.md) [c](../model/odd.md) [d](../../Makefile)"
    assert rewritten("guides/trainer", page) == (
        "[a](../guides/notebooks/02-deal.md) [b](../guides/notebooks/index.md) [c](../model/odd.md) d (`Makefile`)"
    )
    assert rewritten("index", "[b](../notebooks/README.md)") == "[b](guides/notebooks/index.md)"


def test_arguments_that_a_docstring_tells_of_are_a_list() -> None:
    lines = ["Return it.", "", "a, b: two numbers,", "of any size.", "c: another.", "", "Raises this: for that."]
    assert fields(lines, {"a", "b", "c"}) == [
        "Return it.",
        "",
        "- ``a``, ``b``: two numbers,",
        "  of any size.",
        "- ``c``: another.",
        "",
        "Raises this: for that.",
    ]


def outside(html: str) -> list[str]:
    """Return what a page would ask of a network when it is opened; links that a reader follows are not of that kind."""
    asked = r"""<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc=["']?(?:https?:)?//[^"'> ]*"""
    linked = r"""<link\b[^>]*\bhref=["']?(?:https?:)?//[^"'> ]*"""
    return re.findall(rf"{asked}|{linked}|@import[^;]*//[^;]*|url\(['\"]?(?:https?:)?//[^)]*\)", html)


def test_what_a_page_asks_of_a_network_is_noticed() -> None:
    assert outside('<link rel="x" href="https://a.b/c.css"> <script src="//a.b/c.js"></script>') != []
    assert outside("@import url(https://a.b/c.css);") != []
    assert outside('<a href="https://a.b/"> <img src="../a.png"> <link href="_static/a.css">') == []


def test_the_site_builds_without_a_warning_and_asks_nothing_of_a_network(tmp_path: Path) -> None:
    for needed in ("sphinx", "myst_parser", "furo", "nbconvert", "anywidget"):
        pytest.importorskip(needed)
    site = tmp_path / "site"
    ran = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-d", tmp_path / "doctrees", DOCS, site],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    built = [*site.rglob("*.html"), *site.rglob("*.css")]
    assert len(built) > len(PAGES)
    found = {file.relative_to(site).as_posix(): outside(file.read_text(encoding="utf-8")) for file in built}
    assert {name: asked for name, asked in found.items() if asked} == {}
    assert "feasibl" in (site / "searchindex.js").read_text(encoding="utf-8"), "the search knows the words"
