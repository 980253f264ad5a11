"""A file as rows of cells: CSV as spreadsheets write it, and Parquet."""

import csv
import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from relsim.errors import Problem, ScenarioError
from relsim.lab.past.columns import COLUMNS
from relsim.scenario.files import shown

__all__ = ["LARGEST", "MOST", "Cells", "header_name", "read_cells"]

LARGEST = 64_000_000
"""Bytes that a file may have."""

MOST = 200_000
"""Rows that a table may have."""

_SEPARATORS = (",", ";", "\t")
_KNOWN = {column.name for column in COLUMNS}


@dataclass(frozen=True)
class Cells:
    """What stands in a file, unread: text in CSV, values in Parquet."""

    label: str
    """The path as messages name it."""
    name: str
    """The file's own name."""
    digest: str
    """SHA-256 of its bytes."""
    notes: tuple[str, ...]
    """The lines before the header that begin with #."""
    header: tuple[str, ...]
    header_row: int | None
    rows: tuple[tuple[int, tuple[Any, ...]], ...]
    """The number of each row in the file, as an editor or a spreadsheet counts, and its cells."""


def header_name(written: str) -> str:
    """Return the name of a column as it is known: small letters, with _ for spaces and hyphens."""
    return "_".join(written.strip().lower().replace("-", " ").replace("_", " ").split())


def read_cells(path: str | os.PathLike[str]) -> Cells:
    """Return the cells of a CSV or Parquet file.

    Raises ScenarioError where it cannot be read as such, with the row where there is one.
    """
    place = Path(path)
    label = str(place) if str(place).isprintable() else shown(str(place))
    content = _bytes_of(place, label)
    digest = hashlib.sha256(content).hexdigest()
    if content[:4] == b"PAR1" or place.suffix == ".parquet":
        header, values = _parquet(content, label)
        return Cells(label, place.name, digest, (), header, None, values)
    notes, row, header, texts = _csv(_text_of(content, label), label)
    return Cells(label, place.name, digest, notes, header, row, texts)


def refused(label: str, allowed: str, row: int | None = None) -> ScenarioError:
    """Return the error of a file as a whole."""
    return ScenarioError([Problem("", "", allowed, label, row)])


def _bytes_of(place: Path, label: str) -> bytes:
    try:
        if place.is_dir():
            raise refused(label, "a CSV or Parquet file, not a folder")
        if place.exists() and not place.is_file():
            raise refused(label, "a CSV or Parquet file, not a device or a pipe")
        with place.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise refused(label, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > LARGEST:
        raise refused(label, f"a file of at most {LARGEST // 1_000_000} MB")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise refused(label, "a CSV or Parquet file; from a spreadsheet, save it as CSV UTF-8")
    return content


def _text_of(content: bytes, label: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise refused(label, "text in UTF-8; from a spreadsheet, save it as CSV UTF-8", row) from None
    if "\0" in text:
        raise refused(label, "text, without NUL characters", text.count("\n", 0, text.index("\0")) + 1)
    return text


def _csv(text: str, label: str) -> tuple[tuple[str, ...], int, tuple[str, ...], tuple[tuple[int, Any], ...]]:
    """Return notes, the row of the header, the header, and the rows."""
    lines = io.StringIO(text, newline="").readlines()
    first = next((place for place, line in enumerate(lines) if not _is_note(line)), len(lines))
    notes = tuple(line.strip().strip('"').strip(",;\t ").lstrip("# ") for line in lines[:first] if line.strip())
    if first == len(lines):
        raise refused(label, "a line with the names of the columns, and a row a relationship")
    rows = []
    try:
        for number, cells in _split(lines[first:], _separator(lines[first]), first):
            rows.append((number, tuple(cells)))
            if len(rows) > MOST + 1:
                raise refused(label, f"a table of at most {MOST:,} rows")
    except csv.Error as error:
        raise refused(label, f"this is no CSV: {error}", rows[-1][0] + 1 if rows else first + 1) from None
    (header_row, header), *found = rows
    # spreadsheets leave rows behind in which nothing stands
    return notes, header_row, header, tuple(each for each in found if any(cell.strip() for cell in each[1]))


def _is_note(line: str) -> bool:
    return line.lstrip('"').startswith("#") or not line.strip(' \t\r\n",;')


def _separator(header: str) -> str:
    """Return what parts the cells: that by which most names of columns are known."""

    def known(separator: str) -> int:
        return sum(header_name(name.strip('"\r\n ')) in _KNOWN for name in header.split(separator))

    return max(_SEPARATORS, key=known)


def _split(lines: list[str], separator: str, before: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the line in which each row begins, and its cells."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    begins = before + 1
    for cells in reader:
        yield begins, cells
        begins = before + reader.line_num + 1


def _parquet(content: bytes, label: str) -> tuple[tuple[str, ...], tuple[tuple[int, Any], ...]]:
    """Return the names of the columns, and the rows."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(pa.BufferReader(content), page_checksum_verification=True)
        if file.metadata.num_rows > MOST:
            raise refused(label, f"a table of at most {MOST:,} rows")
        header = tuple(file.schema_arrow.names)
        wanted = [name for name in header if header_name(name) in _KNOWN]
        columns = {name: file.read(columns=[name]).column(0).to_pylist() for name in dict.fromkeys(wanted)}
    except (pa.ArrowException, OSError, ValueError, OverflowError, TypeError) as error:
        why = str(error).split("\n")[0].split(". ")[0][:120]
        raise refused(label, f"a whole Parquet file: {why}") from None
    empty = [None] * file.metadata.num_rows
    whole = [columns.get(name, empty) for name in header]
    return header, tuple(enumerate(zip(*whole, strict=True), 1))
