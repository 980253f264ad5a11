"""A log as OCEL 2.0 in JSON: events, and the objects that take part in them.

An object is in the log if it took part in an event, and it takes part in an event once, in the first of these roles
that it has: the relationship, the case, the sender, the receiver, the firm whose event it is, the contract. The objects
of one life are not those of another: two lives of the same pair of firms are two courses of things, not one.
All values are text, as the schema of the standard has them; their types stand in the declarations.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any, TextIO

from relsim.show.logs.trace import Entry, Origin, Trace, text_of
from relsim.show.logs.values import Plain
from relsim.vocabulary import TOGETHER, Agent, EventKind, Firm, Level

__all__ = ["write_ocel"]

_BEFORE = "1970-01-01T00:00:00Z"
"""The moment at which the standard has what holds from the beginning."""

_TEAMS = tuple(Agent)[: Agent.SUPPLIER_OPERATIONAL + 1]
_FIRMS = (Firm.CLIENT, Firm.SUPPLIER)

_OF_CONTRACT = {
    EventKind.CONTRACT_DRAFTED,
    EventKind.DEAL_SIGNED,
    EventKind.TACTICAL_PROBLEM,
    EventKind.DISPUTE_RAISED,
    EventKind.DISPUTE_SETTLED,
    EventKind.RESCUE_LAUNCHED,
    EventKind.CONTRACT_TERM,
}
"""What is about the contract: it is made, does not fit, is claimed under, gets another promise, runs out."""

_TYPES = {bool: "boolean", int: "integer", float: "float", str: "string"}


def _members(agent: Agent) -> tuple[Agent, ...]:
    """Return the teams and outside roles that an agent stands for."""
    return _TEAMS if agent == Agent.EVERYBODY else TOGETHER.get(agent, (agent,))


def _team(trace: Trace, agent: Agent) -> str:
    return f"{trace.name}/{agent.name.lower().replace('_', '/')}"


def _firm(trace: Trace, firm: Firm) -> str:
    return f"{trace.name}/{firm.name.lower()}"


def _contract(trace: Trace) -> str:
    return f"{trace.name}/contract"


def _roles(trace: Trace, entry: Entry) -> dict[str, str]:
    """Return the role of each object that takes part in an event."""
    roles = {trace.name: "relationship", entry.case: "case"}
    for agent in _members(entry.sender):
        roles.setdefault(_team(trace, agent), "sender")
    for agent in _members(entry.receiver):
        roles.setdefault(_team(trace, agent), "receiver")
    for firm in _FIRMS if entry.firm == Firm.BOTH else (entry.firm,):
        roles.setdefault(_firm(trace, firm), "firm")
    if entry.kind in _OF_CONTRACT:
        roles.setdefault(_contract(trace), "contract")
    return roles


@dataclass
class _Declared:
    """The types of events or objects so far, each with the types of its attributes."""

    of: dict[str, dict[str, str]] = field(default_factory=dict)

    def seen(self, name: str, values: Iterable[tuple[str, Plain]]) -> None:
        kinds = self.of.setdefault(name, {})
        for attribute, value in values:
            kinds.setdefault(attribute, _TYPES[type(value)])

    def told(self) -> str:
        return ",\n".join(
            _json({"name": name, "attributes": [{"name": each, "type": kind} for each, kind in kinds.items()]})
            for name, kinds in self.of.items()
        )


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _related(roles: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"objectId": name, "qualifier": role} for name, role in roles.items()]


def write_ocel(file: TextIO, origin: Origin, traces: Iterable[Trace]) -> None:
    """Write traces as OCEL 2.0 in JSON, one event or object a line."""
    event_types, object_types = _Declared(), _Declared()
    with TemporaryFile("w+", encoding="utf-8") as objects:
        file.write('{"events":[')
        between = between_objects = "\n"
        for trace in traces:
            took_part: dict[str, str] = {}
            opened: dict[str, Entry] = {}
            for number, entry in enumerate(trace.entries):
                roles = _roles(trace, entry)
                took_part |= roles
                opened.setdefault(entry.case, entry)
                values = [("attempt", entry.attempt), *entry.values]
                event_types.seen(entry.activity, values)
                told = {
                    "id": f"{trace.name}/event-{number:06d}",
                    "type": entry.activity,
                    "time": entry.moment,
                    "attributes": [{"name": name, "value": text_of(value)} for name, value in values],
                    "relationships": _related(roles),
                }
                file.write(between + _json(told))
                between = ",\n"
            for each in _objects(trace, origin, took_part, opened):
                object_types.seen(each.type, [(name, value) for name, value, _ in each.values])
                objects.write(between_objects + each.told())
                between_objects = ",\n"
        file.write('\n],\n"objects":[')
        objects.seek(0)
        copyfileobj(objects, file)
        file.write(f'\n],\n"eventTypes":[\n{event_types.told()}\n],\n"objectTypes":[\n{object_types.told()}\n]}}\n')


@dataclass(frozen=True)
class _Object:
    name: str
    type: str
    values: tuple[tuple[str, Plain, str], ...]
    """Name, value, and from when on it holds."""
    related: Mapping[str, str]

    def told(self) -> str:
        """Return it as JSON."""
        values = [{"name": name, "time": time, "value": text_of(value)} for name, value, time in self.values]
        return _json(
            {"id": self.name, "type": self.type, "attributes": values, "relationships": _related(self.related)}
        )


def _objects(
    trace: Trace, origin: Origin, took_part: Mapping[str, str], opened: Mapping[str, Entry]
) -> Iterable[_Object]:
    """Yield the objects of a life: the relationship, its firms, their levels, outsiders, the contract and its cases."""

    def there(roles: Mapping[str, str]) -> dict[str, str]:
        return {name: role for name, role in roles.items() if name in took_part}

    contract = {_contract(trace): "contract"}
    firms = {_firm(trace, firm): firm.name.lower() for firm in _FIRMS}
    given = {**trace.given, "scenario": origin.title, "seed": origin.facts["seed"]}
    yield _Object(
        trace.name,
        "relationship",
        (
            *((name, value, _BEFORE) for name, value in given.items()),
            *((name, value, trace.end) for name, value in trace.outcome.items()),
        ),
        there({**firms, **contract, **dict.fromkeys(opened, "case")}),
    )
    for firm in _FIRMS:
        if _firm(trace, firm) in took_part:
            levels = {_team(trace, Agent(3 * firm + level)): f"{level.name.lower()} level" for level in Level}
            yield _Object(_firm(trace, firm), "firm", (("firm", firm.name, _BEFORE),), there(levels))
    for team in _TEAMS:
        if _team(trace, team) in took_part:
            firm, level = Firm(team // 3), Level(team % 3)
            kind = f"{level.name.lower()} level"
            yield _Object(_team(trace, team), kind, (("firm", firm.name, _BEFORE),), {})
    for role in (Agent.FACILITATOR, Agent.BROKER, Agent.OUTSIDE):
        if _team(trace, role) in took_part:
            yield _Object(_team(trace, role), "outside", (("role", role.name, _BEFORE),), {})
    if _contract(trace) in took_part:
        signed = trace.promise == trace.promise
        promise = (("promise", trace.promise, trace.end),) if signed else ()
        yield _Object(_contract(trace), "contract", (("signed", signed, trace.end), *promise), {})
    for case, entry in opened.items():
        values = (("opened_by", entry.opened_by, _BEFORE), ("firm", entry.firm.name, _BEFORE))
        yield _Object(case, "case", values, {})
