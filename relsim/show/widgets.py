"""The modules of the browser as widgets: in a notebook, and on the page that `relsim classroom` serves."""

import base64
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from relsim.errors import needed
from relsim.scenario.scenario import Scenario
from relsim.show.browser import script, style
from relsim.show.live import answer, catalogue
from relsim.show.twins import Twins
from relsim.show.words import words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

needed("anywidget", "widgets need anywidget", "classroom")

import anywidget  # noqa: E402  said beforehand where it is missing
import traitlets  # noqa: E402

__all__ = ["Drawn", "LiveComparison", "TwinTimeline"]


class Drawn(anywidget.AnyWidget):
    """A module of the browser in a notebook: what it draws, in which language, and who answers what it asks.

    In a notebook that is read without a kernel, its picture stands in its place.
    """

    data = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)

    def __init__(self, data: Mapping[str, Any], language: str = "en") -> None:
        super().__init__(data=dict(data), language=words(language).language)
        self.on_msg(self._heard)

    def answer(self, message: Any) -> Mapping[str, Any]:
        """Return the answer to what the browser asks; nothing that it says is trusted."""
        return {"error": f"{message!r:.80}: nothing to ask here"}

    def picture(self) -> "Figure | None":
        """Return what stands for the widget where none can be shown, as on paper."""
        return None

    def _heard(self, _: Any, content: Any, __: Any) -> None:
        if isinstance(content, dict) and "question" in content:
            self.send({"question": content["question"], "answer": self.answer(content.get("message"))})

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        drawn = self.picture()
        if bundle is not None and drawn is not None:
            bundle[0]["image/png"] = _png(drawn)
        return bundle


class TwinTimeline(Drawn):
    """Two lives of one pair of firms side by side, to play, to stop and to ask what each level knows.

    twins: as from `relsim.twins`.
    language: "en" or "nl"; the reader can change it.
    """

    _esm = script("twins", "widget")
    _css = style("twins")

    def __init__(self, twins: Twins, language: str = "en") -> None:
        self.twins = twins
        super().__init__(twins.document, language)

    def show(self, twins: Twins) -> None:
        """Show other twins in the same place, and bring them into view."""
        self.twins = twins
        self.data = twins.document
        self.send({"look": True})

    def picture(self) -> "Figure":
        """Return the twins as a picture."""
        return self.twins.figure()


class LiveComparison(Drawn):
    """Sliders and policies, and what they make of survival, endings and losses of both launches at once.

    scenario: where the sliders start.
    language: "en" or "nl"; the reader can change it.
    found: called with a replication and the settings of the sliders when the reader looks for a life and finds it.
    """

    _esm = script("live", "widget")
    _css = style("live")

    def __init__(
        self,
        scenario: Scenario,
        seed: int = 1,
        language: str = "en",
        found: Callable[[int, Any], None] | None = None,
    ) -> None:
        self.scenario, self.seed, self.found = scenario, seed, found
        super().__init__(catalogue(scenario), language)

    def answer(self, message: Any) -> Mapping[str, Any]:
        """Return the answer to what the browser asks; nothing that it says is trusted."""
        return answer(self.scenario, message)

    def ask_about(self, scenario: Scenario) -> None:
        """Begin again with another scenario in the same place."""
        self.scenario = scenario
        self.data = catalogue(scenario)


def _png(drawn: "Figure") -> str:
    written = BytesIO()
    drawn.savefig(written, format="png")
    return base64.b64encode(written.getvalue()).decode()
