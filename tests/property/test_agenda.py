"""The agenda against Python's heapq: one total order, whatever is inserted, moved and dropped."""

import heapq

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from relsim.model.agenda import AGENDA, CAPACITY, clear, drop_first, earliest, insert, move_first

MOMENTS = st.sampled_from([0.0, 0.25, 0.5, 1.0]) | st.floats(0, 10)
STEPS = st.lists(st.tuples(st.sampled_from(["insert", "insert", "move", "drop"]), MOMENTS), max_size=400)


def empty() -> np.record:
    agenda = np.zeros(1, np.dtype((np.record, AGENDA))).view(np.recarray)[0]
    clear(agenda)
    return agenda


@given(STEPS)
def test_agenda_keeps_the_order_of_time_and_sequence(steps: list[tuple[str, float]]) -> None:
    agenda, model = empty(), []
    sequence = 0
    for what, moment in steps:
        if what == "insert" and len(model) < CAPACITY:
            slot = insert(agenda, moment)
            agenda.entry[slot].case = sequence
            heapq.heappush(model, (moment, sequence, sequence))
            sequence += 1
        elif what == "move" and model:
            _, _, case = heapq.heapreplace(model, (moment, sequence, model[0][2]))
            assert agenda.entry[agenda.slot[0]].case == case
            move_first(agenda, moment)
            sequence += 1
        elif what == "drop" and model:
            moment, _, case = heapq.heappop(model)
            assert earliest(agenda) == moment
            assert agenda.entry[agenda.slot[0]].case == case
            drop_first(agenda)
        assert agenda.count == len(model)
        assert sorted(agenda.slot) == list(range(CAPACITY))
    while model:
        moment, _, case = heapq.heappop(model)
        assert (earliest(agenda), agenda.entry[agenda.slot[0]].case) == (moment, case)
        drop_first(agenda)


def test_a_full_agenda_says_so() -> None:
    agenda = empty()
    for _ in range(CAPACITY):
        assert insert(agenda, 1.0) >= 0
    assert insert(agenda, 1.0) == -1
