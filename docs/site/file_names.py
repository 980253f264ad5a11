"""Blocks that are a file of the reader's: their mark says its name, and the site shows that over the block."""

import re
from typing import Any

__all__ = ["captioned", "setup"]

_FILE = re.compile(r"^( *)<!-- *file: *(\S+) *-->\n((?: *<!--.*-->\n)*) *```(\w+)\n", re.MULTILINE)


def setup(app: Any) -> None:
    """Rewrite each page as it is read."""
    app.connect("source-read", _read)


def _read(app: Any, docname: str, source: list[str]) -> None:
    source[0] = captioned(source[0])


def captioned(text: str) -> str:
    """Return a page in which the mark of each file is its caption; all lines stay where they are."""
    return _FILE.sub(r"\3\1```{code-block} \4\n\1:caption: \2\n", text)
