"""3.2 Events, and 3.3 the agenda from which they are taken."""

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tests.oracles.second_writing.document import LIMIT

if TYPE_CHECKING:
    from tests.oracles.second_writing.clocks import Clock
    from tests.oracles.second_writing.state import Relationship


@dataclass(slots=True)
class Event:
    """An event: its kind, firm, case and attempt, and up to two values, which its rule may change (3.2)."""

    kind: str
    firm: int
    case: int
    attempt: int = 0
    a: float = 0.0
    b: float = 0.0


class Sent(NamedTuple):
    """An event that a rule sends, with the three parts of its delay (7.2, Delays)."""

    event: Event
    fixed: float
    width: float
    mean: float


def send(
    r: "Relationship",
    kind: str,
    firm: int,
    case: int,
    attempt: int = 0,
    *,
    fixed: float = 0.0,
    width: float = 0.0,
    mean: float = 0.0,
    a: float = 0.0,
    b: float = 0.0,
) -> None:
    """Send an event, by default without a delay (7.2, Delays)."""
    r.sent.append(Sent(Event(kind, firm, case, attempt, a, b), fixed, width, mean))


class Entry(NamedTuple):
    """What falls due at a moment: a tick of a clock, or a consequence, which has no clock (3.3)."""

    time: float
    sequence: int
    event: Event
    clock: "Clock | None"


class Agenda:
    """What is to come, in the total order of 3.3: by time, and at the same time by sequence."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.sequence = 0

    def put(self, time: float, event: Event, clock: "Clock | None" = None) -> None:
        """Put what falls due at a moment into the agenda; it gets the next number of the sequence (3.3)."""
        heapq.heappush(self.entries, Entry(time, self.sequence, event, clock))
        self.sequence += 1

    def take(self) -> Entry:
        """Take the earliest entry (3.3)."""
        return heapq.heappop(self.entries)

    @property
    def full(self) -> bool:
        """Whether no more events may be pending (7.15)."""
        return len(self.entries) >= LIMIT["events that may be pending at once"]
