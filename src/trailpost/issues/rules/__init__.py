"""Decisions without I/O: what is accepted, and which occurrences are one issue."""
