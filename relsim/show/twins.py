"""Twins: the same pair of firms with the same luck under two launches, as data for the page that shows them."""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relsim.drawing.units import scale_of, size_of
from relsim.errors import ScenarioError, nearest
from relsim.life import Life, simulate
from relsim.model.parameters import resolve
from relsim.scenario.scenario import Scenario
from relsim.show.browser import script, style
from relsim.show.knowing import TEAMS, heard_of
from relsim.show.story import story, twin_story
from relsim.show.words import LANGUAGES, words
from relsim.vocabulary import Agent, Clock, Ending, Firm, Level, OutsideCause, Phase, Turn

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Twins", "twins", "two_arms"]

FORMAT = 1
"""The form of the document; the module that draws refuses another one."""

_OPEN = """
const data = JSON.parse(document.getElementById("data").textContent);
draw(document.getElementById("twins"), data, { language: "LANGUAGE" });
"""


@dataclass(frozen=True, eq=False)
class Twins:
    """Two lives of one replication: the same partners, the same luck, another launch."""

    lives: tuple[Life, Life]

    @property
    def scenario(self) -> Scenario:
        """What was asked."""
        return self.lives[0].scenario

    @cached_property
    def document(self) -> dict[str, Any]:
        """All that a page needs to show the twins, as data of JSON; docs/guides/trainer.md says how it is shown."""
        first = self.lives[0]
        factor, _ = scale_of(self.scenario)
        start = self.scenario.start_date
        return {
            "format": FORMAT,
            "title": self.scenario.title,
            "seed": first.seed,
            "replication": first.replication,
            "horizon": self.scenario.horizon,
            "start_date": None if start is None else start.isoformat(),
            "money": {"factor": factor, "currency": self.scenario.world.currency, "size": size_of(self.scenario)},
            "agents": [agent.name for agent in Agent],
            "phases": [phase.name for phase in Phase],
            "endings": [ending.name for ending in Ending],
            "causes": [cause.name for cause in OutsideCause],
            "turns": [turn.name for turn in Turn],
            "clocks": _CLOCKS,
            "lives": [_life(life) for life in self.lives],
            "stories": {language: self._stories(language) for language in LANGUAGES},
            "words": {language: words(language).room("model", "units", "twins") for language in LANGUAGES},
        }

    def told(self, language: str = "en") -> str:
        """Say in one line a life how both ended, and what was left of them."""
        say = words(language)
        factor, _ = scale_of(self.scenario)
        amount, currency = f"units.amount.{size_of(self.scenario)}", self.scenario.world.currency
        lines = []
        for life in self.lives:
            row, ending = life.row, Ending(life.row["ending"])
            net = say.number(factor * row["net_joint"], 2)
            lines.append(
                say(
                    "twins.told.going" if ending == Ending.ONGOING else "twins.told.ended",
                    arm=life.arm,
                    years=say.number(row["t_end"], 2),
                    ending=say(f"model.ending.{ending.name}"),
                    net=say(amount, currency=currency, number=net),
                )
            )
        return "\n".join(lines)

    def _stories(self, language: str) -> dict[str, Any]:
        """Return the story of the twins and those of the two lives, as paragraphs."""
        lives = [story(life, language).told for life in self.lives]
        return {"twins": twin_story(*self.lives, language).told, "lives": lives}

    def figure(self) -> "Figure":
        """Return both lives as a picture, for where nothing can move: lanes, and belief against performance."""
        from relsim.drawing.timeline import twins_figure

        first = self.lives[0]
        title = f"{self.scenario.title}: pair {first.replication} with the same luck (seed {first.seed})"
        return twins_figure(title, [(life.arm, life.events, life.trajectory, life.row["t_end"]) for life in self.lives])

    def _repr_png_(self) -> bytes:
        """Return the picture that a notebook shows."""
        file = BytesIO()
        self.figure().savefig(file, format="png", dpi=90)
        return file.getvalue()

    def html(self, language: str = "en") -> str:
        """Return the timeline as one page that holds all that it needs and may load nothing else.

        language: in which it opens; the page can change it.
        """
        say = words(language)
        data = json.dumps(self.document, allow_nan=False, ensure_ascii=True, separators=(",", ":"))
        data = data.replace("<", "\\u003c")  # so that no text of a scenario ends the element
        stories = self.document["stories"][language]
        said = [say("twins.no_script"), *stories["twins"], *(each for life in stories["lives"] for each in life)]
        unscripted = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in said)
        module = f"{script('twins')}\n{_OPEN.replace('LANGUAGE', language)}"
        look = f"html, body {{ margin: 0; }}\n{style('twins')}"
        policy = (
            f"default-src 'none'; script-src {_hash(module)}; style-src {_hash(look)}; img-src data:; "
            "base-uri 'none'; form-action 'none'"
        )
        return (
            f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<title>{escape(self.scenario.title)}</title>\n<link rel="icon" href="data:,">\n'
            f'<style>{look}</style>\n</head>\n<body class="relsim">\n<main id="twins"></main>\n'
            f"<noscript>{unscripted}</noscript>\n"
            f'<script type="application/json" id="data">{data}</script>\n'
            f'<script type="module">{module}</script>\n</body>\n</html>\n'
        )

    def write(self, path: str | Path, language: str = "en") -> Path:
        """Write the page into a file, which opens by a double-click, and return its path."""
        page = self.html(language)
        Path(path).write_text(page, encoding="utf-8", newline="\n")
        return Path(path)


def twins(scenario: Scenario, replication: int = 0, seed: int = 1, arms: Sequence[str] | None = None) -> Twins:
    """Let one pair of firms live through two arms of a scenario with the same luck.

    arms: their names; by default the first arm of either launch, or the first two where all launch alike.

    Raises ScenarioError for an unknown arm, or where there are not two.
    """
    chosen = two_arms(scenario) if arms is None else arms
    for name in chosen:
        if name not in scenario.arms:
            raise ScenarioError.of("arm", name, f"one of {', '.join(scenario.arms)}", nearest(name, scenario.arms))
    one, other = (simulate(scenario, arm, seed, replication) for arm in _pair(chosen))
    return Twins((one, other))


def _hash(source: str) -> str:
    """Return how a policy names an element of a page by what is in it."""
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"


def two_arms(scenario: Scenario) -> tuple[str, str]:
    """Return the arms that are compared where nobody says which: the first of either launch, or the first two.

    Raises ScenarioError where there are not two.
    """
    names = list(scenario.arms)
    launches = [arm.launch for arm in scenario.arms.values()]
    others = [name for name, launch in zip(names, launches, strict=True) if launch != launches[0]]
    return _pair((names[0], *(others or names[1:])[:1]))


def _pair(arms: Sequence[str]) -> tuple[str, str]:
    if len(arms) != 2 or arms[0] == arms[1]:
        raise ScenarioError.of("arm", ", ".join(arms), "two arms: twins are one pair of firms under two of them")
    return arms[0], arms[1]


def _life(life: Life) -> dict[str, Any]:
    """Return one life as columns of plain numbers; moments are in years, to the hour."""
    events, course, row = life.events, life.trajectory, life.row
    number = {agent.name: int(agent) for agent in Agent}
    kinds = sorted(set(events["kind"]))
    place = {kind: at for at, kind in enumerate(kinds)}
    heard = heard_of(life)
    first: dict[int, float] = {}
    for team in TEAMS:
        for time, case in heard[team]:
            first[case] = min(time, first.get(case, time))
    return {
        "arm": life.arm,
        "launch": life.scenario.arms[life.arm].launch,
        "ending": Ending(row["ending"]).name,
        "end": round(row["t_end"], 4),
        "row": {name: _plain(row[name]) for name in _TOLD},
        "kinds": kinds,
        "events": {
            "time": events["time"].round(4).tolist(),
            "kind": [place[kind] for kind in events["kind"]],
            "sender": [number[name] for name in events["sender"]],
            "receiver": [number[name] for name in events["receiver"]],
            "case": events["case"].tolist(),
            "attempt": events["attempt"].tolist(),
            "a": events["a"].round(3).tolist(),
            "b": events["b"].round(3).tolist(),
        },
        "course": {name: [_plain(value) for value in course[name].tolist()] for name in _DRAWN},
        "break_even": round(float(resolve(life.scenario, life.arm, life.rules).joint_break_even), 4),
        "problems": [round(time, 4) for time in sorted(first.values())],
        "heard": {team.name: [round(time, 4) for time, _ in heard[team]] for team in TEAMS},
    }


_TOLD = ("net_client", "net_supplier", "t_deal", "t_operations", "promise", "performance_mean")
"""What of a row the page tells."""

_DRAWN = (
    "phase",
    "performance",
    "promise",
    "kept",
    "estimate",
    "estimate_sd",
    *(f"trust_{level.name.lower()}" for level in Level),
    *(f"{what}_{firm}" for firm in ("client", "supplier") for what in ("belief", "attention", "money")),
)
"""What of a life's course the page draws, after each of its events; fit is not among it, as nobody sees it."""

_FOLLOWED = (
    Clock.INCIDENT,
    Clock.TACTICAL_PROBLEM,
    Clock.STRATEGIC_PROBLEM,
    Clock.BOARD_REVIEW,
    Clock.LEADER_REPLACED,
)
_CLOCKS = {
    str(int(clock) + firm): [clock.name, firm.name] for clock in _FOLLOWED for firm in (Firm.CLIENT, Firm.SUPPLIER)
}
"""The clocks whose cases can be followed: case // 2**32 is the clock, and the rest counts its opportunities."""


def _plain(value: float, digits: int = 4) -> float | None:
    return None if value != value else round(value, digits)
