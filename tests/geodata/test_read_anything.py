"""Whatever stands in its files, a network is read or refused with faults; nothing else happens."""

import json
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.faults import InvalidInput
from geodata.read import read_network
from geodata.write import network_files
from tests.damage import damaged
from tests.geodata.small import small_network

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.sampled_from([0, -1, 22.5, 114.07, 200, 1e308, "", "SZ-V1", "SZ", "24/7", "UNL", [], {}]),
    st.text(max_size=5),
    st.lists(st.floats(100, 120), max_size=4),
    st.lists(st.lists(st.floats(20, 120), min_size=2, max_size=2), max_size=5),
)
FILES = {name: json.loads(text) for name, text in network_files(small_network()).items()}


@settings(max_examples=100)
@given(data=st.data())
def test_a_damaged_network_is_read_or_refused(data: st.DataObject) -> None:
    """One to three values anywhere are replaced by junk or left out."""
    files = damaged(data, FILES, JUNK)
    with tempfile.TemporaryDirectory() as folder:
        for name, document in files.items():
            (Path(folder) / name).write_text(json.dumps(document), encoding="utf-8")
        with suppress(InvalidInput):
            read_network(Path(folder))
