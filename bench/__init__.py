"""Benchmarks anyone can run: `make bench`. Each prints a ratio to something of the same run."""
