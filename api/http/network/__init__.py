"""The network over HTTP: editions, drafts, differences, publishing, and questions to it."""
