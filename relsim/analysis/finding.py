"""A finding: a result that prints itself, gives a table and draws itself."""

import math
import re
from abc import ABC, abstractmethod
from os import PathLike
from typing import TYPE_CHECKING, Any

from relsim.analysis.estimate import Estimate

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Finding", "new_ax", "rounded", "written"]


def written(found: Estimate, digits: int = 3, factor: float = 1.0, sign: bool = False) -> str:
    """Return an estimate with its interval as text; a dash where it is not known."""
    if not found.known:
        return "-"
    value, low, high = (rounded(each * factor, digits) for each in found)
    told = f"{value:+,.{digits}f}" if sign and value else f"{value:,.{digits}f}"
    if math.isnan(low) or math.isnan(high):
        return told
    return f"{told} [{', '.join('never' if math.isinf(end) else f'{end:,.{digits}f}' for end in (low, high))}]"


def rounded(number: float, digits: int) -> float:
    """Return a number of so many digits, without the sign that a rounded zero may keep."""
    return round(number, digits) + 0.0 if math.isfinite(number) else number


def new_ax(width: float = 5.6, height: float = 3.8) -> "Axes":
    """Return the ax of a new figure of a size in inches."""
    from relsim.drawing.style import figure

    return figure(width, height).subplots()


class Finding(ABC):
    """What an analysis found: `print` and a prompt show it, `to_frame` gives all of it, `plot` draws it.

    Its dataclasses are made with `repr=False`, as they would otherwise show their fields.
    """

    @property
    @abstractmethod
    def title(self) -> str:
        """What it is about, in one line."""

    @abstractmethod
    def to_frame(self) -> "pandas.DataFrame":
        """Return all of it, one row an estimate, with the ends of its 95 % interval as `low` and `high`."""

    @abstractmethod
    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw it on an ax, by default that of a new figure, and return the ax."""

    def figure(self) -> "Figure":
        """Return it drawn as a picture of its own."""
        figure: Any = self.plot().figure
        return figure

    def summary(self) -> "pandas.DataFrame":
        """Return what `print` shows: by default all of it."""
        return self.to_frame()

    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write all of it as a CSV file."""
        self.to_frame().to_csv(path, index=False)

    def to_parquet(self, path: str | PathLike[str]) -> None:
        """Write all of it as a Parquet file."""
        self.to_frame().to_parquet(path, index=False)

    def __str__(self) -> str:
        return f"{self.title}\n{self.summary().to_string(index=False, na_rep='-')}"

    def __repr__(self) -> str:
        return str(self)  # at a prompt a table says more than the arrays that it is made of

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the title, and the table with the names in its first column to the left."""
        from html import escape

        table = self.summary().to_html(index=False, border=0, na_rep="-", float_format="{:.4g}".format)
        named = re.sub(r"(<tr[^>]*>\s*<t[dh])>", r'\1 style="text-align: left">', table)
        return f"<p><b>{escape(self.title)}</b></p>\n{named}"
