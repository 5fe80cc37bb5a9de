"""Colours and type sizes that the pictures and the web page share."""

from collections.abc import Iterable

INK = "#1d2733"
MUTED = "#66707c"
FAINT = "#c9d0d8"
PAPER = "#ffffff"

SIDE = {"SZ": "#fbf8f1", "HK": "#f1f6fa"}
"""Ground of each side."""

SIDE_NAME = {"SZ": "Shenzhen", "HK": "Hong Kong"}

PARK = "#d8ebcf"
PARK_EDGE = "#6f9f5c"
PARK_TEXT = "#3f7029"
BOUNDARY = "#2f6f9f"
RIVER = "#bcdcee"
CORRIDOR = "#dfe3ea"
CORRIDOR_LINE = "#8b95a5"
VERTIPORT = "#1d2733"
CHECKPOINT = "#b3237a"
OBSTACLE = "#6d4c41"

ZONE = {
    "prohibited": "#d3202b",
    "restricted": "#ef7f1a",
    "permission": "#8a6fc0",
    "ceiling": "#9aa3ae",
}
"""Outline and hatch of each zone kind."""

ZONE_TEXT = {
    "prohibited": "#a3121c",
    "restricted": "#a85208",
    "permission": "#5d459a",
    "ceiling": "#6b7480",
}

ACTIVITY = {
    "loaded": "#14508c",
    "empty": "#8fbbe0",
    "load": "#1b9e77",
    "unload": "#8ad3b4",
    "export": "#f2b134",
    "import": "#e0641f",
    "joint": "#b3237a",
    "preflight": "#a3acb8",
    "swap": "#6b7480",
    "charge": "#4f8a5b",
    "waiting": "#c5ccd5",
}
"""What a drone does; flights are `loaded` or `empty`, the rest are the plan's event kinds."""

ACTIVITY_NAME = {
    "loaded": "flight, loaded",
    "empty": "flight, empty",
    "load": "loading",
    "unload": "unloading",
    "export": "export clearance",
    "import": "import clearance",
    "joint": "joint clearance",
    "preflight": "preflight",
    "swap": "battery swap",
    "charge": "charging",
    "waiting": "waiting on a pad",
}

WIND = "#d5e3ee"
WIND_OVER = "#f0a35e"
"""Wind that every type stands, and wind that some does not."""

PADS = "#5b8db8"
BAYS = "#b3237a"
OVER = "#d3202b"
"""Held beyond capacity: a plan that is checked shows none."""

_DRONES = [
    "#d62728",
    "#1f77b4",
    "#2ca02c",
    "#8e44ad",
    "#ff7f0e",
    "#17a9bd",
    "#8c564b",
    "#e75fb0",
    "#8a9a10",
    "#1b2f8a",
    "#f2b600",
    "#00796b",
    "#a50f15",
    "#6a5acd",
    "#66a61e",
    "#c2185b",
    "#4a4a4a",
    "#b15928",
    "#00b37e",
    "#5e2a7e",
]


def drone_colours(drones: Iterable[str]) -> dict[str, str]:
    """Return a colour ("#rrggbb") for each drone id, by its rank among the ids.

    The first twenty differ well; the next twenty are the same darkened, the next lightened, and
    so on over again.
    """
    ids = sorted(set(drones))
    return {drone: _drone_colour(rank) for rank, drone in enumerate(ids)}


def _drone_colour(rank: int) -> str:
    turn, place = divmod(rank, len(_DRONES))
    colour = _DRONES[place]
    if turn % 3 == 0:
        return colour
    towards, share = (0, 0.4) if turn % 3 == 1 else (255, 0.45)
    channels = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    mixed = (round(value + (towards - value) * share) for value in channels)
    return "#" + "".join(f"{value:02x}" for value in mixed)
