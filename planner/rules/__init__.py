"""Rules of customs and flight permission, and every code that a rule is told by."""
