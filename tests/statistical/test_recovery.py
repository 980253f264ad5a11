"""Parameter recovery: lives of a known world give targets, and the calibration finds that world again.

Each band is the truth's own estimate and 6.1 standard errors of a difference to either side: with alpha 1e-9 the true
point itself meets it under another seed. So the set of points that meet all bands holds the truth.
"""

import math

import pytest
from scipy import stats

from relsim.analysis.estimate import Z95
from relsim.lab.calibrate import Plan, calibrate
from relsim.lab.factors import factor_read, with_numbers
from relsim.lab.lives import live_pairs
from relsim.lab.patterns import QUANTITIES
from relsim.lab.targets import Target, hold_against
from tests.bounds import ALPHA
from tests.worlds import scenario

WORLD = scenario(**{"deal-first": {"launch": "deal-first"}})
FACTORS = [
    factor_read(text)
    for text in ("world.leaving_rate.operational=0.08:0.22", "world.leader_change_rate", "world.incident_rate")
]
MEASURES = ("operational-leaving", "leader-changes", "failed-within-5-years", "escalated-commitment")
PAIRS = 256


@pytest.mark.parametrize("truth", [(0.2, 0.3, 0.7), (0.5, 0.5, 0.5), (0.75, 0.8, 0.35)])
def test_known_numbers_are_found_again(truth: tuple[float, ...]) -> None:
    true = {each.name: each.at(share) for each, share in zip(FACTORS, truth, strict=True)}
    lives = live_pairs(with_numbers(WORLD, true), 8 * PAIRS, seed=100)
    z = float(stats.norm.isf(ALPHA / 2))
    targets = []
    for measure in MEASURES:
        found = QUANTITIES[measure](lives, "deal-first")
        error = found.half_width / Z95
        half = z * math.hypot(error, error * math.sqrt(8.0))  # the point that is judged lives an eighth of the pairs
        band = (found.value - half, found.value + half)
        targets.append(Target(measure, measure, "deal-first", "", "", measure, *band, *band, "", "", "known", ""))
    for shares, fits in ((truth, True), ((0.0, 0.0, 0.0), False), ((1.0, 1.0, 1.0), False)):
        given = {each.name: each.at(share) for each, share in zip(FACTORS, shares, strict=True)}
        judged = live_pairs(with_numbers(WORLD, given), PAIRS, seed=5)
        assert hold_against(targets, judged, pairs=PAIRS, seed=5).met is fits
    made = calibrate(WORLD, targets, FACTORS, Plan(design=64, search=48, walk=144, pairs=PAIRS, seed=5))
    assert len(made.fitting) > 20
    for place, share in enumerate(truth):
        reach = [point.shares[place] for point in made.fitting]
        assert min(reach) <= share <= max(reach)
