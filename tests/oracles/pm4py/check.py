"""Read logs of relsim with pm4py and compare what it finds with what was counted; exit with 1 where they differ.

This runs in an environment without relsim. Everything is equal to the unit: activities, objects by type, the roles in
which objects take part, how often an activity follows directly upon another for the objects of each type, the moments
of events and how lives came out. Then the snippets of the guide are run, and must print what it says.
"""

import contextlib
import io
import json
import os
import sys
import warnings
from collections import Counter
from pathlib import Path

os.environ["TQDM_DISABLE"] = "1"  # which is read when pm4py is imported

import pandas as pd
import pm4py

sys.path.insert(0, str(Path(__file__).parent))
from guide import snippets

READERS = {
    ".xes": pm4py.read_xes,
    ".xes.gz": pm4py.read_xes,
    ".csv": lambda path: pm4py.format_dataframe(pd.read_csv(path)),
}


class Comparison:
    """Counts what is compared, and keeps the names of what differs."""

    def __init__(self) -> None:
        self.compared: Counter[str] = Counter()
        self.different: list[str] = []

    def equal(self, log: str, what: str, ours: object, theirs: object) -> None:
        """Compare what we counted with what they did."""
        self.compared[what] += len(ours) if isinstance(ours, dict) else 1
        if ours != theirs:
            self.different.append(f"{log}: {what}: {_difference(ours, theirs)}")


def _difference(ours: object, theirs: object) -> str:
    if not (isinstance(ours, dict) and isinstance(theirs, dict)):
        return f"{ours!r} and not {theirs!r}"
    keys = [key for key in {*ours, *theirs} if ours.get(key) != theirs.get(key)]
    some = "; ".join(f"{key}: {ours.get(key)!r:.80} and not {theirs.get(key)!r:.80}" for key in keys[:3])
    return f"{len(keys)} of {len(ours)}: {some}"


def follows(frame: pd.DataFrame, case: str = "case:concept:name") -> dict[tuple[str, str], int]:
    """Return how often an activity follows directly upon another, and upon nothing, and nothing upon it."""
    pairs, first, last = pm4py.discover_dfg(frame, case_id_key=case)
    ends = {**{("", name): count for name, count in first.items()}, **{(name, ""): n for name, n in last.items()}}
    return {**{pair: int(count) for pair, count in pairs.items()}, **{pair: int(n) for pair, n in ends.items()}}


def variants(frame: pd.DataFrame) -> dict[str, int]:
    """Return how many courses there are that so many objects take; pm4py has to find the events of each together."""
    found = pm4py.get_variants(frame.sort_values(["case:concept:name", "time:timestamp"]))
    return {str(size): count for size, count in Counter(found.values()).items()}


def milliseconds(times: pd.Series) -> list[int]:
    """Return moments as milliseconds since 1970; all must be whole ones."""
    exact = times.dt.as_unit("us").astype("int64")
    assert not (exact % 1000).any()
    return (exact // 1000).tolist()


def check_ocel(name: str, file: Path, counts: dict, comparison: Comparison) -> None:
    """Compare a log of objects."""
    log = pm4py.read_ocel2_json(str(file))
    relations = log.relations
    comparison.equal(name, "activities", counts["activities"], dict(log.events["ocel:activity"].value_counts()))
    comparison.equal(name, "objects by type", counts["objects"], dict(log.objects["ocel:type"].value_counts()))
    roles = (relations["ocel:type"] + ": " + relations["ocel:qualifier"]).value_counts()
    comparison.equal(name, "roles of objects", counts["qualifiers"], dict(roles))
    for kind, pairs in counts["follows"].items():
        flat = pm4py.ocel_flattening(log, kind)
        comparison.equal(name, f"follows, {kind}", pairs, follows(flat))
        comparison.equal(name, "variants", counts["variants"][kind], variants(flat))
    life = log.events["ocel:eid"].str.rpartition("/")[0]
    found = {each: milliseconds(part["ocel:timestamp"]) for each, part in log.events.groupby(life, sort=False)}
    comparison.equal(name, "moments", counts["moments"], found)
    whole = log.objects[log.objects["ocel:type"] == "relationship"].set_index("ocel:oid")
    outcomes = {
        each: [row["arm"], int(row["replication"]), row["ending"], row["net_joint"]] for each, row in whole.iterrows()
    }
    comparison.equal(name, "outcomes", counts["outcomes"], outcomes)
    several = log.objects.merge(log.o2o, left_on="ocel:oid", right_on="ocel:oid_2")
    linked = several[several["ocel:type"].isin(["firm", "contract", "case"])]["ocel:oid_2"].nunique()
    objects = counts["objects"]
    comparison.equal(name, "linked objects", objects["firm"] + objects["contract"] + objects["case"], linked)


def check_flat(name: str, frame: pd.DataFrame, counts: dict, comparison: Comparison) -> None:
    """Compare a log of traces."""
    comparison.equal(name, "activities", counts["activities"], dict(frame["concept:name"].value_counts()))
    comparison.equal(name, "follows, relationship", counts["follows"]["relationship"], follows(frame))
    comparison.equal(name, "follows, case", counts["follows"]["case"], follows(frame, "case"))
    comparison.equal(name, "variants", counts["variants"]["relationship"], variants(frame))
    lives = frame.groupby("case:concept:name", sort=False)
    found = {each: milliseconds(part["time:timestamp"]) for each, part in lives}
    comparison.equal(name, "moments", counts["moments"], found)
    columns = ["case:arm", "case:replication", "case:ending", "case:net_joint"]
    outcomes = {each: part[columns].iloc[0].tolist() for each, part in lives}
    comparison.equal(name, "outcomes", counts["outcomes"], outcomes)


def check_guide(folder: Path, comparison: Comparison) -> None:
    """Run the snippets of the guide beside the logs that its commands wrote."""
    names: dict[str, object] = {}
    with contextlib.chdir(folder):
        for code, says in snippets():
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(code, names)
            comparison.equal("guide", "snippets", says, printed.getvalue())


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    here, everything = Path(sys.argv[1]), Comparison()
    for counted in sorted(here.glob("*.counts.json")):
        name = counted.name.removesuffix(".counts.json")
        counts = json.loads(counted.read_text(encoding="utf-8"))
        counts["follows"] = {kind: {(a, b): n for a, b, n in rows} for kind, rows in counts["follows"].items()}
        check_ocel(f"{name}.ocel.json", here / f"{name}.ocel.json", counts, everything)
        for ending, read in READERS.items():
            check_flat(f"{name}{ending}", read(str(here / f"{name}{ending}")), counts, everything)
    check_guide(here, everything)
    for difference in everything.different:
        print(difference)
    print(f"compared: {', '.join(f'{what} {count}' for what, count in everything.compared.items())}")
    sys.exit(bool(everything.different) or not everything.compared)
