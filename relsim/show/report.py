"""The report of an experiment: a page that reads as a story, from the question to the checklist of how it was made."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from relsim import __version__
from relsim.analysis.columns import FIRMS, SIDES, in_words, of_nothing
from relsim.analysis.estimate import Estimate
from relsim.analysis.finding import written
from relsim.analysis.summary import assumptions, better_off, money
from relsim.analysis.twins import Decomposition, Differences
from relsim.drawing.units import money_scale
from relsim.errors import ScenarioError
from relsim.experiment.results import Results
from relsim.scenario.files import scenario_text
from relsim.scenario.parameter import Section as Parameters
from relsim.scenario.parameter import describe, numbers, shortest, source_of
from relsim.scenario.scenario import Scenario
from relsim.show.explanation import written as written_numbers
from relsim.show.page import (
    Block,
    Code,
    Facts,
    Folded,
    Lead,
    Listing,
    Page,
    Paragraph,
    Picture,
    Pictures,
    Section,
    Table,
)
from relsim.show.stress import named_sources, stress_section
from relsim.show.tables import NEVER, rows_of

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

__all__ = ["report"]

_LAUNCHES = {
    "deal-first": "the tops sign the deal, then managers work out the details, and operations come in last",
    "feasibility-first": "operations find out whether it can work before anything is signed",
}


_LOOKS = {"failed": (1, 100.0), "departures": (1, 1.0)}
"""Digits and factor of the outcomes that are not money."""


def report(results: Results) -> Page:
    """Return the page of a report."""
    document = results.summary()
    sections = (
        _question(results),
        _answer(results, document),
        _lifetimes(results),
        _course(results),
        _money(results, document),
        *((_twins(results, document),) if len(results.scenario.arms) > 1 else ()),
        _wrong(results),
        _rests_on(results, document),
        _made(results),
        stress_section(results, document["parameters"]["assumed"], document["parameters"]["all"]),
    )
    return Page(
        results.scenario.title,
        f"{', '.join(results.scenario.arms)}: {results.replications:,} pairs of firms, "
        f"{results.scenario.horizon:g} years from first contact",
        sections,
        f"Made by relsim {__version__}, rules version {document['rules_version']}; digest {results.digest}",
    )


def _slug(*words: str) -> str:
    return "-".join(words)


def _picture(name: str, ax: "Axes", caption: str, alt: str) -> Picture:
    figure = ax.get_figure(root=True)
    assert figure is not None
    return Picture(name, figure, caption, alt)


def _table(caption: str, frame: "pandas.DataFrame") -> Table:
    """Return a table of a frame of text; all columns but the first are aligned to the right."""
    header = tuple(str(name) for name in frame.columns)
    rows = tuple(tuple(str(cell) for cell in row) for row in frame.itertuples(index=False))
    return Table(caption, header, rows, right=tuple(range(1, len(header))))


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _question(results: Results) -> Section:
    scenario = results.scenario
    arms = []
    for name, governance in scenario.arms.items():
        with_policies = f"; with {', '.join(governance.policies)}" if governance.policies else ""
        arms.append((name, f"{_LAUNCHES[governance.launch]}{with_policies}"))
    return Section(
        "The question",
        (
            Paragraph(scenario.question or f"How do these arms compare: {', '.join(scenario.arms)}?"),
            Facts((*arms, ("never", "the two firms do not begin: nothing won, nothing lost, nobody leaves"))),
            Paragraph(
                "Each arm is lived by the same pairs of firms with the same luck, so that differences are differences "
                "between arms. All intervals are of 95 %; they say how precisely the model was run, not how true it is."
            ),
        ),
    )


# the answer


def _answer(results: Results, document: dict[str, Any]) -> Section:
    told = [better_off(document)] if len(results.scenario.arms) > 1 else []
    told.append(_beside_never(results, document))
    told.append(_why(results, document))
    counted = document["parameters"]
    world = (
        f'This holds for the world "{results.scenario.title}", of whose {counted["all"]} parameters '
        f"{counted['assumed']} are assumptions."
    )
    stopped = sum(arm["stopped"] for arm in document["arms"].values())
    limits = (
        (Paragraph(f"{stopped:,} lives were stopped by a limit; they are counted as they stood."),) if stopped else ()
    )
    first, *others = document["arms"]
    tables: list[Block] = [_comparison(document, [first, *others], others if len(others) == 1 else [])]
    if len(others) > 1:
        tables.append(_comparison(document, [], others))
    return Section(
        "The answer",
        (Lead(" ".join(told)), Paragraph(world), *limits, Folded("The comparison in numbers", tuple(tables))),
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
    found = results.decompose(arm=_told_arm(results, document))
    treatment, selection = found["treatment"], found["selection"]
    return (
        f"Of the difference of {found.second} from {found.first}, {_amount(treatment.mean, document)} come from the "
        f"{100 * treatment.share:.0f} % of pairs that launched under both (treatment), and "
        f"{_amount(selection.mean, document)} from the {100 * selection.share:.0f} % that only {found.first} launched "
        "(selection)."
    )


def _told_arm(results: Results, document: dict[str, Any]) -> str:
    """Return the arm whose difference from the first one the answer is about."""
    nets = {arm: each["per_contact"]["net"]["joint"] for arm, each in document["arms"].items()}
    others = list(nets)[1:]
    return max(others, key=lambda arm: nets[arm])


# the sections


def _lifetimes(results: Results) -> Section:
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
            _slug("endings", arm),
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


def _course(results: Results) -> Section:
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
                        _slug("states", arm),
                        states.plot(arm=arm),
                        f"What became of started contacts under {arm}, year by year.",
                        f"Stacked areas of the states of contacts under {arm} over time.",
                    )
                    for arm in arms
                )
                + tuple(
                    _picture(
                        _slug("trust", arm),
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


def _money(results: Results, document: dict[str, Any]) -> Section:
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
            _slug("money", arm, firm),
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
                        _slug("money", arm),
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


def _twins(results: Results, document: dict[str, Any]) -> Section:
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
                    _slug("twins", arm),
                    split.plot(),
                    f"The difference of {arm} from {first} in the net of both firms, and the parts that it is made of.",
                    f"Bars of the difference of {arm} from {first} and of its parts, with intervals.",
                ),
                _picture(
                    _slug("differences", arm),
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


def _wrong(results: Results) -> Section:
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
                    _slug("problems", arm),
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


def _rests_on(results: Results, document: dict[str, Any]) -> Section:
    scenario = results.scenario
    assumed, parameters = assumptions(scenario)
    return Section(
        "What it rests on",
        (
            Paragraph(
                f"{assumed} of the {parameters} parameters are assumptions; {parameters - assumed} have a source. The "
                "size of the difference between launches is an output of the model; nobody has published a measurement "
                "of it."
            ),
            Listing(named_sources(scenario)),
            Folded("Every parameter, with its source", (_parameter_table(scenario),)),
        ),
    )


def _parameter_table(scenario: Scenario) -> Table:
    """Return every parameter of a scenario: what it is here, its unit, its meaning, its source."""
    rows: list[tuple[str, ...] | str] = ["The world, which the firms cannot choose"]
    rows += _parameters(scenario.world)
    for name, governance in scenario.arms.items():
        rows.append(f"Arm {name}")
        rows += _parameters(governance)
    return Table("All parameters", ("parameter", "here", "unit", "meaning", "source"), tuple(rows))


def _parameters(section: Parameters) -> list[tuple[str, ...]]:
    return [
        (
            each.name,
            written_numbers(shortest(numbers(section, each.name))),
            each.unit,
            each.meaning,
            source_of(section, each.name),
        )
        for each in describe(type(section))
    ]


def _made(results: Results) -> Section:
    provenance = results.provenance
    own = provenance["own_rules"]
    rules = " --rules FILE.py" if own else ""
    return Section(
        "How to make it again",
        (
            Paragraph(
                "The same scenario, seed and number of pairs give the same lives to the last bit, on any machine. Keep "
                "the scenario below as scenario.toml; then:"
            ),
            Code(f"relsim report scenario.toml --replications {results.replications} --seed {results.seed}{rules}"),
            Folded("The scenario as a file: scenario.toml", (Code(scenario_text(results.scenario)),)),
            Facts(
                (
                    ("seed", str(results.seed)),
                    ("pairs of firms", f"{results.replications:,}"),
                    ("engine", results.engine),
                    (
                        "rules",
                        f"version {provenance['rules_version']}" + (f", and {len(own)} of one's own" if own else ""),
                    ),
                    ("Python", provenance["python"]),
                    ("packages", ", ".join(f"{name} {version}" for name, version in provenance["versions"].items())),
                    ("digest", results.digest),
                    *((f"digest of {arm}", digest) for arm, digest in results.digests.items()),
                )
            ),
        ),
    )
