"""Sentences and what bears them, and how a language says moments, durations, amounts and lists."""

import shutil
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from relsim.drawing.units import money_scale
from relsim.scenario.scenario import Scenario
from relsim.show.words import words
from relsim.vocabulary import Agent, Firm, Level

__all__ = ["FIRMS", "Sentence", "Speech", "Story"]

FIRMS = (Firm.CLIENT, Firm.SUPPLIER)

DAYS_PER_YEAR = 365.25
NO_BREAK = "\N{NO-BREAK SPACE}"
WIDEST = 100
"""Longer lines than this are hard to read."""


@dataclass(frozen=True)
class Sentence:
    """One sentence and what bears it, so that whoever doubts it can look."""

    text: str
    about: str
    """The key of its words in the room story, which says what kind of sentence it is."""
    events: tuple[int, ...] = ()
    """Positions in the events of the life; of the first life, where twins are told."""
    other: tuple[int, ...] = ()
    """Positions in the events of the other life, where twins are told."""
    columns: tuple[str, ...] = ()
    """Columns of the row, or of the trajectory at those events."""


@dataclass(frozen=True, repr=False)
class Story:
    """A title and short paragraphs of sentences."""

    title: str
    paragraphs: tuple[tuple[Sentence, ...], ...]

    @property
    def told(self) -> list[str]:
        """The paragraphs as plain text."""
        return [" ".join(sentence.text for sentence in paragraph) for paragraph in self.paragraphs]

    @property
    def text(self) -> str:
        """The whole story, a line a paragraph."""
        return "\n\n".join([self.title, *self.told])

    def __repr__(self) -> str:
        width = min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)
        wrapped = textwrap.TextWrapper(width, break_long_words=False, break_on_hyphens=False)
        return "\n\n".join(wrapped.fill(part) for part in [self.title, *self.told])


class Speech:
    """One language, speaking of lives of one scenario."""

    def __init__(self, scenario: Scenario, language: str) -> None:
        self.words = words(language)
        self._start = scenario.start_date
        self._currency = scenario.world.currency
        factor = scenario.world.currency_factor.value
        assert isinstance(factor, float)
        self._factor = factor

    def say(
        self,
        about: str,
        events: Iterable[int] = (),
        *,
        other: Iterable[int] = (),
        columns: tuple[str, ...] = (),
        count: int | None = None,
        **filled: object,
    ) -> Sentence:
        """Return the sentence of a key, with what bears it."""
        text = self.phrase(about, count, **filled).replace(" %", f"{NO_BREAK}%")
        return Sentence(text[0].upper() + text[1:], about, tuple(events), tuple(other), columns)

    def phrase(self, key: str, count: int | None = None, **filled: object) -> str:
        """Return words of the room story."""
        return self.words(f"story.{key}", count=count, **filled)

    def word(self, key: str) -> str:
        """Return a word of the model, such as agent.BROKER."""
        return self.words(f"model.{key}")

    def top(self, *firms: Firm) -> str:
        """Return what the top of a firm is called, or those of both."""
        return self.team(Level.STRATEGIC, *firms)

    def team(self, level: Level, *firms: Firm) -> str:
        """Return what a team of a firm is called, or those of both at a level."""
        together = Agent.BOTH_STRATEGIC + level
        return self.word(f"agent.{Agent(together if len(firms) > 1 else 3 * firms[0] + level).name}")

    def firm(self, firm: int) -> str:
        """Return what a firm is called, without an article."""
        return self.word(f"firm.{Firm(firm).name}")

    def arm(self, name: str) -> str:
        """Return what an arm is called: the launch where it has the name of one, else what the scenario writes."""
        launch = name.replace("-", "_").upper()
        return self.words.texts.get(
            f"model.launch.{launch}", f"\N{LEFT DOUBLE QUOTATION MARK}{name}\N{RIGHT DOUBLE QUOTATION MARK}"
        )

    def when(self, time: float) -> str:
        """Return a moment: a date where the scenario has one, else the time since first contact."""
        if self._start is not None:
            day = self._start + timedelta(days=time * DAYS_PER_YEAR)
            return self.phrase("time.on", day=day.day, month=self.phrase(f"month.{day.month}"), year=day.year)
        if time * DAYS_PER_YEAR < 0.5:
            return self.phrase("time.at_once")
        return self.phrase("time.after", lasting=self.lasting(time))

    def lasting(self, years: float) -> str:
        """Return how long something takes, in the unit that people would take."""
        days = years * DAYS_PER_YEAR
        if days < 0.5:
            return self.phrase("time.moment")
        if days < 13.5:
            return self.phrase("time.days", round(days))
        if days < 59.5:
            return self.phrase("time.weeks", round(days / 7))
        if years < 11.5 / 12:
            return self.phrase("time.months", round(years * 12))
        tenths = round(years, 1)
        number = self.words.number(tenths, 0 if tenths == round(tenths) else 1)
        return self.phrase("time.year" if tenths == 1 else "time.years", number=number)

    def times(self, count: int) -> str:
        """Return how often: never, once, twice, so many times."""
        key = {0: "none", 1: "once", 2: "twice"}.get(count, "more")
        return self.phrase(f"times.{key}", number=self.words.number(count))

    def few(self, count: int) -> str:
        """Return a number, as the word for none where it is 0."""
        return self.phrase("none") if count == 0 else self.words.number(count)

    def hundredths(self, value: float, digits: int = 0) -> str:
        """Return a share, or a value on the scale from 0 to 1, in hundredths."""
        return self.words.number(100 * value, digits)

    def amount(self, contract_values: float) -> str:
        """Return an amount of money, without its sign, in the unit in which it is easy to read."""
        if self.nothing(contract_values):
            return self.phrase("money.nothing")
        if not self._currency:
            return self.words("units.amount.contract", number=self.words.number(abs(contract_values), 2))
        whole = abs(contract_values) * self._factor
        value, unit = money_scale(self._currency, whole)
        size = unit.removeprefix(self._currency).strip()
        digits = 0 if size in ("", "thousand") or value >= 100 else 1 if value >= 10 else 2
        number = self.words.number(value if size else whole, digits)
        told = self.words(f"units.amount.{size or 'plain'}", number=number, currency=self._currency)
        return told.replace(" ", NO_BREAK)

    def nothing(self, contract_values: float) -> bool:
        """Say whether an amount is told as nothing at all."""
        return abs(contract_values) < 0.005 if not self._currency else abs(contract_values) * self._factor < 0.5

    def both(self, parts: Sequence[str]) -> str:
        """Return parts of a sentence as one: this, that and that."""
        if len(parts) < 2:
            return "".join(parts)
        return self.phrase("and", first=", ".join(parts[:-1]), last=parts[-1])
