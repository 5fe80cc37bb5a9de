"""Which groups of jobs may share a sortie, by position and for many groups at once."""

import numpy as np

from planner.arrays import Flags, Ints
from planner.day.instance import Instance
from planner.rules.sharing import apart, keeps_apart


class GroupRules:
    """Boxes, and jobs that are kept apart, as arrays; nothing of either where there is none."""

    def __init__(self, instance: Instance) -> None:
        units = instance.units
        self._size: Ints = np.array([len(unit) for unit in units], dtype=np.int64)
        self._box: Ints = np.array(
            [unit[0] if len(unit) > 1 else -1 for unit in units], dtype=np.int64
        )
        self._boxed = bool((self._box >= 0).any())
        self._apart = dict[int, Flags]()
        orders = [job.order for job in instance.jobs]
        if keeps_apart(instance.rules, orders):
            for at, order in enumerate(orders):
                flags = np.array([apart(instance.rules, order, other) for other in orders])
                if flags.any():
                    self._apart[at] = flags

    @property
    def keeps_apart(self) -> bool:
        """Whether any jobs may not share a sortie."""
        return bool(self._apart)

    def whole(self, groups: Ints) -> Flags:
        """Tell which groups have all jobs of every box that they have one of."""
        if not self._boxed:
            return np.ones(len(groups), dtype=bool)
        boxes = self._box[groups]
        together = (boxes[:, :, None] == boxes[:, None]).sum(axis=2)
        found: Flags = ((boxes < 0) | (together == self._size[groups])).all(axis=1)
        return found

    def share(self, job: int, members: Ints) -> Flags:
        """Tell with which members a job may share a sortie."""
        if job not in self._apart:
            return np.ones(len(members), dtype=bool)
        return ~self._apart[job][members]
