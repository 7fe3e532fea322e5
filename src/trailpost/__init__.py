"""Trailpost: analytics and operations for products that people configure."""

__version__ = "0.1.0"
