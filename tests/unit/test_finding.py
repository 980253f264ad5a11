"""A finding in a notebook: its title and its table, names to the left, and nothing of a stranger's text as HTML."""

import re
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from relsim.analysis.finding import Finding


@dataclass(frozen=True)
class Found(Finding):
    title: str = "A <script>alert(1)</script> title"

    def to_frame(self) -> pd.DataFrame:
        names = ["a", "<b>b</b>", "c"]
        return pd.DataFrame({"name": names, "share": [0.123456789, 1.0, None], "told": ["1 [0, 2]", "-", "x"]})

    def plot(self, ax: Axes | None = None) -> Axes:
        raise NotImplementedError


class Printer:
    """What IPython hands over: it takes text."""

    def __init__(self) -> None:
        self.told = ""

    def text(self, words: str) -> None:
        self.told += words


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


def test_a_shell_shows_what_print_shows() -> None:
    printer = Printer()
    Found()._repr_pretty_(printer, cycle=False)
    assert printer.told == str(Found())
    assert printer.told.startswith(Found().title)
