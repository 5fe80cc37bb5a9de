"""When garbage is looked for: by a server all that it holds once an hour, by a command never.

A pass over all objects stops every thread. Python begins one whenever a quarter more has come to
be, so that a large network that is read or checked costs several of them: two seconds each with
50,000 corridors, in which nobody is answered. What is not in a cycle goes at once anyway. A process
that plans or works on parts of plans may go on for days, and looks seldom.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 10_000
"""Objects that come to be before the young ones are looked through."""

MIDDLE = 10
"""Passes over the young before one over those that outlived a pass."""

OLD = 1_000
"""Passes of those before one over all: after a hundred million objects more."""


def spare_pauses() -> None:
    """Have no pass over all objects happen by itself, and none look at what is there by now."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)


def pause_seldom() -> None:
    """Have passes happen by themselves, but none over all before a million objects more.

    For a process that begins. What it will import is most that it ever holds: by Python's own
    thresholds passes over that took a seventh of the time to the first plan of a day of 200 orders.
    """
    gc.set_threshold(YOUNG, MIDDLE, MIDDLE)


def collect_all() -> None:
    """Look through all that has come to be since the start; meant for once an hour."""
    gc.collect()


@contextmanager
def uncollected() -> Iterator[None]:
    """Have nothing looked for: for a command that keeps to its end what it makes."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # nor when the process ends
        gc.enable()
