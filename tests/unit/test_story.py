"""Stories: what is said of every kind of ending and turn, in which words, and what is refused."""

import json
from datetime import date
from typing import Any

import pytest

import relsim
from relsim.errors import ScenarioError
from relsim.life import Life, simulate
from relsim.scenario.files import load_scenario
from relsim.scenario.scenario import Scenario
from relsim.show.story import Story, story, twin_story
from relsim.show.story.parting import first_parting
from relsim.show.story.past import Past
from relsim.show.story.sentences import NO_BREAK, Speech
from relsim.show.twins import twins
from relsim.show.words import LANGUAGES
from relsim.vocabulary import Ending
from tests.doors import run
from tests.worlds import quiet, scenario


def about(told: Story) -> list[str]:
    return [sentence.about for paragraph in told.paragraphs for sentence in paragraph]


def said(told: Story, key: str) -> list[str]:
    return [sentence.text for paragraph in told.paragraphs for sentence in paragraph if sentence.about == key]


def under(given: Scenario, **arms: dict[str, Any]) -> Scenario:
    """Return a scenario with these arms alone."""
    named = {name.replace("_", "-"): governance for name, governance in arms.items()}
    return Scenario.model_validate(given.model_dump(mode="json") | {"arms": named})


# ---------------------------------------------------------------- endings


FEASIBILITY = {"launch": "feasibility-first"}
FAILING: dict[str, Any] = {
    "fit_law": "two-point",
    "fit_low": 0.2,
    "fit_high": 0.2,
    "optimism": 0.25,
    "incident_rate": 60.0,
    "review_rate": 12.0,
    "board_pull": 0.5,
    "resolve": 1.0,
    "rescue_chance": 0.0,
    "notice": 0.25,
}

ENDED = {
    "end.NO_DEAL": quiet(no_deal=1.0, negotiation_least=0.3, negotiation_most=0.3),
    "end.WINDOW_LOST": quiet(rival_offer_rate=50.0, negotiation_least=3.0, negotiation_most=3.0),
    "end.QUIET_EXIT": quiet(
        **FAILING,
        hostile_base=0.0,
        hostile_by_trust=0.0,
        hostile_by_loss=0.0,
        hostile_by_stake=0.0,
        hostile_by_dispute=0.0,
    ),
    "end.HOSTILE_EXIT": quiet(**FAILING, hostile_base=1.0),
    "end.EXPIRED": quiet(term=2.0, renew=1.0),
    "end.outside.MERGER": quiet(merger_rate=2.0),
    "end.outside.INSOLVENCY": quiet(insolvency_rate=2.0),
    "end.outside.STRATEGY": quiet(strategy_rate=2.0),
    "end.ongoing.working": quiet(),
    "end.ongoing.talking": quiet(horizon=0.2, negotiation_least=0.5, negotiation_most=0.5),
    "end.ongoing.setting_up": quiet(horizon=0.2, drafting_least=0.5),
    "end.ongoing.leaving": quiet(horizon=3.0, **FAILING | {"notice": 10.0}),
}


@pytest.mark.parametrize("key", ENDED)
def test_every_ending_has_its_sentence(key: str) -> None:
    life = simulate(ENDED[key], "deal-first")
    for language in LANGUAGES:
        assert [each for each in about(story(life, language)) if each.startswith("end.") and each != "end.left"] == [
            key
        ]


def test_a_report_against_it_is_followed_or_put_aside() -> None:
    hopeless = {"fit_law": "two-point", "fit_low": 0.1, "fit_high": 0.9, "fit_high_share": 0.5, "workshop_noise": 0.0}
    for override, then in ((0.0, "end.ABANDONED"), (1.0, "begin.overridden")):
        given = quiet(**hopeless, override=override)
        lives = [simulate(given, "feasibility-first", replication=k) for k in range(20)]
        life = next(each for each in lives if each.row["fit_at_start"] == 0.1)
        keys = about(story(life))
        assert "begin.infeasible" in keys
        assert then in keys
        assert ("begin.overridden" in keys) == (override == 1.0)
        assert ("begin.signed" in keys) == (override == 1.0)


def test_a_gate_may_give_it_up() -> None:
    given = under(
        quiet(fit_law="two-point", fit_low=0.1, fit_high=0.1, pilot_noise=0.01),
        gate={"launch": "deal-first", "policies": ["operational-gate"]},
    )
    told = story(simulate(given, "gate"))
    assert said(told, "begin.pilots") == ["Before anything is signed, operations try it in 2 pilots."]
    assert "begin.failed" in about(told)
    assert "end.ABANDONED" in about(told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_can_happen_that_is_told(language: str) -> None:
    told = story(simulate(scenario(horizon=0.0), "deal-first"), language)
    assert about(told) == ["begin.nothing", "end.ongoing.talking", "money.nobody"]


# ---------------------------------------------------------------- how it is said


def test_durations_are_told_in_the_unit_that_people_take() -> None:
    day = 1 / 365.25
    told = {
        0.0: ("less than a day", "minder dan een dag"),
        1 * day: ("1 day", "1 dag"),
        13.4 * day: ("13 days", "13 dagen"),
        14 * day: ("2 weeks", "2 weken"),
        59 * day: ("8 weeks", "8 weken"),
        60 * day: ("2 months", "2 maanden"),
        0.95: ("11 months", "11 maanden"),
        0.96: ("1 year", "1 jaar"),
        1.04: ("1 year", "1 jaar"),
        1.06: ("1.1 years", "1,1 jaar"),
        2.96: ("3 years", "3 jaar"),
    }
    for years, expected in told.items():
        assert tuple(Speech(scenario(), language).lasting(years) for language in LANGUAGES) == expected


def test_moments_are_dates_where_the_scenario_has_one() -> None:
    dated = scenario().model_copy(update={"start_date": date(2026, 1, 31)})
    assert [Speech(dated, language).when(1.0) for language in LANGUAGES] == ["on 31 January 2027", "op 31 januari 2027"]
    assert [Speech(scenario(), language).when(1.5) for language in LANGUAGES] == ["after 1.5 years", "na 1,5 jaar"]
    assert [Speech(scenario(), language).when(0.0) for language in LANGUAGES] == ["at once", "meteen"]
    months = {Speech(dated, "nl").when(month / 12 + 0.01).split()[2] for month in range(12)}
    assert len(months) == 12
    life = simulate(load_scenario("gloomy").model_copy(update={"start_date": date(2026, 1, 31)}))
    assert "on 31 January 2036" not in (text := story(life).text)
    assert "2026 they sign" in text


def test_money_is_told_in_the_unit_of_the_world() -> None:
    euros = Speech(load_scenario("it-outsourcing"), "nl")
    assert euros.amount(-0.5) == "EUR 2,00 miljoen".replace(" ", NO_BREAK)
    assert euros.amount(3.0) == "EUR 12,0 miljoen".replace(" ", NO_BREAK)
    assert euros.amount(0.01) == "EUR 40 duizend".replace(" ", NO_BREAK)
    assert euros.amount(1e-4) == "EUR 400".replace(" ", NO_BREAK)
    assert euros.amount(1e-7) == "niets"
    assert euros.amount(500.0) == "EUR 2,00 miljard".replace(" ", NO_BREAK)
    assert Speech(scenario(), "en").amount(-1.234) == "1.23 annual contract values"


def test_how_often_is_told_as_people_do() -> None:
    for language, expected in (
        ("en", ["never", "once", "twice", "3 times", "none", "4"]),
        ("nl", ["nooit", "één keer", "twee keer", "3 keer", "geen", "4"]),
    ):
        speech = Speech(scenario(), language)
        assert [*map(speech.times, range(4)), speech.few(0), speech.few(4)] == expected
    assert Speech(scenario(), "nl").both(["a", "b", "c"]) == "a, b en c"
    assert Speech(scenario(), "en").both(["a"]) == "a"


def test_a_story_prints_itself_no_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    told = story(simulate(load_scenario("gloomy")))
    assert max(map(len, str(told).splitlines())) <= 60
    assert " ".join(str(told).split()) == " ".join(told.text.split())
    assert f"{NO_BREAK}%" in str(told)
    assert not [line for line in str(told).splitlines() if line.startswith("%")]
    assert told.text.count("\n\n") == len(told.paragraphs)


def test_eventful_lives_are_told_shortly() -> None:
    lives = [simulate(load_scenario("gentle"), "deal-first", seed=5, replication=k) for k in range(20)]
    lengths = sorted(sum(len(part.split()) for part in story(life).told) for life in lives)
    assert lengths[10] <= 300
    assert lengths[-1] < 420


# ---------------------------------------------------------------- rules of one's own


@relsim.rule(97, rate=20.0)
def tea_together(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """People drink tea."""
    return True


@relsim.rule("INCIDENT")
def every_incident(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """Every opportunity is an incident where the deal was signed first, and none is repaired."""
    if p.launch == 1:
        return False
    r.incidents += 1
    return True


def test_kinds_of_a_users_own_are_passed_over() -> None:
    given = load_scenario("gloomy")
    with_tea = simulate(given, rules=[tea_together])
    assert "TEA_TOGETHER" in set(with_tea.events["kind"])
    for language in LANGUAGES:
        assert story(with_tea, language).text == story(simulate(given), language).text


def test_why_is_not_told_where_a_users_rule_decided() -> None:
    given = quiet(incident_rate=30.0)
    lives = [simulate(given, arm, rules=[every_incident]) for arm in given.arms]
    told = twin_story(lives[0], lives[1])
    assert "part.incident" in about(told)
    assert "part.why" not in about(told)
    assert "work.incidents" in about(story(lives[0]))
    assert "work.root" not in about(story(lives[0])), "this rule does not say where problems arise"


# ---------------------------------------------------------------- twins


def pair(given: Scenario, replication: int = 0) -> tuple[Life, Life]:
    one, other = (simulate(given, arm, replication=replication) for arm in list(given.arms)[:2])
    return one, other


def test_only_twins_have_a_story_of_twins() -> None:
    given = load_scenario("gloomy")
    with pytest.raises(ScenarioError, match="only these are twins"):
        twin_story(simulate(given, replication=1), simulate(given, replication=2))
    with pytest.raises(ScenarioError, match="lang: fr"):
        twin_story(*pair(given), "fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_equal_lives_are_told_as_equal(language: str) -> None:
    life = simulate(load_scenario("gloomy"))
    assert about(twin_story(life, life, language)) == ["two.opening", "two.partners", "two.same"]


def test_what_only_one_arm_agrees_on_is_told() -> None:
    given = under(
        scenario(),
        plain={"launch": "deal-first"},
        held={"launch": "deal-first", "kickoff": 2, "policies": ["no-scapegoats", "break-clause"]},
    )
    told = twin_story(*pair(given), "nl")
    assert said(told, "two.agreed") == [
        "Alleen bij “held” hebben ze dit afgesproken: geen zondebokken, een clausule waarmee ieder kan opstappen en "
        "2 werksessies voor de start."
    ]


def test_the_first_parting_is_the_first_and_says_what_differed() -> None:
    """The staffs of one arm have met in workshops: the same incident is repaired there and not in the other."""
    given = quiet(
        incident_rate=60.0,
        workshop_trust_operational=0.5,
        repair_without_trust=0.0,
        repair_with_trust=1.0,
        trust_weight=0.0,
        morale_weight=0.0,
    )
    lives = pair(given)
    parting = first_parting(Past(lives[0]), Past(lives[1]))
    assert parting is not None
    assert (parting.what, parting.came_out) == ("repaired", 1)
    ((name, deal, feasibility),) = parting.state
    assert name == "trust_operational"
    assert deal < feasibility
    opportunity, *_ = parting.events[0]
    earlier = [life.events[life.events["time"] < parting.time] for life in lives]
    kinds = [set(zip(each["kind"], each["case"], strict=True)) for each in earlier]
    assert {each for each in kinds[0] ^ kinds[1] if each[0] in ("INCIDENT", "REPAIRED")} == set()
    assert lives[0].events["kind"][opportunity] == "INCIDENT"


def test_the_document_of_twins_has_their_stories() -> None:
    made = twins(load_scenario("gloomy"), 3)
    stories = made.document["stories"]
    assert set(stories) == set(LANGUAGES)
    for language in LANGUAGES:
        assert stories[language]["twins"] == twin_story(*made.lives, language).told
        assert stories[language]["lives"] == [story(life, language).told for life in made.lives]


def test_stories_are_public_names() -> None:
    assert relsim.story is story
    assert relsim.twin_story is twin_story


# ---------------------------------------------------------------- the command


def test_the_command_tells_the_story(capsys: pytest.CaptureFixture[str]) -> None:
    life = simulate(load_scenario("it-outsourcing"), replication=3)
    for language in LANGUAGES:
        status, out, err = run(capsys, "life", "it-outsourcing", "--replication", 3, "--story", "--lang", language)
        assert (status, err) == (0, "")
        assert " ".join(out.split()) == " ".join(story(life, language).text.split())
    _, out, _ = run(capsys, "life", "it-outsourcing", "--replication", 3, "--story")
    assert out.startswith("IT outsourcing between two mid-size firms: life 3, deal-first")


def test_the_command_gives_the_story_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    life = simulate(load_scenario("it-outsourcing"), replication=3)
    assert life.row["ending"] == Ending.QUIET_EXIT
    _, out, _ = run(capsys, "life", "it-outsourcing", "--replication", 3, "--story", "--lang", "nl", "--json")
    assert json.loads(out)["story"] == story(life, "nl").told
    _, out, _ = run(capsys, "life", "it-outsourcing", "--replication", 3, "--json")
    assert "story" not in json.loads(out)


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        (["--lang", "nl"], "lang: nl: only together with --story"),
        (["--story", "--lang", "de"], "lang: de: one of en, nl"),
        (["--story", "--all"], "all: --all: not together with --story"),
    ],
)
def test_the_command_refuses_what_does_not_go_together(
    capsys: pytest.CaptureFixture[str], asked: list[str], refused: str
) -> None:
    status, out, err = run(capsys, "life", "it-outsourcing", *asked)
    assert (status, out) == (2, "")
    assert err.startswith(refused)
