"""Rows and events as Parquet: what is in a chunk file, and back.

Words stand for codes, missing times are null, and pages carry checksums, so that any reader finds a flipped bit.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from relsim.analysis.columns import by_column
from relsim.errors import StoreError
from relsim.life import Life
from relsim.model.row import row_with
from relsim.model.state import PREFIX
from relsim.vocabulary import Ending, Level, OutsideCause, Status, Turn

if TYPE_CHECKING:
    import pandas
    import pyarrow

__all__ = ["WORDS", "events_table", "frame_of", "parquet_of", "read_arms", "rows_of", "table_of"]

WORDS: Mapping[str, type[IntEnum]] = {
    "ending": Ending,
    "root": Level,
    "turn": Turn,
    "cause": OutsideCause,
    "status": Status,
}
"""The columns of words, -1 where there is none."""

_YES_OR_NO = ("signed", "launched", "censored")


def table_of(rows: np.ndarray) -> "pyarrow.Table":
    """Return ROW records, shape (n,), as a table of n rows with their columns, the user's own at the end."""
    import pyarrow as pa

    columns: dict[str, Any] = {}
    for name, column in by_column(rows).items():
        if name in WORDS:
            words = [word.name for word in WORDS[name]]
            codes = pa.array(column.astype(np.int8), mask=column < 0)
            columns[name] = pa.DictionaryArray.from_arrays(codes, pa.array(words))
        elif name in _YES_OR_NO:
            columns[name] = pa.array(column == 1)
        elif name == "replication":
            columns[name] = pa.array(column)
        elif column.dtype.kind == "i":
            columns[name] = pa.array(column.astype(np.int32))
        else:
            columns[name] = pa.array(column, mask=np.isnan(column))
    return pa.table(columns)


def rows_of(table: "pyarrow.Table") -> np.ndarray:
    """Return the ROW records of such a table, bit for bit those that it was made of.

    Raises StoreError where a column is missing or holds something else.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = np.zeros(len(table), row_with(tuple(name for name in table.column_names if name.startswith(PREFIX))))
    try:
        for name in rows.dtype.names or ():
            column = table[name].combine_chunks()
            if name in WORDS:
                code = {word.name: int(word) for word in WORDS[name]}
                encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
                codes = np.array([code[word] for word in encoded.dictionary.to_pylist()] + [-1])
                rows[name] = codes[pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)]
            else:
                filled = pc.fill_null(column, float("nan")) if rows.dtype[name].kind == "f" else column
                rows[name] = filled.to_numpy(zero_copy_only=False)
    except (KeyError, ValueError, pa.ArrowInvalid) as error:
        raise StoreError(f"a chunk file has other columns or words than relsim writes: {error}") from error
    return rows


def events_table(lives: Sequence[Life]) -> "pyarrow.Table":
    """Return the events of lives of one arm, one row an event, with the replication of the life before."""
    import pandas as pd
    import pyarrow as pa

    frames = []
    for life in lives:
        frame = life.events
        frame.insert(0, "replication", life.replication)
        frames.append(frame)
    return pa.Table.from_pandas(pd.concat(frames, ignore_index=True), preserve_index=False)


def frame_of(rows: np.ndarray) -> "pandas.DataFrame":
    """Return ROW records as a frame: words instead of codes, NaN where a time is missing."""
    import pandas as pd

    frame = pd.DataFrame(by_column(rows))
    for name in _YES_OR_NO:
        frame[name] = frame[name].astype(bool)
    for name, words in WORDS.items():
        codes: Any = frame[name].to_numpy()
        frame[name] = pd.Categorical.from_codes(codes, categories=pd.Index([word.name for word in words]))
    return frame


def parquet_of(tables: Mapping[str, Sequence["pyarrow.Table"]], told: Mapping[str, str]) -> bytes:
    """Return the tables of all arms as the bytes of one Parquet file, arm after arm, with `arm` as first column.

    tables: for each arm those that follow each other.

    told: what is said of the file in its metadata.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = pa.array(list(tables))
    made = []
    for place, parts in enumerate(tables.values()):
        for table in parts:
            which = pa.DictionaryArray.from_arrays(np.full(len(table), place, np.int8), names)
            made.append(table.add_column(0, "arm", which))
    together = pa.concat_tables(made)
    file = io.BytesIO()
    pq.write_table(
        together.replace_schema_metadata({f"relsim.{key}": value for key, value in told.items()}),
        file,
        compression="zstd",
        compression_level=1,
        use_dictionary=[field.name for field in together.schema if str(field.type) != "double"],
        write_statistics=["arm", "replication"],
        write_page_checksum=True,
    )
    return file.getvalue()


def read_arms(data: bytes, arms: Iterable[str]) -> dict[str, "pyarrow.Table"]:
    """Return the tables of arms from the bytes of such a file.

    Raises StoreError where the bytes are no such file, or a page is not what was written.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(io.BytesIO(data), page_checksum_verification=True).read()
        return {arm: table.filter(pc.equal(table["arm"], arm)) for arm in arms}
    except (pa.ArrowException, OSError, KeyError) as error:
        raise StoreError(f"not a file with lives of relsim: {error}") from error
