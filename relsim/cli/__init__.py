"""The command line."""

from relsim.cli.main import app, main

__all__ = ["app", "main"]
