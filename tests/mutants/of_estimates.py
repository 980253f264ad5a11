"""Bugs of estimators, life tables, intervals, differences, summaries and sums."""

from tests.mutants.bug import Bug

__all__ = ["BUGS"]

TABLES = "relsim/analysis/survival.py"
HAZARD = "relsim/analysis/hazard.py"
COLUMNS = "relsim/analysis/columns.py"
TALLY = "relsim/analysis/tally.py"
SUMS = "relsim/analysis/moments.py"
SHARES = "relsim/analysis/estimate.py"
TELLING = "relsim/analysis/causes.py"
TWINS = "relsim/analysis/twins.py"
WORDS = "relsim/vocabulary.py"

BY_HAND = "tests/unit/test_survival.py"
STATSMODELS = "tests/oracles/test_estimators.py"
SMOOTHED = "tests/unit/test_hazard.py"
SUMMARY = "tests/unit/test_summary.py"
TALLIED = "tests/unit/test_tally.py"
PAIRED = "tests/unit/test_twins.py"
STEPS = "tests/oracles/test_steps.py"
CAUSES = "tests/unit/test_causes.py"

BUGS = (
    Bug(
        "censoring-is-an-event",
        "Who is censored counts as ended.",
        TABLES,
        "chosen = list(range(1, len(self.counts)))",
        "chosen = list(range(0, len(self.counts)))",
        (BY_HAND, STATSMODELS),
    ),
    Bug(
        "ties-in-the-wrong-order",
        "Who is censored at the moment of an ending is no longer at risk there.",
        TABLES,
        "self.counts.sum(axis=0)[::-1].cumsum()[::-1]",
        "self.counts.sum(axis=0)[::-1].cumsum()[::-1] - self.counts[0]",
        (BY_HAND, STATSMODELS),
    ),
    Bug(
        "one-more-at-risk",
        "The risk set is one too large at every step of the curve.",
        TABLES,
        "np.cumprod(1.0 - self.ended / self.exposed)",
        "np.cumprod(1.0 - self.ended / (self.exposed + 1))",
        (BY_HAND, STATSMODELS),
    ),
    Bug(
        "greenwood-without-the-product",
        "Greenwood's sum is that of d/n^2, the variance of the cumulative hazard.",
        TABLES,
        "self.ended / (self.exposed * np.maximum(left, 1))",
        "self.ended / (self.exposed * self.exposed)",
        (BY_HAND, STATSMODELS),
    ),
    Bug(
        "error-of-the-logarithm",
        "The standard error of survival is that of its logarithm.",
        TABLES,
        "self.survival * np.sqrt(self.greenwood.cumsum())",
        "np.sqrt(self.greenwood.cumsum())",
        (BY_HAND, STATSMODELS),
    ),
    Bug(
        "incidence-of-those-left-after",
        "Aalen and Johansen's sum takes survival just after each time instead of just before.",
        TABLES,
        "np.concatenate([[1.0], curve.survival[:-1]]) / curve.exposed",
        "curve.survival / curve.exposed",
        (BY_HAND, STATSMODELS),
    ),
    Bug(
        "one-minus-kaplan-meier",
        "The cumulative incidence of an ending is one minus the curve in which all others are censored.",
        TABLES,
        "share = np.where(all_so, 1.0, np.minimum(steps.cumsum(), 1.0))",
        "share = 1.0 - np.cumprod(1.0 - ended / curve.exposed)",
        (BY_HAND, STATSMODELS),
    ),
    Bug(
        "area-before",
        "The variance of a restricted mean weighs each step by the area up to it and not beyond it.",
        TABLES,
        "after = areas[::-1].cumsum()[::-1][1:]",
        "after = areas.cumsum()[:-1]",
        (BY_HAND, STATSMODELS),
    ),
    Bug(
        "beyond-the-watch",
        "The curve is told beyond the longest time that anybody was watched.",
        TABLES,
        "        if not time <= self.longest:\n            return None\n",
        "",
        (BY_HAND, SUMMARY),
    ),
    Bug(
        "kernel-beyond-the-start",
        "Years at risk are counted also before the start, so the hazard is too low at early ages.",
        HAZARD,
        "_kernel_up_to(np.full(1, time / width)) - ",
        "1.0 - ",
        (SMOOTHED,),
    ),
    Bug(
        "one-event-less",
        "The upper end of Garwood's interval is that of one event less.",
        HAZARD,
        "gammaincinv(events + 1, 0.975)",
        "gammaincinv(max(events, 1), 0.975)",
        (SMOOTHED,),
    ),
    Bug(
        "wilson-with-n-minus-one",
        "Wilson's interval of a share is that of one life less.",
        SHARES,
        "square = z * z / count",
        "square = z * z / max(1, count - 1)",
        ("tests/oracles/test_intervals.py",),
    ),
    Bug(
        "variance-over-n",
        "The variance of a mean takes n where it needs n - 1.",
        TALLY,
        "(squares / (count - 1) / count) ** 0.5",
        "(squares / count / count) ** 0.5",
        (PAIRED, CAUSES),
    ),
    Bug(
        "half-a-normal",
        "Intervals of means are those of one standard error.",
        SHARES,
        "return cls(value, value - Z95 * standard_error, value + Z95 * standard_error)",
        "return cls(value, value - standard_error, value + standard_error)",
        (PAIRED, BY_HAND),
    ),
    Bug(
        "sums-of-equal-weight",
        "Merging two sets of values, the gap between their means is weighed as if both were of one size.",
        SUMS,
        "weight = first.count * (second.count / both)",
        "weight = both / 4.0",
        (TALLIED,),
    ),
    Bug(
        "day-too-early",
        "What happens at the end of a whole year counts on the day before it.",
        TALLY,
        "np.ceil((years - MOMENT) * DAYS).astype(np.int64) - 1",
        "np.ceil((years - MOMENT) * DAYS).astype(np.int64) - 2",
        (TALLIED, CAUSES),
    ),
    Bug(
        "survival-of-all-contacts",
        "Survival of the launched relationships is counted among all started contacts.",
        TALLY,
        "    if clock == Clock.CONTACT:\n        return times, endings\n",
        "    if clock != Clock.LAUNCHED:\n        return times, endings\n",
        (SUMMARY, TALLIED),
    ),
    Bug(
        "the-censored-are-dead",
        "Per contact, who is censored at the horizon does not count as alive there.",
        COLUMNS,
        'alive = (rows["censored"] == 1) | (rows["t_end"] > year)',
        'alive = rows["t_end"] > year',
        (SUMMARY,),
    ),
    Bug(
        "launched-of-the-signed",
        "The share launched is taken over what was signed and not over all started contacts.",
        COLUMNS,
        '    found |= {f"endings.{ending.name}"',
        '    found["launched"][rows["signed"] == 0] = np.nan\n    found |= {f"endings.{ending.name}"',
        (SUMMARY,),
    ),
    Bug(
        "per-launched-of-all",
        "Means per launched relationship are taken over all started contacts.",
        COLUMNS,
        "= np.where(launched, column, np.nan)\n        found[f",
        "= column\n        found[f",
        (SUMMARY, TALLIED),
    ),
    Bug(
        "arms-swapped",
        "Paired differences are the first arm less the other.",
        COLUMNS,
        "= column - compared[first][name]",
        "= compared[first][name] - column",
        (SUMMARY, TALLIED),
    ),
    Bug(
        "groups-swapped",
        "Pairs that only the first arm launched count as launched by the other alone, so selection is called added.",
        COLUMNS,
        "(launched & other, launched & ~other, ~launched & other,",
        "(launched & other, ~launched & other, launched & ~other,",
        (PAIRED,),
    ),
    Bug(
        "treatment-of-all",
        "What both arms launched is every pair of which either was launched.",
        COLUMNS,
        "(launched & other, launched & ~other, ~",
        "(launched | other, launched & ~other, ~",
        (PAIRED,),
    ),
    Bug(
        "realised-by-both",
        "Realising is dated only where both tops realised.",
        COLUMNS,
        'np.fmin(rows["t_realised_client"], rows["t_realised_supplier"])',
        'np.minimum(rows["t_realised_client"], rows["t_realised_supplier"])',
        (SUMMARY, CAUSES),
    ),
    Bug(
        "life-without-limit",
        "Years lived up to an age are not cut at that age.",
        COLUMNS,
        'np.minimum(rows["age"], age)',
        'rows["age"]',
        (PAIRED,),
    ),
    Bug(
        "weights-exchanged",
        "The shift of selection is weighed by the share that only the other arm launched.",
        TWINS,
        "selection = weight_d * step_d",
        "selection = weight_f * step_d",
        (PAIRED,),
    ),
    Bug(
        "pairing-forgotten",
        "The variance that pairing removed is held against that of one arm instead of both.",
        TWINS,
        "1.0 - paired / both if both > 0.0",
        "1.0 - paired / alone[0] if both > 0.0",
        (PAIRED,),
    ),
    Bug(
        "outside-is-failure",
        "Endings from outside count as failures.",
        WORDS,
        "BAD_ENDINGS = (Ending.QUIET_EXIT, Ending.HOSTILE_EXIT, Ending.EXPIRED)",
        "BAD_ENDINGS = (Ending.QUIET_EXIT, Ending.HOSTILE_EXIT, Ending.EXPIRED, Ending.OUTSIDE)",
        (CAUSES,),
    ),
    Bug(
        "those-who-lose-as-much",
        "The share that loses more than an amount counts those who lose as much.",
        TALLY,
        "more = 1.0 - counts[:-1].cumsum() / lives",
        "more = 1.0 - (counts[:-1].cumsum() - counts[:-1]) / lives",
        (TALLIED,),
    ),
    Bug(
        "churn-uncorrelated",
        "The interval of a rate of leaving ignores that those who live longer lose more people.",
        TALLY,
        "made.squares[left] - 2.0 * rate * shared + rate",
        "made.squares[left] + rate",
        (TALLIED,),
    ),
    Bug(
        "steps-without-competition",
        "On the way from a problem to the end, other endings count as censoring.",
        TELLING,
        "np.stack([counts[Outcome.CENSORED], happened, missed])",
        "np.stack([counts[Outcome.CENSORED] + missed, happened, np.zeros_like(missed)])",
        (STEPS,),
    ),
    Bug(
        "acting-since-the-problem",
        "The time from knowing to acting is counted from the first problem.",
        TALLY,
        "(Step.TO_ACTING, realised, acted),",
        "(Step.TO_ACTING, problem, acted),",
        (STEPS,),
    ),
    Bug(
        "years-at-risk-of-the-ended",
        "The constant hazard counts only the years of those who ended.",
        HAZARD,
        "float(np.sum(left * exits.times))",
        "float(np.sum(ended * exits.times))",
        (SMOOTHED,),
    ),
)
