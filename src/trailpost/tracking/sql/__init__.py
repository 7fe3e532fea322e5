"""The statements of tracking, one a file."""
