"""The command line: results on standard output; progress and hints on standard error, and only in a terminal."""

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relsim import __version__
from relsim.errors import EngineError, Problem, RelsimError, ScenarioError, Stopped, nearest
from relsim.scenario.files import bundled, load_scenario, new_scenario, schema_text
from relsim.scenario.scenario import Scenario, with_arms

if TYPE_CHECKING:
    from relsim.experiment.results import Results
    from relsim.lab.robustness import Robustness
    from relsim.lab.targets import Target

__all__ = ["app", "main"]

app = typer.Typer(
    name="relsim",
    help="Relationship lifecycles of two firms: sign the deal first, or find out first whether it can work?",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Name = Annotated[str, typer.Argument(metavar="SCENARIO", help="A bundled scenario's name, or the path of a TOML file.")]
Changes = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a number, e.g. world.optimism=0.2.")
]
Arms = Annotated[list[str] | None, typer.Option("--arm", help="Take only this arm (repeatable).")]
Seed = Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Which luck.")]
Engine = Annotated[str, typer.Option(help="compiled, simpy, or simpy-plain (rules in plain Python): the same lives.")]
Rules = Annotated[Path | None, typer.Option(metavar="FILE.py", help="Rules of your own, marked with @relsim.rule.")]
Workers = Annotated[
    int | None, typer.Option(min=1, max=4096, help="Threads (compiled) or processes (SimPy); all cores.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Keep summary, lives and picture here.")]
RowsAs = Annotated[str, typer.Option(metavar="parquet|csv", help="How --out keeps the lives.")]
Picture = Annotated[bool, typer.Option(help="Draw the picture of four panels.")]


def hint(text: str) -> None:
    """Tell something on the side: on standard error, and only in a terminal."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr)


def _asked(name: str, changes: list[str] | None, arms: list[str] | None) -> Scenario:
    return with_arms(load_scenario(name, changes or ()), arms or ())


def _own_rules(path: Path | None) -> tuple[Callable[..., bool], ...]:
    if path is None:
        return ()
    from relsim.model.rulebook import rules_in

    return rules_in(path)


def _foresee_compiling(engine: str) -> None:
    from relsim.model.compiling import is_cold

    if engine != "simpy-plain" and sys.stderr.isatty() and is_cold():
        hint("Compiling the rules for the first time; this takes about 20 seconds, once.")


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


@app.command()
def scenarios(as_json: AsJson = False) -> None:
    """List the bundled scenarios."""
    known = {name: load_scenario(name) for name in bundled()}
    if as_json:
        told = {
            name: {"title": each.title, "question": each.question, "based_on": each.based_on}
            for name, each in known.items()
        }
        print(json.dumps(told))
        return
    width = max(map(len, known))
    for name, each in known.items():
        based = f" (based on {each.based_on})" if each.based_on else ""
        print(f"{name:{width}}  {each.title}{based}\n{'':{width}}  {each.question}")


@app.command()
def explain(scenario: Name, changes: Changes = None, arm: Arms = None) -> None:
    """Say in words and tables what will run, before it runs."""
    from relsim.show.explanation import explanation
    from relsim.show.tables import console

    console().print(explanation(_asked(scenario, changes, arm)))


@app.command()
def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    source: Annotated[str, typer.Option("--from", help="The scenario to start from.")] = "it-outsourcing",
) -> None:
    """Start a scenario of your own as a copy of another."""
    made = new_scenario(file, source)
    print(made)
    hint(f"Change it, then: relsim explain {made}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    print(schema_text(), end="")


@app.command()
def life(
    scenario: Name,
    arm: Annotated[str | None, typer.Option(help="Which arm; by default the first of the file.")] = None,
    replication: Annotated[int, typer.Option(min=0, max=2**53, help="Which pair of firms.")] = 0,
    seed: Seed = 1,
    engine: Engine = "compiled",
    changes: Changes = None,
    rules: Rules = None,
    events: Annotated[
        Path | None, typer.Option(metavar="FILE.csv|.parquet", help="Write all events to a file.")
    ] = None,
    picture: Annotated[Path | None, typer.Option(metavar="FILE.png", help="Draw the life into a file.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="List routine events too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Live one life and tell it: who did what to whom, and how it came out."""
    from relsim.life import simulate
    from relsim.show.telling import told

    asked = _asked(scenario, changes, None)
    own = _own_rules(rules)
    _writable(events, (".csv", ".parquet"))
    _writable(picture, (".png", ".svg", ".pdf"))
    _foresee_compiling(engine)
    lived = simulate(asked, arm, seed, replication, engine, own)
    if as_json:
        row = {name: None if value != value else value for name, value in lived.row.items()}
        listed = [{str(name): value for name, value in event.items()} for event in lived.events.to_dict("records")]
        print(json.dumps({"seed": seed, "digest": lived.digest, "row": row, "events": listed}, allow_nan=False))
    else:
        from relsim.show.tables import console

        console().print(told(lived, everything))
    if events is not None:
        frame = lived.events
        with _writing(events):
            frame.to_csv(events, index=False) if events.suffix == ".csv" else frame.to_parquet(events, index=False)
        print(f"events: {events}", file=sys.stderr if as_json else sys.stdout)
    if picture is not None:
        with _writing(picture):
            lived.figure().savefig(picture)
        print(f"picture: {picture}", file=sys.stderr if as_json else sys.stdout)


@app.command()
def compare(
    scenario: Name,
    replications: Annotated[
        int | None,
        typer.Option(min=1, max=10**9, help="Pairs of firms: 10,000. With --until the most: 10,000,000."),
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
    out: Out = None,
    rows: RowsAs = "parquet",
    picture: Picture = True,
    as_json: AsJson = False,
) -> None:
    """Let the same pairs of firms live through every arm, and compare: the main job."""
    from relsim.experiment.cluster import executor_of
    from relsim.experiment.plan import Shard
    from relsim.experiment.run import run_experiment, run_shard

    asked = _asked(scenario, changes, arm)
    own = _own_rules(rules)
    part = None if shard is None else Shard.read(shard)
    _go_together(store, cluster, part, until, keep_events, rows)
    if out is not None:
        _room_for(asked, replications, until, store)
        with _writing(out):
            out.mkdir(parents=True, exist_ok=True)
    _foresee_compiling(engine)
    watched = sys.stderr.isatty()
    if part is not None and store is not None:
        run_shard(asked, replications, seed, engine, own, watched, shard=part, store=store, workers=workers)
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


def _go_together(
    store: str | None, cluster: str | None, shard: object, until: str | None, keep_events: int, rows: str
) -> None:
    """Refuse what does not go together."""
    wrong = []
    if rows not in ("parquet", "csv"):
        wrong.append(Problem("rows", rows, "parquet or csv"))
    if cluster is not None and store is None:
        wrong.append(Problem("cluster", cluster, "needs --store DIR, a folder that all machines share"))
    if shard is not None and store is None:
        wrong.append(Problem("shard", str(shard), "needs --store DIR, a folder that all shards share"))
    for name, value in (("cluster", cluster), ("until", until), ("keep-events", keep_events or None)):
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
    """Print what came of an experiment, and write what is to be kept.

    Raises EngineError, at the end, where a precision that was asked for was not reached.
    """
    document = results.summary()
    if as_json:
        print(json.dumps(document, indent=2, allow_nan=False))
    else:
        from relsim.lab.robustness import known_robustness
        from relsim.show.firmness import firm_in_words
        from relsim.show.tables import comparison, console

        known = known_robustness(results.scenario)
        console().print(comparison(document, "" if known is None else firm_in_words(known, document)))
    drawn = _keep(results, name, out, rows, picture)
    for what, path in drawn.items():
        print(f"{what}: {path}", file=sys.stderr if as_json else sys.stdout)
    if results.looks and not results.looks[-1].met:
        raise EngineError(f"{document['until']['target']}: not reached after {results.replications:,} pairs of firms")


def _keep(results: "Results", name: str, out: Path | None, rows: str, picture: bool) -> dict[str, Path | str]:
    """Write what is to be kept and return where it is by what it is."""
    kept: dict[str, Path | str] = {}
    if results.store is not None:
        kept["lives"] = f"{results.store.place}/lives"
    if out is not None:
        with _writing(out):
            kept |= results.write(out, rows)
    if picture:
        path = (out / "comparison.png") if out is not None else Path(f"relsim-{Path(name).stem}.png")
        with _writing(path):
            results.figure().savefig(path)
        kept["picture"] = path
    return kept


def _writable(path: Path | None, kinds: tuple[str, ...]) -> None:
    if path is not None and path.suffix not in kinds:
        raise ScenarioError.of("file", path, f"a name that ends in {' or '.join(kinds)}")


@app.command()
def report(
    source: Annotated[
        str, typer.Argument(metavar="SCENARIO|STORE", help="A scenario, as for compare, or the folder of a store.")
    ],
    out: Annotated[Path | None, typer.Option(metavar="FILE.html|.md", help="Where the report goes.")] = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="html|md", help="One page, or Markdown with pictures beside it.")
    ] = None,
    replications: Annotated[int | None, typer.Option(min=1, max=10**9, help="Pairs of firms: 10,000.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2**63 - 1, help="Which luck: 1.")] = None,
    engine: Engine = "compiled",
    changes: Changes = None,
    arm: Arms = None,
    rules: Rules = None,
    workers: Workers = None,
    robustness: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="How firm it is, from relsim lab robustness --out.")
    ] = None,
) -> None:
    """Write a report that one would hand in: the question, the answer, pictures, tables, and how to make it again."""
    from relsim.experiment.run import read_store, run_experiment
    from relsim.show.report import write_report

    path = _report_file(source, out, form)
    own = _own_rules(rules)
    if _is_store(source):
        own_engine = None if engine == "compiled" else engine
        asked_too = {"replications": replications, "seed": seed, "engine": own_engine, "set": changes, "arm": arm}
        for name, value in asked_too.items():
            if value is not None:
                raise ScenarioError.of(name, value, "not together with a store: it says what was lived")
        results = read_store(source, own)
        known = _how_firm(robustness, results.scenario)
        _foresee_compiling("compiled")
    else:
        asked = _asked(source, changes, arm)
        known = _how_firm(robustness, asked)
        _foresee_compiling(engine)
        watched = sys.stderr.isatty()
        results = run_experiment(
            asked, replications, 1 if seed is None else seed, engine, own, watched, workers=workers
        )
    with _writing(path):
        for what, written in write_report(results, path, known).items():
            print(f"{what}: {written}")


def _how_firm(path: Path | None, asked: Scenario) -> "Robustness | None":
    from relsim.lab.robustness import read_robustness

    return None if path is None else read_robustness(path, asked)


def _is_store(source: str) -> bool:
    """Say whether a folder or an address is meant, and not a scenario."""
    return "://" in source or Path(source).is_dir()


def _report_file(source: str, out: Path | None, form: str | None) -> Path:
    """Return the file that a report goes to; its ending says which kind of report it is."""
    if form is not None and form not in ("html", "md"):
        raise ScenarioError.of("format", form, "html or md")
    path = out if out is not None else Path(f"relsim-{Path(source).stem or 'store'}.{form or 'html'}")
    _writable(path, (".html", ".md") if form is None else (f".{form}",))
    if not path.parent.is_dir():
        raise ScenarioError.of("out", path, "a file in a folder that is there")
    return path


Kept = Annotated[str, typer.Argument(metavar="DIR", help="The folder or address of a store.")]


@app.command()
def status(store: Kept, as_json: AsJson = False) -> None:
    """Say how far the experiment in a store is, and whether somebody is at work on it."""
    from relsim.experiment.check import status_of
    from relsim.experiment.store import Store

    found = status_of(Store.read(store))
    if as_json:
        print(json.dumps(found, indent=2))
    else:
        from relsim.show.tables import console, status_table

        console().print(status_table(found))


@app.command()
def verify(store: Kept, as_json: AsJson = False) -> None:
    """Compare every file of a store with what was written, and name what is damaged, missing or foreign."""
    from relsim.experiment import check

    report = check.verify(store)
    if as_json:
        print(json.dumps(report.document(), indent=2))
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


@app.command()
def repair(store: Kept, rules: Rules = None, workers: Workers = None) -> None:
    """Live again what is damaged or missing in a store, and only that; strange files are moved to set-aside/."""
    from relsim.experiment import run

    report, again = run.repair(store, _own_rules(rules), sys.stderr.isatty(), workers=workers)
    for finding in report.findings:
        print(finding)
    print(f"{len(report.findings)} findings, {again} chunks lived again")


@app.command()
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

    results = run.merge(store, _own_rules(rules))
    _show(results, Path(store).name or "store", out, rows, picture, as_json)


@app.command()
def claims(
    scenario: Annotated[
        str | None, typer.Argument(metavar="SCENARIO", help="By default the two calibrated worlds.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="A11", help="Test only this statement (repeatable).")
    ] = None,
    rules: Annotated[
        bool, typer.Option("--rules", help="Say what is asked, estimated and ruled; nothing runs.")
    ] = False,
    pairs: Annotated[int, typer.Option(min=2, max=10**6, help="Pairs of firms in each world.")] = 4096,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Which luck: not that of the calibration.")] = 2,
    as_json: AsJson = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE.md|.csv|.json", help="Keep it.")] = None,
) -> None:
    """Hold the article's statements A1 to A24 against lives: supported, contradicted, or on what it depends."""
    from relsim.lab import claims as tested
    from relsim.scenario.files import worlds
    from relsim.show.claims import kept, rules_told, verdicts_told
    from relsim.show.tables import console

    wanted = tested.statements(only or ())
    _writable(out, (".md", ".csv", ".json"))
    if rules:
        console().print(rules_told(wanted))
        return
    asked = {Path(name).stem: load_scenario(name) for name in ([scenario] if scenario else worlds())}
    _foresee_compiling("compiled")
    hint("The same pairs of firms live in many worlds; this takes about half a minute.")
    made = tested.claims(asked, [each.id for each in wanted], pairs=pairs, seed=seed)
    if as_json:
        print(json.dumps(tested.document(made), indent=2, allow_nan=False))
    else:
        console().print(verdicts_told(made))
    if out is not None:
        with _writing(out):
            out.write_text(kept(made, out.suffix), encoding="utf-8")
        print(f"claims: {out}", file=sys.stderr if as_json else sys.stdout)


lab = typer.Typer(help="Questions above one comparison: calibration, published facts, how firmly headlines hold.")
app.add_typer(lab, name="lab", no_args_is_help=True)

Targets = Annotated[
    Path | None, typer.Option(metavar="FILE.csv", help="Published figures; by default those that travel with relsim.")
]
OfWorld = Annotated[
    str | None, typer.Option("--world", help="Which world's targets, e.g. gloomy; by default that of the scenario.")
]


@lab.command()
def calibrate(
    scenario: Name,
    targets: Targets = None,
    world: OfWorld = None,
    free: Annotated[
        list[str] | None, typer.Option(metavar="NAME[=LOW:HIGH]", help="A free number; by default 29 of them.")
    ] = None,
    design: Annotated[int, typer.Option(min=0, max=2**20, help="Points of the quasi-random design.")] = 1024,
    search: Annotated[int, typer.Option(min=0, max=2**20, help="Points of the search.")] = 2048,
    walk: Annotated[int, typer.Option(min=0, max=2**20, help="Steps among the points that fit.")] = 3072,
    pairs: Annotated[int, typer.Option(min=2, max=10**6, help="Pairs of firms that every point lives.")] = 1024,
    seed: Seed = 1,
    changes: Changes = None,
    store: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep what was lived; the same command goes on where it was.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the fitted scenario and all points go.")] = Path(
        "calibration"
    ),
) -> None:
    """Find numbers of a world that meet published figures, which others do too, and which are pinned down."""
    from relsim.lab.calibrate import FREE, Plan
    from relsim.lab.calibrate import calibrate as run
    from relsim.lab.factors import factor_read
    from relsim.lab.targets import read_targets, targets_for
    from relsim.show.tables import console, found

    asked = _asked(scenario, changes, None)
    known = read_targets(targets)
    wanted = targets_for(_world(asked, world, known), known)
    factors = [factor_read(text) for text in free or FREE]
    plan = Plan(design, search, walk, pairs, seed)
    with _writing(out):
        out.mkdir(parents=True, exist_ok=True)
    _foresee_compiling("compiled")
    with _bar(plan.points, " points") as told:
        made = run(asked, wanted, factors, plan, store=store, told=told)
    console().print(found(made.fit))
    console().print(found(made))
    with _writing(out):
        for what, path in made.write(out).items():
            print(f"{what}: {path}")
    if not made.best.fits:
        raise EngineError("no point meets every target; the fitted scenario is the one that misses them least")


def _world(asked: Scenario, given: str | None, targets: "Iterable[Target]") -> str:
    """Return the name of the world whose targets are meant, or refuse one that no target is about."""
    from relsim.lab.worlds import world_name

    if given is None:
        return world_name(asked)
    known = sorted({each.world for each in targets if each.world})
    if given not in known:
        allowed = f"a world that the targets name: {', '.join(known) or 'none'}"
        raise ScenarioError.of("world", given, allowed, nearest(given, known))
    return given


@lab.command()
def facts(
    scenario: Annotated[
        list[str] | None, typer.Argument(metavar="SCENARIO", help="By default the two calibrated worlds.")
    ] = None,
    targets: Targets = None,
    world: OfWorld = None,
    pairs: Annotated[int, typer.Option(min=2, max=10**6, help="Pairs of firms.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Which luck: not that of the calibration.")] = 2,
    changes: Changes = None,
) -> None:
    """Hold worlds against published figures: every target inside its band, or by how much not."""
    from relsim.lab.lives import live_pairs
    from relsim.lab.targets import check_arms, hold_against, read_targets, targets_for
    from relsim.scenario.files import worlds
    from relsim.show.tables import console, found

    known = read_targets(targets)
    _foresee_compiling("compiled")
    fits = []
    for name in scenario or worlds():
        asked = _asked(name, changes, None)
        wanted = targets_for(_world(asked, world, known), known)
        check_arms(wanted, asked.arms)
        fits.append(hold_against(wanted, live_pairs(asked, pairs, seed), pairs=pairs, seed=seed))
        console().print(found(fits[-1]))
    if not all(fit.met for fit in fits):
        raise typer.Exit(1)


@lab.command()
def predictions(
    scenario: Annotated[
        list[str] | None, typer.Argument(metavar="SCENARIO", help="By default the two calibrated worlds.")
    ] = None,
    pairs: Annotated[int, typer.Option(min=2, max=10**6, help="Pairs of firms.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Which luck: not that of the calibration.")] = 2,
    changes: Changes = None,
) -> None:
    """Hold worlds against published patterns that they were not fitted to."""
    from relsim.lab.predictions import predictions as predicted
    from relsim.scenario.files import worlds
    from relsim.show.tables import console, found

    _foresee_compiling("compiled")
    for name in scenario or worlds():
        console().print(found(predicted(_asked(name, changes, None), pairs, seed)))


@lab.command()
def robustness(
    scenario: Name,
    points: Annotated[int, typer.Option(min=1, max=2**20, help="Worlds of the design.")] = 4096,
    pairs: Annotated[int, typer.Option(min=1, max=10**6, help="Pairs of firms that live in each.")] = 128,
    seed: Seed = 1,
    changes: Changes = None,
    arm: Arms = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE.json", help="Keep it, for reports.")] = None,
) -> None:
    """Say in which share of other worlds each headline keeps its sign, and where it flips."""
    from relsim.lab import robustness as firmness
    from relsim.show.tables import console, found

    asked = _asked(scenario, changes, arm)
    _writable(out, (".json",))
    _foresee_compiling("compiled")
    with _bar(points, " worlds") as told:
        made = firmness.robustness(asked, points, pairs, seed, told)
    console().print(found(made))
    if out is not None:
        with _writing(out):
            out.write_text(made.written(), encoding="utf-8")
        print(f"robustness: {out}")


@contextmanager
def _bar(everything: int, unit: str) -> Iterator[Callable[..., None] | None]:
    """Show how far it is, in a terminal; what is told is the number done."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm.auto import tqdm

    with tqdm(total=everything, unit=unit, leave=False) as bar:
        yield lambda done, *more: bar.update(done - bar.n)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into a message."""
    try:
        yield
    except OSError as error:
        raise EngineError(f"{path}: cannot be written: {error.strerror or error}") from error


def _stopped_politely(number: int, frame: object) -> None:
    """Take what job schedulers send before they kill as what a person at a keyboard does."""
    raise KeyboardInterrupt


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; errors are told on standard error in words, never as a traceback."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stopped_politely)
    try:
        app(args=arguments, prog_name="relsim")
    except RelsimError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        sys.exit(Stopped.exit_status)
