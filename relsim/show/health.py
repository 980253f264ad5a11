"""Whether this installation is sound: versions, cores, the cache of compiled rules, extras, and a test of ten lives."""

import os
import platform
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from relsim import __version__

__all__ = ["DISTRIBUTION", "Check", "checks"]

DISTRIBUTION = "relsim-lifecycles"

_DEVELOPERS = ("bench", "dev", "docs")
"""Extras that nobody needs who only uses relsim."""

_AGAIN = f"install it again: pip install --force-reinstall {DISTRIBUTION}"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    said: str
    """What was found, in words."""
    remedy: str = ""
    """What to do about it; empty where all is well."""
    data: dict[str, Any] = field(default_factory=dict)
    """What was found, as data of JSON."""

    @property
    def key(self) -> str:
        """Its name in a document of JSON."""
        return re.sub(r"\W+", "_", self.name)

    @property
    def well(self) -> bool:
        """Whether there is nothing to do."""
        return not self.remedy


def checks() -> Iterator[Check]:
    """Look at one thing after the other; nothing here raises, a check that fails says so and what to do."""
    for look in (_relsim, _python, _dependencies, _machine, _cache, _extras, _output):
        yield _looked(look.__name__.lstrip("_"), look)
    for engine in ("compiled", "simpy"):
        yield _looked(f"ten lives, {engine}", partial(_lives, engine))


def _looked(name: str, look: Callable[[], Check]) -> Check:
    """Return what a check found, or that it could not even look."""
    try:
        return look()
    except Exception as error:  # whatever an installation can be broken by
        told = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}".rstrip(": ")
        return Check(name, told, _AGAIN, {"error": told})


def _relsim() -> Check:
    from relsim.model.rulebook import RULES_VERSION

    folder = str(Path(__file__).resolve().parents[1])
    data = {"version": __version__, "rules_version": RULES_VERSION, "folder": folder}
    return Check("relsim", f"{__version__}, rules version {RULES_VERSION}, in {folder}", data=data)


def _python() -> Check:
    system = f"{platform.system()} {platform.machine()}"
    data = {"version": platform.python_version(), "system": system, "executable": sys.executable}
    said = f"{platform.python_version()} on {system}"
    remedy = "" if (3, 11) <= sys.version_info[:2] < (3, 14) else "relsim is tried on Python 3.11, 3.12 and 3.13"
    return Check("python", said, remedy, data)


def _required() -> dict[str, dict[str, str]]:
    """Return what relsim requires: of each extra, "" for none, the least version of each distribution."""
    try:
        listed = requires(DISTRIBUTION) or []
    except PackageNotFoundError:
        return {}
    found: dict[str, dict[str, str]] = {}
    for line in listed:
        read = re.match(r"([\w.-]+)\s*[>~]=\s*([\w.]+)", line)
        extra = re.search(r"extra == ['\"]([\w-]+)['\"]", line)
        if read is not None:
            found.setdefault(extra[1] if extra else "", {})[read[1]] = read[2]
    return found


def _installed(name: str) -> str:
    """Return the version of a distribution, empty where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _older(one: str, other: str) -> bool:
    """Say whether a version is older than another one."""
    first, second = ([int(number) for number in re.findall(r"\d+", each)] for each in (one, other))
    return first < second[: len(first)]


def _dependencies() -> Check:
    required = _required().get("", {})
    if not required:
        return Check("dependencies", "not known, as relsim runs from a folder and is not installed")
    have = {name: _installed(name) for name in required}
    wrong = [f"{name}>={least}" for name, least in required.items() if not have[name] or _older(have[name], least)]
    broken = [name for name in have if have[name] and not _can_import(name)]
    said = ", ".join(f"{name} {found or 'missing'}" for name, found in have.items())
    remedies = [f"pip install {' '.join(repr(each) for each in wrong)}"] if wrong else []
    remedies += [f"{name} cannot be imported: pip install --force-reinstall {name}" for name in broken]
    return Check("dependencies", said, "; ".join(remedies), {"versions": have, "wrong": wrong, "broken": broken})


def _can_import(name: str) -> bool:
    try:
        import_module(name)
    except Exception:  # an extension module may raise anything
        return False
    return True


def _machine() -> Check:
    from relsim.experiment.runners import cores

    every, ours, memory = os.cpu_count() or 1, cores(), _memory()
    said = f"{ours} of {every} cores, so {ours} worker{'s' if ours > 1 else ''} by default"
    said += f"; {memory / 2**30:.1f} GiB of memory" if memory else ""
    return Check("machine", said, data={"cores": every, "usable_cores": ours, "memory_bytes": memory})


def _memory() -> int | None:
    """Return the bytes of memory, or None where the system does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _cache() -> Check:
    from relsim.model.compiling import cache_directory, cache_home, is_cold

    home, folder = cache_home(), cache_directory()
    if folder is None:
        variable = "LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME"
        remedy = f"rules are compiled anew by every command: set {variable} to a folder that can be written"
        return Check("cache", f"{home} cannot be written", remedy, {"folder": str(home), "writable": False})
    size, others = _size(folder), sum(_size(each) for each in folder.parent.iterdir() if each != folder)
    warm = not is_cold()
    said = f"{folder}: {'the rules are compiled' if warm else 'the rules are compiled at first use'}, "
    said += f"{size / 1e6:.1f} MB; {others / 1e6:.1f} MB of other versions beside it may be deleted"
    data = {"folder": str(folder), "writable": True, "warm": warm, "bytes": size, "bytes_of_others": others}
    return Check("cache", said, data=data)


def _size(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


def _extras() -> Check:
    extras = {name: found for name, found in _required().items() if name and name not in _DEVELOPERS}
    there = {name: all(_installed(each) for each in found) for name, found in extras.items()}
    said = [name for name, known in there.items() if known] or ["none"]
    missing = [f"{name}: pip install '{DISTRIBUTION}[{name}]'" for name, known in there.items() if not known]
    return Check("extras", "; ".join([", ".join(said), *missing]), data={"installed": there})


def _output() -> Check:
    from relsim.show.tables import console

    screen = console()
    colours = "colours" if screen.color_system and not screen.no_color else "no colours"
    where = f"{screen.width} columns" if screen.is_terminal else f"not a terminal, {screen.width} columns"
    coded = sys.stdout.encoding or "unknown"
    remedy = "" if "utf" in coded.lower() else "letters such as ± cannot be shown: set PYTHONUTF8=1"
    data = {"terminal": screen.is_terminal, "columns": screen.width, "colours": colours == "colours", "encoding": coded}
    return Check("output", f"{where}, {colours}, {coded}", remedy, data)


def _lives(engine: str) -> Check:
    from relsim.experiment.selftest import selftest

    begun = time.perf_counter()
    wrong = selftest(engine)
    seconds = round(time.perf_counter() - begun, 2)
    said = (
        f"{len(wrong)} are other lives: {'; '.join(wrong)}" if wrong else f"to the byte as they should be, {seconds} s"
    )
    remedy = f"these rules are not those of this version; {_AGAIN}" if wrong else ""
    return Check(f"ten lives, {engine}", said, remedy, {"wrong": list(wrong), "seconds": seconds})
