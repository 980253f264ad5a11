"""Ten lives whose digests travel with relsim: what an installation must live to the byte, on every engine."""

import json
from collections.abc import Iterator
from importlib.resources import files

from relsim.life import Life, simulate
from relsim.model.rulebook import RULES_VERSION
from relsim.scenario.files import load_scenario

__all__ = ["FILE", "golden_lives", "selftest", "ten_lives"]

FILE = "ten_lives.json"
"""Beside this module; `make golden` writes it."""

_SCENARIO = "it-outsourcing"
_PAIRS = 5
_SEED = 1


def ten_lives(engine: str) -> Iterator[Life]:
    """Live five pairs of firms under both launches."""
    asked = load_scenario(_SCENARIO)
    for arm in asked.arms:
        for replication in range(_PAIRS):
            yield simulate(asked, arm, _SEED, replication, engine)


def golden_lives() -> dict[str, list[str]]:
    """Return the digests of the lives of each arm, by its name.

    Raises ValueError where they were written for other rules.
    """
    kept = json.loads(files(__package__).joinpath(FILE).read_text(encoding="utf-8"))
    if kept["rules_version"] != RULES_VERSION:
        raise ValueError(f"{FILE} is of rules version {kept['rules_version']}, and these rules are {RULES_VERSION}")
    return {str(arm): list(digests) for arm, digests in kept["lives"].items()}


def selftest(engine: str = "compiled") -> tuple[str, ...]:
    """Return which of the ten lives come out differently on an engine, by arm and pair; none where all is well."""
    known = golden_lives()
    return tuple(
        f"{life.arm}, pair {life.replication}"
        for life in ten_lives(engine)
        if life.digest != known[life.arm][life.replication]
    )
