"""How an experiment is cut into chunks, each a pure function of scenario, rules, seed and range.

A chunk is a range of replications, lived in every arm: twins meet in one place, so that paired differences need no rows
from elsewhere. Chunks are whole blocks; a last block that is not full is a chunk of its own, the only kind that is ever
replaced. Neither digests nor summaries depend on where the cuts are.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from relsim.errors import ScenarioError
from relsim.model.row import BLOCK

__all__ = ["Chunk", "Shard", "blocks_a_chunk", "plan", "tails"]

_CHUNKS = 64
"""About how many chunks a small experiment is cut into, so that workers end at about the same time."""

_MOST = 4
"""Blocks of the largest chunk: about a second of work, and some megabytes of rows in memory and on disk."""


@dataclass(frozen=True, order=True)
class Chunk:
    """A range of replications."""

    first: int
    count: int

    @property
    def end(self) -> int:
        """The first replication after it."""
        return self.first + self.count

    def __str__(self) -> str:
        return f"{self.first:010d}-{self.end:010d}"


@dataclass(frozen=True)
class Shard:
    """One of several parts of an experiment that are lived apart, as jobs of an array."""

    number: int
    """From 1 on."""
    of: int

    def __str__(self) -> str:
        return f"{self.number}-of-{self.of}"

    @classmethod
    def read(cls, text: str) -> "Shard":
        """Return the shard that i/n means.

        Raises ScenarioError for anything but whole numbers, 1 <= i <= n <= 10,000.
        """
        number, _, of = text.partition("/")
        if number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of) <= 10_000:
            return cls(int(number), int(of))
        raise ScenarioError.of("shard", text, "i/n with whole numbers, 1 <= i <= n <= 10000, such as 3/8")


def blocks_a_chunk(replications: int) -> int:
    """Return how many blocks a chunk has: a power of two that follows from the number of replications alone."""
    blocks = replications // BLOCK // _CHUNKS
    return min(_MOST, 1 << max(0, blocks.bit_length() - 1))


def plan(replications: int, blocks: int, done: Iterable[Chunk] = (), shard: Shard | None = None) -> list[Chunk]:
    """Return the chunks that are still to be lived, in order.

    blocks: how many a chunk has at most. done: chunks that need not be lived again (see `tails`).
    shard: take only its part; chunk number k belongs to shard k mod n.
    """
    size = blocks * BLOCK
    full = replications - replications % BLOCK
    missing, reached = [], 0
    for chunk in sorted(done):
        missing.append((reached, min(chunk.first, full)))
        reached = max(reached, chunk.end)
    missing.append((reached, full))
    chunks = []
    for begin, end in missing:
        while begin < end:
            cut = min(end, begin - begin % size + size)
            chunks.append(Chunk(begin, cut - begin))
            begin = cut
    if reached < replications and full < replications:
        chunks.append(Chunk(full, replications - full))
    if shard is not None:
        chunks = [chunk for chunk in chunks if chunk.first // size % shard.of == shard.number - 1]
    return chunks


def tails(done: Iterable[Chunk], replications: int) -> list[Chunk]:
    """Return the chunks that end within a block although the experiment goes on: they have to make room."""
    return [chunk for chunk in done if chunk.end % BLOCK and chunk.end < replications]
