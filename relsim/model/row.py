"""A life as one row: the columns of the model, and the canonical bytes of which digests are made."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np

from relsim.model.relationship import COUNTS, TIMES
from relsim.model.state import State, values
from relsim.vocabulary import Account, Departure, Ending, Firm, Level

__all__ = ["BLOCK", "ROW", "canonical", "row_with", "rows"]

BLOCK = 1024
"""Consecutive replications of one arm whose rows make one digest."""

FIRMS = (Firm.CLIENT, Firm.SUPPLIER)
_COUNTS = tuple(f"n_{name}" for name in COUNTS)
_DEPARTURES = tuple(
    (firm, level, cause, f"left_{firm.name}_{level.name}_{cause.name}".lower())
    for firm in FIRMS
    for level in Level
    for cause in Departure
)
_MONEY = tuple((firm, account, f"money_{firm.name}_{account.name}".lower()) for firm in FIRMS for account in Account)
_SIDES = ("client", "supplier", "joint")

ROW = np.dtype(
    [
        ("replication", "<i8"),
        ("signed", "<i8"),
        ("launched", "<i8"),
        ("ending", "<i8"),
        ("root", "<i8"),
        ("turn", "<i8"),
        ("cause", "<i8"),
        ("censored", "<i8"),
        ("status", "<i8"),
        *((name, "<f8") for name in TIMES),
        ("t_realised_client", "<f8"),
        ("t_realised_supplier", "<f8"),
        ("duration", "<f8"),
        ("age", "<f8"),
        ("limping_unrealised", "<f8"),
        ("limping_realised", "<f8"),
        ("fit_at_start", "<f8"),
        ("fit_at_end", "<f8"),
        ("promise", "<f8"),
        ("performance_at_end", "<f8"),
        ("performance_mean", "<f8"),
        *((name, "<i8") for name in _COUNTS),
        *((name, "<i8") for *_, name in _DEPARTURES),
        *((name, "<f8") for *_, name in _MONEY),
        *((f"net_{side}", "<f8") for side in _SIDES),
        *((f"loss_{side}", "<f8") for side in _SIDES),
        *((f"net_{side}_undiscounted", "<f8") for side in _SIDES),
        *((f"loss_{side}_undiscounted", "<f8") for side in _SIDES),
    ]
)
"""Packed and little-endian; every column has eight bytes. Times are years since first contact, NaN where it never
happened.
"""


@cache
def row_with(columns: tuple[str, ...]) -> np.dtype:
    """Return ROW with these columns of the user's own at the end; ROW itself without any."""
    return np.dtype([*ROW.descr, *((name, "<f8") for name in columns)]) if columns else ROW


def rows(states: np.ndarray, first: int, own: Iterable[State] = ()) -> np.ndarray:
    """Return the rows of final states, an array of ROW records; `first` is the replication of the first.

    own: what the user's own rules remember; each is told in columns at the end of the row.

    Only elementwise IEEE-exact operations, so a row does not depend on its neighbours or on the machine.
    """
    remembered = values(own, states)
    made = np.zeros(len(states), row_with(tuple(remembered)))
    for name, column in remembered.items():
        made[name] = column
    made["replication"] = np.arange(first, first + len(states))
    launched = ~np.isnan(states["t_operations"])
    signed = ~np.isnan(states["t_deal"])
    made["signed"] = signed
    made["launched"] = launched
    for name in (
        "ending",
        "root",
        "turn",
        "cause",
        "status",
        *TIMES,
        "limping_unrealised",
        "limping_realised",
        "fit_at_start",
    ):
        made[name] = states[name]
    made["censored"] = states["ending"] == Ending.ONGOING
    made["duration"] = states["t_end"]
    made["age"] = states["t_end"] - states["t_operations"]
    made["fit_at_end"] = states["fit"]
    made["promise"] = np.where(signed, states["promise"], np.nan)
    made["performance_at_end"] = np.where(launched, states["performance"], np.nan)
    lived = launched & (made["age"] > 0)
    made["performance_mean"] = np.nan
    made["performance_mean"][lived] = states["performance_years"][lived] / made["age"][lived]
    for count, name in zip(COUNTS, _COUNTS, strict=True):
        made[name] = states[count]
    for firm in FIRMS:
        made[f"t_realised_{firm.name.lower()}"] = states["firm"]["t_realised"][:, firm]
    for firm, level, cause, name in _DEPARTURES:
        made[name] = states["firm"]["departures"][:, firm, level, cause]
    for firm, account, name in _MONEY:
        made[name] = states["firm"]["ledger"][:, firm, account]
    for ledger, suffix in (("ledger", ""), ("undiscounted", "_undiscounted")):
        net = {}
        for firm in FIRMS:
            total = np.zeros(len(states))
            for account in Account:
                total = total + states["firm"][ledger][:, firm, account]
            net[firm.name.lower()] = total
        net["joint"] = net["client"] + net["supplier"]
        for side in _SIDES:
            made[f"net_{side}{suffix}"] = net[side]
            made[f"loss_{side}{suffix}"] = np.where(net[side] < 0.0, -net[side], 0.0)
    return made


def canonical(made: np.ndarray) -> bytes:
    """Return rows as the bytes that digests are made of: one pattern for NaN, and no negative zero."""
    clean = made.copy()
    for name in clean.dtype.names or ():
        column: Any = clean[name]
        if column.dtype.kind == "f":
            column += 0.0
            column[np.isnan(column)] = np.nan
    return clean.tobytes()
