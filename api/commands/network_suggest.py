"""`hetao network suggest`: draw a corridor between two places."""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api import console
from api.outcomes import NotHeldError
from api.output import replaced_file
from api.parameters import Elevation, ElevationMargin, Json, NetworkOption, network_folder

if TYPE_CHECKING:
    from geodata.suggest.suggest import Answer, Suggestion


def suggest(
    start: Annotated[
        str, typer.Argument(metavar="FROM", help="Vertiport, checkpoint or waypoint.")
    ],
    end: Annotated[str, typer.Argument(metavar="TO", help="Another one.")],
    width: Annotated[float, typer.Option(metavar="M", help="Full width, m.")] = 40,
    height: Annotated[
        float, typer.Option(metavar="M", help="Of the upper lane, m; the other is 25 m lower.")
    ] = 80,
    above: Annotated[
        Literal["AMSL", "AGL"],
        typer.Option(
            help="What the height counts from; AGL: the higher ground at the two places, as lanes "
            "fly level.",
        ),
    ] = "AMSL",
    alternatives: Annotated[
        int, typer.Option(metavar="N", min=0, max=5, help="How many other ways to look for.")
    ] = 2,
    cross_lanes: Annotated[
        bool,
        typer.Option(
            "--cross-lanes",
            help="Let it cross lanes within their minima, where flights then take turns.",
        ),
    ] = False,
    lateral: Annotated[float, typer.Option(metavar="M", help="Separation in plan, m.")] = 30,
    vertical: Annotated[float, typer.Option(metavar="M", help="Separation in height, m.")] = 15,
    turn: Annotated[float, typer.Option(metavar="DEG", help="Largest turn, degrees.")] = 60,
    leg: Annotated[float, typer.Option(metavar="M", help="Shortest leg, m.")] = 60,
    crossing: Annotated[
        float, typer.Option(metavar="DEG", help="Least angle to the boundary, degrees.")
    ] = 60,
    risk: Annotated[
        Path | None,
        typer.Option(
            metavar="TIF",
            exists=True,
            dir_okay=False,
            help="GeoTIFF of risk, from 0 a metre; in place of what the network knows.",
            show_default=False,
        ),
    ] = None,
    areas: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="Polygons with a field risk, over all else.",
            show_default=False,
        ),
    ] = None,
    network: NetworkOption = None,
    elevation: Elevation = None,
    elevation_margin: ElevationMargin = 5,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the drafts here, GeoJSON.", show_default=False),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Draw them over the risk here, a PNG.", show_default=False
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that are there.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Draw a corridor from one place to another that the network check takes.

    It keeps clear of zones, obstacles, terrain and the minima of lanes, crosses the boundary once
    and near square where the sides differ, turns no sharper than drones do, and goes over little
    risk. Alternatives have a third of their length 150 m or more from those before. What is found
    are drafts with a score by part; if nothing is, the rules in the way are named with values.

    Exit codes: 0 a corridor, 1 none, 2 bad input.

    Example: `hetao network suggest SZ-SHANGBU HK-LOOP-SE --width 40 --height 80 --out new.geojson`
    """
    from geodata.check.incremental import Checked
    from geodata.read import read_network
    from geodata.suggest.ask import Ask, Minima, TurnLimits
    from geodata.suggest.document import suggestions_geojson, suggestions_json
    from geodata.suggest.risk_input import risk_areas, risk_raster
    from geodata.suggest.suggest import suggest as drawn

    corridors = read_network(
        network_folder(network), elevation=elevation, elevation_margin_m=elevation_margin
    )
    crs = corridors.info.metric_crs
    ask = Ask(
        start,
        end,
        width_m=width,
        height_m=height,
        height_reference=above,
        minima=Minima(lateral, vertical),
        turns=TurnLimits(turn, leg),
        crossing_min_deg=crossing,
        cross_lanes=cross_lanes,
    )
    with console.progress() as report:
        answer = drawn(
            Checked.of(corridors),
            ask,
            alternatives=alternatives,
            areas=() if areas is None else risk_areas(areas, crs),
            raster=None if risk is None else partial(risk_raster, risk, crs),
            report=lambda found: report("drawing", f"{found} found", found / (alternatives + 1)),
        )
    if out is not None and answer.suggestions:
        with replaced_file(out, overwrite=overwrite) as path:
            text = json.dumps(suggestions_geojson(answer), ensure_ascii=False, indent=1)
            path.write_text(text + "\n", encoding="utf-8")
    if picture is not None:
        from planner.draw.suggest import draw_suggestions

        with replaced_file(picture, overwrite=overwrite) as path:
            draw_suggestions(answer, path)
    if as_json:
        console.print_json(suggestions_json(answer))
    else:
        _print(answer)
    if not answer.suggestions:
        raise NotHeldError


def _print(answer: "Answer") -> None:
    out = console.answers()
    ask = answer.ask
    if not answer.suggestions:
        out.print(f"no corridor from {ask.start} to {ask.end}; in the way:", markup=False)
        console.print_faults(answer.reasons, out)
        return
    headings = ["part", *(each.corridor.id for each in answer.suggestions)]
    columns = [_parts(each) for each in answer.suggestions]
    rows = [(part, *(column[part] for column in columns)) for part in columns[0]]
    console.print_table(out, headings, rows, right=range(1, len(headings)))
    for each in answer.suggestions:
        console.print_faults(each.warnings, out)
    out.print("drafts, each passes the network check; not for navigation", markup=False)


def _parts(suggestion: "Suggestion") -> dict[str, str]:
    score, corridor = suggestion.score, suggestion.corridor
    spare = "-" if score.spare_m is None else f"{score.spare_m:.0f} m, {score.nearest}"
    crossing = "-" if score.crossing_deg is None else f"{score.crossing_deg:.0f}°"
    return {
        "score, less is better": f"{score.total_m:.0f} m",
        "length": f"{score.length_m:.0f} m",
        "over the straight line": f"{score.length_m / score.straight_m - 1:.0%}",
        "risk": f"{score.risk_m:.0f} m",
        "turns": f"{score.turns}",
        "sharpest turn": f"{score.turn_max_deg:.0f}°",
        "shortest leg": f"{score.leg_min_m:.0f} m",
        "angle to the boundary": crossing,
        "spare beside, least": spare,
        "over ground, least": f"{score.over_ground_m:.0f} m",
        "lanes at": ", ".join(f"{lane.height_amsl_m:g} m" for lane in corridor.lanes),
        "needs approval for": "\n".join(corridor.approved_zones) or "-",
        "crosses lanes of": "\n".join(score.crosses) or "-",
    }
