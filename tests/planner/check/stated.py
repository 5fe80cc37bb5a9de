"""What a plan written by hand says of its use and assumptions, counted second by second."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from planner.check.day import Day
from planner.plan.plan import Sortie, Use, UseKind

Spans = list[tuple[int, int]]


def utilisation(sorties: Sequence[Sortie], day: Day) -> Iterator[Use]:
    """Yield the use of what sorties hold."""
    pads: dict[str, Spans] = {}
    bays: dict[str, Spans] = {}
    chargers: dict[str, Spans] = {}
    lanes: dict[str, Spans] = {}
    for sortie in sorties:
        for stop in sortie.stops:
            span = day.seconds(stop.arrive), day.seconds(stop.depart)
            pads.setdefault(stop.place, []).append(span)
            clears = [each for each in stop.events if each.kind in ("export", "import", "joint")]
            if clears and stop.place in day.network.checkpoints:
                span = day.seconds(clears[0].start), day.seconds(clears[-1].end)
                bays.setdefault(stop.place, []).append(span)
            for event in stop.events:
                if event.kind == "charge":
                    span = day.seconds(event.start), day.seconds(event.end)
                    chargers.setdefault(stop.place, []).append(span)
        for leg in sortie.legs:
            inside = [hold for hold in leg.holds if "#" in hold.block]
            for lane_id, run in groupby(inside, lambda hold: hold.block.partition("#")[0]):
                holds = list(run)
                span = day.seconds(holds[0].enter), day.seconds(holds[-1].exit)
                lanes.setdefault(lane_id, []).append(span)
    sites, checkpoints = day.network.sites, day.network.checkpoints
    for place, spans in sorted(pads.items()):
        yield _use(place, "pads", spans, sites[place].pads, sites[place].hours, day)
    for place, spans in sorted(bays.items()):
        yield _use(place, "bays", spans, checkpoints[place].bays, checkpoints[place].hours, day)
    for place, spans in sorted(chargers.items()):
        port = day.network.vertiports[place]
        yield _use(place, "chargers", spans, port.chargers, port.hours, day)
    for lane_id, spans in sorted(lanes.items()):
        yield _use(lane_id, "lane", spans, 1, day.network.lanes[lane_id][0].hours, day)


def _use(resource: str, kind: UseKind, spans: Spans, count: int, hours: str, day: Day) -> Use:
    open_s = count * sum(until - since for since, until in day.windows(hours))
    busy_s = sum(end - begin for begin, end in spans)
    peak = max(sum(since <= begin < until for since, until in spans) for begin, _ in spans)
    share = round(busy_s / open_s, 4)
    return Use(resource=resource, kind=kind, busy_s=busy_s, share=share, peak=peak)


def assumptions(sorties: Iterable[Sortie], day: Day) -> Iterator[str]:
    """Yield what sorties rest on that nobody has published."""
    customs, request = day.rulebook.customs, day.request
    modes, kinds = set(), set()
    for sortie in sorties:
        kinds.add(request.drones[sortie.drone].type)
        for stop in sortie.stops:
            checkpoint = day.network.checkpoints.get(stop.place)
            if checkpoint and any(
                each.kind in ("export", "import", "joint") for each in stop.events
            ):
                modes.add(checkpoint.clearance_mode)
    for name in sorted(modes):
        mode = customs.modes[name]
        if mode.service_assumption:
            yield f"service times of mode {name}: {mode.service_source}"
        for document, lead in sorted(mode.leads.items()):
            if lead.assumption:
                yield f"lead time of {document} under mode {name}: {lead.source}"
    if customs.empty_crossing.assumption:
        yield f"hours of empty crossings: {customs.empty_crossing.source}"
    for kind_id in sorted(kinds):
        estimated = request.types[kind_id].estimated
        if estimated:
            yield f"drone type {kind_id}: {', '.join(estimated)} are estimates"
