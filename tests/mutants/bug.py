"""A scientific bug: one patch that a modeller or a statistician might really make, and who should notice."""

from dataclasses import dataclass

__all__ = ["Bug"]


@dataclass(frozen=True)
class Bug:
    """A patch that makes relsim wrong without making it fail."""

    name: str
    what: str
    """In a sentence, and in the words of the science."""
    file: str
    """The source file, from the root of the repository."""
    before: str
    """A snippet that stands exactly once in the file."""
    after: str
    tests: tuple[str, ...]
    """The test files or node ids that should catch it, the likeliest first."""
