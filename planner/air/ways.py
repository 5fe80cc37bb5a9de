"""Where a drone may go on to from a pad or from the end of a lane, compiled for the search.

Lanes are named by their positions in `LaneArcs.lane_ids`, the pad at the end of a leg by `PAD`.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from geodata.features import Side
from planner.air.legs import Chain, Legs
from planner.air.passage import Passage
from planner.request.fleet import DroneType

PAD = -1

Onward = tuple[tuple[int, Passage], ...]
"""What may come next: lanes or the pad, each with the passage to the end of it."""


class Ways:
    """The moves of one drone type on legs from the sites of one side."""

    def __init__(self, legs: Legs, kind: DroneType, side: Side) -> None:
        self.legs = legs
        self.kind = kind
        self._side = side
        self._begins = legs.airspace.wind_steps[:-1]
        self._cuts = tuple(legs.airspace.blocks.lanes[lane] for lane in legs.arcs.lane_ids)
        self._from_site: dict[str, Onward] = {}
        self._from_lane: list[Onward | None] = [None] * len(self._cuts)
        self._rest_s: dict[str, list[float]] = {}
        self._down_s: dict[tuple[str, int], dict[int, float]] = {}

    def end(self, lane: int) -> int:
        """Return the block over the place where a lane ends."""
        return self._cuts[lane].end

    def chain(self, lanes: Iterable[int]) -> Chain:
        """Return the chain of lanes from site to site."""
        return self.legs.chain(tuple(self.legs.arcs.lane_ids[lane] for lane in lanes))

    def from_site(self, site: str) -> Onward:
        """Return the lanes that leave a site, passed from its pad on."""
        if site not in self._from_site:
            lanes = sorted(lane for _, _, lane in self.legs.arcs.graph.out_edges(site, keys=True))
            self._from_site[site] = self._lanes(None, lanes)
        return self._from_site[site]

    def from_lane(self, lane: int) -> Onward:
        """Return what follows a lane: lanes beyond its waypoint, or the pad of its site."""
        known = self._from_lane[lane]
        if known is None:
            name = self.legs.arcs.lane_ids[lane]
            if self.legs.airspace.blocks.all[self.end(lane)].place in self.legs.arcs.in_vertex:
                known = ((PAD, self._landing(lane, name)),)
            else:
                known = self._lanes(name, self.legs.arcs.successors[name])
            self._from_lane[lane] = known
        return known

    def rest_s(self, destination: str) -> list[float]:
        """Return for each lane the seconds from its end to a site that no leg of the day beats.

        The last entry, at `PAD`, is 0.
        """
        if destination not in self._rest_s:
            least = self.legs.least(self.kind, self._side)[:, self.legs.arcs.in_vertex[destination]]
            self._rest_s[destination] = [*least[: len(self._cuts)].tolist(), 0.0]
        return self._rest_s[destination]

    def down_s(self, site: str, epoch: int) -> Mapping[int, float]:
        """Return the seconds over a site to its pad, from the end of each lane that ends there."""
        key = site, epoch
        if key not in self._down_s:
            arcs, inbound = self.legs.arcs, self.legs.arcs.inbound[self._side]
            self._down_s[key] = {
                arcs.lane_vertex[lane]: self.legs.times.destination_s(self.kind, lane, epoch)
                for _, _, lane in arcs.graph.in_edges(site, keys=True)
                if lane not in inbound
            }
        return self._down_s[key]

    @cached_property
    def sessions(self) -> tuple[tuple[int, int], ...]:
        """Return the stretches of the day, since and until, outside which nothing may be airborne.

        No leg reaches from one into the next: in between, every block is closed or too windy.
        """
        legs, found = self.legs, list[tuple[int, int]]()
        blocks = len(legs.airspace.blocks.all)
        for step, (since, until) in enumerate(pairwise(legs.steps)):
            epoch = legs.airspace.epoch(since)
            windy = all(
                math.isinf(seconds)
                for lane in legs.arcs.lane_ids
                for seconds in legs.times.lane_s(self.kind, lane, epoch)
            )
            if windy or len(legs.closed(step)) == blocks:
                continue
            if found and found[-1][1] == since:
                since, _ = found.pop()
            found.append((since, until))
        return tuple(found)

    def _lanes(self, before: str | None, names: Iterable[str]) -> Onward:
        """Return lanes with their passages from the end of the lane before, or from the pad."""
        legs, kind, found = self.legs, self.kind, []
        for name in names:
            if name in legs.arcs.inbound[self._side]:
                continue
            times = [
                (
                    legs.times.origin_s(kind, name, epoch)
                    if before is None
                    else legs.times.waypoint_s(kind, before, name, epoch),
                    *legs.times.lane_s(kind, name, epoch),
                )
                for epoch in range(len(self._begins))
            ]
            lane = legs.arcs.lane_vertex[name]
            cut = self._cuts[lane]
            found.append((lane, self._passage((cut.start, *cut.blocks), times)))
        return tuple(found)

    def _landing(self, lane: int, name: str) -> Passage:
        epochs = range(len(self._begins))
        times = [(self.legs.times.destination_s(self.kind, name, epoch),) for epoch in epochs]
        return self._passage((self.end(lane),), times)

    def _passage(self, blocks: Sequence[int], times: Sequence[tuple[float, ...]]) -> Passage:
        closures = self.legs.airspace.closures
        shut = [[(each.since, each.until) for each in closures[block]] for block in blocks]
        return Passage(self._begins, times, shut)
