"""The fleet and the weather of a sample day: three drone types, winds by hour, one hour windy."""

import datetime as dt

from geodata.features import GoodsClass, Side
from geodata.network import Network
from planner.request.fleet import Drone, DroneType, Fleet, Permission
from planner.request.weather import Weather, Wind
from planner.rules.rulebook import Permissions
from planner.sample.draw import Draw

FLYCART_30 = DroneType(
    id="dji-flycart-30",
    name="DJI FlyCart 30, two batteries",
    source="DJI FlyCart 30 specifications: payload 30 kg, take-off mass 95 kg, batteries "
    "3968.8 Wh, 15 m/s, wind 12 m/s, range 16 km full and 28 km empty. The power coefficient "
    "follows from the two ranges: 3968.8 Wh at 15 m/s over 16 km and 95 kg gives 14.47, over "
    "28 km and 65 kg 14.61 W/kg^1.5.",
    estimated=(
        "volume_l",
        "climb_efficiency",
        "climb_m_s",
        "descent_m_s",
        "takeoff_s",
        "landing_s",
        "preflight_s",
        "swap_s",
    ),
    empty_mass_kg=65,
    payload_kg=30,
    volume_l=70,
    battery_wh=3968.8,
    power_coefficient_w_per_kg15=14.53,
    airspeed_m_s=15,
    climb_m_s=5,
    descent_m_s=3,
    wind_limit_m_s=12,
    swap_s=180,
)
ARK_40 = DroneType(
    id="ark-40",
    name="Ark 40 (after Phoenix Wings, SF Express)",
    source="SF/Phoenix Wings product page: payload 10 kg, take-off mass 46 kg, range 20 km, "
    "14 m/s. The power coefficient is taken from the FlyCart 30; the battery is what 20 km with "
    "the full payload then ask for.",
    estimated=(
        "volume_l",
        "battery_wh",
        "power_coefficient_w_per_kg15",
        "climb_efficiency",
        "climb_m_s",
        "descent_m_s",
        "takeoff_s",
        "landing_s",
        "wind_limit_m_s",
        "preflight_s",
        "swap_s",
    ),
    empty_mass_kg=36,
    payload_kg=10,
    volume_l=50,
    battery_wh=1800,
    power_coefficient_w_per_kg15=14.53,
    airspeed_m_s=14,
    climb_m_s=4,
    descent_m_s=3,
    wind_limit_m_s=10.8,
    swap_s=150,
)
LIGHT = DroneType(
    id="meituan-gen4",
    name="Light type (after Meituan's fourth generation)",
    source="press: technode 2023-07 and others: payload 2.4 kg, delivery distance 10 km, 20 m/s, "
    "wind of force 6, taken at its lower end. Mass and power coefficient are estimates; the "
    "battery is what a delivery over 10 km at 120 m then asks for, with a fifth left.",
    estimated=(
        "empty_mass_kg",
        "volume_l",
        "battery_wh",
        "power_coefficient_w_per_kg15",
        "climb_efficiency",
        "climb_m_s",
        "descent_m_s",
        "takeoff_s",
        "landing_s",
        "wind_limit_m_s",
        "preflight_s",
        "swap_s",
    ),
    empty_mass_kg=8,
    payload_kg=2.4,
    volume_l=12,
    battery_wh=210,
    power_coefficient_w_per_kg15=30,
    airspeed_m_s=20,
    climb_m_s=5,
    descent_m_s=3,
    wind_limit_m_s=10.8,
    swap_s=120,
)
TYPES = (FLYCART_30, ARK_40, LIGHT)

_LADEN: tuple[GoodsClass, ...] = ("document", "general", "bonded", "research")
_COOLED: tuple[GoodsClass, ...] = ("document", "general", "research", "biological")
_SMALL: tuple[GoodsClass, ...] = ("document", "research", "biological")
_ROTA: tuple[tuple[DroneType, tuple[GoodsClass, ...]], ...] = (
    (ARK_40, _COOLED),
    (FLYCART_30, _LADEN),
    (FLYCART_30, _LADEN),
    (ARK_40, (*_LADEN, "biological")),
    (LIGHT, _SMALL),
)
"""Types and equipment, in the order in which drones are added."""

WORK_BEGINS_H, WORK_ENDS_H = 7, 21.5
WINDY_H = 15
BANDS_AMSL_M = ((0.0, 75.0), (75.0, 200.0))


def sample_fleet(network: Network, rules: Permissions, midnight: dt.datetime, drones: int) -> Fleet:
    """Return a fleet spread over the bases of both sides, with every permission held.

    In a fleet of eight or more, one drone of each side is registered on that side only.
    """
    bases: dict[Side, list[str]] = {"SZ": [], "HK": []}
    for each in network.vertiports.values():
        if each.battery_swap:
            bases[each.side].append(each.id)
    listed = []
    for number in range(drones):
        side: Side = ("HK", "SZ")[number % 2]
        kind, goods = _ROTA[number // 2 % len(_ROTA)]
        at_home = drones >= 8 and number >= drones - 2
        listed.append(
            Drone(
                id=f"D{number + 1:0{len(str(drones))}d}",
                type=kind.id,
                base=bases[side][number // 2 % len(bases[side])],
                available_from=midnight + dt.timedelta(hours=WORK_BEGINS_H),
                available_until=midnight + dt.timedelta(hours=WORK_ENDS_H),
                charge=0.6 if number % 7 == 3 else 1.0,
                registered=(side,) if at_home else ("SZ", "HK"),
                goods=goods,
            )
        )
    return Fleet(
        schema_version="1",
        day=midnight.date(),
        planned_at=midnight - dt.timedelta(hours=14),
        types=TYPES,
        drones=tuple(listed),
        permissions=_permissions(rules),
    )


def _permissions(rules: Permissions) -> tuple[Permission, ...]:
    """Return all that the rules ask an operator to hold, and the standing approvals they know."""
    held = {(rule.side, rule.kind): rule.amount_hkd for rule in rules.required}
    for filing in rules.filings:
        if filing.standing_kind is not None:
            held[filing.side, filing.standing_kind] = None
    return tuple(
        Permission(side=side, kind=kind, reference=f"SAMPLE-{side}-{number}", amount_hkd=amount)
        for number, ((side, kind), amount) in enumerate(held.items(), start=1)
    )


def sample_weather(midnight: dt.datetime, draw: Draw) -> Weather:
    """Return a north-easterly of 2 to 6 m/s, stronger higher up, with one hour over 11 m/s.

    In that hour the FlyCart 30 may still fly and the other types may not.
    """
    winds = []
    for hour in range(6, 23):
        speed_m_s = 11.2 if hour == WINDY_H else round(draw.between(2, 5), 1)
        from_degrees = float(draw.whole(30, 80))
        for band, (lower, upper) in enumerate(BANDS_AMSL_M):
            winds.append(
                Wind(
                    since=midnight + dt.timedelta(hours=hour),
                    until=midnight + dt.timedelta(hours=hour + 1),
                    lower_amsl_m=lower,
                    upper_amsl_m=upper,
                    from_degrees=from_degrees + 5 * band,
                    speed_m_s=round(speed_m_s + 0.5 * band, 1),
                )
            )
    return Weather(schema_version="1", source="made up for the sample", winds=tuple(winds))
