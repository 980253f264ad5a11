"""Follow a page word by word, in the folder that one is in: `python -m tests.docs.follow PAGE [--slow]`.

Python blocks run in one namespace, as pasted into one interpreter; blocks of sh as commands of a shell; files are
written. What a block printed is held against the `<!-- prints -->` after it. The first thing that does not come out as
the page says ends it with status 1, and names page and line.
"""

import contextlib
import io
import linecache
import os
import re
import subprocess
import sys
import traceback
from pathlib import Path
from types import ModuleType

from tests.docs.page import Block, WrongPage, blocks

__all__ = ["Differs", "follow", "matches"]


class Differs(Exception):
    """Something did not come out as the page says."""


def matches(printed: str, said: str) -> bool:
    """Say whether an output is what the page shows; a line of three dots stands for any lines."""
    lines = [re.escape(line) + "\n" if line != "..." else r"(?:.*\n)*?" for line in _lines(said)]
    return re.fullmatch("".join(lines), "".join(f"{line}\n" for line in _lines(printed))) is not None


def _lines(text: str) -> list[str]:
    """Return the lines as they look: a space that does not break is a space."""
    return [line.replace("\u00a0", " ").rstrip() for line in text.strip("\n").splitlines()]


class Reader:
    """Somebody who follows a page: one interpreter, one folder, and what was printed last."""

    def __init__(self, page: Path, found: list[Block]) -> None:
        self.page = str(page)
        self.printed: str | None = None
        self.main = ModuleType("__main__")
        # a traceback, and a rule that shows its source, find the lines of the page
        source = [""] * max((block.line + block.text.count("\n") for block in found), default=0)
        for block in found:
            if block.language == "python" and block.runs:
                source[block.line - 1 : block.line - 1 + block.text.count("\n")] = block.text.splitlines()
        kept = [f"{line}\n" for line in source]
        linecache.cache[self.page] = (sum(map(len, kept)), None, kept, self.page)

    def python(self, block: Block) -> None:
        """Run a block of Python."""
        heard = io.StringIO()
        raised = None
        try:
            code = compile("\n" * (block.line - 1) + block.text, self.page, "exec")
            with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
                exec(code, self.main.__dict__)
        except Exception as error:
            raised = error
        self.printed = heard.getvalue()
        wanted = block.marks.get("raises")
        if raised is not None and wanted == type(raised).__name__:
            self.printed += f"{wanted}: {raised}\n"
        elif raised is not None:
            told = "".join(traceback.format_exception(raised))
            raise Differs(f"{self.page}:{block.line}: it raised\n{self.printed}{told}") from raised
        elif wanted is not None:
            raise Differs(f"{self.page}:{block.line}: it did not raise {wanted}")

    def sh(self, block: Block) -> None:
        """Run a block of commands; the shell knows the lines of the page."""
        failing = "trap 'echo \"line $LINENO: status $?: $BASH_COMMAND\" >&2' ERR"
        quiet = "exits" in block.marks
        script = ("" if quiet else failing) + "\n" * (block.line - 1) + block.text
        ran = subprocess.run(
            ["bash", "-eu", "-c", script, self.page],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
        self.printed = ran.stdout
        wanted = int(block.marks.get("exits", "0"))
        if ran.returncode != wanted:
            raise Differs(f"{self.page}:{block.line}: status {ran.returncode}, not {wanted}\n{ran.stdout}")

    def file(self, block: Block) -> None:
        """Write a block into the folder."""
        there = Path(block.marks["file"])
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text(block.text, encoding="utf-8")

    def compare(self, block: Block) -> None:
        """Hold what the block before printed against what the page shows."""
        if self.printed is None or matches(self.printed, block.text):
            return
        shown = block.text.splitlines()
        so_far = (
            place for place in range(len(shown)) if not matches(self.printed, "\n".join((*shown[: place + 1], "...")))
        )
        place = next(so_far, len(shown) - 1)
        told = f"it printed something else, from here on: {shown[place]}"
        raise Differs(f"{self.page}:{block.line + place}: {told}\nIt printed\n{self.printed}")


def follow(page: Path, slow: bool = False) -> None:
    """Follow a page in the present folder.

    slow: also run what is marked as slow.

    Raises Differs, and WrongPage for a page that is marked wrongly.
    """
    found = blocks(page)
    reader = Reader(page, found)
    before = sys.modules["__main__"]
    sys.modules["__main__"], sys.path[:0] = reader.main, [""]
    try:
        for block in found:
            if "file" in block.marks:
                reader.file(block)
            elif "prints" in block.marks:
                reader.compare(block)
            elif block.runs and ("slow" not in block.marks or slow):
                (reader.python if block.language == "python" else reader.sh)(block)
            elif block.language in ("python", "sh"):
                reader.printed = None  # not run: what is shown below it cannot be compared
    finally:
        sys.modules["__main__"] = before
        sys.path.remove("")


if __name__ == "__main__":
    os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    try:
        follow(Path(sys.argv[1]), "--slow" in sys.argv[2:])
    except (Differs, WrongPage) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
