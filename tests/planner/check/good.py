"""A good day on the small network: four sorties of three drones that keep every rule.

- S-001 exports at SZ-C1, imports at HK-C1, hands over at HK-V2 and returns empty;
- S-002 clears at the joint HK-J1 on its own side, crosses and returns empty;
- S-003 carries two orders within Hong Kong;
- S-004 crosses uncleared to the joint HK-J1, where S-002 is being cleared too.
"""

import datetime as dt
from functools import cache

from planner.request import (
    Declaration,
    Drone,
    DroneType,
    Fleet,
    Order,
    Permission,
    Request,
    Weather,
    Wind,
)
from planner.rulebook import shipped_rulebook
from tests.geodata.small import ALL_GOODS, small_network
from tests.planner.check.flier import Act, Halt, Sketch, World

ZONE = dt.timezone(dt.timedelta(hours=8))
DAY = dt.date(2026, 12, 1)


def at(clock: str, day: dt.date = DAY) -> dt.datetime:
    """Return the instant of a clock time "HH:MM" or "HH:MM:SS" of the day."""
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), ZONE)


def second(clock: str) -> int:
    """Return seconds from midnight to a clock time."""
    return int((at(clock) - at("00:00")).total_seconds())


def declared(*documents: str) -> tuple[Declaration, ...]:
    """Return documents lodged at six in the morning."""
    return tuple(Declaration(document=each, lodged_at=at("06:00")) for each in documents)


TYPE = DroneType(
    id="T",
    name="Test type",
    source="made up for tests",
    empty_mass_kg=20.0,
    payload_kg=10.0,
    volume_l=60.0,
    battery_wh=3000.0,
    power_coefficient_w_per_kg15=20.0,
    airspeed_m_s=14.0,
    climb_m_s=4.0,
    descent_m_s=3.0,
    wind_limit_m_s=12.0,
    swap_s=180,
)


def _drone(drone_id: str, base: str) -> Drone:
    return Drone(
        id=drone_id,
        type="T",
        base=base,
        available_from=at("07:00"),
        available_until=at("20:00"),
        registered=("SZ", "HK"),
        goods=ALL_GOODS,
    )


def _order(
    order_id: str,
    origin: str,
    destination: str,
    documents: tuple[Declaration, ...] = (),
    *,
    sealed: bool = True,
) -> Order:
    return Order(
        id=order_id,
        origin=origin,
        destination=destination,
        mass_kg=3.0,
        volume_l=10.0,
        goods="general",
        ready=at("08:00"),
        due=at("12:00"),
        sealed=sealed,
        declarations=documents,
    )


OUTWARD = declared("CN_EXPORT_DECLARATION", "HK_CARGO_INFORMATION")
INWARD = declared("CN_IMPORT_DECLARATION", "CN_MANIFEST", "HK_CARGO_INFORMATION")
_PERMISSIONS = (
    Permission(side="SZ", kind="operating_certificate", reference="1"),
    Permission(side="SZ", kind="liability_insurance", reference="2"),
    Permission(side="SZ", kind="nationality_registration", reference="3"),
    Permission(side="SZ", kind="standing_approval", reference="4"),
    Permission(side="HK", kind="advanced_operations", reference="5"),
    Permission(side="HK", kind="liability_insurance", reference="6", amount_hkd=10_000_000),
)


def _wind(since: str, until: str, from_degrees: float, speed_m_s: float) -> Wind:
    return Wind(
        since=at(since),
        until=at(until),
        lower_amsl_m=0.0,
        upper_amsl_m=300.0,
        from_degrees=from_degrees,
        speed_m_s=speed_m_s,
    )


def _request() -> Request:
    fleet = Fleet(
        schema_version="1",
        day=DAY,
        planned_at=at("10:00", DAY - dt.timedelta(days=1)),
        types=(TYPE,),
        drones=(_drone("D1", "SZ-V1"), _drone("D2", "HK-V1"), _drone("D3", "SZ-V1")),
        permissions=_PERMISSIONS,
    )
    orders = (
        _order("O-1", "SZ-V1", "HK-V2", OUTWARD),
        _order("O-2", "HK-V1", "SZ-V2", INWARD, sealed=False),
        _order("O-3", "HK-V1", "HK-V2"),
        _order("O-4", "SZ-V1", "HK-V2", OUTWARD),
        _order("O-5", "HK-V1", "HK-V2"),
        _order("O-6", "HK-V1", "HK-V2"),
    )
    winds = (_wind("07:00", "08:35", 30.0, 4.0), _wind("08:35", "09:30", 250.0, 6.0))
    return Request(orders, fleet, Weather(schema_version="1", source="made up", winds=winds))


START, END = Act("preflight"), Act("swap")
EXPORT_IMPORT = Sketch(
    "S-001",
    "D1",
    second("08:30"),
    (
        Halt("SZ-V1", (START, Act("load", "O-1"))),
        Halt("SZ-C1", (Act("export", "O-1"),)),
        Halt("HK-C1", (Act("import", "O-1"),)),
        Halt("HK-V2", (Act("unload", "O-1"),)),
        Halt("SZ-V1", (END,)),
    ),
    (
        ("SZ-1-F", "SZ-3-B"),
        ("SZ-3-F", "X-A-F", "HK-3-B"),
        ("HK-4-F", "HK-2-B"),
        ("HK-2-F", "HK-5-B", "X-A-B", "SZ-1-B"),
    ),
)
JOINT_BEFORE = Sketch(
    "S-002",
    "D2",
    second("08:50"),
    (
        Halt("HK-V1", (START, Act("load", "O-2"))),
        Halt("HK-J1", (Act("joint", "O-2"),)),
        Halt("SZ-V2", (Act("unload", "O-2"),)),
        Halt("HK-V1", (END,)),
    ),
    (
        ("HK-1-F", "HK-5-F", "HK-6-B"),
        ("HK-6-F", "X-B-B", "SZ-2-B"),
        ("SZ-2-F", "SZ-5-B", "X-A-F", "HK-1-B"),
    ),
)
DOMESTIC = Sketch(
    "S-003",
    "D2",
    second("09:30"),
    (
        Halt("HK-V1", (START, Act("load", "O-3"), Act("load", "O-5"))),
        Halt("HK-V2", (Act("unload", "O-3"), Act("unload", "O-5"))),
        Halt("HK-V1", (END,)),
    ),
    (("HK-1-F", "HK-5-F", "HK-2-B"), ("HK-2-F", "HK-5-B", "HK-1-B")),
)
JOINT_AFTER = Sketch(
    "S-004",
    "D3",
    second("08:50:45"),
    (
        Halt("SZ-V1", (START, Act("load", "O-4"))),
        Halt("HK-J1", (Act("joint", "O-4"),)),
        Halt("HK-V2", (Act("unload", "O-4"),)),
        Halt("SZ-V1", (END,)),
    ),
    (
        ("SZ-1-F", "SZ-5-F", "X-B-F", "HK-6-B"),
        ("HK-6-F", "HK-2-B"),
        ("HK-2-F", "HK-5-B", "X-A-B", "SZ-1-B"),
    ),
)


@cache
def good_world() -> World:
    """Return the good day; it is frozen, so all tests may share it."""
    return World(
        small_network(),
        _request(),
        shipped_rulebook(),
        (EXPORT_IMPORT, JOINT_BEFORE, DOMESTIC, JOINT_AFTER),
        unserved=("O-6",),
    )
