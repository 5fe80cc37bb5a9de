"""How many loaded flights an hour a network can pass."""
