"""One life over time: lanes of events on their phases, trust, belief against performance, money."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from relsim.drawing.style import COLOURS, INK, SILVER, figure, tidy
from relsim.vocabulary import TOGETHER, Agent, Phase

if TYPE_CHECKING:
    import pandas

    Lived = tuple[str, pandas.DataFrame, pandas.DataFrame, float]

__all__ = ["draw_belief", "draw_kept", "draw_lanes", "draw_money", "draw_trust", "life_figure", "twins_figure"]

LANES = (
    Agent.CLIENT_STRATEGIC,
    Agent.CLIENT_TACTICAL,
    Agent.CLIENT_OPERATIONAL,
    Agent.SUPPLIER_OPERATIONAL,
    Agent.SUPPLIER_TACTICAL,
    Agent.SUPPLIER_STRATEGIC,
)
"""From top to bottom: the two operations meet in the middle."""

_MARKS: dict[str, tuple[str, str, float, str]] = {
    "WORK_CONTACT": ("|", "#CCCCCC", 18, "contact, meeting, review"),
    "TACTICAL_MEETING": ("|", "#CCCCCC", 18, "contact, meeting, review"),
    "STEERING_MEETING": ("|", "#CCCCCC", 18, "contact, meeting, review"),
    "BOARD_REVIEW": ("|", "#CCCCCC", 18, "contact, meeting, review"),
    "INCIDENT": (".", COLOURS[4], 16, "incident"),
    "AGREEMENT_BROKEN": ("x", COLOURS[1], 26, "agreement broken"),
    "ESCALATED": ("^", COLOURS[3], 30, "escalated"),
    "REFERRED_BACK": ("v", COLOURS[1], 40, "denied, referred back"),
    "COMMITMENT_ESCALATED": ("P", COLOURS[1], 60, "puts more in"),
    "STAFF_DISMISSED": ("X", COLOURS[6], 60, "people made scapegoats"),
    "MANAGER_SWAPPED": ("X", COLOURS[6], 60, "people made scapegoats"),
    "WORKSHOP_HELD": ("s", COLOURS[2], 40, "workshop"),
    "PILOT_HELD": ("D", COLOURS[2], 30, "pilot"),
    "DEAL_SIGNED": ("*", COLOURS[0], 130, "deal signed"),
    "DISPUTE_RAISED": ("D", COLOURS[1], 45, "dispute"),
    "LEADER_REPLACED": ("o", COLOURS[5], 55, "new leader"),
    "SPONSOR_ROTATED": ("o", COLOURS[5], 55, "new leader"),
    "JOINT_REVIEW": ("|", COLOURS[2], 90, "joint review"),
    "HOTLINE_USED": ("^", COLOURS[2], 30, "hotline"),
    "AUDIT_HELD": ("d", COLOURS[0], 60, "audit"),
    "FAILURE_REALISED": ("o", COLOURS[6], 55, "failure realised"),
    "RESCUE_LAUNCHED": ("*", COLOURS[2], 130, "rescue"),
    "EXIT_DECIDED": ("s", COLOURS[6], 60, "exit decided"),
}
"""Marker, colour, size and words of the events that are drawn; events of one look share their words."""

_SHADES = {
    Phase.EXPLORATION: "#DDEEDD",
    Phase.NEGOTIATION: "#DDE6F2",
    Phase.CONTRACTING: "#EFE6F2",
    Phase.TRANSITION: "#FFF3D6",
    Phase.OPERATION: "#FFFFFF",
    Phase.UNWINDING: "#F2DDDD",
}


def draw_lanes(events: "pandas.DataFrame", ax: Axes) -> Axes:
    """Draw the events of a life in six lanes, one a team, and return the ax.

    events: columns time, kind, sender and receiver, as in `Life.events`.
    """
    heights = {agent: -place for place, agent in enumerate(LANES)}
    drawn: set[str] = set()
    for kind, (marker, colour, size, words) in _MARKS.items():
        chosen = events[events["kind"] == kind]
        times: list[float] = []
        lanes: list[int] = []
        whose = "receiver" if kind in ("LEADER_REPLACED", "AUDIT_HELD") else "sender"
        for time, name in zip(chosen["time"], chosen[whose], strict=True):
            agent = Agent[name]
            for lane in TOGETHER.get(agent, (agent,)):
                if lane in heights:
                    times.append(time)
                    lanes.append(heights[lane])
        if times:
            label = None if words in drawn else words
            drawn.add(words)
            ax.scatter(times, lanes, s=size, marker=marker, color=colour, label=label, linewidths=1.0, zorder=3)
    names = [agent.name.lower().replace("_", " ") for agent in LANES]
    ax.set_yticks([heights[agent] for agent in LANES], names)
    ax.set_ylim(-len(LANES) + 0.4, 0.6)
    ax.axhline(-2.5, color="#888888", linewidth=0.8)
    if drawn:
        ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8, labelcolor=INK)
    tidy(ax, "Who did what", "years since first contact", "")
    ax.grid(visible=False, axis="y")
    return ax


def _shade(trajectory: "pandas.DataFrame", ax: Axes, end: float) -> None:
    """Colour the background by phase."""
    times, phases = trajectory["time"].to_numpy(), trajectory["phase"].to_numpy()
    starts = np.flatnonzero(np.diff(phases, prepend=-1))
    for place, start in enumerate(starts):
        until = times[starts[place + 1]] if place + 1 < len(starts) else end
        ax.axvspan(times[start], until, color=_SHADES.get(Phase(int(phases[start])), "#FFFFFF"), linewidth=0, zorder=0)


def draw_trust(trajectory: "pandas.DataFrame", ax: Axes) -> Axes:
    """Draw trust between the firms at the three levels over time, and return the ax."""
    for place, level in enumerate(("strategic", "tactical", "operational")):
        style = ("-", "--", "-.")[place]
        ax.step(
            trajectory["time"],
            trajectory[f"trust_{level}"],
            where="post",
            color=COLOURS[place],
            linestyle=style,
            label=level,
            linewidth=1.6,
        )
    ax.set_ylim(0, 1)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8, labelcolor=INK)
    return tidy(ax, "Trust between the firms", "years since first contact", "trust (share)")


def draw_belief(trajectory: "pandas.DataFrame", ax: Axes) -> Axes:
    """Draw what was promised, what was delivered, and what the tops believed, and return the ax."""
    working = trajectory[trajectory["phase"] >= Phase.OPERATION]
    signed = trajectory[trajectory["promise"] > 0]
    ax.step(
        working["time"], working["performance"], where="post", color=COLOURS[6], linewidth=1.8, label="real performance"
    )
    ax.step(signed["time"], signed["promise"], where="post", color=COLOURS[4], linewidth=1.6, label="promise")
    for place, firm in enumerate(("client", "supplier")):
        style = ("-", "--")[place]
        ax.step(
            signed["time"],
            signed[f"belief_{firm}"],
            where="post",
            color=COLOURS[place],
            linestyle=style,
            label=f"belief, {firm}",
        )
    ax.set_ylim(0, 1)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8, labelcolor=INK)
    return tidy(ax, "Belief against performance", "years since first contact", "share")


def draw_kept(trajectory: "pandas.DataFrame", ax: Axes) -> Axes:
    """Draw how much of the promise is kept, and how much of it the tops believe to be, and return the ax."""
    signed = trajectory[trajectory["promise"] > 0]
    ax.step(signed["time"], signed["kept"], where="post", color=COLOURS[6], linewidth=1.8, label="really kept")
    for place, firm in enumerate(("client", "supplier")):
        belief = signed[f"belief_{firm}"]
        ax.fill_between(signed["time"], belief, signed["kept"], step="post", color=SILVER, alpha=0.3, linewidth=0)
        style = ("-", "--")[place]
        ax.step(signed["time"], belief, where="post", color=COLOURS[place], linestyle=style, label=f"{firm} believes")
    ax.set_ylim(0, 1.02)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8, labelcolor=INK)
    return tidy(ax, "How much of the promise is kept", "years since first contact", "share")


def draw_money(trajectory: "pandas.DataFrame", ax: Axes, factor: float, unit: str) -> Axes:
    """Draw what each firm has won or lost so far, undiscounted, and return the ax."""
    for place, firm in enumerate(("client", "supplier")):
        style = ("-", "--")[place]
        ax.step(
            trajectory["time"],
            trajectory[f"money_{firm}"] * factor,
            where="post",
            color=COLOURS[place],
            linestyle=style,
            label=firm,
            linewidth=1.6,
        )
    ax.axhline(0.0, color="#888888", linewidth=0.8)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8, labelcolor=INK)
    return tidy(ax, "Money so far", "years since first contact", f"net, {unit}")


def life_figure(
    title: str, events: "pandas.DataFrame", trajectory: "pandas.DataFrame", end: float, factor: float, unit: str
) -> Figure:
    """Return the picture of one life: four panels on one axis of time.

    events, trajectory: as in `Life.events` and `Life.trajectory`. end: years. factor, unit: how money is shown.
    """
    made = figure(12, 11)
    axes: Any = made.subplots(4, 1, sharex=True, height_ratios=(2.2, 1, 1.2, 1))
    draw_lanes(events, axes[0])
    draw_trust(trajectory, axes[1])
    draw_belief(trajectory, axes[2])
    draw_money(trajectory, axes[3], factor, unit)
    for ax in axes:
        _shade(trajectory, ax, end)
        ax.set_xlim(0, end)
    for ax in axes[:3]:
        ax.set_xlabel("")
    shades = "exploring green, negotiating blue, drafting violet, transition yellow, unwinding red"
    made.suptitle(f"{title}\nbackground: {shades}", fontsize=11, color=INK, parse_math=False)
    return made


def twins_figure(title: str, lives: Sequence["Lived"]) -> Figure:
    """Return the picture of lives one above the other on one axis of time: their lanes, then what the tops believed.

    lives: of each its name, events and trajectory as in `Life`, and its end in years.
    """
    made = figure(12, 5 * len(lives))
    rows = [(2.2, draw_lanes)] * len(lives) + [(1.0, draw_kept)] * len(lives)
    axes: Any = made.subplots(len(rows), 1, sharex=True, height_ratios=[height for height, _ in rows])
    for (_, draw), (name, events, trajectory, end), ax in zip(rows, [*lives, *lives], axes, strict=True):
        draw(events if draw is draw_lanes else trajectory, ax)
        ax.set_title(
            f"{ax.get_title(loc='left')}: {name}", loc="left", fontsize=11, fontweight="bold", parse_math=False
        )
        _shade(trajectory, ax, end)
        ax.axvline(end, color=INK, linewidth=1.5)
        ax.set_xlim(0, max(each[3] for each in lives) or 1)
    for ax in axes[:-1]:
        ax.set_xlabel("")
    made.suptitle(title, fontsize=12, color=INK, parse_math=False)
    return made
