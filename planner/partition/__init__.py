"""Jobs shared out among trips, proven: small choices to optimality."""
