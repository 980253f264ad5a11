"""What the notebook runs that the page is made of: it learns from its environment what to show."""

import os
from pathlib import Path

from relsim.errors import RelsimError

__all__ = ["LANGUAGE", "SCENARIO", "SIGN", "page"]

SCENARIO, LANGUAGE = "RELSIM_SCENARIO", "RELSIM_LANGUAGE"
SIGN = "RELSIM_SIGN"
"""The file that is there once a page is ready."""


def page() -> None:
    """Show the classroom that the server was started for."""
    from IPython.display import display

    from relsim.show.classroom.room import classroom

    try:
        display(classroom(os.environ[SCENARIO], language=os.environ[LANGUAGE]).box)
    except RelsimError as error:  # the file has changed since the server started
        display({"text/plain": str(error)}, raw=True)
    Path(os.environ[SIGN]).touch()
