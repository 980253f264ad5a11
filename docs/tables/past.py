"""What a table of past relationships may say, and the picture of one beside the model."""

from docs.tables.block import PICTURES, code, from_code, from_lives, markdown
from relsim.lab.past.columns import COLUMNS, NEEDED
from relsim.lab.past.reading import read_past
from relsim.lab.past.synthetic import EXAMPLE
from relsim.scenario.files import folder, load_scenario

__all__: list[str] = []


@from_code
def past_columns() -> str:
    """Return the columns of a table of past relationships."""
    groups = {name: group for group in NEEDED for name in group}
    rows = []
    for each in COLUMNS:
        either = [code(other) for other in groups.get(each.name, ()) if other != each.name]
        needed = "yes" if each.required else f"or {', '.join(either)}" if either else ""
        rows.append([code(each.name), needed, each.meaning, each.allowed])
    return markdown(("column", "needed", "what it says", "allowed"), rows)


@from_lives
def past_beside_model() -> str:
    """Draw the synthetic past relationships beside a scenario that they were not made by."""
    made = read_past(folder() / EXAMPLE).compare(load_scenario("it-outsourcing"))
    made.figure().savefig(PICTURES / "past-relationships.png", dpi=100, metadata={"Software": None})
    seen = "Survival of the past relationships, in steps with a band, beside that of the model"
    return f"![{seen}](../pictures/past-relationships.png)\n"
