"""The notebooks as pages of the site, as they were run: from notebooks/ into a folder of the guides."""

import re
from pathlib import Path
from typing import Any

__all__ = ["FOLDER", "setup"]

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "guides" / "notebooks"
"""Written anew by every build, and kept by nobody."""


def setup(app: Any) -> None:
    """Write the pages before Sphinx looks for any."""
    app.connect("builder-inited", lambda _: _write())


def _write() -> None:
    from nbconvert import MarkdownExporter

    FOLDER.mkdir(exist_ok=True)
    exporter = MarkdownExporter()
    names = []
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        text, resources = exporter.from_filename(str(notebook), resources={"unique_key": notebook.stem})
        for picture, data in resources["outputs"].items():
            _put(FOLDER / picture, data)
        _put(FOLDER / f"{notebook.stem}.md", _inward(text).encode())
        names.append(notebook.stem)
    listed = "\n".join(names)
    index = _inward((ROOT / "notebooks" / "README.md").read_text(encoding="utf-8"))
    _put(FOLDER / "index.md", f"{index}\n```{{toctree}}\n:hidden:\n\n{listed}\n```\n".encode())


def _put(file: Path, data: bytes) -> None:
    """Write a file unless it is there with the same content: Sphinx reads again what is newer."""
    if not file.exists() or file.read_bytes() != data:
        file.write_bytes(data)


def _inward(text: str) -> str:
    """Turn links between notebooks, and from them to the documents, into links between pages."""
    text = re.sub(r"\]\((\d\d-[\w-]+)\.ipynb\)", r"](\1.md)", text)
    return re.sub(r"\]\(\.\./docs/", "](../../", text)
