"""Chargers of vertiports, and networks that were hashed before there were any."""

import pytest

from tests.geodata.findings import codes, only
from tests.geodata.small import changed, small_network


@pytest.mark.parametrize(("chargers", "charger_kw"), [(2, None), (0, 1.5)])
def test_chargers_and_their_power_go_together(chargers: int, charger_kw: float | None) -> None:
    network = changed(small_network(), "SZ-V2", chargers=chargers, charger_kw=charger_kw)
    found = only(network, "CHARGER_POWER")
    assert (found.item, found.field) == ("SZ-V2", "charger_kw")
    assert codes(changed(small_network(), "SZ-V2", chargers=2, charger_kw=1.5)) == set()


def test_a_network_without_chargers_keeps_its_hash_and_one_with_them_has_another() -> None:
    """What was published before the fields came is the same edition still."""
    network = small_network()
    assert network.edition == EDITION
    charging = changed(network, "SZ-V2", chargers=2, charger_kw=1.5)
    assert charging.edition != EDITION
    assert changed(network, "SZ-V2", chargers=2, charger_kw=1.0).edition != charging.edition


EDITION = "58e88b13f8b617a878a8ab6c76882924f9ef10970b219d0c4e8fa814264c0f40"
"""That of the small network before vertiports had chargers."""
