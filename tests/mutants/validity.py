"""Which tests are the validity tests: those that hold relsim to theory, to arithmetic by hand or to other programs.

None of them knows a golden digest, a picture, a page, a store or the command line.
"""

__all__ = ["VALIDITY"]

VALIDITY = (
    "tests/unit/test_arithmetic.py",
    "tests/unit/test_causes.py",
    "tests/unit/test_chance.py",
    "tests/unit/test_course.py",
    "tests/unit/test_hazard.py",
    "tests/unit/test_summary.py",
    "tests/unit/test_survival.py",
    "tests/unit/test_tally.py",
    "tests/unit/test_twins.py",
    "tests/oracles",
    "tests/property/test_agenda.py",
    "tests/property/test_pair_by_pair.py",
    "tests/property/test_same_luck.py",
    "tests/statistical",
    "tests/agreement/test_engines.py",
)
