"""The hand-made scientific bugs that the validity tests must catch."""

from tests.mutants import of_chance, of_estimates, of_launch, of_money, of_policies, of_tops, of_work

__all__ = ["BUGS"]

BUGS = (
    *of_estimates.BUGS,
    *of_chance.BUGS,
    *of_launch.BUGS,
    *of_work.BUGS,
    *of_tops.BUGS,
    *of_policies.BUGS,
    *of_money.BUGS,
)
"""Those of the estimators first: they leave the rules as they are, which then need not be compiled anew."""
