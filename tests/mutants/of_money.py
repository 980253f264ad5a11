"""Bugs of accrual, of discounting, and of the row that a life becomes."""

from tests.mutants.bug import Bug

__all__ = ["BUGS"]

STATE = "relsim/model/relationship.py"
RULES = "relsim/model/rules/boardroom.py"
ROW = "relsim/model/row.py"

BY_HAND = "tests/oracles/test_accounting.py"
ROWS = "tests/property/test_pair_by_pair.py::test_rows_add_up"

BUGS = (
    Bug(
        "discounted-twice",
        "Every payment is discounted twice.",
        STATE,
        "ledger[account] += amount * exp(-p.discount * now)",
        "ledger[account] += amount * exp(-2.0 * p.discount * now)",
        (BY_HAND,),
    ),
    Bug(
        "payments-undiscounted",
        "Flows are discounted, single payments are not.",
        STATE,
        "ledger[account] += amount * exp(-p.discount * now)",
        "ledger[account] += amount",
        (BY_HAND,),
    ),
    Bug(
        "undiscounted-discounted",
        "The books that should be undiscounted hold discounted payments.",
        STATE,
        "undiscounted[account] += amount",
        "undiscounted[account] += amount * exp(-p.discount * now)",
        (BY_HAND,),
    ),
    Bug(
        "discounted-from-the-first-day",
        "A flow is discounted as if all of it came on the first day since the last change.",
        STATE,
        "(r.weight - weight) / p.discount if",
        "r.weight * years if",
        (BY_HAND,),
    ),
    Bug(
        "performance-that-follows",
        "Money since the last change is booked at the performance that comes after it.",
        STATE,
        "        accrue(r, p, now)\n        r.performance = q\n",
        "        r.performance = q\n        accrue(r, p, now)\n",
        (BY_HAND,),
    ),
    Bug(
        "notice-is-free",
        "Benefits and costs stop at the decision to leave and not at the end.",
        STATE,
        " and r.phase != Phase.UNWINDING:\n        return\n    years",
        ":\n        return\n    years",
        (BY_HAND,),
    ),
    Bug(
        "costs-after-the-end",
        "What has ended goes on to earn and to cost until the horizon.",
        RULES,
        "    accrue(r, p, e.time)\n    end_spell(r, e.time, out)\n",
        "    accrue(r, p, p.horizon)\n    end_spell(r, e.time, out)\n",
        (BY_HAND,),
    ),
    Bug(
        "promise-worth-to-the-supplier",
        "A contract that promises little is worth less to the supplier.",
        STATE,
        "    if firm == 0:\n        worth -=",
        "    if firm == 1:\n        worth -=",
        (BY_HAND,),
    ),
    Bug(
        "balance-without-benefits",
        "The balance of a firm leaves out what it has earned.",
        STATE,
        "for account in range(_ACCOUNTS):\n        total",
        "for account in range(1, _ACCOUNTS):\n        total",
        ("tests/oracles/test_boardroom.py",),
    ),
    Bug(
        "net-without-reputation",
        "The net of a life leaves out what press and court cost.",
        ROW,
        "for account in Account:\n                total",
        "for account in list(Account)[:-1]:\n                total",
        (BY_HAND, ROWS),
    ),
    Bug(
        "any-net-is-a-loss",
        "Losses are the size of the net, also where it is a gain.",
        ROW,
        "np.where(net[side] < 0.0, -net[side], 0.0)",
        "np.abs(net[side])",
        (BY_HAND, ROWS),
    ),
    Bug(
        "losses-added",
        "The joint loss is the sum of the firms' losses, whatever the other one gained.",
        ROW,
        'made[f"loss_{side}{suffix}"] = np.where(net[side] < 0.0, -net[side], 0.0)',
        'made[f"loss_{side}{suffix}"] = np.where(net[side] < 0.0, -net[side], 0.0) if side != "joint" else sum('
        "np.maximum(0.0, -net[firm.name.lower()]) for firm in FIRMS)",
        (BY_HAND,),
    ),
    Bug(
        "mean-over-the-duration",
        "Mean performance is taken over the years since first contact and not over those at work.",
        ROW,
        'states["performance_years"][lived] / made["age"][lived]',
        'states["performance_years"][lived] / made["duration"][lived]',
        (BY_HAND,),
    ),
    Bug(
        "age-since-the-deal",
        "The age of a relationship is counted from its signature.",
        ROW,
        'states["t_end"] - states["t_operations"]',
        'states["t_end"] - states["t_deal"]',
        (BY_HAND,),
    ),
    Bug(
        "nobody-is-censored",
        "A life that goes on at the horizon counts as ended there.",
        ROW,
        'states["ending"] == Ending.ONGOING',
        'np.isnan(states["t_end"])',
        (ROWS,),
    ),
    Bug(
        "loss-without-the-last-months",
        "Hostility follows the books as they stood at the last change and not at the decision to leave.",
        RULES,
        "    accrue(r, p, e.time)\n    f = r.firm[e.firm]\n",
        "    f = r.firm[e.firm]\n",
        ("tests/oracles/test_boardroom.py",),
    ),
)
