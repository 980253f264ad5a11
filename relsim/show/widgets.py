"""The modules of the browser as widgets: in a notebook, and on the page that `relsim classroom` serves."""

import base64
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from relsim.errors import RelsimError, ScenarioError, needed
from relsim.experiment.run import run_experiment
from relsim.scenario.files import shown
from relsim.scenario.scenario import Scenario
from relsim.show.browser import script, style
from relsim.show.live import FARTHEST, FIRST, answer, catalogue
from relsim.show.settings import compared_arms
from relsim.show.twins import Twins
from relsim.show.words import words

needed("anywidget", "widgets need anywidget", "classroom")

import anywidget  # noqa: E402  said beforehand where it is missing
import traitlets  # noqa: E402

__all__ = ["Drawn", "LiveComparison", "TwinTimeline", "with_picture"]


class Drawn(anywidget.AnyWidget):
    """A module of the browser in a notebook: what it draws, in which language, and who answers what it asks.

    In a notebook that is read without a kernel, its picture stands in its place.
    """

    data = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)

    def __init__(self, data: Mapping[str, Any], language: str = "en") -> None:
        super().__init__(data=dict(data), language=words(language).language)
        self.on_msg(self._heard)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} in {self.language}: {self.data.get('title', '')}>"

    def answer(self, message: Any) -> Mapping[str, Any]:
        """Return the answer to what the browser asks; nothing that it says is trusted.

        Raises ScenarioError for what cannot be asked.
        """
        raise ScenarioError.of("message", shown(message), "nothing: this one only shows")

    def picture(self) -> bytes | None:
        """Return what stands for the widget where none can be shown, as PNG; None where nothing does."""
        return None

    def _heard(self, _: Any, content: Any, __: Any) -> None:
        if not isinstance(content, dict) or "question" not in content:
            return
        try:
            answer = self.answer(content.get("message"))
        except RelsimError as error:
            answer = {"error": str(error)}
        self.send({"question": content["question"], "answer": answer})

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return with_picture(super()._repr_mimebundle_(**kwargs), self.picture())


def with_picture(bundle: Any, drawn: bytes | None) -> Any:
    """Return how a notebook is told of a widget, with a picture for readers that show none."""
    told, about = bundle if isinstance(bundle, tuple) else (bundle, {})
    return (told if drawn is None else told | {"image/png": base64.b64encode(drawn).decode()}), about


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
        """Show other twins in the same place."""
        self.twins = twins
        self.data = twins.document

    def bring_into_view(self) -> None:
        """Let the reader's page go to where the timeline is."""
        self.send({"look": True})

    def picture(self) -> bytes:
        """Return the twins as a picture."""
        return self.twins._repr_png_()


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
        super().__init__(catalogue(scenario, seed), language)

    def answer(self, message: Any) -> Mapping[str, Any]:
        """Return the answer to what the browser asks; nothing that it says is trusted."""
        match message:
            case {"kind": "found", "replication": replication, "settings": settings}:
                if type(replication) is not int or not 0 <= replication < FARTHEST:
                    raise ScenarioError.of("replication", shown(replication), f"from 0 to {FARTHEST - 1}")
                if self.found is not None:
                    self.found(replication, settings)
                return {}
        return answer(self.scenario, message, self.seed)

    def ask_about(self, scenario: Scenario) -> None:
        """Begin again with another scenario in the same place."""
        self.scenario = scenario
        self.data = catalogue(scenario, self.seed)

    def picture(self) -> bytes:
        """Return what the sliders start from as a picture."""
        drawn = BytesIO()
        run_experiment(compared_arms(self.scenario), FIRST, self.seed).figure().savefig(drawn, format="png", dpi=90)
        return drawn.getvalue()
