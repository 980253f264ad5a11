"""The own arithmetic is accurate, rises where it should, and has the same bits in Python and compiled."""

import math
from collections.abc import Callable
from decimal import Decimal, localcontext

import numpy as np
import pytest
from scipy import stats

from relsim.model.arithmetic import beta_quantiles, exp, exponential, interpolated, log, normal, uniform
from relsim.model.compiling import compiled

COUNT = 100_000
PI = Decimal("3.14159265358979323846264338327950288419716939937511")


def positive(count: int) -> np.ndarray:
    """Return positive numbers of every size, a tenth of them subnormal, and edges with their neighbours."""
    words = np.random.default_rng(1).integers(1, 0x7FEFFFFFFFFFFFFF, count)
    words[::10] >>= 11
    edges = np.array([2.0**-1022, math.sqrt(0.5), 1.0, math.sqrt(2.0), 1.7e308])
    return np.concatenate([words.view("f8"), edges, np.nextafter(edges, 2.0), np.nextafter(edges, 0.0), [5e-324]])


def exponents(count: int) -> np.ndarray:
    """Return arguments of exp over its whole range, also with subnormal results, and a tenth next to zero."""
    rng = np.random.default_rng(2)
    near_zero = rng.normal(size=count // 10) * 2.0 ** rng.integers(-60, 1, count // 10)
    return np.concatenate([rng.uniform(-745.0, 709.7, count), near_zero, [709.782712893384, -745.1332191019411, 0.0]])


def chances(count: int) -> np.ndarray:
    """Return multiples of 2**-53 in [0, 1), an eighth of them close to either end, and both ends."""
    words = np.random.default_rng(3).integers(0, 2**53, count)
    words[: count // 4] >>= np.arange(count // 4) % 53
    words[: count // 8] = 2**53 - 1 - words[: count // 8]
    return np.concatenate([words, [0, 1, 2**52, 2**53 - 1]]) * 2.0**-53


def bits(values: list[float]) -> list[int]:
    return np.array(values).view("u8").tolist()


def off_by(result: float, exact: Decimal) -> float:
    """Return how far a result is from the truth, in units of its last place."""
    return float(abs(Decimal(result) - exact) / Decimal(math.ulp(result)))


@pytest.fixture(autouse=True)
def fifty_digits():
    with localcontext() as context:
        context.prec, context.Emin, context.Emax = 50, -9999, 9999
        yield


@pytest.mark.parametrize(
    ("function", "values"),
    [(log, positive), (exp, exponents), (exponential, chances), (normal, chances)],
    ids=lambda value: value.__name__,
)
def test_plain_and_compiled_give_the_same_bits(
    function: Callable[[float], float], values: Callable[[int], np.ndarray]
) -> None:
    x = values(COUNT)
    plain = bits([function(value) for value in x.tolist()])
    assert plain == bits([compiled(function)(value) for value in x])
    # The fields of records are NumPy's scalars.
    assert plain[:2000] == bits([function(value) for value in x[:2000]])


@pytest.mark.parametrize("x", [0.0, -0.0, -1.0, -5e-324, math.inf, -math.inf, math.nan, 800.0, -800.0])
def test_the_ends_of_log_and_exp(x: float) -> None:
    true_log = math.nan if x != x or x < 0.0 else -math.inf if x == 0.0 else math.log(x)
    true_exp = math.inf if x > 709.8 else math.exp(x)
    for own_log, own_exp in ((log, exp), (compiled(log), compiled(exp))):
        assert own_log(x) == pytest.approx(true_log, rel=1e-15, nan_ok=True)
        assert own_exp(x) == pytest.approx(true_exp, rel=1e-15, nan_ok=True)


def test_log_is_within_one_unit_in_the_last_place() -> None:
    near_one = np.random.default_rng(4).uniform(0.5, 2.0, 2000)
    for x in np.concatenate([positive(2000), near_one]).tolist():
        assert off_by(log(x), Decimal(x).ln()) < 1.0


def test_exp_is_within_one_unit_in_the_last_place() -> None:
    for x in exponents(4000).tolist():
        assert off_by(exp(x), Decimal(x).exp()) < 1.0


def below(x: float) -> tuple[Decimal, Decimal]:
    """Return the standard normal distribution function and density at x, by a series of positive terms."""
    square = Decimal(x) ** 2
    density = (-square / 2).exp() / (2 * PI).sqrt()
    term = total = Decimal(x)
    for odd in range(3, 2000, 2):
        term *= square / odd
        total += term
        if abs(term) < Decimal("1e-45"):
            break
    return Decimal("0.5") + density * total, density


def test_normal_is_within_a_few_units_in_the_last_place() -> None:
    for u in chances(600).tolist():
        if u != 0.0:
            x = normal(u)
            distribution, density = below(x)
            assert off_by(x, Decimal(x) - (distribution - Decimal(u)) / density) < 6.0
    assert -8.3 < normal(0.0) < normal(2.0**-53)


@pytest.mark.parametrize("function", [exponential, normal], ids=lambda value: value.__name__)
def test_draws_rise_with_their_uniform(function: Callable[[float], float]) -> None:
    u = np.unique(chances(COUNT))
    neighbours = np.unique(np.minimum(u[:, None] + 2.0**-53 * np.arange(2), 1.0 - 2.0**-53))
    seams = np.array([0.075, 0.925, math.exp(-25.0), 0.5])  # where `normal` changes its formula
    around = np.unique(np.round(seams[:, None] * 2.0**53 + np.arange(-500, 500))) * 2.0**-53
    for values in (u, neighbours, around):
        drawn = np.array([compiled(function)(value) for value in values])
        assert np.all(np.diff(drawn) >= -2.0 * np.spacing(np.abs(drawn[1:])))
    assert np.all(np.diff([function(k / 4096) for k in range(4096)]) > 0.0)


def test_uniform_spans_its_bounds() -> None:
    assert uniform(0.0, 2.0, 5.0) == 2.0
    assert uniform(0.5, 2.0, 5.0) == 3.5


@pytest.mark.parametrize(
    ("a", "b"),
    [(4.5, 3.0), (1.0, 1.0), (0.5, 0.5), (0.1, 0.3), (2.0, 0.3), (0.3, 2.0), (50.0, 1.0), (300.0, 200.0)],
)
def test_beta_quantiles_are_those_of_scipy(a: float, b: float) -> None:
    cells = 512
    quantiles = np.array(beta_quantiles(a, b, cells))
    assert quantiles[0] == 0.0
    assert quantiles[-1] == 1.0
    assert np.all(np.diff(quantiles) >= 0.0)
    assert quantiles == pytest.approx(stats.beta.ppf(np.arange(cells + 1) / cells, a, b), rel=1e-11, abs=1e-300)


@pytest.mark.parametrize("cells", [1, 2, 3])
def test_a_table_may_be_as_short_as_one_cell(cells: int) -> None:
    assert beta_quantiles(1.0, 1.0, cells) == pytest.approx([k / cells for k in range(cells + 1)], rel=1e-15)


@pytest.mark.parametrize("cells", [1, 10, 512])
def test_interpolation_goes_straight_from_value_to_value(cells: int) -> None:
    table = np.cumsum(np.random.default_rng(5).random(cells + 1))
    u = np.concatenate([chances(2000), [1.0]])
    plain = [interpolated(table, value) for value in u.tolist()]
    assert bits(plain) == bits([compiled(interpolated)(table, value) for value in u])
    assert plain == pytest.approx(np.interp(u, np.arange(cells + 1) / cells, table), rel=1e-12)
    assert interpolated(table, 0.0) == table[0]
    assert interpolated(table, 1.0) == table[-1]
