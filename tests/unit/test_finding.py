"""A finding in a notebook: its title and its table, names to the left, and nothing of a stranger's text as HTML."""

import re
from dataclasses import dataclass
from importlib import import_module
from pkgutil import walk_packages

import pandas as pd
from IPython.lib.pretty import pretty
from matplotlib.axes import Axes

import relsim
from relsim.analysis.finding import Finding


@dataclass(frozen=True, repr=False)
class Found(Finding):
    title: str = "A <script>alert(1)</script> title"

    def to_frame(self) -> pd.DataFrame:
        names = ["a", "<b>b</b>", "c"]
        return pd.DataFrame({"name": names, "share": [0.123456789, 1.0, None], "told": ["1 [0, 2]", "-", "x"]})

    def plot(self, ax: Axes | None = None) -> Axes:
        raise NotImplementedError


def test_a_notebook_shows_the_table_with_its_names_to_the_left() -> None:
    html = Found()._repr_html_()
    rows = re.findall(r"<tr.*?</tr>", html, re.DOTALL)
    assert len(rows) == 4
    for row in rows:
        cells = re.findall(r"<t[dh]([^>]*)>", row)
        assert ["left" in cell for cell in cells] == [True, False, False]
    assert "<td>0.1235</td>" in html
    assert "<td>-</td>" in html


def test_no_text_of_a_finding_becomes_html() -> None:
    html = Found()._repr_html_()
    assert "<script>" not in html
    assert "<b>b</b>" not in html


def test_a_prompt_shows_what_print_shows() -> None:
    assert repr(Found()) == str(Found())
    assert pretty(Found()) == str(Found())
    assert str(Found()).startswith(Found().title)


def test_no_finding_shows_its_fields_instead() -> None:
    for module in walk_packages(relsim.__path__, "relsim."):
        if module.name.startswith(("relsim.analysis", "relsim.lab")):
            import_module(module.name)
    found, asked = set[type](), [Finding]
    while asked:
        below = asked.pop().__subclasses__()
        found.update(below)
        asked.extend(below)
    assert len(found) > 15
    assert {each.__name__ for each in found if each.__repr__ is not Finding.__repr__} == set()
