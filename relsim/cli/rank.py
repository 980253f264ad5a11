"""Which of many arms is best, and which are worth a choice between several measures, as commands of the lab."""

from pathlib import Path
from typing import Annotated

import typer

from relsim.cli import completion
from relsim.cli.common import Arms, AsJson, Changes, Name, Seed, Workers, asked_for
from relsim.cli.lab import lab
from relsim.cli.questions import Cluster, OutDir, Store, at_work, keep
from relsim.errors import ScenarioError

__all__ = ["front", "rank"]

Policies = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME[:NUMBER=VALUE,...]",
        help="A policy that may be added to every arm, e.g. deferred-bonus:years=2 (repeatable); all for all of them.",
        autocompletion=completion.policies_or_all,
    ),
]


@lab.command()
def rank(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO|STORE",
            help="A scenario; or the store of a comparison: nothing is lived.",
            autocompletion=completion.scenarios,
        ),
    ],
    policies: Policies = None,
    combine: Annotated[
        int, typer.Option(metavar="N", min=1, max=64, help="Policies that are added at a time, at most.")
    ] = 1,
    objective: Annotated[
        str,
        typer.Option(
            metavar="MEASURE",
            help="What is to be best, e.g. net.joint, loss.joint, failed, leavers.",
            autocompletion=completion.measures,
        ),
    ] = "net.joint",
    confidence: Annotated[
        float, typer.Option(metavar="P", help="The least probability of choosing the best arm.")
    ] = 0.95,
    indifference: Annotated[
        float | None,
        typer.Option(metavar="X", help="What is too little to care about; by default .01 annual contract values."),
    ] = None,
    first: Annotated[
        int,
        typer.Option(metavar="N", min=1, max=2**40, help="Pairs of firms that every arm lives before any is left out."),
    ] = 4096,
    most: Annotated[
        int, typer.Option(metavar="N", min=1, max=2**40, help="Pairs of firms that an arm lives at most.")
    ] = 2**20,
    seed: Seed = 1,
    changes: Changes = None,
    arm: Arms = None,
    store: Store = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: OutDir = None,
    as_json: AsJson = False,
) -> None:
    """Say which arm is best, with a promised probability; poor ones live no longer than it takes to know them."""
    from relsim.lab.ranking.arms import arms_of, policies_read
    from relsim.lab.ranking.rank import BLOCK
    from relsim.lab.ranking.rank import rank as ranked

    if Path(scenario).is_dir():
        if policies or changes or arm or store:
            raise ScenarioError.of("scenario", scenario, "a scenario, as something is to be lived; this is a store")
        _of_store(Path(scenario), objective, confidence, out, as_json)
        return
    asked, added = asked_for(scenario, changes, arm), policies_read(policies or ())
    arms, _ = arms_of(asked, added, combine)
    with at_work(len(arms) * first // BLOCK, " blocks", store=store, workers=workers, cluster=cluster, out=out) as how:
        made = ranked(
            asked,
            objective,
            policies=added,
            combine=combine,
            confidence=confidence,
            indifference=indifference,
            first=first,
            most=most,
            seed=seed,
            **how,
        )
    keep(made, out, "ranking", as_json)


def _of_store(path: Path, objective: str, confidence: float, out: Path | None, as_json: bool) -> None:
    """Say which arms may be the best, of the lives of a store."""
    from relsim.experiment.run import read_store
    from relsim.lab.ranking.subset import may_be_best

    keep(may_be_best(read_store(path), objective, confidence), out, "contenders", as_json)


@lab.command()
def front(
    scenario: Name,
    policies: Policies = None,
    measure: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE", help="What counts (repeatable); by default survival, loss.joint, churn, cost."),
    ] = None,
    combine: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=64, help="Policies that are added at a time, at most; by default all."),
    ] = None,
    pairs: Annotated[
        int, typer.Option(metavar="N", min=1, max=2**40, help="Pairs of firms that live under each arm.")
    ] = 4096,
    most: Annotated[
        int, typer.Option(metavar="N", min=1, help="Arms that are lived at most; NSGA-II chooses of more.")
    ] = 1024,
    confidence: Annotated[
        float, typer.Option(metavar="P", help="With which no arm of the front is called dominated.")
    ] = 0.95,
    seed: Seed = 1,
    changes: Changes = None,
    arm: Arms = None,
    store: Store = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: OutDir = None,
    as_json: AsJson = False,
) -> None:
    """Say which arms are worth a choice where several measures count: the Pareto front."""
    from relsim.lab.front import BLOCK, MEASURED
    from relsim.lab.front import front as found
    from relsim.lab.ranking.arms import factorial, policies_read

    asked, added = asked_for(scenario, changes, arm), policies_read(policies or ())
    arms = min(factorial(asked, added, combine).size, most)
    with at_work(arms * pairs // BLOCK, " blocks", store=store, workers=workers, cluster=cluster, out=out) as how:
        made = found(
            asked,
            added,
            measure or MEASURED,
            combine=combine,
            pairs=pairs,
            most=most,
            confidence=confidence,
            seed=seed,
            **how,
        )
    keep(made, out, "front", as_json)
