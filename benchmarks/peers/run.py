"""Run the small model on every peer, side by side in one run: `python -m benchmarks.peers.run`.

Each peer is a process of its own with one thread; they take turns (A B C D, A B C D, ...), so that a slow
moment of the machine hits all of them. Times are processor time of whole lives, set-up included, compiling
excluded; ratios are taken within a round, then the median over rounds. What is the same for all, and what
is not: model.md.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.peers.small_model import LIFE

ROOT = Path(__file__).resolve().parents[2]
SEED = 1
CALIBRATION = 100
SAME = 200
ALIKE = 500
FARTHEST = 5.0
"""Standard errors that any of 26 means may lie from the bare loop's before a peer counts as different."""

BARE = "bare_loop"
OURS = "relsim_rules"
PROMISES = {"cimba_processes": 1.25, "simpy_processes": 12.0, "bare_loop": 0.8, "c_loop": 1 / 3}
"""How many times as fast as each peer relsim's rules are said to be at least."""


@dataclass(frozen=True)
class Peer:
    """One implementation: its module, what readers call it, and whether it draws the very same chance."""

    module: str
    title: str
    same_chance: bool = False


PEERS = (
    Peer(OURS, "relsim: rules on the compiled engine", same_chance=True),
    Peer(BARE, "bare loop in Numba", same_chance=True),
    Peer("c_loop", "scalar C", same_chance=True),
    Peer("cimba_events", "Cimba, events"),
    Peer("cimba_processes", "Cimba, processes"),
    Peer("heapq_loop", "plain Python with heapq"),
    Peer("simpy_processes", "SimPy, processes"),
)


class Worker:
    """A peer at work in its own process; `absent` says why it is not."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.version = self.absent = ""
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 (open as long as the process)
        for python in interpreters(peer.module):
            if shutil.which(python) is None:
                self.absent = f"there is no Python at {python}"
                continue
            self.process = subprocess.Popen(
                [python, "-m", "benchmarks.peers.serve", peer.module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.errors,
                text=True,
                cwd=ROOT,
                env=os.environ | {"NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )
            greeting = self._read()
            self.version, self.absent = greeting.get("version", ""), greeting.get("absent", "")
            if self.version:
                return
            self.close()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.errors.seek(0)
            raise RuntimeError(f"{self.peer.title} stopped:\n{self.errors.read()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def ask(self, first: int, count: int, rows: bool = False) -> dict[str, Any]:
        """Let it live some lives; return seconds, opportunities and, if wanted, the rows."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([SEED, first, count, rows]) + "\n")
        self.process.stdin.flush()
        return self._read()

    def rows(self, count: int) -> np.ndarray:
        """Return the rows of the first lives, an array of LIFE."""
        found = self.ask(0, count, rows=True)["rows"]
        return np.array(
            [(opportunities, tuple(accepted), tuple(state)) for opportunities, accepted, state in found], LIFE
        )

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def interpreters(module: str) -> list[str]:
    """Return the Pythons to try a peer with: this one; for Cimba RELSIM_CIMBA_PYTHON, or newer ones too."""
    if not module.startswith("cimba"):
        return [sys.executable]
    named = os.environ.get("RELSIM_CIMBA_PYTHON")
    if named:
        return [named]
    return [sys.executable, *filter(None, map(shutil.which, ("python3.14", "python3.13")))]


def columns(rows: np.ndarray) -> np.ndarray:
    """Return lives as columns: opportunities, accepted by clock, last state; and their squares."""
    first = np.column_stack([rows["opportunities"], rows["accepted"], rows["state"]]).astype(float)
    return np.hstack([first, first * first])


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """Return how far two samples of lives lie apart: the largest difference of means in standard errors."""
    a, b = columns(one), columns(other)
    errors = np.sqrt(a.var(axis=0, ddof=1) / len(a) + b.var(axis=0, ddof=1) / len(b))
    return float(np.max(np.abs(a.mean(axis=0) - b.mean(axis=0)) / errors))


def compare(workers: list[Worker]) -> dict[str, str]:
    """Return how each peer's lives compare with the bare loop's: the same bits, or the same distribution."""
    bare = next((worker for worker in workers if worker.peer.module == BARE), None)
    if bare is None:
        return {}
    expected = bare.rows(4 * ALIKE)
    found = {}
    for worker in workers:
        if worker is bare:
            continue
        if worker.peer.same_chance:
            same = worker.rows(SAME).tobytes() == expected[:SAME].tobytes()
            found[worker.peer.module] = "same bits" if same else "DIFFERENT"
        else:
            distance = apart(worker.rows(ALIKE), expected)
            found[worker.peer.module] = f"{distance:.1f} standard errors" if distance < FARTHEST else "DIFFERENT"
    return found


def measure(workers: list[Worker], rounds: int, seconds: float) -> list[dict[str, Any]]:
    """Return a row a peer: sizes, the time per opportunity by round, and the ratio to the bare loop."""
    lives = {}
    for worker in workers:
        worker.ask(0, CALIBRATION)
        answer = worker.ask(0, CALIBRATION)
        lives[worker] = max(CALIBRATION, round(seconds * CALIBRATION / max(answer["wall_seconds"], 1e-6)))
    answers: dict[Worker, list[dict[str, Any]]] = {worker: [] for worker in workers}
    for turn in range(rounds):
        for worker in workers:
            answers[worker].append(worker.ask(turn * lives[worker], lives[worker]))
    times = {worker: nanoseconds(answers[worker]) for worker in workers}
    bare = next((times[worker] for worker in workers if worker.peer.module == BARE), None)
    return [
        {
            "peer": worker.peer.module,
            "title": worker.peer.title,
            "version": worker.version,
            "lives_a_round": lives[worker],
            "events_per_life": sum(each["opportunities"] for each in answers[worker]) / rounds / lives[worker],
            "ns_per_event": median(times[worker]),
            "times_bare_loop": ratio(times[worker], bare) if bare else None,
            "ns_per_event_by_round": times[worker],
            "wall_ns_per_event_by_round": nanoseconds(answers[worker], "wall_seconds"),
        }
        for worker in workers
    ]


def nanoseconds(answers: list[dict[str, Any]], kind: str = "processor_seconds") -> list[float]:
    """Return the time per opportunity, round by round."""
    return [1e9 * answer[kind] / answer["opportunities"] for answer in answers]


def ratio(times: list[float], others: list[float]) -> float:
    """Return how many times as long the one takes as the other: the median over rounds."""
    return median(one / other for one, other in zip(times, others, strict=True))


def promises(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return, for each promise, how many times as fast as the peer relsim is, and whether it is kept."""
    times = {row["peer"]: row["ns_per_event_by_round"] for row in rows}
    found = []
    for peer, least in PROMISES.items():
        if OURS in times and peer in times:
            speed = ratio(times[peer], times[OURS])
            found.append({"peer": peer, "promised": least, "measured": speed, "kept": speed >= least})
    return found


def table(rows: list[dict[str, Any]], agreement: dict[str, str]) -> str:
    """Return the measurements as a table for people."""
    lines = [
        "| peer | lives a round | events a life | ns per event | least to most | bare loop = 1 "
        "| lives against bare loop | version |",
        "|---|--:|--:|--:|--:|--:|---|---|",
    ]
    for row in rows:
        times = row["ns_per_event_by_round"]
        against = "" if row["times_bare_loop"] is None else f"{row['times_bare_loop']:.2f}"
        lines.append(
            f"| {row['title']} | {row['lives_a_round']:,} | {row['events_per_life']:,.0f} "
            f"| {row['ns_per_event']:.1f} "
            f"| {min(times):.1f} to {max(times):.1f} | {against} "
            f"| {agreement.get(row['peer'], '')} | {row['version']} |"
        )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Measure, print the table and write it as JSON.

    The status is 1 where relsim is absent, where lives differ, or where a promise is broken.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers.run", description="the small model on every peer")
    parser.add_argument("--rounds", type=int, default=7, help="turns of every peer (default 7)")
    parser.add_argument("--seconds", type=float, default=0.2, help="how long one turn takes, about (default 0.2)")
    parser.add_argument(
        "--peer", action="append", choices=[peer.module for peer in PEERS], help="only this peer; repeatable"
    )
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).with_name("measured.json"), help="where the JSON goes"
    )
    chosen = parser.parse_args(arguments)
    workers = [Worker(peer) for peer in PEERS if not chosen.peer or peer.module in chosen.peer]
    absent = {worker.peer.module: worker.absent for worker in workers if not worker.version}
    workers = [worker for worker in workers if worker.version]
    agreement = compare(workers)
    rows = measure(workers, chosen.rounds, chosen.seconds)
    for worker in workers:
        worker.close()
    kept = promises(rows)
    print(f"The small model, {chosen.rounds} rounds in turns, one thread each; compiling excluded.\n")
    print(table(rows, agreement))
    for module, reason in absent.items():
        print(f"\nabsent: {module}: {reason}")
    for each in kept:
        print(
            f"\n{'kept' if each['kept'] else 'BROKEN'}: {each['measured']:.2f} times as fast as"
            f" {each['peer']} (at least {each['promised']:.2f})"
        )
    document = {
        "model": "small_model",
        "seed": SEED,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "peers": rows,
        "agreement": agreement,
        "absent": absent,
        "promises": kept,
    }
    chosen.out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"\nwritten to {chosen.out}")
    sound = "DIFFERENT" not in agreement.values() and OURS not in absent and all(each["kept"] for each in kept)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
