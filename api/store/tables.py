"""Every table of the service: importing this module makes `Base.metadata` whole."""

from api.store import jobs, network, operators, orders, plans, replays, requests
from api.store.base import Base

__all__ = ["Base", "jobs", "network", "operators", "orders", "plans", "replays", "requests"]
