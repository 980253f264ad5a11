"""What came of an experiment: one row a life, the digest, and where it all came from."""

import csv
import hashlib
import json
import platform
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from relsim.analysis.summary import flat, launched_curve, summarise
from relsim.drawing.units import scale_of
from relsim.model.rulebook import RULES_VERSION, Rulebook
from relsim.scenario.files import scenario_text
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import Ending, Level, OutsideCause, Status, Turn

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

__all__ = ["Results"]


@dataclass(frozen=True, eq=False)
class Results:
    """The lives of an experiment, arm by arm."""

    scenario: Scenario
    seed: int
    replications: int
    engine: str
    rules: Rulebook
    rows: dict[str, np.ndarray]
    """The lives of each arm, arrays of ROW records."""
    digests: dict[str, str]
    """The digest of each arm."""

    @property
    def digest(self) -> str:
        """SHA-256 of the sorted (arm name, arm digest): equal digests mean equal bytes."""
        whole = hashlib.sha256()
        for arm, digest in sorted(self.digests.items()):
            whole.update(f"{arm}\0{digest}\n".encode())
        return whole.hexdigest()

    @cached_property
    def lives(self) -> "pandas.DataFrame":
        """One row a life: arm, replication, and the columns of ROW; words instead of numbers for endings and causes."""
        import pandas as pd

        frames = []
        for arm, rows in self.rows.items():
            frame = pd.DataFrame({name: np.ascontiguousarray(rows[name]) for name in rows.dtype.names or ()})
            frame.insert(0, "arm", arm)
            frames.append(frame)
        frame = pd.concat(frames, ignore_index=True)
        frame.insert(0, "seed", self.seed)
        frame.insert(0, "scenario", self.scenario.title)
        for name in ("signed", "launched", "censored"):
            frame[name] = frame[name].astype(bool)
        frame["arm"] = pd.Categorical(frame["arm"], categories=list(self.rows))
        coded: tuple[tuple[str, type[IntEnum]], ...] = (
            ("ending", Ending),
            ("root", Level),
            ("turn", Turn),
            ("cause", OutsideCause),
            ("status", Status),
        )
        for name, words in coded:
            codes: Any = frame[name].to_numpy()
            frame[name] = pd.Categorical.from_codes(codes, categories=pd.Index([word.name for word in words]))
        return frame

    def summary(self) -> dict[str, Any]:
        """Return what the comparison says in numbers, the document of `relsim compare --json`."""
        return summarise(
            self.scenario,
            self.rows,
            seed=self.seed,
            engine=self.engine,
            digest=self.digest,
            rules_version=RULES_VERSION,
        )

    def figure(self) -> "Figure":
        """Return the picture of the comparison: survival, endings, losses, churn."""
        from relsim.drawing.comparison import comparison_figure

        curves = {arm: launched_curve(rows) for arm, rows in self.rows.items()}
        scale = scale_of(self.scenario)
        return comparison_figure(self.scenario.title, self.rows, curves, self.scenario.horizon, *scale)

    def write(self, folder: Path, rows: str = "parquet") -> dict[str, Path]:
        """Keep summary, lives, scenario and provenance in a folder and return the files by what they are.

        rows: "parquet" or "csv".
        """
        document = self.summary()
        files = {
            "summary": folder / "summary.json",
            "table": folder / "summary.csv",
            "lives": folder / f"lives.{rows}",
            "scenario": folder / "scenario.toml",
            "provenance": folder / "provenance.json",
        }
        files["summary"].write_text(json.dumps(document, indent=2, allow_nan=False) + "\n", encoding="utf-8")
        with files["table"].open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["name", "value"])
            writer.writerows(flat(document).items())
        if rows == "csv":
            self.lives.to_csv(files["lives"], index=False)
        else:
            self.lives.to_parquet(files["lives"], index=False)
        files["scenario"].write_text(scenario_text(self.scenario), encoding="utf-8")
        files["provenance"].write_text(json.dumps(self.provenance, indent=2) + "\n", encoding="utf-8")
        return files

    @property
    def provenance(self) -> dict[str, Any]:
        """Everything that it takes to get these bytes again."""
        return {
            "scenario": self.scenario.model_dump(mode="json"),
            "seed": self.seed,
            "replications": self.replications,
            "engine": self.engine,
            "digest": self.digest,
            "digests": self.digests,
            "command": self._command(),
            **self.rules.identity(),
            "versions": {name: _version(name) for name in _DEPENDENCIES},
            "python": platform.python_version(),
        }

    def _command(self) -> str:
        """Return what to type, beside the scenario that `write` keeps, to get the same bytes."""
        command = f"relsim compare scenario.toml --replications {self.replications} --seed {self.seed}"
        own = " --rules FILE.py" if self.rules.own else ""
        return f"{command} --engine {self.engine}{own}"


_DEPENDENCIES = ("relsim-lifecycles", "numpy", "numba", "simpy", "pandas", "pydantic")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
