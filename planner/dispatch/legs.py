"""Legs of a tour from pad to pad, each as soon as air and pads allow, over the boundary or not.

Goods that cross the boundary take the checkpoints that bring them across first. What cannot be done
raises `Unflyable` with a rule's code.
"""

from geodata.schedule import DAY_S
from planner.air.ways_round import GAIN
from planner.day.instance import Squad
from planner.day.tour import TimedStop, Unflyable
from planner.dispatch.state import Day, DroneState
from planner.dispatch.work import clear
from planner.energy import leg_energy_wh
from planner.rules.customs import checkpoint_chains


def go(day: Day, squad: Squad, state: DroneState, place: str, lean: bool) -> DroneState:
    """Go to a place, through checkpoints if goods cross the boundary on the way."""
    side_of = day.instance.network.side_of
    if side_of(state.place) == side_of(place) or not state.aboard:
        return _leg(day, squad, state, place, lean)
    for job in map(day.instance.jobs.__getitem__, state.aboard):
        if (job.origin_side, job.destination_side) != (side_of(state.place), side_of(place)):
            raise Unflyable("CUSTOMS_SEQUENCE", order=job.order.id)
    best: DroneState | None = None
    refused: Unflyable | None = None
    for chain in _checkpoint_chains(day, state):
        try:
            here = state
            for checkpoint in chain:
                here = clear(day, _leg(day, squad, here, checkpoint, lean), checkpoint)
            here = _leg(day, squad, here, place, lean)
        except Unflyable as error:
            if refused is None or (error.later_s or DAY_S) < (refused.later_s or DAY_S):
                refused = error
            continue
        if best is None or _rank(here, lean) < _rank(best, lean):
            best = here
    if best is None:
        raise refused or _no_checkpoint(day, state)
    return best


def _checkpoint_chains(day: Day, state: DroneState) -> list[tuple[str, ...]]:
    """Return the checkpoints, in order, that may clear all that is aboard."""
    jobs = [day.instance.jobs[job] for job in state.aboard]
    common = set.intersection(*(set(job.clearings) for job in jobs))
    facilities = [day.instance.network.checkpoints[each] for each in sorted(common)]
    chains = checkpoint_chains(facilities, jobs[0].origin_side)
    found = [tuple(each.id for each in chain) for chain in chains]
    if state.planned:
        ahead = [leg.place for leg in state.planned[len(state.flights) :]]
        found = [chain for chain in found if list(chain) == ahead[: len(chain)]]
    return found


def _no_checkpoint(day: Day, state: DroneState) -> Unflyable:
    goods = sorted({day.instance.jobs[job].order.goods for job in state.aboard})
    return Unflyable("CUSTOMS_CLASS", goods=goods)


def _leg(day: Day, squad: Squad, state: DroneState, place: str, lean: bool) -> DroneState:
    """Fly to a place as soon as air and pads allow; the stop left behind is closed."""
    ready_s, ends, empty = state.clock_s, (state.place, place), not state.aboard
    if state.planned:
        leg = state.planned[len(state.flights)]
        flight = day.takeoffs.settled(
            squad.kind,
            ends,
            leg.lanes,
            max(ready_s, leg.takeoff_s),
            day.calendar,
            empty=empty,
        )
    else:
        flight = day.takeoffs.first_free(
            squad.kind,
            ends,
            ready_s,
            day.calendar,
            empty=empty,
            quickest=lean,
            gain=0 if state.stops else GAIN,
        )
    waited = (
        flight.takeoff_s
        - state.arrive_s
        - sum(event.end_s - event.start_s for event in state.events)
    )
    if state.stops and waited > day.instance.rules.max_wait_s:
        excess = waited - day.instance.rules.max_wait_s
        raise Unflyable("PAD_WAIT", excess, site=state.place, waited_s=waited)
    if state.stops and not day.calendar.pads[state.place].free(state.arrive_s, flight.takeoff_s):
        raise Unflyable("PAD_CAPACITY", 30, site=state.place)
    jobs = [day.instance.jobs[job] for job in state.aboard]
    payload = sum(job.order.mass_kg for job in jobs)
    kind = squad.kind
    energy = leg_energy_wh(kind, payload, flight.airborne_s, flight.chain.climbed_m)
    used = state.used_wh + energy
    reserve = kind.battery_wh * day.instance.rules.reserve_fraction
    reserve += day.instance.diversions.energy_wh(kind, place, payload, flight.landing_s)
    if kind.battery_wh - used < reserve:
        refusal = Unflyable(
            "ENERGY_RESERVE",
            site=place,
            left_wh=round(kind.battery_wh - used, 1),
            needed_wh=round(reserve, 1),
        )
        if (chosen_m_s := day.instance.chosen_m_s(squad)) is not None:
            refusal.values["cruise_m_s"] = chosen_m_s
        raise refusal
    stop = TimedStop(state.place, state.arrive_s, flight.takeoff_s, state.events)
    return state._replace(
        place=place,
        arrive_s=flight.landing_s,
        clock_s=flight.landing_s,
        used_wh=used,
        events=(),
        stops=(*state.stops, stop),
        flights=(*state.flights, flight),
        loads=(*state.loads, state.aboard),
        energies_wh=(*state.energies_wh, energy),
    )


def _rank(state: DroneState, lean: bool) -> tuple[float, float]:
    """Return what makes one way over the boundary better than another, less being better."""
    ranked = float(state.clock_s), state.used_wh
    return ranked[::-1] if lean else ranked
