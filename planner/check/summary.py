"""What a plan says of itself: how busy seats and lanes are, and what it assumes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from planner.check.day import Day
from planner.check.occupancy import Stay, bay_stays, charger_stays, most_at_once, pad_stays
from planner.check.sortie import Flown
from planner.check.violation import Violation
from planner.plan.plan import Hold, Plan, Use, UseKind

_SHARE = 1e-4

_Resource = tuple[UseKind, str]


def check_utilisation(plan: Plan, sorties: Sequence[Flown], day: Day) -> Iterator[Violation]:
    """Yield breaches of SUMMARY in how busy the plan says that its sites and lanes are.

    `sorties` are all of the plan, and none breaks LEG_TIMES.
    """
    right = dict(_uses(sorties, day))
    listed: dict[_Resource, list[Use]] = {}
    for use in plan.utilisation:
        listed.setdefault((use.kind, use.resource), []).append(use)
    for key in sorted({*right, *listed}):
        found, needed = listed.get(key, []), right.get(key)
        if needed is None or len(found) != 1 or not _same(found[0], needed):
            yield Violation(
                "SUMMARY",
                f"utilisation of {key[1]}, {key[0]}",
                "it does not follow from the sorties",
                ", then ".join(map(_told, found)) or "not listed",
                "not listed" if needed is None else _told(needed),
            )


def _uses(sorties: Sequence[Flown], day: Day) -> Iterator[tuple[_Resource, Use]]:
    """Yield the use of each site stopped at, bay or charger held and lane flown."""
    network = day.network
    for site_id, stays in pad_stays(sorties, day).items():
        site = network.sites[site_id]
        yield _use("pads", site_id, stays, site.pads * _open_s(site.hours, day))
    for site_id, stays in bay_stays(sorties, day).items():
        checkpoint = network.checkpoints[site_id]
        yield _use("bays", site_id, stays, checkpoint.bays * _open_s(checkpoint.hours, day))
    for site_id, stays in charger_stays(sorties, day).items():
        port = network.vertiports[site_id]
        yield _use("chargers", site_id, stays, port.chargers * _open_s(port.hours, day))
    for lane_id, stays in _lane_stays(sorties, day).items():
        yield _use("lane", lane_id, stays, _open_s(network.lanes[lane_id][0].hours, day))


def _lane_stays(sorties: Sequence[Flown], day: Day) -> Mapping[str, list[Stay]]:
    """Return when each lane is flown: from the entry to its first block to the exit of its last.

    By the times of the plan, which LEG_TIMES proves: another sum may round them another way.
    """
    found: dict[str, list[Stay]] = {}
    for flown in sorties:
        for leg, flight in zip(flown.sortie.legs, flown.flights, strict=True):
            first, last = dict[str, Hold](), dict[str, Hold]()
            for hold, passage in zip(leg.holds, flight.passages, strict=True):
                if passage.lane is not None:
                    first.setdefault(passage.lane, hold)
                    last[passage.lane] = hold
            for lane_id, hold in first.items():
                span = day.seconds(hold.enter), day.seconds(last[lane_id].exit)
                found.setdefault(lane_id, []).append(Stay(*span, flown.sortie.id))
    return found


def _open_s(hours: str, day: Day) -> int:
    return sum(until - since for since, until in day.windows(hours))


def _use(
    kind: UseKind, resource: str, stays: Sequence[Stay], capacity_s: int
) -> tuple[_Resource, Use]:
    busy_s = sum(stay.until - stay.since for stay in stays)
    share = busy_s / capacity_s if capacity_s else 0.0
    peak = most_at_once(stays)
    use = Use(resource=resource, kind=kind, busy_s=busy_s, share=share, peak=peak)
    return (kind, resource), use


def _same(found: Use, right: Use) -> bool:
    counted = (found.busy_s, found.peak) == (right.busy_s, right.peak)
    return counted and abs(found.share - right.share) <= _SHARE


def _told(use: Use) -> str:
    return f"{use.busy_s} s, share {use.share:.4f}, peak {use.peak}"


def check_assumptions(plan: Plan, sorties: Sequence[Flown], day: Day) -> Iterator[Violation]:
    """Yield breaches of SUMMARY in what the plan says is assumed; `sorties` are all of the plan.

    Nothing is known of a plan that clears under a mode which the rulebook does not have.
    """
    modes = {day.network.checkpoints[each].clearance_mode for each in bay_stays(sorties, day)}
    if not modes <= day.rulebook.customs.modes.keys():
        return
    right = Counter(_assumed(modes, sorties, day))
    found = Counter(plan.assumptions)
    for text in sorted({*right, *found}):
        if found[text] != right[text]:
            yield Violation(
                "SUMMARY",
                "assumptions",
                f"what is assumed is not what the plan says: {text}",
                _times(found[text]),
                _times(right[text]),
            )


def _assumed(modes: set[str], sorties: Sequence[Flown], day: Day) -> Iterator[str]:
    """Yield the figures in use that nobody has published, each once."""
    customs = day.rulebook.customs
    for mode_id in modes:
        mode = customs.modes[mode_id]
        if mode.service_assumption:
            yield f"service times of mode {mode_id}: {mode.service_source}"
        for document, lead in mode.leads.items():
            if lead.assumption:
                yield f"lead time of {document} under mode {mode_id}: {lead.source}"
    if customs.empty_crossing.assumption:
        yield f"hours of empty crossings: {customs.empty_crossing.source}"
    for name in dict.fromkeys(flown.drone.type for flown in sorties):
        kind = day.request.types[name]
        if kind.estimated:
            yield f"drone type {kind.id}: {', '.join(kind.estimated)} are estimates"


def _times(count: int) -> str:
    return {0: "not listed", 1: "listed once"}.get(count, f"listed {count} times")
