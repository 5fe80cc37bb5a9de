"""Whether lanes join every site to every other one, and customs every side to the other."""

from collections.abc import Iterator, Mapping
from typing import get_args

from geodata.check.survey import Survey
from geodata.codes import fault
from geodata.faults import Fault
from geodata.features import GoodsClass, Side


def isolated_places(survey: Survey) -> Iterator[Fault]:
    """Yield places where no corridor begins or ends."""
    joined = {each for corridor in survey.corridors for each in (corridor.start, corridor.end)}
    for layer, place in survey.places:
        if place.id not in joined:
            yield fault("ISOLATED_PLACE", layer, place.id, "", value="no corridor")


def unreachable_sites(survey: Survey) -> Iterator[Fault]:
    """Yield sites that lanes do not join, there and back, to the largest set that they do."""
    sites = survey.network.sites.keys()
    onward: dict[str, list[str]] = {}
    for lane in survey.network.lanes:
        start, end = survey.network.lane_ends(lane)
        onward.setdefault(start, []).append(end)
    reached = {site: _reach(site, onward) & sites for site in sites}
    joined = {
        site: {other for other in reached[site] if site in reached[other]} for site in sorted(sites)
    }
    main = max(joined.values(), key=len, default=set())
    for layer, place in survey.places:
        if place.id in sites and place.id not in main:
            away = len(reached[place.id] - {place.id})
            back = sum(place.id in reached[other] for other in sites - {place.id})
            value = f"reaches {away} of {len(sites) - 1} other sites, is reached from {back}"
            yield fault("UNREACHABLE", layer, place.id, "", value=value)


def _reach(start: str, onward: Mapping[str, list[str]]) -> set[str]:
    seen, ahead = {start}, [start]
    while ahead:
        for place in onward.get(ahead.pop(), ()):
            if place not in seen:
                seen.add(place)
                ahead.append(place)
    return seen


def customs_gaps(survey: Survey) -> Iterator[Fault]:
    """Yield goods classes that a side has no checkpoint for.

    Goods clear export on their own side and import on the other, so each side needs each class;
    a joint checkpoint clears for both. Dangerous goods need none: no customs rule carries them.
    """
    checkpoints = survey.network.checkpoints.values()
    for side in get_args(Side):
        cleared = {
            goods
            for checkpoint in checkpoints
            if checkpoint.joint or checkpoint.side == side
            for goods in checkpoint.goods
        }
        for goods in get_args(GoodsClass):
            if goods != "dangerous" and goods not in cleared:
                message = f"No checkpoint clears {goods} goods out of and into {side}."
                yield fault(
                    "CUSTOMS_GAP", "checkpoints", side, "goods", value=goods, message=message
                )
