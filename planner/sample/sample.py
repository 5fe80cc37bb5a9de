"""A made-up day to plan: orders, fleet and weather for any network, from a seed."""

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from geodata.faults import Fault, InvalidInput
from geodata.network import Network
from planner.read.files import PLAIN_SCALARS, parse_yaml
from planner.read.orders_csv import orders_csv
from planner.request.fleet import FLEET, Fleet
from planner.request.request import Request, without_later
from planner.request.weather import WEATHER, Weather
from planner.rules.rulebook import Rulebook
from planner.sample.draw import Draw
from planner.sample.fleet import sample_fleet, sample_weather
from planner.sample.orders import CROSS_BORDER_SHARE, OrderMaker

SAMPLE_DAY = dt.date(2026, 11, 24)


def shipped_sample_path() -> Path:
    """Return the folder of the sample day that comes with the package."""
    return Path(__file__).parent / "hetao-day"


def shipped_fleet(network: Network) -> Request:
    """Return the fleet of the shipped sample day in calm air, without orders.

    Its drone types fly anywhere; of its drones those are kept that have their base in the network.
    """
    path = shipped_sample_path() / "fleet.yaml"
    document = parse_yaml(path.name, path.read_text(encoding="utf-8"), [])
    assert document is not None
    fleet = FLEET.validate_json(json.dumps(document.value))
    bases = network.vertiports
    drones = tuple(
        each for each in fleet.drones if each.base in bases and bases[each.base].battery_swap
    )
    return Request((), replace(fleet, drones=drones))


def make_sample(
    network: Network,
    rulebook: Rulebook,
    *,
    orders: int,
    drones: int,
    seed: int,
    day: dt.date = SAMPLE_DAY,
    cross_share: float = CROSS_BORDER_SHARE,
    near: int | None = None,
) -> Request:
    """Return a made-up day: the same request for the same network, rules and numbers.

    About `cross_share` of the orders cross the boundary, the others go to one of the `near`
    vertiports nearest to their origin, or to any. Raises InvalidInput if the network has no base on
    one of the sides, or no room in its hours for an order.
    """
    faults = [
        Fault(
            source="network",
            item=network.info.name,
            field="battery_swap",
            code="NO_BATTERY_SWAP",
            value="none",
            limit="at least one",
            message=f"no vertiport of {side} has battery swap, so no drone can be based there",
        )
        for side in ("SZ", "HK")
        if not any(each.side == side and each.battery_swap for each in network.vertiports.values())
    ]
    if faults:
        raise InvalidInput(faults)
    midnight = dt.datetime.combine(day, dt.time(0), ZoneInfo(network.info.timezone))
    draw = Draw(seed)
    fleet = sample_fleet(network, rulebook.permissions, midnight, drones)
    weather = sample_weather(midnight, draw)
    customs = rulebook.customs
    maker = OrderMaker(network, customs, fleet.types, midnight, draw, cross_share, near)
    return Request(maker.day(orders), fleet, weather)


def write_sample(
    folder: Path,
    network: Network,
    rulebook: Rulebook,
    *,
    orders: int,
    drones: int,
    seed: int,
    day: dt.date = SAMPLE_DAY,
) -> None:
    """Write `make_sample` as orders.csv, fleet.yaml and weather.json: the same bytes every time."""
    request = make_sample(network, rulebook, orders=orders, drones=drones, seed=seed, day=day)
    header = (
        f"# A made-up day: {orders} orders, {drones} drones, seed {seed}, on {network.info.name}.\n"
        "# docs/formats.md explains the fields. What a type lists as estimated, nobody has\n"
        "# published; its source says how the estimate was made.\n"
    )
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "orders.csv": orders_csv(request.orders),
        "fleet.yaml": header + fleet_yaml(request.fleet),
        "weather.json": weather_json(request.weather),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def fleet_yaml(fleet: Fleet) -> str:
    """Return a fleet as the text of `fleet.yaml`, without the fields that say nothing."""
    content = without_later(FLEET.dump_python(fleet, mode="json", exclude_none=True))
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def weather_json(weather: Weather) -> str:
    """Return weather as the text of `weather.json`."""
    content = WEATHER.dump_python(weather, mode="json")
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


class _Dumper(yaml.SafeDumper):
    """Writes lists of plain values on one line, and quotes text that YAML 1.1 or 1.2 mistakes."""

    def inline(self, values: list[object]) -> yaml.Node:
        """Return the node of a list, in brackets unless it holds mappings."""
        in_brackets = not any(isinstance(each, dict) for each in values)
        return self.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=in_brackets)


_Dumper.add_representer(list, _Dumper.inline)
for _tag, _pattern, _first in PLAIN_SCALARS:
    _Dumper.add_implicit_resolver(_tag, re.compile(_pattern), _first)
