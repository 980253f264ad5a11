"""Logs of random lives: read back, each of the three says of every event what the life says, in the same order."""

import csv
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from relsim import Life, write_log
from relsim.life import live
from relsim.scenario.scenario import Scenario
from tests.worlds import scenarios

SCHEMA = json.loads((Path(__file__).parents[1] / "schemas" / "ocel20-schema-json.json").read_bytes())
LEVELS = ("strategic", "tactical", "operational")
EVERYBODY = {f"{firm}/{level}" for firm in ("client", "supplier") for level in LEVELS}


def who(agent: str) -> set[str]:
    """Return the names in an object log of those whom an agent stands for."""
    firm, _, level = agent.lower().partition("_")
    if agent == "EVERYBODY":
        return EVERYBODY
    return (
        {f"{each}/{level}" for each in ("client", "supplier")} if firm == "both" else {agent.lower().replace("_", "/")}
    )


def expected(lives: list[Life]) -> Iterator[dict[str, Any]]:
    """Yield what a log must say of each event, from the lives' own events."""
    for life in lives:
        last = datetime(2000, 1, 1, tzinfo=UTC) - timedelta(milliseconds=1)
        for event in life.events.to_dict("records"):
            exact = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=365.25) * event["time"]
            yield {**event, "life": f"{life.arm}/{life.replication}", "exact": exact, "last": last}
            last = max(last + timedelta(milliseconds=1), exact)


def moment_fits(told: str, event: dict[str, Any]) -> bool:
    """Say whether a moment is the event's, to a millisecond, or one after the event before it."""
    moment = datetime.fromisoformat(told)
    return abs(moment - max(event["exact"], event["last"])) <= timedelta(milliseconds=2)


def check_table(row: dict[str, Any], event: dict[str, Any]) -> None:
    assert row["concept:name"] == event["kind"]
    assert (row["org:resource"], row["receiver"]) == (event["sender"], event["receiver"])
    assert (row["firm"], int(row["attempt"])) == (event["firm"], event["attempt"])
    assert moment_fits(row["time:timestamp"], event)


@settings(max_examples=15, phases=[Phase.explicit, Phase.reuse, Phase.generate])  # smaller lives are no clearer
@given(scenarios(horizon=4.0), st.integers(0, 10**6))
def test_every_log_says_what_the_lives_say(asked: Scenario, first: int) -> None:
    lives = [live(asked, arm, 5, k) for arm in asked.arms for k in (first, first + 1)]
    events = list(expected(lives))
    with TemporaryDirectory() as name:
        folder = Path(name)
        objects = json.loads(write_log(lives, folder / "log.ocel.json").read_bytes())
        traces = ET.parse(write_log(lives, folder / "log.xes")).getroot().findall("trace")
        with write_log(lives, folder / "log.csv").open(encoding="utf-8", newline="") as file:
            table = list(csv.DictReader(file))

    jsonschema.Draft7Validator(SCHEMA).validate(objects)
    cases: dict[tuple[str, int], str] = {}
    for told, event in zip(objects["events"], events, strict=True):
        assert told["type"] == event["kind"]
        assert moment_fits(told["time"], event)
        roles: dict[str, set[str]] = {}
        for each in told["relationships"]:
            roles.setdefault(each["qualifier"], set()).add(each["objectId"].removeprefix(event["life"]).lstrip("/"))
        assert roles["relationship"] == {""}
        assert roles["sender"] == who(event["sender"])
        assert roles.get("receiver", set()) == who(event["receiver"]) - who(event["sender"])
        assert roles["firm"] == ({"client", "supplier"} if event["firm"] == "BOTH" else {event["firm"].lower()})
        (case,) = roles["case"]
        assert cases.setdefault((event["life"], event["case"]), case) == case
    assert len({(life, case) for (life, _), case in cases.items()}) == len(cases)  # no two cases have one name

    flat = [
        {"life": trace[0].get("value"), **{each.get("key"): each.get("value") for each in event}}
        for trace in traces
        for event in trace.findall("event")
    ]
    for row, event in zip(flat, events, strict=True):
        assert row["life"] == event["life"]
        check_table(row, event)
    for row, event in zip(table, events, strict=True):
        assert row["case:concept:name"] == event["life"]
        assert row["case"] == f"{event['life']}/{cases[event['life'], event['case']]}"
        check_table(row, event)
