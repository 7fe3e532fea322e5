"""Decisions about what a page shows, without I/O."""
