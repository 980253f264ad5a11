"""What a finding is as a document of JSON: its title, what it says in sentences, and all of its rows."""

import math
from typing import TYPE_CHECKING, Any

from relsim.analysis.finding import Finding
from relsim.lab.answer import Answer

if TYPE_CHECKING:
    import pandas

__all__ = ["document_of", "rows_as_data"]


def document_of(finding: Finding) -> dict[str, Any]:
    """Return all of a finding as nested tables; null where a number is not known or not reached.

    An answer also has its heading, the title of its scenario, and its sentences (`said`).
    """
    told: dict[str, Any] = {"title": finding.title}
    if isinstance(finding, Answer):
        told |= {"heading": finding.heading, "scenario": finding.scenario, "said": list(finding.said())}
    return told | {"rows": rows_as_data(finding.to_frame())}


def rows_as_data(frame: "pandas.DataFrame") -> list[dict[str, Any]]:
    """Return the rows of a table, each as values by the names of their columns."""
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: what NumPy holds as a plain number, and nothing for what is no finite number."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, (str, int)) or value is None else str(value)
