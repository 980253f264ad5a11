"""Addressed chance is NumPy's Philox bit for bit, in plain Python and compiled, and fills [0, 1)."""

import numpy as np
import pytest

from relsim.model.chance import CHANCE, chance, philox, uniforms
from relsim.model.compiling import compiled

TOP = 2**64 - 1
EDGES = (0, 1, 2**32, 2**63 - 1, 2**63, TOP)


def words(count: int, high: int) -> list[tuple[int, ...]]:
    """Return random addresses of six words up to `high`, and some made of the edges alone."""
    rng = np.random.default_rng(1)
    edges = [edge for edge in EDGES if edge <= high]
    drawn = rng.integers(0, high, (count, 6), "u8", endpoint=True).tolist()
    extreme = [[edges[i] for i in row] for row in rng.integers(0, len(edges), (count, 6))]
    return [tuple(row) for row in drawn + extreme]


def numpy_block(key: tuple[int, ...], counter: tuple[int, ...]) -> list[int]:
    """Return NumPy's block; it steps its counter by one before the first, so it is given the one before."""
    before = (sum(word << 64 * i for i, word in enumerate(counter)) - 1) % 2**256
    stepped = np.array([before >> 64 * i & TOP for i in range(4)], "u8")
    return np.random.Philox(key=np.array(key, "u8"), counter=stepped).random_raw(4).tolist()


def test_blocks_are_those_of_numpy() -> None:
    for *key, a, b, c, d in words(500, TOP):
        assert list(philox(*key, a, b, c, d)) == numpy_block(key, (a, b, c, d))


@pytest.mark.parametrize(
    ("word", "block"),
    [
        (0, (0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B)),
        (TOP, (0x87B092C3013FE90B, 0x438C3C67BE8D0224, 0x9CC7D7C69CD777B6, 0xA09CAEBF594F0BA0)),
    ],
)
def test_known_answers_of_random123(word: int, block: tuple[int, ...]) -> None:
    assert philox(word, word, word, word, word, word) == block


def test_an_address_gives_the_top_53_bits_of_its_block() -> None:
    for seed, replication, clock, number, copy, _ in words(300, TOP):
        block = numpy_block((seed, replication), (number, clock, copy, 0))
        assert list(uniforms(seed, replication, clock, number, copy)) == [(word >> 11) / 2**53 for word in block]


def test_plain_equals_compiled_and_stays_below_one() -> None:
    plain, fast = (np.zeros(1, CHANCE).view(np.recarray)[0] for _ in range(2))
    for *address, _ in words(1000, 2**63 - 1):
        chance(*address, plain)
        compiled(chance)(*address, fast)
        assert plain.tobytes() == fast.tobytes()
        assert plain.tolist() == uniforms(*address) == compiled(uniforms)(*address)
        assert all(0.0 <= u < 1.0 for u in plain.tolist())


def test_numpy_integers_are_addresses_too() -> None:
    assert uniforms(*map(np.int64, (7, 2**62, 3, 2**40, 1))) == uniforms(7, 2**62, 3, 2**40, 1)
    assert uniforms(7, 1, np.uint64(TOP), 0) == uniforms(7, 1, TOP, 0)


def test_the_largest_word_stays_below_one() -> None:
    assert (TOP >> 11) * 2.0**-53 == 1.0 - 2.0**-53
