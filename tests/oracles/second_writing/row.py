"""7.14 The row of a life: its columns by their names."""

import math
from typing import Any

from tests.oracles.second_writing.derived import total
from tests.oracles.second_writing.document import (
    ACCOUNTS,
    CLIENT,
    DEPARTURES,
    ENDING,
    FIRMS,
    NAMES_OF_FIRMS,
    NAMES_OF_LEVELS,
    SUPPLIER,
    table,
)
from tests.oracles.second_writing.state import Relationship

COLUMNS = {row["column"]: row["sort"] for row in table("columns-of-the-row")}
SIDES = (*NAMES_OF_FIRMS, "joint")


def row_of(r: Relationship, replication: int) -> dict[str, Any]:
    """Return the columns of the row of a life that is over (7.14)."""
    signed, launched = not math.isnan(r.t_deal), not math.isnan(r.t_operations)
    age = r.t_end - r.t_operations
    row = {
        "replication": replication,
        "signed": int(signed),
        "launched": int(launched),
        "censored": int(r.ending == ENDING["ONGOING"]),
        "t_realised_client": r.firm[CLIENT].t_realised,
        "t_realised_supplier": r.firm[SUPPLIER].t_realised,
        "duration": r.t_end,
        "age": age,
        "fit_at_end": r.fit,
        "promise": r.promise if signed else math.nan,
        "performance_at_end": r.performance if launched else math.nan,
        "performance_mean": r.performance_years / age if launched and age > 0 else math.nan,
    }
    for column in COLUMNS:
        if column.startswith("n_"):
            row[column] = getattr(r, column.removeprefix("n_"))
        elif column not in row and "_FIRM_" not in column and "_SIDE" not in column:
            row[column] = getattr(r, column)
    return row | departures(r) | money(r)


def departures(r: Relationship) -> dict[str, int]:
    """Return how many people left, by firm, level and cause (7.14, left_FIRM_LEVEL_CAUSE)."""
    return {
        f"left_{firm}_{level}_{cause.lower()}": r.firm[g].departures[place][cause]
        for g, firm in zip(FIRMS, NAMES_OF_FIRMS, strict=True)
        for place, level in enumerate(NAMES_OF_LEVELS)
        for cause in DEPARTURES
    }


def money(r: Relationship) -> dict[str, float]:
    """Return the accounts of the firms, and what they come to (7.14, money_FIRM_ACCOUNT to the end)."""
    row = {
        f"money_{firm}_{account.lower()}": r.firm[g].ledger[account]
        for g, firm in zip(FIRMS, NAMES_OF_FIRMS, strict=True)
        for account in ACCOUNTS
    }
    discounted = [total(r.firm[g].ledger) for g in FIRMS]
    undiscounted = [total(r.firm[g].undiscounted) for g in FIRMS]
    for suffix, nets in (("", discounted), ("_undiscounted", undiscounted)):
        for side, net in zip(SIDES, (*nets, nets[CLIENT] + nets[SUPPLIER]), strict=True):
            row[f"net_{side}{suffix}"] = net
            row[f"loss_{side}{suffix}"] = max(0.0, -net)
    return row
