"""The certifier: proves the bound of a certificate by pricing every sortie again.

It solves no programme and shares no code with the search. What it takes on trust is said in
docs/solver.md, "The certificate".
"""

from planner.certify.certify import certify_plan

__all__ = ["certify_plan"]
