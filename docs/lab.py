"""Ask the questions of the guide on policies and choices again: `python docs/lab.py [NAME ...]`, about 15 minutes.

Writes docs/lab/NAME.json (the answer as relsim keeps it, and beside it the picture) for each command below, and
docs/lab/seconds.json: how long each took here, as a whole process, and how many lives it was. The guide shows them.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "lab"
SECONDS = OUT / "seconds.json"

GATES = "operational-gate facilitator several-ties joint-reviews"

COMMANDS: dict[str, tuple[str, ...]] = {
    "ranking": (
        "rank",
        "it-outsourcing",
        "--policies",
        f"{GATES} early-operations realistic-promise quiet-launch deferred-bonus bonus-clawback break-clause retention",
        "--indifference",
        "0.005",
    ),
    "front": ("front", "it-outsourcing", "--policies", f"{GATES} realistic-promise"),
    "choice": ("choose", "it-outsourcing", "--policies", GATES, "--worlds", "1024"),
    "sensitivity-sobol": (
        "sensitivity",
        "it-outsourcing",
        "--method",
        "sobol",
        "--worlds",
        "4096",
        "--pairs",
        "500",
    ),
    "discovery": ("discover", "it-outsourcing"),
    "map-average-fit-rival-offer-rate": ("map", "closing-window", "--y", "world.rival_offer_rate"),
}
"""What is asked, by the name under which the answer is kept."""


def shown(name: str) -> str:
    """Return a command as one types it."""
    words = [f'"{word}"' if " " in word else word for word in COMMANDS[name]]
    return f"relsim lab {' '.join(words)}"


def ask(name: str) -> dict[str, object]:
    """Ask one question, keep the answer, and return how long it took."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "relsim", "lab", *COMMANDS[name], "--out", str(OUT)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    for table in OUT.glob("*.csv"):
        table.unlink()  # all worlds, one by one, are not for a guide
    return {"command": shown(name), "seconds": round(time.monotonic() - begun)}


def main() -> int:
    """Ask all questions, or some."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(COMMANDS)}; by default all")
    names = parser.parse_args().names or list(COMMANDS)
    known = json.loads(SECONDS.read_text(encoding="utf-8")) if SECONDS.is_file() else {"took": {}}
    for name in names:
        known["took"][name] = ask(name)
        print(f"{name}: {known['took'][name]['seconds']} seconds", flush=True)
        known["on"] = f"{os.cpu_count()} cores, Python {platform.python_version()}"
        SECONDS.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
