"""The README and every page of the documentation say only what runs: each is followed in a fresh folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from docs.rebuild import documents
from tests.docs.follow import Differs, follow, matches
from tests.docs.page import Block, WrongPage, blocks

ROOT = Path(__file__).parents[2]
PAGES = {page.relative_to(ROOT).as_posix(): blocks(page) for page in documents()}
FOLLOWED = [name for name, found in PAGES.items() if any(block.runs for block in found)]
SLOW = [name for name in FOLLOWED if any("slow" in block.marks for block in PAGES[name])]


def followed(name: str, folder: Path, *asked: str, seconds: float) -> None:
    """Follow a page in a process and a folder of its own."""
    ran = subprocess.run(
        [sys.executable, "-P", "-m", "tests.docs.follow", str(ROOT / name), *asked],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=seconds,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("name", FOLLOWED)
def test_a_page_runs_from_top_to_bottom(tmp_path: Path, name: str) -> None:
    followed(name, tmp_path, seconds=580)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", SLOW)
def test_a_page_runs_with_what_is_slow(tmp_path: Path, name: str) -> None:
    followed(name, tmp_path, "--slow", seconds=3500)


def test_most_of_what_is_shown_is_run() -> None:
    shown = [block for found in PAGES.values() for block in found if block.language in ("python", "sh")]
    assert len([block for block in shown if block.runs]) > 0.6 * len(shown)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def page(folder: Path, text: str) -> Path:
    file = folder / "page.md"
    file.write_text(text.replace("'''", "```"), encoding="utf-8")
    return file


GOOD = """# A page

<!-- file: data/numbers.csv -->
'''csv
1,2
'''

'''python
import inspect


def half(x):
    return x / 2


print(inspect.getsource(half).count("return"))
'''
<!-- prints -->
'''text
1
'''

'''sh
cat data/numbers.csv  # one line
echo two
'''
<!-- prints -->
'''text
...
two
'''

<!-- exits: 3 -->
'''sh
exit 3
'''

<!-- not run: it never ends -->
'''sh
sleep infinity
'''

<!-- raises: ZeroDivisionError -->
'''python
half(1) / 0
'''
<!-- prints -->
'''text
ZeroDivisionError: float division by zero
'''

<!-- slow -->
'''sh
touch slowly
'''
"""


@pytest.mark.parametrize("slow", [False, True])
def test_a_page_is_followed(here: Path, slow: bool) -> None:
    follow(page(here, GOOD), slow)
    assert (here / "data" / "numbers.csv").read_text() == "1,2\n"
    assert (here / "slowly").exists() == slow


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n'''sh\ntrue\nfalse\n'''\n", "page.md:3: status 1, not 0\nline 4: status 1: false"),
        ("\n'''sh\necho $nobody\n'''\n", "page.md: line 3: nobody: unbound variable"),
        ("'''python\nx = 1\n\nx / 0\n'''\n", 'page.md", line 4'),
        ("'''python\nprint(1)\n'''\n<!-- prints -->\n'''text\n2\n'''\n", "page.md:6: it printed something else"),
        ("'''sh\necho a; echo b\n'''\n<!-- prints -->\n'''text\n...\na\nc\n'''\n", "page.md:8: it printed"),
        ("<!-- exits: 2 -->\n'''sh\ntrue\n'''\n", "page.md:3: status 0, not 2"),
        ("<!-- raises: KeyError -->\n'''python\n1\n'''\n", "page.md:3: it did not raise KeyError"),
    ],
)
def test_what_does_not_come_out_so_is_told_with_its_line(here: Path, text: str, said: str) -> None:
    with pytest.raises(Differs) as told:
        follow(page(here, text))
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("'''\nls\n'''\n", "page.md:1: a block without a language: it may be python, sh"),
        ("'''basic\n10 GOTO 10\n'''\n", "page.md:1: a block in basic"),
        ("<!-- print -->\n'''text\n1\n'''\n", "page.md:1: not a mark: <!-- print -->"),
        ("<!-- not run -->\n'''sh\nls\n'''\n", "page.md:1: not a mark"),
        ("<!-- prints -->\n'''sh\nls\n'''\n", "page.md:2: prints goes with text"),
        ("<!-- file: ../a.csv -->\n'''csv\n1\n'''\n", "page.md:2: a file outside the reader's folder"),
        ("'''sh\nls\n", "page.md:1: a block that does not end"),
    ],
)
def test_a_wrong_page_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(WrongPage) as told:
        blocks(page(tmp_path, text))
    assert said in str(told.value)


def test_a_block_knows_where_it_stands(tmp_path: Path) -> None:
    text = "- a list\n\n  <!-- slow -->\n  '''sh\n  ls\n  '''\n"
    assert blocks(page(tmp_path, text)) == [Block("sh", 5, "ls\n", {"slow": ""})]


@pytest.mark.parametrize(
    ("printed", "said", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a  \nb\n\n", "a\nb\n", True),
        ("a\nx\ny\nb\n", "a\n...\nb\n", True),
        ("a\nb\n", "a\n...\nb\n", True),
        ("50\u00a0%\n", "50 %\n", True),
        ("a.c\n", "abc\n", False),
        ("abc\n", "a.c\n", False),
        ("a\nb\nc\n", "a\nb\n", False),
    ],
)
def test_an_output_is_compared_line_by_line(printed: str, said: str, same: bool) -> None:
    assert matches(printed, said) == same
