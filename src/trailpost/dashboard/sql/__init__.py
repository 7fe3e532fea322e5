"""Statements of the dashboard, one a file."""
