"""The command line as a page: every command with its arguments and options, read off the functions behind it."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import typer

from docs.tables.block import code, from_code, markdown
from relsim.cli.main import app

__all__ = ["commands_of"]

_VALUES = {int: "N", float: "NUMBER", str: "TEXT", Path: "PATH"}
_ENDLESS = 2**53
"""A limit from which on it is none to a reader."""


def commands_of(shell: typer.Typer, before: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield each command as it is typed and its function, those of groups after those of the shell itself."""
    for command in shell.registered_commands:
        if not command.hidden and command.callback is not None:
            name = command.name or command.callback.__name__.replace("_", "-")
            yield f"{before} {name}", command.callback
    for group in shell.registered_groups:
        if not group.hidden and group.typer_instance is not None:
            yield from commands_of(group.typer_instance, f"{before} {group.name}")


def _parameters(function: Callable[..., Any]) -> Iterator[tuple[str, Any, type, Any]]:
    """Yield name, what typer is told, type and default of each parameter."""
    hints = get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        sort, *told = get_args(hints[name])
        kinds = [each for each in get_args(sort) or (sort,) if each is not NoneType]
        kind = get_args(kinds[0])[0] if get_origin(kinds[0]) in (list, tuple) else kinds[0]
        yield name, told[0], kind, parameter.default


def _rows(function: Callable[..., Any]) -> Iterator[list[str]]:
    for name, told, kind, default in _parameters(function):
        given = "" if default is None or default is inspect.Parameter.empty or kind is bool else str(default)
        if isinstance(told, typer.models.ArgumentInfo):
            shown, value = told.metavar or name.upper(), ""
        else:
            plain = f"--{name.replace('_', '-')}"
            both = f"{plain} / --no-{plain.removeprefix('--')}" if kind is bool else plain
            shown = ", ".join(_typed(told) or (both,))
            value = "" if kind is bool else told.metavar or _VALUES[kind]
        yield [code(shown), code(value), code(given), (told.help or "") + _limits(told)]


def _typed(told: Any) -> tuple[str, ...]:
    """Return the options as they are typed, where they are named; typer takes the first of them for a default."""
    return tuple(each for each in (told.default, *(told.param_decls or ())) if str(each).startswith("-"))


def _limits(told: Any) -> str:
    least, most = told.min, told.max
    if least is None and most is None:
        return ""
    if most is None or most >= _ENDLESS:
        return f" At least {least:,}."
    return f" From {least:,} to {most:,}."


def _usage(shown: str, function: Callable[..., Any]) -> str:
    """Return how a command is typed."""
    words = [shown]
    for name, told, _, default in _parameters(function):
        if isinstance(told, typer.models.ArgumentInfo):
            word = told.metavar or name.upper()
            words.append(word if default is inspect.Parameter.empty or word.startswith("[") else f"[{word}]")
    return " ".join((*words, "[OPTION]..."))


@from_code
def commands() -> str:
    """Return every command, with a heading of its own."""
    told = []
    for shown, function in commands_of(app, "relsim"):
        rows = list(_rows(function))
        said = inspect.cleandoc(function.__doc__ or "")
        told.append(f"### {shown}\n\n{said}\n\n```text\n{_usage(shown, function)}\n```\n")
        if rows:
            told.append(markdown(("name", "value", "default", "what it is"), rows))
    return "\n".join(told)


@from_code
def list_of_commands() -> str:
    """Return the commands in one table, each leading to its place."""
    rows = []
    for shown, function in commands_of(app, "relsim"):
        said = inspect.cleandoc(function.__doc__ or "").split("\n\n")[0].replace("\n", " ")
        rows.append([f"[{code(shown)}](#{shown.replace(' ', '-')})", said])
    return markdown(("command", "what it does"), rows)
