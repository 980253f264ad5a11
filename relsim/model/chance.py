"""Addressed chance: four uniforms for each opportunity, a pure function of where it stands in the world.

Nothing is ever drawn from a stream, so no order of execution, worker count or policy can change the luck of
anything else. The generator is Philox4x64-10: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw,
"Parallel random numbers: as easy as 1, 2, 3", SC'11 (2011).
"""

from typing import Any

import numpy as np

from relsim.model.compiling import jittable, replaced_by

__all__ = ["CHANCE", "chance", "uniforms"]

CHANCE = np.dtype([("u0", "f8"), ("u1", "f8"), ("u2", "f8"), ("u3", "f8")], align=True)

MASK = 0xFFFFFFFFFFFFFFFF
MULTIPLIER_0 = 0xD2E7470EE14C6C93
MULTIPLIER_1 = 0xCA5A826395121157
WEYL_0 = 0x9E3779B97F4A7C15  # from the golden ratio
WEYL_1 = 0xBB67AE8584CAA73B  # from the square root of three


def _compiled_word() -> Any:
    """Write `word` as a cast, so that signed and unsigned never meet and turn into a float."""
    from numba import types
    from numba.extending import intrinsic

    @intrinsic
    def word(typing: Any, value: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return context.cast(builder, arguments[0], signature.args[0], types.uint64)

        return types.uint64(value), build

    return word


@replaced_by(_compiled_word)
def word(value: int) -> int:
    """Return an integer of any type as an unsigned 64-bit word."""
    return int(value) & MASK


def _compiled_product() -> Any:
    """Write `product` as one 128-bit multiplication, a single instruction on most processors."""
    from llvmlite import ir
    from numba import types
    from numba.extending import intrinsic

    @intrinsic
    def product(typing: Any, a: Any, b: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            single, double = ir.IntType(64), ir.IntType(128)
            whole = builder.mul(*(builder.zext(argument, double) for argument in arguments))
            high = builder.trunc(builder.lshr(whole, double(64)), single)
            return context.make_tuple(builder, signature.return_type, [high, builder.trunc(whole, single)])

        both = types.UniTuple(types.uint64, 2)
        return both(types.uint64, types.uint64), build

    return product


@replaced_by(_compiled_product)
def product(a: int, b: int) -> tuple[int, int]:
    """Return the high and the low word of the product of two words."""
    whole = a * b
    return whole >> 64, whole & MASK


@jittable
def philox(key0: int, key1: int, c0: int, c1: int, c2: int, c3: int) -> tuple[int, int, int, int]:
    """Return the four words that ten rounds of Philox4x64 make of two key words and four counter words."""
    for _ in range(10):
        high0, low0 = product(MULTIPLIER_0, c0)
        high1, low1 = product(MULTIPLIER_1, c2)
        c0, c1, c2, c3 = high1 ^ (c1 ^ key0), low1, high0 ^ (c3 ^ key1), low0
        key0 = (key0 + WEYL_0) & MASK
        key1 = (key1 + WEYL_1) & MASK
    return c0, c1, c2, c3


@jittable
def uniforms(seed: int, replication: int, clock: int, number: int, copy: int = 0) -> tuple[float, float, float, float]:
    """Return the four uniforms in [0, 1), multiples of 2**-53, that belong to one address.

    They are the block of key (seed, replication) and counter (number, clock, copy, 0), each word cut to 53
    bits. NumPy steps its counter by one before the first block: its Philox gives them from the one before.
    """
    a, b, c, d = philox(word(seed), word(replication), word(number), word(clock), word(copy), word(0))
    return (a >> 11) * 2.0**-53, (b >> 11) * 2.0**-53, (c >> 11) * 2.0**-53, (d >> 11) * 2.0**-53


@jittable
def chance(seed: int, replication: int, clock: int, number: int, copy: int, u: Any) -> None:
    """Fill the record `u` (dtype CHANCE) with the uniforms of one address."""
    u.u0, u.u1, u.u2, u.u3 = uniforms(seed, replication, clock, number, copy)
