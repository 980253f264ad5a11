"""The live comparison in a real browser: a page from the disk, whose questions Python answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import relsim
from relsim.scenario.scenario import Scenario
from relsim.show.browser import script, style
from relsim.show.live import MOST, answer, catalogue, compared, find
from relsim.show.words import words
from tests.browser.opened import Opened, opened
from tests.worlds import scenario

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

IT = relsim.load_scenario("it-outsourcing")

_PAGE = """<!doctype html>
<html lang="LANGUAGE">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The live comparison</title>
<style>STYLE body { margin: 0; }</style>
<div id="here"></div>
<script type="application/json" id="data">DATA</script>
<script type="module">
SCRIPT
const ready = async () => { while (!window.pythonAnswers) await new Promise((go) => setTimeout(go, 10)); };
window.asked = [];
window.found = [];
window.speak = changeLanguage;
window.catalogue = JSON.parse(document.getElementById("data").textContent);
window.part = draw(document.getElementById("here"), window.catalogue, {
  language: "LANGUAGE",
  async ask(message) {
    window.asked.push(message);
    await ready();
    await window.held;
    if (window.silent) throw new Error("nobody there");
    return JSON.parse(await pythonAnswers(JSON.stringify(message)));
  },
  found: (replication, settings) => window.found.push([replication, settings]),
});
</script>
"""

SETTLED = f"() => document.querySelector('.relsim-live').dataset.replications === '{MOST}'"


@contextmanager
def shown(
    browser: "Browser", folder: Path, asked: Scenario = IT, width: int = 1400, language: str = "en", dark: bool = False
) -> Iterator[Opened]:
    """Open a page that compares a scenario, and wait until it has settled."""
    data = json.dumps(catalogue(asked), allow_nan=False).replace("<", "\\u003c")
    page = _PAGE.replace("LANGUAGE", language).replace("STYLE", style("live")).replace("SCRIPT", script("live"))
    file = folder / f"live-{width}-{language}-{dark}.html"
    file.write_text(page.replace("DATA", data), encoding="utf-8")
    with opened(browser, file, width, dark) as found:
        found.page.expose_function("pythonAnswers", lambda message: json.dumps(answer(asked, json.loads(message))))
        found.page.wait_for_function(SETTLED)
        yield found
        assert found.errors == []
        assert found.requests == [file.as_uri()]


@pytest.fixture(scope="module")
def live(browser: "Browser", tmp_path_factory: pytest.TempPathFactory) -> Iterator["Page"]:
    """One page for the tests that leave it as it was."""
    with shown(browser, tmp_path_factory.mktemp("live")) as found:
        yield found.page


@pytest.fixture
def page(live: "Page") -> Iterator["Page"]:
    live.evaluate("() => { window.asked = []; window.found = []; }")
    yield live
    live.evaluate("() => { window.silent = false; window.speak('en'); window.part.update(window.catalogue); }")
    live.wait_for_function(SETTLED)


def slide(page: "Page", name: str, place: int) -> None:
    """Move a slider to a place, as somebody who drags it does."""
    page.locator(f"[data-name={name}] input").evaluate(
        "(input, place) => { input.value = place; input.dispatchEvent(new Event('input', { bubbles: true })); }", place
    )


def value_at(name: str, place: int) -> float:
    (slider,) = (each for each in catalogue(IT)["sliders"] if each["name"] == name)
    return slider["values"][place]


def curve(page: "Page", arm: int) -> str:
    return page.locator(f".plot .line.arm-{arm}").first.get_attribute("d") or ""


def told(page: "Page", name: str) -> str:
    return page.locator(f".headlines tr[data-name={name}]").inner_text()


def number(value: float, digits: int = 2, sign: str = "") -> str:
    return f"{value:{sign},.{digits}f}".replace("-", "\N{MINUS SIGN}")


def test_a_slider_moves_curves_bars_and_numbers_and_more_pairs_follow(page: "Page") -> None:
    before = [curve(page, arm) for arm in (0, 1)]
    bars = page.locator(".endings .bar").evaluate_all("bars => bars.map(bar => bar.style.width)")
    slide(page, "average_fit", 30)
    page.wait_for_function("() => document.querySelector('.relsim-live').dataset.replications === '500'")
    page.wait_for_function(SETTLED)
    assert [curve(page, arm) for arm in (0, 1)] != before
    assert all(now != then for now, then in zip([curve(page, 0), curve(page, 1)], before, strict=True))
    assert page.locator(".endings .bar").evaluate_all("bars => bars.map(bar => bar.style.width)") != bars
    settings = {"numbers": {"average_fit": value_at("average_fit", 30)}, "policies": {}}
    assert page.evaluate("() => window.asked") == [
        {"kind": "compare", "settings": settings, "replications": count} for count in (500, MOST)
    ]
    (line,) = (each for each in compared(IT, settings, MOST)["table"] if each["name"] == "net")
    for value, _, _ in line["arms"]:
        assert number(value) in told(page, "net")
    assert number(line["difference"][0], 2, "+") in told(page, "net")
    assert "2,000 pairs of firms" in page.locator(".pairs").inner_text()
    assert page.locator("[aria-live=polite]").inner_text().startswith("2,000 pairs of firms")


def test_of_many_moves_the_last_one_wins(page: "Page") -> None:
    page.evaluate(
        """() => {
          const input = document.querySelector("[data-name=optimism] input");
          for (let place = 0; place <= 20; place += 1) {
            input.value = place;
            input.dispatchEvent(new Event("input", { bubbles: true }));
          }
        }"""
    )
    last = {"numbers": {"optimism": value_at("optimism", 20)}, "policies": {}}
    page.wait_for_function("count => window.asked.filter((each) => each.replications === count).length === 1", arg=MOST)
    page.wait_for_function(SETTLED)
    asked = page.evaluate("() => window.asked")
    assert len(asked) <= 3  # the first one, the last one, and the last one of more pairs
    assert asked[-1] == {"kind": "compare", "settings": last, "replications": MOST}
    (line,) = (each for each in compared(IT, last, MOST)["table"] if each["name"] == "net")
    assert number(line["difference"][0], 2, "+") in told(page, "net")


def test_keys_move_a_slider_and_a_screen_reader_hears_where(page: "Page") -> None:
    slider = page.locator("[data-name=rival_offer_rate] input")
    assert slider.get_attribute("aria-valuetext") == "0.15 a year"
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => window.asked.length >= 1")
    assert slider.get_attribute("aria-valuetext") == "0.17 a year"
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => window.asked.length >= 2")
    assert page.evaluate("() => window.asked.at(-1).settings") == {"numbers": {}, "policies": {}}


def test_a_policy_is_adopted_under_one_launch_and_all_can_be_taken_back(page: "Page") -> None:
    before = [curve(page, arm) for arm in (0, 1)]
    page.locator("[data-policy=operational-gate][data-arm=deal-first]").check()
    slide(page, "kickoff", 2)
    page.wait_for_function("count => window.asked.at(-1)?.replications === count", arg=MOST)
    page.wait_for_function(SETTLED)
    chosen = {"numbers": {"kickoff": 2}, "policies": {"deal-first": {"operational-gate": True}}}
    assert page.evaluate("() => window.asked.at(-1).settings") == chosen
    assert curve(page, 0) != before[0]
    assert curve(page, 1) == before[1]
    assert "2 workshops" in page.locator("[data-name=kickoff] span").inner_text()
    page.locator(".reset").click()
    page.wait_for_function(
        "before => document.querySelector('.plot .line.arm-0').getAttribute('d') === before", arg=before[0]
    )
    assert not page.locator("[data-policy=operational-gate][data-arm=deal-first]").is_checked()
    assert page.locator("[data-name=kickoff] span").inner_text() == "0 workshops"


def test_a_contradiction_is_told_and_the_last_picture_stays(page: "Page") -> None:
    page.locator("[data-policy=deal-broker][data-arm=deal-first]").check()
    page.wait_for_function("count => window.asked.at(-1)?.replications === count", arg=MOST)
    page.wait_for_function(SETTLED)
    before = curve(page, 0)
    page.locator("[data-policy=realistic-promise][data-arm=deal-first]").check()
    page.wait_for_function("() => document.querySelector('.relsim-live.stale') !== null")
    alert = page.get_by_role("alert")
    assert (
        alert.inner_text()
        == "Realistic promise and Deal broker contradict each other under deal-first. Choose one of the two."
    )
    assert curve(page, 0) == before
    page.evaluate("() => window.speak('nl')")
    assert "spreken elkaar tegen" in alert.inner_text()
    page.locator("[data-policy=deal-broker][data-arm=deal-first]").uncheck()
    page.wait_for_function("() => document.querySelector('.relsim-live.stale') === null")
    assert alert.inner_text() == ""


def test_a_page_whose_questions_nobody_answers_says_so(page: "Page") -> None:
    page.evaluate("() => { window.silent = true; }")
    slide(page, "denial", 3)
    page.wait_for_function("() => document.querySelector('.complaint').textContent !== ''")
    assert "No answer came" in page.get_by_role("alert").inner_text()
    page.locator("[data-wish=both-fail]").click()
    page.wait_for_function("() => document.querySelector('.told').textContent.includes('No answer came')")


def test_two_lives_are_found_and_handed_on(page: "Page") -> None:
    settings = {"numbers": {"kickoff": 1}, "policies": {}}
    slide(page, "kickoff", 1)
    page.locator("[data-wish=hostile-end]").click()
    page.wait_for_function("() => window.found.length === 1")
    first = find(IT, settings, "hostile-end")
    assert page.evaluate("() => window.found") == [[first["replication"], settings]]
    said = page.locator(".told").inner_text()
    assert f"Pair {first['replication']}. {first['fit']} of the first 2,000 pairs of firms are like that." in said
    assert "hostile exit" in said
    assert number(first["lives"][0]["net"]) in said
    page.locator(".next").click()
    page.wait_for_function("() => window.found.length === 2")
    second = find(IT, settings, "hostile-end", first["replication"])
    assert page.evaluate("() => window.found[1][0]") == second["replication"] > first["replication"]
    page.evaluate("() => window.speak('nl')")
    assert "met bombarie" in page.locator(".told").inner_text()
    slide(page, "kickoff", 0)  # what was found is of other settings
    assert page.locator(".told").inner_text() == ""
    assert not page.locator(".next").is_visible()


@pytest.mark.parametrize("meanwhile", ["window.part.update(window.catalogue)", "window.part.destroy()", None])
def test_what_is_found_too_late_is_not_handed_on(browser: "Browser", tmp_path: Path, meanwhile: str | None) -> None:
    with shown(browser, tmp_path) as found:
        page = found.page
        page.evaluate("() => { window.held = new Promise((go) => { window.release = go; }); }")
        page.locator("[data-wish=both-fail]").click()
        if meanwhile is None:
            slide(page, "denial", 3)
        else:
            page.evaluate(f"() => {{ {meanwhile}; }}")
        page.evaluate("() => { window.found = []; window.release(); window.held = null; }")
        page.evaluate("() => pythonAnswers('{}')")  # whose answer comes after those before it
        if page.locator(".relsim-live").count():
            page.wait_for_function(SETTLED)
            assert page.locator(".told").inner_text() == ""
        assert page.evaluate("() => window.found") == []


def test_curves_are_of_contacts_or_of_the_launched(page: "Page") -> None:
    before = curve(page, 1)
    assert page.locator("[data-per=contact]").get_attribute("aria-pressed") == "true"
    page.locator("[data-per=launched]").click()
    assert curve(page, 1) != before
    assert "Years since operations started" in page.locator(".axis").inner_text().capitalize()
    assert "of the launched" in told(page, "alive")
    page.locator("[data-per=contact]").click()
    assert curve(page, 1) == before
    assert page.evaluate("() => window.asked") == []


def test_it_speaks_dutch_and_what_was_chosen_stays(page: "Page") -> None:
    slide(page, "candour", 30)
    page.wait_for_function(SETTLED)
    page.evaluate("() => window.speak('nl')")
    text = page.locator(".relsim-live").inner_text()
    for word in (
        "Wat als",
        "Openheid van managers",
        "haalbaarheid eerst",
        "met stille trom",
        "meer is beter",
        "0,15 per jaar",
    ):
        assert word in text
    assert page.locator(".relsim-live").get_attribute("lang") == "nl"
    assert page.locator("[data-name=candour] input").input_value() == "30"
    english = {text for text in words("en").room("live").values() if "{" not in text and len(text) > 12}
    dutch = set(words("nl").room("live").values())
    assert [each for each in english - dutch if each in text] == []


def test_another_scenario_takes_its_place_and_it_goes_without_a_trace(browser: "Browser", tmp_path: Path) -> None:
    with shown(browser, tmp_path) as found:
        page = found.page
        slide(page, "denial", 0)
        other = catalogue(relsim.load_scenario("closing-window"))
        page.evaluate("other => { window.silent = true; window.part.update(other); }", other)
        assert page.locator("[data-name=denial] span").inner_text() == "55 %"
        _, value, *_ = other["first"]["arms"][0]["survival"]["contact"]["value"]
        assert f"L{1000 / 120:.1f},{1000 - 1000 * value:.1f}L" in curve(page, 0)
        page.evaluate("() => { window.part.destroy(); window.speak('nl'); }")
        assert page.locator("#here").inner_html() == ""


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize(("width", "dark"), [(1400, True), (1000, False), (700, False), (400, False), (400, True)])
def test_it_is_as_wide_as_the_window(browser: "Browser", tmp_path: Path, width: int, dark: bool, language: str) -> None:
    arms = {
        "first-sign-then-see-what-operations-say": {"launch": "deal-first"},
        "second": {"launch": "feasibility-first", "policies": ["facilitator"]},
    }
    asked = IT if dark else scenario({"currency": "EUR", "currency_factor": 123456789.0}, **arms)
    with shown(browser, tmp_path, asked, width, language, dark) as found:
        page = found.page
        slide(page, "average_fit", 20)
        page.locator("[data-wish=feasibility-first-wins]").click()
        page.wait_for_function("() => window.found.length === 1")
        page.locator("[data-per=launched]").click()
        page.wait_for_function(SETTLED)
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        paper = page.evaluate("getComputedStyle(document.querySelector('.relsim-live')).backgroundColor")
        assert paper == ("rgb(22, 25, 29)" if dark else "rgb(255, 255, 255)")
        inside = """() => {
          const plot = document.querySelector(".plot").getBoundingClientRect();
          const names = [...document.querySelectorAll(".plot .label")].map((each) => each.getBoundingClientRect());
          const apart = names[0].bottom <= names[1].top || names[1].bottom <= names[0].top;
          const seen = (each) => each.left > plot.left - 1 && each.top > plot.top - 1 && each.bottom < plot.bottom + 1;
          return [apart, names.every(seen)];
        }"""
        page.wait_for_function(f"() => ({inside})().every(Boolean)")  # names of curves may still be on their way


def test_nothing_glides_for_those_who_want_no_motion(browser: "Browser", tmp_path: Path) -> None:
    with shown(browser, tmp_path) as found:
        lasts = "() => getComputedStyle(document.querySelector('.plot .line')).transitionDuration"
        assert found.page.evaluate(lasts) == "0.12s"
        found.page.emulate_media(reduced_motion="reduce")
        assert found.page.evaluate(lasts) == "0s"


def test_strange_names_are_text(browser: "Browser", tmp_path: Path) -> None:
    asked = scenario({"currency": "<img src=x>"})
    with shown(browser, tmp_path, asked) as found:
        assert "<img src=x>" in told(found.page, "net")
        assert found.page.locator("img").count() == 0


def test_from_slider_to_picture_in_half_a_second(page: "Page", record_property: Any) -> None:
    """The best of several tries, of more where the machine is busy with other things; all of them are recorded."""
    took = []
    for place in range(20):
        page.evaluate("() => { delete document.querySelector('.relsim-live').dataset.milliseconds; }")
        slide(page, "break_even", place)
        page.wait_for_function("() => 'milliseconds' in document.querySelector('.relsim-live').dataset")
        took.append(int(page.locator(".relsim-live").get_attribute("data-milliseconds") or "-1"))
        page.wait_for_function(SETTLED)
        if len(took) >= 5 and min(took) < 500:
            break
    record_property("milliseconds", sorted(took))
    print(f"from slider to redrawn: {sorted(took)} ms")
    assert 0 < min(took) < 500
