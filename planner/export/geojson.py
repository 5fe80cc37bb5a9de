"""A plan as GeoJSON (RFC 7946): legs in three dimensions, stops, and the orders left out."""

from typing import Any

import shapely

from geodata.network import Network
from planner.plan.plan import Leg, Plan, Sortie, Stop, Unserved
from planner.request.request import Request

NOTICE = "Not for navigation."
LONLAT_DIGITS, HEIGHT_DIGITS = 7, 2

Position = list[float]
"""Longitude and latitude in degrees, height in m AMSL."""


def plan_geojson(plan: Plan, network: Network, request: Request) -> dict[str, Any]:
    """Return a plan as a FeatureCollection, ready for `json.dump`.

    Coordinates are WGS-84 lon/lat degrees (RFC 7946, section 4) with the height in metres above
    the network's vertical datum, which is not the ellipsoid that section 3.1.1 has in mind: the
    member `vertical_datum` says so. The property `kind` tells the features apart:

    - `leg`: a line from pad to pad, climbing and descending straight over the places;
    - `stop`: a point on the pads, with its events;
    - `unserved`: a point at the origin of an order left out, with the reasons.

    Instants are ISO 8601 with their offset; the unit of a number stands in its name. The plan
    must have been made for this network and request.
    """
    features: list[dict[str, Any]] = []
    for sortie in plan.sorties:
        for rank, leg in enumerate(sortie.legs):
            features.append(_leg(sortie, rank, leg, network, request))
        for rank, stop in enumerate(sortie.stops):
            features.append(_stop(sortie, rank, stop, network))
    features += [_unserved(each, network, request) for each in plan.unserved]
    return {
        "type": "FeatureCollection",
        "name": f"{network.info.name}, plan of {request.fleet.day}",
        "notice": f"{NOTICE} {network.info.notice}",
        "licence": network.info.licence,
        "day": request.fleet.day.isoformat(),
        "edition": plan.edition,
        "request": plan.request,
        "rulebook": plan.rulebook,
        "version": plan.version,
        "horizontal_datum": "WGS-84 (EPSG:4326), longitude before latitude, degrees",
        "vertical_datum": f"heights in m above {network.info.vertical_datum}",
        "features": features,
    }


def leg_positions(leg: Leg, origin: str, destination: str, network: Network) -> list[Position]:
    """Return the way of a leg: up from the pad, along its lanes at their heights, down again.

    A change of height between two lanes is drawn straight up or down over the waypoint between
    them. No position stands twice in a row.
    """
    way: list[Position] = [_pads(origin, network)]
    for lane_id in leg.lanes:
        corridor, lane = network.lanes[lane_id]
        points = shapely.get_coordinates(network.lonlat[corridor.id])
        along = points if lane.direction == "forward" else points[::-1]
        way += [_position(lon, lat, lane.height_amsl_m) for lon, lat in along]
    way.append(_pads(destination, network))
    return [here for before, here in zip([None, *way], way, strict=False) if here != before]


def _leg(sortie: Sortie, rank: int, leg: Leg, network: Network, request: Request) -> dict[str, Any]:
    start, end = sortie.stops[rank], sortie.stops[rank + 1]
    properties = {
        "kind": "leg",
        "sortie": sortie.id,
        "leg": rank + 1,
        "drone": sortie.drone,
        "drone_type": request.drones[sortie.drone].type,
        "cruise_m_s": sortie.cruise_m_s,
        "from": start.place,
        "to": end.place,
        "takeoff": start.depart.isoformat(),
        "landing": end.arrive.isoformat(),
        "duration_s": round((end.arrive - start.depart).total_seconds()),
        "lanes": list(leg.lanes),
        "heights_amsl_m": [network.lanes[lane][1].height_amsl_m for lane in leg.lanes],
        "orders": list(leg.orders),
        "payload_kg": leg.payload_kg,
        "distance_m": leg.distance_m,
        "energy_wh": leg.energy_wh,
    }
    line = leg_positions(leg, start.place, end.place, network)
    return _feature(f"{sortie.id}/leg/{rank + 1}", "LineString", line, properties)


def _stop(sortie: Sortie, rank: int, stop: Stop, network: Network) -> dict[str, Any]:
    site = network.sites[stop.place]
    properties = {
        "kind": "stop",
        "sortie": sortie.id,
        "stop": rank + 1,
        "drone": sortie.drone,
        "place": stop.place,
        "name": site.name,
        "side": site.side,
        "checkpoint": stop.place in network.checkpoints,
        "arrive": stop.arrive.isoformat(),
        "depart": stop.depart.isoformat(),
        "events": [
            {
                "kind": event.kind,
                "order": event.order,
                "regime": event.regime,
                "start": event.start.isoformat(),
                "end": event.end.isoformat(),
            }
            for event in stop.events
        ],
    }
    position = _pads(stop.place, network)
    return _feature(f"{sortie.id}/stop/{rank + 1}", "Point", position, properties)


def _unserved(unserved: Unserved, network: Network, request: Request) -> dict[str, Any]:
    order = request.orders_by_id[unserved.order]
    properties = {
        "kind": "unserved",
        "order": order.id,
        "from": order.origin,
        "to": order.destination,
        "goods": order.goods,
        "priority": order.priority,
        "mass_kg": order.mass_kg,
        "volume_l": order.volume_l,
        "ready": order.ready.isoformat(),
        "due": order.due.isoformat(),
        "reasons": [
            {
                "code": reason.code,
                "message": reason.message,
                "values": reason.values,
                "remedy": reason.remedy,
            }
            for reason in unserved.reasons
        ],
    }
    position = _pads(order.origin, network)
    return _feature(f"unserved/{order.id}", "Point", position, properties)


def _pads(site_id: str, network: Network) -> Position:
    """Return where the pads of a site are."""
    ((lon, lat),) = shapely.get_coordinates(network.lonlat[site_id])
    return _position(lon, lat, network.sites[site_id].ground_amsl_m)


def _position(lon: float, lat: float, height_amsl_m: float) -> Position:
    return [
        round(float(lon), LONLAT_DIGITS),
        round(float(lat), LONLAT_DIGITS),
        round(float(height_amsl_m), HEIGHT_DIGITS),
    ]


def _feature(
    feature_id: str, geometry: str, coordinates: list[Any], properties: dict[str, Any]
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": feature_id,
        "geometry": {"type": geometry, "coordinates": coordinates},
        "properties": properties,
    }
