"""Lives are the same bytes as when the golden digests were written, on any processor."""

import json
import subprocess
import sys

import relsim
from tests.golden.generate import FILE, digests
from tests.masked import masked_environment


def test_digests_are_the_golden_ones() -> None:
    golden = json.loads(FILE.read_text())
    assert golden == {"rules_version": relsim.RULES_VERSION, "digests": digests()}


def test_masking_fused_multiply_add_and_avx_changes_no_byte() -> None:
    masked = subprocess.run(
        [sys.executable, "-m", "tests.golden.generate", "-"],
        env=masked_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(masked.stdout) == json.loads(FILE.read_text())
