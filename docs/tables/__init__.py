"""The blocks of the documents, one module a subject; importing them fills the table of blocks."""

from docs.tables import (
    commands,
    events,
    example,
    lab,
    limits,
    lookup,
    main_job,
    names,
    parameters,
    past,
    performance,
    state,
    trainer,
    validation,
    words,
)
from docs.tables.block import BLOCKS, PICTURES, Block

__all__ = [
    "BLOCKS",
    "PICTURES",
    "Block",
    "commands",
    "events",
    "example",
    "lab",
    "limits",
    "lookup",
    "main_job",
    "names",
    "parameters",
    "past",
    "performance",
    "state",
    "trainer",
    "validation",
    "words",
]
