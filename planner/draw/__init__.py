"""Maps and timelines as PNG."""
