"""The answer of a report: three sentences with their intervals, and the comparison in numbers."""

import math
from collections.abc import Iterable
from typing import Any

from relsim.analysis.estimate import Estimate
from relsim.analysis.finding import written
from relsim.analysis.summary import better_off, for_which_world, money
from relsim.drawing.units import money_scale
from relsim.experiment.results import Results
from relsim.lab.robustness import Robustness
from relsim.show.firmness import firm_in_words, told_arm
from relsim.show.page import (
    Block,
    Folded,
    Lead,
    Paragraph,
    Section,
    Table,
)
from relsim.show.tables import rows_of

__all__ = ["answer_section"]


def answer_section(results: Results, document: dict[str, Any], known: Robustness | None) -> Section:
    """Return the answer, for which world it holds, how firmly, and the comparison in numbers."""
    told = [better_off(document)] if len(results.scenario.arms) > 1 else []
    told.append(_beside_never(results, document))
    told.append(_why(results, document))
    stopped = sum(arm["stopped"] for arm in document["arms"].values())
    firm = () if known is None else (Paragraph(firm_in_words(known, document)),)
    limits = (
        (Paragraph(f"{stopped:,} lives were stopped by a limit; they are counted as they stood."),) if stopped else ()
    )
    first, *others = document["arms"]
    tables: list[Block] = [_comparison(document, [first, *others], others if len(others) == 1 else [])]
    if len(others) > 1:
        tables.append(_comparison(document, [], others))
    return Section(
        "The answer",
        (
            Lead(" ".join(told)),
            Paragraph(for_which_world(document)),
            *firm,
            *limits,
            Folded("The comparison in numbers", tuple(tables)),
        ),
    )


def _comparison(document: dict[str, Any], arms: list[str], others: list[str]) -> Table:
    header, rows = rows_of(document, arms, others)
    what = "The arms beside never" if arms else f"Differences from {next(iter(document['arms']))}, pair by pair"
    return Table(what, header, tuple(rows), right=tuple(range(1, len(header))))


def _beside_never(results: Results, document: dict[str, Any]) -> str:
    """Return what each arm brings against never to begin, with its interval."""
    told = []
    for arm in results.scenario.arms:
        net = results.tally.estimate(f"arms.{arm}.per_contact.net.joint")
        if net.low <= 0.0 <= net.high:
            told.append(f"{arm}, at {_amount(net, document)}, cannot be told from it")
        else:
            loses = net.value < 0.0
            size = Estimate(-net.value, -net.high, -net.low) if loses else net
            told.append(f"{arm} {'loses' if loses else 'gains'} {_amount(size, document)}")
    return f"Against never to begin, {_listed(told)} per started contact."


def _amount(found: Estimate, document: dict[str, Any]) -> str:
    """Return an amount of money with its interval in brackets."""
    if math.isnan(found.low):
        return money(found.value, document)
    factor, _ = money_scale(document["currency"]["name"], document["currency"]["factor"])
    digits = 2 if document["currency"]["name"] else 3
    return f"{money(found.value, document)} [{found.low * factor:,.{digits}f}, {found.high * factor:,.{digits}f}]"


def _why(results: Results, document: dict[str, Any]) -> str:
    """Return where the difference comes from; of a single arm, how long it lasts."""
    if len(results.scenario.arms) == 1:
        ((arm, curve),) = results.survival().curves.items()
        median = curve.quantile(0.5)
        if not median.known:
            return f"Of the launched relationships of {arm}, fewer than half were seen to end."
        return f"Half of the launched relationships of {arm} have ended by year {written(median, 1)} of operations."
    found = results.decompose(arm=told_arm(document))
    largest = sorted(found.parts, key=lambda part: -abs(part.mean.value))[:2]
    told = (
        f"{_amount(part.mean, document)} from the {100 * part.share:.0f} % of pairs where {part.whose} ({part.name})"
        for part in largest
    )
    return f"Of the difference of {found.second} from {found.first}, most comes in two parts: {_listed(told)}."


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
