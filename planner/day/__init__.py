"""A request compiled for the search: its instance, tours, legs by slot, and what is taken."""
