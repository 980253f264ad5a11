"""`relsim classroom`: the comparison and the twins on a page of this machine."""

import webbrowser
from threading import Thread
from typing import Annotated

import typer

from relsim.cli import completion
from relsim.cli.common import foresee_compiling, hint

__all__ = ["classroom"]


def classroom(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="[SCENARIO]",
            help="A bundled scenario's name, or the path of a TOML file.",
            autocompletion=completion.scenarios,
        ),
    ] = "it-outsourcing",
    port: Annotated[
        int, typer.Option(metavar="N", min=0, max=65535, help="Where the page is; 0 takes any free port.")
    ] = 8866,
    lang: Annotated[
        str,
        typer.Option(
            metavar="en|nl", help="Which language it starts with.", autocompletion=completion.one_of("en", "nl")
        ),
    ] = "en",
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Serve the live comparison and the twin timeline as a page, on this machine only, until Ctrl-C."""
    from relsim.show.classroom.serve import free_port, serve

    place = free_port(port)
    foresee_compiling("compiled")

    def ready(address: str) -> None:
        print(f"classroom: {address}", flush=True)
        hint("Ctrl-C ends it.")
        if browser:
            Thread(target=webbrowser.open, args=(address,), daemon=True).start()  # some browsers do not come back

    serve(scenario, place, lang, ready)
