"""Stories of more than a thousand random lives in each language: nothing is missing, nothing contradicts the events.

What the events say is reckoned here once more, from the event list alone, as far as that is possible.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from relsim.life import Life, live
from relsim.model.parameters import resolve
from relsim.scenario.files import bundled, load_scenario
from relsim.scenario.governance import POLICIES
from relsim.scenario.scenario import Scenario
from relsim.show.story import Sentence, Story, story
from relsim.show.words import LANGUAGES
from relsim.vocabulary import Ending, OutsideCause, Status
from tests.worlds import ARMS, scenario, scenarios

MONEY = {"thousand": 1e3, "duizend": 1e3, "million": 1e6, "miljoen": 1e6, "billion": 1e9, "miljard": 1e9}
COUNTED = {
    "en": {"once": 1, "twice": 2, "none": 0, "nothing": 0},
    "nl": {"één keer": 1, "twee keer": 2, "geen": 0, "niets": 0},
}
PLURAL_OF_ONE = re.compile(
    r"(?<![\d.,])1 (?:days|weeks|months|years|times|workshops|pilots|managers|leaders|formal disputes|incidents|"
    r"dagen|weken|maanden|keer|werksessies|proeven|medewerkers|leiders|formele geschillen|verstoringen)\b"
)
FIRM_WORDS = {
    "en": {"CLIENT": "client", "SUPPLIER": "supplier"},
    "nl": {"CLIENT": "opdrachtgever", "SUPPLIER": "leverancier"},
}

# ---------------------------------------------------------------- by which events a sentence may be borne

BORNE_BY = {
    "begin.nothing": "",
    "begin.deal_first": "FIRST_CONTACT",
    "begin.feasibility_first": "FIRST_CONTACT MANDATE_GIVEN",
    "begin.facilitator": "FACILITATOR_ENGAGED",
    "begin.workshops": "WORKSHOP_HELD",
    "begin.feasible": "VERDICT_REPORTED",
    "begin.infeasible": "VERDICT_REPORTED",
    "begin.overridden": "VERDICT_REPORTED",
    "begin.broker": "BROKER_ENGAGED",
    "begin.consulted": "OPERATIONS_CONSULTED",
    "begin.pilots": "PILOT_HELD",
    "begin.passed": "PILOT_HELD",
    "begin.failed": "PILOT_HELD",
    "begin.unseen": "",
    "begin.signed": "DEAL_SIGNED",
    "begin.signed_last": "CONTRACT_DRAFTED DEAL_SIGNED",
    "begin.unmeasured": "DEAL_SIGNED",
    "begin.counts_on": "DEAL_SIGNED",
    "begin.details": "MANDATE_GIVEN",
    "celebrate.announced_at_once": "SUCCESS_ANNOUNCED",
    "celebrate.announced": "SUCCESS_ANNOUNCED",
    "celebrate.bonus": "BONUS_PAID",
    "celebrate.bonus_later": "BONUS_PAID",
    "celebrate.returned": "BONUS_RETURNED",
    "celebrate.kickoff": "WORKSHOP_HELD",
    "celebrate.start_first": "OPERATIONS_STARTED",
    "celebrate.start": "OPERATIONS_STARTED",
    "celebrate.announced_before": "SUCCESS_ANNOUNCED OPERATIONS_STARTED",
    "celebrate.never_started": "",
    "work.no_incident": "",
    "work.one_repaired": "INCIDENT REPAIRED",
    "work.one_unrepaired": "INCIDENT",
    "work.incidents": "INCIDENT REPAIRED",
    "work.root": "INCIDENT TACTICAL_PROBLEM STRATEGIC_PROBLEM",
    "work.contract": "TACTICAL_PROBLEM",
    "work.strategies": "STRATEGIC_PROBLEM",
    "work.shocks": "MARKET_SHOCK",
    "rise.settled": "ADAPTATION_AGREED AGREEMENT_BROKEN",
    "rise.settled_all": "ADAPTATION_AGREED",
    "rise.settled_none": "AGREEMENT_BROKEN",
    "rise.escalated": "AGREEMENT_BROKEN ESCALATED",
    "rise.escalated_it": "AGREEMENT_BROKEN ESCALATED",
    "rise.silent": "AGREEMENT_BROKEN",
    "rise.hotline": "HOTLINE_USED",
    "rise.unheard": "ESCALATED HOTLINE_USED",
    "rise.heard": "ESCALATION_HEARD",
    "rise.denied": "ESCALATION_HEARD REFERRED_BACK",
    "rise.denied_all": "ESCALATION_HEARD REFERRED_BACK",
    "rise.disputes": "DISPUTE_RAISED",
    "rise.refereed": "DISPUTE_SETTLED",
    "rise.knew": "INCIDENT",
    "rise.knew_none": "INCIDENT",
    "rise.believed": "*",
    "rise.believed_at_last": "*",
    "react.commitment": "COMMITMENT_ESCALATED",
    "react.scapegoats": "MANAGER_SWAPPED STAFF_DISMISSED",
    "react.swapped": "MANAGER_SWAPPED",
    "react.sacked": "STAFF_DISMISSED",
    "react.attention": "ATTENTION_SHIFTED",
    "react.leader": "LEADER_REPLACED",
    "react.leaders": "LEADER_REPLACED",
    "react.rotated": "SPONSOR_ROTATED",
    "react.reviews": "JOINT_REVIEW",
    "react.audits": "AUDIT_HELD",
    "react.renewed": "CONTRACT_TERM",
    "react.limping": "LIMPING_BEGAN LIMPING_ENDED",
    "react.limping_again": "LIMPING_BEGAN LIMPING_ENDED",
    "react.limping_knowingly": "",
    "know.EVIDENCE": "FAILURE_REALISED",
    "know.REVIEW": "FAILURE_REALISED",
    "know.JOINT_REVIEW": "FAILURE_REALISED",
    "know.AUDIT": "FAILURE_REALISED",
    "know.NEW_LEADER": "FAILURE_REALISED",
    "know.too": "FAILURE_REALISED",
    "know.rescue": "FAILURE_REALISED RESCUE_LAUNCHED",
    "know.new_promise": "RESCUE_LAUNCHED",
    "know.exit": "FAILURE_REALISED EXIT_DECIDED",
    "know.idle": "FAILURE_REALISED",
    "end.NO_DEAL": "RELATIONSHIP_ENDED",
    "end.WINDOW_LOST": "RIVAL_OFFER RELATIONSHIP_ENDED",
    "end.ABANDONED": "RELATIONSHIP_ENDED",
    "end.QUIET_EXIT": "RELATIONSHIP_ENDED",
    "end.HOSTILE_EXIT": "RELATIONSHIP_ENDED",
    "end.EXPIRED": "RELATIONSHIP_ENDED",
    "end.outside.MERGER": "OUTSIDE_ENDING RELATIONSHIP_ENDED",
    "end.outside.INSOLVENCY": "OUTSIDE_ENDING RELATIONSHIP_ENDED",
    "end.outside.STRATEGY": "OUTSIDE_ENDING RELATIONSHIP_ENDED",
    "end.ongoing.working": "",
    "end.ongoing.leaving": "",
    "end.ongoing.setting_up": "",
    "end.ongoing.talking": "",
    "end.left": "STAFF_RESIGNED STAFF_DISMISSED MANAGER_RESIGNED MANAGER_SWAPPED LEADER_REPLACED SPONSOR_ROTATED",
    "money.nobody": "",
    "money.won_won": "",
    "money.lost_lost": "",
    "money.won_lost": "",
    "money.lost_won": "",
    "money.press": "",
    "never.both": "",
    "never.together": "",
    "never.unequal": "",
    "never.none": "",
}
"""By what a sentence is about: of which kinds its events may be; none, where columns bear it; * for any."""

ENDINGS = {
    "en": {
        "NO_DEAL": "no deal",
        "WINDOW_LOST": "rival",
        "ABANDONED": "give it up",
        "QUIET_EXIT": "ends quietly",
        "HOSTILE_EXIT": "blacken",
        "EXPIRED": "runs out",
        "MERGER": "merger",
        "INSOLVENCY": "insolvency",
        "STRATEGY": "change of strategy",
        "ONGOING": "breaks off",
    },
    "nl": {
        "NO_DEAL": "geen deal",
        "WINDOW_LOST": "concurrent",
        "ABANDONED": "zien de directies ervan af",
        "QUIET_EXIT": "met stille trom",
        "HOSTILE_EXIT": "bombarie",
        "EXPIRED": "loopt het contract af",
        "MERGER": "fusie",
        "INSOLVENCY": "faillissement",
        "STRATEGY": "andere strategie",
        "ONGOING": "breekt het verhaal af",
    },
}
"""What is said of an ending, and of no other one."""


# ---------------------------------------------------------------- what the events say, reckoned once more


def numbers(text: str, language: str) -> list[float]:
    """Return the numbers that a text writes, in order."""
    found = re.findall(r"\d+(?:[.,]\d+)*", text)
    plain = str.maketrans("", "", ",") if language == "en" else str.maketrans(",", ".", ".")
    return [float(each.translate(plain)) for each in found]


def counted(sentence: Sentence, language: str) -> list[float]:
    """Return the numbers that a sentence says; where it counts, once, twice and none are numbers too."""
    text = sentence.text
    if (
        sentence.about in SAYS
        and sentence.about != "rise.knew_none"
        and sentence.about.split(".")[0] in ("work", "rise", "react")
    ):
        for word, number in COUNTED[language].items():
            text = re.sub(rf"(?<!at )\b{word}\b", str(number), text, flags=re.IGNORECASE)
    return numbers(text, language)


def long(years: float) -> list[float]:
    """Return the number by which a duration is told: days, weeks, months or years; none for less than a day."""
    days = years * 365.25
    if days < 0.5:
        return []
    if days < 13.5:
        return [float(round(days))]
    if days < 59.5:
        return [float(round(days / 7))]
    return [float(round(years * 12))] if years < 11.5 / 12 else [round(years, 1)]


class Facts:
    """What one life's events and row say."""

    def __init__(self, life: Life) -> None:
        self.life, self.row, self.events = life, life.row, life.events
        self.p = resolve(life.scenario, life.arm, life.rules)
        self.kinds = self.events["kind"].to_numpy(dtype=object)
        self._of = dict(tuple(self.events.groupby("kind", sort=False)))

    def of(self, kind: str, **where: Any) -> pd.DataFrame:
        found = self._of.get(kind, self.events[:0])
        for name, value in where.items():
            found = found[found[name] == value]
        return found

    def count(self, kind: str, **where: Any) -> float:
        return float(len(self.of(kind, **where)))

    def when(self, kind: str, place: int = 0) -> list[float]:
        return long(self.of(kind)["time"].iloc[place])

    @property
    def start(self) -> float:
        return float(self.of("OPERATIONS_STARTED")["time"].iloc[0])

    def at(self, kind: str, column: str, place: int = 0) -> float:
        """Return what a column of the trajectory is just after an event of a kind."""
        return float(self.life.trajectory.loc[self.of(kind).index[place], column])

    def heard(self, firm: str) -> float:
        """Return of how many incidents a top hears: the cases that it was told, alone or with the other, and denied."""
        incidents = set(self.of("INCIDENT")["case"])
        tops = [f"{firm}_STRATEGIC", "BOTH_STRATEGIC"]
        told = self.events[~self.events["kind"].isin(["COMPLAINT_RAISED", "ESCALATED", "HOTLINE_USED"])]
        mine = told[told["sender"].isin(tops) | told["receiver"].isin(tops)]
        return float(len(incidents & set(mine["case"])))

    def believed(self, at: float) -> list[float]:
        seen = self.life.trajectory[self.events["time"].to_numpy() <= at].iloc[-1]
        return [float(round(100 * seen[name])) for name in ("belief_client", "belief_supplier", "kept")]

    def limping(self) -> float:
        """Return how long it limped, from mark to mark; what was not marked as ended ended with the life."""
        began, ended = self.of("LIMPING_BEGAN")["time"].tolist(), self.of("LIMPING_ENDED")["time"].tolist()
        ended += [self.row["t_end"]] * (len(began) - len(ended))
        return float(sum(ended) - sum(began))


def hundredths(value: float) -> list[float]:
    return [float(round(100 * value))]


Reckoned = Callable[[Facts, Sentence], list[float]]


def times(*kinds: str) -> Reckoned:
    return lambda facts, told: [facts.count(kind) for kind in kinds]


def deal(facts: Facts, told: Sentence) -> list[float]:
    return [*facts.when("DEAL_SIGNED"), *hundredths(facts.at("DEAL_SIGNED", "promise"))]


def verdict(facts: Facts, told: Sentence) -> list[float]:
    estimate = facts.of("VERDICT_REPORTED")["b"].iloc[0]
    return [*facts.when("VERDICT_REPORTED"), *hundredths(estimate), *hundredths(facts.p.need)]


def pilot(facts: Facts, told: Sentence) -> list[float]:
    return hundredths(facts.of("PILOT_HELD")["b"].iloc[-1])


def counts_on(facts: Facts, told: Sentence) -> list[float]:
    hoped = facts.at("DEAL_SIGNED", "promise") / facts.p.mesh
    return [*hundredths(hoped), *hundredths(facts.at("DEAL_SIGNED", "fit"))]


def workshops(facts: Facts, told: Sentence) -> list[float]:
    """Return those before the verdict, or those after the deal; nobody holds any in between."""
    held = facts.of("WORKSHOP_HELD")["time"]
    signed = facts.row["t_deal"]
    early = float((held < signed).sum()) if signed == signed else float(len(held))
    return [early if told.about == "begin.workshops" else len(held) - early]


def at_work(facts: Facts, told: Sentence) -> list[float]:
    return long(facts.row["t_end"] - facts.start)


def incidents(facts: Facts, told: Sentence) -> list[float]:
    return [*at_work(facts, told), facts.count("REPAIRED"), facts.count("INCIDENT")]


def knew(facts: Facts, told: Sentence) -> list[float]:
    of = facts.count("INCIDENT")
    return [*([of] if of > 1 else []), facts.heard("CLIENT"), facts.heard("SUPPLIER")]


def scapegoats(facts: Facts, told: Sentence) -> list[float]:
    firm = facts.events["firm"].iloc[told.events[0]]
    people = [facts.of(kind, firm=firm)["a"].sum() for kind in ("MANAGER_SWAPPED", "STAFF_DISMISSED")]
    return [float(number) for number in people if number]


def moment(facts: Facts, told: Sentence) -> list[float]:
    return long(facts.events["time"].iloc[told.events[-1]])


def after_knowing(facts: Facts, told: Sentence) -> list[float]:
    """Return how long ago the firm that acts now realised it: the last time, but not before a rescue."""
    acts = facts.events.iloc[told.events[-1]]
    knew = facts.of("FAILURE_REALISED", firm=acts["firm"])
    return long(acts["time"] - knew[knew["time"] < acts["time"]]["time"].iloc[-1])


def rescue(facts: Facts, told: Sentence) -> list[float]:
    return [*moment(facts, told), *after_knowing(facts, told)]


def idle(facts: Facts, told: Sentence) -> list[float]:
    rescued = facts.of("RESCUE_LAUNCHED")["time"].max()
    knew = facts.of("FAILURE_REALISED")["time"]
    return long(facts.row["t_end"] - (knew if rescued != rescued else knew[knew > rescued]).iloc[0])


def ended(facts: Facts, told: Sentence) -> list[float]:
    return long(facts.row["t_end"])


def left(facts: Facts, told: Sentence) -> list[float]:
    people = (
        facts.count("STAFF_RESIGNED") + facts.of("STAFF_DISMISSED")["a"].sum(),
        facts.count("MANAGER_RESIGNED") + facts.of("MANAGER_SWAPPED")["a"].sum(),
        facts.count("LEADER_REPLACED") + facts.count("SPONSOR_ROTATED"),
    )
    return [float(number) for number in people if number]


def nothing(facts: Facts, told: Sentence) -> list[float]:
    return []


SAYS: dict[str, Reckoned] = {
    "begin.workshops": workshops,
    "begin.feasible": verdict,
    "begin.infeasible": verdict,
    "begin.pilots": times("PILOT_HELD"),
    "begin.passed": pilot,
    "begin.failed": pilot,
    "begin.unseen": lambda facts, told: [
        *hundredths(facts.row["fit_at_end"]),
        *hundredths(facts.p.need),
    ],
    "begin.signed": deal,
    "begin.signed_last": deal,
    "begin.counts_on": counts_on,
    "celebrate.announced": moment,
    "celebrate.bonus_later": lambda facts, told: facts.when("BONUS_PAID"),
    "celebrate.returned": lambda facts, told: facts.when("BONUS_RETURNED"),
    "celebrate.kickoff": workshops,
    "celebrate.start_first": moment,
    "celebrate.start": moment,
    "celebrate.announced_before": lambda facts, told: long(facts.start - facts.row["t_announced"]),
    "work.no_incident": lambda facts, told: [*at_work(facts, told)],
    "work.one_repaired": lambda facts, told: [*at_work(facts, told), 1.0],
    "work.one_unrepaired": lambda facts, told: [*at_work(facts, told), 1.0],
    "work.incidents": incidents,
    "work.contract": times("TACTICAL_PROBLEM"),
    "work.strategies": times("STRATEGIC_PROBLEM"),
    "work.shocks": lambda facts, told: [float((facts.of("MARKET_SHOCK")["time"] > facts.start).sum())],
    "rise.settled": times("ADAPTATION_AGREED", "AGREEMENT_BROKEN"),
    "rise.settled_all": times("ADAPTATION_AGREED"),
    "rise.settled_none": lambda facts, told: [0.0, facts.count("AGREEMENT_BROKEN")],
    "rise.escalated": lambda facts, told: [facts.count("ESCALATED"), float(facts.row["n_swallowed"])],
    "rise.silent": lambda facts, told: [facts.count("ESCALATED")],
    "rise.hotline": times("HOTLINE_USED"),
    "rise.heard": times("ESCALATION_HEARD"),
    "rise.denied": times("ESCALATION_HEARD", "REFERRED_BACK"),
    "rise.denied_all": times("ESCALATION_HEARD"),
    "rise.disputes": times("DISPUTE_RAISED"),
    "rise.refereed": times("DISPUTE_SETTLED"),
    "rise.knew": knew,
    "rise.knew_none": lambda facts, told: [number for number in knew(facts, told) if number],
    "rise.believed": lambda facts, told: facts.believed(facts.start + 1.0),
    "rise.believed_at_last": lambda facts, told: facts.believed(facts.row["t_end"]),
    "react.commitment": times("COMMITMENT_ESCALATED"),
    "react.scapegoats": scapegoats,
    "react.swapped": scapegoats,
    "react.sacked": scapegoats,
    "react.attention": moment,
    "react.leader": moment,
    "react.leaders": lambda facts, told: [facts.count("LEADER_REPLACED"), *facts.when("LEADER_REPLACED")],
    "react.rotated": times("SPONSOR_ROTATED"),
    "react.reviews": times("JOINT_REVIEW"),
    "react.audits": times("AUDIT_HELD"),
    "react.renewed": lambda facts, told: [facts.count("CONTRACT_TERM") - (facts.row["ending"] == Ending.EXPIRED)],
    "react.limping": lambda facts, told: [*facts.when("LIMPING_BEGAN"), *long(facts.limping())],
    "react.limping_again": lambda facts, told: [
        *facts.when("LIMPING_BEGAN"),
        facts.count("LIMPING_BEGAN"),
        *long(facts.limping()),
    ],
    "react.limping_knowingly": lambda facts, told: long(facts.row["limping_realised"]),
    "know.EVIDENCE": moment,
    "know.REVIEW": moment,
    "know.JOINT_REVIEW": moment,
    "know.AUDIT": moment,
    "know.NEW_LEADER": moment,
    "know.too": moment,
    "know.rescue": rescue,
    "know.new_promise": lambda facts, told: hundredths(float(facts.life.trajectory["promise"].iloc[told.events[0]])),
    "know.exit": after_knowing,
    "know.idle": idle,
    **{about: ended for about in BORNE_BY if about.startswith("end.")},
    "end.left": left,
}
"""The numbers of a sentence in their order; a sentence that is not here says none, but for those about money."""


# ---------------------------------------------------------------- what must hold of every story


def must_be_true(facts: Facts, language: str) -> None:
    life = facts.life
    made = story(life, language)
    sentences = [sentence for paragraph in made.paragraphs for sentence in paragraph]
    well_written(made)
    for sentence in sentences:
        place = f"{life.scenario.title}, {life.arm}, seed {life.seed}, life {life.replication}: {sentence.text}"
        kinds = facts.kinds[list(sentence.events)]
        allowed = BORNE_BY[sentence.about].split()
        assert sentence.events or sentence.columns, place
        assert "*" in allowed or set(kinds) <= set(allowed), place
        assert bool(allowed) == bool(sentence.events), place
        assert set(sentence.columns) <= {*life.row, *life.trajectory.columns}, place
        if not sentence.about.startswith("money."):
            assert counted(sentence, language) == SAYS.get(sentence.about, nothing)(facts, sentence), place
    tells_every_turn(facts, sentences)
    tells_the_right_firm(facts, sentences, language)
    ends_as_it_ended(facts, made, sentences, language)
    costs_what_it_cost(facts, sentences, language)


def well_written(made: Story) -> None:
    for text in (made.title, *made.told):
        assert text == " ".join(part for part in text.split(" ") if part)
        assert not re.search(r"[{}]|\b(?:nan|inf)\b|\.\.| ,", text), text
    for paragraph in made.paragraphs:
        for sentence in paragraph:
            assert sentence.text.endswith("."), sentence
            assert not sentence.text[0].islower(), sentence
            assert not PLURAL_OF_ONE.search(sentence.text), sentence


def tells_every_turn(facts: Facts, sentences: Iterable[Sentence]) -> None:
    """Every turning point of the events has its sentence, and there is none without one."""
    about: dict[str, list[Sentence]] = {}
    for sentence in sentences:
        about.setdefault(sentence.about, []).append(sentence)

    def told(*keys: str) -> set[int]:
        return {at for key in keys for sentence in about.get(key, ()) for at in sentence.events}

    def happened(*kinds: str) -> set[int]:
        return set(facts.events.index[facts.events["kind"].isin(kinds)])

    signed = about.get("begin.signed", []) + about.get("begin.signed_last", [])
    assert len(signed) == facts.row["signed"]
    assert ("begin.unseen" in about) == (not facts.row["signed"] and facts.row["t_contact"] == 0.0)
    assert told("begin.feasible", "begin.infeasible") == happened("VERDICT_REPORTED")
    assert ("begin.feasible" in about) == bool(facts.of("VERDICT_REPORTED")["a"].sum())
    assert told("celebrate.announced", "celebrate.announced_at_once") == happened("SUCCESS_ANNOUNCED")
    assert told("celebrate.bonus", "celebrate.bonus_later") == happened("BONUS_PAID")
    assert told("celebrate.returned") == happened("BONUS_RETURNED")
    assert told("celebrate.start", "celebrate.start_first") == happened("OPERATIONS_STARTED")
    assert told("begin.workshops", "celebrate.kickoff") == happened("WORKSHOP_HELD")
    assert told("begin.pilots") == happened("PILOT_HELD")
    assert ("begin.passed" in about) == bool(facts.of("PILOT_HELD")["a"].sum() and facts.of("PILOT_HELD")["a"].iloc[-1])
    assert told(*(f"know.{each}" for each in (*BROUGHT_BY, "too"))) == happened("FAILURE_REALISED")
    assert told("know.rescue") - happened("FAILURE_REALISED") == happened("RESCUE_LAUNCHED")
    assert told("know.exit") - happened("FAILURE_REALISED") == happened("EXIT_DECIDED")
    for at in happened("FAILURE_REALISED"):
        (key,) = [each for each in (*BROUGHT_BY, "too") if at in told(f"know.{each}")]
        assert (key == "too") == other_knew(facts, at), facts.events.iloc[at]
        if key != "too":
            brought = facts.events[facts.events["kind"].isin(BROUGHT_BY[key])]
            same = (brought["case"] == facts.events["case"][at]) & (brought["time"] == facts.events["time"][at])
            assert same.any(), facts.events.iloc[at]
    assert told("react.scapegoats", "react.swapped", "react.sacked") == happened("MANAGER_SWAPPED", "STAFF_DISMISSED")
    assert told("react.leader", "react.leaders") == happened("LEADER_REPLACED")
    assert told("react.limping", "react.limping_again") == happened("LIMPING_BEGAN", "LIMPING_ENDED")
    assert told("rise.disputes") == happened("DISPUTE_RAISED")
    met = happened("WORKSHOP_HELD", "PILOT_HELD", "OPERATIONS_CONSULTED")
    start = happened("OPERATIONS_STARTED")
    assert ("celebrate.start_first" in about) == bool(start and (not met or min(met) > min(start)))
    deal = happened("DEAL_SIGNED")
    assert ("begin.unmeasured" in about) == bool(deal and (not met or min(met) > min(deal)))


BROUGHT_BY = {
    "EVIDENCE": ["ESCALATION_HEARD"],
    "REVIEW": ["BOARD_REVIEW"],
    "JOINT_REVIEW": ["JOINT_REVIEW"],
    "AUDIT": ["AUDIT_HELD"],
    "NEW_LEADER": ["LEADER_REPLACED", "SPONSOR_ROTATED"],
}
"""What happened at the same moment in the same case as a realisation, by what is said to have brought it."""


def other_knew(facts: Facts, at: int) -> bool:
    """Say whether the other top had realised it before, and no rescue came in between."""
    before = facts.events.iloc[:at]
    rescued = before.index[before["kind"] == "RESCUE_LAUNCHED"].max()
    since = before if rescued != rescued else before.loc[rescued:]
    knew = since[since["kind"] == "FAILURE_REALISED"]
    return bool((knew["firm"] != facts.events["firm"][at]).any())


def tells_the_right_firm(facts: Facts, sentences: Iterable[Sentence], language: str) -> None:
    """A sentence about what one firm did names that firm and not the other one."""
    for sentence in sentences:
        if sentence.about.split(".")[0] == "know" and sentence.about not in ("know.idle", "know.new_promise"):
            firms = {facts.events["firm"].iloc[sentence.events[-1]]}
        elif sentence.about in ("react.scapegoats", "react.swapped", "react.sacked", "react.leader", "react.leaders"):
            firms = {facts.events["firm"].iloc[sentence.events[0]]}
        elif sentence.about in ("celebrate.bonus", "celebrate.bonus_later", "celebrate.returned", "react.attention"):
            firms = set(facts.events["firm"].iloc[list(sentence.events)])
        else:
            continue
        if len(firms) == 1:
            named = {firm for firm, word in FIRM_WORDS[language].items() if word in sentence.text}
            assert named == firms, sentence


def ends_as_it_ended(facts: Facts, made: Story, sentences: Iterable[Sentence], language: str) -> None:
    ending = Ending(facts.row["ending"])
    name = OutsideCause(facts.row["cause"]).name if ending == Ending.OUTSIDE else ending.name
    whole = " ".join(made.told)
    for other, words in ENDINGS[language].items():
        assert (words in whole) == (other == name), (other, made.text)
    assert len([each for each in sentences if each.about.startswith("end.") and each.about != "end.left"]) == 1
    last = facts.of("RELATIONSHIP_ENDED")
    assert last["a"].tolist() == ([] if ending == Ending.ONGOING else [ending])


def costs_what_it_cost(facts: Facts, sentences: Iterable[Sentence], language: str) -> None:
    row, world = facts.row, facts.life.scenario.world
    factor = float(str(world.currency_factor.value)) if world.currency else 1.0
    told = {sentence.about: sentence for sentence in sentences}
    client, supplier = row["net_client"], row["net_supplier"]
    (money,) = [about for about in told if about.startswith("money.") and about != "money.press"]
    least = 0.005 if not world.currency else 0.5 / factor
    if money == "money.nobody":
        assert max(abs(client), abs(supplier)) < least
        assert not [about for about in told if about.startswith("never.")]
    else:
        (never,) = [about for about in told if about.startswith("never.")]
        losers = sum(net <= -least for net in (client, supplier))
        joint = "together" if client + supplier < 0 else "unequal"
        assert never == f"never.{'none' if losers == 0 else 'both' if losers == 2 else joint}"
        sides = ["won" if net > 0 else "lost" for net in (client, supplier)]
        assert money == f"money.{'_'.join(sides)}"
        amounts_are(told[money].text, language, world.currency, (client * factor, supplier * factor))
    assert ("money.press" in told) == (row["ending"] == Ending.HOSTILE_EXIT)


def amounts_are(text: str, language: str, currency: str, amounts: Iterable[float]) -> None:
    """Hold the amounts that a text says against what they are, as exactly as they are written."""
    pattern = rf"{currency} ([\d.,]*\d)(?: (\w+))?" if currency else r"([\d.,]*\d) (?:annual|jaar)()"
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    said = re.findall(pattern, re.sub(r"\b(nothing|niets)\b", f"{currency} 0" if currency else "0 annual", text))
    for (number, word), amount in zip(said, amounts, strict=True):
        point = "." if language == "en" else ","
        size = MONEY.get(word, 1.0)
        digits = len(number.split(point)[1]) if point in number else 0 if currency else 2
        (value,) = numbers(number, language)
        assert abs(value * size - abs(amount)) <= 0.5000001 * size * 10.0**-digits, text


# ---------------------------------------------------------------- more than a thousand lives

AS_DRAWN = (Phase.explicit, Phase.reuse, Phase.generate)
"""To make a failing world smaller would take minutes, and the life that failed is named."""

WHOLE_LIVES, BUNDLED_LIVES, POLICY_LIVES, DRAWN = 6, 18, 9, 60
SOONER = 5.0
"""Years after which most of these stories break off, so that there can be many of them."""


def sound(given: Scenario, arm: str, seed: int, replication: int) -> Life | None:
    """Return a life, unless a limit stopped it."""
    life = live(given, arm, seed, replication)
    return life if life.state["status"][0] == Status.SOUND else None


def all_true(given: Scenario, seed: int, lives: int) -> int:
    told = 0
    for arm in given.arms:
        for replication in range(lives):
            life = sound(given, arm, seed, replication)
            if life is not None:
                facts = Facts(life)
                for language in LANGUAGES:
                    must_be_true(facts, language)
                told += 1
    return told


@pytest.mark.parametrize("name", bundled())
def test_stories_of_the_bundled_scenarios_are_true(name: str) -> None:
    given = load_scenario(name)
    sooner = given.model_copy(update={"horizon": SOONER})
    assert all_true(given, 10, WHOLE_LIVES) + all_true(sooner, 11, BUNDLED_LIVES) == 2 * (WHOLE_LIVES + BUNDLED_LIVES)


@pytest.mark.parametrize("policy", POLICIES)
def test_stories_of_lives_under_policies_are_true(policy: str) -> None:
    arms = {name: {**launch, "policies": [policy]} for name, launch in ARMS.items()}
    given = load_scenario("gloomy").model_dump(mode="json") | {"horizon": SOONER, "arms": arms}
    assert all_true(Scenario.model_validate(given), 12, POLICY_LIVES) == 2 * POLICY_LIVES


@settings(max_examples=DRAWN, deadline=None, suppress_health_check=list(HealthCheck), phases=AS_DRAWN)
@given(drawn=scenarios(SOONER), seed=st.integers(0, 2**63 - 1))
def test_stories_of_drawn_worlds_are_true(drawn: Scenario, seed: int) -> None:
    all_true(drawn, seed, 3)


def test_these_are_more_than_a_thousand_lives() -> None:
    assert 2 * ((WHOLE_LIVES + BUNDLED_LIVES) * len(bundled()) + POLICY_LIVES * len(POLICIES) + 3 * DRAWN) > 1000


@pytest.mark.parametrize("horizon", [0.0, 1e-9, 0.05, 0.3, 0.6, 1.0])
def test_stories_that_break_off_early_are_true(horizon: float) -> None:
    assert all_true(scenario(horizon=horizon), 13, 10) == 20
