"""From plain functions to machine code: at first use, cached on disk, and never on import.

`jittable` marks a plain Python function and gives it back unchanged; `compiled` makes its Numba form. Other marked
functions that its body names are compiled with it, and for a user's own function any plain function that it names, so
a rule reads, runs and debugs as ordinary Python.
"""

import contextlib
import dis
import hashlib
import os
import sys
import tempfile
import threading
import types
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

__all__ = [
    "address_of",
    "cache_directory",
    "cache_home",
    "clone_of",
    "compiled",
    "is_cold",
    "is_foreign",
    "jittable",
    "on_arrays",
    "reads",
    "reads_in_all",
    "sources_digest",
]

_FLOORS = ("vocabulary.py", "errors.py", "scenario", "model", "engines")
"""The floors that lives follow from, and the only ones with compiled functions."""

F = TypeVar("F", bound=Callable[..., Any])

_MARKED: dict[types.CodeType, Callable[..., Any]] = {}
_INTRINSIC: dict[types.CodeType, Callable[[], Any]] = {}


def jittable(function: F) -> F:
    """Mark a plain function as one that compiled code may call, and return it unchanged."""
    _MARKED[function.__code__] = function
    return function


def replaced_by(make: Callable[[], Any]) -> Callable[[F], F]:
    """Mark a plain function whose compiled form is written by hand: `make()` returns it."""

    def mark(function: F) -> F:
        _MARKED[function.__code__] = function
        _INTRINSIC[function.__code__] = make
        return function

    return mark


def _is_marked(value: object) -> bool:
    return isinstance(value, types.FunctionType) and value.__code__ in _MARKED


@cache
def sources_digest() -> str:
    """Return a hash of all of relsim's sources that lives follow from."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parent.parent
    for floor in _FLOORS:
        for source in sorted((root / floor).rglob("*.py")) if (root / floor).is_dir() else [root / floor]:
            digest.update(source.relative_to(root).as_posix().encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()


def cache_home() -> Path:
    """Return the folder in which all folders of compiled rules are, whether or not it can be written."""
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(home) / "relsim"


@cache
def cache_directory() -> Path | None:
    """Return the folder of compiled rules that belongs to exactly these sources, or None where none can be written.

    Numba's own cache does not notice that another source file changed, and then silently runs the old rule. So the
    folder is keyed by a hash of all sources that are compiled and of the versions of Python and Numba.
    """
    import numba

    digest = hashlib.sha256(f"{sys.version}|{numba.__version__}|{sources_digest()}".encode())
    folder = cache_home() / digest.hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        return None
    return folder


def is_cold() -> bool:
    """Say whether nothing has been compiled for these sources yet, so that a first run will take longer."""
    folder = cache_directory()
    return folder is None or not any(folder.rglob("*.nbi"))


@contextlib.contextmanager
def _our_cache() -> Iterator[bool]:
    """Point Numba's cache at our folder around our own decorations only; the user's own caches stay where they are."""
    import numba

    settings: Any = numba.config
    folder = cache_directory()
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(folder) if folder else before
    try:
        yield folder is not None
    finally:
        settings.CACHE_DIR = before


_DISPATCHERS: dict[tuple[Callable[..., Any], Any, bool], Any] = {}

_ONE_AT_A_TIME = threading.RLock()
"""Numba's configuration is one for all threads, so two that changed it at once would leave it changed."""


def compiled(function: Callable[..., Any], signature: Any = None, boundscheck: bool = False) -> Any:
    """Return the Numba form of a plain function, made at first use.

    With a signature it is compiled at once for just that. Functions of other packages are compiled without the disk
    cache, since their sources do not enter its key. `boundscheck` turns an index out of range into an IndexError.
    """
    key = (function, signature, boundscheck)
    if key not in _DISPATCHERS:
        with _ONE_AT_A_TIME:
            if key not in _DISPATCHERS:
                _DISPATCHERS[key] = _made(function, signature, boundscheck)
    return _DISPATCHERS[key]


def _made(function: Callable[..., Any], signature: Any, boundscheck: bool) -> Any:
    """Return the Numba form of a plain function.

    Raises RecursionError where functions call each other in a circle.
    """
    if function.__code__ in _INTRINSIC:
        return _INTRINSIC[function.__code__]()
    if function in _UNDERWAY:
        raise RecursionError(f"{function.__qualname__} calls itself by way of another function")
    _UNDERWAY.append(function)
    try:
        read = {name: value for name, value in reads(function).items() if value is not function}
        forms = {name: _form_of(value, function, boundscheck) for name, value in read.items()}
    finally:
        _UNDERWAY.pop()
    others = {name: form for name, form in forms.items() if form is not None}
    parts = {name.partition(".")[0] for name in others if "." in name}
    beside = {name: value for name, value in read.items() if name.partition(".")[0] in parts}
    clone = clone_of(function, beside | others)
    dispatcher = _decorated(clone, boundscheck)
    if clone.__globals__.get(function.__name__) is function:  # it calls itself
        clone.__globals__[function.__name__] = dispatcher
    if signature is not None:
        dispatcher.compile(signature)
        dispatcher.disable_compile()
    return dispatcher


_UNDERWAY: list[Callable[..., Any]] = []
"""The functions that are being made ready, each for the one before."""


def _form_of(value: Any, function: Callable[..., Any], boundscheck: bool) -> Any:
    """Return what compiled code is to read instead of a value that a function reads; None for the value itself."""
    if isinstance(value, types.FunctionType) and (
        _is_marked(value) or not (_is_ours(function) or _is_ours(value) or is_foreign(value))
    ):
        return compiled(value, boundscheck=boundscheck)
    if isinstance(value, type) and issubclass(value, IntEnum):
        return _numbers_of(value)
    if hasattr(type(value), "compiles_as"):
        return value.compiles_as()
    return None


def clone_of(function: Callable[..., Any], values: Mapping[str, Any]) -> Any:
    """Return a plain function that does the same but reads these values under their (dotted) names.

    A module of which it reads something is replaced by another one that has only that.
    """
    scope, cells = dict(function.__globals__), dict(_cells(function))
    for name, value in values.items():
        *modules, last = name.split(".")
        place = cells if (*modules, last)[0] in cells else scope
        for module in modules:
            if type(place.get(module)) is not _Part:
                place[module] = _Part(module)
            place = vars(place[module])
        place[last] = value
    closure = tuple(types.CellType(cells[name]) for name in function.__code__.co_freevars) or None
    clone = types.FunctionType(function.__code__, scope, function.__name__, function.__defaults__, closure)
    clone.__kwdefaults__ = function.__kwdefaults__
    clone.__module__ = function.__module__
    clone.__qualname__ = function.__qualname__
    clone.__doc__ = function.__doc__
    return clone


class _Part(types.ModuleType):
    """What compiled code reads of a module."""


def _decorated(clone: Callable[..., Any], boundscheck: bool) -> Any:
    import numba

    ours = _is_ours(clone)
    with _ONE_AT_A_TIME, _our_cache() as can_cache:
        return numba.njit(
            nogil=True,
            cache=ours and can_cache and not boundscheck,
            boundscheck=boundscheck,
            error_model="numpy",
        )(clone)


def address_of(dispatcher: Any, signature: Any) -> int:
    """Return where the machine code of a compiled function is, in Numba's own calling convention."""
    made = dispatcher.overloads[signature.args]
    return int(made.library.get_pointer_to_function(made.fndesc.llvm_func_name))


def _first_of_each(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    return _rule(r[0], p[0], e[0], u[0], out[0])  # type: ignore[name-defined]  # noqa: F821


@cache
def on_arrays(dispatcher: Any, function: Callable[..., Any]) -> Any:
    """Return a compiled rule as a function of arrays of one record, which Numba takes faster from Python."""
    clone = types.FunctionType(_first_of_each.__code__, {"_rule": dispatcher})
    clone.__module__ = function.__module__
    clone.__qualname__ = f"{function.__qualname__}_on_arrays"
    return _decorated(clone, False)


@cache
def _numbers_of(words: type[IntEnum]) -> Any:
    """Return the members of an enum as a named tuple of plain numbers, which compiles to constants."""
    made: Any = namedtuple
    return made(words.__name__, list(words.__members__))(*(int(word) for word in words))


def _is_ours(function: Callable[..., Any]) -> bool:
    """Say whether a function stands on one of the floors that are compiled."""
    package, _, floor = function.__module__.partition(".")
    return package == _PACKAGE and floor.partition(".")[0] in ("model", "engines")


_PACKAGE = __name__.partition(".")[0]


_STANDARD = str(Path(os.__file__).parent)


def is_foreign(function: types.FunctionType) -> bool:
    """Say whether a function is neither relsim's nor a user's: Python's own, or of a package that Numba knows."""
    file = function.__code__.co_filename
    standard = file.startswith(("<frozen", _STANDARD)) and "site-packages" not in file
    return standard or function.__module__.partition(".")[0] in ("numpy", "numba")


def reads(function: Callable[..., Any]) -> dict[str, Any]:
    """Return what a function reads from around it by name: globals, closures, and by dotted name parts of modules."""
    around = {**function.__globals__, **dict(_cells(function))}
    found: dict[str, Any] = {}
    for path in sorted(_paths(function.__code__)):
        if path[0] not in around:
            continue
        value, length = around[path[0]], 1
        while isinstance(value, types.ModuleType) and length < len(path) and hasattr(value, path[length]):
            value, length = getattr(value, path[length]), length + 1
        found[".".join(path[:length])] = value
    return found


def reads_in_all(function: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """Yield what a user's function reads, and what the user's functions that it reads read in their turn."""
    waiting, seen = [function], {function}
    while waiting:
        for name, value in reads(waiting.pop()).items():
            yield name, value
            inner = getattr(value, "py_func", value)
            if isinstance(inner, types.FunctionType) and inner not in seen:
                seen.add(inner)
                if not is_foreign(inner) and inner.__module__.partition(".")[0] != _PACKAGE:
                    waiting.append(inner)


def _cells(function: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """Yield what the closure of a function holds by name."""
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        with contextlib.suppress(ValueError):  # it holds nothing yet
            yield name, cell.cell_contents


def _paths(code: types.CodeType) -> set[tuple[str, ...]]:
    """Return the names that code reads from around it, each with the attributes that it goes on to."""
    found = set()
    path: list[str] | None = None
    for step in dis.get_instructions(code):
        if step.opname == "EXTENDED_ARG":
            continue
        if path is not None and step.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            path.append(str(step.argval))
            continue
        if path is not None:
            found.add(tuple(path))
        path = [str(step.argval)] if step.opname in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF") else None
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found |= _paths(constant)
    return found
