"""The line of published networks: drafts, what they change, publishing, the store."""
