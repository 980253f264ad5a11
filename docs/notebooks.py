"""Run the notebooks again and keep what they show: `python docs/notebooks.py [NAME ...]`, about two minutes.

nbmake runs each from top to bottom in a kernel of its own. What would differ from run to run (times, versions, the
state of widgets) is not kept, so the same code gives the same bytes.
"""

import argparse
import base64
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"

__all__ = ["NOTEBOOKS", "main", "neat", "read", "run", "solutions", "with_solutions", "write"]

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_WIDGET = "application/vnd.jupyter.widget-view+json"
_PNG, _TEXT = "image/png", "text/plain"
_COLOURS = 256
"""Of a picture: enough for lines and words, at a third of the bytes."""

_FOLDED = re.compile(r"<details>\s*<summary>[^<]*</summary>(.*?)</details>", re.DOTALL)
_CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)

Notebook = Any


def read(path: Path) -> Notebook:
    """Return the notebook that a file holds."""
    return nbformat.read(path, as_version=4)


def write(notebook: Notebook, path: Path) -> None:
    """Write a notebook into a file."""
    nbformat.write(notebook, path)


def run(paths: Iterable[Path]) -> str:
    """Run notebooks where they stand and leave in each file what it showed; return what is wrong, or nothing.

    They must lie in one folder, which is theirs while they run.
    """
    files = list(paths)
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:benchmark"]
    command = [*pytest, "--nbmake", "--overwrite", *(file.name for file in files)]
    # text as wide as anywhere, and no options that were meant for another run of tests
    place = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "PYTEST_ADDOPTS")}
    ended = subprocess.run(command, cwd=files[0].parent, env=place, capture_output=True, text=True, check=False)
    return "" if ended.returncode == 0 else ended.stdout + ended.stderr


def neat(notebook: Notebook) -> Notebook:
    """Return a notebook as it is kept: without what differs from run to run, and with smaller pictures."""
    cells = []
    for cell in notebook.cells:
        kept = {**cell, "metadata": {}}
        if cell.cell_type == "code":
            kept["outputs"] = [_neat(output) for output in _joined(cell.outputs)]
        cells.append(nbformat.from_dict(kept))
    return nbformat.from_dict({**notebook, "metadata": _METADATA, "cells": cells, "nbformat_minor": 5})


def _joined(outputs: Iterable[Any]) -> list[dict[str, Any]]:
    """Return outputs with what was printed in pieces, as time had it, in one."""
    found: list[dict[str, Any]] = []
    for output in outputs:
        if found and output.output_type == "stream" and found[-1].get("name") == output.get("name"):
            found[-1]["text"] += output.text
        else:
            found.append(dict(output))
    return found


def _neat(output: dict[str, Any]) -> dict[str, Any]:
    """Return an output without what lives only with its kernel, a widget or a place in memory, its picture smaller."""
    if "data" not in output:
        return output
    data = {kind: shown for kind, shown in output["data"].items() if kind != _WIDGET}
    if _TEXT in data:
        data[_TEXT] = re.sub(r" at 0x[0-9a-f]+>", ">", data[_TEXT])
    if _PNG in data:
        data[_PNG] = _in_few_colours(data[_PNG])
    return {**output, "data": data, "metadata": {}}


def _in_few_colours(png: str) -> str:
    from PIL import Image

    picture = Image.open(io.BytesIO(base64.b64decode(png)))
    if picture.mode == "P":
        return png
    made = io.BytesIO()
    few = picture.convert("RGB").quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(made, "PNG", optimize=True)
    return base64.b64encode(made.getvalue()).decode()


def solutions(cell: Any) -> list[str]:
    """Return the code of the solutions that a cell folds away."""
    if cell.cell_type != "markdown":
        return []
    return [code for folded in _FOLDED.findall(cell.source) for code in _CODE.findall(folded)]


def with_solutions(notebook: Notebook) -> Notebook:
    """Return a notebook in which each folded solution is also a cell that runs, where it stands."""
    cells = []
    for cell in notebook.cells:
        cells += [cell, *(nbformat.v4.new_code_cell(code) for code in solutions(cell))]
    return nbformat.from_dict({**notebook, "cells": cells})


def main(arguments: list[str]) -> int:
    """Run the notebooks that are asked for, all by default; the status is 1 where one fails."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    known = sorted(NOTEBOOKS.glob("*.ipynb"))
    parser.add_argument("names", nargs="*", metavar="NAME", help="how the name begins, such as 03; all by default")
    wanted = parser.parse_args(arguments).names
    chosen = [file for file in known if not wanted or any(file.name.startswith(each) for each in wanted)]
    if not chosen:
        print(f"{', '.join(wanted)}: none of {', '.join(file.name for file in known)}", file=sys.stderr)
        return 2
    wrong = run(chosen)
    for file in chosen:
        write(neat(read(file)), file)
    print(wrong or f"{len(chosen)} notebooks ran; git diff shows what came out differently")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
