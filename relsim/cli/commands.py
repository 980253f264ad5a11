"""How commands are listed: under headings, each with the whole sentence that says what it does."""

from typing import Any

import typer
from typer.core import TyperGroup

__all__ = ["ABOVE", "ASKED", "HERE", "KEPT", "LIVES", "Commands"]

LIVES = "Lives and comparisons"
ASKED = "Scenarios and policies"
KEPT = "Stores of many lives"
ABOVE = "Questions above one comparison"
HERE = "This installation"


class Commands(TyperGroup):
    """A group whose help lists its commands by their panel."""

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]
        """Write the commands into the help."""
        sections: dict[str, list[tuple[str, str]]] = {heading: [] for heading in (LIVES, ASKED, KEPT, ABOVE, HERE)}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                heading = getattr(command, "rich_help_panel", None) or "Commands"
                sections.setdefault(heading, []).append((name, command.get_short_help_str(limit=1000)))
        for heading, lines in sections.items():
            if lines:
                with formatter.section(heading):
                    formatter.write_dl(lines)
