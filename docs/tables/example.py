"""Lives of the default world, to hold another writing of the model against."""

from functools import cache
from typing import Any

from docs.tables.block import code, from_code, markdown
from docs.tables.parameters import DEFAULTS, default_parameters
from relsim.life import Life, live
from relsim.vocabulary import Ending

__all__: list[str] = []

SEED = 1
PAIRS = 6
ROUTINE = ("WORK_CONTACT", "TACTICAL_MEETING", "STEERING_MEETING", "BOARD_REVIEW")


@cache
def _life(arm: str, replication: int) -> Life:
    return live(DEFAULTS, arm, SEED, replication, "simpy-plain", p=default_parameters(arm))


@from_code
def lives_to_compare_with() -> str:
    """Return how the first pairs of firms of the default world fare under both launches."""
    rows = []
    for replication in range(PAIRS):
        for arm in DEFAULTS.arms:
            row = _life(arm, replication).row
            numbers = [repr(row[name]) for name in ("fit_at_start", "t_end", "fit_at_end", "net_joint")]
            rows.append([str(replication), arm, Ending(row["ending"]).name, str(row["n_events"]), *numbers])
    header = ("replication", "arm", "ending", "events", "fit at first contact", "end", "fit at the end", "joint net")
    return markdown(header, rows, right=(0, 3, 4, 5, 6, 7))


@from_code
def events_to_compare_with() -> str:
    """Return the first events of one life, but for routine contacts."""
    found = _life("feasibility-first", 0).events
    told: Any = found[~found["kind"].isin(ROUTINE)].head(30).itertuples()
    rows = []
    for event in told:
        case = f"{event.case >> 32}:{event.case & 0xFFFFFFFF}"
        values = f"{event.a:.6g}", f"{event.b:.6g}"
        rows.append([repr(event.time), code(event.kind), event.firm.lower(), case, str(event.attempt), *values])
    return markdown(("time", "event", "firm", "case", "attempt", "a", "b"), rows, right=(0, 3, 4, 5, 6))
