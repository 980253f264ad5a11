"""A processor without FMA and AVX gives the same bits."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tests.masked import masked_environment

ROOT = Path(__file__).resolve().parents[2]

DIGEST = """
import hashlib
import numpy as np
from relsim.model.arithmetic import beta_quantiles, exp, exponential, log, normal
from relsim.model.chance import uniforms
from relsim.model.compiling import compiled

drawn = np.array([compiled(uniforms)(1, 2, 3, number) for number in range(10_000)])
digest = hashlib.sha256(drawn.tobytes())
digest.update(np.array(beta_quantiles(4.5, 3.0, 64) + beta_quantiles(0.5, 0.3, 64)).tobytes())
for u in drawn.ravel():
    for form in (lambda function: function, compiled):
        values = form(log)(u), form(exp)(1400.0 * u - 700.0), form(exponential)(u), form(normal)(u)
        digest.update(np.array(values).tobytes())
print(digest.hexdigest())
"""

LIBRARY_LOG = """
import math
print(hash(tuple(math.log(k / 99_991) for k in range(1, 99_991))))
"""

FEATURES = """
import numba.core.registry
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

codegen = numba.core.registry.cpu_target.target_context.codegen()
print(codegen._get_host_cpu_name(), repr(codegen._get_host_cpu_features()))
print([name for name in __cpu_dispatch__ if __cpu_features__[name]])
"""


def printed(code: str, environment: dict[str, str] | None = None) -> str:
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_the_masks_reach_numpy_and_numba() -> None:
    assert printed(FEATURES, masked_environment()).split() == ["generic", "''", "[]"]


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc" or platform.machine() != "x86_64" or "X86_V3" not in printed(FEATURES),
    reason="glibc chooses among forms of log only on x86-64 with FMA",
)
def test_the_mask_reaches_glibc_whose_own_log_then_differs() -> None:
    assert printed(LIBRARY_LOG, masked_environment()) != printed(LIBRARY_LOG)


def test_a_processor_without_fma_and_avx_gives_the_same_bits() -> None:
    assert printed(DIGEST, masked_environment()) == printed(DIGEST)
