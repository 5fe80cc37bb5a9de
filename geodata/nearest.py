"""The known word that a misspelt one most likely stands for."""

from collections.abc import Iterable
from functools import lru_cache

_ALIKE = 60.0
"""Least likeness, in hundredths, of two words of which one may stand for the other."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like `word`, or None if none is like it; case does not count."""
    return _nearest(word[:100].casefold(), tuple(known))


@lru_cache(maxsize=4096)
def _nearest(folded: str, known: tuple[str, ...]) -> str | None:
    from rapidfuzz import fuzz, process

    found = process.extractOne(folded, _folded(known), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return known[found[2]] if found else None


@lru_cache(maxsize=16)
def _folded(known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each.casefold() for each in known)


def nearest_few(word: str, known: Iterable[str], count: int = 5) -> list[str]:
    """Return up to `count` known words, sorted, the most like `word`; case does not count."""
    from rapidfuzz import fuzz, process

    words = tuple(known)
    found = process.extract(word[:100].casefold(), _folded(words), scorer=fuzz.ratio, limit=count)
    return sorted(words[at] for _, _, at in found)


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return "; did you mean …?" for the nearest known word, or nothing if none is near."""
    guess = nearest(word, known) if isinstance(word, str) else None
    return f"; did you mean {guess}?" if guess else ""
