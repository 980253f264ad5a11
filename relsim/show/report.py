"""The report of an experiment: a page that reads as a story, from the question to the checklist of how it was made."""

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path

from relsim import __version__
from relsim.analysis.summary import rests_on
from relsim.errors import ScenarioError
from relsim.experiment.results import Results
from relsim.lab.robustness import Robustness, known_robustness
from relsim.scenario.files import scenario_text
from relsim.scenario.governance import Governance
from relsim.scenario.parameter import Parameter, describe, numbers, shortest, source_of
from relsim.scenario.parameter import Section as Parameters
from relsim.scenario.scenario import Scenario, effective
from relsim.show.answer import answer_section
from relsim.show.explanation import based_on_what
from relsim.show.explanation import written as written_numbers
from relsim.show.firmness import how_firm
from relsim.show.page import Code, Facts, Folded, Listing, Page, Paragraph, Section, Table, as_html, as_markdown
from relsim.show.sections import course, lifetimes, twins, went_wrong, won_and_lost
from relsim.show.stress import named_sources, stress_section

__all__ = ["report", "write_report"]

_LAUNCHES = {
    "deal-first": "the tops sign the deal, then managers work out the details, and operations come in last",
    "feasibility-first": "operations find out whether it can work before anything is signed",
}


def report(results: Results, known: Robustness | None = None, lab: Sequence[Section] = ()) -> Page:
    """Return the page of a report.

    known: how firmly its headlines hold, by default what travels with relsim about the scenario, if anything does.
    lab: sections with answers of the lab (`relsim.show.lab`).
    """
    document = results.summary()
    known = known_robustness(results.scenario) if known is None else known
    sections = (
        _question(results),
        answer_section(results, document, known),
        lifetimes(results),
        course(results),
        won_and_lost(results),
        *((twins(results),) if len(results.scenario.arms) > 1 else ()),
        went_wrong(results),
        how_firm(known),
        *lab,
        _rests_on(results),
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


def write_report(
    results: Results, path: str | PathLike[str], known: Robustness | None = None, lab: Sequence[Section] = ()
) -> dict[str, Path]:
    """Write a report into a file, and return what was written by what it is.

    path: ends in .html for one page that stands alone, or in .md for Markdown, with its pictures in a folder beside it.
    known, lab: as for `report`.

    Raises ScenarioError for another ending, OSError where the file cannot be written.
    """
    file = Path(path)
    if file.suffix not in (".html", ".md"):
        raise ScenarioError.of("path", file, "a name that ends in .html or .md")
    if file.suffix == ".html":
        file.write_text(as_html(report(results, known, lab)), encoding="utf-8")
        return {"report": file}
    folder = file.with_name(f"{file.stem}-pictures")
    text, pictures = as_markdown(report(results, known, lab), folder.name)
    folder.mkdir(exist_ok=True)
    for name, data in pictures.items():
        (folder / name).write_bytes(data)
    file.write_text(text, encoding="utf-8")
    return {"pictures": folder, "report": file}


def _question(results: Results) -> Section:
    scenario = results.scenario
    arms = []
    for name, governance in scenario.arms.items():
        with_policies = f"; with {', '.join(map(str, governance.policies))}" if governance.policies else ""
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


def _rests_on(results: Results) -> Section:
    scenario = results.scenario
    counted = rests_on(scenario)
    published = counted["all"] - counted["assumed"] - counted["calibrated"]
    base = f"{based_on_what(scenario)} " if scenario.based_on else ""
    return Section(
        "What it rests on",
        (
            Paragraph(
                f"{base}{counted['assumed']} of the {counted['all']} parameters are assumptions, "
                f"{counted['calibrated']} are calibrated on published figures, {published} have a source of their own. "
                "The size of the difference between launches is an output of the model; nobody has published a "
                "measurement of it."
            ),
            Listing(named_sources(scenario)),
            Folded("Every parameter, with its source", (_parameter_table(scenario),)),
        ),
    )


def _parameter_table(scenario: Scenario) -> Table:
    """Return every parameter of a scenario that has an effect: what it is here, its unit, its meaning, its source."""
    rows: list[tuple[str, ...] | str] = ["The world, which the firms cannot choose"]
    rows += _parameters(scenario.world, effective(scenario))
    for name, governance in scenario.arms.items():
        rows.append(f"Arm {name}")
        rows += _parameters(governance, describe(Governance))
    return Table("All parameters", ("parameter", "here", "unit", "meaning", "source"), tuple(rows))


def _parameters(section: Parameters, known: Iterable[Parameter]) -> list[tuple[str, ...]]:
    return [
        (
            each.name,
            written_numbers(shortest(numbers(section, each.name))),
            each.unit,
            each.meaning,
            source_of(section, each.name),
        )
        for each in known
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
