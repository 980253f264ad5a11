"""What the firms do choose: how to launch, and by which policies to live."""

from typing import Literal

from relsim.scenario.parameter import Number, Section, parameter

__all__ = ["POLICIES", "Governance"]

POLICIES: dict[str, str] = {
    "facilitator": "an expert from outside referees the exploration and coaches repairs and rescues (A22)",
    "deal-broker": "a broker sells the deal: a faster signature, more optimism",
}


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
    policies: tuple[Literal["facilitator", "deal-broker"], ...] = ()
