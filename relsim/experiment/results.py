"""What came of an experiment: its numbers, its lives, the digest, and where it all came from."""

import csv
import hashlib
import json
import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from relsim.analysis.causes import Causes, causes
from relsim.analysis.course import States, Trust, states_of, trust_of
from relsim.analysis.hazard import smoothed_hazard
from relsim.analysis.lifetimes import Hazards, Incidences, Survival
from relsim.analysis.losses import Losses, losses
from relsim.analysis.precision import Look, Target, until_document
from relsim.analysis.summary import flat, summarise
from relsim.analysis.survival import Exits, cumulative_incidence, life_table
from relsim.analysis.tally import Clock, Tally, exact_exits
from relsim.analysis.twins import Decomposition, Differences, decompose, differences
from relsim.drawing.units import scale_of
from relsim.errors import EngineError, ScenarioError, nearest
from relsim.experiment.parquet import frame_of
from relsim.experiment.snapshots import snapshots
from relsim.experiment.store import Store
from relsim.experiment.work import Experiment
from relsim.model.rulebook import RULES_VERSION
from relsim.scenario.files import scenario_text
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import BAD_ENDINGS, Ending

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

__all__ = ["KEPT", "Results", "provenance_of"]

KEPT = 250_000
"""Lives, of all arms together, whose rows are kept in memory where there is no store: about 230 MB."""

_LEAVERS = ("staff resigned", "staff dismissed", "managers resigned", "managers swapped", "leaders replaced")


@dataclass(frozen=True, eq=False)
class Results:
    """What is known of the lives of an experiment, arm by arm."""

    experiment: Experiment
    replications: int
    tally: Tally
    """The sums that all numbers and pictures are made of."""
    digests: dict[str, str]
    """The digest of each arm."""
    rows: dict[str, np.ndarray] | None = None
    """The lives of each arm, arrays of ROW records; None where they are in a store, or were too many to keep."""
    store: Store | None = None
    target: Target | None = None
    """The precision that was asked for."""
    looks: tuple[Look, ...] = ()
    """How well it was known after how many replications."""

    def __repr__(self) -> str:
        arms = ", ".join(self.digests)
        return f"<Results of {self.scenario.title!r}: {self.replications:,} pairs in {arms}; digest {self.digest[:12]}>"

    @property
    def scenario(self) -> Scenario:
        """What was asked."""
        return self.experiment.scenario

    @property
    def seed(self) -> int:
        """Which luck."""
        return self.experiment.seed

    @property
    def engine(self) -> str:
        """What it was run on."""
        return self.experiment.engine

    @property
    def digest(self) -> str:
        """SHA-256 of the sorted (arm name, arm digest): equal digests mean equal bytes."""
        whole = hashlib.sha256()
        for arm, digest in sorted(self.digests.items()):
            whole.update(f"{arm}\0{digest}\n".encode())
        return whole.hexdigest()

    @cached_property
    def lives(self) -> "pandas.DataFrame":
        """One row a life: scenario, seed, arm and the columns of ROW; words instead of numbers for endings and causes.

        Raises EngineError where there are more than were kept in memory, and no store to read them from.
        """
        import pandas as pd

        frames = []
        for arm, rows in self._rows().items():
            frame = frame_of(rows)
            frame.insert(0, "arm", arm)
            frames.append(frame)
        frame = pd.concat(frames, ignore_index=True)
        frame.insert(0, "seed", self.seed)
        frame.insert(0, "scenario", self.scenario.title)
        frame["arm"] = pd.Categorical(frame["arm"], categories=list(self.scenario.arms))
        return frame

    def _rows(self) -> dict[str, np.ndarray]:
        if self.rows is not None:
            return self.rows
        chunks = list(self.chunks())
        return {arm: np.concatenate([rows[arm] for rows in chunks]) for arm in self.scenario.arms}

    def chunks(self) -> Iterator[dict[str, np.ndarray]]:
        """Yield the lives of each arm, arrays of ROW records, some replications at a time.

        Raises EngineError where there are more than were kept in memory, and no store to read them from.
        """
        if self.rows is not None:
            yield self.rows
            return
        if self.store is None:
            raise EngineError(
                f"{self.replications * len(self.digests):,} lives were lived but not kept: in memory there is room for "
                f"{KEPT:,}. Run with store=DIR (--store DIR) and read them from there, or take fewer replications"
            )
        self.store.reload()  # it may have grown since
        for chunk, record in self.store.finished().items():
            if chunk.first < self.replications:
                yield {arm: rows[: self.replications - chunk.first] for arm, rows in self.store.rows(record).items()}

    def summary(self) -> dict[str, Any]:
        """Return what the comparison says in numbers, the document of `relsim compare --json`."""
        return summarise(
            self.scenario,
            self.tally,
            seed=self.seed,
            replications=self.replications,
            engine=self.engine,
            digest=self.digest,
            rules_version=RULES_VERSION,
            until=until_document(self.target, self.looks) if self.target is not None else None,
        )

    # what the lives say

    def survival(self, *, per: str = "launched", since: str | None = None, exact: bool = False) -> Survival:
        """Return how long relationships last: survival, cumulative hazard, restricted means, quantiles of time to exit.

        per: "launched" relationships, or started "contact"s. since: "operations" started, or first "contact"; where
        nothing is asked, launched relationships are followed from the start of operations.
        exact: from the exact times of lives, where these fit into memory, instead of from counts by day.

        Raises ScenarioError for other words, EngineError where exact times are not at hand.
        """
        clock = _clock(per, since)
        curves = {arm: life_table(exits) for arm, exits in self._exits(clock, exact).items()}
        return Survival(curves, clock, self.scenario.horizon, exact)

    def hazard(
        self,
        *,
        per: str = "launched",
        since: str | None = None,
        exact: bool = False,
        endings: Iterable[Ending | str] | None = None,
        bandwidth: float | None = None,
    ) -> Hazards:
        """Return how often relationships end per year at each age, smoothed, beside a constant hazard.

        per, since, exact: as for `survival`. endings: only these, all others being censored; "failed" for those for bad
        or mixed reasons. bandwidth: years to either side over which is averaged, by default from the number of endings.

        Raises ScenarioError for an unknown ending and a bandwidth that is not above 0.
        """
        clock, (of, what) = _clock(per, since), _endings(endings)
        if bandwidth is not None and not bandwidth > 0.0:
            raise ScenarioError.of("bandwidth", bandwidth, "a number of years above 0")
        hazards = {arm: smoothed_hazard(exits, of, bandwidth) for arm, exits in self._exits(clock, exact).items()}
        return Hazards(hazards, clock, what)

    def incidence(self, *, per: str = "launched", since: str | None = None, exact: bool = False) -> Incidences:
        """Return the share that has ended in each way by each time (Aalen-Johansen).

        per, since, exact: as for `survival`.
        """
        clock = _clock(per, since)
        found = {arm: cumulative_incidence(exits) for arm, exits in self._exits(clock, exact).items()}
        return Incidences(found, clock, self.scenario.horizon)

    def difference(self, *measures: str, arm: str | None = None) -> Differences:
        """Return the differences of an arm, by default the second, from the first one, pair by pair.

        measures: names as in `summary()["differences"]`, joined by dots, by default those of the headlines.

        Raises ScenarioError for an unknown arm or measure.
        """
        return differences(self.scenario, self.tally, arm, measures or None)

    def decompose(
        self, measure: str | None = None, *, arm: str | None = None, per: str = "contact", age: float | None = None
    ) -> Decomposition:
        """Return the difference of an arm, by default the second, from the first one, split by who launched.

        per: "contact", for "net.joint" (by default) and other measures of money and people; "launched", for "alive" (by
        default) and "life", alive at an age, and years lived up to it. age: by default the longest that all were
        watched for.

        Raises ScenarioError for anything unknown, and for an age that not all were watched for.
        """
        chosen = measure if measure is not None else {"launched": "alive"}.get(per, "net.joint")
        factor, unit = scale_of(self.scenario) if chosen.startswith(("net", "loss")) else (1.0, "")
        return decompose(self.scenario, self.tally, chosen, arm, per=per, age=age, factor=factor, unit=unit)

    def causes(self) -> Causes:
        """Return how it went wrong: problems, roots, times, turns, money by account, people by level and cause."""
        return causes(self.scenario, self.tally, *scale_of(self.scenario))

    def losses(self, side: str = "joint") -> Losses:
        """Return how many started contacts lose more than each amount: of both firms, the client or the supplier.

        Raises ScenarioError for another side.
        """
        return losses(self.scenario, self.tally, side, *scale_of(self.scenario))

    def states(self) -> States:
        """Return the share of contacts in each state over time, of a sample of pairs that is lived once more."""
        return states_of(*self._snapshots)

    def trust(self) -> Trust:
        """Return trust between the firms at each level over time, of the same sample."""
        return trust_of(*self._snapshots)

    @cached_property
    def _snapshots(self) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        return snapshots(self.experiment, self.replications)

    def _exits(self, clock: Clock, exact: bool) -> dict[str, Exits]:
        if exact:
            if self.replications * len(self.digests) > KEPT:
                raise EngineError(
                    f"exact times are told of at most {KEPT:,} lives; of more they are known to a day (exact=False)"
                )
            return {arm: exact_exits(rows, clock) for arm, rows in self._rows().items()}
        return {arm: self.tally.exits(place, clock) for place, arm in enumerate(self.scenario.arms)}

    def figure(self) -> "Figure":
        """Return the picture of the comparison: survival, endings, losses, churn."""
        from relsim.drawing.comparison import comparison_figure

        columns = self.tally.columns()
        arms = list(self.scenario.arms)
        return comparison_figure(
            f"{self.scenario.title}: {self.replications:,} pairs of firms, same partners and same luck in every arm",
            {arm: self.tally.curve(place) for place, arm in enumerate(arms)},
            {arm: {each: columns[f"arms.{arm}.endings.{each.name}"][1:] for each in Ending} for arm in arms},
            {arm: self.tally.losing_more(place) for place, arm in enumerate(arms)},
            {arm: columns[f"arms.{arm}.per_contact.loss.joint"][1:] for arm in arms},
            list(_LEAVERS),
            {arm: self.tally.churn(arm) for arm in arms},
            self.scenario.horizon,
            *scale_of(self.scenario),
        )

    def write(self, folder: Path, rows: str = "parquet") -> dict[str, Path]:
        """Keep summary, lives, scenario and provenance in a folder and return the files by what they are.

        rows: "parquet" or "csv". Lives that are in a store already are not written again.
        """
        document = self.summary()
        files = {
            "summary": folder / "summary.json",
            "table": folder / "summary.csv",
            "scenario": folder / "scenario.toml",
            "provenance": folder / "provenance.json",
        }
        files["summary"].write_text(json.dumps(document, indent=2, allow_nan=False) + "\n", encoding="utf-8")
        with files["table"].open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["name", "value"])
            writer.writerows(flat(document).items())
        files["scenario"].write_text(scenario_text(self.scenario), encoding="utf-8")
        files["provenance"].write_text(json.dumps(self.provenance, indent=2) + "\n", encoding="utf-8")
        if self.store is None:
            files["lives"] = folder / f"lives.{rows}"
            self.to_csv(files["lives"]) if rows == "csv" else self.to_parquet(files["lives"])
        return files

    def to_parquet(self, path: str | PathLike[str]) -> None:
        """Write `lives` into one Parquet file."""
        self.lives.to_parquet(path, index=False)

    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write `lives` into one CSV file."""
        self.lives.to_csv(path, index=False)

    @property
    def provenance(self) -> dict[str, Any]:
        """Everything that it takes to get these bytes again."""
        return {
            **provenance_of(self.experiment),
            "scenario": self.scenario.model_dump(mode="json"),
            "seed": self.seed,
            "replications": self.replications,
            "digest": self.digest,
            "digests": self.digests,
            "command": self._command(),
        }

    def _command(self) -> str:
        """Return what to type, beside the scenario that `write` keeps, to get the same bytes."""
        command = f"relsim compare scenario.toml --replications {self.replications} --seed {self.seed}"
        own = " --rules FILE.py" if self.experiment.rules else ""
        return f"{command} --engine {self.engine}{own}"


def _clock(per: str, since: str | None) -> Clock:
    """Return of whom days are counted, and from when.

    Raises ScenarioError for unknown words, and for contacts since the start of operations, which not all have.
    """
    for name, value, known in (("per", per, ("launched", "contact")), ("since", since, ("operations", "contact"))):
        if value is not None and value not in known:
            raise ScenarioError.of(name, value, f"one of {', '.join(known)}", nearest(value, known))
    if per == "contact":
        if since == "operations":
            raise ScenarioError.of("since", since, "contact, as not every contact comes to operations; or per launched")
        return Clock.CONTACT
    return Clock.LAUNCHED if since == "contact" else Clock.OPERATIONS


def _endings(asked: Iterable[Ending | str] | None) -> tuple[tuple[Ending, ...] | None, str]:
    """Return which endings are meant, None for all, and what they are called.

    Raises ScenarioError for an unknown one.
    """
    if asked is None:
        return None, "ending"
    if asked == "failed":
        return BAD_ENDINGS, "failing"
    known = [each.name for each in Ending if each != Ending.ONGOING]
    names = [asked] if isinstance(asked, str) else [each if isinstance(each, str) else each.name for each in asked]
    for name in names:
        if name not in known:
            raise ScenarioError.of("endings", name, f"failed, or of {', '.join(known)}", nearest(name, known))
    return tuple(Ending[name] for name in names), " or ".join(name.lower().replace("_", " ") for name in names)


_DEPENDENCIES = ("relsim-lifecycles", "numpy", "numba", "simpy", "pandas", "pyarrow", "pydantic")


def provenance_of(experiment: Experiment) -> dict[str, Any]:
    """Return on what an experiment is run: engine, rules, and the versions of everything."""
    return {
        "engine": experiment.engine,
        **experiment.book.identity(),
        "versions": {name: _version(name) for name in _DEPENDENCIES},
        "python": platform.python_version(),
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
