"""Pending events in one total order: by time, and within a moment by the sequence in which they were scheduled.

A binary heap of (time, sequence, slot) beside the slots that hold what is to happen, all in one record of fixed
size; an agenda that is full says so. (Measured with the 22 clocks of a relationship: a sorted list, a scan and a
tournament tree are all 10 to 30 % slower.)
"""

from typing import Any

import numpy as np

from relsim.model.compiling import jittable

__all__ = ["AGENDA", "CAPACITY", "clear", "drop_first", "earliest", "insert", "move_first"]

CAPACITY = 256

_ENTRY = np.dtype(
    [
        ("kind", "i8"),
        ("firm", "i8"),
        ("case", "i8"),
        ("attempt", "i8"),
        ("a", "f8"),
        ("b", "f8"),
        ("clock", "i8"),
    ],
    align=True,
)

AGENDA = np.dtype(
    [
        ("count", "i8"),
        ("sequence", "i8"),
        ("time", "f8", (CAPACITY,)),
        ("order", "i8", (CAPACITY,)),
        ("slot", "i8", (CAPACITY,)),
        ("entry", _ENTRY, (CAPACITY,)),
    ],
    align=True,
)


@jittable
def clear(agenda: Any) -> None:
    """Empty an agenda; places beyond `count` always hold the numbers of the free slots."""
    agenda.count = 0
    agenda.sequence = 0
    for i in range(CAPACITY):
        agenda.slot[i] = i


@jittable
def earliest(agenda: Any) -> float:
    """Return the moment of the first event to come; it is in the slot at place 0."""
    return agenda.time[0]


@jittable
def _sink(agenda: Any, time: float, order: int, slot: int) -> None:
    """Let an entry sink from the top to its place."""
    times, orders, slots = agenda.time, agenda.order, agenda.slot
    count = agenda.count
    place = 0
    while True:
        child = 2 * place + 1
        if not 0 < child < count:  # said in this way, the compiler sees that no index is negative
            break
        other = child + 1
        moment = times[child]
        if other < count and times[other] <= moment and (times[other] < moment or orders[other] < orders[child]):
            child = other
            moment = times[child]
        if time <= moment and (time < moment or order < orders[child]):
            break
        times[place] = moment
        orders[place] = orders[child]
        slots[place] = slots[child]
        place = child
    times[place] = time
    orders[place] = order
    slots[place] = slot


@jittable
def insert(agenda: Any, time: float) -> int:
    """Put a new moment into the agenda and return the slot to fill, or -1 where it is full."""
    count = agenda.count
    if count >= CAPACITY:
        return -1
    times, orders, slots = agenda.time, agenda.order, agenda.slot
    slot = slots[count]
    order = agenda.sequence
    agenda.sequence = order + 1
    agenda.count = count + 1
    place = count
    while place > 0:
        parent = (place - 1) >> 1
        if times[parent] <= time:
            break
        times[place] = times[parent]
        orders[place] = orders[parent]
        slots[place] = slots[parent]
        place = parent
    times[place] = time
    orders[place] = order
    slots[place] = slot
    return slot


@jittable
def move_first(agenda: Any, time: float) -> None:
    """Schedule the first entry anew, at a later moment."""
    order = agenda.sequence
    agenda.sequence = order + 1
    _sink(agenda, time, order, agenda.slot[0])


@jittable
def drop_first(agenda: Any) -> None:
    """Take the first entry out and free its slot."""
    count = agenda.count - 1
    freed = agenda.slot[0]
    time, order, slot = agenda.time[count], agenda.order[count], agenda.slot[count]
    agenda.count = count
    if count > 0:
        _sink(agenda, time, order, slot)
    agenda.slot[count] = freed
