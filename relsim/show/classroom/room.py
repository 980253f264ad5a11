"""A classroom: sliders that compare the launches, and the twins that are looked for, in one place."""

from collections.abc import Mapping
from typing import Any

from relsim.errors import ScenarioError
from relsim.scenario.files import bundled, load_scenario, shown
from relsim.scenario.scenario import Scenario
from relsim.show.browser import script, style
from relsim.show.live import changed
from relsim.show.twins import twins
from relsim.show.widgets import Drawn, LiveComparison, TwinTimeline, with_picture
from relsim.show.words import LANGUAGES, words

__all__ = ["Classroom", "classroom"]


class Heading(Drawn):
    """The top of the page: what it is, the choice of a scenario, and the one of a language."""

    _esm = script("classroom", "widget")
    _css = style("classroom")

    def __init__(self, room: "Classroom", language: str) -> None:
        self.room = room
        said = {each: words(each).room("classroom") for each in LANGUAGES}
        super().__init__({"scenarios": [each.title for each in room.scenarios], "chosen": 0, "words": said}, language)

    def answer(self, message: Any) -> Mapping[str, Any]:
        """Let another scenario be asked about; it is named by its place in the list, never by a path."""
        number = message.get("scenario") if isinstance(message, dict) else None
        if type(number) is not int or not 0 <= number < len(self.room.scenarios):
            raise ScenarioError.of("scenario", shown(number), f"a number from 0 to {len(self.room.scenarios) - 1}")
        self.room.ask_about(number)
        self.data = {**self.data, "chosen": number}
        return {}


class Classroom:
    """The live comparison and the twin timeline of a scenario, of which either follows the other.

    A life that is looked for in the comparison is shown in the timeline, in the world as the sliders have it.
    """

    def __init__(self, scenario: Scenario, seed: int = 1, language: str = "en") -> None:
        others = (load_scenario(name) for name in bundled())
        self.scenarios = (scenario, *(each for each in others if each != scenario))
        self.seed = seed
        self.heading = Heading(self, language)
        self.comparison = LiveComparison(scenario, seed, language, self.show)
        self.timeline = TwinTimeline(twins(scenario, 0, seed), language)

    def ask_about(self, number: int) -> None:
        """Begin again with another of the scenarios."""
        scenario = self.scenarios[number]
        self.comparison.ask_about(scenario)
        self.timeline.show(twins(scenario, 0, self.seed))

    def show(self, replication: int, settings: Any) -> None:
        """Show the twins of a replication in the world as the sliders have it."""
        self.timeline.show(twins(changed(self.comparison.scenario, settings), replication, self.seed))
        self.timeline.bring_into_view()

    @property
    def box(self) -> Any:
        """All parts, one below the other, as one widget."""
        from ipywidgets import VBox

        box = VBox([self.heading, self.comparison, self.timeline])
        return box.add_class("relsim").add_class("relsim-classroom")

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return with_picture(self.box._repr_mimebundle_(**kwargs), self.timeline.picture())


def classroom(scenario: Scenario | str = "it-outsourcing", seed: int = 1, language: str = "en") -> Classroom:
    """Open a classroom in a notebook: sliders that compare both launches, and the twins that are looked for.

    scenario: a scenario, or as for `relsim.load_scenario`.
    seed: which luck.
    language: "en" or "nl"; the reader can change it.

    Raises ScenarioError where the scenario is wrong or has not two arms, EngineError where the extra is missing.
    """
    return Classroom(scenario if isinstance(scenario, Scenario) else load_scenario(scenario), seed, language)
