"""The section of a report that says how firmly its headlines hold in other worlds."""

from collections.abc import Mapping
from typing import Any

from relsim.lab.robustness import POINTS, STRUCTURAL, Robustness
from relsim.show.page import Block, Code, Folded, Listing, Paragraph, Picture, Section, Table

__all__ = ["firm_in_words", "how_firm", "told_arm"]


def how_firm(known: Robustness | None) -> Section:
    """Return in which share of other worlds each headline keeps its sign, and where it flips."""
    rule = (
        f"A headline is called structural only if its sign holds in at least {100 * STRUCTURAL:.0f} % of {POINTS:,} "
        "other worlds: a Sobol design over every number that is an assumption or was calibrated, within its plausible "
        "range."
    )
    if known is None:
        untested = "For this scenario that was not tested, so nothing here is called structural. To test it:"
        command = (
            "relsim lab robustness scenario.toml --out firm.json\nrelsim report scenario.toml --robustness firm.json"
        )
        return Section("How firm the headlines are", (Paragraph(rule), Paragraph(untested), Code(command)))
    blocks: list[Block] = [
        Paragraph(
            f"{rule} Here {known.points:,} worlds over {known.numbers} numbers, {known.pairs} pairs of firms in each."
        ),
        Table(
            known.title,
            ("headline", "here", "sign holds in", ""),
            tuple((each.words, each.direction, each.share, each.tag) for each in known.headlines),
            right=(2,),
        ),
    ]
    figure = known.plot().get_figure(root=True)
    assert figure is not None
    blocks.append(
        Picture(
            "firmness",
            figure,
            "In which share of other worlds each headline has the same sign; from the line on it counts as structural.",
            "Bars of the share of worlds in which each headline keeps its sign, with a line at 95 %.",
        )
    )
    flips = tuple(
        f"{each.words}: {'; '.join(map(str, each.flips))}"
        for each in known.headlines
        if each.flips and not each.structural
    )
    if flips:
        blocks.append(Folded("Where those that are not structural flip", (Listing(flips),)))
    return Section("How firm the headlines are", tuple(blocks))


def firm_in_words(known: Robustness, document: Mapping[str, Any]) -> str:
    """Return whether what was just said is structural, and if not, where it flips."""
    arm = told_arm(document) if len(document["arms"]) > 1 else next(iter(document["arms"]))
    first, told = next(iter(document["arms"])), []
    for name, what in ((f"net.{arm}", f"{arm} against {first}"), (f"pays.{first}", f"{first} against never")):
        headline = known.named(name)
        if headline is not None and headline.tag != "no sign":
            flips = "" if headline.structural else f", and flips with {headline.flips[0]}"
            told.append(
                f"{what} is {headline.tag} (its sign holds in {100 * headline.holds:.0f} % of the worlds{flips})"
            )
    worlds = f"in {known.points:,} other worlds, in which every assumed or calibrated number is another"
    return f"How firm this is, {worlds}: {'; '.join(told)}." if told else f"There is no sign to test {worlds}."


def told_arm(document: Mapping[str, Any]) -> str:
    """Return the arm whose difference from the first one the answer is about: the best of the others."""
    others = list(document["arms"])[1:]
    return max(others, key=lambda arm: document["arms"][arm]["per_contact"]["net"]["joint"])
