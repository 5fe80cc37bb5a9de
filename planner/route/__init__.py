"""One loaded drone from pad to pad under an empty sky, or why there is no route."""
