"""Stores through the doors of their users: the same command again, other readers, objects, and the four commands."""

import json
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

import relsim
from relsim.experiment.check import verify
from relsim.experiment.results import KEPT
from relsim.experiment.run import repair, run_experiment
from relsim.experiment.store import ABOUT, Store, document_bytes, document_of
from relsim.model.row import BLOCK
from tests.doors import run
from tests.worlds import scenario

SHORT = scenario({"contact_rate": 2.0}, horizon=1.5)
LIVES = 2 * BLOCK + 100


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "mine.toml").write_text(
        'title = "mine"\nhorizon = 1.5\n[arms.deal-first]\nlaunch = "deal-first"\n'
        '[arms.feasibility-first]\nlaunch = "feasibility-first"\n'
    )
    return "mine.toml"


def inodes(store: Path) -> dict[str, int]:
    return {each.name: each.stat().st_ino for each in store.rglob("*.parquet")}


def test_running_again_lives_nothing_and_says_the_same(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = run_experiment(SHORT, LIVES, store=store)
    before = inodes(store)
    again = run_experiment(SHORT, LIVES, store=store, workers=1, engine="simpy")
    assert inodes(store) == before
    assert again.digest == first.digest
    assert json.dumps(again.summary()).replace("simpy", "compiled") == json.dumps(first.summary())


def test_asking_for_more_only_adds_and_for_less_reads_a_part(tmp_path: Path) -> None:
    store = tmp_path / "store"
    for lives, blocks in ((LIVES, 2), (6 * BLOCK + 7, 4), (LIVES, 1), (700, 1), (3 * BLOCK, 1)):
        before = inodes(store)
        found = run_experiment(SHORT, lives, store=store, blocks=blocks)
        expected = run_experiment(SHORT, lives)
        assert found.digest == expected.digest
        assert json.dumps(found.summary()) == json.dumps(expected.summary())
        pd.testing.assert_frame_equal(found.lives, expected.lives)
        gone = before.keys() - inodes(store).keys()
        assert gone <= {f"{2 * BLOCK:010d}-{LIVES:010d}.parquet"}
        assert {name: inodes(store)[name] for name in before if name not in gone} == {
            name: inode for name, inode in before.items() if name not in gone
        }
    assert relsim.read_store(store).replications == 6 * BLOCK + 7
    assert verify(store).findings == ()


def test_pandas_duckdb_and_polars_read_the_dataset(tmp_path: Path) -> None:
    results = run_experiment(SHORT, LIVES, store=tmp_path / "store", keep_events=5)
    lives = results.lives
    expected = lives.groupby("arm", observed=True)["loss_joint"].mean().to_dict()
    realised = int(lives["t_realised_client"].notna().sum())
    frame = pd.read_parquet(tmp_path / "store" / "lives")
    assert frame.groupby("arm", observed=True)["loss_joint"].mean().to_dict() == pytest.approx(expected)
    assert sorted(frame["ending"].dropna().unique()) == sorted(lives["ending"].dropna().unique())
    files = f"{tmp_path}/store/lives/**/*.parquet"
    dataset = f"read_parquet('{files}', hive_partitioning=true)"
    found = duckdb.sql(f"select arm, avg(loss_joint) from {dataset} where seed = 1 group by arm").fetchall()
    assert dict(found) == pytest.approx(expected)
    assert duckdb.sql(f"select count(t_realised_client), count(*) from {dataset}").fetchall() == [(realised, 2 * LIVES)]
    means = pl.read_parquet(files, hive_partitioning=True).group_by("arm").agg(pl.col("loss_joint").mean())
    assert dict(means.iter_rows()) == pytest.approx(expected)
    events = pd.read_parquet(tmp_path / "store" / "events")
    life = relsim.simulate(SHORT, "feasibility-first", replication=4)
    kept = events[(events["arm"] == "feasibility-first") & (events["replication"] == 4)]
    assert kept["time"].tolist() == life.events["time"].tolist()
    assert kept["kind"].tolist() == life.events["kind"].tolist()
    assert events["replication"].max() == 4


def test_more_events_may_be_kept_later(tmp_path: Path) -> None:
    store = tmp_path / "store"
    for lives, kept in ((50, 3), (50, 3), (2000, 10), (2000, 1500)):
        run_experiment(SHORT, lives, store=store, keep_events=kept)
        events = pd.read_parquet(store / "events")
        assert sorted(events["replication"].unique()) == list(range(kept))
    assert verify(store).findings == ()


@pytest.mark.parametrize("more", [2, 700])
def test_objects_without_lock_or_journal(more: int, tmp_path: Path) -> None:
    address = f"file://{tmp_path}/bucket/runs"
    first = run_experiment(SHORT, LIVES, store=address)
    assert first.digest == run_experiment(SHORT, LIVES).digest
    found = run_experiment(SHORT, LIVES + more, store=address, keep_events=2)
    assert found.digest == run_experiment(SHORT, LIVES + more).digest
    assert first.lives["replication"].max() == LIVES - 1
    assert verify(address).findings == ()
    damaged = sorted((tmp_path / "bucket/runs/lives/seed=1").iterdir())[0]
    damaged.write_bytes(damaged.read_bytes()[:-9])
    (tmp_path / "bucket/runs/done" / f"lives-{BLOCK:010d}-{2 * BLOCK:010d}.done").write_text("what?")
    kinds = sorted(each.kind for each in verify(address).findings)
    assert kinds == ["damaged", "foreign", "foreign", "torn"]
    repair(address)
    assert verify(address).findings == ()
    assert run_experiment(SHORT, LIVES + more, store=address).digest == found.digest


def test_an_unknown_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(relsim.StoreError, match="not an address that pyarrow"):
        run_experiment(SHORT, 5, store="carrier-pigeon://coop/7")


def test_the_commands_of_a_store(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("compare", file, "--replications", LIVES, "--no-picture", "--store", "kept")
    status, out, err = run(capsys, *asked, "--json", "--keep-events", "4")
    assert (status, err) == (0, f"lives: {Path('kept').absolute()}/lives\n")
    digest = json.loads(out)["digest"]
    status, out, _ = run(capsys, "status", "kept")
    assert status == 0
    assert "2,148 of 2,148 (100.0 %)" in out
    found = json.loads(run(capsys, "status", "kept", "--json")[1])
    assert found["replications"] == {"done": LIVES, "asked": LIVES}
    assert (found["events_of"], found["at_work"], found["set_aside"]) == (4, "", {})
    assert run(capsys, "verify", "kept")[:2] == (
        0,
        f"7 files of {found['bytes'] / 1e6:,.1f} MB compared; all as written\n",
    )
    damaged = next(Path("kept/lives/seed=1").iterdir())
    damaged.unlink()
    Path("kept/lives/seed=1/notes.txt").write_text("mine")
    status, out, _ = run(capsys, "verify", "kept")
    assert status == 1
    assert f"missing: lives/seed=1/{damaged.name}: the journal names it" in out
    assert "foreign: lives/seed=1/notes.txt: no journal vouches for it" in out
    document = json.loads(run(capsys, "verify", "kept", "--json")[1])
    assert not document["sound"]
    assert len(document["findings"]) == 2
    status, out, _ = run(capsys, "repair", "kept")
    assert (status, out.splitlines()[-1]) == (0, "2 findings, 1 chunks lived again")
    assert Path("kept/set-aside/lives/seed=1/notes.txt").read_text() == "mine"
    assert run(capsys, "verify", "kept")[0] == 0
    assert json.loads(run(capsys, *asked, "--json")[1])["digest"] == digest


def test_shards_by_the_command_line(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("compare", file, "--replications", 4 * BLOCK, "--store", "kept")
    assert run(capsys, *asked, "--shard", "2/2")[1] == "shard 2-of-2 is done; when all are: relsim merge kept\n"
    status, _, err = run(capsys, "merge", "kept")
    assert status == 1
    assert "2,048 of 4,096 pairs of firms are not lived yet" in err
    assert run(capsys, *asked, "--shard", "1/2")[0] == 0
    status, out, _ = run(capsys, "merge", "kept", "--no-picture")
    assert status == 0
    assert f"digest: {run_experiment(relsim.load_scenario(file), 4 * BLOCK).digest}" in out
    assert out.endswith(f"lives: {Path('kept').absolute()}/lives\n")


@pytest.mark.parametrize("command", ["status", "verify", "repair", "merge"])
def test_where_no_store_is(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, command, "nowhere")
    assert (status, out) == (1, "")
    assert "no store is here" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--shard", "1/2"], "shard: 1-of-2: needs --store DIR"),
        (["--shard", "3/2", "--store", "x"], "shard: 3/2: i/n with whole numbers"),
        (["--shard", "1/2", "--store", "x", "--until", "signed ±1"], "until: signed ±1: not together with --shard"),
        (["--keep-events", "3"], "keep-events: 3: needs a store"),
        (
            ["--keep-events", "30", "--replications", "20", "--store", "x"],
            "keep-events: 30: a whole number from 0 to 20",
        ),
        (["--until", "signed"], "until: signed: a name of --json, ± and a width above 0"),
        (["--until", "sined ±1%"], "until: sined ±1%: a name of --json; did you mean signed?"),
        (["--out", "o", "--replications", "2_000_000"], "out: 4,000,000 lives: at most 250,000 lives go into one file"),
    ],
)
def test_what_does_not_go_together_is_refused_before_anything_runs(
    arguments: list[str], said: str, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, "compare", file, *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert {each.name for each in Path().iterdir()} == {"mine.toml"}


def test_too_many_lives_to_keep_are_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relsim.experiment.run.KEPT", 2000)
    assert KEPT > 2000
    results = run_experiment(SHORT, 1001)
    with pytest.raises(relsim.EngineError, match=r"2,002 lives were lived but not kept.*--store DIR"):
        results.lives  # noqa: B018
    assert len(run_experiment(SHORT, 1000).lives) == 2000


def test_progress_counts_every_life_once(tmp_path: Path) -> None:
    for workers in (1, 2):
        told: list[tuple[int, int]] = []
        run_experiment(SHORT, LIVES, progress=lambda *both: told.append(both), workers=workers)  # noqa: B023
        assert told[-1] == (2 * LIVES, 2 * LIVES)
        assert [done for done, _ in told] == sorted(done for done, _ in told)
    told = []
    run_experiment(SHORT, BLOCK, store=tmp_path / "store")
    run_experiment(SHORT, LIVES, store=tmp_path / "store", progress=lambda *both: told.append(both))
    assert told[0] == (2 * BLOCK, 2 * LIVES)
    assert told[-1] == (2 * LIVES, 2 * LIVES)


def test_a_bar_is_shown_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    run_experiment(SHORT, LIVES, progress=True)
    assert "/4.30k [" in capsys.readouterr().err


def test_a_store_says_where_it_comes_from(tmp_path: Path) -> None:
    run_experiment(SHORT, 30, store=tmp_path / "store")
    document = Store.read(tmp_path / "store").document
    assert relsim.Scenario.model_validate(document["experiment"]["scenario"]) == SHORT
    assert {"relsim-lifecycles", "numpy", "numba", "pyarrow"} <= document["provenance"]["versions"].keys()


@pytest.mark.parametrize("command", ["status", "verify", "repair", "report", "merge", "lab rank"])
def test_a_store_of_another_format_is_left_alone(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    run_experiment(SHORT, 10, store="kept")
    about = Path("kept", ABOUT)
    document = document_of(about.read_bytes())
    assert document is not None
    about.write_bytes(document_bytes({**document, "store": 2}))
    before = {each: each.read_bytes() for each in Path("kept").rglob("*") if each.is_file() and each.name != "lock"}
    status, out, err = run(capsys, *command.split(), "kept")
    assert (status, out) == (1, "")
    assert f"a store of format 2; relsim {relsim.__version__} reads format 1" in err
    assert {each: each.read_bytes() for each in before} == before
