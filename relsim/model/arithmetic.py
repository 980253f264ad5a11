"""Logarithm, exponential and inverse transforms from IEEE-exact operations: the same bits on every CPU.

The mathematical libraries of two machines disagree in the last bit now and then, and one bit is enough to
send two lives apart. So everything here is made of `+ - * /`, `sqrt`, comparisons and exact scaling by powers
of two, and gives the same bits in plain Python and compiled. Draws are inverse transforms, one uniform each,
so that a draw moves monotonically with its parameters.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from relsim.model.compiling import jittable, replaced_by

__all__ = ["beta_quantiles", "exp", "exponential", "interpolated", "log", "normal", "uniform"]

SMALLEST_NORMAL = 2.0**-1022
SQRT_HALF = math.sqrt(0.5)
LN2_HIGH = 6.93147180369123816490e-01  # its last 20 bits are zero, so that a small integer times it is exact
LN2_LOW = 1.90821492927058770002e-10
INVERSE_LN2 = 1.44269504088896338700
LARGEST_EXPONENT = 709.782712893383973096  # exp of more is infinite
SMALLEST_EXPONENT = -745.13321910194110842  # exp of less is zero


def _compiled_reduced() -> Any:
    """Write `reduced` in machine words: subtract the bits of sqrt(1/2), and the exponent stands alone."""
    from llvmlite import ir
    from numba import types
    from numba.extending import intrinsic

    offset = 0x3FE6A09E667F3BCD  # the bits of SQRT_HALF

    @intrinsic
    def reduced(typing: Any, x: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            word = ir.IntType(64)
            bits = builder.bitcast(arguments[0], word)
            power = builder.ashr(builder.sub(bits, word(offset)), word(52))
            mantissa = builder.bitcast(builder.sub(bits, builder.shl(power, word(52))), ir.DoubleType())
            return context.make_tuple(
                builder, signature.return_type, [mantissa, builder.sitofp(power, ir.DoubleType())]
            )

        both = types.UniTuple(types.float64, 2)
        return both(types.float64), build

    return reduced


@replaced_by(_compiled_reduced)
def reduced(x: float) -> tuple[float, float]:
    """Split a positive normal number into (m, k) with x = m * 2**k and sqrt(1/2) <= m < sqrt(2)."""
    m, k = math.frexp(x)
    if m < SQRT_HALF:
        return 2.0 * m, k - 1.0
    return m, float(k)


def _compiled_two_to() -> Any:
    """Write `two_to` in machine words: put the exponent in its place."""
    from llvmlite import ir
    from numba import types
    from numba.extending import intrinsic

    @intrinsic
    def two_to(typing: Any, k: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            word = ir.IntType(64)
            return builder.bitcast(builder.shl(builder.add(arguments[0], word(1023)), word(52)), ir.DoubleType())

        return types.float64(types.int64), build

    return two_to


@replaced_by(_compiled_two_to)
def two_to(k: int) -> float:
    """Return 2**k for -1022 <= k <= 1023."""
    return math.ldexp(1.0, k)


@jittable
def log(x: float) -> float:
    """Return the natural logarithm of x, within one unit in the last place.

    Zero gives minus infinity, a negative number NaN. Source: fdlibm's e_log.c (Sun Microsystems, 1993):
    x = m * 2**k, and log(m) as an odd polynomial in s = f / (2 + f), where f = m - 1.
    """
    below = 0.0
    if not SMALLEST_NORMAL <= x < math.inf:
        if not x < SMALLEST_NORMAL:
            return x
        if x == 0.0:
            return -math.inf
        if x < 0.0:
            return math.nan
        x = x * 2.0**54
        below = 54.0
    m, k = reduced(x)
    k = k - below
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    odd = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    half_square = 0.5 * f * f
    return k * LN2_HIGH - ((half_square - (s * (half_square + (even + odd)) + k * LN2_LOW)) - f)


@jittable
def exp(x: float) -> float:
    """Return e to the power of x, within one unit in the last place.

    Source: fdlibm's e_exp.c (Sun Microsystems, 2004): x = k * ln 2 + r, and exp(r) by a rational function.
    """
    if not SMALLEST_EXPONENT <= x <= LARGEST_EXPONENT:
        if x < 0.0:
            return 0.0
        return x + math.inf  # NaN stays NaN
    k = int(x * INVERSE_LN2 + (0.5 if x >= 0.0 else -0.5))
    high = x - k * LN2_HIGH
    low = k * LN2_LOW
    r = high - low
    t = r * r
    p = 6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08)
    c = r - t * (1.66666666666666019037e-01 + t * (-2.77777777770155933842e-03 + t * p))
    y = 1.0 - ((low - (r * c) / (2.0 - c)) - high)
    half = k >> 1  # in two steps, so that a result below the normal range is rounded once
    return y * two_to(half) * two_to(k - half)


@jittable
def uniform(u: float, low: float, high: float) -> float:
    """Return the u-quantile of the uniform distribution between low and high."""
    return low + u * (high - low)


@jittable
def exponential(u: float) -> float:
    """Return the u-quantile of the exponential distribution with mean 1; 1 - u is exact for our uniforms."""
    return 0.0 - log(1.0 - u)


@jittable
def normal(u: float) -> float:
    """Return the u-quantile of the standard normal distribution, where 0 stands for 2**-54 and so is finite.

    Source: M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied
    Statistics 37 (1988), 477-484, PPND16; relative accuracy about 1e-16.
    """
    q = u - 0.5
    if -0.425 <= q <= 0.425:
        r = 0.180625 - q * q
        return (
            q
            * (((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r
                     + 6.7265770927008700853e4) * r + 4.5921953931549871457e4) * r
                     + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
                     + 1.3314166789178437745e2) * r + 3.3871328727963666080e0)
            / (((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r
                     + 3.9307895800092710610e4) * r + 2.1213794301586595867e4) * r
                     + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
                     + 4.2313330701600911252e1) * r + 1.0)
        )  # fmt: skip
    tail = u if q < 0.0 else 1.0 - u
    r = math.sqrt(-log(max(tail, 2.0**-54)))
    if r <= 5.0:
        r = r - 1.6
        x = (
            (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r
                   + 2.41780725177450611770e-1) * r + 1.27045825245236838258e0) * r
                   + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
                   + 4.63033784615654529590e0) * r + 1.42343711074968357734e0)
            / (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r
                     + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1) * r
                     + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
                     + 2.05319162663775882187e0) * r + 1.0)
        )  # fmt: skip
    else:
        r = r - 5.0
        x = (
            (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
                   + 1.24266094738807843860e-3) * r + 2.65321895265761230930e-2) * r
                   + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
                   + 5.46378491116411436990e0) * r + 6.65790464350110377720e0)
            / (((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r
                     + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4) * r
                     + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
                     + 5.99832206555887937690e-1) * r + 1.0)
        )  # fmt: skip
    return -x if q < 0.0 else x


@jittable
def interpolated(table: Sequence[float], u: float) -> float:
    """Return the value at u in [0, 1] of straight lines through a table of values at 0, 1/cells, ..., 1."""
    cells = len(table) - 1
    place = u * cells
    cell = min(int(place), cells - 1)
    return table[cell] + (place - cell) * (table[cell + 1] - table[cell])


@lru_cache(maxsize=256)  # many worlds share a law of fit, and the table takes longer than a life
def beta_quantiles(a: float, b: float, cells: int) -> tuple[float, ...]:
    """Return the quantiles of Beta(a, b) at 0, 1/cells, ..., 1, for positive a and b.

    Each half is solved from its own end, so that small quantiles and small distances from 1 are both accurate. The
    normaliser B(a, b) follows from I_x(a, b) + I_(1-x)(b, a) = 1 at the mean, so no gamma function is needed.
    """
    mean, rest = a / (a + b), b / (a + b)
    below, above = _fraction(a, b, mean) / a, _fraction(b, a, rest) / b
    split = below / (below + above)  # the chance of a value below the mean
    log_beta = a * log(mean) + b * log(rest) + log(below + above)
    middle = min(int(split * cells), cells - 1)
    lower = _tail_quantiles(a, b, log_beta, [k / cells for k in range(1, middle + 1)], mean)
    upper = _tail_quantiles(b, a, log_beta, [k / cells for k in range(1, cells - middle)], rest)
    return (0.0, *lower, *(1.0 - y for y in reversed(upper)), 1.0)


def _tail_quantiles(a: float, b: float, log_beta: float, chances: Sequence[float], top: float) -> list[float]:
    """Return quantiles of Beta(a, b) at rising chances, none of which lies above `top`, the mean.

    Solves log I_x = log chance for t = log x by Halley's method. On these scales the curve is a concave one, and a
    straight line of slope a near zero, where each search but the first starts at the quantile before it.
    """
    quantiles = []
    highest = log(top)
    t = (log(chances[0]) + log(a) + log_beta) / a if chances else 0.0
    for chance in chances:
        goal = log(chance)
        for _ in range(100):
            t = min(t, highest)
            x = exp(t)
            y = 1.0 - x
            fraction = _fraction(a, b, x)
            slope = a / (y * fraction)
            step = (goal - (a * t + b * log(y) + log(fraction / a) - log_beta)) / slope
            bend = 0.5 * step * (a - (b - 1.0) * x / y - slope)
            t = t + (step / (1.0 + bend) if -0.5 < bend < 0.5 else step)
            if abs(step) + abs(bend) < 1e-5:  # the next error is about the cube of this
                break
        quantiles.append(exp(t))
    return quantiles


def _fraction(a: float, b: float, x: float) -> float:
    """Return a * B(a, b) * I_x(a, b) / (x**a * (1 - x)**b) for x up to the mean, by its continued fraction.

    Source: NIST Digital Library of Mathematical Functions, 8.17.22, evaluated by the modified Lentz method.
    """
    c = 1.0
    d = 1.0 / (1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, 10_000):
        p = a + 2.0 * m
        term = m * (b - m) * x / ((p - 1.0) * p)
        d = 1.0 / (1.0 + term * d)
        c = 1.0 + term / c
        value = value * (c * d)
        term = -(a + m) * (a + b + m) * x / (p * (p + 1.0))
        d = 1.0 / (1.0 + term * d)
        c = 1.0 + term / c
        value = value * (c * d)
        if -1e-15 < c * d - 1.0 < 1e-15:
            break
    return value
