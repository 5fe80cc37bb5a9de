"""The limits that a network is held to, each once."""

VERTICAL_CLEARANCE_M = 15.0
"""Least height of a lane's lower edge over terrain and obstacles, and between opposite lanes."""

CORRIDOR_MIN_M = 100.0
"""Shortest corridor: 40 m of air over each place and something between (docs/model.md)."""

END_TOLERANCE_M = 1.0
"""How far a corridor's end may lie from its place, and a place from another and still differ."""

GATE_TOLERANCE_M = 1.0
"""How far a corridor's gate may lie from where its line crosses the boundary."""

SAMPLE_M = 25.0
"""Widest spacing of ground samples along and across a corridor."""

PARK_OVERLAP = 0.01
"""Greatest share of a park's area that may lie across the boundary."""

REACH_DEG = 1.0
"""How far a coordinate may lie from the network's middle, in degrees: some 100 km."""

ROUNDING_M = 1e-6
"""How far a height may miss a limit: interpolated ground is not exact to the last bit."""

FILE_MAX_MB = 150
"""Largest file that is read, in MB of 10^6 bytes: 50,000 corridors take some 35 MB."""

POSITIONS_MAX = 100_000
"""Most positions of one shape: a boundary surveyed to the metre over 100 km."""

NESTING_MAX = 40
"""Most levels of brackets in a JSON file: a MultiPolygon in a layer has eight."""
