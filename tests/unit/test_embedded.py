"""A relationship in somebody's own SimPy environment: beside their processes, listened to, told things from outside."""

from collections.abc import Generator
from typing import Any

import numpy as np
import pandas as pd
import pytest
import simpy
from simpy.rt import RealtimeEnvironment

import relsim
from relsim import EngineError, EventKind, Firm, ScenarioError
from relsim.engines import simpy_engine
from relsim.errors import BudgetExceeded, RuleFailed
from relsim.model.rule import send
from relsim.show.event import Event
from tests.worlds import quiet, scenario

Process = Generator[simpy.Event, Any, Any]

BUSY = scenario(horizon=4.0)


@relsim.rule(96, name="EXPERT_CAME", sender="outside", receiver="own-operational")
def expert_came(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """An expert comes: remember how often, with which luck and with what."""
    r.user[0] += 1.0
    r.user[1] = u.u0
    r.user[2] = e.a
    return True


@relsim.rule(97, name="PEACE_MADE")
def peace_made(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Sends a consequence that is built in."""
    send(out, EventKind.ESCALATED, Firm.CLIENT, e.case, e.attempt)
    return True


def simulation(replication: int = 4, **more: Any) -> relsim.Simulation:
    """Return a simulation with rules in plain Python, which need no compiling."""
    return relsim.Simulation(more.pop("scenario", BUSY), "deal-first", 1, replication, **{"plain": True, **more})


def alone(replication: int = 4) -> relsim.Life:
    return relsim.simulate(BUSY, "deal-first", 1, replication, "simpy-plain")


# ---------------------------------------------------------------- the same life as everywhere


@pytest.mark.parametrize("plain", [False, True])
def test_it_gives_the_life_that_simulate_gives(plain: bool) -> None:
    life, other = simulation(plain=plain).run().life, alone()
    assert life.digest == other.digest
    assert life.engine == ("simpy-plain" if plain else "simpy")
    pd.testing.assert_frame_equal(life.trajectory, other.trajectory)
    assert str(relsim.story(life)) == str(relsim.story(other))


def test_it_is_asked_for_as_simulate_is() -> None:
    assert relsim.Simulation(BUSY, plain=True).arm == relsim.simulate(BUSY).arm == "deal-first"
    with pytest.raises(ScenarioError, match="did you mean feasibility-first"):
        relsim.Simulation(BUSY, "feasability-first")
    with pytest.raises(relsim.RuleError):
        relsim.Simulation(BUSY, rules=[print])  # type: ignore[list-item]


def test_twins_and_others_do_not_disturb_each_other() -> None:
    """Staggered starts, two arms, two replications, the same life twice, and a process of somebody else."""
    env = simpy.Environment()
    asked = [("deal-first", 4, 0.0), ("deal-first", 5, 0.0), ("feasibility-first", 4, 0.0), ("deal-first", 4, 0.0)]
    asked += [("deal-first", 4, 0.7), ("feasibility-first", 5, 3.0)]
    lives: list[tuple[float, relsim.Life]] = []

    def begin(arm: str, replication: int, start: float) -> Process:
        yield env.timeout(start)
        begun = relsim.Simulation(BUSY, arm, 1, replication, env=env, plain=True)
        assert begun.now == 0.0
        ended = yield begun.finished
        assert ended is begun
        assert env.now == pytest.approx(start + begun.life.row["t_end"])
        lives.append((start, begun.life))

    def clock() -> Process:
        while True:
            yield env.timeout(0.01)

    env.process(clock())
    env.run(until=simpy.AllOf(env, [env.process(begin(*each)) for each in asked]))
    assert len(lives) == len(asked)
    for start, life in lives:
        other = relsim.simulate(BUSY, life.arm, 1, life.replication)
        if start == 0.0:
            assert life.digest == other.digest
        else:
            assert life.record["kind"].tolist() == other.record["kind"].tolist()
            assert np.allclose(life.record["time"], other.record["time"], rtol=0, atol=1e-12)


# ---------------------------------------------------------------- step by step


def test_events_come_one_by_one_in_words() -> None:
    begun = simulation()
    assert begun.event is None
    seen = list(begun)
    record = alone().record
    assert [(each.time, each.kind, each.case) for each in seen] == record[["time", "kind", "case"]].tolist()
    assert begun.over
    assert begun.step() is None
    first = seen[0]
    assert (first.kind, first.sender, first.receiver) == (EventKind.FIRST_CONTACT, *2 * (relsim.Agent.BOTH_STRATEGIC,))
    assert str(first) == "0.000  both strategic: first contact"
    told = next(each for each in seen if each.kind == EventKind.ESCALATED)
    whose, said = told.firm.name.lower(), "takes the case to its top (I-"
    assert str(told).startswith(f"{told.time:.3f}  {whose} tactical to {whose} strategic: {said}")


def test_events_stay_what_they_were() -> None:
    kept: list[Event] = []
    begun = simulation(happened=lambda _, event: kept.append(event)).run()
    assert [each.time for each in kept] == begun.life.record["time"].tolist()


def test_it_runs_until_a_moment() -> None:
    begun = simulation().run(until=1.5)
    assert begun.now == 1.5
    assert not begun.over
    with pytest.raises(EngineError, match=r"life 4 of deal-first \(seed 1\) is not over yet, after 1.500 years"):
        _ = begun.life
    for past in (1.5, 0.2, float("nan"), float("inf")):
        with pytest.raises(ScenarioError, match=r"a moment after now, which is 1\.500 years"):
            begun.run(until=past)
    assert begun.run(until=100.0).over
    assert begun.life.digest == alone().digest


def test_what_falls_due_at_that_very_moment_is_still_to_come() -> None:
    begun = simulation(scenario=quiet(review_rate=4.0)).run(until=0.5)
    reviews = [float(each["time"]) for each in begun.events() if each["kind"] == EventKind.BOARD_REVIEW]
    assert reviews
    assert max(reviews) < 0.5
    event = begun.step()
    assert event is not None
    assert event.time == 0.5


def test_it_says_how_it_stands() -> None:
    begun = simulation()
    assert repr(begun) == (
        "<Simulation of 'a test world', life 4 of deal-first (seed 1): courtship, 0.000 years after first contact, "
        "0 events>"
    )
    assert "belief" not in str(begun)
    begun.run(until=2.0)
    frame = alone().trajectory
    last = frame[frame["time"] <= 2.0].iloc[-1]
    assert begun.state["trust_tactical"] == last["trust_tactical"]
    assert f"performance {last['performance']:.2f} of {last['promise']:.2f} promised" in str(begun)
    begun.run()
    assert "operation" not in repr(begun)
    row = begun.life.row
    assert begun.state["money_client"] == frame["money_client"].iloc[-1]
    assert f"{row['t_end']:.3f} years after first contact, {len(begun.life.record):,} events" in str(begun)


def test_environments_that_stop_midway_go_on() -> None:
    env = simpy.Environment()
    begun = simulation(env=env)
    for moment in (0.3, 1.0, 2.5):
        env.run(until=moment)
        assert begun.now == moment
    assert begun.run().life.digest == alone().digest


def test_a_process_cannot_move_the_environment_that_it_is_in() -> None:
    env = simpy.Environment()
    begun = simulation(env=env)

    def impatient() -> Process:
        yield env.timeout(1.0)
        with pytest.raises(EngineError, match="yield simulation"):
            begun.run()
        with pytest.raises(EngineError, match="yield simulation"):
            begun.step()

    env.run(until=env.process(impatient()))
    assert begun.run().life.digest == alone().digest


def test_real_time_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of a watch that only moves while somebody sleeps: four years last as long as they should."""
    slept: list[float] = []
    monkeypatch.setattr("simpy.rt.monotonic", lambda: sum(slept))
    monkeypatch.setattr("simpy.rt.sleep", slept.append)
    begun = simulation(env=RealtimeEnvironment(factor=3.0)).run()
    assert begun.life.digest == alone().digest
    assert sum(slept) == pytest.approx(3.0 * begun.life.row["t_end"])


# ---------------------------------------------------------------- from outside into it


def test_what_comes_from_outside_happens() -> None:
    env = simpy.Environment()
    begun = simulation(rules=[expert_came, peace_made], env=env)

    def outside() -> Process:
        yield env.timeout(1.0)
        begun.send("EXPERT_CAME", "client", a=7.0)
        begun.send("expert-came", Firm.CLIENT, delay=0.5)
        begun.send(96, "supplier", delay=0.5, case=(2 << 32) + 3)
        begun.send(96, delay=0.5, case=(2 << 32) + 3)
        begun.send("MARKET_SHOCK", delay=0.25)
        begun.send("PEACE_MADE", delay=0.25)
        begun.send(96, delay=1e9)

    env.process(outside())
    life = begun.run().life
    came = life.record[life.record["kind"] == 96]
    assert came["time"].tolist() == [1.0, 1.5, 1.5, 1.5]
    assert came["firm"].tolist() == [Firm.CLIENT, Firm.CLIENT, Firm.SUPPLIER, Firm.BOTH]
    assert came["a"].tolist() == [7.0, 0.0, 0.0, 0.0]
    assert begun.r.user[0] == 4.0
    shocks = life.record[life.record["kind"] == EventKind.MARKET_SHOCK]
    assert 1.25 in shocks["time"]
    (made,) = life.record[life.record["kind"] == 97]
    assert made["time"] == 1.25
    assert made["case"] in life.record["case"][life.record["kind"] == EventKind.ESCALATED]
    assert len(life.trajectory) == len(life.record) == len(life.events)


def test_addresses_from_outside_are_nobody_elses() -> None:
    """Of all that happens, also of what follows by rules."""
    cases: list[int] = []

    def listen(begun: relsim.Simulation, event: Event) -> None:
        if event.kind == EventKind.INCIDENT and len(cases) < 40:
            cases.append(event.case)
            for kind in ("INCIDENT", "TACTICAL_PROBLEM", "STRATEGIC_PROBLEM"):
                begun.send(kind, event.firm)
            for case in (None, event.case, event.case):
                for kind in ("EXPERT_CAME", "PEACE_MADE"):
                    begun.send(kind, "both", case=case)
                    begun.send(kind, "client", case=case)

    record = simulation(rules=[expert_came, peace_made], happened=listen).run().life.record
    addresses = [(kind, firm % 2, case, attempt) for _, kind, firm, case, attempt, *_ in record.tolist()]
    assert len(cases) == 40
    assert sum(kind == EventKind.ESCALATED for kind, *_ in addresses) >= 240
    assert len(set(addresses)) == len(addresses)


def test_the_nth_from_outside_has_the_same_luck_in_every_world() -> None:
    luck = []
    for delay, case in ((1.0, None), (2.0, None), (1.0, 77), (2.0, 77)):
        begun = simulation(rules=[expert_came])
        begun.send("INCIDENT", "client", delay=0.3 * delay)
        begun.send("EXPERT_CAME", "client", delay=delay, case=case)
        luck.append(float(begun.run().r.user[1]))
    assert luck[0] == luck[1] != luck[2] == luck[3]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kind": "EXPERT_COME"}, "kind: EXPERT_COME: one of .*; did you mean EXPERT_CAME?"),
        ({"kind": 97}, "kind: 97: one of"),
        ({"kind": "DEAL_SIGNED"}, "kind: DEAL_SIGNED: a consequence, which only rules send"),
        ({"kind": EventKind.RELATIONSHIP_ENDED}, "kind: RELATIONSHIP_ENDED: a consequence"),
        ({"kind": True}, "kind: True: one of"),
        ({"kind": "EXPERT_CAME", "firm": "suplier"}, "firm: suplier: client or supplier or both"),
        ({"kind": "INCIDENT", "firm": "both"}, "firm: both: client or supplier"),
        ({"kind": "MARKET_SHOCK", "firm": Firm.CLIENT}, "firm: .*: both"),
        ({"kind": 96, "delay": -0.1}, "delay: -0.1: years from now, 0 or more"),
        ({"kind": 96, "delay": float("nan")}, "delay: nan"),
        ({"kind": 96, "delay": float("inf")}, "delay: inf"),
        ({"kind": "incident", "firm": "client", "case": 1}, "case: 1: only for a kind of your own"),
        ({"kind": 96, "case": -1}, "case: -1: the case of an event"),
        ({"kind": 96, "case": 0.5}, "case: 0.5"),
        ({"kind": "X", "firm": 9, "delay": "soon", "case": "I-c1"}, "kind: X.*\nfirm: 9.*\ndelay: soon.*\ncase: I-c1"),
    ],
)
def test_what_cannot_come_from_outside_is_refused(asked: dict[str, Any], said: str) -> None:
    begun = simulation(rules=[expert_came])
    with pytest.raises(ScenarioError, match=said):
        begun.send(**asked)
    assert begun.run().life.record.tobytes() == alone().record.tobytes()


def test_nothing_comes_after_the_end() -> None:
    begun = simulation(rules=[expert_came]).run()
    with pytest.raises(EngineError, match="years, and nothing can happen in it any more"):
        begun.send(96)


def test_it_may_come_from_a_listener_and_wait_for_a_resource() -> None:
    """Each complaint asks for the one expert there is; who waits longest comes last."""
    env = simpy.Environment()
    pool = simpy.Resource(env, 1)
    waits: list[float] = []

    def ask(begun: relsim.Simulation, event: Event) -> Process:
        asked = env.now
        with pool.request() as granted:
            yield granted
            waits.append(env.now - asked)
            yield env.timeout(0.05)
        if not begun.over:
            begun.send("EXPERT_CAME", event.firm, case=event.case)

    def listen(begun: relsim.Simulation, event: Event) -> None:
        if event.kind == EventKind.COMPLAINT_RAISED:
            env.process(ask(begun, event))

    lives = [simulation(each, env=env, rules=[expert_came], happened=listen) for each in (4, 5)]
    env.run(until=simpy.AllOf(env, [each.finished for each in lives]))
    complaints = sum(each.life.row["n_complaints"] for each in lives)
    came = [each.life.record[each.life.record["kind"] == 96] for each in lives]
    assert complaints > 2
    assert max(waits) > 0.0
    assert 0 < sum(map(len, came)) <= complaints
    for life, arrived in zip(lives, came, strict=True):
        raised = life.life.record[life.life.record["kind"] == EventKind.COMPLAINT_RAISED]
        assert {*arrived["case"].tolist()} <= {*raised["case"].tolist()}
        assert life.r.user[0] == len(arrived)


# ---------------------------------------------------------------- what goes wrong


class OddError(Exception):
    """An error that SimPy cannot make a copy of."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")


def raise_at(moment: float, error: BaseException) -> Any:
    def listen(begun: relsim.Simulation, event: Event) -> None:
        if begun.now > moment:
            raise error

    return listen


@pytest.mark.parametrize("error", [ValueError("no"), OddError("here", "no"), KeyboardInterrupt()])
@pytest.mark.parametrize("how", ["run", "step", "until"])
def test_what_a_listener_raises_is_raised_and_ends_the_life_there(error: BaseException, how: str) -> None:
    begun = simulation(happened=raise_at(1.0, error))
    lived = {"run": begun.run, "until": lambda: begun.run(until=3.0), "step": lambda: list(begun)}
    with pytest.raises(type(error)) as raised:
        lived[how]()
    assert raised.value is error
    assert begun.over
    assert "stopped" in repr(begun)
    happened = len(begun.events())
    with pytest.raises(type(error)):
        begun.run()
    with pytest.raises(EngineError, match=f"was stopped: {type(error).__name__}"):
        _ = begun.life
    with pytest.raises(EngineError, match="was stopped"):
        begun.send("MARKET_SHOCK")
    assert len(begun.events()) == happened


def test_the_others_live_on_where_one_broke_off() -> None:
    env = simpy.Environment()
    broken, sound = simulation(env=env, happened=raise_at(1.0, ValueError("no"))), simulation(5, env=env)
    with pytest.raises(ValueError, match="no"):
        env.run()
    env.run()
    assert broken.over
    assert sound.life.digest == alone(5).digest


def test_who_waits_for_a_life_that_breaks_off_hears_of_it() -> None:
    env = simpy.Environment()
    begun = simulation(env=env, happened=raise_at(1.0, ValueError("no")))

    def waiting() -> Process:
        try:
            yield begun.finished
        except ValueError as error:
            return str(error)
        return ""

    assert env.run(until=env.process(waiting())) == "no"


def test_who_is_interrupted_while_waiting_can_wait_again() -> None:
    env = simpy.Environment()
    begun = simulation(env=env)
    heard: list[object] = []

    def waiting() -> Process:
        while not begun.over:
            try:
                yield begun.finished
            except simpy.Interrupt as interrupt:
                heard.append(interrupt.cause)

    process = env.process(waiting())

    def impatient() -> Process:
        yield env.timeout(1.0)
        process.interrupt("still?")

    env.process(impatient())
    env.run(until=process)
    assert heard == ["still?"]
    assert begun.life.digest == alone().digest


def test_a_rule_that_breaks_a_limit_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    @relsim.rule("FIRST_CONTACT")
    def astray(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
        send(out, 120, Firm.BOTH, e.case, 0)
        return True

    env = simpy.Environment()
    begun = simulation(env=env, rules=[astray])
    with pytest.raises(EngineError, match="was stopped at FIRST_CONTACT: unknown event"):
        env.run()
    with pytest.raises(EngineError, match="was stopped"):
        _ = begun.life

    @relsim.rule("FIRST_CONTACT")
    def endless(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
        send(out, EventKind.FIRST_CONTACT, Firm.BOTH, e.case, e.attempt + 1)
        return True

    monkeypatch.setitem(simpy_engine.Teams.__init__.__kwdefaults__, "budget", 1000)
    with pytest.raises(BudgetExceeded, match="FIRST_CONTACT"):
        simulation(rules=[endless]).run()


def test_what_a_rule_raises_is_told_with_its_place() -> None:
    error = OddError("rule", "no")

    @relsim.rule("MARKET_SHOCK")
    def breaks(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
        raise error

    begun = relsim.Simulation(scenario({"market_shock_rate": 5.0}), rules=[breaks], plain=True)
    with pytest.raises(RuleFailed, match="OddError: rule: no") as raised:
        begun.run()
    assert raised.value.__cause__ is error
    with pytest.raises(EngineError, match="was stopped: RuleFailed: at MARKET_SHOCK"):
        _ = begun.life
