"""One life as a readable list: who did what to whom, about which case, and how it came out."""

from collections import Counter
from datetime import timedelta
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from relsim.life import Life
from relsim.vocabulary import Clock, Ending, EventKind, Level, OutsideCause, Turn

__all__ = ["case_label", "told"]

DAYS_PER_YEAR = 365.25

_ROUTINE = {
    EventKind.WORK_CONTACT: ("work contact", "work contacts"),
    EventKind.TACTICAL_MEETING: ("managers' meeting", "managers' meetings"),
    EventKind.STEERING_MEETING: ("steering meeting", "steering meetings"),
    EventKind.BOARD_REVIEW: ("board review", "board reviews"),
    EventKind.INCIDENT: ("incident", "incidents"),
    EventKind.REPAIRED: ("repaired", "repaired"),
    EventKind.COMPLAINT_RAISED: ("complaint", "complaints"),
    EventKind.COMPLAINT_HEARD: ("heard by managers", "heard by managers"),
    EventKind.ADAPTATION_AGREED: ("settled", "settled"),
    EventKind.AGREEMENT_BROKEN: ("agreement broken", "agreements broken"),
    EventKind.STAFF_RESIGNED: ("of the staff left", "of the staff left"),
    EventKind.MANAGER_RESIGNED: ("manager left", "managers left"),
    EventKind.TACTICAL_PROBLEM: ("contract problem", "contract problems"),
}
"""What happens so often that it is counted between the events that are told: one, and several."""

_WORDS = {
    EventKind.FIRST_CONTACT: "first contact",
    EventKind.MANDATE_GIVEN: "give their managers a mandate",
    EventKind.DEAL_SIGNED: "sign the deal",
    EventKind.SUCCESS_ANNOUNCED: "announce success",
    EventKind.BONUS_PAID: "is paid a bonus for the signature",
    EventKind.STRATEGIC_PROBLEM: "strategies drift apart",
    EventKind.ESCALATION_HEARD: "hears of the case",
    EventKind.REFERRED_BACK: "denies it and refers it back",
    EventKind.COMMITMENT_ESCALATED: "puts more in",
    EventKind.ATTENTION_SHIFTED: "has moved its attention elsewhere",
    EventKind.LEADER_REPLACED: "a new leader takes over",
    EventKind.FAILURE_REALISED: "realises that it is failing",
    EventKind.RESCUE_LAUNCHED: "launch a rescue",
    EventKind.EXIT_DECIDED: "decides to leave",
    EventKind.RELATIONSHIP_ENDED: "the relationship ends",
    EventKind.EXPLORATION_PLANNED: "plan the exploration",
    EventKind.VERDICT_REPORTED: "report their verdict",
    EventKind.CONTRACT_DRAFTED: "have drafted the contract",
    EventKind.DISPUTE_RAISED: "raises a formal dispute",
    EventKind.ESCALATED: "takes the case to its top",
    EventKind.MANAGER_SWAPPED: "swaps managers",
    EventKind.WORKSHOP_HELD: "hold a workshop",
    EventKind.OPERATIONS_STARTED: "start to work together",
    EventKind.STAFF_DISMISSED: "sacks staff",
    EventKind.FACILITATOR_ENGAGED: "comes in",
    EventKind.BROKER_ENGAGED: "comes in",
    EventKind.RIVAL_OFFER: "a rival makes an offer",
    EventKind.MARKET_SHOCK: "the market shifts",
    EventKind.CONTRACT_TERM: "the contract term is over",
    EventKind.OUTSIDE_ENDING: "something outside ends it",
    EventKind.OPERATIONS_CONSULTED: "say at the negotiation what they think of it",
    EventKind.PILOT_HELD: "try it in a pilot",
    EventKind.BONUS_RETURNED: "pays the bonus back",
    EventKind.SPONSOR_ROTATED: "hands over to a new sponsor",
    EventKind.JOINT_REVIEW: "look together at what performance truly is",
    EventKind.HOTLINE_USED: "takes the complaint directly to its top",
    EventKind.AUDIT_HELD: "an auditor tells how it really goes",
    EventKind.DISPUTE_SETTLED: "referees settle a claim",
    EventKind.LIMPING_BEGAN: "(limping: below break-even, and nobody acts)",
    EventKind.LIMPING_ENDED: "(no longer limping)",
}

_LETTERS = {
    Clock.INCIDENT: "I",
    Clock.TACTICAL_PROBLEM: "T",
    Clock.STRATEGIC_PROBLEM: "S",
    Clock.BOARD_REVIEW: "B",
    Clock.LEADER_REPLACED: "L",
}


_KNOWN = {int(kind) for kind in EventKind}


def case_label(case: int) -> str:
    """Return a short name for a case that can be followed: I-c12 is incident opportunity 12 of the client."""
    clock, number = case >> 32, case & 0xFFFFFFFF
    for first, letter in _LETTERS.items():
        if clock in (first, first + 1):
            return f"{letter}-{'cs'[clock - first]}{number}"
    return ""


def _name(agent: str) -> str:
    return agent.lower().replace("_", " ")


def _what(event: Any, names: dict[str, int]) -> str:
    kind = names[event.kind]
    told = _WORDS.get(EventKind(kind)) if kind in _KNOWN else None
    if told is None:
        return str(event.kind).lower().replace("_", " ")
    match kind:
        case EventKind.VERDICT_REPORTED:
            return f"{told}: {'feasible' if event.a else 'not feasible'} (fit about {event.b:.2f})"
        case EventKind.PILOT_HELD:
            return f"{told}: {'it passes' if event.a else 'no pass'} so far (fit about {event.b:.2f})"
        case EventKind.FAILURE_REALISED:
            return f"{told} (through {_name(Turn(int(event.a)).name)})"
        case EventKind.RELATIONSHIP_ENDED:
            return f"{told}: {_name(Ending(int(event.a)).name)}"
        case EventKind.OUTSIDE_ENDING:
            return f"{told}: {_name(OutsideCause(int(event.a)).name)}"
        case EventKind.MANAGER_SWAPPED | EventKind.STAFF_DISMISSED:
            return f"{told}: {event.a:.0f}"
    return told


def told(life: Life, everything: bool = False) -> RenderableType:
    """Return a life as a list of events in order, then its outcome; routine is counted unless all is asked for."""
    start = life.scenario.start_date
    names = {rule.name: rule.kind for rule in life.rules.rules}
    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in ("year", *(["date"] if start else []), "who", "does what", "to whom", "case"):
        table.add_column(header, justify="right" if header == "year" else "left")
    passed: Counter[tuple[str, str]] = Counter()

    def fold() -> None:
        if passed:
            order = list(_ROUTINE.values())
            counted = ", ".join(f"{passed[each]} {each[passed[each] > 1]}" for each in order if passed[each])
            table.add_row("", *([""] if start else []), "", Text(f"... {counted}", style="dim"), "", "")
            passed.clear()

    listed: Any = life.events.itertuples()
    for event in listed:
        known = names[event.kind] in _KNOWN
        routine = _ROUTINE.get(EventKind(names[event.kind])) if known else None
        if routine and not everything:
            passed[routine] += 1
            continue
        fold()
        date = [str(start + timedelta(days=event.time * DAYS_PER_YEAR))] if start else []
        sender = _name(event.sender)
        receiver = "" if event.receiver == event.sender else _name(event.receiver)
        table.add_row(f"{event.time:.3f}", *date, sender, _what(event, names), receiver, case_label(int(event.case)))
    fold()
    title = f"{life.scenario.title}: life {life.replication} launched {life.arm}"
    return Group(Text(title, style="bold"), Text(""), table, Text(""), *map(Text, _outcome(life)))


def _outcome(life: Life) -> list[str]:
    row = life.row
    ending = Ending(row["ending"])
    if ending == Ending.ONGOING:
        lines = [f"Still going at the horizon, after {row['t_end']:g} years."]
    else:
        lines = [f"Ended by {_name(ending.name)} after {row['t_end']:.2f} years."]
    if row["launched"]:
        lines.append(
            f"Promised performance {row['promise']:.2f}, delivered {row['performance_mean']:.2f} on average over "
            f"{row['age']:.2f} years; fit {row['fit_at_start']:.2f} at first, {row['fit_at_end']:.2f} at the end."
        )
        lines.append(
            f"{row['n_incidents']} incidents, {row['n_repaired']} repaired; {row['n_broken']} agreements broken, "
            f"{row['n_escalated']} escalated, {row['n_heard']} heard, {row['n_denials']} denied; "
            f"{row['limping_unrealised'] + row['limping_realised']:.2f} years limping."
        )
    if row["root"] >= 0:
        lines.append(f"The first problem arose at the {_name(Level(row['root']).name)} level.")
    lines.append(
        f"Net, discounted, in annual contract values: client {row['net_client']:.3f}, "
        f"supplier {row['net_supplier']:.3f}."
    )
    lines.append(f"seed: {life.seed}, replication: {life.replication}, arm: {life.arm}, engine: {life.engine}")
    lines.append(f"digest: {life.digest}")
    return lines
