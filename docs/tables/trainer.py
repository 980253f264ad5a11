"""What the trainer's guide shows: lives for the room, the moments to stop them at, and where the article is wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import relsim
from docs.tables.block import code, from_code, from_lives, known, markdown, plain
from relsim.life import Life
from relsim.show.live import find
from relsim.vocabulary import Ending, EventKind

__all__ = ["SHOWN"]

_CLAIMS = Path(__file__).resolve().parents[1] / "model" / "claims.md"


@dataclass(frozen=True)
class _Shown:
    """A life that is worth showing: the first one after another that has what is looked for."""

    scenario: str
    wish: str
    after: int
    see: str


SHOWN = {
    "A": _Shown("it-outsourcing", "feasibility-first-wins", 39, "the launch alone makes the difference"),
    "B": _Shown("it-outsourcing", "both-fail", 36, "limping for years while the tops hear little"),
    "C": _Shown("it-outsourcing", "given-up-before-it-was-too-late", 33, "given up in time, and what that spared"),
    "D": _Shown("it-outsourcing", "both-well", -1, "a good match does not need the right launch"),
    "E": _Shown("it-outsourcing", "deal-first-wins", 523, "a good match that a rival took while operations looked"),
    "F": _Shown("it-outsourcing", "rescued-by-a-new-leader", -1, "somebody steps in, and why that is not enough"),
    "G": _Shown("old-acquaintances", "hostile-end", -1, "a hostile end that the other launch was spared"),
}
"""The lives of the guide by their letter."""

_MOMENTS = {
    EventKind.WORKSHOP_HELD: "the operational people first meet, in a workshop",
    EventKind.VERDICT_REPORTED: "the managers report what they found",
    EventKind.DEAL_SIGNED: "the deal is signed",
    EventKind.SUCCESS_ANNOUNCED: "success is announced",
    EventKind.BONUS_PAID: "a bonus is paid",
    EventKind.OPERATIONS_STARTED: "operations start",
    EventKind.LIMPING_BEGAN: "limping begins",
    EventKind.ATTENTION_SHIFTED: "a top has moved its attention elsewhere",
    EventKind.REFERRED_BACK: "a top denies a case and refers it back",
    EventKind.COMMITMENT_ESCALATED: "a top puts more into the same",
    EventKind.STAFF_DISMISSED: "people are sacked for it",
    EventKind.LEADER_REPLACED: "a new leader comes",
    EventKind.FAILURE_REALISED: "a top realises that it fails",
    EventKind.RESCUE_LAUNCHED: "a rescue",
    EventKind.EXIT_DECIDED: "a top decides to leave",
    EventKind.RELATIONSHIP_ENDED: "the end",
}
"""Where to stop and ask; of each kind the first moment."""

_FOUND = {
    "A3": "Choose the scenario of the office campus, which is from the gentle world, and go through ten pairs: in how "
    "many lies what is really delivered soon after the start below what is needed to pay?",
    "A9": "Life D: what did finding out bring these two? Deal-first goes as well without it.",
    "A11": "What made a top see it in life A, and what in life B? Which of the two is it more often, in the lives that "
    "the room has looked at?",
    "A20": "Lives A and B: how long from realising to deciding? And from the start of operations to realising?",
    "A21": "Choose the scenario of the warehouse, and look at pairs that both fail: is there one that was worth it?",
}
"""How a room finds for itself what the article has otherwise, by the statement."""


def _found(shown: _Shown) -> dict[str, object]:
    scenario = relsim.load_scenario(shown.scenario)
    found = find(scenario, None, shown.wish, shown.after)
    if found["replication"] is None:
        raise ValueError(f"no life of {shown.scenario} is like {shown.wish} after {shown.after}")
    return found


@from_lives
def lives_to_show() -> str:
    """Return the lives of the guide: where they are found, and how they end under either launch."""
    rows = []
    for letter, shown in SHOWN.items():
        found = _found(shown)
        scenario = relsim.load_scenario(shown.scenario)
        ends = [_ended(life, scenario) for life in found["lives"]]  # type: ignore[attr-defined]
        rows.append([letter, code(shown.scenario), str(found["replication"]), *ends, shown.see])
    return markdown(("life", "scenario", "pair", "deal-first", "feasibility-first", "what to see"), rows, right=(2,))


def _ended(life: dict[str, object], scenario: relsim.Scenario) -> str:
    ending, end, net = str(life["ending"]), float(str(life["end"])), float(str(life["net"]))
    when = "still going" if ending == Ending.ONGOING.name else f"{plain(ending)} in year {end:.1f}"
    return f"{when}; {scenario.world.currency} {net:+.1f} million"


@from_lives
def moments_to_stop() -> str:
    """Return when what happens in the first three lives, under either launch."""
    parts = []
    for letter in ("A", "B", "C"):
        shown = SHOWN[letter]
        pair = relsim.twins(relsim.load_scenario(shown.scenario), int(str(_found(shown)["replication"])))
        when = [_moments(life) for life in pair.lives]
        first = when[1] | when[0]
        rows = [
            [_MOMENTS[kind], *(f"{each[kind]:.2f}" if kind in each else "-" for each in when)]
            for kind in sorted(first, key=lambda kind: first[kind])
        ]
        parts.append(markdown((f"life {letter}, year", *(life.arm for life in pair.lives)), rows, right=(1, 2)))
    return "\n".join(parts)


def _moments(life: Life) -> dict[EventKind, float]:
    first = life.events.drop_duplicates("kind").set_index("kind")["time"]
    return {kind: first[kind.name] for kind in _MOMENTS if kind.name in first.index}


@from_lives
def pages_to_prepare() -> str:
    """Return the commands that write each life into a page that opens from the disk."""
    lines = [
        f"relsim twins {shown.scenario} --replication {_found(shown)['replication']} --out life-{letter}.html"
        for letter, shown in SHOWN.items()
    ]
    return "\n".join(["```sh", *lines, "```", ""])


@from_code
def what_the_article_has_otherwise() -> str:
    """Return the statements of the article that an estimate contradicts, and how a room finds that."""
    found = list(_contradicted())
    ways = known(_FOUND, dict.fromkeys(statement for statement, *_ in found), "the trainer's guide")
    rows, told = [], set()
    for statement, title, estimate, rule, where in found:
        rows.append([f"{statement}: {title}" if statement not in told else "", f"{estimate}; {rule}", where])
        if statement not in told:
            rows[-1].append(ways[statement])
        else:
            rows[-1].append("")
        told.add(statement)
    return markdown(("the article says", "asked, and the rule", "the model says", "let the room find it"), rows)


def _contradicted() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield each estimate that contradicts: statement, its words, the estimate, its rule, and what it is where."""
    text = _CLAIMS.read_text(encoding="utf-8")
    for statement, title, body in re.findall(r"^## (\w+): (.+?)\.\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL):
        worlds: list[str] = []
        for row in re.findall(r"^\| (.+) \|$", body, re.MULTILINE):
            estimate, rule, *cells = row.split(" | ")
            if estimate == "estimate":
                worlds = cells
                continue
            wrong = [
                f"{world}: {cell.removesuffix(' contradicted')}"
                for world, cell in zip(worlds, cells, strict=False)
                if cell.endswith(" contradicted")
            ]
            if wrong:
                yield statement, title, estimate, rule, "; ".join(wrong)
