"""From the zones of an ED-269 or ED-318 file to our zones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shapely.geometry.base import BaseGeometry

from geodata.faults import Fault
from geodata.features import Side, Zone
from geodata.formats.imported import Imported
from geodata.formats.uas_extras import KEY, count_of, restored
from geodata.formats.uas_limits import LIMIT_FIELDS, Limits, read_limits
from geodata.formats.uas_report import Report
from geodata.formats.uas_shape import read_shape
from geodata.formats.uas_times import read_times
from geodata.formats.uas_words import (
    RESTRICTION_OF,
    authority_of,
    category_of,
    id_of,
    kind_of,
    side_of,
    texts,
)
from geodata.formats.zone_parts import Part, joined, numbered_id
from geodata.records import read_record

_READ = LIMIT_FIELDS | {
    *("identifier", "country", "name", "type", "variant", "restriction", "reason", "reasons"),
    *("message", "zoneAuthority", "limitedApplicability", "applicability", "hidden"),
    *("geometry", "layer", "verticalLayer", "UASZone"),
}
_READ_OF_AUTHORITY = frozenset(("name", "service", "contactName", "purpose"))


@dataclass(frozen=True, slots=True)
class Item:
    """A zone as it stands in a file: its fields, and its volumes as (geometry, limits)."""

    fields: Mapping[str, Any]
    volumes: Sequence[tuple[object, Mapping[str, Any]]]

    @property
    def extras(self) -> Mapping[str, Any] | None:
        """What our own export kept beside the standard fields; None in others' files."""
        extended = self.fields.get("extendedProperties")
        found = extended.get(KEY) if isinstance(extended, Mapping) else None
        return found if isinstance(found, Mapping) else None

    def unread(self) -> set[str]:
        """Return the names of the fields that say something and have no place in our zones."""
        if self.extras is not None:
            return set()
        found = {name for name, value in self.fields.items() if value} - _READ
        listed = self.fields.get("zoneAuthority")
        for each in listed if isinstance(listed, list) else []:
            if isinstance(each, Mapping):
                said = {name for name, value in each.items() if value} - _READ_OF_AUTHORITY
                found |= {f"zoneAuthority.{name}" for name in said}
        return found


def read_zones(
    items: Iterable[Item],
    source: str,
    assumed_side: Side,
    report: Report,
    *,
    ellipsoidal: bool = False,
) -> Imported:
    """Return the zones of a file's items, each with its shape; what is faulty is left out.

    `source` is what the zones say that they come from, `assumed_side` the side of those whose
    country is neither. With `ellipsoidal`, limits over the ellipsoid are read as AMSL.
    """
    parts: list[Part] = []
    unread: set[str] = set()
    for number, item in enumerate(items, start=1):
        identifier = item.fields.get("identifier")
        place = report.on(str(identifier) if identifier else f"zone {number}")
        parts += _Reader(item, source, assumed_side, place, ellipsoidal).parts(f"ZONE-{number}")
        unread |= item.unread()
    if unread:
        report.warn("IMPORT_FIELDS_DROPPED", "", ", ".join(sorted(unread)), "nothing of them")
    return joined(parts, report)


def plain_fields(
    fields: Mapping[str, Any], limits: Limits, assumed_side: Side, report: Report
) -> dict[str, Any] | None:
    """Return what the standard fields alone say of a zone; None if it restricts nobody.

    The id, and fields that the formats do not have, are left out.
    """
    restriction = fields.get("restriction") or fields.get("type")
    kind = kind_of(restriction, report)
    if kind is None:
        report.warn("IMPORT_ZONE_SKIPPED", "type", restriction, "nothing")
        return None
    unusual = "AUTHORIZATION" if "restriction" in fields else "AUTHORISATION"
    if unusual in str(restriction).upper():
        report.warn("IMPORT_SPELLING", "type", restriction, RESTRICTION_OF[kind])
    variant = fields.get("variant") or fields.get("type")
    if str(variant).upper() == "CUSTOMIZED":
        report.warn("IMPORT_KIND_ASSUMED", "variant", variant, f"{kind} to everybody")
    name, name_zh = texts(fields.get("name"))
    note, _ = texts(fields.get("message"))
    times = "limitedApplicability" if "limitedApplicability" in fields else "applicability"
    return {
        "name": name or str(fields.get("identifier") or "unnamed"),
        "name_zh": name_zh,
        "note": note,
        "kind": kind,
        "category": category_of(fields.get("reason") or fields.get("reasons"), report),
        "side": side_of(fields.get("country"), assumed_side, report),
        "authority": authority_of(fields.get("zoneAuthority"), report),
        "lower_m": limits.lower_m,
        "lower_reference": limits.lower_reference,
        "upper_m": limits.upper_m,
        "upper_reference": limits.upper_reference,
        "schedule": read_times(fields.get(times), times, report),
    }


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes zones of one item: one for all of its volumes that have the same limits."""

    item: Item
    source: str
    assumed_side: Side
    report: Report
    ellipsoidal: bool

    def parts(self, otherwise: str) -> list[Part]:
        """Return a record for each shape; `otherwise` is the id where the item has none.

        What the standard fields leave to be assumed is not reported where our own extras, unchanged
        since the export, say it.
        """
        if self.item.fields.get("hidden"):
            self.report.warn("IMPORT_ZONE_SKIPPED", "hidden", "a shape not to be shown", "nothing")
            return []
        if not self.item.volumes:
            self.report.error("GEOMETRY_MISSING", "geometry", "nothing", "a polygon or circle")
        assumed: list[Fault] = []
        aside = replace(self.report, faults=assumed)
        by_limits = self._shapes(aside)
        extras = self.item.extras or {}
        base = id_of(extras.get("id", self.item.fields.get("identifier")), otherwise, aside)
        parts: list[Part] = []
        trusted = bool(extras)
        for number, (limits, shapes) in enumerate(by_limits.items(), start=1):
            identifier = base if len(by_limits) == 1 else numbered_id(base, f"-V{number}")
            zone, agreed = self._zone(identifier, limits, extras, aside)
            trusted = trusted and agreed
            if zone is not None:
                parts += [Part(zone, shape, count_of(extras)) for shape in shapes]
        if len(by_limits) > 1 and parts:
            named = ", ".join(dict.fromkeys(part.zone.id for part in parts))
            aside.warn("IMPORT_ID_CHANGED", "geometry", f"{len(by_limits)} volumes", named)
        kept = [each for each in assumed if each.severity == "error" or not trusted]
        self.report.faults.extend(dict.fromkeys(kept))
        return parts

    def _shapes(self, aside: Report) -> dict[Limits, list[BaseGeometry]]:
        by_limits: dict[Limits, list[BaseGeometry]] = {}
        for number, (geometry, given) in enumerate(self.item.volumes, start=1):
            field = "geometry" if len(self.item.volumes) == 1 else f"geometry[{number}]"
            shape = read_shape(geometry, field, self.report)
            limits = read_limits(given, field, aside, ellipsoidal=self.ellipsoidal)
            if shape is not None and limits is not None:
                by_limits.setdefault(limits, []).append(shape)
        return by_limits

    def _zone(
        self, identifier: str, limits: Limits, extras: Mapping[str, Any], aside: Report
    ) -> tuple[Zone | None, bool]:
        """Return a zone's record, and whether the extras, if there are any, all counted."""
        plain = plain_fields(self.item.fields, limits, self.assumed_side, aside)
        if plain is None:
            return None, False
        unstated = {"source": self.source, "confidence": "published", "accuracy_m": None}
        found, agreed = restored({**unstated, **plain, "id": identifier}, extras, aside)
        report = self.report
        return read_record(Zone, found, report.source, report.item, report.faults), agreed
