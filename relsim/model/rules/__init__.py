"""What happens, one module a subject; importing them fills the rulebook."""

from relsim.model.rules import boardroom, environment, escalation, launch, operation, people, policies

__all__ = ["boardroom", "environment", "escalation", "launch", "operation", "people", "policies"]
