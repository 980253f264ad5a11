"""Tables of past relationships: what is read, how mistakes are told, and what is found suspicious."""

import math
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

import relsim
from docs.past import made
from relsim.errors import ScenarioError
from relsim.lab.past.columns import COLUMNS, UNKNOWN_ENDING
from relsim.lab.past.dates import day_of, years_of
from relsim.lab.past.past import Past
from relsim.lab.past.reading import read_past
from relsim.lab.past.synthetic import EXAMPLE, write_example
from relsim.scenario.files import folder
from relsim.vocabulary import Ending, Launch

HEAD = "launch,contact,started,ended,ending,observed_until"
GOOD = f"""{HEAD}
deal-first,2015-01-10,2015-09-01,2018-03-02,quiet-exit,
feasibility-first,2016-02-01,2017-01-01,,,2024-12-31
deal-first,2016-05-05,,2016-08-01,no-deal,
"""


def past_of(folder: Path, text: str | bytes, name: str = "past.csv") -> Past:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_past(path)


def refused(folder: Path, text: str | bytes, name: str = "past.csv") -> str:
    with pytest.raises(ScenarioError) as error:
        past_of(folder, text, name)
    assert all(problem.file.endswith(name) for problem in error.value.problems)
    return str(error.value).replace(f"{folder}/", "")


def test_a_table_is_read_with_dates(tmp_path: Path) -> None:
    past = past_of(tmp_path, GOOD)
    assert len(past) == 3
    assert past.launch.tolist() == [Launch.DEAL_FIRST, Launch.FEASIBILITY_FIRST, Launch.DEAL_FIRST]
    assert past.ending.tolist() == [Ending.QUIET_EXIT, Ending.ONGOING, Ending.NO_DEAL]
    deal_first = past.cohort(Launch.DEAL_FIRST)
    assert deal_first.age[0] == pytest.approx((date(2018, 3, 2) - date(2015, 9, 1)).days / 365.25)
    assert math.isnan(deal_first.age[1])
    assert deal_first.duration.tolist() == pytest.approx([1147 / 365.25, 88 / 365.25])
    assert past.title == "past.csv: 3 past relationships, 2015-01-10 to 2024-12-31"
    assert past.counted["still going"] == {"deal-first": 0, "feasibility-first": 1, "all": 1}
    frame = past.to_frame()
    assert frame["contact"].dt.strftime("%Y-%m-%d").tolist() == ["2015-01-10", "2016-02-01", "2016-05-05"]
    assert frame["ending"].tolist() == ["quiet-exit", "ongoing", "no-deal"]
    assert frame["started"].isna().tolist() == [False, False, True]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + GOOD,  # as spreadsheets begin UTF-8
        GOOD.replace("\n", "\r\n"),
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace("launch", " Launch ").replace("observed_until", '"Observed until"'),
        GOOD.replace("deal-first", "Deal First").replace("quiet-exit", "QUIET EXIT"),
        GOOD + ",,,,,\n\n  \n",  # rows that were emptied
        "# made by hand, in a hurry\n\n" + GOOD,
        '"# made by hand",,,,,\n' + GOOD,  # as spreadsheets save a note
        GOOD.replace("2015-01-10", "2015-01-10 00:00:00").replace("2016-02-01", "2016-02-01T00:00:00"),
        GOOD.replace("\n", ",sector\n", 1)
        .replace("quiet-exit,\n", 'quiet-exit,,"bank,\nand more"\n')
        .replace("31\n", "31,\n")
        .replace("no-deal,\n", "no-deal,,\n"),
    ],
)
def test_what_spreadsheets_do_changes_nothing(tmp_path: Path, text: str) -> None:
    plain, other = past_of(tmp_path, GOOD), past_of(tmp_path, text)
    pd.testing.assert_frame_equal(plain.to_frame(), other.to_frame())
    assert other.unused in ((), ("sector",))


def test_years_stand_for_dates_where_there_are_none(tmp_path: Path) -> None:
    past = past_of(tmp_path, f"{HEAD}\ndeal-first,0,0.5,2.75,outside,\ndeal-first,0,.25,,,9e0\n")
    assert not past.dated
    assert past.cohort(Launch.DEAL_FIRST).age.tolist() == [2.25, 8.75]
    assert past.title == "past.csv: 2 past relationships"


@pytest.mark.parametrize("kind", ["words", "values"])
def test_parquet_is_read_as_csv_is(tmp_path: Path, kind: str) -> None:
    plain = past_of(tmp_path, GOOD)
    frame = pd.read_csv(tmp_path / "past.csv", dtype=str)
    if kind == "values":
        times = ["contact", "started", "ended", "observed_until"]
        frame = frame.assign(**{name: pd.to_datetime(frame[name]) for name in times}, sector=1.5)
    frame.to_parquet(tmp_path / "past.parquet", index=False)
    pd.testing.assert_frame_equal(read_past(tmp_path / "past.parquet").to_frame(), plain.to_frame())


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "deal-first,31/01/2020,,2021-01-01,,",
            "2: contact: 31/01/2020: a date such as 2020-01-31 or a number of years",
        ),
        ("deal-first,2020-02-30,,2021-01-01,,", "2: contact: 2020-02-30: a date such as 2020-01-31"),
        (
            "deal-first,2020-02-01,,9999-12-31,,",
            "2: ended: 9999-12-31: a date from 1950 to 2100; empty where it has not",
        ),
        ("deal-first,20200201,,,,3", "2: contact: 20200201: a date such as 2020-01-31 or years between ±10,000"),
        ("deal-first,2020-02-01,,2,,", "2: ended: 2: a date such as 2020-01-31, as in row 2"),
        ("deal-first,nan,,,,3", "2: contact: nan: a date such as 2020-01-31"),
        ("deal-frist,1,,2,,", "2: launch: deal-frist: deal-first or feasibility-first; did you mean deal-first?"),
        (",1,,2,,", "2: launch: is empty: deal-first or feasibility-first"),
        ("deal-first,1,2,3,quit-exit,", "did you mean quiet-exit?"),
        ("deal-first,1,0.5,3,outside,", "2: started: 0.5: not before contact, 1"),
        ("deal-first,1,2,3,outside,2.5", "2: observed_until: 2.5: not before ended, 3"),
        ("deal-first,,,3,outside,", "2: contact: is empty: first contact, or else the start of operations in started"),
        ("deal-first,1,2,,,", "2: observed_until: is empty: until when it was watched, as it has no end"),
        ("deal-first,1,2,,outside,3", "2: ended: is empty: when it ended, as its ending is outside"),
        ("deal-first,1,2,3,ongoing,", "2: ending: ongoing: how it ended, as ended is given; else unknown"),
        ("deal-first,1,2,3,no-deal,", "2: ending: no-deal: an ending after the signature, as started is given"),
        ("deal-first,1,2,3,outside", "2: as many cells as the header has, 6, not 5"),
        ("deal-first,1,2,3,outside,,,", "2: as many cells as the header has, 6, not 8"),
    ],
)
def test_a_mistake_is_told_with_its_row_and_column(tmp_path: Path, line: str, told: str) -> None:
    assert told in refused(tmp_path, f"{HEAD}\n{line}\n")


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("left_tactical", "2.5", "a whole number, 0 or more"),
        ("left_tactical", "-1", "a whole number, 0 or more"),
        ("heads_tactical", "0", "a number above 0"),
        ("loss_joint", "inf", "0 or more"),
        ("loss_joint", "1e99", "0 or more"),
        ("loss_client", '"2,5"', "0 or more, with a decimal point"),
        ("contract_value", "many", "a number above 0"),
        ("seen_from", "3", "before it ended, or was last watched"),
    ],
)
def test_more_columns_have_their_own_mistakes(tmp_path: Path, column: str, cell: str, told: str) -> None:
    text = refused(tmp_path, f"launch,started,ended,{column}\ndeal-first,1,3,{cell}\n")
    plain = cell.strip('"')
    assert text == f"past.csv:2: {column}: {plain}: {told}"


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("lanch,started,ended", "1: lanch: no such column; did you mean launch?"),
        ("launch,started,ended,Ended", "1: ended: a name that stands once in the header"),
        ("launch,ended", "1: needs a column contact or started"),
        ("launch,contact", "1: needs a column ended or observed_until"),
        ("contact,ended", "1: launch: a column that is needed: deal-first or feasibility-first"),
    ],
)
def test_a_wrong_header_is_told(tmp_path: Path, header: str, told: str) -> None:
    assert told in refused(tmp_path, f"{header}\n")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "a line with the names of the columns, and a row a relationship"),
        (b"# only notes\n\n", "a line with the names of the columns"),
        (f"{HEAD}\n".encode(), "at least one row"),
        (b"\xff\xfel\0a\0", "past.csv:1: text in UTF-8; from a spreadsheet, save it as CSV UTF-8"),
        (GOOD.encode() + b"caf\xe9,\n", "past.csv:5: text in UTF-8"),
        (GOOD.encode() + b"\0", "past.csv:5: text, without NUL characters"),
        (b"PK\x03\x04...", "from a spreadsheet, save it as CSV UTF-8"),
        (f'{HEAD}\n"deal-first,1\n'.encode(), "past.csv:2: this is no CSV"),
        (b"PAR1" + b"\0" * 50, "a whole Parquet file"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    assert told in refused(tmp_path, content)


def test_folders_devices_and_huge_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, told in ((tmp_path, "not a folder"), ("/dev/null", "not a device"), (tmp_path / "none", "No such file")):
        with pytest.raises(ScenarioError, match=told):
            read_past(path)
    monkeypatch.setattr("relsim.lab.past.file.MOST", 1)
    assert "a table of at most 1 rows" in refused(tmp_path, GOOD)
    frame = pd.read_csv(tmp_path / "past.csv", dtype=str)
    frame.to_parquet(tmp_path / "past.parquet")
    assert "a table of at most 1 rows" in refused(tmp_path, (tmp_path / "past.parquet").read_bytes(), "past.parquet")
    monkeypatch.setattr("relsim.lab.past.file.LARGEST", 50)
    assert "a file of at most" in refused(tmp_path, GOOD)


def test_all_mistakes_are_told_at_once_and_very_many_are_counted(tmp_path: Path) -> None:
    told = refused(tmp_path, f"{HEAD}\ndeal-frist,1,0,,,4\nx,31/01/2020,,,,\n").splitlines()
    assert [line.split(":")[1:3] for line in told] == [
        ["2", " launch"],
        ["2", " started"],
        ["3", " launch"],
        ["3", " contact"],
        ["3", " observed_until"],
    ]
    many = refused(tmp_path, HEAD + "\n" + "x,1,2,3,outside,\n" * 80).splitlines()
    assert len(many) == 51
    assert many[-1] == "past.csv: and 30 more mistakes"


def test_a_row_is_counted_as_an_editor_does(tmp_path: Path) -> None:
    rows = ('"two\nlines",deal-first', "b,deal-frist", "b,deal-first")
    text = "\n".join(["# a note", f"id,{HEAD}", *(f"{row},1,2,3,outside," for row in rows)])
    assert "past.csv:5: launch: deal-frist" in refused(tmp_path, text)
    twice = refused(tmp_path, text.replace("frist", "first"))
    assert "past.csv:6: id: b: given once; it stands already in row 5" in twice


def test_an_end_without_a_word_is_an_unknown_ending(tmp_path: Path) -> None:
    past = past_of(tmp_path, f"{HEAD}\ndeal-first,1,2,3,,\n")
    assert past.ending.tolist() == [UNKNOWN_ENDING]
    without = past_of(tmp_path, "launch,started,ended,observed_until\ndeal-first,2,3,\ndeal-first,2,,4\n")
    assert without.ending.tolist() == [UNKNOWN_ENDING, Ending.ONGOING]


# what is suspicious


def table(*rows: str, header: str = HEAD) -> str:
    return "\n".join([header, *rows]) + "\n"


def spread(count: int, ended: str = "", launch: str = "deal-first") -> list[str]:
    """Return rows that began a month apart and that, but for the ends that are given, are still going."""
    starts = [date(2010 + place // 12, place % 12 + 1, 1) for place in range(count)]
    return [f"{launch},,{day},{ended},,{'' if ended else '2024-06-30'}" for day in starts]


LATER = [f"deal-first,,{2010 + place}-03-03,{2013 + place}-04-04,outside," for place in range(8)]
BOTH = [each.replace("deal", "feasibility") for each in (*spread(15), *LATER)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (table(*LATER), "No relationship is still going."),
        (table(*LATER, *spread(12)), "Every relationship was launched."),
        (table(*LATER, "deal-first,2015-02-02,2015-03-03,,,2024-06-30"), "8 launched are without contact: left out"),
        (table("deal-first,2015-02-02,,2016-01-01,quiet-exit,", *LATER), "1 ended by an exit or at the end of a term"),
        (table(*spread(30, "2024-06-30")), "30 of 30 endings are on 2024-06-30. If the table was made then"),
        (
            table(*(f"deal-first,2010-01-01,2011-01-{day:02d},,,2024-06-30" for day in range(1, 9))),
            "8 of 8 first contacts are",
        ),
        (
            table(*(f"deal-first,,200{day}-01-01,2023-0{day}-05,outside," for day in range(1, 9))),
            "8 had started before the first",
        ),
        (table(*LATER, LATER[0]), "1 is the same as an earlier one in all columns but id (row 10 as row 2)"),
        (table(*LATER), "deal-first: only 8 launched."),
        (table(*LATER), "No relationship is feasibility-first"),
        (table(*LATER, "deal-first,,2015-05-05,2016-01-01,unknown,"), "How it ended is unknown of 1 of 9 that ended."),
        (table("deal-first,1,2,4,5e6", header="launch,contact,started,ended,loss_joint"), "Losses go up to 5,000,000"),
        (table("deal-first,1,,2,4", header="launch,contact,signed,started,ended"), "1 launched is without signed"),
        (
            table("deal-first,1,2,", "deal-first,0,9,3", header="launch,started,ended,seen_from"),
            "all that were watched 1.0 years",
        ),
    ],
)
def test_what_is_suspicious_is_told_in_words(tmp_path: Path, text: str, told: str) -> None:
    assert told in " ".join(past_of(tmp_path, text).warnings)


def test_a_sound_table_gives_no_warning(tmp_path: Path) -> None:
    nothing = [
        f"{launch},2014-0{month}-07,,2014-09-0{month},no-deal,"
        for launch in ("deal-first", "feasibility-first")
        for month in (1, 2)
    ]
    rows = [row.replace("first,,20", "first,2009-01-01,20") for row in (*spread(15), *LATER, *BOTH)]
    rows = [
        row.replace("2009-01-01", f"2009-{place % 12 + 1:02d}-{place % 28 + 1:02d}") for place, row in enumerate(rows)
    ]
    assert past_of(tmp_path, table(*rows, *nothing)).warnings == ()


# the example


def test_the_example_is_what_its_script_makes() -> None:
    text = (folder() / EXAMPLE).read_text(encoding="utf-8")
    assert text == made(), "the model has moved on: python docs/past.py makes it anew"
    assert text.startswith("# SYNTHETIC")


def test_the_example_is_sound_and_written_once(tmp_path: Path) -> None:
    path = write_example(tmp_path / "mine.csv")
    past = relsim.read_past(path)
    assert len(past) == 320
    assert set(past.columns) <= {column.name for column in COLUMNS}
    assert [each.split(" of ")[0] for each in past.warnings] == ["How it ended is unknown"]
    assert "SYNTHETIC" in past.notes[0]
    assert "rules" in past.notes[0]
    assert past.plot().get_title("left") == "Survival of launched relationships"
    with pytest.raises(ScenarioError, match="exists already"):
        write_example(path)
    with pytest.raises(ScenarioError, match="can be written"):
        write_example(tmp_path / "none" / "mine.csv")


def test_days_and_years_go_back_and_forth() -> None:
    for day in (date(1950, 1, 1), date(1999, 12, 31), date(2000, 2, 29), date(2100, 12, 31)):
        assert day_of(years_of(day)) == day
