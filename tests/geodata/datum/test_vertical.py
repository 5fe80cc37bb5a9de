"""Vertical references: the tree of offsets, and heights above ground over the terrain in use."""

import warnings
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pyproj
import pytest

from geodata.datum.vertical import (
    REFERENCES,
    agl_to_amsl,
    amsl_to_agl,
    height_move,
    network_reference,
    vertical_reference,
)
from geodata.faults import InvalidInput
from geodata.network import shipped_network_path
from geodata.read import read_network
from planner.testing.layout import INFO
from tests.geodata.small import small_network

CODES = {"HKPD": 5738, "NHD85": 5737, "EGM96": 5773, "EGM2008": 3855}
"""EPSG codes of vertical systems."""


def test_every_reference_states_its_source_and_uncertainty() -> None:
    for each in REFERENCES.values():
        assert each.source
        assert (each.uncertainty_m > 0) == (each.parent is not None)
    assert [each.name for each in REFERENCES.values() if each.parent is None] == ["AMSL"]


@pytest.mark.parametrize(
    ("source", "target", "offset_m"),
    [
        ("HKPD", "AMSL", -1.23),
        ("HKPD", "NHD85", -1.04),
        ("NHD85", "AMSL", -0.19),
        ("EGM2008", "AMSL", -0.51),
        ("WGS84E", "HKPD", 3.35),
        ("WGS84E", "EGM96", 2.88),
        ("EGM96", "AMSL", -0.76),
    ],
)
def test_offsets_at_hetao(source: str, target: str, offset_m: float) -> None:
    assert height_move(source, target).offset_m == pytest.approx(offset_m, abs=0.005)


def test_two_independent_ways_to_the_geoid_agree_within_their_uncertainty() -> None:
    """EGM96 hangs on a receiver's heights, EGM2008 on levelling from Qingdao."""
    both = height_move("EGM96", "EGM2008")
    assert abs(both.offset_m) < both.uncertainty_m


def test_there_and_back_cancels_and_going_by_a_third_changes_nothing() -> None:
    for one, other, third in product(REFERENCES, repeat=3):
        there, back = height_move(one, other), height_move(other, one)
        assert there.offset_m == pytest.approx(-back.offset_m)
        assert there.uncertainty_m == back.uncertainty_m
        by = height_move(one, third).offset_m + height_move(third, other).offset_m
        assert there.offset_m == pytest.approx(by, abs=0.002)


def test_what_both_references_have_in_common_adds_no_uncertainty() -> None:
    """Both hang on HKPD's height under mean sea level, which cancels between them."""
    assert height_move("HKPD", "YS56").uncertainty_m == 0.1
    assert height_move("HKPD", "HKPD").uncertainty_m == 0
    assert height_move("HKPD", "NHD85").steps == ("NHD85", "YS56")


def test_proj_without_grids_returns_the_same_height_in_silence() -> None:
    """So no height is moved by PROJ here: it would have been wrong by metres."""
    for source, target in pairwise(CODES):
        there = (f"EPSG:4326+{CODES[source]}", f"EPSG:4326+{CODES[target]}")
        guess = pyproj.Transformer.from_crs(*there, always_xy=True)
        assert guess.accuracy == -1
        assert guess.transform(114.07, 22.52, 10.0)[2] == 10.0
        assert abs(height_move(source, target).offset_m) > 0.2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ellipsoid = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4326+3855", always_xy=True)
    assert ellipsoid.transform(114.07, 22.52, 10.0)[2] == 10.0
    assert height_move("WGS84E", "EGM2008").offset_m > 2


@pytest.mark.parametrize(
    ("alias", "name"),
    [("hkpd", "HKPD"), ("mPD", "HKPD"), ("EPSG:5737", "NHD85"), ("Ellipsoidal", "WGS84E")],
)
def test_a_reference_goes_by_several_names(alias: str, name: str) -> None:
    assert vertical_reference(alias).name == name


@pytest.mark.parametrize(
    ("name", "code"), [(None, "VERTICAL_NOT_STATED"), ("HKDP", "VERTICAL_UNKNOWN")]
)
def test_a_reference_not_stated_or_unknown_is_refused_with_the_choices(
    name: str | None, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        vertical_reference(name)
    (fault,) = refused.value.faults
    assert fault.code == code
    assert fault.limit == ", ".join(REFERENCES)


def test_a_network_says_what_it_counts_from_in_its_first_words() -> None:
    assert network_reference(read_network(shipped_network_path()).info).name == "AMSL"
    assert network_reference(INFO).name == "HKPD"
    with pytest.raises(InvalidInput):
        network_reference(replace(INFO, vertical_datum="the cellar floor"))


def test_height_above_ground_is_over_the_networks_own_terrain() -> None:
    """The ground is 5 m, give or take 2 m, everywhere in the small network."""
    network = small_network()
    lonlat = np.array([[114.077, 22.522], [114.08, 22.525]])
    lowest, highest = agl_to_amsl(network, lonlat, np.array([0.0, 100.0]))
    assert lowest == pytest.approx([3, 103])
    assert highest == pytest.approx([7, 107])
    least, greatest = amsl_to_agl(network, lonlat, np.array([5.0, 105.0]))
    assert least == pytest.approx([-2, 98])
    assert greatest == pytest.approx([2, 102])


def test_above_ground_and_back_holds_the_height_between_its_bounds() -> None:
    network = read_network(shipped_network_path())
    rng = np.random.default_rng(3)
    lonlat = np.column_stack((rng.uniform(114.05, 114.09, 50), rng.uniform(22.50, 22.54, 50)))
    height_agl_m = rng.uniform(0, 120, 50)
    lowest, highest = agl_to_amsl(network, lonlat, height_agl_m)
    assert amsl_to_agl(network, lonlat, lowest)[1] == pytest.approx(height_agl_m)
    assert amsl_to_agl(network, lonlat, highest)[0] == pytest.approx(height_agl_m)


def test_no_height_above_unknown_ground() -> None:
    network = small_network()
    bare = replace(network, features={**network.features, "spot_heights": ()})
    with pytest.raises(InvalidInput) as refused:
        agl_to_amsl(bare, np.array([[114.077, 22.522]]), np.array([50.0]))
    assert refused.value.faults[0].code == "TERRAIN_MISSING"
