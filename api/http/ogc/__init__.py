"""OGC API - Features: the network's layers for any GIS, and drafts that it can edit.

Part 1 (OGC 17-069r4), Part 2 (18-058r1: coordinate reference systems), and Part 4 (20-002: create,
replace, update, delete) in drafts. Three kinds of roots are alike: the newest edition, an edition,
a draft.
"""
