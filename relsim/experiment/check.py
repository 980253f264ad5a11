"""Whether a store holds what was written: every damage named, and only what is damaged lived again."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from relsim.errors import StoreError
from relsim.experiment.places import DRAFTS, Folder, place_at
from relsim.experiment.plan import Chunk
from relsim.experiment.store import ABOUT, Record, Store, document_bytes, sealed
from relsim.model.row import BLOCK

__all__ = ["Finding", "Report", "at_work", "merge_journals", "status_of", "tidy", "verify"]

_DATA = ("lives", "summaries", "events")
_ASIDE = "set-aside"


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was written."""

    kind: str
    """damaged, missing, foreign, duplicated, or torn (a line that broke off when a machine stopped)."""
    name: str
    """The file, or the journal and line."""
    what: str
    """What is wrong, in words."""
    record: Record | None = None
    """The finished chunk that it belongs to, where it belongs to one."""

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}: {self.what}"


@dataclass(frozen=True)
class Report:
    """What verifying a store found."""

    store: Store
    findings: tuple[Finding, ...]
    files: int
    """How many files were compared with the journal."""
    bytes: int
    drafts: int
    """Left over from runs that were killed; harmless, and taken away by the next run."""

    def document(self) -> dict[str, Any]:
        """Return it as `relsim verify --json` prints it."""
        return {
            "store": str(self.store.place),
            "sound": not self.findings,
            "files": self.files,
            "bytes": self.bytes,
            "drafts": self.drafts,
            "findings": [{"kind": each.kind, "name": each.name, "what": each.what} for each in self.findings],
        }


def verify(address: str | os.PathLike[str], held: bool = False) -> Report:
    """Compare every file of a store with what the journal says of it.

    held: whether the caller holds the lock. If somebody else does, a line that breaks off is one being written.

    Raises StoreError where there is no store, or nothing is left to compare with.
    """
    # files first, so that what a run finishes meanwhile is in the journal already
    sizes = {name: size for name, size in place_at(address).sizes().items() if name.startswith(_DATA)}
    store = Store.salvaged(address)
    findings = [*_of_journals(store, not held and at_work(store) != ""), *_of_overlaps(store)]
    if store.about_is_damaged:
        findings.insert(0, Finding("damaged", ABOUT, "missing, or not what was written"))
    vouched = {name: record for record in store.records.values() for name in record.files}
    owners = {record.files[name][1]: name for name, record in vouched.items()}
    for name, record in vouched.items():
        try:
            data = store.bytes_of(record, name)
        except FileNotFoundError:
            findings.append(Finding("missing", name, "the journal names it", record))
            continue
        found, (length, digest) = hashlib.sha256(data).hexdigest(), record.files[name]
        if found != digest:
            findings.append(Finding("damaged", name, _damage(len(data), length, owners.get(found)), record))
    left_over = sizes.keys() & set(store.left_over())
    for name in sorted(sizes.keys() - vouched.keys() - left_over):
        digest = hashlib.sha256(store.place.read(name)).hexdigest()
        if digest in owners:
            findings.append(Finding("duplicated", name, f"the same bytes as {owners[digest]}"))
        else:
            findings.append(Finding("foreign", name, "no journal vouches for it"))
    drafts = len(left_over) + (len(store.place.sizes(DRAFTS)) if isinstance(store.place, Folder) else 0)
    return Report(store, tuple(findings), len(vouched), sum(sizes.values()), drafts)


def _damage(length: int, due: int, owner: str | None) -> str:
    if owner is not None:
        return f"it holds what {owner} should hold"
    if length != due:
        return f"{length:,} bytes instead of {due:,}"
    return "other bytes than were written"


def _of_journals(store: Store, growing: bool) -> list[Finding]:
    """Return what is wrong with the journals themselves, which may be growing at this moment."""
    findings = []
    heads = {line.journal for line in store.lines if line.entry is not None and line.entry["kind"] == "head"}
    for line in store.lines:
        place = f"{line.journal}, line {line.number}"
        if line.torn and growing:
            continue
        if line.torn:
            findings.append(Finding("torn", place, "it broke off; what it was to say is not known"))
        elif line.entry is None:
            findings.append(Finding("damaged", place, "other words than were written"))
        elif line.entry["kind"] == "head" and line.entry["document"]["experiment"] != store.document["experiment"]:
            findings.append(Finding("foreign", place, "the journal of another experiment"))
    if isinstance(store.place, Folder):
        journals = store.journals()
        findings += [
            Finding("damaged", each, "it does not begin as it should") for each in journals if each not in heads
        ]
        if not journals and store.place.sizes("lives"):
            findings.append(Finding("missing", store.journal, "so nobody vouches for any file"))
    return findings


def _of_overlaps(store: Store) -> list[Finding]:
    """Return chunks that hold lives of others too, which no single run would do."""
    found = []
    for kind in ("lives", "events"):
        records = list(store.finished(kind).values())
        for first, second in pairwise(records):
            if second.chunk.first < first.chunk.end:
                what = f"the lives from {second.chunk.first} on are in {first.chunk} too"
                found.append(Finding("duplicated", f"{kind} {second.chunk}", what, second))
    return found


def tidy(report: Report) -> dict[str, list[Chunk]]:
    """Mend what can be mended without living, and return which chunks have to be lived again, by kind.

    Damaged files are removed; those that nobody vouches for are moved to the folder set-aside, and never deleted. The
    caller holds the lock.
    """
    store, place = report.store, report.store.place
    if store.about_is_damaged:
        place.write(ABOUT, document_bytes(store.document))
    _mend_journals(store)
    store.reload()
    store.catch_up()
    wrong = {each.record.attempt for each in report.findings if each.record is not None}
    bad = [record for record in store.records.values() if record.attempt in wrong]
    again = {kind: [record.chunk for record in bad if record.kind == kind] for kind in ("lives", "events")}
    store.drop(bad)
    for each in report.findings:
        if each.record is None and each.name.startswith(_DATA):
            chunk = _chunk_of(each.name)
            kind = "events" if each.name.startswith("events") else "lives"
            due = store.asked_events if kind == "events" else store.asked
            if each.kind == "foreign" and chunk is not None and chunk.end <= due:
                again[kind].append(chunk)
            _set_aside(store, each.name)
    finished = {kind: store.finished(kind) for kind in again}
    return {
        kind: sorted({each for each in chunks if not any(_overlap(each, other) for other in finished[kind])})
        for kind, chunks in again.items()
    }


def _overlap(one: Chunk, other: Chunk) -> bool:
    return one.first < other.end and other.first < one.end


def _chunk_of(name: str) -> Chunk | None:
    """Return the chunk that a file's name speaks of, or None where it speaks of none."""
    first, _, end = name.rpartition("/")[2].partition(".")[0].partition("-")
    if first.isdecimal() and end.isdecimal() and int(first) < int(end) and int(first) % BLOCK == 0:
        return Chunk(int(first), int(end) - int(first))
    return None


def _set_aside(store: Store, name: str) -> None:
    target = f"{_ASIDE}/{name}"
    taken = store.place.sizes(_ASIDE)
    number = 1
    while target in taken:
        number += 1
        target = f"{_ASIDE}/{name}.{number}"
    store.place.write(target, store.place.read(name))
    store.place.remove(name)


def _mend_journals(store: Store) -> None:
    """Write journals anew without the lines that cannot be read; one of another experiment is set aside."""
    if not isinstance(store.place, Folder):
        for line in store.lines:
            if line.entry is None:
                store.place.remove(line.journal)
        return
    for journal in store.journals():
        lines = [line for line in store.lines if line.journal == journal]
        entries = [line.entry for line in lines if line.entry is not None]
        heads = [each for each in entries if each["kind"] == "head"]
        if any(each["document"]["experiment"] != store.document["experiment"] for each in heads):
            _set_aside(store, journal)
        elif len(entries) < len(lines) or not heads:
            _write_journal(store, journal, [each for each in entries if each["kind"] != "head"])
    if not store.journals():
        _write_journal(store, store.journal, [])


def _write_journal(store: Store, journal: str, entries: Iterable[Any]) -> None:
    head = {"kind": "head", "document": store.document}
    store.place.write(journal, b"".join(sealed(each) for each in [head, *entries]))


def merge_journals(store: Store) -> None:
    """Make one journal of those of all shards; the caller holds the lock.

    Raises StoreError where a journal is damaged.
    """
    for line in store.lines:
        if line.entry is None:
            raise StoreError(
                f"{store.place}/{line.journal}: line {line.number} is damaged; relsim repair {store.place} mends it"
            )
    if not isinstance(store.place, Folder):
        return
    shards = [each for each in store.journals() if each != store.journal]
    if shards:
        entries = [line.entry for line in store.lines if line.entry and line.entry["kind"] != "head"]
        _write_journal(store, store.journal, entries)
        for journal in shards:
            store.place.remove(journal)
            store.place.remove(journal.replace("journal", "lock").removesuffix(".log"))
        store.reload()


def at_work(store: Store) -> str:
    """Return who is writing to a store at this moment; the empty string where nobody is, or nobody can tell."""
    if not isinstance(store.place, Folder):
        return ""
    locks = sorted(each.name for each in store.place.root.glob("lock*"))
    return ", ".join(who for who in map(store.place.is_held, locks) if who)


def status_of(store: Store) -> dict[str, Any]:
    """Return how far a store is, as `relsim status --json` prints it."""
    done = store.done()
    seconds = [line.entry["seconds"] for line in store.lines if line.entry and line.entry["kind"] == "lives"]
    sizes = [size for record in store.records.values() for size, _ in record.files.values()]
    return {
        "store": str(store.place),
        "scenario": store.scenario.title,
        "seed": store.seed,
        "arms": list(store.scenario.arms),
        "rules_version": store.document["experiment"]["rules_version"],
        "replications": {"done": done, "asked": max(store.asked, done)},
        "events_of": sum(chunk.count for chunk in store.finished("events")),
        "chunks": len(store.finished()),
        "bytes": sum(sizes),
        "worker_seconds": round(sum(seconds), 3),
        "journals": store.journals() if isinstance(store.place, Folder) else len(store.lines),
        "at_work": at_work(store),
        "set_aside": {str(chunk): why for chunk, why in store.set_aside.items()},
    }
