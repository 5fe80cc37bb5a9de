"""Shapes prepared for many questions, each for the caller alone."""

from typing import TypeVar

import shapely

Shapes = TypeVar("Shapes")
"""One shape, or an array of shapes."""


def prepared(shapes: Shapes) -> Shapes:
    """Return prepared copies of shapes, for one thread.

    GEOS adds to a prepared shape what it is asked for first. Threads that ask the same one at once
    end the process, and shapes of a network are in the hands of many: so these are copied.
    """
    # What has its reference system set is a copy.
    copies: Shapes = shapely.set_srid(shapes, shapely.get_srid(shapes))
    shapely.prepare(copies)
    return copies
