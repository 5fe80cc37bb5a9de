"""Route tests in pytest: the plugin, and what it needs of files."""
