"""A user's past relationships in a terminal: what was found and what is to be known, and which columns there are."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from relsim.analysis.finding import Finding
from relsim.lab.past.columns import Column
from relsim.show.tables import found

__all__ = ["columns_told", "told"]


def told(finding: Finding, remarks: Iterable[str]) -> RenderableType:
    """Return a finding as a table, and below it what is to be known when reading it."""
    return Group(found(finding), *(Padding(Text(each), (0, 0, 1, 0)) for each in remarks))


def columns_told(columns: Iterable[Column]) -> RenderableType:
    """Return the columns that a table of past relationships may have."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("column", "needed", "what it says", "allowed"):
        table.add_column(name, overflow="fold")
    for each in columns:
        table.add_row(each.name, "yes" if each.required else "", each.meaning, each.allowed)
    needed = "Also needed: contact or started, and ended or observed_until, in every row. Other columns are not used."
    return Group(table, Text(""), Text(needed))
