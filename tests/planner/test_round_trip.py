"""A request that is written and read again is the same request, whatever is in it."""

import datetime as dt
from typing import get_args

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from geodata.features import GoodsClass, Side
from planner.read.orders_csv import orders_csv
from planner.request.fleet import FLEET, Drone, DroneType, Fleet, Permission, Prices, Rules
from planner.request.order import ORDERS, Declaration, Order, Priority
from planner.request.request import Request
from planner.request.weather import WEATHER, Weather, WeatherWarning, Wind
from planner.rules.rulebook import shipped_rulebook
from planner.sample.sample import fleet_yaml, weather_json
from tests.geodata.small import small_network
from tests.planner.written import read

MIDNIGHT = small_network().calendar(dt.date(2026, 11, 24)).midnight
DOCUMENTS = sorted(shipped_rulebook().customs.documents)
SITES = sorted(small_network().vertiports)
BASES = [each for each in SITES if small_network().vertiports[each].battery_swap]

keys = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20
)
seconds = st.integers(0, 86_400)
zones = st.integers(-11, 14).map(lambda hours: dt.timezone(dt.timedelta(hours=hours)))


def between(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, exclude_min=low == 0)


def instants(of_day: st.SearchStrategy[int] = seconds) -> st.SearchStrategy[dt.datetime]:
    return st.builds(
        lambda second, zone: (MIDNIGHT + dt.timedelta(seconds=second)).astimezone(zone),
        of_day,
        zones,
    )


spans = st.tuples(seconds, seconds).filter(lambda pair: pair[0] < pair[1])


@st.composite
def orders(draw: st.DrawFn) -> Order:
    origin, destination = draw(st.permutations(SITES))[:2]
    ready, due = draw(spans)
    documents = draw(st.lists(st.sampled_from(DOCUMENTS), unique=True, max_size=3))
    return Order(
        id=draw(keys),
        origin=origin,
        destination=destination,
        mass_kg=draw(between(0, 1000)),
        volume_l=draw(between(0, 5000)),
        goods=draw(st.sampled_from(get_args(GoodsClass))),
        ready=draw(instants(st.just(ready))),
        due=draw(instants(st.just(due))),
        load_s=draw(st.integers(0, 3600)),
        unload_s=draw(st.integers(0, 3600)),
        priority=draw(st.sampled_from(get_args(Priority))),
        sealed=draw(st.booleans()),
        declarations=tuple(
            Declaration(document=each, lodged_at=draw(instants(st.integers(-(10**6), 10**5))))
            for each in documents
        ),
        max_under_way_s=draw(st.none() | st.integers(1, 86_400)),
    )


types = st.builds(
    DroneType,
    id=keys,
    name=texts,
    source=texts,
    estimated=st.lists(st.sampled_from(["battery_wh", "swap_s"]), max_size=2).map(tuple),
    empty_mass_kg=between(1, 50),
    payload_kg=between(0, 500),
    volume_l=between(0, 5000),
    battery_wh=between(2_000, 100_000),
    power_coefficient_w_per_kg15=between(0, 100),
    base_power_w=between(0, 1_000),
    climb_efficiency=between(0.01, 1),
    airspeed_m_s=between(0, 60),
    climb_m_s=between(0, 15),
    descent_m_s=between(0, 15),
    wind_limit_m_s=between(0, 40),
    swap_s=st.integers(0, 7200),
)


@st.composite
def fleets(draw: st.DrawFn) -> Fleet:
    kinds = draw(st.lists(types, min_size=1, max_size=3, unique_by=lambda each: each.id))
    drones = []
    for name in draw(st.lists(keys, max_size=4, unique=True)):
        begin, end = draw(spans)
        drones.append(
            Drone(
                id=name,
                type=draw(st.sampled_from(kinds)).id,
                base=draw(st.sampled_from(BASES)),
                available_from=draw(instants(st.just(begin))),
                available_until=draw(instants(st.just(end))),
                charge=draw(st.floats(0, 1)),
                registered=draw(st.lists(st.sampled_from(get_args(Side)), min_size=1).map(tuple)),
                goods=draw(st.lists(st.sampled_from(get_args(GoodsClass)), min_size=1).map(tuple)),
            )
        )
    permission = st.builds(
        Permission,
        side=st.just("HK"),
        kind=st.sampled_from(["advanced_operations", "liability_insurance"]),
        reference=texts,
        filed_at=st.none() | instants(),
        valid_until=st.none() | instants(),
        amount_hkd=st.none() | st.integers(0, 10**12),
    )
    prices = st.fixed_dictionaries(dict.fromkeys(get_args(Priority), st.integers(0, 10**6)))
    return Fleet(
        schema_version="1",
        day=MIDNIGHT.date(),
        planned_at=draw(instants(st.integers(-(10**6), 86_399))),
        types=tuple(kinds),
        drones=tuple(drones),
        permissions=tuple(draw(st.lists(permission, max_size=3))),
        prices=Prices(late_minute_cents=draw(prices), unserved_cents=draw(prices)),
        rules=Rules(reserve_fraction=draw(st.floats(0, 0.99))),
    )


@st.composite
def weathers(draw: st.DrawFn) -> Weather:
    winds = []
    for hour in draw(st.lists(st.integers(0, 22), unique=True, max_size=4)):
        lower, upper = sorted(draw(st.lists(between(1, 3000), min_size=2, max_size=2, unique=True)))
        winds.append(
            Wind(
                since=draw(instants(st.just(hour * 3600))),
                until=draw(instants(st.just(hour * 3600 + 3600))),
                lower_amsl_m=lower,
                upper_amsl_m=upper,
                from_degrees=draw(st.floats(0, 360, exclude_max=True)),
                speed_m_s=draw(st.floats(0, 80)),
            )
        )
    begin, end = draw(spans)
    warning = WeatherWarning(
        kind="amber", since=draw(instants(st.just(begin))), until=draw(instants(st.just(end)))
    )
    warnings = draw(st.sampled_from([(), (warning,)]))
    return Weather(schema_version="1", source=draw(texts), winds=tuple(winds), warnings=warnings)


requests = st.builds(
    Request,
    orders=st.lists(orders(), max_size=4, unique_by=lambda each: each.id).map(tuple),
    fleet=fleets(),
    weather=weathers(),
)


@settings(max_examples=60, phases=(Phase.generate,))
@given(requests)
def test_a_request_written_as_csv_and_yaml_is_read_as_it_was(request: Request) -> None:
    written = {
        "orders.csv": orders_csv(request.orders),
        "fleet.yaml": fleet_yaml(request.fleet),
        "weather.json": weather_json(request.weather),
    }
    found = read({name: text.encode() for name, text in written.items()})
    assert found == request


@settings(max_examples=60, phases=(Phase.generate,))
@given(requests)
def test_a_request_written_as_json_is_read_as_it_was(request: Request) -> None:
    found = read(
        {
            "orders.json": ORDERS.dump_json(request.orders),
            "fleet.json": FLEET.dump_json(request.fleet),
            "weather.json": WEATHER.dump_json(request.weather),
        }
    )
    assert found == request
    assert found.hash == read(_as_json(found)).hash


def _as_json(request: Request) -> dict[str, bytes]:
    return {
        "orders.json": ORDERS.dump_json(request.orders[::-1]),
        "fleet.json": FLEET.dump_json(request.fleet),
        "weather.json": WEATHER.dump_json(request.weather),
    }
