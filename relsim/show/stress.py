"""The checklist STRESS-DES (Monks et al. 2019), filled in from a scenario and from what is known of the run."""

import os
import platform
from typing import Any

from relsim import __version__
from relsim.analysis.summary import is_assumption, sources
from relsim.experiment.results import Results
from relsim.model.rule import agents
from relsim.model.rulebook import Rulebook
from relsim.scenario.governance import Governance
from relsim.scenario.parameter import describe, numbers, shortest
from relsim.scenario.scenario import Scenario
from relsim.show.explanation import steps_of, written
from relsim.show.page import Block, Folded, Linked, Listing, Paragraph, Section, Table
from relsim.vocabulary import Departure, Ending, Firm, Level, OutsideCause, Phase

__all__ = ["named_sources", "stress_section"]

_CHECKLIST = Linked("STRESS-DES, Monks et al. 2019", "https://doi.org/10.1080/17477778.2018.1442155")


def _named(words: Any) -> str:
    return ", ".join(word.name.lower().replace("_", " ") for word in words)


def _rules(book: Rulebook) -> Table:
    """Return what every rule tells of itself: event, who sends it to whom, what happens."""
    rows = []
    for rule in book.rules:
        sender, receiver = (agent.name.lower().replace("_", " ") for agent in agents(rule, Firm.CLIENT))
        told = (rule.function.__doc__ or "").strip().split("\n\n")[0]
        rows.append((rule.name.lower().replace("_", " "), sender, receiver, " ".join(told.split())))
    return Table("The rules, seen from an event of the client", ("event", "from", "to", "what happens"), tuple(rows))


def _durations(scenario: Scenario) -> tuple[str, ...]:
    """Return what takes time, and how long."""
    world = scenario.world
    known = {each.name: each for each in describe(type(world)) if each.unit in ("years", "years, mean")}
    return tuple(
        f"{each.meaning}: {written(shortest(numbers(world, name)))} {each.unit}" for name, each in known.items()
    )


def named_sources(scenario: Scenario) -> tuple[str, ...]:
    """Return the sources that are more than assumptions, each with the parameters that have it."""
    found = sources(scenario).items()
    named = tuple(f"{', '.join(names)}: {source}" for source, names in found if not is_assumption(source))
    return named or ("None: all parameters are assumptions.",)


def stress_section(results: Results, assumed: int, parameters: int) -> Section:
    """Return the checklist of an experiment. assumed: how many of so many parameters are assumptions."""
    scenario, provenance = results.scenario, results.provenance
    arms = []
    for name, governance in scenario.arms.items():
        arms.append(f"{name}: launched {governance.launch}" + _with_policies(governance))
    heads: Any = numbers(scenario.world, "headcount")
    teams = [
        f"{firm}, {level.name.lower()}: {heads[place][level]:g} people"
        for place, firm in enumerate(("client", "supplier"))
        for level in Level
    ]
    versions = ", ".join(f"{name} {version}" for name, version in provenance["versions"].items())
    items: list[tuple[str, tuple[Block, ...]]] = [
        (
            "1.1 Purpose of the model",
            (
                Paragraph(
                    "To compare ways of launching and governing a relationship between two firms on survival, time to "
                    f"exit, losses and staff churn. The question here: {scenario.question or scenario.title}"
                ),
            ),
        ),
        (
            "1.2 Model outputs",
            (
                Listing(
                    (
                        "survival: Kaplan-Meier with log-log intervals, from contact and from the start of operations; "
                        "hazard: occurrences over exposure through a kernel; incidence of each ending: Aalen-Johansen",
                        "time to exit: quantiles (Brookmeyer-Crowley) and restricted means of the same curves",
                        "losses: what both firms together, and each of them, are short of zero, discounted to first "
                        "contact; means with normal intervals, and the share that loses more than an amount",
                        "staff churn: people who leave, by firm, level and cause "
                        f"({_named(Departure)}); means with normal intervals",
                        "differences: pair by pair between twins, with normal intervals; all intervals are of 95 %",
                    )
                ),
            ),
        ),
        ("1.3 Experimentation aims", (Paragraph("Scenario-based analysis of these arms:"), Listing(tuple(arms)))),
        (
            "2.1 Base model overview",
            (
                Paragraph(
                    f"A relationship passes through the phases {_named(Phase)}. Problems arise at a level and go up: "
                    "repaired or complained of at operational level, settled or broken at tactical level, heard and "
                    "denied or realised at strategic level. The pictures of states and of problems above show both."
                ),
            ),
        ),
        (
            "2.2 Base model logic",
            (
                Paragraph(f"Every event has one rule, {len(results.experiment.book.rules)} in all."),
                Folded("The rules, one by one", (_rules(results.experiment.book),)),
            ),
        ),
        (
            "2.3 Scenario logic",
            tuple(
                block
                for name, governance in scenario.arms.items()
                for block in (
                    Paragraph(f"Arm {name}:"),
                    Listing(tuple(line.strip() for line in steps_of(scenario.world, governance))),
                )
            ),
        ),
        (
            "2.4 Algorithms",
            (
                Listing(
                    (
                        "recurring opportunities: Poisson clocks of the highest rate, thinned by the state just then",
                        "what managers believe after a workshop: conjugate normal updating; they stop when the chance "
                        "that fit suffices is clear enough either way",
                        "stakes and attention relax exponentially from their last jump; money accrues exactly",
                        "draws: by inverse transforms, one uniform a draw",
                    )
                ),
            ),
        ),
        ("2.5.1 Components: entities", (Paragraph("A pair of firms, each with three teams:"), Listing(tuple(teams)))),
        ("2.5.2 Components: activities", (Listing(_durations(scenario)),)),
        (
            "2.5.3 Components: resources",
            (Paragraph("None that entities compete for. Teams have headcounts; people leave and are replaced."),),
        ),
        (
            "2.5.4 Components: queues",
            (Paragraph("None. Events that are due are taken in the order of time, then of scheduling."),),
        ),
        (
            "2.5.5 Components: entry and exit points",
            (
                Paragraph(
                    "Each replication starts with one first contact at time 0. It leaves by one ending "
                    f"({_named(list(Ending)[1:])}; the outside ones by {_named(list(OutsideCause)[1:])}), or is "
                    "censored at the horizon."
                ),
            ),
        ),
        ("3.1 Data sources", (Listing(named_sources(scenario)),)),
        ("3.2 Pre-processing", (Paragraph("None: sources give single figures, taken as they are."),)),
        (
            "3.3 Input parameters",
            (Paragraph("They stand under what it rests on, with unit, meaning and source."),),
        ),
        (
            "3.4 Assumptions",
            (
                Paragraph(
                    f"{assumed} of {parameters} parameters are assumptions; the table of parameters marks them in its "
                    "last column. The rules themselves are assumptions about how people act."
                ),
            ),
        ),
        (
            "4.1 Initialisation",
            (
                Paragraph(
                    "A terminating system without warm-up: all begins at first contact. Fit and chemistry of the two "
                    "firms are drawn, the same in every arm; everything else starts at the values of its parameters."
                ),
            ),
        ),
        (
            "4.2 Run length",
            (Paragraph(f"{scenario.horizon:g} years from first contact; the unit of time is the year."),),
        ),
        (
            "4.3 Estimation approach",
            (
                Paragraph(
                    f"{results.replications:,} independent replications in each of {len(scenario.arms)} arms with "
                    "common random numbers: replication k is the same pair of firms with the same luck in every arm."
                    + (f" Until {results.target.text}." if results.target is not None else "")
                ),
            ),
        ),
        (
            "5.1 Software or programming language",
            (Paragraph(f"Python {provenance['python']}; {versions}; rules version {provenance['rules_version']}."),),
        ),
        (
            "5.2 Random sampling",
            (
                Paragraph(
                    f"Philox4x64-10 with key (seed, replication), seed {results.seed}. Numbers are addressed by event, "
                    "never consumed in turn, so no arm, engine or order of work changes what an opportunity brings."
                ),
            ),
        ),
        (
            "5.3 Model execution",
            (
                Paragraph(
                    f"Next-event scheduling on the engine {results.engine}; ties in time are taken in the order of "
                    "scheduling. Lives are independent and run in parallel; the results are the same bytes however the "
                    "work is cut."
                ),
            ),
        ),
        (
            "5.4 System specification",
            (
                Paragraph(
                    f"This page was made on {platform.system()}, {platform.machine()}, {os.cpu_count()} processors. "
                    "How long the lives took is not kept, since it does not bear on the results."
                ),
            ),
        ),
        (
            "6.1 Computer model sharing statement",
            (Paragraph(f"relsim-lifecycles {__version__}, MIT licence; the command above rebuilds these results."),),
        ),
    ]
    blocks: list[Block] = [Paragraph(("The items of ", _CHECKLIST, "."))]
    blocks += [Section(title, told) for title, told in items]
    return Section("Reporting checklist (STRESS-DES)", (Folded("All items", tuple(blocks)),))


def _with_policies(governance: Governance) -> str:
    return f", with {', '.join(map(str, governance.policies))}" if governance.policies else ""
