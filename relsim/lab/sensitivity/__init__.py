"""On which numbers an answer hangs: screening after Morris, shares of the variance after Sobol."""

from relsim.lab.sensitivity.about import About
from relsim.lab.sensitivity.analysis import MOST, PAIRS, WORLDS, Plan, planned, sensitivity
from relsim.lab.sensitivity.finding import Sensitivity
from relsim.lab.sensitivity.methods import Effect, Morris, Sobol, effects_of

__all__ = [
    "MOST",
    "PAIRS",
    "WORLDS",
    "About",
    "Effect",
    "Morris",
    "Plan",
    "Sensitivity",
    "Sobol",
    "effects_of",
    "planned",
    "sensitivity",
]
