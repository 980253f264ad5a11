"""Links that lead out of docs/: to the notebooks, which are pages of the site, and to what only the repository has."""

import re
from typing import Any

__all__ = ["rewritten", "setup"]

_OUT = re.compile(r"\[([^\]]*)\]\(((?:\.\./)+)(?!\.\.)([\w./-]+)\)")


def setup(app: Any) -> None:
    """Rewrite each page as it is read."""
    app.connect("source-read", _read)


def _read(app: Any, docname: str, source: list[str]) -> None:
    source[0] = rewritten(docname, source[0])


def rewritten(docname: str, text: str) -> str:
    """Return a page whose links stay within the site; what is only in the repository is named without a link."""
    up = "../" * docname.count("/")

    def one(link: re.Match[str]) -> str:
        words, climbed, path = link.groups()
        if len(climbed) <= len(up):
            return link[0]
        if path.startswith("notebooks/"):
            page = path.removeprefix("notebooks/").replace("README.md", "index.md").replace(".ipynb", ".md")
            return f"[{words}]({up}guides/notebooks/{page})"
        return f"{words} (`{path}`)"

    return _OUT.sub(one, text)
