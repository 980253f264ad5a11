"""Two lives of one pair of firms with the same luck: where they part, why, and what came of it."""

from collections.abc import Iterator
from typing import Any

from relsim.errors import ScenarioError
from relsim.life import Life
from relsim.show.story.one_life import MEETINGS, ended
from relsim.show.story.parting import first_parting
from relsim.show.story.past import Past
from relsim.show.story.sentences import Sentence, Speech, Story
from relsim.vocabulary import EventKind

__all__ = ["twin_story"]

K = EventKind

_ONLY = (
    (K.SUCCESS_ANNOUNCED, "announcement"),
    (K.BONUS_PAID, "bonus"),
    (K.DISPUTE_RAISED, "dispute"),
    (K.REFERRED_BACK, "denial"),
    (K.COMMITMENT_ESCALATED, "commitment"),
    (K.MANAGER_SWAPPED, "swapped"),
    (K.STAFF_DISMISSED, "dismissed"),
    (K.LIMPING_BEGAN, "limping"),
    (K.FAILURE_REALISED, "realisation"),
    (K.RESCUE_LAUNCHED, "rescue"),
)
"""What is worth telling where only one of the two lives has it."""

Pair = tuple[Past, Past]
Told = Iterator[Sentence]


def twin_story(one: Life, other: Life, language: str = "en") -> Story:
    """Tell where two lives of the same firms with the same luck part, why, and what came of it.

    language: "en" or "nl".

    Raises ScenarioError for another language, and where the two are not lives of one replication of one scenario.
    """
    asked = [(life.scenario, life.rules, life.seed, life.replication) for life in (one, other)]
    if asked[0] != asked[1]:
        told = "two lives of one replication, of one seed and scenario: only these are twins"
        raise ScenarioError.of("life", f"{other.arm}, replication {other.replication}", told)
    speech, pasts = Speech(one.scenario, language), (Past(one), Past(other))
    names = [speech.arm(life.arm) for life in (one, other)]
    if one.digest == other.digest:
        paragraphs = [[*_opening(speech, pasts, names), speech.say("two.same", columns=("n_events",))]]
    else:
        parts = (_opening, _launches, _parting, _only, _ends, _money)
        paragraphs = [list(part(speech, pasts, names)) for part in parts]
    title = speech.phrase(
        "two.title", scenario=one.scenario.title, replication=one.replication, one=names[0], another=names[1]
    )
    return Story(title, tuple(tuple(paragraph) for paragraph in paragraphs if paragraph))


def _opening(speech: Speech, pasts: Pair, names: list[str]) -> Told:
    yield speech.say("two.opening", columns=("replication",), one=names[0], another=names[1])
    contact = [past.all(K.FIRST_CONTACT) for past in pasts]
    if all(contact):
        fit = speech.hundredths(pasts[0].row["fit_at_start"])
        yield speech.say("two.partners", contact[0], other=contact[1], columns=("fit_at_start",), fit=fit)
    for side, name in enumerate(names):
        if agreed := _agreed(speech, pasts[side], pasts[1 - side]):
            yield speech.say("two.agreed", arm=name, list=speech.both(agreed))


def _agreed(speech: Speech, mine: Past, its: Past) -> list[str]:
    """Return what one arm agrees on and the other does not, or with other numbers."""
    policies, others = (
        [policy for policy in past.life.scenario.arms[past.life.arm].policies if policy.active] for past in (mine, its)
    )
    agreed = [speech.word(f"policy.{policy.name}") for policy in policies if policy not in others]
    workshops = int(mine.parameters.kickoff)
    if workshops and workshops != int(its.parameters.kickoff):
        agreed.append(speech.phrase("two.kickoff", workshops))
    return agreed


def _launches(speech: Speech, pasts: Pair, names: list[str]) -> Told:
    for side, (past, name) in enumerate(zip(pasts, names, strict=True)):
        deal, met = past.first(K.DEAL_SIGNED), past.first(*MEETINGS, K.OPERATIONS_STARTED)
        events = [at for at in (deal, met) if at is not None]
        filled: dict[str, str] = {}
        if deal is not None:
            filled = {
                "signed": speech.when(past.times[deal]),
                "promise": speech.hundredths(past.course("promise", deal)),
            }
        if deal is not None and met is not None:
            key = "two.signed_first" if deal < met else "two.met_first"
            filled["lasting"] = speech.lasting(abs(past.times[met] - past.times[deal]))
        else:
            key = "two.signed_only" if deal is not None else "two.met_only" if met is not None else "two.neither"
        yield _of_one(speech, side, key, events, columns=("signed", "promise"), arm=name, **filled)


def _of_one(
    speech: Speech, side: int, key: str, events: list[int], columns: tuple[str, ...] = (), **filled: Any
) -> Sentence:
    """Return a sentence that events of one of the two lives bear."""
    mine, its = (events, []) if side == 0 else ([], events)
    return speech.say(key, mine, other=its, columns=columns, **filled)


def _parting(speech: Speech, pasts: Pair, names: list[str]) -> Told:
    launched = [past.row["launched"] for past in pasts]
    if not all(launched):
        return
    parting = first_parting(*pasts)
    if parting is None:
        yield speech.say("two.all_alike", columns=("n_incidents", "n_escalated"))
        return
    yield speech.say(
        f"part.{parting.what}",
        parting.events[0],
        other=parting.events[1],
        firm=speech.firm(parting.firm),
        when=speech.when(parting.time),
        here=names[parting.came_out],
        there=names[1 - parting.came_out],
    )
    if parting.state:
        told = speech.both([_differed(speech, *each) for each in parting.state])
        events, other = parting.events
        yield speech.say("part.why", events, other=other, list=told, one=names[0], another=names[1])


def _differed(speech: Speech, name: str, one: float, other: float) -> str:
    """Return a state that differed with both values, with as many digits as it takes to see it."""
    digits = next((each for each in range(6) if round(100 * one, each) != round(100 * other, each)), 6)
    what = speech.phrase(f"state.{name}")
    return speech.phrase(
        "part.against", what=what, one=speech.hundredths(one, digits), another=speech.hundredths(other, digits)
    )


def _only(speech: Speech, pasts: Pair, names: list[str]) -> Told:
    launched = [past.row["launched"] for past in pasts]
    if any(launched) and not all(launched):
        side = launched.index(1)
        start = pasts[side].all(K.OPERATIONS_STARTED)
        yield _of_one(speech, side, "two.only_works", start, columns=("launched",), arm=names[side])
        return
    for side in (0, 1):
        mine, its = pasts[side], pasts[1 - side]
        found = [(mine.all(kind), words) for kind, words in _ONLY if mine.all(kind) and not its.all(kind)]
        if found:
            events = sorted(at for places, _ in found for at in places)
            told = speech.both([speech.phrase(f"only.{words}") for _, words in found])
            yield _of_one(speech, side, "two.only", events, arm=names[side], list=told)


def _ends(speech: Speech, pasts: Pair, names: list[str]) -> Told:
    ends = [ended(speech, past) for past in pasts]
    told = [end.text[0].lower() + end.text[1:] for end in ends]
    if told[0] == told[1]:
        yield speech.say("two.end_both", ends[0].events, other=ends[1].events, columns=ends[0].columns, end=told[0])
        return
    for side, (end, text, name) in enumerate(zip(ends, told, names, strict=True)):
        yield _of_one(speech, side, "two.end", list(end.events), columns=end.columns, arm=name, end=text)


def _money(speech: Speech, pasts: Pair, names: list[str]) -> Told:
    net = [past.row["net_joint"] for past in pasts]
    columns = ("net_joint",)
    sums = [_sum(speech, value) for value in net]
    yield speech.say("two.money", columns=columns, one=names[0], another=names[1], first=sums[0], second=sums[1])
    if speech.nothing(net[0] - net[1]):
        yield speech.say("two.no_difference", columns=columns)
    else:
        better = names[0 if net[0] > net[1] else 1]
        yield speech.say("two.better", columns=columns, arm=better, amount=speech.amount(net[0] - net[1]))
    if max(net) < 0 and not speech.nothing(max(net)):
        yield speech.say("two.never", columns=columns)


def _sum(speech: Speech, value: float) -> str:
    """Return a balance in words: a gain, a loss, or nothing."""
    if speech.nothing(value):
        return speech.phrase("money.nothing")
    return speech.phrase("money.gain" if value > 0 else "money.loss", amount=speech.amount(value))
