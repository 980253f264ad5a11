"""Libraries that only the lab needs, of the extra `lab`."""

from importlib import import_module
from typing import Any

from relsim.errors import EngineError

__all__ = ["needed"]


def needed(module: str, for_what: str) -> Any:
    """Return a module of the extra `lab`, or say beforehand what is missing.

    for_what: as in "calibration searches with optuna".

    Raises EngineError where it is not installed.
    """
    try:
        return import_module(module)
    except ImportError:
        raise EngineError(f"{for_what}: pip install 'relsim-lifecycles[lab]'") from None
