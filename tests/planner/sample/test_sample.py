"""The sample day: the same bytes from a seed, a valid request, and what it promises to hold."""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from geodata.faults import InvalidInput
from geodata.network import Network, shipped_network_path
from geodata.read import read_network
from geodata.schedule import contains
from planner.energy import cruise_power_w, leg_energy_wh
from planner.read.request import read_request
from planner.request.order import Order
from planner.request.request import Request
from planner.rules.customs import OTHER
from planner.rules.permission import earliest_takeoff, missing
from planner.rules.rulebook import shipped_rulebook
from planner.sample.fleet import ARK_40, FLYCART_30, LIGHT, TYPES
from planner.sample.sample import make_sample, shipped_sample_path, write_sample
from tests.geodata.small import changed, small_network

RULEBOOK = shipped_rulebook()
FILES = ("orders.csv", "fleet.yaml", "weather.json")


@pytest.fixture(scope="module")
def hetao() -> Network:
    return read_network(shipped_network_path())


@pytest.fixture(scope="module")
def shipped(hetao: Network) -> Request:
    return read_request(shipped_sample_path(), hetao, RULEBOOK)


def sample(network: Network, orders: int = 200, drones: int = 16, seed: int = 1) -> Request:
    return make_sample(network, RULEBOOK, orders=orders, drones=drones, seed=seed)


def test_the_shipped_day_is_made_again_byte_for_byte(hetao: Network, tmp_path: Path) -> None:
    write_sample(tmp_path, hetao, RULEBOOK, orders=200, drones=16, seed=1)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (shipped_sample_path() / name).read_bytes(), name


def test_another_seed_is_another_day(hetao: Network) -> None:
    assert sample(hetao, seed=1) != sample(hetao, seed=2)


@pytest.mark.parametrize(("orders", "drones"), [(1, 1), (10, 2), (49, 7), (50, 8), (1000, 40)])
def test_a_written_sample_is_a_valid_request(orders: int, drones: int, tmp_path: Path) -> None:
    network = small_network()
    write_sample(tmp_path, network, RULEBOOK, orders=orders, drones=drones, seed=3)
    found = read_request(tmp_path, network, RULEBOOK)
    assert found == sample(network, orders, drones, seed=3)
    assert (len(found.orders), len(found.fleet.drones)) == (orders, drones)


def test_ten_thousand_orders_can_be_made(hetao: Network) -> None:
    assert len({each.id for each in sample(hetao, orders=10_000, drones=400).orders}) == 10_000


def test_a_network_without_a_base_on_a_side_gives_no_sample() -> None:
    network = changed(small_network(), "HK-V1", battery_swap=False)
    with pytest.raises(InvalidInput) as invalid:
        sample(network)
    assert [fault.code for fault in invalid.value.faults] == ["NO_BATTERY_SWAP"]


def test_a_network_that_never_opens_gives_no_sample() -> None:
    network = small_network()
    for vertiport in network.vertiports:
        network = changed(network, vertiport, hours="01:00-02:00")
    with pytest.raises(InvalidInput) as invalid:
        sample(network)
    assert [fault.code for fault in invalid.value.faults] == ["SITE_CLOSED"]


def sides(network: Network, order: Order) -> tuple[str, str]:
    return network.side_of(order.origin), network.side_of(order.destination)


def test_seven_orders_in_ten_cross_in_both_directions(hetao: Network) -> None:
    ways = Counter(sides(hetao, each) for each in sample(hetao, orders=2000).orders)
    crossing = ways["SZ", "HK"] + ways["HK", "SZ"]
    assert 0.66 < crossing / 2000 < 0.74
    assert min(ways["SZ", "HK"], ways["HK", "SZ"]) > 600


def test_the_shipped_day_has_five_goods_classes_and_all_priorities(shipped: Request) -> None:
    goods = Counter(each.goods for each in shipped.orders)
    assert {each for each, count in goods.items() if count > 5} == {
        "document",
        "general",
        "bonded",
        "research",
        "biological",
    }
    assert len({each.priority for each in shipped.orders}) == 3


def test_biological_orders_say_how_long_they_may_be_under_way(shipped: Request) -> None:
    limits = {each.max_under_way_s for each in shipped.orders if each.goods == "biological"}
    assert 2700 in limits
    assert all(each.max_under_way_s is None for each in shipped.orders if each.goods == "general")


def hopeless(network: Network, request: Request) -> dict[str, list[Order]]:
    """Return the orders that the request's own figures forbid, by the rule that does."""
    types = request.types.values()
    carried = {goods for drone in request.fleet.drones for goods in drone.goods}
    late = dt.timedelta(seconds=request.fleet.rules.max_late_s)
    calendar = network.calendar(request.fleet.day)
    found: dict[str, list[Order]] = {}
    for each in request.orders:
        handling = dt.timedelta(seconds=each.load_s + each.unload_s)
        origin, destination = sides(network, each)
        asked = {
            requirement.document
            for requirement in RULEBOOK.customs.goods[each.goods].requires
            if (requirement.side, requirement.stage)
            in {(origin, "export"), (OTHER[network.side_of(each.origin)], "import")}
        }
        lodged = {declared.document: declared.lodged_at for declared in each.declarations}
        open_hours = calendar.intervals(network.vertiports[each.destination].hours)
        last = calendar.seconds(each.due + late)
        codes = {
            "PAYLOAD_MASS": each.mass_kg > max(kind.payload_kg for kind in types),
            "PAYLOAD_VOLUME": each.volume_l > max(kind.volume_l for kind in types),
            "GOODS_PROHIBITED": each.goods == "dangerous",
            "GOODS_NOT_CARRIED": each.goods not in carried and each.goods != "dangerous",
            "ORDER_DUE": each.ready + handling > each.due + late,
            "DOCUMENT_MISSING": origin != destination and not asked <= lodged.keys(),
            "DECLARATION_LATE": any(at >= each.due + late for at in lodged.values()),
            "SITE_CLOSED": not any(
                contains(open_hours, second, second)
                for second in range(calendar.seconds(each.ready), last, 60)
            ),
        }
        for code, holds in codes.items():
            if holds:
                found.setdefault(code, []).append(each)
    return found


def test_a_few_shipped_orders_are_hopeless_each_for_another_reason(
    hetao: Network, shipped: Request
) -> None:
    found = hopeless(hetao, shipped)
    assert sorted(found) == [
        "DECLARATION_LATE",
        "DOCUMENT_MISSING",
        "GOODS_NOT_CARRIED",
        "GOODS_PROHIBITED",
        "ORDER_DUE",
        "PAYLOAD_MASS",
        "PAYLOAD_VOLUME",
        "SITE_CLOSED",
    ]
    orders = [order.id for members in found.values() for order in members]
    assert len(orders) == len(set(orders)) == 8


def test_a_small_sample_has_no_hopeless_orders(hetao: Network) -> None:
    assert hopeless(hetao, sample(hetao, orders=49)) == {}


def test_every_permission_is_held_and_no_deadline_has_passed(
    hetao: Network, shipped: Request
) -> None:
    midnight = hetao.calendar(shipped.fleet.day).midnight
    rules = RULEBOOK.permissions
    for side in OTHER:
        assert missing(rules, shipped.fleet, side, crossing=True, midnight=midnight) == []
        assert earliest_takeoff(rules, shipped.fleet, side, midnight, emergency=False) == midnight


def test_the_fleet_stands_on_both_sides_and_few_drones_keep_to_one(
    hetao: Network, shipped: Request
) -> None:
    assert {hetao.side_of(drone.base) for drone in shipped.fleet.drones} == {"SZ", "HK"}
    assert {drone.type for drone in shipped.fleet.drones} == {kind.id for kind in TYPES}
    assert sum(len(drone.registered) == 1 for drone in shipped.fleet.drones) == 2
    assert any("biological" not in drone.goods for drone in shipped.fleet.drones)


def test_one_hour_is_windy_and_stops_some_types(shipped: Request) -> None:
    windy = {each.since.hour for each in shipped.weather.winds if each.speed_m_s > 8}
    assert windy == {15}
    speeds = [each.speed_m_s for each in shipped.weather.winds if each.since.hour == 15]
    assert all(LIGHT.wind_limit_m_s <= speed < FLYCART_30.wind_limit_m_s for speed in speeds)


def test_the_power_of_the_flycart_gives_both_published_ranges() -> None:
    for payload_kg, range_m in ((30, 16_000), (0, 28_000)):
        flight_s = FLYCART_30.battery_wh * 3600 / cruise_power_w(FLYCART_30, payload_kg)
        assert flight_s * FLYCART_30.airspeed_m_s == pytest.approx(range_m, rel=0.01)


def test_the_estimates_of_the_other_types_give_their_published_ranges() -> None:
    flight_s = ARK_40.battery_wh * 3600 / cruise_power_w(ARK_40, ARK_40.payload_kg)
    assert flight_s * ARK_40.airspeed_m_s == pytest.approx(20_000, rel=0.01)
    up_m = 120
    airborne_s = (
        LIGHT.takeoff_s
        + up_m / LIGHT.climb_m_s
        + 10_000 / LIGHT.airspeed_m_s
        + up_m / LIGHT.descent_m_s
        + LIGHT.landing_s
    )
    used_wh = leg_energy_wh(LIGHT, LIGHT.payload_kg, airborne_s, up_m)
    assert used_wh == pytest.approx(0.8 * LIGHT.battery_wh, rel=0.01)


def test_an_estimate_is_named_and_a_published_figure_is_not() -> None:
    published = {"payload_kg", "airspeed_m_s"}
    assert all(published.isdisjoint(kind.estimated) for kind in TYPES)
    assert {"battery_wh", "power_coefficient_w_per_kg15"} <= set(ARK_40.estimated)
    assert {"battery_wh", "power_coefficient_w_per_kg15"} <= set(LIGHT.estimated)
    assert {"battery_wh", "empty_mass_kg", "wind_limit_m_s"}.isdisjoint(FLYCART_30.estimated)
