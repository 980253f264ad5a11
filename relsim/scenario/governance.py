"""What the firms do choose: how to launch, and by which policies to live.

A policy is a named change of who may do what when. Its numbers are chosen with it; the first one is its dial, and a
policy whose dial is at 0 is as if it were not there. What it costs, and how strongly people react to it, nobody
chooses: that stands in the World, with the parameters that say `policy=`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo, field_validator
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, ValidationError, core_schema

from relsim.errors import RuleError, nearest
from relsim.scenario.known_policy import KnownPolicy, as_data, declared
from relsim.scenario.parameter import Number, Parameter, Section, parameter, read_number, refusal, shortest

__all__ = ["POLICIES", "Governance", "KnownPolicy", "Policy", "clash", "policy_of"]


def _known(name: str, meaning: str, price: str, **numbers: Parameter) -> KnownPolicy:
    return KnownPolicy(name, meaning, price, tuple(replace(each, name=key) for key, each in numbers.items()))


_LIST = (
    _known(
        "operational-gate",
        "no signature before operations have tried it: pilots are held between the talks and the signature, and where "
        "they read that the need is not met, the relationship is given up",
        "each pilot takes time, in which a rival may come, and money; a wrong reading gives up a good match",
        pilots=parameter(2, "pilots", (0, 12), (1, 3), "pilots before the signature", whole=True),
    ),
    _known(
        "early-operations",
        "operations sit at the negotiation: the tops hear one reading of fit before they promise anything",
        "the talks take longer, and each firm pays for the people who sit there; staff may read low or high",
        voice=parameter(0.5, "share", (0, 1), (0.2, 0.8), "how far a deal signed first follows what operations say"),
    ),
    _known(
        "realistic-promise",
        "the contract may not promise more than what was measured, or than the average fit where nothing was",
        "a low promise is worth less to the client",
        part=parameter(1.0, "share", (0, 1), (0.5, 1), "share of the excess that is cut away"),
    ),
    _known(
        "facilitator",
        "an expert from outside referees workshops and pilots, and coaches repairs and rescues (A22)",
        "a fee to each firm, also where there is nothing to coach",
        part=parameter(1.0, "share", (0, 1), (0.5, 1), "how much of the expert is engaged, effect and fee"),
    ),
    _known(
        "deal-broker",
        "a broker sells the deal: a faster signature, more optimism",
        "a fee to each firm, and a promise that is harder to keep",
        part=parameter(1.0, "share", (0, 1), (0.5, 1), "how much of the broker is engaged, effect and fee"),
    ),
    _known(
        "quiet-launch",
        "no announcement before operations have proven themselves: performance at or above break-even",
        "what an announcement is worth comes later, or never",
        years=parameter(1.0, "years", (0, 20), (0.5, 2), "years of operations before, and between, looks at the proof"),
    ),
    _known(
        "deferred-bonus",
        "bonuses are paid some years after the signature, to tops whose relationship is still running",
        "the stake that a bonus makes comes later, when there is more to deny",
        years=parameter(2.0, "years", (0, 20), (1, 5), "years from the signature to the bonus"),
    ),
    _known(
        "bonus-clawback",
        "bonuses are paid back where the relationship ends for bad or mixed reasons soon afterwards",
        "a top that may have to pay back promises with more care, but holds on for longer",
        share=parameter(1.0, "share", (0, 1), (0.5, 1), "share of the bonus that is paid back"),
        years=parameter(3.0, "years", (0, 20), (1, 5), "years from the bonus in which it may be claimed back"),
    ),
    _known(
        "joint-reviews",
        "all three levels of both firms look together at what performance truly is",
        "the time of everybody; tops that see every dip may give up too soon",
        per_year=parameter(2.0, "per year", (0, 12), (1, 6), "joint reviews, as far as the world has opportunities"),
    ),
    _known(
        "escalation-hotline",
        "operational people may take a complaint directly to their own top",
        "managers who are passed over lose heart; a top that hears more also denies more",
        probability=parameter(0.25, "share", (0, 1), (0.05, 0.5), "chance that a complaint takes this way too"),
    ),
    _known(
        "independent-audit",
        "after so many broken agreements an auditor from outside tells both tops how it really goes",
        "a fee to each firm; tops judge by the promise, and may leave what still pays",
        after=parameter(6, "agreements", (0, 1000), (3, 12), "broken agreements from audit to audit", whole=True),
    ),
    _known(
        "sponsor-rotation",
        "the top who answers for the relationship hands over to another one after some years",
        "a handover, and the ties between the tops that break with it, also where all goes well",
        years=parameter(3.0, "years", (0, 20), (2, 5), "years from the signature to a handover, and between handovers"),
    ),
    _known(
        "break-clause",
        "the contract says how either firm may leave: at this notice, against this payment to the other",
        "leaving is easier, also where a rescue would have come",
        notice=parameter(0.25, "years", (0, 10), (0.1, 1), "years from the decision to the end"),
        cost=parameter(0.1, "annual contract value", (0, 100), (0, 0.3), "what the leaving firm pays the other"),
    ),
    _known(
        "no-scapegoats",
        "a top that denied again and again may not swap managers or sack staff for it; they are coached instead",
        "the coaching",
        part=parameter(1.0, "share", (0, 1), (0.5, 1), "share of scapegoatings that are forbidden"),
    ),
    _known(
        "retention",
        "managers and operational people are paid to stay",
        "the bonus for every post, also for those who would have stayed",
        bonus=parameter(
            0.0005, "annual contract value per person-year", (0, 1), (0.0001, 0.002), "bonus for staying, for each post"
        ),
    ),
    _known(
        "several-ties",
        "more people of each level know their counterparts, so that less breaks when one of them leaves",
        "the time that it takes to keep ties, every year",
        more=parameter(
            1.0,
            "ties",
            (0, 20),
            (1, 3),
            "ties beside the one that there is anyway",
            source="sign: Rogan 2014; Raffiee 2017 (several ties keep a client when one person leaves)",
        ),
    ),
    _known(
        "dispute-board",
        "independent referees settle a claim before it becomes a formal dispute",
        "a standing fee, also where nobody quarrels, and one for each case",
        share=parameter(
            0.98,
            "share",
            (0, 1),
            (0.5, 1),
            "claims that the board settles",
            source="Ankura via jvalchemist (98 % of disputes sent to review boards stay out of court)",
        ),
    ),
    _known(
        "short-term-contract",
        "the contract runs for a shorter time, and is renewed for as long if both tops still believe in it",
        "each renewal is negotiated; a bad spell at the wrong moment ends a good relationship",
        years=parameter(2.0, "years", (0, 100), (1, 3), "years of a contract"),
    ),
)

SHORTEST = 0.05
"""The least years, but 0, of anything in a policy: what recurs more often than that would crowd out a life."""

POLICIES: dict[str, KnownPolicy] = {each.name: each for each in _LIST}
"""All built-in policies, by name."""

OWN = "own policies"
"""The key of a validation's context under which the user's own policies stand."""


def with_own(own: Iterable[KnownPolicy]) -> dict[str, KnownPolicy]:
    """Return the built-in policies and a user's own, by name.

    Raises RuleError where two have one name, or numbers in the same places.
    """
    found = dict(POLICIES)
    takers: dict[int, KnownPolicy] = {}
    wrong = []
    for each in sorted(own, key=lambda known: (known.place or 0, known.name)):
        other = found.setdefault(each.name, each)
        if other is POLICIES.get(each.name):
            wrong.append(f"policy {each.name}: a built-in policy has this name; take another")
        elif other != each:
            wrong.append(f"policy {each.name}: declared twice, in two ways; keep one of them")
        rival = next((takers[place] for place in each.places().values() if place in takers), each)
        if rival.name != each.name:
            wrong.append(f"policies {rival.name} and {each.name}: their places in p.user overlap; move one of them")
        takers |= dict.fromkeys(each.places().values(), each)
    if wrong:
        raise RuleError("\n".join(dict.fromkeys(wrong)))
    return found


@dataclass(frozen=True)
class Policy:
    """A policy that firms adopt, with its numbers in the order in which they are declared."""

    name: str
    numbers: tuple[float, ...]
    own: KnownPolicy | None = field(default=None, repr=False)
    """What a user declared, where it is one of a user's own."""

    @property
    def known(self) -> KnownPolicy:
        """What is known about it."""
        return POLICIES[self.name] if self.own is None else self.own

    @property
    def active(self) -> bool:
        """Whether its dial is above 0."""
        return self.numbers[0] > 0.0

    def number(self, name: str) -> float:
        """Return one of its numbers."""
        return next(number for each, number in zip(self.known.numbers, self.numbers, strict=True) if each.name == name)

    def named(self) -> dict[str, float]:
        """Return its numbers by name."""
        return {each.name: number for each, number in zip(self.known.numbers, self.numbers, strict=True)}

    def written(self) -> Any:
        """Return it as a file may write it: its name, or a table with the numbers that are not as usual."""
        return {"name": self.name, **self.chosen()} if self.chosen() else self.name

    def chosen(self) -> dict[str, Any]:
        """Return its numbers that are not as usual by name, each as a file may write it."""
        pairs = zip(self.known.numbers, self.numbers, strict=True)
        return {each.name: shortest(number) for each, number in pairs if number != each.default}

    @property
    def short(self) -> str:
        """It in words, with the numbers that are not as usual."""
        numbers = ", ".join(f"{name} {number:g}" for name, number in self.chosen().items())
        return f"{self.name} ({numbers})" if numbers else self.name

    def __str__(self) -> str:
        return f"{self.name} ({', '.join(f'{name} {number:g}' for name, number in self.named().items())})"

    def in_full(self) -> dict[str, Any]:
        """Return it as data, with all of its numbers; one of a user's own with what was declared."""
        numbers = {name: shortest(number) for name, number in self.named().items()}
        return {"name": self.name, **numbers, **({} if self.own is None else {"declared": as_data(self.own)})}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let pydantic take policies as they are (Governance reads them) and dump them with all of their numbers."""
        dump = core_schema.plain_serializer_function_ser_schema(cls.in_full)
        return core_schema.any_schema(serialization=dump)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe what may be written for one."""
        tables = [_table_schema(each) for each in _LIST]
        return {"anyOf": [{"type": "string", "enum": list(POLICIES)}, *tables]}


def _table_schema(known: KnownPolicy) -> dict[str, Any]:
    numbers = {
        each.name: {
            "type": "integer" if each.whole else "number",
            "minimum": each.allowed[0],
            "maximum": each.allowed[1],
            "default": shortest(each.default),
            "description": f"{each.meaning} [{each.unit}]",
        }
        for each in known.numbers
    }
    return {
        "type": "object",
        "description": known.meaning,
        "properties": {"name": {"const": known.name}, **numbers},
        "required": ["name"],
        "additionalProperties": False,
    }


def policy_of(given: Any, own: Iterable[KnownPolicy] = ()) -> Policy:
    """Return the policy that a name means, or a table of a name and numbers.

    own: policies of the user's own, beside the built-in ones; a table as a result keeps it brings its own.

    Raises pydantic's ValidationError with everything that is wrong with it.
    """
    wrong: list[InitErrorDetails] = []

    def refuse(loc: tuple[str, ...], value: Any, error: PydanticCustomError) -> None:
        wrong.append(InitErrorDetails(type=error, loc=loc, input=value))

    if isinstance(given, Policy):
        given = given.in_full()
    table: Mapping[str, Any] = given if isinstance(given, dict) else {"name": given}
    name = table.get("name")
    loc = ("name",) if isinstance(given, dict) and "name" in given else ()
    everything = with_own(own)
    if "declared" in table:
        try:
            known: KnownPolicy | None = declared(table["declared"])
        except (ValueError, RuleError):
            refuse(("declared",), table["declared"], refusal("what relsim.policy declares"))
            raise ValidationError.from_exception_data("policy", wrong) from None
        table = {key: value for key, value in table.items() if key != "declared"}
        known = known if known is not None and known.name == name and name not in POLICIES else None
    else:
        known = everything.get(name) if isinstance(name, str) else None
    if known is None:
        told = f"one of {', '.join(everything)}"
        refuse(loc, given if "name" not in table else name, refusal(told, near=nearest(str(name), everything)))
        raise ValidationError.from_exception_data("policy", wrong)
    names = [each.name for each in known.numbers]
    for key in [key for key in table if key not in ("name", *names)]:
        refuse((str(key),), table[key], refusal(f"{known.name} has {_listed(names)}", near=nearest(str(key), names)))
    numbers = []
    for each in known.numbers:
        try:
            numbers.append(_number(each, table.get(each.name, each.default), each is known.numbers[0]))
        except PydanticCustomError as error:
            refuse((each.name,), table[each.name], error)
    if wrong:
        raise ValidationError.from_exception_data("policy", wrong)
    return Policy(known.name, tuple(numbers), None if known.place is None else known)


def _number(known: Parameter, given: Any, dial: bool) -> float:
    told = f"{known.range}; 0 means without it" if dial else known.range
    number = read_number(given, known.allowed, known.whole, told)
    if known.unit == "years" and 0.0 < number < SHORTEST:
        raise refusal(f"0, or from {SHORTEST:g} to {known.allowed[1]:g} (years)")
    return number


def _listed(names: list[str]) -> str:
    return f"the number{'s' if len(names) > 1 else ''} {' and '.join(names)}"


def _break_clause_in_a_short_contract(one: Policy, other: Policy) -> str:
    clause, contract = one.number("notice"), other.number("years")
    if clause < contract:
        return ""
    return f"a notice below the {contract:g} years of the contract, or no short-term-contract"


_CLASHES: dict[tuple[str, str], Callable[[Policy, Policy], str]] = {
    ("break-clause", "short-term-contract"): _break_clause_in_a_short_contract,
    ("realistic-promise", "deal-broker"): lambda one, other: (
        "no deal-broker, who is paid to promise more than was measured, beside realistic-promise; one of the two"
    ),
}
"""What two policies say of each other that contradict, and nothing where they do not."""


def clash(policies: tuple[Policy, ...]) -> str:
    """Return what is allowed where two of these policies contradict each other; nothing where none do."""
    active = [each for each in policies if each.active]
    for pair in combinations(active, 2):
        for one, other in (pair, pair[::-1]):
            found = _CLASHES.get((one.name, other.name))
            if found is not None and (told := found(one, other)):
                return told
    return ""


class Governance(Section):
    """One arm of an experiment: the launch, its numbers, and the policies."""

    launch: Literal["deal-first", "feasibility-first"]
    kickoff: Number = parameter(0.0, "workshops", (0, 20), (0, 4), "workshops held in the transition", whole=True)
    workshops_most: Number = parameter(
        6.0, "workshops", (1, 60), (2, 10), "workshops of an exploration at most", whole=True
    )
    confidence: Number = parameter(
        0.9, "share", (0.5, 1), (0.7, 0.99), "how sure the managers want to be before they stop exploring"
    )
    policies: tuple[Policy, ...] = ()

    @field_validator("policies", mode="before")
    @classmethod
    def _read_policies(cls, given: Any, info: ValidationInfo) -> Any:
        if not isinstance(given, (list, tuple)):
            raise refusal("a list of policies, such as those that `relsim policies` tells")
        read: list[Policy] = []
        wrong: list[Any] = []
        for place, each in enumerate(given):
            try:
                policy = policy_of(each, (info.context or {}).get(OWN, ()))
            except ValidationError as error:
                wrong += [
                    InitErrorDetails(
                        type=PydanticCustomError("refused", "{allowed}", one["ctx"]),
                        loc=(place, *one["loc"]),
                        input=one["input"],
                    )
                    for one in error.errors()
                ]
                continue
            if any(policy.name == other.name for other in read):
                told = refusal("each policy once")
                wrong.append(InitErrorDetails(type=told, loc=(place,), input=policy.name))
            wrong += [
                InitErrorDetails(type=refusal(told), loc=(place,), input=policy.name)
                for told in (clash((other, policy)) for other in read)
                if told
            ]
            read.append(policy)
        if wrong:
            raise ValidationError.from_exception_data("policies", wrong)
        return tuple(read)

    def number(self, policy: str, name: str) -> float:
        """Return a number of a policy; 0 where it is not adopted, or its dial is at 0."""
        return next((each.number(name) for each in self.policies if each.name == policy and each.active), 0.0)
