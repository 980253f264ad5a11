"""One peer in a process of its own: `python -m benchmarks.peers.serve MODULE` answers requests in JSON.

A request is a line [seed, first, count, wants_rows]; the answer is a line with the seconds, the number of
opportunities, and the rows if wanted.
"""

import importlib
import json
import sys
import time
from typing import Any


def main(name: str) -> None:
    """Load a peer, say who it is or why it is absent, and answer until the requests end."""
    try:
        peer = importlib.import_module(f"benchmarks.peers.{name}")
        peer.lives(0, 0, 2)
    except ImportError as reason:
        print(json.dumps({"absent": str(reason)}), flush=True)
        return
    print(json.dumps({"version": peer.VERSION}), flush=True)
    for line in sys.stdin:
        seed, first, count, wants_rows = json.loads(line)
        wall, processor = time.perf_counter(), time.process_time()
        rows = peer.lives(seed, first, count)
        answer: dict[str, Any] = {
            "processor_seconds": time.process_time() - processor,
            "wall_seconds": time.perf_counter() - wall,
            "opportunities": int(rows["opportunities"].sum()),
        }
        if wants_rows:
            answer["rows"] = [[int(row[0]), row[1].tolist(), row[2].tolist()] for row in rows]
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
