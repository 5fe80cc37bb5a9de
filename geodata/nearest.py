"""The known word that a misspelt one most likely stands for."""

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like `word`, or None if none is like it at all."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean …?" for the nearest known word, or nothing if none is near."""
    guess = nearest(word, known)
    return f"; did you mean {guess}?" if guess else ""
