"""The sections of a report that show what lives say, in pictures and tables."""

import math
from typing import TYPE_CHECKING

from relsim.analysis.columns import FIRMS, SIDES, in_words, of_nothing
from relsim.analysis.estimate import Estimate
from relsim.analysis.finding import written
from relsim.analysis.twins import Decomposition, Differences
from relsim.errors import ScenarioError
from relsim.experiment.results import Results
from relsim.scenario.parameter import numbers
from relsim.show.page import (
    Block,
    Folded,
    Paragraph,
    Picture,
    Pictures,
    Section,
    Table,
)
from relsim.show.tables import NEVER

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["course", "lifetimes", "twins", "went_wrong", "won_and_lost"]

_LOOKS = {"failed": (1, 100.0), "departures": (1, 1.0)}
"""Digits and factor of the outcomes that are not money."""


def _picture(name: str, ax: "Axes", caption: str, alt: str) -> Picture:
    figure = ax.get_figure(root=True)
    assert figure is not None
    return Picture(name, figure, caption, alt)


def _table(caption: str, frame: "pandas.DataFrame") -> Table:
    """Return a table of a frame of text; all columns but the first are aligned to the right."""
    header = tuple(str(name) for name in frame.columns)
    rows = tuple(tuple(str(cell) for cell in row) for row in frame.itertuples(index=False))
    return Table(caption, header, rows, right=tuple(range(1, len(header))))


def lifetimes(results: Results) -> Section:
    """Return how long relationships last, and how they end."""
    launched, contacts, hazard, incidence = (
        results.survival(),
        results.survival(per="contact"),
        results.hazard(),
        results.incidence(),
    )
    survival = (
        _picture(
            "survival-launched",
            launched.plot(),
            "How many launched relationships are still alive at each age (Kaplan-Meier), with the numbers at risk.",
            "Survival curves of launched relationships, an arm a line, with intervals.",
        ),
        _picture(
            "survival-contacts",
            contacts.plot(),
            "The same of all started contacts: what never came to a launch has ended too.",
            "Survival curves of started contacts, an arm a line, with intervals.",
        ),
    )
    endings = [
        _picture(
            f"endings-{arm}",
            incidence.plot(arm=arm),
            f"The share of launched relationships of {arm} that has ended in each way (Aalen-Johansen).",
            f"Cumulative incidence of each ending under {arm}, with intervals.",
        )
        for arm in results.scenario.arms
    ]
    return Section(
        "How long they last",
        (
            Pictures(survival),
            Pictures(tuple(endings)),
            _picture(
                "hazard",
                hazard.plot(),
                "How often those that are alive end at each age, beside a constant hazard (thin lines).",
                "Smoothed hazard of ending by age, an arm a line, with intervals and a constant hazard.",
            ),
            _table("Launched relationships, years since operations started [95 % interval]", launched.summary()),
            _table("Started contacts, years since first contact [95 % interval]", contacts.summary()),
            Folded(
                "Hazard and incidence in numbers",
                (
                    _table("Hazard of ending, per year [95 % interval]", hazard.summary()),
                    _table("Share of launched relationships ended by then [95 % interval]", incidence.summary()),
                ),
            ),
        ),
    )


def course(results: Results) -> Section:
    """Return where contacts stand as the years pass, and how trust moves."""
    states, trust = results.states(), results.trust()
    arms = list(results.scenario.arms)
    limping = numbers(results.scenario.world, "limping_after")
    return Section(
        "Where they stand as the years pass",
        (
            Paragraph(
                f"The first {states.pairs:,} pairs, looked at every few months. Limping is running below break-even "
                f"for {limping:g} years or more while nobody at the top acts."
            ),
            Pictures(
                tuple(
                    _picture(
                        f"states-{arm}",
                        states.plot(arm=arm),
                        f"What became of started contacts under {arm}, year by year.",
                        f"Stacked areas of the states of contacts under {arm} over time.",
                    )
                    for arm in arms
                )
                + tuple(
                    _picture(
                        f"trust-{arm}",
                        trust.plot(arm=arm),
                        f"Trust between the firms at the three levels, of those at work under {arm}: median, middle "
                        "half, middle nine tenths.",
                        f"Bands of trust at strategic, tactical and operational level under {arm} over time.",
                    )
                    for arm in arms
                )
            ),
        ),
    )


def won_and_lost(results: Results) -> Section:
    """Return what is won and lost, where it went, and how bad it can get."""
    losses, found = results.losses(), results.causes()
    _, unit = found.factor, found.unit
    rows: list[tuple[str, ...]] = []
    for what in ("net", "loss"):
        for side in SIDES:
            cells = [
                written(results.tally.estimate(f"arms.{arm}.per_contact.{what}.{side}"), factor=found.factor)
                for arm in results.scenario.arms
            ]
            rows.append((in_words(f"{what}.{side}"), *cells, f"{0.0:.3f}"))
    header = ("", *results.scenario.arms, "never")
    of_each_firm = tuple(
        _picture(
            f"money-{arm}-{firm}",
            found.plot_money(arm=arm, side=firm),
            f"From the benefits to the net of the {firm} under {arm}.",
            f"Waterfall of the accounts of the {firm} under {arm}.",
        )
        for arm in results.scenario.arms
        for firm in FIRMS
    )
    return Section(
        "What is won and lost",
        (
            Paragraph(f"Money is in {unit}, discounted to first contact, per started contact."),
            Pictures(
                tuple(
                    _picture(
                        f"money-{arm}",
                        found.plot_money(arm=arm),
                        f"From the benefits to the net of both firms under {arm}, account by account.",
                        f"Waterfall of the accounts of both firms under {arm}.",
                    )
                    for arm in results.scenario.arms
                )
            ),
            _picture(
                "losses",
                losses.plot(),
                "How many started contacts leave both firms together with a larger loss than an amount.",
                "Loss exceedance curves, an arm a line, with intervals.",
            ),
            Table(
                f"Per started contact, {unit} [95 % interval]", header, tuple(rows), right=tuple(range(1, len(header)))
            ),
            Folded(
                "Losses, and the accounts of each firm",
                (_table(losses.title, losses.summary()), Pictures(of_each_firm), _accounts(results)),
            ),
        ),
    )


def _accounts(results: Results) -> Table:
    """Return what each firm booked on each account, per started contact."""
    found = results.causes()
    header = ("account", *found.arms)
    rows: list[tuple[str, ...] | str] = []
    for side in FIRMS:
        rows.append(side)
        accounts = dict.fromkeys(account for arm in found.arms.values() for _, account in arm.money)
        for account in accounts:
            each = [arm.money[side, account] for arm in found.arms.values()]
            if any(estimate.value for estimate in each):
                cells = [written(estimate, factor=found.factor) for estimate in each]
                rows.append((account.name.lower(), *cells))
    return Table(f"Accounts, {found.unit} [95 % interval]", header, tuple(rows), right=tuple(range(1, len(header))))


def twins(results: Results) -> Section:
    """Return the differences of every arm from the first one, and what makes them."""
    blocks: list[Block] = [
        Paragraph(
            "Replication k is the same pair of firms with the same luck in every arm. A difference pair by pair is "
            "split by who launched: treatment, where both arms launched; selection, where only the first did, so that "
            "the other avoided what was lost there and forwent what was won; added, where only the other did; and "
            "friction, where neither did. The parts add up."
        )
    ]
    for arm in list(results.scenario.arms)[1:]:
        blocks += _twin_blocks(results, arm)
    return Section("The same firms, the same luck", tuple(blocks))


def _twin_blocks(results: Results, arm: str) -> list[Block]:
    differences, split = results.difference(arm=arm), results.decompose(arm=arm)
    first, factor = split.first, split.factor
    blocks: list[Block] = [
        Pictures(
            (
                _picture(
                    f"twins-{arm}",
                    split.plot(),
                    f"The difference of {arm} from {first} in the net of both firms, and the parts that it is made of.",
                    f"Bars of the difference of {arm} from {first} and of its parts, with intervals.",
                ),
                _picture(
                    f"differences-{arm}",
                    differences.plot(),
                    f"Differences of {arm} from {first}, as shares of what {first} has.",
                    f"Relative differences of {arm} from {first} by measure, with intervals.",
                ),
            )
        ),
        Table(
            f"{arm} against {first}: {split.what}, {split.unit}",
            ("part", "pairs", "share of contacts", "mean [95 % interval]"),
            (
                ("difference", "all", "100.0 %", written(split.whole, factor=factor, sign=True)),
                *(
                    (
                        part.name,
                        part.whose,
                        f"{100 * part.share:.1f} %",
                        written(part.mean, factor=factor, sign=True),
                    )
                    for part in split.parts
                ),
            ),
            right=(2, 3),
            strong=(0,),
        ),
        Table(
            f"Selection: what became of what only {first} launched, per started contact, {split.unit} [95 % interval]",
            (f"how {arm} ended", "share of contacts", "losses avoided", "gains forgone", "what it cost", "all"),
            tuple(
                (
                    ending,
                    f"{100 * ways['share'].value:.1f} %",
                    *(written(ways[way], factor=factor) for way in ("avoided", "forgone", "spent", "total")),
                )
                for ending, ways in split.refusals
                if ways["share"].value > 0.0
            ),
            right=(1, 2, 3, 4, 5),
        ),
        _groups(split),
    ]
    inner: list[Block] = [_differences(differences, factor, split.unit)]
    inner += _per_launched(results, arm)
    blocks.append(Folded("Every measure, what pairing was worth, and launched relationships alone", tuple(inner)))
    return blocks


def _differences(found: Differences, factor: float, unit: str) -> Table:
    """Return every measure under both arms beside never, and what pairing was worth."""
    rows = []
    for each in found.found:
        scale = factor if each.measure.startswith(("net", "loss")) else 1.0
        never = of_nothing(each.measure)
        rows.append(
            (
                in_words(each.measure),
                written(each.first, factor=scale),
                written(each.second, factor=scale),
                "-" if math.isnan(never) else f"{never:g}",
                written(each.gap, factor=scale, sign=True),
                "-" if math.isnan(each.removed) else f"{100 * each.removed:.0f} %",
            )
        )
    header = ("", found.first, found.second, NEVER, "difference", "variance removed by pairing")
    caption = f"{found.second} against {found.first}, per started contact, money in {unit} [95 % interval]"
    return Table(caption, header, tuple(rows), right=(1, 2, 3, 4, 5))


def _groups(split: Decomposition) -> Table:
    """Return the outcomes of the four groups of pairs under both arms."""
    rows: list[tuple[str, ...] | str] = []
    for whose, share, by_arm in split.outcomes:
        rows.append(f"{whose}: {100 * share.value:.1f} % [{100 * share.low:.1f} %, {100 * share.high:.1f} %]")
        for arm, told in by_arm.items():
            cells = (written(each, *_LOOKS.get(name, (3, split.factor))) for name, each in told.items())
            rows.append((arm, *cells))
    header = ("arm", "net of both firms", "loss of both firms", "failed, %", "people leaving")
    caption = f"The four groups of pairs, money in {split.unit} [95 % interval]"
    return Table(caption, header, tuple(rows), right=(1, 2, 3, 4))


def _per_launched(results: Results, arm: str) -> list[Block]:
    """Return the split of what is known of launched relationships alone, where all were watched long enough."""
    try:
        found = [results.decompose(measure, arm=arm, per="launched") for measure in ("alive", "life")]
    except ScenarioError as error:
        return [Paragraph(f"Launched relationships cannot be compared by age: {error}.")]
    return [
        Table(
            f"{arm} against {each.first}: {each.what}",
            ("part", "of what", "mean [95 % interval]"),
            (
                ("difference", "all", written(each.whole, sign=True)),
                *((part.name, part.whose, written(part.mean, sign=True)) for part in each.parts),
            ),
            right=(2,),
            strong=(0,),
        )
        for each in found
    ]


def went_wrong(results: Results) -> Section:
    """Return how it went wrong."""
    found = results.causes()
    arms = list(found.arms)
    frame = found.to_frame()
    rows: list[tuple[str, ...] | str] = []
    money_and_people = frame["section"].str.contains("money|net|left")
    for section in dict.fromkeys(frame["section"][~money_and_people]):
        rows.append(section)
        part = frame[frame["section"] == section]
        for name in dict.fromkeys(part["name"]):
            told = part[part["name"] == name].set_index("arm")
            cells = [
                written(Estimate(*(float(told.loc[arm, end]) for end in ("value", "low", "high")))) for arm in arms
            ]
            rows.append((name.replace("_", " "), *cells))
    return Section(
        "How it went wrong",
        (
            Paragraph(
                "A relationship has failed where it was launched and ended for bad or mixed reasons: by a quiet or a "
                "hostile exit, or since its contract was not renewed."
            ),
            _table("Of the failed relationships [95 % interval]", found.summary()),
            *(
                _picture(
                    f"problems-{arm}",
                    found.plot(arm=arm),
                    f"How far problems get under {arm}, per launched relationship: from the floor to the managers to "
                    "the top.",
                    f"Flow of problems through operational, tactical and strategic level under {arm}.",
                )
                for arm in arms
            ),
            _picture(
                "people",
                found.plot_people(),
                "Who left, of both firms together, by level and cause.",
                "Bars of people leaving by level and cause, an arm a colour, with intervals.",
            ),
            Folded(
                "All numbers of this section",
                (
                    Table(
                        "How it went wrong [95 % interval]",
                        ("", *arms),
                        tuple(rows),
                        right=tuple(range(1, len(arms) + 1)),
                    ),
                ),
            ),
        ),
    )
