"""Personal data of consignees: sealed, apart, read for a purpose and on the record."""
