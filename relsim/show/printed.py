"""What commands print, from Python: the same words and tables, for `print` and for notebooks."""

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType

from relsim.lab.robustness import known_robustness
from relsim.model.rule import RuleFunction
from relsim.scenario.scenario import Scenario
from relsim.show.explanation import explanation
from relsim.show.firmness import firm_in_words
from relsim.show.tables import comparison as comparison_table

if TYPE_CHECKING:
    from relsim.experiment.results import Results

__all__ = ["Printed", "compared", "comparison", "explain"]

_WIDTH = 110


class Printed:
    """Text and tables that a command would print: `print` shows them, and so does a prompt."""

    def __init__(self, told: RenderableType) -> None:
        self.told = told

    def __repr__(self) -> str:
        page = Console(file=io.StringIO(), width=_WIDTH, color_system=None, highlight=False)
        with page.capture() as captured:
            page.print(self.told)
        return "\n".join(line.rstrip() for line in captured.get().splitlines())


def explain(scenario: Scenario, rules: Iterable[RuleFunction] = ()) -> Printed:
    """Say in words and tables what will run, before it runs: what `relsim explain` prints.

    rules: those of one's own, which are told too.
    """
    return Printed(explanation(scenario, rules))


def comparison(results: "Results") -> Printed:
    """Say who is better off, by how much and how surely: what `relsim compare` prints."""
    return Printed(compared(results))


def compared(results: "Results") -> RenderableType:
    """Return the answer of a comparison, its table, and how firm it is where that is known."""
    document = results.summary()
    known = known_robustness(results.scenario)
    return comparison_table(document, "" if known is None else firm_in_words(known, document))
