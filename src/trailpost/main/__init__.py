"""Composition root and command line: the one list of features."""
