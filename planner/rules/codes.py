"""Every rule of a request and a plan, under its code: meaning, source and remedy.

The planner honours each, the checker tests each, a reason names it, and a test breaks it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its stable code, what it demands, where that comes from, what helps."""

    code: str
    meaning: str
    source: str
    remedy: str


_CN = "State Council and CMC Order 761, in force 2024-01-01"
_TABLE = (
    Rule(
        "BLOCK_CONFLICT",
        "No two flights hold conflicting blocks at the same time.",
        "operating rule: one flight a 4D volume",
        "take off later or by another lane",
    ),
    Rule(
        "ZONE_ACTIVE",
        "No flight inside a prohibited or restricted zone while it is active.",
        "the zone's authority, named in the network",
        "fly before or after, or another corridor",
    ),
    Rule(
        "CORRIDOR_CLOSED",
        "Flights are inside a corridor only in its hours.",
        "the network",
        "another time or corridor",
    ),
    Rule(
        "SITE_CLOSED",
        "Take-off and landing, with the climb and descent over the site, only in its hours.",
        "the network",
        "another time or site",
    ),
    Rule("NO_ROUTE", "A chain of lanes joins the two sites.", "the network", "add a corridor"),
    Rule(
        "LEG_BROKEN",
        "A leg's lanes join, through waypoints, from one site to the next.",
        "the network",
        "repair the leg",
    ),
    Rule(
        "CRUISE",
        "A sortie is flown at its type's airspeed, or at another cruise that the type lists.",
        "the drone type",
        "plan again, or list the cruise",
    ),
    Rule(
        "LEG_TIMES",
        "Times, length, load and energy of a leg follow from lanes, wind and load.",
        "docs/model.md",
        "plan again",
    ),
    Rule(
        "PAD_CAPACITY",
        "A site never holds more drones than it has pads.",
        "the network",
        "arrive later, or add a pad",
    ),
    Rule(
        "BAY_CAPACITY",
        "A checkpoint never clears more drones at once than it has bays.",
        "the network",
        "clear later, or add a bay",
    ),
    Rule(
        "HELD_BY_OTHERS",
        "Air, pads, bays and chargers that others hold are kept clear of, at the plan's minima.",
        "the request's held.json: accepted plans of other operators",
        "another time, way or checkpoint, or agree with the others",
    ),
    Rule(
        "CUSTOMS_CLOSED",
        "Clearances run in the checkpoint's hours.",
        "the network",
        "another time or checkpoint",
    ),
    Rule(
        "CUSTOMS_CLASS",
        "A checkpoint clears only its goods classes.",
        "the network",
        "another checkpoint",
    ),
    Rule(
        "CUSTOMS_SEQUENCE",
        "Cross-border goods clear export on their side, then import on the other, or both at a "
        "joint checkpoint; between the two they land at checkpoints only.",
        "Customs Law of the PRC, Arts 14-18 and 24-28",
        "route through the checkpoints",
    ),
    Rule(
        "CUSTOMS_SERVICE",
        "A clearance has its regime and takes at least its service time.",
        "customs data of the checkpoint's mode",
        "allow the time",
    ),
    Rule(
        "DOCUMENT_MISSING",
        "The documents of the goods class and direction are lodged.",
        "customs data of the goods class",
        "lodge the document",
    ),
    Rule(
        "DECLARATION_LATE",
        "A document is lodged its lead time before the clearance.",
        "customs data of the checkpoint's mode",
        "clear later, or lodge earlier",
    ),
    Rule(
        "DECLARATION_EARLY",
        "A document is lodged no earlier than its mode allows.",
        "customs data of the checkpoint's mode",
        "lodge again",
    ),
    Rule(
        "GOODS_PROHIBITED",
        "Goods of the class may be flown at all.",
        "customs data of the goods class; Cap. 448G",
        "send it by road",
    ),
    Rule(
        "EMPTY_CROSSING",
        "An empty drone crosses the boundary in the hours of its rule.",
        "customs data",
        "return within the hours",
    ),
    Rule(
        "CROSSINGS",
        "A sortie crosses the boundary at most once each way.",
        "operating rule",
        "split the sortie",
    ),
    Rule(
        "SORTIE_ORDERS",
        "A sortie carries at most the set number of orders.",
        "operating rule",
        "split the sortie",
    ),
    Rule(
        "BOX_SPLIT",
        "Orders of one box are loaded at one stop and handed over at one stop of one sortie, "
        "all or none.",
        "the orders",
        "send them in boxes of their own",
    ),
    Rule(
        "ORDERS_APART",
        "Orders that name each other, or whose goods the operator segregates, share no sortie.",
        "the orders, and the operator's rules",
        "fly them in different sorties",
    ),
    Rule(
        "ORDER_AFTER",
        "An order that comes after another is loaded once that is handed over and its least time "
        "has passed; not at all if that is left out.",
        "the order",
        "serve the other first, or a later due time",
    ),
    Rule(
        "PAD_WAIT",
        "Away from its base a drone keeps a pad at most the set time beyond its events.",
        "operating rule",
        "leave the place before later",
    ),
    Rule(
        "PAYLOAD_MASS",
        "The load in the air is within the type's payload.",
        "the drone type",
        "split the order, or a larger type",
    ),
    Rule(
        "PAYLOAD_VOLUME",
        "The load in the air is within the type's volume.",
        "the drone type",
        "split the order, or a larger type",
    ),
    Rule(
        "GOODS_NOT_CARRIED",
        "A drone carries only goods it is equipped for.",
        "the fleet",
        "equip a drone for the class",
    ),
    Rule(
        "SIDE_NOT_REGISTERED",
        "A drone flies only on sides where it is registered.",
        f"{_CN}, Art 10; Cap. 448G",
        "register the drone on both sides",
    ),
    Rule(
        "WIND_LIMIT",
        "No flight in wind at or over the type's limit.",
        "the drone type",
        "wait, or a type that stands more wind",
    ),
    Rule(
        "WARNING_IN_FORCE",
        "No flight while a stop warning is in force.",
        "operator's policy, in the request's weather",
        "wait for the warning to end",
    ),
    Rule(
        "ENERGY_RESERVE",
        "At every landing the battery holds the reserve and a diversion to the nearest open site.",
        "operating rule",
        "a lighter load, a shorter sortie, a cruise that takes less, or a type with more energy",
    ),
    Rule("DRONE_HOURS", "A drone works between its hours.", "the fleet", "longer hours"),
    Rule(
        "DRONE_OVERLAP",
        "A drone's sorties follow each other, each from its base and back.",
        "the fleet",
        "start later, or another drone",
    ),
    Rule(
        "DRONE_ENDS",
        "A drone that ends its day elsewhere flies there from its base, empty, after all else, "
        "if it flies at all.",
        "the fleet",
        "end its sorties earlier",
    ),
    Rule(
        "SWAP_TIME",
        "A sortie begins with preflight and, where its base has them, ends with a battery swap, "
        "each in full; a drone not fully charged begins its day with a swap.",
        "the drone type",
        "allow the time",
    ),
    Rule(
        "CHARGE_TIME",
        "A sortie to a base without battery swap ends with a charge that gives back what it took, "
        "at the power of charger and type; a drone not fully charged begins its day with one.",
        "the drone type and the network",
        "allow the time",
    ),
    Rule(
        "CHARGER_CAPACITY",
        "A vertiport never charges more drones at once than it has chargers.",
        "the network",
        "charge later, or add a charger",
    ),
    Rule(
        "STOP_ORDER",
        "Events lie within their stop, one after the other, at the right place.",
        "docs/model.md",
        "repair the stop",
    ),
    Rule(
        "STOP_IDLE",
        "Between the ends of a sortie a drone lands only to load, unload or clear.",
        "docs/model.md",
        "leave the stop out",
    ),
    Rule(
        "ORDER_READY",
        "An order is loaded after it is ready, in full loading time.",
        "the order",
        "load later",
    ),
    Rule(
        "ORDER_DUE",
        "An order is handed over by its due time plus the greatest lateness.",
        "the order",
        "a later due time, or an earlier ready time",
    ),
    Rule(
        "ORDER_UNDER_WAY",
        "An order is under way no longer than it says.",
        "the order",
        "a direct sortie",
    ),
    Rule(
        "ORDER_COUNT",
        "Every order is served once and in full, or listed as unserved.",
        "the request",
        "plan again",
    ),
    Rule(
        "PERMISSION_MISSING",
        "The operator holds every permission that a side asks for.",
        f"{_CN}, Arts 10-12; Cap. 448G",
        "obtain the permission",
    ),
    Rule(
        "PERMISSION_DEADLINE",
        "Filings of a sortie can still be made when the plan is made.",
        f"{_CN}, Arts 26, 29 and 30",
        "plan and file earlier, or fly later",
    ),
    Rule(
        "FLEET_BUSY",
        "The fleet, pads, bays, chargers and air have room for the order.",
        "the request",
        "more drones, longer hours, or a later due time",
    ),
    Rule(
        "NOT_WORTH_FLYING",
        "An order is served if that costs less than leaving it out.",
        "the request's prices",
        "a higher price for leaving it out",
    ),
    Rule(
        "COST",
        "The stated cost is that of the plan, and the bound does not exceed it.",
        "the request's prices",
        "plan again",
    ),
    Rule(
        "CERTIFICATE_ROWS",
        "A certificate's relaxation has the orders, squads and prices of the request.",
        "docs/solver.md",
        "plan again",
    ),
    Rule(
        "CERTIFICATE_DUALS",
        "Duals of orders are 0 or more, those of squads 0 or less.",
        "docs/solver.md",
        "plan again",
    ),
    Rule(
        "CERTIFICATE_BRANCHES",
        "Each way to use whole drones is within a branch of the certificate.",
        "docs/solver.md",
        "plan again",
    ),
    Rule(
        "CERTIFICATE_BOUND",
        "A certificate's bound is no more than its duals prove.",
        "docs/solver.md",
        "plan again",
    ),
    Rule(
        "FILINGS",
        "The plan lists every filing that its sorties need, with its rule.",
        f"{_CN}, Arts 26, 29 and 30",
        "plan again",
    ),
    Rule(
        "SUMMARY",
        "What is said of the use of pads, bays, chargers and lanes, and of assumptions, is so.",
        "docs/model.md",
        "plan again",
    ),
    Rule(
        "EDITION",
        "The plan is checked on its own network edition, request and rulebook.",
        "docs/model.md",
        "name the right network and request",
    ),
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.code: rule for rule in _TABLE})
