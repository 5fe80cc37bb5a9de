"""`hetao network impact`: what an edit does to routes, capacity and plans, and which one did it."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api import console
from api.commands.network_capacity import Day, Mass, RequestOption
from api.output import replaced_file
from api.parameters import Elevation, ElevationMargin, Json, request_folder
from planner.pauses import uncollected

if TYPE_CHECKING:
    from geodata.features import Side
    from geodata.network import Network
    from planner.impact.impact import BrokenPlan, Impact
    from planner.rules.rulebook import Rulebook

_SIDES: "tuple[Side, Side]" = ("SZ", "HK")

ROWS_SHOWN = 30
"""Pairs in the table; `--all` shows all, `--json` every departure."""


def impact(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD",
            help="A folder, a .gpkg, or an edition of --store by its first digits.",
            show_default=False,
        ),
    ],
    new: Annotated[
        str, typer.Argument(metavar="NEW", help="The same: a draft, say.", show_default=False)
    ],
    store: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Store that editions are in.", show_default=False),
    ] = None,
    elevation: Elevation = None,
    elevation_margin: ElevationMargin = 5,
    departures: Annotated[
        str,
        typer.Option(
            metavar="TIMES", help="From-to/minutes between, or times with commas, local time."
        ),
    ] = "07:00-21:00/60",
    goods: Annotated[
        str | None,
        typer.Option(
            metavar="CLASSES",
            help="Goods classes, with commas; all if left out.",
            show_default=False,
        ),
    ] = None,
    mass: Mass = 1,
    request: RequestOption = None,
    day: Day = None,
    plan: Annotated[
        list[Path] | None,
        typer.Option(
            "--plan",
            metavar="PATH",
            exists=True,
            dir_okay=False,
            help="A stored plan.json of the request (--request, or the sample day): does it still "
            "check? May be repeated.",
            show_default=False,
        ),
    ] = None,
    capacity_hour: Annotated[
        int, typer.Option(metavar="H", min=0, max=23, help="Hour at which to compare capacity.")
    ] = 12,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw a map here, a PNG.", show_default=False),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a picture that is there.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Show every pair.")] = False,
    as_json: Json = False,
) -> None:
    """Tell what a change of network does before it is published, and which edits do it.

    Every pair of vertiports, both ways, goods class, drone type and departure of the grid is routed
    on both networks: lost, gained, slower, faster (to the landing), costlier, cheaper. Each
    difference is put down to the least set of edits without which it would not be there, found by
    undoing them. Then the capacity between the parks, and stored plans that would no longer check.

    A network that breaks rules under which routes still mean something, a draft with a lane too
    near a tower, is told about with its faults; one in which nothing can be flown is refused.

    Exit codes: 0 done, 2 bad input.

    Example: `hetao network impact 46568e my-draft --store editions --picture impact.png`
    """
    from api.network_question import asked_request, read_classes, read_times
    from planner.impact.helper import helper

    times, classes = read_times(departures), read_classes(goods)
    with ExitStack() as stack:
        stack.enter_context(uncollected())
        helping = stack.enter_context(helper())
        # Imported while the helper begins, which imports the same.
        from planner.capacity.question import MIX, CapacityQuestion, park_vertiports
        from planner.impact.document import impact_document
        from planner.impact.grid import Grid
        from planner.impact.impact import impact as find_impact
        from planner.rules.rulebook import shipped_rulebook

        rulebook = shipped_rulebook()
        # The places to write to are tried before the work is done.
        drawn = picture and stack.enter_context(replaced_file(picture, overwrite=overwrite))
        report = stack.enter_context(console.progress())
        report("read", "both networks", 0.0)
        networks = tuple(_network(each, store, elevation, elevation_margin) for each in (old, new))
        before, after = networks
        asked = asked_request(request, day, before, rulebook)
        vertiports = tuple(sorted({*before.vertiports, *after.vertiports}))
        grid = Grid(asked, rulebook, vertiports, tuple(asked.types), classes, times, mass)
        parks = [
            tuple(sorted({each for one in networks for each in park_vertiports(one, side)}))
            for side in _SIDES
        ]
        question = CapacityQuestion(parks[0], parks[1], MIX, mass)
        found = find_impact(
            before,
            after,
            grid,
            question=question,
            capacity_at_s=3600 * capacity_hour,
            helper=helping,
            report=report,
        )
        if plan:
            report("plans", "", 1.0)
            found = replace(found, plans=_plans(plan, request, rulebook, (before, after)))
        if drawn:
            from planner.draw.impact import draw_impact  # matplotlib takes half a second

            draw_impact(found, drawn)
    if as_json:
        console.print_json(impact_document(found))
    else:
        _print(found, every)


def _network(name: str, store: Path | None, elevation: Path | None, margin_m: float) -> "Network":
    from geodata.editions.editions import Store
    from geodata.editions.named import named_network
    from geodata.read import with_elevation

    network = named_network(name, None if store is None else Store(store))
    return network if elevation is None else with_elevation(network, elevation, margin_m)


def _plans(
    paths: list[Path],
    request: Path | None,
    rulebook: "Rulebook",
    networks: "tuple[Network, Network]",
) -> "tuple[BrokenPlan, ...]":
    """Return what each stored plan breaks on the new network only; all answer one request."""
    from planner.impact.impact import broken_plan
    from planner.read.plan import read_plan
    from planner.read.request import read_request

    asked = read_request(request_folder(request), networks[0], rulebook)
    return tuple(
        broken_plan(path.name, read_plan(path), asked, rulebook, networks) for path in paths
    )


def _print(found: "Impact", every: bool) -> None:
    from planner.impact.document import cause_rows, counts, pair_rows

    out = console.answers()
    out.print(
        f"edition {found.edits.old.edition[:12]} → {found.edits.new.edition[:12]}, "
        f"{found.grid.request.fleet.day}",
        style="bold",
        markup=False,
    )
    if found.faults:
        out.print(
            f"the new network breaks {len(found.faults)} rules and cannot be published:",
            markup=False,
        )
        console.print_faults(found.faults, out)
    told = ", ".join(f"{number} {change.word}" for change, number in counts(found).items())
    out.print(f"routes compared: {found.compared}; {told}", markup=False, soft_wrap=True)
    if found.routes:
        words = [change.word for change in counts(found)]
        out.print()
        rows = list(cause_rows(found))
        console.print_table(out, ("if not for", *words), rows, right=range(1, 1 + len(words)))
        out.print()
        pairs = list(pair_rows(found))
        shown = pairs if every else pairs[:ROWS_SHOWN]
        console.print_table(
            out, ("pair", "route", "goods", "type", "departures", "most", "if not for"), shown
        )
        if len(shown) < len(pairs):
            out.print(f"and {len(pairs) - len(shown)} more lines; --all shows them")
    _print_rest(found)


def _print_rest(found: "Impact") -> None:
    out = console.answers()
    for each in found.capacity:
        changed = each.new.total - each.old.total
        reason = f" ({each.new.reason})" if each.new.reason else ""
        out.print(
            f"capacity {each.course}: {each.old.total:.1f} → {each.new.total:.1f} loaded flights "
            f"an hour, {changed:+.1f}{reason}",
            markup=False,
            soft_wrap=True,
        )
    for plan in found.plans:
        verdict = "no longer checks" if plan.violations else "checks as before"
        out.print(f"{plan.name}: {verdict}", markup=False)
        for violation in plan.violations:
            out.print(f"  {violation}", markup=False, soft_wrap=True)
