"""From a request and a network edition to a plan, and the checker that proves it."""

__version__ = "0.1.0"
