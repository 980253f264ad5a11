"""The notebooks run, show what is kept of them, and are kept as one would hand them out."""

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from PIL import Image, ImageColor

from docs.notebooks import NOTEBOOKS, neat, read, run, solutions, with_solutions, write
from relsim.drawing.style import THEME

FILES = sorted(NOTEBOOKS.glob("*.ipynb"))
EACH = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(cell: Any) -> list[dict[str, str]]:
    """Return what a cell shows, as text; of a picture only that there is one."""
    found = []
    for output in cell.outputs:
        kinds = output.get("data") or {output.get("name", output.output_type): output.get("text", "")}
        found.append({kind: "" if kind.startswith("image/") else text for kind, text in kinds.items()})
    return found


@EACH
def test_it_runs_and_shows_what_is_kept_and_so_do_its_solutions(file: Path, tmp_path: Path) -> None:
    kept, here = read(file), tmp_path / file.name
    write(with_solutions(kept), here)
    assert run([here]) == ""
    ran = neat(read(here))
    known = {cell.id for cell in kept.cells}
    assert [shown(cell) for cell in code_cells(ran) if cell.id in known] == [shown(cell) for cell in code_cells(kept)]
    solved = [cell for cell in code_cells(ran) if cell.id not in known]
    assert solved
    assert all(shown(cell) for cell in solved)


@pytest.mark.slow
@EACH
def test_it_gives_the_same_bytes_each_time(file: Path, tmp_path: Path) -> None:
    made = []
    for folder in (tmp_path / "once", tmp_path / "again"):
        folder.mkdir()
        here = folder / file.name
        write(read(file), here)
        assert run([here]) == ""
        write(neat(read(here)), here)
        made.append(here.read_bytes())
    assert made[0] == made[1]


def test_there_is_one_for_each_question_and_the_list_names_them() -> None:
    listed = re.findall(r"\]\(([^)]+\.ipynb)\)", (NOTEBOOKS / "README.md").read_text(encoding="utf-8"))
    assert listed == [file.name for file in FILES]
    assert [file.name[:2] for file in FILES] == [f"0{number}" for number in range(1, 8)]


@EACH
def test_it_asks_answers_and_ends_with_an_exercise(file: Path) -> None:
    notebook = read(file)
    assert re.match(rf"# {int(file.name[:2])}\. .+\?\n", notebook.cells[0].source)
    answer = shown(notebook.cells[1])
    assert len(answer) == 1
    assert re.fullmatch(r"\*\*[^*]+\.\*\*", answer[0]["text/markdown"])
    *_, exercise, last = notebook.cells
    assert exercise.source.startswith("## Exercise\n")
    assert len(solutions(exercise)) == 1
    assert last.source.startswith("## Where next\n")


@EACH
def test_it_is_kept_neat_and_small(file: Path, tmp_path: Path) -> None:
    again = tmp_path / file.name
    write(neat(read(file)), again)
    assert again.read_bytes() == file.read_bytes(), "make notebooks writes it as it is kept"
    assert file.stat().st_size < 500_000


@EACH
def test_what_is_kept_tells_nothing_of_a_machine_or_a_moment(file: Path) -> None:
    notebook = read(file)
    told = json.dumps([shown(cell) for cell in code_cells(notebook)])
    assert re.findall(r"/(?:home|root|tmp|Users|work)/|0x[0-9a-f]{6}|\d\d:\d\d:\d\d|site-packages", told) == []
    assert "stderr" not in told
    assert "error" not in [output.output_type for cell in code_cells(notebook) for output in cell.outputs]
    assert [cell.execution_count for cell in code_cells(notebook)] == list(range(1, len(code_cells(notebook)) + 1))


@EACH
def test_its_links_lead_somewhere(file: Path) -> None:
    texts = [cell.source for cell in read(file).cells if cell.cell_type == "markdown"]
    links = [link for text in texts for link in re.findall(r"\]\(([^)\s]+)\)", text)]
    assert links
    for link in links:
        assert (file.parent / link).exists(), link


def test_a_notebook_that_fails_is_told(tmp_path: Path) -> None:
    write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")]), tmp_path / "wrong.ipynb")
    assert "ZeroDivisionError" in run([tmp_path / "wrong.ipynb"])


def test_what_differs_from_run_to_run_is_not_kept() -> None:
    notebook = read(FILES[0])
    cell = code_cells(notebook)[0]
    cell.metadata["execution"] = {"iopub.execute_input": "2026-01-01T00:00:00Z"}
    notebook.metadata["widgets"] = {"state": {}}
    notebook.metadata.language_info["version"] = "3.12.1"
    data = {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "<Widget object at 0x7f0ebb8708d0>"}
    pieces = [nbformat.v4.new_output("stream", name="stdout", text=text) for text in ("one, ", "two\n")]
    cell.outputs = [*pieces, nbformat.v4.new_output("display_data", data)]
    kept = neat(notebook)
    assert kept.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    first = code_cells(kept)[0]
    assert first.metadata == {}
    assert shown(first) == [{"stdout": "one, two\n"}, {"text/plain": "<Widget object>"}]


def test_pictures_keep_their_colours() -> None:
    drawn = Image.new("RGB", (400, 40), "white")
    for place, (_, colour) in enumerate(THEME):
        drawn.paste(colour, (30 * place, 0, 30 * place + 30, 40))
    drawn.paste(Image.linear_gradient("L").resize((40, 40)), (360, 0))
    png = io.BytesIO()
    drawn.save(png, "PNG")
    notebook = read(FILES[0])
    data = {"image/png": base64.b64encode(png.getvalue()).decode()}
    code_cells(notebook)[0].outputs = [nbformat.v4.new_output("display_data", data)]
    kept = code_cells(neat(notebook))[0].outputs[0].data["image/png"]
    again = Image.open(io.BytesIO(base64.b64decode(kept))).convert("RGB")
    for place, (_, colour) in enumerate(THEME):
        found = again.getpixel((30 * place + 15, 20))
        assert isinstance(found, tuple)
        assert max(abs(one - other) for one, other in zip(found, ImageColor.getrgb(colour), strict=True)) <= 8, colour
