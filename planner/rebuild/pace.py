"""How long the rounds of a search last, and how warm they are."""

FASTER = 4.0
"""How many times as much work a round may be as the one before at most."""

LEAST_S = 1e-3
"""Time that a round is taken to last at least, s."""


def next_work(work: int, took_s: float, wanted_s: float) -> int:
    """Return how much work a round is to be that may take so long, where so much took `took_s`."""
    return 1 + int(work * min(FASTER, wanted_s / max(LEAST_S, took_s)))


def cooled(hot_cents: float, cold_cents: float, spent: float) -> float:
    """Return the temperature when a share of the time is spent, from the first to the last."""
    return hot_cents * float((cold_cents / hot_cents) ** min(1.0, spent))
