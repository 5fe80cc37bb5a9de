"""The corridor network: records, layers on disk, every rule that a network must keep."""
