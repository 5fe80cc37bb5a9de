"""Whatever stands in its files, a request is read or refused with faults; nothing else happens."""

import json
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.faults import InvalidInput
from planner.read.request import parse_request
from planner.request.fleet import FLEET
from planner.request.order import ORDERS
from planner.request.weather import WEATHER
from planner.rules.rulebook import shipped_rulebook
from planner.testing.day import drone, order, request, weather, wind
from tests.damage import damaged
from tests.geodata.small import small_network

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.sampled_from(["", "SZ-V1", "O-1", "T", "D-1", "x" * 5_000, "\x00", [], {}, [None], [[]]]),
    st.sampled_from(["2026-12-01", "2026-12-01T10:00:00", "2026-12-01T24:00:00+08:00"]),
    st.sampled_from(["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "1764000000"]),
    st.text(max_size=5),
)
ASKED = request(
    order(),
    order("O-2", destination="HK-V1"),
    drones=(drone(), drone("D-2")),
    weather=weather(wind("07:00", "09:00", 3.0), warnings=(("T8", "10:00", "11:00"),)),
)
FILES = {
    "orders.json": json.loads(ORDERS.dump_json(ASKED.orders)),
    "fleet.json": json.loads(FLEET.dump_json(ASKED.fleet)),
    "weather.json": json.loads(WEATHER.dump_json(ASKED.weather)),
}


@settings(max_examples=500)
@given(data=st.data())
def test_a_damaged_request_is_read_or_refused(data: st.DataObject) -> None:
    files = damaged(data, FILES, JUNK)
    contents = {name: json.dumps(document).encode() for name, document in files.items()}
    with suppress(InvalidInput):
        parse_request(contents, small_network(), shipped_rulebook())
