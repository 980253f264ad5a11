"""Where lives are kept: chunk files, a journal that says which of them count, and what experiment they belong to.

    DIR/experiment.json                  the resolved scenario, seed and rules, and how they came about
    DIR/journal.log                      what is finished: a line a chunk, with length and SHA-256 of its files
    DIR/lives/seed=N/FIRST-END.parquet   one row a life, all arms of a chunk together: a hive-partitioned dataset
    DIR/summaries/FIRST-END.npz          what a comparison needs of a chunk without its rows
    DIR/events/seed=N/FIRST-END.parquet  the events of the first lives, where they were asked for
    DIR/drafts/                          what workers are writing; of no account until the journal says so

A chunk is finished when its line is in the journal; only then do its drafts get their names, if need be by the next
run. So whoever reads the dataset sees a chunk whole or not at all. Shards have journals of their own until they are
merged. At an address of objects there are no drafts and no journal: each chunk has a .done object with the line.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from relsim import __version__
from relsim.analysis.columns import column_names
from relsim.analysis.summary import flat
from relsim.errors import StoreError
from relsim.experiment.parquet import read_arms, rows_of
from relsim.experiment.parts import Part, Whole, part_of, unpacked
from relsim.experiment.places import DRAFTS, Folder, Objects, place_at
from relsim.experiment.plan import Chunk, Shard
from relsim.experiment.work import Experiment, Result, chunk_file, draft_of, summary_file
from relsim.model.rule import RuleFunction
from relsim.scenario.scenario import Scenario

__all__ = [
    "ABOUT",
    "Line",
    "Record",
    "Store",
    "document_bytes",
    "document_of",
    "identity_of",
    "locked",
    "opened",
    "same",
    "sealed",
    "unsealed",
]

FORMAT = 1
"""Raised when older stores can no longer be read."""

ABOUT = "experiment.json"
_SHOWN, _NO = 5, "nothing"
_JOURNALS = "journal"


@dataclass(frozen=True)
class Record:
    """A finished chunk as the journal has it."""

    kind: str
    """lives or events."""
    chunk: Chunk
    attempt: str
    owner: str
    files: Mapping[str, tuple[int, str]]
    """Length and SHA-256 by name."""
    journal: str
    """The journal or the .done object that says so."""


@dataclass(frozen=True)
class Line:
    """One line of a journal."""

    journal: str
    number: int
    entry: Mapping[str, Any] | None
    """What it says, or None where it is damaged."""
    torn: bool = False
    """Whether it is the last one and breaks off, as when the machine stopped in the middle of writing it."""


def sealed(entry: Mapping[str, Any]) -> bytes:
    """Return an entry as a line with a checksum of its own."""
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"))
    return f"{hashlib.sha256(text.encode()).hexdigest()[:16]} {text}\n".encode()


def unsealed(line: bytes) -> Mapping[str, Any] | None:
    """Return the entry of a line, or None where the line is not what was written."""
    seal, _, text = line.rstrip(b"\n").partition(b" ")
    if not line.endswith(b"\n") or hashlib.sha256(text).hexdigest()[:16].encode() != seal:
        return None
    entry = json.loads(text)
    return entry if isinstance(entry, dict) else None


def _record(entry: Mapping[str, Any], journal: str) -> Record:
    """Return the finished chunk that an entry speaks of."""
    files = {name: (size, digest) for name, (size, digest) in entry["files"].items()}
    chunk = Chunk(entry["first"], entry["count"])
    return Record(entry["kind"], chunk, entry["attempt"], entry["owner"], files, journal)


def identity_of(experiment: Experiment) -> dict[str, Any]:
    """Return what makes an experiment this one: scenario, seed, rules. The engine does not: all give the same lives."""
    rules = experiment.book.identity()
    own = [{name: each[name] for name in ("kind", "name", "source_sha256")} for each in rules["own_rules"]]
    return {
        "scenario": experiment.scenario.model_dump(mode="json"),
        "seed": experiment.seed,
        "rules_version": rules["rules_version"],
        "own_rules": {str(each["kind"]): each for each in own},
    }


@dataclass
class Store:
    """A store that is open for reading; `opened` opens it for writing."""

    place: Folder | Objects
    document: Mapping[str, Any]
    """What experiment.json says."""
    shard: Shard | None = None
    lines: list[Line] = field(default_factory=list)
    records: dict[tuple[str, Chunk], Record] = field(default_factory=dict)
    dropped: list[Record] = field(default_factory=list)
    """Chunks that were finished once and no longer count."""
    asked: int = 0
    """Replications that were asked for."""
    asked_events: int = 0
    """How many first lives were to have their events kept."""
    set_aside: dict[Chunk, str] = field(default_factory=dict)
    """Chunks that failed, and why."""
    about_is_damaged: bool = False
    """Whether experiment.json is missing or does not say what was written."""

    @classmethod
    def read(cls, address: str | os.PathLike[str]) -> "Store":
        """Return the store at an address.

        Raises StoreError where there is none, or its experiment.json is damaged.
        """
        store = cls.salvaged(address)
        if store.about_is_damaged:
            raise StoreError(f"{store.place}/{ABOUT}: damaged; relsim repair {store.place} writes it anew")
        return store

    @classmethod
    def salvaged(cls, address: str | os.PathLike[str]) -> "Store":
        """Return the store at an address, even where its experiment.json is damaged: journals say the same.

        Raises StoreError where there is none, or nothing is left that says whose lives these are.
        """
        place = place_at(address)
        store = cls(place, {})
        store.reload()
        try:
            document = document_of(place.read(ABOUT))
        except FileNotFoundError:
            document = None
            if not store.lines and not place.sizes("lives"):
                hint = f"relsim compare SCENARIO --store {place} makes one"
                raise StoreError(f"{place}: no store is here; {hint}") from None
        store.about_is_damaged = document is None
        heads = (line.entry.get("document") for line in store.lines if line.entry and line.entry["kind"] == "head")
        found = document if document is not None else next(heads, None)
        if found is None:
            raise StoreError(f"{place}: {ABOUT} and the journal are damaged, so nobody knows whose lives these are")
        _readable(place, found)
        store.document = found
        return store

    @property
    def scenario(self) -> Scenario:
        """The scenario that is lived here."""
        return Scenario.model_validate(self.document["experiment"]["scenario"])

    @property
    def seed(self) -> int:
        """The seed."""
        return int(self.document["experiment"]["seed"])

    @property
    def owner(self) -> str:
        """Whose drafts are ours."""
        return str(self.shard) if self.shard else "main"

    @property
    def journal(self) -> str:
        """The journal that we write."""
        return f"{_JOURNALS}-{self.shard}.log" if self.shard else f"{_JOURNALS}.log"

    def journals(self) -> list[str]:
        """Return the names of all journals, or of all .done objects."""
        if isinstance(self.place, Objects):
            return sorted(self.place.sizes("done"))
        return sorted(each.name for each in self.place.root.glob(f"{_JOURNALS}*.log"))

    def reload(self) -> None:
        """Read the journals anew."""
        self.lines = []
        for journal in self.journals():
            raw = self.place.read(journal).splitlines(keepends=True)
            for number, text in enumerate(raw, 1):
                entry = unsealed(text)
                torn = entry is None and number == len(raw) and not text.endswith(b"\n")
                self.lines.append(Line(journal, number, entry, torn))
        self.records, self.dropped, self.set_aside, self.asked, self.asked_events = {}, [], {}, 0, 0
        dropped = {
            each.entry.get("attempt") for each in self.lines if each.entry and each.entry.get("kind") == "dropped"
        }
        for place, line in enumerate(self.lines):
            if line.entry is None:
                continue
            try:
                if line.entry["kind"] in ("lives", "events") and line.entry["attempt"] in dropped:
                    self.dropped.append(_record(line.entry, line.journal))
                else:
                    self._take(line.entry, line.journal)
            except (KeyError, TypeError, ValueError):  # the seal is right, but nothing that we would write
                self.lines[place] = replace(line, entry=None)

    def _take(self, entry: Mapping[str, Any], journal: str) -> None:
        kind = entry["kind"]
        if kind == "asked":
            self.asked = max(self.asked, entry["replications"])
            self.asked_events = max(self.asked_events, entry["events"])
        elif kind == "failed":
            self.set_aside[Chunk(entry["first"], entry["count"])] = entry["why"]
        elif kind in ("lives", "events"):
            record = _record(entry, journal)
            self.records[kind, record.chunk] = record
            if kind == "lives":
                self.set_aside.pop(record.chunk, None)

    def finished(self, kind: str = "lives") -> dict[Chunk, Record]:
        """Return the finished chunks, in order."""
        return {chunk: each for (of, chunk), each in sorted(self.records.items()) if of == kind}

    def experiment(self, engine: str = "compiled", rules: Iterable[RuleFunction] = ()) -> Experiment:
        """Return the experiment whose lives these are; a user's own rules have to be handed over.

        Raises StoreError where these are not the rules that the store was made with.
        """
        made = Experiment(self.scenario, self.seed, engine, tuple(rules))
        same(self.place, self.document, {**self.document, "experiment": identity_of(made)})
        return made

    def whole(self, replications: int | None = None) -> Whole:
        """Return all that is known of the first replications, by default of all that follow each other from 0 on."""
        scenario = self.scenario
        whole = Whole(scenario)
        for chunk, record in self.finished().items():
            if chunk.first == whole.reached and (replications is None or chunk.first < replications):
                whole.add(self.part(scenario, record, Chunk(0, replications or chunk.end)))
        return whole

    def damaged_lines(self) -> list[Line]:
        """Return the lines of journals that say something else than was written, but for those that broke off."""
        return [line for line in self.lines if line.entry is None and not line.torn]

    def done(self) -> int:
        """Return how many replications are finished."""
        return sum(chunk.count for chunk in self.finished())

    # writing

    def _write(self, entry: Mapping[str, Any]) -> None:
        """Add an entry to the journal; where there are only objects, as an object of its own."""
        if isinstance(self.place, Folder):
            self.place.append(self.journal, sealed(entry))
            journal = self.journal
        else:
            span = f"-{Chunk(entry['first'], entry['count'])}" if "first" in entry else ""
            journal = f"done/{entry['kind']}{span}.done"
            self.place.write(journal, sealed(entry))
        self._take(entry, journal)

    def mend_journal(self) -> None:
        """Begin the journal with what experiment.json says, or cut off a line that broke off."""
        if not isinstance(self.place, Folder):
            return
        ours = [line for line in self.lines if line.journal == self.journal]
        whole = [line.entry for line in ours if line.entry is not None]
        if not whole:
            whole = [{"kind": "head", "document": self.document}]
        if len(whole) != len(ours) or not ours:
            self.place.write(self.journal, b"".join(sealed(entry) for entry in whole))
            self.reload()

    def ask(self, replications: int, events: int) -> None:
        """Note how much is asked for, where it is more than before."""
        if replications > self.asked or events > self.asked_events:
            most = max(replications, self.asked), max(events, self.asked_events)
            self._write({"kind": "asked", "replications": most[0], "events": most[1]})

    def commit(self, result: Result) -> None:
        """Let a finished chunk count: write its line, then give its files their names."""
        assert result.record is not None
        self._write(result.record)
        self._name(self.records[result.job.kind, result.job.chunk])

    def _name(self, record: Record) -> None:
        """Give the drafts of a finished chunk their names."""
        if isinstance(self.place, Folder):
            for name in record.files:
                with contextlib.suppress(FileNotFoundError):  # it has its name already, or `verify` will miss it
                    self.place.move(draft_of(record.owner, record.attempt, name), name)

    def left_over(self) -> list[str]:
        """Return the files of chunks that no longer count and that no other chunk has taken over."""
        vouched = {name for record in self.records.values() for name in record.files}
        return sorted({name for record in self.dropped for name in record.files} - vouched)

    def catch_up(self) -> None:
        """Do what a run that was killed could not do any more: name what counts, remove what no longer does."""
        if isinstance(self.place, Folder):
            there = self.place.sizes()
            for name in self.left_over() if self.shard is None else ():
                if name in there:
                    self.place.remove(name)
            for record in self.records.values():
                ours = self.shard is None or record.owner == self.owner
                if ours and any(draft_of(record.owner, record.attempt, name) in there for name in record.files):
                    self._name(record)

    def fail(self, chunk: Chunk, why: str) -> None:
        """Note that a chunk could not be lived."""
        self._write({"kind": "failed", "first": chunk.first, "count": chunk.count, "why": why})

    def drop(self, records: Iterable[Record]) -> None:
        """Let finished chunks count no longer, and take their files away."""
        for record in records:
            if isinstance(self.place, Folder):
                self.place.append(self.journal, sealed({"kind": "dropped", "attempt": record.attempt}))
            else:
                self.place.remove(record.journal)
            for name in record.files:
                self.place.remove(name)
            self.records.pop((record.kind, record.chunk), None)
            self.dropped.append(record)

    def sweep(self) -> None:
        """Take away drafts that nobody will name any more: a shard its own, the main coordinator all."""
        if isinstance(self.place, Folder):
            for name in self.place.sizes(f"{DRAFTS}/{self.owner}" if self.shard else DRAFTS):
                self.place.remove(name)

    # reading

    def rows(self, record: Record) -> dict[str, np.ndarray]:
        """Return the rows of a finished chunk by arm, arrays of ROW records.

        Raises StoreError where a file is missing or damaged.
        """
        data = self.checked(record, chunk_file("lives", self.seed, record.chunk))
        return {arm: rows_of(table) for arm, table in read_arms(data, self.scenario.arms).items()}

    def bytes_of(self, record: Record, name: str) -> bytes:
        """Return the bytes of a file of a finished chunk, which may still be a draft.

        Raises FileNotFoundError where it is neither.
        """
        try:
            return self.place.read(name)
        except FileNotFoundError:
            return self.place.read(draft_of(record.owner, record.attempt, name))

    def checked(self, record: Record, name: str) -> bytes:
        """Return the bytes of a file, which are those that were written.

        Raises StoreError where they are not.
        """
        try:
            data = self.bytes_of(record, name)
        except FileNotFoundError:
            raise StoreError(f"{self.place}/{name}: missing; relsim repair {self.place} lives it again") from None
        if (len(data), hashlib.sha256(data).hexdigest()) != tuple(record.files[name]):
            raise StoreError(f"{self.place}/{name}: damaged; relsim repair {self.place} lives it again")
        return data

    def part(self, scenario: Scenario, record: Record, span: Chunk) -> Part:
        """Return what is known of a finished chunk, or of the part of it that lies in a span.

        From its summary, if that has all that this version of relsim wants to know; else from its rows.
        """
        first, end = max(record.chunk.first, span.first), min(record.chunk.end, span.end)
        if (first, end) == (record.chunk.first, record.chunk.end):
            part = unpacked(self.checked(record, summary_file(record.chunk)))
            if part.tally.names == column_names(scenario):
                return part
        rows = self.rows(record)
        inside = slice(first - record.chunk.first, end - record.chunk.first)
        return part_of(scenario, first, {arm: each[inside] for arm, each in rows.items()})


def document_of(data: bytes) -> Mapping[str, Any] | None:
    """Return what a file says that `document_bytes` made, or None where it is damaged."""
    try:
        whole = json.loads(data)
        seal, document = whole["sha256"], whole["document"]
    except (ValueError, KeyError, TypeError):
        return None
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return document if hashlib.sha256(text.encode()).hexdigest() == seal else None


def document_bytes(document: Mapping[str, Any]) -> bytes:
    """Return a document as the bytes of a file, with a checksum."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    seal = hashlib.sha256(text.encode()).hexdigest()
    return (json.dumps({"sha256": seal, "document": document}, indent=2, sort_keys=True) + "\n").encode()


@contextlib.contextmanager
def opened(
    address: str | os.PathLike[str], experiment: Experiment, provenance: Mapping[str, Any], shard: Shard | None = None
) -> Iterator[Store]:
    """Open a store for writing, and make it if it is not there yet; nobody else may write to it meanwhile.

    Raises StoreError where somebody else does, where another experiment is kept there, or where it is damaged.
    """
    place = place_at(address)
    document = {"store": FORMAT, "experiment": identity_of(experiment), "provenance": dict(provenance)}
    with locked(place, shard):
        try:
            kept = document_of(place.read(ABOUT))
        except FileNotFoundError:
            others = [name for name in place.sizes() if not name.startswith(("lock", DRAFTS))]
            if others:
                raise StoreError(
                    f"{place}: not empty, but without {ABOUT}, so not a store of relsim (it has {others[0]}); take "
                    "another folder"
                ) from None
            place.write(ABOUT, document_bytes(document))
            kept = document
        if kept is None:
            raise StoreError(f"{place}/{ABOUT}: damaged; relsim repair {place} writes it anew")
        same(place, kept, document)
        store = Store(place, kept, shard)
        store.reload()
        if store.damaged_lines():
            line = store.damaged_lines()[0]
            raise StoreError(f"{place}/{line.journal}: line {line.number} is damaged; relsim repair {place} mends it")
        store.mend_journal()
        store.catch_up()
        store.sweep()
        yield store
        store.sweep()


@contextlib.contextmanager
def locked(place: Folder | Objects, shard: Shard | None = None) -> Iterator[None]:
    """Hold what keeps a second coordinator out: all of the store, or a shard's part. Objects have no locks."""
    if isinstance(place, Objects):
        yield
    elif shard is None:
        with place.held("lock"):
            yield
    else:
        with place.held("lock", shared=True), place.held(f"lock-{shard}"):
            yield


def _readable(place: Folder | Objects, kept: Mapping[str, Any]) -> None:
    """Raise StoreError where a store has a format that another version of relsim wrote."""
    if kept["store"] != FORMAT:
        raise StoreError(
            f"{place}: a store of format {kept['store']}; relsim {__version__} reads format {FORMAT}, "
            "and its changelog says which versions read others"
        )


def same(place: Folder | Objects, kept: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    """Raise StoreError, with the difference named, where a store belongs to another experiment."""
    _readable(place, kept)
    there, here = flat(kept["experiment"]), flat(asked["experiment"])
    different = [name for name in sorted({*there, *here}) if there.get(name) != here.get(name)]
    if different:
        told = [f"{place}: the store of another experiment; take another folder"]
        told += [f"  {name}: {there.get(name, _NO)} there, {here.get(name, _NO)} asked" for name in different[:_SHOWN]]
        if len(different) > _SHOWN:
            told.append(f"  and {len(different) - _SHOWN} more")
        raise StoreError("\n".join(told))
