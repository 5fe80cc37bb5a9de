"""Which datum the coordinates of a file are in, told from what is known of where things are."""
