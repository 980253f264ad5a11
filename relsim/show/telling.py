"""One life as a readable list: who did what to whom, about which case, and how it came out."""

from collections import Counter
from datetime import date, timedelta

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from relsim.life import Life
from relsim.show.event import Event, case_label, in_words, plainly
from relsim.show.simulation import Simulation
from relsim.vocabulary import Ending, EventKind, Level

__all__ = ["Listing", "heading", "outcome", "told"]

Row = tuple[str | Text, ...]

DAYS_PER_YEAR = 365.25

_ROUTINE: dict[int, tuple[str, str]] = {
    EventKind.WORK_CONTACT: ("work contact", "work contacts"),
    EventKind.TACTICAL_MEETING: ("managers' meeting", "managers' meetings"),
    EventKind.STEERING_MEETING: ("steering meeting", "steering meetings"),
    EventKind.BOARD_REVIEW: ("board review", "board reviews"),
    EventKind.INCIDENT: ("incident", "incidents"),
    EventKind.REPAIRED: ("repaired", "repaired"),
    EventKind.COMPLAINT_RAISED: ("complaint", "complaints"),
    EventKind.COMPLAINT_HEARD: ("heard by managers", "heard by managers"),
    EventKind.ADAPTATION_AGREED: ("settled", "settled"),
    EventKind.AGREEMENT_BROKEN: ("agreement broken", "agreements broken"),
    EventKind.STAFF_RESIGNED: ("of the staff left", "of the staff left"),
    EventKind.MANAGER_RESIGNED: ("manager left", "managers left"),
    EventKind.TACTICAL_PROBLEM: ("contract problem", "contract problems"),
}
"""What happens so often that it is counted between the events that are told: one, and several."""


class Listing:
    """The list of what happens, row by row; what is routine is counted, unless everything is asked for.

    start: the date of first contact, where dates are to be told.
    """

    def __init__(self, start: date | None = None, everything: bool = False) -> None:
        self._start, self._everything = start, everything
        self._names: Row = ("year", *(["date"] if start else []), "who", "does what", "to whom", "case")
        self._passed: Counter[tuple[str, str]] = Counter()

    def table(self) -> Table:
        """Return a table without rows."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in self._names:
            table.add_column(name, justify="right" if name == "year" else "left")
        return table

    def alone(self, row: Row, header: bool = False) -> RenderableType:
        """Return a row for what is told as it happens, in columns as wide as those of the rows before it."""
        if not row[0]:
            return Padding(row[-3], (0, 0, 0, 8))
        *when, who, what, whom, case = row
        table = Table(box=None, pad_edge=False, show_header=False, expand=True, style="bold" if header else "")
        for width in (7, *([10] if self._start else []), 20, None, 6):
            table.add_column(width=width, ratio=None if width else 1)
        table.columns[0].justify = "right"
        table.add_row(*when, who, f"{what} -> {whom}" if whom else what, case)
        return table

    def header(self) -> RenderableType:
        """Return the header of rows that are told as they happen."""
        return self.alone(self._names, header=True)

    def rows(self, event: Event) -> list[Row]:
        """Return the rows that an event adds: none, its own, or also one with what was counted before it."""
        routine = _ROUTINE.get(event.kind)
        if routine and not self._everything:
            self._passed[routine] += 1
            return []
        when = [str(self._start + timedelta(days=event.time * DAYS_PER_YEAR))] if self._start else []
        receiver = "" if event.receiver == event.sender else plainly(event.receiver)
        label = case_label(event.case)
        return [*self.rest(), (f"{event.time:.3f}", *when, plainly(event.sender), event.what, receiver, label)]

    def rest(self) -> list[Row]:
        """Return the row with what has been counted since the last event that was listed, if there is any."""
        passed = self._passed
        if not passed:
            return []
        counted = ", ".join(f"{passed[each]} {each[passed[each] > 1]}" for each in _ROUTINE.values() if passed[each])
        passed.clear()
        return [("", *([""] if self._start else []), "", Text(f"... {counted}", style="dim"), "", "")]


def told(life: Life, everything: bool = False) -> RenderableType:
    """Return a life as a list of events in order, then its outcome; routine is counted unless all is asked for."""
    listing = Listing(life.scenario.start_date, everything)
    table = listing.table()
    for event in map(in_words(life.rules), life.record.tolist()):
        for row in listing.rows(event):
            table.add_row(*row)
    for row in listing.rest():
        table.add_row(*row)
    return Group(heading(life), Text(""), table, Text(""), outcome(life))


def heading(life: Life | Simulation) -> Text:
    """Return the title of a list: which life it is."""
    return Text(f"{life.scenario.title}: life {life.replication} launched {life.arm}", style="bold")


def outcome(life: Life) -> RenderableType:
    """Return how a life came out, in a few lines."""
    row = life.row
    ending = Ending(row["ending"])
    if ending == Ending.ONGOING:
        lines = [f"Still going at the horizon, after {row['t_end']:g} years."]
    else:
        lines = [f"Ended by {plainly(ending)} after {row['t_end']:.2f} years."]
    if row["launched"]:
        lines.append(
            f"Promised performance {row['promise']:.2f}, delivered {row['performance_mean']:.2f} on average over "
            f"{row['age']:.2f} years; fit {row['fit_at_start']:.2f} at first, {row['fit_at_end']:.2f} at the end."
        )
        lines.append(
            f"{row['n_incidents']} incidents, {row['n_repaired']} repaired; {row['n_broken']} agreements broken, "
            f"{row['n_escalated']} escalated, {row['n_heard']} heard, {row['n_denials']} denied; "
            f"{row['limping_unrealised'] + row['limping_realised']:.2f} years limping."
        )
    if row["root"] >= 0:
        lines.append(f"The first problem arose at the {plainly(Level(row['root']))} level.")
    lines.append(
        f"Net, discounted, in annual contract values: client {row['net_client']:.3f}, "
        f"supplier {row['net_supplier']:.3f}."
    )
    lines.append(f"seed: {life.seed}, replication: {life.replication}, arm: {life.arm}, engine: {life.engine}")
    lines.append(f"digest: {life.digest}")
    return Group(*map(Text, lines))
