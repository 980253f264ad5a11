"""What each team has heard of: since when it knows of which problem, told by the events in which it took part."""

from collections.abc import Mapping

from relsim.life import Life
from relsim.vocabulary import TOGETHER, Agent, EventKind

__all__ = ["TEAMS", "heard_of"]

TEAMS = (
    Agent.CLIENT_STRATEGIC,
    Agent.CLIENT_TACTICAL,
    Agent.CLIENT_OPERATIONAL,
    Agent.SUPPLIER_STRATEGIC,
    Agent.SUPPLIER_TACTICAL,
    Agent.SUPPLIER_OPERATIONAL,
)

_PROBLEMS = (EventKind.INCIDENT.name, EventKind.TACTICAL_PROBLEM.name, EventKind.STRATEGIC_PROBLEM.name)
_UNHEARD = (EventKind.COMPLAINT_RAISED.name, EventKind.ESCALATED.name, EventKind.HOTLINE_USED.name)
"""What is said to somebody who has not heard it yet; the hearing is an event of its own."""


def heard_of(life: Life) -> Mapping[Agent, tuple[tuple[float, int], ...]]:
    """Return by team the problems that it has heard of, in order: the time when it first did, and the case.

    A problem is a case that an incident, a contract problem or strategies that drift apart opened. A team has heard of
    it once it sent or received one of its events, but for those that are sent to somebody who may not listen.
    """
    since: dict[Agent, dict[int, float]] = {team: {} for team in TEAMS}
    problems: set[int] = set()
    events = life.events
    columns = (events[name].tolist() for name in ("time", "kind", "sender", "receiver", "case"))
    for time, kind, sender, receiver, case in zip(*columns, strict=True):
        if kind in _PROBLEMS:
            problems.add(case)
        if case not in problems:
            continue
        for name in (sender,) if kind in _UNHEARD else (sender, receiver):
            agent = Agent[name]
            for team in TOGETHER.get(agent, (agent,)):
                if team in since:
                    since[team].setdefault(case, time)
    return {team: tuple((time, case) for case, time in known.items()) for team, known in since.items()}
