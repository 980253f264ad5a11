"""Tables of past relationships, whatever is in them: read, or refused in words; and none is read as something else."""

import contextlib
import io
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import example, given, settings
from hypothesis import strategies as st

from relsim.errors import ScenarioError
from relsim.lab.past.columns import COLUMNS, ENDING_WORDS, LAUNCH_WORDS, TIMES
from relsim.lab.past.past import Past
from relsim.lab.past.reading import read_past
from relsim.scenario.files import folder

EXAMPLE = (folder() / "past-relationships.csv").read_bytes()
SHORT = b"".join(EXAMPLE.splitlines(keepends=True)[:12])
ODD = [
    "",
    " ",
    "nan",
    "inf",
    "-1",
    "1e999",
    "2,5",
    "31/01/2020",
    "2020-02-30",
    "9999-12-31",
    "é",
    '"',
    "\n",
    "\0",
    ";;",
    "#",
]


def read(content: bytes, name: str = "drawn.csv") -> Past:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / name
        path.write_bytes(content)
        return read_past(path)


def read_or_refused(content: bytes) -> Past | ScenarioError:
    try:
        return read(content)
    except ScenarioError as error:
        return error


def used(past: Past) -> None:
    """Ask a table all that can be asked of it without a model; nothing may fail."""
    assert len(past.warnings) >= 0
    assert len(str(past)) > 0
    assert len(past.to_frame()) == len(past)
    assert past.targets().title
    assert past.document()


@settings(max_examples=300)
@given(st.data())
def test_a_mangled_table_is_read_or_refused_in_words(data: st.DataObject) -> None:
    content = bytearray(SHORT)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content)))
        until = data.draw(st.integers(place, min(place + 12, len(content))))
        piece = data.draw(st.sampled_from(ODD).map(str.encode) | st.binary(max_size=6))
        content[place:until] = piece
    past = read_or_refused(bytes(content))
    if isinstance(past, Past):
        used(past)
    else:
        assert all("drawn.csv" in problem.file and problem.allowed for problem in past.problems)


@settings(max_examples=100)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"launch,started,ended\n\r")
@example(b'#\n"\r')
def test_no_bytes_are_a_traceback(content: bytes) -> None:
    for name in ("drawn.csv", "drawn.parquet"):
        with contextlib.suppress(ScenarioError):
            used(read(content, name))


TIME = st.floats(-50, 50).map(lambda years: round(years, 3))


@st.composite
def rows(draw: st.DrawFn) -> dict[str, object]:
    """Draw a relationship without a mistake, in years."""
    times = sorted(draw(st.lists(TIME, min_size=len(TIMES), max_size=len(TIMES))))
    row: dict[str, object] = dict(zip(TIMES, times, strict=True))
    for name in draw(st.sets(st.sampled_from(["contact", "signed", "contract"]))):
        row[name] = None
    row["launch"] = draw(st.sampled_from(list(LAUNCH_WORDS)))
    if draw(st.booleans()):
        row["ended"], row["ending"] = None, ""
    else:
        row["ending"] = draw(st.sampled_from(["quiet-exit", "hostile-exit", "expired", "outside", "unknown"]))
    counted = {"money": st.floats(0, 1e9), "count": st.integers(0, 500), "size": st.floats(0.5, 1e9)}
    for column in COLUMNS:
        if column.kind in counted and draw(st.booleans()):
            row[column.name] = draw(counted[column.kind])
    return row


@settings(max_examples=60)
@given(st.lists(rows(), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_a_sound_table_is_read_as_it_is_in_any_form(drawn: list[dict[str, object]], random: object) -> None:
    frame = pd.DataFrame(drawn)
    names = list(frame.columns)
    random.shuffle(names)  # type: ignore[attr-defined]
    text, parquet = io.StringIO(), io.BytesIO()
    frame[names].to_csv(text, index=False, sep=";")
    frame.to_parquet(parquet)
    for past in (read(text.getvalue().encode()), read(parquet.getvalue(), "drawn.parquet")):
        used(past)
        for name in frame.columns:
            if name in ("launch", "ending"):
                words = LAUNCH_WORDS if name == "launch" else ENDING_WORDS | {"": 0}
                assert past.columns[name].tolist() == [words[word] for word in frame[name]]
            else:
                expected = frame[name].to_numpy(float)
                assert np.array_equal(past.columns[name], expected, equal_nan=True)


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_parquet_file_is_read_as_it_was_or_refused(data: st.DataObject) -> None:
    whole = read(EXAMPLE)
    written = io.BytesIO()
    whole.to_frame().to_parquet(written, write_page_checksum=True)
    content = bytearray(written.getvalue())
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    else:
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with contextlib.suppress(ScenarioError):
        assert set(read(bytes(content), "drawn.parquet").columns) <= set(whole.columns)
