"""5 Initialization: who the partners are, the same in every arm."""

from tests.oracles.second_writing.arithmetic import fit_of_partners
from tests.oracles.second_writing.chance import Uniforms
from tests.oracles.second_writing.document import FIRMS, STRATEGIC
from tests.oracles.second_writing.parameters import Parameters
from tests.oracles.second_writing.state import Relationship, three


def begin(p: Parameters, u: Uniforms) -> Relationship:
    """Return a relationship at first contact, of the block that says who the partners are (5)."""
    r = Relationship(p)
    r.fit = fit_of_partners(p, u.u0)
    r.trust = list(p.initial_trust)
    r.trust[STRATEGIC] = min(1.0, max(0.0, p.initial_trust[STRATEGIC] + p.chemistry_spread * (2 * u.u1 - 1)))
    for g in FIRMS:
        r.firm[g].morale = three(p.morale_baseline[g])
        r.firm[g].headcount = list(p.headcount[g])
    r.estimate_mean = p.prior_mean
    r.estimate_sd = p.prior_sd
    r.fit_at_start = r.fit
    return r
