"""What is asked for one day: orders, fleet, weather, and what others hold."""
