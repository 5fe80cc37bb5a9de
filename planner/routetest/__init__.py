"""Route tests: what routes, plans and capacities a network must keep, and what of it they touch."""
