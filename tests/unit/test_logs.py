"""Event logs: what is in them, that the standard's schema accepts them, and that no name and no accident spoils one."""

import csv
import gzip
import json
import re
import weakref
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import relsim
from relsim import Life, ScenarioError, load_scenario, simulate, write_log
from relsim.model.rule import BUILT_IN
from relsim.scenario.governance import POLICIES
from relsim.show.logs.moments import moments
from relsim.show.logs.ocel import _OF_CONTRACT
from relsim.show.logs.values import VALUES
from relsim.vocabulary import EventKind
from tests.doors import run
from tests.worlds import ARMS, scenario

SCHEMA = Path(__file__).parents[1] / "schemas" / "ocel20-schema-json.json"
NAME = "concept:name"
FORMS = (".ocel.json", ".xes", ".xes.gz", ".csv")
STRANGE = 'A\x07 "title"\t<at & about>\n café \U0001f600'
"""More than a scenario's file may be called: what is written has to be sound whatever is in it."""


@relsim.rule(97, name="GRUMBLED", sender="own-operational", phases=("operation",), rate=4.0, per_firm=True)
def grumbled(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """An event of a user's own, with values of its own."""
    e.a = r.trust[2]
    e.b = float("-inf")
    return True


@pytest.fixture(scope="module")
def lived() -> list[Life]:
    """Three pairs of firms in two arms, with every policy that goes together and an event of a user's own."""
    names = ("facilitator", "deal-broker", "operational-gate", "joint-reviews", "escalation-hotline", "dispute-board")
    arms = {name.replace("-", "_"): {**launch, "policies": [*names]} for name, launch in ARMS.items()}
    asked = scenario(horizon=5.0, **arms)
    asked = asked.model_copy(update={"title": STRANGE, "start_date": date(2026, 3, 1)})
    return [simulate(asked, arm, 3, k, rules=[grumbled]) for arm in asked.arms for k in range(3)]


def written(lives: list[Life], folder: Path, form: str) -> Path:
    return write_log(lives, folder / f"log{form}")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ---------------------------------------------------------------- OCEL


def test_the_schema_is_the_published_one() -> None:
    digest = "bd3dfc26a35c5a6d49e3e4adc049aa41c1efe31576dfd564e3e399d7b04f3dc6"
    assert sha256(SCHEMA.read_bytes()).hexdigest() == digest


def test_an_object_log_is_what_the_standard_says(lived: list[Life], tmp_path: Path) -> None:
    log = json.loads(written(lived, tmp_path, ".ocel.json").read_bytes())
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_bytes())).validate(log)
    for each in log["events"]:
        assert datetime.fromisoformat(each["time"]).tzinfo == UTC


def test_everything_in_an_object_log_is_declared_and_there_once(lived: list[Life], tmp_path: Path) -> None:
    log = json.loads(written(lived, tmp_path, ".ocel.json").read_bytes())
    for things, types in (("events", "eventTypes"), ("objects", "objectTypes")):
        names = [each["id"] for each in log[things]]
        assert len(set(names)) == len(names)
        declared = {each["name"]: {a["name"]: a["type"] for a in each["attributes"]} for each in log[types]}
        assert {each["type"] for each in log[things]} == set(declared)
        for each in log[things]:
            for attribute in each["attributes"]:
                read = {"integer": int, "float": float, "boolean": ("false", "true").index, "string": str}
                read[declared[each["type"]][attribute["name"]]](attribute["value"])
    objects = {each["id"] for each in log["objects"]}
    took_part: set[str] = set()
    for each in log["events"]:
        related = [other["objectId"] for other in each["relationships"]]
        assert len(set(related)) == len(related)
        took_part |= set(related)
    assert took_part == objects
    assert {other["objectId"] for each in log["objects"] for other in each["relationships"]} < objects


def test_object_types_and_roles(lived: list[Life], tmp_path: Path) -> None:
    log = json.loads(written(lived, tmp_path, ".ocel.json").read_bytes())
    found = Counter(each["type"] for each in log["objects"])
    assert found["relationship"] == len(lived)
    assert found["firm"] == found["tactical level"] == 2 * len(lived)
    assert found["case"] == sum(len(np.unique(life.record["case"])) for life in lived)
    assert found["contract"] == sum(
        bool({"DEAL_SIGNED", "CONTRACT_DRAFTED"} & {*life.events["kind"]}) for life in lived
    )
    contact = log["events"][0]
    assert {each["objectId"]: each["qualifier"] for each in contact["relationships"]} == {
        "deal-first/0": "relationship",
        "deal-first/0/107374182400": "case",
        "deal-first/0/client/strategic": "sender",
        "deal-first/0/supplier/strategic": "sender",
        "deal-first/0/client": "firm",
        "deal-first/0/supplier": "firm",
    }
    incident = next(each for each in log["events"] if each["type"] == "INCIDENT")
    assert {each["qualifier"] for each in incident["relationships"]} == {
        "relationship",
        "case",
        "sender",
        "receiver",
        "firm",
    }
    (case,) = (each["objectId"] for each in incident["relationships"] if each["qualifier"] == "case")
    assert re.fullmatch("deal-first/0/I-[cs][0-9]+", case)


def test_a_case_is_what_its_first_event_opened(lived: list[Life], tmp_path: Path) -> None:
    log = json.loads(written(lived, tmp_path, ".ocel.json").read_bytes())
    told = [{a["name"]: a["value"] for a in each["attributes"]} for each in log["objects"] if each["type"] == "case"]
    first = [life.events.drop_duplicates("case") for life in lived]
    opened = [{"opened_by": row.kind, "firm": row.firm} for events in first for row in events.itertuples()]
    assert told == opened
    assert any(events.groupby("case")["firm"].nunique().max() > 1 for events in (life.events for life in lived))


def test_what_is_about_the_contract_follows_the_first_draft(lived: list[Life]) -> None:
    for life in lived:
        kinds = life.record["kind"].tolist()
        about = [place for place, kind in enumerate(kinds) if kind in _OF_CONTRACT]
        if about:
            assert kinds[about[0]] in (EventKind.CONTRACT_DRAFTED, EventKind.DEAL_SIGNED)


# ---------------------------------------------------------------- XES and the table


def test_a_trace_is_a_life(lived: list[Life], tmp_path: Path) -> None:
    log = ET.parse(written(lived, tmp_path, ".xes")).getroot()
    said = {each.get("key"): each.get("value") for each in log if each.get("key")}
    assert said["concept:name"] == STRANGE.replace("\x07", "\ufffd")  # XML has no such character
    assert (said["seed"], said["start_date"], said["rules_version"]) == ("3", "2026-03-01", str(relsim.RULES_VERSION))
    assert {each.get("prefix") for each in log.iter("extension")} == {"concept", "time", "lifecycle", "org"}
    traces = log.findall("trace")
    assert len(traces) == len(lived)
    for trace, life in zip(traces, lived, strict=True):
        known = {each.get("key"): each.get("value") for each in trace if each.tag != "event"}
        assert known["concept:name"] == f"{life.arm}/{life.replication}"
        assert known["ending"] == relsim.Ending(life.row["ending"]).name
        assert (known["signed"] == "true") == bool(life.row["signed"])
        assert float(known["net_joint"] or "") == life.row["net_joint"]
        assert len(trace.findall("event")) == len(life.record)


def test_an_event_of_ones_own_keeps_its_name_and_its_values(lived: list[Life], tmp_path: Path) -> None:
    count = sum(int((life.record["kind"] == 97).sum()) for life in lived)
    assert count > 0
    log = json.loads(written(lived, tmp_path, ".ocel.json").read_bytes())
    assert {each["value"] for one in log["objects"] for each in one["attributes"] if each["name"] == "scenario"} == {
        STRANGE
    }
    own = [each for each in log["events"] if each["type"] == "GRUMBLED"]
    assert len(own) == count
    assert {each["name"]: each["value"] for each in own[0]["attributes"]}["b"] == "-INF"
    names = [each.get("value") for each in ET.parse(written(lived, tmp_path, ".xes")).iter() if each.get("key") == NAME]
    assert names.count("GRUMBLED") == count
    table = rows(written(lived, tmp_path, ".csv"))
    assert sum(row[NAME] == "GRUMBLED" for row in table) == count


def test_the_values_of_events_have_their_names(lived: list[Life], tmp_path: Path) -> None:
    table = rows(written(lived, tmp_path, ".csv"))
    found = {row[NAME]: row for row in table}
    assert found["VERDICT_REPORTED"]["feasible"] in ("true", "false")
    assert 0.0 < float(found["VERDICT_REPORTED"]["estimate"]) < 1.5
    for life in lived:
        last = [row for row in table if row["case:concept:name"] == f"{life.arm}/{life.replication}"][-1]
        if not life.row["censored"]:
            assert last["ending"] == last["case:ending"] == relsim.Ending(life.row["ending"]).name


def test_only_kinds_with_names_for_their_values_have_values() -> None:
    """A rule that begins to use a value must say here what it means."""
    seen: set[int] = set()
    for policy in POLICIES:
        arms = {name.replace("-", "_"): {**launch, "policies": [policy]} for name, launch in ARMS.items()}
        asked = scenario(**arms)
        for arm in asked.arms:
            record = simulate(asked, arm, 1, 1).record
            seen |= set(record["kind"][(record["a"] != 0.0) | (record["b"] != 0.0)].tolist())
    assert {EventKind.PILOT_HELD, EventKind.VERDICT_REPORTED, EventKind.RELATIONSHIP_ENDED} <= seen <= set(VALUES)
    assert set(VALUES) <= set(BUILT_IN)


# ---------------------------------------------------------------- dates


def test_dates_count_from_first_contact_and_never_tie(lived: list[Life], tmp_path: Path) -> None:
    table = rows(written(lived, tmp_path, ".csv"))
    for life in lived:
        name = f"{life.arm}/{life.replication}"
        told = [datetime.fromisoformat(row["time:timestamp"]) for row in table if row["case:concept:name"] == name]
        assert told[0] == datetime(2026, 3, 1, tzinfo=UTC)
        assert all(later - earlier >= timedelta(milliseconds=1) for earlier, later in pairwise(told))
        for moment, years in zip(told, life.record["time"].tolist(), strict=True):
            off = moment - (told[0] + timedelta(days=365.25) * years)
            assert timedelta(milliseconds=-1) < off < timedelta(milliseconds=20)


def test_moments_of_ties() -> None:
    years = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 2.0])
    told = moments(date(2000, 1, 1), years) - np.datetime64("2000-01-01")
    year = 365.25 * 24 * 60 * 60 * 1000
    assert told.astype(int).tolist() == [0, 1, 2, year, year + 1, 2 * year]
    assert moments(date(2000, 1, 1), years[:0]).tolist() == []


def test_a_scenario_without_a_date_counts_from_2000(tmp_path: Path) -> None:
    life = simulate(load_scenario("rnd-alliance"))
    (first, *_) = rows(write_log(life, tmp_path / "log.csv"))
    assert first["time:timestamp"] == "2000-01-01T00:00:00.000Z"


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("form", FORMS)
def test_the_same_lives_are_the_same_bytes(lived: list[Life], tmp_path: Path, form: str) -> None:
    once = written(lived[:1], tmp_path, form).read_bytes()
    again = simulate(lived[0].scenario, lived[0].arm, 3, 0, "simpy", [grumbled])
    assert written([again], tmp_path, form).read_bytes() == once


def test_a_packed_log_is_the_log(lived: list[Life], tmp_path: Path) -> None:
    packed = gzip.decompress(written(lived, tmp_path, ".xes.gz").read_bytes())
    assert packed == written(lived, tmp_path, ".xes").read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_a_log_is_there_in_full_or_not_at_all(lived: list[Life], tmp_path: Path, form: str) -> None:
    def broken() -> Iterator[Life]:
        yield from lived[:2]
        raise KeyboardInterrupt

    path = tmp_path / f"log{form}"
    path.write_text("what was there")
    with pytest.raises(KeyboardInterrupt):
        write_log(broken(), path)
    assert path.read_text() == "what was there"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("form", FORMS)
def test_lives_are_taken_one_at_a_time(tmp_path: Path, form: str) -> None:
    asked, alive, most = load_scenario("rnd-alliance", set=["horizon=2"]), weakref.WeakSet[Life](), 0

    def taken() -> Iterator[Life]:
        nonlocal most
        for k in range(12):
            life = simulate(asked, replication=k)
            alive.add(life)
            most = max(most, len(alive))
            yield life

    write_log(taken(), tmp_path / f"log{form}")
    assert most <= 4  # the first, which all others are held against, and those at hand


def test_lives_that_do_not_belong_together_are_refused(lived: list[Life], tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    other = simulate(lived[0].scenario, seed=4, replication=9, rules=[grumbled])
    for lives, said in (
        ([lived[0], lived[0]], "lives: deal-first/0: each life once"),
        ([lived[0], other], "lives: deal-first/9: of the same scenario, seed and rules as the others"),
        ([lived[0], simulate(lived[0].scenario, seed=3, replication=9)], "seed and rules as the others"),
        ([], "at least one life"),
    ):
        with pytest.raises(ScenarioError, match=said):
            write_log(lives, path)
    assert not path.exists()


def test_a_life_in_which_nothing_happens_is_an_empty_trace(tmp_path: Path) -> None:
    asked = load_scenario("rnd-alliance", set=["horizon=0"])
    life = simulate(asked)
    assert len(life.record) == 0
    log = json.loads(write_log(life, tmp_path / "log.ocel.json").read_bytes())
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_bytes())).validate(log)
    assert [each["id"] for each in log["objects"]] == ["deal-first/0"]
    (trace,) = ET.parse(write_log(life, tmp_path / "log.xes")).getroot().findall("trace")
    assert trace.findall("event") == []
    assert rows(write_log(life, tmp_path / "log.csv")) == []


def test_a_life_that_a_limit_stopped_ends_with_its_last_event(lived: list[Life], tmp_path: Path) -> None:
    stopped = lived[0].state.copy()
    stopped["t_end"] = np.nan
    log = json.loads(write_log(replace(lived[0], state=stopped), tmp_path / "log.ocel.json").read_bytes())
    outcome = next(each for each in log["objects"][0]["attributes"] if each["name"] == "ending")
    assert outcome["time"] == log["events"][-1]["time"]


# ---------------------------------------------------------------- doors


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


FEW = ("compare", "rnd-alliance", "--replications", "12", "--no-picture")


@pytest.mark.usefixtures("elsewhere")
def test_life_writes_a_log_through_the_door(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "life", "rnd-alliance", "--replication", "4", "--log", "one.csv")
    assert (status, out.splitlines()[-1]) == (0, "log: one.csv")
    life = simulate(load_scenario("rnd-alliance"), replication=4)
    assert [row[NAME] for row in rows(Path("one.csv"))] == life.events["kind"].tolist()
    status, out, err = run(capsys, "life", "rnd-alliance", "--log", "one.xes", "--json")
    assert (status, err) == (0, "log: one.xes\n")
    json.loads(out)


@pytest.mark.usefixtures("elsewhere")
def test_compare_writes_a_log_of_the_first_pairs(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, *FEW, "--log", "few.csv", "--log-lives", "2")
    assert (status, out.splitlines()[-1]) == (0, "log: few.csv")
    names = [f"{arm}/{k}" for arm in ("deal-first", "feasibility-first") for k in range(2)]
    assert list(dict.fromkeys(row["case:concept:name"] for row in rows(Path("few.csv")))) == names
    run(capsys, *FEW, "--log", "all.csv")
    assert len({row["case:concept:name"] for row in rows(Path("all.csv"))}) == 24
    status, _, err = run(capsys, *FEW, "--json", "--log", "few.xes.gz", "--log-lives", "1")
    assert (status, err) == (0, "log: few.xes.gz\n")


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--log", "log.json"), "log: log.json: a name that ends in .ocel.json, .xes, .xes.gz or .csv"),
        (("--log", "no/log.xes"), "log: no/log.xes: a file in a folder that is there"),
        (("--log-lives", "3"), "log-lives: 3: needs --log FILE"),
        (("--log", "log.xes", "--log-lives", "13"), "log-lives: 13: at most 12 pairs of firms here, in 2 arms"),
        (("--log", "log.xes", "--shard", "1/2", "--store", "s"), "log: log.xes: not together with --shard"),
        (
            ("--log", "log.xes", "--log-lives", "5001", "--replications", "10000"),
            "log-lives: 5001: at most 5,000 pairs of firms here, in 2 arms",
        ),
    ],
)
def test_what_cannot_be_logged_is_refused_before_anything_is_lived(
    capsys: pytest.CaptureFixture[str], asked: tuple[str, ...], said: str
) -> None:
    status, out, err = run(capsys, *FEW, *asked)
    assert (status, out, err) == (2, "", f"{said}\n")
    assert list(Path().iterdir()) == []


@pytest.mark.usefixtures("elsewhere")
def test_a_full_disk_ends_with_a_message_after_the_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    status, out, err = run(capsys, *FEW, "--log", "log.xes")
    assert (status, err) == (1, "log.xes: cannot be written: No space left on device\n")
    assert "digest: " in out
    assert list(Path().iterdir()) == []
