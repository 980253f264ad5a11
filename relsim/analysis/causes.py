"""How it went wrong: where problems arose and how far they got, how long it took, who brought the turn, at what price.

Counts of problems are per launched relationship; roots, turns and scapegoats are shares of those that failed, that is
ended for bad or mixed reasons; money and people are per started contact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from relsim.analysis.columns import CHURN, PROBLEMS, SIDES
from relsim.analysis.estimate import UNKNOWN, Estimate, wilson
from relsim.analysis.finding import Finding, new_ax, written
from relsim.analysis.survival import Exits, cumulative_incidence, life_table
from relsim.analysis.tally import Outcome, Step, Tally
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import Account, Level, Turn

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["STEPS", "Causes", "Flow", "Went", "causes"]

STEPS = {
    Step.TO_REALISING: "from the first problem to realising",
    Step.TO_ACTING: "from realising to acting",
    Step.TO_THE_END: "from acting to the end",
}


_TURNS = {
    Turn.EVIDENCE: "evidence from below",
    Turn.REVIEW: "board review",
    Turn.NEW_LEADER: "new leader",
    Turn.NONE: "nobody realised it",
}


@dataclass(frozen=True)
class Went:
    """How long one step took."""

    failed: tuple[Estimate, Estimate, Estimate]
    """First quartile, median and third quartile in years, of the failed relationships in which it came."""
    came: Estimate
    """Of all in which the step before was taken: the share in which it came by the end of the watch."""
    median: Estimate
    """Years by which it had come in half of them, other endings competing; NaN where it comes in fewer."""


@dataclass(frozen=True)
class Flow:
    """How far problems get, per launched relationship: nodes on lanes, and what flows from node to node."""

    lanes: tuple[str, ...]
    """For each column of nodes the level that acts."""
    nodes: Mapping[str, tuple[int, float]]
    links: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True)
class Arm:
    """What is known of one arm."""

    failed: Estimate
    """The share of launched relationships that ended for bad or mixed reasons."""
    root: Mapping[str, Estimate]
    """By level, the share of failed relationships whose first problem arose there."""
    turn: Mapping[str, Estimate]
    """By what brought the turn, the share of failed relationships; none: nobody had realised it."""
    realised_by: Mapping[str, Estimate]
    """By what brought them, the share of all realisations in launched relationships."""
    scapegoats: Estimate
    """The share of failed relationships in which people were made scapegoats by a top that still denied."""
    disputes: Estimate
    """The share of failed relationships with a formal dispute."""
    problems: Mapping[str, Estimate]
    """How many per launched relationship."""
    had: Mapping[str, Estimate]
    """The share of launched relationships that had any."""
    steps: Mapping[Step, Went]
    money: Mapping[tuple[str, Account], Estimate]
    """By firm and account, per started contact, discounted."""
    net: Mapping[str, Estimate]
    """By side."""
    left: Mapping[tuple[str, str, str], Estimate]
    """By firm, level and cause: people per started contact."""


@dataclass(frozen=True, repr=False)
class Causes(Finding):
    """How it went wrong, arm by arm."""

    arms: Mapping[str, Arm]
    factor: float
    unit: str
    """How money is shown."""

    @property
    def title(self) -> str:
        return "How it went wrong (95 % intervals)"

    def to_frame(self) -> "pandas.DataFrame":
        """Return every number: section, name, arm, value, low, high."""
        import pandas as pd

        lines = []
        for arm, each in self.arms.items():
            for section, name, found in self._all(each):
                lines.append({"section": section, "name": name, "arm": arm, **found._asdict()})
        return pd.DataFrame(lines)

    @staticmethod
    def _all(arm: Arm) -> list[tuple[str, str, Estimate]]:
        """Return section, name and estimate of all that is known of one arm."""
        found = [("share of launched relationships", "failed", arm.failed)]
        found += [("failed: level of the first problem, share", level, each) for level, each in arm.root.items()]
        found += [("failed: what brought the turn, share", turn, each) for turn, each in arm.turn.items()]
        found += [("failed: before the end, share", "scapegoats made", arm.scapegoats)]
        found += [("failed: before the end, share", "formal dispute", arm.disputes)]
        found += [("all realisations: what brought them, share", turn, each) for turn, each in arm.realised_by.items()]
        for name in PROBLEMS:
            found.append(("per launched relationship", name, arm.problems[name]))
            found.append(("share of launched relationships with any", name, arm.had[name]))
        for step, went in arm.steps.items():
            for quartile, each in zip(("first quartile", "median", "third quartile"), went.failed, strict=True):
                found.append(("failed: years it took", f"{STEPS[step]}, {quartile}", each))
            found.append(("of all that came so far: share that went on", STEPS[step], went.came))
            found.append(("of all that came so far: years by which half had gone on", STEPS[step], went.median))
        found += [(f"money of the {firm}", account.name, each) for (firm, account), each in arm.money.items()]
        found += [("net", side, each) for side, each in arm.net.items()]
        found += [(f"left the {firm}", f"{level} {cause}", each) for (firm, level, cause), each in arm.left.items()]
        return found

    def summary(self) -> "pandas.DataFrame":
        """Return the shares and times that tell the story, a column an arm."""
        told = {}
        for arm, each in self.arms.items():
            told[arm] = {
                "failed, of those launched": written(each.failed),
                **{f"first problem {level}": written(found) for level, found in each.root.items()},
                **{f"turn: {turn}": written(found) for turn, found in each.turn.items()},
                "scapegoats made before": written(each.scapegoats),
                **{f"median years {STEPS[step]}": written(went.failed[1], 2) for step, went in each.steps.items()},
            }
        import pandas as pd

        return pd.DataFrame(told).rename_axis("of failed relationships").reset_index()

    def _of(self, arm: str | None) -> tuple[str, Arm]:
        name = next(iter(self.arms)) if arm is None else arm
        return name, self.arms[name]

    def flow(self, arm: str | None = None) -> Flow:
        """Return how far problems get in an arm, by default the first: every node gives as much as it takes.

        What a relationship's end left open is a node of its own.
        """
        _, found = self._of(arm)
        return _flow({name: each.value for name, each in found.problems.items()})

    def plot(self, ax: "Axes | None" = None, arm: str | None = None) -> "Axes":
        """Draw how far problems get in an arm, by default the first."""
        from relsim.drawing.flow import draw_flow

        name, found = self._of(arm)
        flow = self.flow(name)
        widths = {node: found.problems[source].half_width for node, source in _MEASURED.items() if node in flow.nodes}
        title = f"How far problems get: {name}"
        return draw_flow(
            flow.nodes,
            flow.links,
            ax or new_ax(8.4, 5.0),
            title=title,
            lanes=flow.lanes,
            half_widths=widths,
            own=_ELSEWHERE,
        )

    def plot_money(self, ax: "Axes | None" = None, arm: str | None = None, side: str = "joint") -> "Axes":
        """Draw where the money of a side (client, supplier, joint) went in an arm, by default the first."""
        from relsim.drawing.waterfall import draw_waterfall

        name, found = self._of(arm)
        amounts = [found.money[side, account].value for account in Account]
        widths = [found.money[side, account].half_width for account in Account]
        return draw_waterfall(
            [account.name.lower() for account in Account],
            amounts,
            widths,
            ax or new_ax(5.6, 4.4),
            self.factor,
            self.unit,
            title=f"Where the money went: {name}" + ("" if side == "joint" else f", {side}"),
            total=found.net[side].value,
            total_half_width=found.net[side].half_width,
        )

    def plot_people(self, ax: "Axes | None" = None) -> "Axes":
        """Draw who left, by level and cause, both firms together, a bar an arm."""
        from relsim.drawing.churn import draw_churn

        labels, rates = [], {}
        for level, cause in CHURN:
            labels.append(f"{level.name.lower()}: {cause.name.lower().replace('_', ' ')}")
        for arm, each in self.arms.items():
            of_all = [each.left["joint", level.name.lower(), cause.name.lower()] for level, cause in CHURN]
            rates[arm] = (
                np.array([found.value for found in of_all]),
                np.array([found.half_width for found in of_all]),
            )
        x = "people per started contact, both firms (log scale)"
        return draw_churn(labels, rates, ax or new_ax(), title="Who left, and why", x=x)


_MEASURED = {
    "incidents": "incidents",
    "repaired": "repaired",
    "complaints": "complaints",
    "contract problems": "contract_problems",
    "settled": "settled",
    "broken": "broken",
    "swallowed": "swallowed",
    "taken to the top": "escalated",
    "strategies drift": "strategy_problems",
    "heard": "heard",
    "denied": "denied",
    "realised": "realised_by_evidence",
}
"""The nodes of the flow that are counted as such, and the names of their counts."""


_ELSEWHERE = {"contract problems": "tactical", "referred back": "strategic", "strategies drift": "strategic"}
"""The nodes that stand in the column of another level than the one that they come from."""


def _flow(m: Mapping[str, float]) -> Flow:
    """Return the flow from mean counts per launched relationship."""
    before_managers = m["complaints"] + m["contract_problems"] + m["reopened"]
    before_top = m["escalated"] + m["strategy_problems"]
    knew = m["heard"] - m["denied"] - m["realised_by_evidence"]
    open_at_work = m["incidents"] - m["repaired"] - m["complaints"]
    open_at_managers = before_managers - m["settled"] - m["broken"]
    open_on_the_way = m["broken"] - m["swallowed"] - m["escalated"]
    lanes = ("operational", "operational", "tactical", "tactical", "tactical", "strategic", "strategic", "strategic")
    nodes = {
        "incidents": (0, m["incidents"]),
        "repaired": (1, m["repaired"]),
        "complaints": (1, m["complaints"]),
        "contract problems": (1, m["contract_problems"]),
        "referred back": (1, m["reopened"]),
        "before managers": (2, before_managers),
        "settled": (3, m["settled"]),
        "broken": (3, m["broken"]),
        "swallowed": (4, m["swallowed"]),
        "taken to the top": (4, m["escalated"]),
        "strategies drift": (4, m["strategy_problems"]),
        "before the top": (5, before_top),
        "not heard": (6, before_top - m["heard"]),
        "heard": (6, m["heard"]),
        "denied": (7, m["denied"]),
        "realised": (7, m["realised_by_evidence"]),
        "known already": (7, knew),
    }
    links: list[tuple[str, str, float]] = [
        ("incidents", "repaired", m["repaired"]),
        ("incidents", "complaints", m["complaints"]),
        ("complaints", "before managers", m["complaints"]),
        ("contract problems", "before managers", m["contract_problems"]),
        ("referred back", "before managers", m["reopened"]),
        ("before managers", "settled", m["settled"]),
        ("before managers", "broken", m["broken"]),
        ("broken", "swallowed", m["swallowed"]),
        ("broken", "taken to the top", m["escalated"]),
        ("taken to the top", "before the top", m["escalated"]),
        ("strategies drift", "before the top", m["strategy_problems"]),
        ("before the top", "not heard", before_top - m["heard"]),
        ("before the top", "heard", m["heard"]),
        ("heard", "denied", m["denied"]),
        ("heard", "realised", m["realised_by_evidence"]),
        ("heard", "known already", knew),
    ]
    for source, name, column, value in (
        ("incidents", "open at work", 1, open_at_work),
        ("before managers", "open with managers", 3, open_at_managers),
        ("broken", "on its way up", 4, open_on_the_way),
    ):
        if value > 0.0:
            nodes[name] = (column, value)
            links.append((source, name, value))
    return Flow(lanes, nodes, tuple(links))


def _went(exits: Exits) -> Went:
    """Return how long a step took, from counts by Outcome."""
    counts = exits.counts
    among_failed = Exits(
        exits.times, np.stack([np.zeros_like(counts[0]), counts[Outcome.HAPPENED_FAILED]]), exits.longest
    )
    somebody = among_failed.counts.sum() > 0
    curve = life_table(among_failed)
    quartiles = tuple(curve.quantile(share) if somebody else UNKNOWN for share in (0.25, 0.5, 0.75))
    happened = counts[Outcome.HAPPENED_FAILED] + counts[Outcome.HAPPENED]
    missed = counts[Outcome.ENDED_FAILED] + counts[Outcome.ENDED]
    came = cumulative_incidence(
        Exits(exits.times, np.stack([counts[Outcome.CENSORED], happened, missed]), exits.longest)
    )
    return Went((quartiles[0], quartiles[1], quartiles[2]), came[1].estimate(exits.longest), came[1].quantile(0.5))


def _shares_of(means: Mapping[str, Estimate], lives: int) -> dict[str, Estimate]:
    """Return means of so many lives as shares of their sum, with intervals as if each case stood alone."""
    total = sum(each.value for each in means.values())
    if not total > 0.0:
        return dict.fromkeys(means, UNKNOWN)
    return {name: wilson(each.value / total, round(total * lives)) for name, each in means.items()}


def causes(scenario: Scenario, tally: Tally, factor: float = 1.0, unit: str = "annual contract values") -> Causes:
    """Return how it went wrong in every arm. factor, unit: how money is shown."""
    return Causes({arm: _arm(tally, place, arm) for place, arm in enumerate(scenario.arms)}, factor, unit)


def _arm(tally: Tally, place: int, arm: str) -> Arm:
    before = f"causes.{arm}"
    problems = {name: tally.estimate(f"{before}.problems.{name}") for name in PROBLEMS}
    realised = {
        _TURNS[Turn.EVIDENCE]: problems["realised_by_evidence"],
        _TURNS[Turn.REVIEW]: problems["realised_by_review"],
        _TURNS[Turn.NEW_LEADER]: problems["realised_by_leader"],
    }
    return Arm(
        failed=tally.share(f"{before}.failed"),
        root={level.name.lower(): tally.share(f"{before}.root.{level.name.lower()}") for level in reversed(Level)},
        turn={words: tally.share(f"{before}.turn.{turn.name.lower()}") for turn, words in _TURNS.items()},
        realised_by=_shares_of(realised, tally.of(f"{before}.failed")[0]),
        scapegoats=tally.share(f"{before}.scapegoats"),
        disputes=tally.share(f"{before}.dispute"),
        problems=problems,
        had={name: tally.share(f"{before}.had.{name}") for name in PROBLEMS},
        steps={step: _went(tally.step(place, step)) for step in Step},
        money={
            (side, account): tally.estimate(f"{before}.money.{side}.{account.name}")
            for side in SIDES
            for account in Account
        },
        net={side: tally.estimate(f"arms.{arm}.per_contact.net.{side}") for side in SIDES},
        left={
            (side, level.name.lower(), cause.name.lower()): tally.estimate(
                f"{before}.left.{side}.{level.name.lower()}.{cause.name.lower()}"
            )
            for side in SIDES
            for level, cause in CHURN
        },
    )
