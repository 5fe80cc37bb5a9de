"""Made-up networks, requests and edits for property tests; the strategies need hypothesis.

`pip install hetao[testing]` brings it. From `planner.testing` come `networks`, `any_networks`,
`requests` and `edits`; `random_network` and `random_day` need Python's own random numbers only.
"""

from planner.testing.strategies import any_networks, edits, networks, requests

__all__ = ["any_networks", "edits", "networks", "requests"]
