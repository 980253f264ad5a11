"""A team has heard of what it took part in, and not of what was said to somebody who may not listen."""

import relsim
from relsim.scenario.files import load_scenario
from relsim.show.knowing import heard_of
from relsim.vocabulary import Agent

POLICIES = '["escalation-hotline", "independent-audit"]'
SCENARIO = load_scenario("it-outsourcing", [f"arms.deal-first.policies={POLICIES}"])
LIVES = [relsim.simulate(SCENARIO, "deal-first", replication=number) for number in range(20)]
TOPS = {"CLIENT": Agent.CLIENT_STRATEGIC, "SUPPLIER": Agent.SUPPLIER_STRATEGIC}


def test_a_call_that_is_not_heard_tells_the_top_nothing() -> None:
    unheard = 0
    for life in LIVES:
        heard = {top: {case for _, case in known} for top, known in heard_of(life).items()}
        events = life.events
        calls = events[events["kind"] == "HOTLINE_USED"]
        for firm, case in zip(calls["firm"], calls["case"], strict=True):
            others = events[(events["case"] == case) & ~events["kind"].isin(["HOTLINE_USED", "ESCALATED"])]
            tops = {TOPS[firm].name, "BOTH_STRATEGIC", "EVERYBODY"}
            if not (set(others["sender"]) | set(others["receiver"])) & tops:
                assert case not in heard[TOPS[firm]]
                unheard += 1
    assert unheard > 0


def test_an_audit_tells_both_tops() -> None:
    audits = 0
    for life in LIVES:
        heard = heard_of(life)
        held = life.events[life.events["kind"] == "AUDIT_HELD"]
        for time, case in zip(held["time"], held["case"], strict=True):
            assert all(any(known == case and since <= time for since, known in heard[top]) for top in TOPS.values())
            audits += 1
    assert audits > 0
