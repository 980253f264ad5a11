"""Make relsim wrong, one scientific bug at a time, and see whether the validity tests notice: make mutants.

Every bug is put into a copy of the sources in a temporary folder, where the tests named with it are run, and only if
these pass, all validity tests: a survivor has survived them all. In the end the tests that caught something are run
without any bug, as a test that fails anyway catches nothing.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from tests.mutants.bug import Bug
from tests.mutants.bugs import BUGS
from tests.mutants.validity import VALIDITY

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("relsim", "scenarios", "docs", "tests", "pyproject.toml")
WANTED = 0.95
"""The share of bugs that must be caught."""

PYTEST = ("-m", "pytest", "-x", "-q", "-rfE", "--no-header", "-p", "no:cacheprovider", "--hypothesis-seed=0")
FAILED = re.compile(r"^FAILED (.+?)(?: - (.*))?$", re.MULTILINE)
CHOSEN_TESTS_FAILED = 1
"""The exit status of pytest that means just this, and not that the tests could not be run."""


@dataclass(frozen=True)
class Verdict:
    """What became of one bug."""

    bug: Bug
    caught_by: str
    """The first test that failed; empty where none did."""
    why: str
    """What that test said, or why there is none."""
    seconds: float

    def __str__(self) -> str:
        told = f"caught by {self.caught_by}" if self.caught_by else f"SURVIVED {self.why}".rstrip()
        return f"{self.seconds:5.0f} s  {self.bug.name:<40} {told}"


class Copy:
    """A copy of the sources with a cache of compiled rules of its own."""

    def __init__(self, place: Path) -> None:
        self.root, self._cache = place / "relsim", place / "cache"
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.root / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, self.root / name)

    def try_out(self, bug: Bug, limit: float) -> Verdict:
        """Put a bug in, run the tests, and take it out again."""
        file = self.root / bug.file
        sound, written = file.read_bytes(), file.stat()
        text = sound.decode()
        if text.count(bug.before) != 1:
            raise ValueError(f"bug {bug.name}: its snippet does not stand exactly once in {bug.file}")
        begun = time.monotonic()
        file.write_text(text.replace(bug.before, bug.after))
        try:
            caught_by, why = self.fails(bug.tests, limit) or self.fails(VALIDITY, limit) or ("", "")
        except (subprocess.TimeoutExpired, RuntimeError) as error:
            caught_by, why = "", f"({error})"
        finally:
            file.write_bytes(sound)
            os.utime(file, ns=(written.st_atime_ns, written.st_mtime_ns))  # or what was compiled would seem old
        return Verdict(bug, caught_by, why, time.monotonic() - begun)

    def fails(self, tests: Iterable[str], limit: float) -> tuple[str, str] | None:
        """Run tests; return the first that failed and what it said, or None where all passed.

        A test's own limit, that of pytest-timeout, is a failure like any other. Raises TimeoutExpired where the limit
        of seconds is reached before, and RuntimeError where the tests cannot be run.
        """
        environment = os.environ | {
            "PYTHONPATH": str(self.root),
            "PYTHONDONTWRITEBYTECODE": "1",
            "XDG_CACHE_HOME": str(self._cache),
            "COLUMNS": "500",  # or pytest leaves out what a test said
        }
        running = subprocess.Popen(
            [sys.executable, *PYTEST, *tests],
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            said, _ = running.communicate(timeout=limit)
        except BaseException:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
            raise
        found = FAILED.search(said)
        if running.returncode == CHOSEN_TESTS_FAILED and found:
            return found[1], found[2] or ""
        if running.returncode != 0:
            raise RuntimeError(f"the tests could not be run: {said.strip().splitlines()[-1:]}")
        return None


def run(bugs: Sequence[Bug], processes: int, limit: float) -> list[Verdict]:
    """Try out bugs in as many processes, telling what became of each."""
    with tempfile.TemporaryDirectory(prefix="relsim-mutants-") as folder:
        copies: Queue[Copy] = Queue()
        for number in range(processes):
            copies.put(Copy(Path(folder) / str(number)))

        def try_out(bug: Bug) -> Verdict:
            copy = copies.get()
            try:
                verdict = copy.try_out(bug, limit)
            finally:
                copies.put(copy)
            print(verdict, flush=True)
            return verdict

        with ThreadPoolExecutor(processes) as pool:
            verdicts = list(pool.map(try_out, bugs))
        catching = sorted({each.caught_by for each in verdicts if each.caught_by})
        print(f"Without any bug, the {len(catching)} tests that caught one: ", end="", flush=True)
        anyway = copies.get().fails(catching, limit * processes) if catching else None
        print(f"{anyway[0]} FAILS" if anyway else "all pass")
        if anyway:
            raise SystemExit(2)
    return verdicts


def table(verdicts: Sequence[Verdict]) -> str:
    """Return how many bugs of each file were caught, and who survived."""
    lines = [f"{'bugs in':<42} {'made':>5} {'caught':>7}"]
    for file in sorted({each.bug.file for each in verdicts}):
        of_file = [each for each in verdicts if each.bug.file == file]
        lines.append(f"{file:<42} {len(of_file):>5} {sum(bool(each.caught_by) for each in of_file):>7}")
    caught = sum(bool(each.caught_by) for each in verdicts)
    lines.append(f"{'all':<42} {len(verdicts):>5} {caught:>7}  {caught / len(verdicts):.1%}")
    lines += [f"SURVIVED {each.bug.name}: {each.bug.what}" for each in verdicts if not each.caught_by]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Run the hand-made scientific bugs against the validity tests.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these bugs (default: all)")
    parser.add_argument("--processes", type=int, default=2, help="how many bugs at a time (default: 2)")
    parser.add_argument("--limit", type=float, default=1800.0, help="seconds that one run of tests may take")
    parser.add_argument("--why", action="store_true", help="say in the end what each test said")
    asked = parser.parse_args()
    known = {bug.name: bug for bug in BUGS}
    unknown = [name for name in asked.names if name not in known]
    if unknown:
        parser.error(f"no such bug: {', '.join(unknown)}")
    verdicts = run([known[name] for name in asked.names] or BUGS, asked.processes, asked.limit)
    if asked.why:
        print(*(f"{each.bug.name}: {each.caught_by}: {each.why}" for each in verdicts), sep="\n")
    print(table(verdicts))
    sys.exit(sum(bool(each.caught_by) for each in verdicts) < WANTED * len(verdicts))


if __name__ == "__main__":
    main()
