"""The environment of a process that must do without FMA and AVX, as on an older processor."""

import os

__all__ = ["masked_environment"]

GLIBC = ("AVX", "AVX2", "AVX512F", "AVX512VL", "FMA", "FMA4", "AVX_Usable", "AVX2_Usable", "FMA_Usable")


def masked_environment() -> dict[str, str]:
    """Return this process's environment with FMA and AVX hidden from glibc, from NumPy and from Numba.

    Each of the three chooses its code for itself, and a mask on one does not reach the others. Older versions
    of glibc know the names in _Usable; NumPy is asked to do without everything above what it was built for.
    """
    from numpy._core._multiarray_umath import __cpu_dispatch__

    return os.environ | {
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=" + ",".join(f"-{name}" for name in GLIBC),
        "NPY_DISABLE_CPU_FEATURES": " ".join(__cpu_dispatch__),
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "",
    }
