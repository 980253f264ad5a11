"""An answer: a finding of the lab that also says in sentences what to do, how sure that is, and when it is wrong."""

from abc import abstractmethod
from typing import ClassVar

from relsim.analysis.finding import Finding

__all__ = ["Answer"]


class Answer(Finding):
    """What the lab found on a question; it can be told, drawn, kept, and put into a report."""

    heading: ClassVar[str]
    """What a section of a report about it is called, such as "Which numbers the answer hangs on"."""
    scenario: str
    """The title of the scenario that it is about."""

    @abstractmethod
    def said(self) -> tuple[str, ...]:
        """Return the answer in plain sentences: first what to do, then how sure, then when it would be wrong."""
