"""The checker's order of work: each sortie on its own first, then what they share."""

from collections.abc import Iterator

from geodata.network import Network
from planner.check.after import check_after
from planner.check.battery import Diversions, check_battery
from planner.check.clearance import check_clearances
from planner.check.conflicts import check_conflicts
from planner.check.crossing import check_crossings, check_sequence
from planner.check.day import Day
from planner.check.filing import check_filings, check_permissions
from planner.check.fleet import check_drones, check_hours, check_sortie_ids
from planner.check.held import check_held
from planner.check.legs import check_legs
from planner.check.load import check_load, check_registration
from planner.check.money import check_cost, check_sortie_cost
from planner.check.occupancy import check_bays, check_chargers, check_pads
from planner.check.orders import check_order_count, check_order_times
from planner.check.sharing import check_apart, check_boxes
from planner.check.sortie import Flown, follow, unsound
from planner.check.stops import check_stops, check_turnaround
from planner.check.summary import check_assumptions, check_utilisation
from planner.check.violation import Violation
from planner.check.windows import ClosingZones, check_windows
from planner.plan.plan import Plan
from planner.request.request import Request
from planner.rules.rulebook import Rulebook

_SORTIE_RULES = (
    check_stops,
    check_turnaround,
    check_hours,
    check_legs,
    check_load,
    check_boxes,
    check_apart,
    check_registration,
    check_clearances,
    check_crossings,
    check_sequence,
    check_order_times,
    check_permissions,
    check_sortie_cost,
)


def check_plan(
    plan: Plan, network: Network, request: Request, rulebook: Rulebook
) -> list[Violation]:
    """Return every rule of docs/model.md that a plan breaks; none if it may be flown.

    Everything is derived again from the network's geometry, the request and the rulebook; what
    the plan says of itself is only compared. Of a plan for another request only that is told, since
    from this one nothing of it follows. A sortie whose parts are unknown or do not join is
    reported as such and left out of the rules that build on them.
    """
    day = Day(network, request, rulebook)
    found = list(_editions(plan, day))
    if plan.request != request.hash:
        return found
    strange = list(_strange_places(day))
    if strange:
        return found + strange
    sound: list[Flown] = []
    for sortie in plan.sorties:
        faults = unsound(sortie, day)
        found += faults
        if not faults:
            sound.append(follow(sortie, day))
    zones, diversions = ClosingZones(network), Diversions(day)
    for flown in sound:
        for rule in _SORTIE_RULES:
            found += rule(flown, day)
        found += check_windows(flown, day, zones)
        found += check_battery(flown, day, diversions)
    found += check_sortie_ids(plan)
    found += check_drones(sound, day)
    found += check_pads(sound, day)
    found += check_bays(sound, day)
    found += check_chargers(sound, day)
    found += check_conflicts(sound, day)
    found += check_held(sound, day)
    found += check_order_count(plan, day)
    found += check_after(plan, day)
    found += check_filings(plan, sound, day)
    found += check_cost(plan, day)
    if len(sound) == len(plan.sorties):
        found += check_assumptions(plan, sound, day)
        # Of flights whose times are wrong, or are none, no use follows.
        stalled = any(each.stalled_over is not None for flown in sound for each in flown.flights)
        if not stalled and not any(each.code == "LEG_TIMES" for each in found):
            found += check_utilisation(plan, sound, day)
    return found


def check_beside_others(
    plan: Plan, network: Network, request: Request, rulebook: Rulebook
) -> list[Violation]:
    """Return only where a plan of this network meets what the request says that others hold.

    That may be more than when the plan was made: what the plan says of its request is not looked
    at, and a sortie whose parts do not join is left out.
    """
    day = Day(network, request, rulebook)
    sound = [follow(sortie, day) for sortie in plan.sorties if not list(unsound(sortie, day))]
    return list(check_held(sound, day))


def _editions(plan: Plan, day: Day) -> Iterator[Violation]:
    """Yield breaches of EDITION: a plan is checked on what it was made from."""
    hashes = (
        ("network edition", plan.edition, day.network.edition),
        ("request", plan.request, day.request.hash),
        ("rulebook", plan.rulebook, day.rulebook.hash),
    )
    for what, named, given in hashes:
        if named != given:
            message = f"the plan was made on another {what}"
            yield Violation("EDITION", what, message, named[:12], given[:12])


def _strange_places(day: Day) -> Iterator[Violation]:
    """Yield breaches of EDITION: a request belongs to a network that has its places."""
    named = {
        *(order.origin for order in day.request.orders),
        *(order.destination for order in day.request.orders),
        *(drone.base for drone in day.request.fleet.drones),
    }
    for place_id in sorted(named - day.network.sites.keys()):
        message = "the request names a place that the network does not have"
        yield Violation("EDITION", "request", message, place_id, "a site of the network")
