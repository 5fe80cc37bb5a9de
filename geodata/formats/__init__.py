"""Formats in and out: a network, or a part of one, read from and written to files of others."""
