"""What comes back from a chunk: digests of its blocks and a tally. Parts in any order make the same whole."""

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

from relsim.analysis.moments import Moments
from relsim.analysis.tally import Tally, empty, tally
from relsim.errors import StoreError
from relsim.experiment.plan import Chunk
from relsim.model.row import BLOCK, canonical
from relsim.scenario.scenario import Scenario

__all__ = ["Part", "Whole", "joined", "packed", "part_of", "unpacked"]

_DIGEST = 32
_MOMENTS = ("count", "total", "squares")
_COUNTS = ("ends", "losses", "steps")


@dataclass(frozen=True)
class Part:
    """What is known of a chunk without its rows."""

    chunk: Chunk
    digests: np.ndarray
    """SHA-256 of the canonical rows of each block: arm x block x 32 bytes."""
    tally: Tally

    def __reduce__(self) -> Any:
        return unpacked, (packed(self),)

    @property
    def lives(self) -> int:
        """How many lives it is, of all arms together."""
        return self.chunk.count * len(self.digests)


def part_of(scenario: Scenario, first: int, rows: Mapping[str, np.ndarray]) -> Part:
    """Return what is known of some rows: for each arm, in order, ROW records of shape (n,), from `first` on."""
    count = len(next(iter(rows.values())))
    digests = [
        [hashlib.sha256(canonical(each[start : start + BLOCK])).digest() for start in range(0, count, BLOCK)]
        for each in rows.values()
    ]
    as_bytes = np.frombuffer(b"".join(digest for arm in digests for digest in arm), np.uint8)
    return Part(Chunk(first, count), as_bytes.reshape(len(digests), -1, _DIGEST), tally(scenario, rows))


def joined(parts: Sequence[Part]) -> Part:
    """Return parts that follow each other as one."""
    chunk = Chunk(parts[0].chunk.first, sum(part.chunk.count for part in parts))
    digests = np.concatenate([part.digests for part in parts], axis=1)
    return Part(chunk, digests, reduce(Tally.merged, (part.tally for part in parts)))


@dataclass
class Whole:
    """The parts that have come together so far: one tally, and the digests of arms as far as they follow each other."""

    scenario: Scenario
    tally: Tally = field(init=False)
    reached: int = 0
    """Replications whose digests are in; every part before is there."""

    def __post_init__(self) -> None:
        self.tally = empty(self.scenario)
        self._lines = {arm: hashlib.sha256() for arm in self.scenario.arms}
        self._ahead: dict[int, tuple[int, np.ndarray]] = {}

    def add(self, part: Part) -> None:
        """Take a part in; parts may come in any order, each once."""
        self.tally = self.tally.merged(part.tally)
        self._ahead[part.chunk.first] = part.chunk.end, part.digests
        while self.reached in self._ahead:
            self.reached, digests = self._ahead.pop(self.reached)
            for line, each in zip(self._lines.values(), digests, strict=True):
                line.update(each.tobytes())

    def digests(self) -> dict[str, str]:
        """Return the digest of each arm, of all replications reached."""
        return {arm: line.hexdigest() for arm, line in self._lines.items()}


def packed(part: Part) -> bytes:
    """Return a part as the bytes of an .npz file; counts are mostly zero and kept where they are not."""
    made = part.tally
    nodes = sorted(made.nodes.items())
    arrays = {
        "chunk": np.array([part.chunk.first, part.chunk.count]),
        "digests": part.digests,
        "names": np.frombuffer("\n".join(made.names).encode(), np.uint8),
        "nodes": np.array([node for node, _ in nodes]),
        **{name: np.array([getattr(each, name) for _, each in nodes]) for name in _MOMENTS},
    }
    for name in _COUNTS:
        counts = getattr(made, name)
        place = np.flatnonzero(counts)
        small = {f"{name}.at": np.diff(place, prepend=0), f"{name}.is": counts.ravel()[place]}
        arrays |= {f"{name}.shape": np.array(counts.shape), **{key: _smallest(each) for key, each in small.items()}}
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def _smallest(numbers: np.ndarray) -> np.ndarray:
    """Return whole numbers from 0 up in the smallest type that holds them all: less to compress."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def unpacked(data: bytes) -> Part:
    """Return the part that such bytes hold.

    Raises StoreError for bytes that are no such file.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            counts = {}
            for name in _COUNTS:
                flat = np.zeros(int(np.prod(file[f"{name}.shape"])), np.int64)
                flat[file[f"{name}.at"].cumsum(dtype=np.int64)] = file[f"{name}.is"]
                counts[name] = flat.reshape(file[f"{name}.shape"])
            columns = zip(*(file[name] for name in _MOMENTS), strict=True)
            nodes = {
                (int(level), int(place)): Moments(*each)
                for (level, place), each in zip(file["nodes"], columns, strict=True)
            }
            names = tuple(file["names"].tobytes().decode().split("\n"))
            chunk = Chunk(*(int(number) for number in file["chunk"]))
            return Part(chunk, file["digests"], Tally(names, nodes, **counts))
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise StoreError(f"a summary file cannot be read: {error}") from error
