"""What tours hold of the air and of seats, in a few arrays: small to send, quick to enter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.day.calendar import Calendar
from planner.day.tour import TimedTour, bay_stays, charger_stays

Spans = npt.NDArray[np.int32]
"""Rows of what is held, from and until when: seconds of the day."""


@dataclass(frozen=True)
class Taken:
    """Holds of blocks, and stays on pads, in bays and at chargers.

    Blocks go by their position in `Blocks.all`, sites by that in `sites`.
    """

    sites: tuple[str, ...]
    blocks: Spans
    pads: Spans
    bays: Spans
    chargers: Spans

    @classmethod
    def of(cls, tours: Iterable[TimedTour], sites: tuple[str, ...]) -> "Taken":
        """Return what tours take; `sites` are all at which they may stop."""
        at = {site: number for number, site in enumerate(sites)}
        blocks = list[Spans]()
        pads, bays, chargers = (list[tuple[int, int, int]]() for _ in range(3))
        for timed in tours:
            for flight in timed.flights:
                held = np.array((flight.chain.blocks, flight.enter, flight.exit), dtype=np.int32).T
                held[:, 1:] += flight.takeoff_s
                blocks.append(held)
            for stop in timed.stops:
                pads.append((at[stop.place], stop.arrive_s, stop.depart_s))
            for place, begin_s, end_s in bay_stays(timed):
                bays.append((at[place], begin_s, end_s))
            for place, begin_s, end_s in charger_stays(timed):
                chargers.append((at[place], begin_s, end_s))
        none = np.empty((0, 3), dtype=np.int32)
        seats = map(_spans, (pads, bays, chargers))
        return cls(sites, np.concatenate([none, *blocks]), *seats)

    @classmethod
    def joined(cls, several: Sequence["Taken"], sites: tuple[str, ...]) -> "Taken":
        """Return what several take together; all go by the same `sites`."""
        none = np.empty((0, 3), dtype=np.int32)
        return cls(
            sites,
            np.concatenate([none, *(each.blocks for each in several)]),
            np.concatenate([none, *(each.pads for each in several)]),
            np.concatenate([none, *(each.bays for each in several)]),
            np.concatenate([none, *(each.chargers for each in several)]),
        )

    def during(self, since_s: int, until_s: int) -> "Taken":
        """Return what of it is held at any time from `since_s` until `until_s`."""
        return Taken(
            self.sites,
            *(
                each[(each[:, 1] < until_s) & (each[:, 2] > since_s)]
                for each in (self.blocks, self.pads, self.bays, self.chargers)
            ),
        )

    def enter(self, calendar: Calendar) -> None:
        """Take all of it from a day."""
        calendar.traffic.hold_all(self.blocks.tolist())
        for seats, stays in (
            (calendar.pads, self.pads),
            (calendar.bays, self.bays),
            (calendar.chargers, self.chargers),
        ):
            for site, begin_s, end_s in stays.tolist():
                seats[self.sites[site]].add(begin_s, end_s)


def _spans(rows: list[tuple[int, int, int]]) -> Spans:
    return np.array(rows, dtype=np.int32).reshape(-1, 3)
