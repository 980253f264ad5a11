"""What the guide on policies and choices shows: answers that `make lab` has kept, and policies one by one."""

import json
from typing import Any

import relsim
from docs.lab import OUT, SECONDS, shown
from docs.tables.block import code, from_code, from_lives, markdown
from relsim.analysis.estimate import Estimate
from relsim.analysis.finding import written
from relsim.lab.lives import live_pairs
from relsim.lab.patterns import mean_of
from relsim.model.rulebook import RULES_VERSION
from relsim.scenario.governance import POLICIES, Governance

_PAIRS, _SEED = 16_384, 3
_NOT_RUN = "<!-- not run: it takes minutes; make lab runs it -->"
_WORLDS = ("it-outsourcing", "closing-window")


def _answer(name: str, rows: int | None = None) -> str:
    """Return an answer that was kept: the command, the sentences, the picture, and the first rows of its table.

    Raises ValueError for one that was found under other rules.
    """
    said: dict[str, Any] = json.loads((OUT / f"{name}.json").read_text(encoding="utf-8"))
    if said["rules_version"] != RULES_VERSION:
        raise ValueError(f"docs/lab/{name}.json is of rules version {said['rules_version']}; python docs/lab.py {name}")
    lines = [_NOT_RUN, "```sh", shown(name), "```", "", *(f"> {sentence}\n>" for sentence in said["said"])]
    text = "\n".join(lines).removesuffix("\n>") + f"\n\n![{said['title']}](../lab/{name}.png)\n"
    if rows == 0:
        return text
    return f"{text}\n{markdown(said['header'], said['rows'][:rows], said['right'])}"


@from_code
def lab_ranking() -> str:
    """Return which of 24 arms is best."""
    return _answer("ranking")


@from_code
def lab_front() -> str:
    """Return which arms are worth a choice."""
    return _answer("front", 8)


@from_code
def lab_choice() -> str:
    """Return what to choose, not knowing the world."""
    return _answer("choice")


@from_code
def lab_sensitivity() -> str:
    """Return which numbers an answer hangs on."""
    return _answer("sensitivity-sobol", 10)


@from_code
def lab_discovery() -> str:
    """Return where deal-first wins."""
    return _answer("discovery")


@from_code
def lab_map() -> str:
    """Return where over two numbers it begins to win."""
    return _answer("map-average-fit-rival-offer-rate", 0)


@from_code
def lab_seconds() -> str:
    """Return how long each command took."""
    known = json.loads(SECONDS.read_text(encoding="utf-8"))
    rows = [[code(each["command"]), f"{each['seconds']:,}"] for each in known["took"].values()]
    about = f"As whole processes, compiling included where that was needed, on {known['on']}, beside other work."
    return f"{markdown(('command', 'seconds'), rows, right=(1,))}\n{about}\n"


@from_lives
def policies_one_by_one() -> str:
    """Return what each policy alone adds to the joint net of either launch, by twins."""
    rows = {name: [code(name)] for name in POLICIES}
    header = ["policy"]
    for world in _WORLDS:
        asked = relsim.load_scenario(world)
        for launch in ("deal-first", "feasibility-first"):
            header.append(f"{world}, {launch}")
            arms = {"plain": _arm(launch), **{name: _arm(launch, name) for name in POLICIES}}
            lives = live_pairs(asked.model_copy(update={"arms": arms}), _PAIRS, _SEED)
            plain = lives.arms["plain"]["net_joint"]
            for name in POLICIES:
                rows[name].append(_told(mean_of(lives.arms[name]["net_joint"] - plain)))
    return markdown(header, rows.values(), right=range(1, len(header)))


def _arm(launch: str, *policies: str) -> Governance:
    return Governance.model_validate({"launch": launch, "policies": policies})


def _told(added: Estimate) -> str:
    sign = "**" if added.low > 0.0 else ""
    return f"{sign}{written(added, 3, sign=True)}{sign}"
