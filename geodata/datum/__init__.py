"""Which datum and vertical reference coordinates are in, told from them, and the way to another."""
