"""Stories of twins: where the lives first part, which of them was which, and what came of it, reckoned once more."""

from itertools import chain
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relsim.life import Life
from relsim.scenario.files import bundled, load_scenario
from relsim.scenario.governance import POLICIES
from relsim.scenario.scenario import Scenario
from relsim.show.story import Sentence, twin_story
from relsim.show.words import LANGUAGES, words
from relsim.vocabulary import Ending, OutsideCause
from tests.property.test_stories import (
    AS_DRAWN,
    ENDINGS,
    FIRM_WORDS,
    SOONER,
    amounts_are,
    hundredths,
    long,
    numbers,
    sound,
    well_written,
)
from tests.worlds import scenarios

OUTCOMES = {
    "repaired": (["INCIDENT"], "REPAIRED", None),
    "settled": (["COMPLAINT_HEARD"], "ADAPTATION_AGREED", "AGREEMENT_BROKEN"),
    "heard": (["ESCALATED", "STRATEGIC_PROBLEM", "HOTLINE_USED"], "ESCALATION_HEARD", None),
    "denied": (["ESCALATION_HEARD"], "REFERRED_BACK", "FAILURE_REALISED"),
}
ARISING = {"incident": "INCIDENT", "contract": "TACTICAL_PROBLEM"}
MET = ["WORKSHOP_HELD", "PILOT_HELD", "OPERATIONS_CONSULTED", "OPERATIONS_STARTED"]
ONLY = {
    "announcement": "SUCCESS_ANNOUNCED",
    "bonus": "BONUS_PAID",
    "dispute": "DISPUTE_RAISED",
    "denial": "REFERRED_BACK",
    "commitment": "COMMITMENT_ESCALATED",
    "swapped": "MANAGER_SWAPPED",
    "dismissed": "STAFF_DISMISSED",
    "limping": "LIMPING_BEGAN",
    "realisation": "FAILURE_REALISED",
    "rescue": "RESCUE_LAUNCHED",
}
KEY = ["firm", "case", "attempt"]


def chances(life: Life, what: str) -> pd.DataFrame:
    """Return the opportunities of a life by firm, case and attempt: when, and whether it came out."""
    kinds, yes, no = OUTCOMES[what]
    events = life.events.copy()
    events.loc[events["kind"] == "HOTLINE_USED", "attempt"] = 2
    found = events[events["kind"].isin(kinds)][["time", *KEY]]
    for name, kind in (("yes", yes), ("no", no)):
        marked = events[events["kind"] == kind][KEY].assign(**{name: True})
        found = found.merge(marked, how="left", on=KEY)
    decided = found if no is None else found[found["yes"].notna() | found["no"].notna()]
    return decided.assign(came=decided["yes"].notna())


def differences(lives: tuple[Life, Life]) -> list[tuple[float, str, int]]:
    """Return all that came out in one of two lives only: when, what, and in which."""
    found = []
    for what in OUTCOMES:
        both = chances(lives[0], what).merge(chances(lives[1], what), on=KEY, suffixes=("", "_there"))
        apart = both[both["came"] != both["came_there"]]
        found += [(time, what, 0 if came else 1) for time, came in zip(apart["time"], apart["came"], strict=True)]
    for what, kind in ARISING.items():
        for side in (0, 1):
            there = lives[1 - side]
            cases = set(there.events[there.events["kind"] == kind]["case"])
            mine = lives[side].events[lives[side].events["kind"] == kind]
            decided = there.row["t_exit_decided"]
            over = decided if what == "contract" and decided == decided else there.row["t_end"]
            missed = mine[~mine["case"].isin(cases)]["time"]
            found += [(time, what, side) for time in missed if there.row["t_operations"] < time < over]
    return sorted(found)


def must_be_true(lives: tuple[Life, Life], language: str) -> None:
    made, say = twin_story(*lives, language), words(language)
    well_written(made)
    told: dict[str, list[Sentence]] = {}
    for sentence in chain.from_iterable(made.paragraphs):
        told.setdefault(sentence.about, []).append(sentence)
        assert sentence.events or sentence.other or sentence.columns or sentence.about == "two.agreed"
        assert max(sentence.events, default=0) < len(lives[0].events)
        assert max(sentence.other, default=0) < len(lives[1].events)
        assert set(sentence.columns) <= {*lives[0].row, *lives[0].trajectory.columns}
    launch = (f"model.launch.{life.arm.replace('-', '_').upper()}" for life in lives)
    names = [say.texts.get(key, f"“{life.arm}”") for key, life in zip(launch, lives, strict=True)]
    (partners,) = told["two.partners"]
    for life in lives:
        assert numbers(partners.text, language) == hundredths(life.row["fit_at_start"])
    if lives[0].digest == lives[1].digest:
        assert "two.same" in told
        return
    launches(lives, names, told, language)
    parting(lives, names, told, language)
    only(lives, names, told, language)
    ends(lives, told, language)
    money(lives, names, told, language)


Told = dict[str, list[Sentence]]


def launches(lives: tuple[Life, Life], names: list[str], told: Told, language: str) -> None:
    keys = ("two.signed_first", "two.met_first", "two.signed_only", "two.met_only", "two.neither")
    said = {sentence.text: key for key in keys for sentence in told.get(key, ())}
    assert sum(len(told.get(key, ())) for key in keys) == 2
    for life, name in zip(lives, names, strict=True):
        events = life.events
        deal, met = (events.index[events["kind"].isin(kinds)] for kinds in (["DEAL_SIGNED"], MET))
        expected = keys[4]
        when: list[float] = []
        if len(deal) and len(met):
            expected = keys[0] if deal[0] < met[0] else keys[1]
            gap = abs(events["time"][deal[0]] - events["time"][met[0]])
            when = [*long(events["time"][deal[0]]), *long(gap)]
            when = when if expected == keys[0] else when[::-1]
        elif len(deal):
            expected, when = keys[2], long(events["time"][deal[0]])
        elif len(met):
            expected = keys[3]
        promise = hundredths(life.trajectory["promise"][deal[0]]) if len(deal) else []
        found = [text for text, key in said.items() if key == expected and f" {name} " in text.replace(",", " ")]
        assert any(sorted(numbers(text, language)) == sorted([*when, *promise]) for text in found), (expected, said)


def parting(lives: tuple[Life, Life], names: list[str], told: Told, language: str) -> None:
    parts = [key for key in told if key.startswith("part.") and key != "part.why"]
    if not all(life.row["launched"] for life in lives):
        assert parts == []
        return
    found = differences(lives)
    assert ("two.all_alike" in told) == (not found)
    if not found:
        return
    (key,) = parts
    (sentence,) = told[key]
    time = found[0][0]
    assert numbers(sentence.text, language) == long(time)
    side = next(side for moment, what, side in found if moment == time and f"part.{what}" == key)
    here, there = names[side], names[1 - side]
    assert sentence.text.rindex(here, 0, sentence.text.rindex(there)) < sentence.text.rindex(there)
    firms = {
        life.events["firm"][at]
        for life, places in zip(lives, (sentence.events, sentence.other), strict=True)
        for at in places
    }
    named = {firm for firm, word in FIRM_WORDS[language].items() if word in sentence.text}
    assert named == (set() if key == "part.contract" else firms)
    (why,) = told["part.why"]
    values = numbers(why.text, language)
    assert len(values) >= 2
    assert all(one != other for one, other in zip(values[::2], values[1::2], strict=True))


def only(lives: tuple[Life, Life], names: list[str], told: Told, language: str) -> None:
    launched = [bool(life.row["launched"]) for life in lives]
    kinds = [set(life.events["kind"]) for life in lives]
    if launched[0] != launched[1]:
        (sentence,) = told["two.only_works"]
        assert names[launched.index(True)] in sentence.text
        assert "two.only" not in told
        return
    for side, name in enumerate(names):
        found = [key for key, kind in ONLY.items() if kind in kinds[side] and kind not in kinds[1 - side]]
        said = [each for each in told.get("two.only", ()) if each.text.split(" ", 2)[2].startswith(name)]
        assert len(said) == bool(found)
        for key, phrase in ((key, words(language)(f"story.only.{key}")) for key in ONLY):
            assert not said or (phrase in said[0].text) == (key in found), said


def ends(lives: tuple[Life, Life], told: Told, language: str) -> None:
    said = [*told.get("two.end_both", ()) * 2, *told.get("two.end", ())]
    assert len(said) == 2
    for life, sentence in zip(lives, said, strict=True):
        ending = Ending(life.row["ending"])
        name = OutsideCause(life.row["cause"]).name if ending == Ending.OUTSIDE else ending.name
        for other, mark in ENDINGS[language].items():
            assert (mark in sentence.text) == (other == name), sentence
        assert set(numbers(sentence.text, language)) == set(long(life.row["t_end"]))


def money(lives: tuple[Life, Life], names: list[str], told: Told, language: str) -> None:
    world = lives[0].scenario.world
    factor = float(str(world.currency_factor.value)) if world.currency else 1.0
    net = [life.row["net_joint"] for life in lives]
    (both,) = told["two.money"]
    amounts_are(both.text, language, world.currency, [each * factor for each in net])
    losses = {"en": "a loss of", "nl": "een verlies van"}[language]
    least = 0.005 if not world.currency else 0.5 / factor
    assert both.text.count(losses) == sum(each <= -least for each in net)
    if "two.better" in told:
        (better,) = told["two.better"]
        first, second = names
        assert (first if net[0] > net[1] else second) in better.text
        assert (second if net[0] > net[1] else first) not in better.text
        amounts_are(better.text, language, world.currency, [(net[0] - net[1]) * factor])
    assert ("two.no_difference" in told) == (abs(net[0] - net[1]) < least)
    assert ("two.never" in told) == (max(net) <= -least)


def all_true(given: Scenario, seed: int, replications: int) -> None:
    first, second = list(given.arms)[:2]
    for replication in range(replications):
        one, other = (sound(given, arm, seed, replication) for arm in (first, second))
        if one is not None and other is not None:
            for language in LANGUAGES:
                must_be_true((one, other), language)


@pytest.mark.parametrize("name", bundled())
def test_stories_of_bundled_twins_are_true(name: str) -> None:
    all_true(load_scenario(name).model_copy(update={"horizon": SOONER}), 21, 10)


def test_stories_of_twins_under_policies_are_true() -> None:
    for policy in POLICIES:
        arms: dict[str, Any] = {
            "plain": {"launch": "deal-first"},
            "agreed": {"launch": "deal-first", "policies": [policy]},
        }
        given = load_scenario("gloomy").model_dump(mode="json") | {"horizon": SOONER, "arms": arms}
        all_true(Scenario.model_validate(given), 22, 3)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=AS_DRAWN)
@given(drawn=scenarios(SOONER), seed=st.integers(0, 2**63 - 1))
def test_stories_of_drawn_twins_are_true(drawn: Scenario, seed: int) -> None:
    all_true(drawn, seed, 2)
