"""The known word that a misspelt one most likely stands for."""

import difflib
from collections.abc import Iterable
from functools import lru_cache


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like `word`, or None if none is like it; case does not count."""
    return _nearest(word, tuple(known))


@lru_cache(maxsize=4096)
def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    folded = {each.casefold(): each for each in known}
    found = difflib.get_close_matches(word.casefold()[:100], list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return "; did you mean …?" for the nearest known word, or nothing if none is near."""
    guess = nearest(word, known) if isinstance(word, str) else None
    return f"; did you mean {guess}?" if guess else ""
