"""Why an order is left out, and what would help."""
