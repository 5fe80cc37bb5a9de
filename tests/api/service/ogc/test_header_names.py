"""Headers that clients compare letter by letter, as bytes on a real socket."""

import json
import socket
from urllib.parse import urlsplit

from tests.api.service.ogc.conftest import Draft
from tests.geodata.small import small_network


def raw(live: str, request: bytes) -> bytes:
    """Return what a server sends for the bytes of a request, until it closes the connection."""
    at = urlsplit(live)
    with socket.create_connection((at.hostname, at.port or 80), timeout=30) as connection:
        connection.sendall(request)
        found = b""
        while part := connection.recv(65536):
            found += part
    return found


def test_location_and_allow_are_spelt_as_qgis_reads_them(live: str, draft: Draft) -> None:
    """QGIS issue 61729: it looks for `Location` and `Allow` in these very letters."""
    asked = (
        f"OPTIONS {draft.items('obstacles')} HTTP/1.1\r\n"
        "Host: 127.0.0.1\r\nConnection: close\r\n\r\n"
    )
    head = raw(live, asked.encode()).split(b"\r\n\r\n")[0]
    assert head.startswith(b"HTTP/1.1 204")
    assert b"\r\nAllow: GET, HEAD, POST, OPTIONS" in head
    feature = {
        "type": "Feature",
        "properties": {
            "id": "O-CRANE",
            "name": "Tower crane",
            "source": "site visit",
            "confidence": "surveyed",
            "kind": "tower",
            "top_m": 30.0,
            "top_reference": "AGL",
        },
        "geometry": {
            "type": "Point",
            "coordinates": list(small_network().lonlat["HK-HILL"].coords[0]),
        },
    }
    body = json.dumps(feature).encode()
    asked = (
        f"POST {draft.items('obstacles')} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Content-Type: application/geo+json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    head = raw(live, asked.encode() + body).split(b"\r\n\r\n")[0]
    assert head.startswith(b"HTTP/1.1 201")
    assert f"\r\nLocation: http://127.0.0.1{draft.items('obstacles', 'O-CRANE')}".encode() in head
    assert b"\r\nETag: " in head
