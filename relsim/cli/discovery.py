"""Where an arm wins, where the border is, and what to choose when nobody knows the world, as commands of the lab."""

from typing import Annotated

import typer

from relsim.cli import completion
from relsim.cli.common import Arms, AsJson, Changes, Name, Seed, Workers, asked_for, hint, tell_files, writing
from relsim.cli.lab import lab
from relsim.cli.questions import Cluster, Free, OutDir, Store, at_work, keep
from relsim.cli.rank import Policies

__all__ = ["border", "choose", "discover"]

Of = Annotated[
    str,
    typer.Option(
        metavar="MEASURE",
        help="What is compared, e.g. net.joint, loss.joint, survival.",
        autocompletion=completion.measures,
    ),
]
Arm = Annotated[
    str | None,
    typer.Option(
        metavar="ARM", help="The arm that is to win; by default the first.", autocompletion=completion.arms_of_it
    ),
]
Against = Annotated[
    str | None,
    typer.Option(
        metavar="ARM",
        help="Against which arm, by default the second; never: whether it pays.",
        autocompletion=completion.arms_or_never,
    ),
]
Worlds = Annotated[int, typer.Option(metavar="N", min=2, max=2**20, help="Worlds that differ.")]
Pairs = Annotated[
    int, typer.Option(metavar="N", min=4, max=10**6, help="Pairs of firms that live in each; an even number.")
]


@lab.command()
def discover(
    scenario: Name,
    of: Of = "net.joint",
    arm: Arm = None,
    against: Against = None,
    free: Free = None,
    worlds: Worlds = 4096,
    pairs: Pairs = 256,
    seed: Seed = 1,
    changes: Changes = None,
    store: Store = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: OutDir = None,
    as_json: AsJson = False,
) -> None:
    """Say in which share of plausible worlds an arm wins, and where, in a few limits on what one can know."""
    from relsim.lab.discovery import discover as discovered

    asked = asked_for(scenario, changes, None)
    with at_work(worlds, " worlds", store=store, workers=workers, cluster=cluster, out=out) as how:
        made = discovered(asked, of, arm, against, free=free or None, worlds=worlds, pairs=pairs, seed=seed, **how)
    keep(made, out, "discovery", as_json)
    if out is not None:
        path = out / "discovery-worlds.csv"
        with writing(path):
            made.to_worlds().to_csv(path, index=False)
        tell_files({"worlds": path}, as_json)
    hint(f"As a map over two numbers: relsim lab map {scenario}")


@lab.command("map")
def border(
    scenario: Name,
    x: Annotated[
        str,
        typer.Option(
            "--x",
            metavar="NAME[=LOW:HIGH]",
            help="The number across; also average-fit.",
            autocompletion=completion.factors_or_fit,
        ),
    ] = "average-fit",
    y: Annotated[
        str,
        typer.Option(
            "--y", metavar="NAME[=LOW:HIGH]", help="The number upward.", autocompletion=completion.factors_or_fit
        ),
    ] = "world.optimism",
    of: Of = "net.joint",
    arm: Arm = None,
    against: Against = None,
    worlds: Worlds = 512,
    pairs: Pairs = 1024,
    seed: Seed = 1,
    changes: Changes = None,
    store: Store = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: OutDir = None,
    as_json: AsJson = False,
) -> None:
    """Draw where over two numbers of the world an arm begins to win, all else as it is, and how sure the border is."""
    from relsim.lab.discovery import border as drawn

    asked = asked_for(scenario, changes, None)
    with at_work(worlds, " worlds", store=store, workers=workers, cluster=cluster, out=out) as how:
        made = drawn(asked, x, y, of, arm, against, worlds=worlds, pairs=pairs, seed=seed, **how)
    keep(
        made,
        out,
        "-".join(("map", *(each.name.rpartition(".")[2].replace("_", "-") for each in (made.x, made.y)))),
        as_json,
    )


@lab.command()
def choose(
    scenario: Name,
    policies: Policies = None,
    combine: Annotated[
        int, typer.Option(metavar="N", min=1, max=64, help="Policies that are added at a time, at most.")
    ] = 1,
    of: Of = "net.joint",
    free: Free = None,
    worlds: Worlds = 4096,
    pairs: Pairs = 256,
    seed: Seed = 1,
    changes: Changes = None,
    arm: Arms = None,
    store: Store = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: OutDir = None,
    as_json: AsJson = False,
) -> None:
    """Say which arm to choose when nobody knows in which of many worlds one lives, and where that is wrong."""
    from relsim.lab.choice import choose as chosen
    from relsim.lab.ranking.arms import policies_read

    asked, added = asked_for(scenario, changes, arm), policies_read(policies or ())
    with at_work(worlds, " worlds", store=store, workers=workers, cluster=cluster, out=out) as how:
        made = chosen(
            asked,
            of,
            policies=added,
            combine=combine,
            free=free or None,
            worlds=worlds,
            pairs=pairs,
            seed=seed,
            **how,
        )
    keep(made, out, "choice", as_json)
