"""Whatever a zone says, each zone format gives it back as it was."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.features import Zone
from geodata.formats.ed269 import ed269_text, read_ed269
from geodata.formats.ed318 import ed318_text, read_ed318
from geodata.formats.imported import Imported
from geodata.formats.openair import openair_text, read_openair
from geodata.network import Network
from planner.testing.layout import box
from tests.geodata.small import added, small_network, without

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
SCHEDULES = [
    *("24/7", "Tu 14:00-15:30", "22:45-06:15", "sunset-sunrise", "Mo-Fr dawn-10:00; Su off"),
    *("2026 Jan 01-2026 Mar 31 08:00-18:00", "PH off", "Mo-Fr 08:00-12:00,14:00-18:00; We off"),
]
HEIGHTS = st.floats(-50, 20_000).map(lambda each: round(each, 3))


@st.composite
def a_zone(draw: st.DrawFn) -> Zone:
    """Return a zone of any kind and words, its limits not always the right way up."""
    upper_m = draw(st.none() | HEIGHTS)
    unlimited = upper_m is None
    return Zone(
        id=draw(st.from_regex(r"[A-Z0-9][A-Z0-9.-]{0,31}", fullmatch=True)),
        name=draw(TEXT.filter(bool)),
        name_zh=draw(st.none() | TEXT),
        source=draw(TEXT.filter(bool)),
        confidence=draw(st.sampled_from(["surveyed", "published", "derived", "illustrative"])),
        accuracy_m=draw(st.none() | st.floats(0, 1e6)),
        note=draw(st.none() | TEXT),
        kind=draw(st.sampled_from(["prohibited", "restricted", "permission", "ceiling"])),
        category=draw(st.sampled_from(["nature", "border", "control_point", "event", "aerodrome"])),
        side=draw(st.sampled_from(["SZ", "HK"])),
        authority=draw(TEXT.filter(bool)),
        lower_m=draw(HEIGHTS),
        lower_reference=draw(st.sampled_from(["AGL", "AMSL"])),
        upper_m=upper_m,
        upper_reference="UNL" if unlimited else draw(st.sampled_from(["AGL", "AMSL"])),
        schedule=draw(st.sampled_from(SCHEDULES)),
    )


@pytest.mark.parametrize(
    ("text", "read"),
    [(ed318_text, read_ed318), (ed269_text, read_ed269), (openair_text, read_openair)],
)
@settings(
    derandomize=True,
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(zone=a_zone(), over=st.booleans())
def test_any_zone_comes_back_as_it_was(
    text: Callable[[Network], str],
    read: Callable[[Path], Imported],
    zone: Zone,
    over: bool,
    tmp_path: Path,
) -> None:
    """Over the boundary or not; and no import of an export assumes anything."""
    empty: Any = without(small_network(), *(each.id for each in small_network().layer("zones")))
    network = added(empty, "zones", replace(zone), box(300, -150 if over else 100, 600, 250))
    path = tmp_path / "zones"
    path.write_text(text(network), encoding="utf-8", newline="\n")
    imported = read(path)
    assert imported.features["zones"] == (zone,)
    assert imported.faults == ()
