"""How one number of a scenario is declared, written and read.

A section (World, Governance) declares a parameter in one row: default, unit, range, meaning, source. A file
writes it as a number, as `{ value, source, note }`, or by firm or level where it differs between them. What is read
becomes a leaf: the numbers in the parameter's full shape, and where they come from.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from numbers import Real
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    field_validator,
)
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, ValidationError, core_schema

from relsim.errors import nearest

__all__ = [
    "ASSUMPTION",
    "BASE",
    "CALIBRATED",
    "FIRMS",
    "LEVELS",
    "Leaf",
    "Number",
    "Numbers",
    "Parameter",
    "PerFirm",
    "PerFirmAndLevel",
    "PerLevel",
    "Section",
    "Word",
    "changed",
    "describe",
    "numbers",
    "parameter",
    "read_line",
    "read_number",
    "read_text",
    "refusal",
    "shortest",
    "source_of",
    "usual",
]

ASSUMPTION = "assumption"
"""The source of a number that has none."""

CALIBRATED = "calibrated"
"""How the source of a number begins that was found by calibration."""

BASE = "base"
"""The name under which a section is handed to validation on which another one of its kind is based."""

Numbers = float | tuple[float, ...] | tuple[tuple[float, ...], ...]
"""The numbers of a leaf: one, one per firm, one per level, or one per firm and level."""

FIRMS = ("client", "supplier")
LEVELS = ("strategic", "tactical", "operational")
_NAMES = {2: FIRMS, 3: LEVELS}
_LEAF = ("value", "source", "note")
_TEXT_MOST = 2000
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Leaf:
    """The numbers of one parameter in their full shape, and where they come from."""

    value: Numbers
    source: str = ASSUMPTION
    note: str = ""

    @property
    def assumed(self) -> bool:
        """Whether the numbers are an assumption rather than taken from a source."""
        return self.source.lower().startswith(ASSUMPTION)

    def written(self) -> dict[str, Any]:
        """Return the leaf as a file may write it, with the value as short as it goes."""
        return {"value": shortest(self.value), "source": self.source} | ({"note": self.note} if self.note else {})

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let pydantic take leaves as they are (sections read them) and dump them as they are written."""
        dump = core_schema.plain_serializer_function_ser_schema(cls.written)
        return core_schema.any_schema(serialization=dump)


@dataclass(frozen=True)
class _Shape:
    lengths: tuple[int, ...]


Number = Annotated[Leaf, _Shape(())]
PerFirm = Annotated[Leaf, _Shape((2,))]
PerLevel = Annotated[Leaf, _Shape((3,))]
PerFirmAndLevel = Annotated[Leaf, _Shape((2, 3))]
Word = Annotated[str, BeforeValidator(lambda given: read_line(given, most=20)), Field(max_length=20)]


@dataclass(frozen=True)
class Parameter:
    """What is known about one parameter before anybody writes it."""

    unit: str
    allowed: tuple[float, float]
    """The range that is accepted, both ends included."""
    plausible: tuple[float, float] | None
    """The range that one would expect; nothing is refused for lying outside it."""
    meaning: str
    source: str
    whole: bool
    default: Numbers
    """In the full shape."""
    at_least: str | None = None
    """The parameter of the same section that this one must not fall below."""
    sum_most: float | None = None
    """What the numbers of the several levels may add up to."""
    policy: str = ""
    """The policy without which it has no effect; empty where it has one anyway."""
    name: str = ""
    shape: tuple[int, ...] = ()
    """() for one number, (2,) per firm, (3,) per level, (2, 3) per firm and level."""

    @property
    def range(self) -> str:
        """What one number of it must be, in words."""
        unit = "" if self.unit in ("", "-") else f" ({self.unit})"
        return f"{_range(self.allowed, self.whole)}{unit}"

    @property
    def forms(self) -> str:
        """What may be written for it, in words."""
        forms = [
            self.range,
            *(f"{{ {', '.join(_NAMES[length])} }}" for length in self.shape),
            "{ value, source, note }",
        ]
        return f"{', '.join(forms[:-1])} or {forms[-1]}"

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of what may be written for it."""
        low, high = self.allowed
        number = {"type": "integer" if self.whole else "number", "minimum": low, "maximum": high}

        def table(length: int, member: Any) -> dict[str, Any]:
            return _table_schema(dict.fromkeys(_NAMES[length], member), minProperties=1)

        forms = [number, *(table(length, number) for length in self.shape)]
        if self.shape == (2, 3):
            forms[1] = table(2, {"anyOf": [number, forms[2]]})
        text = {"type": "string", "maxLength": _TEXT_MOST}
        value = {"anyOf": forms} if self.shape else number
        forms = [*forms, _table_schema({"value": value, "source": text, "note": text}, required=["value"])]
        described = f"{self.meaning} [{self.unit}; source: {self.source}]"
        return {"description": described, "default": shortest(self.default), "anyOf": forms}


def _table_schema(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False, **more}


def parameter(
    default: Numbers,
    unit: str,
    allowed: tuple[float, float],
    plausible: tuple[float, float] | None,
    meaning: str,
    source: str = ASSUMPTION,
    whole: bool = False,
    at_least: str | None = None,
    sum_most: float | None = None,
    policy: str = "",
) -> Any:
    """Declare a parameter of a section, as the default of its field.

    default: one number for all, one per firm, or one per level (alike for both firms).
    allowed: the accepted range, both ends included; plausible: the range one would expect.
    whole: only whole numbers; at_least: a field declared earlier that this one must not fall below;
    sum_most: the most that its numbers may add up to; policy: the policy without which it has no effect.
    """
    return Parameter(unit, allowed, plausible, meaning, source, whole, default, at_least, sum_most, policy)


class Section(BaseModel):
    """A part of a scenario: frozen, strict, no unknown fields; parameters read as leaves, lists as tuples."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", validate_default=True)

    @field_validator("*", mode="before")
    @classmethod
    def _read_field(cls, given: Any, info: ValidationInfo) -> Any:
        known = _parameters(cls).get(str(info.field_name))
        if known is not None:
            base = (info.context or {}).get(BASE)
            return _read(known, usual(known, base if isinstance(base, cls) else None), given, info.data)
        return tuple(given) if isinstance(given, list) else given

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe each parameter by what may be written for it."""
        made = handler.resolve_ref_schema(handler(schema))
        for each in describe(cls):
            made["properties"][each.name] = each.schema()
        return made


@cache
def _parameters(section: type[Section]) -> dict[str, Parameter]:
    found = {}
    for name, field in section.model_fields.items():
        if isinstance(field.default, Parameter):
            (shape,) = (each.lengths for each in field.metadata if isinstance(each, _Shape))
            default = _full(field.default.default, shape)
            found[name] = replace(field.default, name=name, shape=shape, default=default)
    return found


def describe(section: type[Section]) -> tuple[Parameter, ...]:
    """Return the parameters of a section, in the order of their declaration."""
    return tuple(_parameters(section).values())


def numbers(section: Section, name: str) -> Numbers:
    """Return the numbers of a parameter: a float, or nested tuples of exactly its shape."""
    return _leaf(section, name).value


def source_of(section: Section, name: str) -> str:
    """Return where the numbers of a parameter come from, or the word assumption."""
    return _leaf(section, name).source


def changed(section: Section, base: Section | None = None) -> tuple[tuple[Parameter, Leaf], ...]:
    """Return the parameters of a section that are not as usual, and what they are instead."""
    pairs = ((each, _leaf(section, each.name)) for each in describe(type(section)))
    return tuple((each, leaf) for each, leaf in pairs if leaf != usual(each, base))


def usual(known: Parameter, base: Section | None = None) -> Leaf:
    """Return what a parameter is where nothing is written: what it is in the section below, or else its default."""
    return Leaf(known.default, known.source) if base is None else _leaf(base, known.name)


def _leaf(section: Section, name: str) -> Leaf:
    leaf: Leaf = getattr(section, name)
    return leaf


def _full(value: Any, shape: tuple[int, ...]) -> Any:
    """Return numbers in their full shape: one for all, and those per level alike for both firms."""
    if not shape:
        return float(value)
    alike = not isinstance(value, tuple) or (shape == (2, 3) and not isinstance(value[0], tuple))
    members = (value,) * shape[0] if alike else value
    return tuple(_full(member, shape[1:]) for member in members)


def shortest(value: Any) -> Any:
    """Return numbers as a file may write them: one where all are alike, else by name."""
    if not isinstance(value, tuple):
        return int(value) if value == int(value) and abs(value) < 2**53 else value
    members = [shortest(member) for member in value]
    if all(member == members[0] for member in members):
        return members[0]
    return dict(zip(_NAMES[len(value)], members, strict=True))


def refusal(allowed: str, **context: str) -> PydanticCustomError:
    """Return the error of a value that is not what is allowed; context may name what was meant (`near`)."""
    return PydanticCustomError("refused", "{allowed}", {"allowed": allowed, **context})


def read_number(given: Any, allowed: tuple[float, float], whole: bool = False, told: str = "") -> float:
    """Return a number as a float, or raise the refusal that says what is allowed (`told`, or the range)."""
    low, high = allowed
    if not _is_number(given) or not low <= given <= high or (whole and given % 1):
        raise refusal(told or _range(allowed, whole))
    return float(given) + 0.0  # no negative zero


def _is_number(given: Any) -> bool:
    return isinstance(given, Real) and not isinstance(given, bool)


def read_text(given: Any, most: int = _TEXT_MOST) -> str:
    """Return a text without control characters, or raise the refusal that says what is allowed."""
    if not isinstance(given, str) or len(given) > most or _CONTROL.search(given):
        raise refusal(f"text of at most {most} characters, none of them a control character")
    return given


def read_line(given: Any, most: int = 200, least: int = 0) -> str:
    """Return a text of a single line, or raise the refusal that says what is allowed."""
    if not isinstance(given, str) or not least <= len(given.strip()) <= most or "\n" in given or _CONTROL.search(given):
        raise refusal(f"one line of text, {f'{least} to' if least else 'at most'} {most} characters")
    return given


def _range(allowed: tuple[float, float], whole: bool) -> str:
    return f"a {'whole ' if whole else ''}number from {allowed[0]:g} to {allowed[1]:g}"


def _read(known: Parameter, below: Leaf, given: Any, earlier: Mapping[str, Any]) -> Leaf:
    """Return the leaf that was written for a parameter over what it is otherwise, or raise everything wrong with it."""
    reading = _Reading(known, below.value)
    source: str | None = None
    note = ""
    if isinstance(given, Parameter):  # nothing was written
        value, source, note = below.value, below.source, below.note
    elif isinstance(given, Leaf):
        value, source, note = reading.value(given.value), given.source, given.note
    elif isinstance(given, dict) and not given.keys().isdisjoint(_LEAF):
        value, source, note = reading.leaf(given)
    else:
        value = reading.value(given)
    if not reading.wrong:
        reading.compare(value, given, earlier)
    if reading.wrong:
        raise ValidationError.from_exception_data(known.name, reading.wrong)
    if source is None:
        source = below.source if value == below.value else ASSUMPTION
    return Leaf(value, source, note)


class _Reading:
    """One reading of a written parameter, which collects everything that is wrong with it."""

    def __init__(self, known: Parameter, below: Numbers) -> None:
        self.known, self.below = known, below
        self.wrong: list[InitErrorDetails] = []

    def refuse(self, loc: Loc, given: Any, error: PydanticCustomError) -> None:
        self.wrong.append(InitErrorDetails(type=error, loc=loc, input=given))

    def names(self, given: dict[str, Any], known: tuple[str, ...], loc: Loc) -> None:
        """Refuse the keys of a table that are not among the known names."""
        for key in given:
            if key not in known:
                error = refusal(f"no such key; known: {', '.join(known)}", near=nearest(str(key), known))
                self.refuse((*loc, str(key)), given[key], error)

    def leaf(self, given: dict[str, Any]) -> tuple[Any, str | None, str]:
        self.names(given, _LEAF, ())
        texts: dict[str, str] = {}
        for key in given.keys() & {"source", "note"}:
            try:
                texts[key] = read_text(given[key])
            except PydanticCustomError as error:
                self.refuse((key,), given[key], error)
        if "value" not in given:
            self.refuse((), given, refusal("needs a value beside its source and note"))
            return None, None, ""
        return self.value(given["value"], ("value",)), texts.get("source"), texts.get("note", "")

    def value(self, given: Any, loc: Loc = ()) -> Any:
        return self.filled(given, self.below, self.known.shape, loc)

    def filled(self, given: Any, default: Any, shape: tuple[int, ...], loc: Loc) -> Any:
        """Return what was given in its full shape; missing members of a table are as they are otherwise."""
        if shape and isinstance(given, tuple) and len(given) == shape[0]:
            given = dict(zip(_NAMES[shape[0]], given, strict=True))
        if not (shape and isinstance(given, dict) and given):
            told = self.known.range if _is_number(given) else self.known.forms
            try:
                return _full(read_number(given, self.known.allowed, self.known.whole, told), shape)
            except PydanticCustomError as error:
                self.refuse(loc, given, error)
                return default
        if len(shape) == 2 and given.keys().isdisjoint(FIRMS) and not given.keys().isdisjoint(LEVELS):
            return (self.filled(given, default[0], shape[1:], loc),) * 2
        names = _NAMES[shape[0]]
        self.names(given, names, loc)
        return tuple(
            self.filled(given[name], default[place], shape[1:], (*loc, name)) if name in given else default[place]
            for place, name in enumerate(names)
        )

    def compare(self, value: Any, given: Any, earlier: Mapping[str, Any]) -> None:
        """Hold the numbers against each other and against those of earlier parameters."""
        other, most = self.known.at_least, self.known.sum_most
        if other is not None and other in earlier and value < earlier[other].value:
            self.refuse((), given, refusal(f"at least {other}, which is {earlier[other].value:g}", other=other))
        if most is not None and sum(value) > most:
            self.refuse((), given, refusal(f"numbers that add up to at most {most:g}"))
