"""All benchmarks in one run: the engines, the peers, and how long a user waits. Run by `make bench`."""

import sys

from benchmarks import analysis, classroom, engines, experiment, startup
from benchmarks.peers import run as peers


def main() -> int:
    """Run every benchmark; return 1 where a promise is missed."""
    parts = (engines.main, startup.main, lambda: peers.main([]), experiment.main, analysis.main, classroom.main)
    return max([part() for part in parts])


if __name__ == "__main__":
    sys.exit(main())
