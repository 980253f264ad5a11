"""The tables of what is fixed by the machinery: the constants of chance, and the limits of a life."""

import relsim.engines.compiled_engine as engine
from docs.tables.block import code, from_code, markdown
from relsim.model import agenda, chance, parameters, relationship, row, rule

__all__: list[str] = []


@from_code
def constants_of_philox() -> str:
    """Return the constants of the generator."""
    names = ("MULTIPLIER_0", "MULTIPLIER_1", "WEYL_0", "WEYL_1")
    return markdown(("constant", "value"), ([code(name), code(f"0x{getattr(chance, name):016X}")] for name in names))


@from_code
def blocks_to_compare_with() -> str:
    """Return some blocks of chance, to hold another writing of the generator against."""
    addresses = ((1, 0, 0, 0, 0), (1, 0, 2, 1, 0), (1, 7, 1024 + 2 * 33 + 1, (3 << 32) + 5, 1))
    rows = [[*map(str, each), *(repr(u) for u in chance.uniforms(*each))] for each in addresses]
    header = ("seed", "replication", "clock", "number", "copy", "u0", "u1", "u2", "u3")
    return markdown(header, rows, right=range(9))


@from_code
def limits_of_a_life() -> str:
    """Return the limits of a life and other fixed sizes."""
    rows = (
        ("events that may be pending at once", agenda.CAPACITY, "the life is stopped: `AGENDA_FULL`"),
        ("events that a rule may send at once", rule.LETTERS, "the life is stopped: `OUTBOX_FULL`"),
        ("opportunities in a life", engine.BUDGET, "the life is stopped: `BUDGET_SPENT`"),
        ("broken agreements remembered", relationship.BROKEN_MEMORY, "`dispute_after` may not be larger"),
        ("cells of the table of quantiles of fit", parameters.QUANTILES, ""),
        ("replications whose rows make one digest", row.BLOCK, ""),
    )
    return markdown(("what", "how many", "beyond it"), ([a, f"{b:,}", c] for a, b, c in rows), right=(1,))
