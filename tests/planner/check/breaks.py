"""For each rule the ways to break it, and nothing else, on the good day."""

import datetime as dt
from dataclasses import replace
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from planner.plan.plan import Event, Plan, Sortie, Unserved, Use, UseKind
from planner.request.fleet import Charging, Cruise
from planner.request.held import Held, HeldAir, HeldSeats
from planner.request.order import Declaration
from planner.request.weather import WeatherWarning, Wind
from planner.rules.rulebook import Rulebook
from planner.testing.day import DAY, at, second
from planner.testing.layout import box, line
from tests.geodata.small import changed, reshaped, without
from tests.planner.check.change import (
    Break,
    WorldChange,
    act,
    drone,
    event,
    fleet,
    given,
    halt,
    hold,
    kind,
    later,
    leg,
    network,
    order,
    overtaken,
    recosted,
    replanned,
    rules,
    shift,
    sketch,
    sortie,
    spoiled,
    stop,
)
from tests.planner.check.flier import Act, Halt, Sketch, World
from tests.planner.check.good import END, INWARD, declared

_DETOUR = line((-500, -400), (0, -405), (500, -400))
_TO_SZ = ("HK-2-F", "X-B-B", "SZ-2-B")
_TO_HK = ("SZ-2-F", "X-B-F", "HK-2-B")


def _behind(world: World) -> World:
    """S-003, by a drone of its own, takes off from HK-V2 ten seconds after S-001."""
    plan = world.plan()
    first, behind = plan.sorties[0].stops[3].depart, plan.sorties[2].stops[1].depart
    delay_s = int((first - behind).total_seconds()) + 10
    extra = replace(world.request.drones["D2"], id="D4")
    world = world.with_fleet(drones=(*world.request.fleet.drones, extra))
    return world.with_sketch("S-003", lambda each: replace(each, drone="D4").shifted(delay_s))


def _lowered(corridor_id: str) -> WorldChange:
    """Lower the lanes of a corridor by a metre."""

    def apply(world: World) -> World:
        lanes = world.network.corridors[corridor_id].lanes
        low = tuple(replace(lane, height_amsl_m=lane.height_amsl_m - 1) for lane in lanes)
        return world.with_network(changed, corridor_id, lanes=low)

    return apply


def _customs(**fields: Any) -> WorldChange:
    def apply(world: World) -> World:
        customs = replace(world.rulebook.customs, **fields)
        return replace(world, rulebook=Rulebook(customs, world.rulebook.permissions))

    return apply


def _diversions_until(clock_time: str) -> WorldChange:
    """Leave HK-C1 and HK-J1 to divert to, and close both before S-003 has landed at home."""

    def apply(world: World) -> World:
        for site in world.network.sites:
            world = world.with_network(changed, site, diversion=site in ("HK-C1", "HK-J1"))
        for site in ("HK-C1", "HK-J1"):
            world = world.with_network(changed, site, hours=f"08:00-{clock_time}")
        return world

    return apply


def _prohibited(world: World) -> World:
    goods = world.rulebook.customs.goods
    general = replace(goods["general"], carried=False)
    return _customs(goods={**goods, "general": general})(world)


def _empty_hours(hours: str) -> WorldChange:
    def apply(world: World) -> World:
        rule = world.rulebook.customs.empty_crossing
        return _customs(empty_crossing=replace(rule, hours=hours))(world)

    return apply


def _held(**changes: Any) -> WorldChange:
    """Change the Hong Kong insurance."""

    def apply(world: World) -> World:
        *others, insurance = world.request.fleet.permissions
        return world.with_fleet(permissions=(*others, replace(insurance, **changes)))

    return apply


def _warning(since: str, until: str) -> WorldChange:
    def apply(world: World) -> World:
        warning = WeatherWarning(kind="amber", since=at(since), until=at(until))
        weather = replace(world.request.weather, warnings=(warning,))
        return replace(world, request=replace(world.request, weather=weather))

    return apply


def _gale(world: World) -> World:
    """Begin a west wind too strong to return against while S-003 is on the pad of HK-V2."""
    gale = Wind(
        since=at("09:38"),
        until=at("10:30"),
        lower_amsl_m=0.0,
        upper_amsl_m=300.0,
        from_degrees=270.0,
        speed_m_s=13.5,
    )
    weather = replace(world.request.weather, winds=(*world.request.weather.winds, gale))
    return replace(world, request=replace(world.request, weather=weather))


def _lodged(order_id: str, document: str, when: dt.datetime) -> WorldChange:
    def apply(world: World) -> World:
        new = Declaration(document=document, lodged_at=when)
        found = world.request.orders_by_id[order_id].declarations
        lodged = tuple(new if each.document == document else each for each in found)
        return world.with_order(order_id, declarations=lodged)

    return apply


def _again_as(new_id: str, drone_id: str, seconds: int) -> WorldChange:
    """Fly S-003 a second time, by another sortie."""

    def apply(world: World) -> World:
        copy = replace(world.sketches[2], id=new_id, drone=drone_id).shifted(seconds)
        return replace(world, sketches=(*world.sketches, copy))

    return apply


def _cross_twice(each: Sketch) -> Sketch:
    """S-001 flies empty over to SZ-V2 and back before it goes home."""
    halts = (*each.halts[:4], Halt("SZ-V2"), Halt("HK-V2"), each.halts[4])
    return replace(each, halts=halts, lanes=(*each.lanes[:3], _TO_SZ, _TO_HK, each.lanes[3]))


def _home_over_the_boundary(each: Sketch) -> Sketch:
    """S-003 crosses to Shenzhen and back on its one leg home."""
    home = ("HK-2-F", "X-B-B", "SZ-5-B", "X-A-F", "HK-1-B")
    return replace(each, lanes=(each.lanes[0], home))


def _land_between(each: Sketch) -> Sketch:
    """S-001 lands at the vertiport HK-V2 between export and import clearance."""
    halts = (*each.halts[:2], Halt("HK-V2"), *each.halts[2:])
    over = ("SZ-3-F", "X-A-F", "HK-5-F", "HK-2-B")
    return replace(
        each, halts=halts, lanes=(each.lanes[0], over, ("HK-2-F", "HK-4-B"), *each.lanes[2:])
    )


def _import_only(each: Sketch) -> Sketch:
    """S-001 crosses without export clearance."""
    lanes = (("SZ-1-F", "X-A-F", "HK-3-B"), *each.lanes[2:])
    return replace(each, halts=(each.halts[0], *each.halts[2:]), lanes=lanes)


def _late_joint(each: Sketch) -> Sketch:
    """S-004 lands at HK-V2, over the boundary, before the joint HK-J1."""
    lanes = (("SZ-1-F", "SZ-5-F", "X-B-F", "HK-2-B"), ("HK-2-F", "HK-6-B"), *each.lanes[1:])
    return replace(each, halts=(each.halts[0], Halt("HK-V2"), *each.halts[1:]), lanes=lanes)


def _domestic_abroad(each: Sketch) -> Sketch:
    """S-003 takes its goods over to SZ-V2 and back on the way."""
    lanes = (("HK-1-F", "HK-5-F", "X-B-B", "SZ-2-B"), _TO_HK, each.lanes[1])
    return replace(each, halts=(each.halts[0], Halt("SZ-V2"), *each.halts[1:]), lanes=lanes)


def _cleared_at_home(each: Sketch) -> Sketch:
    """S-003 has goods cleared that stay in Hong Kong."""
    clear = Halt("HK-J1", (Act("joint", "O-3"),))
    lanes = (("HK-1-F", "HK-5-F", "HK-6-B"), ("HK-6-F", "HK-2-B"), each.lanes[1])
    return replace(each, halts=(each.halts[0], clear, *each.halts[1:]), lanes=lanes)


def _ends_away(each: Sketch) -> Sketch:
    """S-003 swaps its battery at SZ-V1, which is not its base."""
    home = ("HK-2-F", "HK-5-B", "X-A-B", "SZ-1-B")
    return replace(
        each, halts=(*each.halts[:2], Halt("SZ-V1", (END,))), lanes=(each.lanes[0], home)
    )


def _through_site(each: Sortie) -> Sortie:
    """S-001 flies past HK-C1 as if it were a waypoint."""
    lanes = ("SZ-3-F", "X-A-F", "HK-3-B", "HK-4-F", "HK-2-B")
    stops = (*each.stops[:2], *each.stops[3:])
    return replace(
        each, stops=stops, legs=(each.legs[0], replace(each.legs[1], lanes=lanes), each.legs[3])
    )


def _without_preflight(each: Sortie) -> Sortie:
    first = each.stops[0]
    begun = replace(first, arrive=first.events[1].start, events=first.events[1:])
    return replace(each, stops=(begun, *each.stops[1:]))


def _second_swap(each: Sortie) -> Sortie:
    middle = each.stops[3]
    swap = Event(kind="swap", start=middle.depart, end=middle.depart)
    stops = (*each.stops[:3], replace(middle, events=(*middle.events, swap)), each.stops[4])
    return replace(each, stops=stops)


def _unserved(*orders: str) -> WorldChange:
    return lambda world: replace(world, unserved=orders)


def _reason(plan: Plan) -> Plan:
    (unserved,) = plan.unserved
    reason = replace(unserved.reasons[0], code="NO_LUCK")
    return replace(plan, unserved=(Unserved(order=unserved.order, reasons=(reason,)),))


def _cost(**fields: int) -> Break:
    return spoiled(lambda plan: replace(plan, cost=replace(plan.cost, **fields)))


def _total(plan: Plan) -> Plan:
    cost = replace(plan.cost, total_cents=plan.cost.total_cents + 1)
    return replace(plan, cost=cost)


def _bound(**fields: Any) -> Break:
    return spoiled(lambda plan: replace(plan, bound=replace(plan.bound, **fields)))


def _used(index: int, **fields: Any) -> Break:
    """Misstate one use of the plan."""

    def apply(plan: Plan) -> Plan:
        uses = list(plan.utilisation)
        uses[index] = replace(uses[index], **fields)
        return replace(plan, utilisation=tuple(uses))

    return spoiled(apply)


def _unused(kind: UseKind) -> Break:
    """Leave all uses of a kind out."""

    def apply(plan: Plan) -> Plan:
        uses = tuple(use for use in plan.utilisation if use.kind != kind)
        return replace(plan, utilisation=uses)

    return spoiled(apply)


def _used_besides(plan: Plan) -> Plan:
    use = Use(resource="SZ-2-F", kind="bays", busy_s=0, share=0.0, peak=0)
    return replace(plan, utilisation=(*plan.utilisation, use))


def _unfiled(plan: Plan) -> Plan:
    return replace(plan, filings=plan.filings[1:])


def _filed(**fields: Any) -> Break:
    """Misstate the first filing."""

    def apply(plan: Plan) -> Plan:
        return replace(plan, filings=(replace(plan.filings[0], **fields), *plan.filings[1:]))

    return spoiled(apply)


def _outline(shape: BaseGeometry) -> tuple[tuple[float, float], ...]:
    """Return the outline of an area as held.json has it."""
    return tuple((lon, lat) for lon, lat in shapely.get_coordinates(shape)[:-1].tolist())


def _others(**parts: Any) -> WorldChange:
    """Have others hold something all morning."""

    def apply(world: World) -> World:
        return replace(world, request=replace(world.request, held=Held(**parts)))

    return apply


_MORNING = (at("08:00"), at("12:00"))
_SEATS = HeldSeats(site="HK-C1", kind="pads", spans=(_MORNING,) * 9)
_AIR = HeldAir(
    area=_outline(box(240, -710, 260, -600)), lower_amsl_m=50, upper_amsl_m=130, spans=(_MORNING,)
)
"""Across HK-4."""


_TAKEN = Charging(power_w=1500.0, taper_from=0.9, taper_factor=0.5)


def charging(*, chargers: int = 2) -> WorldChange:
    """Have the drones of SZ-V1 charge there, from 90 % of a battery on at half the power."""
    changes = (
        network("SZ-V1", battery_swap=False, chargers=chargers, charger_kw=6.0),
        kind(charging=_TAKEN),
        act("S-001", 4, 0, kind="charge"),
        act("S-004", 3, 0, kind="charge"),
    )

    def apply(world: World) -> World:
        for change in changes:
            world = change(world)
        return world

    return apply


SLOW = Cruise(airspeed_m_s=12.0, power_share=0.9)


def slowed(*cruises: Cruise) -> WorldChange:
    """Have S-003 fly at 12 m/s, one of some cruises of its type."""

    def apply(world: World) -> World:
        slow = sketch("S-003", lambda each: replace(each, cruise_m_s=12.0))
        return slow(kind(cruises=cruises or (SLOW,))(world))

    return apply


def _on(change: WorldChange, broken: Break) -> Break:
    """Return a break of the good day changed before."""
    return lambda world: broken(change(world))


def going_away(start: str = "10:00", order_id: str | None = None) -> WorldChange:
    """Have D1 end its day at SZ-V2, flying there by S-005, with an order or none."""
    load, unload = (
        () if order_id is None else (Act(kind, order_id),) for kind in ("load", "unload")
    )
    last = Sketch(
        "S-005",
        "D1",
        second(start),
        (Halt("SZ-V1", (Act("preflight"), *load)), Halt("SZ-V2", unload)),
        (("SZ-1-F", "SZ-5-F", "SZ-2-B"),),
    )

    def apply(world: World) -> World:
        world = world.with_drone("D1", ends_at="SZ-V2")
        return replace(world, sketches=(*world.sketches, last))

    return apply


_AT_HOME = order("O-6", origin="SZ-V1", destination="SZ-V2")


def _unloaded_twice(each: Sketch) -> Sketch:
    """S-003 hands O-3 over, flies to HK-J1 and back, and hands O-5 over."""
    halts = (
        each.halts[0],
        Halt("HK-V2", (Act("unload", "O-3"),)),
        Halt("HK-J1"),
        Halt("HK-V2", (Act("unload", "O-5"),)),
        each.halts[2],
    )
    around = ("HK-2-F", "HK-6-B"), ("HK-6-F", "HK-2-B")
    return replace(each, halts=halts, lanes=(each.lanes[0], *around, each.lanes[1]))


def _lands_for_nothing(each: Sketch) -> Sketch:
    """S-003 looks in at HK-J1 on its way."""
    lanes = ("HK-1-F", "HK-5-F", "HK-6-B"), ("HK-6-F", "HK-2-B")
    return replace(
        each, halts=(each.halts[0], Halt("HK-J1"), *each.halts[1:]), lanes=(*lanes, each.lanes[1])
    )


_BOX = (order("O-3", box="B"), order("O-5", box="B"))

_CHARGERS = HeldSeats(site="SZ-V1", kind="chargers", spans=(_MORNING,) * 2)

BREAKS: tuple[tuple[str, Break], ...] = (
    ("HELD_BY_OTHERS", replanned(_others(seats=(_SEATS,)))),
    ("HELD_BY_OTHERS", replanned(_others(seats=(replace(_SEATS, kind="bays"),)))),
    ("HELD_BY_OTHERS", replanned(_others(air=(_AIR,)))),
    ("BLOCK_CONFLICT", replanned(_behind)),
    ("ZONE_ACTIVE", replanned(network("SZ-EVENT", schedule="08:57-11:00"))),
    ("ZONE_ACTIVE", replanned(network("SZ-EVENT", schedule="24/7", kind="prohibited"))),
    (
        "ZONE_ACTIVE",
        replanned(
            lambda world: world.with_network(reshaped, "HK-NATURE", box(995, -1205, 1005, -1195))
        ),
    ),
    ("CORRIDOR_CLOSED", replanned(network("HK-5", hours="10:00-20:00"))),
    ("SITE_CLOSED", replanned(network("SZ-V2", hours="09:02-20:00"))),
    ("SITE_CLOSED", replanned(network("SZ-V2", hours="07:00-09:02"))),
    ("LEG_BROKEN", spoiled(leg("S-001", 1, given(lanes=("SZ-3-F", "NONE", "HK-3-B"))))),
    ("LEG_BROKEN", spoiled(leg("S-001", 1, given(lanes=("SZ-3-F", "HK-3-B"))))),
    ("LEG_BROKEN", spoiled(leg("S-001", 1, given(lanes=())))),
    ("LEG_BROKEN", spoiled(stop("S-001", 1, given(place="SZ-WA")))),
    ("LEG_BROKEN", spoiled(sortie("S-001", lambda each: replace(each, legs=each.legs[:3])))),
    ("LEG_BROKEN", spoiled(sortie("S-001", _through_site))),
    ("LEG_TIMES", spoiled(hold("S-001", 1, 4, later(1, "enter")))),
    ("LEG_TIMES", spoiled(hold("S-001", 1, 4, later(-1, "exit")))),
    ("LEG_TIMES", spoiled(hold("S-001", 1, 4, later(0.5, "enter")))),
    ("LEG_TIMES", spoiled(hold("S-001", 1, 4, given(block="SZ-1-F#0")))),
    ("LEG_TIMES", spoiled(leg("S-001", 1, given(holds=())))),
    ("LEG_TIMES", spoiled(leg("S-001", 1, given(payload_kg=2.9)))),
    ("LEG_TIMES", spoiled(leg("S-001", 1, given(payload_kg=float("nan"))))),
    ("LEG_TIMES", spoiled(leg("S-001", 1, given(orders=())))),
    ("LEG_TIMES", spoiled(leg("S-001", 1, given(distance_m=1966.5)))),
    ("LEG_TIMES", spoiled(leg("S-001", 1, given(energy_wh=151.0)))),
    ("LEG_TIMES", overtaken(_lowered("HK-5"))),
    ("LEG_TIMES", _on(slowed(), overtaken(kind(cruises=(replace(SLOW, power_share=0.901),))))),
    (
        "LEG_TIMES",
        _on(
            slowed(SLOW, Cruise(airspeed_m_s=12.1, power_share=0.9055)),
            spoiled(sortie("S-003", given(cruise_m_s=12.1))),
        ),
    ),
    ("CRUISE", spoiled(sortie("S-001", given(cruise_m_s=12.0)))),
    ("CRUISE", _on(slowed(), overtaken(kind(cruises=())))),
    ("LEG_TIMES", overtaken(lambda world: world.with_network(reshaped, "HK-5", _DETOUR))),
    ("PAD_CAPACITY", replanned(network("HK-J1", pads=1))),
    ("BAY_CAPACITY", replanned(network("HK-J1", bays=1))),
    (
        "CUSTOMS_CLOSED",
        replanned(network("SZ-C1", hours="08:00-08:35,08:36-20:00"), halt("S-001", 1, wait_s=30)),
    ),
    ("CUSTOMS_CLASS", replanned(network("SZ-C1", goods=("document",)))),
    ("CUSTOMS_SEQUENCE STOP_IDLE", replanned(halt("S-001", 1, acts=()))),
    ("CUSTOMS_SEQUENCE STOP_IDLE", replanned(halt("S-001", 2, acts=()))),
    ("CUSTOMS_SEQUENCE STOP_IDLE", replanned(halt("S-004", 1, acts=(), wait_s=60))),
    ("CUSTOMS_SEQUENCE", replanned(act("S-001", 1, 0, kind="import"))),
    ("CUSTOMS_SEQUENCE", replanned(act("S-002", 1, 0, kind="export"))),
    ("CUSTOMS_SEQUENCE STOP_IDLE", replanned(sketch("S-001", _land_between), shift("S-001", -900))),
    ("CUSTOMS_SEQUENCE", replanned(sketch("S-001", _import_only))),
    ("CUSTOMS_SEQUENCE STOP_IDLE", replanned(sketch("S-004", _late_joint))),
    ("CUSTOMS_SEQUENCE STOP_IDLE", replanned(sketch("S-003", _domestic_abroad))),
    (
        "CUSTOMS_SEQUENCE",
        replanned(sketch("S-003", _cleared_at_home), order("O-3", declarations=INWARD)),
    ),
    ("CUSTOMS_SERVICE", replanned(act("S-001", 1, 0, took_s=59))),
    ("CUSTOMS_SERVICE", replanned(act("S-001", 1, 0, regime="document"))),
    ("CUSTOMS_SERVICE", spoiled(event("S-001", 1, 0, given(regime=None)))),
    ("CUSTOMS_SERVICE", spoiled(event("S-001", 0, 1, given(regime="sealed")))),
    ("CUSTOMS_SERVICE", overtaken(network("SZ-C1", clearance_mode="unheard-of"))),
    (
        "DOCUMENT_MISSING",
        replanned(order("O-1", declarations=declared("CN_EXPORT_DECLARATION"))),
    ),
    ("DECLARATION_LATE", replanned(_lodged("O-1", "HK_CARGO_INFORMATION", at("08:30")))),
    ("DECLARATION_LATE", replanned(_lodged("O-1", "CN_EXPORT_DECLARATION", at("08:35")))),
    (
        "DECLARATION_EARLY",
        replanned(_lodged("O-1", "HK_CARGO_INFORMATION", at("08:30", DAY - dt.timedelta(days=20)))),
    ),
    ("GOODS_PROHIBITED", replanned(_prohibited)),
    ("EMPTY_CROSSING", replanned(_empty_hours("08:45-22:30"))),
    ("EMPTY_CROSSING", replanned(_empty_hours("06:30-08:48,08:49-22:30"))),
    ("CROSSINGS STOP_IDLE", replanned(sketch("S-001", _cross_twice), shift("S-001", -1200))),
    ("CROSSINGS", replanned(sketch("S-003", _home_over_the_boundary))),
    ("SORTIE_ORDERS", replanned(rules(max_orders_per_sortie=1))),
    ("BOX_SPLIT", replanned(*_BOX, order("O-6", box="B"))),
    ("BOX_SPLIT", replanned(*_BOX, order("O-4", box="B"))),
    ("BOX_SPLIT STOP_IDLE", replanned(*_BOX, sketch("S-003", _unloaded_twice))),
    ("ORDERS_APART", replanned(order("O-3", not_with=("O-5",)))),
    ("ORDERS_APART", replanned(order("O-5", not_with=("O-6", "O-3")))),
    ("ORDERS_APART", replanned(rules(segregated=(("document", "general"), ("general",) * 2)))),
    ("ORDER_AFTER", replanned(order("O-1", after="O-3"))),
    ("ORDER_AFTER", replanned(order("O-5", after="O-1", after_s=7200))),
    ("ORDER_AFTER", replanned(order("O-5", after="O-6"))),
    ("PAD_WAIT", replanned(halt("S-003", 1, wait_s=601))),
    ("PAYLOAD_MASS", replanned(kind(payload_kg=5.9))),
    ("PAYLOAD_MASS", replanned(kind(payload_kg=5.9999999))),
    ("PAYLOAD_VOLUME", replanned(kind(volume_l=19.9))),
    ("PAYLOAD_VOLUME", replanned(kind(volume_l=19.9999999))),
    ("GOODS_NOT_CARRIED", replanned(drone("D1", goods=("document", "biological")))),
    ("SIDE_NOT_REGISTERED", replanned(drone("D1", registered=("SZ",)))),
    ("WIND_LIMIT", replanned(kind(wind_limit_m_s=6.0))),
    ("WIND_LIMIT", overtaken(_gale, kind(wind_limit_m_s=20.0))),
    ("WARNING_IN_FORCE", replanned(_warning("09:35", "09:36"))),
    ("ENERGY_RESERVE", replanned(rules(reserve_fraction=0.85))),
    ("ENERGY_RESERVE", replanned(_diversions_until("09:43"))),
    ("DRONE_HOURS", replanned(drone("D1", available_from=at("08:30:01")))),
    ("DRONE_HOURS", replanned(drone("D1", available_until=at("08:53")))),
    ("DRONE_OVERLAP", replanned(shift("S-003", -1200))),
    ("DRONE_OVERLAP", replanned(sketch("S-003", _ends_away))),
    ("DRONE_OVERLAP", spoiled(sortie("S-001", given(drone="D9")))),
    ("DRONE_OVERLAP", overtaken(drone("D1", type="T9"))),
    ("SWAP_TIME", replanned(act("S-001", 0, 0, took_s=59))),
    ("SWAP_TIME", replanned(act("S-001", 4, 0, took_s=179))),
    ("SWAP_TIME", replanned(halt("S-001", 4, acts=()))),
    ("SWAP_TIME", recosted(sortie("S-001", _without_preflight))),
    ("SWAP_TIME", replanned(drone("D1", charge=0.9, available_from=at("08:28")))),
    ("DRONE_ENDS", replanned(drone("D1", ends_at="SZ-V2"))),
    ("DRONE_ENDS", replanned(going_away("08:10"))),
    ("DRONE_ENDS", replanned(going_away(order_id="O-6"), _AT_HOME, _unserved())),
    ("SWAP_TIME", replanned(charging(), network("SZ-V1", battery_swap=True))),
    ("CHARGE_TIME", replanned(charging(), act("S-001", 4, 0, took_s=60))),
    ("CHARGE_TIME", replanned(charging(), act("S-001", 4, 0, kind="swap"))),
    ("CHARGE_TIME", replanned(charging(), halt("S-001", 4, acts=()))),
    ("CHARGE_TIME", overtaken(charging(), kind(charging=replace(_TAKEN, taper_factor=0.4)))),
    ("CHARGE_TIME", replanned(charging(), drone("D1", charge=0.9, available_from=at("08:22")))),
    ("CHARGER_CAPACITY", replanned(charging(chargers=1))),
    ("HELD_BY_OTHERS", replanned(charging(), _others(seats=(_CHARGERS,)))),
    ("STOP_ORDER", spoiled(event("S-003", 0, 2, later(-30, "start", "end")))),
    ("STOP_ORDER", spoiled(event("S-003", 1, 1, later(10, "end")))),
    ("STOP_ORDER", replanned(order("O-5", origin="HK-V2"))),
    ("STOP_ORDER", recosted(stop("S-001", 0, later(-60, "arrive")))),
    ("STOP_ORDER", recosted(stop("S-001", 4, later(60, "depart")))),
    ("STOP_ORDER", spoiled(sortie("S-001", _second_swap))),
    ("STOP_ORDER", spoiled(event("S-001", 0, 0, given(order="O-1")))),
    ("STOP_ORDER", spoiled(event("S-001", 0, 1, later(0.5, "end")))),
    ("STOP_IDLE", replanned(sketch("S-003", _lands_for_nothing))),
    ("ORDER_READY", replanned(order("O-1", ready=at("08:31:01")))),
    ("ORDER_READY", replanned(act("S-001", 0, 1, took_s=59))),
    ("ORDER_DUE", replanned(order("O-1", due=at("08:14")))),
    ("ORDER_DUE", replanned(act("S-001", 3, 0, took_s=59))),
    ("ORDER_UNDER_WAY", replanned(order("O-1", max_under_way_s=730))),
    ("ORDER_COUNT", replanned(_unserved())),
    ("ORDER_COUNT", replanned(_unserved("O-1", "O-6"))),
    ("ORDER_COUNT", replanned(_unserved("O-6", "O-6"))),
    ("ORDER_COUNT", replanned(_again_as("S-005", "D2", 1200))),
    ("ORDER_COUNT", spoiled(_reason)),
    ("ORDER_COUNT", spoiled(event("S-001", 3, 0, given(order="O-99")))),
    ("PERMISSION_MISSING", replanned(_held(kind="other_insurance"))),
    ("PERMISSION_MISSING", replanned(_held(amount_hkd=9_999_999))),
    ("PERMISSION_MISSING", replanned(_held(valid_until=at("20:00")))),
    ("PERMISSION_DEADLINE", replanned(fleet(planned_at=at("12:01", DAY - dt.timedelta(days=1))))),
    ("COST", _cost(drone_time_cents=1)),
    ("COST", spoiled(_total)),
    (
        "COST",
        spoiled(
            sortie("S-001", lambda each: replace(each, cost=replace(each.cost, energy_cents=90)))
        ),
    ),
    ("COST", _bound(lower_bound_cents=10**9)),
    ("COST", _bound(gap=0.5)),
    ("COST", _bound(gap=float("nan"))),
    ("FILINGS", spoiled(_unfiled)),
    ("FILINGS", _filed(sorties=("S-001", "S-002"))),
    ("FILINGS", _filed(sorties=("S-001", "S-002", "S-004", "S-004"))),
    ("FILINGS", spoiled(lambda plan: replace(plan, filings=(*plan.filings, plan.filings[0])))),
    ("FILINGS", _filed(rule="hearsay")),
    ("FILINGS", _filed(assumption=True)),
    ("SUMMARY", spoiled(given(utilisation=()))),
    ("SUMMARY", _unused("pads")),
    ("SUMMARY", _unused("bays")),
    ("SUMMARY", _unused("lane")),
    ("SUMMARY", _used(0, busy_s=-1)),
    ("SUMMARY", _used(0, share=0.5)),
    ("SUMMARY", _used(0, share=float("nan"))),
    ("SUMMARY", _used(0, peak=2)),
    ("SUMMARY", spoiled(_used_besides)),
    (
        "SUMMARY",
        spoiled(lambda plan: replace(plan, utilisation=plan.utilisation[:1] + plan.utilisation)),
    ),
    ("SUMMARY", spoiled(given(assumptions=()))),
    ("SUMMARY", spoiled(lambda plan: replace(plan, assumptions=plan.assumptions[:1] * 2))),
    (
        "SUMMARY",
        spoiled(lambda plan: replace(plan, assumptions=(*plan.assumptions, "calm weather"))),
    ),
    ("SUMMARY", overtaken(network("HK-J1", pads=9))),
    ("SUMMARY", overtaken(kind(estimated=("battery_wh",)))),
    ("EDITION", spoiled(given(edition="0" * 64))),
    ("EDITION", spoiled(given(request="0" * 64))),
    ("EDITION", spoiled(given(rulebook="0" * 64))),
    ("EDITION", overtaken(lambda world: world.with_network(without, "SZ-V2", "SZ-2"))),
)
