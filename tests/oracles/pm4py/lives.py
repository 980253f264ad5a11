"""The lives whose logs are read back: two launches as they are, and with policies and an event of a user's own."""

from collections.abc import Iterator
from typing import Any

from relsim import Level, Life, Role, load_scenario, rule, simulate

_ADOPTED = "facilitator", "deal-broker", "operational-gate", "escalation-hotline", "joint-reviews", "dispute-board"


@rule(
    96,
    name="GRUMBLED",
    sender=Role.OWN_OPERATIONAL,
    receiver=Role.EVERYBODY,
    phases=("operation",),
    rate=6.0,
    per_firm=True,
)
def grumbled(r: Any, p: Any, e: Any, u: Any, out: Any) -> bool:
    """People talk; what they say is a value of the event."""
    e.a = r.trust[Level.OPERATIONAL]
    e.b = -1.0
    return True


def lives() -> Iterator[tuple[str, list[Life]]]:
    """Yield a name and lives of one scenario: 300 in all."""
    plain = load_scenario("it-outsourcing", set=["start_date=2026-03-29"])
    yield "plain", [simulate(plain, arm, 7, k) for arm in plain.arms for k in range(100)]
    names = ", ".join(f'"{name}"' for name in _ADOPTED)
    adopted = [f"arms.{arm}.policies=[{names}]" for arm in plain.arms]
    governed = load_scenario("facility-services", set=[*adopted, "title='A \"quiet\" word <at & about> the café'"])
    yield "governed", [simulate(governed, arm, 2, k, rules=[grumbled]) for arm in governed.arms for k in range(50)]
