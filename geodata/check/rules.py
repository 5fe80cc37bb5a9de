"""The rules that a sound network must keep: what each judges, needs, and depends on.

A rule judges the features of some layers one by one, each by itself and by its neighbours; or, if
it judges no layers, the network as a whole. `follows` says which edits may change its findings
besides those of the features that it judges; nothing else may.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from geodata.check import neighbours as near
from geodata.check.airspace import lanes_in_zones, zone_limits
from geodata.check.chargers import charger_power
from geodata.check.datum import (
    old_river,
    shifted_boundary,
    shifted_corridors,
    shifted_layers,
    shifted_parks,
    shifted_places,
)
from geodata.check.heights import (
    lane_separation,
    obstacle_clearance,
    pad_clearance,
    terrain_clearance,
)
from geodata.check.links import (
    corridor_shapes,
    duplicate_corridors,
    duplicate_places,
    unknown_references,
)
from geodata.check.reach import customs_gaps, isolated_places, unreachable_sites
from geodata.check.sides import corridor_sides, park_sides, place_sides
from geodata.check.survey import PLACE_LAYERS, SITE_LAYERS, Survey
from geodata.check.timetables import unreadable_hours
from geodata.faults import Fault
from geodata.features import LAYERS

Layers: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for each feature of some layers; a fault that it finds has the feature's id as item.

    `needs` are the layers that must have been read whole for it to be judged, and `ground`, which
    also needs to be known. An edit of a layer in `follows` touches the features that the function
    there names.
    """

    find: Callable[[Survey, Sequence[Any]], Iterable[Fault]]
    judges: Layers
    needs: frozenset[str] = frozenset()
    follows: Mapping[str, near.Neighbours] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WholeRule:
    """A rule for the network as a whole.

    An edit of a layer in `follows` touches it if it changes what the function there takes from
    the edited feature. Where nothing was found before, `settled` may tell by a quick look at the
    edit and the network after it that nothing is now either.
    """

    find: Callable[[Survey], Iterable[Fault]]
    follows: Mapping[str, near.Aspect]
    needs: frozenset[str] = frozenset()
    settled: Callable[[near.Edit, Survey], bool] = lambda _, __: False


def _on(layers: Collection[str], follow: Any) -> dict[str, Any]:
    return dict.fromkeys(layers, follow)


_SIDES, _GROUND = frozenset({"boundary"}), frozenset({"ground"})
_CORRIDORS: Layers = ("corridors",)
_HOURS: Layers = (*SITE_LAYERS, "corridors", "zones")
_ALL_SIDES = _on(["boundary"], near.where_sides_change)

RULES = (
    Rule(unreadable_hours, _HOURS),
    Rule(charger_power, ("vertiports",)),
    Rule(unknown_references, _CORRIDORS, follows=_on(LAYERS, near.naming_or_lost)),
    Rule(corridor_shapes, _CORRIDORS, follows=_on(PLACE_LAYERS, near.naming)),
    Rule(duplicate_places, PLACE_LAYERS, follows=_on(PLACE_LAYERS, near.places_at)),
    Rule(duplicate_corridors, _CORRIDORS, follows=_on(_CORRIDORS, near.between_same_places)),
    Rule(place_sides, PLACE_LAYERS, _SIDES, _ALL_SIDES),
    Rule(park_sides, ("parks",), _SIDES, _ALL_SIDES),
    Rule(corridor_sides, _CORRIDORS, _SIDES, _ALL_SIDES),
    Rule(shifted_places, PLACE_LAYERS, _SIDES, _ALL_SIDES | _on(_CORRIDORS, near.ends)),
    Rule(shifted_parks, ("parks",), _SIDES, _ALL_SIDES),
    Rule(shifted_corridors, _CORRIDORS, _SIDES, _ALL_SIDES | _on(PLACE_LAYERS, near.naming)),
    Rule(old_river, ("boundary", "parks", "zones")),
    Rule(lane_separation, _CORRIDORS),
    Rule(pad_clearance, _CORRIDORS, follows=_on(SITE_LAYERS, near.naming)),
    Rule(terrain_clearance, _CORRIDORS, _GROUND, _on(["spot_heights"], near.over_spot)),
    Rule(
        obstacle_clearance,
        _CORRIDORS,
        _GROUND,
        {"obstacles": near.beside_obstacle, "spot_heights": near.beside_obstacles_over_spot},
    ),
    Rule(zone_limits, ("zones",), follows=_on(["spot_heights"], near.zones_over_ground)),
    Rule(
        lanes_in_zones,
        _CORRIDORS,
        _GROUND | {"zones"},
        {"zones": near.in_zone, "spot_heights": near.over_spot} | _on(SITE_LAYERS, near.naming),
    ),
    Rule(isolated_places, PLACE_LAYERS, frozenset({"corridors"}), _on(_CORRIDORS, near.ends)),
)

WHOLE_RULES = (
    WholeRule(
        shifted_layers,
        _on(("parks", "boundary", *SITE_LAYERS), near.shape_and_side),
        _SIDES,
    ),
    WholeRule(shifted_boundary, _on(["boundary"], near.shape), _SIDES),
    WholeRule(
        unreachable_sites,
        _on(PLACE_LAYERS, near.identity) | _on(_CORRIDORS, near.ways),
        frozenset({*PLACE_LAYERS, "corridors"}),
        near.sites_still_joined,
    ),
    WholeRule(customs_gaps, {"checkpoints": near.clearances}, frozenset({"checkpoints"})),
)
