"""A sensitivity analysis in sentences: what to find out first, what need not be known better, how sure that is."""

from collections.abc import Iterable, Iterator, Sequence

from relsim.analysis.estimate import Estimate
from relsim.lab.factors import in_words
from relsim.lab.sensitivity.about import About, is_group

__all__ = ["MATTERS", "NOISY", "listed", "sentences"]

MATTERS = 0.05
"""The least total index of a number that matters; of a screening, the least effect as a share of the largest one."""

NOISY = 0.1
"""The share of the variance that may come from few pairs before more of them are asked for."""

_TOLD = 5
"""Numbers that are told in words."""


def sentences(method: str, about: Sequence[About], worlds: int, pairs: int) -> tuple[str, ...]:
    """Return what a sensitivity analysis says, in plain sentences.

    method: morris or sobol. about: the outputs. worlds, pairs: of the design, and of firms that lived in each.
    """
    lively = [each for each in about if each.spread > 0.0]
    still = [each.output.words for each in about if each.spread == 0.0]
    told = [f"No number matters for {listed(still)}: the same in all of these worlds."] if still else []
    if lively and method == "morris":
        told += map(_screened, lively)
    elif lively:
        told += [*map(_shared, lively), *_together(lively), _interplay(lively)]
    if lively:
        told.append(_sure(lively, pairs))
    for each in about:
        if each.unknown:
            told.append(
                f"In {each.unknown} of the {worlds:,} worlds {each.output.measure.name} is not known, as hardly "
                "anybody launched; there it is taken to be the mean of the others."
            )
    told.append(
        "It would be otherwise with other ranges: every number lies anywhere in its range with the same chance, "
        "whatever the others are. Inside narrower ranges a number matters less."
    )
    return tuple(told)


def _screened(about: About) -> str:
    """Say which numbers move an output most, and how many hardly do."""
    effects, output = about.sorted, about.output
    large = [each for each in effects if about.scaled(each) >= MATTERS]
    parts = listed(f"{in_words(each.number)} {each.total.value:.3g}" for each in large[:_TOLD])
    rest = "; the others need not be known better" if len(large) < len(effects) else ""
    return (
        f"Find these out first, by how far they move {output.words} over their range ({output.measure.unit}): {parts}. "
        f"{len(large)} of {len(effects)} numbers move it by at least {100 * MATTERS:.0f} % of the first{rest}."
    )


def _shared(about: About) -> str:
    """Say which numbers have a large part in the variance of an output."""
    large = [each for each in about.single if each.total.value >= MATTERS]
    what = f"the variance of {about.output.words} between worlds"
    if not large:
        return f"No number by itself has a large part in {what}."
    parts = [f"{in_words(each.number)} {_percent(each.total)}" for each in large[:_TOLD]]
    parts += [f"{len(large) - _TOLD} more with at least {100 * MATTERS:.0f} % each"] if len(large) > _TOLD else []
    return f"Find these out first, by their part in {what}: {listed(parts)}."


def _together(about: Sequence[About]) -> Iterator[str]:
    """Say what the numbers make that are told together, and which of the others need not be known better."""
    for group in (each.number for each in about[0].effects if is_group(each.number)):
        parts = listed(f"{_percent(each[group].total)} of {each.output.measure.name}" for each in about)
        yield f"The {group} together have a part in {parts}."
    single = [each.number for each in about[0].single]
    small = [number for number in single if all(each[number].total.high < MATTERS for each in about)]
    if small:
        yield f"Not worth knowing better: {listed(map(in_words, small))}."


def _interplay(about: Sequence[About]) -> str:
    """Say how much of the variance no number makes on its own."""
    parts = []
    for each in about:
        value, most, least = (f"{100 * min(1.0, max(0.0, 1.0 - part)):.0f} %" for part in each.alone)
        parts.append(f"{value} [{least}, {most}] of {each.output.measure.name}")
    grouped = len(about[0].single) < len(about[0].effects)
    apart = ", not counting that among the numbers told together" if grouped else ""
    return f"Interplay, where what one number does depends on the others, makes {listed(parts)}{apart}."


def _sure(about: Sequence[About], pairs: int) -> str:
    """Say how sure it is: by the design, and by the pairs."""
    noise = listed(f"{100 * each.noise:.1f} % ({each.output.measure.name})" for each in about)
    noisy = [each.output.measure.name for each in about if each.noise > NOISY]
    more = f" Take more pairs before building on {listed(noisy)}." if noisy else ""
    return (
        f"Intervals are of 95 %, by bootstrap. The luck of the {pairs:,} pairs in each world, which is the same in all "
        f"worlds, makes at most {noise} of the variance.{more}"
    )


def listed(words: Iterable[str]) -> str:
    """Return words as one lists them: one, another and a third."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _percent(share: Estimate) -> str:
    low, high = (f"{100 * max(0.0, end):.0f} %" for end in (share.low, share.high))
    return f"{100 * share.value:.0f} % [{low}, {high}]"
