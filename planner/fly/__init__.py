"""Sorties timed to the second in compiled code, and a day filled by it at once."""
