"""The README and the guides say only what runs."""

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = ROOT / "docs" / "guides"


def snippets(text: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def test_every_python_snippet_runs() -> None:
    assert len(snippets(TEXT)) >= 2
    for snippet in snippets(TEXT):
        exec(compile(snippet, "README.md", "exec"), {"__name__": "readme"})


@pytest.mark.parametrize(
    ("name", "least"), [("reading-lives.md", 3), ("worlds-and-claims.md", 2), ("policies-and-choices.md", 2)]
)
def test_a_guide_runs_from_top_to_bottom(name: str, least: int) -> None:
    names: dict[str, Any] = {"__name__": "guide"}
    found = snippets((GUIDES / name).read_text(encoding="utf-8"))
    assert len(found) >= least
    for snippet in found:
        exec(compile(snippet, name, "exec"), names)


def test_it_never_sends_anybody_to_the_wrong_package() -> None:
    assert "pip install relsim" not in TEXT
