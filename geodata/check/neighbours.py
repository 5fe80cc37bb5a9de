"""Which features an edit of another one may touch: by the ids they name, and by where they are.

All that these functions return is a superset: to judge a feature again that has not changed does
no harm, to forget one that has does.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from math import inf
from typing import TypeAlias

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.boundary import SideMap
from geodata.check.below import GroundBelow
from geodata.check.heights import top_m
from geodata.check.lane_graph import ways_of
from geodata.check.reach import still_joined
from geodata.check.survey import (
    PLACE_LAYERS,
    SITE_LAYERS,
    Floats,
    Shapes,
    Survey,
    ends_of,
    object_array,
)
from geodata.features import Checkpoint, Corridor, Feature, Obstacle, Zone
from geodata.ground import SpotGround
from geodata.limits import END_TOLERANCE_M
from geodata.prepared import prepared

_HALF_WIDTH_MAX_M = 250.0
"""How far from its line a corridor may reach: half the most that a width may be."""


@dataclass(frozen=True, slots=True)
class Version:
    """A feature as it stood in a survey, or as it stands now; its shape in lon/lat and metres."""

    feature: Feature
    lonlat: BaseGeometry
    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class Edit:
    """A feature put, changed or removed in a survey; `old` or `new` is None if it is not there.

    Nor is one whose shape is unsound. All other features are as they were, so where neighbours are
    is known from `before`; `wrong` are those at fault there, `lost` the corridors among them that
    name something unknown.
    """

    layer: str
    identifier: str
    old: Version | None
    new: Version | None
    before: Survey
    lost: Collection[str]
    wrong: Collection[str]

    @property
    def versions(self) -> tuple[Version, ...]:
        """The feature before and after, as far as it was and is there."""
        return tuple(each for each in (self.old, self.new) if each is not None)


Ids: TypeAlias = Iterable[str]
Neighbours: TypeAlias = Callable[[Edit], Ids | None]
"""Returns ids of touched features, whether they are there or not; None: all of them."""

Aspect: TypeAlias = Callable[[Version], object]
"""Returns what a rule takes from a feature, comparable."""


def where_sides_change(edit: Edit) -> Ids | None:
    """Places, parks and corridors in the strip of land that changes sides, and those at fault.

    What is said of those at fault depends on how far the boundary is from them. Which places lie
    past the boundary's ends, and all sides, hang on its two ends and on the sides it names.
    """
    survey, (old, new) = edit.before, (edit.old, edit.new)
    assert old is not None
    assert new is not None
    maps = [SideMap.of(each.feature, each.shape) for each in (old, new)]
    ends_m = [shapely.get_coordinates(each.line)[[0, -1]] for each in maps]
    named = [(each.left_side, each.right_side) for each in maps]
    if named[0] != named[1] or (ends_m[0] != ends_m[1]).any():
        return None
    land = shapely.symmetric_difference(maps[0].left, maps[1].left).buffer(END_TOLERANCE_M)
    members = survey.members((*PLACE_LAYERS, "parks"))
    corridors, strips = _strips(survey)
    ids = [*(each.id for each in members), *corridors]
    touched = shapely.intersects(prepared(land), np.concatenate((survey.shapes(members), strips)))
    return {*edit.wrong, *(ids[row] for row in np.flatnonzero(touched))}


def naming(edit: Edit) -> Ids:
    """Corridors that begin or end at a place, or name a zone; whatever the id is that of."""
    survey, named = edit.before, edit.identifier
    return survey.at_end.get(named, frozenset()) | survey.approved.get(named, frozenset())


def naming_or_lost(edit: Edit) -> Ids:
    """Those, and corridors that name something unknown: another id may now be the nearest one."""
    came_or_went = edit.old is None or edit.new is None
    return {*naming(edit), *edit.lost} if came_or_went else ()


def places_at(edit: Edit) -> Ids:
    """Places at a place's point, before or after; those that share it, and what they name."""
    survey = edit.before
    places = survey.members(PLACE_LAYERS)
    shapes = survey.shapes(places)
    touched = np.zeros(len(places), dtype=bool)
    for version in edit.versions:
        touched |= shapely.dwithin(shapes, version.shape, 2 * END_TOLERANCE_M)
    return [places[row].id for row in np.flatnonzero(touched)]


def between_same_places(edit: Edit) -> Ids:
    """Corridors between the same two places as a corridor, in either direction."""
    return {same for each in _corridors(edit) for same in edit.before.between(*ends_of(each))}


def ends(edit: Edit) -> Ids:
    """Places where a corridor begins and ends."""
    return {end for each in _corridors(edit) for end in ends_of(each)}


def in_zone(edit: Edit) -> Ids:
    """Corridors in a zone, seen from above, with a lane that may share height with it.

    And those that name it. A lane shares height where it does so over the ground that makes the
    zone largest.
    """
    corridors, ground = edit.before.corridors, edit.before.ground
    strips = object_array(edit.before.strips[each.id] for each in corridors)
    zones = []
    met = np.zeros(len(corridors), dtype=bool)
    for shape in {each.shape for each in edit.versions}:
        met |= shapely.intersects(prepared(shape), strips)
    for version in edit.versions:
        assert isinstance(version.feature, Zone)
        zones.append(version.feature)
    touched = set(naming(edit))
    for row in np.flatnonzero(met).tolist():
        corridor = corridors[row]
        highest_m, below = max(map(top_m, corridor.lanes)), ground[corridor.id]
        if any(_may_share_height(highest_m, below, zone) for zone in zones):
            touched.add(corridor.id)
    return touched


def _may_share_height(highest_m: float, below: GroundBelow, zone: Zone) -> bool:
    """Tell whether a zone may reach between the ground and the top of a corridor's lanes."""
    lower_m = zone.lower_m + (below.floor_m if zone.lower_reference == "AGL" else 0.0)
    if highest_m <= lower_m:
        return False
    upper_m = inf if zone.upper_m is None else zone.upper_m
    return below.floor_m < upper_m + (below.roof_m if zone.upper_reference == "AGL" else 0.0)


def beside_obstacle(edit: Edit) -> Ids:
    """Corridors into whose width an obstacle reaches."""
    touched: set[str] = set()
    for version in edit.versions:
        assert isinstance(version.feature, Obstacle)
        touched |= _beside(edit.before, [version.shape], [version.feature.radius_m])
    return touched


def over_spot(edit: Edit) -> Ids:
    """Corridors below which a spot height counts towards the ground.

    One that comes counts where it is nearer than the farthest that counted; one that goes did.
    """
    ground = edit.before.ground
    ids, below = list(ground), list(ground.values())
    spans = np.array([each.span_m for each in below]).reshape(-1, 4)
    reach_m = np.array([each.reach_m for each in below]) + END_TOLERANCE_M
    touched = np.zeros(len(ids), dtype=bool)
    for at in _spots(edit):
        beyond = np.maximum(np.maximum(spans[:, :2] - at, at - spans[:, 2:]), 0.0)
        touched |= np.hypot(*beyond.T) <= reach_m
    return [ids[row] for row in np.flatnonzero(touched)]


def beside_obstacles_over_spot(edit: Edit) -> Ids:
    """Corridors beside obstacles whose top counts from ground that a spot height counts towards."""
    survey, ground = edit.before, edit.before.network.ground
    if not isinstance(ground, SpotGround):
        return ()
    standing = [o for o in survey.network.obstacles.values() if o.top_reference == "AGL"]
    shapes = survey.shapes(standing)
    at_m, row = shapely.get_coordinates(shapes, return_index=True)
    reach_m = ground.heights_and_reach(at_m)[2] + END_TOLERANCE_M
    reached = np.zeros(len(at_m), dtype=bool)
    for at in _spots(edit):
        reached |= np.hypot(*(at_m - at).T) <= reach_m
    near = np.unique(row[reached])
    return _beside(survey, shapes[near], [standing[each].radius_m for each in near])


def zones_over_ground(edit: Edit) -> Ids:
    """Zones with one limit above ground and one above the datum."""
    zones = edit.before.network.zones.values()
    return [each.id for each in zones if each.lower_reference != each.upper_reference]


def _strips(survey: Survey) -> tuple[list[str], Shapes]:
    return list(survey.strips), object_array(survey.strips.values())


def _beside(survey: Survey, shapes: Iterable[BaseGeometry], radii_m: Iterable[float]) -> set[str]:
    ids, strips = _strips(survey)
    touched = np.zeros(len(ids), dtype=bool)
    for shape, radius_m in zip(shapes, radii_m, strict=True):
        touched |= shapely.dwithin(prepared(shape), strips, radius_m + _HALF_WIDTH_MAX_M)
    return {ids[row] for row in np.flatnonzero(touched)}


def _spots(edit: Edit) -> list[Floats]:
    return [shapely.get_coordinates(each.shape)[0] for each in edit.versions]


def _corridors(edit: Edit) -> list[Corridor]:
    return [each.feature for each in edit.versions if isinstance(each.feature, Corridor)]


def identity(version: Version) -> object:
    """Return what counts where only it matters which features there are."""
    return version.feature.id, type(version.feature)


def shape(version: Version) -> object:
    """Return what counts where it matters where a feature is."""
    return version.feature.id, version.lonlat


def shape_and_side(version: Version) -> object:
    """Return what counts where it matters where a feature is, and on which side."""
    return version.feature.id, version.lonlat, getattr(version.feature, "side", None)


def ways(version: Version) -> object:
    """Return what counts where it matters which places a corridor's lanes join."""
    corridor = version.feature
    assert isinstance(corridor, Corridor)
    return ways_of(corridor)


def sites_still_joined(edit: Edit, after: Survey) -> bool:
    """Tell if it is plain that sites are joined after an edit that were before it."""
    old, new = (
        ways_of(each.feature) if each is not None and isinstance(each.feature, Corridor) else set()
        for each in (edit.old, edit.new)
    )
    came = edit.identifier if edit.layer in SITE_LAYERS and edit.new is not None else None
    return still_joined(after, old - new, came)


def clearances(version: Version) -> object:
    """Return what counts where it matters what a checkpoint clears on each side."""
    checkpoint = version.feature
    assert isinstance(checkpoint, Checkpoint)
    return checkpoint.side, checkpoint.joint, checkpoint.goods
