"""Pictures of results: words and units on every axis, one look, and no words over other words, whatever the data."""

import io
import re
import warnings
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from relsim.drawing import style
from relsim.drawing.churn import draw_churn
from relsim.drawing.comparison import comparison_figure
from relsim.drawing.endings import draw_endings
from relsim.drawing.flow import draw_flow
from relsim.drawing.hazard import draw_hazard
from relsim.drawing.heat import draw_heat
from relsim.drawing.incidence import draw_incidence
from relsim.drawing.losses import draw_losses
from relsim.drawing.numbers import decimals, plain, signed
from relsim.drawing.states import draw_states
from relsim.drawing.steps import visible_steps
from relsim.drawing.survival import draw_survival
from relsim.drawing.tornado import draw_tornado
from relsim.drawing.trust import draw_trust_bands
from relsim.drawing.twins import draw_decomposition, draw_differences
from relsim.drawing.waterfall import draw_waterfall
from relsim.vocabulary import Ending

Draw = Callable[[Axes], Axes]

ARMS = ("deal-first", "feasibility-first")
NOBODY = np.zeros(0)
NAN = float("nan")


def curve(rate: float, steps: int = 2000, watched: int = 9876, until: float = 10.0) -> Any:
    times = np.linspace(0.01, until, steps)
    survival = np.exp(-rate * times**1.2)
    spread = 0.02 + 0.01 * times
    return SimpleNamespace(
        times=times,
        survival=survival,
        low=np.clip(survival - spread, 0, 1),
        high=np.clip(survival + spread, 0, 1),
        longest=until,
        at_risk=lambda time: round(watched * float(np.exp(-rate * time**1.2))) if time <= until else 0,
    )


def no_curve() -> Any:
    return SimpleNamespace(times=NOBODY, survival=NOBODY, low=NOBODY, high=NOBODY, longest=NAN, at_risk=lambda _: 0)


def hazard(peak: float, constant: float) -> Any:
    times = np.linspace(0.0, 10.0, 200)
    rate = 0.05 + peak * (times / 2.5) * np.exp(1 - times / 2.5)
    spread = 0.01 + 0.0008 * np.exp(times * 0.75)
    return SimpleNamespace(
        times=times,
        rate=rate,
        low=np.maximum(rate - spread, 0),
        high=rate + spread,
        constant=constant,
        constant_low=constant - 0.01,
        constant_high=constant + 0.01,
    )


def no_hazard(points: int = 0) -> Any:
    nothing = np.full(points, NAN)
    return SimpleNamespace(
        times=np.arange(points, dtype=float),
        rate=nothing,
        low=nothing,
        high=nothing,
        constant=NAN,
        constant_low=NAN,
        constant_high=NAN,
    )


def incidence(share: float) -> Any:
    times = np.linspace(0.05, 9.5, 1500)
    found = share * (1 - np.exp(-times / 3))
    high = np.minimum(1.07 * found + 0.002, 1)
    return SimpleNamespace(times=times, share=found, low=0.93 * found, high=high, longest=9.5)


INCIDENCES = {
    Ending.NO_DEAL: incidence(0.0),
    Ending.WINDOW_LOST: incidence(0.065),
    Ending.ABANDONED: incidence(0.08),
    Ending.QUIET_EXIT: incidence(0.42),
    Ending.HOSTILE_EXIT: incidence(0.21),
    Ending.EXPIRED: incidence(0.07),
    Ending.OUTSIDE: incidence(0.002),
}

ENDED = ("quiet exit", "hostile exit", "expired", "from outside", "window lost", "abandoned", "no deal")


def states(years: np.ndarray) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    going, gone = np.exp(-years / 4), 1 - np.exp(-years / 4)
    early = np.exp(-3 * years)
    weights = {"healthy": 0.62 * going * (1 - early), "limping": 0.3 * going * (1 - early), "unwinding": 0.08 * going}
    weights |= {"exploring": 0.3 * early, "courting": 0.6 * early}
    for name, part in zip(ENDED, (0.4, 0.2, 0.1, 0.05, 0.12, 0.1, 0.001), strict=True):
        weights[f"ended: {name}"] = part * gone
    whole = sum(weights.values())
    shares = {name: each / whole for name, each in weights.items()}
    return shares, dict.fromkeys(shares, 0.004 + 0.012 * gone)


YEARS = np.linspace(0.0, 10.0, 121)

ACCOUNTS = (
    "benefit",
    "running",
    "launch",
    "exploration",
    "bonus",
    "announcement",
    "adaptation",
    "repair",
    "penalty",
    "dispute",
    "turnover",
    "severance",
    "commitment",
    "rescue",
    "exit",
    "reputation",
)
AMOUNTS = np.array(
    [3.1, -2.1, -0.3, -0.15, -0.05, 0.12, -0.1, -0.4, 0.0, -0.22, -0.18, -0.02, -0.35, -0.08, -0.3, -0.2]
)

NODES = {
    "incidents": (0, 120.0),
    "repaired": (1, 80.0),
    "own problems of managers": (1, 0.9),
    "complaints": (1, 39.0),
    "settled": (2, 22.0),
    "broken": (2, 17.0),
    "strategies drift": (2, 1.1),
    "swallowed": (3, 11.0),
    "taken to the top": (3, 7.1),
    "not heard": (4, 3.5),
    "heard": (4, 3.6),
    "denied": (5, 2.6),
    "realised": (5, 0.4),
    "known already": (5, 0.6),
}
LINKS = (
    ("incidents", "repaired", 80.0),
    ("incidents", "complaints", 39.0),
    ("own problems of managers", "broken", 0.9),
    ("complaints", "settled", 22.0),
    ("complaints", "broken", 16.1),
    ("broken", "swallowed", 11.0),
    ("broken", "taken to the top", 6.0),
    ("strategies drift", "taken to the top", 1.1),
    ("taken to the top", "not heard", 3.5),
    ("taken to the top", "heard", 3.6),
    ("heard", "denied", 2.6),
    ("heard", "realised", 0.4),
    ("heard", "known already", 0.6),
)
LANES = ("operational", "operational", "tactical", "tactical", "strategic", "strategic")

PARTS = (
    ("whole difference", 1.84, 0.21),
    ("both launched: treatment", 1.1, 0.15),
    ("  it lasts longer", 0.7, 0.12),
    ("  it costs less", 0.4, 0.05),
    ("only the first launched: selection", 0.82, 0.11),
    ("only the second launched: added", -0.06, 0.02),
    ("neither launched: friction", -0.02, 0.004),
)


def bands() -> dict[str, np.ndarray]:
    found = {}
    for name, end in (("strategic", 0.66), ("tactical", 0.5), ("operational", 0.36)):
        middle = end + (0.7 - end) * np.exp(-YEARS / 2)
        spread = 0.16 * (1 - np.exp(-YEARS))
        each = np.array([middle + k * spread for k in (-2, -0.8, 0, 0.7, 1.5)])
        each[:, YEARS > 9.5] = np.nan
        found[name] = np.clip(each, 0, 1)
    return found


def losing(scale: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    amounts = np.concatenate([[0.0], np.geomspace(1e-5, 1e6, 1200)])
    more = 0.7 * np.exp(-amounts / scale)
    return amounts, more, 1.96 * np.sqrt(more * (1 - more) / 500)


LEAVERS = ["operational, resigned", "operational, dismissed", "tactical, resigned", "tactical, swapped", "leader, new"]
CHURN = {
    ARMS[0]: (np.array([2.4, 0.3, 0.31, 0.09, 0.12]), np.array([0.1, 0.03, 0.02, 0.05, 0.02])),
    ARMS[1]: (np.array([1.4, 0.1, 0.21, 0.0, 0.11]), np.array([0.08, 0.11, 0.02, 0.0, 0.02])),
}
SHARES = {
    ARMS[0]: {each: (0.3 / (1 + each), 0.02) for each in Ending},
    ARMS[1]: {each: (0.05 * each / 2, 0.02) for each in Ending},
}
FOUR = (*ARMS, "two workshops", "a very careful beginning")
LONG = "How it went on with all those who found out first whether it could be done, among all who met"
MONEY: tuple[Any, ...] = (250.0, "EUR million")


def waterfall(amounts: np.ndarray, spread: float, total: float, total_spread: float) -> Draw:
    return lambda ax: draw_waterfall(
        ACCOUNTS, amounts, np.full(len(ACCOUNTS), spread), ax, *MONEY, total=total, total_half_width=total_spread
    )


CAUSES = ["fit beta", "client's belief feasibility first", "operational contact rate"]


def tornado(totals: list[tuple[float, float, float]], parts: list[float], shares: bool) -> Draw:
    names = CAUSES[: len(totals)]
    return lambda ax: draw_tornado(
        names, totals, parts, ax, title=LONG, x="how far", words=("alone", "with others"), shares=shares
    )


PICTURES: dict[str, Draw] = {
    "survival": lambda ax: draw_survival({ARMS[0]: curve(0.25), ARMS[1]: curve(0.12)}, ax, 10),
    "survival without numbers": lambda ax: draw_survival(
        {ARMS[0]: curve(0.25), ARMS[1]: curve(0.12)}, ax, 10, at_risk=False
    ),
    "survival of four arms": lambda ax: draw_survival(
        {arm: curve(0.3 / (k + 1), 300, 1_000_000) for k, arm in enumerate(FOUR)}, ax, 7
    ),
    "survival of one arm": lambda ax: draw_survival({ARMS[0]: curve(3.0, 9, 12, 0.7)}, ax, 1.5, title="A", x="years"),
    "hazard": lambda ax: draw_hazard({ARMS[0]: hazard(0.3, 0.25), ARMS[1]: hazard(0.12, 0.12)}, ax),
    "hazard of one arm": lambda ax: draw_hazard({ARMS[0]: hazard(0.3, 0.25), ARMS[1]: no_hazard(5)}, ax),
    "hazard of nobody ending": lambda ax: draw_hazard({ARMS[0]: hazard(0.0, 0.05), ARMS[1]: no_hazard()}, ax),
    "incidence": lambda ax: draw_incidence(INCIDENCES, ax, 10),
    "incidence of one ending": lambda ax: draw_incidence({Ending.EXPIRED: incidence(0.9)}, ax, 10),
    "incidence of many small ones": lambda ax: draw_incidence(
        {each: incidence(0.006) for each in Ending if each != Ending.ONGOING}, ax, 10
    ),
    "states": lambda ax: draw_states(YEARS, *states(YEARS), ax, title="Where deal-first relationships stand"),
    "states under a long title": lambda ax: draw_states(YEARS, *states(YEARS), ax, title=LONG),
    "flow under a long title": lambda ax: draw_flow(NODES, LINKS, ax, lanes=LANES, title=LONG),
    "decomposition under a long title": lambda ax: draw_decomposition(PARTS, ax, *MONEY, title=LONG),
    "survival under a long title": lambda ax: draw_survival({ARMS[1]: curve(0.12)}, ax, 10, title=LONG),
    "states of one": lambda ax: draw_states(
        np.array([0.0, 1.0]), {"at rest": np.ones(2), "ended: otherwise": np.zeros(2)}, {"at rest": np.zeros(2)}, ax
    ),
    "losses": lambda ax: draw_losses(
        {ARMS[0]: losing(0.02), ARMS[1]: losing(0.01)}, {ARMS[0]: (0.014, 0.001), ARMS[1]: (0.007, NAN)}, ax, *MONEY
    ),
    "losses of one amount": lambda ax: draw_losses(
        {ARMS[0]: (np.array([0.0, 1.0]), np.array([1.0, 0.0]), np.zeros(2))}, {ARMS[0]: (1.0, NAN)}, ax, *MONEY
    ),
    "churn": lambda ax: draw_churn(LEAVERS, CHURN, ax),
    "churn of one arm": lambda ax: draw_churn(LEAVERS[:2], {ARMS[0]: (np.array([0.4, 0.41]), np.zeros(2))}, ax),
    "endings": lambda ax: draw_endings(SHARES, ax),
    "endings of one arm": lambda ax: draw_endings({ARMS[0]: {each: (float(each == 0), NAN) for each in Ending}}, ax),
    "waterfall": waterfall(AMOUNTS, 0.03, float(AMOUNTS.sum()), 0.09),
    "waterfall of few": waterfall(np.where(np.abs(AMOUNTS) > 0.32, AMOUNTS, 0.0), 0.0, 0.25, NAN),
    "waterfall of costs": waterfall(np.minimum(AMOUNTS, 0.0) / 1000, 0.00001, -0.00445, 0.0001),
    "flow": lambda ax: draw_flow(NODES, LINKS, ax, lanes=LANES),
    "flow with intervals": lambda ax: draw_flow(
        NODES, LINKS, ax, lanes=LANES, half_widths={name: 0.03 * value for name, (_, value) in NODES.items()}
    ),
    "flow of one": lambda ax: draw_flow(
        {"incidents": (0, 0.2), "repaired": (1, 0.2), "complaints": (1, 0.0)},
        [("incidents", "repaired", 0.2), ("incidents", "complaints", 0.0)],
        ax,
        lanes=("operational", "tactical"),
        half_widths={"incidents": NAN},
    ),
    "decomposition": lambda ax: draw_decomposition(PARTS, ax, *MONEY),
    "decomposition of nothing": lambda ax: draw_decomposition([("whole", 0.0, 0.0), ("part", NAN, NAN)], ax, *MONEY),
    "differences": lambda ax: draw_differences(LEAVERS, [-0.4, 0.1, 0.04, -1.0, NAN], [0.05, 0.2, NAN, 0.0, NAN], ax),
    "trust": lambda ax: draw_trust_bands(YEARS, bands(), ax),
    "tornado": tornado([(2.1, 1.2, 3.1), (1.4, -1.1, 4.0), (0.4, NAN, NAN)], [2.1, -1.4, 0.1], False),
    "tornado of shares": tornado([(0.42, 0.3, 0.54), (0.2, 0.1, 0.3), (0.0, 0.0, 0.0)], [0.3, -0.02, 0.0], True),
    "heat": lambda ax: draw_heat(
        CAUSES,
        ["net.joint", "survival"],
        [[1.0, 0.3], [0.55, 0.0], [-0.01, NAN]],
        ax,
        title="What moves it",
        key="share",
    ),
    "trust at one time": lambda ax: draw_trust_bands(np.zeros(1), {"tactical": np.full((5, 1), 0.4)}, ax),
}

NOTHING: dict[str, tuple[str, Draw]] = {
    "survival": ("nobody launched", lambda ax: draw_survival({arm: no_curve() for arm in ARMS}, ax, 10)),
    "hazard": ("nobody launched", lambda ax: draw_hazard({ARMS[0]: no_hazard(), ARMS[1]: no_hazard(3)}, ax)),
    "incidence": ("nobody ended", lambda ax: draw_incidence({Ending.EXPIRED: incidence(0.0)}, ax, 10)),
    "incidence of nobody": (
        "nobody ended",
        lambda ax: draw_incidence(
            {Ending.EXPIRED: SimpleNamespace(times=NOBODY, share=NOBODY, low=NOBODY, high=NOBODY, longest=NAN)}, ax, 10
        ),
    ),
    "states": ("nobody met", lambda ax: draw_states(YEARS, {"healthy": 0 * YEARS}, {"healthy": 0 * YEARS}, ax)),
    "states at no time": ("nobody met", lambda ax: draw_states(NOBODY, {"healthy": NOBODY}, {"healthy": NOBODY}, ax)),
    "states unknown": (
        "nobody met",
        lambda ax: draw_states(YEARS, {"healthy": NAN * YEARS}, {"healthy": NAN * YEARS}, ax),
    ),
    "losses": (
        "nobody loses anything",
        lambda ax: draw_losses({ARMS[0]: (np.array([0.0, 1.0]), *np.zeros((2, 2)))}, {ARMS[0]: (0.0, NAN)}, ax, *MONEY),
    ),
    "churn": ("nobody leaves", lambda ax: draw_churn(LEAVERS, {ARMS[0]: (np.zeros(5), np.zeros(5))}, ax)),
    "endings": ("nobody met", lambda ax: draw_endings({ARMS[0]: dict.fromkeys(Ending, (0.0, NAN))}, ax)),
    "waterfall": ("no money flows", waterfall(np.zeros(len(ACCOUNTS)), 0.0, 0.0, 0.0)),
    "waterfall unknown": ("no money flows", waterfall(np.full(len(ACCOUNTS), NAN), NAN, NAN, NAN)),
    "flow": ("no problems", lambda ax: draw_flow({"incidents": (0, 0.0)}, [], ax, lanes=("operational",))),
    "decomposition": ("nothing to compare", lambda ax: draw_decomposition([("whole", NAN, NAN)], ax, *MONEY)),
    "differences": ("nothing to compare", lambda ax: draw_differences([], [], [], ax)),
    "tornado": ("nothing moves it", tornado([], [], True)),
    "heat": ("nothing to tell", lambda ax: draw_heat([], [], [], ax, title="What moves it", key="share")),
    "trust": ("nobody is at work", lambda ax: draw_trust_bands(YEARS, {"tactical": np.full((5, len(YEARS)), NAN)}, ax)),
}

EVERY = {**PICTURES, **{f"nothing: {name}": draw for name, (_, draw) in NOTHING.items()}}
every = pytest.mark.parametrize("draw", EVERY.values(), ids=EVERY)


@pytest.fixture(autouse=True)
def _no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def single(draw: Draw) -> tuple[Figure, Axes]:
    made = style.figure(5.6, 3.8)
    ax = made.subplots()
    assert draw(ax) is ax
    return made, ax


def drawn_texts(made: Figure, monkeypatch: pytest.MonkeyPatch) -> list[Text]:
    """Return the texts that are really drawn, without the ticks that are outside of the ax."""
    found: dict[int, Text] = {}
    draw = Text.draw

    def note(self: Text, *args: Any, **rest: Any) -> None:
        if self.get_visible() and self.get_text().strip():
            found[id(self)] = self
        draw(self, *args, **rest)

    made.draw_without_rendering()
    with monkeypatch.context() as patched:
        patched.setattr(Text, "draw", note)
        made.draw_without_rendering()
    return list(found.values())


def check_words(made: Figure, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = drawn_texts(made, monkeypatch)
    boxes = [(text, Text.get_window_extent(text)) for text in texts]
    for place, (text, box) in enumerate(boxes):
        words = text.get_text()
        assert min(box.x0, box.y0, made.bbox.x1 - box.x1, made.bbox.y1 - box.y1) >= -1, words
        for other, near in boxes[place + 1 :]:
            across = min(box.x1, near.x1) - max(box.x0, near.x0)
            along = min(box.y1, near.y1) - max(box.y0, near.y0)
            assert across < 1 or along < 1, (words, other.get_text())


_NAMED = ("tornado", "heat", "churn", "endings", "waterfall", "flow", "decomposition", "differences")
"""Pictures in which what is drawn has its names beside it, not numbers."""


@pytest.mark.parametrize(("name", "draw"), EVERY.items(), ids=EVERY)
def test_it_says_what_it_shows(name: str, draw: Draw) -> None:
    made, ax = single(draw)
    made.draw_without_rendering()
    assert ax.get_title(loc="left")
    assert ax.get_xlabel()
    assert ax.get_ylabel() or name.removeprefix("nothing: ").startswith(_NAMED)


@every
def test_no_words_lie_on_others_or_leave_the_figure(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    check_words(single(draw)[0], monkeypatch)


@pytest.mark.parametrize(("sentence", "draw"), NOTHING.values(), ids=NOTHING)
def test_where_there_is_nothing_a_sentence_says_so(sentence: str, draw: Draw) -> None:
    assert sentence in [text.get_text() for text in single(draw)[1].texts]


_STRAY = "#ff00fe"
_PAINTED = """
    text.color axes.edgecolor axes.labelcolor axes.titlecolor axes.facecolor grid.color xtick.color xtick.labelcolor
    ytick.color ytick.labelcolor lines.color patch.facecolor patch.edgecolor figure.facecolor
    figure.edgecolor legend.labelcolor
"""


@every
def test_every_colour_has_a_role(draw: Draw) -> None:
    file = io.BytesIO()
    strays: dict[str, Any] = dict.fromkeys(_PAINTED.split(), _STRAY)
    strays |= {"axes.prop_cycle": matplotlib.cycler(color=[_STRAY]), "svg.fonttype": "none"}
    with matplotlib.rc_context(strays):
        single(draw)[0].savefig(file, format="svg")
    picture = file.getvalue().decode()
    roles = {colour for _, colour in style.THEME}
    assert set(re.findall(r"#[0-9a-f]{6}\b", picture, re.IGNORECASE)) <= roles
    # black is not written at all, so whatever has words has to have a colour
    texts = re.findall(r"<text[^>]*>", picture)
    assert texts
    assert all("fill: #" in text for text in texts)
    assert len(file.getvalue()) < 300_000


def test_no_two_roles_share_a_colour() -> None:
    names, colours = zip(*style.THEME, strict=True)
    assert len(set(names)) == len(set(colours)) == len(names)
    assert {colour.lower() for colour in style.COLOURS} <= set(colours)
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in colours)


def test_a_comparison_of_four_panels_has_room_for_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    made = comparison_figure(
        "Made up: 1,000 pairs of firms",
        {ARMS[0]: curve(0.25), ARMS[1]: curve(0.12)},
        SHARES,
        {ARMS[0]: losing(0.02), ARMS[1]: losing(0.01)},
        {ARMS[0]: (0.014, 0.001), ARMS[1]: (0.007, NAN)},
        LEAVERS,
        CHURN,
        10,
        *MONEY,
    )
    check_words(made, monkeypatch)


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_each_picture_has_room_among_four(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    made = style.figure(12, 8)
    for ax in made.subplots(2, 2).flat:
        draw(ax)
    check_words(made, monkeypatch)


def test_numbers_at_risk_stand_under_their_ticks() -> None:
    ax = single(lambda ax: draw_survival({ARMS[0]: curve(0.25), ARMS[1]: curve(0.12)}, ax, 10))[1]
    words = [text.get_text() for text in ax.texts]
    assert words.count("9,876") == 2
    assert [f"{curve(0.25).at_risk(tick):,}" for tick in ax.get_xticks()] == words[2:8]
    assert set(ARMS) <= set(words)


def test_the_waterfall_leaves_out_what_is_not_there_and_tells_the_sum() -> None:
    ax = single(PICTURES["waterfall"])[1]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert "penalty" not in names
    assert names[-1] == "net"
    assert len(names) == len(ACCOUNTS)
    values = [text.get_text() for text in ax.texts]
    assert values[0] == "+775 ± 8"
    assert values[-1] == "\N{MINUS SIGN}308 ± 22"


def test_a_band_is_never_too_thin_to_be_seen() -> None:
    ax = single(PICTURES["flow"])[1]
    heights = [np.ptp(patch.get_path().vertices[[0, -2], 1]) for patch in ax.patches if patch.get_alpha()]
    assert len(heights) == len(LINKS)
    assert min(heights) == pytest.approx(1.5)
    assert heights[0] / heights[1] == pytest.approx(80 / 39, rel=0.01)
    assert sum("Bands of less than" in text.get_text() for text in ax.texts) == 1


def test_rare_endings_are_named_and_not_drawn() -> None:
    ax = single(PICTURES["incidence"])[1]
    words = [text.get_text() for text in ax.texts]
    assert "below 0.5 %: from outside, no deal" in words
    assert sum(word.startswith(("quiet exit", "from outside", "no deal")) for word in words) == 1


def test_a_step_function_keeps_its_steps_as_long_as_they_can_be_seen() -> None:
    times, (few,) = visible_steps(np.array([1.0, 2.0, 9.0]), [np.array([0.5, 0.2, 0.1])], 1.0, 4.0)
    assert times.tolist() == [0.0, 1.0, 2.0, 4.0]
    assert few.tolist() == [1.0, 0.5, 0.2, 0.2]
    many = np.linspace(0.001, 10, 5000)
    times, (thinned,) = visible_steps(many, [many], 0.0, 10.0)
    assert len(times) == 240
    np.testing.assert_allclose(thinned, times, atol=0.003)
    assert thinned[-1] == 10.0


def test_numbers_are_written_as_they_are_read() -> None:
    assert [decimals([each, 0.0, NAN]) for each in (0.0, 0.041, 0.41, 4.1, 41.0, 4100.0)] == [0, 3, 3, 2, 1, 0]
    assert plain(41.234, 0.66) == "41.2 ± 0.7"
    assert plain(0.0) == "0"
    assert plain(0.412) == "0.41"
    assert plain(39.0, 1.2) == "39 ± 1"
    assert decimals([0.52], [0.0021]) == 3
    assert signed(-0.001, 0.25, 1) == "0.0 ± 0.2"
    assert signed(-3.14, NAN, 1) == "\N{MINUS SIGN}3.1"
    assert signed(3.14, 0.01, 1) == "+3.1 ± <0.1"
    assert signed(3.14, 0.1, 1) == "+3.1 ± 0.1"
