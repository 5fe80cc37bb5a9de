"""Edits of a city as a planner makes them, one feature at a time, drawn by lot."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any, TypeAlias

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.check.incremental import Checked
from geodata.features import Corridor, Feature, SpotHeight, Zone
from geodata.network import Network

Put: TypeAlias = tuple[Feature, BaseGeometry]


@dataclass(frozen=True)
class EditKind:
    """A kind of edit, and what draws one: a feature with its shape, or the id of one to remove."""

    name: str
    draw: Callable[[Network, Random], Put | str]


def apply(checked: Checked, edit: Put | str) -> Checked:
    """Return a checked network after an edit."""
    return checked.without_feature(edit) if isinstance(edit, str) else checked.with_feature(*edit)


def _pick(network: Network, draw: Random, layer: str, **fields: Any) -> tuple[Any, BaseGeometry]:
    members = [
        each
        for each in network.layer(layer)
        if all(getattr(each, name) == value for name, value in fields.items())
    ]
    feature = draw.choice(members)
    return feature, network.lonlat[feature.id]


def _moved(shape: BaseGeometry, north_deg: float) -> BaseGeometry:
    return shapely.transform(shape, lambda at: np.round(at + np.array([0.0, north_deg]), 7))


def _bent(shape: BaseGeometry, north_deg: float) -> shapely.LineString:
    at = shapely.get_coordinates(shape)
    middle = np.round(at.mean(axis=0) + np.array([0.0, north_deg]), 7)
    return shapely.LineString([at[0], middle, at[-1]])


def _raise_lane(network: Network, draw: Random) -> Put:
    corridor, shape = _pick(network, draw, "corridors")
    assert isinstance(corridor, Corridor)
    lane, *others = corridor.lanes
    lane = replace(lane, height_amsl_m=lane.height_amsl_m + 1)
    return replace(corridor, lanes=(lane, *others)), shape


def _bend_corridor(network: Network, draw: Random) -> Put:
    corridor, shape = _pick(network, draw, "corridors")
    return corridor, _bent(shape, 1e-5)


def _add_corridor(network: Network, draw: Random) -> Put:
    corridor, shape = _pick(network, draw, "corridors")
    identifier = f"{corridor.id}-N{draw.randrange(10**6)}"
    lanes = (
        replace(lane, id=f"{identifier}-{lane.direction[0].upper()}") for lane in corridor.lanes
    )
    return replace(corridor, id=identifier, lanes=tuple(lanes)), _bent(shape, 1e-4)


def _add_vertiport(network: Network, draw: Random) -> Put:
    vertiport, shape = _pick(network, draw, "vertiports")
    return replace(vertiport, id=f"{vertiport.id}-N{draw.randrange(10**6)}"), _moved(shape, 1e-3)


def _move_boundary(network: Network, draw: Random) -> Put:
    boundary, shape = _pick(network, draw, "boundary")
    at = shapely.get_coordinates(shape).copy()
    at[draw.randrange(1, len(at) - 1), 1] += 2e-5
    return boundary, shapely.LineString(np.round(at, 7))


def _raise_spot(network: Network, draw: Random) -> Put:
    spot, shape = _pick(network, draw, "spot_heights")
    assert isinstance(spot, SpotHeight)
    return replace(spot, ground_amsl_m=spot.ground_amsl_m + 0.5), shape


def _raise_ceiling(network: Network, draw: Random) -> Put:
    zone, shape = _pick(network, draw, "zones", kind="ceiling")
    assert isinstance(zone, Zone)
    return replace(zone, lower_m=zone.lower_m + 1), shape


def _change_hours(network: Network, draw: Random) -> Put:
    vertiport, shape = _pick(network, draw, "vertiports")
    return replace(vertiport, hours="08:00-20:00"), shape


def _move(layer: str, north_deg: float, **fields: Any) -> Callable[[Network, Random], Put]:
    def draw_one(network: Network, draw: Random) -> Put:
        feature, shape = _pick(network, draw, layer, **fields)
        return feature, _moved(shape, north_deg)

    return draw_one


def _remove(layer: str) -> Callable[[Network, Random], str]:
    return lambda network, draw: _pick(network, draw, layer)[0].id


EDITS = (
    EditKind("corridor: a lane raised", _raise_lane),
    EditKind("corridor bent", _bend_corridor),
    EditKind("corridor added", _add_corridor),
    EditKind("corridor removed", _remove("corridors")),
    EditKind("vertiport: other hours", _change_hours),
    EditKind("vertiport moved", _move("vertiports", 5e-5)),
    EditKind("vertiport added", _add_vertiport),
    EditKind("vertiport removed", _remove("vertiports")),
    EditKind("waypoint removed", _remove("waypoints")),
    EditKind("checkpoint removed", _remove("checkpoints")),
    EditKind("zone moved", _move("zones", 2e-4, kind="prohibited")),
    EditKind("ceiling over half the city raised", _raise_ceiling),
    EditKind("obstacle moved", _move("obstacles", 2e-4)),
    EditKind("spot height raised", _raise_spot),
    EditKind("boundary: a vertex moved", _move_boundary),
)
