"""3.6 and 7.1 Policies: the numbers of what an arm adopts, under the names of the rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.oracles.second_writing.document import number, table

NUMBERS = table("numbers-of-policies")
"""The numbers of all policies: their names, start values and ranges, and which of them is the dial (7.1)."""

DIAL = {row["policy"]: row["number"] for row in NUMBERS if "[dial" in row["meaning"]}
"""The dial of each policy: at 0 the policy is as if it were not there (3.6)."""


def numbers_of(adopted: Sequence[str | Mapping[str, Any]]) -> dict[str, float]:
    """Return the numbers of all policies: 0 where one is not adopted, and where its dial is 0 (3.6, 7.1)."""
    written = {policy: {} if isinstance(each, str) else each for each in adopted for policy in [name_of(each)]}
    values = {(row["policy"], row["number"]): number(row["start"]) for row in NUMBERS if row["policy"] in written}
    values |= {(name, which): float(written[name][which]) for name, which in values if which in written[name]}
    return {
        row["name in rules"]: values[row["policy"], row["number"]]
        if row["policy"] in written and values[row["policy"], DIAL[row["policy"]]] > 0
        else 0.0
        for row in NUMBERS
    }


def name_of(adopted: str | Mapping[str, Any]) -> str:
    """Return the name of a policy, which is written as its name or with some of its numbers (7.1)."""
    return adopted if isinstance(adopted, str) else str(adopted["name"])
