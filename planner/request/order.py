"""An order: goods from one vertiport to another, with its customs documents.

Instants are timezone-aware; masses kg, volumes litres. The same classes give the JSON Schema
(`hetao schema orders`).
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from geodata.features import GoodsClass
from planner.records import STRICT, Key

Priority = Literal["standard", "express", "emergency"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Declaration:
    """A customs document lodged for an order."""

    __pydantic_config__ = STRICT

    document: Annotated[str, Field(min_length=1, description="document code of the customs rules")]
    lodged_at: Annotated[AwareDatetime, Field(description="when it was, or will be, lodged")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """Goods from one vertiport to another."""

    __pydantic_config__ = STRICT

    id: Key
    origin: Annotated[str, Field(min_length=1, description="vertiport where it is loaded")]
    destination: Annotated[
        str, Field(min_length=1, description="vertiport where it is handed over")
    ]
    mass_kg: Annotated[float, Field(gt=0, le=1000, description="kg, packed")]
    volume_l: Annotated[float, Field(gt=0, le=5000, description="litres, packed")]
    goods: Annotated[GoodsClass, Field(description="goods class")]
    ready: Annotated[AwareDatetime, Field(description="loading may start")]
    due: Annotated[AwareDatetime, Field(description="handed over at the latest, later is late")]
    load_s: Annotated[int, Field(ge=0, le=3600, description="loading time, s")] = 60
    unload_s: Annotated[int, Field(ge=0, le=3600, description="unloading time, s")] = 60
    priority: Annotated[Priority, Field(description="prices lateness and leaving it out")] = (
        "standard"
    )
    sealed: Annotated[bool, Field(description="in a sealed and pre-declared box")] = False
    declarations: Annotated[
        tuple[Declaration, ...], Field(description="customs documents lodged")
    ] = ()
    max_under_way_s: Annotated[
        int | None, Field(ge=1, le=86_400, description="longest time from loaded to handed over, s")
    ] = None
    box: Annotated[
        Key | None,
        Field(description="orders of one box ride in one sortie, all or none; null: in none"),
    ] = None
    not_with: Annotated[
        tuple[str, ...], Field(description="orders that it may not share a sortie with, by id")
    ] = ()
    after: Annotated[
        str | None,
        Field(description="order that must have been handed over before this one is loaded, by id"),
    ] = None
    after_s: Annotated[
        int, Field(ge=0, le=86_400, description="least time from that hand-over to loading, s")
    ] = 0


ORDERS = TypeAdapter(tuple[Order, ...])
