"""What the reference has beside the description of the model: meanings of events, errors, columns and keys of files."""

import inspect

from docs.tables.block import code, from_code, known, markdown, plain
from docs.tables.parameters import DEFAULTS
from docs.tables.reading import BOOK
from relsim import errors
from relsim.lab.targets import COLUMNS, OPTIONAL_COLUMNS
from relsim.scenario.scenario import Scenario
from relsim.vocabulary import Mark, Phase

__all__: list[str] = []


def _first(text: str | None) -> str:
    """Return the first paragraph of a docstring on one line."""
    return " ".join(inspect.cleandoc(text or "").split("\n\n")[0].split())


@from_code
def meanings_of_events() -> str:
    """Return every kind of event: who sends it to whom, in which phases it acts, and what it means."""
    marks = BOOK.marks()
    rows = []
    for each in BOOK.rules:
        acts = [phase for phase in Phase if marks[phase, each.kind] == Mark.ACT]
        whole = len(acts) == len([phase for phase in Phase if phase != Phase.ENDED])
        told = "all" if whole else ", ".join(plain(phase.name) for phase in acts)
        firms = f"{plain(each.sender.name)} to {plain(each.receiver.name)}"
        rows.append([str(int(each.kind)), code(each.name), firms, told, _first(each.function.__doc__)])
    return markdown(("no.", "event", "from and to", "acts in", "meaning"), rows, right=(0,))


@from_code
def errors_and_statuses() -> str:
    """Return the tree of errors, with the status that a command returns to the shell."""
    rows = []

    def tell(error: type[errors.RelsimError], depth: int) -> None:
        rows.append([f"{'· ' * depth}{code(error.__name__)}", str(error.exit_status), _first(error.__doc__)])
        for each in error.__subclasses__():
            if each.__module__ == errors.__name__:
                tell(each, depth + 1)

    tell(errors.RelsimError, 0)
    return markdown(("error", "status", "when"), rows, right=(1,))


@from_code
def keys_of_a_scenario() -> str:
    """Return what may stand at the top of a scenario's file."""
    told = {
        "title": "one line that names it",
        **{name: field.description or "" for name, field in Scenario.model_fields.items() if name != "title"},
    }
    needed = {name for name, field in Scenario.model_fields.items() if field.is_required()}
    rows = []
    for name, said in told.items():
        given = getattr(DEFAULTS, name)
        default = "needed" if name in needed else code(given) if isinstance(given, (int, float)) else ""
        shown = f"[{name}]" if name == "world" else "[arms.NAME]" if name == "arms" else name
        rows.append([code(shown), default, said])
    return markdown(("key", "default", "what it is"), rows)


_TARGETS = {
    "id": "a name of one's own, such as C1",
    "quantity": "what it is a figure of, in words",
    "arm": "the arm that it is about, `all`, or `ARM minus ARM`; `(NAME world)` after it limits it to one world",
    "low": "lower end of the band to meet",
    "high": "upper end of the band to meet",
    "outer_low": "lower end of what is still believable",
    "outer_high": "upper end of what is still believable",
    "unit": "its unit",
    "population": "of whom it was published",
    "source": "where it was published",
    "seen": "whether the source itself was read, or is quoted by another",
    "quality": "how good the figure is, in words",
    "measure": "the name of what is measured in lives; needed for figures of one's own",
}


@from_code
def columns_of_targets() -> str:
    """Return the columns of a file of targets."""
    told = known(_TARGETS, (*COLUMNS, *OPTIONAL_COLUMNS), "columns of targets")
    rows = [[code(name), "needed" if name in COLUMNS else "", said] for name, said in told.items()]
    return markdown(("column", "", "what it is"), rows)
