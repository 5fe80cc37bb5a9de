"""Route cases that might be worth having: what `planner.routetest.suggest` chooses from.

Each is a case of plain values, as a file would say it, without a name and without expectations.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, permutations, product
from typing import Any, get_args

import numpy as np
import shapely

from geodata.features import GoodsClass
from geodata.network import Network
from planner.request.request import Request
from planner.routetest.read import read_route
from planner.routetest.route_ask import ask
from planner.routetest.scene import Scene
from planner.routetest.what_if import edited
from planner.rules.rulebook import Rulebook

Plain = Mapping[str, Any]

_DEPARTURES = ("10:00", "20:00")
_NEAR = 4
"""How many sites near either end of a lane are tried as ends of a route over it."""
_CLOSED_MOST = 8
"""How many corridors are closed at most to bring a route onto a lane."""


def _case(
    origin: str, destination: str, depart: str, when: Plain | None = None, **load: Any
) -> Plain:
    route = {"from": origin, "to": destination, "depart": depart, **load}
    return {"route": route, **({"when": when} if when else {})}


def everyday(network: Network) -> Iterator[Plain]:
    """Yield every pair of vertiports at some times of day, each goods class where it may matter.

    One of the times differs from pair to pair, so that all hours of the day come up.
    """
    for number, (origin, destination) in enumerate(permutations(network.vertiports, 2)):
        crosses = network.side_of(origin) != network.side_of(destination)
        classes = get_args(GoodsClass) if crosses else ("general",)
        for goods, depart in product(classes, (*_DEPARTURES, f"{number % 24:02}:10")):
            load = {} if goods == "general" else {"goods": goods}
            yield _case(origin, destination, depart, **load)


def hourly(network: Network) -> Iterator[Plain]:
    """Yield one short route in each hour from every vertiport to its nearest of the same side."""
    for origin, port in network.vertiports.items():
        near = _nearest(network, network.metric[origin])
        same = [each for each in near if each != origin and network.side_of(each) == port.side]
        for hour in range(24) if same else ():
            yield _case(origin, same[0], f"{hour:02}:10")


def refused(network: Network, request: Request, rulebook: Rulebook) -> Iterator[Plain]:
    """Yield cases that rules are likely to refuse, each rule in its own way."""
    types = request.fleet.types
    strongest = max(each.wind_limit_m_s for each in types)
    ports = [tuple(group) for group in _by_side(network)]
    pairs = [pair for group in ports for pair in pairwise(group)]
    for one, other in permutations(ports, 2):
        pairs += zip(one, other, strict=False)
    checkpoints = list(network.checkpoints)
    for origin, destination in pairs:
        loads: list[Plain] = [
            {"mass": f"{2 * max(each.payload_kg for each in types):g} kg"},
            {"volume": f"{2 * max(each.volume_l for each in types):g} l"},
            {"documents": "none"},
            {"documents": _papers(rulebook, "23:50")},
            {"documents": _papers(rulebook, "00:00"), "depart": "23:00"},
            *({"goods": goods} for goods in get_args(GoodsClass)),
            *({"drone": each.id, "mass": f"{each.payload_kg:g} kg"} for each in types),
            {"depart": "23:45"},
        ]
        whens: list[Plain] = [
            {"wind": {"speed": f"{strongest + 5:g} m/s", "from": "0 deg"}},
            {"warning": {"kind": "T8"}},
            {"close": _own_corridors(network, origin)},
            {"close": destination},
            *([{"close": checkpoints}] if checkpoints else []),
            *([{"clears": {each: [] for each in checkpoints}}] if checkpoints else []),
        ]
        for load in loads:
            if load.get("documents") != {}:
                yield _case(origin, destination, **{"depart": "10:00", **load})
        for when in whens:
            yield _case(origin, destination, "10:00", when)


def through_checkpoints(network: Network) -> Iterator[Plain]:
    """Yield crossings with all checkpoints closed but one, or one on each side."""
    one, other = _by_side(network)
    if not one or not other:
        return
    for left in (*((each,) for each in network.checkpoints), *permutations(network.checkpoints, 2)):
        closed = [each for each in network.checkpoints if each not in left]
        for pair in ((one[0], other[0]), (other[0], one[0])):
            for goods in network.checkpoints[left[0]].goods:
                yield _case(*pair, "10:00", {"close": closed} if closed else None, goods=goods)


def around_zones(network: Network) -> Iterator[Plain]:
    """Yield for each zone routes between the vertiports nearest to it while it is active."""
    for zone in network.zones.values():
        near = _nearest(network, network.metric[zone.id])[:_NEAR]
        for origin, destination in permutations(near, 2):
            yield _case(origin, destination, "10:00", {"activate": zone.id})


def over_lane(scene: Scene, lane: str) -> Iterator[Plain]:
    """Yield routes brought onto a lane by closing what they would rather fly, one at a time."""
    network = scene.network
    start, end = network.lane_ends(lane)
    ends = (network.metric[each] for each in (start, end))
    origins, destinations = (_nearest(network, each)[:_NEAR] for each in ends)
    for origin, destination in product(origins, destinations):
        if origin != destination:
            found = _brought(scene, lane, origin, destination)
            if found is not None:
                yield found


def _brought(scene: Scene, lane: str, origin: str, destination: str) -> Plain | None:
    """Return a case whose route flies a lane, with as few corridors closed as were needed."""
    network, closed = scene.network, list[str]()
    middle = network.lane_line(lane).interpolate(0.5, normalized=True)
    while len(closed) <= _CLOSED_MOST:
        plain = _case(origin, destination, "10:00", {"close": list(closed)} if closed else None)
        case = read_route({"name": "-", **plain})
        over = scene if not closed else scene.over(edited(scene, case.when))
        route = ask(over, case, None).route
        if route is None or lane in route.lanes:
            return plain if route is not None else None
        own = network.lanes[lane][0].id
        rivals = {
            network.lanes[each][0].id
            for each in route.lanes
            if network.lane_ends(each)[0] in network.waypoints
            and network.lane_ends(each)[1] in network.waypoints
        } - {own}
        if not rivals:
            return None
        closed.append(min(rivals, key=lambda each: network.metric[each].distance(middle)))
    return None


def _by_side(network: Network) -> tuple[list[str], list[str]]:
    found: dict[str, list[str]] = {"SZ": [], "HK": []}
    for name, port in network.vertiports.items():
        found[port.side].append(name)
    return found["SZ"], found["HK"]


def _nearest(network: Network, shape: shapely.Geometry) -> Sequence[str]:
    """Return the vertiports, the nearest to a shape first."""
    names = list(network.vertiports)
    away = shapely.distance(np.array([network.metric[each] for each in names]), shape)
    return [names[at] for at in np.argsort(away, kind="stable")]


def _own_corridors(network: Network, site: str) -> list[str]:
    return [each.id for each in network.corridors.values() if site in (each.start, each.end)]


def _papers(rulebook: Rulebook, lodged: str) -> dict[str, str]:
    """Return all documents of general goods, lodged at one time."""
    return {each.document: lodged for each in rulebook.customs.goods["general"].requires}
