"""How amounts of money are shown: in the world's currency where it names one, else in annual contract values."""

from relsim.scenario.scenario import Scenario

__all__ = ["CONTRACT_VALUES", "money_scale", "scale_of", "size_of"]

CONTRACT_VALUES = "annual contract values"


def money_scale(currency: str, factor: float) -> tuple[float, str]:
    """Return by what to multiply an amount in annual contract values, and the words for the unit that this gives."""
    if not currency:
        return 1.0, CONTRACT_VALUES
    for size, word in ((1e9, " billion"), (1e6, " million"), (1e3, " thousand")):
        if factor >= size:
            return factor / size, currency + word
    return factor, currency


def scale_of(scenario: Scenario) -> tuple[float, str]:
    """Return the same for a scenario."""
    factor = scenario.world.currency_factor.value
    assert isinstance(factor, float)
    return money_scale(scenario.world.currency, factor)


def size_of(scenario: Scenario) -> str:
    """Return the name of the unit in the catalogues of words: contract, plain, thousand, million or billion."""
    _, unit = scale_of(scenario)
    return "contract" if unit == CONTRACT_VALUES else unit.removeprefix(scenario.world.currency).strip() or "plain"
