"""A page with one of everything, as full as a long report, for tests that look at it."""

import numpy as np
from matplotlib.figure import Figure

from relsim.drawing.style import COLOURS, INK, PAPER, figure, legend, tidy
from relsim.show import page as p

__all__ = ["PAGE"]


def curves() -> Figure:
    drawn = figure(5.6, 3.8)
    ax = drawn.subplots()
    years = np.linspace(0, 10, 60)
    for arm, pace, dash, colour in (
        ("deal-first", 0.25, "-", COLOURS[0]),
        ("feasibility-first", 0.1, "--", COLOURS[1]),
    ):
        alive = np.exp(-pace * years)
        ax.plot(years, alive, dash, color=colour, label=arm, linewidth=2)
        ax.fill_between(years, alive - 0.04, alive + 0.04, color=colour, alpha=0.25, linewidth=0)
    tidy(ax, "Survival of launched relationships", "years since operations started", "still alive")
    legend(ax)
    return drawn


def bars() -> Figure:
    drawn = figure(5.6, 3.8)
    ax = drawn.subplots()
    ax.barh([0, 1, 2], [3, 5, 2], 0.4, xerr=0.3, color=COLOURS[0], edgecolor=PAPER, ecolor=INK, label="deal-first")
    ax.barh([0.4, 1.4, 2.4], [4, 1, 1], 0.4, color=COLOURS[1], hatch="///", edgecolor=PAPER, label="feasibility-first")
    ax.set_yticks([0.2, 1.2, 2.2], ["still going", "quiet exit", "hostile <exit>"])
    tidy(ax, "How started contacts end", "share of started contacts", "")
    legend(ax)
    return drawn


def pictures(kind: str, count: int) -> tuple[p.Picture, ...]:
    drawings = (curves, bars)
    return tuple(
        p.Picture(
            f"{kind}-{number}",
            drawings[number % 2](),
            "Shaded: pointwise 95 % intervals of 10,000 pairs of firms with the same luck in both arms.",
            "Two falling curves; the one of feasibility-first falls more slowly.",
        )
        for number in range(count)
    )


WIDE = p.Table(
    "Per started contact, EUR million, discounted; differences pair by pair with 95 % intervals",
    ("", "deal-first", "feasibility-first", "never", "difference [95 % interval]", "difference, quarterly board"),
    (
        "Of all started contacts",
        ("signed", "92.4 %", "61.0 %", "-", "-31.4 % [-32.4 %, -30.5 %]", "-30.0 % [-31.0 %, -29.0 %]"),
        ("ended: hostile exit", "22.1 %", "4.2 %", "-", "-17.9 % [-18.7 %, -17.1 %]", "-17.1 % [-17.9 %, -16.3 %]"),
        "Per started contact",
        ("net of both firms", "-1.204", "3.118", "0.000", "+4.322 [+4.101, +4.543]", "+4.100 [+3.900, +4.300]"),
        ("people leaving, operational", "3.42", "1.07", "0.00", "-2.35 [-2.41, -2.29]", "-2.31 [-2.40, -2.22]"),
        ("years from first problem to realising", "1.92", "0.41", "-", "-1.51 [-1.60, -1.42]", "-1.49 [-1.57, -1.40]"),
    ),
    right=(1, 2, 3, 4, 5),
    strong=(4,),
)

SOURCE = p.Linked("Okabe and Ito (2008)", "https://jfly.uni-koeln.de/color/")

PAGE = p.Page(
    "Outsourcing of IT: sign first, or find out first? <b>&amp;</b>",
    "10,000 pairs of firms over 10 years from first contact",
    (
        p.Section(
            "The answer",
            (
                p.Lead(
                    "Finding out first earns both firms 4.3 million more per started contact [4.1, 4.5], although a "
                    "third fewer contacts are signed."
                ),
                p.Paragraph(
                    (
                        "Every pair of firms lives twice with the same luck, once with each launch; what differs is "
                        "due to the launch alone. Colours are those of ",
                        SOURCE,
                        ".",
                    )
                ),
                WIDE,
                p.Facts(
                    (
                        ("scenario", "it-outsourcing"),
                        ("pairs of firms", "10,000"),
                        ("digest", "3f1a9c0b" * 8),
                        ("palette", SOURCE),
                    )
                ),
            ),
        ),
        p.Section(
            "How relationships live and end",
            (
                p.Paragraph("A relationship lives from the start of operations until the first of five endings."),
                p.Pictures(pictures("lives", 4)),
                p.Section("One picture alone", (p.Paragraph("It is as large as it was drawn."), *pictures("alone", 1))),
            ),
        ),
        p.Section(
            "What it rests on",
            (
                p.Listing(("Assumptions are labelled as such.", "Nothing is fitted to the outcome.", SOURCE)),
                p.Folded(
                    "All parameters of the world",
                    (
                        p.Table(
                            "Parameters",
                            ("name", "value", "unit", "meaning"),
                            tuple(
                                (f"parameter_{n}", f"{n * 0.37:.2f}", "1/year", "how often it happens to both firms")
                                for n in range(40)
                            ),
                            right=(1,),
                        ),
                        *pictures("folded", 1),
                    ),
                ),
                p.Folded(
                    "How to run it again", (p.Code("relsim compare it-outsourcing \\\n    " + "--out results " * 12),)
                ),
                p.Folded("What was left out", (p.Paragraph("Firms that never meet. " * 30),)),
            ),
        ),
    ),
    "relsim 0.1, rules version 3, seed 1, compiled engine",
)
