"""What UAS zones (ED-269, ED-318) call things, and what our zones call them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from geodata.features import Side, ZoneKind
from geodata.formats.uas_report import Report

COUNTRY_OF: Mapping[Side, str] = {"SZ": "CHN", "HK": "HKG"}
"""ISO 3166-1 alpha-3 codes of the two sides."""

SIDE_OF: Mapping[str, Side] = {country: side for side, country in COUNTRY_OF.items()}
CHINESE_OF: Mapping[Side, str] = {"SZ": "zh-CN", "HK": "zh-HK"}
ENGLISH = "en-GB"

RESTRICTION_OF: Mapping[ZoneKind, str] = {
    "prohibited": "PROHIBITED",
    "restricted": "PROHIBITED",
    "permission": "REQ_AUTHORIZATION",
    "ceiling": "REQ_AUTHORIZATION",
}
"""ED-318's restriction types by our kinds; ED-269 spells the word with an S."""

_KIND_OF: Mapping[str, ZoneKind] = {"PROHIBITED": "prohibited", "REQ_AUTHORIZATION": "permission"}
_KIND_LIKE: Mapping[str, ZoneKind] = {"CONDITIONAL": "permission", "USPACE": "permission"}
UNRESTRICTED = "NO_RESTRICTION"

REASON_OF: Mapping[str, str] = {
    "nature": "NATURE",
    "border": "SENSITIVE",
    "control_point": "SENSITIVE",
    "infrastructure": "SENSITIVE",
    "event": "OTHER",
    "airspace": "AIR_TRAFFIC",
    "aerodrome": "AIR_TRAFFIC",
}
_CATEGORY_OF = {
    "NATURE": "nature",
    "FOREIGN_TERRITORY": "border",
    "SENSITIVE": "infrastructure",
    "AIR_TRAFFIC": "airspace",
    "DAR": "airspace",
}
_CATEGORY_LIKE = {"NOISE": "nature", "EMERGENCY": "event"}
_OTHER_CATEGORY = "infrastructure"

ID_LENGTH = 32
_NOT_IN_ID = re.compile(r"[^A-Z0-9.-]+")


def kind_of(value: object, report: Report) -> ZoneKind | None:
    """Return our kind of a restriction type; None if it restricts nobody.

    What has no equal here is read as what keeps more flights out.
    """
    word = str(value).strip().upper().replace("AUTHORISATION", "AUTHORIZATION")
    if word == UNRESTRICTED:
        return None
    if word in _KIND_OF:
        return _KIND_OF[word]
    kind = _KIND_LIKE.get(word, "prohibited")
    report.warn("IMPORT_KIND_ASSUMED", "type", value, kind)
    return kind


def category_of(value: object, report: Report) -> str:
    """Return our category of a reason, or of the first of several."""
    listed = value if isinstance(value, list) else str(value or "").split(",")
    words = [str(each).strip().upper() for each in listed if each]
    first = words[0] if words else ""
    category = _CATEGORY_OF.get(first)
    if category is None or len(words) > 1:
        category = category or _CATEGORY_LIKE.get(first, _OTHER_CATEGORY)
        report.warn("IMPORT_CATEGORY_ASSUMED", "reason", ", ".join(words) or None, category)
    return category


def side_of(country: object, assumed: Side, report: Report) -> Side:
    """Return the side of a country's code; any other than CHN and HKG is taken as `assumed`."""
    side = SIDE_OF.get(str(country).upper())
    if side is None:
        report.warn("IMPORT_SIDE_ASSUMED", "country", country, assumed)
    return side or assumed


def texts(value: object) -> tuple[str | None, str | None]:
    """Return the English, or else the first, and the Chinese of a text in several languages.

    Text stands plain, as `{text, lang}`, as a list of those, or as an object of languages, which
    some publishers write as JSON within a string.
    """
    found = [(text.strip(), lang.lower()) for text, lang in _texts(value) if text.strip()]
    chinese = next((text for text, lang in found if lang.startswith("zh")), None)
    others = [(text, lang) for text, lang in found if not lang.startswith("zh")]
    english = next((text for text, lang in others if lang.startswith("en")), None)
    return english or (others[0][0] if others else chinese), chinese


def _texts(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        inner = _object_in(value)
        if inner is not None:
            yield from _texts(inner)
        elif value != "None":
            yield value, ""
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, Mapping) and "text" in value:
        if isinstance(value["text"], str):
            yield value["text"], str(value.get("lang") or "")
    elif isinstance(value, Mapping):
        yield from ((text, str(lang)) for lang, text in value.items() if isinstance(text, str))


def _object_in(text: str) -> Mapping[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, Mapping) else None


def authority_of(value: object, report: Report) -> str:
    """Return the name of the authority to ask, or else of the first one named."""
    listed = [each for each in (value if isinstance(value, list) else [value]) if each]
    objects = [each for each in listed if isinstance(each, Mapping)]
    asked = [each for each in objects if str(each.get("purpose")).upper().startswith("AUTHORI")]
    for each in [*asked, *objects]:
        for field in ("name", "service", "contactName"):
            name, _ = texts(each.get(field))
            if name:
                return name
    report.warn("IMPORT_AUTHORITY_ASSUMED", "zoneAuthority", None, "not stated")
    return "not stated"


def id_of(value: object, otherwise: str, report: Report) -> str:
    """Return an identifier as our ids are written, `otherwise` if there is none to make one of."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    found = _NOT_IN_ID.sub("-", text.upper()).lstrip(".-")[:ID_LENGTH] or otherwise
    if found != text:
        report.warn("IMPORT_ID_CHANGED", "identifier", text or None, found)
    return found
