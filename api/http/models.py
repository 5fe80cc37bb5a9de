"""Schemas of OpenAPI that come from the planner's own records, not from the handlers."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from api.http.problems import Problem

REF = "#/components/schemas/{model}"


def body_of(record: type, example: Any) -> dict[str, Any]:
    """Return OpenAPI's requestBody for a record that the handler reads by itself."""
    content = {"schema": {"$ref": REF.format(model=record.__name__)}, "example": example}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def describe_fully(
    app: FastAPI, records: tuple[type, ...], named: Mapping[str, dict[str, Any]]
) -> None:
    """Have an application's OpenAPI document hold records and schemas that only `$ref`s name."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                description=app.description,
                routes=app.routes,
                tags=app.openapi_tags,
            )
            asked: list[Any] = [
                (each.__name__, "validation", TypeAdapter(each)) for each in (*records, Problem)
            ]
            _, found = TypeAdapter.json_schemas(asked, ref_template=REF)
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            for name, schema in {**found["$defs"], **named}.items():
                schemas.setdefault(name, schema)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
