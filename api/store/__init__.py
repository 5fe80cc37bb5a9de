"""What the service keeps: tables, one concept a file, the same on SQLite and on PostgreSQL."""
