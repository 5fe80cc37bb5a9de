"""What of a network, of the rules and of the day route tests exercise, and what they do not."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import networkx as nx

from geodata.network import Network
from planner.routetest.outcome import KINDS, Kind, Touched, merged

ROUTE_RULES = (
    "CORRIDOR_CLOSED",
    "CUSTOMS_CLASS",
    "CUSTOMS_CLOSED",
    "DECLARATION_EARLY",
    "DECLARATION_LATE",
    "DOCUMENT_MISSING",
    "ENERGY_RESERVE",
    "GOODS_NOT_CARRIED",
    "GOODS_PROHIBITED",
    "NO_ROUTE",
    "PAD_WAIT",
    "PAYLOAD_MASS",
    "PAYLOAD_VOLUME",
    "PERMISSION_DEADLINE",
    "PERMISSION_MISSING",
    "SIDE_NOT_REGISTERED",
    "SITE_CLOSED",
    "WARNING_IN_FORCE",
    "WIND_LIMIT",
    "ZONE_ACTIVE",
)
"""Rules that a route can be refused for: those that route tests are expected to exercise.

`NO_ROUTE` only where lanes do not join the sites: see `unjoined`.
"""

PLURAL: Mapping[Kind, str] = {
    "corridor": "corridors",
    "lane": "lanes",
    "zone": "zones",
    "checkpoint": "checkpoints",
    "rule": "rules",
    "hour": "hours of day",
}


@dataclass(frozen=True)
class Coverage:
    """What tests touch of all that there is in one network."""

    network: Network
    known: Mapping[Kind, tuple[str, ...]]
    touched: Touched

    @cached_property
    def missing(self) -> Mapping[Kind, tuple[str, ...]]:
        """What no test touches, sorted, by kind."""
        return {
            kind: tuple(each for each in names if each not in self.touched.get(kind, ()))
            for kind, names in self.known.items()
        }

    def share(self, *kinds: Kind) -> float:
        """Return the share of what there is of some kinds that is touched; of all without any."""
        asked = kinds or KINDS
        total = sum(len(self.known[kind]) for kind in asked)
        missing = sum(len(self.missing[kind]) for kind in asked)
        return 1.0 if not total else 1 - missing / total

    def document(self) -> dict[str, Any]:
        """Return it as JSON values: of each kind what is touched and what is not, and shares."""
        return {
            "network": self.network.info.name,
            "edition": self.network.edition,
            "share": round(self.share(), 4),
            **{
                PLURAL[kind].replace(" ", "_"): {
                    "share": round(self.share(kind), 4),
                    "touched": [each for each in names if each not in self.missing[kind]],
                    "untouched": list(self.missing[kind]),
                }
                for kind, names in self.known.items()
            },
        }


def coverage(network: Network, days: Collection[dt.date], touched: Iterable[Touched]) -> Coverage:
    """Return the coverage of a network by all that tests on some days touched."""
    return Coverage(network, known(network, days), merged(*touched))


def known(network: Network, days: Collection[dt.date]) -> dict[Kind, tuple[str, ...]]:
    """Return all that can be touched; hours are those in which some vertiport is open."""
    hours = {
        hour
        for day in days
        for port in network.vertiports.values()
        for since, until in network.calendar(day).intervals(port.hours)
        for hour in range(since // 3600, -(-until // 3600))
    }
    return {
        "corridor": tuple(sorted(network.corridors)),
        "lane": tuple(sorted(network.lanes)),
        "zone": tuple(sorted(network.zones)),
        "checkpoint": tuple(sorted(network.checkpoints)),
        "rule": tuple(each for each in ROUTE_RULES if each != "NO_ROUTE" or unjoined(network)),
        "hour": tuple(f"{hour:02}" for hour in sorted(hours)),
    }


def unjoined(network: Network) -> bool:
    """Tell whether some site reaches another over no lanes, closed ones included.

    A leg does not cross the boundary back to the side where it began, so sites that are joined
    only by way of the other side are not.
    """
    for side in ("SZ", "HK"):
        graph: nx.DiGraph[object] = nx.DiGraph()
        graph.add_nodes_from(network.sites)
        for lane in network.lanes:
            start, end = network.lane_ends(lane)
            if not network.side_of(start) != network.side_of(end) == side:
                graph.add_edge(start, end)
        begins = [site for site in network.sites if network.side_of(site) == side]
        if any(network.sites.keys() - {site} - nx.descendants(graph, site) for site in begins):
            return True
    return False
