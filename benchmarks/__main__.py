"""All benchmarks in one run: the engines, the peers, and how long a user waits. Run by `make bench`."""

import sys

from benchmarks import analysis, engines, experiment, startup
from benchmarks.peers import run as peers


def main() -> int:
    """Run every benchmark; return 1 where a promise is missed."""
    kept = [engines.main() == 0, startup.main() == 0, peers.main([]) == 0, experiment.main() == 0, analysis.main() == 0]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
