"""Write the table and the picture of the README anew: `python docs/rebuild.py`."""

import io
import sys
from contextlib import redirect_stdout
from pathlib import Path

import relsim
from relsim.show.tables import comparison, console

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BEGIN, END = "<!-- rebuilt by docs/rebuild.py -->\n", "<!-- end -->\n"


def block() -> str:
    """Return the table of the main job as the README shows it, and draw its picture."""
    results = relsim.run_experiment(relsim.load_scenario("it-outsourcing"))
    results.figure().savefig(ROOT / "docs" / "pictures" / "it-outsourcing.png", dpi=100, metadata={"Software": None})
    text = io.StringIO()
    with redirect_stdout(text):
        console().print(comparison(results.summary()))
    lines = "\n".join(line.rstrip() for line in text.getvalue().splitlines())
    return f"```text\n{lines}\n```\n"


def main() -> int:
    """Put the table between its marks."""
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(before + BEGIN + block() + END + after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
