"""Plan jobs: rows that survive, taken by whoever is alive, ended exactly once."""
