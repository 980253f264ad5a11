"""The README and the guide to reading lives say only what runs."""

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = ROOT / "docs" / "guides" / "reading-lives.md"


def snippets(text: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def test_every_python_snippet_runs() -> None:
    assert len(snippets(TEXT)) >= 2
    for snippet in snippets(TEXT):
        exec(compile(snippet, "README.md", "exec"), {"__name__": "readme"})


def test_the_guide_runs_from_top_to_bottom() -> None:
    names: dict[str, Any] = {"__name__": "guide"}
    found = snippets(GUIDE.read_text(encoding="utf-8"))
    assert len(found) >= 3
    for snippet in found:
        exec(compile(snippet, GUIDE.name, "exec"), names)


def test_it_never_sends_anybody_to_the_wrong_package() -> None:
    assert "pip install relsim" not in TEXT
