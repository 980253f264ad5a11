"""What the main job prints, and its picture."""

import io
from contextlib import redirect_stdout

import relsim
from docs.tables.block import PICTURES, from_lives
from relsim.lab.robustness import known_robustness
from relsim.show.firmness import firm_in_words
from relsim.show.tables import comparison, console

__all__: list[str] = []


@from_lives
def main_job() -> str:
    """Return the table of the main job, and draw its picture."""
    results = relsim.run_experiment(relsim.load_scenario("it-outsourcing"))
    results.figure().savefig(PICTURES / "it-outsourcing.png", dpi=100, metadata={"Software": None})
    text = io.StringIO()
    with redirect_stdout(text):
        document = results.summary()
        known = known_robustness(results.scenario)
        console().print(comparison(document, "" if known is None else firm_in_words(known, document)))
    lines = "\n".join(line.rstrip() for line in text.getvalue().splitlines())
    return f"```text\n{lines}\n```\n"
