"""A made-up day to plan, for any network."""
