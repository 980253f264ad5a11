"""The command line: results on standard output; progress and hints on standard error, and only in a terminal."""

import os
import signal
import sys
import threading
from bdb import BdbQuit
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relsim import __version__
from relsim.cli import completion, discovery, rank, sensitivity  # noqa: F401  which add their commands to the lab
from relsim.cli.classroom import classroom
from relsim.cli.commands import ABOVE, ASKED, HERE, KEPT, LIVES, Commands
from relsim.cli.common import (
    Arms,
    AsJson,
    Changes,
    Engine,
    Name,
    Out,
    Picture,
    RowsAs,
    Rules,
    Seed,
    Workers,
    asked_for,
    foresee_compiling,
    hint,
    own_policies,
    own_rules,
    print_document,
    tell_files,
    writable,
    writing,
)
from relsim.cli.data import data
from relsim.cli.doctor import doctor
from relsim.cli.lab import lab
from relsim.cli.logs import Log, LogLives, can_be_logged, log_first, log_of
from relsim.cli.twins import twins
from relsim.cli.watching import can_be_watched, watch
from relsim.errors import EXIT_STATUSES, EngineError, Problem, RelsimError, ScenarioError, Stopped
from relsim.scenario.files import bundled, load_scenario, new_scenario, schema_text
from relsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from relsim.experiment.results import Results
    from relsim.lab.robustness import Robustness
    from relsim.show.page import Section

__all__ = ["app", "main"]

app = typer.Typer(
    name="relsim",
    cls=Commands,
    help="Relationship lifecycles of two firms: sign the deal first, or find out first whether it can work?",
    epilog="\n".join(["\b", "Exit status:", *(f"  {status:<4} {why}" for status, why in EXIT_STATUSES.items())]),
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from relsim.model.rulebook import RULES_VERSION

        print(f"relsim {__version__}, rules version {RULES_VERSION}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Take what all commands have in common."""


@app.command(rich_help_panel=ASKED)
def scenarios(as_json: AsJson = False) -> None:
    """List the bundled scenarios."""
    known = {name: load_scenario(name) for name in bundled()}
    if as_json:
        told = {
            name: {"title": each.title, "question": each.question, "based_on": each.based_on}
            for name, each in known.items()
        }
        print_document(told)
        return
    width = max(map(len, known))
    for name, each in known.items():
        based = f" (based on {each.based_on})" if each.based_on else ""
        print(f"{name:{width}}  {each.title}{based}\n{'':{width}}  {each.question}")


@app.command(rich_help_panel=ASKED)
def policies(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="By default all.", autocompletion=completion.policies),
    ] = None,
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    """Say which policies firms may adopt: what each changes, its numbers, and what it costs."""
    from relsim.show.policies import documents, known_policies, policies_told
    from relsim.show.tables import console

    wanted = known_policies(tuple(names or ()), own_policies(own_rules(rules)))
    if as_json:
        print_document(documents(wanted))
    else:
        console().print(policies_told(wanted))


@app.command(rich_help_panel=ASKED)
def explain(
    scenario: Name, changes: Changes = None, arm: Arms = None, rules: Rules = None, as_json: AsJson = False
) -> None:
    """Say in words and tables what will run, before it runs."""
    from relsim.show.explanation import explained, explanation
    from relsim.show.tables import console

    own = own_rules(rules)
    asked = asked_for(scenario, changes, arm, own)
    if as_json:
        print_document(explained(asked, own))
    else:
        console().print(explanation(asked, own))


@app.command(rich_help_panel=ASKED)
def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    source: Annotated[
        str,
        typer.Option(
            "--from", metavar="SCENARIO", help="The scenario to start from.", autocompletion=completion.scenarios
        ),
    ] = "it-outsourcing",
) -> None:
    """Start a scenario of your own as a copy of another."""
    made = new_scenario(file, source)
    print(made)
    hint(f"Change it, then: relsim explain {made}")


@app.command(rich_help_panel=ASKED)
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    print(schema_text(), end="")


@app.command(rich_help_panel=LIVES)
def life(
    scenario: Name,
    arm: Annotated[
        str | None,
        typer.Option(
            metavar="ARM", help="Which arm; by default the first of the file.", autocompletion=completion.arms_of_it
        ),
    ] = None,
    replication: Annotated[int, typer.Option(metavar="N", min=0, max=2**53, help="Which pair of firms.")] = 0,
    seed: Seed = 1,
    engine: Engine = "compiled",
    changes: Changes = None,
    rules: Rules = None,
    events: Annotated[
        Path | None, typer.Option(metavar="FILE.csv|.parquet", help="Write all events to a file.")
    ] = None,
    picture: Annotated[Path | None, typer.Option(metavar="FILE.png", help="Draw the life into a file.")] = None,
    log: Log = None,
    everything: Annotated[bool, typer.Option("--all", help="List routine events too.")] = False,
    as_story: Annotated[bool, typer.Option("--story", help="Tell it in short paragraphs instead.")] = False,
    lang: Annotated[
        str | None,
        typer.Option(
            metavar="en|nl", help="The language of the story: en.", autocompletion=completion.one_of("en", "nl")
        ),
    ] = None,
    as_json: AsJson = False,
    step: Annotated[bool, typer.Option("--step", help="Wait for Enter before the next event; q stops.")] = False,
    pace: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Tell it as it happens, a year in so many seconds.")
    ] = None,
) -> None:
    """Live one life and tell it: who did what to whom, and how it came out."""
    from relsim.life import simulate
    from relsim.show.telling import told
    from relsim.show.words import words

    if lang is not None and not as_story:
        raise ScenarioError.of("lang", lang, "only together with --story")
    if everything and as_story:
        raise ScenarioError.of("all", "--all", "not together with --story, which counts what is routine")
    if step or pace is not None:
        can_be_watched(step, pace, as_story, as_json)
    language = words(lang or "en").language
    own = own_rules(rules)
    asked = asked_for(scenario, changes, None, own)
    writable(events, (".csv", ".parquet"))
    writable(picture, (".png", ".svg", ".pdf"))
    can_be_logged(log, None, asked, 1)
    foresee_compiling(engine)
    if step or pace is not None:
        watched = watch(asked, arm, seed, replication, engine, own, pace, everything)
        if watched is None:
            if (events, picture, log) != (None, None, None):
                print("nothing is written of a life that is not over", file=sys.stderr)
            return
        lived = watched
    else:
        lived = simulate(asked, arm, seed, replication, engine, own)
    if as_json:
        row = {name: None if value != value else value for name, value in lived.row.items()}
        listed = [{str(name): value for name, value in event.items()} for event in lived.events.to_dict("records")]
        document = {"seed": seed, "digest": lived.digest, "row": row, "events": listed}
        if as_story:
            from relsim.show.story import story

            document["story"] = story(lived, language).told
        print_document(document)
    elif as_story:
        from relsim.show.story import story

        print(story(lived, language))
    elif not (step or pace is not None):
        from relsim.show.tables import console

        console().print(told(lived, everything))
    if events is not None:
        frame = lived.events
        with writing(events):
            frame.to_csv(events, index=False) if events.suffix == ".csv" else frame.to_parquet(events, index=False)
        tell_files({"events": events}, as_json)
    if picture is not None:
        with writing(picture):
            lived.figure().savefig(picture)
        tell_files({"picture": picture}, as_json)
    if log is not None:
        log_of([lived], 1, asked, log, as_json)


@app.command(rich_help_panel=LIVES)
def compare(
    scenario: Name,
    replications: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=10**9, help="Pairs of firms: 10,000. With --until the most: 10,000,000."),
    ] = None,
    seed: Seed = 1,
    engine: Engine = "compiled",
    changes: Changes = None,
    arm: Arms = None,
    rules: Rules = None,
    workers: Workers = None,
    store: Annotated[
        str | None, typer.Option(metavar="DIR", help="Keep every life here; the same command goes on where it was.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TARGET", help='Stop when it is known so well, e.g. "loss.joint ±1%".')
    ] = None,
    keep_events: Annotated[
        int, typer.Option(metavar="K", min=0, help="Keep the events of the first K lives in the store.")
    ] = 0,
    shard: Annotated[
        str | None, typer.Option(metavar="I/N", help="Live only part I of N into the store, as a job of an array.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="tcp://HOST:PORT", help="Let the workers of a Dask scheduler do it.")
    ] = None,
    log: Log = None,
    log_lives: LogLives = None,
    out: Out = None,
    rows: RowsAs = "parquet",
    picture: Picture = True,
    as_json: AsJson = False,
) -> None:
    """Let the same pairs of firms live through every arm, and compare: the main job."""
    from relsim.experiment.cluster import executor_of
    from relsim.experiment.plan import Shard
    from relsim.experiment.run import MOST_UNTIL, REPLICATIONS, run_experiment, run_shard

    own = own_rules(rules)
    asked = asked_for(scenario, changes, arm, own)
    part = None if shard is None else Shard.read(shard)
    _go_together(store, cluster, part, until, keep_events, rows, log)
    can_be_logged(log, log_lives, asked, replications or (REPLICATIONS if until is None else MOST_UNTIL))
    if out is not None:
        _room_for(asked, replications, until, store)
        with writing(out):
            out.mkdir(parents=True, exist_ok=True)
    foresee_compiling(engine)
    watched = sys.stderr.isatty()
    if part is not None and store is not None:
        run_shard(asked, replications, seed, engine, own, watched, shard=part, store=store, workers=workers)
        if as_json:
            print_document({"shard": str(part), "store": store, "done": True})
        else:
            print(f"shard {part} is done; when all are: relsim merge {store}")
        return
    with executor_of(cluster) as (executor, window):
        results = run_experiment(
            asked,
            replications,
            seed,
            engine,
            own,
            watched,
            workers=workers,
            executor=executor,
            window=window,
            store=store,
            until=until,
            keep_events=keep_events,
        )
    _show(results, scenario, out, rows, picture, as_json)
    if log is not None:
        log_first(results, log, log_lives, as_json)
    if results.target is not None and not results.looks[-1].met:
        raise EngineError(f"{results.target.text}: not reached after {results.replications:,} pairs of firms")


def _go_together(
    store: str | None,
    cluster: str | None,
    shard: object,
    until: str | None,
    keep_events: int,
    rows: str,
    log: Path | None,
) -> None:
    """Refuse what does not go together."""
    wrong = []
    if rows not in ("parquet", "csv"):
        wrong.append(Problem("rows", rows, "parquet or csv"))
    if cluster is not None and store is None:
        wrong.append(Problem("cluster", cluster, "needs --store DIR, a folder that all machines share"))
    if shard is not None and store is None:
        wrong.append(Problem("shard", str(shard), "needs --store DIR, a folder that all shards share"))
    for name, value in (("cluster", cluster), ("until", until), ("keep-events", keep_events or None), ("log", log)):
        if shard is not None and value is not None:
            wrong.append(Problem(name, str(value), "not together with --shard"))
    if wrong:
        raise ScenarioError(wrong)


def _room_for(asked: Scenario, replications: int | None, until: str | None, store: str | None) -> None:
    """Refuse beforehand to keep more lives in one file than fit into memory."""
    from relsim.experiment.results import KEPT
    from relsim.experiment.run import REPLICATIONS

    most = (replications or REPLICATIONS) * len(asked.arms)
    if store is None and (most > KEPT or until is not None):
        wanted = f"{most:,} lives" if until is None else "an unknown number of lives"
        raise ScenarioError.of("out", wanted, f"at most {KEPT:,} lives go into one file; keep them with --store DIR")


def _show(results: "Results", name: str, out: Path | None, rows: str, picture: bool, as_json: bool) -> None:
    """Print what came of an experiment, and write what is to be kept."""
    document = results.summary()
    if as_json:
        print_document(document)
    else:
        from relsim.show.printed import compared
        from relsim.show.tables import console

        console().print(compared(results))
    tell_files(_keep(results, name, out, rows, picture), as_json)


def _keep(results: "Results", name: str, out: Path | None, rows: str, picture: bool) -> dict[str, Path | str]:
    """Write what is to be kept and return where it is by what it is."""
    kept: dict[str, Path | str] = {}
    if results.store is not None:
        kept["lives"] = f"{results.store.place}/lives"
    if out is not None:
        with writing(out):
            kept |= results.write(out, rows)
    if picture:
        path = (out / "comparison.png") if out is not None else Path(f"relsim-{Path(name).stem}.png")
        with writing(path):
            results.figure().savefig(path)
        kept["picture"] = path
    return kept


@app.command(rich_help_panel=LIVES)
def report(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO|STORE",
            help="A scenario, as for compare, or the folder of a store.",
            autocompletion=completion.scenarios,
        ),
    ],
    out: Annotated[Path | None, typer.Option(metavar="FILE.html|.md", help="Where the report goes.")] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="html|md",
            help="One page, or Markdown with pictures beside it.",
            autocompletion=completion.one_of("html", "md"),
        ),
    ] = None,
    replications: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=10**9, help="Pairs of firms: 10,000.")
    ] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", min=0, max=2**63 - 1, help="Which luck: 1.")] = None,
    engine: Engine = "compiled",
    changes: Changes = None,
    arm: Arms = None,
    rules: Rules = None,
    workers: Workers = None,
    robustness: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="How firm it is, from relsim lab robustness --out.")
    ] = None,
    lab: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Answers of the lab, from relsim lab ... --out DIR.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a report that one would hand in: the question, the answer, pictures, tables, and how to make it again."""
    from relsim.experiment.run import read_store, run_experiment
    from relsim.show.report import write_report

    path = _report_file(source, out, form)
    own = own_rules(rules)
    if _is_store(source):
        own_engine = None if engine == "compiled" else engine
        asked_too = {"replications": replications, "seed": seed, "engine": own_engine, "set": changes, "arm": arm}
        for name, value in asked_too.items():
            if value is not None:
                raise ScenarioError.of(name, value, "not together with a store: it says what was lived")
        results = read_store(source, own)
        known, sections = _how_firm(robustness, results.scenario), _answers(lab, results.scenario)
        foresee_compiling("compiled")
    else:
        asked = asked_for(source, changes, arm, own)
        known, sections = _how_firm(robustness, asked), _answers(lab, asked)
        foresee_compiling(engine)
        watched = sys.stderr.isatty()
        results = run_experiment(
            asked, replications, 1 if seed is None else seed, engine, own, watched, workers=workers
        )
    with writing(path):
        files = write_report(results, path, known, sections)
    if as_json:
        print_document({"files": {what: str(written) for what, written in files.items()}, "answer": results.summary()})
    tell_files(files, as_json)


def _how_firm(path: Path | None, asked: Scenario) -> "Robustness | None":
    from relsim.lab.robustness import read_robustness

    return None if path is None else read_robustness(path, asked)


def _answers(folder: Path | None, asked: Scenario) -> "tuple[Section, ...]":
    from relsim.show.lab import read_sections

    return () if folder is None else read_sections(folder, asked)


def _is_store(source: str) -> bool:
    """Say whether a folder or an address is meant, and not a scenario."""
    return "://" in source or Path(source).is_dir()


def _report_file(source: str, out: Path | None, form: str | None) -> Path:
    """Return the file that a report goes to; its ending says which kind of report it is."""
    if form is not None and form not in ("html", "md"):
        raise ScenarioError.of("format", form, "html or md")
    path = out if out is not None else Path(f"relsim-{Path(source).stem or 'store'}.{form or 'html'}")
    writable(path, (".html", ".md") if form is None else (f".{form}",))
    if not path.parent.is_dir():
        raise ScenarioError.of("out", path, "a file in a folder that is there")
    return path


Kept = Annotated[str, typer.Argument(metavar="DIR", help="The folder or address of a store.")]


@app.command(rich_help_panel=KEPT)
def status(store: Kept, as_json: AsJson = False) -> None:
    """Say how far the experiment in a store is, and whether somebody is at work on it."""
    from relsim.experiment.check import status_of
    from relsim.experiment.store import Store

    found = status_of(Store.read(store))
    if as_json:
        print_document(found)
    else:
        from relsim.show.tables import console, status_table

        console().print(status_table(found))


@app.command(rich_help_panel=KEPT)
def verify(store: Kept, as_json: AsJson = False) -> None:
    """Compare every file of a store with what was written, and name what is damaged, missing or foreign."""
    from relsim.experiment import check

    report = check.verify(store)
    if as_json:
        print_document(report.document())
    else:
        for finding in report.findings:
            print(finding)
        counted = f"{report.files} files of {report.bytes / 1e6:,.1f} MB compared"
        found = f"{len(report.findings)} findings: relsim repair {store}" if report.findings else "all as written"
        print(f"{counted}; {found}")
        if report.drafts:
            print(f"{report.drafts} drafts are left over from a run that was stopped; the next one takes them away")
    if report.findings:
        raise typer.Exit(1)


@app.command(rich_help_panel=KEPT)
def repair(store: Kept, rules: Rules = None, workers: Workers = None, as_json: AsJson = False) -> None:
    """Live again what is damaged or missing in a store, and only that; strange files are moved to set-aside/."""
    from relsim.experiment import run

    report, again = run.repair(store, own_rules(rules), sys.stderr.isatty(), workers=workers)
    if as_json:
        print_document(report.document() | {"lived_again": again})
        return
    for finding in report.findings:
        print(finding)
    print(f"{len(report.findings)} findings, {again} chunks lived again")


@app.command(rich_help_panel=KEPT)
def merge(
    store: Kept,
    rules: Rules = None,
    out: Out = None,
    rows: RowsAs = "parquet",
    picture: Picture = True,
    as_json: AsJson = False,
) -> None:
    """Make one of all shards of a store, and compare."""
    from relsim.experiment import run

    results = run.merge(store, own_rules(rules))
    _show(results, Path(store).name or "store", out, rows, picture, as_json)


@app.command(rich_help_panel=ABOVE)
def claims(
    scenario: Annotated[
        str | None,
        typer.Argument(
            metavar="[SCENARIO]", help="By default the two calibrated worlds.", autocompletion=completion.scenarios
        ),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="A11", help="Test only this statement (repeatable).")
    ] = None,
    rules: Annotated[
        bool, typer.Option("--rules", help="Say what is asked, estimated and ruled; nothing runs.")
    ] = False,
    pairs: Annotated[int, typer.Option(metavar="N", min=2, max=10**6, help="Pairs of firms in each world.")] = 4096,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, max=2**63 - 1, help="Which luck: not that of the calibration.")
    ] = 2,
    as_json: AsJson = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE.md|.csv|.json", help="Keep it.")] = None,
) -> None:
    """Hold the article's statements A1 to A24 against lives: supported, contradicted, or on what it depends."""
    from relsim.lab import claims as tested
    from relsim.scenario.files import worlds
    from relsim.show.claims import kept, rules_told, verdicts_told
    from relsim.show.tables import console

    wanted = tested.statements(only or ())
    writable(out, (".md", ".csv", ".json"))
    if rules and as_json:
        print_document(tested.rules_document(wanted))
        return
    if rules:
        console().print(rules_told(wanted))
        return
    asked = {Path(name).stem: load_scenario(name) for name in ([scenario] if scenario else worlds())}
    foresee_compiling("compiled")
    hint("The same pairs of firms live in many worlds; this takes about half a minute.")
    made = tested.claims(asked, [each.id for each in wanted], pairs=pairs, seed=seed)
    if as_json:
        print_document(tested.document(made))
    else:
        console().print(verdicts_told(made))
    if out is not None:
        with writing(out):
            out.write_text(kept(made, out.suffix), encoding="utf-8")
        tell_files({"claims": out}, as_json)


app.command(rich_help_panel=LIVES)(twins)
app.command(rich_help_panel=LIVES)(classroom)
app.add_typer(lab, name="lab", no_args_is_help=True, rich_help_panel=ABOVE)
app.add_typer(data, name="data", no_args_is_help=True, rich_help_panel=ABOVE)
app.command(rich_help_panel=HERE)(doctor)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; errors are told on standard error in words, never as a traceback."""
    stopped: list[int] = []

    def stop(number: int, frame: object) -> None:
        """Take what job schedulers send before they kill as what a person at a keyboard does."""
        stopped.append(number)
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
    if completion.VARIABLE in os.environ:
        os.environ["COLUMNS"] = "1000"  # shells would take each line of a wrapped text for something to offer
    try:
        try:
            app(args=arguments, prog_name="relsim")
        finally:
            sys.stdout.flush()
    except RelsimError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        # whoever read the output, such as head, has seen enough; what is left to flush at the end goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(RelsimError.exit_status)
    except (Exception, KeyboardInterrupt) as error:
        # who is stopped while Numba compiles may hear of it as some error of Numba's own
        if not stopped and not isinstance(error, (KeyboardInterrupt, BdbQuit)):  # the latter: a debugger was left
            raise
        print("stopped", file=sys.stderr)
        sys.exit(Stopped.exit_status)
