"""A table of past relationships made by the model: to try things out on, where the truth is known."""

import csv
import io
import math
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from relsim.errors import ScenarioError
from relsim.experiment.work import Experiment, states_of
from relsim.lab.past.cohort import heads_of, left_of
from relsim.lab.past.columns import ENDING_WORDS
from relsim.lab.past.dates import DAYS_PER_YEAR
from relsim.model.row import rows
from relsim.model.rulebook import RULES_VERSION
from relsim.scenario.files import folder
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import Ending, Level

__all__ = ["EXAMPLE", "synthetic_past", "write_example"]

EXAMPLE = "past-relationships.csv"
"""The file of synthetic past relationships that travels with relsim, beside the scenarios."""

_FIRST, _LAST, _CLOSED = date(2012, 1, 2), date(2023, 12, 29), date(2024, 12, 31)
"""The days of the first and of the last contact, and the day until which all are watched."""

_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
"""Steps of this share of the whole spread contacts evenly, in no order that has to do with anything else."""

_NOT_KNOWN = 25
"""Of every so many that ended, nobody knows how one did."""

_VALUE = 4_000_000
"""What a year of each contract is worth, in money."""

_WORDS = {number: word for word, number in ENDING_WORDS.items()}
_HEADER = (
    "id",
    "launch",
    "contact",
    "signed",
    "contract",
    "started",
    "ended",
    "ending",
    "observed_until",
    "contract_value",
    "loss_joint",
    *(f"{what}_{level.name.lower()}" for level in Level for what in ("left", "heads")),
)


def synthetic_past(scenario: Scenario, told: str, counts: dict[str, int], seed: int, unknown: bool = True) -> str:
    """Return a table as the text of a CSV file, its first lines saying that it is synthetic and how it was made.

    told: what the scenario is, for these lines. counts: how many contacts of each arm; no pair of firms is met under
    two arms. Each life runs up to the day on which watching ends, so what is counted is counted up to there. unknown:
    whether the ending of some is not told.
    """
    out = io.StringIO()
    out.write(
        f"# SYNTHETIC: made by relsim, not by anybody's firms. Scenario: {told}; seed {seed}, rules {RULES_VERSION}.\n"
    )
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADER)
    number = ended = 0
    for arm, count in counts.items():
        for place in range(count):
            share = (place + 1) * _GOLDEN % 1.0
            contact = _FIRST + timedelta(days=int(share * ((_LAST - _FIRST).days + 1)))
            window = (_CLOSED - contact).days / DAYS_PER_YEAR
            life = scenario.model_copy(update={"horizon": window})
            row = rows(states_of(Experiment(life, seed, "compiled"), arm, number, 1), number)[0]
            number += 1
            over = row["ending"] != Ending.ONGOING
            ended += int(over)
            ending = "unknown" if unknown and over and ended % _NOT_KNOWN == 0 else _WORDS[int(row["ending"])]

            def day(years: float, since: date = contact) -> str:
                return "" if math.isnan(years) else str(since + timedelta(days=round(years * DAYS_PER_YEAR)))

            writer.writerow(
                (
                    f"R{number:03d}",
                    scenario.arms[arm].launch,
                    contact,
                    *(day(row[name]) for name in ("t_deal", "t_contract", "t_operations")),
                    day(row["t_end"]) if over else "",
                    ending if over else "",
                    "" if over else _CLOSED,
                    _VALUE,
                    f"{row['loss_joint_undiscounted'] * _VALUE:.0f}" if over else "",
                    *_people(row, scenario, launched=row["launched"] == 1),
                )
            )
    return out.getvalue()


def _people(row: Any, scenario: Scenario, launched: bool) -> list[str]:
    """Return who left and how many there were, level by level; nothing below the top without a launch."""
    told = []
    for level in Level:
        known = launched or level == Level.STRATEGIC
        told += [f"{int(left_of(row, level))}", f"{heads_of(scenario, level):g}"] if known else ["", ""]
    return told


def write_example(path: str | os.PathLike[str]) -> Path:
    """Write the synthetic past relationships that travel with relsim into a new file; return its path.

    Raises ScenarioError where the file exists already or cannot be written.
    """
    target = Path(path)
    try:
        with target.open("xb") as file:
            file.write((folder() / EXAMPLE).read_bytes())
    except FileExistsError:
        raise ScenarioError.of("file", target, "a new file; this one exists already") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise ScenarioError.of("file", target, f"a file that can be written: {why}") from None
    return target
