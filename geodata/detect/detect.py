"""Telling which datum coordinates are in, from what is known of where things are.

Each datum that the coordinates might be in is tried. Under each, every feature is somewhere: near
the place that bears its name or not, in a park, along the boundary, on the side that it claims, or
nowhere in particular. How much likelier that is than a feature dropped at random over the area is
one number a feature, and the datums are weighed by Bayes' rule. A point on the right side of the
river counts for little, one 600 m from the place of its own name for much.

Features in no particular place fit one datum better than the next too, by chance. So unless those
with a known name decide, the best must also stand out from the same features moved elsewhere, where
no datum has them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from geodata.datum.datum import WGS84
from geodata.datum.old_river import on_old_course
from geodata.detect.evidence import Evidence, Item, on_globe
from geodata.detect.hypotheses import Hypothesis, hypotheses
from geodata.detect.known_places import Reference

Floats = npt.NDArray[np.float64]

MOST_ITEMS = 500
"""Most features that are looked at, spread evenly over the file."""

SURE = 0.9
"""Least probability at which a datum is named."""

MOST_SURE = 0.99
"""No probability is given above this: features of one file share their mistakes."""

LEAD = 3.0
"""Log-likelihood by which the features themselves must speak for one datum before the next."""

EXCEPTION_LEAD = 5.0
"""The same for one feature that fits another datum than the rest, and as much more as the logarithm
of how many are looked at: chance has a try with each."""


STANDS_OUT = 4.0
"""Standard deviations by which the best must fit better than the features moved elsewhere."""

_ELSEWHERE_M = (450.0, 800.0, 1200.0)
"""How far they are moved for that, in eight directions each: about as far as datums differ."""


@dataclass(frozen=True)
class Candidate:
    """A hypothesis weighed.

    `fit` is the features' log-likelihood. Taken so, the coordinates are `off_m` from where they
    would be as stated, towards `azimuth` (None if there is no comparing), and `inside` of the
    features are in the area. Of the `named` features, `near` are where their names are known to
    be, within 3 standard deviations, and the median is `named_m` off (None without any).
    """

    name: str
    crs: str | None
    probability: float
    fit: float
    off_m: float | None
    azimuth: float | None
    inside: int
    named: int
    near: int
    named_m: float | None


@dataclass(frozen=True)
class Detection:
    """What a file's coordinates probably are.

    `candidates` come with the likeliest first; `likely` is that one if it is sure enough, else
    None. `stands_out` is by how many standard deviations it fits better than the same features
    moved elsewhere, 0 if some fit there as well, None if known names decide. `decided` is whether
    either speaks for it clearly enough. `exceptions` are features that fit another datum
    far better than the likely one, with that datum. `old_course` are lines and outlines on the
    river's course of before 1997.
    """

    stated: str
    likely: Candidate | None
    as_stated: Candidate
    candidates: tuple[Candidate, ...]
    looked_at: int
    stands_out: float | None
    decided: bool
    exceptions: tuple[tuple[str, str], ...]
    old_course: tuple[str, ...]

    @property
    def holds(self) -> bool | None:
        """True if the whole file is what it says, False if not, None if that cannot be told."""
        if self.exceptions or self.old_course:
            return False
        if self.likely is not None:
            return self.likely.name == self.as_stated.name
        best, stated = self.candidates[0], self.as_stated
        elsewhere = best.inside > 0 and stated.inside == 0
        outdone = self.decided and best.fit - stated.fit >= LEAD
        return False if elsewhere or (outdone and stated.probability <= 1 - SURE) else None


def detect(items: Sequence[Item], reference: Reference, stated: str = WGS84) -> Detection:
    """Tell which datum features are in; `stated` is the one that the file says it is in.

    Shapes are as they stand in the file, none empty. CGCS2000 counts as WGS-84, from which it
    cannot be told. Raises `ValueError` without any features.
    """
    if not items:
        raise ValueError("there are no features to tell a datum from")
    stated = WGS84 if stated == "EPSG:4490" else stated
    spread = np.unique(np.linspace(0, len(items) - 1, MOST_ITEMS).astype(int))
    looked = [items[number] for number in spread]
    evidence = Evidence(looked, reference)
    tried = hypotheses(stated)
    fits = np.array([evidence.fit(each) for each in tried])
    weights = fits.sum(axis=1) + np.log([each.prior for each in tried])
    shares = np.exp(weights - weights.max())
    shares /= shares.sum()
    order = [int(number) for number in np.argsort(-shares, kind="stable")]
    said = next(each for each in tried if each.name == stated)
    candidates = {
        number: _candidate(tried[number], said, evidence, shares[number], fits[number])
        for number in order
    }
    best = order[0]
    named = np.array([bool(places) for places in evidence.known])
    by_name = _lead(fits[:, named], best) >= LEAD
    stands_out = None if by_name else _stands_out(evidence, tried[best], candidates[best].fit)
    decided = stands_out is None or stands_out >= STANDS_OUT
    sure = decided and _lead(fits, best) >= LEAD and candidates[best].probability >= SURE
    return Detection(
        stated,
        candidates[best] if sure else None,
        candidates[tried.index(said)],
        tuple(candidates.values()),
        len(looked),
        stands_out,
        decided,
        _exceptions(looked, tried, fits, best) if sure else (),
        _old_course(items, tried[best]),
    )


def _candidate(
    hypothesis: Hypothesis, stated: Hypothesis, evidence: Evidence, share: float, fit: Floats
) -> Candidate:
    named = evidence.named(hypothesis)
    off_m, azimuth = _offset(stated.to_wgs84(evidence.raw), hypothesis.to_wgs84(evidence.raw))
    return Candidate(
        hypothesis.name,
        hypothesis.crs,
        min(float(share), MOST_SURE),
        float(fit.sum()),
        off_m,
        azimuth,
        evidence.inside(hypothesis),
        len(named),
        sum(each.gap_m <= 3 * each.spread_m for each in named),
        float(np.median([each.gap_m for each in named])) if named else None,
    )


def _lead(fits: Floats, best: int) -> float:
    """Return by how much features speak for the best datum before the next."""
    totals = fits.sum(axis=1)
    return float(totals[best] - np.delete(totals, best).max())


def _stands_out(evidence: Evidence, best: Hypothesis, fit: float) -> float:
    elsewhere = [
        float(
            evidence.fit(Hypothesis(best.name, None, partial(_moved, best, away_m, turn), 0)).sum()
        )
        for away_m in _ELSEWHERE_M
        for turn in range(0, 360, 45)
    ]
    if fit - max(elsewhere) < LEAD:
        return 0.0
    return float((fit - np.mean(elsewhere)) / max(1.0, float(np.std(elsewhere))))


def _moved(taken: Hypothesis, away_m: float, azimuth: float, xy: Floats) -> Floats:
    """Return where positions are if taken so, and all of them moved one way."""
    lonlat = taken.to_wgs84(xy)
    fair = on_globe(lonlat)
    ways = np.full(fair.sum(), azimuth), np.full(fair.sum(), away_m)
    lon, lat = pyproj.Geod(ellps="WGS84").fwd(lonlat[fair, 0], lonlat[fair, 1], *ways)[:2]
    lonlat[fair] = np.column_stack((lon, lat))
    return lonlat


def _offset(stated: Floats, taken: Floats) -> tuple[float | None, float | None]:
    """Return the median distance of positions as stated from where they are, and its direction."""
    fair = on_globe(stated) & on_globe(taken)
    if not fair.any():
        return None, None
    azimuth, _, length_m = pyproj.Geod(ellps="WGS84").inv(*taken[fair].T, *stated[fair].T)
    turned = np.radians(azimuth)
    mean = np.degrees(np.arctan2(np.sin(turned).mean(), np.cos(turned).mean()))
    return float(np.median(length_m)), float(mean % 360)


def _exceptions(
    items: Sequence[Item], tried: Sequence[Hypothesis], fits: Floats, likely: int
) -> tuple[tuple[str, str], ...]:
    lead = EXCEPTION_LEAD + np.log(len(items))
    copied = np.array([[each.copied] for each in tried])
    best = np.where(copied, fits, -np.inf).argmax(axis=0)
    return tuple(
        (item.title, tried[other].name)
        for number, (item, other) in enumerate(zip(items, best, strict=True))
        if fits[other, number] - fits[likely, number] >= lead
    )


def _old_course(items: Sequence[Item], taken: Hypothesis) -> tuple[str, ...]:
    drawn = [each for each in items if shapely.get_dimensions(each.shape) > 0]
    moved = shapely.transform(np.array([each.shape for each in drawn]), taken.to_wgs84)
    return tuple(drawn[number].title for number in on_old_course(list(moved)))
