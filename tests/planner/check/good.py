"""A good day on the small network: four sorties of three drones that keep every rule.

- S-001 exports at SZ-C1, imports at HK-C1, hands over at HK-V2 and returns empty;
- S-002 clears at the joint HK-J1 on its own side, crosses and returns empty;
- S-003 carries two orders within Hong Kong;
- S-004 crosses uncleared to the joint HK-J1, where S-002 is being cleared too.
"""

from functools import cache

from planner.request.order import Declaration
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from planner.testing.day import at, drone, order, request, second, weather, wind
from tests.geodata.small import small_network
from tests.planner.check.flier import Act, Halt, Sketch, World


def declared(*documents: str) -> tuple[Declaration, ...]:
    """Return documents lodged at six in the morning."""
    return tuple(Declaration(document=each, lodged_at=at("06:00")) for each in documents)


OUTWARD = declared("CN_EXPORT_DECLARATION", "HK_CARGO_INFORMATION")
INWARD = declared("CN_IMPORT_DECLARATION", "CN_MANIFEST", "HK_CARGO_INFORMATION")


def _request() -> Request:
    return request(
        order("O-1", "SZ-V1", "HK-V2", declarations=OUTWARD),
        order("O-2", "HK-V1", "SZ-V2", declarations=INWARD, sealed=False),
        order("O-3", "HK-V1", "HK-V2", declarations=()),
        order("O-4", "SZ-V1", "HK-V2", declarations=OUTWARD),
        order("O-5", "HK-V1", "HK-V2", declarations=()),
        order("O-6", "HK-V1", "HK-V2", declarations=()),
        drones=(drone("D1"), drone("D2", "HK-V1"), drone("D3")),
        weather=weather(wind("07:00", "08:35", 4.0, 30.0), wind("08:35", "09:30", 6.0, 250.0)),
    )


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
