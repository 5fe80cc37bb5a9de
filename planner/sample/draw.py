"""Random choices that stay the same in every version of Python."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Choices from a seed, made from `Random.random` alone: only its sequence is guaranteed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random

    def chance(self, share: float) -> bool:
        """Return true in a share of the cases."""
        return self._random() < share

    def between(self, low: float, high: float) -> float:
        """Return a number from `low` to `high`, each as likely."""
        return low + (high - low) * self._random()

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both possible, each as likely."""
        return low + int((high - low + 1) * self._random())

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices, each as likely."""
        return choices[int(len(choices) * self._random())]

    def weighted(self, choices: Sequence[T], weights: Sequence[float]) -> T:
        """Return one of the choices, each in proportion to its weight."""
        mark = self._random() * sum(weights)
        for choice, weight in zip(choices, weights, strict=True):
            mark -= weight
            if mark < 0:
                return choice
        return choices[-1]
