"""Full and read-only file systems, real ones: a clear message, no traceback, and a store that goes on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMPARE = [
    *(sys.executable, "-m", "relsim", "compare", "it-outsourcing", "--set", "horizon=1", "--no-picture", "--json"),
    *("--replications", "30000"),
]


def in_namespace(script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a script where it may mount what it likes, in a namespace of its own."""
    return subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-euc", script, "sh", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


if sys.platform != "linux" or in_namespace("mount -t tmpfs tmpfs /mnt").returncode != 0:
    pytest.skip("no user namespaces here, so nothing can be mounted", allow_module_level=True)


def compare(store: Path) -> str:
    return " ".join([*COMPARE, "--store", str(store)])


def test_a_full_disk_is_told_and_the_same_command_goes_on(tmp_path: Path) -> None:
    disk, out = tmp_path / "disk", tmp_path / "out"
    disk.mkdir()
    script = f"""
    mount -t tmpfs -o size=3m tmpfs {disk}
    {compare(disk / "store")} > {out} && exit 9
    echo "status $?" >&2
    {sys.executable} -m relsim verify {disk / "store"} >&2
    mount -o remount,size=100m {disk}
    {compare(disk / "store")} > {out}
    {sys.executable} -m relsim verify {disk / "store"} >&2
    """
    done = in_namespace(script)
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert "No space left on device" in lines[0]
    assert "the same command goes on" in lines[0]
    assert lines[1] == "status 1"
    assert done.stderr.count("all as written") == 2
    plain = subprocess.run(COMPARE, capture_output=True, text=True, check=True)
    assert json.loads(out.read_text())["digest"] == json.loads(plain.stdout)["digest"]


def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    script = f"""
    mount --bind {store} {store}
    mount -o remount,ro,bind {store}
    {compare(store / "new")} || echo "status $?" >&2
    {compare(store)} || echo "status $?" >&2
    """
    done = in_namespace(script)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Read-only file system") == 2
    assert done.stderr.count("status 1") == 2
    assert "Traceback" not in done.stderr


def test_a_finished_store_can_be_read_where_nothing_can_be_written(tmp_path: Path) -> None:
    store = tmp_path / "store"
    subprocess.run([*COMPARE, "--replications", "2000", "--store", str(store)], check=True, capture_output=True)
    script = f"""
    mount --bind {store} {store}
    mount -o remount,ro,bind {store}
    {sys.executable} -m relsim status {store}
    {sys.executable} -m relsim verify {store}
    """
    done = in_namespace(script)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2,000 of 2,000" in done.stdout
    assert done.stdout.endswith("all as written\n")
