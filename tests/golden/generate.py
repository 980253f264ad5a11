"""Write the golden digests: `python -m tests.golden.generate`; those of ten lives travel with relsim, for its doctor.

Changing one takes a new RULES_VERSION and a line in the changelog.
"""

import json
import sys
from pathlib import Path

import relsim
from relsim.experiment import selftest
from relsim.scenario import POLICIES
from tests.worlds import scenario

TEN_LIVES = Path(selftest.__file__).with_name(selftest.FILE)
FILE = Path(__file__).with_name("digests.json")
REPLICATIONS = 1500
SEED = 20_260


def digests() -> dict[str, str]:
    """Return the digests of the bundled scenarios, and of two worlds with every role, asymmetry and policy alive."""
    asked = {name: relsim.load_scenario(name) for name in relsim.bundled()}
    asked["everything"] = scenario(
        {
            "candour": {"client": 0.3, "supplier": 0.6},
            "headcount": {"client": {"tactical": 9}, "supplier": {"operational": 75}},
            "merger_fit_slope": 0.02,
            "operational_bias": -0.05,
            "fit_law": "two-point",
        },
        coached={"launch": "feasibility-first", "policies": ["facilitator"], "kickoff": 1},
        sold={"launch": "deal-first", "policies": ["deal-broker", "facilitator"], "kickoff": 2},
    )
    apart = {"deal-broker", "short-term-contract"}  # these contradict others
    asked["governed"] = scenario(
        {"dispute_trust": 0.2, "patience": 2},
        deal={"launch": "deal-first", "policies": [name for name in POLICIES if name not in apart]},
        short={"launch": "feasibility-first", "policies": [*sorted(apart), "joint-reviews", "independent-audit"]},
    )
    return {name: relsim.run_experiment(each, REPLICATIONS, SEED).digest for name, each in asked.items()}


def ten_lives() -> dict[str, list[str]]:
    """Return the digests of the lives that relsim doctor lives, by arm."""
    found: dict[str, list[str]] = {}
    for life in selftest.ten_lives("compiled"):
        found.setdefault(life.arm, []).append(life.digest)
    return found


def main() -> None:
    """Write the files, or with `-` the digests to standard output."""
    text = json.dumps({"rules_version": relsim.RULES_VERSION, "digests": digests()}, indent=2) + "\n"
    if sys.argv[1:] == ["-"]:
        sys.stdout.write(text)
    else:
        FILE.write_text(text)
        kept = {"rules_version": relsim.RULES_VERSION, "lives": ten_lives()}
        TEN_LIVES.write_text(json.dumps(kept, indent=2) + "\n")


if __name__ == "__main__":
    main()
