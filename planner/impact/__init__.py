"""What an edit of a network does to routes, capacity and stored plans."""
