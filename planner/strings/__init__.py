"""Ruin and recreate by adjacent strings: vehicles' days of trips, for stops too many to enumerate.

After Christiaens and Vanden Berghe (2020), *Slack induction by string removals for vehicle routing
problems*, Transportation Science 54(2), 417-433.
"""
