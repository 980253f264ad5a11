"""The blocks of the documents, one module a subject; importing them fills the table of blocks."""

from docs.tables import events, example, lab, limits, main_job, parameters, state, trainer, validation, words
from docs.tables.block import BLOCKS, PICTURES, Block

__all__ = [
    "BLOCKS",
    "PICTURES",
    "Block",
    "events",
    "example",
    "lab",
    "limits",
    "main_job",
    "parameters",
    "state",
    "trainer",
    "validation",
    "words",
]
