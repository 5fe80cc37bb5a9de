"""Horizontal datums and vertical references, and the way between them."""
