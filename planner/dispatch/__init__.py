"""Tours timed to the second on a day as it is taken, first come first served, and the roster."""
