"""Every table of the service: importing this module makes `Base.metadata` whole."""

from api.store import (
    audit,
    consignees,
    jobs,
    keys,
    network,
    operators,
    orders,
    plans,
    replays,
    requests,
)
from api.store.base import Base

__all__ = [
    "Base",
    "audit",
    "consignees",
    "jobs",
    "keys",
    "network",
    "operators",
    "orders",
    "plans",
    "replays",
    "requests",
]
