"""Decisions without I/O: ticks, pauses, progress, estimates."""
