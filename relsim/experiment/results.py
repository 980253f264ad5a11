"""What came of an experiment: its numbers, its lives, the digest, and where it all came from."""

import csv
import hashlib
import json
import platform
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from relsim.analysis.precision import Look, Target, until_document
from relsim.analysis.summary import flat, summarise
from relsim.analysis.tally import Tally
from relsim.drawing.units import scale_of
from relsim.errors import EngineError
from relsim.experiment.parquet import frame_of
from relsim.experiment.store import Store
from relsim.experiment.work import Experiment
from relsim.model.rulebook import RULES_VERSION
from relsim.scenario.files import scenario_text
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import Ending

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
        if self.store is None:
            raise EngineError(
                f"{self.replications * len(self.digests):,} lives were lived but not kept: in memory there is room for "
                f"{KEPT:,}. Run with store=DIR (--store DIR) and read them from there, or take fewer replications"
            )
        self.store.reload()  # it may have grown since
        made: dict[str, list[np.ndarray]] = {arm: [] for arm in self.scenario.arms}
        for chunk, record in self.store.finished().items():
            if chunk.first < self.replications:
                for arm, rows in self.store.rows(record).items():
                    made[arm].append(rows[: self.replications - chunk.first])
        return {arm: np.concatenate(pieces) for arm, pieces in made.items()}

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
            {arm: columns[f"arms.{arm}.per_contact.loss.joint"][1] for arm in arms},
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
            if rows == "csv":
                self.lives.to_csv(files["lives"], index=False)
            else:
                self.lives.to_parquet(files["lives"], index=False)
        return files

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
