"""A network edition: frozen, hashed, indexed. Everything else reads geodata through it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.boundary import SideMap
from geodata.content import canonical_shapes, edition_of
from geodata.features import (
    Checkpoint,
    Corridor,
    Feature,
    Lane,
    NetworkInfo,
    Obstacle,
    Park,
    Side,
    SpotHeight,
    Vertiport,
    Waypoint,
    Zone,
)
from geodata.ground import Ground, SpotGround
from geodata.projection import Projection
from geodata.schedule import Calendar

if TYPE_CHECKING:
    import geopandas

F = TypeVar("F", bound=Feature)

Place = Vertiport | Checkpoint | Waypoint
Site = Vertiport | Checkpoint
"""A place with pads, where drones land."""


@dataclass(frozen=True)
class Network:
    """One edition of the corridor network.

    `features` maps layer name to features sorted by id; `lonlat` maps feature id to its geometry in
    WGS-84 degrees, x = lon, y = lat. A network made by `geodata.read.read_network` has passed every
    check; one built by hand has not.
    """

    info: NetworkInfo
    features: Mapping[str, tuple[Feature, ...]]
    lonlat: Mapping[str, BaseGeometry]
    elevation: Ground | None = None

    def __getstate__(self) -> dict[str, object]:
        """Return what it is made of, for another process; what was worked out of it stays here."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def edition(self) -> str:
        """SHA-256 of the content: same features, same edition, whatever the order or format."""
        return edition_of(self.info, self.features, self.lonlat)

    def layer(self, name: str) -> tuple[Feature, ...]:
        """Return a layer's features, sorted by id; empty if the layer has none."""
        return self.features.get(name, ())

    @cached_property
    def parks(self) -> Mapping[str, Park]:
        """Parks by id."""
        return _by_id(self.layer("parks"), Park)

    @cached_property
    def vertiports(self) -> Mapping[str, Vertiport]:
        """Vertiports by id."""
        return _by_id(self.layer("vertiports"), Vertiport)

    @cached_property
    def checkpoints(self) -> Mapping[str, Checkpoint]:
        """Checkpoints by id."""
        return _by_id(self.layer("checkpoints"), Checkpoint)

    @cached_property
    def waypoints(self) -> Mapping[str, Waypoint]:
        """Waypoints by id."""
        return _by_id(self.layer("waypoints"), Waypoint)

    @cached_property
    def corridors(self) -> Mapping[str, Corridor]:
        """Corridors by id."""
        return _by_id(self.layer("corridors"), Corridor)

    @cached_property
    def zones(self) -> Mapping[str, Zone]:
        """Zones by id."""
        return _by_id(self.layer("zones"), Zone)

    @cached_property
    def obstacles(self) -> Mapping[str, Obstacle]:
        """Obstacles by id."""
        return _by_id(self.layer("obstacles"), Obstacle)

    @cached_property
    def sites(self) -> Mapping[str, Site]:
        """Vertiports and checkpoints by id: every place with pads."""
        return MappingProxyType({**self.vertiports, **self.checkpoints})

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Vertiports, checkpoints and waypoints by id: every end of a corridor."""
        return MappingProxyType({**self.vertiports, **self.checkpoints, **self.waypoints})

    @cached_property
    def lanes(self) -> Mapping[str, tuple[Corridor, Lane]]:
        """Lanes by id, each with its corridor; in the order of corridors' and lanes' ids."""
        return MappingProxyType(
            {
                lane.id: (corridor, lane)
                for corridor in self.corridors.values()
                for lane in sorted(corridor.lanes, key=lambda each: each.id)
            }
        )

    @cached_property
    def projection(self) -> Projection:
        """Between lon/lat and the metric CRS."""
        return Projection(self.info.metric_crs)

    @cached_property
    def metric(self) -> Mapping[str, BaseGeometry]:
        """Feature id to its geometry in the metric CRS: x east, y north, metres.

        Made from the canonical shapes, so that one edition gives the same numbers to the last bit.
        """
        ids = sorted(self.lonlat)
        shapes = canonical_shapes([self.lonlat[each] for each in ids])
        shapes = self.projection.to_metric(shapes)
        return MappingProxyType(dict(zip(ids, shapes, strict=True)))

    @cached_property
    def index(self) -> shapely.STRtree:
        """Spatial index over `metric`, in the order of `index_ids`."""
        return shapely.STRtree([self.metric[each] for each in self.index_ids])

    @cached_property
    def index_ids(self) -> tuple[str, ...]:
        """Feature ids in the order of `index`."""
        return tuple(sorted(self.lonlat))

    @cached_property
    def sides(self) -> SideMap:
        """Which side of the boundary a metric geometry is on."""
        (boundary,) = self.layer("boundary")
        return SideMap.of(boundary, self.metric[boundary.id])

    def side_of(self, place_id: str) -> Side:
        """Return the side that a place claims (the check proved it against the boundary)."""
        return self.places[place_id].side

    @cached_property
    def ground(self) -> Ground:
        """The terrain in use: the elevation model given, else the spot heights."""
        if self.elevation is not None:
            return self.elevation
        spots = [each for each in self.layer("spot_heights") if isinstance(each, SpotHeight)]
        return SpotGround(
            shapely.get_coordinates([self.metric[spot.id] for spot in spots]),
            np.array([spot.ground_amsl_m for spot in spots]),
            np.array([spot.margin_m for spot in spots]),
        )

    def lane_line(self, lane_id: str) -> shapely.LineString:
        """Return a lane's centre line in the metric CRS, in the direction of flight."""
        corridor, lane = self.lanes[lane_id]
        line = self.metric[corridor.id]
        assert isinstance(line, shapely.LineString)
        return line if lane.direction == "forward" else line.reverse()

    def lane_ends(self, lane_id: str) -> tuple[str, str]:
        """Return the places where a lane begins and ends, in the direction of flight."""
        corridor, lane = self.lanes[lane_id]
        ends = (corridor.start, corridor.end)
        return ends if lane.direction == "forward" else (ends[1], ends[0])

    def calendar(self, day: dt.date) -> Calendar:
        """Return the local day, with sun events at the boundary's first point."""
        (boundary,) = self.layer("boundary")
        lon, lat = shapely.get_coordinates(self.lonlat[boundary.id])[0]
        return Calendar(day, self.info.timezone, float(lon), float(lat))

    def frame(self, layer: str) -> "geopandas.GeoDataFrame":
        """Return a layer as a GeoDataFrame in EPSG:4326, one column a field."""
        import geopandas

        rows = [asdict(feature) for feature in self.layer(layer)]
        shapes = [self.lonlat[row["id"]] for row in rows]
        return geopandas.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326")


def shipped_network_path() -> Path:
    """Return the folder of the Hetao network that comes with the package."""
    return Path(__file__).parent / "hetao"


def _by_id(features: Iterable[Feature], kind: type[F]) -> Mapping[str, F]:
    return MappingProxyType({each.id: each for each in features if isinstance(each, kind)})
