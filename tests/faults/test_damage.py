"""Whatever happens to the files of a store, `verify` finds it, and `repair` lives again only what was hit."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import relsim
from relsim.experiment.check import verify
from relsim.experiment.run import repair, run_experiment
from relsim.experiment.store import Store, sealed
from relsim.model.row import BLOCK
from tests.faults.stores import SHORT

LIVES = 4 * BLOCK + 300


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    store = tmp_path_factory.mktemp("sound") / "store"
    return store, live(store)


def live(store: Path) -> str:
    return run_experiment(SHORT, LIVES, workers=1, store=store, keep_events=3).digest


def data(store: Path) -> list[Path]:
    """Return the files of chunks."""
    return sorted(file for file in store.rglob("*") if file.suffix in (".parquet", ".npz"))


def flip(store: Path, rng: random.Random) -> list[Path]:
    """Flip one bit of any file."""
    file = rng.choice([*data(store), store / "journal.log", store / "experiment.json"])
    held = bytearray(file.read_bytes())
    place = rng.randrange(len(held))
    held[place] ^= 1 << rng.randrange(8)
    file.write_bytes(held)
    return [file]


def truncate(store: Path, rng: random.Random) -> list[Path]:
    """Cut a file off."""
    file = rng.choice([*data(store), store / "journal.log", store / "experiment.json"])
    held = file.read_bytes()
    file.write_bytes(held[: rng.randrange(len(held))])
    return [file]


def tear(store: Path, rng: random.Random) -> list[Path]:
    """Cut the journal off, at the end of a line or within one."""
    journal = store / "journal.log"
    lines = journal.read_bytes().splitlines(keepends=True)
    kept = rng.randrange(1, len(lines))
    rest = lines[kept][: rng.choice([0, 1, 20, len(lines[kept]) - 1])]
    journal.write_bytes(b"".join(lines[:kept]) + rest)
    return [journal]


def swap(store: Path, rng: random.Random) -> list[Path]:
    """Swap two files."""
    one, other = rng.sample(data(store), 2)
    held = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(held)
    return [one, other]


def lose(store: Path, rng: random.Random) -> list[Path]:
    """Take files away."""
    files = rng.sample([*data(store), store / "journal.log", store / "experiment.json"], rng.choice([1, 1, 2]))
    for file in files:
        file.unlink()
    return files


def add(store: Path, rng: random.Random) -> list[Path]:
    """Put a strange file among the others."""
    name = rng.choice(["0000009216-0000010240.parquet", "notes.txt", "0000001024-0000002048.parquet.bak"])
    file = rng.choice([store / "lives" / "seed=1", store / "summaries", store / "lives"]) / name
    file.write_bytes(rng.randbytes(rng.randrange(1, 500)))
    return [file]


def double(store: Path, rng: random.Random) -> list[Path]:
    """Put a copy of a chunk file beside it."""
    file = rng.choice(data(store))
    copy = file.with_name(f"{rng.randrange(10**9)}-copy{file.suffix}")
    shutil.copy(file, copy)
    return [copy]


DAMAGES: tuple[Callable[[Path, random.Random], list[Path]], ...] = (flip, truncate, tear, swap, lose, add, double)


def ill_treat(sound: tuple[Path, str], folder: Path, rounds: int, seed: int) -> None:
    """Damage copies of a store at random, and hold verify and repair to what they promise."""
    original, expected = sound
    rng = random.Random(seed)
    for number in range(rounds):
        store = folder / f"{number}"
        shutil.copytree(original, store)
        damage = rng.choice(DAMAGES)
        before = {file: (file.stat().st_ino, file.stat().st_mtime_ns, file.read_bytes()) for file in data(store)}
        hit = damage(store, rng)
        said = f"round {number}: {damage.__name__} {[each.name for each in hit]}"
        changed = [file for file, (*_, held) in before.items() if not file.exists() or file.read_bytes() != held]
        journal_is_whole = (store / "journal.log").exists() and (store / "journal.log") not in hit
        if not (store / "experiment.json").exists() and not journal_is_whole:
            with pytest.raises(relsim.StoreError, match="nobody knows whose lives these are"):
                verify(store)
            shutil.rmtree(store)
            continue
        report = verify(store)
        assert report.findings, said
        if journal_is_whole:
            chunks = {each.stem for each in changed}
            again = {str(each.record.chunk) for each in report.findings if each.record is not None}
            assert again == chunks, said
            untouched = {file: of for file, of in before.items() if file.stem not in chunks}
        else:
            vouched = {store / name for each in Store.salvaged(store).records.values() for name in each.files}
            untouched = {file: of for file, of in before.items() if file in vouched}
        repair(store, workers=1)
        assert verify(store).findings == (), said
        for file, (inode, moment, _) in untouched.items():
            assert (file.stat().st_ino, file.stat().st_mtime_ns) == (inode, moment), f"{said}: {file.name}"
        if journal_is_whole:
            assert {file: file.read_bytes() for file in data(store) if "set-aside" not in file.parts} == {
                file: held for file, (*_, held) in before.items()
            }, said
        assert live(store) == expected, said
        assert verify(store).findings == (), said
        shutil.rmtree(store)


def test_damage_is_found_and_repaired(sound: tuple[Path, str], tmp_path: Path) -> None:
    ill_treat(sound, tmp_path, 100, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_two_thousand_damages(sound: tuple[Path, str], tmp_path: Path) -> None:
    ill_treat(sound, tmp_path, 2000, seed=2)


def test_pages_carry_checksums_of_their_own(sound: tuple[Path, str]) -> None:
    """Readers who know nothing of the journal find a flipped bit too, if they ask for it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = next(each for each in data(sound[0]) if "lives" in each.parts)
    held = bytearray(file.read_bytes())
    rng = random.Random(3)
    found = 0
    for _ in range(50):
        place = rng.randrange(4, len(held) * 3 // 4)
        held[place] ^= 4
        try:
            pq.ParquetFile(pa.BufferReader(bytes(held)), page_checksum_verification=True).read()
        except (OSError, pa.ArrowException):
            found += 1
        held[place] ^= 4
    assert found == 50


def test_a_damaged_store_is_not_used(sound: tuple[Path, str], tmp_path: Path) -> None:
    for name, said in (("journal.log", "line 2 is damaged"), ("experiment.json", "damaged; relsim repair")):
        store = tmp_path / name
        shutil.copytree(sound[0], store)
        held = bytearray((store / name).read_bytes())
        held[held.index(b"\n") + 30] ^= 1
        (store / name).write_bytes(held)
        with pytest.raises(relsim.StoreError, match=said):
            live(store)
    store = tmp_path / "summary"
    shutil.copytree(sound[0], store)
    next(each for each in data(store) if each.suffix == ".npz").write_bytes(b"PK")
    with pytest.raises(relsim.StoreError, match="damaged; relsim repair"):
        live(store)


@pytest.mark.parametrize(
    "name", ["../../precious.txt", "/etc/hostname", "lives/../../../precious.txt", "C:\\x", "a\\b"]
)
def test_a_forged_journal_leads_nowhere(name: str, sound: tuple[Path, str], tmp_path: Path) -> None:
    """Names in a journal never become paths outside the store, even if its lines are sealed."""
    store = tmp_path / "a" / "store"
    shutil.copytree(sound[0], store)
    (tmp_path / "precious.txt").write_text("all my work")
    entry = {"kind": "lives", "first": 0, "count": 5, "attempt": "x", "owner": "main", "files": {name: [1, "0"]}}
    with (store / "journal.log").open("ab") as journal:
        journal.write(sealed(entry))
    for use in (verify, repair, live):
        with pytest.raises(relsim.StoreError, match="leads out of the store"):
            use(store)
    assert (tmp_path / "precious.txt").read_text() == "all my work"


def test_a_sealed_line_that_makes_no_sense_is_damage(sound: tuple[Path, str], tmp_path: Path) -> None:
    store = tmp_path / "store"
    for entry in ({}, {"kind": "lives"}, {"kind": "asked", "replications": "many"}, {"kind": "lives", "files": 3}):
        shutil.copytree(sound[0], store)
        with (store / "journal.log").open("ab") as journal:
            journal.write(sealed(entry))
        assert [each.kind for each in verify(store).findings] == ["damaged"]
        repair(store)
        assert verify(store).findings == ()
        shutil.rmtree(store)
