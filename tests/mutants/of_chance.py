"""Bugs of chance, of draws, and of the clocks and rates that follow from the parameters."""

from tests.mutants.bug import Bug

__all__ = ["BUGS"]

CHANCE = "relsim/model/chance.py"
DRAWS = "relsim/model/arithmetic.py"
RATES = "relsim/model/parameters.py"
LOOP = "relsim/engines/compiled_engine.py"
SENDING = "relsim/model/rule.py"

BLOCKS = "tests/unit/test_chance.py"
LUCK = "tests/property/test_same_luck.py"
NUMBERS = "tests/unit/test_arithmetic.py"
PEOPLE = "tests/oracles/test_people.py"
LAUNCH = "tests/oracles/test_launch.py"

BUGS = (
    Bug(
        "antithetic",
        "One of the four uniforms of every opportunity is replaced by its complement.",
        CHANCE,
        "(b >> 11) * 2.0**-53, (c",
        "1.0 - (b >> 11) * 2.0**-53, (c",
        (BLOCKS,),
    ),
    Bug(
        "one-seed",
        "The seed does not enter the key, so every experiment has the same luck.",
        CHANCE,
        "philox(word(seed), word(replication)",
        "philox(word(0), word(replication)",
        (BLOCKS, LUCK),
    ),
    Bug(
        "same-luck-again",
        "A case that comes up once more has the luck that it had the first time.",
        CHANCE,
        "word(clock), word(copy), word(0))",
        "word(clock), word(0), word(0))",
        (BLOCKS,),
    ),
    Bug(
        "nine-rounds",
        "The generator stops a round early and is not the one that was tested by its authors.",
        CHANCE,
        "for _ in range(10):",
        "for _ in range(9):",
        (BLOCKS,),
    ),
    Bug(
        "firms-share-clocks",
        "Both firms' opportunities of a kind come from one clock, so client and supplier always stumble together.",
        RATES,
        "else int(clock) + int(firm)",
        "else int(clock)",
        (LUCK, "tests/property/test_pair_by_pair.py"),
    ),
    Bug(
        "firms-share-consequences",
        "What follows of one case draws from the same address in both firms, so both tops are paid a bonus or neither.",
        SENDING,
        "side = 0 if firm == Firm.BOTH else p.address_firm[firm]",
        "side = 0",
        (LUCK,),
    ),
    Bug(
        "other-partners",
        "Each launch draws partners of its own, so twins are not the same two firms.",
        LOOP,
        "chance(seed, replication, Clock.PARTNERS, 0, 0, u)",
        "chance(seed, replication, Clock.PARTNERS, p.launch, 0, u)",
        (LUCK,),
    ),
    Bug(
        "first-gap-twice",
        "The gap to the first tick of a clock comes from the block of that tick, so the second gap equals the first.",
        LOOP,
        "chance(seed, replication, clock.address, 0, 0, u)",
        "chance(seed, replication, clock.address, 1, 0, u)",
        (LUCK,),
    ),
    Bug(
        "normal-without-sign",
        "Normal draws below the median in the tails come out above it.",
        DRAWS,
        "return -x if q < 0.0 else x",
        "return x",
        (NUMBERS,),
    ),
    Bug(
        "normal-far-tail",
        "The far tail of the normal law takes its argument from the wrong origin.",
        DRAWS,
        "r = r - 5.0",
        "r = r - 1.6",
        (NUMBERS,),
    ),
    Bug(
        "shifted-quantiles",
        "The table of quantiles of fit is shifted by half a cell below the mean.",
        DRAWS,
        "[k / cells for k in range(1, middle + 1)]",
        "[(k - 0.5) / cells for k in range(1, middle + 1)]",
        (NUMBERS,),
    ),
    Bug(
        "rate-for-mean",
        "The mean gap between opportunities is taken to be their rate.",
        RATES,
        "found.append((int(kind), int(firm), address, 1.0 / rate, 0.0, 0.0))",
        "found.append((int(kind), int(firm), address, rate, 0.0, 0.0))",
        (PEOPLE,),
    ),
    Bug(
        "incidents-doubled",
        "Each firm's clock of incidents ticks at the rate of both firms together.",
        RATES,
        "0.5 * float(p.incident_rate[firm])",
        "float(p.incident_rate[firm])",
        (PEOPLE,),
    ),
    Bug(
        "leaving-never-more",
        "The clock of resignations ticks at the base rate, so thinning makes it too low by what morale could add.",
        RATES,
        "float(p.leaving_rate[firm, level]) * float(p.leaving_most) * people",
        "float(p.leaving_rate[firm, level]) * people",
        (PEOPLE,),
    ),
    Bug(
        "leaders-never-more",
        "The clock of leader changes ticks at the ordinary rate, so thinning makes ordinary times too calm.",
        RATES,
        "float(p.leader_change_rate[firm]) * float(p.poor_results)",
        "float(p.leader_change_rate[firm])",
        (PEOPLE, "tests/statistical/test_thinning.py"),
    ),
    Bug(
        "half-life-for-time-constant",
        "Sunk stakes fade with the half-life as their time constant: the logarithm of 2 is missing.",
        RATES,
        "p.sunk_decay = log(2.0) / p.sunk_half_life",
        "p.sunk_decay = 1.0 / p.sunk_half_life",
        ("tests/oracles/test_escalation.py",),
    ),
    Bug(
        "variance-for-sd",
        "The spread of the managers' prior is its variance.",
        RATES,
        "p.prior_sd = math.sqrt(variance)",
        "p.prior_sd = variance",
        (LAUNCH,),
    ),
    Bug(
        "good-for-bad-matches",
        "In the two-point law the share of good matches is that of bad ones.",
        RATES,
        "u < 1.0 - p.fit_high_share",
        "u < p.fit_high_share",
        (LUCK,),
    ),
    Bug(
        "need-on-the-wrong-scale",
        "What is needed of fit is held against performance, without what a good ordinary state leaves of fit.",
        RATES,
        "p.need = p.joint_break_even / p.mesh",
        "p.need = p.joint_break_even",
        (LAUNCH,),
    ),
    Bug(
        "unweighted-break-even",
        "The joint break-even is the mean of the firms', whatever the relationship is worth to each.",
        RATES,
        "(p.running_cost[0] + p.running_cost[1]) / (p.value[0] + p.value[1])",
        "0.5 * (p.break_even[0] + p.break_even[1])",
        (LAUNCH,),
    ),
    Bug(
        "two-sided-confidence",
        "Managers stop exploring at a two-sided confidence, surer than they were asked to be.",
        RATES,
        "p.sureness = normal(float(p.confidence))",
        "p.sureness = normal(0.5 + 0.5 * float(p.confidence))",
        (LAUNCH,),
    ),
)
