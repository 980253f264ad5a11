"""Write logs of lives into a folder, and what must be in them, counted from the records of the lives themselves.

It is for an environment that does not have relsim. But to write the logs, nothing here uses the code that writes them.
"""

import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from relsim import Agent, Ending, Life, write_log
from relsim.model.rule import agents
from tests.oracles.pm4py.guide import commands
from tests.oracles.pm4py.lives import lives

ENDINGS = (".ocel.json", ".xes", ".xes.gz", ".csv")

_FIRMS = (("client",), ("supplier",), ("client", "supplier"))
_OF_CONTRACT = {
    *("CONTRACT_DRAFTED", "DEAL_SIGNED", "TACTICAL_PROBLEM", "RESCUE_LAUNCHED", "CONTRACT_TERM"),
    *("DISPUTE_RAISED", "DISPUTE_SETTLED"),
}


def _teams(agent: Agent) -> list[tuple[str, str]]:
    """Return the object types and names of those whom an agent stands for."""
    who, _, level = agent.name.lower().partition("_")
    if agent == Agent.EVERYBODY:
        return [team for firm in ("CLIENT", "SUPPLIER") for team in _of_firm(firm)]
    if who == "both":
        return [(f"{level} level", f"{firm}/{level}") for firm in ("client", "supplier")]
    return [(f"{level} level", f"{who}/{level}") if level else ("outside", who)]


def _of_firm(firm: str) -> Iterator[tuple[str, str]]:
    for level in ("STRATEGIC", "TACTICAL", "OPERATIONAL"):
        yield from _teams(Agent[f"{firm}_{level}"])


def told(life: Life) -> Iterator[tuple[str, datetime, dict[tuple[str, Any], str]]]:
    """Yield activity, moment, and the role of each object, by type and name, of the events of a life."""
    names = life.rules.names()
    start = datetime.combine(life.scenario.start_date, time(), UTC) if life.scenario.start_date else None
    begin = start or datetime(2000, 1, 1, tzinfo=UTC)
    last = -1
    for event in life.record:
        activity = names[int(event["kind"])]
        last = max(last + 1, round(float(event["time"]) * (365.25 * 24 * 60 * 60 * 1000)))
        sender, receiver = agents(life.rules.by_kind(int(event["kind"])), int(event["firm"]))
        roles: dict[tuple[str, Any], str] = {("relationship", ""): "relationship", ("case", int(event["case"])): "case"}
        for agent, role in ((sender, "sender"), (receiver, "receiver")):
            for team in _teams(agent):
                roles.setdefault(team, role)
        roles |= {("firm", firm): "firm" for firm in _FIRMS[int(event["firm"])]}
        if activity in _OF_CONTRACT:
            roles["contract", ""] = "contract"
        yield activity, begin + timedelta(milliseconds=last), roles


class Counts:
    """What is counted in the lives of one log."""

    def __init__(self) -> None:
        self.activities: Counter[str] = Counter()
        self.qualifiers: Counter[str] = Counter()
        self.courses: defaultdict[str, dict[Any, list[str]]] = defaultdict(dict)
        """For each type of objects the activities of each object, in their order."""
        self.moments: dict[str, list[int]] = {}
        """The milliseconds since 1970 of the events of each life."""
        self.outcomes: dict[str, list[Any]] = {}

    def add(self, life: Life) -> None:
        """Count a life."""
        name = f"{life.arm}/{life.replication}"
        moments = []
        for activity, moment, roles in told(life):
            self.activities[activity] += 1
            moments.append(round(moment.timestamp() * 1000))
            for (kind, which), role in roles.items():
                self.qualifiers[f"{kind}: {role}"] += 1
                self.courses[kind].setdefault((name, which), []).append(activity)
        self.moments[name] = moments
        self.outcomes[name] = [life.arm, life.replication, Ending(life.row["ending"]).name, life.row["net_joint"]]

    def document(self) -> dict[str, Any]:
        """Return the counts as data of JSON."""
        return {
            "activities": self.activities,
            "qualifiers": self.qualifiers,
            "objects": {kind: len(courses) for kind, courses in self.courses.items()},
            "follows": {kind: _follows(list(courses.values())) for kind, courses in self.courses.items()},
            "variants": {kind: _variants(list(courses.values())) for kind, courses in self.courses.items()},
            "moments": self.moments,
            "outcomes": self.outcomes,
        }


def _follows(courses: list[list[str]]) -> list[tuple[str, str, int]]:
    """Return how often an activity follows directly upon another; with nothing before the first, or after the last."""
    pairs = Counter(pair for course in courses for pair in pairwise(["", *course, ""]))
    return [(one, other, count) for (one, other), count in pairs.items()]


def _variants(courses: list[list[str]]) -> dict[int, int]:
    """Return how many courses there are that so many objects take."""
    return Counter(Counter(map(tuple, courses)).values())


def main(folder: Path) -> None:
    """Write everything into a folder."""
    for name, lived in lives():
        counts = Counts()
        for life in lived:
            counts.add(life)
        for ending in ENDINGS:
            write_log(lived, folder / f"{name}{ending}")
        (folder / f"{name}.counts.json").write_text(json.dumps(counts.document()), encoding="utf-8")
    for command in commands():  # what the guide opens
        program, *arguments = command.split()
        assert program == "relsim", command
        subprocess.run([sys.executable, "-m", "relsim", *arguments], cwd=folder, check=True, capture_output=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
