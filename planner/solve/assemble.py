"""The plan record made of a filled roster."""

from collections.abc import Callable, Iterable, Iterator

from geodata.features import Side
from planner import __version__
from planner.bound.bounded import gap_of, stated_cents
from planner.day.instance import Instance
from planner.day.tour import TimedStop, TimedTour, bay_stays, charger_stays
from planner.dispatch.roster import Roster
from planner.plan.plan import (
    Bound,
    Cost,
    Event,
    Filing,
    Hold,
    Leg,
    Options,
    Plan,
    Sortie,
    SortieCost,
    Stop,
    Unserved,
    Use,
    UseKind,
)
from planner.reasons.reasons import Explainer
from planner.rules.permission import filing_due, filing_kind, is_emergency
from planner.solve_options import SolveOptions


def assemble(
    instance: Instance,
    roster: Roster,
    bound_cents: float,
    method: str,
    options: Options,
    past: Callable[[], bool] = lambda: False,
) -> Plan:
    """Return the plan of a roster, with its bound and how that was got, filings and reasons.

    When the time is `past`, orders left out are told less about why.
    """
    flown = (*roster.tours(), *roster.last_tours())
    order = sorted(flown, key=lambda each: (each[1].start_s, each[0]))
    width = max(3, len(str(len(order))))
    sorties = tuple(
        _sortie(instance, f"S-{number:0{width}d}", drone, timed)
        for number, (drone, timed) in enumerate(order, start=1)
    )
    served = roster.served()
    left_out = [job for job in range(len(instance.jobs)) if job not in served]
    explainer = Explainer(roster, past)
    unserved = tuple(
        Unserved(order=instance.jobs[job].order.id, reasons=explainer.reasons(job))
        for job in left_out
    )
    cost = _cost(instance, [timed for _, timed in order], {drone for drone, _ in order}, left_out)
    return Plan(
        schema_version="1",
        version=__version__,
        edition=instance.network.edition,
        request=instance.request.hash,
        rulebook=instance.rulebook.hash,
        options=options,
        sorties=sorties,
        unserved=unserved,
        cost=cost,
        bound=Bound(
            lower_bound_cents=stated_cents(bound_cents),
            gap=gap_of(cost.total_cents, bound_cents),
            method=method,
        ),
        filings=tuple(
            _filings(
                instance,
                [(each.id, timed) for each, (_, timed) in zip(sorties, order, strict=True)],
            )
        ),
        utilisation=tuple(_utilisation(instance, [timed for _, timed in order])),
        assumptions=tuple(_assumptions(instance, [timed for _, timed in order])),
    )


def _sortie(instance: Instance, name: str, drone: str, timed: TimedTour) -> Sortie:
    legs = []
    instant = instance.airspace.calendar.instant
    blocks = instance.airspace.blocks.all
    for flight, aboard, energy in zip(timed.flights, timed.aboard, timed.energies_wh, strict=True):
        orders = [instance.jobs[job].order for job in aboard]
        holds = tuple(
            Hold(
                block=blocks[block].id,
                enter=instant(flight.takeoff_s + enter),
                exit=instant(flight.takeoff_s + leave),
            )
            for block, enter, leave in zip(
                flight.chain.blocks, flight.enter, flight.exit, strict=True
            )
        )
        legs.append(
            Leg(
                lanes=flight.chain.lanes,
                orders=tuple(sorted(order.id for order in orders)),
                payload_kg=round(sum(order.mass_kg for order in orders), 6),
                distance_m=round(flight.chain.length_m, 3),
                energy_wh=round(energy, 6),
                holds=holds,
            )
        )
    return Sortie(
        id=name,
        drone=drone,
        cruise_m_s=instance.chosen_m_s(instance.squads[timed.tour.squad]),
        stops=tuple(_stop(instance, stop) for stop in timed.stops),
        legs=tuple(legs),
        cost=SortieCost(
            drone_time_cents=timed.time_cents,
            energy_cents=timed.energy_cents,
            lateness_cents=timed.late_cents,
        ),
    )


def _stop(instance: Instance, stop: TimedStop) -> Stop:
    instant = instance.airspace.calendar.instant
    events = tuple(
        Event(
            kind=event.kind,
            order=None if event.job is None else instance.jobs[event.job].order.id,
            regime=event.regime,
            start=instant(event.start_s),
            end=instant(event.end_s),
        )
        for event in stop.events
    )
    return Stop(
        place=stop.place,
        arrive=instant(stop.arrive_s),
        depart=instant(stop.depart_s),
        events=events,
    )


def _cost(
    instance: Instance, tours: list[TimedTour], drones: set[str], left_out: list[int]
) -> Cost:
    prices = instance.prices
    parts = {
        "drone_time_cents": sum(timed.time_cents for timed in tours),
        "energy_cents": sum(timed.energy_cents for timed in tours),
        "drone_days_cents": len(drones) * prices.drone_day_cents,
        "lateness_cents": sum(timed.late_cents for timed in tours),
        "unserved_cents": sum(
            prices.unserved_cents[instance.jobs[job].order.priority] for job in left_out
        ),
    }
    return Cost(**parts, total_cents=sum(parts.values()))


def _filings(instance: Instance, tours: list[tuple[str, TimedTour]]) -> Iterator[Filing]:
    """Yield what must be filed, one entry for all sorties of the same side, kind and due time."""
    midnight = instance.airspace.calendar.midnight
    fleet = instance.request.fleet
    found: dict[tuple[str, str, str], Filing] = {}
    for name, timed in tours:
        emergency = is_emergency(instance.jobs[job].order for job in timed.tour.jobs)
        takeoff = instance.airspace.calendar.instant(timed.stops[0].depart_s)
        for rule in instance.rulebook.permissions.filings:
            if rule.side not in _sides(instance, timed):
                continue
            due = filing_due(rule, takeoff, midnight, emergency)
            kind = filing_kind(rule, fleet, midnight)
            key = (due.isoformat(), str(rule.side), kind)
            sorties = (*found[key].sorties, name) if key in found else (name,)
            found[key] = Filing(
                side=rule.side,
                kind=kind,
                due=due,
                sorties=sorties,
                rule=rule.source,
                assumption=rule.assumption,
            )
    for key in sorted(found):
        yield found[key]


def _sides(instance: Instance, timed: TimedTour) -> set[Side]:
    return {instance.network.side_of(stop.place) for stop in timed.stops}


def _utilisation(instance: Instance, tours: list[TimedTour]) -> Iterator[Use]:
    """Yield how busy pads, bays, chargers and lanes are, over the hours they are open."""
    pads: dict[str, list[tuple[int, int]]] = {}
    bays: dict[str, list[tuple[int, int]]] = {}
    chargers: dict[str, list[tuple[int, int]]] = {}
    lanes: dict[str, list[tuple[int, int]]] = {}
    blocks = instance.airspace.blocks.all
    for timed in tours:
        for stop in timed.stops:
            pads.setdefault(stop.place, []).append((stop.arrive_s, stop.depart_s))
        for place, begin, end in bay_stays(timed):
            bays.setdefault(place, []).append((begin, end))
        for place, begin, end in charger_stays(timed):
            chargers.setdefault(place, []).append((begin, end))
        for flight in timed.flights:
            spans: dict[str, list[int]] = {}
            for block, enter, leave in zip(
                flight.chain.blocks, flight.enter, flight.exit, strict=True
            ):
                lane = blocks[block].lane
                if lane is not None:
                    spans.setdefault(lane, []).extend(
                        (flight.takeoff_s + enter, flight.takeoff_s + leave)
                    )
            for lane, times in spans.items():
                lanes.setdefault(lane, []).append((min(times), max(times)))
    network, calendar = instance.network, instance.airspace.calendar
    for site in sorted(pads):
        open_s = _length(instance.open_hours[site])
        yield _use(site, "pads", pads[site], network.sites[site].pads * open_s)
    for site in sorted(bays):
        open_s = _length(instance.open_hours[site])
        yield _use(site, "bays", bays[site], network.checkpoints[site].bays * open_s)
    for site in sorted(chargers):
        open_s = _length(instance.open_hours[site])
        count = network.vertiports[site].chargers
        yield _use(site, "chargers", chargers[site], count * open_s)
    for lane in sorted(lanes):
        corridor, _ = network.lanes[lane]
        yield _use(lane, "lane", lanes[lane], _length(calendar.intervals(corridor.hours)))


def _length(intervals: Iterable[tuple[int, int]]) -> int:
    return sum(until - since for since, until in intervals)


def _use(resource: str, kind: UseKind, stays: list[tuple[int, int]], capacity_s: int) -> Use:
    busy = sum(end - begin for begin, end in stays)
    # Ends sort before starts at one instant: stays are half open.
    changes = sorted([(begin, 1) for begin, _ in stays] + [(end, -1) for _, end in stays])
    level = peak = 0
    for _, change in changes:
        level += change
        peak = max(peak, level)
    share = round(busy / capacity_s, 4) if capacity_s else 0.0
    return Use(resource=resource, kind=kind, busy_s=busy, share=share, peak=peak)


def _assumptions(instance: Instance, tours: list[TimedTour]) -> Iterator[str]:
    """Yield the figures in use that nobody has published."""
    customs = instance.rulebook.customs
    used = {place for timed in tours for place, _, _ in bay_stays(timed)}
    modes = {instance.network.checkpoints[place].clearance_mode for place in used}
    for name in sorted(modes):
        mode = customs.modes[name]
        if mode.service_assumption:
            yield f"service times of mode {name}: {mode.service_source}"
        for document, lead in sorted(mode.leads.items()):
            if lead.assumption:
                yield f"lead time of {document} under mode {name}: {lead.source}"
    if customs.empty_crossing.assumption:
        yield f"hours of empty crossings: {customs.empty_crossing.source}"
    flocks = {instance.squads[timed.tour.squad].flock for timed in tours}
    kinds = {instance.at_own_cruise[flock].kind for flock in flocks}
    for kind in sorted(kinds, key=lambda each: each.id):
        if kind.estimated:
            yield f"drone type {kind.id}: {', '.join(kind.estimated)} are estimates"


def asked_of(options: SolveOptions) -> Options:
    """Return how a plan says that it was asked for."""
    return Options(
        seed=options.seed,
        time_limit_s=options.time_limit_s,
        deterministic=options.deterministic,
        gap=options.gap,
    )
