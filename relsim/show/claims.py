"""The article's statements with their verdicts, in a terminal and in files; and their rules, before anything runs."""

import json
from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from relsim.lab.claims import ASKED, ENOUGH, WORLD, Claim, Claims, Found, Said, Statement, Verdict, document

__all__ = ["kept", "rules_told", "verdicts_told"]

_STYLES = {
    Verdict.SUPPORTED: "bold green",
    Verdict.CONTRADICTED: "bold red",
    Verdict.DEPENDS: "bold yellow",
    Verdict.NOT_TESTABLE: "dim",
}
_INDENT = 5
_WIDTH = 24
"""Columns that the estimate of a world may take."""

_READ = (
    "An estimate [95 % interval] supports a claim where all of the interval meets the rule, and contradicts it where "
    "none of it does. What is asked, what would contradict, and what to mind: relsim claims --rules",
    "Failed: ended for bad or mixed reasons. Gone wrong: limped or failed. Goes well: never fails and leaves both "
    "firms together better off than never. Net and loss: of both together, discounted, in annual contract values.",
)


def verdicts_told(claims: Claims) -> RenderableType:
    """Return what the worlds say together, then each statement with its estimates and verdicts."""
    answer = Table.grid(padding=(0, 2, 0, 0))
    answer.add_column(justify="right")
    answer.add_column(no_wrap=True)
    answer.add_column()
    for number, words, which in _answer(claims):
        answer.add_row(str(number), words, which)
    parts: list[RenderableType] = [Text(claims.title, style="bold"), Text(""), answer, Text("")]
    if _others(claims):
        parts += [Text(_others(claims)), Text("")]
    names = _line(len(claims.worlds), "bold")
    names.add_row("", "", *(world.name for world in claims.worlds))
    parts.append(names)
    for statement in claims.statements:
        parts += [_heading(statement, claims.says(statement)), *_claims(claims, statement), Text("")]
    return Group(*parts, *(Text(each, style="dim") for each in _READ))


def _answer(claims: Claims) -> Iterator[tuple[int, str, str]]:
    """Yield how many statements come out in which way, the way in words, and which they are."""
    where = {1: f"in {claims.worlds[0].name}", 2: "in both worlds"}.get(len(claims.worlds), "in all worlds")
    words = {
        Verdict.SUPPORTED: f"supported {where}",
        Verdict.CONTRADICTED: f"contradicted {where}",
        Verdict.DEPENDS: "depend, as said below",
        Verdict.NOT_TESTABLE: "not testable here",
    }
    for verdict, names in claims.counted.items():
        if names:
            yield len(names), words[verdict], ", ".join(names)


def _others(claims: Claims) -> str:
    """Return in how many other worlds a verdict must hold; empty where there are none."""
    asked = [f"{world.others} for {world.name}" for world in claims.worlds if world.others]
    if not asked:
        return ""
    return (
        f"A verdict must also hold in {100 * ENOUGH:.0f} % of the other worlds that meet the same published figures: "
        f"{', '.join(asked)}."
    )


def _line(worlds: int, style: str = "") -> Table:
    """Return a table for one line of the list; all of them share their columns."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=_INDENT - 2)
    table.add_column(ratio=1)
    for _ in range(worlds):
        table.add_column(width=_WIDTH, style=style)
    return table


def _heading(statement: Statement, said: Said) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=_INDENT - 2, style="bold")
    table.add_column(ratio=1, style="bold")
    table.add_column(width=17, justify="right", style=_STYLES[said.verdict])
    table.add_row(statement.id, statement.says, str(said.verdict))
    return table


def _claims(claims: Claims, statement: Statement) -> Iterator[RenderableType]:
    """Yield the lines below a statement: why it is not tested, or each claim, and on what it depends."""
    if statement.untestable:
        yield _aside(statement.untestable)
    for place, claim in enumerate(statement.claims):
        found = [world.of(statement)[place] for world in claims.worlds]
        table = _line(len(claims.worlds))
        cells = [
            Text.assemble(claim.unit.told(each.estimate), "\n", (str(each.said.verdict), _STYLES[each.said.verdict]))
            for each in found
        ]
        table.add_row("", Text.assemble(claim.estimand, (f"\n{_rule(claim)}", "dim")), *cells)
        yield table
        alike = [
            name for place, (name, _) in enumerate(claim.where) if all(_holds_where(each, place) for each in found)
        ]
        if alike:
            yield _aside(f"The same where {', and where '.join(alike)}.")
        for world, each in zip(claims.worlds, found, strict=True):
            if each.said.on:
                yield _aside(f"{world.name}: {_in_words(each.said)}")
    said = claims.says(statement)
    asked = [world.name for world in claims.worlds if world.says(statement).on == ASKED]
    if said.on.startswith(WORLD):
        yield _aside(f"So it depends on {said.on}.", dim=False)
    elif asked:
        where = "" if len(asked) == len(claims.worlds) else f" in {' and '.join(asked)}"
        yield _aside(f"So it depends on {ASKED}{where}.", dim=False)


def _holds_where(found: Found, place: int) -> bool:
    """Say whether the interval says the same under another assumption."""
    rule, (_, other) = found.claim.rule, found.elsewhere[place]
    return rule.verdict(other) is rule.verdict(found.estimate)


def _in_words(said: Said) -> str:
    """Return a verdict with on what it depends, or why nothing can be said."""
    if not said.on:
        return str(said.verdict)
    return f"{said.verdict} on {said.on}" if said.verdict is Verdict.DEPENDS else f"{said.verdict}: {said.on}"


def _rule(claim: Claim) -> str:
    words = claim.rule.words(claim.unit)
    return f"{claim.rule.word}: {words}" if claim.rule.word else words


def _aside(words: str, dim: bool = True) -> RenderableType:
    return Padding(Text(words, style="dim" if dim else ""), (0, 0, 0, _INDENT))


def rules_told(wanted: Iterable[Statement]) -> RenderableType:
    """Return of each statement the questions, what is estimated, the rule and what would contradict it."""
    parts: list[RenderableType] = []
    for statement in wanted:
        parts.append(Text(f"{statement.id:{_INDENT}}{statement.says}", style="bold"))
        if statement.untestable:
            parts.append(_aside(f"Not testable here. {statement.untestable}", dim=False))
        for claim in statement.claims:
            table = Table.grid(padding=(0, 2, 0, 0))
            table.add_column(width=_INDENT - 2)
            table.add_column(width=15, style="dim")
            table.add_column(ratio=1)
            for name, words in _said_beforehand(claim):
                table.add_row("", name, words)
            parts.append(table)
        parts.append(Text(""))
    return Group(*parts)


def _said_beforehand(claim: Claim) -> Iterator[tuple[str, str]]:
    yield "question", claim.question
    yield "estimate", f"{claim.estimand}, in {claim.unit}."
    yield "supported if", _rule(claim)
    yield "contradicted by", claim.contradicted
    if claim.where:
        yield "also where", "; ".join(name for name, _ in claim.where)
    if claim.caution:
        yield "mind that", claim.caution


def kept(claims: Claims, suffix: str) -> str:
    """Return what is written into a file whose name ends in .md, .csv or .json."""
    if suffix == ".json":
        return json.dumps(document(claims), indent=2, allow_nan=False) + "\n"
    return claims.to_frame().to_csv(index=False) if suffix == ".csv" else _in_markdown(claims)


def _in_markdown(claims: Claims) -> str:
    """Return the same as Markdown: a list of how they come out, then a table a statement."""
    lines = [f"# {claims.title}", ""]
    lines += [f"- {number} {words}: {which}" for number, words, which in _answer(claims)]
    lines += ["", *([_others(claims), ""] if _others(claims) else []), *_READ, ""]
    for statement in claims.statements:
        said = claims.says(statement)
        # what a claim depends on stands beside it below
        above = said.on == ASKED or said.on.startswith(WORLD) or bool(statement.untestable)
        lines += [f"## {statement.id}: {statement.says}", "", _in_words(said if above else Said(said.verdict)), ""]
        if statement.claims:
            worlds = [world.name for world in claims.worlds]
            lines += [f"| estimate | rule | {' | '.join(worlds)} |", f"|---|---|{'---|' * len(worlds)}"]
        for place, claim in enumerate(statement.claims):
            found = [world.of(statement)[place] for world in claims.worlds]
            cells = [f"{claim.unit.told(each.estimate)} {_in_words(each.said)}" for each in found]
            told = [f"{claim.estimand} ({claim.unit})", _rule(claim), *cells]
            lines.append(f"| {' | '.join(each.replace('|', '/') for each in told)} |")
        if statement.claims:
            lines.append("")
    return "\n".join(lines)
