"""One life in plain paragraphs: how it began, what was celebrated, the daily work, what rose, what it cost."""

from collections.abc import Iterator
from typing import Any

from relsim.life import Life
from relsim.model.rules.policies import BY_AUDIT
from relsim.show.knowing import heard_of
from relsim.show.story.past import Past
from relsim.show.story.sentences import FIRMS, Sentence, Speech, Story
from relsim.vocabulary import Agent, Clock, Ending, EventKind, Firm, Level, OutsideCause, Phase, Turn

__all__ = ["ended", "story"]

K = EventKind
MEETINGS = (K.WORKSHOP_HELD, K.PILOT_HELD, K.OPERATIONS_CONSULTED)
"""What lets operations meet before their daily work begins."""
ACTS = (K.RESCUE_LAUNCHED, K.EXIT_DECIDED)

_STAGES = {Phase.OPERATION: "working", Phase.UNWINDING: "leaving"}

LONGEST = 300
"""Words in a story, as far as leaving out what is minor can do it."""
MINOR = (
    "work.shocks",
    "react.renewed",
    "react.attention",
    "work.contract",
    "work.strategies",
    "react.limping_knowingly",
    "rise.hotline",
    "know.new_promise",
    "react.rotated",
    "react.reviews",
    "celebrate.announced_before",
    "begin.details",
)
"""What an eventful life can do without, the least of it first."""

Told = Iterator[Sentence]


def story(life: Life, language: str = "en") -> Story:
    """Tell one life in a few short paragraphs, true to its events.

    language: "en" or "nl". Kinds of a user's own have no words and are passed over.

    Raises ScenarioError for another language.
    """
    speech, past = Speech(life.scenario, language), Past(life)
    parts = (_beginning, _celebration, _work, _rising, _reaction, _knowing, _ending)
    paragraphs = _shortened([list(part(speech, past)) for part in parts])
    title = speech.phrase("title", scenario=life.scenario.title, replication=life.replication, arm=speech.arm(life.arm))
    return Story(title, tuple(tuple(paragraph) for paragraph in paragraphs if paragraph))


def _shortened(paragraphs: list[list[Sentence]]) -> list[list[Sentence]]:
    """Leave out what matters least, until a story is short enough to be read aloud."""
    for minor in MINOR:
        if sum(len(sentence.text.split()) for paragraph in paragraphs for sentence in paragraph) > LONGEST:
            paragraphs = [[each for each in paragraph if each.about != minor] for paragraph in paragraphs]
    return paragraphs


# ---------------------------------------------------------------- until the signature


def _beginning(speech: Speech, past: Past) -> Told:
    contact, deal = past.all(K.FIRST_CONTACT), past.first(K.DEAL_SIGNED)
    asked = [at for at in past.all(K.MANDATE_GIVEN) if past.attempts[at] == 0]
    if not contact:
        yield speech.say("begin.nothing", columns=("t_contact",))
        return
    yield speech.say("begin.feasibility_first" if asked else "begin.deal_first", contact + asked)
    verdict, helpers = past.first(K.VERDICT_REPORTED), past.all(K.FACILITATOR_ENGAGED)
    if asked:
        until = verdict if verdict is not None else len(past.times)
        if helped := [at for at in helpers if at < until]:
            yield speech.say("begin.facilitator", helped)
        if workshops := [at for at in past.all(K.WORKSHOP_HELD) if at < until]:
            yield speech.say("begin.workshops", workshops, count=len(workshops))
    if verdict is not None:
        yield from _verdict(speech, past, verdict)
    if brokers := past.all(K.BROKER_ENGAGED):
        yield speech.say("begin.broker", brokers)
    if consulted := past.all(K.OPERATIONS_CONSULTED):
        yield speech.say("begin.consulted", consulted)
    if pilots := past.all(K.PILOT_HELD):
        yield speech.say("begin.pilots", pilots, count=len(pilots))
        passed = "begin.passed" if past.a[pilots[-1]] else "begin.failed"
        yield speech.say(passed, pilots[-1:], estimate=speech.hundredths(past.b[pilots[-1]]))
    if deal is None:
        fit, need = speech.hundredths(past.row["fit_at_end"]), speech.hundredths(past.parameters.need)
        yield speech.say("begin.unseen", columns=("fit_at_end",), fit=fit, need=need)
    else:
        yield from _promise(speech, past, deal)


def _verdict(speech: Speech, past: Past, verdict: int) -> Told:
    feasible = past.a[verdict] > 0
    yield speech.say(
        "begin.feasible" if feasible else "begin.infeasible",
        [verdict],
        when=speech.when(past.times[verdict]),
        estimate=speech.hundredths(past.b[verdict]),
        need=speech.hundredths(past.parameters.need),
    )
    if not feasible and past.row["t_end"] > past.times[verdict]:
        yield speech.say("begin.overridden", [verdict], columns=("t_end",))


def _promise(speech: Speech, past: Past, deal: int) -> Told:
    drafted = [at for at in past.all(K.CONTRACT_DRAFTED) if at < deal]
    promise, fit = past.course("promise", deal), past.course("fit", deal)
    yield speech.say(
        "begin.signed_last" if drafted else "begin.signed",
        [*drafted, deal],
        columns=("promise",),
        when=speech.when(past.times[deal]),
        promise=speech.hundredths(promise),
    )
    hoped = promise / float(past.parameters.mesh)
    yield speech.say(
        "begin.counts_on",
        [deal],
        columns=("promise", "fit"),
        hoped=speech.hundredths(hoped),
        fit=speech.hundredths(fit),
    )
    if not [at for at in past.all(*MEETINGS) if at < deal]:
        yield speech.say("begin.unmeasured", [deal])
    if details := [at for at in past.all(K.MANDATE_GIVEN) if at > deal and past.attempts[at] == 1]:
        yield speech.say("begin.details", details)


# ---------------------------------------------------------------- what is celebrated, and the start


def _celebration(speech: Speech, past: Past) -> Told:
    deal = past.first(K.DEAL_SIGNED)
    if deal is None:
        return
    told = [*_cheers(speech, past, past.times[deal]), *_start(speech, past, deal)]
    yield from sorted(told, key=lambda sentence: sentence.events[-1:] or (len(past.times),))


def _cheers(speech: Speech, past: Past, signed: float) -> Told:
    for at in past.all(K.SUCCESS_ANNOUNCED)[:1]:
        key = "celebrate.announced_at_once" if past.times[at] == signed else "celebrate.announced"
        yield speech.say(key, [at], when=speech.when(past.times[at]))
    for kind, at_once, later in (
        (K.BONUS_PAID, "celebrate.bonus", "celebrate.bonus_later"),
        (K.BONUS_RETURNED, "celebrate.returned", "celebrate.returned"),
    ):
        if events := past.all(kind):
            time = past.times[events[0]]
            top = speech.top(*sorted({Firm(past.firms[at]) for at in events}))
            yield speech.say(at_once if time == signed else later, events, top=top, when=speech.when(time))


def _start(speech: Speech, past: Past, deal: int) -> Told:
    if kickoffs := [at for at in past.all(K.WORKSHOP_HELD) if at > deal]:
        yield speech.say("celebrate.kickoff", kickoffs, count=len(kickoffs))
    start, announced = past.first(K.OPERATIONS_STARTED), past.first(K.SUCCESS_ANNOUNCED)
    if start is None:
        if past.row["ending"] != Ending.ONGOING:
            yield speech.say("celebrate.never_started", columns=("launched",))
        return
    met = [at for at in past.all(*MEETINGS) if at < start]
    key = "celebrate.start" if met else "celebrate.start_first"
    yield speech.say(key, [start], when=speech.when(past.times[start]))
    if announced is not None and announced < start:
        lasting = speech.lasting(past.times[start] - past.times[announced])
        yield speech.say("celebrate.announced_before", [announced, start], lasting=lasting)


# ---------------------------------------------------------------- daily work


def _work(speech: Speech, past: Past) -> Told:
    start = past.first(K.OPERATIONS_STARTED)
    if start is None:
        return
    incidents, repaired = past.all(K.INCIDENT), past.all(K.REPAIRED)
    lasting = speech.lasting(past.row["t_end"] - past.times[start])
    if not incidents:
        yield speech.say("work.no_incident", columns=("n_incidents",), lasting=lasting)
    elif len(incidents) == 1:
        key = "work.one_repaired" if repaired else "work.one_unrepaired"
        yield speech.say(key, incidents + repaired, lasting=lasting)
    else:
        told, part = speech.phrase("some.incidents", len(incidents)), speech.few(len(repaired))
        yield speech.say("work.incidents", incidents + repaired, incidents=told, part=part, lasting=lasting)
    problems = past.all(K.INCIDENT, K.TACTICAL_PROBLEM, K.STRATEGIC_PROBLEM)
    if problems and past.row["root"] >= 0:
        level = speech.word(f"level.{Level(past.row['root']).name}")
        yield speech.say("work.root", problems[:1], columns=("root",), level=level)
    for kind, key in (
        (K.TACTICAL_PROBLEM, "work.contract"),
        (K.STRATEGIC_PROBLEM, "work.strategies"),
        (K.MARKET_SHOCK, "work.shocks"),
    ):
        if happened := [at for at in past.all(kind) if at > start]:
            yield speech.say(key, happened, times=speech.times(len(happened)))


# ---------------------------------------------------------------- what rises


def _rising(speech: Speech, past: Past) -> Told:
    if past.first(K.OPERATIONS_STARTED) is None:
        return
    settled, broken = past.all(K.ADAPTATION_AGREED), past.all(K.AGREEMENT_BROKEN)
    if settled or broken:
        yield speech.say(
            "rise.settled" if settled and broken else "rise.settled_all" if settled else "rise.settled_none",
            settled + broken,
            settled=speech.times(len(settled)),
            broken=speech.times(len(broken)),
        )
    escalated, hotline = past.all(K.ESCALATED), past.all(K.HOTLINE_USED)
    if broken:
        yield speech.say(
            "rise.silent" if not escalated else "rise.escalated_it" if len(broken) == 1 else "rise.escalated",
            broken + escalated,
            columns=("n_escalated", "n_swallowed"),
            escalated=speech.few(len(escalated)),
            silent=speech.few(past.row["n_swallowed"]),
        )
    if hotline:
        yield speech.say("rise.hotline", hotline, times=speech.times(len(hotline)))
    said = escalated + hotline
    heard, denied = past.all(K.ESCALATION_HEARD), past.all(K.REFERRED_BACK)
    if said and not heard:
        yield speech.say("rise.unheard", said, columns=("n_heard",))
    elif heard:
        yield speech.say(
            "rise.heard" if not denied else "rise.denied_all" if len(denied) == len(heard) else "rise.denied",
            heard + denied,
            heard=speech.times(len(heard)),
            denied=speech.times(len(denied)),
        )
    if disputes := past.all(K.DISPUTE_RAISED):
        yield speech.say("rise.disputes", disputes, count=len(disputes))
    if refereed := past.all(K.DISPUTE_SETTLED):
        yield speech.say("rise.refereed", refereed, times=speech.times(len(refereed)))
    yield from _knew(speech, past)
    yield from _believed(speech, past)


def _knew(speech: Speech, past: Past) -> Told:
    problems = past.all(K.INCIDENT)
    if not problems:
        return
    cases = {past.cases[at] for at in problems}
    known = heard_of(past.life)
    client, supplier = (
        sum(case in cases for _, case in known[team]) for team in (Agent.CLIENT_STRATEGIC, Agent.SUPPLIER_STRATEGIC)
    )
    yield speech.say(
        "rise.knew" if client or supplier else "rise.knew_none",
        problems,
        incidents=speech.phrase("some.incidents", len(cases)),
        client=speech.few(client),
        supplier=speech.few(supplier),
    )


def _believed(speech: Speech, past: Past) -> Told:
    """Tell what the tops believed after a year of work, or at the last where there was less of it."""
    start = past.first(K.OPERATIONS_STARTED)
    assert start is not None
    a_year = past.times[start] + 1.0
    seen = max(at for at, time in enumerate(past.times) if time <= a_year)
    later = past.row["t_end"] > a_year
    client, supplier, kept = (past.course(name, seen) for name in ("belief_client", "belief_supplier", "kept"))
    if kept != kept:
        return
    yield speech.say(
        "rise.believed" if later else "rise.believed_at_last",
        [seen],
        columns=("belief_client", "belief_supplier", "kept"),
        client=speech.hundredths(client),
        supplier=speech.hundredths(supplier),
        kept=speech.hundredths(kept),
    )


# ---------------------------------------------------------------- what the tops do instead, and what befalls them


def _reaction(speech: Speech, past: Past) -> Told:
    if committed := past.all(K.COMMITMENT_ESCALATED):
        yield speech.say("react.commitment", committed, times=speech.times(len(committed)))
    for firm in FIRMS:
        yield from _scapegoats(speech, past, firm)
    yield from _attention(speech, past)
    if leaders := past.all(K.LEADER_REPLACED):
        yield speech.say(
            "react.leader" if len(leaders) == 1 else "react.leaders",
            leaders,
            firm=speech.firm(past.firms[leaders[0]]),
            when=speech.when(past.times[leaders[0]]),
            times=speech.times(len(leaders)),
        )
    if rotated := past.all(K.SPONSOR_ROTATED):
        yield speech.say("react.rotated", rotated, times=speech.times(len(rotated)))
    if reviews := past.all(K.JOINT_REVIEW):
        yield speech.say("react.reviews", reviews, times=speech.times(len(reviews)))
    if audits := past.all(K.AUDIT_HELD):
        yield speech.say("react.audits", audits, times=speech.times(len(audits)))
    terms = past.all(K.CONTRACT_TERM)
    renewed = terms[:-1] if past.row["ending"] == Ending.EXPIRED else terms
    if renewed:
        yield speech.say("react.renewed", renewed, times=speech.times(len(renewed)))
    yield from _limping(speech, past)


def _scapegoats(speech: Speech, past: Past, firm: Firm) -> Told:
    swapped, sacked = past.all(K.MANAGER_SWAPPED, firm=firm), past.all(K.STAFF_DISMISSED, firm=firm)
    if swapped or sacked:
        yield speech.say(
            "react.scapegoats" if swapped and sacked else "react.swapped" if swapped else "react.sacked",
            swapped + sacked,
            firm=speech.firm(firm),
            managers=speech.phrase("some.managers", past.people(swapped)),
            staff=speech.phrase("some.staff", past.people(sacked)),
        )


def _attention(speech: Speech, past: Past) -> Told:
    shifts = past.all(K.ATTENTION_SHIFTED)
    if shifts:
        first = [at for at in shifts if past.times[at] == past.times[shifts[0]]]
        top = speech.top(*sorted({Firm(past.firms[at]) for at in first}))
        yield speech.say("react.attention", first, when=speech.when(past.times[first[0]]), top=top)


def _limping(speech: Speech, past: Past) -> Told:
    began = past.all(K.LIMPING_BEGAN)
    if not began:
        return
    row = past.row
    years = row["limping_unrealised"] + row["limping_realised"]
    yield speech.say(
        "react.limping" if len(began) == 1 else "react.limping_again",
        [*began, *past.all(K.LIMPING_ENDED)],
        columns=("limping_unrealised", "limping_realised"),
        when=speech.when(past.times[began[0]]),
        lasting=speech.lasting(years),
        times=speech.times(len(began)),
    )
    if row["limping_realised"] > 0:
        lasting = speech.lasting(row["limping_realised"])
        yield speech.say("react.limping_knowingly", columns=("limping_realised",), lasting=lasting)


# ---------------------------------------------------------------- from knowing to acting


def _knowing(speech: Speech, past: Past) -> Told:
    knows: dict[int, int] = {}
    turns = past.all(K.FAILURE_REALISED, *ACTS)
    for at in turns:
        firm, time = Firm(past.firms[at]), past.times[at]
        filled: dict[str, Any] = {"firm": speech.firm(firm), "top": speech.top(firm), "when": speech.when(time)}
        if past.kinds[at] == K.FAILURE_REALISED:
            key = "too" if 1 - firm in knows else _brought_by(past, at)
            yield speech.say(f"know.{key}", [at], **filled)
            knows[firm] = at
            continue
        rescue, known = past.kinds[at] == K.RESCUE_LAUNCHED, knows.get(firm)
        key = "know.rescue" if rescue else "know.exit"
        if known is None:
            yield speech.say(f"{key}_unknown", [at], **filled)
        else:
            yield speech.say(key, [known, at], lasting=speech.lasting(time - past.times[known]), **filled)
        if rescue:
            knows.clear()
            promise = speech.hundredths(past.course("promise", at))
            yield speech.say("know.new_promise", [at], columns=("promise",), promise=promise)
    if turns and past.kinds[turns[-1]] == K.FAILURE_REALISED:
        since = min(knows.values())
        lasting = speech.lasting(past.row["t_end"] - past.times[since])
        yield speech.say("know.idle", [since], columns=("t_end",), lasting=lasting)


def _brought_by(past: Past, at: int) -> str:
    """Return the key of what brought a realisation: the turn, and of a review which one it was."""
    turn = int(past.a[at])
    if turn not in list(Turn):
        return Turn.NONE.name
    if turn == Turn.REVIEW and past.cases[at] >> 32 == Clock.JOINT_REVIEW:
        return "JOINT_REVIEW"
    if turn == Turn.REVIEW and past.attempts[at] >= BY_AUDIT:
        return "AUDIT"
    return Turn(turn).name


# ---------------------------------------------------------------- how it ends, and what it cost


def _ending(speech: Speech, past: Past) -> Told:
    yield ended(speech, past)
    yield from _left(speech, past)
    yield from _money(speech, past)


def ended(speech: Speech, past: Past) -> Sentence:
    """Tell how a life ended, or how far it has come."""
    row = past.row
    ending, end = Ending(row["ending"]), past.all(K.RELATIONSHIP_ENDED)
    when = speech.when(row["t_end"])
    if ending == Ending.ONGOING:
        phase = Phase(int(past.life.state["phase"][0]))
        stage = _STAGES.get(phase, "setting_up" if row["signed"] else "talking")
        return speech.say(f"end.ongoing.{stage}", columns=("ending",), when=when)
    if ending == Ending.OUTSIDE:
        cause = OutsideCause(row["cause"]).name
        return speech.say(f"end.outside.{cause}", past.all(K.OUTSIDE_ENDING) + end, columns=("cause",), when=when)
    return speech.say(f"end.{ending.name}", past.all(K.RIVAL_OFFER) + end, columns=("ending",), when=when)


def _left(speech: Speech, past: Past) -> Told:
    staff = past.all(K.STAFF_RESIGNED)
    sacked, swapped = past.all(K.STAFF_DISMISSED), past.all(K.MANAGER_SWAPPED)
    managers = past.all(K.MANAGER_RESIGNED)
    leaders = past.all(K.LEADER_REPLACED, K.SPONSOR_ROTATED)
    counted = (
        ("staff", len(staff) + past.people(sacked)),
        ("managers", len(managers) + past.people(swapped)),
        ("leaders", len(leaders)),
    )
    parts = [speech.phrase(f"some.{who}", count) for who, count in counted if count]
    if parts:
        events = sorted(staff + sacked + managers + swapped + leaders)
        yield speech.say("end.left", events, people=speech.both(parts))


def _money(speech: Speech, past: Past) -> Told:
    row = past.row
    columns = ("net_client", "net_supplier")
    client, supplier = (row[name] for name in columns)
    if speech.nothing(client) and speech.nothing(supplier):
        yield speech.say("money.nobody", columns=columns)
        return
    key = f"money.{'won' if client > 0 else 'lost'}_{'won' if supplier > 0 else 'lost'}"
    yield speech.say(key, columns=columns, client=speech.amount(client), supplier=speech.amount(supplier))
    if row["ending"] == Ending.HOSTILE_EXIT:
        names = ("money_client_reputation", "money_supplier_reputation")
        press, court = (row[name] for name in names)
        if not speech.nothing(press + court):
            yield speech.say("money.press", columns=names, amount=speech.amount(press + court))
    losers = sum(net < 0 and not speech.nothing(net) for net in (client, supplier))
    never = {0: "none", 2: "both"}.get(losers, "together" if client + supplier < 0 else "unequal")
    yield speech.say(f"never.{never}", columns=(*columns, "net_joint"))
