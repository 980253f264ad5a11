"""The command line: results on standard output; progress and hints on standard error, and only in a terminal."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relsim import __version__
from relsim.errors import EngineError, RelsimError, ScenarioError
from relsim.scenario.files import bundled, load_scenario, new_scenario, schema_text
from relsim.scenario.scenario import Scenario, with_arms

if TYPE_CHECKING:
    from relsim.experiment.results import Results

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
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead.")]


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
        print(json.dumps({name: {"title": each.title, "question": each.question} for name, each in known.items()}))
        return
    width = max(map(len, known))
    for name, each in known.items():
        print(f"{name:{width}}  {each.title}\n{'':{width}}  {each.question}")


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
    replications: Annotated[int, typer.Option(min=1, max=10**9, help="Pairs of firms.")] = 10_000,
    seed: Seed = 1,
    engine: Engine = "compiled",
    changes: Changes = None,
    arm: Arms = None,
    rules: Rules = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Keep summary, lives and picture here.")] = None,
    rows: Annotated[str, typer.Option(metavar="parquet|csv", help="How --out keeps the lives.")] = "parquet",
    picture: Annotated[bool, typer.Option(help="Draw the picture of four panels.")] = True,
    as_json: AsJson = False,
) -> None:
    """Let the same pairs of firms live through every arm, and compare: the main job."""
    from relsim.experiment.run import run_experiment

    asked = _asked(scenario, changes, arm)
    own = _own_rules(rules)
    if rows not in ("parquet", "csv"):
        raise ScenarioError.of("rows", rows, "parquet or csv")
    if out is not None:
        with _writing(out):
            out.mkdir(parents=True, exist_ok=True)
    _foresee_compiling(engine)
    with _bar() as progress:
        results = run_experiment(asked, replications, seed, engine, own, progress)
    document = results.summary()
    if as_json:
        print(json.dumps(document, indent=2, allow_nan=False))
    else:
        from relsim.show.tables import comparison, console

        console().print(comparison(document))
    drawn = _keep(results, scenario, out, rows, picture)
    for what, path in drawn.items():
        print(f"{what}: {path}", file=sys.stderr if as_json else sys.stdout)


def _keep(results: "Results", name: str, out: Path | None, rows: str, picture: bool) -> dict[str, Path]:
    """Write what is to be kept and return the files by what they are."""
    kept: dict[str, Path] = {}
    if out is not None:
        with _writing(out):
            kept |= results.write(out, rows)
    if picture:
        path = (out / "comparison.png") if out is not None else Path(f"relsim-{Path(name).stem}.png")
        with _writing(path):
            results.figure().savefig(path)
        kept["picture"] = path
    return kept


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None] | None]:
    """Show one bar of progress on standard error, in a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm.auto import tqdm

    with tqdm(unit=" lives", unit_scale=True, leave=False, file=sys.stderr) as bar:

        def progress(done: int, everything: int) -> None:
            bar.total = everything
            bar.update(done - bar.n)

        yield progress


def _writable(path: Path | None, kinds: tuple[str, ...]) -> None:
    if path is not None and path.suffix not in kinds:
        raise ScenarioError.of("file", path, f"a name that ends in {' or '.join(kinds)}")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into a message."""
    try:
        yield
    except OSError as error:
        raise EngineError(f"{path}: cannot be written: {error.strerror or error}") from error


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; errors are told on standard error in words, never as a traceback."""
    try:
        app(args=arguments, prog_name="relsim")
    except RelsimError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_status)
