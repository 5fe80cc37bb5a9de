"""What the standard fields of another format cannot hold of a zone, kept beside them.

An extra counts only while the standard field says what it said at the export: `read_as` is what
the export made of the field, `is` what the zone had. So an edit in another program is never undone
by what the export kept.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from geodata.features import Zone
from geodata.formats.uas_report import Report

KEY = "hetao"
"""Name of our extras within a format's extended properties."""

UNSTATED = ("source", "confidence", "accuracy_m")
"""Fields of a zone that no other format has a place for."""


def extras_of(zone: Zone, part: int, parts: int, plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return the extras of one part of a zone; `plain` is what a reader makes of the rest."""
    fields: dict[str, Any] = {}
    for name, value in asdict(zone).items():
        if name in UNSTATED:
            fields[name] = {"is": value}
        elif name != "id" and plain.get(name) != value:
            fields[name] = {"read_as": plain.get(name), "is": value}
    return {"id": zone.id, "part": part, "parts": parts, "fields": fields}


def restored(
    plain: Mapping[str, Any], extras: Mapping[str, Any], report: Report
) -> tuple[dict[str, Any], bool]:
    """Return a zone's fields with what the extras kept, and whether all of the extras counted."""
    found, agreed = dict(plain), True
    fields = extras.get("fields")
    for name, kept in fields.items() if isinstance(fields, Mapping) else ():
        if not isinstance(kept, Mapping) or "is" not in kept or name == "id":
            continue
        if name in UNSTATED or kept.get("read_as") == plain.get(name):
            found[name] = kept["is"]
        else:
            agreed = False
            now, then = plain.get(name), kept.get("read_as")
            report.warn("IMPORT_EXTRA_OVERRULED", name, f"{now}, was {then}", f"{now}")
    return found, agreed


def count_of(extras: Mapping[str, Any]) -> int:
    """Return of how many parts a zone was when it was exported, at least 1."""
    parts = extras.get("parts")
    return parts if isinstance(parts, int) and parts > 0 else 1
