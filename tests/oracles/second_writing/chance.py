"""7.2 Chance: it is addressed, never consumed; every opportunity has a block of four uniforms of its own."""

from typing import NamedTuple

from tests.oracles.second_writing.arithmetic import exponential
from tests.oracles.second_writing.document import KIND, SUPPLIER, table
from tests.oracles.second_writing.events import Event, Sent

WORD = 2**64
CONSTANT = {row["constant"]: int(row["value"], 16) for row in table("constants-of-philox")}
MULTIPLIER_0, MULTIPLIER_1 = CONSTANT["MULTIPLIER_0"], CONSTANT["MULTIPLIER_1"]
WEYL_0, WEYL_1 = CONSTANT["WEYL_0"], CONSTANT["WEYL_1"]


class Uniforms(NamedTuple):
    """The four uniforms of a block."""

    u0: float
    u1: float
    u2: float
    u3: float


def chance(seed: int, replication: int, clock: int, number: int, copy: int) -> Uniforms:
    """Return the block of uniforms at an address: Philox4x64-10 (7.2)."""
    c = (number, clock, copy, 0)
    k = (seed, replication)
    for _ in range(10):
        h0, l0 = divmod(MULTIPLIER_0 * c[0], WORD)
        h1, l1 = divmod(MULTIPLIER_1 * c[2], WORD)
        c = (h1 ^ c[1] ^ k[0], l1, h0 ^ c[3] ^ k[1], l0)
        k = ((k[0] + WEYL_0) % WORD, (k[1] + WEYL_1) % WORD)
    return Uniforms(*((word >> 11) * 2.0**-53 for word in c))


def of_consequence(seed: int, replication: int, event: Event) -> Uniforms:
    """Return the block of a consequence (7.2, Addresses)."""
    side = 1 if event.firm == SUPPLIER else 0
    return chance(seed, replication, 1024 + 2 * KIND[event.kind] + side, event.case, event.attempt)


def delay(seed: int, replication: int, sent: Sent) -> float:
    """Return the delay of what is sent, with the first uniform of the event that is sent (7.2, Delays)."""
    if sent.width == 0 and sent.mean == 0:
        return sent.fixed
    u0 = of_consequence(seed, replication, sent.event).u0
    return (sent.fixed + sent.width * u0) + sent.mean * exponential(u0)
