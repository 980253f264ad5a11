"""How one arm goes, in probabilities.

Given the fit of the two firms, an arm in which chance comes from exponential clocks alone is a Markov chain in
continuous time: it stands in a stage of its launch or operates, after so many market shocks, until a clock ends it.
Durations that are the same in every life may come before its first exponential one.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from relsim.errors import ScenarioError
from relsim.exact.chain import Chain, drawn
from relsim.exact.refusals import of_belief, of_course, refuse
from relsim.exact.routes import LAUNCHED, SIGNED
from relsim.model.parameters import resolve
from relsim.model.rulebook import rulebook
from relsim.scenario.scenario import Scenario, with_arms
from relsim.vocabulary import Ending, Firm, OutsideCause

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["ERROR", "Exact", "solve"]

ERROR = 1e-12
"""How far a probability may be from the truth: market shocks and heard cases are counted up to a number that is passed
with a chance of at most 1e-13, fit is followed to 1e-14, and the rest is rounding.
"""

_ENDINGS = (Ending.NO_DEAL, Ending.WINDOW_LOST, Ending.ABANDONED, Ending.OUTSIDE)
_CAUSES = (OutsideCause.MERGER, OutsideCause.INSOLVENCY, OutsideCause.STRATEGY)


def solve(scenario: Scenario, arm: str) -> "Exact":
    """Return how one arm goes, exactly.

    Raises ScenarioError for an unknown arm, and for one that is no such chain, naming every parameter that stands in
    the way.
    """
    p = resolve(with_arms(scenario, [arm]), arm, rulebook())
    refuse(scenario, arm, of_course(p))
    return Exact(scenario, arm, drawn(p))


@dataclass(frozen=True, eq=False)
class Exact:
    """How one arm goes, in probabilities that are right to `ERROR`.

    Times are years from 0 to the horizon, in an array of any shape, and every answer has their shape. What falls on a
    time has happened by it, but nothing happens at the horizon. Every method raises ScenarioError for other times.
    """

    scenario: Scenario
    arm: str
    chain: Chain

    def survival(self, times: "ArrayLike", since: str = "contact") -> np.ndarray:
        """Return the share that has not ended by each time.

        since: first "contact", of all that began; or "operations" started, of those that launched early enough to be
        watched for so long before the horizon, and NaN where none did.

        Raises ScenarioError for another word.
        """
        if since == "contact":
            return self._share(times, ending=Ending.ONGOING)
        if since != "operations":
            raise ScenarioError.of("since", since, "contact or operations")
        ages = self._years(times)
        return np.reshape([self.chain.alive_after(age) for age in ages.flat], ages.shape)

    def incidence(self, times: "ArrayLike") -> dict[Ending, np.ndarray]:
        """Return the share that has ended in each way by each time, by ending."""
        return {each: self._share(times, ending=each) for each in _ENDINGS}

    def outside(self, times: "ArrayLike") -> dict[OutsideCause, np.ndarray]:
        """Return the share that was ended from outside by each time, by cause."""
        return {each: self._share(times, cause=each) for each in _CAUSES}

    def signed(self, times: "ArrayLike") -> np.ndarray:
        """Return the share that has signed by each time, ended since or not."""
        return self._share(times, progress=SIGNED) + self._share(times, progress=LAUNCHED)

    def launched(self, times: "ArrayLike") -> np.ndarray:
        """Return the share that has started operations by each time, ended since or not."""
        return self._share(times, progress=LAUNCHED)

    def realised(self, firm: Firm, times: "ArrayLike") -> np.ndarray:
        """Return the share in which the top of a firm has realised that it fails, by each time.

        Raises ScenarioError where what this top believes is no chain, naming every parameter that stands in the way.
        """
        p = resolve(self.scenario, self.arm, rulebook())
        refuse(self.scenario, self.arm, of_belief(p, firm))
        return Exact(self.scenario, self.arm, drawn(p, firm))._share(times, realised=True)

    def _share(self, times: "ArrayLike", **meant: object) -> np.ndarray:
        """Return the probability of the states of which all this holds, at each time."""
        years = self._years(times)
        shares = _course(self.chain, tuple(years.flat))[:, self.chain.those(**meant)].sum(axis=1)
        return np.reshape(shares, years.shape)

    def _years(self, times: "ArrayLike") -> np.ndarray:
        years = np.asarray(times, float)
        if not np.all((years >= 0.0) & (years <= self.scenario.horizon)):
            told = f"{years.min():g} to {years.max():g}"
            raise ScenarioError.of("times", told, f"numbers from 0 to the horizon, {self.scenario.horizon:g} (years)")
        return years


@lru_cache(maxsize=64)
def _course(chain: Chain, times: tuple[float, ...]) -> np.ndarray:
    """Return the probability of each state at each time, over all fits; shape (times, states)."""
    order = np.argsort(times)
    found = np.empty((len(times), len(chain.states)))
    rates = chain.launching + chain.operating
    for place, mass in zip(order, chain.at(rates, [times[place] for place in order]), strict=True):
        found[place] = mass.sum(axis=1)
    return found
