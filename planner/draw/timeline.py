"""The day of a plan over time, as a PNG: drones above, the checkpoints' occupation below."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from geodata.network import Network
from geodata.schedule import DAY_S, Calendar
from planner.draw import palette
from planner.draw.conditions import Condition, conditions, no_flying
from planner.draw.labels import shortened
from planner.draw.picture import counted, draw_title, fractions, new_figure, summary, write_png
from planner.draw.timeline_panel import HOUR_S, WIDTH_PX, Part, Row, draw_bars, panel, shade, stack
from planner.plan.occupation import Span, bays_held, pads_held, steps
from planner.plan.plan import Plan, Sortie
from planner.request.request import Request

HEAD_PX, GAP_PX, FOOT_PX = 142, 40, 48

MANY_DRONES = 40
ROW_PX, THIN_ROW_PX = 26, 15
CONDITION_PX = 18
RESOURCE_PX = 30

FLIGHT = (0.06, 0.94)
ON_PAD = (0.22, 0.78)
WAITING = (0.42, 0.58)
"""Which part of its row's height a bar takes, from the top."""


def draw_timeline(plan: Plan, network: Network, request: Request, path: Path) -> None:
    """Write the timeline as a PNG, 1600 pixels wide, as high as the drones need.

    Times are local. The same plan, network and request give the same bytes. Raises `OSError` if
    the file cannot be written.
    """
    write_png(timeline_figure(plan, network, request), path)


def timeline_figure(plan: Plan, network: Network, request: Request) -> Figure:
    """Return the figure that `draw_timeline` writes."""
    calendar = network.calendar(request.fleet.day)
    span = _span(plan, request, calendar)
    around = conditions(network, request, calendar, span)
    panels: list[tuple[list[Row], Callable[[Axes, list[Row]], None]]] = [
        (
            stack([("", [(each.name, each.name) for each in around])], CONDITION_PX),
            lambda axes, rows: _draw_conditions(axes, rows, around),
        ),
        (
            drone_rows(network, request),
            lambda axes, rows: _draw_drones(axes, rows, plan, request, calendar),
        ),
        (
            _checkpoint_rows(network),
            lambda axes, rows: _draw_occupation(axes, rows, plan, network, calendar),
        ),
    ]
    panels = [(rows, draw) for rows, draw in panels if rows]
    high = sum(rows[-1].bottom_px + GAP_PX for rows, _ in panels)
    figure = new_figure(WIDTH_PX, round(HEAD_PX + high - GAP_PX + FOOT_PX))
    top = figure.bbox.height - HEAD_PX
    for rows, draw in panels:
        draw(panel(figure, rows, top - rows[-1].bottom_px, span), rows)
        top -= rows[-1].bottom_px + GAP_PX
    _legend(figure)
    title = f"{network.info.name}: timeline of {request.fleet.day}"
    draw_title(figure, 24, title, summary(plan, network))
    return figure


def _span(plan: Plan, request: Request, calendar: Calendar) -> Span:
    """Return the whole hours that hold all sorties; without any, the drones' hours."""
    ends = [(each.stops[0].arrive, each.stops[-1].depart) for each in plan.sorties] or [
        (each.available_from, each.available_until) for each in request.fleet.drones
    ]
    seconds = [calendar.seconds(each) for pair in ends for each in pair] or [0, DAY_S]
    return min(seconds) // HOUR_S * HOUR_S, -(-max(seconds) // HOUR_S) * HOUR_S


def drone_rows(network: Network, request: Request) -> list[Row]:
    """Return a row for each drone of the fleet, by base and id, under a heading for each base."""
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for drone in sorted(request.fleet.drones, key=lambda each: (each.base, each.id)):
        label = f"{shortened(drone.id, 14)}  {shortened(drone.type, 16)}"
        groups[network.sites[drone.base].name].append((drone.id, label))
    many = len(request.fleet.drones) > MANY_DRONES
    return stack(groups.items(), THIN_ROW_PX if many else ROW_PX)


def _checkpoint_rows(network: Network) -> list[Row]:
    """Return a row for the pads and one for the bays of each checkpoint, under its name."""
    groups = []
    for each in network.checkpoints.values():
        heading = f"{each.name}, joint" if each.joint else each.name
        lines = [(each.id, counted(each.pads, "pad")), (each.id, counted(each.bays, "bay"))]
        groups.append((heading, lines))
    return stack(groups, RESOURCE_PX)


def _draw_conditions(axes: Axes, rows: list[Row], around: Sequence[Condition]) -> None:
    first, last = axes.get_xlim()
    px_per_s = axes.bbox.width / (last - first)
    for row, condition in zip(rows, around, strict=True):
        top, bottom = row.part((0.08, 0.92))
        for bar in condition.bars:
            start, end = max(bar.span[0], first), min(bar.span[1], last)
            if start >= end:
                continue
            draw_bars(axes, bar.colour, [((start, end), (top, bottom))])
            text = axes.text(
                (start + end) / 2,
                (top + bottom) / 2,
                bar.text,
                size=7.5,
                ha="center",
                va="center_baseline",
                color=palette.INK,
                zorder=3,
            )
            if text.get_window_extent().width > (end - start) * px_per_s - 4:
                text.remove()


def activities(sortie: Sortie, calendar: Calendar) -> Iterator[tuple[str, Span]]:
    """Yield what the drone does, a key of `palette.ACTIVITY`, and when, from start to end."""
    for rank, stop in enumerate(sortie.stops):
        now = calendar.seconds(stop.arrive)
        for event in stop.events:
            start, end = calendar.seconds(event.start), calendar.seconds(event.end)
            if start > now:
                yield "waiting", (now, start)
            yield event.kind, (start, end)
            now = end
        depart = calendar.seconds(stop.depart)
        if depart > now:
            yield "waiting", (now, depart)
        if rank < len(sortie.legs):
            kind = "loaded" if sortie.legs[rank].orders else "empty"
            yield kind, (depart, calendar.seconds(sortie.stops[rank + 1].arrive))


def _draw_drones(
    axes: Axes, rows: list[Row], plan: Plan, request: Request, calendar: Calendar
) -> None:
    by_id = {row.id: row for row in rows if not row.heading}
    bars: dict[str, list[tuple[Part, Part]]] = defaultdict(list)
    for sortie in plan.sorties:
        row = by_id[sortie.drone]
        for activity, span in activities(sortie, calendar):
            share = {"loaded": FLIGHT, "empty": FLIGHT, "waiting": WAITING}.get(activity, ON_PAD)
            bars[activity].append((span, row.part(share)))
    for activity, members in bars.items():
        draw_bars(axes, palette.ACTIVITY[activity], members)
    for start, end in no_flying(request, calendar):
        axes.axvspan(start, end, color=palette.WIND_OVER, alpha=0.16, lw=0, zorder=0.2)
    colours = palette.drone_colours(sortie.drone for sortie in plan.sorties)
    first, last = axes.get_xlim()
    for drone in request.fleet.drones:
        row = by_id[drone.id]
        since = min(calendar.seconds(drone.available_from), last)
        until = max(calendar.seconds(drone.available_until), first)
        for off in ((first, since), (until, last)):
            shade(axes, off, row.part((0, 1)))
        if drone.id in colours:
            _draw_chip(axes, colours[drone.id], row.part((0.2, 0.8)))


def _draw_chip(axes: Axes, colour: str, part: Part) -> None:
    """Draw a drone's colour of the map between its label and its row."""
    chip = Rectangle((-0.009, part[0]), 0.006, part[1] - part[0], fc=colour, lw=0)
    chip.set(transform=axes.get_yaxis_transform(), clip_on=False)
    axes.add_artist(chip)


def _draw_occupation(
    axes: Axes, rows: list[Row], plan: Plan, network: Network, calendar: Calendar
) -> None:
    lines = [row for row in rows if not row.heading]
    first, last = (round(at) for at in axes.get_xlim())
    for rank, each in enumerate(network.checkpoints.values()):
        pads, bays = lines[2 * rank], lines[2 * rank + 1]
        _draw_held(axes, pads, pads_held(plan, each.id, calendar), each.pads, palette.PADS)
        _draw_held(axes, bays, bays_held(plan, each.id, calendar), each.bays, palette.BAYS)
        for span in _gaps(calendar.intervals(each.hours), (first, last)):
            shade(axes, span, (pads.top_px, bays.bottom_px))


def _draw_held(axes: Axes, row: Row, spans: list[Span], capacity: int, colour: str) -> None:
    """Draw what is held as steps, the capacity as a line, and what exceeds it in red."""
    first, last = (round(at) for at in axes.get_xlim())
    seconds, counts = steps([(first, first), *spans, (last, last)])
    most = int(counts.max())
    base, px = row.bottom_px - 1, (row.height_px - 5) / max(capacity, most)
    for low, high, face in ((0, capacity, colour), (capacity, max(capacity, most), palette.OVER)):
        axes.fill_between(
            seconds,
            base - np.clip(counts, low, high) * px,
            base - low * px,
            step="post",
            fc=face,
            alpha=0.75,
            lw=0,
            zorder=2,
        )
    axes.plot((first, last), (base - capacity * px,) * 2, color=colour, lw=0.8, ls=(0, (4, 3)))
    axes.annotate(
        f"at most {most}",
        (1, row.top_px + row.height_px / 2),
        (5, 0),
        xycoords=axes.get_yaxis_transform(),
        textcoords="offset points",
        size=8,
        va="center_baseline",
        color=palette.MUTED,
        annotation_clip=False,
    )


def _gaps(intervals: Iterable[Span], shown: Span) -> list[Span]:
    """Return the stretches of `shown` outside all intervals."""
    gaps, now = [], shown[0]
    for start, end in intervals:
        if start > now:
            gaps.append((now, min(start, shown[1])))
        now = max(now, end)
    return [*gaps, (now, shown[1])] if now < shown[1] else gaps


def _legend(figure: Figure) -> None:
    handles: list[Patch] = [
        Patch(fc=colour, label=palette.ACTIVITY_NAME[activity])
        for activity, colour in palette.ACTIVITY.items()
    ]
    handles += [
        Patch(fc=palette.WIND_OVER, alpha=0.4, label="wind over a limit, or a stop warning"),
        Patch(fc="#f4f5f7", ec="#d7dce2", hatch="////", lw=0, label="outside hours"),
        Patch(fc=palette.PADS, label="pads held"),
        Patch(fc=palette.BAYS, label="bays held"),
        Patch(fc=palette.OVER, label="held over capacity"),
    ]
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=fractions(figure, 24, figure.bbox.height - 84),
        ncols=8,
        frameon=False,
        fontsize=8.5,
        labelcolor=palette.INK,
        borderaxespad=0,
        borderpad=0,
        handlelength=1.6,
        columnspacing=1.6,
        labelspacing=0.45,
    )
