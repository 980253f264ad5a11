"""Make the synthetic past relationships that travel with relsim: `python docs/past.py`.

They come from a world that is none of the bundled ones, so that a calibration has something to find.
"""

from relsim.lab.past.synthetic import EXAMPLE, synthetic_past
from relsim.scenario.files import folder, load_scenario

__all__ = ["CHANGES", "made"]

CHANGES = ("world.fit_beta=3.4", "world.leaving_rate.operational=0.12")
"""How its world differs from that of it-outsourcing."""


def made() -> str:
    """Return the text of the file."""
    told = f"it-outsourcing with {', '.join(CHANGES)}"
    counts = {"deal-first": 200, "feasibility-first": 120}
    return synthetic_past(load_scenario("it-outsourcing", CHANGES), told, counts, seed=2024)


if __name__ == "__main__":
    (folder() / EXAMPLE).write_text(made(), encoding="utf-8")
    print(f"written: {folder() / EXAMPLE}")
