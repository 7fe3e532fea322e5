"""Decisions of tracking without I/O: times, identity, agents, limits; folding and hashing."""
