"""Exact answers, without living a single life, for arms in which chance comes from exponential clocks alone."""

from relsim.exact.answer import ERROR, Exact, solve

__all__ = ["ERROR", "Exact", "solve"]
