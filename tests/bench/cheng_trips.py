"""All trips of an instance that no other trip dominates, built backward from the depot.

Backward, the load aboard before a customer is known: all that is delivered from there on. So energy
is exact as a trip grows. An end of a trip whose first customer is served at s is back at
max(back, s + travel), if s is not after `last`. Of two ends with the same customers and the same
first one, that is dominated which is no better in travel, energy, `back` and `last`.
"""

from dataclasses import dataclass, fields

import numpy as np

from tests.bench.cheng import (
    BATTERY_KWH,
    DOLLARS_KWH,
    PAYLOAD_KG,
    SLACK,
    Floats,
    Instance,
    Ints,
    power_kw,
)

MOST = 63
"""Nodes that an instance may have: one bit each."""


@dataclass(frozen=True)
class Ends:
    """Ends of trips from a node to the depot: `ways` in order, `members` as bits."""

    ways: Ints
    members: Ints
    load_kg: Floats
    travel: Floats
    kwh: Floats
    back: Floats
    last: Floats

    def __len__(self) -> int:
        return len(self.members)

    def take(self, which: Ints) -> "Ends":
        """Return some of the ends."""
        return Ends(*(getattr(self, each.name)[which] for each in fields(self)))

    @property
    def cost(self) -> Floats:
        """Travel and the price of energy."""
        return self.travel + DOLLARS_KWH * self.kwh

    @property
    def first(self) -> Floats:
        """The earliest start that does not make the trip longer, if it starts at the depot."""
        return np.minimum(self.back - self.travel, self.last)

    @property
    def length(self) -> Floats:
        """From start to return, if it starts from `first` on."""
        return np.maximum(self.travel, self.back - self.last)


def enumerate_trips(instance: Instance) -> Ends:
    """Return all whole trips that no other trip dominates; `ways` is padded by 0.

    Raises ValueError if there are more nodes than bits.
    """
    if len(instance.demand_kg) > MOST:
        raise ValueError(
            f"{instance.name} has more than {MOST} nodes, at most so many can be told apart"
        )
    none, customers = np.zeros(1), len(instance.demand_kg) - 1
    depot = np.zeros((1, 1), dtype=np.int64)
    ends = Ends(depot, depot[0], none, none, none, instance.ready[:1], instance.due[:1])
    whole = []
    while len(ends):
        grown = _joined([_after(instance, ends, node) for node in range(1, customers + 1)])
        ends = _undominated(grown, grown.members * MOST + grown.ways[:, 0], grown.kwh)
        trips = _after(instance, ends, 0)
        whole.append(_undominated(trips, trips.members, trips.cost))
    return _joined(whole)


def _after(instance: Instance, ends: Ends, node: int) -> Ends:
    """Return the ends that may be flown after a node, from that node on."""
    leg = instance.travel[node, ends.ways[:, 0]]
    kwh = ends.kwh + power_kw(ends.load_kg) * leg / 3600
    load_kg = ends.load_kg + instance.demand_kg[node]
    last = np.minimum(ends.last - leg, instance.due[node])
    fits = (load_kg <= PAYLOAD_KG + SLACK) & (kwh <= BATTERY_KWH + SLACK)
    fits &= (last >= instance.ready[node] - SLACK) & (ends.members >> node & 1 == 0)
    at = np.flatnonzero(fits)
    travel = ends.travel[at] + leg[at]
    return Ends(
        np.column_stack((np.full(len(at), node), ends.ways[at])),
        ends.members[at] | (1 << node if node else 0),
        load_kg[at],
        travel,
        kwh[at],
        np.maximum(ends.back[at], instance.ready[node] + travel),
        last[at],
    )


def _undominated(ends: Ends, alike: Ints, worth: Floats) -> Ends:
    """Return the ends that none of those alike dominates; of equals one stays.

    One that dominates is no worse in travel, `worth`, `back` and `last`.
    """
    order = np.lexsort((-ends.last, ends.back, worth, ends.travel, alike))
    ends, alike, worth = ends.take(order), alike[order], worth[order]
    kept = np.ones(len(ends), dtype=bool)
    largest = int(np.unique(alike, return_counts=True)[1].max(initial=0))
    # Sorted by travel, an end is dominated by earlier ones only.
    for ahead in range(1, largest):
        kept[ahead:] &= (
            (alike[ahead:] != alike[:-ahead])
            | (worth[ahead:] < worth[:-ahead])
            | (ends.back[ahead:] < ends.back[:-ahead])
            | (ends.last[ahead:] > ends.last[:-ahead])
        )
    return ends.take(np.flatnonzero(kept))


def _joined(parts: list[Ends]) -> Ends:
    """Return ends one after the other, their ways padded alike."""
    width = max((part.ways.shape[1] for part in parts), default=0)
    padded = [np.pad(part.ways, ((0, 0), (0, width - part.ways.shape[1]))) for part in parts]
    rest = fields(Ends)[1:]
    return Ends(
        np.concatenate(padded),
        *(np.concatenate([getattr(part, each.name) for part in parts]) for each in rest),
    )
