"""The twin timeline in a real browser: from the disk, by mouse and keyboard, by day and by night, in both languages."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import relsim
from relsim.show.browser import script, style
from relsim.show.twins import Twins, twins
from relsim.vocabulary import EventKind
from tests.browser.opened import Opened, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = ".relsim-twins"
NOW = f"Number(document.querySelector('{ROOT}').dataset.now)"
READY = f"document.querySelectorAll('{ROOT} .lanes svg').length === 2"


@pytest.fixture(scope="module")
def pair() -> Twins:
    """Two lives of many years, in which much is escalated."""
    return twins(relsim.load_scenario("it-outsourcing"), 4)


@pytest.fixture(scope="module")
def file(pair: Twins, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pair.write(tmp_path_factory.mktemp("twins") / "twins.html")


@pytest.fixture
def page(browser: "Browser", file: Path) -> Iterator["Page"]:
    with opened(browser, file, 1400) as found:
        wait(found.page, READY)
        yield found.page
        assert found.errors == []
        assert found.requests == [file.as_uri()]


def wait(page: "Page", condition: str, seconds: int = 30) -> None:
    """Wait until something holds; Playwright's own way evaluates text in the page, which the page forbids."""
    page.evaluate(
        "seconds => new Promise((done, fail) => { const end = Date.now() + 1000 * seconds;"
        f" const look = () => {{ if ({condition}) done(); else if (Date.now() > end) fail(new Error('never'));"
        " else setTimeout(look, 20); }; look(); })",
        seconds,
    )


def scrub(page: "Page", time: float) -> None:
    page.evaluate(
        "time => { const scrub = document.querySelector('.scrub');"
        " scrub.value = time; scrub.dispatchEvent(new Event('input')); }",
        time,
    )


def words(page: "Page", selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


@pytest.mark.parametrize(("width", "dark"), [(1400, False), (1400, True), (1000, False), (400, False), (400, True)])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_it_opens_from_the_disk_whole_and_no_wider_than_the_window(
    browser: "Browser", pair: Twins, tmp_path: Path, width: int, dark: bool, language: str
) -> None:
    path = pair.write(tmp_path / "twins.html", language)
    with opened(browser, path, width, dark) as found:
        wait(found.page, READY)
        assert found.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert found.page.evaluate("document.documentElement.lang") == language
        assert found.page.locator(f"{ROOT} svg").count() > 8
        ground = found.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(22, 25, 29)" if dark else "rgb(255, 255, 255)")
        columns = found.page.evaluate(
            f"getComputedStyle(document.querySelector('{ROOT} .columns')).gridTemplateColumns"
        )
        assert len(columns.split()) == (1 if width == 400 else 2)
        # no word of a bar runs out of its place
        assert found.page.evaluate(
            "[...document.querySelectorAll('.measure > *')].every(each => each.scrollWidth <= each.clientWidth + 1"
            " || getComputedStyle(each).display === 'inline')"
        )
        assert (found.errors, found.requests) == ([], [path.as_uri()])


def test_playing_moves_the_head_and_pausing_stops_it(page: "Page") -> None:
    end = page.evaluate(NOW)
    assert end > 9
    page.click("[data-name=play]")
    wait(page, f"{NOW} > 0.05 && {NOW} < 5")
    assert page.get_attribute("[data-name=play]", "aria-label") == "Pause"
    before = page.evaluate(NOW)
    wait(page, f"{NOW} > {before} + 0.1")
    shift = page.evaluate("new DOMMatrix(getComputedStyle(document.querySelector('.lanes .playhead')).transform).e")
    page.click("[data-name=play]")
    stopped = page.evaluate(NOW)
    page.evaluate(
        "new Promise(done => { let left = 5; const on = () => left-- ? requestAnimationFrame(on) : done(); on(); })"
    )
    assert page.evaluate(NOW) == stopped
    assert (
        page.evaluate("new DOMMatrix(getComputedStyle(document.querySelector('.lanes .playhead')).transform).e")
        >= shift
        > 0
    )


def test_space_plays_and_pauses(page: "Page") -> None:
    page.focus("[data-name='lanes-deal-first']")
    page.keyboard.press("Space")
    wait(page, f"document.querySelector('{ROOT}').dataset.playing === 'true'")
    page.keyboard.press("Space")
    wait(page, f"document.querySelector('{ROOT}').dataset.playing === 'false'")


def test_it_plays_faster_when_asked_to_and_stops_at_the_end(page: "Page") -> None:
    page.select_option("[data-name=speed]", "8")
    page.click("[data-name=play]")
    wait(page, f"document.querySelector('{ROOT}').dataset.playing === 'false'", seconds=90)
    assert page.evaluate(NOW) == pytest.approx(page.evaluate("Number(document.querySelector('.scrub').max)"), abs=1e-3)


def test_speed_is_years_a_second(browser: "Browser", file: Path) -> None:
    """Time is counted, not frames: the page's clock is ours here."""
    with opened(browser, file, 1400) as found:
        page = found.page
        wait(page, READY)
        shown = []
        for speed in ("1", "4"):
            page.select_option("[data-name=speed]", speed)
            scrub(page, 0)
            # frames of a tenth of a second, ten of them
            shown.append(
                page.evaluate(
                    "() => { const asked = window.requestAnimationFrame, now = performance.now;"
                    " let next = null, stamp = 1000;"
                    " window.requestAnimationFrame = call => { next = call; return 1; };"
                    " performance.now = () => stamp;"
                    " document.querySelector('[data-name=play]').click();"
                    " for (let at = 0; at < 10; at += 1) { stamp += 100; next(stamp); }"
                    " document.querySelector('[data-name=play]').click();"
                    " window.requestAnimationFrame = asked; performance.now = now;"
                    f" return {NOW}; }}"
                )
            )
        assert shown == pytest.approx([0.25, 1.0], abs=0.01)


def test_scrubbing_moves_the_head_and_says_what_each_level_knew(page: "Page", pair: Twins) -> None:
    told = pair.document["lives"]
    for time in (0.1, 2.5, 6.0):
        scrub(page, time)
        assert page.evaluate(NOW) == pytest.approx(time, abs=0.01)
        assert page.get_attribute(".scrub", "aria-valuetext") == page.inner_text(".time") == f"{time:.2f} years"
        at = page.evaluate(NOW)
        for place, life in enumerate(told):
            everything = sum(problem <= at for problem in life["problems"])
            counts = words(page, f".knowing:nth-of-type({place + 1}) .problems b")
            wanted = [
                f"{sum(heard <= at for heard in life['heard'][f'{firm}_{level}'])} of {everything}"
                for level in ("STRATEGIC", "TACTICAL", "OPERATIONAL")
                for firm in ("CLIENT", "SUPPLIER")
            ]
            assert counts == wanted
            last = max(event for event, moment in enumerate(life["events"]["time"]) if moment <= at)
            phase = pair.document["phases"][life["course"]["phase"][last]]
            assert pair.document["words"]["en"][f"model.phase.{phase}"] in words(page, ".state")[place]
            believed = life["course"]["belief_client"][last]
            value = words(page, f".knowing:nth-of-type({place + 1}) .goes-by b")[0]
            assert value == (f"{100 * believed:.0f}\u202f%" if life["course"]["promise"][last] > 0 else "")


def first(life: dict[str, Any], kind: EventKind) -> int:
    return next(at for at, number in enumerate(life["events"]["kind"]) if life["kinds"][number] == kind.name)


def point_at(page: "Page", pair: Twins, which: int, kind: EventKind) -> int:
    """Move the mouse over the first event of a kind in a life, found by the ring that the page draws around it."""
    life = pair.document["lives"][which]
    at = first(life, kind)
    box = page.locator(".lanes .plot").nth(which).bounding_box()
    assert box is not None
    lane = page.evaluate(
        "which => document.querySelectorAll('.lanes svg')[which].querySelector('.rule').x1.baseVal.value", which
    )
    end = pair.document["lives"][which]["end"]
    until = max(each["end"] for each in pair.document["lives"])
    assert end <= until
    x = lane + 9 + life["events"]["time"][at] / until * (box["width"] - lane - 18)
    team = pair.document["agents"][life["events"]["sender"][at]]
    rows = ["CLIENT_STRATEGIC", "CLIENT_TACTICAL", "CLIENT_OPERATIONAL"]
    rows += ["SUPPLIER_OPERATIONAL", "SUPPLIER_TACTICAL", "SUPPLIER_STRATEGIC"]
    name = (
        page.locator(".lanes svg")
        .nth(which)
        .locator(".lane-name")
        .nth(rows.index(team.replace("BOTH", "CLIENT")))
        .bounding_box()
    )
    assert name is not None
    page.mouse.move(box["x"] + x, name["y"] + name["height"] / 2)
    return at


def test_hovering_tells_an_event_and_follows_its_case_in_both_lives(page: "Page", pair: Twins) -> None:
    at = point_at(page, pair, 0, EventKind.REFERRED_BACK)
    page.wait_for_selector(".card:not([hidden])")
    card = page.inner_text(".card")
    life = pair.document["lives"][0]
    assert "denied and referred back" in card
    assert f"{life['events']['time'][at]:.2f} years" in card
    case = life["events"]["case"][at]
    assert f"chance {case & 0xFFFFFFFF} of an incident" in card
    threads = [page.locator(".lanes svg").nth(which).locator(".thread .ring").count() for which in (0, 1)]
    for life, rings in zip(pair.document["lives"], threads, strict=True):
        steps = life["events"]["case"].count(case)
        assert rings == steps + (life is pair.document["lives"][0])
    page.mouse.move(5, 5)
    page.wait_for_selector(".card[hidden]", state="attached")
    assert page.locator(".thread .ring").count() == 0


def test_a_click_on_a_drawing_puts_the_head_there(page: "Page") -> None:
    page.locator(".trust .plot").nth(1).click(position={"x": 300, "y": 60})
    wait(page, f"{NOW} < 5")
    assert 1 < page.evaluate(NOW) < 5


def test_arrow_keys_step_through_what_matters(page: "Page", pair: Twins) -> None:
    page.focus("[data-name='lanes-feasibility-first']")
    page.keyboard.press("Home")
    said = [page.inner_text("[role=option]")]
    for _ in range(9):
        page.keyboard.press("ArrowRight")
        said.append(page.inner_text("[role=option]"))
    assert "first contact" in said[0]
    assert any("workshop" in each for each in said)
    assert len(set(said)) == len(said)
    assert page.get_attribute("[data-name='lanes-feasibility-first']", "aria-activedescendant")
    assert "feasibility-first" in page.inner_text("[aria-live=polite]")
    here = page.evaluate(NOW)
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("[role=option]") == said[-2]
    assert page.evaluate(NOW) <= here
    page.keyboard.press("Escape")
    assert page.locator("[role=option]").count() == 0


def test_buttons_step_through_both_lives_in_order(page: "Page") -> None:
    scrub(page, 0)
    moments = []
    for _ in range(12):
        page.click("[data-name=next]")
        moments.append(page.evaluate(NOW))
    assert moments == sorted(moments)
    assert moments[-1] > 0
    page.click("[data-name=back]")
    assert page.evaluate(NOW) <= moments[-1]


def test_what_has_not_happened_yet_can_be_hidden(page: "Page", pair: Twins) -> None:
    scrub(page, 1.0)
    covers = "[...document.querySelectorAll('.cover')].map(each => getComputedStyle(each).display)"
    assert set(page.evaluate(covers)) == {"none"}
    assert page.is_visible(".ended-as >> nth=0")
    page.check("[data-name=whole]")
    assert set(page.evaluate(covers)) == {"block"}
    assert not page.is_visible(".ended-as >> nth=0")
    point_at(page, pair, 0, EventKind.REFERRED_BACK)
    assert page.is_hidden(".card")
    page.uncheck("[data-name=whole]")
    assert page.is_visible(".ended-as >> nth=0")


def test_the_beginning_can_be_looked_at_closely(page: "Page") -> None:
    whole = float(page.get_attribute(".scrub", "max") or 0)
    page.check("[data-name=close]")
    near = float(page.get_attribute(".scrub", "max") or 0)
    assert near < 0.6 * whole
    assert page.evaluate("document.activeElement.dataset.name") == "close"
    page.uncheck("[data-name=close]")
    assert float(page.get_attribute(".scrub", "max") or 0) == whole


def test_the_language_changes_and_the_moment_stays(page: "Page") -> None:
    scrub(page, 2.5)
    page.select_option("[data-name=speed]", "4")
    page.click("[data-name=language-nl]")
    assert page.evaluate("document.documentElement.lang") == "nl"
    assert page.get_attribute(ROOT, "lang") == "nl"
    assert page.inner_text(".time") == "2,50 jaar"
    assert "Wat wist elk niveau op dit moment?" in words(page, "h3")
    assert words(page, ".arm") == ["deal eerst", "haalbaarheid eerst"]
    assert page.input_value("[data-name=speed]") == "4"
    assert page.evaluate("document.activeElement.dataset.name") == "language-nl"
    page.click("[data-name=language-en]")
    assert page.inner_text(".time") == "2.50 years"


def test_where_motion_is_unwelcome_playing_steps_from_event_to_event(browser: "Browser", file: Path) -> None:
    with opened(browser, file, 1400) as found:
        found.page.emulate_media(reduced_motion="reduce")
        wait(found.page, READY)
        scrub(found.page, 0)
        found.page.select_option("[data-name=speed]", "8")
        seen = set()
        found.page.click("[data-name=play]")
        for _ in range(3):
            here = found.page.evaluate(NOW)
            wait(found.page, f"{NOW} !== {here}")
            seen.add(found.page.evaluate(NOW))
        found.page.click("[data-name=play]")
        moments = found.page.evaluate(
            "() => JSON.parse(document.getElementById('data').textContent).lives.flatMap(life => life.events.time)"
        )
        assert all(any(abs(moment - each) < 1e-3 for moment in moments) for each in seen)


TWO = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><style>{style}</style></head>
<body><div id="one"></div><div id="other"></div>
<script type="module">{script}
const asked = {data};
window.one = draw(document.getElementById("one"), asked[0], {{ language: "en" }});
window.other = draw(document.getElementById("other"), asked[0], {{ language: "nl" }});
window.asked = asked;
</script></body></html>"""


@pytest.fixture
def two(browser: "Browser", pair: Twins, tmp_path: Path) -> Iterator[Opened]:
    """A page with two timelines, drawn as a notebook draws them."""
    others = [pair.document, twins(relsim.load_scenario("it-outsourcing"), 9).document, {"format": 99}]
    data = json.dumps(others).replace("<", "\\u003c")
    path = tmp_path / "two.html"
    path.write_text(TWO.format(style=style("twins"), script=script("twins"), data=data), encoding="utf-8")
    with opened(browser, path, 1400) as found:
        wait(found.page, "document.querySelectorAll('.relsim-twins .lanes svg').length === 4")
        yield found
        assert found.errors == []


def test_two_on_one_page_do_not_disturb_each_other_but_speak_one_language(two: Opened) -> None:
    page = two.page
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(set(ids)) == len(ids)
    assert words(page, ".arm") == ["deal-first", "feasibility-first", "deal eerst", "haalbaarheid eerst"]
    page.locator("#one [data-name=play]").click()
    wait(page, "document.querySelector('#one .relsim-twins').dataset.playing === 'true'")
    assert page.get_attribute("#other .relsim-twins", "data-playing") == "false"
    page.locator("#one [data-name=language-nl]").click()
    assert words(page, ".arm") == ["deal eerst", "haalbaarheid eerst"] * 2


def test_other_twins_are_shown_and_language_and_speed_stay(two: Opened) -> None:
    page = two.page
    page.locator("#other [data-name=speed]").select_option("2")
    page.evaluate("other.update(asked[1])")
    wait(page, "document.querySelector('#other .scrub').max < 1")
    assert "Na 0,23 jaar geen deal" in words(page, "#other .ended-as")
    assert page.input_value("#other [data-name=speed]") == "2"
    assert float(page.get_attribute("#one .scrub", "max") or 0) > 9


def test_a_document_of_another_form_is_refused_in_words(two: Opened) -> None:
    two.page.evaluate("other.update(asked[2])")
    assert "format 99" in two.page.inner_text("#other")
    two.page.evaluate("other.update(asked[0])")
    assert two.page.locator("#other .lanes svg").count() == 2


def test_what_is_destroyed_leaves_nothing_behind(two: Opened) -> None:
    page = two.page
    page.locator("#one [data-name=play]").click()
    page.evaluate("window.left = document.querySelector('#one .relsim-twins'); one.destroy()")
    assert page.evaluate("document.getElementById('one').childElementCount") == 0
    stopped = page.evaluate("left.dataset.now")
    page.locator("#other [data-name=language-en]").click()
    page.locator("#other [data-name=language-nl]").click()
    assert words(page, ".arm") == ["deal eerst", "haalbaarheid eerst"]
    assert page.evaluate("[left.lang, left.dataset.now, left.dataset.playing]") == ["en", stopped, "false"]


def test_it_follows_the_width_of_its_place(two: Opened) -> None:
    page = two.page
    page.evaluate("document.getElementById('one').style.width = '420px'")
    wait(page, "document.querySelector('#one .relsim-twins').classList.contains('narrow')")
    wait(page, "document.querySelector('#one .lanes svg').clientWidth < 420")
    assert page.evaluate("document.getElementById('one').scrollWidth") <= 420


def test_stories_are_shown_where_there_are_some(browser: "Browser", pair: Twins, tmp_path: Path) -> None:
    told = {"twins": ["They part at the <b>signature</b>."], "lives": [["One life."], ["Another life."]]}
    document = pair.document | {"stories": {"en": told, "nl": told}}
    path = tmp_path / "stories.html"
    data = json.dumps([document, document]).replace("<", "\\u003c")
    path.write_text(TWO.format(style=style("twins"), script=script("twins"), data=data), encoding="utf-8")
    with opened(browser, path, 1400) as found:
        found.page.wait_for_selector("#one .story")
        assert "They part at the <b>signature</b>." in words(found.page, "#one .story > p")
        assert not found.page.is_visible("#one .story >> text=Another life.")
        found.page.locator("#one .story summary").nth(1).click()
        assert found.page.is_visible("#one .story >> text=Another life.")
        assert found.errors == []


EVERYTHING = [
    "start_date='2024-03-01'",
    "arms.deal-first.policies=['operational-gate', 'facilitator', 'joint-reviews', 'escalation-hotline',"
    " 'independent-audit', 'sponsor-rotation', 'dispute-board', 'bonus-clawback', 'early-operations', 'deal-broker']",
]


@relsim.rule(96, name="TOWN_HALL", sender="own-strategic", receiver="own-operational", phases=("operation",), rate=2.0)
def town_hall(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    return True


def test_events_of_policies_and_of_ones_own_are_told_with_dates(browser: "Browser", tmp_path: Path) -> None:
    asked = relsim.load_scenario("it-outsourcing", EVERYTHING)
    lives = [relsim.simulate(asked, arm, 1, 6, rules=[town_hall]) for arm in ("deal-first", "feasibility-first")]
    document = Twins((lives[0], lives[1])).document
    path = Twins((lives[0], lives[1])).write(tmp_path / "own.html", "nl")
    with opened(browser, path, 400) as found:
        wait(found.page, READY)
        assert found.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert "2034" in found.page.inner_text(".time")
        found.page.locator("[data-name='lanes-deal-first']").focus()
        found.page.keyboard.press("Home")
        said = []
        for _ in range(60):
            said.append(found.page.inner_text("[role=option]"))
            found.page.keyboard.press("ArrowRight")
        told = " ".join(said)
        names = document["words"]["nl"]
        for kind in ("PILOT_HELD", "BROKER_ENGAGED", "HOTLINE_USED", "JOINT_REVIEW", "DEAL_SIGNED"):
            assert names[f"model.event.{kind}"] in told
        assert "town hall" in told
        assert "mrt 2024" in said[0]
        assert names["twins.look.own"] in words(found.page, ".legend li")
        assert found.errors == []


def test_without_scripts_it_says_why_nothing_is_drawn_and_tells_the_stories(
    browser: "Browser", pair: Twins, file: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    said = page.inner_text("noscript")
    assert "JavaScript" in said
    assert all(paragraph in said for paragraph in pair.document["stories"]["en"]["twins"])
    context.close()
