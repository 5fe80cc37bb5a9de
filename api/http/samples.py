"""The bodies that the API's description shows: each can be sent as it stands."""

from pydantic.types import JsonValue

ORDER: dict[str, JsonValue] = {
    "id": "O-17",
    "origin": "SZ-HOSPITAL",
    "destination": "HK-B8",
    "mass_kg": 2.5,
    "volume_l": 6,
    "goods": "biological",
    "ready": "2026-11-24T09:30:00+08:00",
    "due": "2026-11-24T10:30:00+08:00",
    "priority": "express",
    "sealed": True,
    "declarations": [
        {"document": "CN_EXPORT_DECLARATION", "lodged_at": "2026-11-24T00:00:00+08:00"},
        {"document": "CN_SPECIAL_ITEMS_APPROVAL", "lodged_at": "2026-11-23T15:00:00+08:00"},
        {"document": "HK_CARGO_INFORMATION", "lodged_at": "2026-11-23T23:30:00+08:00"},
        {"document": "HK_HEALTH_PERMIT", "lodged_at": "2026-11-23T15:00:00+08:00"},
    ],
}

FLEET: dict[str, JsonValue] = {
    "schema_version": "1",
    "day": "2026-11-24",
    "planned_at": "2026-11-23T10:00:00+08:00",
    "types": [
        {
            "id": "ark-40",
            "name": "Ark 40",
            "source": "the operator",
            "empty_mass_kg": 36,
            "payload_kg": 10,
            "volume_l": 50,
            "battery_wh": 1800,
            "power_coefficient_w_per_kg15": 14.53,
            "airspeed_m_s": 14,
            "climb_m_s": 4,
            "descent_m_s": 3,
            "wind_limit_m_s": 10.8,
            "swap_s": 150,
        }
    ],
    "drones": [
        {
            "id": "D1",
            "type": "ark-40",
            "base": "SZ-HUANGGANG",
            "available_from": "2026-11-24T07:00:00+08:00",
            "available_until": "2026-11-24T20:00:00+08:00",
            "registered": ["SZ", "HK"],
            "goods": ["document", "general", "bonded", "research", "biological"],
        }
    ],
    "permissions": [
        {"side": "SZ", "kind": "operating_certificate", "reference": "SZ-1"},
        {"side": "SZ", "kind": "liability_insurance", "reference": "SZ-2"},
        {"side": "SZ", "kind": "nationality_registration", "reference": "SZ-3"},
        {"side": "SZ", "kind": "standing_approval", "reference": "SZ-4"},
        {"side": "HK", "kind": "advanced_operations", "reference": "HK-1"},
        {
            "side": "HK",
            "kind": "liability_insurance",
            "reference": "HK-2",
            "amount_hkd": 10_000_000,
        },
    ],
}

REQUEST: dict[str, JsonValue] = {"orders": [ORDER], "fleet": FLEET}

ROUTE: dict[str, JsonValue] = {
    "from": "SZ-HOSPITAL",
    "to": "HK-B8",
    "depart": "2026-11-24T09:30:00+08:00",
    "mass_kg": 2.5,
    "goods": "biological",
}

MATRIX: dict[str, JsonValue] = {
    "from": ["SZ-HOSPITAL", "SZ-PARK-LAB"],
    "to": ["HK-B8", "HK-CLINIC"],
    "depart": "2026-11-24T09:30:00+08:00",
}

CRANE: dict[str, JsonValue] = {
    "type": "Feature",
    "properties": {
        "id": "SZ-CRANE-1",
        "name": "Tower crane",
        "source": "site visit",
        "confidence": "surveyed",
        "kind": "tower",
        "top_m": 45.0,
        "top_reference": "AGL",
    },
    "geometry": {"type": "Point", "coordinates": [114.061, 22.529]},
}
