"""Geometry in a column: WKB on SQLite, `geometry(Geometry,4326)` on PostGIS; lon before lat."""

from functools import lru_cache
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Boolean, ColumnElement, LargeBinary, TypeDecorator, literal
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine, UserDefinedType

SRID = 4326


class PostGis(UserDefinedType[str]):
    """PostGIS's own type; values go in and come out as EWKB in hexadecimal."""

    cache_ok = True

    def __init__(self, *_: str) -> None:
        """Take what the database tells of a column that it has."""

    def get_col_spec(self, **_: Any) -> str:
        """Return the type as a table's definition has it."""
        return f"geometry(Geometry,{SRID})"


ischema_names["geometry"] = PostGis


class Shape(TypeDecorator[BaseGeometry]):
    """A shape in WGS-84 degrees, two coordinates a position: heights are fields of features."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of the column in a database."""
        return dialect.type_descriptor(PostGis() if dialect.name == "postgresql" else LargeBinary())

    def process_bind_param(self, value: BaseGeometry | None, dialect: Dialect) -> Any:
        """Return a shape as the database keeps it."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return shapely.to_wkb(shapely.set_srid(value, SRID), hex=True, include_srid=True)
        return shapely.to_wkb(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> BaseGeometry | None:
        """Return a shape as it was given."""
        if value is None:
            return None
        shape = shapely.from_wkb(value)
        return shapely.set_srid(shape, 0) if dialect.name == "postgresql" else shape


class Meets(FunctionElement[bool]):
    """Whether a shape and an area, both in lon/lat, have a point in common."""

    type = Boolean()
    inherit_cache = True
    name = "meets"

    @classmethod
    def of(
        cls, shape: ColumnElement[Any] | InstrumentedAttribute[Any], area: BaseGeometry
    ) -> "Meets":
        """Return the question for a column of shapes and an area."""
        return cls(shape, literal(area, Shape()))


@compiles(Meets)
def _meets(element: Meets, compiler: SQLCompiler, **options: Any) -> str:
    return f"meets({compiler.process(element.clauses, **options)})"


@compiles(Meets, "postgresql")
def _meets_postgis(element: Meets, compiler: SQLCompiler, **options: Any) -> str:
    shape, area = element.clauses
    left, right = compiler.process(shape, **options), compiler.process(area, **options)
    return f"ST_Intersects({left}, CAST({right} AS geometry))"


def add_functions(connection: Any) -> None:
    """Teach a connection to SQLite what PostGIS knows by itself."""
    connection.create_function("meets", 2, _wkb_meets, deterministic=True)


def _wkb_meets(shape: bytes, area: bytes) -> bool:
    return bool(shapely.intersects(_read(area), shapely.from_wkb(shape)))


@lru_cache(maxsize=64)
def _read(area: bytes) -> BaseGeometry:
    # Not prepared: connections of several threads ask it.
    return shapely.from_wkb(area)
