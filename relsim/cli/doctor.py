"""`relsim doctor`: whether this installation is sound, and what to do where it is not."""

import typer

from relsim.cli.common import AsJson, foresee_compiling, print_document

__all__ = ["doctor"]


def doctor(as_json: AsJson = False) -> None:
    """Look at this installation: versions, cores, cache, extras, and whether ten lives come out to the byte."""
    from rich.table import Table
    from rich.text import Text

    from relsim.show.health import checks
    from relsim.show.tables import console

    foresee_compiling("compiled")
    found = list(checks())
    wrong = [each for each in found if not each.well]
    if as_json:
        told = {each.key: {"well": each.well, **each.data, "remedy": each.remedy} for each in found}
        print_document({"sound": not wrong, "checks": told})
    else:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for each in found:
            table.add_row(each.name, Text(each.said))
            if each.remedy:
                table.add_row("", Text(each.remedy, style="bold red"))
        console().print(table)
        said = f"{len(wrong)} need{'s' if len(wrong) == 1 else ''} something to be done." if wrong else "All is well."
        console().print(f"\n{said}")
    if wrong:
        raise typer.Exit(1)
