"""The steps on the way from a problem to the end, by hand: other endings compete, and the horizon censors."""

import numpy as np
import pytest

from relsim.analysis.causes import causes
from relsim.analysis.tally import Step, tally
from relsim.model.row import ROW
from relsim.vocabulary import Ending
from tests.worlds import scenario

ASKED = scenario(only={"launch": "deal-first"})


def life(problem: float, realised: float, acted: float, end: float, ending: Ending) -> np.ndarray:
    """Return one row; NaN for what never came."""
    row = np.zeros(1, ROW)
    for name in ROW.names or ():
        if name.startswith("t_"):
            row[name] = np.nan
    times = {"t_first_problem": problem, "t_realised_supplier": realised, "t_exit_decided": acted, "t_end": end}
    known = {"signed": 1, "launched": 1, "ending": ending, "censored": ending == Ending.ONGOING, "age": end}
    for name, value in {**times, **known}.items():
        row[name] = value
    return row


@pytest.mark.parametrize("step", Step)
def test_a_step_comes_as_often_as_other_endings_leave_it_to(step: Step) -> None:
    """Of four that begin it one takes it after a year, one ends otherwise after two, one takes it after three.

    By Aalen and Johansen it comes in 1/4 and in half of the half that is left. Any end is the end, though: there the
    second is only lost from sight, and it comes in 1/4 and in half of the other three.
    """
    never = np.nan
    began = {
        Step.TO_REALISING: lambda years, end, how: life(1.0, 1.0 + years, never, end, how),
        Step.TO_ACTING: lambda years, end, how: life(0.5, 1.0, 1.0 + years, end, how),
        Step.TO_THE_END: lambda years, end, how: life(0.5, 0.75, 1.0, end, how),
    }[step]
    ended = Ending.ONGOING if step == Step.TO_THE_END else Ending.OUTSIDE
    lives = [
        began(1.0, 2.0, Ending.QUIET_EXIT),
        began(never, 3.0, ended),
        began(3.0, 4.0, Ending.QUIET_EXIT),
        began(never, 5.0, Ending.ONGOING),
    ]
    rows = np.concatenate(lives)
    rows["replication"] = np.arange(4)
    went = causes(ASKED, tally(ASKED, {"only": rows})).arms["only"].steps[step]
    came = 1 / 4 + 3 / 4 * 1 / 2 if step == Step.TO_THE_END else 1 / 4 + 1 / 2 * 1 / 2
    assert went.came.value == pytest.approx(came)
    assert went.median.value == pytest.approx(3.0)
    assert [each.value for each in went.failed] == pytest.approx([1.0, 1.0, 3.0])
