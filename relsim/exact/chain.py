"""The Markov chain of an arm: its states, its rates, and its probabilities as time goes by.

Solved by uniformization, in which nothing is ever subtracted: A. Jensen, "Markoff chains as an aid in the study of
Markoff processes", Skandinavisk Aktuarietidskrift 36 (1953), 87-91.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from relsim.exact.fits import fits
from relsim.exact.implied import Heard, cases_until, heard, outside_rates, shocked, steepness, verdict, workshops
from relsim.exact.routes import LAUNCHED, UNSIGNED, Route, routes
from relsim.vocabulary import Ending, Firm, OutsideCause

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Chain", "State", "drawn"]

PASSED = 1e-13
"""Chance that there are more market shocks, or more cases, than are counted."""

PIECE = 256.0
"""Mean number of steps that are taken in one go, as exp(256) is still a number."""


class State(NamedTuple):
    """A state of the chain: what is asked about it, then what else tells it apart."""

    progress: int
    ending: Ending = Ending.ONGOING
    cause: OutsideCause = OutsideCause.NONE
    realised: bool = False
    route: int = 0
    stage: int = 0
    shocks: int = 0
    cases: int = 0

    @property
    def final(self) -> bool:
        """Whether nothing that is asked can happen any more."""
        return self.ending != Ending.ONGOING or self.realised


@dataclass(frozen=True, eq=False)
class Moves:
    """How an arm goes from state to state."""

    p: Any
    routes: tuple[Route, ...]
    fit: np.ndarray
    """Fit after 0, 1, ... market shocks; shape (shocks + 1, points)."""
    heard: Heard | None
    """How the top in question hears of cases, in the shape of `fit`; None where nobody asks about a top."""
    needed: tuple[float, ...]
    """After how many cases it no longer believes, by route."""

    def entered(self, route: int, stage: int = 0, shocks: int = 0) -> State:
        """Return the state in which a stage begins."""
        entered = self.routes[route].stages[stage]
        if entered.ending != Ending.ONGOING:
            return State(entered.progress, entered.ending)
        return State(entered.progress, route=route, stage=stage, shocks=shocks)

    def following(self, state: State) -> State:
        """Return the state in which the next stage begins."""
        return self.entered(state.route, state.stage + 1, state.shocks)

    def after(self, state: State, cases: int) -> State:
        """Return the state after so many more cases have been heard of."""
        if state.cases + cases >= self.needed[state.route]:
            return State(LAUNCHED, realised=True)
        return state._replace(cases=state.cases + cases)

    def rates(self, state: State) -> "Iterator[tuple[State, ArrayLike]]":
        """Yield the states that may come next, each with its rate per year, for all points of fit or for each."""
        for cause, rate, slope in outside_rates(self.p):
            yield State(state.progress, Ending.OUTSIDE, cause), np.maximum(0.0, rate + slope * self.fit[state.shocks])
        if state.progress == UNSIGNED:
            yield State(UNSIGNED, Ending.WINDOW_LOST), self.p.rival_offer_rate
        if state.shocks + 1 < len(self.fit):
            yield state._replace(shocks=state.shocks + 1), self.p.market_shock_rate
        mean = self.routes[state.route].stages[state.stage].mean
        if mean > 0.0:
            yield self.following(state), 1.0 / mean
        if self.heard is not None and state.progress == LAUNCHED and self.needed[state.route] < math.inf:
            rate, again = (each[state.shocks] for each in self.heard)
            yield self.after(state, 1), rate * (1.0 - again)
            yield self.after(state, 2), rate * again

    def moment(self, state: State) -> float | None:
        """Return the moment at which a state is left in every life, or None where chance decides."""
        stages = self.routes[state.route].stages[: state.stage + 1]
        return sum(stage.wait for stage in stages) if stages[-1].wait > 0.0 else None


@dataclass(frozen=True, eq=False)
class Chain:
    """A Markov chain in continuous time, for many fits side by side."""

    states: tuple[State, ...]
    start: np.ndarray
    """Probabilities at first contact; shape (states, points)."""
    launching: Any
    """Rates before operations start: a sparse matrix that takes probabilities to their change per year."""
    operating: Any
    """Rates from then on."""
    jumps: tuple[tuple[float, int, int], ...]
    """What happens in every life: the moment, the state that is left, the one that is entered; in their order."""
    horizon: float

    def those(self, **meant: object) -> np.ndarray:
        """Return of which states all this holds; shape (states,)."""
        return np.array([all(getattr(each, name) == value for name, value in meant.items()) for each in self.states])

    def at(self, rates: Any, times: Iterable[float]) -> Iterator[np.ndarray]:
        """Yield the probabilities at each of these ascending times; shape (states, points)."""
        mass, now, ahead = self.start, 0.0, list(self.jumps)
        for time in times:
            while ahead and ahead[0][0] <= time and ahead[0][0] < self.horizon:
                moment, left, entered = ahead.pop(0)
                mass, now = flow(rates, mass, moment - now), moment
                mass[entered] += mass[left]
                mass[left] = 0.0
            mass, now = flow(rates, mass, time - now), time
            yield mass

    def alive_after(self, age: float) -> float:
        """Return the share alive so long after operations started, of those that are watched for so long."""
        working = self.those(progress=LAUNCHED, ending=Ending.ONGOING)
        (mass,) = self.at(self.launching, [self.horizon - age])
        begun = mass * working[:, None]
        alive = flow(self.operating, begun, age)[working]
        return float(alive.sum() / begun.sum()) if begun.any() else math.nan


def flow(rates: Any, mass: np.ndarray, years: float) -> np.ndarray:
    """Return new probabilities after some years: those after k steps, weighted by the Poisson chance of k steps."""
    fastest = float(-rates.diagonal().min(initial=0.0))
    pieces = math.ceil(fastest * years / PIECE)
    total = mass.flatten()
    if pieces > 0:
        mean = fastest * years / pieces
        most = int(mean + 10.0 * math.sqrt(mean)) + 30  # passed with a chance below 1e-20
        chances = np.cumprod(np.append(1.0, mean / np.arange(1, most)))
        chances /= chances.sum()
        for _ in range(pieces):
            step, total = total, chances[0] * total
            for chance in chances[1:]:
                step = step + (rates @ step) / fastest
                total += chance * step
    return total.reshape(mass.shape)


def drawn(p: Any, firm: Firm | None = None) -> Chain:
    """Return the chain of an arm; with a firm, also of what its top hears and believes."""
    steep = steepness(p, firm)
    shocks = _at_most(p.market_shock_rate * p.horizon) if steep > 0.0 and shocked(p) else 0
    kept = (1.0 - float(p.market_shock_size)) ** np.arange(shocks + 1)
    missing = (1.0 - float(p.workshop_adaptation)) ** workshops(p)
    sloped = [(rate, slope * each) for _, rate, slope in outside_rates(p) for each in kept if slope * each != 0.0]
    kinks = [1.0 - (1.0 + rate / slope) / missing for rate, slope in sloped if missing > 0.0]
    law = fits(p, steep, kinks, verdict(p).bends(p.need))
    fit = kept[:, None] * (1.0 - missing * (1.0 - law.points))
    ways = tuple(way for way in routes(p, law.fine) if way.share.any())
    told = None if firm is None else heard(p, firm, fit)
    needed: tuple[float, ...] = ()
    if firm is not None and told is not None:
        most = 2 * _at_most(told.rate.max() * p.horizon)  # each case may be heard twice
        beliefs = p.belief_feasibility_first[firm], p.belief_deal_first[firm]
        needed = tuple(cases_until(p, firm, beliefs[way.deal_first], most) for way in ways)
    moves = Moves(p, ways, fit, told, needed)
    return _connected(moves, [law.weights(way.share) for way in ways])


def _at_most(mean: float) -> int:
    """Return how many of so many on average there are at most, but for a chance of 1e-13."""
    from scipy.stats import poisson

    return int(poisson.isf(PASSED, mean))


def _connected(moves: Moves, weights: Sequence[np.ndarray]) -> Chain:
    """Return the chain of all states that can be reached; weights: those of the points of fit, by route."""
    begun = [moves.entered(route) for route in range(len(weights))]
    states = list(dict.fromkeys(begun))
    known = set(states)
    edges: list[tuple[State, State, ArrayLike]] = []
    jumps: list[tuple[float, State, State]] = []
    for state in states:  # which grows meanwhile
        if state.final:
            continue
        found = [(entered, rate) for entered, rate in moves.rates(state) if np.any(rate)]
        edges += [(state, entered, rate) for entered, rate in found]
        moment = moves.moment(state)
        if moment is not None:
            found.append((moves.following(state), moment))
            jumps.append((moment, state, moves.following(state)))
        for entered, _ in found:
            if entered not in known:
                known.add(entered)
                states.append(entered)
    number = {state: place for place, state in enumerate(states)}
    start = np.zeros((len(states), len(weights[0])))
    for state, weight in zip(begun, weights, strict=True):
        start[number[state]] += weight
    launching, operating = (
        _matrix([edge for edge in edges if (edge[0].progress == LAUNCHED) == launched], number, start.shape[1])
        for launched in (False, True)
    )
    jumps.sort(key=itemgetter(0))
    numbered = tuple((moment, number[left], number[entered]) for moment, left, entered in jumps)
    return Chain(tuple(states), start, launching, operating, numbered, float(moves.p.horizon))


def _matrix(edges: "Sequence[tuple[State, State, ArrayLike]]", number: dict[State, int], points: int) -> Any:
    """Return rates as a sparse matrix; the probability of state i at point j stands at i * points + j."""
    from scipy.sparse import coo_array

    left = np.reshape([number[state] for state, _, _ in edges], (-1, 1)) * points + np.arange(points)
    entered = np.reshape([number[state] for _, state, _ in edges], (-1, 1)) * points + np.arange(points)
    rate = np.reshape([np.broadcast_to(each, points) for _, _, each in edges], (-1, points))
    values = np.concatenate([rate, -rate], axis=None)
    rows, columns = np.concatenate([entered, left], axis=None), np.concatenate([left, left], axis=None)
    size = len(number) * points
    return coo_array((values, (rows.astype(int), columns.astype(int))), shape=(size, size)).tocsr()
