"""The small model in scalar C (c_loop.c), compiled when first asked for and called through ctypes."""

import ctypes
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.peers.small_model import ADDRESSES, HORIZON, LIFE, MOVES, RATES, START

FLAGS = ("-O3", "-ffp-contract=off", "-std=gnu11", "-shared", "-fPIC")


def compiler() -> str:
    """Return the C compiler's path. Raises ImportError where there is none, like a peer not installed."""
    found = shutil.which(os.environ.get("CC", "cc")) or shutil.which("gcc") or shutil.which("clang")
    if found is None:
        raise ImportError("no C compiler (cc, gcc, clang or $CC) was found")
    return found


VERSION = subprocess.check_output([compiler(), "--version"], text=True).partition("\n")[0]


def source() -> str:
    """Return the C source with the constants before it; C reads a float's repr back to the same bits."""

    def row(kind: str, name: str, values: tuple[float, ...]) -> str:
        return f"static const {kind} {name}[] = {{{', '.join(map(repr, values))}}};\n"

    return (
        f"enum {{ CLOCKS = {len(RATES)} }};\nstatic const double HORIZON = {HORIZON!r};\n"
        + row("unsigned long long", "ADDRESSES", ADDRESSES)
        + row("double", "RATES", RATES)
        + row("double", "MOVES", MOVES)
        + row("double", "START", START)
        + Path(__file__).with_suffix(".c").read_text(encoding="utf-8")
    )


@cache
def library() -> ctypes.CDLL:
    """Compile and load the loop."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "c_loop.so"
        subprocess.run([compiler(), *FLAGS, "-x", "c", "-", "-o", str(target)], input=source(), text=True, check=True)
        made = ctypes.CDLL(str(target))
    made.live.argtypes = (ctypes.c_uint64, ctypes.c_uint64, ctypes.c_int64, ctypes.c_void_p)
    made.live.restype = None
    return made


def lives(seed: int, first: int, count: int) -> np.ndarray:
    """Live `count` lives from number `first` on and return their rows, an array of LIFE."""
    rows = np.empty(count, LIFE)
    library().live(seed, first, count, rows.ctypes.data)
    return rows
