"""A large day in parts, which other processes solve."""
