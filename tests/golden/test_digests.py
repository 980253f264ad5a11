"""Lives are the same bytes as when the golden digests were written, on any processor."""

import json
import subprocess
import sys
from pathlib import Path

import relsim
from tests.golden.generate import FILE, TEN_LIVES, digests, ten_lives
from tests.masked import masked_environment

README = Path(__file__).parents[2] / "README.md"


def test_digests_are_the_golden_ones() -> None:
    golden = json.loads(FILE.read_text())
    assert golden == {"rules_version": relsim.RULES_VERSION, "digests": digests()}


def test_the_ten_lives_of_the_doctor_are_the_golden_ones() -> None:
    assert json.loads(TEN_LIVES.read_text()) == {"rules_version": relsim.RULES_VERSION, "lives": ten_lives()}


def test_the_readme_shows_what_the_main_job_prints() -> None:
    results = relsim.run_experiment(relsim.load_scenario("it-outsourcing"))
    assert f"digest: {results.digest}" in README.read_text(encoding="utf-8")


def test_masking_fused_multiply_add_and_avx_changes_no_byte() -> None:
    masked = subprocess.run(
        [sys.executable, "-m", "tests.golden.generate", "-"],
        env=masked_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(masked.stdout) == json.loads(FILE.read_text())
