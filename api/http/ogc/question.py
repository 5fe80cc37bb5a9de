"""The query of an items request: `bbox`, `datetime`, fields, `limit`, `crs`.

OGC 17-069r4, 7.15: a parameter that is not known, or whose value cannot be, is answered with 400.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from shapely.geometry.base import BaseGeometry
from starlette.requests import Request

from api.http.ogc.crs import CRS84, area_of, known_crs
from api.http.ogc.fields import equal, kinds
from api.http.ogc.opening import FIELDS, Span, open_in, read_span
from api.http.ogc.root import Root
from api.http.problems import ProblemError
from api.service import Service
from api.store.items import Question, said
from geodata.faults import InvalidInput

LIMIT, LIMIT_MOST = 500, 5000
"""Features of a page: where none are asked for, and the most that are given."""

_KNOWN = ("bbox", "bbox-crs", "crs", "datetime", "limit", "after", "f")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page is of: which features, from which id on, how many, and in which CRS."""

    question: Question
    after: str
    limit: int
    crs: str


def read_question(request: Request, service: Service, root: Root, layer: str) -> Asked:
    """Return what a request for items asks; raises ProblemError (400)."""
    given = _once(request)
    fields = kinds(layer)
    unknown = sorted(given.keys() - fields.keys() - {*_KNOWN})
    if unknown:
        raise _wrong("PARAMETER_UNKNOWN", f"{unknown[0][:80]!a} is neither a parameter nor a field")
    hours = None
    if "datetime" in given:
        span = read_span(given["datetime"])
        if layer in FIELDS:
            hours = FIELDS[layer], _open(service, root, layer, span)
    box_crs = known_crs(given.get("bbox-crs"), "bbox-crs")
    question = Question(
        layer,
        _areas(given["bbox"], box_crs) if "bbox" in given else (),
        tuple(equal(layer, name, given[name]) for name in fields if name in given),
        hours,
    )
    return Asked(
        question,
        given.get("after", ""),
        _limit(given.get("limit")),
        known_crs(given.get("crs"), "crs"),
    )


def read_crs(request: Request) -> str:
    """Return the CRS that a request for one item asks; raises ProblemError (400)."""
    given = _once(request)
    unknown = sorted(given.keys() - {"crs", "f"})
    if unknown:
        raise _wrong("PARAMETER_UNKNOWN", f"{unknown[0][:80]!a} is no parameter")
    return known_crs(given.get("crs"), "crs")


def require_json(request: Request) -> None:
    """Raise ProblemError (400) if a document is asked for with a parameter other than `f=json`."""
    if _once(request).keys() - {"f"}:
        raise _wrong("PARAMETER_UNKNOWN", "the only parameter here is f")


def _once(request: Request) -> Mapping[str, str]:
    pairs = request.query_params.multi_items()
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _wrong("PARAMETER_TWICE", "a parameter is given twice")
    if any("\0" in value for value in found.values()):
        raise _wrong("PARAMETER_VALUE", "a value has a NUL in it")
    if found.get("f", "json") not in ("json", "geojson"):
        raise _wrong("FORMAT_UNKNOWN", "f: only json is offered")
    return found


def _open(service: Service, root: Root, layer: str, span: Span) -> frozenset[str]:
    with service.sessions() as session:
        expressions = said(session, root.source, layer, FIELDS[layer])
    return open_in(service.editions.load(root.edition), expressions, span)


def _limit(text: str | None) -> int:
    if text is None:
        return LIMIT
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise _wrong("LIMIT", f"limit: {text[:20]!a} is no number from 1 on")
    return min(int(text), LIMIT_MOST)


def _areas(text: str, crs: str) -> tuple[BaseGeometry, ...]:
    """Return the areas of a box; one over the 180th meridian is two, heights are left out."""
    try:
        numbers = [float(each) for each in text.split(",")]
    except ValueError:
        raise _wrong_box(text) from None
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise _wrong_box(text)
    half = len(numbers) // 2
    west, south = numbers[:2]
    east, north = numbers[half : half + 2]
    boxes = [(west, south, east, north)]
    if crs == CRS84 and west > east:
        boxes = [(west, south, 180.0, north), (-180.0, south, east, north)]
    if any(box[0] > box[2] or box[1] > box[3] for box in boxes):
        raise _wrong_box(text)
    try:
        return tuple(area_of(box, crs) for box in boxes)
    except InvalidInput:
        raise _wrong_box(text) from None


def _wrong_box(text: str) -> ProblemError:
    detail = f"bbox: {text[:80]!a} is not four numbers, the lower two first (six with heights)"
    return _wrong("BBOX", detail)


def _wrong(code: str, detail: str) -> ProblemError:
    return ProblemError(HTTPStatus.BAD_REQUEST, code, detail)
