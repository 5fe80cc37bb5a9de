"""Reading a `*.route.yaml`: all of its faults in one pass, each with its line."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from pydantic import TypeAdapter, ValidationError

from geodata.faults import Fault, InvalidInput
from geodata.field_faults import Path, Place, Records, shown, type_faults
from geodata.nearest import did_you_mean
from planner.read.files import decode
from planner.routetest import records
from planner.routetest.document import Lines, read_document
from planner.routetest.fields import STRICT, Bounds, Clock, HeightBounds
from planner.routetest.records import CapacityCase, Case, MatrixCase, PlanCase, RouteCase

KINDS: dict[str, type[Case]] = {
    "route": RouteCase,
    "matrix": MatrixCase,
    "plan": PlanCase,
    "capacity": CapacityCase,
}
"""What a case asks for, by the key that asks."""

_SHARED: Records = {
    ("when",): records.When,
    ("when", "wind"): records.WindEdit,
    ("when", "warning"): records.WarningEdit,
}
_ROUTE: Records = {
    **_SHARED,
    ("expect",): records.RouteExpect,
    ("expect", "duration"): Bounds,
    ("expect", "energy_wh"): Bounds,
    ("expect", "alternatives"): Bounds,
    ("expect", "height_agl_m"): HeightBounds,
}
KNOWN_RECORDS: dict[str, Records] = {
    "route": {**_ROUTE, (): RouteCase, ("route",): records.RouteAsk},
    "matrix": {**_ROUTE, (): MatrixCase, ("matrix",): records.MatrixAsk},
    "plan": {
        **_SHARED,
        (): PlanCase,
        ("plan",): records.PlanAsk,
        ("expect",): records.PlanExpect,
        **{("expect", name): Bounds for name in ("served", "cost", "gap", "utilisation")},
    },
    "capacity": {
        **_SHARED,
        (): CapacityCase,
        ("capacity",): records.CapacityAsk,
        ("expect",): records.CapacityExpect,
        ("expect", "flights_per_hour"): Bounds,
    },
}
"""Which record is under which path of a case, by what it asks for."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says for all of its cases."""

    network: str
    store: str | None
    request: str | None
    clock: Clock


@dataclass(frozen=True, slots=True)
class RouteTest:
    """One test: a case of a file, or one pair of a matrix; `line` is where the case begins."""

    name: str
    header: Header
    case: RouteCase | PlanCase | CapacityCase
    line: int
    at: int
    """Position of the case among the file's."""


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def read_suite(source: str, content: bytes) -> tuple[RouteTest, ...]:
    """Return the tests of a file, in its order; raises InvalidInput with all of its faults."""
    faults: list[Fault] = []
    text = decode(source, content, faults)
    document = None if text is None else read_document(source, text, faults)
    if document is None:
        raise InvalidInput(faults)
    header = _header(source, document, faults)
    cases = list(_cases(source, document, faults))
    if faults or header is None:
        raise InvalidInput(faults)
    tests = [test for at, line, case in cases for test in _tests(header, at, line, case)]
    return tuple(tests)


def _header(source: str, document: Lines, faults: list[Fault]) -> Header | None:
    """Return what stands beside the cases; None with faults."""
    if not isinstance(document.value, dict):
        place = Place(source, "line 1")
        limit = "network, clock and cases"
        faults.append(place.fault("", "WRONG_TYPE", f"must be {limit}", limit=limit))
        return None
    # The cases are read one by one: a case in its place has no faults of its own.
    stand_in = {"name": "-", "plan": {"request": "-"}, "expect": {}}
    cases = document.value.get("cases")
    whole = dict(document.value)
    if isinstance(cases, list) and cases:
        whole["cases"] = [stand_in]
    elif "cases" in whole:
        place = Place(source, f"line {document.line(('cases',))}")
        faults.append(
            place.fault("cases", "WRONG_TYPE", "must be a list of cases", value=shown(cases))
        )
        whole["cases"] = [stand_in]
    suite = _typed(_Suite, whole, source, {(): _Suite}, document, (), faults)
    if suite is None:
        return None
    return Header(suite.network, suite.store, suite.request, suite.clock)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Suite(records.Suite):
    """A file whose cases are read apart."""

    __pydantic_config__ = STRICT

    cases: list[dict[str, Any]]  # type: ignore[assignment]


def _cases(source: str, document: Lines, faults: list[Fault]) -> Iterator[tuple[int, int, Case]]:
    """Yield position, line and record of each case that has no fault."""
    value = document.value
    listed = value.get("cases") if isinstance(value, dict) else None
    names: dict[str, int] = {}
    for at, case in enumerate(listed if isinstance(listed, list) else ()):
        line = document.line(("cases", at))
        place = Place(source, f"line {line}")
        kinds = [each for each in KINDS if isinstance(case, dict) and each in case]
        if len(kinds) != 1:
            faults.append(_kind_fault(place, case, kinds))
            continue
        found = _typed(
            KINDS[kinds[0]], case, source, KNOWN_RECORDS[kinds[0]], document, ("cases", at), faults
        )
        if found is None:
            continue
        if found.name in names:
            message = f"another case has this name (line {names[found.name]})"
            faults.append(place.fault("name", "DUPLICATE_ID", message, value=found.name))
        names.setdefault(found.name, line)
        faults += _expect_faults(found, place)
        yield at, line, found


def _kind_fault(place: Place, case: object, kinds: list[str]) -> Fault:
    """Return what is wrong with a case that asks for nothing, or for several things."""
    limit = f"one of {', '.join(KINDS)}"
    if not isinstance(case, dict):
        return place.fault("", "WRONG_TYPE", "a case must be fields with values", value=case)
    if kinds:
        return place.fault("", "FIELD_TWICE", f"asks for {' and '.join(kinds)}", limit=limit)
    known = ("name", "protects", "when", "expect", *KINDS)
    stray = [each for each in case if each not in known]
    hints = [f"{each} is no field of a case{did_you_mean(each, known)}" for each in stray]
    message = "; ".join(["a case must say what it asks for", *hints])
    return place.fault("", "FIELD_MISSING", message, value=", ".join(map(str, case)), limit=limit)


def _typed(
    kind: type,
    value: object,
    source: str,
    known: Records,
    document: Lines,
    path: Path,
    faults: list[Fault],
) -> Any:
    """Return a value as a record; None with a fault for each field that does not fit."""

    def locate(loc: Path) -> tuple[str, Path]:
        return f"line {document.line((*path, *loc))}", loc

    try:
        return _adapter(kind).validate_json(json.dumps(value))
    except ValidationError as error:
        faults += [each for _, each in type_faults(error, source, known, locate)]
        return None


def _expect_faults(case: Case, place: Place) -> Iterator[Fault]:
    """Yield what expectations say against each other or do not say at all."""
    expect = case.expect
    for name in expect.__dataclass_fields__:
        value = getattr(expect, name)
        for bounds in value.values() if isinstance(value, dict) else (value,):
            if isinstance(bounds, Bounds | HeightBounds):
                yield from _bounds_faults(bounds, place, f"expect.{name}")
    if isinstance(expect, records.RouteExpect) and expect.refused:
        others = [
            each
            for each in expect.__dataclass_fields__
            if each != "refused" and getattr(expect, each) not in (None, ())
        ]
        if others:
            message = f"a route that is refused has no {', '.join(others)}"
            yield place.fault("expect.refused", "REFUSED_AND_MORE", message)
    if isinstance(case, MatrixCase):
        twice = set(case.matrix.origins) & set(case.matrix.destinations)
        if twice and len(case.matrix.origins) == len(case.matrix.destinations) == 1:
            yield place.fault("matrix.to", "SAME_PLACE", "the only pair ends where it begins")


def _bounds_faults(
    bounds: "Bounds[Any] | HeightBounds", place: Place, field: str
) -> Iterable[Fault]:
    if bounds.min is None and bounds.max is None:
        yield place.fault(field, "FIELD_MISSING", "gives neither min nor max", limit="min, max")
    elif bounds.min is not None and bounds.max is not None and bounds.max < bounds.min:
        yield place.fault(
            field, "BOUNDS_REVERSED", "max is less than min", value=f"{bounds.min}, {bounds.max}"
        )


def _tests(header: Header, at: int, line: int, case: Case) -> Iterator[RouteTest]:
    """Yield the tests of a case: one, or one for each pair of a matrix."""
    if not isinstance(case, MatrixCase):
        yield RouteTest(case.name, header, case, line, at)
        return
    asked = {name: getattr(case.matrix, name) for name in records.Load.__dataclass_fields__}
    for origin, destination in product(case.matrix.origins, case.matrix.destinations):
        if origin == destination:
            continue
        # pydantic has read the fields; aliases are only for what people write.
        route = records.RouteAsk(origin=origin, destination=destination, **asked)
        single = RouteCase(
            name=f"{case.name}[{origin}-{destination}]",
            protects=case.protects,
            when=case.when,
            route=route,
            expect=case.expect,
        )
        yield RouteTest(single.name, header, single, line, at)


def read_route(plain: Mapping[str, object]) -> RouteCase:
    """Return a route case of plain values that have no fault; raises ValidationError otherwise."""
    found: RouteCase = _adapter(RouteCase).validate_json(json.dumps(plain))
    return found
