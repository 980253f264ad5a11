"""From plain functions to machine code: at first use, cached on disk, and never on import.

`jittable` marks a plain Python function and gives it back unchanged; `compiled` makes its Numba form. Other marked
functions that its body names are compiled with it, so a rule reads, runs and debugs as ordinary Python.
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
from collections.abc import Callable, Iterator
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

__all__ = [
    "address_of",
    "cache_directory",
    "cache_home",
    "compiled",
    "global_names",
    "is_cold",
    "jittable",
    "on_arrays",
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
    """Return the Numba form of a plain function."""
    if function.__code__ in _INTRINSIC:
        return _INTRINSIC[function.__code__]()
    scope = dict(function.__globals__)
    for name in global_names(function.__code__):
        value = scope.get(name)
        if _is_marked(value):
            scope[name] = compiled(scope[name], boundscheck=boundscheck)
        elif isinstance(value, type) and issubclass(value, IntEnum):
            scope[name] = _numbers_of(value)
    clone = types.FunctionType(function.__code__, scope, function.__name__, function.__defaults__, function.__closure__)
    clone.__module__ = function.__module__
    clone.__qualname__ = function.__qualname__
    clone.__doc__ = function.__doc__
    dispatcher = _decorated(clone, boundscheck)
    if signature is not None:
        dispatcher.compile(signature)
        dispatcher.disable_compile()
    return dispatcher


def _decorated(clone: Callable[..., Any], boundscheck: bool) -> Any:
    import numba

    package, _, floor = clone.__module__.partition(".")
    ours = package == __name__.partition(".")[0] and floor.partition(".")[0] in ("model", "engines")
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


def global_names(code: types.CodeType) -> set[str]:
    """Return the names of all globals that code reads."""
    names = {str(step.argval) for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= global_names(constant)
    return names
