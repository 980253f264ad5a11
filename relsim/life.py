"""One life: its events, its outcome, its picture."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from relsim.drawing.units import scale_of
from relsim.errors import AgendaOverflow, BudgetExceeded, EngineError, RuleFailed, ScenarioError, nearest
from relsim.model.parameters import resolve
from relsim.model.relationship import RELATIONSHIP, against_promise, attention, benefit, net
from relsim.model.row import canonical, rows
from relsim.model.rule import EVENT, RuleFunction, agents
from relsim.model.rulebook import Rulebook, rulebook
from relsim.model.state import values
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import Ending, Firm, Level, Phase, Status

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["ENGINES", "Life", "known_arm", "known_engine", "live", "simulate", "sound", "standing"]

ENGINES = ("compiled", "simpy", "simpy-plain")
"""The compiled loop; six SimPy agents with compiled rules; the same with rules in plain Python."""

_FIRST_ROOM = 8192
_ERRORS = {Status.BUDGET_SPENT: BudgetExceeded, Status.AGENDA_FULL: AgendaOverflow}


@dataclass(frozen=True, eq=False)
class Life:
    """One relationship as it went: who it was, what happened, how it came out."""

    scenario: Scenario
    arm: str
    seed: int
    replication: int
    engine: str
    rules: Rulebook
    record: np.ndarray
    """What happened, an array of EVENT records: the bytes that engines agree on."""
    state: np.ndarray
    """The final state, an array of one RELATIONSHIP record."""
    states: np.ndarray | None = None
    """The state after each event, an array of RELATIONSHIP records, where it was kept."""

    def __repr__(self) -> str:
        ended = Ending(self.row["ending"]).name.lower().replace("_", " ")
        return (
            f"<Life {self.replication} of {self.scenario.title!r}, {self.arm} (seed {self.seed}): {ended}, "
            f"{self.row['t_end']:.2f} years, {len(self.record):,} events>"
        )

    @property
    def _row(self) -> np.ndarray:
        return rows(self.state, self.replication, self.rules.states)

    @cached_property
    def row(self) -> dict[str, Any]:
        """The columns of the life's row by name, as plain numbers; at the end what one's own rules remember."""
        row = self._row[0]
        names = row.dtype.names or ()
        return {"arm": self.arm, **{name: row[name].item() for name in names}}

    @property
    def digest(self) -> str:
        """SHA-256 of the life's events and row: equal digests mean equal bytes, on any engine."""
        return hashlib.sha256(self.record.tobytes() + canonical(self._row)).hexdigest()

    @cached_property
    def events(self) -> "pandas.DataFrame":
        """What happened, one row an event: time, kind, firm, sender, receiver, case, attempt, a and b.

        Time is in years since first contact; what the values a and b mean, the rule of the kind tells.
        """
        import pandas as pd

        sorts, which = np.unique(self.record[["kind", "firm"]], return_inverse=True)
        words = []
        for kind, firm in sorts.tolist():
            sender, receiver = agents(self.rules.by_kind(kind), firm)
            words.append((self.rules.by_kind(kind).name, Firm(firm).name, sender.name, receiver.name))
        told = np.array(words, dtype=object).reshape(-1, 4)[which]
        return pd.DataFrame(
            {
                "time": self.record["time"],
                "kind": told[:, 0].astype(str),
                "firm": told[:, 1].astype(str),
                "sender": told[:, 2].astype(str),
                "receiver": told[:, 3].astype(str),
                "case": self.record["case"],
                "attempt": self.record["attempt"],
                "a": self.record["a"],
                "b": self.record["b"],
            }
        )

    @cached_property
    def trajectory(self) -> "pandas.DataFrame":
        """The state after each event: time, phase, trust by level, performance, promise, beliefs, attention and money.

        `kept` is performance as a share of the promise, on the scale of the beliefs; NaN before operations start. What
        one's own rules remember stands in columns of its own at the end.
        Where the states were not kept, the life is lived once more on the SimPy engine, which gives the same events.
        """
        import pandas as pd

        from relsim.engines.simpy_engine import Teams

        p = resolve(self.scenario, self.arm, self.rules)
        states = self.states
        if states is None:
            kept: list[bytes] = []
            Teams(
                p,
                self.rules,
                self.seed,
                self.replication,
                plain=self.engine == "simpy-plain",
                happened=lambda teams, _: kept.append(teams.r.tobytes()),
            ).run()
            states = np.frombuffer(b"".join(kept), RELATIONSHIP)
        numbers = _plainly(np.array([p]))[0]  # reading fields of records takes far longer than reading plain ones
        moments = zip(self.record["time"].tolist(), _plainly(states), strict=True)
        remembered = values(self.rules.states, states)
        return pd.DataFrame([standing(r, numbers, now) for now, r in moments]).assign(**remembered)

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw the six lanes of the life on an ax, by default that of a new figure, and return it."""
        from relsim.drawing.style import figure
        from relsim.drawing.timeline import draw_lanes

        return draw_lanes(self.events, figure(12, 5).subplots() if ax is None else ax)

    def figure(self) -> "Figure":
        """Return the picture of the life: lanes, trust, belief against performance, money."""
        from relsim.drawing.timeline import life_figure

        title = f"{self.scenario.title}: life {self.replication}, {self.arm} (seed {self.seed})"
        return life_figure(title, self.events, self.trajectory, self.row["t_end"], *scale_of(self.scenario))


def standing(r: Any, p: Any, now: float) -> dict[str, float]:
    """Return how a relationship stands at a moment, by the names of the columns of `Life.trajectory`.

    r, p: its state and its parameters.
    """
    line = {"time": now, "phase": r.phase, "fit": r.fit, "performance": r.performance}
    line |= {f"trust_{level.name.lower()}": r.trust[level] for level in Level}
    line["promise"] = r.promise
    at_work = r.t_operations == r.t_operations
    line["kept"] = against_promise(r, r.performance) if at_work else float("nan")
    line["estimate"], line["estimate_sd"] = r.estimate_mean, r.estimate_sd
    years = now - r.since if r.phase in (Phase.OPERATION, Phase.UNWINDING) else 0.0
    for firm, name in ((Firm.CLIENT, "client"), (Firm.SUPPLIER, "supplier")):
        f = r.firm[firm]
        line[f"belief_{name}"] = f.belief
        line[f"attention_{name}"] = attention(f, p, now)
        since = (benefit(r, p, firm) - p.running_cost[firm] - p.dues[firm]) * years
        line[f"money_{name}"] = net(f.undiscounted) + since
    return line


def _plainly(records: np.ndarray) -> list[Any]:
    """Return records as plain objects with the same fields; records within them are lists of such objects."""
    columns: dict[str, list[Any]] = {}
    for name in records.dtype.names or ():
        column = records[name]
        if column.dtype.names is None:
            columns[name] = column.tolist()
        else:
            inner = _plainly(column.ravel())
            width = column[0].size if len(column) else 1
            columns[name] = [inner[start : start + width] for start in range(0, len(inner), width)]
    return [SimpleNamespace(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]


def live(
    scenario: Scenario,
    arm: str,
    seed: int,
    replication: int,
    engine: str = "compiled",
    rules: Iterable[RuleFunction] = (),
    p: np.record | None = None,
) -> Life:
    """Live one life on one engine, also where a limit stops it; see `simulate`, which is the door.

    p: the resolved parameters of the arm, where the caller has them.
    """
    book = rulebook(rules)
    p = resolve(scenario, arm, book) if p is None else p
    if engine == "compiled":
        from relsim.engines.compiled_engine import run_lives

        room = _FIRST_ROOM
        while True:
            log = np.zeros(room, EVENT)
            state = run_lives(p, book, seed, replication, 1, log=log)
            happened = int(state["events"][0])
            if happened <= room:
                break
            room = happened
        record = log[:happened]
    else:
        from relsim.engines.simpy_engine import Teams

        teams = Teams(p, book, seed, replication, plain=engine == "simpy-plain").run()
        record = teams.events()
        state = np.zeros(1, RELATIONSHIP)
        state[0] = teams.r
    return Life(scenario, arm, seed, replication, engine, book, record, state)


def simulate(
    scenario: Scenario,
    arm: str | None = None,
    seed: int = 1,
    replication: int = 0,
    engine: str = "compiled",
    rules: Iterable[RuleFunction] = (),
) -> Life:
    """Live one life of a scenario.

    arm: the name of an arm, by default the first of the file.
    seed, replication: which pair of firms with which luck; the same in every arm.
    engine: "compiled", "simpy" or "simpy-plain" (rules in plain Python); all give the same events.
    rules: functions decorated with `relsim.rule`, in the place of the built-in ones.

    Raises ScenarioError for an unknown arm or engine, RuleError for rules that cannot be compiled or do not fit the
    scenario, RuleFailed where one of them fails in this life, EngineError for a life that a limit stopped.
    """
    name = known_arm(scenario, arm)
    try:
        made = live(scenario, name, seed, replication, known_engine(engine), rules)
    except RuleFailed as error:
        raise RuleFailed(f"life {replication} of arm {name} (seed {seed}): {error.what}") from error
    return sound(made)


def known_arm(scenario: Scenario, arm: str | None) -> str:
    """Return the name of an arm, by default the first of the scenario.

    Raises ScenarioError for one that is not there.
    """
    name = next(iter(scenario.arms)) if arm is None else arm
    if name not in scenario.arms:
        raise ScenarioError.of("arm", name, f"one of {', '.join(scenario.arms)}", nearest(name, scenario.arms))
    return name


def known_engine(engine: str) -> str:
    """Return the name of an engine.

    Raises ScenarioError for one that does not exist.
    """
    if engine not in ENGINES:
        raise ScenarioError.of("engine", engine, f"one of {', '.join(ENGINES)}", nearest(engine, ENGINES))
    return engine


def sound(life: Life, outbox: np.ndarray | None = None) -> Life:
    """Return a life that was lived to its end or its horizon.

    outbox: what the last rule sent, an array of one OUTBOX record; where it is not at hand the life is lived again.

    Raises EngineError for one that a limit stopped.
    """
    status = Status(int(life.state["status"][0]))
    if status != Status.SOUND:
        raise _ERRORS.get(status, EngineError)(
            f"life {life.replication} of arm {life.arm} (seed {life.seed}) was stopped at "
            f"{_stopped(life, status, outbox)}"
        )
    return life


def _stopped(made: Life, status: Status, outbox: np.ndarray | None) -> str:
    """Return where and why a limit stopped a life, in words."""
    kind = int(made.state["stopped_by"][0])
    told = (
        f"{made.rules.names().get(kind, '?')}: {status.name.lower().replace('_', ' ')}: {made.rules.place_of(kind)}: "
    )
    if status == Status.BUDGET_SPENT:
        from relsim.engines.compiled_engine import BUDGET

        return f"{told}it is the last of {BUDGET:,} opportunities; most likely a rule sends events without end"
    if status == Status.AGENDA_FULL:
        return f"{told}more events are pending than an agenda holds; most likely a rule sends events without end"
    from relsim.engines.simpy_engine import Teams
    from relsim.engines.watch import refused

    if outbox is None:
        p = resolve(made.scenario, made.arm, made.rules)
        plain = made.engine == "simpy-plain"
        outbox = Teams(p, made.rules, made.seed, made.replication, plain=plain).run().outbox
    return told + refused(made.rules, outbox)
