"""The audit log: entries that cannot be changed unseen."""
