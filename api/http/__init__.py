"""The HTTP face: resources over the library, as docs/api.md says."""
