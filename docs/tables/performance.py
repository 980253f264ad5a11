"""What the benchmarks measured, for the page on performance; its one home is the page of the benchmarks."""

from pathlib import Path

from docs.tables.block import from_code

__all__: list[str] = []

_PAGE = Path(__file__).resolve().parents[2] / "benchmarks" / "README.md"


@from_code
def what_benchmarks_measured() -> str:
    """Return the page of the benchmarks without its heading."""
    return _PAGE.read_text(encoding="utf-8").split("\n", 2)[2]
