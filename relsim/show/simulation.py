"""One relationship in a SimPy environment: stepped, listened to, told things from outside."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import simpy
from simpy.events import URGENT

from relsim.engines.simpy_engine import Letter, Teams
from relsim.errors import EngineError, Problem, ScenarioError, nearest
from relsim.life import Life, known_arm, sound, standing
from relsim.model.parameters import resolve
from relsim.model.relationship import RELATIONSHIP
from relsim.model.rule import RuleFunction
from relsim.model.rulebook import Rulebook, rulebook
from relsim.model.state import values
from relsim.scenario.scenario import Scenario
from relsim.show.event import Event, in_words, plainly
from relsim.vocabulary import FIRST_USER_KIND, Ending, EventKind, Firm, Level, Phase

__all__ = ["Simulation"]

_EITHER = (Firm.CLIENT, Firm.SUPPLIER)
_TOGETHER = (Firm.BOTH,)
OPPORTUNITIES: dict[int, tuple[Firm, ...]] = {
    EventKind.INCIDENT: _EITHER,
    EventKind.TACTICAL_PROBLEM: _EITHER,
    EventKind.STRATEGIC_PROBLEM: _EITHER,
    EventKind.BOARD_REVIEW: _EITHER,
    EventKind.MANAGER_RESIGNED: _EITHER,
    EventKind.STAFF_RESIGNED: _EITHER,
    EventKind.LEADER_REPLACED: _EITHER,
    EventKind.STEERING_MEETING: _TOGETHER,
    EventKind.TACTICAL_MEETING: _TOGETHER,
    EventKind.WORK_CONTACT: _TOGETHER,
    EventKind.MARKET_SHOCK: _TOGETHER,
    EventKind.RIVAL_OFFER: _TOGETHER,
}
"""What the clocks of a life bring, and what may therefore come from outside as well, with the firms that it is of."""

FIRST_OUTSIDE_CLOCK = 192
"""Cases that begin outside are numbered by kind and firm from here, above the clocks of a life."""

FIRST_OUTSIDE_ATTEMPT = 100
"""What comes from outside into a case of the life is this attempt or a later one; rules stay below."""


class Simulation:
    """One relationship in a SimPy environment, to be stepped, listened to and told things from outside.

    scenario: the scenario that it is a life of.
    arm: the name of an arm, by default the first of the file.
    seed, replication: which pair of firms with which luck; the same in every arm.
    rules: functions decorated with `relsim.rule`, in the place of the built-in ones.
    env: a SimPy environment of one's own; by default a new one that starts at 0. The relationship begins at its
        present moment.
    plain: run the rules as plain Python instead of compiled, so that breakpoints in them are reached.
    happened: called with the simulation and the event after each event that happened, when what follows from it is on
        its way. What it raises ends the life there.

    `env` is the environment, `r` the state and `p` the parameters, both as rules see them. `finished` is a SimPy event
    to wait for: it is triggered at the end of the relationship or at the horizon, with the simulation as its value,
    and fails with EngineError where a limit or an error stopped the life.

    In an environment that starts at 0, and with nothing from outside (`send`, or a change of `r`), the events are byte
    for byte those of the compiled engine, whatever else lives there. After a later start they are the same but for the
    rounding of their times.

    Raises ScenarioError for an unknown arm, RuleError for a rule that cannot be taken.
    """

    def __init__(
        self,
        scenario: Scenario,
        arm: str | None = None,
        seed: int = 1,
        replication: int = 0,
        rules: Iterable[RuleFunction] = (),
        *,
        env: simpy.Environment | None = None,
        plain: bool = False,
        happened: Callable[["Simulation", Event], object] | None = None,
    ) -> None:
        self.scenario, self.seed, self.replication, self.plain = scenario, seed, replication, plain
        self.arm = known_arm(scenario, arm)
        self.rules: Rulebook = rulebook(rules)
        self.p = resolve(scenario, self.arm, self.rules)
        self.env = simpy.Environment() if env is None else env
        self._happened = happened
        self._event: Event | None = None
        self._life: Life | None = None
        self._in_words = in_words(self.rules)
        self._states: list[bytes] = []
        self._begun_outside: Counter[int] = Counter()
        self._told_outside: Counter[int] = Counter()
        self._teams = Teams(
            self.p, self.rules, seed, replication, env=self.env, plain=plain, happened=self._note, ended=self._end
        )
        self.finished = self._teams.finished
        self.r = self._teams.r

    @property
    def now(self) -> float:
        """Years since first contact."""
        return self._teams.now

    @property
    def over(self) -> bool:
        """Whether the relationship has ended or has reached its horizon, or was stopped."""
        return self._teams.over

    @property
    def event(self) -> Event | None:
        """The last event that happened, or None before the first."""
        return self._event

    @property
    def state(self) -> dict[str, float]:
        """How the relationship stands now: the columns of `Life.trajectory` by name."""
        until = float(self.r.t_end) if self._life else self.now
        remembered = values(self.rules.states, np.frombuffer(self.r.tobytes(), RELATIONSHIP))
        told = standing(self.r, self.p, until) | {name: column[0] for name, column in remembered.items()}
        return {name: float(value) for name, value in told.items()}

    def events(self) -> np.ndarray:
        """Return what has happened so far, an array of EVENT records, as `Life.record` holds them."""
        return self._teams.events()

    def step(self) -> Event | None:
        """Go on until one more event has happened and return it, or None at the end.

        The whole environment goes on, with all that lives in it.
        """
        self._from_a_process()
        return None if self._teams.step() is None else self._event

    def __iter__(self) -> Iterator[Event]:
        """Yield the events to come, one by one, as they happen."""
        while (event := self.step()) is not None:
            yield event

    def run(self, until: float | None = None) -> "Simulation":
        """Go on to the end or the horizon, or only until a moment in years since first contact.

        The whole environment goes on, with all that lives in it. What falls due at that very moment is still to come.

        Raises ScenarioError for a moment that is past, EngineError for a life that a limit stopped.
        """
        self._from_a_process()
        if until is None:
            self._teams.run()
            return self
        if not self.now < until < math.inf:
            raise ScenarioError.of("until", until, f"a moment after now, which is {self.now:.3f} years")
        stop = _Stop(self.env, until - self.now)
        while not (self.finished.processed or stop.processed):
            self._teams.stage()
        return self

    def send(
        self,
        kind: EventKind | int | str,
        firm: Firm | int | str = Firm.BOTH,
        *,
        delay: float = 0.0,
        case: int | None = None,
        a: float = 0.0,
        b: float = 0.0,
    ) -> None:
        """Let an event fall due in the relationship, from a process of one's own.

        kind: the name or number of a kind of one's own, or an opportunity that clocks bring as well: INCIDENT,
            TACTICAL_PROBLEM, STRATEGIC_PROBLEM, BOARD_REVIEW, MANAGER_RESIGNED, STAFF_RESIGNED and LEADER_REPLACED of
            one firm; STEERING_MEETING, TACTICAL_MEETING, WORK_CONTACT, MARKET_SHOCK and RIVAL_OFFER. All else follows
            from these by rules.
        firm: whose event it is: "client", "supplier" or "both".
        delay: after how many years; 0 is now, after what is under way at this moment.
        case: the case that it belongs to, such as the `case` of an event that happened; by default it opens one, as an
            opportunity always does.
        a, b: what the rule of the kind takes them for.

        The rule of the kind decides whether it happens, as always, and only in its phases; nothing happens at or after
        the horizon. Its luck has an address of its own: number n of what comes from outside of this kind and firm, or
        of what comes into this case, has the same luck in every world.

        Raises ScenarioError, with every mistake, for what cannot come from outside, EngineError after the end.
        """
        number, side = self._checked(kind, firm, delay, case)
        if self.over:
            ended = f"is over since {self.life.row['t_end']:.3f} years, and nothing can happen in it any more"
            raise EngineError(f"{self._which()} {ended}; look at simulation.over before")
        if case is None:
            clock = FIRST_OUTSIDE_CLOCK + 2 * number + side % Firm.BOTH
            self._begun_outside[clock] += 1
            address = (clock << 32) + self._begun_outside[clock], 0
        else:
            address = int(case), FIRST_OUTSIDE_ATTEMPT + self._told_outside[case]
            self._told_outside[case] += 1
        self._teams.send(Letter(number, side, *address, float(a), float(b)), float(delay))

    @property
    def life(self) -> Life:
        """The life that was lived: its row, its digest, its events, its picture.

        What came from outside is in it too, so that `simulate` would give another one then.

        Raises EngineError where it is not over yet, or was stopped.
        """
        if self._life is None:
            broken = self._teams.broken
            if broken is None:
                raise EngineError(f"{self._which()} is not over yet, after {self.now:.3f} years; run() it to its end")
            raise EngineError(f"{self._which()} was stopped: {type(broken).__name__}: {broken}") from broken
        return self._life

    def __repr__(self) -> str:
        return f"<Simulation of {self.scenario.title!r}, {self._which()}: {self._how_far()}>"

    def __str__(self) -> str:
        now, r = self.state, self.r
        lines = [f"{self.scenario.title}: {self._which()}", self._how_far()]
        if r.t_operations == r.t_operations:
            lines.append(f"performance {now['performance']:.2f} of {now['promise']:.2f} promised, fit {now['fit']:.2f}")
        else:
            lines.append(f"fit {now['fit']:.2f}")
        levels = [level.name.lower() for level in Level]
        lines.append("trust: " + ", ".join(f"{level} {now[f'trust_{level}']:.2f}" for level in levels))
        for firm in ("client", "supplier"):
            belief, attention, money = (now[f"{what}_{firm}"] for what in ("belief", "attention", "money"))
            top = f"belief {belief:.2f}, attention {attention:.2f}, " if r.t_deal == r.t_deal else ""
            lines.append(f"{firm}: {top}money {money:.2f}")
        return "\n".join(lines)

    def _which(self) -> str:
        return f"life {self.replication} of {self.arm} (seed {self.seed})"

    def _how_far(self) -> str:
        """Say in words how far the life is."""
        if not self.over:
            how = plainly(Phase(self.r.phase))
        elif self._life is None:
            how = "stopped"
        elif self.r.ending == Ending.ONGOING:
            how = "still going at the horizon"
        else:
            how = f"ended by {plainly(Ending(self.r.ending))}"
        return f"{how}, {self.state['time']:.3f} years after first contact, {int(self.r.events):,} events"

    def _note(self, teams: Teams, record: np.record) -> None:
        """Keep what happened and how it left the relationship, and tell the listener."""
        self._states.append(teams.r.tobytes())
        self._event = self._in_words(tuple(record.item()))
        if self._happened is not None:
            self._happened(self, self._event)

    def _end(self, teams: Teams) -> "Simulation":
        """Make the life of what was lived; raises EngineError where a limit stopped it."""
        engine = "simpy-plain" if self.plain else "simpy"
        state = np.frombuffer(teams.r.tobytes(), RELATIONSHIP)
        states = np.frombuffer(b"".join(self._states), RELATIONSHIP)
        self._states.clear()
        asked = (self.scenario, self.arm, self.seed, self.replication, engine, self.rules)
        self._life = sound(Life(*asked, teams.events(), state, states), teams.outbox)
        return self

    def _from_a_process(self) -> None:
        """Refuse to move the environment on from within one of its processes."""
        if self.env.active_process is not None:
            raise EngineError(
                "step() and run() move the whole environment on, so no process in it can call them; a process waits "
                "with: yield simulation.finished"
            )

    def _checked(self, kind: Any, firm: Any, delay: Any, case: Any) -> tuple[int, int]:
        """Return the numbers of a kind and of a firm.

        Raises ScenarioError, with every mistake, for what cannot come from outside.
        """
        wrong = []
        names = {rule.name: rule.kind for rule in self.rules.rules}
        may_come = [name for name, number in names.items() if number >= FIRST_USER_KIND or number in OPPORTUNITIES]
        number = names.get(kind.upper().replace("-", "_"), -1) if isinstance(kind, str) else _whole(kind)
        if number not in names.values():
            near = nearest(kind.upper(), may_come) if isinstance(kind, str) else ""
            wrong.append(Problem("kind", str(kind), f"one of {', '.join(may_come)}", near=near))
        elif number < FIRST_USER_KIND and number not in OPPORTUNITIES:
            told = "a consequence, which only rules send; send a kind of your own, the rule of which sends it"
            wrong.append(Problem("kind", EventKind(number).name, told))
        side = int(Firm.__members__.get(firm.upper(), -1)) if isinstance(firm, str) else _whole(firm)
        allowed = OPPORTUNITIES.get(number, tuple(Firm))
        if side not in allowed:
            wrong.append(Problem("firm", str(firm), " or ".join(plainly(each) for each in allowed)))
        if not (isinstance(delay, (int, float, np.number)) and 0.0 <= delay < math.inf):
            wrong.append(Problem("delay", str(delay), "years from now, 0 or more"))
        if case is not None and number in OPPORTUNITIES:
            wrong.append(Problem("case", str(case), f"only for a kind of your own; {kind} opens a case"))
        elif case is not None and not 0 <= _whole(case) < 2**63:
            wrong.append(Problem("case", str(case), "the case of an event, a whole number"))
        if wrong:
            raise ScenarioError(wrong)
        return number, side


class _Stop(simpy.Event):
    """Falls due after a delay, before all else that falls due at that moment."""

    def __init__(self, env: simpy.Environment, delay: float) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        env.schedule(self, URGENT, delay)


def _whole(number: Any) -> int:
    """Return a whole number as an int, and -1 for anything else."""
    return -1 if isinstance(number, bool) or not isinstance(number, (int, np.integer)) else int(number)
