"""Which numbers an answer hangs on, as a command."""

from typing import Annotated

import typer

from relsim.cli import completion
from relsim.cli.common import AsJson, Changes, Name, Seed, Workers, asked_for
from relsim.cli.lab import lab
from relsim.cli.questions import Cluster, Free, OutDir, Store, at_work, keep

__all__ = ["sensitivity"]


@lab.command()
def sensitivity(
    scenario: Name,
    of: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE", help="What is looked at: net.joint (repeatable).", autocompletion=completion.measures
        ),
    ] = None,
    arm: Annotated[
        str | None,
        typer.Option(
            metavar="ARM",
            help="Which arm; by default the second, as it differs from the first.",
            autocompletion=completion.arms_of_it,
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="ARM", help="The arm from which its difference is looked at.", autocompletion=completion.arms_of_it
        ),
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            metavar="morris|sobol",
            help="Screening, or shares of the variance.",
            autocompletion=completion.one_of("morris", "sobol"),
        ),
    ] = "sobol",
    free: Free = None,
    worlds: Annotated[int, typer.Option(metavar="N", min=1, max=2**20, help="Worlds of the design, at most.")] = 4096,
    pairs: Annotated[int, typer.Option(metavar="N", min=2, max=10**6, help="Pairs of firms that live in each.")] = 500,
    most: Annotated[
        int,
        typer.Option(metavar="N", min=1, max=100, help="Numbers that sobol tells one by one, found by a screening."),
    ] = 13,
    seed: Seed = 1,
    changes: Changes = None,
    store: Store = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: OutDir = None,
    as_json: AsJson = False,
) -> None:
    """Say which numbers of the world an answer hangs on, which do not matter, and how sure that is."""
    from relsim.lab import sensitivity as analysis

    asked = asked_for(scenario, changes, None)
    plan = analysis.planned(asked, method, free or (), worlds, most, seed)
    with at_work(plan.worlds, " worlds", store=store, workers=workers, cluster=cluster, out=out) as how:
        made = analysis.sensitivity(
            asked,
            of or "net.joint",
            method=method,
            arm=arm,
            against=against,
            free=free or (),
            worlds=worlds,
            pairs=pairs,
            most=most,
            seed=seed,
            **how,
        )
    keep(made, out, f"sensitivity-{method}", as_json)
