"""Statements that keep the 15-minute sums: one per batch and table, and their rebuild."""
