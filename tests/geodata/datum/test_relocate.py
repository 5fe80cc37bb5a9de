"""Whole records moved between datums: what moves, what stays, and that all of it comes back."""

from dataclasses import replace
from itertools import product

import pytest
import shapely

from geodata.datum.datum import DATUMS, from_wgs84
from geodata.datum.relocate import Relocated, relocate, relocate_back
from geodata.datum.vertical import REFERENCES
from geodata.faults import InvalidInput
from geodata.features import Corridor, Obstacle, SpotHeight, Vertiport, Zone
from geodata.network import Network, shipped_network_path
from geodata.read import read_network


@pytest.fixture(scope="module")
def hetao() -> Network:
    return read_network(shipped_network_path())


def out(network: Network, crs: str = "EPSG:4326", vertical: str = "AMSL") -> Relocated:
    return relocate_back(
        network.features, network.lonlat, crs=crs, vertical=vertical, info=network.info
    )


@pytest.mark.parametrize(("crs", "vertical"), list(product(DATUMS, ["AMSL", "HKPD", "WGS84E"])))
def test_a_network_that_went_out_comes_back_as_the_same_edition(
    hetao: Network, crs: str, vertical: str
) -> None:
    there = out(hetao, crs, vertical)
    back = relocate(there.features, there.lonlat, crs=crs, vertical=vertical, info=hetao.info)
    assert replace(hetao, features=back.features, lonlat=back.lonlat).edition == hetao.edition


def test_every_height_above_sea_level_moves_and_no_other(hetao: Network) -> None:
    raised = out(hetao, vertical="HKPD").features
    for layer, records in hetao.features.items():
        for before, after in zip(records, raised[layer], strict=True):
            match before, after:
                case (Vertiport() | SpotHeight(), Vertiport() | SpotHeight()):
                    assert after.ground_amsl_m == pytest.approx(before.ground_amsl_m + 1.23)
                case Corridor(), Corridor():
                    for low, high in zip(before.lanes, after.lanes, strict=True):
                        assert high.height_amsl_m == pytest.approx(low.height_amsl_m + 1.23)
                        assert high.band_m == low.band_m
                    assert after.width_m == before.width_m
                case ((Zone() | Obstacle()), _):
                    assert all(reference != "AMSL" for reference in _references(before)) == (
                        after == before
                    )


def _references(record: Zone | Obstacle) -> list[str]:
    if isinstance(record, Obstacle):
        return [record.top_reference]
    return [record.lower_reference, record.upper_reference]


def test_a_limit_moves_by_what_it_counts_from(hetao: Network) -> None:
    """The same number above ground stays; a zone without upper limit keeps none."""
    zone = next(iter(hetao.zones.values()))
    mixed = replace(
        zone, lower_m=10.0, lower_reference="AGL", upper_m=120.0, upper_reference="AMSL"
    )
    network = replace(hetao, features={"zones": (mixed,)})
    (moved,) = out(network, vertical="HKPD").features["zones"]
    assert isinstance(moved, Zone)
    assert (moved.lower_m, moved.upper_m) == (10.0, 121.23)
    open_top = replace(mixed, upper_m=None, upper_reference="UNL")
    (moved,) = out(replace(hetao, features={"zones": (open_top,)}), vertical="HKPD").features[
        "zones"
    ]
    assert moved == open_top


def test_an_offset_that_is_not_exact_is_told(hetao: Network) -> None:
    (fault,) = out(hetao, vertical="NHD85").faults
    assert (fault.code, fault.severity) == ("HEIGHT_UNCERTAIN", "warning")
    assert fault.value == "+0.19 m ± 0.18 m"
    assert out(hetao).faults == ()


def test_gates_move_with_a_datum_in_degrees_and_stay_wgs84_beside_a_grid(hetao: Network) -> None:
    gated = next(each for each in hetao.corridors.values() if each.gate_lon is not None)
    for crs in ("GCJ02", "EPSG:2326"):
        moved = {each.id: each for each in out(hetao, crs).features["corridors"]}[gated.id]
        assert isinstance(moved, Corridor)
        gate = shapely.Point(gated.gate_lon, gated.gate_lat)
        (expected,) = from_wgs84([gate], crs) if crs == "GCJ02" else (gate,)
        assert (moved.gate_lon, moved.gate_lat) == pytest.approx((expected.x, expected.y))


def refusal(hetao: Network, crs: str | None, vertical: str | None, *layers: str) -> str:
    """Return the code of the fault for which features of some layers are refused."""
    features = {layer: hetao.layer(layer) for layer in layers}
    with pytest.raises(InvalidInput) as refused:
        relocate(features, hetao.lonlat, crs=crs, vertical=vertical, info=hetao.info)
    return refused.value.faults[0].code


def test_a_file_without_a_stated_datum_is_refused(hetao: Network) -> None:
    assert refusal(hetao, None, "AMSL", "parks") == "DATUM_NOT_STATED"
    assert refusal(hetao, "EPSG:9999", None, "parks") == "DATUM_UNKNOWN"


@pytest.mark.parametrize("layer", ["vertiports", "corridors", "spot_heights"])
def test_heights_without_a_stated_reference_are_refused(hetao: Network, layer: str) -> None:
    assert refusal(hetao, "EPSG:4326", None, layer) == "VERTICAL_NOT_STATED"


def test_features_without_heights_need_no_reference(hetao: Network) -> None:
    features = {"parks": hetao.layer("parks"), "waypoints": hetao.layer("waypoints")}
    moved = relocate(features, hetao.lonlat, crs="EPSG:4326", vertical=None, info=hetao.info)
    assert moved.features == features


def test_heights_far_from_hetao_are_not_moved(hetao: Network) -> None:
    """The offsets hold near the Loop alone; without a move there is nothing to refuse."""
    site = replace(next(iter(hetao.vertiports.values())), id="GUANGZHOU")
    features, lonlat = {"vertiports": (site,)}, {"GUANGZHOU": shapely.Point(113.26, 23.13)}
    asked = {"crs": "EPSG:4326", "info": hetao.info}
    with pytest.raises(InvalidInput) as refused:
        relocate(features, lonlat, vertical="NHD85", **asked)  # type: ignore[arg-type]
    (fault,) = refused.value.faults
    assert (fault.code, fault.item, fault.value) == ("VERTICAL_FAR", "GUANGZHOU", "108 km away")
    same = relocate(features, lonlat, vertical="AMSL", **asked)  # type: ignore[arg-type]
    assert same.features == features


def test_a_network_that_counts_from_hkpd_takes_its_heights_as_they_are(hetao: Network) -> None:
    info = replace(hetao.info, vertical_datum="HKPD")
    moved = relocate(hetao.features, hetao.lonlat, crs="EPSG:4326", vertical="HKPD", info=info)
    assert moved.features == dict(hetao.features)
    assert set(REFERENCES) > {"HKPD"}


def test_two_records_of_one_id_keep_their_own_fields(hetao: Network) -> None:
    """That they share an id is a fault for the check to tell, not for the move to hide."""
    one = next(each for each in hetao.corridors.values() if each.gate_lon is not None)
    other = replace(one, gate_lon=114.06, gate_lat=22.51)
    network = replace(hetao, features={"corridors": (one, other)})
    first, second = out(network, "GCJ02").features["corridors"]
    assert first != second
