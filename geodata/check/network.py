"""The check of a whole network: every rule, all faults at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from geodata.check.airspace import lanes_in_zones, zone_limits
from geodata.check.datum import gcj02_suspects
from geodata.check.heights import (
    lane_separation,
    obstacle_clearance,
    pad_clearance,
    terrain_clearance,
)
from geodata.check.links import (
    corridor_shapes,
    duplicate_corridors,
    duplicate_places,
    unknown_references,
)
from geodata.check.reach import customs_gaps, isolated_places, unreachable_sites
from geodata.check.sides import boundary_faults, corridor_sides, park_sides, place_sides
from geodata.check.sound import info_faults, sound_part
from geodata.check.survey import Survey
from geodata.check.timetables import unreadable_hours
from geodata.check.unread import Unread
from geodata.codes import fault
from geodata.faults import Fault
from geodata.network import Network


@dataclass(frozen=True, slots=True)
class _Check:
    """A check, and the layers that must have been read whole for it to judge anything."""

    find: Callable[[Survey], Iterable[Fault]]
    needs: frozenset[str] = frozenset()


_SIDES = frozenset({"boundary"})
_GROUND = frozenset({"ground"})
_CHECKS = (
    _Check(unreadable_hours),
    _Check(unknown_references),
    _Check(corridor_shapes),
    _Check(duplicate_places),
    _Check(duplicate_corridors),
    _Check(place_sides, _SIDES),
    _Check(park_sides, _SIDES),
    _Check(corridor_sides, _SIDES),
    _Check(gcj02_suspects, _SIDES),
    _Check(lane_separation),
    _Check(pad_clearance),
    _Check(terrain_clearance, _GROUND),
    _Check(obstacle_clearance, _GROUND),
    _Check(zone_limits),
    _Check(lanes_in_zones, _GROUND | {"zones"}),
    _Check(isolated_places, frozenset({"corridors"})),
    _Check(unreachable_sites, frozenset({"vertiports", "checkpoints", "waypoints", "corridors"})),
    _Check(customs_gaps, frozenset({"checkpoints"})),
)


def check_network(network: Network, unread: Unread | None = None) -> list[Fault]:
    """Return all faults and warnings of a network, sorted; none if it keeps every rule.

    What each rule asks, its code and its limit stand in `geodata.codes`. A feature whose shape
    is unsound is reported for that, and the rules that would need it are not judged. `unread`
    says so of features that stand in the files but could not be put into the network.
    """
    found = info_faults(network.info)
    sound, missing, more = sound_part(network, unread or Unread())
    found += more
    if not any(each.code == "CRS_UNKNOWN" for each in found):
        found += _survey_faults(sound, missing)
    return sorted(set(found))


def _survey_faults(network: Network, unread: Unread) -> list[Fault]:
    found: list[Fault] = []
    survey = Survey(network, unread)
    barred = set(unread.layers)
    if "boundary" not in barred:
        found += boundary_faults(network)
        if found:
            barred.add("boundary")
    if not survey.ground_known:
        barred.add("ground")
        if "spot_heights" not in unread.layers:
            found.append(fault("TERRAIN_MISSING", "spot_heights", value="no spot heights"))
    for check in _CHECKS:
        if not check.needs & barred:
            found += check.find(survey)
    return found
