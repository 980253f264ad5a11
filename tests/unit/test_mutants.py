"""The list of hand-made bugs does not rot: each still applies, and names tests that are there."""

from collections import Counter
from pathlib import Path

import pytest

from tests.mutants.bug import Bug
from tests.mutants.bugs import BUGS
from tests.mutants.validity import VALIDITY

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_applies_and_its_tests_are_validity_tests(bug: Bug) -> None:
    text = (ROOT / bug.file).read_text()
    assert text.count(bug.before) == 1
    assert bug.before != bug.after
    compile(text.replace(bug.before, bug.after), bug.file, "exec")
    assert bug.what.endswith(".")
    assert bug.tests
    for test in bug.tests:
        file, _, name = test.partition("::")
        assert any(file == each or file.startswith(f"{each}/") for each in VALIDITY)
        assert f"def {name}" in (ROOT / file).read_text()


def test_there_are_bugs_enough_and_no_two_are_the_same() -> None:
    assert len(BUGS) >= 60
    assert Counter(bug.name for bug in BUGS).most_common(1)[0][1] == 1
    assert Counter((bug.file, bug.before, bug.after) for bug in BUGS).most_common(1)[0][1] == 1


def test_the_validity_tests_are_there() -> None:
    assert all((ROOT / each).exists() for each in VALIDITY)
