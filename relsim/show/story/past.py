"""What happened in a life, found by kind: the material of its story."""

from relsim.life import Life
from relsim.model.parameters import resolve
from relsim.vocabulary import EventKind, Firm

__all__ = ["Past"]


class Past:
    """The events of one life by kind and firm, and what it was resolved to."""

    def __init__(self, life: Life) -> None:
        self.life, self.row = life, life.row
        self.times: list[float] = life.record["time"].tolist()
        self.firms: list[int] = life.record["firm"].tolist()
        self.cases: list[int] = life.record["case"].tolist()
        self.attempts: list[int] = life.record["attempt"].tolist()
        self.a: list[float] = life.record["a"].tolist()
        self.b: list[float] = life.record["b"].tolist()
        self.kinds: list[int] = life.record["kind"].tolist()
        addresses = zip(self.kinds, self.firms, self.cases, self.attempts, strict=True)
        self._by_address = {address: at for at, address in enumerate(addresses)}
        self._at: dict[int, list[int]] = {}
        for at, kind in enumerate(self.kinds):
            self._at.setdefault(kind, []).append(at)
        self.parameters = resolve(life.scenario, life.arm, life.rules)

    def all(self, *kinds: EventKind, firm: Firm | None = None) -> list[int]:
        """Return the positions of all events of some kinds, in order; of one firm's only, where one is named."""
        found = sorted(at for kind in kinds for at in self._at.get(kind, ()))
        return found if firm is None else [at for at in found if self.firms[at] == firm]

    def first(self, *kinds: EventKind, firm: Firm | None = None) -> int | None:
        """Return the position of the first such event, or None."""
        return next(iter(self.all(*kinds, firm=firm)), None)

    def find(self, kind: EventKind | None, firm: int, case: int, attempt: int) -> int | None:
        """Return the position of the event with this address, or None."""
        return None if kind is None else self._by_address.get((kind, firm, case, attempt))

    def course(self, column: str, at: int) -> float:
        """Return what a column of the trajectory is after an event."""
        return float(self.life.trajectory[column].to_numpy()[at])

    def people(self, events: list[int]) -> int:
        """Return how many people some events say in their value a."""
        return round(sum(self.a[at] for at in events))
