"""What others hold, from plain values: types and ranges first, then what fields mean together."""

import json

import shapely
from pydantic import ValidationError

from geodata.faults import Fault
from geodata.field_faults import Path, Place, Records, type_faults
from planner.read.files import Document
from planner.request.held import HELD, Held, HeldAir, HeldSeats

_RECORDS: Records = {(): Held, ("air",): HeldAir, ("seats",): HeldSeats}


def read_held(document: Document, faults: list[Fault]) -> Held | None:
    """Return what others hold; None if a field has a fault of type, which is added.

    A site that the network lacks is no fault: it may be one of another edition.
    """

    def locate(loc: Path) -> tuple[str, Path]:
        match loc:
            case (str(field), int(number), *rest):
                return f"{field}[{number}]", tuple(rest)
        return "", loc

    try:
        held = HELD.validate_json(json.dumps(document.value), strict=True)
    except ValidationError as error:
        faults.extend(fault for _, fault in type_faults(error, document.source, _RECORDS, locate))
        return None
    for number, air in enumerate(held.air):
        place = Place(document.source, f"air[{number}]")
        if air.upper_amsl_m <= air.lower_amsl_m:
            limit = f"more than {air.lower_amsl_m:g}"
            message = "must be above lower_amsl_m"
            value = air.upper_amsl_m
            faults.append(
                place.fault("upper_amsl_m", "BAND_REVERSED", message, value=value, limit=limit)
            )
        if not shapely.Polygon(air.area).is_valid:
            faults.append(place.fault("area", "OUTLINE_CROSSED", "the outline crosses itself"))
    listed = [(f"air[{number}]", each.spans) for number, each in enumerate(held.air)]
    listed += [(f"seats[{number}]", each.spans) for number, each in enumerate(held.seats)]
    for item, spans in listed:
        if any(until <= since for since, until in spans):
            place = Place(document.source, item)
            faults.append(place.fault("spans", "TIMES_REVERSED", "must end after it begins"))
    return held
