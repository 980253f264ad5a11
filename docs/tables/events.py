"""The tables of events: who sends which to whom, what their uniforms mean, when they act, which come from clocks."""

from docs.tables.block import code, from_code, markdown, plain
from docs.tables.parameters import default_parameters, evaluated, ticking_parameters
from docs.tables.reading import BOOK, reading, sent_by_chance
from relsim.vocabulary import Clock, EventKind, Firm, Mark, Phase

__all__: list[str] = []


@from_code
def events() -> str:
    """Return all kinds of events, with what the source of their rules sends and books."""
    rows = []
    for each in BOOK.rules:
        found = reading(each.function)
        rows.append(
            [
                str(each.kind),
                code(each.name),
                plain(each.sender.name),
                plain(each.receiver.name),
                ", ".join(map(code, found.sends)),
                ", ".join(map(code, found.books)),
            ]
        )
    return markdown(("no.", "event", "from", "to", "its rule may send", "its rule may book on"), rows, right=(0,))


@from_code
def phases_of_events() -> str:
    """Return the table phase x kind."""
    letters = {Mark.ACT: "**act**", Mark.IGNORE: "ignore", Mark.CANCEL: "cancel"}
    marks = BOOK.marks()
    rows = [[code(each.name), *(letters[Mark(int(marks[phase, each.kind]))] for phase in Phase)] for each in BOOK.rules]
    return markdown(("event", *(phase.name for phase in Phase)), rows)


@from_code
def uniforms_of_events() -> str:
    """Return what the four uniforms of a block mean for each kind that looks at any of them."""
    p = ticking_parameters()
    ticking = {int(clock.kind): float(clock.period) for clock in p.clock[: p.clock_count]}
    rows = []
    for each in BOOK.rules:
        _, *others = each.chance
        first = "part of its delay" if sent_by_chance(each) else ""
        if each.kind in ticking:
            first = "" if ticking[each.kind] > 0.0 else "gap to the next tick"
        if first or any(others):
            rows.append([code(each.name), first, *others])
    return markdown(("event", "u0", "u1", "u2", "u3"), rows)


_RATES = {
    Clock.INCIDENT: "0.5 * incident_rate[f]",
    Clock.TACTICAL_PROBLEM: "0.5 * tactical_problem_rate[f]",
    Clock.STRATEGIC_PROBLEM: "0.5 * strategic_problem_rate[f]",
    Clock.MANAGER_RESIGNED: "leaving_rate[f,T] * leaving_most * headcount[f,T]",
    Clock.STAFF_RESIGNED: "leaving_rate[f,O] * leaving_most * headcount[f,O]",
    Clock.LEADER_REPLACED: "leader_change_rate[f] * poor_results",
    Clock.BOARD_REVIEW: "review_rate[f]",
    Clock.STEERING_MEETING: "contact_rate[S]",
    Clock.TACTICAL_MEETING: "contact_rate[T]",
    Clock.WORK_CONTACT: "contact_rate[O]",
    Clock.JOINT_REVIEW: "joint_review_most",
    Clock.MARKET_SHOCK: "market_shock_rate",
    Clock.RIVAL_OFFER: "rival_offer_rate",
    Clock.MERGER: "max(merger_rate, merger_rate + merger_fit_slope)",
    Clock.INSOLVENCY: "max(insolvency_rate, insolvency_rate + insolvency_fit_slope)",
    Clock.STRATEGY: "max(strategy_rate, strategy_rate + strategy_fit_slope)",
}
"""Maximum rates a year in the names of the parameters; the table is refused where one gives another number."""


@from_code
def clocks() -> str:
    """Return the clocks of a life in the order in which their first ticks are scheduled, each rate held to the code."""
    p, usual = ticking_parameters(), default_parameters()
    rows = []
    for place, each in enumerate(p.clock[: p.clock_count], start=1):
        firm, periodic = Firm(int(each.firm)), each.period > 0.0
        formula = _RATES[Clock(int(each.address) - (int(firm) if firm != Firm.BOTH else 0))]
        rate, given = 1.0 / float(each.period if periodic else each.gap), evaluated(formula, p, f=int(firm))
        if abs(given - rate) > 1e-12 * rate:
            raise ValueError(f"clock {each.address}: {formula} gives {given!r}, but the code has {rate!r}")
        first = {0.5: "after half a period", 1.0: "after a period"}
        rows.append(
            [
                str(place),
                str(int(each.address)),
                code(EventKind(int(each.kind)).name),
                plain(firm.name),
                code(formula.replace("[f", f"[{'CP'[firm]}") if firm != Firm.BOTH else formula),
                f"{evaluated(formula, usual, f=int(firm)):g}",
                first[float(each.first) / float(each.period)] if periodic else "after its first gap",
            ]
        )
    header = ("order", "clock", "event", "firm", "most ticks a year", "with start values", "first tick")
    return markdown(header, rows, right=(0, 1, 5))
