"""Corridors drawn between two places: clear of what the rules close, over little risk."""
