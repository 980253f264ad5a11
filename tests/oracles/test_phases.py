"""What may happen when: nothing of the work before it starts, nothing of the tops once an exit is decided."""

import numpy as np

from relsim.model.rulebook import rulebook
from relsim.vocabulary import EventKind, Mark, Phase

BEFORE = [Phase.COURTSHIP, Phase.EXPLORATION, Phase.NEGOTIATION, Phase.CONTRACTING, Phase.TRANSITION]
LAUNCHING = {
    EventKind.FIRST_CONTACT,
    EventKind.MANDATE_GIVEN,
    EventKind.EXPLORATION_PLANNED,
    EventKind.FACILITATOR_ENGAGED,
    EventKind.WORKSHOP_HELD,
    EventKind.VERDICT_REPORTED,
    EventKind.BROKER_ENGAGED,
    EventKind.CONTRACT_DRAFTED,
    EventKind.DEAL_SIGNED,
    EventKind.SUCCESS_ANNOUNCED,
    EventKind.BONUS_PAID,
    EventKind.OPERATIONS_STARTED,
    EventKind.OPERATIONS_CONSULTED,
    EventKind.PILOT_HELD,
}
SIGNED = {EventKind.SUCCESS_ANNOUNCED, EventKind.BONUS_PAID, EventKind.SPONSOR_ROTATED}
"""What may come at any time from the signature until an exit is decided: a policy may put it off."""
ALWAYS = {EventKind.MARKET_SHOCK, EventKind.LEADER_REPLACED, EventKind.RELATIONSHIP_ENDED}
WORKING = {
    EventKind.WORK_CONTACT,
    EventKind.TACTICAL_MEETING,
    EventKind.INCIDENT,
    EventKind.REPAIRED,
    EventKind.COMPLAINT_RAISED,
    EventKind.STAFF_RESIGNED,
    EventKind.MANAGER_RESIGNED,
}
"""What goes on until the end also after an exit was decided: people and money."""

MARKS = rulebook().marks()


def acting(phase: Phase) -> set[EventKind]:
    return {EventKind(kind) for kind in np.flatnonzero(MARKS[phase] == Mark.ACT).tolist()}


def test_before_operations_start_only_launching_and_the_world_outside_act() -> None:
    for phase in BEFORE:
        outside = {EventKind.OUTSIDE_ENDING, *([EventKind.RIVAL_OFFER] if phase != Phase.TRANSITION else [])}
        assert acting(phase) - LAUNCHING - SIGNED == ALWAYS | outside


def test_bonuses_announcements_and_handovers_come_from_the_signature_until_an_exit_is_decided() -> None:
    for kind in SIGNED:
        assert {phase for phase in Phase if kind in acting(phase)} == {
            Phase.CONTRACTING,
            Phase.TRANSITION,
            Phase.OPERATION,
        }


def test_operations_are_asked_and_try_it_between_the_talks_and_the_signature() -> None:
    """Pilots are held under deal-first after the talks, and under feasibility-first when the contract is drafted."""
    for kind, phases in (
        (EventKind.OPERATIONS_CONSULTED, {Phase.NEGOTIATION}),
        (EventKind.PILOT_HELD, {Phase.NEGOTIATION, Phase.CONTRACTING}),
    ):
        assert {phase for phase in Phase if kind in acting(phase)} == phases


def test_in_operation_everything_acts_but_launching() -> None:
    assert acting(Phase.OPERATION) == set(EventKind) - (LAUNCHING - SIGNED) - {EventKind.RIVAL_OFFER}


def test_once_an_exit_is_decided_people_and_money_go_on_and_nothing_replaces_it() -> None:
    assert acting(Phase.UNWINDING) == ALWAYS | WORKING | {EventKind.LIMPING_ENDED, EventKind.BONUS_RETURNED}


def test_after_the_end_nothing_acts() -> None:
    assert acting(Phase.ENDED) == set()
    assert set(MARKS[Phase.ENDED][list(EventKind)].tolist()) == {Mark.CANCEL}


def test_what_may_still_act_later_is_not_cancelled() -> None:
    for kind in EventKind:
        acts = [phase for phase in Phase if MARKS[phase, kind] == Mark.ACT]
        for phase in Phase:
            if MARKS[phase, kind] == Mark.CANCEL:
                assert phase > max(acts)
