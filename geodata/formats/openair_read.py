"""OpenAir read leniently: every airspace of a file as a zone, with all that was assumed."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geodata.features import Side, Zone, ZoneKind
from geodata.formats.imported import Imported
from geodata.formats.openair_altitude import GROUND, UNLIMITED, altitude
from geodata.formats.openair_shape import Outline
from geodata.formats.uas_extras import count_of, restored
from geodata.formats.uas_report import Report
from geodata.formats.uas_times import ALWAYS, window
from geodata.formats.uas_words import id_of
from geodata.formats.zone_file import read_text
from geodata.formats.zone_parts import Part, joined
from geodata.records import read_record

EXTRAS = "*HETAO "
"""Begins the comment that keeps what OpenAir has no place for."""

_GEOMETRY = ("DP", "DA", "DB", "DC", "V")
_UNHELD = ("category", "side", "authority")
"""Fields of a zone that OpenAir has no place for and that a zone must have."""

_KIND_OF: Mapping[str, ZoneKind] = {
    **dict.fromkeys(("P", "PROHIBITED"), "prohibited"),
    **dict.fromkeys(("R", "RESTRICTED", "Q", "DANGER", "TRA", "TSA", "TFR", "OFR"), "restricted"),
    **dict.fromkeys(("CTR", "ATZ", "MATZ"), "permission"),
}


@dataclass(slots=True)
class _Block:
    """One airspace as it stands in the file: its lines by command, its outline, our extras."""

    line: int
    outline: Outline
    said: dict[str, list[str]] = field(default_factory=dict)
    extras: Mapping[str, Any] = field(default_factory=dict)
    broken: bool = False

    def first(self, command: str) -> str:
        return self.said.get(command, [""])[0]


def read_openair(path: Path, *, assumed_side: Side = "SZ") -> Imported:
    """Return the airspaces of an OpenAir file as zones, WGS-84 lon before lat; raises nothing.

    Limits are metres: feet are 0.3048 m, a flight level is 100 ft in the standard atmosphere.
    `assumed_side` is taken, with a warning, as OpenAir names no country.
    """
    report = Report(path.name, [])
    text = read_text(path, report, otherwise="cp1252")
    blocks = [] if text is None else list(_blocks(text, report))
    if text is not None and not blocks:
        report.error("NOT_A_ZONE_FILE", "AC", "no AC line", "an AC line for each airspace")
    foreign = [each for each in blocks if not each.extras]
    if foreign:
        found = f"{len(foreign)} zones"
        report.warn("IMPORT_ID_CHANGED", "AN", found, "ids made of their names")
        report.warn("IMPORT_SIDE_ASSUMED", "", found, assumed_side)
        report.warn("IMPORT_CATEGORY_ASSUMED", "", found, "aerodrome for CTR and ATZ, or airspace")
        report.warn("IMPORT_AUTHORITY_ASSUMED", "", found, "not stated")
    parts: list[Part] = []
    for number, block in enumerate(blocks, start=1):
        place = report.on(f"{block.first('AN') or f'airspace {number}'} (line {block.line})")
        parts += _parts(block, f"ZONE-{number}", f"OpenAir: {path.name}", assumed_side, place)
    return joined(parts, report)


def _blocks(text: str, report: Report) -> Iterator[_Block]:
    """Yield the airspaces of a file; a line that cannot be read breaks its airspace."""
    block: _Block | None = None
    dropped: set[str] = set()
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if stripped.startswith(EXTRAS) and block is not None:
            block.extras = _extras(stripped.removeprefix(EXTRAS))
            continue
        command, _, rest = stripped.partition("*")[0].strip().partition(" ")
        command, rest = command.upper(), rest.strip()
        if command == "AC":
            if block is not None:
                yield block
            block = _Block(number, Outline(block.outline.centre if block else None))
        problem = None
        if command in _GEOMETRY and block is not None:
            problem = block.outline.take(command, rest)
        elif re.fullmatch("A[A-Z]", command) and block is not None:
            block.said.setdefault(command, []).append(rest)
        elif re.fullmatch("[AST][A-Z]", command):
            dropped.add(command)
        elif command:
            problem = "an airspace begins with AC" if command in _GEOMETRY else "no known command"
        if problem is not None:
            report.on(f"line {number}").error(
                "OPENAIR_SYNTAX", command[:2], f"{problem}: {stripped}"
            )
            if block is not None:
                block.broken = True
        if block is not None:
            dropped |= block.said.keys() - {"AC", "AY", "AN", "AH", "AL", "AA"}
    if block is not None:
        yield block
    if dropped:
        named = ", ".join(sorted(dropped))
        report.warn("IMPORT_FIELDS_DROPPED", "", named, "nothing of them")


def _extras(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, Mapping) else {}


def _parts(
    block: _Block, otherwise: str, source: str, assumed_side: Side, report: Report
) -> list[Part]:
    assumed = Report(report.source, [], report.item)
    plain = _plain_fields(block, assumed)
    kept = {"source": source, "confidence": "published", "accuracy_m": None}
    found, agreed = restored({**kept, **plain}, block.extras, assumed)
    aside = Report("", [])
    found["id"] = id_of(block.extras.get("id", plain["name"]), otherwise, aside)
    at_airport = _class(block) in ("CTR", "ATZ", "MATZ")
    otherwise_said = ("aerodrome" if at_airport else "airspace", assumed_side, "not stated")
    for name, value in zip(_UNHELD, otherwise_said, strict=True):
        if found.get(name) is None:
            found[name] = value
    if not (block.extras and agreed):
        report.faults.extend(assumed.faults)
    shape = block.outline.shape(report)
    if block.broken or shape is None:
        return []
    zone = read_record(Zone, found, report.source, report.item, report.faults)
    return [] if zone is None else [Part(zone, shape, count_of(block.extras))]


def airspace_fields(text: str) -> dict[str, Any]:
    """Return what the lines of one airspace say of a zone; None where they say nothing."""
    (block,) = _blocks(text, Report("", []))
    return _plain_fields(block, Report("", []))


def _plain_fields(block: _Block, report: Report) -> dict[str, Any]:
    lower = altitude(block.first("AL"), "AL", report)
    upper = altitude(block.first("AH"), "AH", report)
    if lower is None or lower.height_m is None or lower.reference == "UNL":
        report.warn("IMPORT_LIMIT_ASSUMED", "AL", block.first("AL") or None, "ground")
        lower = GROUND
    if upper is None:
        report.warn("IMPORT_LIMIT_ASSUMED", "AH", block.first("AH") or None, "no upper limit")
        upper = UNLIMITED
    return {
        **dict.fromkeys(("name_zh", "note", *_UNHELD)),
        "name": block.first("AN") or "unnamed",
        "kind": _kind(block, report),
        "lower_m": lower.height_m,
        "lower_reference": lower.reference,
        "upper_m": upper.height_m,
        "upper_reference": upper.reference,
        "schedule": _schedule(block.said.get("AA", []), report),
    }


def _class(block: _Block) -> str:
    """Return the type of an airspace: AY, or AC as files had it before there was an AY."""
    return (block.first("AY") or block.first("AC")).upper()


def _kind(block: _Block, report: Report) -> ZoneKind:
    kind = _KIND_OF.get(_class(block))
    if kind is None:
        kind = "permission"
        report.warn("IMPORT_KIND_ASSUMED", "AC", _class(block) or None, kind)
    return kind


def _schedule(listed: list[str], report: Report) -> str:
    """Return the expression of activation times, `start/end` in UTC; always if there are none."""
    found = []
    for text in listed:
        start, _, end = text.partition("/")
        try:
            found.append(window(_instant(start), _instant(end), ALWAYS, "AA", report))
        except ValueError:
            report.warn("IMPORT_SCHEDULE_WIDENED", "AA", text, ALWAYS)
            return ALWAYS
    return ALWAYS if not found or ALWAYS in found else ", ".join(found)


def _instant(text: str) -> dt.datetime | None:
    """Return an instant, UTC unless it says another zone, or None; raises `ValueError`."""
    if text.strip().upper() == "NONE":
        return None
    at_end = "T24:00" in text
    found = dt.datetime.fromisoformat(text.strip().replace("T24:00", "T00:00"))
    aware = found if found.tzinfo else found.replace(tzinfo=dt.UTC)
    return aware + dt.timedelta(days=1) if at_end else aware
