"""What the main job prints, and its picture."""

import io
from contextlib import redirect_stdout

import relsim
from docs.tables.block import PICTURES, from_lives
from relsim.show.tables import comparison, console

__all__: list[str] = []


@from_lives
def main_job() -> str:
    """Return the table of the main job, and draw its picture."""
    results = relsim.run_experiment(relsim.load_scenario("it-outsourcing"))
    results.figure().savefig(PICTURES / "it-outsourcing.png", dpi=100, metadata={"Software": None})
    text = io.StringIO()
    with redirect_stdout(text):
        console().print(comparison(results.summary()))
    lines = "\n".join(line.rstrip() for line in text.getvalue().splitlines())
    return f"```text\n{lines}\n```\n"
