"""A day bettered on its blocks, pads and bays by ruin and recreate."""
