"""The files that a guide lets its reader write, so that guide and tests have one example."""

import re
from pathlib import Path

__all__ = ["write_files"]

GUIDES = Path(__file__).resolve().parents[1] / "docs" / "guides"
_FILE = re.compile(r"<!-- file: (?P<name>\S+) -->\n```\w+\n(?P<text>.*?)```\n", re.DOTALL)


def write_files(guide: str, folder: Path) -> Path:
    """Write the files of a guide into a folder, and return the folder."""
    found = {match["name"]: match["text"] for match in _FILE.finditer((GUIDES / guide).read_text(encoding="utf-8"))}
    assert found
    for name, text in found.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
