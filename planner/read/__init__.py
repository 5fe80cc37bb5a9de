"""A request's files, plans and certificates from bytes, with every fault in one pass, and back."""
