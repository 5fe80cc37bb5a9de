"""`hetao network capacity`: how many loaded flights an hour can pass, and what limits them."""

import datetime as dt
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api import console
from api.parameters import Elevation, ElevationMargin, Json, NetworkOption, finite, network_folder

if TYPE_CHECKING:
    from planner.capacity.capacity import Capacities, Course
    from planner.saturate.saturate import Saturation

_COURSES: "tuple[Course, ...]" = ("there", "back", "both")

Shares = Annotated[
    str | None,
    typer.Option(
        "--goods",
        metavar="SHARES",
        help="Goods classes and their shares: general, or general=3,bonded=1. Those of the sample "
        "day if left out: document 20 %, general 30 %, bonded 15 %, research 20 %, biological "
        "15 %.",
        show_default=False,
    ),
]
RequestOption = Annotated[
    Path | None,
    typer.Option(
        "--request",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="Folder with fleet.yaml (or .json) and, if you like, weather.json: drone types, "
        "day, rules, winds. The shipped sample's fleet in calm air if left out.",
        show_default=False,
    ),
]
Day = Annotated[
    dt.datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Day, in place of the fleet's.", show_default=False),
]
Mass = Annotated[
    float,
    typer.Option(metavar="KG", min=0.001, max=1000, callback=finite, help="Load of a flight."),
]
Returns = Annotated[
    bool,
    typer.Option(
        help="Count the flights of empty drones that come back: as many drones of a type leave "
        "each vertiport as land there. Without, drones are there in any number.",
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="PLACES",
        help="Vertiports, parks or SZ or HK, with commas. The vertiports in Shenzhen's parks if "
        "left out.",
        show_default=False,
    ),
]
To = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="PLACES",
        help="The same, on the other side; the vertiports in Hong Kong's park if left out.",
        show_default=False,
    ),
]


def capacity(
    network: NetworkOption = None,
    elevation: Elevation = None,
    elevation_margin: ElevationMargin = 5,
    origins: From = None,
    destinations: To = None,
    goods: Shares = None,
    mass: Mass = 1,
    hour: Annotated[
        list[int] | None,
        typer.Option(
            metavar="H", min=0, max=23, help="Hour of the day; may be repeated.", show_default="all"
        ),
    ] = None,
    returns: Returns = True,
    request: RequestOption = None,
    day: Day = None,
    simulate: Annotated[
        bool,
        typer.Option(
            "--simulate",
            help="Also fly the network full for each --hour, both ways together, by a timetable "
            "that repeats; takes minutes.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Tell how many loaded flights an hour can pass between two parks, by hour of the day.

    There, back, and both together. The figure is the optimum of a linear programme over all routes
    through lanes and checkpoints, with the time that each takes of air, pads and bays: no timetable
    can keep up more. What limits it is named, with its dual value and with what one more of it
    would bring, found by solving again. docs/capacity.md says what is taken as given.

    Exit codes: 0 done, 2 bad input.

    Example: `hetao network capacity --hour 10 --goods biological`
    """
    from api.capacity_document import capacity_document
    from api.network_question import asked_request, read_places, read_shares
    from geodata.read import read_network
    from planner.air.airspace import Airspace
    from planner.capacity.capacity import Capacities
    from planner.capacity.question import MIX, CapacityQuestion
    from planner.day.instance import Instance
    from planner.rules.rulebook import shipped_rulebook

    if simulate and not hour:
        raise typer.BadParameter("say at which --hour to fly", param_hint="--simulate")
    shares = MIX if goods is None else read_shares(goods)
    rulebook = shipped_rulebook()
    corridors = read_network(
        network_folder(network), elevation=elevation, elevation_margin_m=elevation_margin
    )
    ends = (
        read_places(origins, "SZ", corridors, "--from"),
        read_places(destinations, "HK", corridors, "--to"),
    )
    sides = [{corridors.side_of(each) for each in end} for end in ends]
    if sides[0] == sides[1] and all(ends):
        raise typer.BadParameter("is on the same side as --from", param_hint="--to")
    asked = asked_request(request, day, corridors, rulebook)
    question = CapacityQuestion(*ends, shares, mass, returns)
    found = Capacities(Instance(Airspace(corridors, asked), rulebook), question)
    hours, saturated = sorted(set(hour or range(24))), list["Saturation | None"]()
    with console.progress() as report:
        rows = []
        for done, each in enumerate(hours):
            report("capacity", f"{each:02d}:00", done / len(hours))
            rows.append([found.hour(each, course) for course in _COURSES])
        if simulate:
            saturated = [_fly(found, each, report) for each in hours]
    document = capacity_document(found, rows, saturated)
    if as_json:
        console.print_json(document)
    else:
        _print(document)


def _fly(found: "Capacities", hour: int, report: console.Report) -> "Saturation | None":
    from planner.saturate.saturate import saturate

    return saturate(found, 3600 * hour, "both", lambda text: report("timetable", text, 0.0))


def _print(document: dict[str, Any]) -> None:
    """Print the hours, equal ones that follow each other as one, then what limits them."""
    out = console.answers()
    rows = []
    for _, group in groupby(document["hours"], key=lambda each: [each[c] for c in _COURSES]):
        hours = list(group)
        first = hours[0]
        limits = first["both"]["limits"] or first["there"]["limits"]
        why = ", ".join(map(_name, limits)) or first["both"]["reason"]
        flights = [f"{first[course]['flights']:.1f}" for course in _COURSES]
        rows.append((f"{first['hour']:02d}-{hours[-1]['hour'] + 1:02d}", *flights, why))
    out.print(f"Loaded flights an hour, {document['day']}", style="bold", markup=False)
    console.print_table(out, ("hours", *_COURSES, "both are limited by"), rows, right=(1, 2, 3))
    _print_limits(document)
    for each in document["hours"]:
        for course in _COURSES:
            reason = each[course]["reason"]
            if reason and len(document["hours"]) == 1:
                out.print(f"{course}: {reason}", markup=False, soft_wrap=True)
    for each in document["hours"]:
        _print_simulated(each)


def _print_limits(document: dict[str, Any]) -> None:
    """Print once what each thing that limits some hour would bring if there were one more."""
    out, told = console.answers(), set[str]()
    busiest = max(document["hours"], key=lambda each: float(each["both"]["flights"]))
    chosen = busiest["both"]
    if not chosen["limits"]:
        return
    out.print()
    out.print(f"From {busiest['hour']:02d}:00, both together:", style="bold", markup=False)
    for each in chosen["limits"]:
        told.add(_name(each))
        out.print(
            f"one more {_unit(each)}: {each['one_more']:+.1f} flights an hour "
            f"(dual value {each['dual']:.1f}; {each['use']:.0%} taken)",
            markup=False,
            soft_wrap=True,
        )
    limited = {(each["what"], each["at"]) for each in chosen["limits"]}
    for what in ("bays", "pads"):
        if not any(kind == what for kind, _ in limited):
            out.print(f"one more of any {what}: +0.0 flights an hour", markup=False)
    if chosen["stopped"]:
        out.print(f"cannot pass: {', '.join(chosen['stopped'])}", markup=False)


def _name(limit: dict[str, Any]) -> str:
    return f"{limit['what']} {'over' if limit['what'] == 'air' else 'at'} {limit['at']}"


def _unit(limit: dict[str, Any]) -> str:
    if limit["what"] == "air":
        return f"piece of air like that over {limit['at']}"
    return f"{'inspection bay' if limit['what'] == 'bays' else 'pad'} at {limit['at']}"


def _print_simulated(hour: dict[str, Any]) -> None:
    if "simulated" not in hour:
        return
    out, found = console.answers(), hour["simulated"]
    if found is None:
        return
    out.print(
        f"{hour['hour']:02d}:00, flown full: {found['flights']} loaded flights landed, "
        f"{found['reached']:.1%} of the bound {found['bound']:.1f} "
        f"({len(found['slots'])} every {found['period_s']} s)",
        markup=False,
        soft_wrap=True,
    )
