"""A plan as KML 2.2 (OGC 12-007r2) for Google Earth: flights at their heights, with their times."""

from typing import Any

import fastkml
import shapely
from fastkml import styles
from fastkml.data import Data
from fastkml.enums import AltitudeMode
from fastkml.geometry import create_kml_geometry
from fastkml.times import KmlDateTime, TimeSpan
from pygeoif.factories import shape as pygeoif_shape

from geodata.geojson import DECIMALS
from geodata.network import Network
from planner.export.geojson import NOTICE, leg_positions
from planner.plan.plan import Leg, Plan, Sortie
from planner.request.request import Request

_LOADED, _EMPTY = "loaded", "empty"
_COLOURS = {_LOADED: "ff14881e", _EMPTY: "ff808080"}
"""aabbggrr, as KML has them."""


def plan_kml(plan: Plan, network: Network, request: Request) -> str:
    """Return the legs of a plan, one folder a drone; coordinates are lon, lat, height in m.

    Heights are those of the network, unchanged, with altitude mode `absolute`; the document's
    description names what they count from. Each leg has its time span, so the slider flies it.
    """
    folders = [
        fastkml.Folder(
            name=drone,
            features=[
                _placemark(sortie, rank, leg, network)
                for sortie in plan.sorties
                if sortie.drone == drone
                for rank, leg in enumerate(sortie.legs)
            ],
        )
        for drone in sorted({sortie.drone for sortie in plan.sorties})
    ]
    document = fastkml.Document(
        name=f"{network.info.name}, plan of {request.fleet.day}",
        description=f"{NOTICE} {network.info.notice}\n{network.info.licence}\n"
        f"heights in m above {network.info.vertical_datum}\nedition {plan.edition}",
        styles=[
            styles.Style(id=name, styles=[styles.LineStyle(color=colour, width=3)])
            for name, colour in _COLOURS.items()
        ],
        features=folders,
    )
    return f"{fastkml.KML(features=[document]).to_string(precision=DECIMALS)}\n"


def _placemark(sortie: Sortie, rank: int, leg: Leg, network: Network) -> fastkml.Placemark:
    start, end = sortie.stops[rank], sortie.stops[rank + 1]
    line = shapely.LineString(leg_positions(leg, start.place, end.place, network))
    values: dict[str, Any] = {
        "sortie": sortie.id,
        "leg": rank + 1,
        "from": start.place,
        "to": end.place,
        "orders": " ".join(leg.orders),
        "payload_kg": leg.payload_kg,
        "distance_m": leg.distance_m,
        "energy_wh": leg.energy_wh,
        "lanes": " ".join(leg.lanes),
    }
    if sortie.cruise_m_s is not None:
        values["cruise_m_s"] = sortie.cruise_m_s
    return fastkml.Placemark(
        name=f"{sortie.id}/{rank + 1} {start.place} to {end.place}",
        times=TimeSpan(begin=KmlDateTime(start.depart), end=KmlDateTime(end.arrive)),
        style_url=styles.StyleUrl(url=f"#{_LOADED if leg.orders else _EMPTY}"),
        extended_data=fastkml.ExtendedData(
            elements=[Data(name=name, value=f"{value}") for name, value in values.items()]
        ),
        kml_geometry=create_kml_geometry(
            pygeoif_shape(line.__geo_interface__), altitude_mode=AltitudeMode.absolute
        ),
    )
