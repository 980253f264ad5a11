"""How long a user waits: importing, a cold first run, a warm comparison. Whole processes, measured from outside."""

import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5
COMPARE = ["-m", "relsim", "compare", "it-outsourcing", "--replications", "1000", "--no-picture"]


def seconds(arguments: list[str], cache: str) -> float:
    """Return the seconds that a Python process with these arguments takes, with its compiled rules in a folder."""
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        check=True,
        capture_output=True,
        env={**os.environ, "XDG_CACHE_HOME": cache},
    )
    return time.perf_counter() - begun


def main() -> int:
    """Print the waits beside their promises; return 1 where one is missed."""
    with tempfile.TemporaryDirectory() as cache:
        cold = seconds(COMPARE, cache)
        warm = statistics.median(seconds(COMPARE, cache) for _ in range(ROUNDS))
        nothing = statistics.median(seconds(["-c", ""], cache) for _ in range(ROUNDS))
        imported = statistics.median(seconds(["-c", "import relsim"], cache) for _ in range(ROUNDS)) - nothing
    kept = True
    for what, took, promised in (
        ("import relsim", imported, 0.5),
        ("a warm comparison of 1,000 twins, in all", warm, 3.0),
        ("a cold first comparison, compiling", cold, 30.0),
    ):
        kept &= took < promised
        print(f"{'kept' if took < promised else 'MISSED'}: {what}: {took:.2f} s (promised under {promised:g} s)")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
