"""The article's statements in their order, and the model's checks on its own story: each tested, or said why not."""

from collections.abc import Iterable
from dataclasses import dataclass

from relsim.errors import Problem, ScenarioError, nearest
from relsim.lab.claims import course, feasibility, knowing, launch, levels, problems, story
from relsim.lab.claims.claim import CLAIMS, Claim

__all__ = ["STATEMENTS", "THEMES", "Statement", "statements"]

THEMES = (levels, launch, course, problems, knowing, feasibility, story)
"""The modules that hold the claims."""

_DEFINES = "Built in, not a finding: {} It is how the model's deal-first launch is defined"


@dataclass(frozen=True)
class Statement:
    """A statement of the article (A1 ... A24), or a check of the model (M1 ...)."""

    id: str
    says: str
    untestable: str = ""
    """Why nothing tests it; empty where something does."""

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims that test it."""
        return tuple(each for each in CLAIMS if each.statement == self.id)


STATEMENTS = (
    Statement("A1", "A good relationship rests on good contact at three levels."),
    Statement("A2", "The operational level decides whether the relationship lasts."),
    Statement("A3", "A deal is often a fact while the relationship has little chance."),
    Statement(
        "A4",
        "Many large deals start at the top.",
        _DEFINES.format("a few directors sign before anybody else is asked.")
        + ", and how many deals start so, no simulation can tell.",
    ),
    Statement(
        "A5",
        "The tactical layer is then told to work out the details.",
        _DEFINES.format("the contract is drafted after the signature.") + ".",
    ),
    Statement(
        "A6",
        "Daily operations come in only after that.",
        _DEFINES.format("operations start after the contract is drafted.") + ".",
    ),
    Statement("A7", "With a little luck success was proclaimed, and bonuses paid, before operations have met."),
    Statement("A8", "Signing first gives no guarantee of success."),
    Statement("A9", "Even where it goes well, there are serious remarks to make about efficiency."),
    Statement("A10", "The parties limp along for a long time and move their attention to other fields."),
    Statement("A11", "Only after years, and mostly after a change of leaders, does somebody step in."),
    Statement("A12", "Or it does not work at all, which is not rare, and it is broken off."),
    Statement("A13", "Sometimes quietly, both taking their loss."),
    Statement("A14", "Sometimes with much noise, in the press and in court."),
    Statement("A15", "Expectations, agreements, complaints and disruptions are not, or not well enough, dealt with."),
    Statement("A16", "The problems nearly always arise at operational level."),
    Statement("A17", "They are not, or cannot be, solved at tactical level."),
    Statement("A18", "They are denied and referred back at strategic level."),
    Statement("A19", "In the worst cases managers are swapped and operational people are sacked first."),
    Statement("A20", "Interests are so large that it takes a long time more before knowing becomes acting."),
    Statement("A21", "By then there are only losers."),
    Statement("A22", "Operations find out first how it can work, often helped by experts from outside."),
    Statement("A23", "If it proves feasible, terms are worked out and the tops close the result."),
    Statement("A24", "If it is not feasible, the relationship can be given up before it is too late."),
    Statement("M1", "Signing first can win, and finding out first can too."),
    Statement("M2", "Never to begin is sometimes the best choice, and sometimes not."),
)


def statements(only: Iterable[str] = ()) -> tuple[Statement, ...]:
    """Return the statements with these names, in their order; without names, all of them.

    Raises ScenarioError with every unknown name.
    """
    known = [each.id for each in STATEMENTS]
    wanted = {name.strip().upper() for name in only}
    wrong = [
        Problem("only", name, "one of A1 to A24, M1 and M2", near=nearest(name, known))
        for name in sorted(wanted.difference(known))
    ]
    if wrong:
        raise ScenarioError(wrong)
    return tuple(each for each in STATEMENTS if not wanted or each.id in wanted)
