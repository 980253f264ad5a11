"""The guide on event logs, cut into its commands and its snippets for pm4py; no import but of the standard library."""

import re
from collections.abc import Iterator
from pathlib import Path

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "event-logs.md"

_BLOCK = re.compile(r"^(<!-- [^\n]*-->\n)?```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def _blocks() -> list[tuple[str, str, str]]:
    """Return the mark before each block, its language and its text."""
    return _BLOCK.findall(GUIDE.read_text(encoding="utf-8"))


def commands() -> list[str]:
    """Return the commands of the guide, without their comments."""
    lines = [line for _, language, text in _blocks() if language == "sh" for line in text.splitlines()]
    return [line for line in (line.partition("#")[0].strip() for line in lines) if line.startswith("relsim ")]


def snippets() -> Iterator[tuple[str, str]]:
    """Yield what is for pm4py, and what it prints: the text block after it, or nothing."""
    blocks = _blocks()
    for place, (mark, language, text) in enumerate(blocks):
        if language == "python" and "pm4py" in mark:
            after = blocks[place + 1] if place + 1 < len(blocks) else ("", "", "")
            yield text, after[2] if after[1] == "text" else ""
