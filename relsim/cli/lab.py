"""Questions above one comparison, as commands."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from relsim.cli import completion
from relsim.cli.commands import Commands
from relsim.cli.common import (
    Arms,
    AsJson,
    Changes,
    Name,
    Seed,
    Workers,
    asked_for,
    foresee_compiling,
    print_document,
    tell_files,
    writable,
    writing,
)
from relsim.cli.questions import Cluster, Store, at_work
from relsim.errors import EngineError, ScenarioError, nearest
from relsim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from relsim.lab.targets import Target

__all__ = ["lab"]

lab = typer.Typer(
    cls=Commands,
    help="Questions above one comparison: calibration, published facts, how firmly headlines hold.",
    rich_markup_mode=None,
)

Targets = Annotated[
    Path | None, typer.Option(metavar="FILE.csv", help="Published figures; by default those that travel with relsim.")
]
OfWorld = Annotated[
    str | None,
    typer.Option(
        "--world", metavar="WORLD", help="Which world's targets, e.g. gloomy; by default that of the scenario."
    ),
]


@lab.command()
def calibrate(
    scenario: Name,
    targets: Targets = None,
    world: OfWorld = None,
    free: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[=LOW:HIGH]", help="A free number; by default 29 of them.", autocompletion=completion.factors
        ),
    ] = None,
    design: Annotated[
        int, typer.Option(metavar="N", min=0, max=2**20, help="Points of the quasi-random design.")
    ] = 1024,
    search: Annotated[int, typer.Option(metavar="N", min=0, max=2**20, help="Points of the search.")] = 2048,
    walk: Annotated[int, typer.Option(metavar="N", min=0, max=2**20, help="Steps among the points that fit.")] = 3072,
    pairs: Annotated[
        int, typer.Option(metavar="N", min=2, max=10**6, help="Pairs of firms that every point lives.")
    ] = 1024,
    seed: Seed = 1,
    changes: Changes = None,
    store: Store = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the fitted scenario and all points go.")] = Path(
        "calibration"
    ),
    as_json: AsJson = False,
) -> None:
    """Find numbers of a world that meet published figures, which others do too, and which are pinned down."""
    from relsim.lab.calibrate import FREE, Plan
    from relsim.lab.calibrate import calibrate as run
    from relsim.lab.factors import factor_read
    from relsim.lab.targets import read_targets, targets_for
    from relsim.show.document import document_of, rows_as_data
    from relsim.show.tables import console, found

    asked = asked_for(scenario, changes, None)
    known = read_targets(targets)
    wanted = targets_for(_world(asked, world, known), known)
    factors = [factor_read(text) for text in free or FREE]
    plan = Plan(design, search, walk, pairs, seed)
    with at_work(plan.points, " points", store=store, workers=workers, cluster=cluster, out=out) as how:
        made = run(asked, wanted, factors, plan, **how)
    if as_json:
        pinned = rows_as_data(made.identified())
        print_document({"title": made.title, "fit": document_of(made.fit), "identified": pinned})
    else:
        console().print(found(made.fit))
        console().print(found(made))
    with writing(out):
        files = made.write(out)
    tell_files(files, as_json)
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
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO]...", help="By default the two calibrated worlds.", autocompletion=completion.scenarios
        ),
    ] = None,
    targets: Targets = None,
    world: OfWorld = None,
    pairs: Annotated[int, typer.Option(metavar="N", min=2, max=10**6, help="Pairs of firms.")] = 20_000,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, max=2**63 - 1, help="Which luck: not that of the calibration.")
    ] = 2,
    changes: Changes = None,
    as_json: AsJson = False,
) -> None:
    """Hold worlds against published figures: every target inside its band, or by how much not."""
    from relsim.lab.lives import live_pairs
    from relsim.lab.targets import check_arms, hold_against, read_targets, targets_for
    from relsim.scenario.files import worlds
    from relsim.show.document import document_of
    from relsim.show.tables import console, found

    known = read_targets(targets)
    foresee_compiling("compiled")
    fits = []
    for name in scenario or worlds():
        asked = asked_for(name, changes, None)
        wanted = targets_for(_world(asked, world, known), known)
        check_arms(wanted, asked.arms)
        fits.append(hold_against(wanted, live_pairs(asked, pairs, seed), pairs=pairs, seed=seed))
        if not as_json:
            console().print(found(fits[-1]))
    if as_json:
        print_document({"worlds": [document_of(fit) | {"met": fit.met} for fit in fits]})
    if not all(fit.met for fit in fits):
        raise typer.Exit(1)


@lab.command()
def predictions(
    scenario: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO]...", help="By default the two calibrated worlds.", autocompletion=completion.scenarios
        ),
    ] = None,
    pairs: Annotated[int, typer.Option(metavar="N", min=2, max=10**6, help="Pairs of firms.")] = 20_000,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, max=2**63 - 1, help="Which luck: not that of the calibration.")
    ] = 2,
    changes: Changes = None,
    as_json: AsJson = False,
) -> None:
    """Hold worlds against published patterns that they were not fitted to."""
    from relsim.lab.predictions import predictions as predicted
    from relsim.scenario.files import worlds
    from relsim.show.document import document_of
    from relsim.show.tables import console, found

    foresee_compiling("compiled")
    made = []
    for name in scenario or worlds():
        made.append(predicted(asked_for(name, changes, None), pairs, seed))
        if not as_json:
            console().print(found(made[-1]))
    if as_json:
        print_document({"worlds": [document_of(each) for each in made]})


@lab.command()
def robustness(
    scenario: Name,
    points: Annotated[int, typer.Option(metavar="N", min=1, max=2**20, help="Worlds of the design.")] = 4096,
    pairs: Annotated[int, typer.Option(metavar="N", min=1, max=10**6, help="Pairs of firms that live in each.")] = 128,
    seed: Seed = 1,
    changes: Changes = None,
    arm: Arms = None,
    store: Store = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE.json", help="Keep it, for reports.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say in which share of other worlds each headline keeps its sign, and where it flips."""
    from relsim.lab import robustness as firmness
    from relsim.show.document import document_of
    from relsim.show.lab import told
    from relsim.show.tables import console

    asked = asked_for(scenario, changes, arm)
    writable(out, (".json",))
    with at_work(points, " worlds", store=store, workers=workers, cluster=cluster) as how:
        made = firmness.robustness(asked, points, pairs, seed, **how)
    if as_json:
        print_document(document_of(made))
    else:
        console().print(told(made))
    if out is not None:
        with writing(out):
            out.write_text(made.written(), encoding="utf-8")
        tell_files({"robustness": out}, as_json)
