"""The section of a report that says how firmly its headlines hold in other worlds."""

from relsim.lab.robustness import POINTS, STRUCTURAL, Robustness
from relsim.show.page import Block, Code, Folded, Listing, Paragraph, Section, Table

__all__ = ["how_firm"]


def how_firm(known: Robustness | None) -> Section:
    """Return in which share of other worlds each headline keeps its sign, and where it flips."""
    rule = (
        f"A headline is called structural only if its sign holds in at least {STRUCTURAL:.0%} of {POINTS:,} other "
        "worlds: a Sobol design over every number that is an assumption or was calibrated, within its plausible range."
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
    flips = tuple(
        f"{each.words}: {'; '.join(map(str, each.flips))}"
        for each in known.headlines
        if each.flips and not each.structural
    )
    if flips:
        blocks.append(Folded("Where those that are not structural flip", (Listing(flips),)))
    return Section("How firm the headlines are", tuple(blocks))
